//! One run of one report: render → compose → deliver → record.

use std::{
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use jiff::Timestamp;
use report::{CsvDelimiter, CsvEncoding, Format, Report, ReportDashboard, ReportOptions, ReportSettings, split_recipients};
use tokio::{
    sync::{Notify, Semaphore},
    task::JoinSet,
};

use super::{
    Clock, RunMetrics,
    live::{LiveRun, LiveRuns},
    logo::{LogoSource, Logos},
    record,
};
use crate::{
    archive::Archive,
    audit::{Entry, Outcome},
    config::Limits,
    mail::{Delivery, LogoImage, MailError, Mailer, OutgoingReport, is_domain_allowed},
    run::{
        self, CheckRequest, CheckedDashboard, DashboardRequest, Dialect, Encoding, Formats, Layout, Orientation, Progress, RenderRequest,
        Rendered, RenderedFile, Renderer, Stage,
    },
    store::{self, Cancelled, NewRun, Run, RunOutcome, RunRecord, Started, Store, Trigger},
    telemetry::panic_text,
};

/// Width of the browser window whose arrangement the pages follow, in CSS px.
const SCREEN_WIDTH_PX: f64 = 1600.0;

/// How often a scheduled run is begun when Grafana or the mail server fail for the moment.
const MAX_ATTEMPTS: i64 = 4;

/// Pauses before the second, third and fourth attempt.
const BACKOFF_MS: [i64; 3] = [60_000, 5 * 60_000, 15 * 60_000];

/// A run by hand is given up by others after this, should this process die; while it lives it renews.
const LEASE_MS: i64 = 2 * 60_000;

/// The same where an organisation must be connected again, which takes a person. Connecting it ends the pause.
const RECONNECT_MS: [i64; 3] = [60_000, 3_600_000, 12 * 3_600_000];

/// What an [`Engine`] is made of.
pub struct EngineParts {
    pub store: Store,
    pub renderer: Arc<dyn Renderer>,
    pub mailer: Arc<dyn Mailer>,
    pub clock: Arc<dyn Clock>,
    pub archive: Archive,
    pub logos: Arc<dyn LogoSource>,
    pub limits: Limits,
    /// Names this process in leases; no two running processes may share it.
    pub owner: String,
}

/// Executes runs; shared by scheduler and API.
pub struct Engine {
    pub store: Store,
    pub renderer: Arc<dyn Renderer>,
    pub clock: Arc<dyn Clock>,
    pub owner: String,
    pub metrics: RunMetrics,
    /// Runs under way.
    pub live: LiveRuns,
    /// The files of runs.
    pub archive: Arc<Archive>,
    mailer: Arc<dyn Mailer>,
    logos: Logos,
    limits: Limits,
    renders: Semaphore,
    /// Runs by hand nobody waits for.
    background: Mutex<JoinSet<()>>,
    /// Told when something may have become due earlier than the loop expects.
    pub(super) wake: Notify,
}

/// One run to execute; its row is already `running` and ours.
#[derive(Clone, Debug)]
pub struct Job {
    pub run_id: i64,
    pub trigger: Trigger,
    /// Which attempt this is, from 1.
    pub attempt: i64,
    pub report: Report,
    /// Who gets it; may differ from the report's own list.
    pub recipients: Vec<String>,
    /// "now" of the report's time ranges.
    pub now: Timestamp,
    /// Who asked for a run by hand, for the audit log.
    pub requested_by: Option<Requester>,
}

/// Whoever asked for a run by hand.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Requester {
    pub login: String,
    pub user_id: Option<i64>,
}

impl Job {
    /// A scheduled run. Its "now" is the due time: a report made late shows what it would have shown on time.
    pub fn scheduled(run: &Run, report: Report, now: Timestamp) -> Job {
        let due = run.occurrence_ms.and_then(|ms| Timestamp::from_millisecond(ms).ok());
        let recipients = split_recipients(&report.recipients);
        let now = due.unwrap_or(now);
        Job { run_id: run.id, trigger: run.trigger, attempt: run.attempts, report, recipients, now, requested_by: None }
    }
}

/// A run that was delivered, to at least one recipient.
#[derive(Clone, Debug)]
pub struct Sent {
    pub delivery: Delivery,
    pub outcome: RunOutcome,
}

