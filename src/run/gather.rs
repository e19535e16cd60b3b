//! Asks Grafana for everything one dashboard needs and settles it into a [`DashboardView`]. The pure core plans each round
//! (variables → repeats → panels); this file performs the requests and hands the answers back.

use std::{collections::BTreeMap, sync::Arc};

use futures_util::{StreamExt, future::BoxFuture, stream};
use grafana::{
    dashboard::{self, Arrangement, Dashboard, Panel, Target},
    field::{self, DisplayContext},
    frame::{Frame, Notice},
    geo::Gazetteers,
    listing::{self, Listing, Lookup},
    query::{self, PanelPlan},
    theme::Theme,
    time::{self, Clock, RawTimeRange, TimeRange, TimeZone},
    transform,
    variable::{self, DefaultFormat, Scope, Variables},
};
use render::{DashboardView, PanelView, Warning, view::Pictures};
use serde_json::Value as Json;

use super::{
    AskedSource, DashboardRequest, Error, Progress, RenderRequest, RenderedPanel, Stage,
    annotations::Annotations,
    asking::{self, AT_ONCE, Asked, RawData},
};
use crate::grafana_api::{Client, FrontendSettings, OrgPreferences, SavedDashboard, encode};

/// A settled dashboard and what was wrong on the way.
pub struct Gathered {
    pub view: DashboardView,
    /// How each panel came about; rows are none.
    pub panels: Vec<RenderedPanel>,
    /// The data sources that were asked, in the order of the panels.
    pub sources: Vec<AskedSource>,
    pub warnings: Vec<Warning>,
}

/// Whether panels are filled.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Questions {
    /// Everything a report shows.
    All,
    /// The dashboard and its variables only: panels stay empty.
    VariablesOnly,
}

/// What is the same for all dashboards of a run.
pub struct Instance {
    pub settings: FrontendSettings,
    pub preferences: OrgPreferences,
}

impl Instance {
    pub async fn read(client: &Client) -> Result<Instance, Error> {
        if client.is_none() {
            return Ok(Instance { settings: FrontendSettings::without_grafana(), preferences: OrgPreferences::default() });
        }
        let (settings, preferences) = tokio::try_join!(client.frontend_settings(), client.preferences())?;
        Ok(Instance { settings, preferences })
    }
}

