//! What Grafana's answers hold, taken out of their JSON.

use grafana::{query::DataSource, time::DateFormats};
use serde_json::Value as Json;

/// `GET /api/frontend/settings`, the part that rendering needs.
#[derive(Clone, Debug, Default)]
pub struct FrontendSettings {
    pub datasources: Vec<DataSource>,
    /// "default" or "org-2": the namespace of `/apis`.
    pub namespace: String,
    pub version: String,
    pub renderer_available: bool,
    pub default_time_zone: String,
    pub default_week_start: String,
    /// The patterns times are written with.
    pub date_formats: DateFormats,
    pub app_url: String,
}

impl FrontendSettings {
    pub fn from_json(json: &Json) -> FrontendSettings {
        let text = |pointer: &str| json.pointer(pointer).and_then(Json::as_str).unwrap_or_default().to_owned();
        let default = text("/defaultDatasource");
        let entries = json.get("datasources").and_then(Json::as_object);
        let datasources = entries.into_iter().flatten().map(|(name, entry)| datasource(name, entry, &default)).collect();
        FrontendSettings {
            datasources,
            namespace: Some(text("/namespace")).filter(|n| !n.is_empty()).unwrap_or_else(|| "default".into()),
            version: text("/buildInfo/version"),
            renderer_available: json.get("rendererAvailable").and_then(Json::as_bool).unwrap_or(false),
            default_time_zone: text("/dateFormats/defaultTimezone"),
            default_week_start: text("/dateFormats/defaultWeekStart"),
            date_formats: DateFormats::from_json(json.get("dateFormats").unwrap_or(&Json::Null)),
            app_url: text("/appUrl"),
        }
    }
}

impl FrontendSettings {
    /// Where no Grafana is: what every Grafana brings along, for dashboards that hold their own data.
    pub fn without_grafana() -> FrontendSettings {
        let source = |id: i64, uid: &str, name: &str| DataSource {
            id,
            uid: uid.into(),
            name: name.into(),
            kind: "datasource".into(),
            backend: true,
            ..DataSource::default()
        };
        let datasources = vec![source(-1, "grafana", "-- Grafana --")];
        FrontendSettings { datasources, namespace: "default".into(), ..FrontendSettings::default() }
    }
}

fn datasource(name: &str, entry: &Json, default: &str) -> DataSource {
    let text = |key: &str| entry.get(key).and_then(Json::as_str).unwrap_or_default().to_owned();
    DataSource {
        id: entry.get("id").and_then(Json::as_i64).unwrap_or(0),
        // The built-in sources ("-- Grafana --") may come without a uid: Grafana looks them up by name then.
        uid: Some(text("uid")).filter(|uid| !uid.is_empty()).unwrap_or_else(|| name.to_owned()),
        name: name.to_owned(),
        kind: text("type"),
        is_default: entry.get("isDefault").and_then(Json::as_bool).unwrap_or(false) || name == default,
        json_data: entry.get("jsonData").cloned().unwrap_or(Json::Null),
        backend: entry.pointer("/meta/backend").and_then(Json::as_bool).unwrap_or(false),
        meta: entry.get("meta").cloned().unwrap_or(Json::Null),
    }
}

/// Zone and week start of the organisation, as the service account sees them, and the account itself.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct OrgPreferences {
    pub org_id: i64,
    pub org_name: String,
    pub time_zone: String,
    pub week_start: String,
    /// As Grafana writes it: "light", "dark", "system", the name of another one, or empty.
    pub theme: String,
    pub is_light_theme: bool,
    pub user_id: i64,
    pub user_login: String,
    pub user_email: String,
}

impl OrgPreferences {
    /// From `GET /bootdata` → `.user`.
    pub fn from_bootdata(json: &Json) -> OrgPreferences {
        let text = |key: &str| json.pointer(&format!("/user/{key}")).and_then(Json::as_str).unwrap_or_default().to_owned();
        OrgPreferences {
            org_id: json.pointer("/user/orgId").and_then(Json::as_i64).unwrap_or(0),
            org_name: text("orgName"),
            time_zone: text("timezone"),
            week_start: text("weekStart"),
            theme: text("theme"),
            is_light_theme: json.pointer("/user/lightTheme").and_then(Json::as_bool).unwrap_or(false),
            user_id: json.pointer("/user/id").and_then(Json::as_i64).unwrap_or(0),
            user_login: text("login"),
            user_email: text("email"),
        }
    }
}

