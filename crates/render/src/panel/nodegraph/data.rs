//! Nodes and edges out of frames, by the names of their fields.

use std::collections::BTreeMap;

use grafana::{
    field::{to_number, to_text},
    frame::{Field, FieldType, Frame, Value},
    js::to_fixed,
    theme::{Color, Theme},
};
use serde_json::{Map, Value as Json};

use super::super::options;

/// Radius of a node unless the data say otherwise, px.
pub const RADIUS: f64 = 40.0;

#[derive(Clone, Debug, Default)]
pub struct Node {
    pub id: String,
    pub title: String,
    pub sub_title: String,
    pub stats: [String; 2],
    /// Parts of the circle with their colours, in order; shares of 1.
    pub arcs: Vec<(f64, Color)>,
    /// Colour of the whole circle where there are no parts.
    pub color: Option<Color>,
    pub icon: String,
    pub radius: f64,
    pub highlighted: bool,
    pub fixed: Option<(f64, f64)>,
    /// Edges that end here.
    pub incoming: usize,
}

#[derive(Clone, Debug, Default)]
pub struct Edge {
    /// Indices of nodes.
    pub source: usize,
    pub target: usize,
    pub stats: [String; 2],
    pub thickness: f64,
    pub color: Option<Color>,
    pub dash: Vec<f64>,
    pub highlighted: bool,
}

#[derive(Clone, Debug, Default)]
pub struct Graph {
    pub nodes: Vec<Node>,
    pub edges: Vec<Edge>,
    /// What the legend says: a name, and the colours of its swatch (several for a scheme).
    pub legend: Vec<(String, Vec<Color>)>,
    pub has_fixed_places: bool,
}

/// Reads the first frame of nodes and the first of edges. An error is what Grafana throws.
pub fn read(
    frames: &[Frame],
    saved: &Map<String, Json>,
    theme: &Theme,
    color_of: &dyn Fn(&Field, usize) -> Color,
) -> Result<Graph, String> {
    let is_named = |frame: &Frame, name: &str| frame.name.as_deref() == Some(name) || frame.ref_id.as_deref() == Some(name);
    let mine = frames.iter().filter(|frame| {
        frame.meta.preferred_visualisation.as_deref() == Some("nodeGraph")
            || is_named(frame, "nodes")
            || is_named(frame, "edges")
            || frame.fields.iter().any(|field| field.name == "id")
    });
    let (edges, nodes): (Vec<&Frame>, Vec<&Frame>) =
        mine.partition(|frame| frame.name.as_deref() == Some("edges") || frame.fields.iter().any(|field| field.name == "source"));
    let units = |kind: &str| [0, 1].map(|at| options::text(saved, &format!("{kind}.{}", ["mainStatUnit", "secondaryStatUnit"][at]), ""));
    let reader = Reader { saved, theme, color_of, node_units: units("nodes"), edge_units: units("edges") };
    match (nodes.first(), edges.first()) {
        (Some(nodes), edges) => reader.nodes_and_edges(nodes, edges.copied()),
        (None, Some(edges)) => reader.edges_only(edges),
        (None, None) => Ok(Graph::default()),
    }
}

struct Reader<'a> {
    saved: &'a Map<String, Json>,
    theme: &'a Theme,
    color_of: &'a dyn Fn(&Field, usize) -> Color,
    node_units: [&'a str; 2],
    edge_units: [&'a str; 2],
}

/// The field of that name, whatever its case.
fn named<'a>(frame: &'a Frame, name: &str) -> Option<&'a Field> {
    frame.fields.iter().find(|field| field.name.to_lowercase() == name)
}

/// The fields of both values; the first number stands in for the main one.
fn stat_fields(frame: &Frame) -> [Option<&Field>; 2] {
    let first_number = || frame.fields.iter().find(|field| field.kind == FieldType::Number);
    [named(frame, "mainstat").or_else(first_number), named(frame, "secondarystat")]
}

fn text_at(field: Option<&Field>, row: usize) -> String {
    match field.map(|field| field.values.get(row)) {
        None | Some(Value::Null) => String::new(),
        Some(value) => to_text(&value),
    }
}

fn number_at(field: Option<&Field>, row: usize) -> Option<f64> {
    let value = field?.values.get(row);
    (value != Value::Null).then(|| to_number(&value)).filter(|number| number.is_finite())
}

