//! Legends: lists and tables of series, under or beside a plot.

use grafana::theme::Theme;
use scene::{
    Color, Fonts, Group, Mark, Paint, ShapedText, TextMark, TextStyle,
    kurbo::{Affine, Circle, Point, Rect, RoundedRect, Shape, Size},
};
use std::{cmp::Ordering, sync::Arc};

use super::label;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LegendPlacement {
    #[default]
    Bottom,
    Right,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LegendMode {
    #[default]
    List,
    Table,
}

/// `options.legend`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct LegendOptions {
    pub mode: LegendMode,
    pub placement: LegendPlacement,
    /// Beside the plot: a fixed width in px.
    pub width_px: Option<f64>,
    /// Title of the column rows are sorted by.
    pub sort_by: Option<String>,
    pub sort_descending: bool,
    /// Tables without their row of headings (pies, as Grafana shows them).
    pub no_headings: bool,
}

/// How a legend's swatch is painted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Swatch {
    #[default]
    Solid,
    Dashes,
    Dots,
}

#[derive(Clone, Debug, PartialEq)]
pub struct LegendItem {
    pub label: String,
    pub color: Color,
    pub swatch: Swatch,
    /// The series is hidden from the plot.
    pub disabled: bool,
    pub right_axis: bool,
    pub stats: Vec<LegendStat>,
}

/// One calculated value of a series.
#[derive(Clone, Debug, PartialEq)]
pub struct LegendStat {
    /// "Mean", "Last *": heads the column.
    pub title: String,
    pub text: String,
    /// What rows are sorted by; NaN when there is no number.
    pub numeric: f64,
}

impl LegendStat {
    /// "Mean: 5"; a value without a title stands alone.
    fn in_list(&self) -> String {
        if self.title.is_empty() { self.text.clone() } else { format!("{}: {}", capitalized(&self.title), self.text) }
    }
}

/// A legend with the room it leaves.
pub struct PlacedLegend {
    pub plot: Size,
    pub marks: Vec<Mark>,
    /// Items there was no room for.
    pub left_out: usize,
}

/// A body line of text, and rows of lists and tables (measured in Grafana 12.4: 31.5 px for a list of one row, 24 px a table row).
const LIST_ROW_PX: f64 = 23.43;
const RIGHT_ROW_PX: f64 = 22.86;
const TABLE_ROW_PX: f64 = 23.86;
const PADDING_PX: f64 = 4.0;
const SWATCH_PX: f64 = 14.0;
const SWATCH_GAP_PX: f64 = 8.0;
const ITEM_GAP_PX: f64 = 10.0;
const STAT_GAP_PX: f64 = 8.0;
/// Share of the panel a legend may take (`VizLayout`).
const MOST_HEIGHT: f64 = 0.35;
const MOST_WIDTH: f64 = 0.6;
/// A legend that overflows is set smaller, but never smaller than this.
const LEAST_SCALE: f64 = 0.55;
/// The page's letter spacing, which charts themselves do not have.
const LETTER_SPACING_PX: f64 = 0.15;

