//! Reports and settings as a provisioning file.

use report::{Report, ReportSettings};
use serde_json::{Value, json};

/// What a file has no use for: the database gives these.
const LEFT_OUT: &[&str] = &["id", "userId", "created", "updated", "provisioned"];

/// The text of a file that defines these reports and, unless they are the defaults, the settings.
pub fn export(reports: &[Report], settings: &ReportSettings) -> String {
    let mut file = json!({ "apiVersion": 1, "reports": reports.iter().map(report_json).collect::<Vec<_>>() });
    let is_default = ReportSettings {
        id: settings.id,
        user_id: settings.user_id,
        provisioned: settings.provisioned.clone(),
        ..ReportSettings::new(settings.org_id)
    } == *settings;
    if !is_default {
        file["settings"] = json!([without_given(serde_json::to_value(settings).unwrap_or_default())]);
    }
    let mut text = String::new();
    write_block(&file, 0, &mut text);
    text
}

fn report_json(report: &Report) -> Value {
    let mut json = without_given(report.to_json());
    for dashboard in json["dashboards"].as_array_mut().into_iter().flatten() {
        if let Some(id) = dashboard["dashboard"].as_object_mut() {
            // Grafana gives no numbers any more.
            id.shift_remove("id");
        }
    }
    if let Some(schedule) = json["schedule"].as_object_mut() {
        // Only "last" decides anything; the day is the start's.
        schedule.retain(|key, value| !value.is_null() && (key != "dayOfMonth" || value == "last"));
    }
    json
}

fn without_given(mut json: Value) -> Value {
    if let Some(map) = json.as_object_mut() {
        map.retain(|key, _| !LEFT_OUT.contains(&key.as_str()));
    }
    json
}

/// Block style, so that people can work with it; texts are in double quotes, which YAML reads as JSON does.
fn write_block(value: &Value, indent: usize, out: &mut String) {
    let pad = " ".repeat(indent);
    match value {
        Value::Object(map) => {
            for (name, value) in map {
                out.push_str(&format!("{pad}{}:", key(name)));
                write_value(value, indent + 2, out);
            }
        }
        Value::Array(items) => {
            for item in items {
                if is_block(item) {
                    let mut block = String::new();
                    write_block(item, indent + 2, &mut block);
                    // The dash takes the place of the first line's indent.
                    out.push_str(&format!("{pad}- {}", block.trim_start()));
                } else {
                    out.push_str(&format!("{pad}-"));
                    write_value(item, indent, out);
                }
            }
        }
        _ => {}
    }
}

fn write_value(value: &Value, indent: usize, out: &mut String) {
    if is_block(value) {
        out.push('\n');
        write_block(value, indent, out);
    } else {
        // Every "$" is doubled: what reads the file would take it for a variable.
        out.push_str(&format!(" {}\n", quoted(value).replace('$', "$$")));
    }
}

/// Needs lines of its own; empty lists and maps stand as `[]` and `{}`.
fn is_block(value: &Value) -> bool {
    match value {
        Value::Object(map) => !map.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => false,
    }
}

/// Names of fields stand plain, names of variables as they need.
fn key(name: &str) -> String {
    let is_plain = name.len() > 1 && name.bytes().all(|b| b.is_ascii_alphabetic());
    let is_word = ["true", "false", "null", "yes", "no", "on", "off"].contains(&name.to_lowercase().as_str());
    if is_plain && !is_word { name.to_owned() } else { quoted(&Value::from(name)) }
}

/// As JSON; but YAML takes fewer characters as they are, and 1.1 ends lines at some more.
fn quoted(value: &Value) -> String {
    let mut text = String::new();
    for c in value.to_string().chars() {
        match c {
            '\u{7f}'..='\u{9f}' | '\u{2028}' | '\u{2029}' | '\u{feff}' | '\u{fffe}' | '\u{ffff}' => {
                text.push_str(&format!("\\u{:04x}", u32::from(c)));
            }
            c => text.push(c),
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_yaml_does_not_take_is_escaped() {
        for (text, expected) in [
            ("Köln 東京 😀", r#""Köln 東京 😀""#),
            ("a\"b\\\n\t\0", r#""a\"b\\\n\t\u0000""#),
            ("\u{7f}\u{8a}\u{85}\u{a0}", "\"\\u007f\\u008a\\u0085\u{a0}\""),
            ("\u{2028}\u{feff}\u{ffff}", r#""\u2028\ufeff\uffff""#),
        ] {
            assert_eq!(quoted(&text.into()), expected);
        }
    }
}
