//! Bars by category (`barchart`).
//!
//! One frame becomes categories and series ([`frame`]); series stack and get their scales as those of time series do, then
//! groups of bars ([`groups`]) stand on an axis of categories ([`categories`]) with their values written at them ([`values`]).

mod categories;
mod frame;
mod groups;
mod legend;
mod values;

use grafana::{
    dashboard::Panel,
    field::{DisplayContext, display_value},
    frame::{Field, Frame, Value},
};
use scene::{
    Cap, Fonts, Mark, Paint,
    kurbo::{Affine, BezPath, Point, Rect, Shape, Size},
};

use super::{PanelContext, interpolator, notice, options, repeater::Orientation};
use crate::{
    chart::{
        Axis, Distribution, PlotArea, Scale, Side,
        axis::{self, Ticks},
        graph::{Aligned, Band, Scales, SeriesPen, StackingMode, overlay, stack},
        label,
        link::{self, Linked},
        number::js_round,
    },
    drawing::ink,
    view::PanelView,
};
use categories::{Categories, LABEL_GAP_PX};
use frame::Bars;
use groups::{Group, Placed};

/// An axis' ticks and its text, as every axis has them.
const TICK_PX: f64 = 4.0;

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum ShowValue {
    Auto,
    Always,
    Never,
}

/// The panel's options with Grafana's defaults.
struct Look {
    /// Bars stand upright, categories are beside each other.
    upright: bool,
    group_width: f64,
    bar_width: f64,
    radius: f64,
    stacking: StackingMode,
    show_value: ShowValue,
    value_size: Option<f64>,
    /// Degrees, clockwise.
    rotation: f64,
    max_label: Option<usize>,
    /// Least distance of labels in px; below zero counted from the end.
    spacing: f64,
}

impl Look {
    fn read(panel: &Panel, size: Size, fonts: &Fonts) -> Look {
        let saved = &panel.options;
        let number = |key: &str, default: f64| options::number(saved, key).unwrap_or(default);
        let rotation = number("xTickLabelRotation", 0.0).clamp(-90.0, 90.0);
        let upright = match Orientation::from_option(options::text(saved, "orientation", "auto")) {
            Orientation::Vertical => true,
            Orientation::Horizontal => false,
            Orientation::Auto => size.width >= size.height,
        };
        let max_label = options::number(saved, "xTickLabelMaxLength").filter(|n| *n >= 1.0).map(|n| n as usize);
        // Rotated labels may take half the panel, less three characters for the dots.
        let automatic = || {
            let char_px = fonts.width("M", &label::style());
            (size.height / 2.0 / rotation.to_radians().abs().sin() / char_px - 3.0).floor().max(0.0) as usize
        };
        Look {
            upright,
            group_width: number("groupWidth", 0.7).clamp(0.0, 1.0),
            bar_width: number("barWidth", 0.97).clamp(0.0, 1.0),
            radius: number("barRadius", 0.0).clamp(0.0, 0.5),
            stacking: match options::text(saved, "stacking", "none") {
                "normal" => StackingMode::Normal,
                "percent" => StackingMode::Percent,
                _ => StackingMode::None,
            },
            show_value: match options::text(saved, "showValue", "auto") {
                "always" => ShowValue::Always,
                "never" => ShowValue::Never,
                _ => ShowValue::Auto,
            },
            value_size: options::number(saved, "text.valueSize").filter(|size| *size > 0.0),
            rotation,
            max_label: (rotation != 0.0).then(|| max_label.unwrap_or_else(automatic)),
            spacing: number("xTickLabelSpacing", 0.0),
        }
    }
}

