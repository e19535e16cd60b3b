//! Nodes in layers from left to right, as Sugiyama's method lays them out: edges that close circles are turned, nodes get
//! layers, the order within layers is chosen for few crossings, and places for short edges.
//!
//! Grafana has MSAGL do this; the distances are those it sets, the order within a layer may differ.

use super::force::Ends;

/// Room a node takes, its circle with a margin, and what stays free between layers and between nodes, px.
const NODE: f64 = 100.0;
const LAYER_GAP: f64 = 60.0;
const NODE_GAP: f64 = 40.0;
/// Between parts of the graph that nothing connects, px.
const PART_GAP: f64 = 200.0;
/// Edges over many layers are led through each; beyond this the layers are no help to the eye and cost too much.
const MOST_STEPS: usize = 20_000;

/// The places of `n` nodes, or `None` where the graph is too large for layers.
pub fn place(n: usize, edges: &[Ends]) -> Option<Vec<(f64, f64)>> {
    let mut places = vec![(0.0, 0.0); n];
    let (mut top, mut alone) = (0.0, Vec::new());
    for part in parts(n, edges) {
        if let [single] = part.as_slice() {
            alone.push(*single);
            continue;
        }
        let local = |node: usize| part.binary_search(&node).ok();
        let inner: Vec<Ends> = edges.iter().filter_map(|(a, b)| Some((local(*a)?, local(*b)?))).filter(|(a, b)| a != b).collect();
        let placed = place_part(part.len(), &inner)?;
        let low = placed.iter().map(|p| p.1).fold(f64::INFINITY, f64::min);
        let high = placed.iter().map(|p| p.1).fold(f64::NEG_INFINITY, f64::max);
        for (node, (x, y)) in part.iter().zip(placed) {
            places[*node] = (x, y - low + top);
        }
        top += high - low + PART_GAP;
    }
    // Nodes without edges: rows of a square's shape below the rest.
    let columns = (alone.len() as f64).sqrt().ceil().max(1.0) as usize;
    for (at, node) in alone.into_iter().enumerate() {
        let pitch = NODE + NODE_GAP;
        places[node] = ((at % columns) as f64 * pitch, top + (at / columns) as f64 * pitch);
    }
    Some(places)
}

/// Nodes by what connects them, each part ascending, parts by their first node.
fn parts(n: usize, edges: &[Ends]) -> Vec<Vec<usize>> {
    let mut root: Vec<usize> = (0..n).collect();
    fn find(root: &mut [usize], mut at: usize) -> usize {
        while root[at] != at {
            root[at] = root[root[at]];
            at = root[at];
        }
        at
    }
    for (a, b) in edges {
        let (a, b) = (find(&mut root, *a), find(&mut root, *b));
        root[a.max(b)] = a.min(b);
    }
    let mut parts: Vec<Vec<usize>> = vec![Vec::new(); n];
    for node in 0..n {
        let of = find(&mut root, node);
        parts[of].push(node);
    }
    parts.retain(|part| !part.is_empty());
    parts
}

fn place_part(n: usize, edges: &[Ends]) -> Option<Vec<(f64, f64)>> {
    let edges = without_circles(n, edges);
    let rank = ranks(n, &edges);
    if edges.iter().map(|(a, b)| rank[*b] - rank[*a]).sum::<usize>() > MOST_STEPS {
        return None;
    }
    // Edges over several layers pass a bend in each.
    let (mut rank_of, mut steps) = (rank.clone(), Vec::new());
    for (a, b) in &edges {
        let mut from = *a;
        for layer in rank[*a] + 1..rank[*b] {
            rank_of.push(layer);
            steps.push((from, rank_of.len() - 1));
            from = rank_of.len() - 1;
        }
        steps.push((from, *b));
    }
    let (mut before, mut after) = (vec![Vec::new(); rank_of.len()], vec![Vec::new(); rank_of.len()]);
    for (a, b) in &steps {
        after[*a].push(*b);
        before[*b].push(*a);
    }
    let mut layers = vec![Vec::new(); rank_of.iter().max().map_or(0, |most| most + 1)];
    for (node, layer) in rank_of.iter().enumerate() {
        layers[*layer].push(node);
    }
    order(&mut layers, &before, &after);
    let height = heights(&layers, &before, &after, n);
    Some((0..n).map(|node| (rank[node] as f64 * (NODE + LAYER_GAP), height[node])).collect())
}

