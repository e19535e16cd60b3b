//! Stand-ins for tests: a clock moved by hand, a renderer and a mailer that do as they are told.

use std::{
    collections::VecDeque,
    sync::{Arc, Mutex},
};

use futures_util::future::BoxFuture;
use jiff::Timestamp;

use super::{Clock, Engine, EngineParts, LogoSource};
use crate::{
    archive::Archive,
    config::Limits,
    mail::{Delivery, MailError, Mailer, OutgoingReport, RecipientResult},
    picture::Picture,
    run::{
        self, AskedSource, CheckRequest, CheckedDashboard, CheckedPanel, CheckedVariable, DashboardRequest, FoundDashboard, Progress,
        RenderRequest, Rendered, RenderedDashboard, RenderedFile, RenderedPanel, Renderer, Stage, VariableProblem, Verdict,
    },
    store::Store,
};

pub struct FakeClock(Mutex<Timestamp>);

impl FakeClock {
    pub fn at(text: &str) -> FakeClock {
        FakeClock(Mutex::new(text.parse().unwrap()))
    }

    pub fn set(&self, text: &str) {
        *self.0.lock().unwrap() = text.parse().unwrap();
    }
}

impl Clock for FakeClock {
    fn now(&self) -> Timestamp {
        *self.0.lock().unwrap()
    }
}

/// Renders a small file for each wish; dashboards are known by their uid: `gone`, `denied`, `down`, `panic`, `slow` misbehave.
#[derive(Default)]
pub struct FakeRenderer {
    pub requests: Mutex<Vec<RenderRequest>>,
    /// Let go by the test when a run of `slow` may go on.
    pub gate: tokio::sync::Notify,
    /// Errors to answer first.
    pub errors: Mutex<VecDeque<run::Error>>,
}

impl FakeRenderer {
    fn check(uid: &str) -> Result<(), run::Error> {
        match uid {
            "gone" => Err(run::Error::NotFound(format!("dashboard {uid} not found"))),
            "denied" => Err(run::Error::Denied(format!("dashboard {uid} may not be read"))),
            "down" => Err(run::Error::Grafana("connection refused".into())),
            _ => Ok(()),
        }
    }
}

impl Renderer for FakeRenderer {
    fn render<'a>(
        &'a self,
        request: RenderRequest,
        progress: &'a (dyn Fn(Progress) + Send + Sync),
    ) -> BoxFuture<'a, Result<Rendered, run::Error>> {
        Box::pin(async move {
            self.requests.lock().unwrap().push(request.clone());
            if let Some(error) = self.errors.lock().unwrap().pop_front() {
                return Err(error);
            }
            let mut rendered = Rendered::default();
            let file = |name: String, content_type| RenderedFile { name, content_type, bytes: Arc::new(b"%PDF-1.7 fake".to_vec()) };
            for dashboard in &request.dashboards {
                let uid = dashboard.uid.as_str();
                FakeRenderer::check(uid)?;
                let panel =
                    RenderedPanel { dashboard_uid: uid.into(), id: 1, title: "Numbers".into(), kind: "stat".into(), ..Default::default() };
                rendered.panels.push(panel);
                let total = request.dashboards.len();
                progress(Progress { stage: Stage::Gather, step: "querying data", done: rendered.panels.len() - 1, total });
                match uid {
                    "panic" => panic!("a bug in drawing"),
                    "slow" => self.gate.notified().await,
                    _ => {}
                }
                rendered.dashboards.push(RenderedDashboard { uid: uid.into(), title: format!("Title of {uid}"), ..Default::default() });
                if request.formats.csv && uid != "no-table" {
                    rendered.files.push(file(format!("{uid}.csv"), "text/csv"));
                }
                if request.formats.image {
                    rendered.images.push(file(format!("{uid}.png"), "image/png"));
                }
            }
            if request.formats.pdf {
                rendered.files.push(file(format!("{}.pdf", request.name), "application/pdf"));
            }
            Ok(rendered)
        })
    }

    /// `d463` and the like have numbers.
    fn dashboard<'a>(&'a self, _org_id: i64, uid: &'a str) -> BoxFuture<'a, Result<FoundDashboard, run::Error>> {
        let id = uid.strip_prefix('d').and_then(|digits| digits.parse().ok()).unwrap_or(0);
        Box::pin(async move { FakeRenderer::check(uid).map(|()| FoundDashboard { id, uid: uid.into(), title: format!("Title of {uid}") }) })
    }

    /// All below 1000 are there.
    fn dashboard_of_id(&self, org_id: i64, id: i64) -> BoxFuture<'_, Result<FoundDashboard, run::Error>> {
        Box::pin(async move {
            match id {
                1..1000 => self.dashboard(org_id, &format!("d{id}")).await,
                _ => Err(run::Error::NotFound(format!("dashboard with the id {id} not found"))),
            }
        })
    }

    fn check(&self, request: CheckRequest) -> BoxFuture<'_, Vec<CheckedDashboard>> {
        let checked = |wanted: &DashboardRequest| match FakeRenderer::check(&wanted.uid) {
            Err(error) => CheckedDashboard::unread(wanted, &error),
            Ok(()) => CheckedDashboard {
                uid: wanted.uid.clone(),
                title: format!("Title of {}", wanted.uid),
                panels: vec![CheckedPanel {
                    id: 1,
                    title: "Clock".into(),
                    kind: "acme-clock-panel".into(),
                    verdict: Verdict::NeedsPicture,
                    reasons: vec!["why".into()],
                }],
                variables: vec![CheckedVariable { name: "v".into(), problem: VariableProblem::Stale, values: vec!["x".into()] }],
                sources: match request.with_data {
                    true => vec![AskedSource { uid: "p".into(), n_queries: 2, errors: vec!["down".into()], ..AskedSource::default() }],
                    false => Vec::new(),
                },
                pages: 2,
                ..CheckedDashboard::default()
            },
        };
        let list = request.render.dashboards.iter().map(checked).collect();
        Box::pin(async move { list })
    }
}

