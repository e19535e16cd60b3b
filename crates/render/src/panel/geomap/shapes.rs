//! Shapes of files (`geojson`, `dynamic-geojson`): countries and the like, styled by rules or by data.

use std::collections::BTreeMap;

use grafana::{
    field::{DisplayContext, to_text},
    frame::{Frame, Value},
    js::number_to_string,
    listing::{Feature, Shape},
    theme::Color,
};
use scene::{
    Mark,
    kurbo::{BezPath, Point, Rect},
};
use serde_json::{Map, Value as Json, json};

use super::{Canvas, Layer, location::field_named, marker, options, outline, projection::world, style::Style};
use crate::drawing::ink;

pub fn draw(layer: &Layer, features: &[Feature], canvas: &Canvas, display: &DisplayContext) -> Vec<Mark> {
    let rules: Vec<(&Json, Map<String, Json>)> = options::at(&layer.config, "rules")
        .and_then(Json::as_array)
        .into_iter()
        .flatten()
        .filter_map(|rule| Some((&rule["check"], wrap(rule.get("style").filter(|style| style.is_object())?))))
        .collect();
    let fallback = wrap(options::at(&layer.config, "style").unwrap_or(&Json::Null));
    let by_data = Data::read(layer, display);
    let (mut marks, mut labels) = (Vec::new(), Vec::new());
    for feature in features {
        if let Some(color) = by_data.as_ref().and_then(|data| data.color(feature)) {
            let style = Style::read(&fallback, "style", None, display);
            let look = Look { fill: Some(color), line: style.fixed_color, style: &style };
            look.draw(feature, canvas, &mut marks);
            continue;
        }
        let chosen = rules.iter().find(|(check, _)| matches(check, feature)).map_or(&fallback, |(_, style)| style);
        let mut style = Style::read(chosen, "style", None, display);
        // A style that follows the feature's fields takes no colours of the feature's own.
        let follows =
            ["color", "size", "text", "rotation"].iter().any(|name| !options::text(chosen, &format!("style.{name}.field"), "").is_empty());
        let label = match style.text_field_name.as_str() {
            "" => style.text.clone(),
            name => feature.properties.get(name).map_or_else(|| "undefined".to_owned(), text),
        };
        let has_own = !follows && layer.kind == "geojson" && own_style(feature, &mut style);
        let (color, opacity) = (style.fixed_color, style.opacity as f32);
        let fill = (opacity > 0.0).then(|| color.with_alpha(opacity));
        Look { fill, line: color, style: &style }.draw(feature, canvas, &mut marks);
        if !label.is_empty() && !has_own {
            for at in middle(feature).map(|place| canvas.points(place.0, place.1)).unwrap_or_default() {
                labels.extend(canvas.label(&style, &label, at, color).map(|(mark, _)| mark));
            }
        }
    }
    marks.extend(labels);
    marks
}

/// A style where [`Style::read`] looks for it.
fn wrap(style: &Json) -> Map<String, Json> {
    let mut config = Map::new();
    if style.is_object() {
        config.insert("style".to_owned(), style.clone());
    }
    config
}

/// Colours by the rows of a frame, which name features.
struct Data<'a> {
    rows: BTreeMap<String, usize>,
    style: Style<'a>,
    has_style: bool,
}

