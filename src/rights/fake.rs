//! Stand-ins for tests: a signer of identity tokens, and a Grafana that knows what it is told.

use std::{
    collections::BTreeMap,
    sync::{
        Arc, Mutex,
        atomic::{AtomicBool, AtomicU32, Ordering},
    },
};

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use futures_util::future::BoxFuture;
use ring::{
    rand::SystemRandom,
    signature::{ECDSA_P256_SHA256_FIXED_SIGNING, EcdsaKeyPair, KeyPair},
};
use serde_json::{Value as Json, json};

use super::{Identity, OwnAccess, Permissions, Rights, SigningKey, Source, SourceError, Wanted};
use crate::{scheduler::Clock, sidecar::CallerCredentials};

/// Signs as Grafana does.
pub struct Signer {
    id: String,
    pair: EcdsaKeyPair,
}

impl Signer {
    pub fn new(id: &str) -> Signer {
        let random = SystemRandom::new();
        let key = EcdsaKeyPair::generate_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, &random).unwrap();
        let pair = EcdsaKeyPair::from_pkcs8(&ECDSA_P256_SHA256_FIXED_SIGNING, key.as_ref(), &random).unwrap();
        Signer { id: id.to_owned(), pair }
    }

    pub fn sign(&self, claims: &Json) -> String {
        let header = json!({ "alg": "ES256", "kid": self.id, "typ": "jwt" });
        let signed = format!("{}.{}", URL_SAFE_NO_PAD.encode(header.to_string()), URL_SAFE_NO_PAD.encode(claims.to_string()));
        let signature = self.pair.sign(&SystemRandom::new(), signed.as_bytes()).unwrap();
        format!("{signed}.{}", URL_SAFE_NO_PAD.encode(signature))
    }

    /// As `GET /api/signing-keys/keys` answers.
    pub fn jwks(&self) -> Json {
        let point = self.pair.public_key().as_ref();
        let encode = |bytes: &[u8]| URL_SAFE_NO_PAD.encode(bytes);
        json!({ "keys": [
            { "kty": "EC", "crv": "P-256", "alg": "ES256", "use": "sig", "kid": self.id, "x": encode(&point[1..33]), "y": encode(&point[33..]) },
        ] })
    }
}

/// What somebody holds, by "user:7" or by their credentials' `Authorization`: `{action: [scopes]}`.
#[derive(Default)]
pub struct FakeSource {
    pub keys: Mutex<Json>,
    pub held: Mutex<BTreeMap<String, Json>>,
    /// Folders by dashboard.
    pub folders: Mutex<BTreeMap<String, Vec<String>>>,
    /// The organisation's credential may not search.
    pub is_blind: AtomicBool,
    /// Nobody answers.
    pub is_away: AtomicBool,
    pub n_asked: AtomicU32,
}

impl FakeSource {
    pub fn rights(self: &Arc<FakeSource>, clock: Arc<dyn Clock>) -> Arc<Rights> {
        Arc::new(Rights::new(self.clone(), clock))
    }

    /// What keeps Grafana from answering, the organisation's credential or anybody's.
    fn ask(&self, is_search: bool) -> Result<(), SourceError> {
        self.n_asked.fetch_add(1, Ordering::SeqCst);
        if self.is_away.load(Ordering::SeqCst) {
            return Err(SourceError::Unavailable("connection refused".into()));
        }
        if is_search && self.is_blind.load(Ordering::SeqCst) {
            return Err(SourceError::Denied("users.permissions:read".into()));
        }
        Ok(())
    }

    fn answer(&self, of: &str, is_search: bool) -> Result<Permissions, SourceError> {
        self.ask(is_search)?;
        let held = self.held.lock().unwrap();
        held.get(of).map(Permissions::from_json).ok_or_else(|| SourceError::Denied(format!("nothing is known of {of}")))
    }

    fn scopes(&self, uid: &str) -> Option<Vec<String>> {
        self.folders.lock().unwrap().get(uid).cloned()
    }
}

fn name(caller: &CallerCredentials) -> String {
    caller.authorization.as_ref().unwrap().to_str().unwrap().to_owned()
}

impl Source for FakeSource {
    fn signing_keys(&self) -> BoxFuture<'_, Result<Vec<SigningKey>, SourceError>> {
        Box::pin(async {
            self.n_asked.fetch_add(1, Ordering::SeqCst);
            match self.is_away.load(Ordering::SeqCst) {
                true => Err(SourceError::Unavailable("connection refused".into())),
                false => Ok(SigningKey::from_set(&self.keys.lock().unwrap())),
            }
        })
    }

    fn permissions_of<'a>(&'a self, _org_id: i64, identity: &'a Identity, _: Wanted) -> BoxFuture<'a, Result<Permissions, SourceError>> {
        Box::pin(async { self.answer(&identity.typed_id(), true) })
    }

    fn is_anybody_granted(&self, _org_id: i64) -> BoxFuture<'_, Result<bool, SourceError>> {
        Box::pin(async {
            self.ask(true)?;
            Ok(self.held.lock().unwrap().values().any(|held| Permissions::from_json(held).knows_us()))
        })
    }

    fn folders_of<'a>(&'a self, _org_id: i64, dashboard_uid: &'a str) -> BoxFuture<'a, Result<Option<Vec<String>>, SourceError>> {
        Box::pin(async { Ok(self.scopes(dashboard_uid)) })
    }

    fn own_permissions<'a>(&'a self, _org_id: i64, caller: &'a CallerCredentials) -> BoxFuture<'a, Result<Permissions, SourceError>> {
        Box::pin(async { self.answer(&name(caller), false) })
    }

    fn own_access<'a>(
        &'a self,
        _org_id: i64,
        caller: &'a CallerCredentials,
        dashboard_uid: &'a str,
    ) -> BoxFuture<'a, Result<Option<OwnAccess>, SourceError>> {
        Box::pin(async move {
            let Some(folders) = self.scopes(dashboard_uid) else { return Ok(None) };
            let mut scopes: Vec<_> = folders.iter().map(|uid| format!("folders:uid:{uid}")).collect();
            scopes.push(format!("dashboards:uid:{dashboard_uid}"));
            let held = self.answer(&name(caller), false)?;
            Ok(Some(OwnAccess { read: held.covers("dashboards:read", &scopes), write: held.covers("dashboards:write", &scopes) }))
        })
    }
}
