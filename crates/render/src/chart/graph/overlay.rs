//! What lies over and under the data: thresholds, messages.

use grafana::{field::ThresholdsMode, theme::Theme};
use scene::{
    Fonts, Mark, TextMark, TextStyle,
    kurbo::{Point, Shape, Size},
};

use super::frames::Aligned;
use super::series::SeriesPen;
use crate::chart::{Scale, area::reachable, gradient, label, number::js_round};

/// Areas and lines of thresholds, under everything else. Source: grafana-ui 12.4.0 `getThresholdsDrawHook`.
pub fn thresholds(pen: &SeriesPen) -> Vec<Mark> {
    let theme = pen.display.theme;
    let mut marks = Vec::new();
    let mut drawn: Vec<usize> = Vec::new();
    for (index, series) in pen.aligned.series.iter().enumerate() {
        let style = &series.style.thresholds;
        let (Some(thresholds), Some(scale)) = (&series.field.config.thresholds, pen.scales.of_series(index)) else {
            continue;
        };
        // One series a scale draws them.
        if !(style.lines || style.areas) || drawn.iter().any(|other| pen.scales.shares_scale(*other, index)) {
            continue;
        }
        drawn.push(index);
        let place = pen.percent_places(index, scale, thresholds.mode == ThresholdsMode::Percentage);
        let with_default = |name: &str, alpha: f32| {
            let color = theme.color(name);
            if color.a == 1.0 { color.with_alpha(alpha) } else { color }
        };
        let steps = &thresholds.steps;
        if style.areas {
            let stops: Vec<_> = steps.iter().map(|step| (place(step.value), with_default(&step.color, 0.15))).collect();
            let paint = gradient::by_value(&pen.area, scale, &stops, true);
            marks.push(label::fill(pen.area.rect.to_path(0.1), paint));
        }
        if style.lines {
            let transparent = steps.iter().position(|step| step.color == "transparent").unwrap_or(0);
            let dash: &[f64] = if style.dashed { &[10.0, 10.0] } else { &[] };
            let lines = steps.iter().enumerate().skip(1).map(|(at, step)| {
                // Under a transparent step the line means "less than": it takes the colour below it.
                let name = if transparent >= at { &steps[at - 1].color } else { &step.color };
                let y = js_round(reachable(pen.area.y_px(place(step.value), scale)));
                let (from, to) = (Point::new(pen.area.rect.x0, y), Point::new(pen.area.rect.x1, y));
                label::line(from, to, label::color(with_default(name, 0.7)), 2.0, dash)
            });
            marks.push(Mark::clipped(pen.area.rect.inflate(1.0, 1.0), lines.collect()));
        }
    }
    marks
}

/// A message in the middle of the panel (`PanelDataErrorView`), in lines where it is long.
pub fn message(text: &str, size: Size, theme: &Theme, fonts: &Fonts) -> Vec<Mark> {
    centered(text, size, &TextStyle::sans(18.0), label::color(theme.text_secondary), fonts)
}

/// All values lie before or after the range.
pub fn is_outside(aligned: &Aligned, x: &Scale) -> bool {
    let has_value = |at: &usize| aligned.series.iter().any(|series| series.cells[*at].value().is_some());
    let first = (0..aligned.times.len()).find(has_value);
    let last = (0..aligned.times.len()).rev().find(has_value);
    match (first, last) {
        (Some(first), Some(last)) => aligned.times[first] > x.max || aligned.times[last] < x.min,
        _ => false,
    }
}

/// Said over an empty plot when all data lies before or after the range.
pub fn outside_range(size: Size, theme: &Theme, fonts: &Fonts) -> Vec<Mark> {
    centered("Data outside time range", size, &TextStyle::sans(14.0), label::color(theme.text_primary), fonts)
}

fn centered(text: &str, size: Size, style: &TextStyle, color: scene::Color, fonts: &Fonts) -> Vec<Mark> {
    let lines = fonts.wrap(text, style, size.width);
    let line_height = style.size_px * 1.571;
    let top = (size.height - line_height * lines.len() as f64) / 2.0;
    let line = |(index, text): (usize, std::sync::Arc<scene::ShapedText>)| {
        let middle = top + (index as f64 + 0.5) * line_height;
        let origin = Point::new((size.width - text.width_px) / 2.0, middle + (text.ascent_px - text.descent_px) / 2.0);
        Mark::Text(TextMark { origin, text, color })
    };
    lines.into_iter().enumerate().map(line).collect()
}