/// The edges with those turned that lead back to where the search came from; each pair of nodes once.
fn without_circles(n: usize, edges: &[Ends]) -> Vec<Ends> {
    let mut outgoing = vec![Vec::new(); n];
    let mut n_incoming = vec![0; n];
    for (a, b) in edges {
        outgoing[*a].push(*b);
        n_incoming[*b] += 1;
    }
    // 0: not seen, 1: on the way here, 2: done.
    let mut state = vec![0u8; n];
    let mut straight = Vec::new();
    let starts = (0..n).filter(|node| n_incoming[*node] == 0).chain(0..n);
    for start in starts {
        if state[start] != 0 {
            continue;
        }
        state[start] = 1;
        let mut way = vec![(start, 0)];
        while let Some((node, next)) = way.last_mut() {
            let Some(&to) = outgoing[*node].get(*next) else {
                state[*node] = 2;
                way.pop();
                continue;
            };
            *next += 1;
            let node = *node;
            straight.push(if state[to] == 1 { (to, node) } else { (node, to) });
            if state[to] == 0 {
                state[to] = 1;
                way.push((to, 0));
            }
        }
    }
    straight.sort_unstable();
    straight.dedup();
    straight
}

/// Layers: as far left as the edges allow; then nodes move towards the side they have more edges to, so that these are short.
fn ranks(n: usize, edges: &[Ends]) -> Vec<usize> {
    let (mut before, mut after) = (vec![Vec::new(); n], vec![Vec::new(); n]);
    for (a, b) in edges {
        after[*a].push(*b);
        before[*b].push(*a);
    }
    let mut rank = vec![0usize; n];
    let mut waiting: Vec<usize> = before.iter().map(Vec::len).collect();
    let mut ready: Vec<usize> = (0..n).filter(|node| waiting[*node] == 0).collect();
    let mut at = 0;
    while at < ready.len() {
        let node = ready[at];
        for to in &after[node] {
            rank[*to] = rank[*to].max(rank[node] + 1);
            waiting[*to] -= 1;
            if waiting[*to] == 0 {
                ready.push(*to);
            }
        }
        at += 1;
    }
    for _ in 0..8 {
        for node in ready.iter().rev() {
            let next = after[*node].iter().map(|to| rank[*to]).min();
            if let Some(next) = next.filter(|_| after[*node].len() > before[*node].len()) {
                rank[*node] = next - 1;
            }
        }
    }
    let least = rank.iter().min().copied().unwrap_or(0);
    rank.iter().map(|rank| rank - least).collect()
}

/// Orders each layer by the middle of its neighbours, back and forth, and keeps the order with the fewest crossings.
fn order(layers: &mut Vec<Vec<usize>>, before: &[Vec<usize>], after: &[Vec<usize>]) {
    let mut position = vec![0usize; before.len()];
    let settle = |layers: &[Vec<usize>], position: &mut [usize]| {
        for layer in layers {
            layer.iter().enumerate().for_each(|(at, node)| position[*node] = at);
        }
    };
    settle(layers, &mut position);
    let mut best = (crossings(layers, after, &position), layers.clone());
    for sweep in 0..24 {
        let forward = sweep % 2 == 0;
        let neighbours = if forward { before } else { after };
        let n_layers = layers.len();
        for step in 0..n_layers {
            let layer = &mut layers[if forward { step } else { n_layers - 1 - step }];
            let mut keyed: Vec<(f64, usize)> =
                layer.iter().map(|node| (middle(&neighbours[*node], &position, position[*node]), *node)).collect();
            keyed.sort_by(|a, b| a.0.total_cmp(&b.0));
            *layer = keyed.into_iter().map(|(_, node)| node).collect();
            layer.iter().enumerate().for_each(|(at, node)| position[*node] = at);
        }
        let n_crossings = crossings(layers, after, &position);
        if n_crossings < best.0 {
            best = (n_crossings, layers.clone());
        }
    }
    *layers = best.1;
}

fn middle(neighbours: &[usize], position: &[usize], own: usize) -> f64 {
    if neighbours.is_empty() {
        return own as f64;
    }
    neighbours.iter().map(|node| position[*node] as f64).sum::<f64>() / neighbours.len() as f64
}

