//! The decisions: who a caller is, whether they may do an operation, whether they may see the dashboards it is about.
//!
//! The role is Grafana's word in every door and the floor: where finer checks are impossible (no identity, no credential that
//! may ask, Grafana away), organisation administrators pass and nobody else.

use std::{sync::Arc, time::Duration};

use futures_util::future::BoxFuture;
use jiff::{SignedDuration, Timestamp};
use tokio::sync::Mutex;

use super::{
    Access, Action, Editing, Fault, Identity, Need, Permissions, Proof, SigningKey, Source, SourceError, Wanted,
    identity::{Expected, Unverified},
    source::OwnAccess,
};
use crate::{
    api::{Caller, Role},
    remember::Remembered,
    scheduler::Clock,
    sidecar::CallerCredentials,
};

/// How long an answer of Grafana is believed; what an administrator takes away is gone after that.
const BELIEVED_FOR: SignedDuration = SignedDuration::from_secs(30);
/// A Grafana that is away may be back soon, but not every request is to wait for it.
const AWAY_FOR: SignedDuration = SignedDuration::from_secs(15);
/// A caller waits for the answer.
const ANSWER_WITHIN: Duration = Duration::from_secs(8);
/// Grafana changes its key each month and keeps the old one for 30 days.
const KEYS_FOR: SignedDuration = SignedDuration::from_hours(1);
/// Tokens of unknown keys can be made by anybody: they do not make us ask more often than this.
const KEYS_EVERY: SignedDuration = SignedDuration::from_secs(10);
/// Where they cannot be had (an address that only browsers reach), callers do not wait for them each time.
const KEYS_AGAIN: SignedDuration = SignedDuration::from_secs(60);

/// Why somebody may not.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    #[error("Unauthorized")]
    Unauthorized,
    /// Nothing finer than the role could be asked, or nothing finer counts.
    #[error("You'll need the organization role Admin to perform this action")]
    Role,
    #[error("You'll need additional permissions to perform this action. Permissions needed: {}", .0.as_str())]
    Action(Action),
    #[error("You'll need additional permissions to perform this action. Permissions needed: {} on dashboards:uid:{uid}", .access.action())]
    Dashboard { uid: String, access: Access },
}

/// What is known of a caller's permissions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Held {
    Known(Permissions),
    Unknown,
}

/// Whether somebody with `role` who holds `held` may do what takes all of `actions`.
pub fn decide(role: Role, held: &Held, actions: &[Action]) -> Result<(), Refusal> {
    match held {
        Held::Unknown if role == Role::Admin => Ok(()),
        Held::Unknown => Err(Refusal::Role),
        Held::Known(permissions) => {
            actions.iter().find(|action| !permissions.grants(**action)).map_or(Ok(()), |action| Err(Refusal::Action(*action)))
        }
    }
}

type Answers<K, V> = Remembered<K, Result<V, SourceError>, Timestamp>;

/// Keys can be chosen by callers, so their number needs a bound.
const MAX_REMEMBERED: usize = 2048;

/// Asks Grafana and remembers what it said.
pub struct Rights {
    source: Arc<dyn Source>,
    clock: Arc<dyn Clock>,
    pub(super) editing: Editing,
    keys: Mutex<Keys>,
    permissions: Answers<(i64, Identity, Wanted), Permissions>,
    folders: Answers<(i64, String), Option<Vec<String>>>,
    anybody: Answers<i64, bool>,
    own_permissions: Answers<(i64, CallerCredentials), Permissions>,
    own_access: Answers<(i64, CallerCredentials, String), Option<OwnAccess>>,
}

#[derive(Default)]
struct Keys {
    keys: Vec<SigningKey>,
    /// When they were last asked for, and when they last came.
    asked: Option<Timestamp>,
    came: Option<Timestamp>,
    /// How long they are not asked for again.
    pause: SignedDuration,
}

impl Keys {
    fn find(&self, id: &str) -> Option<SigningKey> {
        self.keys.iter().find(|key| key.id == id).cloned()
    }
}

impl Rights {
    pub fn new(source: Arc<dyn Source>, clock: Arc<dyn Clock>) -> Rights {
        Rights {
            source,
            clock,
            editing: Editing::Org,
            keys: Mutex::default(),
            permissions: Remembered::new(MAX_REMEMBERED),
            folders: Remembered::new(MAX_REMEMBERED),
            anybody: Remembered::new(MAX_REMEMBERED),
            own_permissions: Remembered::new(MAX_REMEMBERED),
            own_access: Remembered::new(MAX_REMEMBERED),
        }
    }

