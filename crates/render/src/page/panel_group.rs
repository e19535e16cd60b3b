//! One panel as a group of marks, guarded: whatever goes wrong inside stays inside.

use std::{
    ops::Range,
    panic::{AssertUnwindSafe, catch_unwind},
};

use grafana::theme::Theme;
use scene::{
    Fonts, Group, Image, Mark, Role,
    kurbo::{Affine, Rect, Shape, Size, Vec2},
};

use super::{alternative::alternative, links};
use crate::{
    chrome,
    overflow::Overflow,
    panel::{
        self, PanelContext,
        flow::{self, Extent, Inside},
        notice,
    },
    view::{DashboardView, PanelView, Warning},
};

/// Panels that are read aloud word by word rather than named as a figure.
const MADE_OF_TEXT: [&str; 7] = ["text", "table", "logs", "dashlist", "alertlist", "annolist", "news"];

/// What the panels of a dashboard are drawn with.
pub struct Pen<'a, 'w> {
    pub dashboard: &'a DashboardView,
    pub theme: &'a Theme,
    pub fonts: &'a Fonts,
    pub warnings: &'w mut Vec<Warning>,
}

/// A panel whose inside was drawn or laid out at its place on screen.
pub struct LaidOut<'a> {
    inside: Inside<'a>,
    /// What a panel needs that may be parted, its frame included.
    pub extent: Option<Extent>,
}

impl<'a> Pen<'a, '_> {
    /// Draws or lays out the inside of a panel that is at `rect` on screen. `None` for what has no inside of its own: rows, and
    /// panels that are pictures.
    pub fn lay_out(&mut self, view: &'a PanelView, rect: Rect, overflow: Overflow) -> Option<LaidOut<'a>> {
        let is_picture = !panel::is_drawn(&view.panel.plugin_id) && view.pictures.whole(self.theme.is_dark).is_some();
        if view.panel.plugin_id == "row" || is_picture {
            return None;
        }
        let content = chrome::content_rect(view, rect.size());
        self.with_context(view, &overflow, |context| {
            for error in &view.errors {
                (context.warn)(error.clone());
            }
            let inside = guarded(context, |context| flow::lay_out(view, content.size(), context))
                .unwrap_or_else(|reason| Inside::Whole(notice::broken(&reason, content.size(), context)));
            let extent = match &inside {
                Inside::Whole(_) => None,
                Inside::Parts(body) => {
                    let own = body.extent();
                    Some(Extent { head: own.head + content.y0, edge: own.edge + rect.height() - content.y1, ..own })
                }
            };
            Some(LaidOut { inside, extent })
        })
    }

    /// Draws `view` into `rect` (px of its parent): all of it, or the given rows of a panel that may be parted. What was laid
    /// out is used up.
    pub fn draw(&mut self, view: &PanelView, rect: Rect, laid_out: Option<&mut LaidOut>, rows: Option<Range<usize>>) -> Mark {
        let size = rect.size();
        let transform = Affine::translate(Vec2::new(rect.x0, rect.y0));
        if view.panel.plugin_id == "row" {
            let marks = chrome::row(view, size, self.theme, self.fonts);
            return Mark::Group(Group { transform, role: Role::Heading(2), marks, ..Group::default() });
        }
        let Some(laid_out) = laid_out else {
            let marks = whole_picture(view, self.dashboard, size, self.theme).map(Mark::Image).into_iter().collect();
            return Mark::Group(Group {
                transform,
                role: Role::Figure,
                alt: Some(alternative(view, self.dashboard, self.theme)),
                marks,
                ..Group::default()
            });
        };
        let continued = rows.as_ref().is_some_and(|rows| rows.start > 0);
        let links = links::of_panel(view, self.dashboard);
        let mut marks = chrome::draw(view, size, continued, &links, self.theme, self.fonts);
        let content = chrome::content_rect(view, size);
        let inside = match &mut laid_out.inside {
            Inside::Whole(marks) => std::mem::take(marks),
            Inside::Parts(body) => self.with_context(view, &Overflow::none(), |context| {
                guarded(context, |context| body.draw(rows.unwrap_or_default(), content.size(), context))
                    .unwrap_or_else(|reason| notice::broken(&reason, content.size(), context))
            }),
        };
        let role = if MADE_OF_TEXT.contains(&view.panel.plugin_id.as_str()) { Role::None } else { Role::Figure };
        marks.push(Mark::Group(Group {
            transform: Affine::translate(content.origin().to_vec2()),
            clip: Some(content.size().to_rect().to_path(0.1)),
            role,
            alt: (role == Role::Figure).then(|| alternative(view, self.dashboard, self.theme)),
            marks: inside,
            ..Group::default()
        }));
        links::settle(&mut marks, self.dashboard);
        Mark::Group(Group { transform, role: Role::Section, marks, ..Group::default() })
    }

    fn with_context<T>(&mut self, view: &PanelView, overflow: &Overflow, act: impl FnOnce(&mut PanelContext) -> T) -> T {
        let Pen { dashboard, theme, fonts, warnings } = self;
        let mut warn = |message: String| {
            let (dashboard_uid, panel_title) = (dashboard.uid.clone(), view.panel.title.clone());
            let warning = Warning { dashboard_uid, panel_id: Some(view.panel.id), panel_title, message };
            if !warnings.contains(&warning) {
                warnings.push(warning);
            }
        };
        let (zone, now_ms, variables) = (&dashboard.zone, dashboard.now_ms, &dashboard.variables);
        act(&mut PanelContext { fonts, theme, zone, now_ms, variables, warn: &mut warn, overflow })
    }
}

/// Invariant 2 of the design: one bad panel never costs the report. Says why it could not be drawn.
fn guarded<T>(context: &mut PanelContext, draw: impl FnOnce(&mut PanelContext) -> T) -> Result<T, String> {
    catch_unwind(AssertUnwindSafe(|| draw(context))).map_err(|cause| {
        let text = cause.downcast_ref::<String>().map(String::as_str).or_else(|| cause.downcast_ref::<&str>().copied());
        text.unwrap_or("unknown cause").to_owned()
    })
}

/// The picture of a panel that is not drawn here, as large as it fits; a renderer may have its own idea of the proportions.
fn whole_picture(view: &PanelView, dashboard: &DashboardView, size: Size, theme: &Theme) -> Option<Image> {
    let data = view.pictures.whole(theme.is_dark)?;
    let (format, width, height) = Image::probe(data)?;
    let (width, height) = (f64::from(width), f64::from(height));
    let scale = (size.width / width).min(size.height / height);
    let rect = Rect::from_center_size(size.to_rect().center(), (width * scale, height * scale));
    Some(Image { rect, format, data: data.clone(), alt: alternative(view, dashboard, theme) })
}
