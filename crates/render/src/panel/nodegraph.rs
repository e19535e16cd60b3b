//! Graphs of nodes and edges (`nodeGraph`): circles with values and parts, arrows between them.
//!
//! DIFFERENCE: Grafana shows a graph at its own size and lets the reader move it; on paper what is larger than the panel is made
//! smaller. Values of edges, which a pointer would bring up, stand on them where there is room.

mod data;
mod force;
mod layered;
mod limit;

use std::collections::BTreeSet;

use grafana::{
    field::{DisplayContext, scale_value, to_number},
    frame::Value,
    theme::Color,
};
use scene::{
    Cap, Group, LinearGradient, Mark, Paint, SvgDrawing, SvgInk, TextStyle,
    kurbo::{Affine, Arc, BezPath, Circle, Point, Rect, Shape, Size, Vec2},
};

use super::{PanelContext, interpolator, notice, options};
use crate::{
    chart::label,
    drawing::{self, Align, ink},
    view::{PanelView, Pictures},
};
use data::{Edge, Graph, Node};
use limit::Shown;

/// Lines of text in and under nodes, px.
const LINE: f64 = 15.71;
const TITLE_WIDTH: f64 = 140.0;
const STATS_WIDTH: f64 = 70.0;
const LEGEND: f64 = 28.0;
/// The least a graph is shrunk to.
const LEAST_SCALE: f64 = 0.05;

pub fn draw(view: &PanelView, size: Size, context: &mut PanelContext) -> Vec<Mark> {
    if view.frames.is_empty() {
        return notice::no_data("No data found in response", size, context);
    }
    let interpolate = interpolator(&view.panel, context.variables);
    let display = DisplayContext { theme: context.theme, zone: context.zone, now_ms: context.now_ms, interpolate: &interpolate };
    let color_of = |field: &grafana::frame::Field, row: usize| scale_value(field, to_number(&field.values.get(row)), &display).color;
    let graph = match data::read(&view.frames, &view.panel.options, context.theme, &color_of) {
        Ok(graph) if graph.nodes.is_empty() => return notice::no_data("No data", size, context),
        Ok(graph) => graph,
        Err(reason) => return notice::no_data(&reason, size, context),
    };
    let algorithm = options::text(&view.panel.options, "layoutAlgorithm", "layered");
    let is_grid = algorithm == "grid";
    let places = place(&graph, algorithm, size.width);
    let shown = if is_grid { limit::grid(&graph) } else { limit::from_the_roots(&graph) };
    if shown.n_hidden > 0 {
        (context.warn)(format!("{} of {} nodes are left out", shown.n_hidden, graph.nodes.len()));
    }
    let pen = Pen { graph: &graph, places: &places, pictures: &view.pictures, context };
    let mut marks = Vec::new();
    if !is_grid {
        let edges = graph.edges.iter().filter(|edge| shown.has(edge.source) && shown.has(edge.target));
        marks.extend(edges.clone().flat_map(|edge| pen.edge(edge)));
        marks.extend(shown.nodes.iter().flat_map(|at| pen.node(*at)));
        marks.extend(shown.markers.iter().flat_map(|(at, n)| pen.marker(*at, *n)));
        marks.extend(pen.edge_values(edges, &shown));
    } else {
        marks.extend(shown.nodes.iter().flat_map(|at| pen.node(*at)));
        marks.extend(shown.markers.iter().flat_map(|(at, n)| pen.marker(*at, *n)));
    }
    let legend = pen.legend(size);
    let transform = fit(pen.bounds(&shown), size, if legend.is_empty() { 0.0 } else { LEGEND + 8.0 });
    let mut all = vec![Mark::Group(Group { transform, marks, ..Group::default() })];
    all.extend(legend);
    if shown.n_hidden > 0 {
        all.extend(pen.alert(&format!("{} nodes are hidden for performance reasons.", shown.n_hidden), size));
    }
    vec![Mark::clipped(size.to_rect(), all)]
}

