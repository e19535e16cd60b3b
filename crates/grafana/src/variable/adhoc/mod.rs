//! Ad hoc filters: each data source has its own way of putting them into a query.

mod loki;
mod lucene;
mod prometheus;

use serde_json::{Value as Json, json};

use super::Variables;
use crate::dashboard::json::{self, Object};

/// One filter of an ad hoc variable.
#[derive(Clone, Debug, PartialEq)]
struct Filter {
    key: String,
    /// "=", "!=", "=~", "!~", "<", ">", and "=|", "!=|" (one of several).
    operator: String,
    value: String,
    /// The values of "one of".
    more: Vec<String>,
}

impl Filter {
    fn read(json: &Json) -> Option<Filter> {
        let map = json.as_object()?;
        Some(Filter {
            key: json::some_text(map, "key")?,
            operator: json::some_text(map, "operator").unwrap_or_else(|| "=".into()),
            value: json::text(map, "value"),
            more: json::list(map, "values").iter().filter_map(json::text_of).collect(),
        })
    }

    /// All values of "one of", else the only one.
    fn values(&self) -> impl Iterator<Item = &str> {
        let one = self.more.is_empty().then_some(self.value.as_str());
        self.more.iter().map(String::as_str).chain(one)
    }
}

/// The filters of the ad hoc variables that belong to a data source, in order.
fn filters_of(variables: &Variables, source_uid: &str) -> Vec<Filter> {
    let belong = |uid: &str| uid.is_empty() || uid == source_uid;
    let adhoc = variables.list.iter().filter(|variable| variable.kind == "adhoc" && belong(&variable.datasource_uid));
    adhoc.flat_map(|variable| variable.filters.as_array().into_iter().flatten()).filter_map(Filter::read).collect()
}

/// Prometheus: into every selector of the expression.
pub(crate) fn add_adhoc_filters(expr: &str, variables: &Variables, source_uid: &str) -> String {
    prometheus::add(expr, &filters_of(variables, source_uid))
}

/// Loki: into the stream selectors, or behind the parsers of a pipeline that has some.
pub(crate) fn add_loki_filters(expr: &str, variables: &Variables, source_uid: &str) -> String {
    filters_of(variables, source_uid).iter().fold(expr.to_owned(), |expr, filter| loki::add(&expr, filter))
}

/// Elasticsearch: `AND key:"value"`.
pub(crate) fn add_lucene_filters(query: &str, variables: &Variables, source_uid: &str) -> String {
    filters_of(variables, source_uid).iter().fold(query.to_owned(), |query, filter| lucene::add(&query, filter))
}

/// InfluxDB: as tags of a query that the builder made; the server writes them.
pub(crate) fn add_influx_filters(query: &mut Object, variables: &Variables, source_uid: &str) {
    let filters: Vec<Json> = filters_of(variables, source_uid)
        .iter()
        .map(|filter| json!({"key": filter.key, "operator": filter.operator, "value": filter.value}))
        .collect();
    if filters.is_empty() {
        return;
    }
    query.insert("adhocFilters".into(), Json::Array(filters.clone()));
    let mut tags = json::list(query, "tags").to_vec();
    tags.extend(filters);
    query.insert("tags".into(), Json::Array(tags));
}
