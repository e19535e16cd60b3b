//! Who calls, by the token Grafana signs for each call to a plugin (`X-Grafana-Id`).
//!
//! Grafana sets the header on every call of an identity it has a token for, but passes a client's own header on when it has
//! none: nothing of it counts before the signature is checked.

use base64::{Engine as _, engine::general_purpose::URL_SAFE_NO_PAD};
use jiff::Timestamp;
use ring::signature::{ECDSA_P256_SHA256_FIXED, UnparsedPublicKey};
use serde_json::Value as Json;

/// Clocks of two machines may differ by this much, in seconds; Grafana gives a token out again up to 30 s before its end.
const LEEWAY_S: i64 = 30;

/// What kind of identity calls.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Kind {
    User,
    ServiceAccount,
}

/// A verified caller.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Identity {
    pub kind: Kind,
    /// Grafana's number of the user or service account (they share one sequence), or its uid.
    pub id: String,
}

impl Identity {
    /// "user:7", as Grafana's searches take it.
    pub fn typed_id(&self) -> String {
        let kind = match self.kind {
            Kind::User => "user",
            Kind::ServiceAccount => "service-account",
        };
        format!("{kind}:{}", self.id)
    }

    /// The number, where it is one.
    pub fn user_id(&self) -> Option<i64> {
        self.id.parse().ok().filter(|id| *id > 0)
    }
}

/// Why a token is not believed. For the log; the caller is told "Unauthorized".
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Fault {
    #[error("it is not a token")]
    Malformed,
    #[error("it is not signed with ES256")]
    Algorithm,
    #[error("Grafana has no such key")]
    UnknownKey,
    #[error("its signature is wrong")]
    Signature,
    #[error("it has expired")]
    Expired,
    #[error("it is not valid yet")]
    NotYet,
    #[error("it is for another organization")]
    Organization,
    #[error("it names another login")]
    Login,
    /// Anonymous visitors, render keys and the like.
    #[error("it is of no user or service account")]
    Nobody,
}

/// One of Grafana's public keys (P-256).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SigningKey {
    pub id: String,
    /// Uncompressed point: 4, x, y.
    point: [u8; 65],
}

impl SigningKey {
    /// One entry of a JSON Web Key Set; `None` for other kinds of keys.
    pub fn from_jwk(jwk: &Json) -> Option<SigningKey> {
        let text = |name: &str| jwk.get(name).and_then(Json::as_str);
        if text("kty") != Some("EC") || text("crv") != Some("P-256") {
            return None;
        }
        let coordinate = |name: &str| URL_SAFE_NO_PAD.decode(text(name)?).ok().filter(|bytes| bytes.len() == 32);
        let mut point = [4; 65];
        point[1..33].copy_from_slice(&coordinate("x")?);
        point[33..].copy_from_slice(&coordinate("y")?);
        Some(SigningKey { id: text("kid")?.to_owned(), point })
    }

    /// The keys of `GET /api/signing-keys/keys`.
    pub fn from_set(set: &Json) -> Vec<SigningKey> {
        set.get("keys").and_then(Json::as_array).into_iter().flatten().filter_map(SigningKey::from_jwk).collect()
    }
}

/// What a token must fit.
#[derive(Clone, Copy, Debug)]
pub struct Expected<'a> {
    pub org_id: i64,
    /// As Grafana says beside the token.
    pub login: &'a str,
    pub now: Timestamp,
}

/// A token taken apart; nothing of it is believed yet.
pub struct Unverified<'a> {
    pub key_id: String,
    signed: &'a str,
    signature: Vec<u8>,
    claims: Json,
}

impl Unverified<'_> {
    pub fn read(token: &str) -> Result<Unverified<'_>, Fault> {
        let (signed, signature) = token.rsplit_once('.').ok_or(Fault::Malformed)?;
        let (header, claims) = signed.split_once('.').ok_or(Fault::Malformed)?;
        let decode = |part: &str| URL_SAFE_NO_PAD.decode(part).map_err(|_| Fault::Malformed);
        let json = |part: &str| serde_json::from_slice::<Json>(&decode(part)?).map_err(|_| Fault::Malformed);
        let header = json(header)?;
        if header["alg"] != "ES256" {
            return Err(Fault::Algorithm);
        }
        let key_id = header["kid"].as_str().ok_or(Fault::UnknownKey)?.to_owned();
        Ok(Unverified { key_id, signed, signature: decode(signature)?, claims: json(claims)? })
    }

    /// Who it is, when all of it is right.
    pub fn verify(&self, key: &SigningKey, expected: Expected<'_>) -> Result<Identity, Fault> {
        let key = UnparsedPublicKey::new(&ECDSA_P256_SHA256_FIXED, key.point);
        key.verify(self.signed.as_bytes(), &self.signature).map_err(|_| Fault::Signature)?;
        let now = expected.now.as_second();
        let seconds = |name: &str| self.claims[name].as_f64();
        // Whole seconds are exact in an f64 for the next 200 million years.
        if seconds("exp").ok_or(Fault::Malformed)? + LEEWAY_S as f64 <= now as f64 {
            return Err(Fault::Expired);
        }
        if seconds("nbf").is_some_and(|from| from - LEEWAY_S as f64 > now as f64) {
            return Err(Fault::NotYet);
        }
        let audience = format!("org:{}", expected.org_id);
        let is_for_us = match &self.claims["aud"] {
            Json::String(one) => *one == audience,
            Json::Array(all) => all.iter().any(|one| *one == audience.as_str()),
            _ => false,
        };
        if !is_for_us {
            return Err(Fault::Organization);
        }
        let identity = identity(&self.claims)?;
        // Users' tokens carry their login: one that was taken from somebody else does not fit.
        match self.claims["username"].as_str() {
            Some(login) if !login.is_empty() && login != expected.login => Err(Fault::Login),
            _ => Ok(identity),
        }
    }
}

