//! Pictures that drawing needs and cannot ask for: panels of types that only a browser draws are taken from Grafana's own renderer,
//! where it has one.

use std::{
    collections::{BTreeMap, BTreeSet},
    sync::Arc,
};

use base64::{Engine as _, engine::general_purpose::STANDARD as BASE64};
use futures_util::{StreamExt, future::BoxFuture, stream};
use grafana::{
    dashboard::{self, Panel},
    frame::{Field, Value},
};
use render::{DashboardView, Warning};

use super::{RenderRequest, gather::Instance};
use crate::{
    grafana_api::{Client, PanelPicture, PictureFailure},
    picture::{Kind, inspect},
};

/// Each is a browser at work in the renderer; Grafana refuses from 30 on and shares them among everybody.
const AT_ONCE: usize = 3;

/// Panels of one dashboard that are taken as pictures: more of them would hold a report up for too long.
const MOST: usize = 60;

/// From this version on clones of repeats have paths; older ones take the number and the variable's value.
const PATHS_SINCE: u32 = 12;

/// A panel's index, whether it is the dark one, the picture.
type Taken = (usize, bool, Result<Arc<Vec<u8>>, PictureFailure>);

/// Takes a picture of each panel that has no drawing of its own, in the themes the request draws. What could not be taken is told
/// in the warnings; a notice stands in its place.
pub async fn take(client: &Client, instance: &Instance, request: &RenderRequest, view: &mut DashboardView) -> Vec<Warning> {
    if !instance.settings.renderer_available {
        return Vec::new();
    }
    let themes = themes(request);
    let wanted: Vec<usize> = (0..view.panels.len()).filter(|index| needs_picture(&view.panels[*index].panel)).collect();
    // Boxed, or the compiler cannot see that the future may move between threads (rust-lang/rust#102211).
    let mut jobs: Vec<BoxFuture<'_, Taken>> = Vec::new();
    for index in wanted.iter().take(MOST) {
        for is_dark in &themes {
            let picture = picture_of(instance, request, view, &view.panels[*index].panel, *is_dark);
            let (index, is_dark) = (*index, *is_dark);
            jobs.push(Box::pin(async move { (index, is_dark, client.panel_picture(&picture).await) }));
        }
    }
    let taken: Vec<Taken> = stream::iter(jobs).buffered(AT_ONCE).collect().await;
    let mut warnings = Vec::new();
    let mut warn = |panel: &Panel, message: String| {
        let (dashboard_uid, panel_title) = (view.uid.clone(), panel.title.clone());
        let warning = Warning { dashboard_uid, panel_id: Some(panel.id), panel_title, message };
        if !warnings.contains(&warning) {
            warnings.push(warning);
        }
    };
    for index in wanted.iter().skip(MOST) {
        warn(&view.panels[*index].panel, format!("no picture was taken: a dashboard may have {MOST}"));
    }
    for (index, is_dark, taken) in taken {
        match taken {
            Ok(bytes) if is_dark => view.panels[index].pictures.dark = Some(bytes),
            Ok(bytes) => view.panels[index].pictures.light = Some(bytes),
            Err(error) => warn(&view.panels[index].panel, format!("no picture was taken: {error}")),
        }
    }
    warnings
}

/// Different pictures in the cells of one table.
const MOST_IN_CELLS: usize = 100;

/// Reads the pictures that cells of tables and texts name: those in the data itself, and those of Grafana's `public/` folder.
/// Others stay what they are, a word: reports fetch nothing from elsewhere because data says so.
pub async fn read_cells(client: &Client, view: &mut DashboardView) -> Vec<Warning> {
    let mut warnings = Vec::new();
    let variables = &view.variables;
    for panel in view.panels.iter_mut().filter(|view| matches!(view.panel.plugin_id.as_str(), "table" | "text")) {
        let shows_pictures = |field: &&Field| {
            let options = field.config.custom.get("cellOptions");
            options.and_then(|options| options.get("type")).and_then(|kind| kind.as_str()) == Some("image")
        };
        let fields = panel.frames.iter().flat_map(|frame| &frame.fields).filter(shows_pictures);
        let cells = fields.flat_map(|field| (0..field.values.len()).map(|row| field.values.get(row)));
        let mut named: BTreeSet<String> =
            cells.filter_map(|value| if let Value::String(text) = value { Some(text) } else { None }).collect();
        let is_text = panel.panel.plugin_id == "text";
        if is_text {
            named.extend(render::panel::text::picture_addresses(&panel.panel, variables));
        }
        let (mut read, mut left_out) = (BTreeMap::new(), 0);
        for address in named {
            let found = match address.split_once(";base64,") {
                _ if read.len() >= MOST_IN_CELLS => None,
                Some((head, data)) if head.starts_with("data:image/") => BASE64.decode(data.trim()).ok(),
                // What has a scheme or a host is no path of Grafana's.
                _ if address.contains("://") || address.starts_with("//") => None,
                _ => client.public_file(&address).await.ok(),
            };
            match found.filter(|bytes| inspect(bytes).is_ok_and(Kind::is_for_pages)) {
                Some(bytes) => drop(read.insert(address, Arc::new(bytes))),
                None => left_out += 1,
            }
        }
        if left_out > 0 {
            let place = if is_text { "the text" } else { "cells" };
            let message =
                format!("{left_out} pictures of {place} are not shown: PNG and JPEG in the data or in Grafana's public/ folder are");
            warnings.push(Warning {
                dashboard_uid: view.uid.clone(),
                panel_id: Some(panel.panel.id),
                panel_title: panel.panel.title.clone(),
                message,
            });
        }
        panel.pictures.by_url = read;
    }
    warnings
}

/// Whether only Grafana's renderer can show it.
pub fn needs_picture(panel: &Panel) -> bool {
    !panel.plugin_id.is_empty() && !render::panel::is_drawn(&panel.plugin_id)
}

/// Dark or not, each once.
fn themes(request: &RenderRequest) -> Vec<bool> {
    let mut themes = Vec::new();
    // A check has no formats but asks how the pages would look.
    if request.formats.pdf || !request.formats.image {
        themes.push(request.theme == "dark");
    }
    let is_dark = request.image_theme == "dark";
    if request.formats.image && !themes.contains(&is_dark) {
        themes.push(is_dark);
    }
    themes
}

fn picture_of(instance: &Instance, request: &RenderRequest, view: &DashboardView, panel: &Panel, is_dark: bool) -> PanelPicture {
    let (_, _, width_px, height_px) = dashboard::pixel_rect(panel.grid_pos, request.screen_width_px);
    let major: u32 = instance.settings.version.split('.').next().and_then(|major| major.parse().ok()).unwrap_or(0);
    let by_path = panel.is_clone && major >= PATHS_SINCE;
    let mut variables = view.variables.link_values();
    if panel.is_clone && !by_path {
        variables.retain(|(name, _)| !panel.scoped_vars.iter().any(|(scoped, _)| scoped == name));
        variables.extend(panel.scoped_vars.iter().map(|(name, value)| (name.clone(), value.value.clone())));
    }
    PanelPicture {
        dashboard_uid: view.uid.clone(),
        panel_id: if by_path { panel.path_id() } else { panel.id.to_string() },
        from_ms: view.range.from_ms,
        to_ms: view.range.to_ms,
        width_px,
        height_px,
        is_dark,
        time_zone: view.zone.name.clone(),
        variables,
    }
}