/// Where nodes stand; the middle of all is the origin unless the data say where.
fn place(graph: &Graph, algorithm: &str, width: f64) -> Vec<Point> {
    let ends: Vec<force::Ends> = graph.edges.iter().map(|edge| (edge.source, edge.target)).collect();
    let n = graph.nodes.len();
    let by_force = || force::place(n, &ends, &graph.nodes.iter().map(|node| node.incoming).collect::<Vec<_>>());
    let places = match algorithm {
        "grid" => return force::grid(n, width).into_iter().map(Point::from).collect(),
        _ if graph.has_fixed_places => return graph.nodes.iter().map(|node| Point::from(node.fixed.unwrap_or_default())).collect(),
        "force" => by_force(),
        _ => layered::place(n, &ends).unwrap_or_else(by_force),
    };
    let range = |of: fn(&(f64, f64)) -> f64| {
        let (low, high) = places.iter().map(of).fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), v| (low.min(v), high.max(v)));
        (low + high) / 2.0
    };
    let (x, y) = (range(|p| p.0), range(|p| p.1));
    places.iter().map(|place| Point::new(place.0 - x, place.1 - y)).collect()
}

/// As Grafana places the origin, in the panel's middle, where all is to be seen that way; else shrunk into the room.
fn fit(bounds: Rect, size: Size, legend: f64) -> Affine {
    let middle = Vec2::new(size.width / 2.0, size.height / 2.0);
    let inner = Rect::new(0.0, 0.0, size.width, size.height - legend);
    let natural = bounds + middle;
    if inner.union(natural) == inner {
        return Affine::translate(middle);
    }
    let scale = (inner.width() / bounds.width()).min(inner.height() / bounds.height()).clamp(LEAST_SCALE, 1.0);
    Affine::translate(inner.center().to_vec2()) * Affine::scale(scale) * Affine::translate(-bounds.center().to_vec2())
}

/// Side of an icon inside a node, px.
const ICON: f64 = 48.0;

/// The addresses of the icons nodes ask for.
pub fn pictures(view: &PanelView) -> BTreeSet<String> {
    let fields = view.frames.iter().flat_map(|frame| &frame.fields).filter(|field| field.name.eq_ignore_ascii_case("icon"));
    let values = fields.flat_map(|field| (0..field.values.len()).map(|row| field.values.get(row)));
    values.filter_map(|value| if let Value::String(name) = value { icon_address(&name) } else { None }).collect()
}

/// Where Grafana has an icon of that name.
fn icon_address(name: &str) -> Option<String> {
    let is_name = !name.is_empty() && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '-' || c == '_');
    is_name.then(|| format!("img/icons/unicons/{name}.svg"))
}

/// Width of the line around a node of that radius.
fn line_width(radius: f64) -> f64 {
    (radius * 0.075).ceil()
}

struct Pen<'a, 'b> {
    graph: &'a Graph,
    places: &'a [Point],
    pictures: &'a Pictures,
    context: &'a PanelContext<'b>,
}

/// A line between two circles, with room for an arrow's head; `None` where they touch.
fn between(from: Point, to: Point, radii: (f64, f64), head: f64) -> Option<(Point, Point)> {
    let way = to - from;
    let length = way.hypot();
    let (start, end) = (radii.0 + 5.0, radii.1 + 3.0 + head * 0.9);
    if length == 0.0 || !length.is_finite() {
        return None;
    }
    let unit = way / length;
    Some((from + unit * start, to - unit * end))
}

impl Pen<'_, '_> {
    fn style(&self, size_px: f64) -> TextStyle {
        TextStyle { letter_spacing_px: 0.15, ..TextStyle::sans(size_px) }
    }

    /// What the shown nodes take, with their titles.
    fn bounds(&self, shown: &Shown) -> Rect {
        let all = shown.nodes.iter().chain(shown.markers.iter().map(|(at, _)| at));
        let rect = |at: &usize| {
            let (node, place) = (&self.graph.nodes[*at], self.places[*at]);
            let side = (node.radius + line_width(node.radius) / 2.0).max(TITLE_WIDTH / 2.0);
            let below = node.radius + 5.0 + if node.sub_title.is_empty() { LINE } else { 2.0 * LINE };
            Rect::new(place.x - side, place.y - node.radius - 3.0, place.x + side, place.y + below)
        };
        all.map(rect).reduce(|a, b| a.union(b)).unwrap_or_default()
    }