pub fn draw(view: &PanelView, size: Size, context: &mut PanelContext) -> Vec<Mark> {
    let interpolate = interpolator(&view.panel, context.variables);
    let display = DisplayContext { theme: context.theme, zone: context.zone, now_ms: context.now_ms, interpolate: &interpolate };
    let look = Look::read(&view.panel, size, context.fonts);
    let bars = match frame::prepare(view, look.stacking) {
        Ok(bars) => bars,
        Err(Some(text)) => return notice::no_data(&text, size, context),
        Err(None) => return notice::no_data(&notice::without_numbers(view), size, context),
    };
    let placed = legend::place(view, &bars, size, &display, context);
    if placed.left_out > 0 {
        (context.warn)(format!("the legend has no room for {} of its entries", placed.left_out));
    }
    // Rows of joined frames are not those of any of them.
    let frames = if view.frames.len() == 1 { view.frames.as_slice() } else { &[] };
    let chart = Chart::settle(bars, look, frames, &display, context.fonts);
    let mut marks = chart.draw(placed.plot);
    marks.extend(placed.marks);
    marks
}

struct Chart<'a> {
    bars: Bars,
    /// What data links are looked up in.
    frames: &'a [Frame],
    look: Look,
    aligned: Aligned,
    bands: Vec<Band>,
    categories: Categories,
    display: &'a DisplayContext<'a>,
    fonts: &'a Fonts,
}

