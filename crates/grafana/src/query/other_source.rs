//! Data sources whose frontends write variables into some fields of a query only, each in its own way.
//!
//! Sources: grafana 12.4.0 `plugins/datasource/*/datasource.ts` (`applyTemplateVariables`, `filterQuery`).

use serde_json::{Value as Json, json};

use super::{
    DataSource,
    source::{Context, Prepared, replace_strings},
};
use crate::{
    dashboard::json::{self, Object},
    time::interval_to_ms,
    variable::{self, DefaultFormat, Scope},
};

/// `None` for a type that has no rules of its own.
pub(super) fn prepare(mut query: Object, source: &DataSource, context: &Context) -> Option<Prepared> {
    let writer = Writer { context, scope: context.scope(false) };
    let is_asked = match source.kind.as_str() {
        "graphite" => graphite(&mut query, &writer),
        "opentsdb" => opentsdb(&mut query, &writer),
        "tempo" => tempo(&mut query, &writer),
        "jaeger" => {
            writer.plain_or_empty(&mut query, &["service", "operation", "query", "minDuration", "maxDuration"]);
            writer.plain(&mut query, &["tags"]);
            true
        }
        "zipkin" => {
            writer.plain_or_empty(&mut query, &["query"]);
            !json::text(&query, "query").is_empty()
        }
        "parca" => {
            writer.plain_or_empty(&mut query, &["labelSelector"]);
            true
        }
        "grafana-pyroscope-datasource" | "phlare" => {
            writer.plain_or_empty(&mut query, &["labelSelector", "profileTypeId"]);
            true
        }
        "grafana-azure-monitor-datasource" => azure(&mut query, &writer),
        "stackdriver" => cloud_monitoring(&mut query, &writer),
        "cloudwatch" if query.get("queryMode").and_then(Json::as_str) != Some("Logs") => cloudwatch(&mut query, source, &writer),
        _ => return None,
    };
    Some(if is_asked { Prepared::Send(vec![query]) } else { Prepared::Skip })
}

struct Writer<'a> {
    context: &'a Context<'a>,
    scope: Scope,
}

impl Writer<'_> {
    fn write(&self, text: &str, format: DefaultFormat) -> String {
        variable::interpolate(text, self.context.variables, &self.scope, format)
    }

    /// With a named format where the text has none.
    fn write_as(&self, text: &str, format: &str) -> String {
        variable::interpolate_as(text, self.context.variables, &self.scope, format)
    }

    fn plain(&self, query: &mut Object, keys: &[&str]) {
        for key in keys {
            if let Some(value) = query.get_mut(*key) {
                replace_strings(value, &|text| self.write(text, DefaultFormat::Glob));
            }
        }
    }

    /// What is missing is sent as "".
    fn plain_or_empty(&self, query: &mut Object, keys: &[&str]) {
        for key in keys {
            let text = self.write(&json::text(query, key), DefaultFormat::Glob);
            query.insert((*key).into(), Json::String(text));
        }
    }

    fn each(&self, value: Option<&mut Json>, write: &dyn Fn(&str) -> String) {
        if let Some(value) = value {
            replace_strings(value, write);
        }
    }

    /// A text that is one multi-value variable stands for all of its values.
    fn expand(&self, text: &str) -> Vec<String> {
        let name = text.trim_start_matches(['$', '{', '[']).trim_end_matches(['}', ']']);
        let variable = self.context.variables.list.iter().find(|variable| variable.name == name);
        let is_many =
            variable.is_some_and(|variable| variable.multi && matches!(variable.kind.as_str(), "custom" | "query" | "datasource"));
        match is_many && text.starts_with(['$', '[']) {
            true => self.write_as(text, "pipe").split('|').map(str::to_owned).collect(),
            false => vec![self.write(text, DefaultFormat::Glob)],
        }
    }
}

/// `#A` stands for another query's target.
fn graphite(query: &mut Object, writer: &Writer) -> bool {
    let target = json::text(query, "target");
    if target.is_empty() {
        return false;
    }
    let own = json::text(query, "refId");
    let text = writer.write(&nested(&target, &own, writer.context, 0), DefaultFormat::Glob);
    query.insert("target".into(), Json::String(text.clone()));
    query.insert("targetFull".into(), Json::String(text));
    true
}

