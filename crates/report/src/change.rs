//! `CreateOrUpdateReport`: what a body of POST or PUT says, and how it changes a report.

use serde_json::{Map, Value};

use crate::{
    CsvDelimiter, CsvEncoding, Error, Format, Report, ReportDashboard, ReportDashboardId, ReportOptions, ReportTimeRange, State,
    join_recipients, legacy,
    read::{Object, wrong},
};

/// A body that has been read as JSON but not yet applied.
///
/// Absent fields keep their value. One exception: a body that carries `name`, `schedule` and `dashboards` is a whole report, and there
/// the fields Go clients leave out when they are zero (`message`, `replyTo`, `enableDashboardUrl`, `enableCsv`) are zero.
/// Without it Terraform could never switch one off; what Terraform does not know (`state`, `subject`, `scaleFactor`,
/// the newer options) stays in both cases.
#[derive(Clone, Debug, PartialEq)]
pub struct CreateOrUpdateReport(Value);

impl CreateOrUpdateReport {
    pub fn new(body: Value) -> CreateOrUpdateReport {
        CreateOrUpdateReport(body)
    }

    /// Applies the body to `report` or leaves it untouched and says what is wrong. Values are checked for type and form,
    /// not for completeness: see [`Report::validate`].
    pub fn apply(&self, report: &mut Report) -> Result<(), Error> {
        let body = Object::root(&self.0)?;
        let mut next = report.clone();
        if is_whole(&body) {
            next.message = String::new();
            next.reply_to = String::new();
            next.enable_dashboard_url = false;
            next.enable_csv = false;
        }
        apply_texts(&body, &mut next)?;
        if let Some(schedule) = body.object("schedule")? {
            next.schedule.apply(&schedule, next.created)?;
        }
        if let Some(options) = body.object("options")? {
            apply_options(&options, &mut next.options)?;
        }
        if let Some(value) = body.boolean("enableDashboardUrl")? {
            next.enable_dashboard_url = value;
        }
        if let Some(value) = body.boolean("enableCsv")? {
            next.enable_csv = value;
        }
        if let Some(state) = body.string("state")?.filter(|state| !state.is_empty()) {
            next.state = State::parse("state", &state)?;
        }
        match (body.list("dashboards")?, legacy::single_dashboard(&body)?) {
            // Older clients that know both send an empty list beside the one dashboard.
            (None | Some([]), Some(dashboard)) => next.dashboards = vec![dashboard],
            (Some(items), _) => next.dashboards = items.iter().enumerate().map(read_dashboard).collect::<Result<_, _>>()?,
            (None, None) => {}
        }
        if let Some(items) = body.list("formats")? {
            next.formats = read_formats(items)?;
        }
        if let Some(scale) = body.integer("scaleFactor")? {
            next.scale_factor = if scale == 0 { 1 } else { scale };
        }
        *report = next;
        Ok(())
    }
}

fn is_whole(body: &Object) -> bool {
    let has = |key: &str| body.get(key).is_some();
    let has_dashboard = ["dashboards", "dashboardUid", "dashboardId"].into_iter().any(has);
    has("name") && has("schedule") && has_dashboard
}

fn apply_texts(body: &Object, report: &mut Report) -> Result<(), Error> {
    if let Some(name) = body.string("name")? {
        report.name = name;
    }
    if let Some(subject) = body.string("subject")? {
        report.subject = subject;
    }
    if let Some(recipients) = body.string("recipients")? {
        report.recipients = join_recipients(&recipients);
    }
    if let Some(reply_to) = body.string("replyTo")? {
        report.reply_to = join_recipients(&reply_to);
    }
    if let Some(message) = body.string("message")? {
        report.message = message;
    }
    Ok(())
}

fn apply_options(body: &Object, options: &mut ReportOptions) -> Result<(), Error> {
    if let Some(value) = word(body, "orientation", &["landscape", "portrait"])? {
        options.orientation = value;
    }
    if let Some(value) = word(body, "layout", &["grid", "simple"])? {
        options.layout = value;
    }
    if let Some(value) = body.boolean("pdfCombineOneFile")? {
        options.pdf_combine_one_file = value;
    }
    if let Some(value) = body.boolean("pdfShowTemplateVariables")? {
        options.pdf_show_template_variables = value;
    }
    if let Some(value) = body.string("csvEncoding")? {
        options.csv_encoding = CsvEncoding::parse(&body.path("csvEncoding"), &value)?;
    }
    if let Some(value) = body.string("csvDelimiter")? {
        options.csv_delimiter = CsvDelimiter::parse(&body.path("csvDelimiter"), &value)?;
    }
    if let Some(range) = body.object("timeRange")? {
        options.time_range = read_range(&range)?;
    }
    Ok(())
}

