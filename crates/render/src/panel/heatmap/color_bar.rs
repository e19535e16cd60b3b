//! The bar of colours under a heatmap, with the counts at its ends.

use grafana::{
    field::{DisplayContext, display_value},
    frame::Value,
    theme::Color,
};
use scene::{
    Fonts, LinearGradient, Mark, Paint, TextStyle,
    kurbo::{Point, Rect, Shape, Size},
};

use super::cells::Cells;
use crate::{
    chart::label,
    drawing::{self, ink},
};

const LEFT_PX: f64 = 25.0;
const WIDTH_PX: f64 = 300.0;
const PADDING_PX: f64 = 10.0;
const BAR_PX: f64 = 9.0;
const TEXT_PX: f64 = 11.0;
const LINE_PX: f64 = TEXT_PX * 22.0 / 14.0;
/// Share of the panel it may take. DIFFERENCE: in a low panel Grafana gives it a fifth and cuts its numbers.
const MOST_HEIGHT: f64 = 0.35;
/// The gradient's colours, of which the palette may have more.
const STOPS: usize = 10;
/// Palettes up to this size are shown in steps.
const MOST_STEPS: usize = 20;

/// The room left above the bar, and the bar.
pub fn place(
    palette: &[Color],
    (min, max): (f64, f64),
    cells: &Cells,
    size: Size,
    display: &DisplayContext,
    fonts: &Fonts,
) -> (Size, Vec<Mark>) {
    let height = (2.0 * PADDING_PX + BAR_PX + LINE_PX).min(size.height * MOST_HEIGHT);
    let top = size.height - height;
    let width = WIDTH_PX.min(size.width - LEFT_PX).max(0.0);
    let bar = Rect::new(LEFT_PX, top + PADDING_PX, LEFT_PX + width, top + PADDING_PX + BAR_PX);
    let gradient = LinearGradient { from: Point::new(bar.x0, 0.0), to: Point::new(bar.x1, 0.0), stops: stops(palette) };
    let mut marks = vec![label::fill(drawing::rounded(bar, BAR_PX).to_path(0.05), Paint::Linear(gradient))];
    if min.is_finite() && max.is_finite() {
        let style = TextStyle::sans(TEXT_PX);
        let baseline = drawing::baseline(bar.y1, LINE_PX, TEXT_PX);
        let write = |value: f64| fonts.shape(&display_value(&cells.count_field, &Value::Number(value), None, display).full(), &style);
        let color = ink(display.theme.text_disabled);
        let (low, high) = (write(min), write(max));
        let right = bar.x1 - high.width_px;
        marks.push(drawing::shaped(low, bar.x0, baseline, color));
        marks.push(drawing::shaped(high, right, baseline, color));
    }
    (Size::new(size.width, top), marks)
}

/// Source: grafana 12.4.0 `getGradientStops`.
fn stops(palette: &[Color]) -> Vec<(f32, scene::Color)> {
    let count = palette.len();
    if count <= MOST_STEPS {
        let share = |index: usize| index as f32 / count as f32;
        return palette
            .iter()
            .enumerate()
            .flat_map(|(index, color)| [share(index), share(index + 1)].map(|at| (at, ink(*color))))
            .collect();
    }
    let mut colors: Vec<Color> = Vec::new();
    for color in palette.iter().step_by(count.div_ceil(STOPS)).chain(palette.last()) {
        if !colors.contains(color) {
            colors.push(*color);
        }
    }
    let last = colors.len().saturating_sub(1).max(1) as f32;
    colors.iter().enumerate().map(|(index, color)| (index as f32 / last, ink(*color))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn few_colours_are_steps_and_many_flow() {
        let grey = |n: usize| -> Vec<Color> { (0..n).map(|level| Color::rgb(level as u8, level as u8, level as u8)).collect() };
        let places = |n| stops(&grey(n)).iter().map(|stop| (stop.0 * 100.0).round() as u32).collect::<Vec<_>>();
        assert_eq!(places(4), [0, 25, 25, 50, 50, 75, 75, 100]);
        assert_eq!(places(64).len(), 10);
        assert_eq!(stops(&[Color::rgb(1, 1, 1); 30]).len(), 1);
    }
}
