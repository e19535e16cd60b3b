//! What of a provisioned report or of provisioned settings is no longer as its file says.

use serde_json::Value;

use crate::{CreateOrUpdateReport, Report, ReportSettings, State};

/// Fields that no file decides.
const GIVEN: &[&str] = &["id", "uid", "userId", "orgId", "created", "updated", "provisioned"];

impl Report {
    /// Fields (`subject`, `schedule.timeZone`) that differ from what a file's `body` makes of a new report, in the order of the API.
    ///
    /// A start that the file leaves open, an expired schedule and the titles of dashboards are nobody's change.
    pub fn drift_from(&self, body: &Value) -> Vec<String> {
        let mut wanted = Report::new(self.org_id, self.user_id, self.created);
        wanted.schedule.start_date = self.schedule.start_date;
        if CreateOrUpdateReport::new(body.clone()).apply(&mut wanted).is_err() {
            return Vec::new();
        }
        if wanted.state == State::Scheduled && self.state == State::Expired {
            wanted.state = State::Expired;
        }
        let mut stored = self.clone();
        for dashboard in wanted.dashboards.iter_mut().chain(&mut stored.dashboards) {
            (dashboard.dashboard.id, dashboard.dashboard.name) = (0, String::new());
        }
        differences(&stored.to_json(), &wanted.to_json())
    }
}

impl ReportSettings {
    /// The same for settings; fields that `body` does not name belong to the API.
    pub fn drift_from(&self, body: &Value) -> Vec<String> {
        let mut wanted = self.clone();
        if wanted.apply(body).is_err() {
            return Vec::new();
        }
        let json = |settings: &ReportSettings| serde_json::to_value(settings).unwrap_or_default();
        differences(&json(self), &json(&wanted))
    }
}

fn differences(stored: &Value, wanted: &Value) -> Vec<String> {
    let mut paths = Vec::new();
    for (key, value) in stored.as_object().into_iter().flatten().filter(|(key, _)| !GIVEN.contains(&key.as_str())) {
        match (value, &wanted[key]) {
            (Value::Object(inner), Value::Object(other)) => {
                let changed = inner.iter().filter(|(name, value)| other.get(*name) != Some(value));
                paths.extend(changed.map(|(name, _)| format!("{key}.{name}")));
            }
            (value, other) if value != other => paths.push(key.clone()),
            _ => {}
        }
    }
    paths
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;
    use serde_json::json;

    use super::*;

    #[test]
    fn changed_fields_are_named() {
        let body = json!({ "name": "Numbers", "recipients": "a@x.org", "schedule": { "frequency": "daily", "timeZone": "UTC" },
            "dashboards": [{ "dashboard": { "uid": "d" } }] });
        let check = |change: Value, expected: &[&str]| {
            let mut report = Report::new(1, 7, Timestamp::UNIX_EPOCH);
            CreateOrUpdateReport::new(body.clone()).apply(&mut report).unwrap();
            report.settle_new(Timestamp::UNIX_EPOCH);
            CreateOrUpdateReport::new(change.clone()).apply(&mut report).unwrap();
            assert_eq!(report.drift_from(&body), expected, "{change}");
        };
        check(json!({}), &[]);
        check(json!({ "state": "expired" }), &[]);
        check(json!({ "state": "paused" }), &["state"]);
        check(json!({ "dashboards": [{ "dashboard": { "uid": "d", "id": 4, "name": "Title" } }] }), &[]);
        check(json!({ "dashboards": [{ "dashboard": { "uid": "e" } }] }), &["dashboards"]);
        check(json!({ "subject": "x", "options": { "layout": "simple" } }), &["subject", "options.layout"]);
        let hourly = json!({ "schedule": { "frequency": "hourly", "timeZone": "UTC", "startDate": "1970-01-01T00:00:00Z" } });
        check(hourly, &["schedule.frequency"]);
    }

    #[test]
    fn settings_drift_where_the_file_speaks() {
        let body = json!({ "pdfTheme": "dark", "branding": { "emailFooterText": "Us" } });
        let mut settings = ReportSettings::new(1);
        settings.apply(&body).unwrap();
        settings.apply(&json!({ "embeddedImageTheme": "light" })).unwrap();
        assert_eq!(settings.drift_from(&body), Vec::<String>::new());
        settings.apply(&json!({ "pdfTheme": "light", "branding": { "emailFooterText": "Them" } })).unwrap();
        assert_eq!(settings.drift_from(&body), ["branding.emailFooterText", "pdfTheme"]);
    }
}
