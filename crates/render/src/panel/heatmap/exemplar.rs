//! Exemplars over cells: squares at their times, in the row of their bucket or at their value.

use grafana::{
    frame::{Frame, Value},
    theme::Theme,
};
use scene::{
    Mark, Paint,
    kurbo::{BezPath, Rect, Shape},
};
use serde_json::{Map, Value as Json};

use super::{
    cells::{CellLayout, Cells, Rows},
    options,
};
use crate::chart::{Distribution, PlotArea, Scale, label};

const SIZE_PX: f64 = 8.0;
const DEFAULT_COLOR: &str = "rgba(255,0,255,0.7)";

/// The exemplars among the frames beside the data: (time, y). Rows that count only through their names are found by the label
/// they have in common with the exemplar; without it there is none. Source: grafana 12.4.0 `HeatmapPanel`.
pub fn read(frames: &[Frame], cells: &Cells) -> Vec<(f64, f64)> {
    let Some(frame) = frames.iter().find(|frame| frame.name.as_deref() == Some("exemplar")) else { return Vec::new() };
    let number = |column: usize, row: usize| match frame.fields.get(column).map(|field| field.values.get(row)) {
        Some(Value::Number(number)) => Some(number).filter(|number| number.is_finite()),
        _ => None,
    };
    let y = |row: usize| match &cells.row_labels {
        Some((key, labels)) => {
            let field = frame.fields.iter().find(|field| &field.name == key)?;
            let Value::String(own) = field.values.get(row) else { return None };
            Some(labels.iter().position(|label| *label == own).map_or(-1.0, |place| place as f64))
        }
        None => number(1, row),
    };
    (0..frame.len()).filter_map(|row| Some((number(0, row)?, y(row)?))).collect()
}

/// Squares centred on their places, moved half a row where cells stand beside their values.
/// Source: grafana 12.4.0 `heatmapPathsPoints`.
pub fn draw(exemplars: &[(f64, f64)], cells: &Cells, area: &PlotArea, y: &Scale, saved: &Map<String, Json>, theme: &Theme) -> Vec<Mark> {
    let shift = match &cells.rows {
        _ if y.distribution == (Distribution::Log { base: 2.0 }) => 0.0,
        Rows::Dense { layout: CellLayout::Le, .. } => -0.5,
        Rows::Dense { layout: CellLayout::Ge, .. } => 0.5,
        _ => 0.0,
    };
    let reach = area.rect.inflate(SIZE_PX, SIZE_PX);
    let places = exemplars.iter().map(|(at, value)| area.point(*at, value + shift, y)).filter(|place| reach.contains(*place));
    let path: BezPath = places.flat_map(|place| Rect::from_center_size(place, (SIZE_PX, SIZE_PX)).to_path(0.1)).collect();
    if path.elements().is_empty() {
        return Vec::new();
    }
    let color = theme.color(options::text(saved, "exemplars.color", DEFAULT_COLOR));
    vec![Mark::clipped(area.rect, vec![label::fill(path, Paint::Solid(label::color(color)))])]
}

#[cfg(test)]
mod tests {
    use grafana::frame::{Field, frame_from_json};
    use serde_json::json;

    use super::*;

    #[test]
    fn rows_are_found_by_their_label() {
        let frame = |le: Json| {
            let schema = json!({"name": "exemplar", "fields": [{"name": "Time", "type": "time"}, {"name": "Value", "type": "number"}, {"name": "le", "type": "string"}]});
            frame_from_json(&json!({"schema": schema, "data": {"values": [[1, 2], [0.2, 7.5], le]}})).unwrap()
        };
        let cells = |row_labels| Cells {
            x_field: Field::default(),
            x: vec![],
            x_layout: CellLayout::Le,
            rows: Rows::Dense { y: vec![], layout: CellLayout::Le },
            counts: vec![],
            names: None,
            row_labels,
            lowest_name: None,
            y_field: Field::default(),
            count_field: Field::default(),
            exemplars: Vec::new(),
        };
        let labels = Some(("le".to_owned(), vec!["0.5".to_owned(), "10".to_owned()]));
        assert_eq!(read(&[frame(json!(["10", "3"]))], &cells(labels)), [(1.0, 1.0), (2.0, -1.0)]);
        assert_eq!(read(&[frame(json!(["10", "3"]))], &cells(None)), [(1.0, 0.2), (2.0, 7.5)]);
        assert_eq!(read(&[frame(json!([]))], &cells(Some(("pod".to_owned(), vec![])))), []);
    }
}