/// Keeps what was sent; addresses starting with "no" are refused.
#[derive(Default)]
pub struct FakeMailer {
    pub sent: Mutex<Vec<OutgoingReport>>,
    pub errors: Mutex<VecDeque<MailError>>,
}

impl Mailer for FakeMailer {
    fn send(&self, report: OutgoingReport) -> BoxFuture<'_, Result<Delivery, MailError>> {
        Box::pin(async move {
            if let Some(error) = self.errors.lock().unwrap().pop_front() {
                return Err(error);
            }
            let result = |address: &String| {
                let accepted = !address.starts_with("no");
                let reply = if accepted { "250 ok" } else { "550 unknown" }.into();
                RecipientResult { address: address.clone(), accepted, reply }
            };
            let recipients: Vec<_> = report.recipients.iter().map(result).collect();
            if recipients.iter().all(|r| !r.accepted) {
                return Err(MailError { message: "no recipient was accepted".into(), is_transient: false });
            }
            self.sent.lock().unwrap().push(report);
            Ok(Delivery { recipients, warnings: Vec::new() })
        })
    }
}

/// The web of the tests is empty.
pub struct NoLogos;

impl LogoSource for NoLogos {
    fn fetch<'a>(&'a self, _org_id: i64, _url: &'a str) -> BoxFuture<'a, Result<Picture, String>> {
        Box::pin(std::future::ready(Err("was not fetched: the server answered 404".into())))
    }
}

/// An engine with all of them at hand.
pub struct Bench {
    pub clock: Arc<FakeClock>,
    pub renderer: Arc<FakeRenderer>,
    pub mailer: Arc<FakeMailer>,
    pub engine: Arc<Engine>,
}

pub const NOW: &str = "2026-11-20T08:00:00Z";

pub fn bench() -> Bench {
    bench_on(Store::in_memory().unwrap(), "a")
}

pub fn bench_on(store: Store, owner: &str) -> Bench {
    bench_with(store, owner, Archive::none())
}

pub fn bench_with(store: Store, owner: &str, archive: Archive) -> Bench {
    let clock = Arc::new(FakeClock(Mutex::new(NOW.parse().unwrap())));
    let renderer = Arc::new(FakeRenderer::default());
    let mailer = Arc::new(FakeMailer::default());
    let engine = Engine::new(EngineParts {
        store,
        renderer: renderer.clone(),
        mailer: mailer.clone(),
        clock: clock.clone(),
        archive,
        logos: Arc::new(NoLogos),
        limits: Limits::default(),
        owner: owner.into(),
    });
    Bench { clock, renderer, mailer, engine: Arc::new(engine) }
}
