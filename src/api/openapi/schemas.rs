//! The shapes that travel, by Grafana's names. Requests list what is emitted; what else is understood stands in docs/reports.md.

use serde_json::{Map, Value, json};

pub fn schemas() -> Map<String, Value> {
    let mut all = Map::new();
    for (name, schema) in report_schemas().into_iter().chain(settings_schemas()).chain(answer_schemas()).chain(own_schemas()) {
        all.insert(name.to_owned(), schema);
    }
    all
}

fn text() -> Value {
    json!({ "type": "string" })
}

fn flag() -> Value {
    json!({ "type": "boolean" })
}

fn number() -> Value {
    json!({ "type": "integer", "format": "int64" })
}

fn time() -> Value {
    json!({ "type": "string", "format": "date-time" })
}

fn words(words: &[&str]) -> Value {
    json!({ "type": "string", "enum": words })
}

fn described(mut schema: Value, description: &str) -> Value {
    schema["description"] = description.into();
    schema
}

fn nullable(mut schema: Value) -> Value {
    schema["nullable"] = true.into();
    schema
}

fn list(items: Value) -> Value {
    json!({ "type": "array", "items": items })
}

fn named(schema: &str) -> Value {
    super::reference(schema)
}

fn object<const N: usize>(properties: [(&str, Value); N]) -> Value {
    let properties: Map<String, Value> = properties.into_iter().map(|(name, schema)| (name.to_owned(), schema)).collect();
    json!({ "type": "object", "properties": properties })
}

/// With all properties always there.
fn complete<const N: usize>(properties: [(&str, Value); N]) -> Value {
    let required: Vec<&str> = properties.iter().map(|(name, _)| *name).collect();
    let mut schema = object(properties);
    schema["required"] = required.into();
    schema
}

/// With one property more that is always there.
fn also(mut schema: Value, name: &str, property: Value) -> Value {
    schema["properties"][name] = property;
    if let Some(required) = schema["required"].as_array_mut() {
        required.push(name.into());
    }
    schema
}

/// What the connection and each of its credentials tell.
fn standing() -> Value {
    complete([
        ("state", text()),
        ("message", described(text(), "what is wrong and what to do; empty when nothing is")),
        ("login", text()),
        ("problems", list(text())),
        ("limits", described(list(text()), "what the account may not, and reports can live without")),
        ("source", described(text(), "org_api_token, api_token, stored, managed or settings")),
        ("since", nullable(time())),
        ("verified", nullable(time())),
    ])
}

