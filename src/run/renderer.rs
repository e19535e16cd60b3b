//! The real [`Renderer`]: asks Grafana, draws, writes files.

use std::sync::Arc;

use futures_util::future::BoxFuture;
use scene::Fonts;
use tokio::sync::watch;

use super::{
    Clients, Error, FontShelf, FoundDashboard, Progress, RenderRequest, Rendered, RenderedDashboard, Renderer, Stage,
    check::{self, CheckRequest, CheckedDashboard},
    gather::{self, Instance, Questions},
    named_pictures, output, pictures,
};
use crate::{connection::AppSwitch, grafana_api::Client};
use grafana::time;

/// Renders what Grafana has. How many at once is its callers' affair ([`Engine`](crate::scheduler::Engine) limits them).
pub struct GrafanaRenderer {
    /// `None`: dashboards bring along all there is to draw.
    clients: Option<Arc<Clients>>,
    fonts: Arc<FontShelf>,
    /// Device pixels of pictures for each CSS px.
    image_scale: f64,
    switch: Option<AppSwitch>,
}

impl GrafanaRenderer {
    /// With the embedded fonts and pictures in their natural size.
    pub fn new(clients: Arc<Clients>) -> GrafanaRenderer {
        GrafanaRenderer::with(clients, Fonts::embedded(), 1)
    }

    pub fn with(clients: Arc<Clients>, fonts: Fonts, image_scale_factor: u64) -> GrafanaRenderer {
        GrafanaRenderer::of(Some(clients), fonts, image_scale_factor)
    }

    /// Draws dashboards that bring along their own data ([`DashboardRequest::saved`](super::DashboardRequest)); what they would
    /// ask a Grafana for fails.
    pub fn without_grafana(fonts: Fonts, image_scale_factor: u64) -> GrafanaRenderer {
        GrafanaRenderer::of(None, fonts, image_scale_factor)
    }

    fn of(clients: Option<Arc<Clients>>, fonts: Fonts, image_scale_factor: u64) -> GrafanaRenderer {
        GrafanaRenderer { clients, fonts: Arc::new(FontShelf::new(fonts)), image_scale: image_scale_factor as f64, switch: None }
    }

    /// Asks it before anything is sent on schedule.
    pub fn with_switch(self, switch: AppSwitch) -> GrafanaRenderer {
        GrafanaRenderer { switch: Some(switch), ..self }
    }

    fn client(&self, org_id: i64) -> Result<Client, Error> {
        self.clients.as_ref().map_or_else(|| Ok(Client::none()), |clients| clients.for_org(org_id))
    }

    async fn render_all(&self, mut request: RenderRequest, progress: &(dyn Fn(Progress) + Send + Sync)) -> Result<Rendered, Error> {
        let client = self.client(request.org_id)?;
        let instance = Instance::read(&client).await?;
        for theme in [&mut request.theme, &mut request.image_theme] {
            if theme == "current" {
                *theme = instance.preferences.theme().to_owned();
            }
        }
        let (mut views, mut warnings, mut dashboards, mut panels) = (Vec::new(), Vec::new(), Vec::new(), Vec::new());
        for wanted in &request.dashboards {
            let before = panels.len();
            let onwards = |now: Progress| progress(Progress { done: before + now.done, total: before + now.total, ..now });
            let gathered = gather::dashboard(&client, &instance, &request, wanted, Questions::All, &onwards).await?;
            panels.extend(gathered.panels);
            let mut view = gathered.view;
            dashboards.push(RenderedDashboard {
                uid: view.uid.clone(),
                title: view.title.clone(),
                url: view.url.clone().unwrap_or_default(),
                range_text: time::describe_range(&view.range.raw, &view.zone),
            });
            warnings.extend(gathered.warnings);
            warnings.extend(pictures::take(&client, &instance, &request, &mut view).await);
            warnings.extend(pictures::read_cells(&client, &mut view).await);
            warnings.extend(named_pictures::read(&client, &mut view).await);
            views.push(view);
        }
        if request.name.is_empty() {
            request.name = views.first().map(|view| view.title.clone()).unwrap_or_default();
        }
        let n_panels = panels.len();
        progress(Progress { stage: Stage::Draw, step: "drawing", done: 0, total: n_panels });
        let (fonts, image_scale) = (self.fonts.clone(), self.image_scale);
        let (told, mut heard) = watch::channel((0, 1));
        let drawn = tokio::task::spawn_blocking(move || {
            let mut on_panel = |done, total: usize| {
                told.send_replace((done, total.max(1)));
            };
            output::files(&request, views, &fonts, image_scale, &mut on_panel)
        });
        // Ends with the thread, which drops the other side.
        while heard.changed().await.is_ok() {
            let (done, total) = *heard.borrow_and_update();
            progress(Progress { stage: Stage::Draw, step: "drawing", done: (n_panels * done / total).min(n_panels), total: n_panels });
        }
        let output = drawn.await.map_err(|e| Error::Internal(format!("drawing broke off: {e}")))??;
        progress(Progress { stage: Stage::Draw, step: "drawing", done: n_panels, total: n_panels });
        warnings.extend(output.warnings);
        Ok(Rendered { files: output.files, images: output.images, dashboards, panels, warnings })
    }
}

impl Renderer for GrafanaRenderer {
    fn render<'a>(
        &'a self,
        request: RenderRequest,
        progress: &'a (dyn Fn(Progress) + Send + Sync),
    ) -> BoxFuture<'a, Result<Rendered, Error>> {
        Box::pin(self.render_all(request, progress))
    }

    fn may_run(&self, org_id: i64) -> BoxFuture<'_, Result<(), Error>> {
        Box::pin(async move {
            match &self.switch {
                Some(switch) => switch.check(org_id).await,
                None => Ok(()),
            }
        })
    }

    fn dashboard<'a>(&'a self, org_id: i64, uid: &'a str) -> BoxFuture<'a, Result<FoundDashboard, Error>> {
        Box::pin(async move {
            let client = self.client(org_id)?;
            let namespace = if org_id > 1 { format!("org-{org_id}") } else { "default".to_owned() };
            let answer = client.dashboard(uid, &namespace).await?;
            Ok(FoundDashboard { id: answer.id(), uid: uid.to_owned(), title: gather::parse(&answer.saved, uid)?.title })
        })
    }

    fn dashboard_of_id(&self, org_id: i64, id: i64) -> BoxFuture<'_, Result<FoundDashboard, Error>> {
        Box::pin(async move {
            let found = self.client(org_id)?.dashboard_of_id(id).await?;
            found
                .map(|(uid, title)| FoundDashboard { id, uid, title })
                .ok_or_else(|| Error::NotFound(format!("dashboard with the id {id} not found")))
        })
    }

    fn check(&self, request: CheckRequest) -> BoxFuture<'_, Vec<CheckedDashboard>> {
        Box::pin(async move {
            match self.client(request.render.org_id) {
                Ok(client) => check::all(&client, &self.fonts, &request).await,
                Err(error) => request.render.dashboards.iter().map(|wanted| CheckedDashboard::unread(wanted, &error)).collect(),
            }
        })
    }
}
