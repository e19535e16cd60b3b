//! Starred, recently viewed and searched dashboards (`dashlist`).

use grafana::listing::{ListedDashboard, Listing};
use scene::{
    Color, Group, Mark, TextStyle,
    kurbo::{BezPath, Line, Point, Rect, Shape, Size},
};

use super::{PanelContext, notice, options, stack};
use crate::{
    drawing::{self, ink},
    overflow::Block,
    view::PanelView,
};

/// Space around an entry and inside it, px.
const SPACE: f64 = 8.0;
const TITLE_LINE: f64 = 22.0;
const FOLDER_LINE: f64 = 18.0;
/// The button with the star, px.
const STAR: f64 = 36.0;
/// Above a group's heading, and under a group.
const GROUP_TOP: f64 = 4.0;
const GROUP_BOTTOM: f64 = 16.0;

pub fn draw(view: &PanelView, size: Size, context: &mut PanelContext) -> Vec<Mark> {
    let Listing::Dashboards(list) = &view.listing else { return Vec::new() };
    let groups = [("Starred dashboards", &list.starred), ("Recently viewed dashboards", &list.recent), ("Search", &list.searched)];
    if groups.iter().all(|(_, group)| group.is_none()) {
        return notice::no_data("No dashboard groups configured", size, context);
    }
    let has_headings = options::flag(&view.panel.options, "showHeadings", true);
    let has_folders = options::flag(&view.panel.options, "showFolderNames", true);
    let list_of =
        |is_compact: bool| list_blocks(&groups, has_headings, Entry { has_folder: has_folders, is_compact, width: size.width }, context);
    let mut blocks = list_of(false);
    // DIFFERENCE: on screen a long list scrolls. On paper its entries move together before the panel grows.
    if blocks.iter().map(|block| block.height).sum::<f64>() > size.height + 0.5 {
        blocks = list_of(true);
    }
    stack::draw(blocks, ("dashboard", "dashboards"), size, context)
}

type Groups<'a> = [(&'static str, &'a Option<Vec<ListedDashboard>>); 3];

/// How an entry is drawn.
#[derive(Clone, Copy)]
struct Entry {
    has_folder: bool,
    /// Title and folder in one line.
    is_compact: bool,
    width: f64,
}

fn list_blocks(groups: &Groups, has_headings: bool, form: Entry, context: &PanelContext) -> Vec<Block> {
    let mut blocks = Vec::new();
    for (heading, group) in groups {
        let Some(dashboards) = group else { continue };
        blocks.push(Block::gap(GROUP_TOP));
        if has_headings {
            blocks.push(heading_block(heading, form.width, context));
        }
        match form.is_compact {
            true => blocks.extend(compact_rows(dashboards, form, context)),
            false => blocks.extend(dashboards.iter().map(|dashboard| entry(dashboard, form, context))),
        }
        blocks.push(Block::gap(if dashboards.is_empty() { GROUP_BOTTOM } else { GROUP_BOTTOM + SPACE }));
    }
    // The last gap may hang out of the panel.
    blocks.pop();
    blocks
}

fn heading_block(text: &str, width: f64, context: &PanelContext) -> Block {
    let style = TextStyle { letter_spacing_px: 0.15, ..TextStyle::sans(14.0).medium() };
    let text = context.fonts.ellipsize(text, &style, width - 2.0 * SPACE);
    let base = drawing::baseline(2.0, TITLE_LINE, 14.0);
    Block { marks: vec![drawing::shaped(text, SPACE, base, ink(context.theme.text_primary))], height: TITLE_LINE + 4.0, n_entries: 0 }
}

fn one_line(title: &str) -> String {
    title.split_whitespace().collect::<Vec<_>>().join(" ")
}

fn linked(dashboard: &ListedDashboard, link_area: Rect, marks: Vec<Mark>) -> Mark {
    match &dashboard.url {
        Some(url) => Mark::Group(Group { link: Some(url.clone()), link_area: Some(link_area), marks, ..Group::default() }),
        None => Mark::Group(Group { marks, ..Group::default() }),
    }
}

/// Entries of one line each, in as many columns as have room, row by row.
fn compact_rows(dashboards: &[ListedDashboard], form: Entry, context: &PanelContext) -> Vec<Block> {
    const MIN_COLUMN: f64 = 260.0;
    let n_columns = (form.width / MIN_COLUMN).floor().max(1.0) as usize;
    let width = form.width / n_columns as f64;
    let row = |entries: &[ListedDashboard]| {
        let mut block = Block { n_entries: entries.len(), ..Block::default() };
        for (column, dashboard) in entries.iter().enumerate() {
            let entry = compact(dashboard, Entry { width, ..form }, context);
            block.height = block.height.max(entry.height);
            block.marks.push(Mark::at(width * column as f64, 0.0, entry.marks));
        }
        block
    };
    dashboards.chunks(n_columns).map(row).collect()
}

