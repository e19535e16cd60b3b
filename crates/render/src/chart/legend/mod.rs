//! Legends: lists and tables of series, under or beside a plot.
//!
//! Items become rows ([`list`], [`table`]); [`place`] finds how many rows the plot leaves room for. What Grafana would scroll
//! is set in columns or a little smaller; what then has no room goes on below the panel, where there is paper for it.

mod list;
mod order;
mod pen;
mod table;

use grafana::theme::Theme;
use scene::{
    Color, Fonts, Group, Mark,
    kurbo::{Affine, Rect, Size},
};

use self::{list::List, pen::Pen, table::Table};
use crate::overflow::{Block, Overflow, Rest};

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

/// A legend with the room it leaves.
pub struct PlacedLegend {
    pub plot: Size,
    pub marks: Vec<Mark>,
    /// Items there was no room for.
    pub left_out: usize,
}

/// Share of the panel a legend may take (`VizLayout`).
const MOST_HEIGHT: f64 = 0.35;
const MOST_WIDTH: f64 = 0.6;
/// A legend that overflows is set smaller, but never smaller than this: on a screen's place, and where it may go on below.
const LEAST_SCALE: f64 = 0.55;
const LEAST_SCALE_ON_PAPER: f64 = 0.85;

/// Lays out a legend in a panel of `size`.
///
/// Grafana scrolls what does not fit. DIFFERENCE: here tables go into several columns and all is set smaller. What still does
/// not fit goes to `overflow`; without one it is counted in a last line.
pub fn place(items: &[LegendItem], options: &LegendOptions, size: Size, overflow: &Overflow, theme: &Theme, fonts: &Fonts) -> PlacedLegend {
    let pen = Pen { theme, fonts, wraps: overflow.most().is_some() };
    let sorted = order::sort(items, options);
    let legend = Legend { items: &sorted, options, pen: &pen };
    match options.placement {
        LegendPlacement::Bottom => legend.place_below(size, overflow),
        LegendPlacement::Right => legend.place_beside(size, overflow),
    }
}

/// How a legend's rows are set.
#[derive(Clone, Copy, Debug)]
struct Setting {
    /// As narrow as the contents allow, if `None`.
    width: Option<f64>,
    scale: f64,
    columns: usize,
    /// Items drawn; the others are counted in a last row.
    kept: usize,
    /// Columns are read across, as rows that may be parted must be; else down.
    across: bool,
}

/// Rows of items, each from its own top left.
struct Rows {
    width: f64,
    /// Above the first row, and under the last.
    padding: f64,
    head: Block,
    rows: Vec<Block>,
}

impl Rows {
    /// Takes the first `count` rows with the head above them: marks, and the height down to where the next row begins.
    fn take(&mut self, count: usize) -> (Vec<Mark>, f64) {
        let mut marks = self.head.marks.clone();
        marks.iter_mut().for_each(|mark| mark.move_down(self.padding));
        let mut y = self.padding + self.head.height;
        for row in self.rows.drain(..count.min(self.rows.len())) {
            let first = marks.len();
            marks.extend(row.marks);
            marks[first..].iter_mut().for_each(|mark| mark.move_down(y));
            y += row.height;
        }
        (marks, y)
    }

    /// How many rows stand in `limit` px; one at least.
    fn fitting(&self, limit: f64) -> usize {
        let mut y = self.padding + self.head.height;
        let fits = |row: &&Block| {
            y += row.height;
            y <= limit + 0.5
        };
        self.rows.iter().take_while(fits).count().max(1)
    }
}

struct Legend<'a> {
    items: &'a [LegendItem],
    options: &'a LegendOptions,
    pen: &'a Pen<'a>,
}