fn identity(claims: &Json) -> Result<Identity, Fault> {
    let (kind, id) = claims["sub"].as_str().and_then(|sub| sub.split_once(':')).ok_or(Fault::Nobody)?;
    if claims["type"].as_str().is_some_and(|named| named != kind) || id.is_empty() || id == "0" {
        return Err(Fault::Nobody);
    }
    let kind = match kind {
        "user" => Kind::User,
        "service-account" => Kind::ServiceAccount,
        _ => return Err(Fault::Nobody),
    };
    Ok(Identity { kind, id: id.to_owned() })
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;
    use crate::rights::fake::Signer;

    const NOW: &str = "2026-11-20T08:00:00Z";

    fn claims() -> Json {
        let now = NOW.parse::<Timestamp>().unwrap().as_second();
        json!({ "sub": "user:7", "type": "user", "aud": ["org:1"], "exp": now + 600, "iat": now, "username": "ada", "iss": "http://g" })
    }

    fn with(name: &str, value: Json) -> Json {
        let mut claims = claims();
        claims[name] = value;
        claims
    }

    fn verify(token: &str, key: &SigningKey) -> Result<String, Fault> {
        let token = Unverified::read(token)?;
        token.verify(key, Expected { org_id: 1, login: "ada", now: NOW.parse().unwrap() }).map(|identity| identity.typed_id())
    }

    #[test]
    fn tokens_are_believed_when_all_of_them_is_right() {
        let signer = Signer::new("k");
        let key = SigningKey::from_set(&signer.jwks()).remove(0);
        let now = NOW.parse::<Timestamp>().unwrap().as_second();
        let user = || Ok("user:7".to_owned());
        for (claims, expected) in [
            (claims(), user()),
            (with("aud", json!("org:1")), user()),
            (with("aud", json!(["other", "org:1"])), user()),
            (with("username", json!("")), user()),
            (with("sub", json!("user:adisufjf93e9sd")), Ok("user:adisufjf93e9sd".into())),
            (json!({ "sub": "service-account:4", "aud": ["org:1"], "exp": now + 1 }), Ok("service-account:4".into())),
            (with("exp", json!(now - 29)), user()),
            (with("exp", json!(now - 30)), Err(Fault::Expired)),
            (with("exp", json!(null)), Err(Fault::Malformed)),
            (with("nbf", json!(now + 31)), Err(Fault::NotYet)),
            (with("aud", json!(["org:2"])), Err(Fault::Organization)),
            (with("aud", json!("org:11")), Err(Fault::Organization)),
            (with("aud", json!(null)), Err(Fault::Organization)),
            (with("username", json!("grace")), Err(Fault::Login)),
            (with("type", json!("service-account")), Err(Fault::Nobody)),
            (json!({ "sub": "anonymous:0", "type": "anonymous", "aud": ["org:1"], "exp": now + 1 }), Err(Fault::Nobody)),
            (with("sub", json!("user:0")), Err(Fault::Nobody)),
            (with("sub", json!("7")), Err(Fault::Nobody)),
        ] {
            assert_eq!(verify(&signer.sign(&claims), &key), expected, "{claims}");
        }
    }

    #[test]
    fn forgeries_are_told() {
        let (signer, forger) = (Signer::new("k"), Signer::new("k"));
        let key = SigningKey::from_set(&signer.jwks()).remove(0);
        let good = signer.sign(&claims());
        let parts: Vec<&str> = good.split('.').collect();
        let encode = |json: &Json| URL_SAFE_NO_PAD.encode(json.to_string());
        let other_claims = encode(&with("sub", json!("user:1")));
        for (token, expected) in [
            (forger.sign(&claims()), Fault::Signature),
            (format!("{}.{other_claims}.{}", parts[0], parts[2]), Fault::Signature),
            (format!("{}.{}.", parts[0], parts[1]), Fault::Signature),
            (format!("{}.{}.", encode(&json!({ "alg": "none", "kid": "k" })), parts[1]), Fault::Algorithm),
            (format!("{}.{}.{}", encode(&json!({ "alg": "HS256", "kid": "k" })), parts[1], parts[2]), Fault::Algorithm),
            (format!("{}.{}.{}", encode(&json!({ "alg": "ES256" })), parts[1], parts[2]), Fault::UnknownKey),
            ("eyJ".into(), Fault::Malformed),
            ("".into(), Fault::Malformed),
            ("a.b.c".into(), Fault::Malformed),
        ] {
            assert_eq!(verify(&token, &key), Err(expected), "{token}");
        }
    }

    #[test]
    fn other_keys_are_left_out() {
        let set = json!({ "keys": [{ "kty": "RSA", "kid": "r" }, { "kty": "EC", "crv": "P-256", "kid": "k", "x": "AA", "y": "AA" }] });
        assert_eq!(SigningKey::from_set(&set), []);
        assert_eq!(SigningKey::from_set(&Json::Null), []);
    }
}
