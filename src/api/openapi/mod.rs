//! `GET /reports/openapi.json`: the API described for tools (OpenAPI 3.0.3).
//!
//! Put together here and not by a derive: what is read is on purpose wider than what is written (`true` or `"true"`, one form
//! emitted), which no derive over our types can say, and utoipa would cost every build of the pure `report` crate its macros.
//! Tests hold the document against the types, the routes and Grafana's public specification instead.

mod operations;
mod schemas;

#[cfg(test)]
mod tests;

use axum::Json;
use serde_json::{Map, Value, json};

use self::operations::{Body, OPERATIONS, Operation};

/// GET /reports/openapi.json
pub async fn get_openapi() -> Json<Value> {
    Json(document())
}

/// The whole document. Its server is relative to where it lies, so that it is true behind every door.
pub fn document() -> Value {
    let mut paths = Map::new();
    for operation in OPERATIONS {
        let path = paths.entry(operation.path).or_insert_with(|| json!({}));
        path[operation.method] = operation_json(operation);
    }
    json!({
        "openapi": "3.0.3",
        "info": {
            "title": "Broadsheet",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Grafana Enterprise's Reporting API and what Broadsheet adds to it. Every operation needs the organization role Admin.",
        },
        "servers": [{ "url": "..", "description": "where this document lies" }],
        "security": [{ "basic": [] }, { "token": [] }],
        "paths": paths,
        "components": {
            "securitySchemes": { "basic": { "type": "http", "scheme": "basic" }, "token": { "type": "http", "scheme": "bearer" } },
            "schemas": schemas::schemas(),
        },
    })
}

fn operation_json(operation: &Operation) -> Value {
    let mut json = json!({
        "operationId": operation.id,
        "summary": operation.summary,
        "tags": [if operation.is_own { "own" } else { "reports" }],
        "responses": responses(operation),
    });
    let in_path = operation.path.split('/').filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
    let in_path = in_path.map(|name| json!({ "name": name, "in": "path", "required": true, "schema": path_schema(name) }));
    let in_query = operation
        .query
        .iter()
        .map(|(name, what)| json!({ "name": name, "in": "query", "required": false, "description": what, "schema": { "type": "string" } }));
    let in_header = operation.headers.iter().map(
        |(name, what)| json!({ "name": name, "in": "header", "required": false, "description": what, "schema": { "type": "string" } }),
    );
    let parameters: Vec<Value> = in_path.chain(in_query).chain(in_header).chain(preconditions(operation)).collect();
    if !parameters.is_empty() {
        json["parameters"] = parameters.into();
    }
    if let Some(body) = operation.body {
        json["requestBody"] =
            json!({ "required": !operation.is_body_optional, "content": { "application/json": { "schema": reference(body) } } });
    }
    json
}

/// Headers that bind an operation to a known state of the report: its `ETag`.
fn preconditions(operation: &Operation) -> Option<Value> {
    let header = |name: &str, what: &str| json!({ "name": name, "in": "header", "required": false, "description": what, "schema": { "type": "string" } });
    if operation.errors.contains(&412) {
        return Some(header("If-Match", "ETag of the report as it was read; refused when it has changed since"));
    }
    (operation.id == "getReport").then(|| header("If-None-Match", "ETag that is known already"))
}

fn path_schema(name: &str) -> Value {
    match name {
        "id" => json!({ "type": "string", "pattern": "^[A-Za-z0-9_-]{1,40}$", "description": "the report's number or uid" }),
        "run" | "file" => json!({ "type": "integer", "format": "int64", "minimum": 0 }),
        _ => json!({ "type": "string", "minLength": 1 }),
    }
}

fn responses(operation: &Operation) -> Value {
    let mut all = Map::new();
    let mut success = match operation.answer {
        Body::Json(schema) => json!({ "description": "OK", "content": { "application/json": { "schema": reference(schema) } } }),
        Body::List(schema) => {
            let list = json!({ "type": "array", "items": reference(schema) });
            json!({ "description": "OK", "content": { "application/json": { "schema": list } } })
        }
        Body::Files(kinds) => {
            let schema = |kind: &str| match kind {
                "application/yaml" => json!({ "type": "object" }),
                _ => json!({ "type": "string", "format": "binary" }),
            };
            let content: Map<String, Value> = kinds.iter().map(|kind| ((*kind).to_owned(), json!({ "schema": schema(kind) }))).collect();
            json!({ "description": "OK", "content": content })
        }
    };
    if operation.id == "createReport" {
        success["links"] = links();
    }
    all.insert(operation.status.to_string(), success);
    if operation.id == "getReport" {
        all.insert("304".into(), json!({ "description": "the report is the one that If-None-Match names" }));
    }
    if operation.id == "renderReportCSVs" {
        all.insert("204".into(), json!({ "description": "no panel has anything to export" }));
    }
    for (status, description) in operation.errors() {
        let content = json!({ "application/json": { "schema": reference("ErrorResponseBody") } });
        all.insert(status.to_string(), json!({ "description": description, "content": content }));
    }
    all.into()
}

/// Where to go with a report that was just created.
fn links() -> Value {
    let with_id = OPERATIONS.iter().filter(|operation| operation.path.contains("{id}"));
    let link = |operation: &Operation| json!({ "operationId": operation.id, "parameters": { "id": "$response.body#/uid" } });
    let mut links: Map<String, Value> = with_id.map(|operation| (operation.id.to_owned(), link(operation))).collect();
    let body = json!({ "id": "$response.body#/uid", "useEmailsFromReport": true });
    links.insert("sendReport".into(), json!({ "operationId": "sendReport", "requestBody": body }));
    links.into()
}

fn reference(schema: &str) -> Value {
    json!({ "$ref": format!("#/components/schemas/{schema}") })
}