/// One of `words` in any case; empty counts as absent.
fn word(body: &Object, key: &str, words: &[&str]) -> Result<Option<String>, Error> {
    let Some(text) = body.string(key)?.filter(|text| !text.is_empty()) else { return Ok(None) };
    let lower = text.to_ascii_lowercase();
    if words.contains(&lower.as_str()) {
        return Ok(Some(lower));
    }
    Err(Error::field(&body.path(key), format!("expected {}, got {text:?}", words.join(" or "))))
}

fn read_formats(items: &[Value]) -> Result<Vec<Format>, Error> {
    let mut formats = Vec::new();
    for (idx, item) in items.iter().enumerate() {
        let path = format!("formats[{idx}]");
        let text = item.as_str().ok_or_else(|| wrong(&path, "a string", item))?;
        let format = match text.to_ascii_lowercase().as_str() {
            "pdf" => Format::Pdf,
            "csv" => Format::Csv,
            "image" | "png" => Format::Image,
            _ => return Err(Error::field(&path, format!("unknown format {text:?}; use pdf, csv or image"))),
        };
        if !formats.contains(&format) {
            formats.push(format);
        }
    }
    Ok(formats)
}

/// Reads one element of `dashboards`; also used for the query of `/reports/render/*`.
pub(crate) fn read_dashboard((idx, item): (usize, &Value)) -> Result<ReportDashboard, Error> {
    let body = Object::at(&format!("dashboards[{idx}]"), item)?;
    let mut dashboard = ReportDashboard::default();
    if let Some(id) = body.object("dashboard")? {
        dashboard.dashboard = ReportDashboardId {
            id: id.integer("id")?.unwrap_or(0),
            uid: id.string("uid")?.unwrap_or_default().trim().to_owned(),
            name: id.string("name")?.unwrap_or_default(),
        };
    }
    if let Some(range) = body.object("timeRange")? {
        dashboard.time_range = read_range(&range)?;
    }
    if let Some(variables) = body.get("reportVariables") {
        dashboard.report_variables = read_variables(&body.path("reportVariables"), variables)?;
    }
    Ok(dashboard)
}

fn read_range(body: &Object) -> Result<ReportTimeRange, Error> {
    let side = |key: &str| Ok::<_, Error>(body.text(key)?.unwrap_or_default().trim().to_owned());
    Ok(ReportTimeRange { from: side("from")?, to: side("to")? })
}

/// Strings and lists of strings stay as they are; numbers and booleans become strings; null is left out.
pub(crate) fn read_variables(path: &str, value: &Value) -> Result<Map<String, Value>, Error> {
    let Value::Object(map) = value else { return Err(wrong(path, "an object", value)) };
    let mut variables = Map::new();
    for (name, value) in map {
        let path = format!("{path}.{name}");
        let value = match value {
            Value::Null => continue,
            Value::Array(items) => Value::Array(items.iter().map(|item| scalar(&path, item)).collect::<Result<_, _>>()?),
            other => scalar(&path, other)?,
        };
        variables.insert(name.clone(), value);
    }
    Ok(variables)
}

fn scalar(path: &str, value: &Value) -> Result<Value, Error> {
    match value {
        Value::String(_) => Ok(value.clone()),
        Value::Number(number) => Ok(Value::String(number.to_string())),
        Value::Bool(flag) => Ok(Value::String(flag.to_string())),
        other => Err(wrong(path, "a string or a list of strings", other)),
    }
}

/// Reads `dashboards` of `/reports/render/*`: a JSON list of dashboards (or of uids), or uids separated by commas.
///
/// The encoding is not documented; these are the ones clients could mean.
pub fn read_dashboards_parameter(values: &[String]) -> Result<Vec<ReportDashboard>, Error> {
    let mut dashboards = Vec::new();
    for value in values.iter().map(|value| value.trim()).filter(|value| !value.is_empty()) {
        if value.starts_with('[') || value.starts_with('{') {
            let json: Value =
                serde_json::from_str(value).map_err(|error| Error::field("dashboards", format!("not valid JSON: {error}")))?;
            let items = if let Value::Array(items) = json { items } else { vec![json] };
            for (idx, item) in items.iter().enumerate() {
                dashboards.push(match item.as_str() {
                    Some(uid) => with_uid(uid),
                    None => read_dashboard((idx, item))?,
                });
            }
        } else {
            dashboards.extend(value.split(',').map(str::trim).filter(|uid| !uid.is_empty()).map(with_uid));
        }
    }
    if dashboards.is_empty() {
        return Err(Error::field("dashboards", "name at least one dashboard"));
    }
    match dashboards.iter().position(|dashboard| dashboard.dashboard.uid.is_empty()) {
        Some(idx) => Err(Error::field(&format!("dashboards[{idx}].dashboard.uid"), "is required")),
        None => Ok(dashboards),
    }
}

fn with_uid(uid: &str) -> ReportDashboard {
    ReportDashboard { dashboard: ReportDashboardId { uid: uid.to_owned(), ..Default::default() }, ..Default::default() }
}
