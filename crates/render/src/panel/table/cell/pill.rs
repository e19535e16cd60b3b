//! Values as coloured pills.

use grafana::{
    field::{self, DisplayValue},
    frame::{Field, Value},
    theme,
};
use scene::{
    Color, Mark, TextStyle,
    kurbo::{Rect, Shape},
};
use serde_json::Value as Json;

use super::Cells;
use crate::{
    color_math::text_on,
    drawing::{self, ink},
    panel::table::{PADDING, column::Column},
};

const HEIGHT: f64 = 22.0;
const SIDE: f64 = 6.0;
const GAP: f64 = 4.0;

fn style() -> TextStyle {
    TextStyle { letter_spacing_px: 0.15, ..TextStyle::sans(12.0) }
}

impl Cells<'_> {
    fn shown_pills(&self, column: &Column, row: usize) -> Vec<DisplayValue> {
        let one = |pill| field::display_value(column.field, &Value::String(pill), None, self.context);
        parts(&column.field.values.get(row)).into_iter().map(one).collect()
    }

    pub(super) fn pills_width(&self, column: &Column, row: usize) -> f64 {
        let shown = self.shown_pills(column, row);
        shown.iter().map(|pill| self.fonts.width(&pill.full(), &style()) + 2.0 * SIDE + GAP).sum::<f64>() - GAP
    }

    /// Height of the lines of pills, px.
    pub(super) fn pills_height(&self, column: &Column, row: usize) -> f64 {
        let lines = self.pill_lines(column, row).len().max(1) as f64;
        lines * HEIGHT + (lines - 1.0) * GAP
    }

    /// Pills with their widths, by line.
    fn pill_lines(&self, column: &Column, row: usize) -> Vec<Vec<(DisplayValue, f64)>> {
        let room = column.width - 2.0 * PADDING;
        let (mut lines, mut used) = (vec![Vec::new()], 0.0);
        for pill in self.shown_pills(column, row) {
            let width = self.fonts.width(&pill.full(), &style()) + 2.0 * SIDE;
            if column.wraps && used > 0.0 && used + width > room + 0.5 {
                lines.push(Vec::new());
                used = 0.0;
            }
            used += width + GAP;
            if let Some(line) = lines.last_mut() {
                line.push((pill, width));
            }
        }
        lines
    }

    pub(super) fn pills(&self, column: &Column, row: usize, area: Rect) -> Vec<Mark> {
        let inner = area.inset((-PADDING, 0.0));
        let mut marks = Vec::new();
        let mut is_cut = false;
        let mut y = (area.center().y - self.pills_height(column, row) / 2.0).max(area.y0 + if column.wraps { PADDING } else { 0.0 });
        for line in self.pill_lines(column, row) {
            let total: f64 = line.iter().map(|(_, width)| width + GAP).sum::<f64>() - GAP;
            let mut x = inner.x0 + column.align.offset(inner.width(), total).max(0.0);
            for (pill, width) in line {
                let place = Rect::new(x, y, x + width, y + HEIGHT);
                let ground = self.pill_color(column.field, &pill);
                marks.push(drawing::fill_rounded(place, 6.0, ground));
                if ground.a == 0.0 {
                    let edge = drawing::rounded(place.inset(-0.5), 6.0).to_path(0.05);
                    marks.push(Mark::stroke(edge, ink(self.context.theme.border_strong), 1.0));
                }
                let text = self.fonts.shape(&pill.full(), &style());
                let color = text_on(ground, self.context.theme.is_dark);
                marks.push(drawing::shaped(text, x + SIDE, drawing::centered_baseline(place.center().y, 12.0), color));
                is_cut |= place.x1 > area.x1 || place.y1 > area.y1;
                x = place.x1 + GAP;
            }
            y += HEIGHT + GAP;
        }
        if is_cut { vec![Mark::clipped(area, marks)] } else { marks }
    }

    /// By mapping, by a fixed colour, else dealt from the palette by the text itself.
    fn pill_color(&self, field: &Field, shown: &DisplayValue) -> Color {
        let config = &field.config;
        let mode = config.color.as_ref().map_or("", |c| c.mode.as_str());
        let fixed = config.color.as_ref().and_then(|c| c.fixed_color.as_deref()).unwrap_or("#808080");
        if !config.mappings.is_empty() {
            // Only mappings colour then, by the text that is shown.
            let mapped = field::map_value(&config.mappings, &Value::String(shown.full())).and_then(|result| result.color);
            return ink(self.context.theme.color(mapped.as_deref().unwrap_or(fixed)));
        }
        if mode == "fixed" {
            return ink(self.context.theme.color(fixed));
        }
        let theme = self.context.theme;
        let hash = string_hash(&shown.full()) as usize;
        let dealt = |colors: &[Color]| colors.get(hash % colors.len().max(1)).copied();
        let themed = |colors: &[theme::Color]| colors.get(hash % colors.len().max(1)).copied().map(ink);
        let color = match mode {
            "palette-classic" => themed(theme.palette_classic()),
            "palette-classic-by-name" => themed(theme.palette_by_name()),
            mode => match theme.continuous(mode) {
                Some(colors) => themed(&colors),
                None => dealt(&OLD_PALETTE.map(|[r, g, b]| Color::rgb(r, g, b))),
            },
        };
        color.unwrap_or(Color::rgb(128, 128, 128))
    }
}

