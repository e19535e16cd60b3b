//! Sending by hand: a stored report, waited for or not, or a test mail of one that is not stored.

use axum::{
    Extension, Json,
    extract::{FromRequestParts, State},
};
use http::{StatusCode, request::Parts};
use report::{CreateOrUpdateReport, Report, check_recipients, join_recipients, split_recipients};
use serde_json::{Map, Value, json};

use super::{
    ApiError, ApiState, Caller,
    dashboards::KnownDashboards,
    extract::{JsonBody, OptionalJsonBody, ReportId, report_ref},
};
use crate::{
    rights,
    scheduler::{Job, Sent},
    store::{NewRun, Started, Trigger},
};

/// POST /reports/email
pub async fn send_report(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
    JsonBody(body): JsonBody,
) -> Result<Json<Value>, ApiError> {
    let wish = ReportEmail::read(&body)?;
    let report = state.engine.store.report(caller.org_id, report_ref(&wish.id)?).await?.ok_or_else(ApiError::report_not_found)?;
    rights::settle(&state, &caller, &report).await?;
    report.check_sendable()?;
    let recipients = wish.emails.unwrap_or_else(|| report.recipients.clone());
    let sent = send(&state, &caller, Trigger::Manual, report, &recipients).await?;
    Ok(Json(answer("Report was sent", &sent)))
}

/// POST /reports/test-email
pub async fn send_test_email(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
    JsonBody(body): JsonBody,
) -> Result<Json<Value>, ApiError> {
    let mut report = Report::new(caller.org_id, caller.user_id.unwrap_or(0), state.engine.clock.now());
    CreateOrUpdateReport::new(body).apply(&mut report)?;
    let mut dashboards = KnownDashboards::default();
    dashboards.ask_for_numbers(&state, &report).await?;
    dashboards.fill(&mut report);
    report.check_sendable()?;
    check_recipients("replyTo", &report.reply_to)?;
    let recipients = report.recipients.clone();
    let sent = send(&state, &caller, Trigger::Test, report, &recipients).await?;
    Ok(Json(answer("Test email sent", &sent)))
}

/// POST /reports/{id}/run `{"emails"}`: the same without waiting for the end. 202 with the run to ask about.
pub async fn run_report(
    State(state): State<ApiState>,
    Extension(caller): Extension<Caller>,
    ReportId(which): ReportId,
    OnceKey(key): OnceKey,
    OptionalJsonBody(body): OptionalJsonBody,
) -> Result<(StatusCode, Json<Value>), ApiError> {
    let report = state.engine.store.report(caller.org_id, which).await?.ok_or_else(ApiError::report_not_found)?;
    report.check_sendable()?;
    let recipients = Some(read_emails(&body, "emails")?).filter(|emails| !emails.is_empty()).unwrap_or_else(|| report.recipients.clone());
    let (started, job) = begin(&state, &caller, Trigger::Manual, report, &recipients, key).await?;
    if started.is_new {
        state.engine.start(job);
    }
    let message = if started.is_new { "Run started" } else { "This run was started before" };
    Ok((StatusCode::ACCEPTED, Json(json!({ "message": message, "runId": started.run_id }))))
}

async fn send(state: &ApiState, caller: &Caller, trigger: Trigger, report: Report, recipients: &str) -> Result<Sent, ApiError> {
    let (_, job) = begin(state, caller, trigger, report, recipients, None).await?;
    state.engine.execute(job).await.map_err(|failure| ApiError::from(failure).audited())
}

