//! CloudWatch: regions, namespaces, metrics, dimensions and the like, each a resource of the plugin.
//! Source: Grafana 12.4 `cloudwatch/variables.ts`, `resources/ResourcesAPI.ts`, `migrations/variableQueryMigrations.ts`.

use serde_json::{Map, Value as Json, json};

use super::{Reply, ResourceKind, Source, get, same_option};
use crate::{
    dashboard::json::{self, Object},
    query::DataSource,
    variable::{DefaultFormat, Scope, Variable, Variables, interpolate},
};

const STATISTICS: [&str; 5] = ["Average", "Maximum", "Minimum", "Sum", "SampleCount"];

pub(super) fn cloudwatch(variable: &Variable, source: &DataSource, variables: &Variables) -> Result<Source, String> {
    let query = match &variable.query {
        Json::Object(map) if !map.contains_key("queryType") && map.contains_key("query") => from_text(&json::text(map, "query"))?,
        Json::Object(map) => map.clone(),
        other => from_text(&json::text_of(other).unwrap_or_default())?,
    };
    let asked = Asked { variable, source, variables, query: &query };
    Ok(match json::text(&query, "queryType").as_str() {
        "namespaces" => asked.list("namespaces", &[], ResourceKind::Plain),
        "metrics" => asked.list_if(&["namespace"], "metrics", &["region", "namespace", "accountId"], ResourceKind::Plain),
        "dimensionKeys" => {
            let keys = ["region", "namespace", "accountId", "metricName", "dimensionFilters"];
            asked.list("dimension-keys", &keys, ResourceKind::Plain)
        }
        "dimensionValues" => {
            let keys = ["region", "namespace", "metricName", "dimensionKey", "dimensionFilters", "accountId"];
            asked.list_if(&["dimensionKey", "metricName", "namespace"], "dimension-values", &keys, ResourceKind::Plain)
        }
        "ebsVolumeIDs" => asked.list_if(&["instanceID"], "ebs-volume-ids", &["region", "instanceID"], ResourceKind::Plain),
        "ec2InstanceAttributes" => {
            let keys = ["region", "attributeName", "ec2Filters"];
            asked.list_if(&["attributeName"], "ec2-instance-attribute", &keys, ResourceKind::Plain)
        }
        "resourceARNs" => asked.list_if(&["resourceType"], "resource-arns", &["region", "resourceType", "tags"], ResourceKind::Plain),
        "statistics" => Source::Known(STATISTICS.iter().map(|name| same_option(name)).collect()),
        "logGroups" => {
            let keys = ["accountId", "region", "logGroupPrefix", "listAllLogGroups"];
            asked.list("log-groups", &keys, ResourceKind::LogGroups)
        }
        "accounts" => asked.list("accounts", &["region"], ResourceKind::Accounts),
        _ => asked.list("regions", &[], ResourceKind::Plain),
    })
}

struct Asked<'a> {
    variable: &'a Variable,
    source: &'a DataSource,
    variables: &'a Variables,
    query: &'a Object,
}

