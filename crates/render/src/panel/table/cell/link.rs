//! Cells that lead somewhere, and buttons of actions.

use grafana::field::{self, DataLink};
use scene::{
    Group, Mark, TextStyle,
    kurbo::{Line as Segment, Rect, Shape},
};
use serde_json::Value as Json;

use super::{Cells, look::Look, text::one_line};
use crate::{
    drawing::{self, Align, ink},
    panel::table::{LINE, PADDING, column::Column, text_style},
};

/// Space on both sides of the rule between two links, px.
const LINK_GAP: f64 = 4.0;
const LINK_RULE: f64 = 2.0;
/// Buttons: height, space left and right of the words, distance, px.
const BUTTON: f64 = 24.0;
const BUTTON_PADDING: f64 = 8.0;
const BUTTON_GAP: f64 = 6.0;

fn button_style() -> TextStyle {
    TextStyle { letter_spacing_px: 0.15, ..TextStyle::sans(12.0) }.medium()
}

impl Cells<'_> {
    fn expanded(&self, text: &str, column: &Column, row: usize) -> String {
        field::expand_in_row(text, column.field, self.frame, &self.names, row, self.context)
    }

    pub(super) fn link_titles(&self, column: &Column, row: usize) -> Vec<String> {
        column.field.config.links.iter().map(|link| one_line(&self.expanded(&link.title, column, row))).collect()
    }

    /// The address of a data link for one cell.
    pub(super) fn address(&self, link: &DataLink, column: &Column, row: usize) -> String {
        self.expanded(&link.url, column, row)
    }

    /// Where a whole cell leads: Grafana follows the only link and lists several; a page has the first.
    pub(super) fn first_link(&self, column: &Column, row: usize) -> Option<String> {
        column.field.config.links.first().map(|link| self.address(link, column, row)).filter(|address| !address.is_empty())
    }

    /// The links of a cell beside each other, or under each other where text wraps, each by its title.
    pub(super) fn data_links(&self, column: &Column, row: usize, inner: Rect, look: &Look) -> Vec<Mark> {
        let color = look.text_color(true, self.context.theme);
        let titles = self.link_titles(column, row);
        let one = |link: &DataLink, title: &str, x: f64, y: f64| {
            let text = self.fonts.ellipsize(title, &text_style(), (inner.x1 - x).max(1.0));
            let area = Rect::new(x, y, x + text.width_px, y + LINE);
            (
                area.x1,
                linked(self.address(link, column, row), area, vec![drawing::shaped(text, x, drawing::baseline(y, LINE, 14.0), color)]),
            )
        };
        let links = column.field.config.links.iter().zip(&titles);
        if column.wraps {
            let mut y = (inner.center().y - titles.len() as f64 * LINE / 2.0).max(inner.y0 + PADDING);
            let mut marks = Vec::new();
            for (link, title) in links {
                let width = self.fonts.width(title, &text_style());
                marks.push(one(link, title, inner.x0 + column.align.offset(inner.width(), width).max(0.0), y).1);
                y += LINE;
            }
            return marks;
        }
        let between = 2.0 * LINK_GAP + LINK_RULE;
        let gaps = titles.len().saturating_sub(1) as f64 * between;
        let total: f64 = titles.iter().map(|title| self.fonts.width(title, &text_style())).sum::<f64>() + gaps;
        let mut x = inner.x0 + column.align.offset(inner.width(), total).max(0.0);
        let y = inner.center().y - LINE / 2.0;
        let mut marks = Vec::new();
        for (index, (link, title)) in links.enumerate() {
            if index > 0 {
                let at = x + LINK_GAP + LINK_RULE / 2.0;
                let rule = Segment::new((at, y + 2.0), (at, y + LINE - 2.0)).to_path(0.1);
                marks.push(Mark::stroke(rule, ink(self.context.theme.border_medium), LINK_RULE));
                x += between;
            }
            if x >= inner.x1 {
                break;
            }
            let (end, mark) = one(link, title, x, y);
            marks.push(mark);
            x = end;
        }
        marks
    }

    pub(super) fn action_titles(&self, column: &Column, row: usize) -> Vec<String> {
        let actions = column.field.config.other.get("actions").and_then(Json::as_array).into_iter().flatten();
        let titles = actions.filter_map(|action| action.get("title").and_then(Json::as_str));
        let mut shown: Vec<String> = Vec::new();
        for title in titles.map(|title| one_line(&self.expanded(title, column, row))) {
            // As in Grafana: one button for each name.
            if !shown.contains(&title) {
                shown.push(title);
            }
        }
        shown
    }

    pub(super) fn actions_width(&self, column: &Column, row: usize) -> f64 {
        let one = |title: &String| self.fonts.width(title, &button_style()) + 2.0 * BUTTON_PADDING + BUTTON_GAP;
        self.action_titles(column, row).iter().map(one).sum()
    }

    /// Buttons as they look; on paper nobody presses them.
    pub(super) fn actions(&self, column: &Column, row: usize, area: Rect) -> Vec<Mark> {
        let theme = self.context.theme;
        let (inner, middle) = (area.inset((-PADDING, 0.0)), area.center().y);
        let total = self.actions_width(column, row) - BUTTON_GAP;
        let mut x = inner.x0 + column.align.offset(inner.width(), total).max(0.0);
        let mut marks = Vec::new();
        for title in self.action_titles(column, row) {
            let width = self.fonts.width(&title, &button_style()) + 2.0 * BUTTON_PADDING;
            let button = Rect::new(x, middle - BUTTON / 2.0, x + width, middle + BUTTON / 2.0);
            marks.push(drawing::fill_rounded(button, 6.0, ink(theme.secondary)));
            marks.push(Mark::stroke(drawing::rounded(button.inset(-0.5), 6.0).to_path(0.05), ink(theme.border_weak), 1.0));
            let room = button.inset((1.0 - BUTTON_PADDING, 0.0));
            marks.push(drawing::line_in(self.fonts, &title, &button_style(), room, Align::Center, ink(theme.text_primary)));
            x = button.x1 + BUTTON_GAP;
        }
        if x - BUTTON_GAP > area.x1 { vec![Mark::clipped(area, marks)] } else { marks }
    }
}

/// Marks that lead somewhere; what is no address of the web stays plain text in a file.
pub fn linked(address: String, area: Rect, marks: Vec<Mark>) -> Mark {
    Mark::Group(Group { link: Some(address), link_area: Some(area), marks, ..Group::default() })
}
