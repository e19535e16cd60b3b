//! Text panels that kept `content` and `mode` on the panel itself.

use serde_json::Value as Json;

use super::super::json::{self, Object};

pub(super) fn migrate(panel: &mut Object) {
    if panel.contains_key("content") && panel.contains_key("mode") && !has_content(panel) {
        let moved: Vec<(String, Json)> =
            ["content", "mode"].into_iter().filter_map(|key| Some((key.to_owned(), panel.remove(key)?))).collect();
        json::child(panel, "options").extend(moved);
    }
    let options = json::child(panel, "options");
    // The mode "text" is gone; it and anything unknown is markdown.
    if !matches!(options.get("mode").and_then(Json::as_str), Some("html" | "code" | "markdown")) {
        options.insert("mode".into(), Json::from("markdown"));
    }
}

fn has_content(panel: &Object) -> bool {
    json::at(panel, &["options", "content"]).and_then(Json::as_str).is_some_and(|content| !content.is_empty())
}
