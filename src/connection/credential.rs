//! One credential and what Grafana said of it.

use serde_json::{Value, json};

use crate::config::Secret;

/// Where a credential comes from, in the order in which they are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Origin {
    /// `org<N>_api_token` of the configuration.
    OrgToken,
    /// `api_token` of the configuration.
    ApiToken,
    /// Kept by us, encrypted.
    Stored,
    /// The service account that Grafana makes for the plugin.
    Managed,
    /// The plugin's settings, as a request brought them.
    Settings,
}

impl Origin {
    pub fn as_str(self) -> &'static str {
        match self {
            Origin::OrgToken => "org_api_token",
            Origin::ApiToken => "api_token",
            Origin::Stored => "stored",
            Origin::Managed => "managed",
            Origin::Settings => "settings",
        }
    }

    /// As in "Grafana refused …".
    pub fn describe(self, org_id: i64) -> String {
        match self {
            Origin::OrgToken => format!("the token of the setting org{org_id}_api_token"),
            Origin::ApiToken => "the token of the setting api_token".into(),
            Origin::Stored => "the stored token".into(),
            Origin::Managed => "the token of the managed service account".into(),
            Origin::Settings => "the token in the plugin's settings".into(),
        }
    }
}

/// A credential an organisation could use.
#[derive(Clone, Debug)]
pub struct Candidate {
    pub origin: Origin,
    pub token: Secret,
    /// Names it in notes without giving it away.
    pub mark: String,
    /// When it came to us, if that is known.
    pub since_ms: Option<i64>,
}

/// Who a credential is and what it may, as Grafana says.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Account {
    pub login: String,
    /// 0 where Grafana does not tell.
    pub org_id: i64,
    /// What it may not do although reports need it.
    pub problems: Vec<String>,
    /// What it may not do, which reports can live without.
    pub limits: Vec<String>,
}

/// Grafana's 401.
#[derive(Clone, Debug, PartialEq)]
pub struct Refusal {
    pub at_ms: i64,
    pub message: String,
}

/// What is known of one credential in one organisation.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Note {
    /// When it was first used.
    pub since_ms: i64,
    /// When Grafana last took it.
    pub verified_ms: Option<i64>,
    pub account: Account,
    pub refusal: Option<Refusal>,
}

impl Note {
    pub fn to_json(&self) -> Value {
        json!({
            "since": self.since_ms,
            "verified": self.verified_ms,
            "login": self.account.login,
            "orgId": self.account.org_id,
            "problems": self.account.problems,
            "limits": self.account.limits,
            "refused": self.refusal.as_ref().map(|refusal| json!({ "at": refusal.at_ms, "message": refusal.message })),
        })
    }

    /// What cannot be read is as good as not noted.
    pub fn from_json(json: &Value) -> Note {
        let texts = |key: &str| json[key].as_array().into_iter().flatten().filter_map(|t| Some(t.as_str()?.to_owned())).collect();
        let refused = &json["refused"];
        Note {
            since_ms: json["since"].as_i64().unwrap_or(0),
            verified_ms: json["verified"].as_i64(),
            account: Account {
                login: json["login"].as_str().unwrap_or_default().to_owned(),
                org_id: json["orgId"].as_i64().unwrap_or(0),
                problems: texts("problems"),
                limits: texts("limits"),
            },
            refusal: refused["at"]
                .as_i64()
                .map(|at_ms| Refusal { at_ms, message: refused["message"].as_str().unwrap_or_default().to_owned() }),
        }
    }
}
