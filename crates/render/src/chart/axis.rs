//! Axes: how wide they are, which ticks they carry, and how they are drawn.
//!
//! Sizes of axes depend on their labels, labels on the room axes leave: [`layout`] settles both as uPlot does, in at most
//! three rounds.

use grafana::{theme::Theme, time::TimeZone};
use scene::{
    Color, Fonts, Group, Mark, Paint, Role,
    kurbo::{BezPath, Point, Rect, Size},
};

use super::area::reachable;
use super::label::{self, Align, Baseline, FONT_SIZE_PX};
use super::number::{guess_decimals, js_round, round_decimals};
use super::scale::Scale;
use super::ticks::{self, Increment};
use super::time_axis;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Side {
    Top,
    Right,
    Bottom,
    Left,
}

impl Side {
    fn is_vertical(self) -> bool {
        matches!(self, Side::Left | Side::Right)
    }

    /// The direction away from the plot.
    fn outward(self) -> f64 {
        if matches!(self, Side::Top | Side::Left) { -1.0 } else { 1.0 }
    }
}

/// Writes a value with the decimals its increment needs (`None`: the field's own choice).
pub type FormatValue<'a> = Box<dyn Fn(f64, Option<i32>) -> String + 'a>;

/// What stands at an axis.
pub enum Ticks<'a> {
    /// Moments; `zone` is where days begin, `label_zone` what labels are written in, `format` instead of the usual words.
    Time { zone: &'a TimeZone, label_zone: &'a TimeZone, format: Option<FormatValue<'a>> },
    Number {
        increments: Vec<Increment>,
        /// Leave out labels of ticks that are not whole (fields with 0 decimals).
        whole_only: bool,
        format: FormatValue<'a>,
    },
    /// Named places: booleans, enums, categories.
    Fixed(Vec<(f64, String)>),
}

/// One axis as it was asked for.
pub struct Axis<'a> {
    pub side: Side,
    /// `None` where nothing of the scale is shown: the axis takes no room.
    pub scale: Option<Scale>,
    pub ticks: Ticks<'a>,
    pub label: Option<String>,
    /// A fixed size in px (`axisWidth`).
    pub size_px: Option<f64>,
    pub grid: bool,
    /// Short lines at the labels, in the colour of the grid or of the border.
    pub tick_lines: bool,
    pub border: bool,
    pub color: Color,
    /// Colours of labels by their values, from each value on; empty where all have `color`.
    pub colors: Vec<(f64, Color)>,
    /// How far ticks reach out from the plot: [`TICK_PX`], more where something stands between plot and labels.
    pub tick_px: f64,
    /// Labels left out at the start, to make room for a zone's name.
    pub skip_labels: usize,
    /// Written at the far end under the axis (names of several zones).
    pub caption: Option<String>,
}

impl Axis<'_> {
    /// The colour of the label of a value.
    fn color_at(&self, value: f64) -> Color {
        let reached = self.colors.iter().rev().find(|(from, _)| *from <= value);
        reached.or(self.colors.first()).map_or(self.color, |(_, color)| *color)
    }
}

/// An axis' length between labels and ticks, and of the ticks themselves (`UPlotAxisBuilder`).
pub const GAP_PX: f64 = 5.0;
pub const TICK_PX: f64 = 4.0;
const LABEL_PAD_PX: f64 = 8.0;
/// Room beside the plot where no axis is (`DEFAULT_PLOT_CONFIG.padding`).
const PADDING_PX: f64 = 8.0;
/// Least distance of a label that moved to its neighbour.
const LABEL_DISTANCE_PX: f64 = 4.0;

