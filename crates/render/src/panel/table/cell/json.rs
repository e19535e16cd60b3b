//! JSON as Grafana writes it into a cell: indented by one space.

use std::io;

use grafana::{field::DisplayValue, frame::Value, js::number_to_string};
use serde::Serialize;
use serde_json::{
    Value as Json,
    ser::{Formatter, PrettyFormatter, Serializer},
};

/// `JSON.stringify(value, null, " ")` of a value or of the JSON its text is; other text stays as it is.
pub fn spread(value: &Value, display: &DisplayValue) -> String {
    match value {
        Value::Json(json @ (Json::Array(_) | Json::Object(_))) => stringify(json),
        _ => {
            let text = display.full();
            serde_json::from_str::<Json>(&text).map_or(text, |json| stringify(&json))
        }
    }
}

fn stringify(json: &Json) -> String {
    let mut bytes = Vec::new();
    let written = json.serialize(&mut Serializer::with_formatter(&mut bytes, Indented(PrettyFormatter::with_indent(b" "))));
    written.ok().and_then(|()| String::from_utf8(bytes).ok()).unwrap_or_default()
}

/// Numbers as JavaScript prints them: 1, not 1.0.
struct Indented(PrettyFormatter<'static>);

impl Formatter for Indented {
    fn write_f64<W: ?Sized + io::Write>(&mut self, writer: &mut W, value: f64) -> io::Result<()> {
        writer.write_all(number_to_string(value).as_bytes())
    }
    fn begin_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_array(writer)
    }
    fn end_array<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array(writer)
    }
    fn begin_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_array_value(writer, first)
    }
    fn end_array_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_array_value(writer)
    }
    fn begin_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object(writer)
    }
    fn end_object<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object(writer)
    }
    fn begin_object_key<W: ?Sized + io::Write>(&mut self, writer: &mut W, first: bool) -> io::Result<()> {
        self.0.begin_object_key(writer, first)
    }
    fn begin_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.begin_object_value(writer)
    }
    fn end_object_value<W: ?Sized + io::Write>(&mut self, writer: &mut W) -> io::Result<()> {
        self.0.end_object_value(writer)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(text: &str, expected: &str) {
        let (prefix, suffix, percent) = (String::new(), String::new(), None);
        let display = DisplayValue { text: text.into(), prefix, suffix, numeric: f64::NAN, percent, color: None, title: None };
        assert_eq!(spread(&Value::String(text.into()), &display), expected, "{text}");
    }

    #[test]
    fn text_that_is_json_is_spread() {
        check("{\"a\":1.0,\"b\":[]}", "{\n \"a\": 1,\n \"b\": []\n}");
        check("[1,{\"x\":null}]", "[\n 1,\n {\n  \"x\": null\n }\n]");
        check("no json", "no json");
        check("", "");
    }
}
