//! All credentials, and what Grafana said of each.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak},
};

use super::{
    Account, Candidate, ConnectionMetrics, Note, Origin, Refusal, Standing, State,
    standing::{self, Facts},
};
use crate::{
    config::{GrafanaConfig, Secret},
    grafana_api::{Credential, CredentialWatch, Watch},
    run::{Choice, TokenSource},
    scheduler::Clock,
    store::{Error, Store},
};

/// A verification this old is written down again, so that a restart knows of it; each call alone would be a write too many.
const WRITE_AGAIN_MS: i64 = 3_600_000;

/// Knows the credentials of all organisations. Shared.
pub struct Book {
    config: GrafanaConfig,
    store: Store,
    clock: Arc<dyn Clock>,
    pub metrics: ConnectionMetrics,
    inner: Mutex<Inner>,
    /// Called when an organisation can work again.
    recovered: OnceLock<Box<dyn Fn() + Send + Sync>>,
    this: Weak<Book>,
}

#[derive(Default)]
struct Inner {
    managed: Option<Secret>,
    /// Tokens in the plugin's settings, by organisation.
    settings: BTreeMap<i64, Secret>,
    notes: BTreeMap<(i64, String), Note>,
    /// The organisation of a token that serves one only, by [`home_key`].
    homes: BTreeMap<String, i64>,
    unreachable: BTreeMap<i64, String>,
    app_enabled: BTreeMap<i64, bool>,
    /// When Grafana last said something to this process, good or bad.
    heard_ms: BTreeMap<i64, i64>,
}

impl Book {
    pub fn new(config: GrafanaConfig, store: Store, clock: Arc<dyn Clock>) -> Arc<Book> {
        let inner = Mutex::new(Inner { managed: config.managed_token.clone(), ..Inner::default() });
        let metrics = ConnectionMetrics::default();
        Arc::new_cyclic(|this| Book { config, store, clock, metrics, inner, recovered: OnceLock::new(), this: this.clone() })
    }

    /// Reads what an earlier process noted.
    pub async fn load(&self) -> Result<(), Error> {
        let notes = self.store.credential_notes().await?;
        let mut inner = self.lock();
        for (org_id, mark, note) in notes {
            inner.notes.entry((org_id, mark)).or_insert_with(|| Note::from_json(&note));
        }
        Ok(())
    }

    /// `wake` is called whenever an organisation can work again.
    pub fn on_recovery(&self, wake: impl Fn() + Send + Sync + 'static) {
        // A second one would be a second program on one book; the first stays.
        let _ = self.recovered.set(Box::new(wake));
    }

    /// The managed service account's token, as a request brought it.
    pub fn set_managed(&self, token: Secret) {
        self.lock().managed = Some(token);
    }

    /// The token in the plugin's settings of an organisation, as a request brought them; `None` when there is none any more.
    /// It is kept for the time after a restart, where no checked one is.
    pub async fn set_settings_token(&self, org_id: i64, token: Option<Secret>) -> Result<(), Error> {
        match token {
            Some(token) => {
                self.lock().settings.insert(org_id, token.clone());
                if self.store.save_settings_token(org_id, token, self.now_ms()).await? {
                    self.resume(org_id);
                }
            }
            None => drop(self.lock().settings.remove(&org_id)),
        }
        Ok(())
    }

    /// Makes a verified token the organisation's; the old one is gone in the same moment.
    pub async fn adopt(&self, org_id: i64, token: Secret, account: Account) -> Result<(), Error> {
        let now_ms = self.now_ms();
        self.store.save_token(org_id, token.clone(), now_ms).await?;
        let mark = self.store.credential_mark(org_id, &token);
        let note = Note { since_ms: now_ms, verified_ms: Some(now_ms), account, refusal: None };
        self.store.note_credential(org_id, mark.clone(), &note.to_json());
        {
            let mut inner = self.lock();
            inner.notes.insert((org_id, mark), note);
            inner.unreachable.remove(&org_id);
        }
        self.forget_strangers(org_id);
        self.resume(org_id);
        Ok(())
    }

    /// Forgets the stored token, and the one that the settings held; false when there was none.
    pub async fn forget(&self, org_id: i64) -> Result<bool, Error> {
        let in_settings = self.lock().settings.remove(&org_id).is_some();
        let was_stored = self.store.delete_token(org_id).await?;
        self.forget_strangers(org_id);
        self.show(org_id);
        Ok(in_settings || was_stored)
    }

