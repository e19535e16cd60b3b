//! A timeline with its axes and its legend.

use grafana::{
    field::DisplayContext,
    frame::{Frame, Value},
    theme::Color,
};
use scene::{
    Fonts, Mark, Paint, TextStyle,
    kurbo::{Point, Rect, Shape, Size},
};
use serde_json::Value as Json;

use super::{
    boxes,
    boxes::StateBox,
    legend as states,
    rows::{Rows, StateRow},
};
use crate::chart::{
    Axis, PlotArea, Scale, Side,
    annotation::Annotations,
    axis::{self, Ticks},
    graph::{legend_options, overlay, time_axes, zones},
    label::{self, Align, Baseline},
    legend::{self, PlacedLegend},
    link::{self, Linked},
    number::js_round,
    ticks, time_axis,
};
use crate::overflow::{Block, Overflow, Rest};
use crate::view::PanelView;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TimelineMode {
    /// A box from one change to the next.
    Changes,
    /// A box at each time.
    Samples,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ShowValue {
    /// Where two characters fit.
    Auto,
    Always,
    Never,
}

/// Where a state's text stands in its box.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ValueAlign {
    Left,
    Center,
    Right,
}

/// How rows are drawn.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Timeline {
    pub mode: TimelineMode,
    pub merge: bool,
    pub show_value: ShowValue,
    pub align: ValueAlign,
    /// Share of the height that rows fill; one row alone fills it all.
    pub row_height: f64,
    /// Share of the distance of times that a box fills.
    pub column_width: f64,
    /// `custom.lineWidth` where a field says none.
    pub line_px: f64,
}

/// Between the pages of a timeline.
const PAGE_GAP_PX: f64 = 16.0;
/// Between a row's name and the plot, and the ticks that are not drawn but take room.
const NAME_GAP_PX: f64 = 16.0;
const TICK_PX: f64 = 4.0;
const TEXT_PAD_PX: f64 = 2.0;
/// `custom.fillOpacity` where a field says none.
const FILL_OPACITY: f64 = 70.0;

/// What all pages of a timeline are drawn with.
pub struct Setting<'a> {
    pub timeline: Timeline,
    pub view: &'a PanelView,
    pub size: Size,
    pub display: &'a DisplayContext<'a>,
    pub fonts: &'a Fonts,
}

/// Draws rows with axes, legend and annotations, page by page (`perPage`). On screen one leafs through pages; on paper the
/// later ones, each as large as the panel, go to `overflow`.
pub fn draw(rows: Rows, per_page: Option<f64>, setting: &Setting, overflow: &Overflow, warn: &mut dyn FnMut(String)) -> Vec<Mark> {
    let n_rows = rows.rows.len();
    let mut pages = rows.pages(per_page).into_iter();
    let Some(first) = pages.next() else { return Vec::new() };
    let Some(most) = overflow.most() else {
        if n_rows > first.rows.len() {
            warn(format!("only the first page is drawn: {} more rows", n_rows - first.rows.len()));
        }
        return draw_page(&first, setting, overflow, warn);
    };
    let marks = draw_page(&first, setting, overflow, warn);
    let mut n_left = most.saturating_sub(first.rows.len());
    for page in pages {
        if page.rows.len() > n_left {
            warn(format!("{} of {n_rows} rows are left out", n_rows - most + n_left));
            break;
        }
        n_left -= page.rows.len();
        let own = Overflow::onto_paper(most);
        let marks = draw_page(&page, setting, &own, warn);
        let mut blocks = vec![Block {
            marks: vec![Mark::at(0.0, PAGE_GAP_PX, marks)],
            height: PAGE_GAP_PX + setting.size.height,
            n_entries: page.rows.len(),
        }];
        if let Some(rest) = own.take() {
            blocks.push(rest.lead);
            blocks.extend(rest.blocks);
        }
        overflow.put(Rest { blocks, ..Rest::default() });
    }
    marks
}

