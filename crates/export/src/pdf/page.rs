//! One page's marks, from back to front.

use krilla::action::{Action, LinkAction};
use krilla::annotation::{Annotation, LinkAnnotation, Target};
use krilla::geom::Rect;
use krilla::page::Page;
use krilla::paint::FillRule;
use krilla::surface::Surface;
use scene::kurbo::{self, Affine, Shape, TranslateScale, Vec2};
use scene::{Group, Mark, PathMark};

use super::{PT, Resources, image, path, text};

pub(super) fn draw(page: &mut Page<'_>, from: &scene::Page, resources: &mut Resources) {
    let mut links = Vec::new();
    let mut surface = page.surface();
    let place = TranslateScale::scale(PT);
    let visible = kurbo::Rect::new(0.0, 0.0, from.width_px * PT, from.height_px * PT);
    let at = Place { place, to_page: Affine::IDENTITY, visible };
    Drawing { surface: &mut surface, resources, links: &mut links }.marks(&from.marks, at);
    surface.finish();
    for link in links {
        page.add_annotation(link);
    }
}

/// Where marks stand.
#[derive(Clone, Copy)]
struct Place {
    /// From the marks' px to the points of the current PDF matrix.
    place: TranslateScale,
    /// From there to the points of the page: the product of the matrices written so far.
    to_page: Affine,
    /// What the clips leave of the page, in its points.
    visible: kurbo::Rect,
}

struct Drawing<'a, 'b> {
    surface: &'a mut Surface<'b>,
    resources: &'a mut Resources,
    links: &'a mut Vec<Annotation>,
}

impl Drawing<'_, '_> {
    fn marks(&mut self, marks: &[Mark], at: Place) {
        for mark in marks {
            match mark {
                Mark::Path(mark) => self.path(mark, at.place),
                Mark::Text(mark) => text::draw(self.surface, mark, at.place, self.resources),
                Mark::Image(mark) => image::draw(self.surface, mark, at.place, self.resources),
                Mark::Group(group) => self.group(group, at),
            }
        }
    }

    fn path(&mut self, mark: &PathMark, place: TranslateScale) {
        let fill = mark.fill.as_ref().and_then(|paint| path::fill(paint, place));
        let stroke = mark.stroke.as_ref().and_then(|stroke| path::stroke(stroke, place));
        if fill.is_none() && stroke.is_none() {
            return;
        }
        if let Some(path) = path::path(&mark.path, place) {
            self.surface.set_fill(fill);
            self.surface.set_stroke(stroke);
            self.surface.draw_path(&path);
        }
    }

    fn group(&mut self, group: &Group, mut at: Place) {
        if group.opacity <= 0.0 || !group.transform.is_finite() {
            return;
        }
        let mut pushed = 0;
        match similarity(group.transform) {
            Some(moved) => at.place *= moved,
            None => {
                // Inside, coordinates are the group's px times 0.75; the matrix leads from there to the place outside.
                let matrix = Affine::from(at.place) * group.transform * Affine::scale(1.0 / PT);
                self.surface.push_transform(&path::transform(matrix));
                pushed += 1;
                at.to_page *= matrix;
                at.place = TranslateScale::scale(PT);
            }
        }
        if let Some(clip) = &group.clip {
            let bounds = (at.to_page * Affine::from(at.place)).transform_rect_bbox(clip.bounding_box());
            at.visible = at.visible.intersect(bounds);
            let Some(clip) = path::path(clip, at.place).filter(|_| !at.visible.is_zero_area()) else {
                (0..pushed).for_each(|_| self.surface.pop());
                return;
            };
            self.surface.push_clip_path(&clip, &FillRule::NonZero);
            pushed += 1;
        }
        if group.opacity < 1.0 {
            self.surface.push_opacity(path::opacity(group.opacity));
            pushed += 1;
        }
        self.marks(&group.marks, at);
        (0..pushed).for_each(|_| self.surface.pop());
        self.link(group, at);
    }

    fn link(&mut self, group: &Group, at: Place) {
        let (Some(address), Some(area)) = (&group.link, group.link_area) else { return };
        let area = (at.to_page * Affine::from(at.place)).transform_rect_bbox(area).intersect(at.visible);
        let rect = Rect::from_ltrb(area.x0 as f32, area.y0 as f32, area.x1 as f32, area.y1 as f32);
        let Some(rect) = rect.filter(|_| !area.is_zero_area()) else { return };
        let target = Target::Action(Action::Link(LinkAction::new(address.clone())));
        self.links.push(Annotation::new_link(LinkAnnotation::new(rect, target), None));
    }
}

/// A transform without rotation, mirroring or skew and with one scale for both axes.
fn similarity(transform: Affine) -> Option<TranslateScale> {
    let [a, b, c, d, x, y] = transform.as_coeffs();
    let plain = b == 0.0 && c == 0.0 && a == d && a > 0.0;
    plain.then(|| TranslateScale::new(Vec2::new(x, y), a))
}