    /// The credentials of an organisation in the order in which they are tried, each once.
    pub fn candidates(&self, org_id: i64) -> Vec<Candidate> {
        let inner = self.lock();
        let stored = self.store.stored_token(org_id);
        let saved_ms = stored.as_ref().map(|stored| stored.saved_ms);
        let of_one_org = |token: &Secret| inner.homes.get(&home_key(&self.store, token)).is_none_or(|home| *home == org_id);
        let shared = |token: &Option<Secret>| token.clone().filter(of_one_org);
        let all = [
            (Origin::OrgToken, self.config.org_tokens.get(&org_id).cloned(), None),
            (Origin::ApiToken, shared(&self.config.token), None),
            (Origin::Stored, stored.and_then(|stored| stored.token), saved_ms),
            (Origin::Managed, shared(&inner.managed), None),
            (Origin::Settings, inner.settings.get(&org_id).cloned(), None),
        ];
        let mut seen = BTreeSet::new();
        all.into_iter()
            .filter_map(|(origin, token, since_ms)| {
                let token = token?;
                let mark = self.store.credential_mark(org_id, &token);
                seen.insert(mark.clone()).then_some(Candidate { origin, token, mark, since_ms })
            })
            .collect()
    }

    /// Tokens that serve one organisation we do not know yet: which it is, Grafana tells.
    pub fn homeless(&self) -> Vec<Secret> {
        let inner = self.lock();
        let tokens = [self.config.token.clone(), inner.managed.clone()].into_iter().flatten();
        tokens
            .filter(|token| matches!(Credential::parse(token.expose()), Credential::Token(_)))
            .filter(|token| !inner.homes.contains_key(&home_key(&self.store, token)))
            .collect()
    }

    pub fn set_home(&self, token: &Secret, org_id: i64) {
        self.lock().homes.insert(home_key(&self.store, token), org_id);
    }

    /// Organisations that have a credential of their own, and those of shared ones as far as known.
    pub fn orgs(&self) -> BTreeSet<i64> {
        let inner = self.lock();
        let own = self.config.org_tokens.keys().copied().chain(self.store.token_orgs());
        own.chain(inner.settings.keys().copied()).chain(inner.homes.values().copied()).collect()
    }

    /// How an organisation stands, by what is known: asks nobody.
    pub fn standing(&self, org_id: i64) -> Standing {
        let candidates = self.noted(org_id);
        let stored = self.store.stored_token(org_id);
        let inner = self.lock();
        Standing::of(Facts {
            org_id,
            candidates,
            unreadable_since_ms: stored.filter(|stored| stored.token.is_none()).map(|stored| stored.saved_ms),
            unreachable: inner.unreachable.get(&org_id).cloned(),
            app_enabled: inner.app_enabled.get(&org_id).copied(),
        })
    }

    /// When Grafana last said something to this process about the organisation's credentials.
    pub fn heard_ms(&self, org_id: i64) -> Option<i64> {
        self.lock().heard_ms.get(&org_id).copied()
    }

    /// Grafana took a credential, and this is who it is.
    pub fn verified(&self, org_id: i64, mark: &str, account: Account) {
        self.lock().unreachable.remove(&org_id);
        self.change(org_id, mark, |note, now_ms| {
            let is_news = note.account != account || is_old(note.verified_ms, now_ms);
            note.account = account;
            note.verified_ms = Some(now_ms);
            is_news
        });
    }

    /// Grafana could not be asked.
    pub fn unreachable(&self, org_id: i64, message: String) {
        self.lock().unreachable.insert(org_id, message);
    }

    /// Whether the app is switched on in an organisation; `None`: cannot be told.
    pub fn set_app_enabled(&self, org_id: i64, enabled: Option<bool>) {
        let mut inner = self.lock();
        match enabled {
            Some(enabled) => drop(inner.app_enabled.insert(org_id, enabled)),
            None => drop(inner.app_enabled.remove(&org_id)),
        }
    }

    fn accepted(&self, org_id: i64, mark: &str) {
        let was_unreachable = self.lock().unreachable.remove(&org_id).is_some();
        self.change(org_id, mark, |note, now_ms| {
            let is_news = was_unreachable || is_old(note.verified_ms, now_ms);
            note.verified_ms = Some(now_ms);
            is_news
        });
    }

