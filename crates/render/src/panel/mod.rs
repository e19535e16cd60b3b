//! One file per panel type; panels do not know each other. [`draw`] picks by `plugin_id`.

use grafana::{theme::Theme, time::TimeZone, variable::Variables};
use scene::{Fonts, Mark, kurbo::Size};

use crate::view::PanelView;

mod notice;
pub mod timeseries;

/// What every panel is drawn with.
pub struct PanelContext<'a> {
    pub fonts: &'a Fonts,
    pub theme: &'a Theme,
    pub zone: &'a TimeZone,
    pub now_ms: f64,
    pub variables: &'a Variables,
    pub warn: &'a mut dyn FnMut(String),
}

/// Draws the inside of a panel (without its frame and title) into `size`, origin top left.
pub fn draw(view: &PanelView, size: Size, context: &mut PanelContext) -> Vec<Mark> {
    match view.panel.plugin_id.as_str() {
        "timeseries" => timeseries::draw(view, size, context),
        other => notice::not_drawn(other, size, context),
    }
}
