//! Loki: labels and their values.

use super::{Reply, VariableLookup, call, component, get, query_text, range_scope};
use crate::{
    dashboard::json,
    query::DataSource,
    variable::{DefaultFormat, Variable, Variables, interpolate},
};

pub(super) fn loki(variable: &Variable, source: &DataSource, variables: &Variables) -> Option<VariableLookup> {
    let scope = range_scope(variables);
    let write = |text: &str| interpolate(text, variables, &scope, DefaultFormat::Loki);
    let nanos = |ms: f64| format!("{:.0}000000", ms);
    let span = || vec![("start", nanos(variables.range.from_ms)), ("end", nanos(variables.range.to_ms))];
    let values_of = |label: &str, selector: &str| {
        let mut params = span();
        if !selector.is_empty() && selector != "{}" {
            params.insert(0, ("query", selector.to_owned()));
        }
        get(variable, source, &format!("label/{}/values", component(label)), &params, Reply::Texts)
    };
    if let Some(map) = variable.query.as_object().filter(|map| map.contains_key("label") || map.contains_key("type")) {
        let label = write(&json::text(map, "label"));
        if json::integer(map, "type") == Some(0) || label.is_empty() {
            return Some(get(variable, source, "labels", &span(), Reply::Texts));
        }
        return Some(values_of(&label, &write(&json::text(map, "stream"))));
    }
    let query = write(&query_text(variable));
    if let Some(inside) = call(query.trim(), "label_values") {
        let (selector, label) = inside.rsplit_once(',').map_or(("", inside), |(selector, label)| (selector.trim(), label.trim()));
        return (!label.is_empty()).then(|| values_of(label, selector));
    }
    call(query.trim(), "label_names").map(|_| get(variable, source, "labels", &span(), Reply::Texts))
}
