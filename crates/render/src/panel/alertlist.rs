//! Alert rules as a list or a number (`alertlist`).

use grafana::{
    listing::{AlertInstance, AlertRule, AlertState, Listing},
    theme,
    time::abbreviated_duration,
};
use scene::{
    Group, Mark, TextStyle,
    kurbo::{BezPath, Circle, Point, Rect, RoundedRect, RoundedRectRadii, Shape, Size},
};
use serde_json::Value as Json;

use super::{PanelContext, options, stack};
use crate::{
    drawing::{self, Align, BODY_LINE, ink},
    overflow::Block,
    view::PanelView,
};

const LINE: f64 = 22.0;
const SMALL_LINE: f64 = 18.0;
/// Where a rule's words begin: padding, icon, gap.
const LEFT: f64 = 44.0;

pub fn draw(view: &PanelView, size: Size, context: &mut PanelContext) -> Vec<Mark> {
    let Listing::Alerts(rules) = &view.listing else { return Vec::new() };
    let saved = &view.panel.options;
    if options::text(saved, "viewMode", "list") == "stat" {
        return count(rules.len(), size, context);
    }
    if rules.is_empty() {
        let area = Rect::new(0.0, 0.0, size.width, LINE.max(size.height.min(LINE)));
        let text = "No alerts matching filters";
        return vec![drawing::line_in(context.fonts, text, &body(), area, Align::Center, ink(context.theme.text_primary))];
    }
    let blocks = match options::text(saved, "groupMode", "default") {
        "custom" => grouped(rules, &group_keys(view), size.width, context),
        _ => {
            let limit = options::number(saved, "maxItems").filter(|n| *n >= 0.0).unwrap_or(20.0) as usize;
            let has_instances = options::flag(saved, "showInstances", false);
            rules.iter().take(limit).flat_map(|rule| entry(rule, has_instances, size.width, context)).collect()
        }
    };
    stack::draw(blocks, ("alert", "alerts"), size, context)
}

fn body() -> TextStyle {
    TextStyle { letter_spacing_px: 0.15, ..TextStyle::sans(14.0) }
}

fn small() -> TextStyle {
    TextStyle { letter_spacing_px: 0.15, ..TextStyle::sans(12.0) }
}

/// `viewMode: stat`: how many rules, as large as fits.
fn count(n_rules: usize, size: Size, context: &PanelContext) -> Vec<Mark> {
    let text = n_rules.to_string();
    let size_px = drawing::font_size_to_fit(context.fonts, &text, 500, size.width - 16.0, size.height, BODY_LINE, Some(200.0));
    let style = TextStyle::sans(size_px).medium();
    vec![drawing::line_in(context.fonts, &text, &style, size.to_rect(), Align::Center, ink(context.theme.text_primary))]
}

fn color(state: AlertState, theme: &theme::Theme) -> theme::Color {
    match state {
        AlertState::Normal => theme.success,
        AlertState::Firing | AlertState::Error => theme.error,
        AlertState::Pending | AlertState::Recovering => theme.warning,
        AlertState::NoData => theme.primary,
    }
}

fn readable(state: AlertState) -> &'static str {
    match state {
        AlertState::Normal => "Normal",
        AlertState::Firing => "Firing",
        AlertState::Pending => "Pending",
        AlertState::Recovering => "Recovering",
        AlertState::NoData => "No data",
        AlertState::Error => "Error",
    }
}

/// Free space under a rule and under a group, px.
const GAP: f64 = 4.0;

