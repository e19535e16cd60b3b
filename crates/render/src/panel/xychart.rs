//! Points and lines of numbers over numbers (`xychart`).

mod color;
mod series;

use grafana::{field::DisplayContext, frame::FieldType, theme::Theme, time::TimeZone};
use scene::{
    Cap, Color, Join, Mark, Paint, PathMark, Stroke,
    kurbo::{BezPath, Circle, Point, Rect, Shape, Size},
};

use super::{PanelContext, interpolator, notice};
use crate::{
    chart::{
        Axis, PlotArea, Scale, Side, axis,
        axis::Ticks,
        graph::{AxisPlacement, Style, legend_options, legend_stat, number_axis},
        label,
        legend::{self, LegendItem, PlacedLegend, Swatch},
        link::{self, Linked},
        number::js_round,
        range::{RangeConfig, scale_for},
    },
    drawing::ink,
    view::PanelView,
};
use color::PointColors;
use series::{Shape as PointShape, XySeries};

pub fn draw(view: &PanelView, size: Size, context: &mut PanelContext) -> Vec<Mark> {
    let all = series::prepare(view);
    let Some(first) = all.first() else {
        return notice::no_data(&notice::without_numbers(view), size, context);
    };
    let interpolate = interpolator(&view.panel, context.variables);
    let display = DisplayContext { theme: context.theme, zone: context.zone, now_ms: context.now_ms, interpolate: &interpolate };
    let fonts = context.fonts;
    let placed = place_legend(view, &all, size, &display, context);
    if placed.left_out > 0 {
        (context.warn)(format!("the legend has no room for {} of {} series", placed.left_out, all.len()));
    }
    let mut marks = Vec::new();
    if let Some(x) = x_scale(&all) {
        let scales = YScales::of(&all);
        let mut axes: Vec<Axis> = x_axis(first, &all, x, context.zone, &display).into_iter().collect();
        axes.extend(scales.axes(&all, &display));
        let layout = axis::layout(&axes, placed.plot, fonts);
        let area = PlotArea { rect: layout.plot, x };
        if area.rect.width() > 0.0 && area.rect.height() > 0.0 {
            marks.extend(axis::draw(&axes, &layout, context.theme, fonts));
            let sizes = series::size_range(&all);
            let colors = series::color_range(&all);
            let drawn = all.iter().enumerate().filter_map(|(index, one)| Some((one, scales.of_series(index)?)));
            let drawn = drawn.flat_map(|(one, scale)| Pen { one, area, scale, sizes, colors, theme: context.theme }.draw());
            marks.push(Mark::clipped(area.rect, drawn.collect()));
            let placed = all.iter().enumerate().filter_map(|(index, one)| Some((one, scales.of_series(index)?)));
            let links = placed.flat_map(|(one, scale)| Pen { one, area, scale, sizes, colors, theme: context.theme }.links(view, &display));
            let links: Vec<Mark> = links.take(link::MOST + 1).collect();
            marks.extend(if links.len() > link::MOST { Vec::new() } else { links });
        }
    }
    marks.extend(placed.marks);
    marks
}

fn place_legend(view: &PanelView, all: &[XySeries], size: Size, display: &DisplayContext, context: &PanelContext) -> PlacedLegend {
    let none = PlacedLegend { plot: size, marks: Vec::new(), left_out: 0 };
    let Some((options, calcs)) = legend_options(&view.panel) else {
        return none;
    };
    let shown = all.iter().filter(|one| !Style::read(&one.y.config.custom).hidden_in_legend);
    let item = |one: &XySeries| LegendItem {
        label: one.name.clone(),
        color: Color { a: 1.0, ..one.color(display.theme) },
        swatch: Swatch::Solid,
        disabled: false,
        right_axis: false,
        stats: calcs.iter().map(|calc| legend_stat(&one.y, calc, display)).collect(),
    };
    let items: Vec<LegendItem> = shown.map(item).collect();
    if items.is_empty() { none } else { legend::place(&items, &options, size, context.overflow, context.theme, context.fonts) }
}

