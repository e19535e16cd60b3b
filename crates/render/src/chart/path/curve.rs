//! Lines through dots.

use scene::kurbo::{BezPath, PathEl, Point, Rect};

use super::Dot;

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Interpolation {
    #[default]
    Linear,
    Smooth,
    StepBefore,
    StepAfter,
}

/// A line without gaps.
#[derive(Clone, Debug, PartialEq)]
pub struct Run {
    pub path: BezPath,
    pub start: Point,
    pub end: Point,
}

/// A series' line: its runs from left to right.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Curve {
    pub runs: Vec<Run>,
}

/// Columns narrower than this hold at most four points: first, least, greatest, last.
const COLUMN_PX: f64 = 0.5;

/// Joins dots. A long linear series is thinned so that it looks the same at a few times the screen's resolution.
pub fn curve(dots: &[Dot], interpolation: Interpolation, plot: Rect) -> Curve {
    let dense = dots.len() as f64 > plot.width() / COLUMN_PX * 4.0;
    let thinned;
    let dots = if interpolation == Interpolation::Linear && dense {
        thinned = thin(dots);
        &thinned
    } else {
        dots
    };
    let slopes = if interpolation == Interpolation::Smooth { slopes(dots) } else { Vec::new() };
    let mut runs: Vec<Run> = Vec::new();
    for (index, dot) in dots.iter().enumerate() {
        let point = dot.point;
        let Some(run) = runs.last_mut().filter(|_| dot.joined && index > 0) else {
            runs.push(Run { path: BezPath::from_vec(vec![PathEl::MoveTo(point)]), start: point, end: point });
            continue;
        };
        let from = run.end;
        match interpolation {
            Interpolation::Linear => {}
            Interpolation::StepAfter => run.path.line_to((point.x, from.y)),
            Interpolation::StepBefore => run.path.line_to((from.x, point.y)),
            Interpolation::Smooth if dots.len() > 2 => {
                let third = (point.x - from.x) / 3.0;
                let before = Point::new(from.x + third, from.y + slopes[index - 1] * third);
                let after = Point::new(point.x - third, point.y - slopes[index] * third);
                run.path.curve_to(before, after, point);
                run.end = point;
                continue;
            }
            Interpolation::Smooth => {}
        }
        run.path.line_to(point);
        run.end = point;
    }
    Curve { runs }
}

impl Curve {
    /// The line itself. A run of a single dot is nothing to draw.
    pub fn stroke(&self) -> BezPath {
        let drawn = self.runs.iter().filter(|run| run.path.elements().len() > 1);
        BezPath::from_vec(drawn.flat_map(|run| run.path.elements().to_vec()).collect())
    }

    /// What lies between the line and the height `y_px`.
    pub fn fill_to(&self, y_px: f64) -> BezPath {
        let mut path = BezPath::new();
        for run in self.runs.iter().filter(|run| run.path.elements().len() > 1) {
            path.extend(run.path.elements().iter().copied());
            path.line_to((run.end.x, y_px));
            path.line_to((run.start.x, y_px));
            path.close_path();
        }
        path
    }
}

/// Keeps what each column shows: where the line comes in, its extremes, where it goes out (M4).
fn thin(dots: &[Dot]) -> Vec<Dot> {
    let column = |dot: &Dot| (dot.point.x / COLUMN_PX).floor();
    let mut kept = Vec::new();
    let mut rest = dots;
    while let Some(first) = rest.first() {
        let length = 1 + rest[1..].iter().take_while(|dot| dot.joined && column(dot) == column(first)).count();
        let (group, after) = rest.split_at(length);
        let by_y = |a: &&(usize, &Dot), b: &&(usize, &Dot)| a.1.point.y.total_cmp(&b.1.point.y);
        let indexed: Vec<(usize, &Dot)> = group.iter().enumerate().collect();
        let least = indexed.iter().min_by(by_y).map_or(0, |found| found.0);
        let greatest = indexed.iter().max_by(by_y).map_or(0, |found| found.0);
        let mut picks = [0, least.min(greatest), least.max(greatest), length - 1].to_vec();
        picks.dedup();
        kept.extend(picks.into_iter().map(|at| Dot { joined: if at == 0 { group[0].joined } else { true }, ..group[at] }));
        rest = after;
    }
    kept
}

/// Slopes of a monotone cubic through all dots, gaps or not. Source: Fritsch and Carlson's method as uPlot 1.6.32 weighs it.
fn slopes(dots: &[Dot]) -> Vec<f64> {
    let steps: Vec<(f64, f64)> = dots
        .windows(2)
        .map(|pair| {
            let dx = pair[1].point.x - pair[0].point.x;
            (dx, (pair[1].point.y - pair[0].point.y) / dx)
        })
        .collect();
    let inner = steps.windows(2).map(|pair| {
        let ((dx0, d0), (dx1, d1)) = (pair[0], pair[1]);
        if d0 == 0.0 || d1 == 0.0 || (d0 > 0.0) != (d1 > 0.0) {
            return 0.0;
        }
        let slope = 3.0 * (dx0 + dx1) / ((2.0 * dx1 + dx0) / d0 + (dx1 + 2.0 * dx0) / d1);
        if slope.is_finite() { slope } else { 0.0 }
    });
    let end = |step: Option<&(f64, f64)>| step.map(|s| s.1).filter(|d| d.is_finite()).unwrap_or(0.0);
    std::iter::once(end(steps.first())).chain(inner).chain(std::iter::once(end(steps.last()))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dots(points: &[(f64, f64)]) -> Vec<Dot> {
        let dot = |(index, (x, y)): (usize, &(f64, f64))| Dot { index, point: Point::new(*x, *y), joined: index > 0 };
        points.iter().enumerate().map(dot).collect()
    }

    fn check(interpolation: Interpolation, expected: &str) {
        let plot = Rect::new(0.0, 0.0, 100.0, 100.0);
        let curve = curve(&dots(&[(0.0, 0.0), (3.0, 3.0), (6.0, 0.0)]), interpolation, plot);
        assert_eq!(curve.stroke().to_svg(), expected, "{interpolation:?}");
    }

    #[test]
    fn interpolations() {
        check(Interpolation::Linear, "M0,0 L3,3 L6,0");
        check(Interpolation::StepAfter, "M0,0 L3,0 L3,3 L6,3 L6,0");
        check(Interpolation::StepBefore, "M0,0 L0,3 L3,3 L3,0 L6,0");
        check(Interpolation::Smooth, "M0,0 C1,1 2,3 3,3 C4,3 5,1 6,0");
    }

    #[test]
    fn thinning_keeps_extremes() {
        let points: Vec<(f64, f64)> = (0..1000).map(|n| (f64::from(n) * 0.001, if n == 500 { 99.0 } else { f64::from(n % 7) })).collect();
        let curve = curve(&dots(&points), Interpolation::Linear, Rect::new(0.0, 0.0, 10.0, 100.0));
        let path = curve.stroke();
        assert!(path.elements().len() <= 12, "{}", path.elements().len());
        assert!(path.to_svg().contains(",99"), "{}", path.to_svg());
    }
}