/// Name, state with its age, how many instances and, where wanted, which.
fn entry(rule: &AlertRule, has_instances: bool, width: f64, context: &PanelContext) -> Vec<Block> {
    let (fonts, theme) = (context.fonts, context.theme);
    let state_color = ink(color(rule.state, theme));
    let mut marks = Vec::new();
    let name_area = Rect::new(LEFT, 4.0, width - 8.0, 4.0 + LINE);
    let lines = fonts.wrap(&rule.name, &body().medium(), name_area.width().max(20.0));
    let name_area = Rect { y1: name_area.y0 + LINE * lines.len().max(1) as f64, ..name_area };
    let name = (lines.into_iter().enumerate())
        .map(|(row, line)| {
            let base = drawing::baseline(name_area.y0 + LINE * row as f64, LINE, 14.0);
            drawing::shaped(line, LEFT, base, ink(theme.text_primary))
        })
        .collect();
    marks.push(match &rule.url {
        Some(url) => Mark::Group(Group { link: Some(url.clone()), link_area: Some(name_area), marks: name, ..Group::default() }),
        None => Mark::Group(Group { marks: name, ..Group::default() }),
    });
    let mut y = name_area.y1;
    let state = fonts.shape(readable(rule.state), &small());
    let base = drawing::baseline(y, SMALL_LINE, 12.0);
    let after = LEFT + state.width_px + fonts.width(" ", &small());
    marks.push(drawing::shaped(state, LEFT, base, state_color));
    if let Some(since) = rule.active_since_ms.filter(|_| rule.state != AlertState::Normal) {
        let text = format!("for {}", abbreviated_duration(since, context.now_ms, context.zone));
        marks.push(drawing::line(fonts, &text, &small(), after, base, ink(theme.text_primary)));
    }
    y += SMALL_LINE;
    let hidden = rule.n_instances.saturating_sub(rule.n_matching);
    let mut text = format!("{} instance{}", rule.n_matching, if rule.n_matching == 1 { "" } else { "s" });
    if hidden > 0 {
        text += &format!(", {hidden} hidden by filters");
    }
    let area = Rect::new(LEFT, y, width - 8.0, y + LINE);
    marks.push(drawing::line_in(fonts, &text, &body(), area, Align::Left, ink(theme.text_primary)));
    y += LINE;
    marks.push(icon(rule.state, Point::new(18.0, 34.0), state_color));
    let instances = rule.instances.iter().filter(|_| has_instances);
    card((marks, y), instances.map(|instance| instance_row(instance, width, context)), width, 4.0, context)
}

/// A head and the rows that belong to it, on one ground with round corners, and a gap. Parts between its rows where it must.
fn card(
    head: (Vec<Mark>, f64),
    rows: impl Iterator<Item = (Vec<Mark>, f64)>,
    width: f64,
    below: f64,
    context: &PanelContext,
) -> Vec<Block> {
    const RADIUS: f64 = 2.0;
    let mut blocks: Vec<Block> = std::iter::once(head).chain(rows).map(|(marks, height)| Block { marks, height, n_entries: 0 }).collect();
    let last = blocks.len() - 1;
    blocks[0].n_entries = 1;
    blocks[last].height += below;
    for (index, block) in blocks.iter_mut().enumerate() {
        let corner = |is_end: bool| if is_end { RADIUS } else { 0.0 };
        let (top, bottom) = (corner(index == 0), corner(index == last));
        // A little under the next row, so that no seam shows.
        let end = block.height + if index == last { 0.0 } else { 0.5 };
        let ground = RoundedRect::new(0.0, 0.0, width, end, RoundedRectRadii::new(top, top, bottom, bottom));
        block.marks.insert(0, Mark::fill(ground.to_path(0.05), ink(context.theme.secondary)));
    }
    blocks[last].height += GAP;
    blocks
}

/// State and labels of one instance, and since when it is so; and the height of its row.
fn instance_row(instance: &AlertInstance, width: f64, context: &PanelContext) -> (Vec<Mark>, f64) {
    let (fonts, theme) = (context.fonts, context.theme);
    let labels: Vec<String> = instance.labels.iter().map(|(key, value)| format!("{key}={value}")).collect();
    let since = instance.active_at_ms.map(|ms| grafana::time::format_full(ms, context.zone)).unwrap_or_default();
    let since_width = fonts.width(&since, &small());
    let state = fonts.shape(&instance.state_text, &small());
    let left = LEFT + 16.0;
    let labels_left = left + state.width_px.max(60.0) + 12.0;
    let room = (width - 20.0 - since_width - labels_left).max(60.0);
    let base = |row: usize| drawing::baseline(SMALL_LINE * row as f64, LINE, 12.0);
    let lines = fonts.wrap(&labels.join("  "), &small(), room);
    let height = LINE + SMALL_LINE * lines.len().saturating_sub(1) as f64;
    let mut marks = vec![drawing::shaped(state, left, base(0), ink(color(instance.state, theme)))];
    let labels = lines.into_iter().enumerate();
    marks.extend(labels.map(|(row, line)| drawing::shaped(line, labels_left, base(row), ink(theme.text_primary))));
    marks.push(drawing::line(fonts, &since, &small(), width - 8.0 - since_width, base(0), ink(theme.text_secondary)));
    (marks, height)
}

