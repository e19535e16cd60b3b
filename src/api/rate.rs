//! How often one caller and one organisation may send by hand and render: token buckets on the engine's clock.
//!
//! Scheduled sends do not count: their number is bound by the schedules. A bucket holds a minute's worth, so that a burst of that size
//! passes and what follows flows at the rate.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
};

use axum::{
    extract::{MatchedPath, Request, State},
    middleware::Next,
    response::{IntoResponse, Response},
};
use http::Method;

use super::{ApiError, Caller};
use crate::{
    config::{Limits, RateLimit},
    scheduler::Clock,
};

/// What is counted together.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Kind {
    Send,
    Render,
}

/// The operations that cost something, by method and path without `/api`.
const LIMITED: &[(&str, &str, Kind)] = &[
    ("POST", "/reports/email", Kind::Send),
    ("POST", "/reports/test-email", Kind::Send),
    ("POST", "/reports/{id}/run", Kind::Send),
    ("POST", "/reports/check", Kind::Render),
    ("GET", "/reports/render/pdfs", Kind::Render),
    ("GET", "/reports/render/csvs", Kind::Render),
];

/// Whose bucket: an organisation's, or one caller's in it.
type Owner = (Kind, i64, Option<String>);

/// One token in the bucket's own small change: what one request a minute gains in a millisecond is 1.
const TOKEN: u64 = 60_000;

#[derive(Clone, Copy, Debug)]
struct Bucket {
    content: u64,
    at_ms: i64,
    per_minute: u32,
}

impl Bucket {
    fn full(now_ms: i64, per_minute: u32) -> Bucket {
        Bucket { content: u64::from(per_minute) * TOKEN, at_ms: now_ms, per_minute }
    }

    fn at(self, now_ms: i64) -> Bucket {
        let full = Bucket::full(now_ms.max(self.at_ms), self.per_minute);
        let elapsed_ms = u64::try_from(now_ms - self.at_ms).unwrap_or(0);
        let gained = elapsed_ms.saturating_mul(u64::from(self.per_minute));
        Bucket { content: self.content.saturating_add(gained).min(full.content), ..full }
    }

    /// Seconds until there is a token, rounded up; 0 when there is one.
    fn wait_secs(&self) -> u64 {
        TOKEN.saturating_sub(self.content).div_ceil(u64::from(self.per_minute)).div_ceil(1000)
    }

    fn is_full(&self) -> bool {
        self.content == Bucket::full(self.at_ms, self.per_minute).content
    }
}

/// All buckets that are not full.
pub struct Rates {
    clock: Arc<dyn Clock>,
    sends: RateLimit,
    renders: RateLimit,
    buckets: Mutex<BTreeMap<Owner, Bucket>>,
}

impl Rates {
    pub fn new(clock: Arc<dyn Clock>, limits: &Limits) -> Rates {
        Rates { clock, sends: limits.send_rate, renders: limits.render_rate, buckets: Mutex::default() }
    }

    /// Takes one token from the caller and from the organisation, or says how many seconds are to be waited.
    fn take(&self, kind: Kind, caller: &Caller) -> Result<(), u64> {
        let now_ms = self.clock.now().as_millisecond();
        let limit = match kind {
            Kind::Send => self.sends,
            Kind::Render => self.renders,
        };
        let who = caller.user_id.map_or_else(|| caller.login.clone(), |id| id.to_string());
        let owners = [((kind, caller.org_id, None), limit.per_org), ((kind, caller.org_id, Some(who)), limit.per_caller)];
        let mut buckets = self.buckets.lock().unwrap_or_else(PoisonError::into_inner);
        let mut taken = Vec::new();
        for (owner, per_minute) in owners.into_iter().filter(|(_, per_minute)| *per_minute > 0) {
            let bucket = buckets.get(&owner).map_or_else(|| Bucket::full(now_ms, per_minute), |bucket| bucket.at(now_ms));
            taken.push((owner, bucket));
        }
        match taken.iter().map(|(_, bucket)| bucket.wait_secs()).max() {
            Some(wait @ 1..) => Err(wait),
            _ => {
                buckets.retain(|_, bucket| !bucket.at(now_ms).is_full());
                buckets.extend(taken.into_iter().map(|(owner, bucket)| (owner, Bucket { content: bucket.content - TOKEN, ..bucket })));
                Ok(())
            }
        }
    }
}

