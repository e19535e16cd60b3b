//! One trace (`traces`): spans under their parents, each with a bar on the time axis.
//!
//! DIFFERENCE: buttons and filters are left out on paper, and the overview where spans need its room; where not all spans fit,
//! rows are lower; what then has no room goes on below, under the axis again.

mod color;
mod overview;
mod trace;

use std::collections::BTreeSet;

use grafana::{
    theme::Color,
    time::{format_moment, from_now},
};
use scene::{
    Mark, TextStyle,
    kurbo::{Circle, Rect, Shape, Size},
};

use super::{PanelContext, notice, options};
use crate::{
    drawing::{self, Align, ink},
    overflow::{Block, Rest},
    view::PanelView,
};
use trace::{Span, Trace};

const TITLE: f64 = 28.0;
const DETAILS: f64 = 24.0;
const HEAD: f64 = 38.0;
const ROW: f64 = 28.0;
const LEAST_ROW: f64 = 15.0;
/// Of rows that go on over pages.
const PAPER_ROW: f64 = 24.0;
const NOTE: f64 = 18.0;
/// Share of the width the names have.
const NAMES: f64 = 0.4;
const N_TICKS: usize = 5;
/// The overview gives way where fewer of the spans would have room below it.
const MOST_BESIDE_OVERVIEW: usize = 12;
/// What a level moves names to the right, px, and the share of the names' column all levels may take.
const INDENT: f64 = 14.0;
const MOST_INDENT: f64 = 0.5;

pub fn draw(view: &PanelView, size: Size, context: &mut PanelContext) -> Vec<Mark> {
    let Some(trace) = view.frames.first().and_then(trace::read).filter(|trace| !trace.spans.is_empty()) else {
        return notice::no_data("No data found in response", size, context);
    };
    let mut marks = Vec::new();
    let mut top = 0.0;
    title(&trace, size.width, context, &mut marks);
    top += TITLE;
    if !options::flag(&view.panel.options, "hideHeaderDetails", false) {
        details(&trace, size.width, context, &mut marks);
        top += DETAILS;
    }
    let mut dealer = color::Dealer::new(context.theme);
    let colors: Vec<Color> = trace.spans.iter().map(|span| dealer.color(&span.service)).collect();
    let n_beside = |most: usize| trace.spans.len().min(most) as f64;
    let needed = HEAD + (LEAST_ROW * n_beside(MOST_BESIDE_OVERVIEW)).max(ROW * n_beside(MOST_BESIDE_OVERVIEW / 3));
    if size.height - top - overview::HEIGHT >= needed {
        marks.extend(overview::draw(&trace, &colors, size.width, top, context));
        top += overview::HEIGHT;
    }
    let ticks = Ticks { names: size.width * NAMES, width: size.width };
    let head = ticks.head(&trace, context);
    let room = size.height - top - HEAD;
    let n_spans = trace.spans.len();
    let row = (room / n_spans as f64).clamp(LEAST_ROW, ROW);
    let n_fitting = ((room + 0.01) / row).max(0.0) as usize;
    let most = context.overflow.most().filter(|_| n_fitting < n_spans);
    let (row, n_shown) = match most {
        Some(most) => (PAPER_ROW, n_spans.min(most)),
        None if n_fitting >= n_spans => (row, n_spans),
        None => (row, ((room - NOTE) / row).max(0.0) as usize),
    };
    let rows = span_rows(view, &trace, &colors, &ticks, row, context).take(n_shown);
    let left = n_spans - n_shown;
    let note = |context: &PanelContext| {
        let area = Rect::new(8.0, 0.0, size.width - 8.0, NOTE);
        let small = TextStyle { letter_spacing_px: 0.15, ..TextStyle::sans(12.0) };
        vec![drawing::line_in(context.fonts, &format!("{left} more spans"), &small, area, Align::Right, ink(context.theme.text_secondary))]
    };
    let note = (left > 0).then(|| note(context));
    let rows: Vec<Vec<Mark>> = rows.collect();
    if left > 0 {
        let why = if most.is_some() { "are left out" } else { "do not fit the panel" };
        (context.warn)(format!("{left} of {n_spans} spans {why}"));
    }
    if most.is_none() {
        marks.push(Mark::at(0.0, top, head));
        marks.extend(rows.into_iter().enumerate().map(|(at, marks)| Mark::at(0.0, top + HEAD + row * at as f64, marks)));
        marks.extend(note.map(|note| Mark::at(0.0, size.height - NOTE, note)));
        return vec![Mark::clipped(size.to_rect(), marks)];
    }
    let again = Block { marks: head.clone(), height: HEAD, n_entries: 0 };
    marks.push(Mark::at(0.0, top, head));
    let mut blocks = vec![Block { marks, height: top + HEAD, n_entries: 0 }];
    blocks.extend(rows.into_iter().map(|marks| Block { marks, height: row, n_entries: 1 }));
    blocks.extend(note.map(|marks| Block { marks, height: NOTE, n_entries: 0 }));
    context.overflow.put(Rest { again, blocks, ..Rest::default() });
    Vec::new()
}

