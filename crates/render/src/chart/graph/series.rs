//! Drawing the series: lines, areas, bars, points.

use grafana::{
    field::{DisplayContext, ThresholdsMode, display_value, series_color},
    frame::{Frame, Value},
    theme::Color,
};
use scene::{
    Cap, Mark, Paint,
    kurbo::{Affine, BezPath, Point, Rect, Shape},
};

use super::frames::{Aligned, Series};
use super::scales::{Scales, has_values};
use super::stack::Band;
use super::style::{DrawStyle, GradientMode, ShowPoints, SpanNulls, Style, Transform};
use crate::chart::{
    Distribution, PlotArea, Scale,
    area::reachable,
    gradient,
    label::{self, Align, Baseline},
    link::{self, Linked},
    path::{self, Bar, BarLayout, Curve, Dot, Interpolation},
};

/// Everything series are drawn with.
pub struct SeriesPen<'a> {
    pub aligned: &'a Aligned,
    pub scales: &'a Scales,
    pub bands: &'a [Band],
    pub area: PlotArea,
    pub display: &'a DisplayContext<'a>,
    pub fonts: &'a scene::Fonts,
}

impl SeriesPen<'_> {
    /// All series, the first one lowest.
    pub fn draw(&self) -> Vec<Mark> {
        (0..self.aligned.series.len()).filter(|index| !self.aligned.series[*index].style.hidden).flat_map(|index| self.one(index)).collect()
    }

    fn one(&self, index: usize) -> Vec<Mark> {
        let series = &self.aligned.series[index];
        let Some(scale) = self.scales.of_series(index) else {
            return Vec::new();
        };
        let color = self.color(series);
        let stroke = self.stroke_paint(index, scale, color);
        let fill = self.fill_paint(index, scale, color);
        let dots = self.dots(index, scale);
        let mut marks = match series.style.draw_style {
            DrawStyle::Line => self.line(index, scale, &dots, &stroke, fill),
            DrawStyle::Bars => self.bars(index, scale, &stroke, fill),
            DrawStyle::Points => Vec::new(),
        };
        marks.extend(self.points(series, &dots, &stroke));
        if series.style.show_values {
            marks.extend(self.values(series, &dots));
        }
        marks
    }

    pub fn color(&self, series: &Series) -> Color {
        series_color(&series.field, self.display)
    }

    fn dots(&self, index: usize, scale: &Scale) -> Vec<Dot> {
        let series = &self.aligned.series[index];
        path::dots(&self.aligned.times, &series.cells, &self.area, scale, series.style.span_nulls == SpanNulls::Always)
    }

    fn line(&self, index: usize, scale: &Scale, dots: &[Dot], stroke: &Paint, fill: Option<Paint>) -> Vec<Mark> {
        let style = &self.aligned.series[index].style;
        let plot = self.area.rect;
        let curve = match (style.transform, dots.first()) {
            (Transform::Constant, Some(dot)) => constant(dot, plot),
            _ => path::curve(dots, style.interpolation, plot),
        };
        let mut marks = Vec::new();
        if let Some(paint) = fill {
            marks.extend(self.areas(index, scale, &curve, &paint));
        }
        if style.line_width_px > 0.0 {
            let cap = if style.line_style.round { Cap::Round } else { Cap::Butt };
            marks.push(label::stroke(curve.stroke(), stroke.clone(), style.line_width_px, &style.line_style.dash, cap));
        }
        vec![on_pixels(style.line_width_px, plot, marks)]
    }

    /// The area under a line, or between it and the lines its bands end at.
    fn areas(&self, index: usize, scale: &Scale, curve: &Curve, paint: &Paint) -> Vec<Mark> {
        let bands: Vec<&Band> = self.bands.iter().filter(|band| band.from == index).collect();
        let base = match (bands.last(), scale.distribution) {
            (Some(band), _) => {
                if band.upwards {
                    scale.max
                } else {
                    scale.min
                }
            }
            (None, Distribution::Log { .. }) => scale.min,
            (None, _) => 0.0,
        };
        let path = curve.fill_to(self.near(self.area.y_px(base, scale)));
        if bands.is_empty() {
            return vec![label::fill(path, paint.clone())];
        }
        let within = |band: &&Band| {
            let clip = self.beyond(band)?;
            let marks = vec![label::fill(path.clone(), paint.clone())];
            Some(Mark::Group(scene::Group { clip: Some(clip), marks, ..scene::Group::default() }))
        };
        bands.iter().filter_map(within).collect()
    }

    /// The part of the plot beyond the line a band ends at; `None` where that line is not drawn.
    fn beyond(&self, band: &Band) -> Option<BezPath> {
        let lower = self.aligned.series.get(band.to).filter(|series| !series.style.hidden)?;
        let scale = self.scales.of_series(band.to)?;
        if !has_values(&lower.cells, path::window(&self.aligned.times, &self.area.x)) || lower.style.draw_style != DrawStyle::Line {
            return None;
        }
        let curve = path::curve(&self.dots(band.to, scale), lower.style.interpolation, self.area.rect);
        Some(curve.fill_to(if band.upwards { self.area.rect.y1 + 5.0 } else { self.area.rect.y0 - 5.0 }))
    }

    fn bars(&self, index: usize, scale: &Scale, stroke: &Paint, fill: Option<Paint>) -> Vec<Mark> {
        let series = &self.aligned.series[index];
        let style = &series.style;
        let (bars, stroke_px) = self.bar_places(index, scale);
        let limits = self.area.rect.inflate(50.0, 50.0);
        let path: BezPath = bars.iter().flat_map(|bar| bar.rect.intersect(limits).to_path(0.1)).collect();
        let mut marks = Vec::new();
        match fill {
            // Bars too narrow for an outline are painted in its colour.
            _ if stroke_px == 0.0 && style.line_width_px > 0.0 => marks.push(label::fill(path.clone(), stroke.clone())),
            Some(paint) => marks.push(label::fill(path.clone(), paint)),
            None => {}
        }
        if stroke_px > 0.0 {
            marks.push(label::stroke(path, stroke.clone(), stroke_px, &style.line_style.dash, Cap::Butt));
        }
        let clip = self.area.rect.inflate(style.line_width_px / 2.0, style.line_width_px / 2.0);
        vec![Mark::clipped(clip, marks)]
    }

    /// Bars with the width of their outline.
    fn bar_places(&self, index: usize, scale: &Scale) -> (Vec<Bar>, f64) {
        let series = &self.aligned.series[index];
        let style = &series.style;
        let layout = BarLayout {
            alignment: style.bar_alignment,
            width_factor: style.bar_width_factor,
            max_width_px: style.bar_max_width_px,
            stroke_px: style.line_width_px,
        };
        let below = self.bands.iter().find(|band| band.from == index).and_then(|band| self.aligned.series.get(band.to));
        let base = if matches!(scale.distribution, Distribution::Log { .. }) { scale.min } else { 0.0 };
        let below = below.map(|series| series.cells.as_slice());
        path::bars(&self.aligned.times, &series.cells, below, base, &self.area, scale, &layout)
    }

    /// Where points and bars lead, for fields with data links.
    pub fn links(&self, frames: &[Frame]) -> Vec<Mark> {
        let mut marks = Vec::new();
        for (index, series) in self.aligned.series.iter().enumerate().filter(|(_, series)| !series.style.hidden) {
            let (Some(linked), Some(scale)) = (Linked::of(&series.field, frames, self.display), self.scales.of_series(index)) else {
                continue;
            };
            let places: Vec<(usize, Rect)> = match series.style.draw_style {
                DrawStyle::Bars => self.bar_places(index, scale).0.into_iter().map(|bar| (bar.index, bar.rect)).collect(),
                _ => self.dots(index, scale).iter().map(|dot| (dot.index, link::around(dot.point, series.style.point_size_px))).collect(),
            };
            let seen = places.into_iter().map(|(at, place)| (at, place.intersect(self.area.rect)));
            let seen = seen.filter(|(_, place)| place.width() > 0.0 && place.height() > 0.0);
            marks.extend(seen.filter_map(|(at, place)| linked.at_time(*self.aligned.times.get(at)?, place)));
        }
        if marks.len() > link::MOST { Vec::new() } else { marks }
    }

    /// Every dot where there is room for them or they were asked for; else those no line leads to.
    fn points(&self, series: &Series, dots: &[Dot], paint: &Paint) -> Vec<Mark> {
        let style = &series.style;
        if style.point_size_px < style.line_width_px || style.point_size_px <= 0.0 {
            return Vec::new();
        }
        let all = match (style.draw_style, style.show_points) {
            (DrawStyle::Points, _) | (_, ShowPoints::Always) => true,
            (DrawStyle::Bars, ShowPoints::Auto) | (_, ShowPoints::Never) => false,
            (DrawStyle::Line, ShowPoints::Auto) => self.has_room_for_points(style.line_width_px),
        };
        let isolated;
        let shown: &[Dot] = if all {
            dots
        } else if style.draw_style == DrawStyle::Line && style.show_points == ShowPoints::Auto && style.span_nulls != SpanNulls::Always {
            isolated = path::isolated(dots);
            &isolated
        } else {
            return Vec::new();
        };
        if shown.is_empty() {
            return Vec::new();
        }
        let reach = self.area.rect.inflate(style.point_size_px, style.point_size_px);
        let seen = shown.iter().filter(|dot| reach.contains(dot.point));
        // Half of what uPlot's outline of a point is wider than whole pixels.
        let offset = (default_point_px(style.line_width_px) * 0.2).max(1.0) % 2.0 / 2.0;
        let circles = label::fill(path::points(seen, style.point_size_px), paint.clone());
        vec![Mark::Group(scene::Group {
            transform: Affine::translate((offset, offset)),
            clip: Some(reach.to_path(0.1)),
            marks: vec![circles],
            ..scene::Group::default()
        })]
    }

    /// Twice a point's width for each time in sight. Source: uPlot 1.6.32 `seriesPointsShow`.
    fn has_room_for_points(&self, line_width_px: f64) -> bool {
        let Some((first, last)) = path::window(&self.aligned.times, &self.area.x) else {
            return false;
        };
        let space = default_point_px(line_width_px) * 2.0;
        let width = (self.area.x_px(self.aligned.times[last]) - self.area.x_px(self.aligned.times[first])).abs();
        (last - first) as f64 <= width / space
    }

    /// Values written at their dots (`showValues`): where points are shown, or bars have 30 px each. Nothing where no series
    /// with values could show points.
    fn values(&self, series: &Series, dots: &[Dot]) -> Vec<Mark> {
        let might = |style: &Style| style.show_values && (style.draw_style == DrawStyle::Points || style.show_points != ShowPoints::Never);
        let room = self.aligned.series.iter().any(|one| might(&one.style))
            && match (series.style.draw_style, series.style.show_points) {
                (DrawStyle::Points, _) | (_, ShowPoints::Always) => true,
                (DrawStyle::Bars, _) => self.area.rect.width() / self.aligned.times.len() as f64 >= 30.0,
                (DrawStyle::Line, ShowPoints::Never) => false,
                (DrawStyle::Line, ShowPoints::Auto) => self.has_room_for_points(series.style.line_width_px),
            };
        if !room {
            return Vec::new();
        }
        let text = |dot: &Dot| {
            let value = series.cells[dot.index].value()?;
            let text = display_value(&series.field, &Value::Number(value), None, self.display).full();
            let (dy, baseline) = if value < 0.0 { (15.0, Baseline::Top) } else { (-5.0, Baseline::Bottom) };
            let at = Point::new(dot.point.x, dot.point.y + dy);
            let color = label::color(self.display.theme.text_primary);
            Some(label::text(self.fonts.shape(&text, &label::style()), at, Align::Center, baseline, color))
        };
        dots.iter().filter(|dot| self.area.rect.inflate(1.0, 1.0).contains(dot.point)).filter_map(text).collect()
    }

    /// The colour of lines and outlines.
    pub fn stroke_paint(&self, index: usize, scale: &Scale, color: Color) -> Paint {
        match self.aligned.series[index].style.gradient {
            GradientMode::Hue => gradient::hue(&self.area, color, 1.0, self.display.theme),
            GradientMode::Scheme => self.scheme(index, scale, 1.0).unwrap_or(Paint::Solid(label::color(color))),
            GradientMode::None | GradientMode::Opacity => Paint::Solid(label::color(color)),
        }
    }

    /// What areas are filled with; `None` for nothing.
    pub fn fill_paint(&self, index: usize, scale: &Scale, color: Color) -> Option<Paint> {
        let style = &self.aligned.series[index].style;
        let opacity = style.fill_opacity as f32;
        if opacity <= 0.0 {
            return None;
        }
        let solid = || Paint::Solid(label::color(color.with_alpha(opacity)));
        Some(match style.gradient {
            GradientMode::None => solid(),
            GradientMode::Opacity => gradient::opacity(&self.area, color, opacity),
            GradientMode::Hue => gradient::hue(&self.area, color, opacity, self.display.theme),
            GradientMode::Scheme => self.scheme(index, scale, opacity).unwrap_or_else(solid),
        })
    }

    /// Colours by value along the scale; `None` where the field's colours do not depend on values.
    fn scheme(&self, index: usize, scale: &Scale, opacity: f32) -> Option<Paint> {
        let config = &self.aligned.series[index].field.config;
        let theme = self.display.theme;
        let mode = config.color.as_ref().map_or("thresholds", |color| color.mode.as_str());
        let faded = |color: Color| if color.a == 0.0 { color } else { color.with_alpha(opacity) };
        if mode == "thresholds" {
            let thresholds = config.thresholds.as_ref()?;
            let place = self.percent_places(index, scale, thresholds.mode == ThresholdsMode::Percentage);
            let stops: Vec<(f64, Color)> =
                thresholds.steps.iter().map(|step| (place(step.value), faded(theme.color(&step.color)))).collect();
            return Some(gradient::by_value(&self.area, scale, &stops, true));
        }
        let colors = match mode {
            // Colours of series, in a row from the least value to the greatest: so does Grafana.
            "palette-classic" => theme.palette_classic().to_vec(),
            "palette-classic-by-name" => theme.palette_by_name().to_vec(),
            _ => theme.continuous(mode)?,
        };
        let place = self.percent_places(index, scale, true);
        let last = colors.len().saturating_sub(1).max(1) as f64;
        let stops: Vec<(f64, Color)> =
            colors.iter().enumerate().map(|(at, color)| (place(at as f64 / last * 100.0), faded(*color))).collect();
        Some(gradient::by_value(&self.area, scale, &stops, false))
    }

    /// Where percents lie: between the limits that were set, else the data's. Source: grafana-ui 12.4.0 `getGradientRange`.
    pub fn percent_places(&self, index: usize, scale: &Scale, percent: bool) -> impl Fn(f64) -> f64 {
        let series = &self.aligned.series[index];
        let (config, axis) = (&series.field.config, &series.style.axis);
        let window = path::window(&self.aligned.times, &self.area.x);
        let members = self.aligned.series.iter().enumerate().filter(|(at, one)| !one.style.hidden && self.scales.shares_scale(*at, index));
        let extents = members.filter_map(|(_, one)| path::extent(&one.cells, window?, false));
        let data = extents.reduce(|a, b| (a.0.min(b.0), a.1.max(b.1))).filter(|(min, max)| min != max).unwrap_or((scale.min, scale.max));
        let min = config.min.or(axis.soft_min).unwrap_or(data.0);
        let max = config.max.or(axis.soft_max).unwrap_or(data.1);
        move |value| if percent { min + (max - min) * (value / 100.0) } else { value }
    }

    /// Far outside the plot nothing is seen, and huge numbers make bad paths.
    fn near(&self, y: f64) -> f64 {
        reachable(y).clamp(self.area.rect.y0 - 100.0, self.area.rect.y1 + 100.0)
    }
}

