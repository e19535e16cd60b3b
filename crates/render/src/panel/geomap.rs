//! Maps (`geomap`): layers of data on the bundled outlines of the world.

mod atlas;
mod basemap;
mod heat;
mod legend;
mod location;
mod marker;
mod outline;
mod projection;
mod scale_bar;

use grafana::{
    field::DisplayContext,
    frame::Frame,
    listing::{Gazetteer, Listing},
};
use scene::{
    Mark,
    kurbo::{BezPath, Size},
};
use serde_json::{Map, Value as Json, json};
use std::collections::BTreeMap;

use self::projection::Projection;
use super::{PanelContext, interpolator, options};
use crate::{drawing::ink, view::PanelView};

/// One data layer, its rows already placed.
struct Layer<'a> {
    kind: &'a str,
    name: &'a str,
    config: Map<String, Json>,
    frame: Option<&'a Frame>,
    /// Row, longitude and latitude in degrees.
    places: Vec<(usize, f64, f64)>,
}

pub fn draw(view: &PanelView, size: Size, context: &mut PanelContext) -> Vec<Mark> {
    let nothing = BTreeMap::new();
    let gazetteers = if let Listing::Places(places) = &view.listing { places } else { &nothing };
    let layers = layers(view, gazetteers, context);
    let projection = projection::of_view(&view.panel.options, &layers, size);
    let interpolate = interpolator(&view.panel, context.variables);
    let display = DisplayContext { theme: context.theme, zone: context.zone, now_ms: context.now_ms, interpolate: &interpolate };
    let mut marks = basemap::draw(&view.panel.options, &projection, size, context);
    let mut legends = Vec::new();
    for layer in &layers {
        match layer.kind {
            "markers" => {
                marks.extend(marker::draw(layer, &projection, &display, context.fonts));
                legends.extend(legend::of_layer(layer, &display, context));
            }
            "heatmap" => marks.extend(heat::draw(layer, &projection, size, &display)),
            "route" => marks.extend(route(layer, &projection, &display)),
            _ => {}
        }
    }
    let mut all = vec![Mark::clipped(size.to_rect(), marks)];
    // Legends stand in the left corner at the bottom, the first layer's on top.
    let mut bottom = size.height - 8.0;
    if let Some(bar) = scale_bar::draw(&view.panel.options, &projection, size, context) {
        all.extend(bar);
        bottom -= scale_bar::ROOM;
    }
    for block in legends.into_iter().rev() {
        bottom -= block.size.height;
        all.push(Mark::at(8.0, bottom, block.marks));
        bottom -= 4.0;
    }
    all
}

/// The layers of a panel that are drawn; the others are named in the warnings. Without layers there is one of markers.
fn layers<'a>(view: &'a PanelView, gazetteers: &BTreeMap<String, Gazetteer>, context: &mut PanelContext) -> Vec<Layer<'a>> {
    let saved = options::at(&view.panel.options, "layers").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
    if saved.is_empty() {
        let places = view.frames.first().map(|frame| location::places(frame, &Json::Null, gazetteers)).unwrap_or_default();
        let layer = Layer { kind: "markers", name: "Layer 1", config: Map::new(), frame: view.frames.first(), places };
        return vec![layer];
    }
    let mut layers = Vec::new();
    for layer in saved {
        let text = |key: &str| layer.get(key).and_then(Json::as_str).unwrap_or("");
        let kind = text("type");
        match kind {
            "markers" | "heatmap" | "route" => {}
            // More tiles: a base map by another name.
            "esri-xyz" | "osm-standard" | "carto" | "xyz" | "maplibre" | "default" | "" => continue,
            other => {
                (context.warn)(format!("the map's layer \"{}\" ({other}) is not drawn", text("name")));
                continue;
            }
        }
        let frame = frame_of(view, layer.get("filterData"));
        let places = frame.map(|frame| location::places(frame, layer.get("location").unwrap_or(&Json::Null), gazetteers));
        let mut config = layer.get("config").and_then(Json::as_object).cloned().unwrap_or_default();
        if kind == "markers" && view.panel.plugin_version.starts_with("8.") {
            restyle(&mut config);
        }
        layers.push(Layer { kind, name: text("name"), config, frame, places: places.unwrap_or_default() });
    }
    layers
}

/// Grafana 8.1 and 8.2 kept a marker's style flat beside the legend's switch.
fn restyle(config: &mut Map<String, Json>) {
    if config.contains_key("style") {
        return;
    }
    let mut style = Map::new();
    for (old, new) in [("size", "size"), ("color", "color"), ("fillOpacity", "opacity")] {
        if let Some(value) = config.get(old) {
            style.insert(new.to_owned(), value.clone());
        }
    }
    if let Some(shape) = config.get("shape").and_then(Json::as_str) {
        let file = if shape == "x" { "x-mark" } else { shape };
        style.insert("symbol".to_owned(), json!({"fixed": format!("img/icons/marker/{file}.svg"), "mode": "fixed"}));
    }
    config.insert("style".to_owned(), Json::Object(style));
}

/// The first frame of the layer's query; of all when it names none.
fn frame_of<'a>(view: &'a PanelView, filter: Option<&Json>) -> Option<&'a Frame> {
    let wanted = filter.filter(|filter| filter.get("id").and_then(Json::as_str) == Some("byRefId"));
    match wanted.and_then(|filter| filter.get("options")).and_then(Json::as_str) {
        Some(ref_id) => view.frames.iter().find(|frame| frame.ref_id.as_deref() == Some(ref_id)),
        None => view.frames.first(),
    }
}

/// A line through the places in the order of the rows.
fn route(layer: &Layer, projection: &Projection, display: &DisplayContext) -> Vec<Mark> {
    let style = marker::Style::read(&layer.config, layer.frame, display);
    let mut path = BezPath::new();
    for (index, (_, lon, lat)) in layer.places.iter().enumerate() {
        let point = projection.point(*lon, *lat);
        if index == 0 { path.move_to(point) } else { path.line_to(point) }
    }
    if layer.places.len() < 2 {
        return Vec::new();
    }
    let color = style.color(0).with_alpha(style.opacity as f32);
    vec![Mark::stroke(path, ink(color), style.line_width)]
}

/// Marks with the room they take.
struct Block {
    marks: Vec<Mark>,
    size: Size,
}