/// Source: grafana 12.4.0 `TimelineChart`.
fn draw_page(rows: &Rows, setting: &Setting, overflow: &Overflow, warn: &mut dyn FnMut(String)) -> Vec<Mark> {
    let Setting { timeline, view, display, fonts, .. } = setting;
    let (display, fonts) = (*display, *fonts);
    let placed = place_legend(rows, setting, overflow);
    if placed.left_out > 0 {
        warn(format!("the legend has no room for {} entries", placed.left_out));
    }
    let x = x_scale(rows, timeline.mode, view);
    let zones = zones(view.panel.options.get("timezone"), display.zone);
    let ink = label::color(display.theme.text_primary);
    let names = Names::of(rows, placed.plot.width, fonts);
    let mut axes: Vec<Axis> = time_axes(x, Some(&rows.time), &zones[..1], display);
    axes.push(names.axis(ink));
    let annotations = Annotations::of(view).without_shades();
    annotations.make_room(&mut axes);
    let mut layout = axis::layout(&axes, placed.plot, fonts);
    if let (TimelineMode::Samples, Some(axis), Some((_, zone))) =
        (timeline.mode, axes.first_mut().filter(|axis| axis.side == Side::Bottom), zones.first())
    {
        axis.ticks = Ticks::Fixed(sample_ticks(&rows.times, &x, layout.plot.width(), zone, fonts));
        layout = axis::layout(&axes, placed.plot, fonts);
    }
    let area = PlotArea { rect: layout.plot, x };
    let mut marks = Vec::new();
    if area.rect.width() > 0.0 && area.rect.height() > 0.0 && !rows.rows.is_empty() {
        marks.extend(axis::draw(&axes, &layout, display.theme, fonts));
        let share = if rows.rows.len() > 1 { timeline.row_height } else { 1.0 };
        let lanes = boxes::lanes(rows.rows.len(), share, area.rect.height());
        marks.extend(names.draw(&lanes, &area, ink));
        let pen = RowPen { rows, timeline, area, display, fonts };
        let drawn = lanes.iter().enumerate().flat_map(|(index, lane)| pen.row(index, *lane)).collect();
        marks.push(Mark::clipped(area.rect, drawn));
        let links = lanes.iter().enumerate().flat_map(|(index, lane)| pen.links(index, *lane, &view.frames));
        let links: Vec<Mark> = links.take(link::MOST + 1).collect();
        marks.extend(if links.len() > link::MOST { Vec::new() } else { links });
        marks.extend(annotations.draw(&area, Some(&Scale::linear(0.0, 1.0)), display.theme));
        if is_outside(rows, &x) {
            marks.extend(overlay::outside_range(placed.plot, display.theme, fonts));
        }
    }
    marks.extend(placed.marks);
    marks
}

fn place_legend(rows: &Rows, setting: &Setting, overflow: &Overflow) -> PlacedLegend {
    let (size, display) = (setting.size, setting.display);
    let none = PlacedLegend { plot: size, marks: Vec::new(), left_out: 0 };
    let Some((options, _)) = legend_options(&setting.view.panel) else { return none };
    let items = states::items(&rows.rows, display);
    if items.is_empty() { none } else { legend::place(&items, &options, size, overflow, display.theme, setting.fonts) }
}

/// The range; half a column more where cells stand at its ends.
fn x_scale(rows: &Rows, mode: TimelineMode, view: &PanelView) -> Scale {
    let (mut min, mut max) = (view.range.from_ms, view.range.to_ms);
    if let (TimelineMode::Samples, [first, second, ..], Some(last)) = (mode, rows.times.as_slice(), rows.times.last()) {
        let pad = (second - first) / 2.0;
        if min <= *first {
            min = first - pad;
        }
        if max >= *last {
            max = last + pad;
        }
    }
    Scale::linear(min, max)
}

/// Every so many-th time, so that labels keep apart. Source: grafana 12.4.0 `xSplits` of `getConfig`.
fn sample_ticks(times: &[f64], x: &Scale, width: f64, zone: &grafana::time::TimeZone, fonts: &Fonts) -> Vec<(f64, String)> {
    let step = (x.max - x.min) / (width / 40.0);
    let written = |at: f64, step: f64| time_axis::labels(&[Some(at)], step, x, zone).into_iter().flatten().next().unwrap_or_default();
    let min_space = fonts.width(&written(x.max, step), &label::style()) + 18.0;
    let Some((increment, _)) = ticks::find_increment(x.min, x.max, &time_axis::increments(), width, min_space) else {
        return Vec::new();
    };
    let skip = match times {
        [first, second, ..] if second > first => (increment.value / (second - first)).ceil().max(1.0) as usize,
        _ => 1,
    };
    let shown = times.iter().step_by(skip).filter(|at| **at >= x.min && **at <= x.max);
    shown.map(|at| (*at, written(*at, increment.value))).collect()
}