    /// Changes a note on good news; what was refused is not any more.
    fn change(&self, org_id: i64, mark: &str, change: impl FnOnce(&mut Note, i64) -> bool) {
        let now_ms = self.now_ms();
        let (note, was_refused, is_news) = {
            let mut inner = self.lock();
            inner.heard_ms.insert(org_id, now_ms);
            let note = inner.notes.entry((org_id, mark.to_owned())).or_insert(Note { since_ms: now_ms, ..Note::default() });
            let is_news = change(note, now_ms);
            (note.clone(), note.refusal.take().is_some(), is_news)
        };
        if was_refused {
            tracing::info!(org_id, "Grafana takes the credential again");
            self.resume(org_id);
        }
        if is_news || was_refused {
            self.store.note_credential(org_id, mark.to_owned(), &Note { refusal: None, ..note }.to_json());
            self.show(org_id);
        }
    }

    /// Grafana does not take a credential.
    pub fn refused(&self, org_id: i64, mark: &str, message: &str) {
        let now_ms = self.now_ms();
        let (note, is_news) = {
            let mut inner = self.lock();
            inner.unreachable.remove(&org_id);
            inner.heard_ms.insert(org_id, now_ms);
            let note = inner.notes.entry((org_id, mark.to_owned())).or_insert(Note { since_ms: now_ms, ..Note::default() });
            let is_news = note.refusal.as_ref().is_none_or(|refusal| refusal.message != message);
            note.refusal = Some(Refusal { at_ms: now_ms, message: message.to_owned() });
            (note.clone(), is_news)
        };
        if !is_news {
            return;
        }
        tracing::warn!(org_id, reason = message, "Grafana refused a credential");
        self.metrics.refused(org_id);
        self.store.note_credential(org_id, mark.to_owned(), &note.to_json());
        self.show(org_id);
    }

    /// What waited for the organisation goes on.
    fn resume(&self, org_id: i64) {
        self.show(org_id);
        self.store.resume_waiting_runs(org_id, self.now_ms());
        if let Some(wake) = self.recovered.get() {
            wake();
        }
    }

    fn show(&self, org_id: i64) {
        self.metrics.set(org_id, self.standing(org_id).state == State::NeedsReconnect);
    }

    /// Notes of credentials that are no longer there would only grow in number.
    fn forget_strangers(&self, org_id: i64) {
        let marks: Vec<String> = self.candidates(org_id).into_iter().map(|candidate| candidate.mark).collect();
        self.lock().notes.retain(|(org, mark), _| *org != org_id || marks.contains(mark));
        self.store.keep_credential_notes(org_id, marks);
    }

    fn noted(&self, org_id: i64) -> Vec<(Candidate, Option<Note>)> {
        let candidates = self.candidates(org_id);
        let inner = self.lock();
        let note = |candidate: &Candidate| inner.notes.get(&(org_id, candidate.mark.clone())).cloned();
        candidates.into_iter().map(|candidate| (candidate.clone(), note(&candidate))).collect()
    }

    /// Who is told what Grafana says to a credential.
    pub fn watch(&self, org_id: i64, mark: &str) -> Option<Watch> {
        let book = self.this.upgrade()?;
        Some(Watch(Arc::new(Watcher { book, org_id, mark: mark.to_owned() })))
    }

    pub fn now_ms(&self) -> i64 {
        self.clock.now().as_millisecond()
    }

    fn lock(&self) -> MutexGuard<'_, Inner> {
        self.inner.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn is_old(verified_ms: Option<i64>, now_ms: i64) -> bool {
    verified_ms.is_none_or(|verified_ms| now_ms - verified_ms >= WRITE_AGAIN_MS)
}

/// Names a shared token whatever the organisation.
fn home_key(store: &Store, token: &Secret) -> String {
    store.credential_mark(0, token)
}

impl TokenSource for Book {
    fn choose(&self, org_id: i64) -> Result<Choice, String> {
        let noted = self.noted(org_id);
        match standing::choose(&noted).and_then(|idx| noted.into_iter().nth(idx)) {
            Some((candidate, _)) => Ok(Choice { watch: self.watch(org_id, &candidate.mark), token: candidate.token }),
            None => Err(self.standing(org_id).message),
        }
    }

    fn url(&self) -> Option<String> {
        self.store.url()
    }

    fn orgs(&self) -> Vec<i64> {
        Book::orgs(self).into_iter().collect()
    }
}

struct Watcher {
    book: Arc<Book>,
    org_id: i64,
    mark: String,
}

impl CredentialWatch for Watcher {
    fn accepted(&self) {
        self.book.accepted(self.org_id, &self.mark);
    }

    fn refused(&self, message: &str) {
        self.book.refused(self.org_id, &self.mark, message);
    }
}