/// Reads a dashboard and all its data.
pub async fn dashboard(
    client: &Client,
    instance: &Instance,
    request: &RenderRequest,
    wanted: &DashboardRequest,
    questions: Questions,
    progress: &(dyn Fn(Progress) + Send + Sync),
) -> Result<Gathered, Error> {
    progress(Progress { stage: Stage::Gather, step: "reading the dashboard", done: 0, total: 0 });
    let answer = match &wanted.saved {
        Some(saved) => Arc::clone(saved),
        None => Arc::new(client.dashboard(&wanted.uid, &instance.settings.namespace).await?),
    };
    let mut dashboard = parse(&answer.saved, &wanted.uid)?;
    let mut warnings = Warnings { uid: wanted.uid.clone(), list: Vec::new() };
    insert_library_panels(client, &answer.saved, &mut dashboard, &mut warnings).await;
    if questions == Questions::VariablesOnly {
        dashboard.annotations.clear();
    }

    let clock = clock(request, &dashboard, instance)?;
    let range = range(&dashboard, wanted, &clock)?;
    let base = globals(instance, request, &dashboard, &range, &clock);
    let (variables, complaints) =
        super::variables::settle(client, &dashboard, &wanted.variables, &instance.settings.datasources, &base).await;
    complaints.into_iter().for_each(|message| warnings.add(message));
    let arrange = |has_data: &HasData| {
        let expand_collapsed = request.expand_collapsed_rows;
        let wanted = Arrangement { expand_collapsed, screen_width_px: request.screen_width_px, has_data };
        dashboard::arrange(&dashboard, &variables, &wanted)
    };
    let mut panels = arrange(&|_| None);

    let sources = &instance.settings.datasources;
    let plan = |panel: &Panel| {
        let (_, _, width, _) = dashboard::pixel_rect(panel.grid_pos, request.screen_width_px);
        query::plan_panel(panel, width, &range, &clock, &variables, sources)
    };
    let mut plans: Vec<PanelPlan> = panels.iter().map(plan).collect();
    if questions == Questions::VariablesOnly {
        plans.iter_mut().for_each(|plan| (plan.requests, plan.lookups) = (Vec::new(), Vec::new()));
    }
    // What Grafana draws it also asks for; only its data may be wanted elsewhere.
    let is_reused = |id: i64| plans.iter().any(|plan| plan.reuse.is_some_and(|(source, _)| source == id));
    let unread: Vec<bool> =
        (panels.iter()).map(|panel| super::pictures::needs_picture(panel) && dashboard.layout.is_none() && !is_reused(panel.id)).collect();
    for (plan, _) in plans.iter_mut().zip(unread).filter(|(_, unread)| *unread) {
        (plan.requests, plan.lookups, plan.warnings, plan.error) = (Vec::new(), Vec::new(), Vec::new(), None);
    }
    if client.is_none() {
        only_own_data(&panels, &plans)?;
    }
    let n_panels = panels.iter().filter(|panel| panel.plugin_id != "row").count();
    panels.iter_mut().for_each(forget_data);
    let Asked { raw, spans, sources: asked_sources } = asking::ask(client, &dashboard.uid, &mut plans, sources, n_panels, progress).await;
    let looked_up = look_up(client, &plans).await;
    let annotations = Annotations::read(client, &dashboard, &clock, &variables, sources).await;
    annotations.warnings.iter().for_each(|message| warnings.add(message.as_str()));

    let mut settled = Settle {
        variables: &variables,
        clock: &clock,
        panels: &panels,
        plans: &plans,
        raw,
        gazetteers: gazetteers_of(&looked_up),
        looked_up,
        app_url: app_url(instance, client),
        warnings: &mut warnings,
    };
    let mut views: Vec<PanelView> = (0..panels.len()).map(|index| settled.panel(index, &annotations)).collect();
    let came_about = views.iter().zip(&spans).filter(|(view, _)| view.panel.plugin_id != "row");
    let rendered = came_about.map(|(view, span)| RenderedPanel {
        dashboard_uid: dashboard.uid.clone(),
        id: view.panel.id,
        title: view.panel.title.clone(),
        kind: view.panel.plugin_id.clone(),
        query_ms: span.map(|(from, to)| u64::try_from(to.duration_since(from).as_millis()).unwrap_or(u64::MAX)),
        errors: view.errors.clone(),
    });
    let mut rendered: Vec<RenderedPanel> = rendered.collect();
    // Nothing is known of data that was not asked for.
    if dashboard.layout.is_some() && questions == Questions::All {
        views = hide_by_data(views, &arrange);
        let shown = |id: i64| views.iter().any(|view| view.panel.id == id);
        warnings.list.retain(|warning| warning.panel_id.is_none_or(shown));
        rendered.retain(|panel| shown(panel.id));
    }
    let app_url = app_url(instance, client);
    let url = || format!("{}?{}", grafana::link::join(&app_url, &answer.url_path), link_query(&range, &variables));
    let url = (!client.is_none()).then(url);
    let view = DashboardView {
        uid: dashboard.uid.clone(),
        title: variable::interpolate(&dashboard.title, &variables, &Scope::default(), DefaultFormat::Text),
        url,
        app_url,
        range,
        zone: clock.zone,
        now_ms: clock.now_ms,
        variables,
        panels: views,
    };
    Ok(Gathered { view, panels: rendered, sources: asked_sources, warnings: warnings.list })
}