/// The column of names and the time axis beside it.
struct Ticks {
    names: f64,
    width: f64,
}

impl Ticks {
    fn x(&self, tick: usize) -> f64 {
        self.names + (self.width - self.names) * tick as f64 / (N_TICKS - 1) as f64
    }

    /// What stands over the spans: the column's name and the ticks.
    fn head(&self, trace: &Trace, context: &PanelContext) -> Vec<Mark> {
        let theme = context.theme;
        let ground = if theme.is_dark { theme.secondary } else { gray(0xec) };
        let style = TextStyle { letter_spacing_px: 0.15, ..TextStyle::sans(14.0) };
        let area = Rect::new(8.0, 0.0, self.names - 8.0, HEAD);
        let name = drawing::line_in(context.fonts, "Service & Operation", &style.medium(), area, Align::Left, ink(theme.text_primary));
        let mut marks = vec![drawing::fill_rect(Rect::new(0.0, 0.0, self.width, HEAD), ink(ground)), name];
        for tick in 0..N_TICKS {
            let x = self.x(tick);
            let share = tick as f64 / (N_TICKS - 1) as f64;
            let text = context.fonts.shape(&trace::duration(trace.duration * share), &style);
            let text_x = if tick + 1 == N_TICKS { x - 4.0 - text.width_px } else { x + 4.0 };
            marks.push(drawing::shaped(text, text_x, drawing::centered_baseline(HEAD / 2.0, 14.0), ink(theme.text_primary)));
        }
        marks.extend(self.lines(HEAD, context));
        marks
    }

    fn lines(&self, height: f64, context: &PanelContext) -> impl Iterator<Item = Mark> {
        let line = ink(if context.theme.is_dark { context.theme.border_weak } else { gray(0xd8) });
        (0..N_TICKS - 1).map(move |tick| drawing::fill_rect(Rect::new(self.x(tick), 0.0, self.x(tick) + 1.0, height), line))
    }
}

/// Each span in a row `row` px high, from the row's own top.
fn span_rows<'a>(
    view: &'a PanelView,
    trace: &'a Trace,
    colors: &'a [Color],
    ticks: &'a Ticks,
    row: f64,
    context: &'a PanelContext,
) -> impl Iterator<Item = Vec<Mark>> + 'a {
    let deepest = trace.spans.iter().map(|span| span.depth).max().unwrap_or(0).max(1);
    let indent = INDENT.min(ticks.names * MOST_INDENT / deepest as f64);
    let bar = options::text(&view.panel.options, "spanBarOptions.type", "Duration");
    let tag = options::text(&view.panel.options, "spanBarOptions.tag", "");
    let mut last_service: Option<&str> = None;
    trace.spans.iter().zip(colors).map(move |(span, &color)| {
        let label = match bar {
            "None" => String::new(),
            "Tag" => span.tags.iter().find(|(key, _)| key == tag).map_or(String::new(), |(_, value)| format!("({value})")),
            _ => format!("({})", trace::duration(span.duration)),
        };
        let pen = RowPen { span, color, ticks, row, trace };
        let shows_service = last_service != Some(span.service.as_str());
        last_service = Some(&span.service);
        let mut marks: Vec<Mark> = ticks.lines(row, context).collect();
        marks.extend(pen.name(indent, shows_service, &label, context));
        marks.extend(pen.bar(context));
        marks
    })
}

fn gray(channel: u8) -> Color {
    Color::rgb(channel, channel, channel)
}

