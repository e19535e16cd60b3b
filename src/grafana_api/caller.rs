//! Who somebody is, asked of Grafana with their own credentials: the sidecar's check of its callers.

use std::time::Duration;

use futures_util::future::BoxFuture;
use reqwest::{StatusCode, header};
use serde_json::Value as Json;

use super::{
    ClientOptions, Error,
    client::{http_client, json_answer},
};
use crate::{
    api::{Caller, Role},
    sidecar::{CallerCredentials, CallerError, CallerSource},
};

/// Reads `GET /bootdata` as the caller: identity, organisation and role there in one answer, for users and service
/// accounts alike (`/api/user` knows no service accounts).
pub struct GrafanaCallers {
    http: reqwest::Client,
    url: String,
}

/// A caller waits for it: a Grafana that takes longer is as good as away.
const TIMEOUT: Duration = Duration::from_secs(10);

impl GrafanaCallers {
    /// `options.credential` and `options.org_id` are not used: the caller's are.
    pub fn new(options: &ClientOptions) -> Result<GrafanaCallers, Error> {
        let options = ClientOptions { timeout: TIMEOUT, ..options.clone() };
        Ok(GrafanaCallers { http: http_client(&options)?, url: options.url.trim_end_matches('/').to_owned() })
    }

    /// A GET as the caller, in an organisation they are in; `path` starts with "/".
    pub async fn get_json(&self, credentials: &CallerCredentials, org_id: i64, path: &str, what: &str) -> Result<Json, Error> {
        // Named, because the caller's current organisation may be another one by now.
        let credentials = CallerCredentials { org_id: Some(org_id.into()), ..credentials.clone() };
        let unreachable = |e: reqwest::Error| Error::Unreachable { url: self.url.clone(), reason: e.without_url().to_string() };
        let response = self.get(&credentials, path).send().await.map_err(unreachable)?;
        let status = response.status();
        let body = response.bytes().await.map_err(unreachable)?;
        match status.as_u16() {
            429 | 502 | 503 | 504 => Err(Error::Unreachable { url: self.url.clone(), reason: format!("it answered {status}") }),
            _ => json_answer(status, &body, what),
        }
    }

    fn get(&self, credentials: &CallerCredentials, path: &str) -> reqwest::RequestBuilder {
        let request = self.http.get(format!("{}{path}", self.url)).header(header::ACCEPT, "application/json");
        let forwarded = [
            (header::AUTHORIZATION.as_str(), &credentials.authorization),
            (header::COOKIE.as_str(), &credentials.cookie),
            ("x-grafana-org-id", &credentials.org_id),
        ];
        let given = forwarded.into_iter().filter_map(|(name, value)| Some((name, value.as_ref()?)));
        given.fold(request, |request, (name, value)| request.header(name, value))
    }

    async fn ask(&self, credentials: &CallerCredentials) -> Result<Caller, CallerError> {
        let request = self.get(credentials, "/bootdata");
        let unavailable = |e: reqwest::Error| CallerError::Unavailable(e.without_url().to_string());
        let response = request.send().await.map_err(unavailable)?;
        match response.status() {
            StatusCode::UNAUTHORIZED | StatusCode::FORBIDDEN => return Err(CallerError::Unknown),
            status if !status.is_success() => return Err(CallerError::Unavailable(format!("/bootdata answered {status}"))),
            _ => {}
        }
        let answer: Json = response.json().await.map_err(unavailable)?;
        caller(&answer, credentials)
    }
}

impl CallerSource for GrafanaCallers {
    fn caller<'a>(&'a self, credentials: &'a CallerCredentials) -> BoxFuture<'a, Result<Caller, CallerError>> {
        Box::pin(self.ask(credentials))
    }
}

fn caller(answer: &Json, credentials: &CallerCredentials) -> Result<Caller, CallerError> {
    let user = &answer["user"];
    let text = |key: &str| user[key].as_str().unwrap_or_default().to_owned();
    // Anonymous visitors have boot data too: they are nobody here.
    if user["isSignedIn"] != true {
        return Err(CallerError::Unknown);
    }
    let org_id = user["orgId"].as_i64().unwrap_or(0);
    let asked = credentials.org_id.as_ref().and_then(|value| value.to_str().ok()).and_then(|text| text.parse::<i64>().ok());
    if org_id < 1 || asked.is_some_and(|asked| asked != org_id) {
        return Err(CallerError::NotMember);
    }
    Ok(Caller {
        org_id,
        login: text("login"),
        role: Role::parse(&text("orgRole")),
        user_id: user["id"].as_i64().filter(|id| *id > 0),
        email: text("email"),
        name: text("name"),
        ..Caller::default()
    })
}

#[cfg(test)]
mod tests {
    use http::HeaderValue;
    use serde_json::json;

    use super::*;

    fn check(user: Json, org: Option<&'static str>, expected: Result<(i64, Role), CallerError>) {
        let credentials = CallerCredentials { org_id: org.map(HeaderValue::from_static), ..CallerCredentials::default() };
        let found = caller(&json!({ "user": user }), &credentials).map(|c| (c.org_id, c.role));
        assert_eq!(found, expected, "{user}");
    }

    #[test]
    fn boot_data_tells_who_calls() {
        let admin = json!({ "isSignedIn": true, "id": 1, "orgId": 2, "orgRole": "Admin", "login": "a" });
        check(admin.clone(), None, Ok((2, Role::Admin)));
        check(admin.clone(), Some("2"), Ok((2, Role::Admin)));
        check(admin, Some("3"), Err(CallerError::NotMember));
        check(json!({ "isSignedIn": false, "orgId": 1, "orgRole": "Admin" }), None, Err(CallerError::Unknown));
        check(json!({ "isSignedIn": true, "orgId": 0 }), None, Err(CallerError::NotMember));
        check(json!({ "isSignedIn": true, "orgId": 1, "orgRole": "" }), None, Ok((1, Role::None)));
    }
}
