//! Maps (`geomap`): layers of data on the bundled outlines of the world.

mod atlas;
mod basemap;
mod day_night;
mod heat;
mod legend;
mod line;
mod location;
mod marker;
mod network;
mod outline;
mod photo;
mod projection;
mod scale_bar;
mod shapes;
mod style;
mod symbol;

use std::collections::BTreeSet;

use grafana::{
    field::DisplayContext,
    frame::{Frame, Value},
    listing::{self, Listing, Places},
    theme,
};
use scene::{
    Fonts, Group, Mark,
    kurbo::{Point, Rect, Size, Vec2},
};
use serde_json::{Map, Value as Json, json};

use self::{projection::Projection, symbol::Symbols};
use super::{PanelContext, interpolator, options};
use crate::view::PanelView;

/// One data layer, its rows already placed.
struct Layer<'a> {
    kind: &'a str,
    name: &'a str,
    config: Map<String, Json>,
    opacity: f64,
    frame: Option<&'a Frame>,
    /// Row, longitude and latitude in degrees.
    places: Vec<(usize, f64, f64)>,
    /// Rows that are lines, as transformations make them.
    lines: Vec<location::RowLine>,
    /// Networks: the frame of edges; `frame` is that of the nodes.
    edges: Option<&'a Frame>,
    /// The file of the layer's shapes.
    shapes: Option<&'a str>,
}

/// What layers are drawn on.
struct Canvas<'a> {
    projection: &'a Projection,
    area: Rect,
    symbols: &'a Symbols<'a>,
    fonts: &'a Fonts,
}

impl Canvas<'_> {
    /// Whether something about a point may be seen.
    fn sees(&self, point: Point) -> bool {
        self.area.inset(200.0).contains(point)
    }

    /// A text at a point, with the box it takes; nothing where it would not be seen.
    fn label(&self, style: &style::Style, text: &str, at: Point, color: theme::Color) -> Option<(Mark, Rect)> {
        style.text_at(text, at, color, self.fonts).filter(|(_, bounds)| !bounds.intersect(self.area).is_zero_area())
    }

    /// Where a place is to be seen, px: on a world that goes round it may be more than once.
    fn points(&self, lon: f64, lat: f64) -> Vec<Point> {
        let first = self.projection.point(lon, lat);
        let all = self.projection.copies().into_iter().map(|copy| first + Vec2::new(copy, 0.0));
        all.filter(|point| self.sees(*point)).collect()
    }
}