/// Takes the data a panel keeps out of its saved form, where it lies twice and is not looked at again: the plan has it as frames.
fn forget_data(panel: &mut Panel) {
    for target in &mut panel.targets {
        target.model.shift_remove("snapshot");
    }
    let saved = panel.raw.get_mut("targets").and_then(Json::as_array_mut);
    for target in saved.into_iter().flatten().filter_map(Json::as_object_mut) {
        target.shift_remove("snapshot");
    }
}

/// Fails where a dashboard without a Grafana asks for data that it does not bring along, and says which queries those are.
fn only_own_data(panels: &[Panel], plans: &[PanelPlan]) -> Result<(), Error> {
    let asks = |(panel, plan): (&Panel, &PanelPlan)| {
        if plan.requests.is_empty() && plan.error.is_none() {
            return None;
        }
        let is_own = |target: &&Target| target.model.get("queryType").and_then(Json::as_str) == Some("snapshot");
        let named = |target: &Target| {
            let source = target.datasource.as_ref().or(panel.datasource.as_ref());
            let source = source.and_then(|source| source.kind.as_deref().or(source.uid.as_deref())).unwrap_or("the default one");
            format!("targets[{}].datasource is {source}", target.ref_id)
        };
        let targets: Vec<String> = panel.targets.iter().filter(|target| !target.hide && !is_own(target)).map(named).collect();
        Some(format!("panel {} {:?}: {}", panel.id, panel.title, targets.join(", ")))
    };
    let missing: Vec<String> = panels.iter().zip(plans).filter_map(asks).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let more = match missing.len().saturating_sub(MOST_NAMED) {
        0 => String::new(),
        more => format!("\n  and {more} more panels"),
    };
    let named = missing[..missing.len().min(MOST_NAMED)].join("\n  ");
    Err(Error::Invalid(format!("these queries need a Grafana, and none is given (--grafana-url):\n  {named}{more}")))
}

/// Panels that one message names.
const MOST_NAMED: usize = 10;

/// Whether a panel's queries gave rows; `None` while that is not known.
type HasData<'a> = dyn Fn(&Panel) -> Option<bool> + 'a;

/// Lays the dashboard out again now that it is known which panels have data: rules of schema v2 may hide by that.
fn hide_by_data(views: Vec<PanelView>, arrange: &dyn Fn(&HasData) -> Vec<Panel>) -> Vec<PanelView> {
    let mut known: BTreeMap<String, PanelView> = views.into_iter().map(|view| (view.panel.path_id(), view)).collect();
    let has_data = |panel: &Panel| Some(known.get(&panel.path_id())?.frames.iter().any(|frame| !frame.is_empty()));
    let shown = arrange(&has_data);
    let placed = |panel: Panel| {
        let mut view = known.remove(&panel.path_id())?;
        view.panel.grid_pos = panel.grid_pos;
        Some(view)
    };
    shown.into_iter().filter_map(placed).collect()
}

struct Warnings {
    uid: String,
    list: Vec<Warning>,
}

impl Warnings {
    fn add(&mut self, message: impl Into<String>) {
        self.list.push(Warning { dashboard_uid: self.uid.clone(), panel_id: None, panel_title: String::new(), message: message.into() });
    }

    fn of_panel(&mut self, panel: &Panel, title: &str, message: impl Into<String>) {
        let warning =
            Warning { dashboard_uid: self.uid.clone(), panel_id: Some(panel.id), panel_title: title.to_owned(), message: message.into() };
        self.list.push(warning);
    }
}

pub fn parse(saved: &SavedDashboard, uid: &str) -> Result<Dashboard, Error> {
    let parsed = match saved {
        SavedDashboard::Classic(json) => dashboard::from_classic(json),
        SavedDashboard::V2(json) => dashboard::from_v2(json),
    };
    let mut dashboard = parsed.map_err(|e| Error::Grafana(format!("dashboard {uid} cannot be read: {e}")))?;
    dashboard.uid = uid.to_owned();
    Ok(dashboard)
}

