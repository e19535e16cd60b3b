//! Frames as `/api/ds/query` sends them: a schema and columns of plain JSON.
//!
//! Source: @grafana/data 12.4 `dataframe/DataFrameJSON.ts`, Grafana SDK `data/frame_json.go`.

use serde_json::{Map, Value as Json, json};

use super::{Field, FieldType, Frame, FrameMeta, Labels, Notice, Values};
use crate::field::{FieldConfig, cell_json};

/// Why an answer holds no frames.
#[derive(Debug, thiserror::Error, PartialEq, Eq)]
pub enum Error {
    #[error("the answer has no results")]
    NoResults,
    #[error("query {ref_id}: {message}")]
    Query { ref_id: String, message: String },
    #[error("query {ref_id}: frame {index} has no schema with fields")]
    NoSchema { ref_id: String, index: usize },
}

/// The frames of one query in the answer of `POST /api/ds/query` (`{results: {A: {status, frames, error}}}`).
///
/// A refId the answer does not hold gives no frames. Fails with the data source's own text when the query failed
/// without frames; with frames beside an error the frames are given and [`error_from_response`] tells the error.
pub fn frames_from_response(response: &Json, ref_id: &str) -> Result<Vec<Frame>, Error> {
    let results = response.get("results").and_then(Json::as_object).ok_or(Error::NoResults)?;
    let Some(result) = results.get(ref_id) else { return Ok(Vec::new()) };
    let frames = result.get("frames").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
    if frames.is_empty()
        && let Some(message) = error_from_response(response, ref_id)
    {
        return Err(Error::Query { ref_id: ref_id.into(), message });
    }
    frames
        .iter()
        .enumerate()
        .map(|(index, frame)| {
            let mut frame = frame_from_json(frame).ok_or_else(|| Error::NoSchema { ref_id: ref_id.into(), index })?;
            // Grafana's `toDataQueryResponse` gives every frame the refId of the result it came in.
            frame.ref_id.get_or_insert_with(|| ref_id.into());
            Ok(frame)
        })
        .collect()
}

/// What a data source said went wrong with one query; `None` when nothing did.
pub fn error_from_response(response: &Json, ref_id: &str) -> Option<String> {
    let result = response.get("results")?.get(ref_id)?;
    let text = |key: &str| result.get(key).and_then(Json::as_str).filter(|text| !text.is_empty()).map(str::to_owned);
    let failed = result.get("status").and_then(Json::as_i64).is_some_and(|status| status >= 400);
    text("error").or_else(|| failed.then(|| text("errorSource").unwrap_or_else(|| "query failed".into())))
}

/// One frame from `{schema, data}`; `None` when there is no schema with fields.
pub fn frame_from_json(json: &Json) -> Option<Frame> {
    let schema = json.get("schema")?;
    let fields = schema.get("fields")?.as_array()?;
    let data = json.get("data");
    let columns = data.and_then(|data| data.get("values")).and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
    let length = columns.iter().filter_map(Json::as_array).map(Vec::len).max().unwrap_or(0);
    let aside = |key: &str, index: usize| data.and_then(|data| data.get(key)?.get(index)).filter(|json| !json.is_null());
    let fields = fields
        .iter()
        .enumerate()
        .map(|(index, schema)| {
            let column = Column {
                cells: columns.get(index).and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default(),
                length,
                entities: aside("entities", index),
                enums: aside("enums", index),
                nanos: aside("nanos", index),
            };
            field(schema, &column)
        })
        .collect();
    let text = |key: &str| schema.get(key).and_then(Json::as_str).filter(|text| !text.is_empty()).map(str::to_owned);
    Some(Frame { name: text("name"), ref_id: text("refId"), meta: meta(schema.get("meta")), fields })
}

/// One column with what stands beside it.
struct Column<'a> {
    cells: &'a [Json],
    length: usize,
    /// `{NaN: [rows], Inf: [rows], NegInf: [rows]}`.
    entities: Option<&'a Json>,
    /// Texts that the cells index.
    enums: Option<&'a Json>,
    /// Nanoseconds under the millisecond.
    nanos: Option<&'a Json>,
}