fn group_keys(view: &PanelView) -> Vec<String> {
    let keys = options::at(&view.panel.options, "groupBy").and_then(Json::as_array);
    keys.into_iter().flatten().filter_map(Json::as_str).map(str::to_owned).collect()
}

/// `groupMode: custom`: the instances of all rules by the values of some labels.
fn grouped(rules: &[AlertRule], keys: &[String], width: f64, context: &PanelContext) -> Vec<Block> {
    let mut groups: Vec<(String, Vec<&AlertInstance>)> = Vec::new();
    for instance in rules.iter().flat_map(|rule| &rule.instances) {
        // An instance that lacks a label is told apart from one with an empty label only by Grafana's own grouping; both are
        // "no grouping" here.
        let labels: Vec<String> =
            keys.iter().filter_map(|key| Some(format!("{key}={}", instance.labels.get(key).filter(|v| !v.is_empty())?))).collect();
        let name = if labels.is_empty() { "No grouping".to_owned() } else { labels.join("  ") };
        match groups.iter_mut().find(|(known, _)| *known == name) {
            Some((_, instances)) => instances.push(instance),
            None => groups.push((name, vec![instance])),
        }
    }
    // What carries none of the labels comes last.
    groups.sort_by_key(|(name, _)| name == "No grouping");
    let mut blocks = Vec::new();
    for (name, instances) in groups {
        let n = instances.len();
        let head = format!("{name}   {n} instance{}", if n == 1 { "" } else { "s" });
        let area = Rect::new(8.0, 4.0, width - 8.0, 4.0 + LINE);
        let head = vec![drawing::line_in(context.fonts, &head, &body().medium(), area, Align::Left, ink(context.theme.text_primary))];
        let rows = instances.into_iter().map(|instance| instance_row(instance, width, context));
        blocks.extend(card((head, area.y1), rows, width, 4.0, context));
    }
    blocks
}

/// A heart: whole when all is well, broken when a rule fires; a clock while it waits.
fn icon(state: AlertState, at: Point, color: scene::Color) -> Mark {
    let (x, y) = (at.x, at.y);
    if matches!(state, AlertState::Pending | AlertState::Recovering) {
        let mut path = Circle::new(at, 8.0).to_path(0.05);
        path.move_to((x, y - 4.5));
        path.line_to((x, y));
        path.line_to((x + 3.5, y + 2.0));
        return Mark::stroke(path, color, 1.6);
    }
    let mut path = BezPath::new();
    path.move_to((x, y + 7.5));
    path.curve_to((x - 4.0, y + 4.5), (x - 9.0, y + 1.0), (x - 8.5, y - 3.0));
    path.curve_to((x - 8.0, y - 8.0), (x - 2.0, y - 8.5), (x, y - 4.5));
    path.curve_to((x + 2.0, y - 8.5), (x + 8.0, y - 8.0), (x + 8.5, y - 3.0));
    path.curve_to((x + 9.0, y + 1.0), (x + 4.0, y + 4.5), (x, y + 7.5));
    path.close_path();
    if state != AlertState::Normal {
        path.move_to((x, y - 4.5));
        path.line_to((x + 2.0, y - 1.5));
        path.line_to((x - 1.5, y + 0.8));
        path.line_to((x, y + 3.5));
    }
    Mark::stroke(path, color, 1.6)
}