/// Lays out a legend in a panel of `size`.
///
/// Grafana scrolls what does not fit. DIFFERENCE: here tables go into several columns, all is set smaller, and what still
/// does not fit is counted in a last line.
pub fn place(items: &[LegendItem], options: &LegendOptions, size: Size, theme: &Theme, fonts: &Fonts) -> PlacedLegend {
    let pen = Pen { theme, fonts };
    let sorted = sort(items, options);
    let (n_items, width) = (sorted.len(), size.width);
    match options.placement {
        LegendPlacement::Bottom => {
            let limit = size.height * MOST_HEIGHT;
            let fitted = match options.mode {
                LegendMode::List => fit(n_items, limit, |_| 1, |fit| pen.bottom_list(&sorted, width / fit.scale, fit.kept)),
                LegendMode::Table => {
                    let table = Table::of(&sorted, options, &pen);
                    let columns = |scale: f64| ((width / scale + COLUMN_GAP_PX) / (table.least_width() + COLUMN_GAP_PX)).max(1.0) as usize;
                    fit(n_items, limit, columns, |fit| table.draw(&pen, Some(width / fit.scale), fit))
                }
            };
            // A legend that overflows takes all it may.
            let height = if fitted.is_natural { fitted.block.size.height.min(limit) } else { limit };
            let marks = moved(fitted.block.marks, fitted.scale, 0.0, size.height - height);
            PlacedLegend { plot: Size::new(width, size.height - height), marks, left_out: fitted.left_out }
        }
        LegendPlacement::Right => {
            let most = width * MOST_WIDTH;
            let fixed = options.width_px.filter(|width| *width > 0.0);
            let draw = |fit: Fit| match options.mode {
                LegendMode::List => pen.right_list(&sorted, fit.kept, fixed.unwrap_or(most).min(most) / fit.scale),
                LegendMode::Table => Table::of(&sorted, options, &pen).draw(&pen, fixed.map(|w| w / fit.scale), fit),
            };
            let own_width = fixed.unwrap_or_else(|| draw(Fit { scale: 1.0, columns: 1, kept: n_items }).size.width).min(most);
            let fitted = fit(n_items, size.height, |_| 1, draw);
            let bounds = Rect::new(width - own_width, 0.0, width, size.height);
            let marks = moved(fitted.block.marks, fitted.scale, width - own_width, 0.0);
            let plot = Size::new(width - own_width, size.height);
            PlacedLegend { plot, marks: vec![Mark::clipped(bounds, marks)], left_out: fitted.left_out }
        }
    }
}

fn moved(marks: Vec<Mark>, scale: f64, x: f64, y: f64) -> Vec<Mark> {
    let transform = Affine::translate((x, y)) * Affine::scale(scale);
    vec![Mark::Group(Group { transform, marks, ..Group::default() })]
}

/// One try at drawing a legend.
#[derive(Clone, Copy)]
struct Fit {
    scale: f64,
    columns: usize,
    /// Items drawn; the others are counted in a last line.
    kept: usize,
}

struct Fitted {
    block: Block,
    scale: f64,
    left_out: usize,
    is_natural: bool,
}

/// Draws at natural size, else in more columns, else smaller, else with items left out. `columns` says how many there is
/// room for at a scale.
fn fit(n_items: usize, limit: f64, columns: impl Fn(f64) -> usize, draw: impl Fn(Fit) -> Block) -> Fitted {
    let fits = |block: &Block, scale: f64| block.size.height * scale <= limit + 0.5;
    for step in 0.. {
        let scale = 1.0 - f64::from(step) * 0.05;
        if scale < LEAST_SCALE - 1e-9 {
            break;
        }
        for columns in 1..=columns(scale) {
            let block = draw(Fit { scale, columns, kept: n_items });
            if fits(&block, scale) {
                return Fitted { block, scale, left_out: 0, is_natural: step == 0 && columns == 1 };
            }
        }
    }
    let (scale, columns) = (LEAST_SCALE, columns(LEAST_SCALE));
    let (mut kept, mut too_many) = (0, n_items);
    while too_many - kept > 1 {
        let middle = (kept + too_many) / 2;
        if fits(&draw(Fit { scale, columns, kept: middle }), scale) { kept = middle } else { too_many = middle }
    }
    let block = draw(Fit { scale, columns, kept });
    Fitted { block, scale, left_out: n_items - kept, is_natural: false }
}

fn sort(items: &[LegendItem], options: &LegendOptions) -> Vec<LegendItem> {
    let mut sorted = items.to_vec();
    let Some(key) = options.sort_by.as_deref().filter(|_| options.mode == LegendMode::Table) else {
        return sorted;
    };
    let value = |item: &LegendItem| {
        let stat = item.stats.iter().find(|stat| stat.title == key).map(|stat| stat.numeric);
        stat.filter(|v| !v.is_nan()).unwrap_or(f64::NEG_INFINITY)
    };
    sorted.sort_by(|a, b| {
        let order = if key == "Name" { natural_order(&a.label, &b.label) } else { value(a).total_cmp(&value(b)) };
        if options.sort_descending { order.reverse() } else { order }
    });
    sorted
}