/// The names of rows, left of the plot.
struct Names {
    texts: Vec<std::sync::Arc<scene::ShapedText>>,
    /// What the axis takes.
    size_px: f64,
    hidden: bool,
}

impl Names {
    fn of(rows: &Rows, width: f64, fonts: &Fonts) -> Names {
        let custom = |key: &str| rows.rows.first().and_then(|row| row.field.config.custom.get(key));
        if custom("axisPlacement").and_then(Json::as_str) == Some("hidden") {
            return Names { texts: Vec::new(), size_px: 0.0, hidden: true };
        }
        let style = label::style();
        let fixed = custom("axisWidth").and_then(Json::as_f64).filter(|width| *width > 0.0);
        let widest = rows.rows.iter().map(|row| fonts.width(&row.name, &style)).fold(0.0, f64::max).min(width * 0.4);
        let size_px = fixed.unwrap_or(TICK_PX + NAME_GAP_PX + widest).ceil();
        // DIFFERENCE: Grafana's canvas cuts the beginning of long names; here their end is left out, with a sign.
        let limit = (size_px - NAME_GAP_PX + 8.0).max(0.0);
        Names { texts: rows.rows.iter().map(|row| fonts.ellipsize(&row.name, &style, limit)).collect(), size_px, hidden: false }
    }

    fn axis<'a>(&self, color: scene::Color) -> Axis<'a> {
        Axis {
            side: Side::Left,
            scale: (!self.hidden).then(|| Scale::linear(0.0, 1.0)),
            ticks: Ticks::Fixed(Vec::new()),
            label: None,
            size_px: Some(self.size_px),
            grid: false,
            tick_lines: false,
            border: false,
            color,
            colors: Vec::new(),
            tick_px: axis::TICK_PX,
            skip_labels: 0,
            caption: None,
        }
    }

    fn draw(&self, lanes: &[(f64, f64)], area: &PlotArea, color: scene::Color) -> Vec<Mark> {
        let at = |(top, height): &(f64, f64)| Point::new(area.rect.x0 - NAME_GAP_PX, area.rect.y0 + js_round(top + height / 2.0));
        self.texts
            .iter()
            .zip(lanes)
            .map(|(text, lane)| label::text(text.clone(), at(lane), Align::Right, Baseline::Middle, color))
            .collect()
    }
}

struct RowPen<'a> {
    rows: &'a Rows,
    timeline: &'a Timeline,
    area: PlotArea,
    display: &'a DisplayContext<'a>,
    fonts: &'a Fonts,
}

