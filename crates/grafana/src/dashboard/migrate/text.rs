//! Text panels that kept `content` and `mode` on the panel itself.

use serde_json::Value as Json;

use super::super::json::{self, Object};
use crate::js::parse_float;

/// What a text panel says until somebody writes something.
const FIRST_CONTENT: &str = "# Title\n\nFor markdown syntax help: [commonmark.org/help](https://commonmark.org/help/)";

pub(super) fn migrate(panel: &mut Object) {
    if panel.contains_key("content") && panel.contains_key("mode") {
        let version = panel.get("pluginVersion").and_then(Json::as_str).filter(|version| !version.is_empty()).unwrap_or("6.1");
        let is_old = parse_float(version) < 7.1;
        let moved: Vec<(String, Json)> =
            ["content", "mode"].into_iter().filter_map(|key| Some((key.to_owned(), panel.remove(key)?))).collect();
        // Newer panels have their words in the options, whatever else still lies about.
        if is_old {
            json::child(panel, "options").extend(moved);
        }
    }
    let options = json::child(panel, "options");
    if !options.contains_key("content") {
        options.insert("content".into(), Json::from(FIRST_CONTENT));
    }
    // The mode "text" is gone; it and anything unknown is markdown.
    if !matches!(options.get("mode").and_then(Json::as_str), Some("html" | "code" | "markdown")) {
        options.insert("mode".into(), Json::from("markdown"));
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(panel: Json, content: &str, mode: &str) {
        let Json::Object(mut panel) = panel else { unreachable!("an object") };
        migrate(&mut panel);
        assert_eq!((&panel["options"]["content"], &panel["options"]["mode"]), (&json!(content), &json!(mode)));
    }

    #[test]
    fn old_words_move_into_the_options() {
        check(json!({"content": "a", "mode": "html"}), "a", "html");
        check(json!({"content": "a", "mode": "text", "pluginVersion": "7.0.3", "options": {}}), "a", "markdown");
        check(json!({"content": "a", "mode": "html", "pluginVersion": "11.0.0-pre", "options": {"content": "b"}}), "b", "markdown");
        check(json!({"content": "a", "mode": "html", "pluginVersion": "11.0.0-pre", "options": {}}), FIRST_CONTENT, "markdown");
        check(json!({"options": {"content": ""}}), "", "markdown");
    }
}