    /// With exceptions from the actions.
    pub fn with_editing(self, editing: Editing) -> Rights {
        Rights { editing, ..self }
    }

    /// Who a caller is: identity and number are filled in where they can be verified. Refuses those nothing is granted to.
    pub async fn know(&self, mut caller: Caller) -> Result<Caller, Refusal> {
        // Anonymous visitors have a role but no login; nobody is responsible for what they do.
        if caller.org_id < 1 || caller.role == Role::None || caller.login.is_empty() {
            return Err(Refusal::Role);
        }
        match self.identify(&caller).await {
            Ok(None) => {}
            Ok(Some(identity)) => {
                caller.user_id = identity.user_id();
                caller.identity = Some(identity);
            }
            // Somebody who is signed in, but whom nothing can be granted to.
            Err(Fault::Nobody) => return Err(Refusal::Role),
            Err(fault) => {
                tracing::warn!(org_id = caller.org_id, login = caller.login, reason = %fault, "X-Grafana-Id is not believed");
                return Err(Refusal::Unauthorized);
            }
        }
        Ok(caller)
    }

    /// Whether a caller who is known may do an operation.
    pub async fn permit(&self, caller: &Caller, need: Need) -> Result<(), Refusal> {
        match need {
            Need::Open | Need::Member => Ok(()),
            Need::Admin if caller.role == Role::Admin => Ok(()),
            Need::Admin => Err(Refusal::Role),
            Need::Actions(actions) => decide(caller.role, &self.held(caller).await, actions),
        }
    }

    /// Whether the caller may read (or write) a dashboard, folders considered. One that does not exist may be read: who uses it
    /// next will say so.
    pub async fn check_dashboard(&self, caller: &Caller, uid: &str, access: Access) -> Result<(), Refusal> {
        let allowed = match (&caller.proof, &caller.identity) {
            (Proof::Credentials(credentials), _) => self.own_dashboard(caller.org_id, credentials, uid, access).await,
            (_, Some(identity)) => self.dashboard_of(caller.org_id, identity, uid, access).await,
            _ => Err(SourceError::Denied("the caller's identity is not known".into())),
        };
        match allowed {
            Ok(true) => Ok(()),
            Ok(false) => Err(Refusal::Dashboard { uid: uid.to_owned(), access }),
            Err(reason) => {
                tracing::debug!(org_id = caller.org_id, dashboard_uid = uid, %reason, "rights to the dashboard cannot be asked: the role counts");
                if caller.role == Role::Admin { Ok(()) } else { Err(Refusal::Dashboard { uid: uid.to_owned(), access }) }
            }
        }
    }

    async fn own_dashboard(&self, org_id: i64, credentials: &CallerCredentials, uid: &str, access: Access) -> Result<bool, SourceError> {
        let key = (org_id, credentials.clone(), uid.to_owned());
        let own = self.remembered(&self.own_access, key, self.source.own_access(org_id, credentials, uid)).await?;
        Ok(match (own, access) {
            (None, _) => access == Access::Read,
            (Some(own), Access::Read) => own.read,
            (Some(own), Access::Write) => own.write,
        })
    }

    async fn dashboard_of(&self, org_id: i64, identity: &Identity, uid: &str, access: Access) -> Result<bool, SourceError> {
        let permissions = self.permissions_of(org_id, identity, Wanted::Dashboards(access)).await?;
        let dashboard = [format!("dashboards:uid:{uid}")];
        // Both wildcards at once spare the way to the folders: administrators, and everybody where no folder is restricted.
        if permissions.covers(access.action(), &dashboard) || permissions.covers(access.action(), &["folders:uid:*".to_owned()]) {
            return Ok(true);
        }
        let folders = self.remembered(&self.folders, (org_id, uid.to_owned()), self.source.folders_of(org_id, uid)).await?;
        let scopes = |uids: Vec<String>| uids.into_iter().map(|uid| format!("folders:uid:{uid}")).collect::<Vec<_>>();
        Ok(folders.map_or(access == Access::Read, |folders| permissions.covers(access.action(), &scopes(folders))))
    }

