//! Nodes placed by forces: edges pull, all but the roots are drawn to the right, and nobody may stand in another's place
//! (d3-force's model with Grafana's settings), and the plain grid.

use std::collections::BTreeMap;

/// An edge: indices of its source and its target.
pub type Ends = (usize, usize);

const LINK_PX: f64 = 150.0;
const LINK_STRENGTH: f64 = 0.5;
const PULL_TO_X: f64 = 2000.0;
const PULL_STRENGTH: f64 = 0.02;
/// Two nodes keep twice this apart, px.
const REACH: f64 = 100.0;
const TICKS: usize = 300;
/// Steps of single nodes in all: large graphs come to rest sooner, or nobody would wait for them.
const MOST_STEPS: usize = 600_000;
const LEAST_TICKS: usize = 30;
/// What is left of a speed after a step.
const KEPT_SPEED: f64 = 0.6;

#[derive(Clone, Copy)]
struct Body {
    x: f64,
    y: f64,
    vx: f64,
    vy: f64,
    is_held: bool,
}

/// The places of `n` nodes; `incoming` counts the edges that end at each.
pub fn place(n: usize, edges: &[Ends], incoming: &[usize]) -> Vec<(f64, f64)> {
    let mut bodies = begin(n, edges, incoming);
    let mut degree = vec![0.0_f64; n];
    for (a, b) in edges {
        degree[*a] += 1.0;
        degree[*b] += 1.0;
    }
    let mut alpha = 1.0_f64;
    let ticks = TICKS.min(MOST_STEPS / n.max(1)).max(LEAST_TICKS);
    let decay = 1.0 - 0.001_f64.powf(1.0 / ticks as f64);
    for _ in 0..ticks {
        alpha -= alpha * decay;
        for (a, b) in edges.iter().filter(|(a, b)| a != b) {
            let (s, t) = (bodies[*a], bodies[*b]);
            let (dx, dy) = (nudged(t.x + t.vx - s.x - s.vx, *a), nudged(t.y + t.vy - s.y - s.vy, *b));
            let length = dx.hypot(dy);
            let pull = (length - LINK_PX) / length * alpha * LINK_STRENGTH;
            let bias = degree[*a] / (degree[*a] + degree[*b]);
            bodies[*b].vx -= dx * pull * bias;
            bodies[*b].vy -= dy * pull * bias;
            bodies[*a].vx += dx * pull * (1.0 - bias);
            bodies[*a].vy += dy * pull * (1.0 - bias);
        }
        for body in &mut bodies {
            body.vx += (PULL_TO_X - body.x) * PULL_STRENGTH * alpha;
        }
        keep_apart(&mut bodies);
        for body in &mut bodies {
            body.vx *= KEPT_SPEED;
            body.vy *= KEPT_SPEED;
            if body.is_held {
                body.vx = 0.0;
            }
            body.x += body.vx;
            body.y += body.vy;
        }
    }
    bodies.iter().map(|body| (body.x, body.y)).collect()
}

/// No distance may be none: a push that differs by node, but is always the same.
fn nudged(distance: f64, seed: usize) -> f64 {
    if distance == 0.0 { 1e-6 * (1.0 + (seed % 7) as f64) } else { distance }
}

