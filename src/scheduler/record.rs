//! What the ledger keeps of a run, as JSON for the API.

use serde_json::{Map, Value, json};

use crate::{
    mail::{Delivery, RecipientResult},
    run::{Rendered, RenderedFile, RenderedPanel, Stage, Warning},
    store::RunRecord,
};

/// Everything but the timings.
pub fn of(rendered: &Rendered) -> RunRecord {
    RunRecord {
        warnings: rendered.warnings.iter().map(warning).collect(),
        files: rendered.files.iter().chain(&rendered.images).map(file).collect(),
        panels: rendered.panels.iter().map(panel).collect(),
        timings: json!({}),
    }
}

fn warning(warning: &Warning) -> Value {
    json!({
        "dashboardUid": warning.dashboard_uid,
        "panelId": warning.panel_id,
        "panelTitle": warning.panel_title,
        "message": warning.message,
    })
}

fn file(file: &RenderedFile) -> Value {
    json!({ "name": file.name, "contentType": file.content_type, "bytes": file.bytes.len() })
}

fn panel(panel: &RenderedPanel) -> Value {
    json!({
        "dashboardUid": panel.dashboard_uid,
        "id": panel.id,
        "title": panel.title,
        "type": panel.kind,
        "queryMs": panel.query_ms,
        "errors": panel.errors,
    })
}

pub fn timings(stages: &[(Stage, i64)]) -> Value {
    stages.iter().map(|(stage, ms)| (format!("{}Ms", stage.as_str()), json!(ms))).collect::<Map<_, _>>().into()
}

pub fn recipients(delivery: &Delivery) -> Value {
    let result = |r: &RecipientResult| json!({ "address": r.address, "accepted": r.accepted, "reply": r.reply });
    delivery.recipients.iter().map(result).collect()
}

pub fn add_delivery(record: &mut RunRecord, delivery: &Delivery) {
    delivery.warnings.iter().for_each(|message| add_warning(record, message));
}

/// A warning that is about no panel.
pub fn add_warning(record: &mut RunRecord, message: &str) {
    if let Value::Array(warnings) = &mut record.warnings {
        warnings.push(json!({ "message": message }));
    }
}
