//! Geometry and paint in krilla's terms.

use krilla::geom::{Path, PathBuilder, Transform};
use krilla::num::NormalizedF32;
use krilla::paint::{Fill, FillRule, LineCap, LineJoin, LinearGradient, Paint, RadialGradient, SpreadMethod, Stop, Stroke, StrokeDash};
use scene::kurbo::{Affine, BezPath, PathEl, Point, TranslateScale};

use super::round;

/// `path` at its `place`; none when it is empty or not finite.
pub(super) fn path(path: &BezPath, place: TranslateScale) -> Option<Path> {
    let mut builder = PathBuilder::new();
    for element in path {
        match element {
            PathEl::MoveTo(p) => {
                let (x, y) = point(p, place);
                builder.move_to(x, y);
            }
            PathEl::LineTo(p) => {
                let (x, y) = point(p, place);
                builder.line_to(x, y);
            }
            PathEl::QuadTo(c, p) => {
                let ((cx, cy), (x, y)) = (point(c, place), point(p, place));
                builder.quad_to(cx, cy, x, y);
            }
            PathEl::CurveTo(c, d, p) => {
                let ((cx, cy), (dx, dy), (x, y)) = (point(c, place), point(d, place), point(p, place));
                builder.cubic_to(cx, cy, dx, dy, x, y);
            }
            PathEl::ClosePath => builder.close(),
        }
    }
    builder.finish()
}

pub(super) fn point(p: Point, place: TranslateScale) -> (f32, f32) {
    let p = place * p;
    (round(p.x), round(p.y))
}

pub(super) fn transform(affine: Affine) -> Transform {
    let [sx, ky, kx, sy, tx, ty] = affine.as_coeffs().map(|c| c as f32);
    Transform::from_row(sx, ky, kx, sy, tx, ty)
}

pub(super) fn fill(from: &scene::Paint, place: TranslateScale) -> Option<Fill> {
    let (paint, opacity) = paint(from, place)?;
    Some(Fill { paint, opacity, rule: FillRule::NonZero })
}

/// None when nothing would be seen.
pub(super) fn stroke(from: &scene::Stroke, place: TranslateScale) -> Option<Stroke> {
    let width = (from.width_px * place.scale) as f32;
    if !(width > 0.0 && width.is_finite()) {
        return None;
    }
    let (paint, opacity) = paint(&from.paint, place)?;
    Some(Stroke {
        paint,
        width,
        miter_limit: crate::MITER_LIMIT as f32,
        line_cap: match from.cap {
            scene::Cap::Butt => LineCap::Butt,
            scene::Cap::Round => LineCap::Round,
            scene::Cap::Square => LineCap::Square,
        },
        line_join: match from.join {
            scene::Join::Miter => LineJoin::Miter,
            scene::Join::Round => LineJoin::Round,
            scene::Join::Bevel => LineJoin::Bevel,
        },
        opacity,
        dash: dash(&from.dash, place),
    })
}

fn dash(lengths: &[f64], place: TranslateScale) -> Option<StrokeDash> {
    let array = crate::dash(lengths)?.iter().map(|length| (length * place.scale) as f32).collect();
    Some(StrokeDash { array, offset: 0.0 })
}

fn paint(from: &scene::Paint, place: TranslateScale) -> Option<(Paint, NormalizedF32)> {
    match from {
        scene::Paint::Solid(color) => {
            let opacity = opacity(color.a);
            (opacity.get() > 0.0).then(|| (rgb(*color).into(), opacity))
        }
        scene::Paint::Linear(gradient) => Some((linear(gradient, place)?.into(), NormalizedF32::ONE)),
        scene::Paint::Radial(gradient) => Some((radial(gradient, place)?.into(), NormalizedF32::ONE)),
    }
}

fn linear(from: &scene::LinearGradient, place: TranslateScale) -> Option<LinearGradient> {
    let ((x1, y1), (x2, y2)) = (point(from.from, place), point(from.to, place));
    let stops = visible_stops(&from.stops)?;
    let gradient =
        LinearGradient { x1, y1, x2, y2, transform: Transform::identity(), spread_method: SpreadMethod::Pad, stops, anti_alias: false };
    Some(gradient)
}

fn radial(from: &scene::RadialGradient, place: TranslateScale) -> Option<RadialGradient> {
    let ((x, y), stops) = (point(from.center, place), visible_stops(&from.stops)?);
    let (transform, spread_method) = (Transform::identity(), SpreadMethod::Pad);
    let radius = (from.radius_px * place.scale) as f32;
    Some(RadialGradient { fx: x, fy: y, fr: 0.0, cx: x, cy: y, cr: radius, transform, spread_method, stops, anti_alias: false })
}

/// `None` where nothing of the gradient can be seen.
fn visible_stops(stops: &[(f32, scene::Color)]) -> Option<Vec<Stop>> {
    let stop =
        |(offset, color): &(f32, scene::Color)| Stop { offset: opacity(*offset), color: rgb(*color).into(), opacity: opacity(color.a) };
    let stops: Vec<Stop> = stops.iter().map(stop).collect();
    stops.iter().any(|stop| stop.opacity.get() > 0.0).then_some(stops)
}

pub(super) fn rgb(color: scene::Color) -> krilla::color::rgb::Color {
    krilla::color::rgb::Color::new(color.r, color.g, color.b)
}

/// Clamped to 0..=1; not a number counts as opaque.
pub(super) fn opacity(value: f32) -> NormalizedF32 {
    NormalizedF32::new(value.clamp(0.0, 1.0)).unwrap_or(NormalizedF32::ONE)
}