fn nested(target: &str, own: &str, context: &Context, depth: usize) -> String {
    let mut out = String::new();
    let mut rest = target;
    while let Some(at) = rest.find('#') {
        let letter = rest[at + 1..].chars().next().filter(char::is_ascii_uppercase);
        let other = letter.filter(|letter| letter.to_string() != own && depth < 8).and_then(|letter| {
            let targets = context.panel.targets.iter();
            targets.filter(|target| target.ref_id == letter.to_string()).map(|target| json::text(&target.model, "target")).next()
        });
        out.push_str(&rest[..at]);
        match other {
            Some(other) => out.push_str(&nested(&other, own, context, depth + 1)),
            None => out.push_str(&rest[at..at + 1 + letter.map_or(0, char::len_utf8)]),
        }
        rest = &rest[at + 1 + letter.map_or(0, char::len_utf8)..];
        if out.len() > 100_000 {
            break;
        }
    }
    out + rest
}

fn opentsdb(query: &mut Object, writer: &Writer) -> bool {
    let metric = json::text(query, "metric");
    if metric.is_empty() {
        return false;
    }
    let pipe = |text: &str| writer.write_as(text, "pipe");
    query.insert("metric".into(), Json::String(pipe(&metric)));
    let aggregator = json::some_text(query, "aggregator").map_or_else(|| "avg".into(), |text| writer.write(&text, DefaultFormat::Glob));
    query.insert("aggregator".into(), Json::String(aggregator));
    if json::list(query, "filters").is_empty() {
        writer.each(query.get_mut("tags"), &pipe);
        return true;
    }
    for filter in query.get_mut("filters").and_then(Json::as_array_mut).into_iter().flatten().filter_map(Json::as_object_mut) {
        ["tagk", "filter"].iter().for_each(|key| writer.each(filter.get_mut(*key), &pipe));
    }
    true
}

fn tempo(query: &mut Object, writer: &Writer) -> bool {
    let pipe = |text: &str| writer.write_as(text, "pipe");
    let text = pipe(&json::text(query, "query"));
    query.insert("query".into(), Json::String(text));
    for filter in query.get_mut("filters").and_then(Json::as_array_mut).into_iter().flatten().filter_map(Json::as_object_mut) {
        writer.plain_or_empty(filter, &["tag"]);
        writer.each(filter.get_mut("value"), &pipe);
    }
    match query.get("serviceMapQuery").is_some_and(Json::is_array) {
        true => writer.plain(query, &["serviceMapQuery"]),
        false => writer.plain_or_empty(query, &["serviceMapQuery"]),
    }
    true
}

fn azure(query: &mut Object, writer: &Writer) -> bool {
    let glob = |text: &str| writer.write(text, DefaultFormat::Glob);
    let kusto = |text: &str| writer.write(text, DefaultFormat::Kusto);
    writer.plain(query, &["subscription"]);
    if let Some(list) = query.get("subscriptions").and_then(Json::as_array) {
        let all: Vec<String> =
            list.iter().filter_map(Json::as_str).flat_map(|text| writer.expand(text)).filter(|text| !text.is_empty()).collect();
        query.insert("subscriptions".into(), json!(all));
    }
    for part in ["azureMonitor", "azureLogAnalytics", "azureTraces", "azureResourceGraph"] {
        let Some(inside) = query.get_mut(part).and_then(Json::as_object_mut) else { continue };
        for (key, value) in inside.iter_mut() {
            match key.as_str() {
                "resources" => *value = resources(value, writer),
                // The server writes aliases; what a builder holds is written again by its own rules.
                "alias" | "builderQuery" => {}
                "query" => replace_strings(value, &kusto),
                _ => replace_strings(value, &glob),
            }
        }
        if part == "azureMonitor" && json::text(inside, "top").is_empty() {
            inside.insert("top".into(), Json::from("10"));
        }
    }
    true
}

