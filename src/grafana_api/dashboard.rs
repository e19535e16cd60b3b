//! Reading dashboards, whichever way the instance keeps them: the classic route, or the resources of `/apis`.

use serde_json::Value as Json;

use super::{Client, DashboardAnswer, Error, encode};

/// Versions asked for where the instance does not say which it serves.
const USUAL_VERSIONS: [&str; 6] = ["v2beta1", "v2", "v2alpha1", "v1beta1", "v1", "v0alpha1"];

impl Client {
    /// A dashboard in the form it is stored in: classic JSON, or schema v2.
    ///
    /// The classic route hands out v2 dashboards turned down to classic JSON (tabs and auto grids lost), refuses them with 406, or
    /// does not know them; the resource says which version is stored, and that one is read then. Instances without `/apis`
    /// have the classic route only.
    pub async fn dashboard(&self, uid: &str, namespace: &str) -> Result<DashboardAnswer, Error> {
        let (classic, versions) = tokio::join!(self.classic_dashboard(uid), self.dashboard_versions());
        let mut last = match classic {
            Ok(answer) => {
                let stored = self.stored_v2(uid, namespace, &versions).await;
                return Ok(stored.map(|stored| DashboardAnswer { saved: stored.saved, ..answer.clone() }).unwrap_or(answer));
            }
            Err(error @ Error::Status { status: 406, .. }) => error,
            Err(error) => return Err(error),
        };
        let usual = USUAL_VERSIONS.map(str::to_owned).to_vec();
        for version in newest_first(if versions.is_empty() { usual } else { versions.clone() }) {
            match self.dashboard_resource(uid, namespace, &version).await {
                Ok(json) => match failed_from(&json) {
                    // Half a dashboard: the version it is stored in has all of it.
                    Some(stored) if stored != version => {
                        let json = self.dashboard_resource(uid, namespace, &stored).await?;
                        return Ok(DashboardAnswer::from_resource(json, uid));
                    }
                    _ => return Ok(DashboardAnswer::from_resource(json, uid)),
                },
                // 406: this version cannot be made of the stored one.
                Err(error) if error.is_not_found() || matches!(error, Error::Status { status: 406, .. }) => last = error,
                Err(error) => return Err(error),
            }
        }
        Err(last)
    }

    async fn classic_dashboard(&self, uid: &str) -> Result<DashboardAnswer, Error> {
        match self.get_json(&format!("/api/dashboards/uid/{}", encode(uid)), &format!("read dashboard {uid}")).await {
            Ok(json) => Ok(DashboardAnswer::from_legacy(json, uid)),
            Err(Error::NotFound { message, .. }) => Err(Error::NotFound { what: format!("dashboard {uid}"), message }),
            Err(error) => Err(error),
        }
    }

    /// The served versions of the dashboard resource, Grafana's preferred one first; none where there is no `/apis`.
    async fn dashboard_versions(&self) -> Vec<String> {
        let group = self.get_json("/apis/dashboard.grafana.app", "see which versions of dashboards it serves").await;
        group.map(|group| served_versions(&group)).unwrap_or_default()
    }

    /// The dashboard as schema v2 when that is how it is stored. What goes wrong here costs nothing: the classic form is there.
    async fn stored_v2(&self, uid: &str, namespace: &str, versions: &[String]) -> Option<DashboardAnswer> {
        let v1 = versions.iter().find(|version| version.starts_with("v1"))?;
        if !versions.iter().any(|version| version.starts_with("v2")) {
            return None;
        }
        let converted = self.dashboard_resource(uid, namespace, v1).await.ok()?;
        let stored = stored_version(&converted).filter(|stored| stored.starts_with("v2"))?;
        let served = versions.iter().find(|version| **version == stored);
        let version = served.cloned().or_else(|| newest_first(versions.to_vec()).into_iter().next())?;
        let answer = DashboardAnswer::from_resource(self.dashboard_resource(uid, namespace, &version).await.ok()?, uid);
        matches!(answer.saved, super::SavedDashboard::V2(_)).then_some(answer)
    }

    async fn dashboard_resource(&self, uid: &str, namespace: &str, version: &str) -> Result<Json, Error> {
        let path = format!("/apis/dashboard.grafana.app/{version}/namespaces/{namespace}/dashboards/{}", encode(uid));
        self.get_json(&path, &format!("read dashboard {uid} as {version}")).await
    }

    /// Uid and title of a dashboard by its number, which Grafana still finds in its search; `None` when there is none.
    pub async fn dashboard_of_id(&self, id: i64) -> Result<Option<(String, String)>, Error> {
        let hits =
            self.get_json(&format!("/api/search?type=dash-db&dashboardIds={id}"), &format!("find the dashboard with the id {id}")).await?;
        // A Grafana that no longer knows the parameter answers with all of them.
        let hit = hits.as_array().into_iter().flatten().find(|hit| hit.get("id").and_then(Json::as_i64) == Some(id));
        let text = |hit: &Json, key: &str| hit.get(key).and_then(Json::as_str).unwrap_or_default().to_owned();
        Ok(hit.map(|hit| (text(hit, "uid"), text(hit, "title"))).filter(|(uid, _)| !uid.is_empty()))
    }
}

fn served_versions(group: &Json) -> Vec<String> {
    let text = |json: Option<&Json>| json.and_then(Json::as_str).map(str::to_owned);
    let listed = group.get("versions").and_then(Json::as_array).into_iter().flatten().filter_map(|one| text(one.get("version")));
    let mut versions: Vec<String> = listed.collect();
    if let Some(preferred) = text(group.pointer("/preferredVersion/version")) {
        versions.sort_by_key(|version| *version != preferred);
    }
    versions
}