pub fn draw(view: &PanelView, size: Size, context: &mut PanelContext) -> Vec<Mark> {
    let nothing = Places::default();
    let places = if let Listing::Places(places) = &view.listing { places } else { &nothing };
    let layers = layers(view, places);
    let projection = projection::of_view(&view.panel.options, &layers, size);
    let interpolate = interpolator(&view.panel, context.variables);
    let display = DisplayContext { theme: context.theme, zone: context.zone, now_ms: context.now_ms, interpolate: &interpolate };
    let symbols = Symbols::new(&view.pictures);
    let canvas = Canvas { projection: &projection, area: size.to_rect(), symbols: &symbols, fonts: context.fonts };
    let mut marks = basemap::draw(&view.panel.options, &projection, size, context);
    let mut legends = Vec::new();
    for layer in &layers {
        let drawn = match layer.kind {
            "markers" => marker::draw(layer, &canvas, &display),
            "heatmap" => heat::draw(layer, &projection, size, &display),
            "route" => line::route(layer, &canvas, &display),
            "network" => network::draw(layer, &canvas, &display),
            "photos" => photo::draw(layer, &canvas, &display),
            "last-point-tracker" => photo::last(layer, &canvas),
            "dayNight" => day_night::draw(layer, &canvas, &view.range, &display),
            "geojson" | "dynamic-geojson" => match layer.shapes.and_then(|path| places.shapes.get(path)) {
                Some(features) => shapes::draw(layer, features, &canvas, &display),
                None => {
                    let path = layer.shapes.unwrap_or_default();
                    (context.warn)(format!("the shapes of the map's layer \"{}\" are not at hand: {path}", layer.name));
                    Vec::new()
                }
            },
            other => {
                (context.warn)(format!("the map's layer \"{}\" ({other}) is not drawn", layer.name));
                Vec::new()
            }
        };
        if layer.opacity < 1.0 && !drawn.is_empty() {
            marks.push(Mark::Group(Group { opacity: layer.opacity as f32, marks: drawn, ..Group::default() }));
        } else {
            marks.extend(drawn);
        }
        // Of a frame whose places are not found Grafana shows the legend, too.
        if matches!(layer.kind, "markers" | "network") && layer.frame.is_some() {
            legends.extend(legend::of_layer(layer, &canvas, &display, context));
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

/// The addresses of pictures that layers show: symbols, photos, icons.
pub fn pictures(view: &PanelView) -> BTreeSet<String> {
    let mut wanted = BTreeSet::new();
    for layer in &layers(view, &Places::default()) {
        let mut symbol = |path: &str| {
            let address = options::text(&layer.config, path, "");
            if !address.is_empty() && !symbol::is_shape(address) {
                wanted.insert(address.to_owned());
            }
        };
        match layer.kind {
            "markers" | "network" | "geojson" | "dynamic-geojson" => {
                symbol("style.symbol.fixed");
                let rules = options::at(&layer.config, "rules").and_then(Json::as_array);
                let of_rules = rules.into_iter().flatten().filter_map(|rule| rule.pointer("/style/symbol/fixed")?.as_str());
                wanted.extend(of_rules.filter(|address| !symbol::is_shape(address)).map(str::to_owned));
            }
            "last-point-tracker" => symbol("icon"),
            "photos" => {
                let Some(field) = photo::field(layer) else { continue };
                let values = (0..field.values.len()).map(|row| field.values.get(row));
                wanted.extend(values.filter_map(|value| if let Value::String(address) = value { Some(address) } else { None }));
            }
            _ => {}
        }
    }
    wanted
}

/// The layers of data of a panel. A panel without a list of them has one of markers.
fn layers<'a>(view: &'a PanelView, places: &Places) -> Vec<Layer<'a>> {
    let Some(saved) = options::at(&view.panel.options, "layers").and_then(Json::as_array) else {
        let frame = view.frames.first();
        let (places, lines) = frame.map(|frame| placed(frame, &Json::Null, places)).unwrap_or_default();
        let layer =
            Layer { kind: "markers", name: "Layer 1", config: Map::new(), opacity: 1.0, frame, places, lines, edges: None, shapes: None };
        return vec![layer];
    };
    let mut layers = Vec::new();
    for layer in saved {
        let text = |key: &str| layer.get(key).and_then(Json::as_str).unwrap_or("");
        let kind = match text("type") {
            // More tiles: a base map by another name.
            "esri-xyz" | "osm-standard" | "carto" | "xyz" | "maplibre" | "default" => continue,
            "" => "markers",
            kind => kind,
        };
        let frames = frames_of(view, layer.get("filterData"));
        let is_network = kind == "network";
        let frame = frames.iter().copied().find(|frame| !is_network || !network::is_edges(frame));
        let (placed, lines) = frame.map(|frame| placed(frame, layer.get("location").unwrap_or(&Json::Null), places)).unwrap_or_default();
        let mut config = layer.get("config").and_then(Json::as_object).cloned().unwrap_or_default();
        if kind == "markers" && view.panel.plugin_version.starts_with("8.") {
            restyle(&mut config);
        }
        layers.push(Layer {
            kind,
            name: text("name"),
            config,
            opacity: layer.get("opacity").and_then(Json::as_f64).unwrap_or(1.0).clamp(0.0, 1.0),
            frame,
            places: placed,
            lines,
            edges: frames.iter().copied().find(|frame| is_network && network::is_edges(frame)),
            shapes: listing::shapes_of(layer),
        });
    }
    layers
}

/// Where the rows of a frame are: points and lines.
fn placed(frame: &Frame, location: &Json, places: &Places) -> location::Placed {
    location::shapes(frame, location).unwrap_or_else(|| (location::places(frame, location, &places.gazetteers), Vec::new()))
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

/// The frames of the layer's query; all when it names none, or one the panel does not have.
fn frames_of<'a>(view: &'a PanelView, filter: Option<&Json>) -> Vec<&'a Frame> {
    let wanted = filter.filter(|filter| filter.get("id").and_then(Json::as_str) == Some("byRefId"));
    let ref_id = wanted.and_then(|filter| filter.get("options")).and_then(Json::as_str);
    let is_asked = |ref_id: &str| {
        view.panel.targets.iter().any(|target| target.ref_id == ref_id)
            || view.frames.iter().any(|frame| frame.ref_id.as_deref() == Some(ref_id))
    };
    match ref_id.filter(|ref_id| is_asked(ref_id)) {
        Some(ref_id) => view.frames.iter().filter(|frame| frame.ref_id.as_deref() == Some(ref_id)).collect(),
        None => view.frames.iter().collect(),
    }
}

/// Marks with the room they take.
struct Block {
    marks: Vec<Mark>,
    size: Size,
}