/// A resource for each value of a variable in one of its parts.
fn resources(saved: &Json, writer: &Writer) -> Json {
    let each = |resource: &Json| -> Vec<Json> {
        let Json::Object(parts) = resource else {
            return writer.expand(resource.as_str().unwrap_or_default()).into_iter().map(Json::from).collect();
        };
        let mut all = vec![Object::new()];
        for (key, value) in parts {
            let values =
                value.as_str().map_or_else(|| vec![value.clone()], |text| writer.expand(text).into_iter().map(Json::from).collect());
            let with = |one: &Object, value: &Json| {
                let mut one = one.clone();
                one.insert(key.clone(), value.clone());
                one
            };
            all = all.iter().flat_map(|one| values.iter().map(move |value| with(one, value))).take(1_000).collect();
        }
        all.into_iter().map(Json::Object).collect()
    };
    saved.as_array().into_iter().flatten().flat_map(each).collect()
}

fn cloud_monitoring(query: &mut Object, writer: &Writer) -> bool {
    for part in ["timeSeriesList", "timeSeriesQuery", "sloQuery", "promQLQuery"] {
        let Some(inside) = query.get_mut(part).and_then(Json::as_object_mut) else { continue };
        for (key, value) in inside.iter_mut() {
            let Json::String(text) = value else { continue };
            *text = if part == "promQLQuery" && key == "expr" {
                writer.write_as(text, "pipe")
            } else {
                writer.write(text, DefaultFormat::Glob)
            };
        }
        if part != "timeSeriesList" {
            continue;
        }
        let filters = json::list(inside, "filters").iter().map(|one| one.as_str().unwrap_or_default());
        let filters: Vec<String> = monitoring_filters(&filters.collect::<Vec<_>>(), writer);
        let groups = json::list(inside, "groupBys").iter().filter_map(Json::as_str);
        let groups: Vec<String> =
            groups.flat_map(|text| writer.write_as(text, "csv").split(',').map(str::to_owned).collect::<Vec<_>>()).collect();
        inside.insert("filters".into(), json!(filters));
        inside.insert("groupBys".into(), json!(groups));
        if json::text(inside, "view").is_empty() {
            inside.insert("view".into(), Json::from("FULL"));
        }
    }
    true
}

/// Key, operator, value, condition, again and again; those without a value are left out.
fn monitoring_filters(saved: &[&str], writer: &Writer) -> Vec<String> {
    let whole = saved.chunks(4).filter(|filter| filter.get(2).is_some_and(|value| !value.is_empty()));
    let write = |filter: &[&str]| {
        let (key, value) = (writer.write(filter[0], DefaultFormat::Glob), writer.write(filter[2], DefaultFormat::Monitoring));
        let condition = filter.get(3).filter(|condition| !condition.is_empty());
        [key, filter[1].to_owned(), value].into_iter().chain(condition.map(|condition| (*condition).to_owned())).collect::<Vec<_>>()
    };
    whole.flat_map(write).collect()
}

fn cloudwatch(query: &mut Object, source: &DataSource, writer: &Writer) -> bool {
    writer.plain(query, &["alias", "metricName", "namespace", "expression", "statistic", "id", "accountId"]);
    let region = match json::text(query, "region").as_str() {
        "" | "default" => source.json_data.get("defaultRegion").and_then(Json::as_str).unwrap_or_default().to_owned(),
        region => writer.write(region, DefaultFormat::Glob),
    };
    query.insert("region".into(), Json::String(region));
    let period = writer.write(&json::text(query, "period"), DefaultFormat::Glob);
    query.insert("period".into(), Json::String(seconds(&period)));
    writer.each(query.get_mut("sqlExpression"), &|text| writer.write_as(text, "raw"));
    if let Some(dimensions) = query.get("dimensions").and_then(Json::as_object) {
        let expanded = |(key, value): (&String, &Json)| {
            let value = match value {
                Json::String(text) if !text.is_empty() => json!(writer.expand(text)),
                Json::Array(_) => value.clone(),
                _ => Json::Null,
            };
            (writer.write(key, DefaultFormat::Glob), value)
        };
        let dimensions: Object = dimensions.iter().map(expanded).collect();
        query.insert("dimensions".into(), Json::Object(dimensions));
    }
    let minutes = writer.context.utc_offset_secs / 60;
    let (sign, minutes) = (if minutes < 0 { '-' } else { '+' }, minutes.abs());
    query.insert("timezoneUTCOffset".into(), Json::from(format!("{sign}{:02}{:02}", minutes / 60, minutes % 60)));
    query.insert("type".into(), Json::from("timeSeriesQuery"));
    true
}