/// The version a resource was converted from.
fn stored_version(resource: &Json) -> Option<String> {
    resource.pointer("/status/conversion/storedVersion").and_then(Json::as_str).map(str::to_owned)
}

/// The stored version, when converting from it failed.
fn failed_from(resource: &Json) -> Option<String> {
    let failed = resource.pointer("/status/conversion/failed").and_then(Json::as_bool).unwrap_or(false);
    stored_version(resource).filter(|_| failed)
}

/// Schema v2 before v1, finished versions before beta and alpha: v2, v2beta1, v2alpha1, v1 …
fn newest_first(mut versions: Vec<String>) -> Vec<String> {
    let rank = |version: &str| {
        let digits: String = version.trim_start_matches('v').chars().take_while(char::is_ascii_digit).collect();
        let maturity = if version.contains("alpha") {
            0
        } else if version.contains("beta") {
            1
        } else {
            2
        };
        (digits.parse::<u32>().unwrap_or(0), maturity)
    };
    versions.sort_by_key(|version| std::cmp::Reverse(rank(version)));
    versions
}

#[cfg(test)]
mod tests {
    use std::{
        io::{Read, Write},
        net::TcpListener,
    };

    use serde_json::json;

    use super::*;
    use crate::grafana_api::{ClientOptions, Credential, SavedDashboard};

    /// A Grafana that answers `answers` (path, status, body) and 404 to all else.
    fn grafana(answers: Vec<(&'static str, u16, Json)>) -> Client {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}", listener.local_addr().unwrap());
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let mut buffer = [0; 4096];
                let read = stream.read(&mut buffer).unwrap_or(0);
                let request = String::from_utf8_lossy(&buffer[..read]).into_owned();
                let path = request.split(' ').nth(1).unwrap_or("").to_owned();
                let found = answers.iter().find(|(known, ..)| *known == path);
                let (status, body) = found.map_or((404, json!({"message": "none"})), |(_, status, body)| (*status, body.clone()));
                let body = body.to_string();
                let _ = write!(stream, "HTTP/1.1 {status} x\r\nConnection: close\r\nContent-Length: {}\r\n\r\n{body}", body.len());
            }
        });
        Client::new(ClientOptions::new(url, Credential::None)).unwrap()
    }

    const CLASSIC: &str = "/api/dashboards/uid/u";
    const GROUP: &str = "/apis/dashboard.grafana.app";

    fn resource(version: &str) -> &'static str {
        match version {
            "v1beta1" => "/apis/dashboard.grafana.app/v1beta1/namespaces/default/dashboards/u",
            "v2beta1" => "/apis/dashboard.grafana.app/v2beta1/namespaces/default/dashboards/u",
            _ => "/apis/dashboard.grafana.app/v2alpha1/namespaces/default/dashboards/u",
        }
    }

    async fn check(answers: Vec<(&'static str, u16, Json)>, expected: &str) {
        let answer = match grafana(answers).dashboard("u", "default").await {
            Ok(answer) => {
                let (kind, json) = match &answer.saved {
                    SavedDashboard::Classic(json) => ("classic", json.get("title")),
                    SavedDashboard::V2(json) => ("v2", json.pointer("/spec/title")),
                };
                format!("{kind} {}", json.and_then(Json::as_str).unwrap_or(""))
            }
            Err(error) => error.to_string(),
        };
        assert_eq!(answer, expected);
    }

    #[tokio::test]
    async fn finds_the_stored_form() {
        let group = || (GROUP, 200, json!({"versions": [{"version": "v1beta1"}, {"version": "v2beta1"}, {"version": "v2alpha1"}]}));
        let classic = || (CLASSIC, 200, json!({"dashboard": {"title": "C"}, "meta": {}}));
        let refused = || (CLASSIC, 406, json!({"message": "not supported"}));
        let v1 = |stored: &str, failed: bool| {
            (
                resource("v1beta1"),
                200,
                json!({"spec": {"title": "1"}, "status": {"conversion": {"failed": failed, "storedVersion": stored}}}),
            )
        };
        let v2 = |version: &'static str| (resource(version), 200, json!({"spec": {"title": version, "elements": {}, "layout": {}}}));
        // No `/apis` at all.
        check(vec![classic()], "classic C").await;
        check(vec![classic(), group(), v1("v0alpha1", false), v2("v2beta1")], "classic C").await;
        check(vec![classic(), group(), v1("v2alpha1", false), v2("v2beta1"), v2("v2alpha1")], "v2 v2alpha1").await;
        // Stored in a version that is no longer served.
        check(vec![classic(), group(), v1("v2", false), v2("v2beta1")], "v2 v2beta1").await;
        // The v2 route fails: what there is must do.
        check(vec![classic(), group(), v1("v2beta1", false)], "classic C").await;
        check(vec![refused(), group(), v2("v2beta1")], "v2 v2beta1").await;
        check(vec![refused(), v2("v2alpha1")], "v2 v2alpha1").await;
        check(vec![refused(), (resource("v2beta1"), 406, json!({})), v1("v2alpha1", true), v2("v2alpha1")], "v2 v2alpha1").await;
        check(vec![(CLASSIC, 404, json!({"message": "Dashboard not found"})), group()], "dashboard u: Dashboard not found").await;
    }

    #[test]
    fn orders_versions() {
        let sorted = |list: &[&str]| newest_first(list.iter().map(|v| (*v).to_owned()).collect()).join(" ");
        assert_eq!(sorted(&["v1beta1", "v0alpha1", "v2beta1", "v2alpha1", "v2"]), "v2 v2beta1 v2alpha1 v1beta1 v0alpha1");
    }
}