    fn edge(&self, edge: &Edge) -> Vec<Mark> {
        let head = 10.0 + edge.thickness * 2.0;
        let radius = |at: usize| self.graph.nodes[at].radius + line_width(self.graph.nodes[at].radius) / 2.0;
        let Some((from, to)) =
            between(self.places[edge.source], self.places[edge.target], (radius(edge.source), radius(edge.target)), head)
        else {
            return Vec::new();
        };
        let plain = if edge.highlighted { Color::rgb(0xaa, 0, 0) } else { Color::rgb(0x99, 0x99, 0x99) };
        let color = ink(edge.color.unwrap_or(plain));
        let mut line = BezPath::new();
        line.move_to(from);
        line.line_to(to);
        let width = edge.thickness + f64::from(u8::from(edge.highlighted));
        // The head begins a tenth of itself before the line's end, so that nothing is to be seen between them.
        let unit = (self.places[edge.target] - self.places[edge.source]).normalize();
        let (base, side) = (to - unit * head * 0.1, Vec2::new(-unit.y, unit.x) * head / 2.0);
        let mut arrow = BezPath::new();
        arrow.move_to(base + side);
        arrow.line_to(base + unit * head);
        arrow.line_to(base - side);
        arrow.close_path();
        vec![label::stroke(line, Paint::Solid(color), width, &edge.dash, Cap::Butt), Mark::fill(arrow, color)]
    }

