//! Profiles (`flamegraph`): calls as bars below what called them, and a table of symbols beside them.
//!
//! DIFFERENCE: the search and the switches above are nothing on paper; where all levels would not fit, bars are lower;
//! those that then have no room go on below.

mod color;
mod tree;

use std::collections::BTreeMap;

use grafana::{
    field::{DisplayContext, display_value, to_number, to_text},
    frame::{Field, FieldType, Frame, Value},
    theme,
};
use scene::{
    Mark, TextStyle,
    kurbo::{Rect, Size},
};

use super::{PanelContext, interpolator, notice, options, stack};
use crate::{
    drawing::{self, Align, ink},
    overflow,
    view::PanelView,
};
use tree::{Bar, Call};

/// Height of a level, and the least that is still read, px.
const LEVEL: f64 = 22.0;
const LEAST_LEVEL: f64 = 11.0;
/// Of levels that go on over pages.
const PAPER_LEVEL: f64 = 20.0;
/// Bars up to this width are grey and without a name; narrower than the second they are left out, px.
const MUTED: f64 = 10.0;
const HIDDEN: f64 = 0.5;
const LABELED: f64 = 20.0;
/// Panels from this width have the table beside the graph.
const BOTH: f64 = 800.0;
const PILL: f64 = 26.0;
const ROW: f64 = 28.0;
const COLUMN: f64 = 120.0;

pub fn draw(view: &PanelView, size: Size, context: &mut PanelContext) -> Vec<Mark> {
    let interpolate = interpolator(&view.panel, context.variables);
    let display = DisplayContext { theme: context.theme, zone: context.zone, now_ms: context.now_ms, interpolate: &interpolate };
    let Some(frame) = view.frames.first() else { return notice::no_data("No data", size, context) };
    let profile = match Profile::read(frame, &display) {
        Ok(profile) if profile.calls.is_empty() => return notice::no_data("No data", size, context),
        Ok(profile) => profile,
        Err(reason) => return notice::no_data(&reason, size, context),
    };
    let only_graph = options::flag(&view.panel.options, "showFlameGraphOnly", false);
    if only_graph || size.width < BOTH {
        let marks = profile.graph(size.to_rect(), context);
        return stack::tall(marks, size, context);
    }
    let half = size.width / 2.0;
    let graph = profile.graph(Rect::new(half + 4.0, 0.0, size.width, size.height), context);
    // Beside a graph that goes on below there is room for more symbols.
    let height = overflow::bottom(&graph).max(size.height);
    let mut marks = profile.table(Rect::new(0.0, 0.0, half - 4.0, height), context);
    marks.extend(graph);
    stack::tall(marks, size, context)
}

struct Profile<'a> {
    display: &'a DisplayContext<'a>,
    value: &'a Field,
    own: &'a Field,
    calls: Vec<Call>,
    labels: Vec<String>,
    /// Two profiles are compared.
    is_difference: bool,
}