/// "cpu2" before "cpu10", without regard to case.
fn natural_order(a: &str, b: &str) -> Ordering {
    let (mut a, mut b) = (a.chars().peekable(), b.chars().peekable());
    loop {
        let (Some(x), Some(y)) = (a.peek().copied(), b.peek().copied()) else {
            return a.peek().is_some().cmp(&b.peek().is_some());
        };
        if x.is_ascii_digit() && y.is_ascii_digit() {
            let number = |chars: &mut std::iter::Peekable<std::str::Chars>| {
                let mut digits = String::new();
                while let Some(digit) = chars.next_if(char::is_ascii_digit) {
                    digits.push(digit);
                }
                digits.trim_start_matches('0').to_owned()
            };
            let (x, y) = (number(&mut a), number(&mut b));
            match x.len().cmp(&y.len()).then_with(|| x.cmp(&y)) {
                Ordering::Equal => continue,
                order => return order,
            }
        }
        match x.to_lowercase().cmp(y.to_lowercase()) {
            Ordering::Equal => {
                a.next();
                b.next();
            }
            order => return order,
        }
    }
}

#[derive(Default)]
struct Block {
    size: Size,
    marks: Vec<Mark>,
}

struct Pen<'a> {
    theme: &'a Theme,
    fonts: &'a Fonts,
}

/// An item ready to be set in a line.
struct Entry {
    label: Arc<ShapedText>,
    stats: Vec<Arc<ShapedText>>,
    width: f64,
    marks_color: Color,
    item: Option<LegendItem>,
}

