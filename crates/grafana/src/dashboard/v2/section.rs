//! Variables of rows and tabs (Grafana 13): they hold for what is inside, and hide those of the same name further out.
//!
//! They become variables of the dashboard under names of their own (`x__section_2`), and what is inside a section is rewritten to
//! those names; all that settles and writes variables need not know of sections. An element that stands in several sections becomes
//! one element for each.

use serde_json::{Value as Json, json};

use super::super::json::{self, Object};
use crate::variable::{SECTION_MARK, plain_name, rename_references};

/// Names inside a section and what they became, from the outside in.
type Renamed = Vec<(String, String)>;

/// The spec with the variables of its sections among the dashboard's own; `None` where no section has any.
pub(super) fn lift(spec: &Object) -> Option<Object> {
    if !has_variables(spec.get("layout")?, 0) {
        return None;
    }
    let mut lifted = spec.clone();
    let mut layout = lifted.remove("layout")?;
    let mut walk = Walk { elements: lifted.get("elements").and_then(Json::as_object).cloned().unwrap_or_default(), ..Walk::default() };
    walk.layout(&mut layout, &Renamed::new(), 0);
    let mut variables = json::list(&lifted, "variables").to_vec();
    variables.append(&mut walk.variables);
    lifted.insert("layout".into(), layout);
    lifted.insert("elements".into(), Json::Object(walk.elements));
    lifted.insert("variables".into(), Json::Array(variables));
    Some(lifted)
}

/// As deep as layouts are read.
const MOST_DEEP: usize = 12;

fn sections(layout: &Json) -> impl Iterator<Item = &Json> {
    ["rows", "tabs"].into_iter().filter_map(|key| layout.get("spec")?.get(key)?.as_array()).flatten()
}

fn has_variables(layout: &Json, depth: usize) -> bool {
    let own = |section: &Json| section.pointer("/spec/variables").and_then(Json::as_array).is_some_and(|list| !list.is_empty());
    let inside = |section: &Json| section.pointer("/spec/layout").is_some_and(|layout| has_variables(layout, depth + 1));
    depth < MOST_DEEP && sections(layout).any(|section| own(section) || inside(section))
}

#[derive(Default)]
struct Walk {
    elements: Object,
    variables: Vec<Json>,
    n_sections: usize,
}

impl Walk {
    fn layout(&mut self, layout: &mut Json, renamed: &Renamed, depth: usize) {
        let Some(spec) = layout.get_mut("spec").and_then(Json::as_object_mut).filter(|_| depth < MOST_DEEP) else { return };
        for key in ["rows", "tabs"] {
            for section in spec.get_mut(key).and_then(Json::as_array_mut).into_iter().flatten() {
                if let Some(section) = section.get_mut("spec").and_then(Json::as_object_mut) {
                    self.section(section, renamed, depth);
                }
            }
        }
        for item in spec.get_mut("items").and_then(Json::as_array_mut).into_iter().flatten() {
            if let Some(item) = item.get_mut("spec").and_then(Json::as_object_mut).filter(|_| !renamed.is_empty()) {
                self.item(item, renamed);
            }
        }
    }

    fn section(&mut self, section: &mut Object, outside: &Renamed, depth: usize) {
        self.n_sections += 1;
        let mut renamed = outside.clone();
        let saved = section.remove("variables").and_then(|list| list.as_array().cloned()).unwrap_or_default();
        // Ad hoc filters have no name that queries use: they would hold for the whole dashboard.
        let saved: Vec<Json> =
            saved.into_iter().filter(|one| !matches!(one["kind"].as_str(), Some("AdhocVariable" | "GroupByVariable"))).collect();
        for name in saved.iter().filter_map(|one| one.pointer("/spec/name").and_then(Json::as_str)) {
            renamed.push((name.to_owned(), format!("{name}{SECTION_MARK}{}", self.n_sections)));
        }
        for mut variable in saved {
            rewrite(&mut variable, &renamed);
            let name = variable
                .pointer("/spec/name")
                .and_then(Json::as_str)
                .and_then(|name| lookup(name, &renamed))
                .unwrap_or_default()
                .to_owned();
            let label =
                variable.pointer("/spec/label").and_then(Json::as_str).filter(|label| !label.is_empty()).unwrap_or(plain_name(&name));
            variable["spec"]["label"] = json!(label);
            variable["spec"]["name"] = json!(name);
            self.variables.push(variable);
        }
        // A section repeats by what stands around it.
        rename_at(section.get_mut("repeat"), "value", outside);
        for key in ["title", "conditionalRendering"] {
            if let Some(json) = section.get_mut(key) {
                rewrite(json, &renamed);
            }
        }
        if let Some(layout) = section.get_mut("layout") {
            self.layout(layout, &renamed, depth + 1);
        }
    }

    fn item(&mut self, item: &mut Object, renamed: &Renamed) {
        rename_at(item.get_mut("repeat"), "value", renamed);
        if let Some(conditions) = item.get_mut("conditionalRendering") {
            rewrite(conditions, renamed);
        }
        let Some(name) = json::at(item, &["element", "name"]).and_then(Json::as_str).map(str::to_owned) else { return };
        let Some(mut element) = self.elements.get(&name).cloned() else { return };
        rewrite(&mut element, renamed);
        let own = format!("{name}{SECTION_MARK}{}", self.n_sections);
        self.elements.insert(own.clone(), element);
        item.insert("element".into(), json!({"kind": "ElementReference", "name": own}));
    }
}

fn lookup<'a>(name: &str, renamed: &'a Renamed) -> Option<&'a str> {
    renamed.iter().rev().find(|(known, _)| known == name).map(|(_, new)| new.as_str())
}

fn rename_at(json: Option<&mut Json>, key: &str, renamed: &Renamed) {
    if let Some(place) = json.and_then(|json| json.get_mut(key))
        && let Some(new) = place.as_str().and_then(|name| lookup(name, renamed))
    {
        *place = json!(new);
    }
}

/// Every reference in every text, and the variables that rules name.
fn rewrite(json: &mut Json, renamed: &Renamed) {
    match json {
        Json::String(text) => *text = rename_references(text, &|name| lookup(name, renamed).map(str::to_owned)),
        Json::Array(items) => items.iter_mut().for_each(|item| rewrite(item, renamed)),
        Json::Object(map) => {
            if map.get("kind").and_then(Json::as_str) == Some("ConditionalRenderingVariable") {
                rename_at(map.get_mut("spec"), "variable", renamed);
            }
            map.values_mut().for_each(|value| rewrite(value, renamed));
        }
        _ => {}
    }
}