/// Where the plot and its axes stand.
#[derive(Clone, Debug, PartialEq)]
pub struct Layout {
    pub plot: Rect,
    pub size: Size,
    /// One for each axis asked for.
    pub axes: Vec<PlacedAxis>,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct PlacedAxis {
    pub shown: bool,
    pub splits: Vec<f64>,
    /// One a split; `None` where the tick carries no label.
    pub labels: Vec<Option<String>>,
    /// Without the axis' own label.
    pub size_px: f64,
    /// The edge towards the plot, across the axis.
    pub position_px: f64,
    /// The same edge of the axis' own label.
    pub label_position_px: f64,
}

/// Settles sizes and ticks in a drawing of `size`. Source: uPlot 1.6.32 `convergeSize`, `axesCalc`, `calcSize`.
pub fn layout(axes: &[Axis], size: Size, fonts: &Fonts) -> Layout {
    layout_padded(axes, size, None, fonts)
}

/// As [`layout`], with room of its own at the top, right, bottom and left of everything.
pub fn layout_padded(axes: &[Axis], size: Size, room: Option<[f64; 4]>, fonts: &Fonts) -> Layout {
    // Grafana gives uPlot whole pixels.
    let size = Size::new(size.width.floor(), size.height.floor());
    let initial = |axis: &Axis| PlacedAxis {
        shown: true,
        size_px: axis.size_px.unwrap_or(if axis.side.is_vertical() { TICK_PX } else { axis.tick_px + GAP_PX + FONT_SIZE_PX }).ceil(),
        ..PlacedAxis::default()
    };
    let mut placed: Vec<PlacedAxis> = axes.iter().map(initial).collect();
    // At first uPlot takes the first four axes for the four sides.
    let mut sides: [bool; 4] = std::array::from_fn(|index| index < axes.len());
    let mut padding = room.unwrap_or_else(|| padding_of(sides));
    let mut plot = plot_rect(axes, &placed, padding, size, &mut sides);
    for round in 1..=3 {
        let mut settled = true;
        for (axis, place) in axes.iter().zip(&mut placed) {
            let next = tick_axis(axis, place, plot, size, fonts);
            settled &= next.shown == place.shown && next.size_px == place.size_px;
            *place = next;
        }
        let next_padding = room.unwrap_or_else(|| padding_of(sides));
        settled &= next_padding == padding;
        padding = next_padding;
        if settled || round == 3 {
            break;
        }
        plot = plot_rect(axes, &placed, padding, size, &mut sides);
    }
    place_axes(axes, &mut placed, plot);
    let half = |value: f64| js_round(value * 2.0) / 2.0;
    let origin = Point::new(half(plot.x0), half(plot.y0));
    let extent = Size::new(half(plot.width()).max(0.0), half(plot.height()).max(0.0));
    Layout { plot: Rect::from_origin_size(origin, extent), size, axes: placed }
}

fn padding_of(sides: [bool; 4]) -> [f64; 4] {
    std::array::from_fn(|side| {
        let across = if side % 2 == 1 { sides[0] || sides[2] } else { sides[1] || sides[3] };
        if sides[side] || !across { 0.0 } else { PADDING_PX }
    })
}

fn plot_rect(axes: &[Axis], placed: &[PlacedAxis], padding: [f64; 4], size: Size, sides: &mut [bool; 4]) -> Rect {
    let [top, right, bottom, left] = padding;
    let mut rect = Rect::new(left, top, size.width - right, size.height - bottom);
    *sides = [false; 4];
    for (axis, place) in axes.iter().zip(placed).filter(|(_, place)| place.shown) {
        let full = place.size_px + label_size(axis);
        if full <= 0.0 {
            continue;
        }
        sides[axis.side as usize] = true;
        match axis.side {
            Side::Top => rect.y0 += full,
            Side::Right => rect.x1 -= full,
            Side::Bottom => rect.y1 -= full,
            Side::Left => rect.x0 += full,
        }
    }
    rect
}

fn label_size(axis: &Axis) -> f64 {
    if axis.label.is_some() { FONT_SIZE_PX + LABEL_PAD_PX } else { 0.0 }
}

/// Axes of one side stand outwards from the plot in the order they were asked for.
fn place_axes(axes: &[Axis], placed: &mut [PlacedAxis], plot: Rect) {
    let mut edges = [plot.y0, plot.x1, plot.y1, plot.x0];
    for (axis, place) in axes.iter().zip(placed).filter(|(_, place)| place.shown) {
        let edge = &mut edges[axis.side as usize];
        place.position_px = *edge;
        *edge += axis.side.outward() * place.size_px;
        place.label_position_px = *edge;
        *edge += axis.side.outward() * label_size(axis);
    }
}

fn tick_axis(axis: &Axis, before: &PlacedAxis, plot: Rect, size: Size, fonts: &Fonts) -> PlacedAxis {
    let Some(scale) = &axis.scale else {
        return PlacedAxis { shown: false, size_px: before.size_px, ..PlacedAxis::default() };
    };
    let length = if axis.side.is_vertical() { plot.height() } else { plot.width() };
    let (splits, labels) = match &axis.ticks {
        Ticks::Time { zone, label_zone, format } => {
            let (splits, labels) = time_ticks(scale, length, zone, label_zone, fonts);
            match format {
                Some(format) => (splits.clone(), splits.into_iter().map(|at| Some(format(at, None))).collect()),
                None => (splits, labels),
            }
        }
        Ticks::Number { increments, whole_only, format } => {
            let min_space = if axis.side.is_vertical() {
                if length <= 150.0 { 15.0 } else { 30.0 }
            } else {
                let greatest = scale.min.abs().max(scale.max.abs());
                fonts.width(&format(greatest, None), &label::style()) + 18.0
            };
            number_ticks(scale, length, min_space, increments, *whole_only, format)
        }
        Ticks::Fixed(places) => (places.iter().map(|p| p.0).collect(), places.iter().map(|p| Some(p.1.clone())).collect()),
    };
    if splits.is_empty() {
        return PlacedAxis { shown: true, size_px: before.size_px, ..PlacedAxis::default() };
    }
    let mut labels: Vec<Option<String>> = labels;
    labels.iter_mut().take(axis.skip_labels).for_each(|label| *label = None);
    let size_px = axis.size_px.unwrap_or_else(|| axis_size(axis, &labels, size, fonts)).ceil();
    PlacedAxis { shown: true, splits, labels, size_px, ..PlacedAxis::default() }
}

fn time_ticks(scale: &Scale, length: f64, zone: &TimeZone, label_zone: &TimeZone, fonts: &Fonts) -> (Vec<f64>, Vec<Option<String>>) {
    let rough_step = (scale.max - scale.min) / (length / 40.0);
    let sample = time_axis::labels(&[Some(scale.max)], rough_step, scale, label_zone);
    let sample = sample.into_iter().next().flatten().unwrap_or_default();
    let min_space = fonts.width(&sample, &label::style()) + 18.0;
    let Some((increment, space)) = ticks::find_increment(scale.min, scale.max, &time_axis::increments(), length, min_space) else {
        return (Vec::new(), Vec::new());
    };
    let splits = time_axis::splits(scale, increment.value, space, min_space, zone);
    let some: Vec<Option<f64>> = splits.iter().copied().map(Some).collect();
    let labels = time_axis::labels(&some, increment.value, scale, label_zone);
    (splits, labels)
}

fn number_ticks(
    scale: &Scale,
    length: f64,
    min_space: f64,
    increments: &[Increment],
    whole_only: bool,
    format: &FormatValue,
) -> (Vec<f64>, Vec<Option<String>>) {
    let Some((increment, _)) = ticks::find_increment(scale.min, scale.max, increments, length, min_space) else {
        return (Vec::new(), Vec::new());
    };
    let splits = ticks::splits(scale, increment);
    let filtered = if whole_only {
        splits.iter().map(|v| (v.fract() == 0.0).then_some(*v)).collect()
    } else {
        ticks::label_filter(&splits, scale, min_space, |value| scale.fraction(value) * length)
    };
    let decimals = Some(guess_decimals(round_decimals(increment.value, 6))).filter(|d| *d > 0);
    let labels = filtered.into_iter().map(|v| v.map(|v| format(v, decimals))).collect();
    (splits, labels)
}

/// Source: grafana-ui 12.4.0 `calculateAxisSize`.
fn axis_size(axis: &Axis, labels: &[Option<String>], size: Size, fonts: &Fonts) -> f64 {
    if !axis.side.is_vertical() {
        return axis.tick_px + GAP_PX + FONT_SIZE_PX;
    }
    // Grafana measures a label that is left out as the word "null".
    let width = |label: &Option<String>| fonts.width(label.as_deref().unwrap_or("null"), &label::style());
    let widest = labels.iter().map(width).fold(0.0, f64::max);
    let label_gap = if axis.label.is_some() { LABEL_PAD_PX } else { 0.0 };
    TICK_PX + GAP_PX + label_gap + widest.min(size.width * 0.4)
}

/// Grid, ticks, borders, labels: everything of the axes, under the data. Source: uPlot 1.6.32 `drawAxesGrid`.
pub fn draw(axes: &[Axis], layout: &Layout, theme: &Theme, fonts: &Fonts) -> Vec<Mark> {
    let shown = || axes.iter().zip(&layout.axes).filter(|(axis, place)| place.shown && axis.scale.is_some());
    let lines = shown().flat_map(|(axis, place)| draw_lines(axis, place, layout, theme)).collect();
    let lines = Mark::Group(Group { role: Role::Artifact, marks: lines, ..Group::default() });
    std::iter::once(lines).chain(shown().flat_map(|(axis, place)| draw_texts(axis, place, layout, fonts))).collect()
}

fn draw_lines(axis: &Axis, place: &PlacedAxis, layout: &Layout, theme: &Theme) -> Vec<Mark> {
    let plot = layout.plot;
    let grid_color = label::grid_color(theme);
    let edge = js_round(place.position_px);
    let tick_end = edge + axis.side.outward() * axis.tick_px;
    let positions = positions(axis, place, plot);
    let across = |from: f64, to: f64| {
        let mut path = BezPath::new();
        for at in &positions {
            let (start, end) = if axis.side.is_vertical() {
                (Point::new(from, at + 0.5), Point::new(to, at + 0.5))
            } else {
                (Point::new(at + 0.5, from), Point::new(at + 0.5, to))
            };
            path.move_to(start);
            path.line_to(end);
        }
        path
    };
    let mut marks = Vec::new();
    if axis.tick_lines {
        marks.push(Mark::stroke(across(edge, tick_end), if axis.border { axis.color } else { grid_color }, 1.0));
    }
    if axis.grid {
        let path = if axis.side.is_vertical() { across(plot.x0, plot.x1) } else { across(plot.y0, plot.y1) };
        marks.push(Mark::stroke(path, grid_color, 1.0));
    }
    if axis.border {
        let (from, to) = if axis.side.is_vertical() {
            (Point::new(edge + 0.5, plot.y0), Point::new(edge + 0.5, plot.y1))
        } else {
            (Point::new(plot.x0, edge + 0.5), Point::new(plot.x1, edge + 0.5))
        };
        marks.push(label::line(from, to, axis.color, 1.0, &[]));
    }
    marks
}

fn draw_texts(axis: &Axis, place: &PlacedAxis, layout: &Layout, fonts: &Fonts) -> Vec<Mark> {
    let plot = layout.plot;
    let style = label::style();
    let shift = (if axis.tick_lines { axis.tick_px } else { 0.0 } + GAP_PX) * axis.side.outward();
    let edge = js_round(place.position_px) + shift;
    let mut marks = Vec::new();
    let mut previous_end = f64::NEG_INFINITY;
    for ((at, value), text) in positions(axis, place, plot).into_iter().zip(&place.splits).zip(&place.labels) {
        let Some(text) = text else { continue };
        let color = axis.color_at(*value);
        let text = fonts.shape(text, &style);
        let mark = match axis.side {
            Side::Left => label::text(text, Point::new(edge, at), Align::Right, Baseline::Middle, color),
            Side::Right => label::text(text, Point::new(edge, at), Align::Left, Baseline::Middle, color),
            side => {
                let baseline = if side == Side::Bottom { Baseline::Top } else { Baseline::Bottom };
                let at = within(at, text.width_px, previous_end, layout.size.width);
                previous_end = at + text.width_px / 2.0;
                label::text(text, Point::new(at, edge), Align::Center, baseline, color)
            }
        };
        marks.push(mark);
    }
    if let Some(text) = &axis.caption {
        let at = Point::new(plot.x0, place.position_px + place.size_px);
        marks.push(label::text(fonts.shape(text, &style), at, Align::Left, Baseline::Bottom, axis.color));
    }
    if let Some(text) = &axis.label {
        let text = fonts.shape(text, &style);
        let at = js_round(place.label_position_px + LABEL_PAD_PX * axis.side.outward());
        let label = |baseline| label::text(text, Point::ZERO, Align::Center, baseline, axis.color);
        let middle = Point::new(js_round((plot.x0 + plot.x1) / 2.0), js_round((plot.y0 + plot.y1) / 2.0));
        marks.push(match axis.side {
            Side::Left => label::turned(Point::new(at, middle.y), -1.0, vec![label(Baseline::Bottom)]),
            Side::Right => label::turned(Point::new(at, middle.y), 1.0, vec![label(Baseline::Bottom)]),
            Side::Bottom => Mark::at(middle.x, at, vec![label(Baseline::Top)]),
            Side::Top => Mark::at(middle.x, at, vec![label(Baseline::Bottom)]),
        });
    }
    marks
}

/// DIFFERENCE: Grafana's canvas cuts the first and last label at its edge; here they move in as far as their neighbours allow,
/// so that they can be read.
fn within(at: f64, width: f64, previous_end: f64, limit: f64) -> f64 {
    let half = width / 2.0;
    let moved = at.min(limit - half).max(previous_end + LABEL_DISTANCE_PX + half).max(half);
    if moved > at && at > half { at } else { moved }
}

/// Whole pixels, where uPlot puts its ticks.
fn positions(axis: &Axis, place: &PlacedAxis, plot: Rect) -> Vec<f64> {
    let Some(scale) = &axis.scale else { return Vec::new() };
    let position = |value: &f64| {
        let fraction = scale.fraction(*value);
        js_round(reachable(if axis.side.is_vertical() { plot.y1 - plot.height() * fraction } else { plot.x0 + plot.width() * fraction }))
    };
    place.splits.iter().map(position).collect()
}

/// Fill that covers the plot, for backgrounds.
pub fn plot_background(plot: Rect, paint: Paint) -> Mark {
    label::fill(scene::kurbo::Shape::to_path(&plot, 0.1), paint)
}

#[cfg(test)]
mod tests {
    use super::super::ticks::{binary_increments, decimal_increments};
    use super::*;

