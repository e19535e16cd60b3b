//! Drones and wind turbines, in lines of our own: where Grafana's have them, as large as the width of their box.

use std::f64::consts::PI;

use grafana::theme::Color;
use scene::{
    Cap, Group, Mark, Paint,
    kurbo::{Affine, BezPath, Circle, Ellipse, Point, Rect, RoundedRect, Shape, Size, Vec2},
};

use crate::{chart::label, drawing::ink};

const GREY: Color = Color::rgb(0xd9, 0xd9, 0xd9);
const STEEL: Color = Color::rgb(0xe6, 0xe6, 0xe6);
const SHADE: Color = Color::rgb(0xd0, 0xd6, 0xd7);

/// A drone or turbine turned by `angle` degrees, in a box of `size`; `None` for other kinds.
pub fn draw(kind: &str, angle: f64, size: Size) -> Option<Mark> {
    let (marks, area) = match kind {
        "droneFront" => (drone_side(true), Rect::new(0.0, 0.0, 1300.0, 290.0)),
        "droneSide" => (drone_side(false), Rect::new(0.0, 0.0, 1300.0, 290.0)),
        "droneTop" => (drone_top(), Rect::new(-43.0, -43.0, 597.0, 597.0)),
        "windTurbine" => (turbine(), Rect::new(0.0, 0.0, 189.326, 283.989)),
        _ => return None,
    };
    let scale = size.width / area.width();
    let turned = Affine::rotate_about(angle.to_radians(), Point::new(size.width / 2.0, area.height() * scale / 2.0));
    let transform = turned * Affine::scale(scale) * Affine::translate(-area.origin().to_vec2());
    Some(Mark::Group(Group { transform, marks, ..Group::default() }))
}

fn line(path: BezPath) -> Mark {
    label::stroke(path, Paint::Solid(ink(GREY)), 28.0, &[], Cap::Butt)
}

fn polygon(points: &[(f64, f64)]) -> BezPath {
    let mut path = BezPath::new();
    for (at, point) in points.iter().enumerate() {
        if at == 0 { path.move_to(*point) } else { path.line_to(*point) }
    }
    path.close_path();
    path
}

fn drone_side(has_camera: bool) -> Vec<Mark> {
    let mut marks = Vec::new();
    let mirrored = Affine::new([-1.0, 0.0, 0.0, 1.0, 1300.0, 0.0]);
    for side in [Affine::IDENTITY, mirrored] {
        let mut arms = BezPath::new();
        for (from, to) in [((510.0, 100.0), (320.0, 150.0)), ((510.0, 190.0), (320.0, 210.0))] {
            arms.move_to(from);
            arms.line_to(to);
        }
        let motor = polygon(&[(320.0, 60.0), (250.0, 60.0), (250.0, 230.0), (262.0, 288.0), (308.0, 288.0), (320.0, 230.0)]);
        marks.extend([arms, motor].map(|path| line(side * path)));
        let mut blades = Rect::new(270.0, 0.0, 300.0, 60.0).to_path(0.1);
        blades.extend(Ellipse::new((285.0, 15.0), (285.0, 9.0), 0.0).to_path(0.1));
        marks.push(Mark::fill(side * blades, ink(GREY)));
    }
    marks.push(line(RoundedRect::new(510.0, 70.0, 790.0, 226.0, 30.0).to_path(0.1)));
    if has_camera {
        marks.push(line(Circle::new((650.0, 160.0), 40.0).to_path(0.1)));
    }
    marks
}

fn drone_top() -> Vec<Mark> {
    let thin = |path: BezPath| label::stroke(path, Paint::Solid(ink(GREY)), 15.0, &[], Cap::Round);
    let middle = Point::new(276.65, 277.0);
    let mut marks = vec![thin(RoundedRect::new(212.0, 141.0, 341.0, 383.0, 36.0).to_path(0.1))];
    for (x, y) in [(-1.0, -1.0), (1.0, -1.0), (-1.0, 1.0), (1.0, 1.0)] {
        let hub = middle + Vec2::new(168.0 * x, 168.0 * y);
        marks.push(thin(Circle::new(hub, 24.0).to_path(0.1)));
        for (from, to) in [((60.0, -116.0), (150.0, -152.0)), ((66.0, -70.0), (153.0, -146.0))] {
            let end = |(dx, dy): (f64, f64)| middle + Vec2::new(dx * x, -dy * y);
            let mut arm = BezPath::new();
            arm.move_to(end(from));
            arm.line_to(end(to));
            marks.push(thin(arm));
        }
        // Two blades, across the arm.
        let blades = Ellipse::new(hub, (150.0, 13.0), if x * y > 0.0 { -PI / 4.0 } else { PI / 4.0 }).to_path(0.1);
        marks.push(Mark::fill(blades, ink(GREY)));
    }
    marks
}

fn turbine() -> Vec<Mark> {
    let hub = Point::new(94.663, 94.663);
    let fill = |path: BezPath, color: Color| Mark::fill(path, ink(color));
    let mut marks = vec![
        fill(polygon(&[(91.2, 94.0), (98.1, 94.0), (102.4, 279.0), (86.9, 279.0)]), STEEL),
        fill(Rect::new(90.5, 106.0, 98.8, 117.3).to_path(0.1), Color::rgb(0, 0, 0).with_alpha(0.25)),
        fill(RoundedRect::new(80.2, 275.3, 108.9, 283.9, 3.0).to_path(0.1), SHADE),
        fill(Circle::new(hub, 11.93).to_path(0.05), STEEL),
        label::stroke(Circle::new(hub, 5.8).to_path(0.05), Paint::Solid(ink(SHADE)), 2.75, &[], Cap::Butt),
    ];
    for turn in [0.0, 2.0 * PI / 3.0, -2.0 * PI / 3.0] {
        let about = Affine::rotate_about(turn, hub);
        let blade = polygon(&[(97.8, 0.5), (83.7, 70.8), (92.2, 92.0), (98.7, 90.4), (100.8, 78.4)]);
        let shade = polygon(&[(94.3, 0.8), (83.5, 70.7), (92.0, 91.8), (86.6, 70.0)]);
        marks.extend([fill(about * blade, STEEL), fill(about * shade, SHADE)]);
    }
    marks
}
