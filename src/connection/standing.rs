//! How an organisation stands with Grafana, in words for its people. Pure: everything comes in as values.

use super::{Account, Candidate, Note, Origin};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum State {
    /// Grafana took the credential when it was last asked.
    Connected,
    /// There is a credential, and Grafana has not been asked yet.
    Unverified,
    /// Grafana cannot be asked.
    Unreachable,
    /// No credential that there is works.
    NeedsReconnect,
    /// There has never been one.
    NotConnected,
}

impl State {
    pub fn as_str(self) -> &'static str {
        match self {
            State::Connected => "connected",
            State::Unverified => "unverified",
            State::Unreachable => "unreachable",
            State::NeedsReconnect => "needs_reconnect",
            State::NotConnected => "not_connected",
        }
    }
}

/// One credential of an organisation.
#[derive(Clone, Debug, PartialEq)]
pub struct CredentialStanding {
    pub origin: Origin,
    pub in_use: bool,
    /// "verified", "unverified", "refused" or "unreadable".
    pub state: &'static str,
    pub since_ms: Option<i64>,
    pub verified_ms: Option<i64>,
    pub account: Account,
    /// Why it cannot be used; empty when it can.
    pub message: String,
}

/// How an organisation stands.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    pub org_id: i64,
    pub state: State,
    /// What is wrong and what to do; empty when nothing is.
    pub message: String,
    /// In the order in which they are tried.
    pub credentials: Vec<CredentialStanding>,
    /// Whether the app is switched on there; `None` when that is not known.
    pub app_enabled: Option<bool>,
}

const CONNECT: &str = "an administrator connects it on the plugin's configuration page";

/// What [`Standing::of`] looks at.
#[derive(Clone, Debug, Default)]
pub struct Facts {
    pub org_id: i64,
    pub candidates: Vec<(Candidate, Option<Note>)>,
    /// When the stored token was saved that the key does not open.
    pub unreadable_since_ms: Option<i64>,
    /// Why Grafana could not be asked lately.
    pub unreachable: Option<String>,
    pub app_enabled: Option<bool>,
}

impl Standing {
    pub fn of(facts: Facts) -> Standing {
        let Facts { org_id, candidates, unreadable_since_ms, unreachable, app_enabled } = facts;
        let chosen = choose(&candidates);
        let mut credentials: Vec<CredentialStanding> = candidates
            .iter()
            .enumerate()
            .map(|(idx, (candidate, note))| credential(org_id, candidate, note.as_ref(), chosen == Some(idx)))
            .collect();
        if let Some(since_ms) = unreadable_since_ms {
            let place = credentials.iter().take_while(|credential| credential.origin < Origin::Stored).count();
            credentials.insert(place, unreadable(since_ms));
        }
        let in_use = credentials.iter().find(|credential| credential.in_use);
        let state = match in_use {
            Some(credential) if credential.state == "refused" => State::NeedsReconnect,
            Some(_) if unreachable.is_some() => State::Unreachable,
            Some(credential) if credential.state == "verified" => State::Connected,
            Some(_) => State::Unverified,
            None if credentials.is_empty() => State::NotConnected,
            None => State::NeedsReconnect,
        };
        let message = match state {
            State::NotConnected => format!("organisation {org_id} is not connected: {CONNECT}"),
            State::NeedsReconnect => {
                let reasons: Vec<&str> = credentials.iter().map(|c| c.message.as_str()).filter(|m| !m.is_empty()).collect();
                format!("organisation {org_id} needs to be connected again: {}; {CONNECT}", reasons.join("; "))
            }
            State::Unreachable => unreachable.unwrap_or_default(),
            State::Connected | State::Unverified => String::new(),
        };
        Standing { org_id, state, message, credentials, app_enabled }
    }

    /// A credential that is thought to work.
    pub fn is_connected(&self) -> bool {
        matches!(self.state, State::Connected | State::Unverified)
    }

    pub fn in_use(&self) -> Option<&CredentialStanding> {
        self.credentials.iter().find(|credential| credential.in_use)
    }

    /// All that an administrator should look at: the message, what the account in use may not, credentials that are passed over.
    pub fn problems(&self) -> Vec<String> {
        let mut problems: Vec<String> = Some(self.message.clone()).filter(|message| !message.is_empty()).into_iter().collect();
        if self.is_connected() {
            problems.extend(self.in_use().into_iter().flat_map(|credential| credential.account.problems.iter().cloned()));
            let passed_over = self.credentials.iter().take_while(|credential| !credential.in_use).filter(|c| !c.message.is_empty());
            problems.extend(passed_over.map(|credential| format!("not used: {}", credential.message)));
        }
        if self.app_enabled == Some(false) {
            problems.push("the app is switched off in this organisation: scheduled reports are left out".into());
        }
        problems
    }
}