impl Pen<'_> {
    /// Items of the left axes flow from the left, those of the right axes from the right, in rows.
    fn bottom_list(&self, items: &[LegendItem], width: f64, kept: usize) -> Block {
        let inner = width - 2.0 * PADDING_PX;
        let shown = &items[..kept];
        let rest = items.len() - shown.len();
        let entries = |right: bool| -> Vec<Entry> {
            let own = shown.iter().filter(|item| item.right_axis == right).map(|item| self.entry(item));
            own.chain((rest > 0 && !right).then(|| self.more(rest))).collect()
        };
        let (left, right) = (entries(false), entries(true));
        let total = |entries: &[Entry]| entries.iter().map(|entry| entry.width).sum::<f64>();
        // The right section wants half the width for itself; the sections wrap when both do not fit beside each other.
        let beside = !left.is_empty() && !right.is_empty() && total(&left) + 25.0 + total(&right).max(inner / 2.0) <= inner;
        let mut marks = Vec::new();
        let mut y = PADDING_PX;
        let left_rows = self.flow(&left, inner, y, false, &mut marks);
        if !right.is_empty() {
            if !beside && !left.is_empty() {
                y += left_rows * LIST_ROW_PX + 15.0;
            }
            let right_rows = self.flow(&right, inner, y, true, &mut marks);
            let rows = if beside { left_rows.max(right_rows) } else { right_rows };
            y += rows * LIST_ROW_PX;
        } else {
            y += left_rows * LIST_ROW_PX;
        }
        Block { size: Size::new(width, y + PADDING_PX), marks }
    }

    /// Sets entries in rows and says how many rows there are.
    fn flow(&self, entries: &[Entry], inner: f64, top: f64, from_right: bool, marks: &mut Vec<Mark>) -> f64 {
        let mut rows: Vec<(f64, Vec<&Entry>)> = Vec::new();
        for entry in entries {
            match rows.last_mut() {
                Some((used, row)) if *used + entry.width <= inner => {
                    *used += entry.width;
                    row.push(entry);
                }
                _ => rows.push((entry.width, vec![entry])),
            }
        }
        for (index, (used, row)) in rows.iter().enumerate() {
            let mut x = PADDING_PX + if from_right { (inner - used).max(0.0) } else { 0.0 };
            let middle = top + (index as f64 + 0.5) * LIST_ROW_PX + 1.5;
            for entry in row {
                self.set(entry, x, middle, marks);
                x += entry.width;
            }
        }
        rows.len() as f64
    }

    fn right_list(&self, items: &[LegendItem], kept: usize, limit: f64) -> Block {
        let shown = &items[..kept];
        let rest = items.len() - shown.len();
        let mut entries: Vec<Entry> = shown.iter().map(|item| self.entry_within(item, limit - 2.0 * PADDING_PX)).collect();
        entries.extend((rest > 0).then(|| self.more(rest)));
        let width = entries.iter().map(|entry| entry.width).fold(0.0, f64::max) + 2.0 * PADDING_PX;
        let mut marks = Vec::new();
        for (index, entry) in entries.iter().enumerate() {
            let middle = PADDING_PX + index as f64 * RIGHT_ROW_PX + (RIGHT_ROW_PX - PADDING_PX) / 2.0 - 0.5;
            self.set_to(entry, PADDING_PX, Some(width - PADDING_PX - ITEM_GAP_PX), middle, &mut marks);
        }
        Block { size: Size::new(width, entries.len() as f64 * RIGHT_ROW_PX + 2.0 * PADDING_PX), marks }
    }

    /// The name of a table's row with its note.
    fn name_width(&self, item: &LegendItem) -> f64 {
        let note = if item.right_axis { 4.0 + self.shape(RIGHT_AXIS_NOTE).width_px } else { 0.0 };
        self.shape(&item.label).width_px + note
    }

    fn entry(&self, item: &LegendItem) -> Entry {
        self.entry_within(item, f64::INFINITY)
    }

    fn entry_within(&self, item: &LegendItem, limit: f64) -> Entry {
        let stats: Vec<Arc<ShapedText>> = item.stats.iter().map(|stat| self.shape(&stat.in_list())).collect();
        let stats_width: f64 = stats.iter().map(|text| text.width_px + STAT_GAP_PX).sum();
        let around = SWATCH_PX + SWATCH_GAP_PX + stats_width + ITEM_GAP_PX;
        let natural = self.shape(&item.label);
        let label = if natural.width_px + around <= limit {
            natural
        } else {
            self.fonts.ellipsize(&item.label, &style(), (limit - around).max(20.0))
        };
        let color = if item.disabled { self.theme.text_disabled } else { self.theme.text_primary };
        Entry { width: around + label.width_px, label, stats, marks_color: label::color(color), item: Some(item.clone()) }
    }

    fn more(&self, n_items: usize) -> Entry {
        let label = self.shape(&format!("… and {n_items} more"));
        let color = label::color(self.theme.text_secondary);
        Entry { width: label.width_px + ITEM_GAP_PX, label, stats: Vec::new(), marks_color: color, item: None }
    }

    fn set(&self, entry: &Entry, left: f64, middle: f64, marks: &mut Vec<Mark>) {
        self.set_to(entry, left, None, middle, marks);
    }

    /// As [`Pen::set`] with the values moved to where they end at `right`.
    fn set_to(&self, entry: &Entry, left: f64, right: Option<f64>, middle: f64, marks: &mut Vec<Mark>) {
        let mut x = left;
        if let Some(item) = &entry.item {
            marks.push(swatch(item, x, middle));
            x += SWATCH_PX + SWATCH_GAP_PX;
        }
        self.text_at(&entry.label, x, middle, entry.marks_color, marks);
        x += entry.label.width_px;
        let stats_px: f64 = entry.stats.iter().map(|text| text.width_px + STAT_GAP_PX).sum();
        x = right.map_or(x, |right| x.max(right - stats_px));
        for stat in &entry.stats {
            x += STAT_GAP_PX;
            self.text_at(stat, x, middle, label::color(self.theme.text_primary), marks);
            x += stat.width_px;
        }
    }

    /// Text in the middle of its row, as browsers place a line's baseline.
    fn text_at(&self, text: &Arc<ShapedText>, x: f64, middle: f64, color: Color, marks: &mut Vec<Mark>) {
        let origin = Point::new(x, middle + (text.ascent_px - text.descent_px) / 2.0);
        marks.push(Mark::Text(TextMark { origin, text: text.clone(), color }));
    }

    fn shape(&self, text: &str) -> Arc<ShapedText> {
        self.fonts.shape(text, &style())
    }
}

/// A table's contents and the widths they need.
struct Table<'a> {
    items: &'a [LegendItem],
    titles: Vec<&'a str>,
    headings: Vec<Arc<ShapedText>>,
    name_heading: Arc<ShapedText>,
    name_width: f64,
    value_widths: Vec<f64>,
    has_headings: bool,
}

const CELL_PX: f64 = 8.0;
const HEADING_INDENT_PX: f64 = 30.0;
const COLUMN_GAP_PX: f64 = 24.0;
/// Names are cut rather than pushing values out.
const LEAST_NAME_PX: f64 = 60.0;

