//! Networks (`network`): the nodes of a graph as markers, its edges as lines between them.

use std::collections::BTreeMap;

use grafana::{
    field::{DisplayContext, to_text},
    frame::{Frame, Value},
};
use scene::{Mark, kurbo::Point};

use super::{
    Canvas, Layer,
    line::{self, End},
    marker, options,
    projection::world,
    style::Style,
};

/// Which frames hold nodes and which edges: those named so, or with a "source".
pub fn is_edges(frame: &Frame) -> bool {
    frame.name.as_deref() == Some("edges") || frame.fields.iter().any(|field| field.name == "source")
}

pub fn draw(layer: &Layer, canvas: &Canvas, display: &DisplayContext) -> Vec<Mark> {
    let (Some(nodes), Some(edges)) = (layer.frame, layer.edges) else { return Vec::new() };
    let text = |frame: &Frame, name: &str, row: usize| {
        let value = frame.fields.iter().find(|field| field.name == name)?.values.get(row);
        (value != Value::Null).then(|| to_text(&value))
    };
    // The first node of an id counts.
    let places: BTreeMap<String, Point> =
        layer.places.iter().rev().filter_map(|(row, lon, lat)| Some((text(nodes, "id", *row)?, world(*lon, *lat)))).collect();
    let style = Style::read(&layer.config, "edgeStyle", Some(edges), display);
    let opacity = options::number(&layer.config, "edgeStyle.opacity").unwrap_or(1.0).clamp(0.0, 1.0);
    let arrow = options::number(&layer.config, "arrow").unwrap_or(0.0) as i64;
    let (mut marks, mut labels) = (Vec::new(), Vec::new());
    for row in 0..edges.len() {
        let place = |name: &str| places.get(&text(edges, name, row)?).copied();
        let (Some(from), Some(to)) = (place("source"), place("target")) else { continue };
        let (color, width) = (line::faded(style.color(row), opacity), style.radius(row));
        for copy in canvas.projection.copies() {
            let [from, to] = [from, to].map(|place| End { at: canvas.projection.place(place, copy), color, width });
            line::flow([from, to], arrow, 2.0, canvas, &mut marks);
            // DIFFERENCE: Grafana writes in the line's colour with an edge of the text's; on the line only the edge is seen.
            labels
                .extend(canvas.label(&style, &style.label(row), from.at.midpoint(to.at), display.theme.text_primary).map(|(mark, _)| mark));
        }
    }
    let style = Style::read(&layer.config, "style", Some(nodes), display);
    for (row, lon, lat) in &layer.places {
        let (color, radius, rotation) = (style.color(*row), style.radius(*row), style.rotation(*row));
        for at in canvas.points(*lon, *lat) {
            marks.extend(marker::outlined(&style, at, color, radius, rotation, canvas.symbols));
            labels.extend(canvas.label(&style, &style.label(*row), at, color).map(|(mark, _)| mark));
        }
    }
    marks.extend(labels);
    marks
}
