//! Shapes of elements and servers, drawn by our own hand: what each shows is Grafana's, its lines are not.

use std::f64::consts::{FRAC_PI_2, PI, TAU};

use grafana::theme::Color;
use scene::{
    Cap, Group, Mark, Paint,
    kurbo::{Affine, Arc, BezPath, Circle, Ellipse, Line, Point, Rect, RoundedRect, Shape, Size, Vec2},
};

use crate::{chart::label, drawing::ink};

/// A shape's outline in a box of the size given, which is stretched into the element.
pub fn outline(kind: &str) -> (BezPath, Size) {
    let polygon = |points: &[(f64, f64)]| {
        let mut path = BezPath::new();
        for (at, point) in points.iter().enumerate() {
            if at == 0 { path.move_to(*point) } else { path.line_to(*point) }
        }
        path.close_path();
        path
    };
    match kind {
        "triangle" => (polygon(&[(100.0, 0.0), (200.0, 200.0), (0.0, 200.0)]), Size::new(200.0, 200.0)),
        "parallelogram" => (polygon(&[(0.0, 150.0), (50.0, 0.0), (250.0, 0.0), (200.0, 150.0)]), Size::new(250.0, 150.0)),
        "cloud" => (cloud(), Size::new(110.0, 70.0)),
        _ => (Ellipse::new((100.0, 100.0), (100.0, 100.0), 0.0).to_path(0.05), Size::new(200.0, 200.0)),
    }
}

/// Arcs between points around an oval.
fn cloud() -> BezPath {
    let points = [(22.0, 14.0), (64.0, 8.0), (98.0, 30.0), (88.0, 57.0), (32.0, 58.0), (10.0, 37.0)].map(Point::from);
    let mut path = BezPath::new();
    path.move_to(points[0]);
    for (at, from) in points.iter().enumerate() {
        let to = points[(at + 1) % points.len()];
        // Bulging outwards, as far as half of the chord is long, but within the box.
        let (middle, chord) = (from.midpoint(to), to - *from);
        let out = Vec2::new(chord.y, -chord.x).normalize() * chord.hypot() * 0.38;
        let hold = |point: Point| Point::new((point + out).x.clamp(-3.0, 113.0), (point + out).y.clamp(-3.0, 73.0));
        path.curve_to(hold(from.lerp(middle, 0.1)), hold(to.lerp(middle, 0.1)), to);
    }
    path.close_path();
    path
}