/// The first that Grafana has not refused, else the first: it may have been let in again.
pub fn choose(candidates: &[(Candidate, Option<Note>)]) -> Option<usize> {
    let is_fine = |note: &Option<Note>| note.as_ref().is_none_or(|note| note.refusal.is_none());
    candidates.iter().position(|(_, note)| is_fine(note)).or((!candidates.is_empty()).then_some(0))
}

fn credential(org_id: i64, candidate: &Candidate, note: Option<&Note>, in_use: bool) -> CredentialStanding {
    let refusal = note.and_then(|note| note.refusal.as_ref());
    let verified_ms = note.and_then(|note| note.verified_ms);
    CredentialStanding {
        origin: candidate.origin,
        in_use,
        state: match (refusal, verified_ms) {
            (Some(_), _) => "refused",
            (None, Some(_)) => "verified",
            (None, None) => "unverified",
        },
        since_ms: candidate.since_ms.or(note.map(|note| note.since_ms)),
        verified_ms,
        account: note.map(|note| note.account.clone()).unwrap_or_default(),
        message: refusal.map(|r| format!("Grafana refused {} ({})", candidate.origin.describe(org_id), r.message)).unwrap_or_default(),
    }
}

fn unreadable(since_ms: i64) -> CredentialStanding {
    CredentialStanding {
        origin: Origin::Stored,
        in_use: false,
        state: "unreadable",
        since_ms: Some(since_ms),
        verified_ms: None,
        account: Account::default(),
        message: "the stored token cannot be decrypted, as encryption_secret or the key file is another one than when it was stored \
                  (encryption_secret_previous takes the old one)"
            .into(),
    }
}

#[cfg(test)]
mod tests {
    use super::{super::Refusal, *};
    use crate::config::Secret;

    fn candidate(origin: Origin, note: Option<Note>) -> (Candidate, Option<Note>) {
        (Candidate { origin, token: Secret::new("glsa_hush"), mark: String::new(), since_ms: None }, note)
    }

    fn fresh(origin: Origin) -> (Candidate, Option<Note>) {
        candidate(origin, None)
    }

    fn verified(origin: Origin) -> (Candidate, Option<Note>) {
        let account = Account { login: "sa".into(), problems: vec!["may not query".into()], ..Account::default() };
        candidate(origin, Some(Note { verified_ms: Some(5), account, ..Note::default() }))
    }

    fn refused(origin: Origin) -> (Candidate, Option<Note>) {
        let refusal = Some(Refusal { at_ms: 6, message: "Invalid API key".into() });
        candidate(origin, Some(Note { verified_ms: Some(5), refusal, ..Note::default() }))
    }

    fn check(facts: Facts, state: State, in_use: Option<Origin>, problems: &[&str]) {
        let shown = format!("{facts:?}");
        let standing = Standing::of(Facts { org_id: 2, ..facts });
        assert_eq!((standing.state, standing.in_use().map(|c| c.origin)), (state, in_use), "{shown}");
        let told = standing.problems();
        assert!(told.len() == problems.len() && told.iter().zip(problems).all(|(told, part)| told.contains(part)), "{told:?}");
        assert!(!shown.contains("glsa"), "no secret is ever printed");
    }

    #[test]
    fn the_first_credential_that_is_not_refused_is_used() {
        let of = |candidates: Vec<(Candidate, Option<Note>)>| Facts { candidates, ..Facts::default() };
        use Origin::*;
        check(of(vec![]), State::NotConnected, None, &["organisation 2 is not connected: an administrator connects it"]);
        check(of(vec![fresh(Stored)]), State::Unverified, Some(Stored), &[]);
        check(of(vec![verified(Stored)]), State::Connected, Some(Stored), &["may not query"]);
        let passed_over = "not used: Grafana refused the token of the setting org2_api_token (Invalid API key)";
        check(of(vec![refused(OrgToken), verified(Stored)]), State::Connected, Some(Stored), &["may not query", passed_over]);
        let again = "organisation 2 needs to be connected again: Grafana refused the stored token (Invalid API key); Grafana refused the \
                     token of the managed service account (Invalid API key); an administrator connects it";
        check(of(vec![refused(Stored), refused(Managed)]), State::NeedsReconnect, Some(Stored), &[again]);
    }

    #[test]
    fn what_else_goes_wrong_is_told() {
        let unreadable = |candidates| Facts { candidates, unreadable_since_ms: Some(1), ..Facts::default() };
        check(unreadable(vec![]), State::NeedsReconnect, None, &["the stored token cannot be decrypted"]);
        let managed = vec![fresh(Origin::Managed)];
        check(unreadable(managed), State::Unverified, Some(Origin::Managed), &["not used: the stored token cannot be decrypted"]);
        let away = Facts { candidates: vec![verified(Origin::Stored)], unreachable: Some("no route".into()), ..Facts::default() };
        check(away, State::Unreachable, Some(Origin::Stored), &["no route"]);
        let off = Facts { candidates: vec![fresh(Origin::Stored)], app_enabled: Some(false), ..Facts::default() };
        check(off, State::Unverified, Some(Origin::Stored), &["the app is switched off"]);
    }
}
