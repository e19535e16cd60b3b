//! One panel as a group of marks, guarded: whatever goes wrong inside stays inside.

use std::panic::{AssertUnwindSafe, catch_unwind};

use grafana::theme::Theme;
use scene::{
    Fonts, Group, Mark, Role,
    kurbo::{Affine, Rect, Shape, Size, Vec2},
};

use crate::{
    chrome,
    panel::{self, PanelContext, notice},
    view::{DashboardView, PanelView, Warning},
};

/// Draws `view` into `rect` (px of its parent).
pub fn panel_group(
    view: &PanelView,
    dashboard: &DashboardView,
    rect: Rect,
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
    let mut marks = chrome::draw(view, size, theme, fonts);
    let content = chrome::content_rect(view, size);
    let inside = draw_guarded(view, content.size(), &mut context);
    let role = if view.panel.plugin_id == "text" { Role::Paragraph } else { Role::Figure };
    marks.push(Mark::Group(Group {
        transform: Affine::translate(content.origin().to_vec2()),
        clip: Some(content.size().to_rect().to_path(0.1)),
        role,
        alt: (role == Role::Figure).then(|| alternative(view)),
        marks: inside,
        ..Group::default()
    }));
    Mark::Group(Group { transform, marks, ..Group::default() })
}

/// Invariant 2 of the design: one bad panel never costs the report.
fn draw_guarded(view: &PanelView, size: Size, context: &mut PanelContext) -> Vec<Mark> {
    match catch_unwind(AssertUnwindSafe(|| panel::draw(view, size, context))) {
        Ok(marks) => marks,
        Err(cause) => {
            let text = cause.downcast_ref::<String>().map(String::as_str).or_else(|| cause.downcast_ref::<&str>().copied());
            notice::broken(text.unwrap_or("unknown cause"), size, context)
        }
    }
}

/// What a reader who cannot see the panel is told.
fn alternative(view: &PanelView) -> String {
    let title = view.panel.title.trim();
    let kind = &view.panel.plugin_id;
    if title.is_empty() { format!("{kind} panel") } else { format!("{title} ({kind} panel)") }
}