impl<'a> Table<'a> {
    fn of(items: &'a [LegendItem], options: &LegendOptions, pen: &Pen) -> Table<'a> {
        let mut titles: Vec<&str> = Vec::new();
        for stat in items.iter().flat_map(|item| &item.stats) {
            if !titles.contains(&stat.title.as_str()) {
                titles.push(&stat.title);
            }
        }
        let heading = |title: &str| {
            let sorted = options.sort_by.as_deref() == Some(title);
            let arrow = match (sorted, options.sort_descending) {
                (false, _) => "",
                (true, true) => " ↓",
                (true, false) => " ↑",
            };
            pen.fonts.shape(&format!("{title}{arrow}"), &style().medium())
        };
        let headings: Vec<Arc<ShapedText>> = titles.iter().map(|title| heading(title)).collect();
        let value_width = |index: usize| {
            let cells =
                items.iter().filter_map(|item| stat(item, titles[index])).map(|stat| pen.shape(&stat.text).width_px + 2.0 * CELL_PX);
            cells.fold(if options.no_headings { 0.0 } else { headings[index].width_px + HEADING_INDENT_PX + CELL_PX }, f64::max)
        };
        let value_widths = (0..titles.len()).map(value_width).collect();
        let name_heading = heading("Name");
        let names = items.iter().map(|item| pen.name_width(item) + SWATCH_PX + SWATCH_GAP_PX + 2.0 * CELL_PX);
        let name_width = names.fold(if options.no_headings { 0.0 } else { name_heading.width_px + HEADING_INDENT_PX + CELL_PX }, f64::max);
        let has_headings = !options.no_headings;
        Table { items, titles, headings, name_heading, name_width, value_widths, has_headings }
    }

    fn least_width(&self) -> f64 {
        self.name_width + self.value_widths.iter().sum::<f64>()
    }

    /// Rows under headings, `width` of `None` as narrow as the contents allow.
    fn draw(&self, pen: &Pen, width: Option<f64>, fit: Fit) -> Block {
        let rest = self.items.len() - fit.kept;
        let columns = fit.columns.max(1);
        let width = width.unwrap_or_else(|| self.least_width());
        let column_width = (width - COLUMN_GAP_PX * (columns - 1) as f64) / columns as f64;
        let n_rows = (fit.kept + usize::from(rest > 0)).div_ceil(columns);
        let mut marks = Vec::new();
        for column in 0..columns {
            let shown = self.items[..fit.kept].chunks(n_rows.max(1)).nth(column).unwrap_or_default();
            let more = if (column + 1) * n_rows > fit.kept && column * n_rows <= fit.kept { rest } else { 0 };
            if !shown.is_empty() || more > 0 {
                let block = self.draw_column(pen, shown, more, column_width);
                marks.push(Mark::at((column_width + COLUMN_GAP_PX) * column as f64, 0.0, block));
            }
        }
        Block { size: Size::new(width, (n_rows + usize::from(self.has_headings)) as f64 * TABLE_ROW_PX), marks }
    }

    fn draw_column(&self, pen: &Pen, shown: &[LegendItem], more: usize, width: f64) -> Vec<Mark> {
        let name_width = (width - self.value_widths.iter().sum::<f64>()).max(LEAST_NAME_PX);
        let mut marks = Vec::new();
        let middle = |row: usize| (row as f64 + 0.5) * TABLE_ROW_PX - 1.0;
        let theme = pen.theme;
        let rule = |row: usize| {
            let y = (row as f64 + 1.0) * TABLE_ROW_PX - 0.5;
            label::line(Point::new(0.0, y), Point::new(width, y), label::color(theme.border_weak), 1.0, &[])
        };
        let first_row = usize::from(self.has_headings);
        if self.has_headings {
            let heading_color = label::color(theme.text_link);
            pen.text_at(&self.name_heading, HEADING_INDENT_PX, middle(0), heading_color, &mut marks);
            let mut x = name_width;
            for (heading, column) in self.headings.iter().zip(&self.value_widths) {
                pen.text_at(heading, x + HEADING_INDENT_PX, middle(0), heading_color, &mut marks);
                x += column;
            }
            marks.push(rule(0));
        }
        for (index, item) in shown.iter().enumerate() {
            let row = index + first_row;
            let entry = pen.entry_within(&LegendItem { stats: Vec::new(), ..item.clone() }, name_width - 2.0 * CELL_PX + ITEM_GAP_PX);
            pen.set(&entry, CELL_PX, middle(row), &mut marks);
            if item.right_axis {
                let at = CELL_PX + entry.width - ITEM_GAP_PX + 4.0;
                pen.text_at(&pen.shape(RIGHT_AXIS_NOTE), at, middle(row), label::color(theme.text_secondary), &mut marks);
            }
            let mut right = name_width;
            for (title, column) in self.titles.iter().zip(&self.value_widths) {
                right += column;
                if let Some(stat) = stat(item, title) {
                    let text = pen.shape(&stat.text);
                    pen.text_at(&text, right - CELL_PX - text.width_px, middle(row), label::color(theme.text_primary), &mut marks);
                }
            }
            marks.push(rule(row));
        }
        if more > 0 {
            pen.set(&pen.more(more), CELL_PX, middle(shown.len() + first_row), &mut marks);
        }
        marks
    }
}

const RIGHT_AXIS_NOTE: &str = "(right y-axis)";

fn stat<'a>(item: &'a LegendItem, title: &str) -> Option<&'a LegendStat> {
    item.stats.iter().find(|stat| stat.title == title)
}