    /// Boxes with the values of edges, moved along their edges until they are free; those that are not are counted.
    fn edge_values<'e>(&self, edges: impl Iterator<Item = &'e Edge>, shown: &Shown) -> Vec<Mark> {
        let style = self.style(8.0);
        let mut taken: Vec<Rect> = Vec::new();
        let circles: Vec<(Point, f64)> = shown.nodes.iter().map(|at| (self.places[*at], self.graph.nodes[*at].radius)).collect();
        let mut marks = Vec::new();
        for edge in edges {
            let texts: Vec<_> =
                edge.stats.iter().filter(|text| !text.is_empty()).map(|text| self.context.fonts.shape(text, &style)).collect();
            if texts.is_empty() {
                continue;
            }
            let radius = |at: usize| self.graph.nodes[at].radius;
            let ends = between(self.places[edge.source], self.places[edge.target], (radius(edge.source), radius(edge.target)), 1.0);
            let Some((from, to)) = ends else { continue };
            let size = Size::new(texts.iter().map(|t| t.width_px).fold(0.0, f64::max) + 8.0, 12.0 * texts.len() as f64 + 2.0);
            let at = |share: f64| Rect::from_center_size(from.lerp(to, share), size);
            let is_free = |rect: &Rect| {
                let apart = |other: &Rect| rect.intersect(*other).area() == 0.0;
                let off = |(center, r): &(Point, f64)| {
                    let near = Point::new(center.x.clamp(rect.x0, rect.x1), center.y.clamp(rect.y0, rect.y1));
                    near.distance(*center) > *r
                };
                taken.iter().all(apart) && circles.iter().all(off)
            };
            let Some(area) = [0.5, 0.38, 0.62, 0.27, 0.73].map(at).into_iter().find(is_free) else { continue };
            taken.push(area);
            marks.push(drawing::fill_rounded(area, 4.0, ink(self.context.theme.secondary)));
            for (row, text) in texts.into_iter().enumerate() {
                let y = area.y0 + 7.0 + 12.0 * row as f64;
                let x = area.center().x - text.width_px / 2.0;
                marks.push(drawing::shaped(text, x, drawing::centered_baseline(y, 8.0), ink(self.context.theme.text_primary)));
            }
        }
        marks
    }

    fn node(&self, at: usize) -> Vec<Mark> {
        let (node, place, theme) = (&self.graph.nodes[at], self.places[at], self.context.theme);
        let ground = if node.highlighted { Color::rgb(0xaa, 0, 0) } else { theme.panel };
        let circle = Circle::new(place, node.radius).to_path(0.05);
        let mut marks = vec![Mark::fill(circle.clone(), ink(ground))];
        marks.extend(ring(node, place, circle));
        let text = ink(theme.text_primary);
        let style = self.style(10.0);
        let mut line = |text_of: &str, top: f64, width: f64| {
            let area = Rect::new(place.x - width / 2.0, top, place.x + width / 2.0, top + LINE);
            marks.push(drawing::line_in(self.context.fonts, text_of, &style, area, Align::Center, text));
        };
        // An icon takes the values' place.
        let icon = icon_address(&node.icon).and_then(|address| self.pictures.by_url.get(&address));
        let icon = icon.and_then(|bytes| SvgDrawing::read(bytes, &SvgInk { fill: Some(text), ..SvgInk::default() }));
        let stats: &[String] = if icon.is_some() { &[] } else { &node.stats };
        for (row, stat) in stats.iter().enumerate().filter(|(_, stat)| !stat.is_empty()) {
            line(stat, place.y - 15.0 + LINE * row as f64, STATS_WIDTH);
        }
        for (row, title) in [&node.title, &node.sub_title].into_iter().enumerate().filter(|(_, title)| !title.is_empty()) {
            line(title, place.y + node.radius + 5.0 + LINE * row as f64, TITLE_WIDTH);
        }
        let corner = place - Vec2::new(ICON / 2.0, ICON / 2.0);
        marks.extend(icon.map(|icon| Mark::at(corner.x, corner.y, vec![icon.fitted(ICON, ICON)])));
        marks
    }

    /// A stand-in for hidden nodes behind one that is shown.
    fn marker(&self, at: usize, count: usize) -> Vec<Mark> {
        let place = self.places[at];
        let circle = Circle::new(place, data::RADIUS).to_path(0.05);
        let text = if count > 100 { ">100 nodes".to_owned() } else { format!("{count} nodes") };
        let area = Rect::from_center_size(place, (STATS_WIDTH, LINE));
        let color = ink(self.context.theme.text_primary);
        vec![
            Mark::fill(circle.clone(), ink(self.context.theme.panel)),
            Mark::stroke(circle, ink(self.context.theme.border_strong), 1.0),
            drawing::line_in(self.context.fonts, &text, &self.style(10.0), area, Align::Center, color),
        ]
    }

    /// Names of values and parts, in a box at the bottom left.
    fn legend(&self, size: Size) -> Vec<Mark> {
        let middle = size.height - 3.0 - LEGEND / 2.0 - 2.0;
        let (mut x, mut marks) = (10.0, Vec::new());
        for (name, colors) in &self.graph.legend {
            let swatch = Rect::new(x, middle - 2.0, x + 14.0, middle + 2.0);
            let paint = match colors.as_slice() {
                [only] => Paint::Solid(ink(*only)),
                several => {
                    let stops = several.iter().enumerate().map(|(i, c)| (i as f32 / (several.len() - 1).max(1) as f32, ink(*c))).collect();
                    Paint::Linear(LinearGradient { from: Point::new(swatch.x0, middle), to: Point::new(swatch.x1, middle), stops })
                }
            };
            let text = self.context.fonts.ellipsize(name, &self.style(12.0), (size.width - x - 40.0).max(0.0));
            let end = x + 22.0 + text.width_px;
            if end > size.width - 8.0 {
                break;
            }
            marks.push(label::fill(drawing::rounded(swatch, 2.0).to_path(0.05), paint));
            marks.push(drawing::shaped(text, x + 22.0, drawing::centered_baseline(middle, 12.0), ink(self.context.theme.text_primary)));
            x = end + 18.0;
        }
        if marks.is_empty() {
            return marks;
        }
        let ground = Rect::new(2.0, size.height - 3.0 - LEGEND, x - 8.0, size.height - 3.0);
        marks.insert(0, drawing::fill_rounded(ground, 2.0, ink(self.context.theme.secondary)));
        marks
    }

    /// A line on what is not shown, at the top right.
    fn alert(&self, text: &str, size: Size) -> Vec<Mark> {
        let text = self.context.fonts.shape(text, &self.style(10.0));
        let area = Rect::new(size.width - text.width_px - 16.0, 0.0, size.width, 26.0);
        let baseline = drawing::centered_baseline(area.center().y, 10.0);
        let color = self.context.theme.contrast_text(self.context.theme.warning);
        vec![drawing::fill_rounded(area, 2.0, ink(self.context.theme.warning)), drawing::shaped(text, area.x0 + 8.0, baseline, ink(color))]
    }
}

/// The line around a node: its parts clockwise from the top, or one colour.
fn ring(node: &Node, place: Point, circle: BezPath) -> Vec<Mark> {
    let width = line_width(node.radius);
    let whole = |color: Color| vec![Mark::stroke(circle.clone(), ink(color), width)];
    if let Some((_, color)) = node.arcs.iter().find(|(share, _)| *share >= 1.0) {
        return whole(*color);
    }
    if node.arcs.is_empty() {
        return whole(node.color.unwrap_or(Color::rgb(0x80, 0x80, 0x80)));
    }
    let mut from = 0.0;
    let mut marks = Vec::new();
    for (share, color) in &node.arcs {
        let share_left = share.min(1.0 - from);
        if share_left <= 0.0 {
            break;
        }
        let turn = std::f64::consts::TAU;
        let arc = Arc::new(place, Vec2::new(node.radius, node.radius), turn * from - turn / 4.0, turn * share_left, 0.0);
        marks.push(Mark::stroke(arc.to_path(0.05), ink(*color), width));
        from += share;
    }
    marks
}