/// Roots at the left, under each other, and what they lead to in columns to their right.
fn begin(n: usize, edges: &[Ends], incoming: &[usize]) -> Vec<Body> {
    let mut bodies = vec![Body { x: 0.0, y: 0.0, vx: 0.0, vy: 0.0, is_held: false }; n];
    let mut leads_to = vec![Vec::new(); n];
    for (a, b) in edges {
        leads_to[*a].push(*b);
    }
    let mut roots: Vec<usize> = (0..n).filter(|node| incoming.get(*node) == Some(&0)).collect();
    if roots.is_empty() && n > 0 {
        roots.push(0);
    }
    let mut is_placed = vec![false; n];
    for (at, root) in roots.iter().enumerate() {
        let (mut level, mut x) = (vec![*root], 0.0);
        while !level.is_empty() {
            let (mut next, mut y) = (Vec::new(), at as f64 * 300.0);
            for node in level {
                if std::mem::replace(&mut is_placed[node], true) {
                    continue;
                }
                (bodies[node].x, bodies[node].y) = (x, y);
                y += 200.0;
                next.extend(&leads_to[node]);
            }
            (level, x) = (next, x + 200.0);
        }
    }
    // Circles that no root leads to: a spiral, as d3 begins.
    for node in (0..n).filter(|node| !is_placed[*node]) {
        let (radius, angle) = (10.0 * (0.5 + node as f64).sqrt(), node as f64 * 2.399_963);
        (bodies[node].x, bodies[node].y) = (radius * angle.cos(), radius * angle.sin());
    }
    for root in roots {
        bodies[root].is_held = true;
        leads_to[root].iter().for_each(|node| bodies[*node].is_held = true);
    }
    bodies
}

/// Pushes nodes apart that would come too near, each by half. Cells of the reach find the near ones.
fn keep_apart(bodies: &mut [Body]) {
    const NEAR: f64 = 2.0 * REACH;
    let cell = |body: &Body| (((body.x + body.vx) / NEAR).floor() as i64, ((body.y + body.vy) / NEAR).floor() as i64);
    let mut cells: BTreeMap<(i64, i64), Vec<usize>> = BTreeMap::new();
    for (at, body) in bodies.iter().enumerate() {
        cells.entry(cell(body)).or_default().push(at);
    }
    for at in 0..bodies.len() {
        let (x, y) = cell(&bodies[at]);
        for (i, j) in (-1..=1).flat_map(|i| (-1..=1).map(move |j| (i, j))) {
            for other in cells.get(&(x + i, y + j)).into_iter().flatten().filter(|other| **other > at) {
                let (a, b) = (bodies[at], bodies[*other]);
                let (dx, dy) = (nudged(a.x + a.vx - b.x - b.vx, at), nudged(a.y + a.vy - b.y - b.vy, *other));
                let distance = dx.hypot(dy);
                if distance < NEAR {
                    let push = (NEAR - distance) / distance / 2.0;
                    bodies[at].vx += dx * push;
                    bodies[at].vy += dy * push;
                    bodies[*other].vx -= dx * push;
                    bodies[*other].vy -= dy * push;
                }
            }
        }
    }
}

/// Rows of as many nodes as the width has room for.
pub fn grid(n: usize, width: f64) -> Vec<(f64, f64)> {
    let per_row = (((width - 120.0) / 140.0).floor().max(1.0) as usize).min(n.max(1));
    let middle = ((per_row - 1) as f64 * 120.0 / 2.0).floor();
    (0..n).map(|at| ((at % per_row) as f64 * 120.0 - middle, (at / per_row) as f64 * 140.0 - 60.0)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn forces_keep_nodes_apart_and_give_the_same_places() {
        let edges = [(0, 1), (0, 2), (1, 3), (2, 3), (3, 1)];
        let incoming = [0, 2, 1, 2];
        let placed = place(4, &edges, &incoming);
        assert_eq!(placed, place(4, &edges, &incoming));
        for (at, a) in placed.iter().enumerate() {
            for b in &placed[at + 1..] {
                assert!((a.0 - b.0).hypot(a.1 - b.1) > 100.0, "{placed:?}");
            }
        }
        assert!(placed[3].0 > placed[0].0, "{placed:?}");
        assert!(place(3, &[(1, 1)], &[1, 1, 1]).iter().all(|p| p.0.is_finite() && p.1.is_finite()));
    }

    #[test]
    fn grids_have_rows() {
        assert_eq!(grid(3, 420.0), [(-60.0, -60.0), (60.0, -60.0), (-60.0, 80.0)]);
        assert_eq!(grid(0, 10.0), []);
    }
}
