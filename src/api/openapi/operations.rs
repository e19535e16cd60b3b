//! All operations as a table: the 13 of Grafana's specification by their ids, then our own.

use super::super::rate;

/// What a successful call answers with.
#[derive(Clone, Copy)]
pub enum Body {
    Json(&'static str),
    List(&'static str),
    /// Content types of a download.
    Files(&'static [&'static str]),
}

pub struct Operation {
    pub method: &'static str,
    pub path: &'static str,
    pub id: &'static str,
    pub summary: &'static str,
    /// Parameters of the query, all optional, with what they mean.
    pub query: &'static [(&'static str, &'static str)],
    /// Schema of the request.
    pub body: Option<&'static str>,
    /// A request may come without a body.
    pub is_body_optional: bool,
    /// Parameters that are headers, all optional.
    pub headers: &'static [(&'static str, &'static str)],
    /// Of success.
    pub status: u16,
    pub answer: Body,
    /// Beyond 401, 403 and 500, which every operation may answer.
    pub errors: &'static [u16],
    /// Ours, not Enterprise's.
    pub is_own: bool,
}

impl Operation {
    /// Statuses that are no success, in order.
    pub fn errors(&self) -> Vec<(u16, &'static str)> {
        let mut all = vec![401, 403, 500];
        all.extend(self.errors);
        if self.body.is_some() {
            all.push(413);
        }
        let method = http::Method::from_bytes(self.method.to_uppercase().as_bytes()).unwrap_or_default();
        if rate::kind_of(&method, self.path).is_some() {
            all.push(429);
        }
        all.sort_unstable();
        all.dedup();
        all.into_iter().map(|status| (status, reason(status))).collect()
    }
}

fn reason(status: u16) -> &'static str {
    match status {
        400 => "The request is invalid; the message names the field.",
        401 => "The caller is not known.",
        403 => "The caller may not do this.",
        404 => "There is no such thing in this organization.",
        409 => "It is too late for this.",
        412 => "The report is not the one that If-Match names.",
        413 => "The request is too large.",
        429 => "Too many such requests; Retry-After says when to try again.",
        502 => "Grafana cannot be reached.",
        _ => "Something went wrong; the log says more.",
    }
}

const NONE: &[(&str, &str)] = &[];

const RUN_FILTERS: &[(&str, &str)] = &[
    ("limit", "how many runs, 50 unless told, at most 1000"),
    ("before", "older than the run of this id: the next page"),
    ("state", "due, running, sending, sent, failed or skipped"),
    ("trigger", "schedule, manual or test"),
    ("from", "due, or begun by hand, from this time on (ISO 8601 or milliseconds)"),
    ("to", "and before this one"),
];

const fn own(mut operation: Operation) -> Operation {
    operation.is_own = true;
    operation
}

const fn get(path: &'static str, id: &'static str, summary: &'static str, answer: Body, errors: &'static [u16]) -> Operation {
    Operation {
        method: "get",
        path,
        id,
        summary,
        query: NONE,
        body: None,
        is_body_optional: false,
        headers: NONE,
        status: 200,
        answer,
        errors,
        is_own: false,
    }
}

const fn delete(path: &'static str, id: &'static str, summary: &'static str, errors: &'static [u16]) -> Operation {
    Operation { method: "delete", ..get(path, id, summary, OK, errors) }
}

const fn post(path: &'static str, id: &'static str, summary: &'static str, answer: Body, errors: &'static [u16]) -> Operation {
    Operation { method: "post", ..get(path, id, summary, answer, errors) }
}

const OK: Body = Body::Json("SuccessResponseBody");

