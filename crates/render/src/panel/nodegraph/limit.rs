//! Which nodes are shown: 200 at most, from the roots outwards; markers stand for what is behind them.

use std::collections::{BTreeSet, VecDeque};

use super::data::Graph;

const MOST: usize = 200;
/// Beyond this a marker does not count further.
const MOST_COUNTED: usize = 101;

#[derive(Default)]
pub struct Shown {
    /// Ascending.
    pub nodes: Vec<usize>,
    /// Nodes in whose place a count stands, with that count.
    pub markers: Vec<(usize, usize)>,
    pub n_hidden: usize,
}

impl Shown {
    /// Whether the node, or a marker in its place, is there.
    pub fn has(&self, node: usize) -> bool {
        self.nodes.binary_search(&node).is_ok() || self.markers.iter().any(|(at, _)| *at == node)
    }
}

pub fn grid(graph: &Graph) -> Shown {
    let n = graph.nodes.len();
    let markers = if n > MOST + 1 { vec![(MOST, n - MOST)] } else { Vec::new() };
    Shown { nodes: (0..n.min(MOST)).collect(), markers, n_hidden: n.saturating_sub(MOST) }
}

pub fn from_the_roots(graph: &Graph) -> Shown {
    let n = graph.nodes.len();
    if n <= MOST {
        return Shown { nodes: (0..n).collect(), ..Shown::default() };
    }
    let mut near = vec![Vec::new(); n];
    for edge in &graph.edges {
        near[edge.source].push(edge.target);
        near[edge.target].push(edge.source);
    }
    let mut queue: VecDeque<usize> = (0..n).filter(|at| graph.nodes[*at].incoming == 0).collect();
    if queue.is_empty() {
        queue.push_back(0);
    }
    let mut visible = BTreeSet::new();
    while visible.len() < MOST {
        let Some(node) = queue.pop_front() else { break };
        if visible.insert(node) {
            queue.extend(&near[node]);
        }
    }
    let waiting: BTreeSet<usize> = queue.into_iter().filter(|node| !visible.contains(node)).collect();
    let mut markers = Vec::new();
    for start in waiting {
        let (mut seen, mut stack) = (BTreeSet::new(), vec![start]);
        while let Some(node) = stack.pop() {
            if seen.len() <= MOST_COUNTED && !visible.contains(&node) && seen.insert(node) {
                stack.extend(&near[node]);
            }
        }
        markers.push((start, seen.len()));
    }
    // One hidden node takes no more room than a marker for it.
    visible.extend(markers.iter().filter(|(_, count)| *count == 1).map(|(at, _)| *at));
    markers.retain(|(_, count)| *count != 1);
    Shown { n_hidden: n - visible.len(), nodes: visible.into_iter().collect(), markers }
}
