//! Panels drawn alone, from frames and options written down in a test.

#![allow(clippy::unwrap_used)] // clippy knows test functions, not what they share

use grafana::{
    dashboard,
    field::{self, DisplayContext},
    frame::Frame,
    theme::Theme,
    time::{RawTimeRange, TimeRange, TimeZone},
    variable::Variables,
};
use render::{AnnotationMark, PanelView, panel::PanelContext};
use scene::{Page, kurbo::Size};
use serde_json::{Value as Json, json};

pub const TO: f64 = 1_795_154_400_000.0;
pub const FROM: f64 = TO - 3_600_000.0;

/// What a panel is drawn from.
#[derive(Default)]
pub struct Case {
    pub kind: &'static str,
    pub frames: Vec<Frame>,
    pub beside: Vec<Frame>,
    pub annotations: Vec<AnnotationMark>,
    pub options: Json,
    /// `fieldConfig.defaults`.
    pub defaults: Json,
    pub overrides: Json,
}

fn view(case: Case) -> PanelView {
    let json = |json: Json, default: Json| if json.is_null() { default } else { json };
    let config = json!({"defaults": json(case.defaults, json!({})), "overrides": json(case.overrides, json!([]))});
    let options = json(case.options, json!({}));
    let panel = json!({"id": 1, "type": case.kind, "gridPos": {"x": 0, "y": 0, "w": 8, "h": 6}, "options": options, "fieldConfig": config});
    let saved = json!({"uid": "charts", "title": "Charts", "schemaVersion": 42, "panels": [panel]});
    let panel = dashboard::from_classic(&saved).unwrap().panels.remove(0);
    let range = TimeRange { from_ms: FROM, to_ms: TO, raw: RawTimeRange { from: "now-1h".into(), to: "now".into() } };
    let (theme, zone) = (Theme::light(), TimeZone::utc());
    let interpolate = |text: &str| text.to_owned();
    let context = DisplayContext { theme: &theme, zone: &zone, now_ms: TO, interpolate: &interpolate };
    let (mut frames, mut beside) = (case.frames, case.beside);
    field::apply_field_overrides(&mut frames, &panel.field_config, &context);
    field::apply_field_overrides(&mut beside, &Default::default(), &context);
    PanelView { annotations: case.annotations, annotation_frames: beside, ..PanelView::of(panel, frames, range) }
}

/// The panel's inside, 360 x 160 px.
pub fn draw(case: Case) -> Page {
    thread_local! { static FONTS: scene::Fonts = scene::Fonts::embedded(); }
    FONTS.with(|fonts| draw_with(case, fonts))
}

fn draw_with(case: Case, fonts: &scene::Fonts) -> Page {
    let (theme, zone, variables) = (Theme::light(), TimeZone::utc(), Variables::default());
    let view = view(case);
    let overflow = render::overflow::Overflow::none();
    let mut warn = drop;
    let mut context =
        PanelContext { fonts, theme: &theme, zone: &zone, now_ms: TO, variables: &variables, warn: &mut warn, overflow: &overflow };
    let marks = render::panel::draw(&view, Size::new(360.0, 160.0), &mut context);
    Page { width_px: 360.0, height_px: 160.0, marks }
}
