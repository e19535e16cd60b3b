//! Graphite: metrics and tags through Grafana's proxy, and query types that are ordinary queries.
//! Source: Grafana 12.4 `graphite/datasource.ts` `metricFindQuery`.

use super::{LookupBody, Reply, VariableLookup, call, data_query::data_query, query_string};
use crate::{
    dashboard::{
        ScopedValue,
        json::{self, some_text},
    },
    query::DataSource,
    variable::{DefaultFormat, Scope, Variable, Variables, format::percent_encode, interpolate},
};

/// Tags a look-up is content with.
const MOST_TAGS: &str = "10000";

pub(super) fn graphite(variable: &Variable, source: &DataSource, variables: &Variables) -> Option<VariableLookup> {
    let saved = variable.query.as_object();
    match saved.map(|map| json::text(map, "queryType")).as_deref() {
        Some("Value") => return data_query(variable, source, variables, DefaultFormat::Glob, Reply::FirstValues),
        Some("Metric Name") => return data_query(variable, source, variables, DefaultFormat::Glob, Reply::FrameNames),
        _ => {}
    }
    let text = saved.and_then(|map| some_text(map, "target").or_else(|| some_text(map, "query")));
    let query = text.or_else(|| json::text_of(&variable.query)).filter(|text| !text.is_empty())?;
    let write = |wildcard: &str| {
        let filter = ScopedValue { text: wildcard.to_owned(), value: wildcard.to_owned() };
        interpolate(&query, variables, &Scope { values: vec![("__searchFilter".into(), filter)] }, DefaultFormat::Glob)
    };
    let proxy = |route: &str, params: &[(&str, String)], body: Option<LookupBody>| VariableLookup {
        name: variable.name.clone(),
        path: format!("/api/datasources/proxy/uid/{}/{route}{}", source.uid, query_string(params)),
        body,
        reply: Reply::Metrics,
    };
    let span = [("from", seconds(variables.range.from_ms, false)), ("until", seconds(variables.range.to_ms, true))];
    let tags = |route: &str, tag: Option<String>, expressions: &[String]| {
        let mut params: Vec<(&str, String)> = expressions.iter().map(|one| ("expr", one.clone())).collect();
        params.extend(tag.map(|tag| ("tag", tag)));
        params.push(("limit", MOST_TAGS.into()));
        params.extend(span.clone());
        proxy(route, &params, None)
    };
    let plain = write("");
    if let Some(inside) = call(&plain, "tag_values") {
        let parts = split(inside);
        let (tag, expressions) = parts.split_first()?;
        return Some(tags("tags/autoComplete/values", Some(tag.clone()), expressions));
    }
    if let Some(inside) = call(&plain, "tags") {
        return Some(tags("tags/autoComplete/tags", None, &split(inside)));
    }
    let starred = write("*");
    if let Some(inside) = call(&starred, "expand") {
        let params: Vec<(&str, String)> = [("query", inside.to_owned())].into_iter().chain(span).collect();
        return Some(proxy("metrics/expand", &params, None));
    }
    let body = LookupBody::Text { content_type: "application/x-www-form-urlencoded", text: format!("query={}", percent_encode(&starred)) };
    Some(proxy("metrics/find", &span, Some(body)))
}

/// A list's members; commas in braces do not part them.
fn split(text: &str) -> Vec<String> {
    let (mut parts, mut depth) = (vec![String::new()], 0_i32);
    for c in text.chars() {
        depth += i32::from(c == '{') - i32::from(c == '}');
        match (c, parts.last_mut()) {
            (',', _) if depth <= 0 => parts.push(String::new()),
            (c, Some(part)) => part.push(c),
            _ => {}
        }
    }
    parts.iter().map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect()
}

/// Graphite's `from` is exclusive: moments with seconds step a second outwards.
fn seconds(at_ms: f64, is_end: bool) -> String {
    let unix = (at_ms / 1000.0).floor();
    let outwards = if unix.rem_euclid(60.0) == 0.0 {
        0.0
    } else if is_end {
        1.0
    } else {
        -1.0
    };
    format!("{:.0}", unix + outwards)
}