/// One scale for the x values of all series; its settings are the first one's. Times fill it from edge to edge.
fn x_scale(all: &[XySeries]) -> Option<Scale> {
    let extent = all.iter().filter_map(|one| series::extent(&one.x)).reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
    let field = &all.first()?.x;
    if field.kind == FieldType::Time {
        return extent.map(|(min, max)| Scale::linear(min, if max > min { max } else { min + 1.0 }));
    }
    scale_for(&range_config(field), extent)
}

fn range_config(field: &grafana::frame::Field) -> RangeConfig {
    let style = Style::read(&field.config.custom);
    RangeConfig {
        distribution: style.distribution,
        min: field.config.min,
        max: field.config.max,
        soft_min: style.axis.soft_min,
        soft_max: style.axis.soft_max,
        centered_zero: style.axis.centered_zero,
        decimals: field.config.decimals,
        percent: false,
        padding: None,
    }
}

fn x_axis<'a>(first: &XySeries, all: &[XySeries], x: Scale, zone: &'a TimeZone, display: &'a DisplayContext<'a>) -> Option<Axis<'a>> {
    let style = Style::read(&first.x.config.custom).axis;
    if style.placement == AxisPlacement::Hidden {
        return None;
    }
    let mut axis = number_axis(x, &first.x, Side::Bottom, display);
    if first.x.kind == FieldType::Time {
        axis.ticks = Ticks::Time { zone, label_zone: zone, format: None };
    }
    axis.border = style.border;
    let names: Vec<&str> = all.iter().map(|one| one.x_name.as_str()).collect();
    axis.label = style.label.as_deref().map(display.interpolate).or_else(|| series::common_label(&names));
    Some(axis)
}

/// Value scales by unit, with the first series of each.
struct YScales {
    keys: Vec<(Option<String>, usize, Option<Scale>)>,
    of_series: Vec<usize>,
}

impl YScales {
    fn of(all: &[XySeries]) -> YScales {
        let mut scales = YScales { keys: Vec::new(), of_series: Vec::new() };
        for (index, one) in all.iter().enumerate() {
            let unit = &one.y.config.unit;
            let at = scales.keys.iter().position(|(key, ..)| key == unit);
            scales.of_series.push(at.unwrap_or(scales.keys.len()));
            if at.is_none() {
                scales.keys.push((unit.clone(), index, None));
            }
        }
        for (at, (_, first, scale)) in scales.keys.iter_mut().enumerate() {
            let members = all.iter().zip(&scales.of_series).filter(|(_, of)| **of == at);
            let extent = members.filter_map(|(one, _)| series::extent(&one.y)).reduce(|a, b| (a.0.min(b.0), a.1.max(b.1)));
            *scale = scale_for(&range_config(&all[*first].y), extent);
        }
        scales
    }

    fn of_series(&self, index: usize) -> Option<Scale> {
        self.keys.get(*self.of_series.get(index)?)?.2
    }

    fn axes<'a>(&self, all: &[XySeries], display: &'a DisplayContext<'a>) -> Vec<Axis<'a>> {
        let names: Vec<&str> = all.iter().map(|one| one.y_name.as_str()).collect();
        let mut axes: Vec<Axis> = Vec::new();
        for (_, first, scale) in &self.keys {
            let field = &all[*first].y;
            let style = Style::read(&field.config.custom).axis;
            let Some(scale) = scale.filter(|_| style.placement != AxisPlacement::Hidden) else { continue };
            let side = if style.placement == AxisPlacement::Right { Side::Right } else { Side::Left };
            let mut axis = number_axis(scale, field, side, display);
            axis.border = style.border;
            axis.grid = style.grid.unwrap_or(axes.is_empty());
            axis.label = style.label.as_deref().map(display.interpolate).or_else(|| series::common_label(&names));
            axes.push(axis);
        }
        axes
    }
}

/// Beyond this many, points that overlap are no longer laid over each other one by one: files would grow too large.
const MOST_SINGLE_POINTS: usize = 2_000;
const POINTS_A_BATCH: usize = 50;

struct Pen<'a> {
    one: &'a XySeries,
    area: PlotArea,
    scale: Scale,
    sizes: Option<(f64, f64)>,
    colors: Option<(f64, f64)>,
    theme: &'a Theme,
}

