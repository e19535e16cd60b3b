//! Optional optimistic concurrency (RFC 9110 §8.8 and §13.1): a report has a strong `ETag`, changes may be bound to it by
//! `If-Match`. Without these headers nothing differs from Grafana.

use std::convert::Infallible;

use axum::extract::FromRequestParts;
use http::{HeaderMap, HeaderName, StatusCode, header, request::Parts};
use report::Report;

use super::ApiError;

/// The strong entity tag of a report, with its quotes: equal tags, equal bytes.
pub fn entity_tag(report: &Report) -> String {
    let json = serde_json::to_vec(report).unwrap_or_default();
    let digest = ring::digest::digest(&ring::digest::SHA256, &json);
    let hex: String = digest.as_ref().iter().take(16).map(|byte| format!("{byte:02x}")).collect();
    format!("\"{hex}\"")
}

/// What the caller knows of a report already.
#[derive(Clone, Debug, Default)]
pub struct Preconditions {
    if_match: Option<String>,
    if_none_match: Option<String>,
}

impl<S: Send + Sync> FromRequestParts<S> for Preconditions {
    type Rejection = Infallible;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Preconditions, Infallible> {
        Ok(Preconditions {
            if_match: joined(&parts.headers, header::IF_MATCH),
            if_none_match: joined(&parts.headers, header::IF_NONE_MATCH),
        })
    }
}

/// A list header may come in several lines.
fn joined(headers: &HeaderMap, name: HeaderName) -> Option<String> {
    let lines: Vec<&str> = headers.get_all(name).iter().map(|line| line.to_str().unwrap_or("\"unreadable\"")).collect();
    (!lines.is_empty()).then(|| lines.join(","))
}

impl Preconditions {
    /// Refuses a change of a report that is not what the caller has seen.
    pub fn check(&self, report: &Report) -> Result<(), ApiError> {
        match &self.if_match {
            // Weak tags never match here (§13.1.1): they do not start with the quote.
            Some(tags) if !names(tags, &entity_tag(report), |tag| tag) => {
                Err(ApiError::new(StatusCode::PRECONDITION_FAILED, "the report has changed since it was read"))
            }
            _ => Ok(()),
        }
    }

    /// The caller has this very report.
    pub fn is_known(&self, tag: &str) -> bool {
        self.if_none_match.as_ref().is_some_and(|tags| names(tags, tag, |tag| tag.strip_prefix("W/").unwrap_or(tag)))
    }
}

/// Whether a list of tags names `tag`; `*` names all.
fn names(tags: &str, tag: &str, opaque: impl Fn(&str) -> &str) -> bool {
    tags.split(',').map(str::trim).any(|listed| listed == "*" || opaque(listed) == tag)
}

#[cfg(test)]
mod tests {
    use jiff::Timestamp;

    use super::*;

    #[test]
    fn tags_are_compared_as_the_rfc_says() {
        let report = Report::new(1, 1, Timestamp::UNIX_EPOCH);
        let tag = entity_tag(&report);
        let check = |header: Option<String>, fits: bool, is_known: bool| {
            let conditions = Preconditions { if_match: header.clone(), if_none_match: header.clone() };
            assert_eq!((conditions.check(&report).is_ok(), conditions.is_known(&tag)), (fits, is_known), "{header:?}");
        };
        check(None, true, false);
        check(Some("*".into()), true, true);
        check(Some(tag.clone()), true, true);
        check(Some(format!("\"x\", {tag}")), true, true);
        check(Some(format!("W/{tag}")), false, true);
        check(Some("\"x\"".into()), false, false);
        check(Some(String::new()), false, false);
        check(Some(tag.trim_matches('"').into()), false, false);
    }

    #[test]
    fn every_change_has_a_tag_of_its_own() {
        let report = Report::new(1, 1, Timestamp::UNIX_EPOCH);
        let tag = entity_tag(&report);
        assert!(tag.len() == 34 && tag.starts_with('"') && tag.ends_with('"'));
        assert_eq!(tag, entity_tag(&report.clone()));
        assert_ne!(tag, entity_tag(&Report { name: "x".into(), ..report.clone() }));
        assert_ne!(tag, entity_tag(&Report { state: report::State::Paused, ..report }));
    }
}
