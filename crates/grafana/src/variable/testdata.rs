//! Variable queries of the TestData source: a made-up tree of names `A` … `H`, `AA` … `HH`, asked for with globs.

use super::VariableOption;

const LETTERS: &str = "ABCDEFGH";
/// How deep the made-up tree goes.
const DEPTH: usize = 6;

/// Names the query finds: `*` the top level, `A.*` what is under A, `{A,B}.*` under both. "value…" is itself.
pub(super) fn options(query: &str) -> Vec<VariableOption> {
    if query.starts_with("value") {
        return vec![VariableOption { text: query.to_owned(), value: query.to_owned() }];
    }
    let mut parents = vec![String::new()];
    for segment in query.split('.') {
        if segment == "*" {
            break;
        }
        let wanted: Vec<&str> = segment.trim_matches(['{', '}']).split(',').collect();
        parents = parents.iter().flat_map(|parent| children(parent)).filter(|name| wanted.contains(&name.as_str())).collect();
    }
    let names = parents.iter().flat_map(|parent| children(parent));
    names.map(|name| VariableOption { text: name.clone(), value: name }).collect()
}

fn children(parent: &str) -> Vec<String> {
    let deep_enough = parent.len() < DEPTH;
    LETTERS.chars().filter(|_| deep_enough).map(|letter| format!("{parent}{letter}")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(query: &str, expected: &str) {
        let names: Vec<String> = options(query).into_iter().map(|option| option.value).collect();
        assert_eq!(names.join(","), expected, "{query}");
    }

    #[test]
    fn finds_names() {
        check("*", "A,B,C,D,E,F,G,H");
        check("A.AB.*", "ABA,ABB,ABC,ABD,ABE,ABF,ABG,ABH");
        check("{A,B}.*", "AA,AB,AC,AD,AE,AF,AG,AH,BA,BB,BC,BD,BE,BF,BG,BH");
        check("value1", "value1");
    }
}