impl<'a> Profile<'a> {
    /// The profile of a frame; an error says which fields it lacks, as Grafana does.
    fn read(frame: &'a Frame, display: &'a DisplayContext<'a>) -> Result<Profile<'a>, String> {
        let named = |name: &str| frame.fields.iter().find(|field| field.name == name);
        let names = ["label", "level", "value", "self"];
        let missing: Vec<&str> = names.into_iter().filter(|name| named(name).is_none()).collect();
        let [Some(label), Some(level), Some(value), Some(own)] = names.map(named) else {
            return Err(format!("Data is missing fields: {}", missing.join(", ")));
        };
        for field in [level, value, own] {
            if field.kind != FieldType::Number {
                let kind = format!("{:?}", field.kind).to_lowercase();
                return Err(format!("Data has fields of wrong type: {} has type {kind} but should be number", field.name));
            }
        }
        let right = named("valueRight").filter(|_| named("selfRight").is_some());
        let number = |field: &Field, row: usize| Some(to_number(&field.values.get(row))).filter(|n| n.is_finite()).unwrap_or(0.0).max(0.0);
        let (mut labels, mut index): (Vec<String>, BTreeMap<String, usize>) = Default::default();
        let mut calls = Vec::with_capacity(frame.len());
        for row in 0..frame.len() {
            let text = match label.kind {
                FieldType::String => to_text(&label.values.get(row)),
                _ => display_value(label, &label.values.get(row), None, display).full(),
            };
            let label = *index.entry(text.clone()).or_insert_with(|| {
                labels.push(text);
                labels.len() - 1
            });
            let right = right.map_or(0.0, |field| number(field, row));
            calls.push(Call { level: number(level, row) as usize, value: number(value, row), own: number(own, row), right, label });
        }
        Ok(Profile { display, value, own, calls, labels, is_difference: right.is_some() })
    }

    fn text(&self, field: &Field, value: f64) -> String {
        let shown = display_value(field, &Value::Number(value), None, self.display);
        shown.text + &shown.suffix
    }

    fn color(&self, bar: &Bar, totals: (f64, f64)) -> theme::Color {
        let call = &self.calls[bar.row];
        if self.is_difference {
            return color::by_difference(call.value, call.right, totals.0, totals.1);
        }
        color::by_package(&self.labels[call.label], self.display.theme)
    }

    fn graph(&self, area: Rect, context: &mut PanelContext) -> Vec<Mark> {
        let bars = tree::bars(&self.calls);
        let total = bars.iter().filter(|bar| bar.parent.is_none()).map(|bar| bar.start + bar.value).fold(0.0, f64::max);
        let mut marks = self.pill(total, area, context);
        if total <= 0.0 {
            return marks;
        }
        // Rows of bars: groups take one row together, and what is below them moves up.
        let mut row_of: Vec<usize> = Vec::with_capacity(bars.len());
        for bar in &bars {
            let above = bar.parent.map_or(0, |parent| {
                let same_group = bar.group.is_some_and(|group| bars[parent].group.is_some_and(|other| other.0 == group.0));
                row_of[parent] + usize::from(!same_group)
            });
            row_of.push(above);
        }
        let per_tick = area.width() / total;
        let n_rows = (0..bars.len()).filter(|at| bars[*at].value * per_tick >= HIDDEN).map(|at| row_of[at] + 1).max().unwrap_or(0);
        let top = area.y0 + PILL + 8.0;
        let room = (area.y1 - top).max(0.0);
        let level = (room / n_rows.max(1) as f64).clamp(LEAST_LEVEL, LEVEL);
        let n_fitting = ((room + 0.01) / level) as usize;
        let (level, n_shown) = match context.overflow.most() {
            Some(most) if n_rows > n_fitting => (PAPER_LEVEL, n_rows.min(most)),
            _ => (level, n_fitting),
        };
        if n_rows > n_shown {
            (context.warn)(format!("{} of {n_rows} levels of the flame graph have no room", n_rows - n_shown));
        }
        let style = TextStyle::mono(12.0 * level / LEVEL);
        let totals = self.calls.first().map_or((0.0, 0.0), |root| (root.value, root.right));
        let muted = {
            let base = context.theme.secondary;
            let shift = |c: u8| if context.theme.is_dark { c.saturating_add(26) } else { c.saturating_sub(26) };
            theme::Color::rgb(shift(base.r), shift(base.g), shift(base.b))
        };
        for (at, bar) in bars.iter().enumerate() {
            let is_follower = bar.group.is_some_and(|(first, _)| first != at);
            let width = bar.value * per_tick;
            if row_of[at] >= n_shown || is_follower || width < HIDDEN {
                continue;
            }
            let (x, y) = (area.x0 + bar.start * per_tick, top + row_of[at] as f64 * level);
            if width <= MUTED {
                marks.push(drawing::fill_rect(Rect::new(x, y, x + width, y + level), ink(muted)));
                continue;
            }
            let rect = Rect::new(x + 0.5, y, x + width - 0.5, y + level);
            marks.push(drawing::fill_rect(Rect::new(rect.x0, rect.y0 + 0.5, rect.x1, rect.y1 - 0.5), ink(self.color(bar, totals))));
            if width < LABELED {
                continue;
            }
            let call = &self.calls[bar.row];
            // A group is named by its first bar, with how many it stands for.
            let (mut text_x, mut label) = (rect.x0 + 4.0, self.labels[call.label].clone());
            if let Some((_, count)) = bar.group {
                label = format!("({count}) {label}");
                let strip = Rect::new(rect.x0 + 4.0, y + level / 4.0, rect.x0 + 7.0, y + level * 0.75);
                marks.push(drawing::fill_rect(strip, ink(theme::Color::rgb(0x66, 0x66, 0x66))));
                text_x += 6.0;
            }
            let label = format!("{label} ({})", self.text(self.value, bar.value));
            let text_area = Rect::new(text_x, rect.y0, (rect.x1 - 1.0).max(text_x), rect.y1);
            let color = ink(theme::Color::rgb(0x22, 0x22, 0x22));
            marks.push(drawing::line_in(context.fonts, &label, &style, text_area, Align::Left, color));
        }
        marks
    }

    /// The whole: "16.5 s | 16.5 Bil samples (Time)".
    fn pill(&self, total: f64, area: Rect, context: &PanelContext) -> Vec<Mark> {
        let unit = match self.value.config.unit.as_deref() {
            Some("bytes") => "RAM",
            Some("ns") => "Time",
            _ => "Count",
        };
        let plain =
            Field { config: grafana::field::FieldConfig { unit: Some("short".to_owned()), ..Default::default() }, ..self.value.clone() };
        let text = format!("{} | {} samples ({unit})", self.text(self.value, total), self.text(&plain, total));
        let style = TextStyle { letter_spacing_px: 0.15, ..TextStyle::sans(12.0).medium() };
        let text = context.fonts.ellipsize(&text, &style, (area.width() - 16.0).max(0.0));
        let width = text.width_px + 16.0;
        let ground = Rect::new(area.center().x - width / 2.0, area.y0, area.center().x + width / 2.0, area.y0 + PILL);
        let baseline = drawing::centered_baseline(ground.center().y, 12.0);
        vec![
            drawing::fill_rounded(ground, PILL / 2.0, ink(context.theme.secondary)),
            drawing::shaped(text, ground.x0 + 8.0, baseline, ink(context.theme.text_secondary)),
        ]
    }

    /// Symbols with what they take themselves and in all, the largest first; as many as fit.
    fn table(&self, area: Rect, context: &mut PanelContext) -> Vec<Mark> {
        let sums = tree::sums(&self.calls);
        let totals = self.calls.first().map_or((0.0, 0.0), |root| (root.value, root.right));
        let heads: &[&str] = if self.is_difference { &["Baseline", "Comparison", "Diff"] } else { &["Self", "Total"] };
        let percent = |value: f64| if value.is_finite() { format!("{}%", grafana::js::number_to_string(value)) } else { "new".to_owned() };
        let cells = |sum: &tree::Sum| -> Vec<String> {
            if !self.is_difference {
                return vec![self.text(self.own, sum.own), self.text(self.value, sum.total)];
            }
            let shares = [color::percent(sum.total, totals.0), color::percent(sum.right, totals.1)];
            let difference = color::difference(sum.total, sum.right, totals.0, totals.1);
            let rounded = grafana::js::js_round(difference * 10.0) / 10.0;
            vec![percent(shares[0]), percent(shares[1]), if difference == -100.0 { "removed".to_owned() } else { percent(rounded) }]
        };
        let style = TextStyle { letter_spacing_px: 0.15, ..TextStyle::sans(14.0) };
        let column = COLUMN.min(area.width() / (heads.len() + 2) as f64);
        let room = ((area.height() - ROW) / ROW).max(0.0) as usize;
        // The last line says how many are left out, where some are.
        let n_shown = if sums.len() > room { room.saturating_sub(1) } else { sums.len() };
        let mut marks = Vec::new();
        let mut row = |y: f64, cells: &[String], color: theme::Color, first_color: theme::Color, style: &TextStyle| {
            let numbers = area.x1 - column * (cells.len() - 1) as f64;
            for (at, text) in cells.iter().enumerate() {
                let (x0, x1, align, color) = match at.checked_sub(1) {
                    None => (area.x0, numbers, Align::Left, first_color),
                    Some(n) => (numbers + column * n as f64, numbers + column * (n + 1) as f64, Align::Right, color),
                };
                let cell = Rect::new(x0 + 6.0, y, x1 - 6.0, y + ROW);
                marks.push(drawing::line_in(context.fonts, text, style, cell, align, ink(color)));
            }
        };
        let theme = context.theme;
        let head: Vec<String> = std::iter::once("Symbol").chain(heads.iter().copied()).map(str::to_owned).collect();
        row(area.y0, &head, theme.text_secondary, theme.text_secondary, &style.medium());
        for (at, sum) in sums.iter().take(n_shown).enumerate() {
            let mut texts = vec![self.labels[sum.label].clone()];
            texts.extend(cells(sum));
            row(area.y0 + ROW * (at + 1) as f64, &texts, theme.text_primary, theme.text_link, &style);
        }
        for at in 1..=n_shown {
            let y = area.y0 + ROW * at as f64;
            marks.push(drawing::fill_rect(Rect::new(area.x0, y, area.x1, y + 1.0), ink(theme.border_weak)));
        }
        if n_shown < sums.len() {
            let y = area.y0 + ROW * (n_shown + 1) as f64;
            let text = format!("{} more symbols", sums.len() - n_shown);
            let small = TextStyle { size_px: 12.0, ..style };
            let line = Rect::new(area.x0 + 6.0, y, area.x1 - 6.0, y + ROW);
            marks.push(drawing::line_in(context.fonts, &text, &small, line, Align::Right, ink(theme.text_secondary)));
        }
        marks
    }
}