fn field(schema: &Json, column: &Column) -> Field {
    let name = schema.get("name").and_then(Json::as_str).unwrap_or_default().to_owned();
    let config = schema.get("config").and_then(Json::as_object).map(FieldConfig::from_json).unwrap_or_default();
    let labels: Labels = schema
        .get("labels")
        .and_then(Json::as_object)
        .map(|labels| labels.iter().map(|(key, value)| (key.clone(), label_text(value))).collect())
        .unwrap_or_default();
    let kind = match schema.get("type").and_then(Json::as_str) {
        _ if column.enums.is_some() => FieldType::String,
        Some(kind) => field_type(kind),
        None => guess_type(&name, column.cells),
    };
    Field { name, kind, labels, config, values: values(kind, column), ..Field::default() }
}

fn label_text(value: &Json) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

fn field_type(kind: &str) -> FieldType {
    match kind {
        "time" => FieldType::Time,
        "number" => FieldType::Number,
        "string" => FieldType::String,
        "boolean" => FieldType::Boolean,
        "enum" => FieldType::Enum,
        "frame" | "nestedFrames" => FieldType::Frame,
        "geo" => FieldType::Geo,
        _ => FieldType::Other,
    }
}

fn guess_type(name: &str, cells: &[Json]) -> FieldType {
    let name = name.to_lowercase();
    match cells.iter().find(|cell| !cell.is_null()) {
        None => FieldType::Other,
        Some(_) if name == "date" || name == "time" => FieldType::Time,
        Some(Json::Number(_)) => FieldType::Number,
        Some(Json::Bool(_)) => FieldType::Boolean,
        Some(Json::String(_)) => FieldType::String,
        Some(_) => FieldType::Other,
    }
}

fn values(kind: FieldType, column: &Column) -> Values {
    match kind {
        FieldType::Time => Values::Time(times(column)),
        FieldType::Number | FieldType::Enum => Values::Number(numbers(column)),
        FieldType::String => Values::String(strings(column)),
        FieldType::Boolean => Values::Boolean(padded(column, |cell| cell.as_bool())),
        FieldType::Frame | FieldType::Geo | FieldType::Other => {
            let mut cells = column.cells.to_vec();
            cells.resize(column.length, Json::Null);
            Values::Other(cells)
        }
    }
}

fn padded<T: Clone>(column: &Column, read: impl Fn(&Json) -> Option<T>) -> Vec<Option<T>> {
    let mut values: Vec<Option<T>> = column.cells.iter().map(read).collect();
    values.resize(column.length, None);
    values
}

fn numbers(column: &Column) -> Vec<Option<f64>> {
    let mut values = padded(column, number);
    for (key, value) in [("NaN", f64::NAN), ("Inf", f64::INFINITY), ("NegInf", f64::NEG_INFINITY)] {
        let rows = column.entities.and_then(|entities| entities.get(key)).and_then(Json::as_array);
        for row in rows.into_iter().flatten().filter_map(Json::as_u64) {
            if let Some(cell) = values.get_mut(row as usize) {
                *cell = Some(value);
            }
        }
    }
    values
}

/// 64-bit integers may come as text so that JavaScript keeps their digits.
fn number(cell: &Json) -> Option<f64> {
    match cell {
        Json::Number(number) => number.as_f64(),
        Json::String(text) => text.parse().ok(),
        Json::Bool(flag) => Some(f64::from(u8::from(*flag))),
        _ => None,
    }
}

fn times(column: &Column) -> Vec<Option<f64>> {
    let mut values: Vec<Option<f64>> = padded(column, |cell| match cell {
        Json::String(text) => crate::field::parse_date(text),
        other => number(other),
    });
    let nanos = column.nanos.and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
    for (value, nanos) in values.iter_mut().zip(nanos) {
        if let (Some(value), Some(nanos)) = (value, nanos.as_f64()) {
            *value += nanos / 1e6;
        }
    }
    values
}