/// The root's service and operation.
fn title(trace: &Trace, width: f64, context: &PanelContext, marks: &mut Vec<Mark>) {
    let root = &trace.spans[0];
    let style = TextStyle { letter_spacing_px: 0.0, ..TextStyle::sans(22.0) };
    let area = Rect::new(8.0, 0.0, width - 8.0, TITLE);
    let text = format!("{}: {}", root.service, root.operation);
    let title = context.fonts.ellipsize(&text, &style, area.width());
    let mut x = area.x0 + title.width_px + 16.0;
    marks.push(drawing::shaped(title, area.x0, drawing::centered_baseline(area.center().y, 22.0), ink(context.theme.text_primary)));
    let request = trace.request();
    let status_color = match request.status.as_deref().and_then(|status| status.chars().next()) {
        Some('4') => "orange",
        Some('5') => "red",
        _ => "green",
    };
    for (text, color) in [(request.method, "blue"), (request.status, status_color)] {
        let Some(text) = text else { continue };
        let text = context.fonts.shape(&text, &TextStyle::sans(12.0));
        let badge = Rect::new(x, TITLE / 2.0 - 10.0, x + text.width_px + 12.0, TITLE / 2.0 + 10.0);
        if badge.x1 > width - 8.0 {
            break;
        }
        let color = context.theme.color(color);
        marks.push(drawing::fill_rounded(badge, 2.0, ink(color.with_alpha(0.15))));
        marks.push(Mark::stroke(drawing::rounded(badge.inset(-0.5), 2.0).to_path(0.05), ink(color.with_alpha(0.3)), 1.0));
        let ink_of_text = if context.theme.is_dark { color } else { color.mix(Color::rgb(0, 0, 0), 0.35) };
        marks.push(drawing::shaped(text, x + 6.0, drawing::centered_baseline(TITLE / 2.0, 12.0), ink(ink_of_text)));
        x = badge.x1 + 8.0;
    }
}

/// Trace ID, start, duration and services, in one line.
fn details(trace: &Trace, width: f64, context: &PanelContext, marks: &mut Vec<Mark>) {
    let n_services = trace.spans.iter().map(|span| span.service.as_str()).collect::<BTreeSet<_>>().len();
    let start = format_moment(trace.start, "YYYY-MM-DD HH:mm:ss.SSS", context.zone);
    let mut items = vec![
        ("Trace ID", trace.id.clone()),
        ("Start time", format!("{start} ({})", from_now(trace.start, context.now_ms))),
        ("Duration", trace::duration(trace.duration)),
        ("Services", n_services.to_string()),
    ];
    items.extend(trace.request().place);
    let style = TextStyle { letter_spacing_px: 0.15, ..TextStyle::sans(12.0) };
    let baseline = drawing::centered_baseline(TITLE + DETAILS / 2.0 - 2.0, 12.0);
    let mut x = 8.0;
    for (name, value) in items {
        let (name, value) = (context.fonts.shape(name, &style.medium()), context.fonts.shape(&value, &style));
        let end = x + name.width_px + 4.0 + value.width_px;
        if end > width - 8.0 {
            break;
        }
        let value_x = x + name.width_px + 4.0;
        marks.push(drawing::shaped(name, x, baseline, ink(context.theme.text_secondary)));
        marks.push(drawing::shaped(value, value_x, baseline, ink(context.theme.text_primary)));
        x = end + 24.0;
    }
}

/// One span's row.
struct RowPen<'a> {
    span: &'a Span,
    trace: &'a Trace,
    color: Color,
    ticks: &'a Ticks,
    row: f64,
}