pub const OPERATIONS: &[Operation] = &[
    Operation {
        query: &[
            ("query", "text in the name, the subject or the title of a dashboard"),
            ("state", "draft, scheduled, paused or expired; several with commas"),
            ("frequency", "of the schedule; several with commas"),
            ("dashboardUid", "reports of this dashboard"),
            ("sort", "id, name, state, created or updated, with - in front for the reverse; id unless told"),
            ("page", "number of the page, from 1; without page and perPage the list is whole"),
            ("perPage", "reports on a page, 50 unless told, at most 1000"),
        ],
        ..get("/reports", "getReports", "List reports, oldest first", Body::List("Report"), &[400])
    },
    Operation {
        body: Some("CreateOrUpdateReport"),
        ..post("/reports", "createReport", "Create a report", Body::Json("CreateReportResponse"), &[400, 404])
    },
    get("/reports/{id}", "getReport", "Read a report", Body::Json("Report"), &[400, 404]),
    Operation {
        method: "put",
        body: Some("CreateOrUpdateReport"),
        ..get("/reports/{id}", "updateReport", "Change a report; absent fields keep their value", OK, &[400, 404, 412])
    },
    delete("/reports/{id}", "deleteReport", "Delete a report", &[400, 404, 412]),
    get("/reports/dashboards/{uid}", "getReportsByDashboardUID", "List the reports of a dashboard", Body::List("Report"), &[400]),
    Operation {
        body: Some("ReportEmail"),
        ..post("/reports/email", "sendReport", "Send a report now", Body::Json("SentResponse"), &[400, 404])
    },
    Operation {
        body: Some("CreateOrUpdateReport"),
        ..post("/reports/test-email", "sendTestEmail", "Send a report that is not stored", Body::Json("SentResponse"), &[400, 404])
    },
    get("/reports/settings", "getReportSettings", "Read branding and themes", Body::Json("ReportSettings"), &[]),
    Operation { body: Some("ReportSettings"), ..post("/reports/settings", "saveReportSettings", "Change branding and themes", OK, &[400]) },
    get(
        "/reports/images/{image}",
        "getSettingsImage",
        "Read a branding image",
        Body::Files(&["image/png", "image/jpeg", "image/gif"]),
        &[400, 404],
    ),
    Operation {
        query: &[
            ("dashboards", "JSON list of dashboards with ranges and variables, or uids separated by commas"),
            ("orientation", "portrait or landscape"),
            ("layout", "simple or grid"),
            ("title", "title on the pages and name of the file"),
            ("scaleFactor", "1, 2 or 3"),
            ("includeTables", "true: tables with all their rows, up to 10,000, instead of 500"),
        ],
        ..get(
            "/reports/render/pdfs",
            "renderReportPDFs",
            "Draw dashboards now",
            Body::Files(&["application/pdf", "application/zip"]),
            &[400, 404],
        )
    },
    Operation {
        query: &[
            ("dashboards", "as for PDFs"),
            ("title", "name of the file"),
            ("csvEncoding", "as in a report's options"),
            ("csvDelimiter", "as in a report's options"),
        ],
        ..get(
            "/reports/render/csvs",
            "renderReportCSVs",
            "Export the tables of dashboards now",
            Body::Files(&["application/zip"]),
            &[400, 404],
        )
    },
    own(post("/reports/{id}/pause", "pauseReport", "Stop sending by schedule", OK, &[400, 404, 412])),
    own(post(
        "/reports/{id}/resume",
        "resumeReport",
        "Send by schedule again; turns a complete draft into a scheduled report",
        OK,
        &[400, 404, 412],
    )),
    own(Operation {
        body: Some("CheckRequest"),
        ..post(
            "/reports/check",
            "checkReport",
            "What a report would look like, and what keeps it from going out; nothing is stored or sent",
            Body::Json("Checked"),
            &[400, 404],
        )
    }),
    own(Operation {
        body: Some("DuplicateRequest"),
        is_body_optional: true,
        ..post(
            "/reports/{id}/duplicate",
            "duplicateReport",
            "Copy a report as a draft of the caller",
            Body::Json("CreateReportResponse"),
            &[400, 404],
        )
    }),
    own(Operation {
        body: Some("RunRequest"),
        is_body_optional: true,
        headers: &[("Idempotency-Key", "the same key again is the same run: a double click sends once")],
        status: 202,
        ..post("/reports/{id}/run", "runReport", "Send a report now, without waiting for it", Body::Json("RunStarted"), &[400, 404])
    }),
    own(Operation {
        query: RUN_FILTERS,
        ..get(
            "/reports/{id}/runs",
            "getReportRuns",
            "What was due and what became of it, newest first",
            Body::List("ReportRun"),
            &[400, 404],
        )
    }),
    own(Operation {
        query: RUN_FILTERS,
        ..get("/reports/runs", "getRuns", "The runs of all reports, newest first", Body::List("ReportRun"), &[400])
    }),
    own(get("/reports/runs/{run}", "getRun", "One run with its panels, and how far it is", Body::Json("ReportRunDetails"), &[400, 404])),
    own(delete("/reports/runs/{run}", "cancelRun", "Stop a run before its mail is handed over", &[400, 404, 409])),
    own(get(
        "/reports/runs/{run}/files/{file}",
        "getRunFile",
        "A file as it was sent, by its place in the run's files",
        Body::Files(&["application/pdf", "text/csv", "image/png"]),
        &[400, 404],
    )),
    own(get("/reports/overview", "getReportsOverview", "Next due time and last run by report number", Body::Json("ReportsOverview"), &[])),
    own(Operation {
        body: Some("OccurrencesRequest"),
        ..post(
            "/reports/occurrences",
            "getOccurrences",
            "Due times of a schedule that need not be saved",
            Body::Json("Occurrences"),
            &[400],
        )
    }),
    own(Operation {
        body: Some("SettingsImage"),
        ..post(
            "/reports/images",
            "uploadSettingsImage",
            "Store a branding image; also as a form with a file",
            Body::Json("SettingsImageSaved"),
            &[400],
        )
    }),
    own(get(
        "/reports/export.yaml",
        "exportReports",
        "Reports and settings as a provisioning file",
        Body::Files(&["application/yaml"]),
        &[],
    )),
    own(get(
        "/reports/provisioning",
        "getProvisioning",
        "Files that define reports, what they define here, and what is wrong with them",
        Body::Json("Provisioning"),
        &[],
    )),
    own(Operation {
        body: Some("ReloadProvisioning"),
        ..post(
            "/reports/provisioning/reload",
            "reloadProvisioning",
            "Look at the files now; with force they win over what the API has changed",
            Body::Json("ProvisioningReloaded"),
            &[400, 404],
        )
    }),
    own(get("/reports/openapi.json", "getOpenAPI", "This document", Body::Json("AnyObject"), &[])),
    own(Operation {
        body: Some("ConnectRequest"),
        ..post(
            "/_connect",
            "connectOrganization",
            "Hand over the organization's service account token",
            Body::Json("Connected"),
            &[400, 502],
        )
    }),
    own(delete("/_connect", "disconnectOrganization", "Forget the organization's token", &[404])),
    own(get("/_sync", "sync", "Called by the plugin itself, through Grafana; the sidecar has no such thing", OK, &[404])),
    own(get("/_status", "getStatus", "Connection, next due time and number of runs", Body::Json("Status"), &[])),
];
