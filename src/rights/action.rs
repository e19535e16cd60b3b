//! What may be granted, and which operation needs what: the one table.

use http::Method;

use Action::{ReportsCreate, ReportsDelete, ReportsRead, ReportsSend, ReportsWrite, SettingsRead, SettingsWrite};
use Need::{Actions, Admin, Member, Open};

/// Every action of ours starts so; Grafana insists on the plugin's id.
pub const ACTION_PREFIX: &str = "broadsheet-reports-app.";

/// The actions of Enterprise's reporting under our own prefix; `plugin.json` declares them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Action {
    ReportsRead,
    ReportsCreate,
    ReportsWrite,
    ReportsDelete,
    ReportsSend,
    SettingsRead,
    SettingsWrite,
}

impl Action {
    pub const ALL: [Action; 7] = [ReportsRead, ReportsCreate, ReportsWrite, ReportsDelete, ReportsSend, SettingsRead, SettingsWrite];

    pub fn as_str(self) -> &'static str {
        match self {
            ReportsRead => "broadsheet-reports-app.reports:read",
            ReportsCreate => "broadsheet-reports-app.reports:create",
            ReportsWrite => "broadsheet-reports-app.reports:write",
            ReportsDelete => "broadsheet-reports-app.reports:delete",
            ReportsSend => "broadsheet-reports-app.reports:send",
            SettingsRead => "broadsheet-reports-app.settings:read",
            SettingsWrite => "broadsheet-reports-app.settings:write",
        }
    }

    /// The action by its whole name.
    pub fn parse(text: &str) -> Option<Action> {
        Action::ALL.into_iter().find(|action| action.as_str() == text)
    }
}

/// What a caller must hold for an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Need {
    /// Nothing: the answer tells nobody anything about an organisation.
    Open,
    /// Membership of the organisation. What else counts is the handler's to check: the dashboards it is about.
    Member,
    /// All of these actions.
    Actions(&'static [Action]),
    /// The organisation role Admin: what is more than any of our actions grants.
    Admin,
}

/// Every operation of the router, by method and path without `/api`. A route without a row fails a test, and serves
/// administrators only. Who may do what then stands in `rights/tests.rs`, and for the real doors in `tests/host/rights.go` with
/// `tests/integration/rights.rs`: a new operation is a line in each.
pub const NEEDS: &[(&str, &str, Need)] = &[
    ("GET", "/reports", Actions(&[ReportsRead])),
    ("POST", "/reports", Actions(&[ReportsCreate])),
    ("GET", "/reports/{id}", Actions(&[ReportsRead])),
    ("PUT", "/reports/{id}", Actions(&[ReportsWrite])),
    ("DELETE", "/reports/{id}", Actions(&[ReportsDelete])),
    ("POST", "/reports/{id}/pause", Actions(&[ReportsWrite])),
    ("POST", "/reports/{id}/resume", Actions(&[ReportsWrite])),
    ("POST", "/reports/check", Actions(&[ReportsRead])),
    ("POST", "/reports/{id}/duplicate", Actions(&[ReportsRead, ReportsCreate])),
    ("POST", "/reports/{id}/run", Actions(&[ReportsSend])),
    ("GET", "/reports/{id}/runs", Actions(&[ReportsRead])),
    ("GET", "/reports/runs", Actions(&[ReportsRead])),
    ("GET", "/reports/runs/{run}", Actions(&[ReportsRead])),
    ("DELETE", "/reports/runs/{run}", Actions(&[ReportsSend])),
    ("GET", "/reports/runs/{run}/files/{file}", Actions(&[ReportsRead])),
    ("GET", "/reports/export.yaml", Actions(&[ReportsRead, SettingsRead])),
    ("GET", "/reports/provisioning", Actions(&[ReportsRead, SettingsRead])),
    ("POST", "/reports/provisioning/reload", Actions(&[ReportsWrite, SettingsWrite])),
    ("GET", "/reports/overview", Actions(&[ReportsRead])),
    ("POST", "/reports/occurrences", Actions(&[ReportsRead])),
    ("GET", "/reports/dashboards/{uid}", Actions(&[ReportsRead])),
    ("POST", "/reports/email", Actions(&[ReportsSend])),
    ("POST", "/reports/test-email", Actions(&[ReportsSend])),
    ("GET", "/reports/settings", Actions(&[SettingsRead])),
    ("POST", "/reports/settings", Actions(&[SettingsWrite])),
    ("POST", "/reports/images", Actions(&[SettingsWrite])),
    ("GET", "/reports/images/{image}", Actions(&[SettingsRead])),
    // Enterprise: "available to all users".
    ("GET", "/reports/render/pdfs", Member),
    ("GET", "/reports/render/csvs", Member),
    ("GET", "/reports/openapi.json", Open),
    // A token acts for the whole organisation.
    ("POST", "/_connect", Admin),
    ("DELETE", "/_connect", Admin),
    ("GET", "/_status", Actions(&[SettingsRead])),
    // Our own service account calls it: what matters is what Grafana sends along.
    ("GET", "/_sync", Open),
];

/// The operation whose body names the report it is about: its handler calls [`settle`](super::settle).
pub const REPORT_IN_BODY: (&str, &str) = ("POST", "/reports/email");

/// The need of one operation; `path` is the matched route.
pub fn need_of(method: &Method, path: &str) -> Option<Need> {
    let path = path.strip_prefix("/api").unwrap_or(path);
    let path = path.strip_suffix('/').unwrap_or(path);
    // A GET's route answers HEAD too.
    let method = if method == Method::HEAD { "GET" } else { method.as_str() };
    NEEDS.iter().find(|(m, p, _)| *m == method && *p == path).map(|(_, _, need)| *need)
}

/// Whether `/reports/{id}` with this word for an id is another operation's path, so that no report may be called so.
pub fn is_path_word(word: &str) -> bool {
    NEEDS.iter().filter_map(|(_, path, _)| path.strip_prefix("/reports/")?.split('/').next()).any(|taken| taken == word)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn needs_are_found_by_method_and_route() {
        for (method, path, expected) in [
            (Method::GET, "/reports", Some(Actions(&[ReportsRead]))),
            (Method::HEAD, "/api/reports/", Some(Actions(&[ReportsRead]))),
            (Method::PUT, "/api/reports/{id}", Some(Actions(&[ReportsWrite]))),
            (Method::PATCH, "/reports", None),
            (Method::GET, "/nothing", None),
        ] {
            assert_eq!(need_of(&method, path), expected, "{method} {path}");
        }
    }

    #[test]
    fn words_of_paths_are_no_reports() {
        let taken = [
            "check",
            "dashboards",
            "email",
            "export.yaml",
            "images",
            "occurrences",
            "openapi.json",
            "overview",
            "provisioning",
            "render",
            "runs",
            "settings",
            "test-email",
        ];
        for word in taken {
            assert!(is_path_word(word), "{word}");
        }
        // Below a report only.
        for word in ["pause", "duplicate", "run", "pdfs", "Runs", "shop", ""] {
            assert!(!is_path_word(word), "{word}");
        }
    }

    #[test]
    fn actions_are_read_back() {
        for action in Action::ALL {
            assert!(action.as_str().starts_with(ACTION_PREFIX));
            assert_eq!(Action::parse(action.as_str()), Some(action));
        }
        assert_eq!(Action::parse("reports:read"), None);
    }
}
