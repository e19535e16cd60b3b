//! Look-ups of query variables: what is asked of a data source, and how its answer becomes options.

mod cloudwatch;
mod data_query;
mod elasticsearch;
mod graphite;
mod influx;
mod loki;
mod prometheus;
mod reply;
mod sql;

pub(super) use reply::read_answer;
use reply::same_option;

use serde_json::Value as Json;

use super::{DefaultFormat, Scope, Variable, Variables, format::percent_encode};
use crate::{
    dashboard::{ScopedValue, json},
    query::DataSource,
};

/// One request to Grafana for a variable's options.
#[derive(Clone, Debug, PartialEq)]
pub struct VariableLookup {
    /// The variable it is for.
    pub name: String,
    /// Path and query under Grafana's root, already encoded.
    pub path: String,
    /// `None` is a GET, else the body of a POST.
    pub body: Option<LookupBody>,
    pub(super) reply: Reply,
}

#[derive(Clone, Debug, PartialEq)]
pub enum LookupBody {
    /// Of `/api/ds/query`.
    Query(Json),
    /// Whatever a data source itself takes.
    Text { content_type: &'static str, text: String },
}

/// How an answer is read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Reply {
    /// `{data: [text, …]}`.
    Texts,
    /// `{data: [{label: value, …}, …]}`: series written as metric text.
    Series,
    /// `{data: {resultType, result}}` of a Prometheus query.
    Vector,
    /// `{results: {…: {frames}}}`.
    Frames,
    /// As [`Reply::Frames`], of an SQL query that may say which columns are texts and values.
    Sql { has_meta: bool, text: Option<String>, value: Option<String> },
    /// InfluxDB: the first texts of every frame.
    FirstTexts,
    /// The values of the first frame.
    FirstValues,
    /// The names of the frames.
    FrameNames,
    /// Graphite's metrics and tags.
    Metrics,
    /// Elasticsearch: buckets of a terms aggregation.
    Terms,
    /// Elasticsearch: a mapping's fields of these types; none means all.
    Fields(Vec<String>),
    /// CloudWatch's lists.
    Resources(ResourceKind),
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum ResourceKind {
    Plain,
    LogGroups,
    Accounts,
}

/// What a query variable is settled by.
pub(super) enum Source {
    Ask(Box<VariableLookup>),
    /// Known without asking.
    Known(Vec<super::VariableOption>),
    /// An empty query.
    Nothing,
}

impl From<Option<VariableLookup>> for Source {
    fn from(lookup: Option<VariableLookup>) -> Source {
        lookup.map_or(Source::Nothing, |lookup| Source::Ask(Box::new(lookup)))
    }
}

/// What a query variable asks; `Err` says why it cannot be asked from a server.
pub(super) fn lookup(variable: &Variable, source: &DataSource, variables: &Variables) -> Result<Source, String> {
    Ok(match source.kind.as_str() {
        "prometheus" | "grafana-amazonprometheus-datasource" | "grafana-azureprometheus-datasource" => {
            prometheus::prometheus(variable, source, variables).into()
        }
        "loki" => loki::loki(variable, source, variables).into(),
        "graphite" => graphite::graphite(variable, source, variables).into(),
        "elasticsearch" | "grafana-opensearch-datasource" if elasticsearch::finds(variable) => {
            elasticsearch::elasticsearch(variable, source, variables)?.into()
        }
        "cloudwatch" => cloudwatch::cloudwatch(variable, source, variables)?,
        "mysql" | "mssql" => sql::sql(variable, source, variables, DefaultFormat::Sql).into(),
        "postgres" | "grafana-postgresql-datasource" => sql::sql(variable, source, variables, DefaultFormat::Postgres).into(),
        kind if !source.backend => return Err(format!("data source type {kind} answers variables in a browser")),
        "influxdb" => influx::influx(variable, source, variables).into(),
        _ => data_query::data_query(variable, source, variables, DefaultFormat::Glob, Reply::Frames).into(),
    })
}

pub(super) fn query_text(variable: &Variable) -> String {
    match &variable.query {
        Json::Object(map) => ["query", "rawSql", "expr", "rawQuery"].iter().find_map(|key| json::some_text(map, key)).unwrap_or_default(),
        other => json::text_of(other).unwrap_or_default(),
    }
}

/// `__interval`, `__range` and their kin, which variable queries may name.
fn range_scope(variables: &Variables) -> Scope {
    let span_ms = variables.range.to_ms - variables.range.from_ms;
    let seconds = (span_ms / 1000.0).round();
    let pair = |name: &str, value: String| (name.to_owned(), ScopedValue { text: value.clone(), value });
    Scope {
        values: vec![
            pair("__interval", "15s".into()),
            pair("__interval_ms", "15000".into()),
            pair("__range", format!("{seconds}s")),
            pair("__range_s", seconds.to_string()),
            pair("__range_ms", span_ms.to_string()),
        ],
    }
}

fn get(variable: &Variable, source: &DataSource, resource: &str, params: &[(&str, String)], reply: Reply) -> VariableLookup {
    let path = format!("/api/datasources/uid/{}/resources/{resource}{}", source.uid, query_string(params));
    VariableLookup { name: variable.name.clone(), path, body: None, reply }
}

/// `?key=value&…`, nothing without any.
fn query_string(params: &[(&str, String)]) -> String {
    let pairs: Vec<String> = params.iter().map(|(key, value)| format!("{}={}", component(key), component(value))).collect();
    if pairs.is_empty() { String::new() } else { format!("?{}", pairs.join("&")) }
}

/// `encodeURIComponent` as Grafana's URLs carry it: `!`, `(`, `)` and `*` stay.
fn component(text: &str) -> String {
    percent_encode(text).replace("%21", "!").replace("%28", "(").replace("%29", ")").replace("%2A", "*")
}

/// The inside of `name(…)`.
fn call<'a>(query: &'a str, name: &str) -> Option<&'a str> {
    Some(query.strip_prefix(name)?.trim_start().strip_prefix('(')?.strip_suffix(')')?.trim())
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::variable::{Settled, VariableOption};

    fn asked(kind: &str, json_data: Json, query: Json) -> Result<Source, String> {
        let variable = Variable { name: "v".into(), kind: "query".into(), query, ..Variable::default() };
        let source = DataSource { uid: "u".into(), kind: kind.into(), backend: true, json_data, ..DataSource::default() };
        let chosen = ["a", "b"].map(|value| VariableOption { text: value.into(), value: value.into() });
        let many = Settled { name: "m".into(), multi: true, chosen: chosen.to_vec(), ..Settled::default() };
        let mut variables = Variables { list: vec![many], ..Variables::default() };
        (variables.range.from_ms, variables.range.to_ms) = (1_710_410_405_000.0, 1_710_583_205_000.0);
        lookup(&variable, &source, &variables)
    }

    /// The request as "path" or "path body".
    fn check(kind: &str, json_data: Json, query: Json, expected: &str) {
        let found = match asked(kind, json_data, query.clone()) {
            Ok(Source::Ask(lookup)) => match lookup.body {
                Some(LookupBody::Text { text, .. }) => format!("{} {}", lookup.path, text.trim_end()),
                Some(LookupBody::Query(body)) => format!("{} {}", lookup.path, body["queries"][0]),
                None => lookup.path,
            },
            Ok(Source::Known(options)) => options.iter().map(|option| option.value.as_str()).collect::<Vec<_>>().join(","),
            Ok(Source::Nothing) => "nothing".into(),
            Err(why) => why,
        };
        assert_eq!(found.strip_prefix("/api/datasources/").unwrap_or(&found), expected, "{query}");
    }

    #[test]
    fn graphite() {
        let span = "from=1710410404&until=1710583206";
        let check = |query: &str, expected: String| check("graphite", json!({}), json!(query), &expected);
        check("servers.$m.*", format!("proxy/uid/u/metrics/find?{span} query=servers.%7Ba%2Cb%7D.%2A"));
        check("servers.$__searchFilter", format!("proxy/uid/u/metrics/find?{span} query=servers.%2A"));
        check("expand(*.servers.*)", format!("proxy/uid/u/metrics/expand?query=*.servers.*&{span}"));
        check("tags(a=b)", format!("proxy/uid/u/tags/autoComplete/tags?expr=a%3Db&limit=10000&{span}"));
        check(
            "tag_values(host, a=~x{1,2})",
            format!("proxy/uid/u/tags/autoComplete/values?expr=a%3D~x%7B1%2C2%7D&tag=host&limit=10000&{span}"),
        );
        check("", "nothing".into());
    }

    #[test]
    fn elasticsearch() {
        let source = || json!({"index": "[logs-]YYYY.MM.DD", "interval": "Daily", "timeField": "@ts"});
        let terms = r#"uid/u/resources/_msearch {"search_type":"query_then_fetch","ignore_unavailable":true,"index":["logs-2024.03.14","logs-2024.03.15","logs-2024.03.16"]}
{"size":0,"query":{"bool":{"filter":[{"range":{"@ts":{"gte":1710410405000,"lte":1710583205000,"format":"epoch_millis"}}},{"query_string":{"analyze_wildcard":true,"query":"x:(\"a\" OR \"b\")"}}]}},"aggs":{"1":{"terms":{"field":"host","size":500,"order":{"_key":"asc"}}}}}"#;
        check("elasticsearch", source(), json!(r#"{"find": "terms", "field": "host", "query": "x:$m"}"#), terms);
        check(
            "elasticsearch",
            source(),
            json!({"query": r#"{"find": "fields", "type": "keyword"}"#}),
            "uid/u/resources/logs-2024.03.16/_mapping",
        );
        check("elasticsearch", json!({"index": "logs-*"}), json!({"find": "fields"}), "uid/u/resources/logs-*/_mapping");
        check("elasticsearch", source(), json!(r#"{"find": "terms", "field": "host", "orderBy": "no"}"#), "invalid query sort type no");
    }

    #[test]
    fn cloudwatch() {
        let check = |query: Json, expected: &str| check("cloudwatch", json!({"defaultRegion": "eu-1"}), query, expected);
        check(json!("regions()"), "uid/u/resources/regions");
        check(json!("metrics(AWS/EC2)"), "uid/u/resources/metrics?region=eu-1&namespace=AWS%2FEC2");
        check(
            json!("dimension_values(us-1,AWS/EC2,CPU,InstanceId,{\"tag\": \"$m\", \"x\": \"y\"})"),
            "uid/u/resources/dimension-values?region=us-1&namespace=AWS%2FEC2&metricName=CPU&dimensionKey=InstanceId&dimensionFilters=%7B%22tag%22%3A%5B%22a%22%2C%22b%22%5D%2C%22x%22%3A%5B%22y%22%5D%7D",
        );
        check(
            json!({"queryType": "ebsVolumeIDs", "region": "default", "instanceID": "i-1"}),
            "uid/u/resources/ebs-volume-ids?region=eu-1&instanceId=i-1",
        );
        check(json!({"queryType": "dimensionValues"}), "nothing");
        check(json!("statistics()"), "Average,Maximum,Minimum,Sum,SampleCount");
        check(json!("resource_arns(default,ec2:instance,no)"), "its filters are no JSON: no");
    }

    #[test]
    fn ordinary_queries() {
        let sql = r#"/api/ds/query {"refId":"SQLVariableQueryEditor-VariableQuery","datasource":{"type":"mysql","uid":"u"},"rawSql":"SELECT 'a','b'","format":"table","datasourceId":0,"intervalMs":0}"#;
        check("mysql", json!({}), json!("SELECT $m"), sql);
        check("mysql", json!({}), json!({"rawSql": "SELECT $m", "format": "table", "editorMode": "code"}), sql);
        let influx = r#"/api/ds/query {"refId":"metricFindQuery","query":"SHOW (a|b)","rawQuery":true,"adhocFilters":[],"rawSql":"","alias":"","limit":"","measurement":"","policy":"","slimit":"","tz":"","datasource":{"type":"influxdb","uid":"u"},"datasourceId":0,"maxDataPoints":1000}"#;
        check("influxdb", json!({}), json!("SHOW $m"), influx);
    }

    #[test]
    fn answers() {
        let read = |kind: &str, query: Json, answer: Json| {
            let Ok(Source::Ask(lookup)) = asked(kind, json!({}), query) else { panic!("not asked") };
            let options = read_answer(&lookup, &answer).unwrap();
            options.iter().map(|option| format!("{}={}", option.text, option.value)).collect::<Vec<_>>().join(" ")
        };
        assert_eq!(read("graphite", json!("a.*"), json!([{"text": "x", "expandable": true}, {"text": 5}])), "x=x 5=5");
        assert_eq!(read("graphite", json!("expand(a.*)"), json!({"results": ["a.x", "a.y"]})), "a.x=a.x a.y=a.y");
        let buckets = json!({"responses": [{"aggregations": {"1": {"buckets": [{"key": 1, "key_as_string": "one"}, {"key": "b"}]}}}]});
        assert_eq!(read("elasticsearch", json!({"find": "terms", "field": "f"}), buckets), "one=1 b=b");
        let mapping = json!({"i": {"mappings": {"properties": {"a": {"type": "keyword"}, "b": {"properties": {"c": {"type": "long"}}}, "_id": {"type": "long"}}}}});
        assert_eq!(read("elasticsearch", json!({"find": "fields"}), mapping.clone()), "a=a b.c=b.c");
        assert_eq!(read("elasticsearch", json!({"find": "fields", "type": "number"}), mapping), "b.c=b.c");
        assert_eq!(read("cloudwatch", json!("metrics(n)"), json!([{"value": {"name": "CPU", "namespace": "n"}}])), "CPU=CPU");
        assert_eq!(read("cloudwatch", json!("namespaces()"), json!([{"value": "AWS/EC2"}])), "AWS/EC2=AWS/EC2");
        assert_eq!(read("cloudwatch", json!("ebs_volume_ids(r, i)"), json!([{"text": "vol", "value": "vol", "label": "vol"}])), "vol=vol");
        assert_eq!(read("cloudwatch", json!({"queryType": "accounts"}), json!([{"value": {"id": "1", "label": "L"}}])), "All=all L=1");
    }
}