impl OrgPreferences {
    /// "light" or "dark". The system's is light: nobody's screen is looked at, and pages are for paper.
    pub fn theme(&self) -> &'static str {
        let is_light = self.is_light_theme || matches!(self.theme.as_str(), "light" | "system" | "");
        if is_light { "light" } else { "dark" }
    }
}

/// A dashboard as Grafana keeps it.
#[derive(Clone, Debug)]
pub struct DashboardAnswer {
    pub saved: SavedDashboard,
    /// Path of its page ("/d/uid/slug").
    pub url_path: String,
    pub folder_title: String,
    /// Empty at the root.
    pub folder_uid: String,
}

#[derive(Clone, Debug)]
pub enum SavedDashboard {
    /// Classic JSON (any schemaVersion).
    Classic(Json),
    /// Schema v2's resource (`metadata`, `spec` with elements and layout).
    V2(Json),
}

impl DashboardAnswer {
    /// From a file: what Grafana exports, classic or a resource of any version, or what its API answers. `name` is the uid of a
    /// dashboard that tells none. Fails with what was expected instead.
    pub fn from_file(mut json: Json, name: &str) -> Result<(DashboardAnswer, String), String> {
        if !json.is_object() {
            return Err("a dashboard is a JSON object".into());
        }
        let uid_at =
            |json: &Json, pointer: &str| json.pointer(pointer).and_then(Json::as_str).filter(|uid| !uid.is_empty()).map(str::to_owned);
        // A resource of `/apis`, whatever its spec is.
        if json.get("spec").is_some_and(Json::is_object) {
            let uid = uid_at(&json, "/metadata/name").or_else(|| uid_at(&json, "/spec/uid")).unwrap_or_else(|| name.to_owned());
            return Ok((DashboardAnswer::from_resource(json, &uid), uid));
        }
        if json.get("dashboard").is_some_and(Json::is_object) {
            let uid = uid_at(&json, "/dashboard/uid").unwrap_or_else(|| name.to_owned());
            return Ok((DashboardAnswer::from_legacy(json, &uid), uid));
        }
        if ["panels", "rows", "elements"].iter().all(|key| json.get(key).is_none()) {
            return Err("it has neither \"panels\" (classic) nor \"elements\" (schema v2) nor \"spec\": is it a dashboard?".into());
        }
        let uid = uid_at(&json, "/uid").unwrap_or_else(|| name.to_owned());
        let wrapped = serde_json::json!({ "dashboard": json.take() });
        Ok((DashboardAnswer::from_legacy(wrapped, &uid), uid))
    }

    /// From `GET /api/dashboards/uid/:uid`.
    pub fn from_legacy(mut json: Json, uid: &str) -> DashboardAnswer {
        let url_path = json.pointer("/meta/url").and_then(Json::as_str).map_or_else(|| format!("/d/{uid}"), str::to_owned);
        let folder_title = json.pointer("/meta/folderTitle").and_then(Json::as_str).unwrap_or_default().to_owned();
        let folder_uid = json.pointer("/meta/folderUid").and_then(Json::as_str).unwrap_or_default().to_owned();
        let dashboard = json.get_mut("dashboard").map(Json::take).unwrap_or(Json::Null);
        // A v2 dashboard that Grafana could not convert down comes through this route as it is stored.
        let is_v2 = dashboard.get("elements").is_some() && dashboard.get("layout").is_some();
        let saved = match is_v2 {
            true => SavedDashboard::V2(serde_json::json!({ "metadata": { "name": uid }, "spec": dashboard })),
            false => SavedDashboard::Classic(dashboard),
        };
        DashboardAnswer { saved, url_path, folder_title, folder_uid }
    }

    /// From `GET /apis/dashboard.grafana.app/<version>/…`: v1 holds classic JSON in `spec`, v2 its own.
    pub fn from_resource(mut json: Json, uid: &str) -> DashboardAnswer {
        let is_v2 = json.pointer("/spec/elements").is_some();
        let folder_uid = json.pointer("/metadata/annotations/grafana.app~1folder").and_then(Json::as_str).unwrap_or_default().to_owned();
        let saved = if is_v2 {
            SavedDashboard::V2(json)
        } else {
            let mut spec = json.get_mut("spec").map(Json::take).unwrap_or(Json::Null);
            if let Some(object) = spec.as_object_mut() {
                object.entry("uid").or_insert_with(|| uid.into());
            }
            SavedDashboard::Classic(spec)
        };
        DashboardAnswer { saved, url_path: format!("/d/{uid}"), folder_title: String::new(), folder_uid }
    }
}