    /// What the caller holds of our actions.
    pub(super) async fn held(&self, caller: &Caller) -> Held {
        let answer = match (&caller.proof, &caller.identity) {
            (Proof::Credentials(credentials), _) => {
                let key = (caller.org_id, credentials.clone());
                self.remembered(&self.own_permissions, key, self.source.own_permissions(caller.org_id, credentials)).await
            }
            (_, Some(identity)) => self.permissions_of(caller.org_id, identity, Wanted::Ours).await,
            _ => Err(SourceError::Denied("the caller's identity is not known".into())),
        };
        let answer = match answer {
            Ok(held) if !held.knows_us() && caller.role == Role::Admin => self.without(caller.org_id, held).await,
            // Beside a Grafana without the plugin it would help nobody to be told of actions that cannot be granted there.
            Ok(held) if !held.knows_us() && matches!(caller.proof, Proof::Credentials(_)) => {
                Err(SourceError::Denied("none of our actions is granted".into()))
            }
            answer => answer,
        };
        answer.map_or_else(
            |reason| {
                tracing::debug!(org_id = caller.org_id, %reason, "permissions cannot be asked: the role counts");
                Held::Unknown
            },
            Held::Known,
        )
    }

    /// An administrator without any action of ours. Where others hold some, Grafana means it. Where nobody does, Grafana has not
    /// registered them (it does not have the plugin, failed to, or is older than that), and nobody could do anything.
    async fn without(&self, org_id: i64, held: Permissions) -> Result<Permissions, SourceError> {
        match self.remembered(&self.anybody, org_id, self.source.is_anybody_granted(org_id)).await? {
            true => Ok(held),
            false => Err(SourceError::Denied("Grafana grants none of our actions to anybody".into())),
        }
    }

    async fn permissions_of(&self, org_id: i64, identity: &Identity, wanted: Wanted) -> Result<Permissions, SourceError> {
        let key = (org_id, identity.clone(), wanted);
        self.remembered(&self.permissions, key, self.source.permissions_of(org_id, identity, wanted)).await
    }

    async fn remembered<K: Eq + std::hash::Hash, V: Clone>(
        &self,
        memory: &Answers<K, V>,
        key: K,
        question: BoxFuture<'_, Result<V, SourceError>>,
    ) -> Result<V, SourceError> {
        if let Some(answer) = memory.get(&key, self.clock.now()) {
            return answer;
        }
        let answer = in_time(question).await;
        let keep = if matches!(answer, Err(SourceError::Unavailable(_))) { AWAY_FOR } else { BELIEVED_FOR };
        let now = self.clock.now();
        if let Ok(until) = now.checked_add(keep) {
            memory.insert(key, answer.clone(), now, until);
        }
        answer
    }

    /// The identity of the caller's token; `None` without a token, or when Grafana's keys cannot be had.
    async fn identify(&self, caller: &Caller) -> Result<Option<Identity>, Fault> {
        let Proof::IdToken(token) = &caller.proof else { return Ok(None) };
        let token = Unverified::read(token.expose())?;
        match self.key(&token.key_id).await {
            Ok(Some(key)) => {
                let expected = Expected { org_id: caller.org_id, login: &caller.login, now: self.clock.now() };
                token.verify(&key, expected).map(Some)
            }
            Ok(None) => Err(Fault::UnknownKey),
            Err(reason) => {
                tracing::debug!(%reason, "the caller's token cannot be verified");
                Ok(None)
            }
        }
    }

    /// A key by its id. Who comes while they are being asked for waits.
    async fn key(&self, id: &str) -> Result<Option<SigningKey>, SourceError> {
        let mut keys = self.keys.lock().await;
        let now = self.clock.now();
        let is_within = |moment: Option<Timestamp>, span: SignedDuration| moment.is_some_and(|moment| now.duration_since(moment) < span);
        let known = keys.find(id);
        if known.is_some() && is_within(keys.came, KEYS_FOR) {
            return Ok(known);
        }
        if !is_within(keys.asked, keys.pause) {
            keys.asked = Some(now);
            match in_time(self.source.signing_keys()).await {
                Ok(fresh) => {
                    keys.keys = fresh;
                    keys.came = Some(now);
                    keys.pause = KEYS_EVERY;
                }
                // Those at hand stay good for a while.
                Err(reason) => {
                    keys.pause = KEYS_AGAIN;
                    tracing::warn!(%reason, "Grafana's keys cannot be had: who is not known yet counts by role only");
                }
            }
        }
        match (keys.find(id), keys.came) {
            (None, None) => Err(SourceError::Unavailable("GET /api/signing-keys/keys failed".into())),
            (key, _) => Ok(key),
        }
    }
}

/// A Grafana that does not answer is as good as away.
async fn in_time<T>(question: BoxFuture<'_, Result<T, SourceError>>) -> Result<T, SourceError> {
    let late = || SourceError::Unavailable(format!("Grafana did not answer within {} s", ANSWER_WITHIN.as_secs()));
    tokio::time::timeout(ANSWER_WITHIN, question).await.unwrap_or_else(|_| Err(late()))
}