impl Pen<'_> {
    /// Points, then the line over them. Source: grafana 12.4.0 `drawBubblesFactory`.
    fn draw(&self) -> Vec<Mark> {
        let places = self.places();
        let mut marks = if self.one.show_points { self.points(&places) } else { Vec::new() };
        if self.one.show_line && self.one.line_width_px > 0.0 {
            let mut line = BezPath::new();
            for (index, (_, at)) in places.iter().enumerate() {
                if index == 0 { line.move_to(*at) } else { line.line_to(*at) }
            }
            let style = &self.one.line_style;
            let cap = if style.round { Cap::Round } else { Cap::Butt };
            let color = if self.one.color_field.is_some() { Color::rgb(0, 0, 0) } else { self.one.color(self.theme) };
            marks.push(label::stroke(line, Paint::Solid(color), self.one.line_width_px, &style.dash, cap));
        }
        marks
    }

    /// Where its points lead.
    fn links(&self, view: &PanelView, display: &DisplayContext) -> Vec<Mark> {
        let Some(linked) = Linked::of(&self.one.y, &view.frames, display) else { return Vec::new() };
        let places = self.places().into_iter().filter(|(_, at)| self.area.rect.inflate(1.0, 1.0).contains(*at));
        places.map(|(row, at)| linked.at_row(row, link::around(at, self.one.size_px(row, self.sizes)))).collect()
    }

    /// Rows with their places, those in sight.
    fn places(&self) -> Vec<(usize, Point)> {
        let reach = self.one.most_size_px() / 2.0;
        let seen = self.area.rect.inflate(reach, reach);
        let (xs, ys) = (self.one.x.values.numbers().unwrap_or_default(), self.one.y.values.numbers().unwrap_or_default());
        let place = |(row, (x, y)): (usize, (&Option<f64>, &Option<f64>))| {
            let at = self.area.point((*x)?, (*y)?, &self.scale);
            seen.contains(at).then_some((row, at))
        };
        xs.iter().zip(ys).enumerate().filter_map(place).collect()
    }

    fn points(&self, places: &[(usize, Point)]) -> Vec<Mark> {
        let own = self.one.color_field.as_ref().map(|field| PointColors::of(field, self.colors, self.theme));
        let base = self.one.color(self.theme);
        let opacity = self.one.fill_opacity;
        let paint = |row: usize| -> (Option<Color>, Color) {
            let Some(own) = &own else {
                return ((opacity > 0.0).then(|| base.with_alpha(opacity)), base.with_alpha(1.0));
            };
            let color = own.at(row).map_or(ink(grafana::theme::FALLBACK), ink);
            let fill = if own.has_alpha { color } else { color.with_alpha(opacity) };
            (Some(fill), color.with_alpha(1.0))
        };
        let mut marks = Vec::new();
        let per_mark = if places.len() > MOST_SINGLE_POINTS && own.is_none() { POINTS_A_BATCH } else { 1 };
        for batch in places.chunks(per_mark) {
            let outline: BezPath = batch.iter().flat_map(|(row, at)| self.outline(*row, *at)).collect();
            let (fill, stroke) = paint(batch[0].0);
            let width_px = self.one.stroke_width_px;
            let stroke = Stroke { paint: Paint::Solid(stroke), width_px, dash: Vec::new(), cap: Cap::Butt, join: Join::Miter };
            marks.push(Mark::Path(PathMark { path: outline, fill: fill.map(Paint::Solid), stroke: (width_px > 0.0).then_some(stroke) }));
        }
        marks
    }

    fn outline(&self, row: usize, at: Point) -> BezPath {
        let size = js_round(self.one.size_px(row, self.sizes)).max(0.0);
        match self.one.shape {
            PointShape::Circle => Circle::new(at, size / 2.0).to_path(0.1),
            PointShape::Square => {
                let corner = Point::new(js_round(at.x - size / 2.0), js_round(at.y - size / 2.0));
                Rect::from_origin_size(corner, (size, size)).to_path(0.1)
            }
        }
    }
}