fn style() -> TextStyle {
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

#[cfg(test)]
mod tests {
    use super::*;

    fn item(label: &str, stats: usize) -> LegendItem {
        let stat = |n: usize| LegendStat { title: format!("S{n}"), text: "12.5 ms".into(), numeric: n as f64 };
        LegendItem {
            label: label.into(),
            color: Color::BLACK,
            swatch: Swatch::Solid,
            disabled: false,
            right_axis: false,
            stats: (0..stats).map(stat).collect(),
        }
    }

    /// Heights under recorded charts: rows of lists and tables, and 35 % of the panel where they overflow.
    #[test]
    fn legends_take_the_height_they_take_in_grafana() {
        let (theme, fonts) = (Theme::light(), Fonts::embedded());
        let check = |mode: LegendMode, n_items: usize, label: &str, height: f64, expected: f64| {
            let items: Vec<LegendItem> =
                (0..n_items).map(|n| item(&format!("{label}{n}"), if mode == LegendMode::Table { 3 } else { 0 })).collect();
            let options = LegendOptions { mode, ..LegendOptions::default() };
            let placed = place(&items, &options, Size::new(762.0, height), &theme, &fonts);
            assert_eq!((height - placed.plot.height).ceil(), expected, "{mode:?} {n_items}");
            assert_eq!(placed.left_out, 0);
        };
        check(LegendMode::List, 4, "vda", 200.0, 32.0);
        check(LegendMode::List, 3, "a name that is long enough to need more than half of the row's width", 200.0, 70.0);
        check(LegendMode::List, 2, "a name that is long enough to need more than half of the row's width", 390.0, 55.0);
        check(LegendMode::Table, 1, "vda", 390.0, 48.0);
        check(LegendMode::Table, 2, "vda", 390.0, 72.0);
        check(LegendMode::Table, 3, "vda", 314.0, 96.0);
        check(LegendMode::Table, 6, "vda", 314.0, 110.0);
        check(LegendMode::Table, 8, "vda", 390.0, 137.0);
    }

    #[test]
    fn what_has_no_room_is_counted() {
        let (theme, fonts) = (Theme::light(), Fonts::embedded());
        let items: Vec<LegendItem> = (0..200).map(|n| item(&format!("series {n}"), 3)).collect();
        let options = LegendOptions { mode: LegendMode::Table, ..LegendOptions::default() };
        let placed = place(&items, &options, Size::new(400.0, 200.0), &theme, &fonts);
        assert!(placed.left_out > 0 && placed.left_out < 200, "{}", placed.left_out);
    }

    #[test]
    fn names_sort_as_people_count() {
        for (a, b) in [("cpu2", "cpu10"), ("a", "B"), ("x", "x1"), ("cpu02", "cpu3")] {
            assert_eq!(natural_order(a, b), Ordering::Less, "{a} {b}");
        }
        assert_eq!(natural_order("Cpu1", "cpu1"), Ordering::Equal);
    }
}
