//! One panel as a group of marks, guarded: whatever goes wrong inside stays inside.

use std::{
    ops::Range,
    panic::{AssertUnwindSafe, catch_unwind},
};

use grafana::{frame::FieldType, theme::Theme, time};
use scene::{
    Fonts, Group, Image, Mark, Role,
    kurbo::{Affine, Rect, Shape, Size, Vec2},
};

use super::links;
use crate::{
    chrome,
    panel::{self, PanelContext, flow::Flow, notice},
    view::{DashboardView, PanelView, Warning},
};

/// Panels that are read aloud word by word rather than named as a figure.
const MADE_OF_TEXT: [&str; 6] = ["text", "logs", "dashlist", "alertlist", "annolist", "news"];

/// Draws `view` into `rect` (px of its parent): all of it, or the given rows of a panel that was laid out to be parted.
pub fn panel_group(
    view: &PanelView,
    dashboard: &DashboardView,
    rect: Rect,
    part: Option<(&Flow, Range<usize>)>,
    theme: &Theme,
    fonts: &Fonts,
    warnings: &mut Vec<Warning>,
) -> Mark {
    let size = rect.size();
    let mut warn = |message: String| {
        let warning =
            Warning { dashboard_uid: dashboard.uid.clone(), panel_id: Some(view.panel.id), panel_title: view.panel.title.clone(), message };
        if !warnings.contains(&warning) {
            warnings.push(warning);
        }
    };
    let mut context =
        PanelContext { fonts, theme, zone: &dashboard.zone, now_ms: dashboard.now_ms, variables: &dashboard.variables, warn: &mut warn };
    let transform = Affine::translate(Vec2::new(rect.x0, rect.y0));
    if view.panel.plugin_id == "row" {
        let marks = chrome::row(view, size, theme, fonts);
        return Mark::Group(Group { transform, role: Role::Heading(2), marks, ..Group::default() });
    }
    for error in &view.errors {
        (context.warn)(error.clone());
    }
    if let Some(picture) = whole_picture(view, dashboard, size, theme) {
        return Mark::Group(Group {
            transform,
            role: Role::Figure,
            alt: Some(alternative(view, dashboard)),
            marks: vec![Mark::Image(picture)],
            ..Group::default()
        });
    }
    let continued = part.as_ref().is_some_and(|(_, rows)| rows.start > 0);
    let links = links::of_panel(view, dashboard);
    let mut marks = chrome::draw(view, size, continued, &links, theme, fonts);
    let content = chrome::content_rect(view, size);
    let inside = guarded(content.size(), &mut context, |context| match &part {
        Some((flow, rows)) => flow.draw(rows.clone(), content.size(), context),
        None => panel::draw(view, content.size(), context),
    });
    let role = if MADE_OF_TEXT.contains(&view.panel.plugin_id.as_str()) { Role::Paragraph } else { Role::Figure };
    marks.push(Mark::Group(Group {
        transform: Affine::translate(content.origin().to_vec2()),
        clip: Some(content.size().to_rect().to_path(0.1)),
        role,
        alt: (role == Role::Figure).then(|| alternative(view, dashboard)),
        marks: inside,
        ..Group::default()
    }));
    links::settle(&mut marks, dashboard);
    Mark::Group(Group { transform, marks, ..Group::default() })
}

/// Lays out a panel that may be parted; `None` for all others. `rect` is its place on screen.
pub fn flow<'a>(view: &'a PanelView, dashboard: &DashboardView, rect: Rect, most: usize, theme: &Theme, fonts: &Fonts) -> Option<Flow<'a>> {
    // What is wrong is said when the panel is drawn.
    let mut warn = |_| {};
    let context =
        PanelContext { fonts, theme, zone: &dashboard.zone, now_ms: dashboard.now_ms, variables: &dashboard.variables, warn: &mut warn };
    let content = chrome::content_rect(view, rect.size());
    let mut flow = catch_unwind(AssertUnwindSafe(|| panel::flow::flow(view, content.size(), most, &context))).ok().flatten()?;
    flow.extent.head += content.y0;
    flow.extent.edge += rect.height() - content.y1;
    Some(flow)
}

/// Invariant 2 of the design: one bad panel never costs the report.
fn guarded(size: Size, context: &mut PanelContext, draw: impl FnOnce(&mut PanelContext) -> Vec<Mark>) -> Vec<Mark> {
    match catch_unwind(AssertUnwindSafe(|| draw(context))) {
        Ok(marks) => marks,
        Err(cause) => {
            let text = cause.downcast_ref::<String>().map(String::as_str).or_else(|| cause.downcast_ref::<&str>().copied());
            notice::broken(text.unwrap_or("unknown cause"), size, context)
        }
    }
}

/// The picture of a panel that is not drawn here, as large as it fits; a renderer may have its own idea of the proportions.
fn whole_picture(view: &PanelView, dashboard: &DashboardView, size: Size, theme: &Theme) -> Option<Image> {
    if panel::is_drawn(&view.panel.plugin_id) {
        return None;
    }
    let data = view.pictures.whole(theme.is_dark)?;
    let (format, width, height) = Image::probe(data)?;
    let (width, height) = (f64::from(width), f64::from(height));
    let scale = (size.width / width).min(size.height / height);
    let rect = Rect::from_center_size(size.to_rect().center(), (width * scale, height * scale));
    Some(Image { rect, format, data: data.clone(), alt: alternative(view, dashboard) })
}

/// Series a reader is told by name.
const TOLD_SERIES: usize = 8;

/// What a reader who cannot see the panel is told: title, type, series and range.
fn alternative(view: &PanelView, dashboard: &DashboardView) -> String {
    let title = view.panel.title.trim();
    let kind = &view.panel.plugin_id;
    let mut text = if title.is_empty() { format!("{kind} panel") } else { format!("{title} ({kind} panel)") };
    let fields = || view.frames.iter().flat_map(|frame| &frame.fields);
    let names: Vec<&str> = (fields().filter(|field| field.kind == FieldType::Number))
        .map(|field| field.display_name.as_deref().unwrap_or(&field.name).trim())
        .filter(|name| !name.is_empty())
        .collect();
    if !names.is_empty() {
        text += &format!(": {}", names.iter().take(TOLD_SERIES).copied().collect::<Vec<_>>().join(", "));
    }
    if names.len() > TOLD_SERIES {
        text += &format!(" and {} more", names.len() - TOLD_SERIES);
    }
    if fields().any(|field| field.kind == FieldType::Time) {
        text += &format!("; {}", time::describe_range(&view.range.raw, &dashboard.zone));
    }
    text
}