impl<'a> Chart<'a> {
    fn settle(bars: Bars, look: Look, frames: &'a [Frame], display: &'a DisplayContext<'a>, fonts: &'a Fonts) -> Chart<'a> {
        let times = (0..bars.rows).map(|row| row as f64).collect();
        let mut aligned = Aligned { times, series: bars.series.iter().filter(|series| !series.style.hidden).cloned().collect() };
        let bands = stack(&mut aligned.series);
        let categories = Categories::of(&bars.x, bars.rows, display);
        Chart { bars, frames, look, aligned, bands, categories, display, fonts }
    }

    fn draw(&self, size: Size) -> Vec<Mark> {
        let x = Scale::linear(-0.5, self.bars.rows as f64 - 0.5);
        // Stacks of 100 % have the ranges and units of any others here.
        let plain = self.aligned.series.iter().cloned().map(|mut series| {
            series.style.stacking = StackingMode::None;
            // Bars start at zero unless told otherwise; colours by value do not know of that.
            let (config, axis) = (&series.field.config, &mut series.style.axis);
            axis.soft_min = axis.soft_min.or(config.min.is_none().then_some(0.0));
            axis.soft_max = axis.soft_max.or(config.max.is_none().then_some(0.0));
            series
        });
        let plain = Aligned { times: self.aligned.times.clone(), series: plain.collect() };
        let scales = Scales::of(&plain, &x);
        let mut axes: Vec<Axis> = self.category_axis(size).into_iter().collect();
        let n_category_axes = axes.len();
        axes.extend(scales.axes(&plain, self.display));
        if !self.look.upright {
            for axis in &mut axes[n_category_axes..] {
                axis.side = if axis.side == Side::Right { Side::Top } else { Side::Bottom };
                axis.tick_lines |= axis.side == Side::Bottom;
            }
        }
        let padding = self.categories.padding(&self.look, self.fonts);
        let mut layout = axis::layout_padded(&axes, size, padding, self.fonts);
        let plot = layout.plot;
        if plot.width() <= 0.0 || plot.height() <= 0.0 {
            return Vec::new();
        }
        // What goes by value upwards goes to the right where bars are level: drawn upwards, then turned.
        let turn = (!self.look.upright).then(|| Affine::new([0.0, 1.0, -1.0, 0.0, plot.x1, plot.y0]));
        let rect = if turn.is_some() { Rect::new(0.0, 0.0, plot.height(), plot.width()) } else { plot };
        let area = PlotArea { rect, x };
        let mut turned = Vec::new();
        if !self.look.upright {
            for (axis, place) in axes.iter().zip(&mut layout.axes).skip(n_category_axes) {
                let shift = 5.0 + if axis.tick_lines { TICK_PX } else { 0.0 };
                categories::skip(&mut place.labels, self.look.spacing, plot.width());
                if self.look.rotation == 0.0 || axis.side != Side::Bottom {
                    continue;
                }
                for (value, text) in place.splits.iter().zip(&mut place.labels) {
                    let (Some(text), Some(scale)) = (text.take(), axis.scale) else { continue };
                    let at = Point::new(js_round(plot.x0 + plot.width() * scale.fraction(*value)), js_round(place.position_px) + shift);
                    turned.push(categories::turned(&text, at, self.look.rotation, ink(self.display.theme.text_primary), self.fonts));
                }
            }
        }
        let pen = SeriesPen { aligned: &self.aligned, scales: &scales, bands: &self.bands, area, display: self.display, fonts: self.fonts };
        let mut marks = turned_by(turn, overlay::thresholds(&pen));
        marks.extend(axis::draw(&axes, &layout, self.display.theme, self.fonts));
        marks.extend(turned);
        if n_category_axes > 0 {
            let position = layout.axes[0].position_px;
            marks.extend(self.categories.draw(&self.look, &self.groups().centers(), plot, position, self.display.theme, self.fonts));
        }
        marks.extend(self.draw_bars(&pen, plot, turn));
        marks
    }

    /// The axis under (or left of) the groups, sized for its labels; the labels themselves are drawn apart.
    fn category_axis(&self, size: Size) -> Option<Axis<'static>> {
        let style = crate::chart::graph::Style::read(&self.bars.x.config.custom).axis;
        if style.placement == crate::chart::graph::AxisPlacement::Hidden {
            return None;
        }
        let px = if self.look.upright {
            TICK_PX + LABEL_GAP_PX + label::FONT_SIZE_PX
        } else {
            let widest = self.categories.labels.iter().map(|text| self.fonts.width(text, &label::style())).fold(0.0, f64::max);
            TICK_PX + LABEL_GAP_PX + if style.label.is_some() { 8.0 } else { 0.0 } + widest.min(size.width * 0.4)
        };
        Some(Axis {
            side: if self.look.upright { Side::Bottom } else { Side::Left },
            scale: Some(Scale::linear(0.0, 1.0)),
            ticks: Ticks::Fixed(Vec::new()),
            label: style.label.as_deref().map(self.display.interpolate),
            size_px: Some(px.ceil()),
            grid: false,
            tick_lines: false,
            border: false,
            color: ink(self.display.theme.text_primary),
            colors: Vec::new(),
            tick_px: axis::TICK_PX,
            skip_labels: 0,
            caption: None,
        })
    }

    fn groups(&self) -> Group {
        let stacked = self.look.stacking != StackingMode::None;
        let n_bars = self.aligned.series.len();
        let (mut group_width, mut bar_width) = (self.look.group_width, self.look.bar_width);
        // A single series has no use for groups: its bars take their place.
        if n_bars == 1 && !stacked {
            if self.bars.series.len() == 1 {
                group_width = bar_width;
            }
            bar_width = 1.0;
        }
        if stacked {
            (group_width, bar_width) = (bar_width, group_width);
        }
        Group { n_groups: self.bars.rows, n_bars, group_width, bar_width, stacked }
    }

    fn draw_bars(&self, pen: &SeriesPen, plot: Rect, turn: Option<Affine>) -> Vec<Mark> {
        let groups = self.groups();
        let mut labels = values::Labels::new(&self.look, plot, self.fonts);
        let (mut marks, mut links) = (Vec::new(), Vec::new());
        for (index, series) in self.aligned.series.iter().enumerate() {
            let Some(scale) = pen.scales.of_series(index) else { continue };
            let below = self.bands.iter().find(|band| band.from == index).map(|band| self.aligned.series[band.to].cells.as_slice());
            let base = if matches!(scale.distribution, Distribution::Log { .. }) { scale.min } else { 0.0 };
            let mut placed: Vec<Placed> = Vec::new();
            let mut stroke_px = 0.0;
            for row in 0..self.bars.rows {
                let Some(value) = series.cells.get(row).and_then(|cell| cell.value()) else { continue };
                let from = below.map_or(base, |below| below[row].value().unwrap_or(0.0));
                let (offset, width) = groups.bar(row, index);
                let one = Placed::of(row, (offset, width), (from, value), plot, scale, self.look.upright, series.style.line_width_px);
                stroke_px = one.stroke_px;
                if let Some(raw) = self.bars.raw(&series.field, row) {
                    let text = self.value_text(&series.field, raw, row);
                    labels.add(row, index, &one, raw, text);
                }
                placed.push(one);
            }
            let is_top = index + 1 == self.aligned.series.len();
            let radius = match self.look.stacking {
                StackingMode::Percent => 0.0,
                StackingMode::Normal if !is_top => 0.0,
                _ => self.look.radius,
            };
            if let Some(linked) = Linked::of(&series.field, self.frames, self.display) {
                links.extend(placed.iter().map(|one| linked.at_row(one.row, one.bounds.intersect(plot))));
            }
            let limits = plot.inflate(50.0, 50.0);
            let outlines: Vec<(usize, BezPath)> =
                placed.iter().map(|one| (one.row, one.outline(radius, self.look.upright, limits))).collect();
            marks.extend(self.paint(pen, index, scale, &outlines, stroke_px, turn));
        }
        let reach = plot.inflate(1.0, 1.0);
        let mut all = vec![Mark::clipped(reach, marks)];
        all.extend(labels.draw(ink(self.display.theme.text_primary)));
        all.extend(links.into_iter().take(link::MOST));
        all
    }

    /// A series' bars, each in its own colour where colours go by value.
    fn paint(
        &self,
        pen: &SeriesPen,
        index: usize,
        scale: &Scale,
        outlines: &[(usize, BezPath)],
        stroke_px: f64,
        turn: Option<Affine>,
    ) -> Vec<Mark> {
        let series = &self.aligned.series[index];
        let mut marks = Vec::new();
        let mut put = |path: BezPath, fill: Option<Paint>, stroke: Paint| {
            match fill {
                _ if stroke_px == 0.0 && series.style.line_width_px > 0.0 => marks.push(label::fill(path.clone(), stroke.clone())),
                Some(fill) => marks.push(label::fill(path.clone(), fill)),
                None => {}
            }
            if stroke_px > 0.0 {
                marks.push(label::stroke(path, stroke, stroke_px, &[], Cap::Butt));
            }
        };
        if self.bars.colored_by_bar {
            let opacity = self.bars.fill_opacity();
            for (row, outline) in outlines {
                let color = self.bar_color(&series.field, *row);
                let fill = if opacity < 1.0 { color.with_alpha(opacity) } else { color };
                put(outline.clone(), Some(Paint::Solid(label::color(fill))), Paint::Solid(label::color(color)));
            }
            return marks;
        }
        let mut path: BezPath = outlines.iter().flat_map(|(_, outline)| outline.iter()).collect();
        if let Some(turn) = turn {
            path.apply_affine(turn.inverse());
        }
        let color = grafana::field::series_color(&series.field, self.display);
        put(path, pen.fill_paint(index, scale, color), pen.stroke_paint(index, scale, color));
        turned_by(turn, marks)
    }

    fn bar_color(&self, field: &Field, row: usize) -> grafana::theme::Color {
        let field = self.bars.color.as_ref().unwrap_or(field);
        let shown = display_value(field, &field.values.get(row), None, self.display);
        shown.color.unwrap_or(grafana::theme::FALLBACK)
    }

    fn value_text(&self, field: &Field, raw: f64, row: usize) -> String {
        let mut field = Field { values: Default::default(), ..field.clone() };
        let mut value = raw;
        if self.look.stacking == StackingMode::Percent {
            field.config.unit = Some("percentunit".to_owned());
            let total = self.bars.total(row, raw);
            value = if total == 0.0 { raw } else { raw / total };
        }
        display_value(&field, &Value::Number(value), None, self.display).full()
    }
}

/// Marks in coordinates of their own.
fn turned_by(turn: Option<Affine>, marks: Vec<Mark>) -> Vec<Mark> {
    match turn {
        Some(transform) if !marks.is_empty() => vec![Mark::Group(scene::Group { transform, marks, ..scene::Group::default() })],
        _ => marks,
    }
}

/// `rect` as a path.
fn rect_path(rect: Rect) -> BezPath {
    rect.to_path(0.1)
}