impl DashboardAnswer {
    /// The dashboard's number, 0 where Grafana does not say.
    pub fn id(&self) -> i64 {
        match &self.saved {
            SavedDashboard::Classic(json) => json.get("id").and_then(Json::as_i64).unwrap_or(0),
            // A label, hence a text.
            SavedDashboard::V2(json) => {
                let label = json.pointer("/metadata/labels/grafana.app~1deprecatedInternalID").and_then(Json::as_str);
                label.and_then(|id| id.parse().ok()).unwrap_or(0)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn reads_the_settings_that_rendering_needs() {
        let settings = FrontendSettings::from_json(&json!({
            "defaultDatasource": "prom", "namespace": "org-2", "rendererAvailable": true, "buildInfo": {"version": "12.4.0"},
            "datasources": {
                "prom": {"id": 2, "uid": "P1", "type": "prometheus", "jsonData": {"timeInterval": "15s"}, "meta": {"backend": true}},
                "-- Mixed --": {"type": "datasource"}
            }
        }));
        assert_eq!(settings.namespace, "org-2");
        assert_eq!(settings.datasources[0].uid, "P1");
        assert!(settings.datasources[0].is_default && settings.datasources[0].backend);
        assert_eq!(settings.datasources[1].uid, "-- Mixed --");
    }

    #[test]
    fn tells_v2_from_classic() {
        let v2 = DashboardAnswer::from_resource(json!({"spec": {"elements": {}, "layout": {}}}), "a");
        assert!(matches!(v2.saved, SavedDashboard::V2(_)));
        let classic = DashboardAnswer::from_resource(json!({"spec": {"panels": []}}), "a");
        assert!(matches!(classic.saved, SavedDashboard::Classic(spec) if spec["uid"] == "a"));
    }

    #[test]
    fn files_of_every_form() {
        let check = |file: Json, expected: Result<(&str, bool), &str>| match (DashboardAnswer::from_file(file.clone(), "stem"), expected) {
            (Ok((answer, uid)), Ok((expected, is_v2))) => {
                assert_eq!((uid.as_str(), matches!(answer.saved, SavedDashboard::V2(_))), (expected, is_v2), "{file}");
            }
            (Err(error), Err(expected)) => assert!(error.contains(expected), "{error}"),
            (read, _) => panic!("{read:?} of {file}"),
        };
        check(json!({"uid": "a", "panels": []}), Ok(("a", false)));
        check(json!({"rows": []}), Ok(("stem", false)));
        check(json!({"elements": {}, "layout": {}}), Ok(("stem", true)));
        check(json!({"dashboard": {"uid": "b", "panels": []}, "meta": {}}), Ok(("b", false)));
        check(json!({"kind": "Dashboard", "metadata": {"name": "c"}, "spec": {"elements": {}, "layout": {}}}), Ok(("c", true)));
        check(json!({"kind": "Dashboard", "metadata": {}, "spec": {"uid": "d", "panels": []}}), Ok(("d", false)));
        check(json!([]), Err("JSON object"));
        check(json!({"schema": {}}), Err("is it a dashboard?"));
    }

    #[test]
    fn themes_of_organisations() {
        let check =
            |user: Json, expected: &str| assert_eq!(OrgPreferences::from_bootdata(&json!({ "user": user })).theme(), expected, "{user}");
        check(json!({"theme": "dark", "lightTheme": false}), "dark");
        check(json!({"theme": "light", "lightTheme": true}), "light");
        check(json!({"theme": "system", "lightTheme": false}), "light");
        check(json!({"theme": "sapphiredusk", "lightTheme": false}), "dark");
        check(json!({}), "light");
    }

    #[test]
    fn numbers_of_dashboards() {
        let check = |answer: DashboardAnswer, expected: i64| assert_eq!(answer.id(), expected);
        check(DashboardAnswer::from_legacy(json!({"dashboard": {"id": 463, "panels": []}}), "a"), 463);
        check(DashboardAnswer::from_legacy(json!({"dashboard": {"id": null}}), "a"), 0);
        let labels = json!({"grafana.app/deprecatedInternalID": "463"});
        check(DashboardAnswer::from_resource(json!({"metadata": {"labels": labels}, "spec": {"elements": {}, "layout": {}}}), "a"), 463);
    }
}