/// Lets a request through, or answers 429 with `Retry-After`.
pub(super) async fn limit(State(rates): State<Arc<Rates>>, request: Request, next: Next) -> Response {
    let route = request.extensions().get::<MatchedPath>().map(|path| path.as_str().to_owned()).unwrap_or_default();
    let taken = match (kind_of(request.method(), &route), request.extensions().get::<Caller>()) {
        (Some(kind), Some(caller)) => rates.take(kind, caller),
        _ => Ok(()),
    };
    match taken {
        Ok(()) => next.run(request).await,
        Err(wait_secs) => ApiError::too_many(wait_secs).into_response(),
    }
}

pub(super) fn kind_of(method: &Method, route: &str) -> Option<Kind> {
    let route = route.strip_prefix("/api").unwrap_or(route);
    // A GET's route answers HEAD too, at the same cost.
    let method = if method == Method::HEAD { "GET" } else { method.as_str() };
    LIMITED.iter().find(|(m, path, _)| *m == method && *path == route).map(|(_, _, kind)| *kind)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scheduler::fake::{FakeClock, NOW};

    fn caller(org_id: i64, login: &str) -> Caller {
        Caller { org_id, login: login.into(), ..Caller::default() }
    }

    #[test]
    fn buckets_fill_with_time() {
        let clock = Arc::new(FakeClock::at(NOW));
        let limits = Limits {
            send_rate: RateLimit { per_org: 6, per_caller: 3 },
            render_rate: RateLimit { per_org: 1, per_caller: 0 },
            ..Limits::default()
        };
        let rates = Rates::new(clock.clone(), &limits);
        let check = |time: &str, kind: Kind, org_id: i64, login: &str, expected: Result<(), u64>| {
            clock.set(&format!("2026-11-20T{time}Z"));
            assert_eq!(rates.take(kind, &caller(org_id, login)), expected, "{time} {kind:?} {org_id} {login}");
        };
        for _ in 0..3 {
            check("08:00:00", Kind::Send, 1, "ada", Ok(()));
        }
        check("08:00:00", Kind::Send, 1, "ada", Err(20));
        check("08:00:00", Kind::Send, 2, "ada", Ok(()));
        for _ in 0..3 {
            check("08:00:00", Kind::Send, 1, "bob", Ok(()));
        }
        check("08:00:00", Kind::Send, 1, "eve", Err(10));
        check("08:00:09", Kind::Send, 1, "eve", Err(1));
        check("08:00:10", Kind::Send, 1, "eve", Ok(()));
        check("08:00:20", Kind::Send, 1, "ada", Ok(()));
        check("08:00:20", Kind::Send, 1, "ada", Err(20));
        // A refused request costs nothing, and a clock that goes back gives nothing.
        check("08:00:19", Kind::Send, 1, "ada", Err(20));
        check("08:00:00", Kind::Render, 1, "ada", Ok(()));
        check("08:00:00", Kind::Render, 1, "bob", Err(60));
        check("08:01:00", Kind::Render, 1, "bob", Ok(()));
        check("09:00:00", Kind::Send, 1, "ada", Ok(()));
        assert_eq!(rates.buckets.lock().unwrap().len(), 2, "full ones are forgotten");
    }

    #[test]
    fn zero_is_no_limit() {
        let none = RateLimit { per_org: 0, per_caller: 0 };
        let rates = Rates::new(Arc::new(FakeClock::at(NOW)), &Limits { send_rate: none, ..Limits::default() });
        assert!((0..1000).all(|_| rates.take(Kind::Send, &caller(1, "ada")).is_ok()));
    }

    #[test]
    fn what_is_limited() {
        let check = |method: Method, route: &str, expected: Option<Kind>| assert_eq!(kind_of(&method, route), expected, "{route}");
        check(Method::POST, "/api/reports/email", Some(Kind::Send));
        check(Method::HEAD, "/reports/render/pdfs", Some(Kind::Render));
        check(Method::GET, "/reports", None);
    }
}
