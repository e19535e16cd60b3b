//! YAML as JSON that knows its lines.

use saphyr::{LoadableYamlNode, MarkedYaml, Scalar, YamlData};
use serde_json::{Map, Number, Value};

/// A value with the line it begins at.
#[derive(Clone, Debug, PartialEq)]
pub struct Node {
    /// From 1.
    pub line: usize,
    pub data: Data,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Data {
    Scalar(Value),
    List(Vec<Node>),
    Map(Vec<(String, Node)>),
}

/// What is wrong, and in which line.
pub type YamlError = (usize, String);

/// Reads the only document of a text; an empty one is null. `fill` turns each string into what it stands for.
pub fn parse(text: &str, fill: &dyn Fn(&str) -> Result<String, String>) -> Result<Node, YamlError> {
    let documents = MarkedYaml::load_from_str(text).map_err(|error| (error.marker().line(), error.info().to_owned()))?;
    match documents.as_slice() {
        [] => Ok(Node { line: 1, data: Data::Scalar(Value::Null) }),
        [document] => read(document, fill),
        [_, second, ..] => Err((second.span.start.line(), "only one document a file".into())),
    }
}

fn read(yaml: &MarkedYaml, fill: &dyn Fn(&str) -> Result<String, String>) -> Result<Node, YamlError> {
    let line = yaml.span.start.line();
    let data = match &yaml.data {
        YamlData::Value(scalar) => Data::Scalar(read_scalar(scalar, line, fill)?),
        YamlData::Sequence(items) => Data::List(items.iter().map(|item| read(item, fill)).collect::<Result<_, _>>()?),
        YamlData::Mapping(entries) => {
            let entry = |(key, value): (&MarkedYaml, &MarkedYaml)| Ok((read_key(key)?, read(value, fill)?));
            Data::Map(entries.iter().map(entry).collect::<Result<_, YamlError>>()?)
        }
        YamlData::Tagged(..) => return Err((line, "tags are not understood here".into())),
        YamlData::Representation(..) | YamlData::Alias(_) | YamlData::BadValue => return Err((line, "this value cannot be read".into())),
    };
    Ok(Node { line, data })
}

fn read_scalar(scalar: &Scalar, line: usize, fill: &dyn Fn(&str) -> Result<String, String>) -> Result<Value, YamlError> {
    Ok(match scalar {
        Scalar::Null => Value::Null,
        Scalar::Boolean(flag) => Value::Bool(*flag),
        Scalar::Integer(number) => Value::Number((*number).into()),
        Scalar::FloatingPoint(number) => {
            Value::Number(Number::from_f64(number.0).ok_or_else(|| (line, "expected a finite number".to_owned()))?)
        }
        Scalar::String(text) => Value::String(fill(text).map_err(|message| (line, message))?),
    })
}

fn read_key(key: &MarkedYaml) -> Result<String, YamlError> {
    match &key.data {
        YamlData::Value(Scalar::String(text)) => Ok(text.to_string()),
        YamlData::Value(Scalar::Integer(number)) => Ok(number.to_string()),
        YamlData::Value(Scalar::Boolean(flag)) => Ok(flag.to_string()),
        _ => Err((key.span.start.line(), "expected a name before the colon".into())),
    }
}

impl Node {
    pub fn get(&self, key: &str) -> Option<&Node> {
        match &self.data {
            Data::Map(entries) => entries.iter().find(|(name, _)| name == key).map(|(_, node)| node),
            _ => None,
        }
    }

    pub fn to_json(&self) -> Value {
        match &self.data {
            Data::Scalar(value) => value.clone(),
            Data::List(items) => items.iter().map(Node::to_json).collect(),
            Data::Map(entries) => entries.iter().map(|(name, node)| (name.clone(), node.to_json())).collect::<Map<_, _>>().into(),
        }
    }

    /// The line of `dashboards[0].dashboard.uid`; of the nearest thing around it when that is not there.
    pub fn line_of(&self, path: &str) -> usize {
        let mut node = self;
        for part in path.split(['.', '[']).map(|part| part.trim_end_matches(']')) {
            let next = match &node.data {
                Data::List(items) => part.parse::<usize>().ok().and_then(|index| items.get(index)),
                _ => node.get(part),
            };
            match next {
                Some(next) => node = next,
                None => break,
            }
        }
        node.line
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn parsed(text: &str) -> Result<Node, YamlError> {
        parse(text, &|text| if text == "bad" { Err("is bad".into()) } else { Ok(text.to_owned()) })
    }

    #[test]
    fn values_are_those_of_json() {
        let text = "a: 1\nb: [x, true, null, 1.5]\nc:\n  - 1: yes\n    d: '2'\n  - >-\n    two\n    lines\ne: &e {f: 2026-01-01T00:00:00Z}\ng: *e\n";
        let expected = json!({"a": 1, "b": ["x", true, null, 1.5], "c": [{"1": "yes", "d": "2"}, "two lines"],
            "e": {"f": "2026-01-01T00:00:00Z"}, "g": {"f": "2026-01-01T00:00:00Z"}});
        assert_eq!(parsed(text).unwrap().to_json(), expected);
        assert_eq!(parsed("").unwrap().to_json(), Value::Null);
    }

    #[test]
    fn lines_of_values_and_of_what_is_missing() {
        let node = parsed("# comment\na: 1\n\nlist:\n  - name: x\n    deep:\n      er: 1\n  - name: y\n").unwrap();
        for (path, line) in
            [("a", 2), ("list[0].name", 5), ("list[0].deep.er", 7), ("list[0].deep.none", 7), ("list[1]", 8), ("list[0].none", 5)]
        {
            assert_eq!(node.line_of(path), line, "{path}");
        }
    }

    #[test]
    fn mistakes_have_a_line() {
        for (text, line) in [
            ("a: 1\nb: [1, 2\nc: 3\n", 3),
            ("a: 1\na: 2\n", 2),
            ("a:\n  - bad\n", 2),
            ("a: !thing x\n", 1),
            ("a: 1\n---\nb: 1\n", 3),
            ("a: .inf\n", 1),
            ("{[1]: 2}\n", 1),
        ] {
            let (got, message) = parsed(text).unwrap_err();
            assert_eq!(got, line, "{text}: {message}");
        }
    }
}