/// Puts library panels in their places: those an export brings along (`__elements`), else Grafana's.
async fn insert_library_panels(client: &Client, saved: &SavedDashboard, dashboard: &mut Dashboard, warnings: &mut Warnings) {
    let (SavedDashboard::Classic(saved) | SavedDashboard::V2(saved)) = saved;
    let brought_along = |uid: &str| saved.get("__elements")?.get(uid)?.get("model").cloned();
    let mut models: BTreeMap<String, Result<Json, String>> = BTreeMap::new();
    let all = |panels: &Vec<Panel>| -> Vec<String> {
        let nested = panels.iter().flat_map(|p| std::iter::once(p).chain(&p.panels));
        nested.filter_map(|p| p.library_panel_uid.clone()).collect()
    };
    let uids: std::collections::BTreeSet<String> = all(&dashboard.panels).into_iter().collect();
    for uid in uids {
        let model = match brought_along(&uid) {
            Some(model) => Ok(model),
            None => client.library_panel(&uid).await.map_err(|e| e.to_string()),
        };
        models.insert(uid, model);
    }
    let mut insert = |panel: &mut Panel| match panel.library_panel_uid.as_ref().and_then(|uid| models.get(uid)) {
        Some(Ok(model)) => dashboard::insert_library_panel(panel, model),
        Some(Err(message)) => warnings.of_panel(panel, &panel.title, format!("the library panel cannot be read: {message}")),
        None => {}
    };
    for panel in &mut dashboard.panels {
        insert(panel);
        panel.panels.iter_mut().for_each(&mut insert);
    }
}

/// The zone pages are drawn in: the request's, else the dashboard's, else the organisation's, else UTC. There is no browser
/// whose zone "browser" could mean: it is the next one's turn.
fn clock(request: &RenderRequest, dashboard: &Dashboard, instance: &Instance) -> Result<Clock, Error> {
    let settled = |name: &str| !matches!(name, "" | "browser" | "default");
    let zone = match &request.time_zone {
        Some(name) if settled(name) => TimeZone::named(name)
            .ok_or_else(|| Error::Invalid(format!("there is no time zone {name:?}: expected a name such as Europe/Berlin or UTC")))?,
        _ => [&dashboard.time_zone, &instance.preferences.time_zone, &instance.settings.default_time_zone]
            .into_iter()
            .find(|name| settled(name))
            .and_then(|name| TimeZone::named(name))
            .unwrap_or_else(TimeZone::utc),
    };
    let zone = zone.with_formats(instance.settings.date_formats.clone());
    let week_start = [&dashboard.week_start, &instance.preferences.week_start, &instance.settings.default_week_start]
        .into_iter()
        .find(|name| settled(name));
    let week_start = match week_start.map(|name| name.to_lowercase()).as_deref() {
        Some("monday") => 1,
        Some("saturday") => 6,
        // Grafana's default in English is Sunday.
        _ => 0,
    };
    Ok(Clock { now_ms: request.now_ms, zone, week_start, fiscal_year_start_month: dashboard.fiscal_year_start_month })
}

fn range(dashboard: &Dashboard, wanted: &DashboardRequest, clock: &Clock) -> Result<TimeRange, Error> {
    let or = |given: &str, saved: &str, default: &str| {
        [given, saved, default].into_iter().find(|t| !t.is_empty()).unwrap_or_default().to_owned()
    };
    let raw = RawTimeRange { from: or(&wanted.from, &dashboard.time.from, "now-6h"), to: or(&wanted.to, &dashboard.time.to, "now") };
    let range = time::settle(&raw, clock).ok_or_else(|| {
        Error::Invalid(format!(
            "the time range {:?} to {:?} is not understood: expected now-6h, an ISO date or milliseconds",
            raw.from, raw.to
        ))
    })?;
    if range.from_ms > range.to_ms {
        return Err(Error::Invalid(format!("the time range begins ({}) after it ends ({})", raw.from, raw.to)));
    }
    Ok(range)
}

