//! An item's swatch, name and values, set in a line.

use std::sync::Arc;

use grafana::theme::Theme;
use scene::{
    Color, Fonts, Mark, Paint, ShapedText, TextMark, TextStyle,
    kurbo::{Circle, Point, Rect, RoundedRect, Shape},
};

use super::{LegendItem, LegendStat, Swatch};
use crate::chart::label;

pub const SWATCH_PX: f64 = 14.0;
pub const SWATCH_GAP_PX: f64 = 8.0;
/// Under each other: from one line of a wrapped name to the next.
pub const LINE_PX: f64 = 16.0;
const STAT_GAP_PX: f64 = 8.0;
/// Behind an item.
pub const ITEM_GAP_PX: f64 = 10.0;
/// Names are cut or wrapped rather than pushing values out, but not below this.
const LEAST_NAME_PX: f64 = 20.0;
/// The page's letter spacing, which charts themselves do not have.
const LETTER_SPACING_PX: f64 = 0.15;

pub struct Pen<'a> {
    pub theme: &'a Theme,
    pub fonts: &'a Fonts,
    /// Names that are too long go on below; else they end with "…".
    pub wraps: bool,
}

/// An item ready to be set.
pub struct Entry<'a> {
    pub label: Vec<Arc<ShapedText>>,
    stats: Vec<Arc<ShapedText>>,
    pub width: f64,
    color: Color,
    /// None of a note on other items.
    pub item: Option<&'a LegendItem>,
}

impl Entry<'_> {
    /// What lines of the name beyond the first add to a row's height.
    pub fn more_height(&self) -> f64 {
        self.label.len().saturating_sub(1) as f64 * LINE_PX
    }

    /// The right end of the longest line of the name, from the entry's left.
    pub fn label_end(&self) -> f64 {
        SWATCH_PX + SWATCH_GAP_PX + widest(&self.label)
    }
}

fn widest(lines: &[Arc<ShapedText>]) -> f64 {
    lines.iter().map(|line| line.width_px).fold(0.0, f64::max)
}

impl Pen<'_> {
    /// An item with its values behind the name, in at most `limit` px.
    pub fn entry<'i>(&self, item: &'i LegendItem, limit: f64) -> Entry<'i> {
        self.entry_of(item, item.stats.iter().map(|stat| self.shape(&in_list(stat))).collect(), limit)
    }

    /// An item's name alone.
    pub fn name<'i>(&self, item: &'i LegendItem, limit: f64) -> Entry<'i> {
        self.entry_of(item, Vec::new(), limit)
    }

    fn entry_of<'i>(&self, item: &'i LegendItem, stats: Vec<Arc<ShapedText>>, limit: f64) -> Entry<'i> {
        let stats_width: f64 = stats.iter().map(|text| text.width_px + STAT_GAP_PX).sum();
        let around = SWATCH_PX + SWATCH_GAP_PX + stats_width + ITEM_GAP_PX;
        let room = (limit - around).max(LEAST_NAME_PX);
        let label = match self.shape(&item.label) {
            natural if natural.width_px + around <= limit => vec![natural],
            _ if self.wraps => self.fonts.wrap(&item.label, &style(), room),
            _ => vec![self.fonts.ellipsize(&item.label, &style(), room)],
        };
        let color = if item.disabled { self.theme.text_disabled } else { self.theme.text_primary };
        Entry { width: around + widest(&label), label, stats, color: label::color(color), item: Some(item) }
    }

    /// How many items there are besides.
    pub fn more<'i>(&self, n_items: usize) -> Entry<'i> {
        let label = self.shape(&format!("… and {n_items} more"));
        let color = label::color(self.theme.text_secondary);
        Entry { width: label.width_px + ITEM_GAP_PX, label: vec![label], stats: Vec::new(), color, item: None }
    }

    /// Sets an entry from `left`, its first line around `middle`; its values end at `right`, if given.
    pub fn set(&self, entry: &Entry, left: f64, right: Option<f64>, middle: f64, marks: &mut Vec<Mark>) {
        let mut x = left;
        if let Some(item) = entry.item {
            marks.push(swatch(item, x, middle));
            x += SWATCH_PX + SWATCH_GAP_PX;
        }
        for (index, line) in entry.label.iter().enumerate() {
            self.text_at(line, x, middle + index as f64 * LINE_PX, entry.color, marks);
        }
        x += widest(&entry.label);
        let stats_px: f64 = entry.stats.iter().map(|text| text.width_px + STAT_GAP_PX).sum();
        x = right.map_or(x, |right| x.max(right - stats_px));
        for stat in &entry.stats {
            x += STAT_GAP_PX;
            self.text_at(stat, x, middle, label::color(self.theme.text_primary), marks);
            x += stat.width_px;
        }
    }

    /// Text in the middle of its row, as browsers place a line's baseline.
    pub fn text_at(&self, text: &Arc<ShapedText>, x: f64, middle: f64, color: Color, marks: &mut Vec<Mark>) {
        let origin = Point::new(x, middle + (text.ascent_px - text.descent_px) / 2.0);
        marks.push(Mark::Text(TextMark { origin, text: text.clone(), color }));
    }

    pub fn shape(&self, text: &str) -> Arc<ShapedText> {
        self.fonts.shape(text, &style())
    }
}

/// "Mean: 5"; a value without a title stands alone.
fn in_list(stat: &LegendStat) -> String {
    if stat.title.is_empty() { stat.text.clone() } else { format!("{}: {}", capitalized(&stat.title), stat.text) }
}

pub fn style() -> TextStyle {
    TextStyle { letter_spacing_px: LETTER_SPACING_PX, ..TextStyle::sans(label::FONT_SIZE_PX) }
}

fn swatch(item: &LegendItem, x: f64, middle: f64) -> Mark {
    let (top, bottom) = (middle - 2.0, middle + 2.0);
    let path = match item.swatch {
        Swatch::Solid => RoundedRect::new(x, top, x + SWATCH_PX, bottom, 2.0).to_path(0.1),
        Swatch::Dashes => {
            let dash = |left: f64| Rect::new(left, top, left + 6.0, bottom).to_path(0.1);
            dash(x).into_iter().chain(dash(x + 8.0)).collect()
        }
        Swatch::Dots => (0..3).flat_map(|n| Circle::new((x + 2.0 + f64::from(n) * 5.0, middle), 2.0).to_path(0.1)).collect(),
    };
    label::fill(path, Paint::Solid(item.color))
}

fn capitalized(text: &str) -> String {
    let mut chars = text.chars();
    let first = chars.next().map(|c| c.to_uppercase().collect::<String>()).unwrap_or_default();
    // lodash's `capitalize` also lowers the rest.
    first + &chars.as_str().to_lowercase()
}