/// A server of one of four types: outline, status and bulb colours.
pub fn server(kind: &str, [line, status, bulb]: [Color; 3], size: Size) -> Vec<Mark> {
    let mut marks = Vec::new();
    let mut draw = |path: BezPath, filled: bool| {
        if filled && status.a > 0.0 {
            marks.push(Mark::fill(path.clone(), ink(status)));
        }
        marks.push(label::stroke(path, Paint::Solid(ink(line)), 4.0, &[], Cap::Round));
    };
    let unit = |x0: f64, y0: f64, x1: f64, y1: f64| RoundedRect::from_rect(Rect::new(x0, y0, x1, y1), 4.6).to_path(0.05);
    let stroke = |x0: f64, y0: f64, x1: f64, y1: f64| Line::new((x0, y0), (x1, y1)).to_path(0.05);
    let mut bulbs: Vec<Point> = Vec::new();
    // One drawer of a rack, with its slot and its bulb.
    let mut drawer = |draw: &mut dyn FnMut(BezPath, bool), top: f64, height: f64, left: f64| {
        let middle = top + height / 2.0;
        draw(unit(left, top, 75.0 - left, top + height), true);
        draw(stroke(12.0, middle, 43.0, middle), false);
        draw(stroke(53.0, top, 53.0, top + height), false);
        bulbs.push(Point::new(62.5, middle));
    };
    let roof = |top: f64, bottom: f64, side: f64| {
        let mut path = BezPath::new();
        path.move_to((3.0, bottom));
        path.line_to((side, top));
        path.line_to((75.0 - side, top));
        path.line_to((72.0, bottom));
        path
    };
    match kind {
        "Stack" => {
            draw(roof(2.8, 21.0, 11.5), true);
            [20.5, 37.8, 55.0].into_iter().for_each(|top| drawer(&mut draw, top, 17.2, 2.5));
        }
        "Database" => {
            for (top, bottom) in [(37.5, 58.4), (16.6, 37.5)] {
                let mut path = BezPath::new();
                path.move_to((2.7, top));
                path.line_to((2.7, bottom));
                Arc::new((37.5, bottom), (34.8, 13.9), PI, -PI, 0.0).append_iter(0.05).for_each(|element| path.push(element));
                path.line_to((72.3, top));
                draw(path, true);
            }
            draw(Ellipse::new((37.5, 16.6), (34.8, 13.9), 0.0).to_path(0.05), true);
            bulbs.extend([(40.5, 62.0), (51.3, 60.6), (62.1, 57.4)].map(Point::from));
        }
        "Terminal" => {
            draw(unit(5.3, 3.2, 69.7, 44.7), true);
            draw(stroke(37.5, 46.7, 37.5, 49.6), false);
            draw(stroke(24.6, 51.3, 50.4, 51.3), false);
            drawer(&mut draw, 55.2, 17.2, 2.8);
        }
        _ => {
            draw(roof(3.0, 55.6, 12.4), true);
            drawer(&mut draw, 51.9, 20.2, 3.0);
        }
    }
    for place in bulbs {
        marks.push(Mark::fill(Circle::new(place, 3.2).to_path(0.05), ink(line)));
        marks.push(Mark::fill(Circle::new(place, 1.75).to_path(0.05), ink(bulb)));
    }
    // As large as fits, in the middle.
    let scale = size.width.min(size.height) / 75.0;
    let corner = ((size.width - 75.0 * scale) / 2.0, (size.height - 75.0 * scale) / 2.0);
    vec![Mark::Group(Group { transform: Affine::translate(corner) * Affine::scale(scale), marks, ..Group::default() })]
}