/// "5m" as "300"; "auto" and nothing stay.
fn seconds(period: &str) -> String {
    if period.is_empty() || period.eq_ignore_ascii_case("auto") || period.bytes().all(|byte| byte.is_ascii_digit()) {
        return period.to_owned();
    }
    interval_to_ms(period).map_or_else(|| period.to_owned(), |ms| format!("{}", (ms / 1000.0).max(1.0).floor()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        dashboard::{Panel, Target, from_classic},
        query::{DataSource, plan_panel},
        time::{Clock, TimeRange, TimeZone},
        variable::{NextStep, SettleContext, Variables, next_step},
    };

    fn variables() -> Variables {
        let custom = |name: &str, query: &str, more: Json| {
            let mut one = json!({"name": name, "type": "custom", "query": query});
            one.as_object_mut().unwrap().extend(more.as_object().unwrap().clone());
            one
        };
        let dashboard = from_classic(&json!({"templating": {"list": [
            custom("one", "a.b", json!({})),
            custom("many", "x,y'z", json!({"multi": true, "current": {"value": ["x", "y'z"]}})),
            custom("lone", "l", json!({"multi": true, "current": {"value": ["l"]}})),
            {"name": "f", "type": "adhoc", "datasource": {"uid": "u"}, "filters": [{"key": "job", "operator": "=", "value": "n\"1"}]}]}}))
        .unwrap();
        let base = Variables::default();
        let context = SettleContext { dashboard: &dashboard, given: &[], datasources: &[], base: &base };
        let NextStep::Done { variables, .. } = next_step(&context, &[]) else { panic!("no look-ups") };
        *variables
    }

    /// What is sent of the last of `targets` to a source of `kind`, without what every query has.
    fn asked(kind: &str, targets: &[Json]) -> Option<Json> {
        let source = DataSource {
            uid: "u".into(),
            kind: kind.into(),
            backend: true,
            json_data: json!({"defaultRegion": "eu-west-1"}),
            ..DataSource::default()
        };
        let target = |(at, model): (usize, &Json)| Target {
            ref_id: char::from(b'A' + at as u8).to_string(),
            model: model.as_object().cloned().unwrap_or_default(),
            ..Target::default()
        };
        let datasource = crate::dashboard::read_datasource(Some(&json!({"uid": "u", "type": kind})));
        let mut targets: Vec<Target> = targets.iter().enumerate().map(target).collect();
        targets.iter_mut().for_each(|target| {
            target.model.insert("refId".into(), Json::from(target.ref_id.clone()));
            target.datasource = datasource.clone();
        });
        let panel = Panel { plugin_id: "table".into(), datasource, targets, ..Panel::default() };
        let clock = Clock { now_ms: 0.0, zone: TimeZone::utc(), week_start: 1, fiscal_year_start_month: 0 };
        let plan = plan_panel(&panel, 800.0, &TimeRange::default(), &clock, &variables(), &[source]);
        let mut query = plan.requests.first()?.body["queries"].as_array()?.last()?.clone();
        let map = query.as_object_mut()?;
        ["refId", "datasource", "datasourceId", "intervalMs", "maxDataPoints"].iter().for_each(|key| drop(map.remove(*key)));
        Some(query)
    }

    fn check(kind: &str, target: Json, expected: Json) {
        let found = asked(kind, &[target]);
        assert_eq!(found.unwrap_or(Json::Null), expected, "{kind}");
    }

    #[test]
    fn each_source_has_its_own_way() {
        check(
            "opentsdb",
            json!({"metric": "$many", "tags": {"h": "$many"}}),
            json!({"metric": "x|y'z", "tags": {"h": "x|y'z"}, "aggregator": "avg"}),
        );
        check(
            "opentsdb",
            json!({"metric": "m", "aggregator": "$one", "filters": [{"tagk": "$one", "filter": "[[many]]", "type": "$one"}], "tags": {"h": "$one"}}),
            json!({"metric": "m", "aggregator": "a.b", "filters": [{"tagk": "a.b", "filter": "x|y'z", "type": "$one"}], "tags": {"h": "$one"}}),
        );
        check("opentsdb", json!({"metric": ""}), Json::Null);
        check(
            "tempo",
            json!({"query": "{a=\"$many\"} $none", "queryType": "$one", "filters": [{"tag": "$one", "value": ["$many"], "scope": "$one"}]}),
            json!({"query": "{a=\"x|y'z\"} $none", "queryType": "$one", "filters": [{"tag": "a.b", "value": ["x|y'z"], "scope": "$one"}], "serviceMapQuery": ""}),
        );
        check(
            "jaeger",
            json!({"service": "$one", "tags": "x=$many", "limit": "$one"}),
            json!({"service": "a.b", "tags": "x={x,y'z}", "limit": "$one", "operation": "", "query": "", "minDuration": "", "maxDuration": ""}),
        );
        check("zipkin", json!({"query": "$one", "queryType": "traceID"}), json!({"query": "a.b", "queryType": "traceID"}));
        check("zipkin", json!({"queryType": "traceID"}), Json::Null);
        check(
            "parca",
            json!({"labelSelector": "{$one}", "profileTypeId": "$one"}),
            json!({"labelSelector": "{a.b}", "profileTypeId": "$one"}),
        );
        check(
            "cloudwatch",
            json!({"region": "default", "namespace": "AWS/$one", "period": "5m", "dimensions": {"I": "$many", "J": "$lone", "K": "v", "$one": ["$many"], "E": ""}, "sqlExpression": "WHERE '$many'"}),
            json!({"region": "eu-west-1", "namespace": "AWS/a.b", "period": "300", "dimensions": {"I": ["x", "y'z"], "J": ["l"], "K": ["v"], "a.b": ["$many"], "E": null},
                "sqlExpression": "WHERE 'x,y'z'", "timezoneUTCOffset": "+0000", "type": "timeSeriesQuery"}),
        );
        check(
            "grafana-azure-monitor-datasource",
            json!({"subscription": "$one", "azureLogAnalytics": {"query": "T | where a in ($many) and b == $lone and c == '$one'", "resources": ["/r/$one", "$many"]}}),
            json!({"subscription": "a.b", "azureLogAnalytics": {"query": "T | where a in ('x','y'z') and b == 'l' and c == 'a.b'", "resources": ["/r/a.b", "x", "y'z"]}}),
        );
        check(
            "grafana-azure-monitor-datasource",
            json!({"azureMonitor": {"metricName": "$one", "alias": "$one", "resources": [{"resourceName": "$many", "region": "$one"}]}}),
            json!({"azureMonitor": {"metricName": "a.b", "alias": "$one", "top": "10",
                "resources": [{"resourceName": "x", "region": "a.b"}, {"resourceName": "y'z", "region": "a.b"}]}}),
        );
        check(
            "stackdriver",
            json!({"timeSeriesList": {"projectName": "$one", "filters": ["k", "=~", "$many", "AND", "z", "=", ""], "groupBys": ["$many", "b"]}, "promQLQuery": {"expr": "up{a=~\"$many\"}"}}),
            json!({"timeSeriesList": {"projectName": "a.b", "filters": ["k", "=~", "(x|y'z)", "AND"], "groupBys": ["x", "y'z", "b"], "view": "FULL"}, "promQLQuery": {"expr": "up{a=~\"x|y'z\"}"}}),
        );
        check(
            "mysql",
            json!({"rawSql": "$many", "format": "table", "editorMode": "code", "rawQuery": true}),
            json!({"rawSql": "'x','y''z'", "format": "table"}),
        );
    }

    #[test]
    fn graphite_knows_other_queries() {
        let found = asked("graphite", &[json!({"target": "a.$one.*"}), json!({"target": "sumSeries(#A, #B, #Z, $many)"})]).unwrap();
        assert_eq!(found["target"], "sumSeries(a.a.b.*, #B, #Z, {x,y'z})");
        assert_eq!(asked("graphite", &[json!({"target": ""})]), None);
    }
}