impl<'a> Data<'a> {
    fn read(layer: &'a Layer, display: &'a DisplayContext<'a>) -> Option<Data<'a>> {
        let frame: &Frame = layer.frame.filter(|_| layer.kind == "dynamic-geojson")?;
        let ids = field_named(frame, options::text(&layer.config, "idField", ""))?;
        let rows = (0..ids.values.len()).map(|row| (ids.values.get(row), row)).filter(|(id, _)| *id != Value::Null);
        let has_style = options::at(&layer.config, "dataStyle").and_then(Json::as_object).is_some_and(|style| !style.is_empty());
        let path = if has_style { "dataStyle" } else { "style" };
        let style = Style::read(&layer.config, path, Some(frame), display);
        Some(Data { rows: rows.map(|(id, row)| (to_text(&id), row)).collect(), style, has_style })
    }

    fn color(&self, feature: &Feature) -> Option<Color> {
        let row = *self.rows.get(feature.id.as_ref()?)?;
        // Without a style for data only what follows a field has a colour.
        (self.has_style || self.style.color_field.is_some()).then(|| self.style.color(row))
    }
}

/// The style a feature brings along ("fill", "stroke", "marker-color" …); whether there is one.
fn own_style(feature: &Feature, style: &mut Style) -> bool {
    let number = |key: &str| feature.properties.get(key).and_then(Json::as_f64);
    let color = |key: &str| feature.properties.get(key).and_then(Json::as_str).and_then(Color::parse);
    let has = |keys: &[&str]| keys.iter().any(|key| feature.properties.contains_key(*key));
    match feature.shapes.first() {
        Some(Shape::Polygon(_)) if has(&["fill", "fill-opacity", "stroke-width"]) => {
            style.fixed_color = color("fill").unwrap_or(style.fixed_color);
            style.opacity = number("fill-opacity").unwrap_or(style.opacity).clamp(0.0, 1.0);
            style.line_width = number("stroke-width").unwrap_or(style.line_width).clamp(0.0, 100.0);
        }
        Some(Shape::Line(_)) if has(&["stroke", "stroke-width"]) => {
            style.fixed_color = color("stroke").unwrap_or(style.fixed_color);
            style.line_width = number("stroke-width").unwrap_or(style.line_width).clamp(0.0, 100.0);
        }
        Some(Shape::Point(_)) if has(&["marker-color", "marker-size"]) => {
            style.fixed_color = color("marker-color").unwrap_or(style.fixed_color);
            style.size.fixed = number("marker-size").unwrap_or(style.size.fixed);
            style.opacity = 0.8;
        }
        _ => return false,
    }
    true
}

struct Look<'a, 'b> {
    fill: Option<Color>,
    line: Color,
    style: &'a Style<'b>,
}

impl Look<'_, '_> {
    fn draw(&self, feature: &Feature, canvas: &Canvas, marks: &mut Vec<Mark>) {
        let near = canvas.area.inset(self.style.line_width + 8.0);
        let (mut area, mut edge) = (BezPath::new(), BezPath::new());
        for copy in canvas.projection.copies() {
            let places = |line: &[(f64, f64)]| -> Vec<Point> {
                line.iter().map(|(lon, lat)| canvas.projection.place(world(*lon, *lat), copy)).collect()
            };
            for shape in &feature.shapes {
                match shape {
                    Shape::Polygon(rings) => {
                        for ring in rings.iter().map(|ring| places(ring)).filter(|ring| is_near(ring, near)) {
                            outline::add_line(&mut edge, ring.iter().chain(ring.first()).copied(), near);
                            outline::add_ring(&mut area, ring.into_iter(), near);
                        }
                    }
                    Shape::Line(line) => outline::add_line(&mut edge, places(line).into_iter(), near),
                    Shape::Point(_) => {}
                }
            }
        }
        if let Some(fill) = self.fill.filter(|_| !area.is_empty()) {
            marks.push(Mark::fill(area, ink(fill)));
        }
        if self.style.line_width > 0.0 && !edge.is_empty() {
            marks.push(Mark::stroke(edge, ink(self.line), self.style.line_width));
        }
        for shape in &feature.shapes {
            let Shape::Point((lon, lat)) = shape else { continue };
            for at in canvas.points(*lon, *lat) {
                let (color, radius) = (self.style.fixed_color, self.style.radius(0));
                marks.extend(marker::outlined(self.style, at, color, radius, self.style.rotation(0), canvas.symbols));
            }
        }
    }
}

fn is_near(ring: &[Point], area: Rect) -> bool {
    let bounds = ring.iter().map(|p| Rect::from_points(*p, *p)).reduce(|a, b| a.union(b));
    bounds.is_some_and(|b| b.x0 < area.x1 && b.x1 > area.x0 && b.y0 < area.y1 && b.y1 > area.y0)
}

/// Where a feature's text stands: the middle of its largest ring's box, of its line, or its point.
fn middle(feature: &Feature) -> Option<(f64, f64)> {
    let extent = |line: &[(f64, f64)]| line.iter().map(|p| Rect::from_points(*p, *p)).reduce(|a, b| a.union(b));
    let parts = feature.shapes.iter().filter_map(|shape| match shape {
        Shape::Point(place) => Some((0.0, *place)),
        Shape::Line(line) => line.get(line.len() / 2).map(|place| (0.0, *place)),
        Shape::Polygon(rings) => extent(rings.first()?).map(|bounds| (bounds.area(), (bounds.center().x, bounds.center().y))),
    });
    parts.max_by(|a, b| a.0.total_cmp(&b.0)).map(|(_, place)| place)
}

/// Whether a feature has the property a rule asks for.
fn matches(check: &Json, feature: &Feature) -> bool {
    let null = Json::Null;
    let left = check["property"].as_str().and_then(|name| feature.properties.get(name)).unwrap_or(&null);
    compare(left, check["operation"].as_str().unwrap_or(""), &check["value"])
}

/// As JavaScript compares: texts by their characters, anything else as numbers. What is missing is the text "null".
fn compare(left: &Json, operation: &str, right: &Json) -> bool {
    let operation = match operation {
        "gte" | "lte" if left.is_null() || right.is_null() => "eq",
        other => other,
    };
    let or_null = |json: &Json| if json.is_null() { json!("null") } else { json.clone() };
    let (left, right) = (or_null(left), or_null(right));
    let order = || match (left.as_str(), right.as_str()) {
        (Some(left), Some(right)) => left.encode_utf16().partial_cmp(right.encode_utf16()),
        _ => number(&left).partial_cmp(&number(&right)),
    };
    match operation {
        "eq" => text(&left) == text(&right),
        "neq" => text(&left) != text(&right),
        "lt" => order().is_some_and(|order| order.is_lt()),
        "lte" => order().is_some_and(|order| order.is_le()),
        "gt" => order().is_some_and(|order| order.is_gt()),
        "gte" => order().is_some_and(|order| order.is_ge()),
        _ => false,
    }
}

fn number(json: &Json) -> f64 {
    match json {
        Json::Number(n) => n.as_f64().unwrap_or(f64::NAN),
        Json::Bool(is_true) => f64::from(u8::from(*is_true)),
        Json::String(text) if text.trim().is_empty() => 0.0,
        Json::String(text) => text.trim().parse().unwrap_or(f64::NAN),
        _ => f64::NAN,
    }
}

fn text(json: &Json) -> String {
    match json {
        Json::String(text) => text.clone(),
        Json::Number(n) => n.as_f64().map(number_to_string).unwrap_or_default(),
        other => other.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rules_compare_as_javascript() {
        let check = |left: Json, operation: &str, right: Json, expected: bool| {
            assert_eq!(compare(&left, operation, &right), expected, "{left} {operation} {right}");
        };
        check(json!("a"), "eq", json!("a"), true);
        check(json!(5), "eq", json!("5"), true);
        check(json!(5.0), "eq", json!(5), true);
        check(json!(null), "eq", json!("null"), true);
        check(json!("a"), "neq", json!("b"), true);
        check(json!("10"), "gt", json!("9"), false);
        check(json!("10"), "gt", json!(9), true);
        check(json!(10), "gt", json!("9"), true);
        check(json!("x"), "lte", json!(9), false);
        check(json!(null), "gte", json!("null"), true);
        check(json!(1), "within", json!(1), false);
    }
}