/// What `$__from`, `$__dashboard`, `$__org` and their kin stand for.
fn globals(instance: &Instance, request: &RenderRequest, dashboard: &Dashboard, range: &TimeRange, clock: &Clock) -> Variables {
    Variables {
        range: range.clone(),
        zone_name: clock.zone.name.clone(),
        dashboard_uid: dashboard.uid.clone(),
        dashboard_title: dashboard.title.clone(),
        org_id: if request.org_id > 0 { request.org_id } else { instance.preferences.org_id },
        org_name: instance.preferences.org_name.clone(),
        user_id: instance.preferences.user_id,
        user_login: instance.preferences.user_login.clone(),
        user_email: instance.preferences.user_email.clone(),
        ..Variables::default()
    }
}

/// What lists read besides queries: panel index → key → answer.
type LookedUp = Vec<BTreeMap<String, Result<Json, String>>>;

/// One of them: panel index, key, answer.
type LookUp = (usize, String, Result<Json, String>);

async fn look_up(client: &Client, plans: &[PanelPlan]) -> LookedUp {
    let mut found: LookedUp = plans.iter().map(|_| BTreeMap::new()).collect();
    // Boxed for the same reason as in `ask`.
    let mut jobs: Vec<BoxFuture<'_, LookUp>> = Vec::new();
    for (panel, plan) in plans.iter().enumerate() {
        for lookup in &plan.lookups {
            let what = format!("read {} for a list", lookup.key);
            jobs.push(Box::pin(async move {
                (panel, lookup.key.clone(), client.get_json(&lookup.path, &what).await.map_err(|e| e.to_string()))
            }));
        }
    }
    let mut answers = stream::iter(jobs).buffer_unordered(AT_ONCE);
    while let Some((panel, key, answer)) = answers.next().await {
        found[panel].insert(key, answer);
    }
    found
}

/// Panels share them: one may reuse what another transformed.
fn gazetteers_of(looked_up: &LookedUp) -> Gazetteers {
    let answers = looked_up.iter().flatten().filter_map(|(key, answer)| Some((key, answer.as_ref().ok()?)));
    let gazetteers: BTreeMap<String, Json> =
        answers.filter(|(key, _)| Lookup::gazetteer(key).is_some()).map(|(key, json)| (key.clone(), json.clone())).collect();
    listing::gazetteers(&gazetteers)
}

/// Where links of the mail lead: the address people use, not the one we use.
fn app_url(instance: &Instance, client: &Client) -> String {
    let own = instance.settings.app_url.trim_end_matches('/');
    if own.is_empty() { client.url().to_owned() } else { own.to_owned() }
}

/// `from=…&to=…&var-x=…`, as Grafana's own links.
fn link_query(range: &TimeRange, variables: &Variables) -> String {
    let mut parts = vec![format!("from={}", encode(&range.raw.from)), format!("to={}", encode(&range.raw.to))];
    parts.extend(variables.link_values().iter().map(|(name, value)| format!("var-{}={}", encode(name), encode(value))));
    parts.join("&")
}

/// From answers to views, panel by panel.
struct Settle<'a> {
    variables: &'a Variables,
    clock: &'a Clock,
    panels: &'a [Panel],
    plans: &'a [PanelPlan],
    /// Panel index → what its queries gave.
    raw: Vec<RawData>,
    looked_up: LookedUp,
    /// Lists of places that transformations of any panel look places up in.
    gazetteers: Gazetteers,
    app_url: String,
    warnings: &'a mut Warnings,
}

