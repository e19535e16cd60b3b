//! Paint and strokes in vello's terms; the geometry is the same crate's.

use scene::kurbo::{self, Cap, Join};
use vello_cpu::PaintType;
use vello_cpu::peniko::{Color, ColorStop, Gradient, InterpolationAlphaSpace};

pub(super) fn paint(from: &scene::Paint) -> PaintType {
    match from {
        scene::Paint::Solid(from) => color(*from).into(),
        scene::Paint::Linear(from) => {
            let stops: Vec<ColorStop> = from.stops.iter().map(|(offset, stop)| (*offset, color(*stop)).into()).collect();
            let mut gradient = Gradient::new_linear(from.from, from.to).with_stops(&stops[..]);
            // As the canvas of a browser and as PDF's soft masks do.
            gradient.interpolation_alpha_space = InterpolationAlphaSpace::Unpremultiplied;
            gradient.into()
        }
        scene::Paint::Radial(from) => {
            let stops: Vec<ColorStop> = from.stops.iter().map(|(offset, stop)| (*offset, color(*stop)).into()).collect();
            let mut gradient = Gradient::new_radial(from.center, from.radius_px as f32).with_stops(&stops[..]);
            gradient.interpolation_alpha_space = InterpolationAlphaSpace::Unpremultiplied;
            gradient.into()
        }
    }
}

pub(super) fn color(from: scene::Color) -> Color {
    Color::from_rgb8(from.r, from.g, from.b).with_alpha(from.a.clamp(0.0, 1.0))
}

pub(super) fn stroke(from: &scene::Stroke) -> kurbo::Stroke {
    let cap = match from.cap {
        scene::Cap::Butt => Cap::Butt,
        scene::Cap::Round => Cap::Round,
        scene::Cap::Square => Cap::Square,
    };
    let join = match from.join {
        scene::Join::Miter => Join::Miter,
        scene::Join::Round => Join::Round,
        scene::Join::Bevel => Join::Bevel,
    };
    let dashes = crate::dash(&from.dash).unwrap_or_default();
    kurbo::Stroke::new(from.width_px).with_caps(cap).with_join(join).with_miter_limit(crate::MITER_LIMIT).with_dashes(0.0, dashes)
}