fn strings(column: &Column) -> Vec<Option<String>> {
    let Some(texts) = column.enums.and_then(Json::as_array) else { return padded(column, text) };
    padded(column, |cell| texts.get(cell.as_u64()? as usize).and_then(text))
}

fn text(cell: &Json) -> Option<String> {
    match cell {
        Json::Null => None,
        Json::String(text) => Some(text.clone()),
        other => Some(other.to_string()),
    }
}

fn meta(json: Option<&Json>) -> FrameMeta {
    let Some(meta) = json.and_then(Json::as_object) else { return FrameMeta::default() };
    let text = |key: &str| meta.get(key).and_then(Json::as_str).filter(|text| !text.is_empty()).map(str::to_owned);
    let notices = meta.get("notices").and_then(Json::as_array).into_iter().flatten().filter_map(notice).collect();
    let known = ["type", "preferredVisualisationType", "notices", "executedQueryString"];
    let rest: Map<String, Json> =
        meta.iter().filter(|(key, _)| !known.contains(&key.as_str())).map(|(key, value)| (key.clone(), value.clone())).collect();
    FrameMeta {
        kind: text("type"),
        preferred_visualisation: text("preferredVisualisationType"),
        notices,
        executed_query: text("executedQueryString"),
        custom: if rest.is_empty() { Json::Null } else { Json::Object(rest) },
    }
}

fn notice(json: &Json) -> Option<Notice> {
    let severity = match json.get("severity") {
        Some(Json::String(severity)) => severity.clone(),
        // The Go SDK numbers them.
        Some(Json::Number(number)) if number.as_i64() == Some(2) => "error".into(),
        Some(Json::Number(number)) if number.as_i64() == Some(1) => "warning".into(),
        _ => "info".into(),
    };
    Some(Notice { severity, text: json.get("text")?.as_str()?.to_owned() })
}

/// A frame in the form [`frame_from_json`] reads; of the field config only the names a data source gave and the unit go along.
pub fn frame_to_json(frame: &Frame) -> Json {
    let mut values: Vec<Json> = Vec::new();
    let mut entities: Vec<Json> = Vec::new();
    let mut fields: Vec<Json> = Vec::new();
    for field in &frame.fields {
        let mut config = Map::new();
        for (key, text) in [
            ("displayName", &field.config.display_name),
            ("displayNameFromDS", &field.config.display_name_from_ds),
            ("unit", &field.config.unit),
        ] {
            if let Some(text) = text {
                config.insert(key.into(), Json::from(text.as_str()));
            }
        }
        if let Some(decimals) = field.config.decimals {
            config.insert("decimals".into(), Json::from(decimals));
        }
        fields.push(json!({"name": field.name, "type": field.kind.as_str(), "labels": field.labels, "config": config}));
        values.push((0..field.values.len()).map(|row| cell_json(&field.values.get(row))).collect());
        entities.push(entities_of(field));
    }
    json!({"schema": {"name": frame.name, "refId": frame.ref_id, "fields": fields}, "data": {"values": values, "entities": entities}})
}