/// Icons by name, in a box of 24: the ones most used; `None` for the rest.
pub fn icon(name: &str, color: Color, size: Size) -> Option<Vec<Mark>> {
    let ring = || Circle::new((12.0, 12.0), 9.0).to_path(0.01);
    let lines = |points: &[&[(f64, f64)]]| {
        let mut path = BezPath::new();
        for part in points {
            for (at, point) in part.iter().enumerate() {
                if at == 0 { path.move_to(*point) } else { path.line_to(*point) }
            }
        }
        path
    };
    let joined = |mut a: BezPath, b: BezPath| {
        a.extend(b);
        a
    };
    let path = match name {
        "circle" => ring(),
        "question-circle" => {
            let mut hook = Arc::new((12.0, 10.0), (2.6, 2.6), PI, PI * 1.35, 0.0).to_path(0.01);
            hook.line_to((12.0, 13.8));
            joined(joined(ring(), hook), lines(&[&[(12.0, 16.4), (12.0, 16.6)]]))
        }
        "info-circle" => joined(ring(), lines(&[&[(12.0, 7.8), (12.0, 8.0)], &[(12.0, 11.0), (12.0, 16.2)]])),
        "exclamation-circle" => joined(ring(), lines(&[&[(12.0, 7.8), (12.0, 13.0)], &[(12.0, 16.0), (12.0, 16.2)]])),
        "check-circle" => joined(ring(), lines(&[&[(8.0, 12.2), (11.0, 15.0), (16.0, 9.2)]])),
        "times-circle" => joined(ring(), lines(&[&[(9.0, 9.0), (15.0, 15.0)], &[(15.0, 9.0), (9.0, 15.0)]])),
        "plus-circle" => joined(ring(), lines(&[&[(12.0, 8.0), (12.0, 16.0)], &[(8.0, 12.0), (16.0, 12.0)]])),
        "minus-circle" => joined(ring(), lines(&[&[(8.0, 12.0), (16.0, 12.0)]])),
        "clock-nine" | "clock" => joined(ring(), lines(&[&[(8.0, 12.0), (12.0, 12.0), (12.0, 6.5)]])),
        "check" => lines(&[&[(4.0, 12.5), (9.5, 18.0), (20.0, 6.5)]]),
        "times" => lines(&[&[(6.0, 6.0), (18.0, 18.0)], &[(18.0, 6.0), (6.0, 18.0)]]),
        "plus" => lines(&[&[(12.0, 4.0), (12.0, 20.0)], &[(4.0, 12.0), (20.0, 12.0)]]),
        "minus" => lines(&[&[(4.0, 12.0), (20.0, 12.0)]]),
        "arrow-up" => lines(&[&[(12.0, 20.0), (12.0, 4.0)], &[(6.0, 10.0), (12.0, 4.0), (18.0, 10.0)]]),
        "arrow-down" => lines(&[&[(12.0, 4.0), (12.0, 20.0)], &[(6.0, 14.0), (12.0, 20.0), (18.0, 14.0)]]),
        "arrow-left" => lines(&[&[(20.0, 12.0), (4.0, 12.0)], &[(10.0, 6.0), (4.0, 12.0), (10.0, 18.0)]]),
        "arrow-right" => lines(&[&[(4.0, 12.0), (20.0, 12.0)], &[(14.0, 6.0), (20.0, 12.0), (14.0, 18.0)]]),
        "square-shape" => Rect::new(4.0, 4.0, 20.0, 20.0).to_path(0.01),
        "database" => {
            let side = Arc::new((12.0, 18.0), (8.0, 3.0), PI, -PI, 0.0).to_path(0.01);
            let wave = Arc::new((12.0, 12.0), (8.0, 3.0), PI, -PI, 0.0).to_path(0.01);
            let top = Ellipse::new((12.0, 6.0), (8.0, 3.0), 0.0).to_path(0.01);
            joined(joined(joined(top, side), wave), lines(&[&[(4.0, 6.0), (4.0, 18.0)], &[(20.0, 6.0), (20.0, 18.0)]]))
        }
        "cloud" => Affine::translate((2.0, 5.0)) * Affine::scale(20.0 / 110.0) * cloud(),
        "user" => {
            let shoulders = Arc::new((12.0, 20.0), (7.0, 6.5), PI, PI, 0.0).to_path(0.01);
            joined(Circle::new((12.0, 8.0), 4.0).to_path(0.01), shoulders)
        }
        "home-alt" | "home" => lines(&[&[(3.0, 12.0), (12.0, 4.0), (21.0, 12.0)], &[(5.5, 10.5), (5.5, 20.0), (18.5, 20.0), (18.5, 10.5)]]),
        "exclamation-triangle" => joined(
            lines(&[&[(12.0, 4.0), (21.0, 20.0), (3.0, 20.0), (12.0, 4.0), (21.0, 20.0)]]),
            lines(&[&[(12.0, 10.0), (12.0, 14.5)], &[(12.0, 17.0), (12.0, 17.2)]]),
        ),
        "power" => {
            let gap = 0.5;
            let open = Arc::new((12.0, 13.0), (7.5, 7.5), -FRAC_PI_2 + gap, TAU - 2.0 * gap, 0.0).to_path(0.01);
            joined(open, lines(&[&[(12.0, 3.5), (12.0, 11.0)]]))
        }
        _ => return None,
    };
    let scale = size.width.min(size.height) / 24.0;
    let corner = ((size.width - 24.0 * scale) / 2.0, (size.height - 24.0 * scale) / 2.0);
    let line = label::stroke(path, Paint::Solid(ink(color)), 2.0, &[], Cap::Round);
    Some(vec![Mark::Group(Group { transform: Affine::translate(corner) * Affine::scale(scale), marks: vec![line], ..Group::default() })])
}
