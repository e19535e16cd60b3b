//! Which operations stand in the audit log, and their lines. Sends are logged where they end: in the engine, with their run.

use axum::{
    Extension,
    extract::{MatchedPath, Request},
    middleware::Next,
    response::{IntoResponseParts, Response, ResponseParts},
};
use http::Method;
use report::Report;

use super::{Caller, auth::KnownUser};
use crate::audit::{Entry, Outcome};

use Audited::{Change, Nothing, Send};

/// What an operation is to the audit log.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Audited {
    /// A change, by the name of its action.
    Change(&'static str),
    /// A send: logged here only when it was refused before a run began.
    Send,
    /// It only reads.
    Nothing,
}

/// Every operation that is no GET, by method and path without `/api`. One without a row fails a test.
pub(super) const AUDITED: &[(&str, &str, Audited)] = &[
    ("POST", "/reports", Change("report.create")),
    ("PUT", "/reports/{id}", Change("report.update")),
    ("DELETE", "/reports/{id}", Change("report.delete")),
    ("POST", "/reports/{id}/pause", Change("report.pause")),
    ("POST", "/reports/{id}/resume", Change("report.resume")),
    ("POST", "/reports/{id}/duplicate", Change("report.duplicate")),
    ("POST", "/reports/{id}/run", Send),
    ("DELETE", "/reports/runs/{run}", Change("run.cancel")),
    ("POST", "/reports/email", Send),
    ("POST", "/reports/test-email", Send),
    ("POST", "/reports/settings", Change("settings.update")),
    ("POST", "/reports/images", Change("image.upload")),
    ("POST", "/reports/occurrences", Nothing),
    ("POST", "/reports/check", Nothing),
    ("POST", "/reports/provisioning/reload", Change("provisioning.reload")),
    ("POST", "/_connect", Change("organization.connect")),
    ("DELETE", "/_connect", Change("organization.disconnect")),
];

/// The report an answer is about: handlers put it beside their answer.
#[derive(Clone, Debug)]
pub(super) struct Subject {
    id: i64,
    uid: String,
}

impl Subject {
    pub fn of(report: &Report) -> Subject {
        Subject { id: report.id, uid: report.uid.clone() }
    }
}

impl IntoResponseParts for Subject {
    type Error = std::convert::Infallible;

    fn into_response_parts(self, parts: ResponseParts) -> Result<ResponseParts, Self::Error> {
        Extension(self).into_response_parts(parts)
    }
}

/// Beside an answer whose line the engine has written already.
#[derive(Clone, Copy, Debug)]
pub(super) struct Written;

/// Writes the line of a request after it was answered.
pub(super) async fn audit(request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned()).unwrap_or_default();
    let audited = audited(request.method(), &route);
    if audited == Nothing {
        return next.run(request).await;
    }
    let caller = request.extensions().get::<Caller>().cloned().unwrap_or_default();
    let named = named_report(&route, request.uri().path());
    let response = next.run(request).await;
    let status = response.status();
    let outcome = Outcome::of_status(status);
    let action = match audited {
        Change(action) => action,
        Send if outcome != Outcome::Success && response.extensions().get::<Written>().is_none() => "report.send",
        Send | Nothing => return response,
    };
    let subject = response.extensions().get::<Subject>();
    let entry = Entry {
        org_id: Some(caller.org_id).filter(|org_id| *org_id > 0),
        login: &caller.login,
        user_id: response.extensions().get::<KnownUser>().map_or(caller.user_id, |known| known.0),
        report_id: subject.map(|subject| subject.id).or_else(|| named.as_ref()?.parse().ok()),
        report_uid: subject.map(|subject| subject.uid.as_str()).or(named.as_deref().filter(|name| name.parse::<i64>().is_err())),
        status: Some(status.as_u16()),
        ..Entry::new(action, outcome)
    };
    entry.write();
    response
}

/// A route without a row counts as a change, so that none goes unseen; GET and HEAD only read.
fn audited(method: &Method, route: &str) -> Audited {
    if matches!(*method, Method::GET | Method::HEAD) {
        return Nothing;
    }
    let route = route.strip_prefix("/api").unwrap_or(route);
    let route = route.strip_suffix('/').unwrap_or(route);
    AUDITED.iter().find(|(m, path, _)| *m == method.as_str() && *path == route).map_or(Change("unknown"), |(_, _, audited)| *audited)
}

/// What stands in the path for `{id}`, as far as it can be the name of a report.
fn named_report(route: &str, path: &str) -> Option<String> {
    let (_, name) = route.split('/').zip(path.split('/')).find(|(part, _)| *part == "{id}")?;
    let is_name = (1..=40).contains(&name.len()) && name.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'-' | b'_'));
    is_name.then(|| name.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn operations_by_method_and_route() {
        let check = |method: Method, route: &str, expected: Audited| assert_eq!(audited(&method, route), expected, "{method} {route}");
        check(Method::POST, "/reports", Change("report.create"));
        check(Method::POST, "/api/reports/", Change("report.create"));
        check(Method::GET, "/api/reports", Nothing);
        check(Method::POST, "/reports/occurrences", Nothing);
        check(Method::POST, "/reports/new-thing", Change("unknown"));
    }

    #[test]
    fn reports_by_their_names_in_paths() {
        let check = |route: &str, path: &str, expected: Option<&str>| assert_eq!(named_report(route, path).as_deref(), expected, "{path}");
        check("/api/reports/{id}/pause", "/api/reports/r2d2/pause", Some("r2d2"));
        check("/reports/{id}", "/reports/7", Some("7"));
        check("/reports/{id}", "/reports/%0a", None);
        check("/reports", "/reports", None);
    }
}