/// The palette of Grafana's first years, which pills keep where the colour mode has no colours of its own.
#[rustfmt::skip]
const OLD_PALETTE: [[u8; 3]; 56] = [
    [0x7e, 0xb2, 0x6d], [0xea, 0xb8, 0x39], [0x6e, 0xd0, 0xe0], [0xef, 0x84, 0x3c], [0xe2, 0x4d, 0x42], [0x1f, 0x78, 0xc1], [0xba, 0x43, 0xa9],
    [0x70, 0x5d, 0xa0], [0x50, 0x86, 0x42], [0xcc, 0xa3, 0x00], [0x44, 0x7e, 0xbc], [0xc1, 0x5c, 0x17], [0x89, 0x0f, 0x02], [0x0a, 0x43, 0x7c],
    [0x6d, 0x1f, 0x62], [0x58, 0x44, 0x77], [0xb7, 0xdb, 0xab], [0xf4, 0xd5, 0x98], [0x70, 0xdb, 0xed], [0xf9, 0xba, 0x8f], [0xf2, 0x91, 0x91],
    [0x82, 0xb5, 0xd8], [0xe5, 0xa8, 0xe2], [0xae, 0xa2, 0xe0], [0x62, 0x9e, 0x51], [0xe5, 0xac, 0x0e], [0x64, 0xb0, 0xc8], [0xe0, 0x75, 0x2d],
    [0xbf, 0x1b, 0x00], [0x0a, 0x50, 0xa1], [0x96, 0x2d, 0x82], [0x61, 0x4d, 0x93], [0x9a, 0xc4, 0x8a], [0xf2, 0xc9, 0x6d], [0x65, 0xc5, 0xdb],
    [0xf9, 0x93, 0x4e], [0xea, 0x64, 0x60], [0x51, 0x95, 0xce], [0xd6, 0x83, 0xce], [0x80, 0x6e, 0xb7], [0x3f, 0x68, 0x33], [0x96, 0x73, 0x02],
    [0x2f, 0x57, 0x5e], [0x99, 0x44, 0x0a], [0x58, 0x14, 0x0c], [0x05, 0x2b, 0x51], [0x51, 0x17, 0x49], [0x3f, 0x2b, 0x5b], [0xe0, 0xf9, 0xd7],
    [0xfc, 0xea, 0xca], [0xcf, 0xfa, 0xff], [0xf9, 0xe2, 0xd2], [0xfc, 0xe2, 0xde], [0xba, 0xdf, 0xf4], [0xf9, 0xd9, 0xf9], [0xde, 0xda, 0xf7],
];

/// The parts of a list, a JSON list in text, or comma-separated text.
fn parts(value: &Value) -> Vec<String> {
    let of_list = |list: &[Json]| -> Vec<String> {
        let one = |json: &Json| json.as_str().map_or_else(|| json.to_string(), |s| s.trim().to_owned());
        list.iter().filter(|json| !json.is_null()).map(one).collect()
    };
    let text = match value {
        Value::Null => return Vec::new(),
        Value::Json(Json::Array(list)) => return of_list(list),
        other => field::to_text(other),
    };
    if text.is_empty() {
        return Vec::new();
    }
    match serde_json::from_str::<Json>(&text) {
        Ok(Json::Array(list)) if text.starts_with('[') => of_list(&list),
        _ => text.trim().split(',').map(|part| part.trim().to_owned()).collect(),
    }
}

/// The `string-hash` package by which Grafana deals palette colours to texts: djb2 over UTF-16 units, from the end.
fn string_hash(text: &str) -> u32 {
    let units: Vec<u16> = text.encode_utf16().collect();
    units.iter().rev().fold(5381_u32, |hash, unit| hash.wrapping_mul(33) ^ u32::from(*unit))
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn check(value: Value, expected: &[&str]) {
        assert_eq!(parts(&value), expected, "{value:?}");
    }

    #[test]
    fn lists_are_parted() {
        check(Value::String("a, b ,c".into()), &["a", "b", "c"]);
        check(Value::String("[\"a\", 2, null]".into()), &["a", "2"]);
        check(Value::String("[broken, list".into()), &["[broken", "list"]);
        check(Value::Json(json!(["x", true, null])), &["x", "true"]);
        check(Value::String(String::new()), &[]);
        check(Value::Null, &[]);
        check(Value::Number(5.0), &["5"]);
    }
}