impl Settle<'_> {
    fn panel(&mut self, index: usize, annotations: &Annotations) -> PanelView {
        let mut panel = self.panels[index].clone();
        let plan = &self.plans[index];
        let scope = variable::scope_of(&panel);
        panel.title = variable::interpolate(&panel.title, self.variables, &scope, DefaultFormat::Text);
        for warning in plan.warnings.iter().chain(&plan.error) {
            self.warnings.of_panel(&panel, &panel.title, warning.as_str());
        }
        let raw = self.raw_data(index, 0);
        for error in &raw.errors {
            self.warnings.of_panel(&panel, &panel.title, error.as_str());
        }
        let frames = self.displayed(&panel, raw.frames);
        let (listing, list_errors) = self.listing(&panel, index);
        let notices: Vec<Notice> = frames.iter().flat_map(|f| f.meta.notices.clone()).collect();
        let mut beside = raw.beside;
        self.in_context(&panel, |context| field::apply_field_overrides(&mut beside, &Default::default(), context));
        PanelView {
            frames,
            annotations: annotations.of_panel(panel.id, &beside),
            annotation_frames: beside,
            range: plan.range.clone(),
            time_info: plan.time_info.clone(),
            errors: plan.error.iter().cloned().chain(raw.errors).chain(list_errors).collect(),
            notices,
            listing,
            pictures: Pictures::default(),
            panel,
        }
    }

    /// What a list shows, and what went wrong while reading it.
    fn listing(&mut self, panel: &Panel, index: usize) -> (Listing, Vec<String>) {
        let (mut answers, mut errors) = (BTreeMap::new(), Vec::new());
        for (key, answer) in std::mem::take(&mut self.looked_up[index]) {
            match answer {
                Ok(json) => drop(answers.insert(key, json)),
                Err(error) => {
                    self.warnings.of_panel(panel, &panel.title, error.as_str());
                    if !self.plans[index].lookups.iter().any(|lookup| lookup.is_optional && lookup.key == key) {
                        errors.push(error);
                    }
                }
            }
        }
        (listing::read(panel, self.variables, &answers, &self.app_url), errors)
    }

    /// The frames of a panel's queries, or those of the panel it reuses.
    fn raw_data(&mut self, index: usize, depth: usize) -> RawData {
        let mut data = self.own_data(index);
        if let Some((id, with_transformations)) = self.plans[index].reuse
            && depth < 3
            && let Some(source) = self.panels.iter().position(|p| p.id == id)
            && source != index
        {
            let reused = self.raw_data(source, depth + 1);
            let frames = match with_transformations {
                true => self.transformed(&self.panels[source].clone(), reused.frames),
                false => reused.frames,
            };
            data.frames.extend(frames);
            data.beside.extend(reused.beside);
            data.errors.extend(reused.errors);
        }
        data
    }

    /// What a panel's own queries gave; moved unless another panel shows it too.
    fn own_data(&mut self, index: usize) -> RawData {
        let id = self.panels[index].id;
        let is_shared = self.plans.iter().any(|plan| plan.reuse.is_some_and(|(source, _)| source == id));
        if is_shared { self.raw[index].clone() } else { std::mem::take(&mut self.raw[index]) }
    }

    fn transformed(&mut self, panel: &Panel, frames: Vec<Frame>) -> Vec<Frame> {
        let steps = &panel.transformations;
        let (frames, warnings) = self.in_context(panel, |context| transform::apply_with(frames, steps, &self.gazetteers, context));
        for warning in warnings {
            self.warnings.of_panel(panel, &panel.title, warning);
        }
        frames
    }

    /// Transformed, with field config.
    fn displayed(&mut self, panel: &Panel, frames: Vec<Frame>) -> Vec<Frame> {
        let mut frames = self.transformed(panel, frames);
        self.in_context(panel, |context| field::apply_field_overrides(&mut frames, &panel.field_config, context));
        frames
    }

    /// What `work` gives with the panel's own variables, the run's zone and its now.
    fn in_context<T>(&self, panel: &Panel, work: impl FnOnce(&DisplayContext) -> T) -> T {
        let (theme, scope) = (Theme::light(), variable::scope_of(panel));
        let interpolate = |text: &str| variable::interpolate(text, self.variables, &scope, DefaultFormat::Glob);
        work(&DisplayContext { theme: &theme, zone: &self.clock.zone, now_ms: self.clock.now_ms, interpolate: &interpolate })
    }
}