impl RowPen<'_> {
    fn row(&self, index: usize, lane: (f64, f64)) -> Vec<Mark> {
        let row = &self.rows.rows[index];
        let number = |key: &str, default: f64| row.field.config.custom.get(key).and_then(Json::as_f64).unwrap_or(default);
        let line_px = js_round(number("lineWidth", self.timeline.line_px)).max(0.0);
        let opacity = (number("fillOpacity", FILL_OPACITY) / 100.0).clamp(0.0, 1.0) as f32;
        let boxes = self.boxes(row, lane, line_px);
        let limits = self.area.rect.inflate(100.0, 100.0);
        let middle = self.area.rect.y0 + js_round(lane.0 + lane.1 / 2.0);
        let (mut fills, mut lines, mut texts) = (Vec::new(), Vec::new(), Vec::new());
        for one in boxes {
            let seen = one.rect.intersect(limits);
            if seen.width() <= 0.0 || seen.x1 < self.area.rect.x0 || seen.x0 > self.area.rect.x1 {
                continue;
            }
            let value = row.cells[one.index].as_ref().unwrap_or(&Value::Null);
            let (text, color) = row.display(value, self.display);
            let color = color.unwrap_or(grafana::theme::FALLBACK);
            let fill = color.with_alpha(opacity);
            fills.push(label::fill(seen.to_path(0.1), Paint::Solid(label::color(fill))));
            if line_px > 0.0 {
                let outline = seen.inset(-line_px / 2.0).to_path(0.1);
                lines.push(Mark::stroke(outline, label::color(color), line_px));
            }
            texts.extend(self.text(&one, &text, fill, line_px, middle));
        }
        fills.into_iter().chain(lines).chain(texts).collect()
    }

    fn boxes(&self, row: &StateRow, lane: (f64, f64), line_px: f64) -> Vec<StateBox> {
        let times = &self.rows.times;
        match self.timeline.mode {
            TimelineMode::Changes => boxes::changes(row, times, &self.area, lane, self.timeline.merge, line_px),
            TimelineMode::Samples => boxes::samples(row, times, &self.area, lane, self.timeline.column_width, line_px),
        }
    }

    /// Where boxes lead, for fields with data links.
    fn links(&self, index: usize, lane: (f64, f64), frames: &[Frame]) -> Vec<Mark> {
        let row = &self.rows.rows[index];
        let Some(linked) = Linked::of(&row.field, frames, self.display) else { return Vec::new() };
        let seen = self.boxes(row, lane, 0.0).into_iter().map(|one| (one.index, one.rect.intersect(self.area.rect)));
        let wide = seen.filter(|(_, place)| place.width() > 0.0 && place.height() > 0.0);
        wide.filter_map(|(at, place)| linked.at_time(*self.rows.times.get(at)?, place)).collect()
    }

    /// As many characters as fit. Source: grafana 12.4.0 `drawPoints`.
    fn text(&self, one: &StateBox, text: &str, fill: Color, line_px: f64, middle: f64) -> Option<Mark> {
        if self.timeline.show_value == ShowValue::Never {
            return None;
        }
        let plot = self.area.rect;
        let rect = Rect { x0: js_round(one.rect.x0 - plot.x0), x1: js_round(one.rect.x0 - plot.x0) + one.rect.width(), ..one.rect };
        if rect.x0 >= plot.width() {
            return None;
        }
        let shown_px = if rect.x0 < 0.0 { rect.x1 } else { rect.width() };
        let most_chars = (shown_px / self.px_per_char()).floor().max(0.0) as usize;
        if most_chars == 0 || (self.timeline.show_value == ShowValue::Auto && most_chars < 2) {
            return None;
        }
        let text: String = text.chars().take(most_chars).collect();
        let text = self.fonts.shape(&text, &TextStyle::sans(label::FONT_SIZE_PX).medium());
        let align = if self.timeline.mode == TimelineMode::Changes { self.timeline.align } else { ValueAlign::Center };
        // DIFFERENCE: where a box begins or ends outside the plot, its text is centred on what is seen of it.
        let (left, right) = (rect.x0.max(0.0), rect.x1.min(plot.width()));
        let (x, align) = match align {
            ValueAlign::Left => (left + line_px + TEXT_PAD_PX, Align::Left),
            ValueAlign::Center => ((left + right) / 2.0, Align::Center),
            ValueAlign::Right => (right - line_px - TEXT_PAD_PX, Align::Right),
        };
        let color = label::color(self.display.theme.contrast_text(fill));
        Some(label::text(text, Point::new(plot.x0 + js_round(x), middle), align, Baseline::Middle, color))
    }

    /// The mean width of the printable ASCII characters and a little more.
    fn px_per_char(&self) -> f64 {
        let chars: String = (' '..='~').collect();
        let width = self.fonts.width(&chars, &TextStyle::sans(label::FONT_SIZE_PX).medium());
        (width / 95.0).ceil() + 2.5
    }
}

/// All states lie before or after the range. Source: grafana 12.4.0 `OutsideRangePlugin`.
fn is_outside(rows: &Rows, x: &Scale) -> bool {
    let has_value = |at: &usize| rows.rows.iter().any(|row| !matches!(row.cells[*at], None | Some(Value::Null)));
    let first = (0..rows.times.len()).find(has_value);
    let last = (0..rows.times.len()).rev().find(has_value);
    matches!((first, last), (Some(first), Some(last)) if rows.times[first] > x.max || rows.times[last] < x.min)
}