/// The run in the ledger, and what is to be executed for it.
async fn begin(
    state: &ApiState,
    caller: &Caller,
    trigger: Trigger,
    report: Report,
    recipients: &str,
    key: Option<String>,
) -> Result<(Started, Job), ApiError> {
    rights::check_report(state, caller, &report).await?;
    check_recipients("recipients", recipients)?;
    let recipients = split_recipients(recipients);
    if recipients.is_empty() {
        return Err(ApiError::bad_request("recipients: name at least one e-mail address"));
    }
    let report_id = (report.id > 0).then_some(report.id);
    let new = NewRun { org_id: report.org_id, report_id, report_name: report.name.clone(), trigger, key };
    let started = state.engine.begin(new).await?;
    let run_id = started.run_id;
    if started.is_new {
        tracing::info!(
            run_id,
            report_id = report.id,
            org_id = report.org_id,
            login = caller.login,
            trigger = trigger.as_str(),
            "run started"
        );
    }
    let now = state.engine.clock.now();
    Ok((started, Job { run_id, trigger, attempt: 1, report, recipients, now, requested_by: Some(caller.into()) }))
}

/// The header `Idempotency-Key`: the same send wished for twice (a double click, a repeated request) is one run.
pub struct OnceKey(Option<String>);

impl<S: Send + Sync> FromRequestParts<S> for OnceKey {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<OnceKey, ApiError> {
        let Some(value) = parts.headers.get("Idempotency-Key") else { return Ok(OnceKey(None)) };
        match value.to_str() {
            Ok(key) if (1..=200).contains(&key.len()) => Ok(OnceKey(Some(key.to_owned()))),
            _ => Err(ApiError::bad_request("Idempotency-Key: expected 1 to 200 characters")),
        }
    }
}

/// The documented message, and what it leaves out: who was refused.
fn answer(message: &str, sent: &Sent) -> Value {
    let refused: Vec<Value> = sent
        .delivery
        .recipients
        .iter()
        .filter(|recipient| !recipient.accepted)
        .map(|recipient| json!({ "address": recipient.address, "reply": recipient.reply }))
        .collect();
    let mut answer = json!({ "message": message });
    if !refused.is_empty() {
        answer["refused"] = Value::Array(refused);
    }
    answer
}

/// The body of `POST /reports/email`. `None` in `emails` means the report's own.
#[derive(Debug, PartialEq)]
struct ReportEmail {
    id: String,
    emails: Option<String>,
}

/// Recipients instead of the report's own; empty when there are none.
fn read_emails(body: &Map<String, Value>, key: &str) -> Result<String, ApiError> {
    match body.get(key) {
        Some(Value::String(emails)) => Ok(join_recipients(emails)),
        None | Some(Value::Null) => Ok(String::new()),
        Some(_) => Err(ApiError::bad_request(format!("{key}: expected a string"))),
    }
}

impl ReportEmail {
    fn read(body: &Value) -> Result<ReportEmail, ApiError> {
        let Value::Object(body) = body else { return Err(ApiError::bad_request("request body: expected an object")) };
        let id = match body.get("id") {
            Some(Value::String(id)) if !id.trim().is_empty() => id.trim().to_owned(),
            // Documented as a string; numbers are what GET gives.
            Some(Value::Number(id)) => id.to_string(),
            None | Some(Value::Null | Value::String(_)) => return Err(ApiError::bad_request("id: is required")),
            Some(_) => return Err(ApiError::bad_request("id: expected a string")),
        };
        // Grafana 7 and 8 had `email` for one address; 11.0 dropped it.
        let emails = Some(read_emails(body, "emails")?).filter(|emails| !emails.is_empty());
        let emails = emails.map_or_else(|| read_emails(body, "email"), Ok)?;
        let use_report = match body.get("useEmailsFromReport") {
            Some(Value::Bool(flag)) => *flag,
            None | Some(Value::Null) => false,
            Some(Value::String(text)) if text.eq_ignore_ascii_case("true") => true,
            Some(Value::String(text)) if text.is_empty() || text.eq_ignore_ascii_case("false") => false,
            Some(_) => return Err(ApiError::bad_request("useEmailsFromReport: expected true or false")),
        };
        match (emails.is_empty(), use_report) {
            // "Overrides the emails from the report."
            (false, _) => Ok(ReportEmail { id, emails: Some(emails) }),
            (true, true) => Ok(ReportEmail { id, emails: None }),
            (true, false) => Err(ApiError::bad_request("emails: is required unless useEmailsFromReport is true")),
        }
    }
}