impl Asked<'_> {
    /// Nothing is asked while one of `needed` is empty.
    fn list_if(&self, needed: &[&str], route: &str, keys: &[&str], kind: ResourceKind) -> Source {
        match needed.iter().all(|key| json::some_text(self.query, key).is_some()) {
            true => self.list(route, keys, kind),
            false => Source::Nothing,
        }
    }

    fn list(&self, route: &str, keys: &[&str], kind: ResourceKind) -> Source {
        let params: Vec<(&str, String)> = keys.iter().filter_map(|key| self.param(key)).collect();
        Source::Ask(Box::new(get(self.variable, self.source, route, &params, Reply::Resources(kind))))
    }

    fn param(&self, key: &str) -> Option<(&'static str, String)> {
        let text = |name: &'static str| Some((name, self.write(&json::text(self.query, key))));
        let filters = |name: &'static str| Some((name, self.filters(self.query.get(key)).to_string()));
        match key {
            "region" => Some(("region", self.region())),
            "namespace" => text("namespace"),
            "metricName" => Some(("metricName", self.write(json::text(self.query, key).trim()))),
            "dimensionKey" => text("dimensionKey"),
            "dimensionFilters" => filters("dimensionFilters"),
            "instanceID" => text("instanceId"),
            "attributeName" => text("attributeName"),
            "ec2Filters" => filters("filters"),
            "resourceType" => text("resourceType"),
            "tags" => filters("tags"),
            "logGroupPrefix" => text("logGroupNamePrefix"),
            "listAllLogGroups" => Some(("listAllLogGroups", "true".into())),
            "accountId" => text("accountId").filter(|(_, id)| !id.is_empty()),
            _ => None,
        }
    }

    fn write(&self, text: &str) -> String {
        interpolate(text, self.variables, &Scope::default(), DefaultFormat::Glob)
    }

    /// The chosen region; "default" and none are the data source's own.
    fn region(&self) -> String {
        let saved = json::text(self.query, "region");
        if saved.is_empty() || saved == "default" {
            let own = self.source.json_data.get("defaultRegion").and_then(Json::as_str);
            return own.unwrap_or_default().to_owned();
        }
        self.write(&saved)
    }

    /// Filters as `{key: [value, …]}`; a variable of several values becomes all of them.
    fn filters(&self, saved: Option<&Json>) -> Json {
        let Some(map) = saved.and_then(Json::as_object) else { return json!({}) };
        let expanded = map.iter().map(|(key, value)| {
            let values: Vec<String> = match value {
                Json::Array(list) => list.iter().filter_map(json::text_of).flat_map(|one| self.expand(&one)).collect(),
                other => json::text_of(other).filter(|text| !text.is_empty()).map(|one| self.expand(&one)).unwrap_or_default(),
            };
            (self.write(key), if values.is_empty() { Json::Null } else { json!(values) })
        });
        Json::Object(expanded.collect::<Map<String, Json>>())
    }

    fn expand(&self, text: &str) -> Vec<String> {
        let name = text.trim_start_matches(['$', '{', '[']).trim_end_matches(['}', ']']);
        let whole = text.starts_with(['$', '[']) && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '_');
        match self.variables.list.iter().find(|variable| whole && variable.name == name) {
            Some(variable) => variable.chosen.iter().map(|option| option.value.clone()).collect(),
            None => vec![self.write(text)],
        }
    }
}

/// The old form: `dimension_values(us-east-1,AWS/EC2,CPUUtilization,InstanceId,{"a": "b"})`.
fn from_text(text: &str) -> Result<Object, String> {
    let (name, inside) = text.trim().split_once('(').unwrap_or((text.trim(), ""));
    let inside = inside.rsplit_once(')').map_or(inside, |(inside, _)| inside);
    // The last argument is JSON and may hold commas.
    let count = match name.trim() {
        "dimension_values" => 5,
        "ec2_instance_attribute" | "resource_arns" => 3,
        _ => 2,
    };
    let parts: Vec<&str> = inside.splitn(count, ',').map(str::trim).collect();
    let part = |index: usize| parts.get(index).copied().unwrap_or_default();
    let filters = |index: usize| match part(index) {
        "" | "[]" => Ok(json!({})),
        text => {
            let quoted = text.replace("${", "\"${").replace(":json}", "}\"");
            let text = if text.contains(":json}") { quoted } else { text.to_owned() };
            serde_json::from_str::<Json>(&text).map_err(|_| format!("its filters are no JSON: {text}"))
        }
    };
    let query = match name.trim() {
        "namespaces" => json!({"queryType": "namespaces"}),
        "metrics" => json!({"queryType": "metrics", "namespace": part(0), "region": part(1)}),
        "dimension_keys" => json!({"queryType": "dimensionKeys", "namespace": part(0), "region": part(1)}),
        "dimension_values" => json!({"queryType": "dimensionValues", "region": part(0), "namespace": part(1), "metricName": part(2),
            "dimensionKey": part(3), "dimensionFilters": filters(4)?}),
        "ebs_volume_ids" => json!({"queryType": "ebsVolumeIDs", "region": part(0), "instanceID": part(1)}),
        "ec2_instance_attribute" => {
            json!({"queryType": "ec2InstanceAttributes", "region": part(0), "attributeName": part(1), "ec2Filters": filters(2)?})
        }
        "resource_arns" => json!({"queryType": "resourceARNs", "region": part(0), "resourceType": part(1), "tags": filters(2)?}),
        "statistics" => json!({"queryType": "statistics"}),
        _ => json!({"queryType": "regions"}),
    };
    Ok(query.as_object().cloned().unwrap_or_default())
}
