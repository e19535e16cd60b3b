//! Prometheus and its family: labels, label values, metric names, query results, series.

use super::{Reply, VariableLookup, call, component, get, query_text, range_scope};
use crate::{
    query::DataSource,
    variable::{DefaultFormat, Variable, Variables, interpolate},
};

pub(super) fn prometheus(variable: &Variable, source: &DataSource, variables: &Variables) -> Option<VariableLookup> {
    let query = interpolate(&query_text(variable), variables, &range_scope(variables), DefaultFormat::Regex);
    let query = query.trim();
    let start = format!("{:.0}", (variables.range.from_ms / 1000.0).floor());
    let end = format!("{:.0}", (variables.range.to_ms / 1000.0).ceil());
    let span = || vec![("limit", "40000".to_owned()), ("start", start.clone()), ("end", end.clone())];
    let values_of = |label: &str, selector: Option<String>| {
        let mut params = span();
        params.extend(selector.map(|selector| ("match[]", selector)));
        get(variable, source, &format!("api/v1/label/{}/values", component(label)), &params, Reply::Texts)
    };
    if query.is_empty() {
        return None;
    }
    if let Some(inside) = call(query, "label_names") {
        let mut params = span();
        if !inside.is_empty() {
            params.push(("match[]", format!("{{__name__=~\".*{inside}.*\"}}")));
        }
        return Some(get(variable, source, "api/v1/labels", &params, Reply::Texts));
    }
    if let Some(inside) = call(query, "label_values") {
        let (filter, label) = inside.rsplit_once(',').map_or((None, inside), |(filter, label)| (Some(filter.trim()), label.trim()));
        if !label.is_empty() && !label.contains(['{', '}', '"', '(', ')', ' ']) {
            let filter = filter.filter(|filter| !filter.is_empty() && filter.replace(' ', "") != "{}");
            return Some(values_of(label, filter.map(str::to_owned)));
        }
    }
    if let Some(inside) = call(query, "metrics") {
        return (!inside.is_empty()).then(|| values_of("__name__", Some(format!("{{__name__=~\"{inside}\"}}"))));
    }
    if let Some(inside) = call(query, "query_result") {
        let params = [("query", inside.to_owned()), ("time", end)];
        return (!inside.is_empty()).then(|| get(variable, source, "api/v1/query", &params, Reply::Vector));
    }
    let params = [("match[]", query.to_owned()), ("start", start), ("end", end)];
    Some(get(variable, source, "api/v1/series", &params, Reply::Series))
}