fn flag_at(field: Option<&Field>, row: usize) -> bool {
    matches!(field.map(|field| field.values.get(row)), Some(Value::Boolean(true)))
}

/// Texts as they are, numbers with two decimals and the bare unit.
fn stat(field: &Field, value: &Value, unit: &str) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Number(number) if number.is_finite() => {
            // 0 decimals count as not set.
            let decimals = field.config.decimals.filter(|n| *n > 0).unwrap_or(2).min(20) as u32;
            let own =
                if field.name.to_lowercase().ends_with("stat") && !unit.is_empty() { Some(unit) } else { field.config.unit.as_deref() };
            let unit = own.filter(|unit| !unit.is_empty()).map_or(String::new(), |unit| format!(" {unit}"));
            to_fixed(*number, decimals) + &unit
        }
        _ => String::new(),
    }
}

impl Reader<'_> {
    fn nodes_and_edges(&self, frame: &Frame, edges: Option<&Frame>) -> Result<Graph, String> {
        let id = named(frame, "id").ok_or("id field is required for nodes data frame.")?;
        let arcs: Vec<(&Field, Color)> =
            frame.fields.iter().filter(|field| field.name.starts_with("arc__")).map(|field| (field, self.arc_color(field))).collect();
        let (x, y) = (named(frame, "fixedx"), named(frame, "fixedy"));
        let (stats, color) = (stat_fields(frame), named(frame, "color"));
        let (mut nodes, mut index): (Vec<Node>, BTreeMap<String, usize>) = Default::default();
        for row in 0..frame.len() {
            let node = Node {
                id: text_at(Some(id), row),
                title: text_at(named(frame, "title"), row),
                sub_title: text_at(named(frame, "subtitle"), row),
                stats: [0, 1].map(|at| stats[at].map_or(String::new(), |f| stat(f, &f.values.get(row), self.node_units[at]))),
                arcs: arcs
                    .iter()
                    .map(|(f, color)| (number_at(Some(f), row).unwrap_or(0.0), *color))
                    .filter(|(share, _)| *share > 0.0)
                    .collect(),
                color: color.map(|field| self.node_color(field, row)),
                icon: text_at(named(frame, "icon"), row),
                radius: number_at(named(frame, "noderadius"), row).filter(|r| *r > 0.0).unwrap_or(RADIUS).min(1000.0),
                highlighted: flag_at(named(frame, "highlighted"), row),
                fixed: number_at(x, row).zip(number_at(y, row)),
                incoming: 0,
            };
            // The last row of an id counts, in the place of the first.
            match index.get(&node.id) {
                Some(at) => nodes[*at] = node,
                None => drop((index.insert(node.id.clone(), nodes.len()), nodes.push(node))),
            }
        }
        let n_fixed = nodes.iter().filter(|node| node.fixed.is_some()).count();
        if n_fixed > 0 && n_fixed < nodes.len() {
            return Err("If fixedX and fixedY fields are present, the values have to be all filled and valid".to_owned());
        }
        let edges = edges.map_or(Ok(Vec::new()), |frame| self.edges(frame, &index))?;
        edges.iter().for_each(|edge| nodes[edge.target].incoming += 1);
        let mut legend: Vec<(String, Vec<Color>)> = stats.iter().flatten().map(|field| self.legend_entry(field)).collect();
        if nodes.iter().any(|_| !arcs.is_empty()) && arcs.first().is_some_and(|(field, _)| self.is_fixed(field)) {
            legend.extend(arcs.iter().map(|(field, color)| (label(field), vec![*color])));
        }
        legend.extend(color.map(|field| self.legend_entry(field)));
        Ok(Graph { has_fixed_places: n_fixed > 0, nodes, edges, legend })
    }

    /// Nodes made of the ends of edges: their values are the sums of what comes in.
    fn edges_only(&self, frame: &Frame) -> Result<Graph, String> {
        let (mut nodes, mut index): (Vec<Node>, BTreeMap<String, usize>) = Default::default();
        let stats = stat_fields(frame);
        let mut sums: Vec<[Option<f64>; 2]> = Vec::new();
        for row in 0..frame.len() {
            for end in ["target", "source"] {
                let id = text_at(named(frame, end), row);
                if !index.contains_key(&id) {
                    index.insert(id.clone(), nodes.len());
                    nodes.push(Node { title: id.clone(), id, radius: RADIUS, ..Node::default() });
                    sums.push([None; 2]);
                }
            }
            let target = index[&text_at(named(frame, "target"), row)];
            nodes[target].incoming += 1;
            for at in 0..2 {
                if let Some(field) = stats[at].filter(|field| field.kind == FieldType::Number) {
                    sums[target][at] = Some(sums[target][at].unwrap_or(0.0) + number_at(Some(field), row).unwrap_or(0.0));
                }
            }
        }
        for (node, sums) in nodes.iter_mut().zip(sums) {
            node.stats = [0, 1].map(|at| match (stats[at], sums[at]) {
                (Some(field), Some(sum)) => stat(field, &Value::Number(sum), self.edge_units[at]),
                _ => String::new(),
            });
        }
        let legend = stats.iter().flatten().filter(|field| field.kind == FieldType::Number).map(|field| self.legend_entry(field)).collect();
        Ok(Graph { edges: self.edges(frame, &index)?, nodes, legend, has_fixed_places: false })
    }

    /// Edges whose ends there are; the others have nowhere to be drawn.
    fn edges(&self, frame: &Frame, index: &BTreeMap<String, usize>) -> Result<Vec<Edge>, String> {
        if named(frame, "id").is_none() {
            return Err("id field is required for edges data frame.".to_owned());
        }
        let stats = stat_fields(frame);
        let read = |row: usize| -> Option<Edge> {
            let end = |name: &str| index.get(&text_at(named(frame, name), row)).copied();
            let color = text_at(named(frame, "color"), row);
            let dash = text_at(named(frame, "strokedasharray"), row);
            let dash: Vec<f64> = dash.split([' ', ',']).filter_map(|part| part.trim().parse().ok()).filter(|n: &f64| *n >= 0.0).collect();
            Some(Edge {
                source: end("source")?,
                target: end("target")?,
                stats: [0, 1].map(|at| stats[at].map_or(String::new(), |f| stat(f, &f.values.get(row), self.edge_units[at]))),
                thickness: number_at(named(frame, "thickness"), row).filter(|n| *n > 0.0).unwrap_or(1.0).min(100.0),
                color: (!color.is_empty()).then(|| self.theme.color(&color)),
                dash: if dash.iter().sum::<f64>() > 0.0 { dash } else { Vec::new() },
                highlighted: flag_at(named(frame, "highlighted"), row),
            })
        };
        Ok((0..frame.len()).filter_map(read).collect())
    }

    /// The colour the panel's options give an arc, else its field's fixed one.
    fn arc_option(&self, field: &Field) -> Option<&str> {
        let arcs = options::at(self.saved, "nodes.arcs").and_then(Json::as_array)?;
        let arc = arcs.iter().find(|arc| arc["field"].as_str().is_some_and(|name| name.to_lowercase() == field.name.to_lowercase()))?;
        arc["color"].as_str().filter(|color| !color.is_empty())
    }

    fn arc_color(&self, field: &Field) -> Color {
        let own = field.config.color.as_ref().and_then(|color| color.fixed_color.as_deref());
        self.theme.color(self.arc_option(field).or(own).unwrap_or(""))
    }

    fn is_fixed(&self, field: &Field) -> bool {
        self.arc_option(field).is_some() || field.config.color.as_ref().is_some_and(|color| color.mode == "fixed")
    }

    /// Colours are named by texts, or follow from numbers by the field's scheme.
    fn node_color(&self, field: &Field, row: usize) -> Color {
        match field.values.get(row) {
            Value::String(name) => self.theme.color(&name),
            _ => (self.color_of)(field, row),
        }
    }

    fn legend_entry(&self, field: &Field) -> (String, Vec<Color>) {
        let color = field.config.color.as_ref();
        let scheme = color.and_then(|color| self.theme.continuous(&color.mode));
        let fixed = color.filter(|color| color.mode == "fixed").and_then(|color| color.fixed_color.as_deref());
        (label(field), scheme.unwrap_or_else(|| vec![self.theme.color(fixed.unwrap_or(""))]))
    }
}

fn label(field: &Field) -> String {
    field.config.display_name.clone().filter(|name| !name.is_empty()).unwrap_or_else(|| field.name.clone())
}
