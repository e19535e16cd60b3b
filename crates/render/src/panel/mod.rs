//! One file per panel type; panels do not know each other. [`draw`] picks by `plugin_id`.

use std::collections::BTreeSet;

use grafana::{
    dashboard::Panel,
    field::DisplayContext,
    theme::Theme,
    time::TimeZone,
    variable::{self, DefaultFormat, Variables},
};
use scene::{Fonts, Mark, kurbo::Size};

use crate::{overflow::Overflow, view::PanelView};

mod alertlist;
mod annolist;
mod barchart;
mod bargauge;
mod candlestick;
mod canvas;
mod dashlist;
mod flamegraph;
pub mod flow;
mod gauge;
mod geomap;
mod heatmap;
mod histogram;
mod logs;
mod news;
mod nodegraph;
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
pub mod text;
pub mod timeseries;
mod traces;
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
    pub overflow: &'a Overflow,
}

/// Replaces variables in a panel's texts, with the values its repeat fixed.
pub fn interpolator<'a>(panel: &Panel, variables: &'a Variables) -> impl Fn(&str) -> String + use<'a> {
    let scope = variable::scope_of(panel);
    move |text| variable::interpolate(text, variables, &scope, DefaultFormat::Glob)
}

/// How one type of panel is drawn.
type Drawer = fn(&PanelView, Size, &mut PanelContext) -> Vec<Mark>;

/// The types that are drawn: the one list of them. Datagrids are tables that someone could write into.
fn drawer(plugin_id: &str) -> Option<Drawer> {
    Some(match plugin_id {
        "alertlist" => alertlist::draw,
        "annolist" => annolist::draw,
        "barchart" => barchart::draw,
        "bargauge" => bargauge::draw,
        "candlestick" => candlestick::draw,
        "canvas" => canvas::draw,
        "datagrid" => table::draw,
        "dashlist" => dashlist::draw,
        "flamegraph" => flamegraph::draw,
        "gauge" => gauge::draw,
        "geomap" => geomap::draw,
        "heatmap" => heatmap::draw,
        "histogram" => histogram::draw,
        "logs" => logs::draw,
        "news" => |_, size, context| news::draw(size, context),
        "nodeGraph" => nodegraph::draw,
        "piechart" => piechart::draw,
        "stat" => stat::draw,
        "state-timeline" => state_timeline::draw,
        "status-history" => status_history::draw,
        "table" => table::draw,
        "text" => text::draw,
        "timeseries" => timeseries::draw,
        "traces" => traces::draw,
        "trend" => trend::draw,
        "xychart" => xychart::draw,
        _ => return None,
    })
}

/// Whether panels of this type have a drawing of their own. Rows are drawn by the pages.
pub fn is_drawn(plugin_id: &str) -> bool {
    plugin_id == "row" || drawer(plugin_id).is_some()
}

/// The addresses of pictures that a panel shows besides its data: paths of Grafana's `public/` folder ("img/icons/unicons/bolt.svg",
/// with or without "public/"), data URLs, and addresses elsewhere. Whoever has them puts them into [`Pictures`](crate::view::Pictures).
pub fn pictures(view: &PanelView, display: &DisplayContext) -> BTreeSet<String> {
    match view.panel.plugin_id.as_str() {
        "canvas" => canvas::pictures(view, display),
        "geomap" => geomap::pictures(view),
        "nodeGraph" => nodegraph::pictures(view),
        _ => BTreeSet::new(),
    }
}

/// Draws the inside of a panel (without its frame and title) into `size`, origin top left.
pub fn draw(view: &PanelView, size: Size, context: &mut PanelContext) -> Vec<Mark> {
    let plugin_id = view.panel.plugin_id.as_str();
    if let (Some(error), true, true) = (view.errors.first(), view.frames.is_empty(), plugin_id != "text") {
        return notice::error(error, size, context);
    }
    match drawer(plugin_id) {
        Some(draw) => draw(view, size, context),
        None => notice::not_drawn(plugin_id, size, context),
    }
}
