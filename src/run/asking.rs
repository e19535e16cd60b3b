//! Asks a dashboard's data queries. Answers become frames as they come in: their JSON takes many times the room.

use std::time::Instant;

use futures_util::{StreamExt, future::BoxFuture, stream};
use grafana::{
    dashboard::Target,
    frame::{self, Frame},
    query::{DataSource, PanelPlan, QueryRequest},
};
use serde_json::Value as Json;

use super::{Progress, Stage};
use crate::grafana_api::Client;

/// Requests of one dashboard under way at once; the client has its own limit on top.
pub const AT_ONCE: usize = 16;

/// When a panel's first query was asked, and its last one answered.
pub type Span = (Instant, Instant);

/// A data source and how it answered.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct AskedSource {
    pub uid: String,
    pub name: String,
    /// Its plugin: "prometheus".
    pub kind: String,
    pub n_queries: usize,
    /// What it said instead of an answer, each once.
    pub errors: Vec<String>,
}

/// Frames before a panel's own transformations, and what its queries complained about.
#[derive(Clone, Debug, Default)]
pub struct RawData {
    pub frames: Vec<Frame>,
    /// What stands beside the data: exemplars, marks, annotations that a query made.
    pub beside: Vec<Frame>,
    pub errors: Vec<String>,
}

impl RawData {
    fn add(&mut self, frames: Vec<Frame>) {
        let (beside, frames): (Vec<Frame>, Vec<Frame>) = frames.into_iter().partition(Frame::is_annotation);
        self.beside.extend(beside);
        self.frames.extend(frames);
    }
}

/// What all of a dashboard's panels asked.
pub struct Asked {
    /// Of each panel; the data it brought along first, then the answers in the order of its requests.
    pub raw: Vec<RawData>,
    pub spans: Vec<Option<Span>>,
    /// In the order of the panels.
    pub sources: Vec<AskedSource>,
}

/// One request's answer.
#[derive(Default)]
struct Answered {
    frames: Vec<Frame>,
    errors: Vec<String>,
    /// Those of them that the data source said.
    told: Vec<String>,
}

/// One answer with its panel's and its request's index, and when it was asked and answered.
type Job = (usize, usize, Answered, Span);

/// Asks everything, and tells per panel from when to when it took. Frames that plans hold are moved out of them.
pub async fn ask(
    client: &Client,
    uid: &str,
    plans: &mut [PanelPlan],
    known: &[DataSource],
    n_panels: usize,
    progress: &(dyn Fn(Progress) + Send + Sync),
) -> Asked {
    let mut raw: Vec<RawData> = plans.iter().map(|_| RawData::default()).collect();
    for (data, plan) in raw.iter_mut().zip(plans.iter_mut()) {
        data.add(std::mem::take(&mut plan.made));
    }
    let plans = &*plans;
    let mut answered: Vec<Vec<Answered>> = plans.iter().map(|plan| plan.requests.iter().map(|_| Answered::default()).collect()).collect();
    let mut spans: Vec<Option<Span>> = vec![None; plans.len()];
    let mut open: Vec<usize> = plans.iter().map(|plan| plan.requests.len()).collect();
    // Boxed, or the compiler cannot see that the future may move between threads (rust-lang/rust#102211).
    let mut jobs: Vec<BoxFuture<'_, Job>> = Vec::new();
    for (panel, plan) in plans.iter().enumerate() {
        for (index, request) in plan.requests.iter().enumerate() {
            jobs.push(Box::pin(async move {
                let from = Instant::now();
                let answer = client.query(request, uid).await.map_err(|e| e.to_string());
                let to = Instant::now();
                (panel, index, read(request, answer), (from, to))
            }));
        }
    }
    // Panels that ask nothing are done.
    let mut done = n_panels.saturating_sub(open.iter().filter(|n| **n > 0).count());
    let told = |done: usize| progress(Progress { stage: Stage::Gather, step: "querying data", done, total: n_panels });
    told(done);
    let mut answers = stream::iter(jobs).buffer_unordered(AT_ONCE);
    while let Some((panel, request, answer, (from, to))) = answers.next().await {
        answered[panel][request] = answer;
        spans[panel] = Some(spans[panel].map_or((from, to), |(first, last)| (first.min(from), last.max(to))));
        open[panel] -= 1;
        if open[panel] == 0 {
            done += 1;
            told(done);
        }
    }
    drop(answers);
    let mut sources: Vec<AskedSource> = Vec::new();
    for ((plan, answered), data) in plans.iter().zip(answered).zip(&mut raw) {
        for (request, answer) in plan.requests.iter().zip(answered) {
            count(&mut sources, known, request, answer.told);
            data.add(answer.frames);
            data.errors.extend(answer.errors);
        }
    }
    Asked { raw, spans, sources }
}

/// From an answer to the frames that panels are drawn from.
fn read(request: &QueryRequest, answer: Result<Json, String>) -> Answered {
    let response = match answer {
        Ok(response) => response,
        Err(message) => return Answered { errors: vec![message.clone()], told: vec![message], ..Answered::default() },
    };
    let mut answered = Answered::default();
    let queries = queries(request);
    let mut frames = Vec::new();
    for query in queries {
        let ref_id = query.get("refId").and_then(Json::as_str).unwrap_or("A");
        let is_hidden = query.get("hide").and_then(Json::as_bool).unwrap_or(false);
        let told = frame::error_from_response(&response, ref_id);
        match frame::frames_from_response(&response, ref_id) {
            Ok(more) if !is_hidden => frames.extend(more),
            Ok(_) => {}
            // What the data source said is told once, below.
            Err(error) if told.is_none() => answered.errors.push(error.to_string()),
            Err(_) => {}
        }
        answered.errors.extend(told.clone());
        answered.told.extend(told);
    }
    // Some data sources finish their answers in the frontend; saved dashboards build on what comes out.
    let kind = request.datasource.kind.as_deref().unwrap_or_default();
    answered.frames = frame::finish_frames(kind, &targets(queries), frames);
    if let Some(compare_ms) = request.compare_ms {
        answered.frames.iter_mut().for_each(|frame| frame.set_compare_ms(compare_ms));
    }
    answered
}

fn count(sources: &mut Vec<AskedSource>, known: &[DataSource], request: &QueryRequest, told: Vec<String>) {
    let uid = request.datasource.uid.clone().unwrap_or_default();
    let index = sources.iter().position(|source| source.uid == uid).unwrap_or_else(|| {
        let name = known.iter().find(|source| source.uid == uid).map(|source| source.name.clone()).unwrap_or_default();
        let kind = request.datasource.kind.clone().unwrap_or_default();
        sources.push(AskedSource { uid, name, kind, ..AskedSource::default() });
        sources.len() - 1
    });
    let source = &mut sources[index];
    source.n_queries += queries(request).len();
    for error in told {
        if !source.errors.contains(&error) {
            source.errors.push(error);
        }
    }
}

fn queries(request: &QueryRequest) -> &[Json] {
    request.body.get("queries").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default()
}

/// The queries of a request, as targets with their variables replaced.
fn targets(queries: &[Json]) -> Vec<Target> {
    let target = |query: &Json| Target {
        ref_id: query.get("refId").and_then(Json::as_str).unwrap_or("A").to_owned(),
        model: query.as_object().cloned().unwrap_or_default(),
        ..Target::default()
    };
    queries.iter().map(target).collect()
}