impl Legend<'_> {
    fn place_below(&self, size: Size, overflow: &Overflow) -> PlacedLegend {
        let (width, limit) = (size.width, size.height * MOST_HEIGHT);
        let contents = Contents::of(self.items, self.options, self.pen, false);
        let columns = |scale: f64| contents.columns(width / scale);
        let setting =
            |scale: f64, columns: usize| Setting { width: Some(width / scale), scale, columns, kept: self.items.len(), across: false };
        let plot = |height: f64| Size::new(width, size.height - height);
        if let Some(setting) = self.fit(limit, overflow, columns, setting, |setting| contents.height(setting)) {
            let is_natural = setting.scale == 1.0 && setting.columns == 1;
            // A legend that overflows takes all it may.
            let height = if is_natural { contents.height(setting).min(limit) } else { limit };
            let marks = moved(contents.rows(setting).take(usize::MAX).0, setting.scale, 0.0, size.height - height);
            return PlacedLegend { plot: plot(height), marks, left_out: 0 };
        }
        let Some(most) = overflow.most() else {
            let setting = self.crowded(limit, columns, setting, |setting| contents.height(setting));
            let marks = moved(contents.rows(setting).take(usize::MAX).0, setting.scale, 0.0, size.height - limit);
            return PlacedLegend { plot: plot(limit), marks, left_out: self.items.len() - setting.kept };
        };
        let kept = self.items.len().min(most);
        let mut rows = contents.rows(Setting { kept, across: true, ..setting(1.0, columns(1.0)) });
        let (marks, height) = rows.take(rows.fitting(limit));
        overflow.put(Rest { lead: Block::default(), again: rows.head, blocks: ended(rows.rows, rows.padding) });
        PlacedLegend { plot: plot(height), marks: moved(marks, 1.0, 0.0, size.height - height), left_out: self.items.len() - kept }
    }

    fn place_beside(&self, size: Size, overflow: &Overflow) -> PlacedLegend {
        let most_width = size.width * MOST_WIDTH;
        let contents = Contents::of(self.items, self.options, self.pen, true);
        let natural = Setting { width: None, scale: 1.0, columns: 1, kept: self.items.len(), across: false };
        let fixed = self.options.width_px.filter(|width| *width > 0.0);
        let width = fixed.unwrap_or_else(|| contents.rows(natural).width).min(most_width);
        let setting = |scale: f64, _: usize| Setting { width: Some(width / scale), scale, ..natural };
        let bounds = Rect::new(size.width - width, 0.0, size.width, size.height);
        let placed = |marks: Vec<Mark>, scale: f64, left_out: usize| {
            let marks = vec![Mark::clipped(bounds, moved(marks, scale, bounds.x0, 0.0))];
            PlacedLegend { plot: Size::new(size.width - width, size.height), marks, left_out }
        };
        if let Some(setting) = self.fit(size.height, overflow, |_| 1, setting, |setting| contents.height(setting)) {
            return placed(contents.rows(setting).take(usize::MAX).0, setting.scale, 0);
        }
        let Some(most) = overflow.most() else {
            let setting = self.crowded(size.height, |_| 1, setting, |setting| contents.height(setting));
            return placed(contents.rows(setting).take(usize::MAX).0, setting.scale, self.items.len() - setting.kept);
        };
        // The rest has the whole width below.
        let mut here = contents.rows(setting(1.0, 1));
        let n_here = here.fitting(size.height).min(most);
        let (items, kept) = (&self.items[n_here..], self.items.len().min(most) - n_here);
        let below = Contents::of(items, self.options, self.pen, false);
        let columns = below.columns(size.width);
        let rest = below.rows(Setting { width: Some(size.width), scale: 1.0, columns, kept, across: true });
        let lead = Block { height: rest.padding + rest.head.height, ..rest.head.clone() };
        overflow.put(Rest { lead, again: rest.head, blocks: ended(rest.rows, rest.padding) });
        placed(here.take(n_here).0, 1.0, items.len() - kept)
    }

    /// The first way to set all items in `limit` px: at natural size, else in more columns, else smaller.
    fn fit(
        &self,
        limit: f64,
        overflow: &Overflow,
        columns: impl Fn(f64) -> usize,
        setting: impl Fn(f64, usize) -> Setting,
        height: impl Fn(Setting) -> f64,
    ) -> Option<Setting> {
        let least = if overflow.most().is_some() { LEAST_SCALE_ON_PAPER } else { LEAST_SCALE };
        let scales = (0..).map(|step| 1.0 - f64::from(step) * 0.05).take_while(|scale| *scale >= least - 1e-9);
        let mut settings = scales.flat_map(|scale| (1..=columns(scale)).map(move |columns| (scale, columns))).map(|(s, c)| setting(s, c));
        settings.find(|setting| height(*setting) * setting.scale <= limit + 0.5)
    }

    /// As many items as fit at the smallest size, and a row that counts the others.
    fn crowded(
        &self,
        limit: f64,
        columns: impl Fn(f64) -> usize,
        setting: impl Fn(f64, usize) -> Setting,
        height: impl Fn(Setting) -> f64,
    ) -> Setting {
        let smallest = setting(LEAST_SCALE, columns(LEAST_SCALE));
        let (mut kept, mut too_many) = (0, self.items.len());
        while too_many - kept > 1 {
            let middle = (kept + too_many) / 2;
            let fits = height(Setting { kept: middle, ..smallest }) * LEAST_SCALE <= limit + 0.5;
            if fits { kept = middle } else { too_many = middle }
        }
        Setting { kept, ..smallest }
    }
}