    fn time_axis(zone: &TimeZone) -> Axis<'_> {
        let hours = |n: f64| 1_795_132_800_000.0 + n * 3_600_000.0;
        Axis {
            side: Side::Bottom,
            scale: Some(Scale::linear(hours(0.0), hours(6.0))),
            ticks: Ticks::Time { zone, label_zone: zone, format: None },
            label: None,
            size_px: None,
            grid: true,
            tick_lines: true,
            border: false,
            color: Color::BLACK,
            colors: Vec::new(),
            tick_px: TICK_PX,
            skip_labels: 0,
            caption: None,
        }
    }

    fn value_axis<'a>(side: Side, scale: Option<Scale>, unit: &'a str) -> Axis<'a> {
        let binary = unit == "B";
        let format: FormatValue = Box::new(move |value, decimals| {
            let (value, unit) = if binary { (value / 1024f64.powi(3), " GiB") } else { (value, unit) };
            format!("{value:.*}{unit}", decimals.unwrap_or(0) as usize)
        });
        let increments = if binary { binary_increments() } else { decimal_increments() };
        let ticks = Ticks::Number { increments, whole_only: false, format };
        let time = time_axis_defaults();
        Axis { side, scale, ticks, grid: false, tick_lines: false, ..time }
    }

    fn time_axis_defaults() -> Axis<'static> {
        Axis {
            side: Side::Bottom,
            scale: None,
            ticks: Ticks::Fixed(Vec::new()),
            label: None,
            size_px: None,
            grid: true,
            tick_lines: true,
            border: false,
            color: Color::BLACK,
            colors: Vec::new(),
            tick_px: TICK_PX,
            skip_labels: 0,
            caption: None,
        }
    }

    /// Ticks with their places, as a recording lists the words of a canvas: from the corner of a titled panel.
    fn words(axes: &[Axis], layout: &Layout) -> Vec<Vec<(String, f64)>> {
        let of_axis = |(axis, place): (&Axis, &PlacedAxis)| {
            let inset = if axis.side.is_vertical() { 49.0 } else { 9.0 };
            let places = positions(axis, place, layout.plot).into_iter().map(|at| at + inset);
            place.labels.iter().flatten().cloned().zip(places).collect()
        };
        axes.iter().zip(&layout.axes).map(of_axis).collect()
    }

    /// A panel of recording TkZXxlNG3 ("10 data points, points auto"): 386 x 220 px with its frame and title.
    #[test]
    fn a_recorded_chart_has_its_ticks_where_grafana_painted_them() {
        let zone = TimeZone::utc();
        let axes = [time_axis(&zone), value_axis(Side::Left, Some(Scale::linear(0.0, 99.0)), "")];
        let layout = layout(&axes, Size::new(368.0, 162.0), &Fonts::embedded());
        let expected_times = [34.0, 90.0, 146.0, 202.0, 257.0, 313.0, 369.0];
        let words = words(&axes, &layout);
        let times: Vec<f64> = words[0].iter().map(|word| word.1).collect();
        assert_eq!(times, expected_times);
        assert_eq!(words[0][1].0, "01:00");
        let values: Vec<(&str, f64)> = words[1].iter().map(|word| (word.0.as_str(), word.1)).collect();
        assert_eq!(values, [("0", 190.0), ("20", 163.0), ("40", 136.0), ("60", 109.0), ("80", 83.0)]);
    }

    /// "Memory Basic" of recording real-node-exporter-full: powers of two at 780 x 258 px, over a legend of one row.
    #[test]
    fn binary_units_tick_at_powers_of_two() {
        let zone = TimeZone::utc();
        let axes = [time_axis(&zone), value_axis(Side::Left, Some(Scale::linear(0.0, 28e9)), "B")];
        let layout = layout(&axes, Size::new(762.0, 168.5), &Fonts::embedded());
        let labels: Vec<&str> = layout.axes[1].labels.iter().flatten().map(String::as_str).collect();
        assert_eq!(labels, ["0 GiB", "4 GiB", "8 GiB", "12 GiB", "16 GiB", "20 GiB", "24 GiB"]);
    }

    #[test]
    fn axes_without_data_take_no_room() {
        let zone = TimeZone::utc();
        let fonts = Fonts::embedded();
        let plot = |right: Option<Scale>| {
            let axes = [time_axis(&zone), value_axis(Side::Left, Some(Scale::linear(0.0, 99.0)), ""), value_axis(Side::Right, right, "")];
            layout(&axes, Size::new(368.0, 162.0), &fonts).plot
        };
        assert_eq!(plot(None).x1, 360.0);
        assert!(plot(Some(Scale::linear(0.0, 1000.0))).x1 < 345.0);
    }
}