fn entities_of(field: &Field) -> Json {
    let rows = |test: fn(f64) -> bool| -> Vec<usize> {
        let cells = field.values.numbers().unwrap_or_default().iter().enumerate();
        cells.filter(|(_, cell)| cell.is_some_and(test)).map(|(row, _)| row).collect()
    };
    let (nan, inf, neg_inf) = (rows(f64::is_nan), rows(|value| value == f64::INFINITY), rows(|value| value == f64::NEG_INFINITY));
    if nan.is_empty() && inf.is_empty() && neg_inf.is_empty() { Json::Null } else { json!({"NaN": nan, "Inf": inf, "NegInf": neg_inf}) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn decodes_entities_nanos_and_enums() {
        let frame = frame_from_json(&json!({
            "schema": {"refId": "A", "name": "f", "meta": {"type": "timeseries-multi", "typeVersion": [0, 1],
                "notices": [{"severity": "warning", "text": "slow"}], "executedQueryString": "up"},
                "fields": [
                    {"name": "Time", "type": "time", "typeInfo": {"frame": "time.Time"}},
                    {"name": "Value", "type": "number", "labels": {"job": "a"}, "config": {"unit": "bytes", "interval": 15000}},
                    {"name": "word", "type": "string"}, {"name": "up", "type": "boolean"}]},
            "data": {"values": [[1000, 2000, 3000, 4000], [1, null, null, null], [0, 1], [true, null, false]],
                "entities": [null, {"NaN": [1], "Inf": [2], "NegInf": [3]}], "enums": [null, null, ["a", "b"]],
                "nanos": [[500000, 0, 0, 0]]}
        }))
        .unwrap();
        assert_eq!(frame.fields[0].values, Values::Time(vec![Some(1000.5), Some(2000.0), Some(3000.0), Some(4000.0)]));
        let numbers = frame.fields[1].values.numbers().unwrap();
        assert!(numbers[1].unwrap().is_nan() && numbers[2] == Some(f64::INFINITY) && numbers[3] == Some(f64::NEG_INFINITY));
        assert_eq!(frame.fields[1].config.unit.as_deref(), Some("bytes"));
        assert_eq!(frame.fields[1].config.interval_ms, Some(15000.0));
        assert_eq!(frame.fields[2].values, Values::String(vec![Some("a".into()), Some("b".into()), None, None]));
        assert_eq!(frame.fields[3].values, Values::Boolean(vec![Some(true), None, Some(false), None]));
        assert_eq!(frame.meta.kind.as_deref(), Some("timeseries-multi"));
        assert_eq!(frame.meta.notices[0].text, "slow");
        assert_eq!(frame.meta.custom, json!({"typeVersion": [0, 1]}));
    }

    #[test]
    fn tells_errors() {
        let answer = json!({"results": {"A": {"status": 400, "error": "bad query", "errorSource": "downstream"}, "B": {"frames": []}}});
        let message = "bad query".to_owned();
        assert_eq!(frames_from_response(&answer, "A"), Err(Error::Query { ref_id: "A".into(), message }));
        assert_eq!(frames_from_response(&answer, "B"), Ok(vec![]));
        assert_eq!(frames_from_response(&answer, "C"), Ok(vec![]));
        assert_eq!(frames_from_response(&json!({"message": "no"}), "A"), Err(Error::NoResults));
    }

    /// Recordings of a real Grafana live outside the repository; without them there is nothing to read here.
    #[test]
    fn decodes_every_recorded_answer() {
        let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/recordings");
        let folders = [folder, "/work/shared/recordings".into()];
        let Some(entries) = folders.iter().find_map(|folder| std::fs::read_dir(folder).ok()) else { return };
        let mut n_frames = 0;
        for entry in entries.flatten() {
            let Ok(text) = std::fs::read_to_string(entry.path().join("calls.json")) else { continue };
            let calls: Json = serde_json::from_str(&text).unwrap();
            for answer in answers(&calls) {
                for ref_id in answer["results"].as_object().unwrap().keys() {
                    match frames_from_response(answer, ref_id) {
                        Ok(frames) => n_frames += frames.len(),
                        Err(error) => assert!(matches!(error, Error::Query { .. }), "{}: {error}", entry.path().display()),
                    }
                }
            }
        }
        assert!(n_frames > 1000);
    }

    fn answers(json: &Json) -> Vec<&Json> {
        match json {
            Json::Object(map) if map.get("results").is_some_and(Json::is_object) => vec![json],
            Json::Object(map) => map.values().flat_map(answers).collect(),
            Json::Array(list) => list.iter().flat_map(answers).collect(),
            _ => vec![],
        }
    }
}
