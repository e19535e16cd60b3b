//! Elements: panels and library panel references.

use serde_json::{Value as Json, json};

use super::{
    super::json::{self, Object},
    datasource,
};

/// An element as a classic panel, without its place.
pub(super) fn to_classic(element: &Json) -> Option<Object> {
    let spec = element.get("spec")?.as_object()?;
    let mut panel = Object::new();
    for key in ["id", "title", "description", "links", "transparent"] {
        panel.extend(spec.get(key).map(|value| (key.to_owned(), value.clone())));
    }
    if element.get("kind").and_then(Json::as_str) == Some("LibraryPanel") {
        panel.insert("libraryPanel".into(), spec.get("libraryPanel").cloned().unwrap_or(Json::Null));
        panel.insert("targets".into(), json!([]));
        return Some(panel);
    }
    visualisation(spec, &mut panel);
    data(spec, &mut panel);
    Some(panel)
}

/// `vizConfig`: the plugin is its `group` (v2alpha1: its `kind`).
fn visualisation(spec: &Object, panel: &mut Object) {
    let Some(config) = json::object(spec.get("vizConfig")) else { return };
    let plugin = json::some_text(config, "group").unwrap_or_else(|| json::text(config, "kind"));
    let inner = json::object(config.get("spec")).cloned().unwrap_or_default();
    let version = json::some_text(config, "version").or_else(|| json::some_text(&inner, "pluginVersion"));
    panel.insert("type".into(), Json::from(plugin));
    panel.insert("pluginVersion".into(), Json::from(version));
    for key in ["options", "fieldConfig"] {
        panel.extend(inner.get(key).map(|value| (key.to_owned(), value.clone())));
    }
}

fn data(spec: &Object, panel: &mut Object) {
    let Some(group) = json::object(json::at(spec, &["data", "spec"])) else { return };
    let targets: Vec<Json> = json::list(group, "queries").iter().filter_map(|query| target(query.get("spec")?.as_object()?)).collect();
    panel.extend(shared_datasource(&targets).map(|source| ("datasource".to_owned(), source)));
    panel.insert("targets".into(), Json::Array(targets));
    let steps: Vec<Json> = json::list(group, "transformations").iter().filter_map(Json::as_object).filter_map(transformation).collect();
    panel.insert("transformations".into(), Json::Array(steps));
    panel.extend(json::object(group.get("queryOptions")).cloned().unwrap_or_default());
}

fn target(query: &Object) -> Option<Json> {
    let inner = json::object(query.get("query"))?;
    let mut model = json::object(inner.get("spec")).cloned().unwrap_or_default();
    let old_source = || query.get("datasource").filter(|source| source.is_object()).cloned();
    model.extend(datasource(inner).or_else(old_source).map(|source| ("datasource".to_owned(), source)));
    model.insert("refId".into(), Json::from(json::text(query, "refId")));
    model.insert("hide".into(), Json::Bool(json::flag(query, "hidden")));
    Some(Json::Object(model))
}

/// The one source of all queries, or the mixed one.
fn shared_datasource(targets: &[Json]) -> Option<Json> {
    let first = targets.first()?.get("datasource").cloned();
    if targets.iter().all(|target| target.get("datasource") == first.as_ref()) {
        return first;
    }
    Some(json!({"type": "datasource", "uid": "-- Mixed --"}))
}

fn transformation(saved: &Object) -> Option<Json> {
    let mut step = json::object(saved.get("spec")).cloned().unwrap_or_default();
    let kind = json::some_text(saved, "kind").filter(|kind| kind != "Transformation");
    let id = json::some_text(saved, "group").or(kind).or_else(|| json::some_text(&step, "id"))?;
    step.insert("id".into(), Json::from(id));
    Some(Json::Object(step))
}