/// Why nothing was sent.
#[derive(Debug, thiserror::Error)]
pub enum Failure {
    #[error(transparent)]
    Render(#[from] run::Error),
    #[error("rendering took longer than {0} seconds (rendering_timeout)")]
    Timeout(u64),
    #[error(transparent)]
    Mail(#[from] MailError),
    #[error("{}", .0.chain())]
    Store(#[from] store::Error),
    /// Another process took the run over: it sends.
    #[error("the run was taken over by another process")]
    Lost,
    /// Someone stopped it; the ledger says who.
    #[error("the run was cancelled")]
    Cancelled,
    #[error("internal error: {0}")]
    Panic(String),
}

impl Failure {
    /// Trying again later may help, and nothing was sent.
    pub fn is_transient(&self) -> bool {
        match self {
            Failure::Render(error) => error.is_transient(),
            Failure::Mail(error) => error.is_transient,
            Failure::Timeout(_) => true,
            Failure::Store(_) | Failure::Lost | Failure::Cancelled | Failure::Panic(_) => false,
        }
    }
}

impl Failure {
    /// Somebody must connect the organisation.
    fn needs_connection(&self) -> bool {
        matches!(self, Failure::Render(run::Error::NotConnected(_)))
    }
}

impl Engine {
    pub fn new(parts: EngineParts) -> Engine {
        let renders = Semaphore::new(parts.limits.concurrent_render_limit.max(1));
        let EngineParts { store, renderer, mailer, clock, archive, logos, limits, owner } = parts;
        Engine {
            logos: Logos { store: store.clone(), source: logos },
            store,
            renderer,
            clock,
            owner,
            metrics: RunMetrics::default(),
            live: LiveRuns::default(),
            archive: Arc::new(archive),
            mailer,
            limits,
            renders,
            background: Mutex::default(),
            wake: Notify::new(),
        }
    }

    /// A name for this process that no other has.
    pub fn new_owner() -> Result<String, store::Error> {
        let mut bytes = [0; 8];
        getrandom::fill(&mut bytes).map_err(|error| store::Error::Random(error.to_string()))?;
        Ok(format!("{}-{:016x}", std::process::id(), u64::from_le_bytes(bytes)))
    }

    pub fn limits(&self) -> &Limits {
        &self.limits
    }

    /// How many runs may be under way at the same time.
    pub fn n_parallel(&self) -> usize {
        self.limits.concurrent_render_limit.max(1)
    }

    /// How long finished runs are kept.
    pub fn retention_ms(&self) -> i64 {
        i64::try_from(self.limits.retention.as_millis()).unwrap_or(i64::MAX)
    }

    /// Lets the scheduler look again now.
    pub fn wake(&self) {
        self.wake.notify_one();
    }

    /// Records a run by hand as begun. One with a key that was seen before is the run of then, and not to be executed again.
    pub async fn begin(&self, new: NewRun) -> Result<Started, store::Error> {
        let now_ms = self.clock.now().as_millisecond();
        self.store.start_run(new, &self.owner, now_ms, now_ms + LEASE_MS).await
    }

    /// Executes a run that nobody waits for.
    pub fn start(self: &Arc<Self>, job: Job) {
        let engine = self.clone();
        let mut background = self.lock_background();
        while background.try_join_next().is_some() {}
        background.spawn(async move {
            // The result is in the ledger and in the log.
            let _ = engine.execute(job).await;
        });
    }

    /// The runs that [`Engine::start`] began and that are not over.
    pub(super) fn take_background(&self) -> JoinSet<()> {
        std::mem::take(&mut *self.lock_background())
    }

    fn lock_background(&self) -> std::sync::MutexGuard<'_, JoinSet<()>> {
        self.background.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Stops a run before its mail is handed over. The ledger decides whether that is still so; the task only stops sooner for it.
    pub async fn cancel(&self, org_id: i64, run_id: i64, why: &str) -> Result<Cancelled, store::Error> {
        let outcome = self.store.cancel_run(org_id, run_id, why, self.clock.now().as_millisecond()).await?;
        if outcome == Cancelled::Yes {
            self.live.cancel(run_id);
        }
        Ok(outcome)
    }

    /// Executes one run to its recorded end. Runs in a task of its own: neither a panic nor a caller who leaves can keep it
    /// from being recorded.
    pub async fn execute(self: &Arc<Self>, job: Job) -> Result<Sent, Failure> {
        let engine = self.clone();
        let task = tokio::spawn(async move {
            let started = engine.clock.now();
            let live = engine.live.begin(job.run_id, started);
            let (inner, attempted) = (engine.clone(), job.clone());
            let result = match tokio::spawn(async move { inner.attempt(&attempted, &live).await }).await {
                Ok(result) => result,
                Err(error) => Err(Failure::Panic(
                    error.try_into_panic().map_or_else(|_| "stopped".into(), |payload| panic_text(&*payload).to_owned()),
                )),
            };
            let result = engine.record(&job, started, result).await;
            engine.live.end(job.run_id);
            result
        });
        task.await.unwrap_or_else(|error| Err(Failure::Panic(error.to_string())))
    }

    async fn attempt(&self, job: &Job, live: &LiveRun) -> Result<Sent, Failure> {
        if job.trigger == Trigger::Schedule {
            self.renderer.may_run(job.report.org_id).await?;
        }
        let (mail, rendered, notes) = tokio::select! {
            made = self.make(job, live) => made?,
            () = live.cancelled() => return Err(Failure::Cancelled),
        };
        let mut record = self.keep(job, rendered, live).await;
        notes.iter().for_each(|note| record::add_warning(&mut record, note));
        // On disk before the first byte goes out: see store/runs.rs.
        if !self.store.mark_sending(job.run_id, &self.owner, record.clone()).await? {
            return Err(Failure::Lost);
        }
        live.enter(Stage::Send, self.clock.now());
        let delivery = self.mailer.send(mail).await?;
        record::add_delivery(&mut record, &delivery);
        record.timings = record::timings(&live.timings(self.clock.now()));
        let outcome = RunOutcome { is_sent: true, error: String::new(), record: Some(record), recipients: record::recipients(&delivery) };
        Ok(Sent { delivery, outcome })
    }

    /// Everything up to the mail that only has to be handed over, and what is wrong with the organisation's logos.
    async fn make(&self, job: &Job, live: &LiveRun) -> Result<(OutgoingReport, Rendered, Vec<String>), Failure> {
        let org_id = job.report.org_id;
        let settings = self.store.settings(org_id).await?;
        let (of_pages, of_mails) =
            tokio::try_join!(self.logos.of_pages(org_id, &settings.branding), self.logos.of_mails(org_id, &settings.branding))?;
        let request = self.request_with(&job.report, &settings, job.now, of_pages.image);
        let rendered = self.render(request, &|progress| live.tell(progress, self.clock.now())).await?;
        let mail = compose(job, &settings, &rendered, of_mails.image);
        Ok((mail, rendered, of_pages.problem.into_iter().chain(of_mails.problem).collect()))
    }

    /// Keeps the files for download. That they cannot be kept is a warning on the run and keeps no mail from going out.
    async fn keep(&self, job: &Job, rendered: Rendered, live: &LiveRun) -> RunRecord {
        let mut record = record::of(&rendered);
        record.timings = record::timings(&live.timings(self.clock.now()));
        let files: Vec<RenderedFile> = rendered.files.into_iter().chain(rendered.images).collect();
        let (archive, run_id) = (self.archive.clone(), job.run_id);
        let kept = tokio::task::spawn_blocking(move || archive.save(run_id, &files)).await;
        let problem = match kept {
            Ok(Ok(())) => return record,
            Ok(Err(error)) => error.to_string(),
            Err(error) => error.to_string(),
        };
        tracing::warn!(run_id, error = problem, "the files of the run were not kept");
        record::add_warning(&mut record, &format!("the files were not kept for download: {problem}"));
        record
    }

    /// Removes the kept files of runs.
    pub async fn remove_files(&self, runs: Vec<i64>) {
        let archive = self.archive.clone();
        if tokio::task::spawn_blocking(move || archive.remove(&runs)).await.is_err() {
            tracing::error!("removing files of runs broke off");
        }
    }

    /// Renders within the limits of time and of renders at once.
    pub async fn render(&self, request: RenderRequest, progress: &(dyn Fn(Progress) + Send + Sync)) -> Result<Rendered, Failure> {
        let _permit = self.renders.acquire().await.map_err(|_| Failure::Panic("the renderer was closed".into()))?;
        let limit: Duration = self.limits.rendering_timeout;
        match tokio::time::timeout(limit, self.renderer.render(request, progress)).await {
            Ok(rendered) => Ok(rendered?),
            Err(_) => Err(Failure::Timeout(limit.as_secs())),
        }
    }

    /// A dry run within the same limits.
    pub async fn check(&self, request: CheckRequest) -> Result<Vec<CheckedDashboard>, Failure> {
        let _permit = self.renders.acquire().await.map_err(|_| Failure::Panic("the renderer was closed".into()))?;
        let limit: Duration = self.limits.rendering_timeout;
        tokio::time::timeout(limit, self.renderer.check(request)).await.map_err(|_| Failure::Timeout(limit.as_secs()))
    }

    /// The addresses that `allowed_domains` keeps mail from.
    pub fn refused_by_domain(&self, addresses: &[String]) -> Vec<String> {
        let domain = |address: &str| address.rsplit_once('@').map(|(_, domain)| domain.to_owned()).unwrap_or_default();
        addresses.iter().filter(|address| !is_domain_allowed(&self.limits.allowed_domains, &domain(address))).cloned().collect()
    }

    /// What to render for a report.
    pub async fn render_request(&self, report: &Report, settings: &ReportSettings, now: Timestamp) -> Result<RenderRequest, store::Error> {
        let logo = self.logos.of_pages(report.org_id, &settings.branding).await?;
        if let Some(problem) = &logo.problem {
            tracing::warn!(org_id = report.org_id, problem, "rendering without logo");
        }
        Ok(self.request_with(report, settings, now, logo.image))
    }

    fn request_with(&self, report: &Report, settings: &ReportSettings, now: Timestamp, logo: Option<LogoImage>) -> RenderRequest {
        let formats = report.effective_formats();
        let has = |format: Format| formats.contains(&format);
        RenderRequest {
            org_id: report.org_id,
            name: report.name.clone(),
            dashboards: report.dashboards.iter().map(|dashboard| dashboard_request(report, dashboard)).collect(),
            layout: if report.options.layout == "simple" { Layout::Simple } else { Layout::Grid },
            orientation: if report.options.orientation == "portrait" { Orientation::Portrait } else { Orientation::Landscape },
            theme: settings.pdf_theme.clone(),
            image_theme: settings.embedded_image_theme.clone(),
            formats: Formats { pdf: has(Format::Pdf), csv: has(Format::Csv), image: has(Format::Image) },
            csv: dialect(&report.options),
            include_tables: false,
            combine_one_file: report.options.pdf_combine_one_file,
            show_template_variables: report.options.pdf_show_template_variables,
            scale_factor: report.scale_factor,
            time_zone: None,
            screen_width_px: SCREEN_WIDTH_PX,
            expand_collapsed_rows: true,
            logo: logo.map(|logo| logo.bytes),
            now_ms: now.as_millisecond() as f64,
        }
    }

    /// Writes the end of an attempt into the ledger, or puts the run back to be tried again.
    async fn record(&self, job: &Job, started: Timestamp, result: Result<Sent, Failure>) -> Result<Sent, Failure> {
        let now_ms = self.clock.now().as_millisecond();
        let elapsed_ms = now_ms - started.as_millisecond();
        let count = |outcome| self.metrics.record(job.trigger, outcome, elapsed_ms as f64 / 1000.0);
        let (run_id, report_id, owner) = (job.run_id, job.report.id, self.owner.as_str());
        self.audit(job, &result, now_ms);
        let recorded = match &result {
            Ok(sent) => {
                tracing::info!(run_id, report_id, attempt = job.attempt, elapsed_ms, "report sent");
                count("sent");
                self.store.finish_run(run_id, owner, sent.outcome.clone(), now_ms).await
            }
            // The row belongs to whoever took it over, or is settled.
            Err(Failure::Lost | Failure::Cancelled) => Ok(true),
            Err(Failure::Render(run::Error::Disabled(reason))) if job.trigger == Trigger::Schedule => {
                tracing::info!(run_id, report_id, reason, "report left out");
                count("skipped");
                self.store.skip_run(run_id, owner, reason, now_ms).await
            }
            Err(failure) => match self.retry_at(job, failure, now_ms) {
                Some(retry_ms) => {
                    tracing::warn!(run_id, report_id, attempt = job.attempt, error = %failure, "report not sent, will be tried again");
                    count("retried");
                    match failure.needs_connection() {
                        true => self.store.wait_for_connection(run_id, owner, &failure.to_string(), retry_ms).await,
                        false => self.store.retry_run(run_id, owner, &failure.to_string(), retry_ms).await,
                    }
                }
                None => {
                    tracing::error!(run_id, report_id, attempt = job.attempt, error = %failure, "report not sent");
                    count("failed");
                    let outcome = RunOutcome { error: failure.to_string(), ..RunOutcome::default() };
                    self.store.finish_run(run_id, owner, outcome, now_ms).await
                }
            },
        };
        match recorded {
            Ok(true) => {}
            Ok(false) => tracing::error!(run_id, report_id, "the run was no longer ours when it ended"),
            Err(error) => tracing::error!(run_id, report_id, error = %error.chain(), "the end of the run could not be recorded"),
        }
        result
    }

    fn audit(&self, job: &Job, result: &Result<Sent, Failure>, now_ms: i64) {
        let outcome = match result {
            Ok(_) => Outcome::Success,
            // Whoever took it over writes its line.
            Err(Failure::Lost) => return,
            Err(Failure::Cancelled) => Outcome::Cancelled,
            Err(failure) if self.retry_at(job, failure, now_ms).is_some() => Outcome::Retried,
            Err(_) => Outcome::Failure,
        };
        let by = job.requested_by.clone().unwrap_or_default();
        let entry = Entry {
            org_id: Some(job.report.org_id),
            login: &by.login,
            user_id: by.user_id,
            report_id: Some(job.report.id).filter(|id| *id > 0),
            report_uid: Some(&job.report.uid),
            run_id: Some(job.run_id),
            trigger: Some(job.trigger.as_str()),
            ..Entry::new("report.send", outcome)
        };
        entry.write();
    }

    fn retry_at(&self, job: &Job, failure: &Failure, now_ms: i64) -> Option<i64> {
        let may_retry = job.trigger == Trigger::Schedule && failure.is_transient() && job.attempt < MAX_ATTEMPTS;
        let pauses = if failure.needs_connection() { RECONNECT_MS } else { BACKOFF_MS };
        let pause = pauses.get(usize::try_from(job.attempt - 1).unwrap_or(0)).unwrap_or(&pauses[2]);
        may_retry.then_some(now_ms + pause)
    }
}

fn compose(job: &Job, settings: &ReportSettings, rendered: &Rendered, email_logo: Option<LogoImage>) -> OutgoingReport {
    let report = &job.report;
    OutgoingReport {
        org_id: report.org_id,
        report_name: report.name.clone(),
        subject: report.mail_subject().to_owned(),
        recipients: each_once(&job.recipients),
        reply_to: split_recipients(&report.reply_to),
        message: report.message.clone(),
        dashboards: rendered.dashboards.clone(),
        files: rendered.files.clone(),
        images: rendered.images.clone(),
        branding: settings.branding.clone(),
        email_logo,
        enable_dashboard_url: report.enable_dashboard_url,
        warnings: rendered.warnings.clone(),
    }
}

fn dashboard_request(report: &Report, dashboard: &ReportDashboard) -> DashboardRequest {
    let range = report.time_range(dashboard);
    DashboardRequest {
        uid: dashboard.dashboard.uid.clone(),
        saved: None,
        from: range.from.clone(),
        to: range.to.clone(),
        variables: dashboard.variables(),
    }
}

/// The API's words for what the files are like.
fn dialect(options: &ReportOptions) -> Dialect {
    let encoding = match options.csv_encoding.unwrap_or_default() {
        CsvEncoding::Utf8 => Encoding::Utf8,
        CsvEncoding::Utf8Bom => Encoding::Utf8Bom,
        CsvEncoding::Utf16Le => Encoding::Utf16Le,
        CsvEncoding::Gbk => Encoding::Gbk,
        CsvEncoding::ShiftJis => Encoding::ShiftJis,
        CsvEncoding::Iso88591 => Encoding::Iso88591,
    };
    let delimiter = match options.csv_delimiter {
        CsvDelimiter::Comma => b',',
        CsvDelimiter::Semicolon => b';',
        CsvDelimiter::Tab => b'\t',
        CsvDelimiter::Pipe => b'|',
    };
    Dialect { encoding, delimiter }
}

/// Addresses differ by case in theory only: the same mailbox gets one mail.
fn each_once(addresses: &[String]) -> Vec<String> {
    let mut seen = std::collections::BTreeSet::new();
    addresses.iter().filter(|address| seen.insert(address.to_lowercase())).cloned().collect()
}