/// What a legend lists, ready to be set.
enum Contents<'a> {
    List(List<'a>),
    Table(Table<'a>),
}

impl<'a> Contents<'a> {
    fn of(items: &'a [LegendItem], options: &LegendOptions, pen: &'a Pen<'a>, is_beside: bool) -> Contents<'a> {
        match options.mode {
            LegendMode::List => Contents::List(List { items, pen, is_beside }),
            LegendMode::Table => Contents::Table(Table::of(items, options, pen)),
        }
    }

    /// How many columns there is room for.
    fn columns(&self, width: f64) -> usize {
        match self {
            Contents::List(_) => 1,
            Contents::Table(table) => table.columns(width),
        }
    }

    fn height(&self, setting: Setting) -> f64 {
        let rows: f64 = match self {
            Contents::List(list) => list.lines(setting).iter().map(|line| line.height).sum(),
            Contents::Table(table) => table.lines(setting).iter().map(|line| line.height).sum(),
        };
        2.0 * self.padding() + self.head_height() + rows
    }

    fn rows(&self, setting: Setting) -> Rows {
        let (width, head, rows) = match self {
            Contents::List(list) => {
                let lines = list.lines(setting);
                let width = list.width(&lines, setting);
                (width, Block::default(), lines.iter().map(|line| list.draw(line, width)).collect())
            }
            Contents::Table(table) => {
                let rows = table.lines(setting).iter().map(|line| table.draw(line, setting)).collect();
                (setting.width.unwrap_or(table.least_width()), table.head(setting), rows)
            }
        };
        Rows { width, padding: self.padding(), head, rows }
    }

    fn padding(&self) -> f64 {
        match self {
            Contents::List(_) => list::PADDING_PX,
            Contents::Table(_) => 0.0,
        }
    }

    fn head_height(&self) -> f64 {
        match self {
            Contents::List(_) => 0.0,
            Contents::Table(table) => table.head_height(),
        }
    }
}

/// The rows that go on below, with the space under the last.
fn ended(mut rows: Vec<Block>, padding: f64) -> Vec<Block> {
    if let Some(last) = rows.last_mut() {
        last.height += padding;
    }
    rows
}

fn moved(marks: Vec<Mark>, scale: f64, x: f64, y: f64) -> Vec<Mark> {
    let transform = Affine::translate((x, y)) * Affine::scale(scale);
    vec![Mark::Group(Group { transform, marks, ..Group::default() })]
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
            let placed = place(&items, &options, Size::new(762.0, height), &Overflow::none(), &theme, &fonts);
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

    /// Items as (in place, below it) of a legend with three values an item.
    #[test]
    fn what_has_no_room_goes_on_below() {
        let (theme, fonts) = (Theme::light(), Fonts::embedded());
        let check = |mode: LegendMode, placement: LegendPlacement, n_items: usize, most: usize, expected: (usize, &[usize], usize)| {
            let items: Vec<LegendItem> = (0..n_items).map(|n| item(&format!("a series with a name {n}"), 3)).collect();
            let options = LegendOptions { mode, placement, ..LegendOptions::default() };
            let overflow = Overflow::onto_paper(most);
            let placed = place(&items, &options, Size::new(700.0, 200.0), &overflow, &theme, &fonts);
            let rest = overflow.take().unwrap_or_default();
            let below: Vec<usize> = rest.blocks.iter().map(|block| block.n_entries).collect();
            let n_below: usize = below.iter().sum();
            assert_eq!((n_items - n_below - placed.left_out, below.as_slice(), placed.left_out), expected, "{mode:?} {placement:?}");
            assert_eq!(rest.again.height > 0.0, mode == LegendMode::Table && n_below > 0);
            assert_eq!(!rest.lead.marks.is_empty(), rest.again.height > 0.0 && placement == LegendPlacement::Right);
        };
        let (table, list) = (LegendMode::Table, LegendMode::List);
        let (below, beside) = (LegendPlacement::Bottom, LegendPlacement::Right);
        check(table, below, 2, 500, (2, &[], 0));
        check(table, below, 7, 500, (1, &[1, 1, 1, 1, 1, 1], 0));
        check(table, below, 7, 3, (1, &[1, 1, 0], 4));
        check(table, beside, 12, 500, (7, &[1, 1, 1, 1, 1], 0));
        check(list, below, 9, 500, (2, &[1, 1, 1, 1, 1, 1, 1], 0));
        check(list, beside, 12, 500, (8, &[1, 1, 1, 1], 0));
    }

    #[test]
    fn long_names_go_on_in_a_second_line_on_paper() {
        let (theme, fonts) = (Theme::light(), Fonts::embedded());
        let name = "{instance=\"127.0.0.1:9100\", job=\"node\", mode=\"softirq\", cpu=\"0\"}";
        let options = LegendOptions { mode: LegendMode::Table, ..LegendOptions::default() };
        let size = Size::new(400.0, 400.0);
        let height = |overflow: &Overflow| size.height - place(&[item(name, 3)], &options, size, overflow, &theme, &fonts).plot.height;
        assert!(height(&Overflow::onto_paper(9)) > height(&Overflow::none()) + 10.0);
    }

    #[test]
    fn what_has_no_room_is_counted() {
        let (theme, fonts) = (Theme::light(), Fonts::embedded());
        let items: Vec<LegendItem> = (0..200).map(|n| item(&format!("series {n}"), 3)).collect();
        let options = LegendOptions { mode: LegendMode::Table, ..LegendOptions::default() };
        let placed = place(&items, &options, Size::new(400.0, 200.0), &Overflow::none(), &theme, &fonts);
        assert!(placed.left_out > 0 && placed.left_out < 200, "{}", placed.left_out);
    }
}
