//! One page's marks, from back to front.

use scene::kurbo::Affine;
use scene::{Group, Mark, PathMark};
use vello_cpu::RenderContext;

use super::{Resources, image, path, text};

pub(super) fn draw(context: &mut RenderContext, page: &scene::Page, scale: f64, resources: &mut Resources) {
    marks(context, &page.marks, Affine::scale(scale), resources);
}

fn marks(context: &mut RenderContext, marks: &[Mark], place: Affine, resources: &mut Resources) {
    for mark in marks {
        // Set for each mark: a group before may have left another.
        context.set_transform(place);
        match mark {
            Mark::Path(mark) => draw_path(context, mark),
            Mark::Text(mark) => text::draw(context, mark, place, resources),
            Mark::Image(mark) => image::draw(context, mark, place),
            Mark::Group(mark) => group(context, mark, place, resources),
        }
    }
}

fn draw_path(context: &mut RenderContext, mark: &PathMark) {
    if !mark.path.is_finite() || mark.path.elements().is_empty() {
        return;
    }
    if let Some(paint) = &mark.fill {
        context.set_paint(path::paint(paint));
        context.fill_path(&mark.path);
    }
    if let Some(stroke) = mark.stroke.as_ref().filter(|stroke| stroke.width_px > 0.0) {
        context.set_paint(path::paint(&stroke.paint));
        context.set_stroke(path::stroke(stroke));
        context.stroke_path(&mark.path);
    }
}

fn group(context: &mut RenderContext, group: &Group, place: Affine, resources: &mut Resources) {
    if group.opacity <= 0.0 || !group.transform.is_finite() || group.clip.as_ref().is_some_and(|clip| !clip.is_finite()) {
        return;
    }
    let place = place * group.transform;
    context.set_transform(place);
    let faded = group.opacity < 1.0;
    match &group.clip {
        clip if faded => context.push_layer(clip.as_ref(), None, Some(group.opacity), None, None),
        // Cheaper than a layer, and the same where nothing is faded.
        Some(clip) => context.push_clip_path(clip),
        None => {}
    }
    marks(context, &group.marks, place, resources);
    if faded {
        context.pop_layer();
    } else if group.clip.is_some() {
        context.pop_clip();
    }
}
