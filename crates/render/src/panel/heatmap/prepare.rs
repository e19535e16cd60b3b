//! Which cells a panel's frames are.

use grafana::{
    field::DisplayContext,
    frame::{Field, FieldType, Frame, Values},
    time::TimeRange,
};
use serde_json::{Map, Value as Json};

use super::{
    buckets,
    calculate::{self, BucketOptions},
    cells::{CellLayout, Cells, Rows},
    options,
};

/// The heatmap's cells; `None` without frames, an error's text where Grafana says why it draws nothing.
/// Source: grafana 12.4.0 `prepareHeatmapData`.
pub fn prepare(frames: &[Frame], saved: &Map<String, Json>, range: &TimeRange, display: &DisplayContext) -> Result<Option<Cells>, String> {
    if frames.iter().all(Frame::is_empty) {
        return Ok(None);
    }
    let mut cells = if options::flag(saved, "calculate", false) {
        calculated(frames, saved, range, display)?
    } else {
        let of_kind = |kind: &str| frames.iter().rev().find(|frame| frame.meta.kind.as_deref() == Some(kind));
        match (of_kind("heatmap-cells"), of_kind("heatmap-rows")) {
            (Some(frame), _) => ready(frame)?,
            (None, rows) => {
                let found = match (rows, frames) {
                    (Some(frame), _) => buckets::of_frame(frame, frames, false),
                    (None, [frame]) => buckets::of_frame(frame, frames, true),
                    (None, frames) => buckets::of_frames(frames),
                };
                match found {
                    Some(found) => buckets::cells(found, saved, display)?,
                    None => return Ok(None),
                }
            }
        }
    };
    if cells.names.is_none() {
        write_as(&mut cells.y_field, saved, "yAxis");
    }
    write_as(&mut cells.count_field, saved, "cellValues");
    Ok(Some(cells))
}

/// The unit and decimals of the panel go before those of the field.
fn write_as(field: &mut Field, saved: &Map<String, Json>, path: &str) {
    if let Some(unit) = options::at(saved, &format!("{path}.unit")).and_then(Json::as_str).filter(|unit| !unit.is_empty()) {
        field.config.unit = Some(unit.to_owned());
    }
    if let Some(decimals) = options::number(saved, &format!("{path}.decimals")) {
        field.config.decimals = Some(decimals as i32);
    }
}

fn without_values(field: &Field) -> Field {
    Field { values: Values::default(), ..field.clone() }
}

/// A frame that holds cells already: x, one or two y, a count.
fn ready(frame: &Frame) -> Result<Cells, String> {
    let column = |index: usize| -> Vec<f64> {
        let values = frame.fields.get(index).and_then(|field| field.values.numbers()).unwrap_or_default();
        values.iter().map(|value| value.unwrap_or(f64::NAN)).collect()
    };
    let y_names = frame.fields.iter().filter(|field| matches!(field.name.as_str(), "y" | "yMin" | "yMax")).count();
    let (rows, count) = match y_names {
        1 => {
            let layout = match frame.fields.get(1).map(|field| field.name.as_str()) {
                Some("yMin") => CellLayout::Ge,
                Some("yMax") => CellLayout::Le,
                _ => CellLayout::Unknown,
            };
            (Rows::Dense { y: column(1), layout }, 2)
        }
        2.. => (Rows::Sparse { y_min: column(1), y_max: column(2) }, 3),
        _ => return Err("Missing Y field".to_owned()),
    };
    let Some(count_field) = frame.fields.get(count).filter(|field| field.kind == FieldType::Number) else {
        return Err("Missing value field".to_owned());
    };
    Ok(Cells {
        x_field: without_values(&frame.fields[0]),
        x: column(0),
        x_layout: match frame.fields[0].name.as_str() {
            "xMin" => CellLayout::Ge,
            "xMax" => CellLayout::Le,
            _ => CellLayout::Unknown,
        },
        rows,
        counts: count_field.values.numbers().unwrap_or_default().to_vec(),
        names: None,
        row_labels: None,
        lowest_name: None,
        y_field: without_values(&frame.fields[1]),
        count_field: without_values(count_field),
        exemplars: Vec::new(),
    })
}

/// Values counted into buckets. Source: grafana 12.4.0 `calculateHeatmapFromData`.
fn calculated(frames: &[Frame], saved: &Map<String, Json>, range: &TimeRange, display: &DisplayContext) -> Result<Cells, String> {
    let mut fields: Option<(&Field, &Field)> = None;
    let mut points = Vec::new();
    for frame in frames {
        let Some(x) = frame.fields.iter().find(|field| field.kind == FieldType::Time) else { continue };
        for y in frame.fields.iter().filter(|field| field.kind == FieldType::Number) {
            fields.get_or_insert((x, y));
            let cells = x.values.numbers().unwrap_or_default().iter().zip(y.values.numbers().unwrap_or_default());
            points.extend(cells.filter_map(|(at, value)| Some(((*at)?, (*value)?))));
        }
    }
    let Some((x_field, y_field)) = fields else { return Err("no heatmap fields found".to_owned()) };
    let value = |axis: &str| {
        let text = match options::at(saved, &format!("calculation.{axis}.value")) {
            Some(Json::String(text)) => (display.interpolate)(text),
            Some(Json::Number(number)) => number.to_string(),
            _ => String::new(),
        };
        Some(text).filter(|text| !text.is_empty())
    };
    let is_count = |axis: &str| options::text(saved, &format!("calculation.{axis}.mode"), "size") == "count";
    let number = |text: String| text.trim().parse::<f64>().ok();
    let x_options = BucketOptions {
        count: is_count("xBuckets"),
        value: value("xBuckets").and_then(|text| if is_count("xBuckets") { number(text) } else { calculate::duration_ms(&text) }),
        log: None,
    };
    let scale = y_distribution(saved);
    let y_options = BucketOptions {
        count: is_count("yBuckets"),
        value: value("yBuckets").and_then(number),
        log: scale.get("log").and_then(Json::as_f64).filter(|_| scale["type"] == "log"),
    };
    let counted = calculate::count(&points, range.from_ms, range.to_ms, x_options, y_options, &calculate::nice_durations());
    let Some(counted) = counted else { return Err("no values found".to_owned()) };
    let mut y_field = without_values(y_field);
    y_field.config.custom.insert("scaleDistribution".to_owned(), Json::Object(scale));
    let mut count_field = Field { name: "Count".into(), kind: FieldType::Number, ..Field::default() };
    count_field.config.unit = Some("short".to_owned());
    Ok(Cells {
        x_field: without_values(x_field),
        x: counted.x,
        x_layout: CellLayout::Ge,
        rows: Rows::Dense { y: counted.y, layout: CellLayout::Ge },
        counts: counted.counts.into_iter().map(Some).collect(),
        names: None,
        row_labels: None,
        lowest_name: None,
        y_field,
        count_field,
        exemplars: Vec::new(),
    })
}

/// `calculation.yBuckets.scale`, linear unless set.
fn y_distribution(saved: &Map<String, Json>) -> Map<String, Json> {
    let mut scale = options::at(saved, "calculation.yBuckets.scale").and_then(Json::as_object).cloned().unwrap_or_default();
    if !scale.get("type").is_some_and(Json::is_string) {
        scale.insert("type".to_owned(), Json::from("linear"));
    }
    scale
}