/// What a report has on the way in and on the way out.
fn content() -> [(&'static str, Value); 13] {
    [
        ("name", text()),
        ("subject", described(text(), "of the mail; empty: the name")),
        ("recipients", described(text(), "addresses separated by commas, semicolons or line breaks; kept as a@x,b@y")),
        ("replyTo", text()),
        ("message", text()),
        ("schedule", named("ReportSchedule")),
        ("options", named("ReportOptions")),
        ("enableDashboardUrl", flag()),
        ("enableCsv", described(flag(), "the older way to ask for csv in formats")),
        ("state", named("State")),
        ("dashboards", list(named("ReportDashboard"))),
        ("formats", list(named("Type"))),
        ("scaleFactor", described(number(), "1, 2 or 3")),
    ]
}

fn report_schemas() -> Vec<(&'static str, Value)> {
    let mut report = complete(content());
    for (name, schema) in
        [("id", number()), ("uid", text()), ("userId", number()), ("orgId", number()), ("created", time()), ("updated", time())]
    {
        report["properties"][name] = schema;
        if let Some(required) = report["required"].as_array_mut() {
            required.push(name.into());
        }
    }
    // Not among the required: only there when a file defines the report.
    report["properties"]["provisioned"] = named("Provisioned");
    let mut change = object(content());
    change["example"] = json!({
        "name": "Shop performance, daily",
        "recipients": "ada@shop.example,grace@shop.example",
        "message": "Good morning",
        "schedule": { "frequency": "daily", "startDate": "2026-01-05T07:00:00+01:00", "timeZone": "Europe/Berlin", "workdaysOnly": true },
        "options": { "orientation": "landscape", "layout": "grid" },
        "enableDashboardUrl": true,
        "dashboards": [{ "dashboard": { "uid": "sample-shop" }, "timeRange": { "from": "now-24h", "to": "now" } }],
        "formats": ["pdf", "csv"],
    });
    vec![
        ("Report", report),
        (
            "Provisioned",
            described(
                complete([("file", text()), ("allowUiUpdates", flag()), ("drifted", flag()), ("drift", list(text()))]),
                "the file that defines this, and the fields that were changed since",
            ),
        ),
        ("CreateOrUpdateReport", change),
        ("State", words(&["draft", "scheduled", "paused", "expired"])),
        ("Type", words(&["pdf", "csv", "image"])),
        (
            "ReportSchedule",
            object([
                ("startDate", nullable(described(time(), "first due time; none: when the report is saved"))),
                ("endDate", nullable(described(time(), "still due"))),
                ("frequency", described(text(), "once, hourly, daily, weekly, monthly, custom or never")),
                ("intervalFrequency", described(text(), "of a custom schedule: hours, days, weeks or months")),
                ("intervalAmount", number()),
                ("workdaysOnly", flag()),
                ("dayOfMonth", described(text(), "\"last\", or the day of the start")),
                ("timeZone", described(text(), "IANA name; none: UTC")),
            ]),
        ),
        (
            "ReportOptions",
            object([
                ("orientation", words(&["landscape", "portrait"])),
                ("layout", words(&["grid", "simple"])),
                ("pdfCombineOneFile", flag()),
                ("pdfShowTemplateVariables", flag()),
                ("csvEncoding", described(text(), "utf-8, utf-8-bom, utf-16le, gbk, shift_jis or iso-8859-1; empty: utf-8")),
                ("csvDelimiter", described(text(), "comma, semicolon, tab or pipe, or the sign itself; only there when it is no comma")),
                ("timeRange", named("ReportTimeRange")),
            ]),
        ),
        ("ReportTimeRange", object([("from", described(text(), "now-6h, or a time; empty: as the dashboard is saved")), ("to", text())])),
        (
            "ReportDashboard",
            object([
                ("dashboard", named("ReportDashboardID")),
                ("timeRange", named("ReportTimeRange")),
                (
                    "reportVariables",
                    json!({
                        "type": "object",
                        "additionalProperties": { "anyOf": [text(), list(text())] },
                        "description": "values by name; variables that are not named keep their saved value",
                    }),
                ),
            ]),
        ),
        ("ReportDashboardID", object([("id", number()), ("uid", text()), ("name", text())])),
        (
            "ReportEmail",
            object([
                ("id", described(text(), "number or uid of the report")),
                ("emails", described(text(), "recipients instead of the report's own")),
                ("useEmailsFromReport", described(flag(), "required unless emails are given")),
            ]),
        ),
    ]
}

fn settings_schemas() -> Vec<(&'static str, Value)> {
    let theme = || words(&["light", "dark", "current"]);
    vec![
        (
            "ReportSettings",
            object([
                ("id", number()),
                ("userId", number()),
                ("orgId", number()),
                ("branding", named("ReportBrandingOptions")),
                ("pdfTheme", theme()),
                ("embeddedImageTheme", theme()),
                ("provisioned", named("Provisioned")),
            ]),
        ),
        (
            "ReportBrandingOptions",
            object([
                ("reportLogoUrl", described(text(), "web address, data URL, path below Grafana's public/, or name of an uploaded image")),
                ("emailLogoUrl", text()),
                ("emailFooterMode", words(&["sent-by", "none"])),
                ("emailFooterText", text()),
                ("emailFooterLink", text()),
            ]),
        ),
    ]
}

fn answer_schemas() -> Vec<(&'static str, Value)> {
    let mut error = object([("message", described(text(), "for people")), ("error", text()), ("status", text())]);
    error["required"] = json!(["message"]);
    let refused = described(list(complete([("address", text()), ("reply", text())])), "who was refused, with the mail server's words");
    let mut sent = object([("message", text()), ("refused", refused)]);
    sent["required"] = json!(["message"]);
    vec![
        ("ErrorResponseBody", error),
        ("SuccessResponseBody", complete([("message", text())])),
        ("CreateReportResponse", complete([("id", number()), ("uid", text()), ("message", text())])),
        ("SentResponse", sent),
    ]
}

/// A report, or the id of a stored one with what would change.
fn check_request() -> Value {
    let mut schema = object(content());
    schema["properties"]["id"] = described(text(), "number or uid of a stored report");
    schema["properties"]["queryData"] = described(flag(), "false leaves the data sources alone; true unless told");
    schema
}

fn checked_schema() -> Value {
    let panel = complete([
        ("id", number()),
        ("title", text()),
        ("type", described(text(), "its plugin")),
        ("verdict", words(&["native", "picture", "needsPicture", "notDrawn"])),
        ("reasons", list(text())),
    ]);
    let variable = complete([("name", text()), ("problem", words(&["unknown", "stale"])), ("values", list(text()))]);
    let source = complete([("uid", text()), ("name", text()), ("type", text()), ("queries", number()), ("errors", list(text()))]);
    let dashboard = complete([
        ("uid", text()),
        ("title", text()),
        ("problem", nullable(described(text(), "why it cannot be read"))),
        ("panels", list(panel)),
        ("variables", described(list(variable), "values that the dashboard does not offer")),
        ("dataSources", list(source)),
        ("warnings", list(text())),
        ("pages", number()),
    ]);
    complete([
        ("ok", described(flag(), "nothing would be missing")),
        ("problems", described(list(text()), "what keeps it from being sent by itself, each beginning with the field")),
        ("timeZone", text()),
        ("occurrences", list(time())),
        ("dashboards", list(dashboard)),
        ("pages", described(number(), "an estimate when data was not queried")),
        ("dataQueried", flag()),
    ])
}

/// A row of the ledger.
fn run_schema() -> Value {
    let warning = object([("message", text()), ("dashboardUid", text()), ("panelId", nullable(number())), ("panelTitle", text())]);
    let kept = described(flag(), "whether it can still be downloaded");
    let progress = complete([
        ("stage", words(&["waiting", "gather", "draw", "send"])),
        ("step", described(text(), "in words")),
        ("panelsDone", number()),
        ("panelsTotal", described(number(), "so far known")),
    ]);
    complete([
        ("id", number()),
        ("reportId", nullable(number())),
        ("reportName", text()),
        ("trigger", words(&["schedule", "manual", "test"])),
        ("state", words(&["due", "running", "sending", "sent", "failed", "skipped"])),
        ("due", nullable(time())),
        ("attempts", number()),
        ("started", nullable(time())),
        ("finished", nullable(time())),
        ("elapsedMs", nullable(number())),
        ("error", text()),
        ("warnings", list(warning)),
        ("recipients", list(complete([("address", text()), ("accepted", flag()), ("reply", described(text(), "of the mail server"))]))),
        ("files", list(complete([("name", text()), ("contentType", text()), ("bytes", number()), ("kept", kept)]))),
        ("timings", described(json!({ "type": "object", "additionalProperties": number() }), "milliseconds by stage: gatherMs, drawMs …")),
        ("progress", nullable(described(progress, "while it is under way in this process"))),
    ])
}

fn own_schemas() -> Vec<(&'static str, Value)> {
    let run = run_schema();
    let mut details = run.clone();
    details["properties"]["panels"] = list(complete([
        ("dashboardUid", text()),
        ("id", number()),
        ("title", text()),
        ("type", described(text(), "its plugin")),
        ("queryMs", nullable(described(number(), "from the first question to the last answer"))),
        ("errors", list(text())),
    ]));
    if let Some(required) = details["required"].as_array_mut() {
        required.push("panels".into());
    }
    let outlook = complete([("nextDue", nullable(time())), ("lastRun", json!({ "nullable": true, "allOf": [named("ReportRun")] }))]);
    let mut connect = object([("token", text())]);
    connect["required"] = json!(["token"]);
    let mut image = object([("name", described(text(), "file name")), ("content", described(text(), "base64 or a data URL"))]);
    image["required"] = json!(["name", "content"]);
    let credential = also(standing(), "inUse", flag());
    let mut connection = also(also(standing(), "connected", flag()), "credentials", list(credential));
    connection["properties"]["state"]["description"] = json!("connected, unverified, unreachable, needs_reconnect or not_connected");
    connection["properties"]["source"]["nullable"] = json!(true);
    vec![
        ("CheckRequest", check_request()),
        ("Checked", checked_schema()),
        ("ReportRun", run),
        ("ReportRunDetails", details),
        ("DuplicateRequest", object([("name", described(text(), "of the copy; \"Copy of …\" unless told"))])),
        ("RunRequest", object([("emails", described(text(), "recipients instead of the report's own"))])),
        ("RunStarted", complete([("message", text()), ("runId", number())])),
        ("ReportsOverview", json!({ "type": "object", "additionalProperties": outlook })),
        (
            "OccurrencesRequest",
            object([("schedule", named("ReportSchedule")), ("count", described(number(), "5 unless told, at most 50"))]),
        ),
        ("Occurrences", complete([("timeZone", text()), ("occurrences", list(time()))])),
        ("SettingsImage", image),
        ("SettingsImageSaved", complete([("message", text()), ("name", described(text(), "what to put into the settings"))])),
        ("ConnectRequest", connect),
        ("Connected", complete([("message", text()), ("login", text()), ("problems", list(text())), ("limits", list(text()))])),
        (
            "Status",
            complete([
                ("version", text()),
                ("connection", connection),
                ("appEnabled", json!({ "type": "boolean", "nullable": true })),
                ("nextDue", nullable(time())),
                ("runs", described(json!({ "type": "object", "additionalProperties": number() }), "number by state")),
            ]),
        ),
        (
            "Provisioning",
            complete([
                ("enabled", described(flag(), "a folder of files is set")),
                ("lookedAt", nullable(time())),
                ("files", list(complete([("name", text()), ("read", described(flag(), "without a mistake"))]))),
                (
                    "reports",
                    list(json!({ "allOf": [named("Provisioned"), complete([("id", number()), ("uid", text()), ("name", text())])] })),
                ),
                ("settings", json!({ "nullable": true, "allOf": [named("Provisioned")] })),
                ("problems", list(named("ProvisioningProblem"))),
            ]),
        ),
        (
            "ProvisioningProblem",
            complete([
                ("file", text()),
                ("line", described(number(), "from 1; 0 when the whole file is meant")),
                ("message", text()),
                ("severity", words(&["error", "warning"])),
            ]),
        ),
        ("ReloadProvisioning", object([("force", described(flag(), "undo what the API has changed in what files define here"))])),
        (
            "ProvisioningReloaded",
            complete([
                ("message", text()),
                ("changed", described(number(), "reports and settings written")),
                ("deleted", number()),
                ("released", described(number(), "no file defines them any more; they stay as ordinary ones")),
                ("problems", list(named("ProvisioningProblem"))),
            ]),
        ),
        ("AnyObject", json!({ "type": "object" })),
    ]
}