/// A point's width where none is set, which other distances follow from (uPlot 1.6.32 `ptDia`).
fn default_point_px(line_width_px: f64) -> f64 {
    3.0 + if line_width_px == 0.0 { 1.0 } else { line_width_px } * 2.0
}

/// A level line over the whole plot.
fn constant(dot: &Dot, plot: Rect) -> Curve {
    let at = |x: f64, joined: bool| Dot { index: dot.index, point: Point::new(x, dot.point.y), joined };
    path::curve(&[at(plot.x0, false), at(plot.x1, true)], Interpolation::Linear, plot)
}

/// Marks cut at the plot, moved by half a pixel where lines have an odd width, so that they lie on pixels as the grid does.
fn on_pixels(line_width_px: f64, plot: Rect, marks: Vec<Mark>) -> Mark {
    let offset = (line_width_px % 2.0) / 2.0;
    let clip = plot.inflate(line_width_px / 2.0, line_width_px / 2.0).to_path(0.1);
    Mark::Group(scene::Group { transform: Affine::translate((offset, offset)), clip: Some(clip), marks, ..scene::Group::default() })
}

/// Bands of `fillBelowTo`, with the opacity Grafana gives them. Source: grafana 12.4.0 `preparePlotConfigBuilder`.
pub fn fill_below(series: &mut [Series]) -> Vec<Band> {
    let names: Vec<[String; 3]> = series
        .iter()
        .map(|one| [one.name.clone(), one.field.name.clone(), one.field.config.display_name_from_ds.clone().unwrap_or_default()])
        .collect();
    let mut bands = Vec::new();
    for (from, one) in series.iter_mut().enumerate() {
        let Some(target) = &one.style.fill_below_to else { continue };
        match names.iter().position(|names| names.contains(target)) {
            Some(to) => {
                bands.push(Band { from, to, upwards: false });
                if one.style.fill_opacity == 0.0 {
                    one.style.fill_opacity = 0.35;
                }
            }
            None => one.style.fill_opacity = 0.0,
        }
    }
    bands
}
