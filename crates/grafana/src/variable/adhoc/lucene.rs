//! Elasticsearch: filters are terms joined by AND. Source: Grafana 12.4 `elasticsearch/modifyQuery.ts`, npm lucene 2.1.1.

use super::Filter;

pub(super) fn add(query: &str, filter: &Filter) -> String {
    if filter.value.is_empty() {
        return query.to_owned();
    }
    let key = escape_term(&filter.key);
    let value = escape_phrase(&filter.value.replace('\\', "\\\\"));
    let term = match filter.operator.as_str() {
        "=" => format!("{key}:\"{value}\""),
        "!=" => format!("-{key}:\"{value}\""),
        "=~" => format!("{key}:/{}/", escape_phrase(&filter.value)),
        "!~" => format!("-{key}:/{}/", escape_phrase(&filter.value)),
        operator @ (">" | "<") => format!("{key}:{operator}{value}"),
        _ => return query.to_owned(),
    };
    match query.trim() {
        "" => term,
        // What is there already is not asked twice.
        _ if query.contains(&term) => query.to_owned(),
        _ => format!("{query} AND {term}"),
    }
}

fn escape_term(text: &str) -> String {
    text.chars().flat_map(|c| if " +-!(){}[]^\"?:\\&|'/~*".contains(c) { vec!['\\', c] } else { vec![c] }).collect()
}

fn escape_phrase(text: &str) -> String {
    text.replace('"', "\\\"")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(query: &str, key: &str, operator: &str, value: &str, expected: &str) {
        let filter = Filter { key: key.into(), operator: operator.into(), value: value.into(), more: Vec::new() };
        assert_eq!(add(query, &filter), expected);
    }

    #[test]
    fn joins_terms() {
        check("", "host", "=", "a b", "host:\"a b\"");
        check("up", "host", "!=", "say \"x\"", "up AND -host:\"say \\\"x\\\"\"");
        check("up", "a:b", "=~", "x.*", "up AND a\\:b:/x.*/");
        check("up", "n", ">", "5", "up AND n:>5");
        check("up", "n", "=", "", "up");
        check("n:\"1\"", "n", "=", "1", "n:\"1\"");
    }
}