fn crossings(layers: &[Vec<usize>], after: &[Vec<usize>], position: &[usize]) -> usize {
    let mut sum = 0;
    for pair in layers.windows(2) {
        // Ends in the order of their beginnings: each inversion is a crossing, counted with a tree of sums.
        let mut tree = vec![0usize; pair[1].len() + 1];
        let mut seen = 0;
        for node in &pair[0] {
            let mut ends: Vec<usize> = after[*node].iter().map(|to| position[*to]).collect();
            ends.sort_unstable();
            for end in &ends {
                let (mut at, mut up_to) = (end + 1, 0);
                while at > 0 {
                    up_to += tree[at];
                    at &= at - 1;
                }
                sum += seen - up_to;
            }
            for end in ends {
                seen += 1;
                let mut at = end + 1;
                while at < tree.len() {
                    tree[at] += 1;
                    at += at & at.wrapping_neg();
                }
            }
        }
    }
    sum
}

/// Places within layers: near the neighbours, in order, and apart. Bends need less room than nodes.
fn heights(layers: &[Vec<usize>], before: &[Vec<usize>], after: &[Vec<usize>], n: usize) -> Vec<f64> {
    let room = |node: usize| if node < n { (NODE + NODE_GAP) / 2.0 } else { NODE_GAP / 2.0 };
    let mut y = vec![0.0; before.len()];
    for layer in layers {
        spread(layer, &vec![0.0; layer.len()], &room, &mut y);
    }
    for sweep in 0..24 {
        let last = sweep >= 18;
        let forward = sweep % 2 == 0;
        for step in 0..layers.len() {
            let layer = &layers[if forward { step } else { layers.len() - 1 - step }];
            let wanted: Vec<f64> = layer
                .iter()
                .map(|node| {
                    let near: Vec<usize> = match (last, forward) {
                        (true, _) => before[*node].iter().chain(&after[*node]).copied().collect(),
                        (_, true) => before[*node].clone(),
                        (_, false) => after[*node].clone(),
                    };
                    if near.is_empty() { y[*node] } else { near.iter().map(|at| y[*at]).sum::<f64>() / near.len() as f64 }
                })
                .collect();
            spread(layer, &wanted, &room, &mut y);
        }
    }
    y
}

/// The places nearest to those wanted (least squares) that keep order and distances: neighbours in each other's way form
/// blocks that stand at their common mean.
fn spread(layer: &[usize], wanted: &[f64], room: &dyn Fn(usize) -> f64, y: &mut [f64]) {
    let mut offset = 0.0;
    let mut offsets = Vec::with_capacity(layer.len());
    for (at, node) in layer.iter().enumerate() {
        if at > 0 {
            offset += room(layer[at - 1]) + room(*node);
        }
        offsets.push(offset);
    }
    // Blocks: sum and count of wanted places less offsets.
    let mut blocks: Vec<(f64, usize)> = Vec::new();
    for (wanted, offset) in wanted.iter().zip(&offsets) {
        let mut block = (wanted - offset, 1);
        while let Some(last) = blocks.last().filter(|last| last.0 / last.1 as f64 > block.0 / block.1 as f64) {
            block = (block.0 + last.0, block.1 + last.1);
            blocks.pop();
        }
        blocks.push(block);
    }
    let mut at = 0;
    for (sum, count) in blocks {
        for _ in 0..count {
            y[layer[at]] = sum / count as f64 + offsets[at];
            at += 1;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn layers_follow_the_edges() {
        let check = |n: usize, edges: &[Ends], expected: &[(f64, f64)]| {
            assert_eq!(place(n, edges).unwrap_or_default(), expected, "{edges:?}");
        };
        check(2, &[(0, 1)], &[(0.0, 0.0), (160.0, 0.0)]);
        check(3, &[(0, 1), (0, 2)], &[(0.0, 70.0), (160.0, 0.0), (160.0, 140.0)]);
        // A circle is cut where the search meets itself.
        check(2, &[(0, 1), (1, 0)], &[(0.0, 0.0), (160.0, 0.0)]);
        check(1, &[(0, 0)], &[(0.0, 0.0)]);
        // Two parts begin at the same left end; a node alone comes last.
        check(5, &[(0, 1), (2, 3)], &[(0.0, 0.0), (160.0, 0.0), (0.0, 200.0), (160.0, 200.0), (0.0, 400.0)]);
        // Crossed pairs are uncrossed.
        let placed = place(4, &[(0, 3), (1, 2), (0, 2), (0, 3)]).unwrap_or_default();
        assert!(placed[0].1 != placed[1].1 && placed[2].1 != placed[3].1, "{placed:?}");
    }

    #[test]
    fn many_long_edges_are_too_much() {
        let mut edges: Vec<Ends> = (0..399).map(|node| (node, node + 1)).collect();
        edges.extend((0..300).map(|node| (node, 399)));
        assert!(place(400, &edges).is_none());
    }
}