/// The star only where it is filled, the folder behind the title or, where it has no room there, under it.
fn compact(dashboard: &ListedDashboard, form: Entry, context: &PanelContext) -> Block {
    const LINE: f64 = 20.0;
    const INDENT: f64 = 12.0;
    let theme = context.theme;
    let style = TextStyle { letter_spacing_px: 0.15, ..TextStyle::sans(12.0) };
    let (left, right) = (2.0 * SPACE, form.width - SPACE - 20.0);
    let width = (right - left).max(20.0);
    let title = one_line(&dashboard.title);
    let lines = match context.fonts.shape(&title, &style) {
        whole if whole.width_px <= width => vec![whole],
        _ => context.fonts.wrap(&title, &style, width - INDENT),
    };
    let (mut marks, mut y, mut end) = (Vec::new(), 0.0, left);
    for line in lines {
        let x = left + if y > 0.0 { INDENT } else { 0.0 };
        end = x + line.width_px;
        marks.push(drawing::shaped(line, x, drawing::baseline(y, LINE, 12.0), ink(theme.text_primary)));
        y += LINE;
    }
    if form.has_folder && !dashboard.folder.is_empty() {
        let folder = context.fonts.shape(&dashboard.folder, &style);
        let x = if end + 8.0 + folder.width_px <= right { end + 8.0 } else { left + INDENT };
        y += if x < end { LINE } else { 0.0 };
        let folder = if folder.width_px > right - x { context.fonts.ellipsize(&dashboard.folder, &style, right - x) } else { folder };
        marks.push(drawing::shaped(folder, x, drawing::baseline(y - LINE, LINE, 12.0), ink(theme.text_secondary)));
    }
    let mut all = vec![linked(dashboard, Rect::new(left, 0.0, right, y), marks)];
    if dashboard.is_starred {
        all.push(star(Point::new(form.width - SPACE - 10.0, LINE / 2.0), true, ink(theme.warning)));
    }
    Block { marks: all, height: y, n_entries: 1 }
}

fn entry(dashboard: &ListedDashboard, form: Entry, context: &PanelContext) -> Block {
    let width = form.width;
    let left = 2.0 * SPACE;
    let right = width - 2.0 * SPACE;
    let style = TextStyle { letter_spacing_px: 0.15, ..TextStyle::sans(14.0) };
    let lines = context.fonts.wrap(&one_line(&dashboard.title), &style, (right - STAR - left).max(20.0));
    let (mut marks, mut y) = (Vec::new(), 2.0 * SPACE);
    for line in lines {
        marks.push(drawing::shaped(line, left, drawing::baseline(y, TITLE_LINE, 14.0), ink(context.theme.text_primary)));
        y += TITLE_LINE;
    }
    if form.has_folder {
        let style = TextStyle { letter_spacing_px: 0.15, ..TextStyle::sans(12.0) };
        let folder = context.fonts.ellipsize(&dashboard.folder, &style, right - STAR - left);
        marks.push(drawing::shaped(folder, left, drawing::baseline(y, FOLDER_LINE, 12.0), ink(context.theme.text_secondary)));
        y += FOLDER_LINE;
    }
    let link_area = Rect::new(left, 2.0 * SPACE, right - STAR, y);
    let middle = link_area.center().y;
    let mut all = vec![linked(dashboard, link_area, marks)];
    let color = if dashboard.is_starred { context.theme.warning } else { context.theme.text_secondary };
    all.push(star(Point::new(right - STAR / 2.0, middle), dashboard.is_starred, ink(color)));
    let bottom = y + SPACE;
    let line = Line::new((SPACE, bottom + 0.5), (width - SPACE, bottom + 0.5)).to_path(0.1);
    all.push(Mark::stroke(line, ink(context.theme.border_weak), 1.0));
    Block { marks: all, height: bottom + 1.0, n_entries: 1 }
}

/// Five points, filled where the dashboard is starred.
fn star(center: Point, is_filled: bool, color: Color) -> Mark {
    let mut path = BezPath::new();
    for corner in 0..10 {
        let radius = if corner % 2 == 0 { 7.4 } else { 3.4 };
        let angle = f64::from(corner) * std::f64::consts::PI / 5.0;
        let point = (center.x + radius * angle.sin(), center.y - radius * angle.cos());
        if corner == 0 { path.move_to(point) } else { path.line_to(point) }
    }
    path.close_path();
    if is_filled { Mark::fill(path, color) } else { Mark::stroke(path, color, 1.2) }
}
