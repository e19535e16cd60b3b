//! One file per panel type; panels do not know each other. [`draw`] picks by `plugin_id`.

use grafana::{
    dashboard::Panel,
    theme::Theme,
    time::TimeZone,
    variable::{self, DefaultFormat, Variables},
};
use scene::{Fonts, Mark, kurbo::Size};

use crate::view::PanelView;

mod alertlist;
mod annolist;
mod barchart;
mod bargauge;
mod candlestick;
mod dashlist;
pub mod flow;
mod gauge;
mod geomap;
mod heatmap;
mod histogram;
mod logs;
mod news;
pub mod notice;
pub mod options;
mod piechart;
pub mod repeater;
mod sparkline;
mod stack;
mod stat;
mod state_timeline;
mod status_history;
mod table;
mod text;
pub mod timeseries;
mod trend;
mod xychart;

/// What every panel is drawn with.
pub struct PanelContext<'a> {
    pub fonts: &'a Fonts,
    pub theme: &'a Theme,
    pub zone: &'a TimeZone,
    pub now_ms: f64,
    pub variables: &'a Variables,
    pub warn: &'a mut dyn FnMut(String),
}

/// Replaces variables in a panel's texts, with the values its repeat fixed.
pub fn interpolator<'a>(panel: &Panel, variables: &'a Variables) -> impl Fn(&str) -> String + use<'a> {
    let scope = variable::scope_of(panel);
    move |text| variable::interpolate(text, variables, &scope, DefaultFormat::Glob)
}

/// Draws the inside of a panel (without its frame and title) into `size`, origin top left.
pub fn draw(view: &PanelView, size: Size, context: &mut PanelContext) -> Vec<Mark> {
    let plugin_id = view.panel.plugin_id.as_str();
    if let (Some(error), true, true) = (view.errors.first(), view.frames.is_empty(), plugin_id != "text") {
        return notice::error(error, size, context);
    }
    match plugin_id {
        "timeseries" => timeseries::draw(view, size, context),
        "alertlist" => alertlist::draw(view, size, context),
        "annolist" => annolist::draw(view, size, context),
        "barchart" => barchart::draw(view, size, context),
        "bargauge" => bargauge::draw(view, size, context),
        "candlestick" => candlestick::draw(view, size, context),
        "dashlist" => dashlist::draw(view, size, context),
        "gauge" => gauge::draw(view, size, context),
        "geomap" => geomap::draw(view, size, context),
        "heatmap" => heatmap::draw(view, size, context),
        "logs" => logs::draw(view, size, context),
        "news" => news::draw(size, context),
        "piechart" => piechart::draw(view, size, context),
        "histogram" => histogram::draw(view, size, context),
        "stat" => stat::draw(view, size, context),
        "state-timeline" => state_timeline::draw(view, size, context),
        "status-history" => status_history::draw(view, size, context),
        "table" => table::draw(view, size, context),
        "trend" => trend::draw(view, size, context),
        "text" => text::draw(view, size, context),
        "xychart" => xychart::draw(view, size, context),
        other => notice::not_drawn(other, size, context),
    }
}