impl RowPen<'_> {
    fn name(&self, indent: f64, shows_service: bool, label: &str, context: &PanelContext) -> Vec<Mark> {
        let theme = context.theme;
        let scale = (self.row / ROW).max(0.75);
        let style = |size_px: f64| TextStyle { letter_spacing_px: 0.15, ..TextStyle::sans(size_px * scale) };
        let middle = self.row / 2.0;
        let mut marks = Vec::new();
        let line = if theme.is_dark { theme.border_weak } else { gray(0xd3) };
        let red = Color::rgb(0xdb, 0x28, 0x28);
        let ground = match (self.span.is_error, theme.is_dark) {
            (true, true) => red.with_alpha(0.25),
            (true, false) => Color::rgb(0xfa, 0xde, 0xe9),
            (false, _) => theme.secondary,
        };
        marks.push(drawing::fill_rect(Rect::new(0.0, 0.0, self.ticks.names, self.row), ink(ground)));
        for level in 0..self.span.depth {
            let x = 8.0 + indent * level as f64;
            marks.push(drawing::fill_rect(Rect::new(x, 0.0, x + 1.0, self.row), ink(line)));
        }
        let mut x = 8.0 + indent * self.span.depth as f64 + INDENT;
        if self.span.has_children {
            // An opened branch: an arrow down.
            let (left, right) = (x - 11.0, x - 5.0);
            let mut arrow = scene::kurbo::BezPath::new();
            arrow.move_to((left, middle - 1.5));
            arrow.line_to(((left + right) / 2.0, middle + 1.5));
            arrow.line_to((right, middle - 1.5));
            marks.push(Mark::stroke(arrow, ink(theme.text_secondary), 1.2));
        }
        if self.span.is_error {
            let area = Rect::from_center_size((x + 5.0, middle), (12.0, 12.0));
            marks.push(drawing::fill_rounded(area, 3.0, ink(red)));
            marks.push(Mark::stroke(Circle::new(area.center(), 4.2).to_path(0.05), ink(gray(0xff)), 1.0));
            marks.push(drawing::line_in(context.fonts, "!", &TextStyle::sans(8.0).bold(), area, Align::Center, ink(gray(0xff))));
            x += 14.0;
        }
        let quiet = if theme.is_dark { theme.text_secondary } else { gray(0x48) };
        let mut parts: Vec<(&str, TextStyle, Color)> = Vec::new();
        if shows_service {
            parts.push((&self.span.service, style(11.34).medium(), theme.text_primary));
        }
        let peer = self.span.peer.as_ref().filter(|_| !self.span.has_children).map(|peer| format!("→ {peer}"));
        parts.extend(peer.iter().map(|peer| (peer.as_str(), style(12.6), theme.text_primary)));
        parts.push((&self.span.operation, style(11.34), quiet));
        parts.push((label, style(11.34), quiet));
        for (text, style, color) in parts.into_iter().filter(|(text, ..)| !text.is_empty()) {
            let room = self.ticks.names - 4.0 - x;
            if room <= 8.0 {
                break;
            }
            let shaped = context.fonts.ellipsize(text, &style, room);
            let width = shaped.width_px;
            marks.push(drawing::shaped(shaped, x, drawing::centered_baseline(middle, style.size_px), ink(color)));
            x += width + 5.0;
        }
        // The service's colour under its names.
        let begin = 8.0 + indent * self.span.depth as f64;
        let under = Rect::new(begin, self.row - 2.0, self.ticks.names, self.row);
        marks.push(drawing::fill_rect(under, ink(self.color.with_alpha(0.81))));
        marks
    }

    fn bar(&self, context: &PanelContext) -> Vec<Mark> {
        let Ticks { names, width: end_x } = *self.ticks;
        let width = end_x - names;
        let share = |at: f64| if self.trace.duration > 0.0 { ((at - self.trace.start) / self.trace.duration).clamp(0.0, 1.0) } else { 0.0 };
        let (start, end) = (share(self.span.start), share(self.span.start + self.span.duration));
        let x0 = names + width * start;
        let x1 = (names + width * end).max(x0 + 2.0);
        let bar = Rect::new(x0, self.row * 0.3, x1, self.row * 0.7);
        let size_px = 12.0 * (self.row / ROW).max(0.75);
        let text = context.fonts.shape(&trace::duration(self.span.duration), &TextStyle::sans(size_px));
        // On the side with more room; in front of a bar only where there is any.
        let before = x0 - size_px / 2.0 - text.width_px;
        let after = x1 + size_px / 2.0;
        let x = if start > 1.0 - end { before.max(names + 2.0) } else { after.min(end_x - text.width_px - 2.0) };
        let is_inside = x + text.width_px > x0 && x < x1;
        let color = if is_inside { context.theme.contrast_text(self.color) } else { context.theme.text_secondary };
        let baseline = drawing::centered_baseline(self.row / 2.0, size_px);
        let mut marks = vec![drawing::fill_rounded(bar, 2.0, ink(self.color)), drawing::shaped(text, x, baseline, ink(color))];
        let mark = ink(if context.theme.is_dark { gray(0xd2) } else { Color::rgb(0x2c, 0x32, 0x35) });
        for at in self.span.logs.iter().map(|log| names + width * share(*log)) {
            let top = self.row * 0.2;
            marks.push(drawing::fill_rect(Rect::new(at, top, at + 1.0, top + self.row * 0.6), mark));
        }
        marks
    }
}
