//! The document held against what it describes: Grafana's public specification, our types, our routes.

use std::collections::BTreeSet;

use jiff::Timestamp;
use report::{Provisioned, Report, ReportDashboard, ReportSettings};
use serde_json::Value;

use super::document;

/// The part of Grafana 12.4's public specification (Swagger 2.0) that we serve.
fn specification() -> Value {
    serde_json::from_str(include_str!("../../../tests/corpus/api/reports-openapi.json")).unwrap()
}

/// Both speak of an image in the path; the specification in a form no tool understands.
fn our_path(path: &str) -> String {
    path.replace(":image", "{image}")
}

#[test]
fn every_operation_of_the_specification_is_there() {
    let (ours, theirs) = (document(), specification());
    let mut n = 0;
    for (path, methods) in theirs["paths"].as_object().unwrap() {
        for (method, wanted) in methods.as_object().unwrap() {
            let got = &ours["paths"][our_path(path)][method];
            assert_eq!(got["operationId"], wanted["operationId"], "{method} {path}");
            for status in wanted["responses"].as_object().unwrap().keys() {
                assert!(got["responses"][status].is_object(), "{method} {path}: no response {status}");
            }
            for parameter in wanted["parameters"].as_array().into_iter().flatten() {
                let name = &parameter["name"];
                let there = match parameter["in"].as_str().unwrap() {
                    "body" => {
                        let schema = &got["requestBody"]["content"]["application/json"]["schema"];
                        last(&schema["$ref"]) == last(&parameter["schema"]["$ref"])
                    }
                    place => got["parameters"].as_array().unwrap().iter().any(|p| p["name"] == *name && p["in"] == place),
                };
                assert!(there, "{method} {path}: no parameter {name}");
            }
            n += 1;
        }
    }
    assert_eq!(n, 13);
}

/// The last part of a reference.
fn last(reference: &Value) -> String {
    reference.as_str().unwrap().rsplit('/').next().unwrap().to_owned()
}

#[test]
fn every_field_of_the_specification_is_there() {
    let (ours, theirs) = (document(), specification());
    for (name, wanted) in theirs["definitions"].as_object().unwrap() {
        let got = &ours["components"]["schemas"][name];
        assert_eq!(got["type"], wanted["type"], "{name}");
        for (field, wanted) in wanted["properties"].as_object().into_iter().flatten() {
            let got = &got["properties"][field];
            assert!(got.is_object(), "{name}.{field} is missing");
            if wanted["$ref"].is_string() {
                assert_eq!(last(&got["$ref"]), last(&wanted["$ref"]), "{name}.{field}");
            } else {
                assert_eq!(got["type"], wanted["type"], "{name}.{field}");
            }
        }
    }
    let created = &theirs["responses"]["createReportResponse"]["schema"]["properties"];
    for field in created.as_object().unwrap().keys() {
        assert!(ours["components"]["schemas"]["CreateReportResponse"]["properties"][field].is_object(), "{field}");
    }
}

/// `value` has exactly the properties of its schema, down to the leaves.
fn check_shape(document: &Value, schema: &Value, value: &Value, path: &str) {
    if let Some(name) = schema["$ref"].as_str() {
        return check_shape(document, &document["components"]["schemas"][name.rsplit('/').next().unwrap()], value, path);
    }
    if value.is_null() {
        return assert_eq!(schema["nullable"], true, "{path}");
    }
    let kind = match value {
        Value::String(_) => "string",
        Value::Number(_) => "integer",
        Value::Bool(_) => "boolean",
        Value::Array(_) => "array",
        _ => "object",
    };
    assert_eq!(schema["type"], kind, "{path}");
    for (idx, item) in value.as_array().into_iter().flatten().enumerate() {
        check_shape(document, &schema["items"], item, &format!("{path}[{idx}]"));
    }
    let (Some(properties), Some(fields)) = (schema["properties"].as_object(), value.as_object()) else { return };
    let names = |keys: Vec<&String>| keys.into_iter().cloned().collect::<BTreeSet<_>>();
    assert_eq!(names(properties.keys().collect()), names(fields.keys().collect()), "{path}");
    for (name, field) in fields {
        check_shape(document, &properties[name], field, &format!("{path}.{name}"));
    }
}

#[test]
fn what_we_emit_is_what_we_describe() {
    let document = document();
    let mut report = Report::new(1, 1, Timestamp::UNIX_EPOCH);
    report.dashboards.push(ReportDashboard::default());
    report.provisioned = Some(Provisioned::default());
    report.options.csv_delimiter = report::CsvDelimiter::Tab;
    let mut settings = ReportSettings::new(1);
    settings.provisioned = Some(Provisioned::default());
    for (name, value) in [("Report", report.to_json()), ("ReportSettings", serde_json::to_value(settings).unwrap())] {
        check_shape(&document, &document["components"]["schemas"][name], &value, name);
    }
}

#[test]
fn every_route_is_described_and_every_reference_leads_somewhere() {
    let document = document();
    let routes = include_str!("../mod.rs").split(".route(\"").skip(1).map(|rest| rest.split('"').next().unwrap());
    let routes: BTreeSet<&str> = routes.filter(|route| *route != "/reports/").collect();
    let described: BTreeSet<&str> = document["paths"].as_object().unwrap().keys().map(String::as_str).collect();
    assert_eq!(routes, described);
    let text = document.to_string();
    for reference in text.split("#/components/schemas/").skip(1).map(|rest| rest.split('"').next().unwrap()) {
        assert!(document["components"]["schemas"][reference].is_object(), "{reference}");
    }
}

/// A method without a row would serve administrators only.
#[test]
fn every_method_of_every_route_says_what_it_needs() {
    let methods = ["get", "post", "put", "patch", "delete"];
    let mut served = BTreeSet::new();
    for route in include_str!("../mod.rs").split(".route(\"").skip(1) {
        let (path, rest) = route.split_once('"').unwrap();
        let handlers = rest.split_once("\n        .").map_or(rest, |(handlers, _)| handlers);
        let called = |method: &&&str| handlers.contains(&format!(" {method}(")) || handlers.contains(&format!(").{method}("));
        served.extend(methods.iter().filter(called).map(|method| (method.to_uppercase(), path.trim_end_matches('/'))));
    }
    let needs: BTreeSet<_> = crate::rights::NEEDS.iter().map(|(method, path, _)| ((*method).to_owned(), *path)).collect();
    assert_eq!(needs.len(), crate::rights::NEEDS.len(), "a row is there twice");
    assert_eq!(served, needs);
    let described: BTreeSet<_> = super::operations::OPERATIONS.iter().map(|o| (o.method.to_uppercase(), o.path)).collect();
    assert_eq!(served, described);
    let changing: BTreeSet<_> = served.into_iter().filter(|(method, _)| method != "GET").collect();
    let audited: BTreeSet<_> = crate::api::audited::AUDITED.iter().map(|(method, path, _)| ((*method).to_owned(), *path)).collect();
    assert_eq!(changing, audited, "src/api/audited.rs says what each change is called in the audit log");
}
