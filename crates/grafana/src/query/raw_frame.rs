//! TestData's `raw_frame`: frames written in the query itself.

use serde_json::{Map, Value as Json, json};

use crate::{
    dashboard::json::{self, Object},
    frame::{Frame, frame_from_json},
};

/// The frames a query holds; why not where it is no list of frames.
///
/// Frames stand as `/api/ds/query` sends them, or plainly with their values in the fields.
/// Source: Grafana 12.4 TestData `rawFrameQuery`, @grafana/data `toDataFrame`.
pub(super) fn frames(query: &Object) -> Result<Vec<Frame>, String> {
    let content: Json = serde_json::from_str(&json::text(query, "rawFrameContent")).map_err(|error| format!("raw frame: {error}"))?;
    let list = content.as_array().ok_or("raw frame: not a list of frames")?;
    let ref_id = json::some_text(query, "refId");
    let read = |frame: &Json| {
        let mut frame = frame_from_json(frame).or_else(|| frame_from_json(&schema_form(frame)?))?;
        frame.ref_id = ref_id.clone().or(frame.ref_id.take());
        Some(frame)
    };
    Ok(list.iter().filter_map(read).collect())
}

/// `{fields: [{name, values}]}` as `{schema, data}`.
fn schema_form(frame: &Json) -> Option<Json> {
    let fields = frame.get("fields")?.as_array()?;
    let values: Vec<Json> = fields.iter().map(|field| field.get("values").cloned().unwrap_or_else(|| json!([]))).collect();
    let mut schema: Map<String, Json> = frame.as_object()?.clone();
    let bare = |field: &Json| {
        let mut field = field.as_object().cloned().unwrap_or_default();
        field.shift_remove("values");
        Json::Object(field)
    };
    schema.insert("fields".into(), fields.iter().map(bare).collect());
    Some(json!({"schema": schema, "data": {"values": values}}))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::frame::Values;

    fn check(content: &str, expected: Result<&[&[f64]], &str>) {
        let query = json!({"refId": "B", "rawFrameContent": content});
        let read = frames(query.as_object().expect("an object"));
        let columns = |frame: &Frame| match &frame.fields[0].values {
            Values::Number(values) => values.iter().flatten().copied().collect::<Vec<_>>(),
            _ => Vec::new(),
        };
        match (read, expected) {
            (Ok(frames), Ok(expected)) => {
                assert_eq!(frames.iter().map(columns).collect::<Vec<_>>(), expected, "{content}");
                assert!(frames.iter().all(|frame| frame.ref_id.as_deref() == Some("B")));
            }
            (Err(error), Err(expected)) => assert!(error.starts_with(expected), "{error}"),
            (read, _) => panic!("{read:?} of {content}"),
        }
    }

    #[test]
    fn both_forms_are_read() {
        let schema = r#"[{"schema": {"refId": "A", "fields": [{"name": "n", "type": "number"}]}, "data": {"values": [[1, 2]]}}]"#;
        check(schema, Ok(&[&[1.0, 2.0]]));
        check(r#"[{"fields": [{"name": "n", "type": "number", "config": {}, "values": [3]}]}]"#, Ok(&[&[3.0]]));
        check("{}", Err("raw frame: not a list"));
        check("", Err("raw frame: "));
    }
}
