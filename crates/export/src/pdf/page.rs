//! One page's marks, from back to front.

use krilla::action::{Action, LinkAction};
use krilla::annotation::{Annotation, LinkAnnotation, Target};
use krilla::geom::Rect;
use krilla::page::Page;
use krilla::paint::FillRule;
use krilla::surface::Surface;
use krilla::tagging::BBox;
use scene::kurbo::{self, Affine, Shape, TranslateScale, Vec2};
use scene::{Group, Mark, PathMark, Role};

use super::tags::{Cursor, Tags};
use super::{PT, Resources, image, path, round, text};

/// `index` is the page's own, from 0.
pub(super) fn draw(page: &mut Page<'_>, index: usize, from: &scene::Page, resources: &mut Resources, tags: &mut Tags) {
    let mut surface = page.surface();
    let place = TranslateScale::scale(PT);
    let visible = kurbo::Rect::new(0.0, 0.0, from.width_px * PT, from.height_px * PT);
    let at = Place { place, to_page: Affine::IDENTITY, visible };
    let mut drawing = Drawing { page: index, surface: &mut surface, resources, tags, cursor: Tags::cursor(), links: Vec::new() };
    drawing.marks(&from.marks, at);
    drawing.cursor.close(drawing.surface);
    let links = drawing.links;
    surface.finish();
    for (node, link) in links {
        let content = page.add_tagged_annotation(link);
        tags.push(node, content);
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
    page: usize,
    surface: &'a mut Surface<'b>,
    resources: &'a mut Resources,
    tags: &'a mut Tags,
    cursor: Cursor,
    /// Each with the node of the tag tree it belongs to.
    links: Vec<(usize, Annotation)>,
}

impl Drawing<'_, '_> {
    fn marks(&mut self, marks: &[Mark], at: Place) {
        for mark in marks {
            match mark {
                Mark::Path(mark) => self.path(mark, at.place),
                Mark::Text(mark) => {
                    self.cursor.text(self.tags, self.surface);
                    text::draw(self.surface, mark, at.place, self.resources);
                }
                Mark::Image(mark) => {
                    let area = self.area(mark.rect, at);
                    self.cursor.image(&mark.alt, area, self.tags, self.surface);
                    image::draw(self.surface, mark, at.place, self.resources);
                }
                Mark::Group(group) if group.opacity > 0.0 && group.transform.is_finite() => self.group(group, at),
                Mark::Group(_) => {}
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
            self.cursor.path(self.tags, self.surface);
            self.surface.set_fill(fill);
            self.surface.set_stroke(stroke);
            self.surface.draw_path(&path);
        }
    }

    fn group(&mut self, group: &Group, at: Place) {
        let area = matches!(group.role, Role::Figure | Role::Table).then(|| self.area(bounds(group)?, at)).flatten();
        let outer = self.cursor.enter(group, area, self.tags, self.surface);
        if let Some((at, pushed)) = self.push(group, at) {
            self.marks(&group.marks, at);
            self.link(group, at);
            self.pop(pushed);
        }
        self.cursor.leave(outer, self.tags, self.surface);
    }

    /// Where `rect` is seen on the page; `None` where it is not.
    fn area(&self, rect: kurbo::Rect, at: Place) -> Option<BBox> {
        let area = (at.to_page * Affine::from(at.place)).transform_rect_bbox(rect).intersect(at.visible);
        let rect = Rect::from_ltrb(round(area.x0), round(area.y0), round(area.x1), round(area.y1))?;
        (!area.is_zero_area()).then(|| BBox::new(self.page, rect))
    }

    /// Sets what the group asks for; none when its clip leaves nothing. With it: how often to pop.
    fn push(&mut self, group: &Group, mut at: Place) -> Option<(Place, usize)> {
        let moved = similarity(group.transform);
        if moved.is_none() || group.clip.is_some() || group.opacity < 1.0 {
            self.cursor.pause(self.surface);
        }
        let mut pushed = 0;
        if let Some(moved) = moved {
            at.place *= moved;
        } else {
            // Inside, coordinates are the group's px times 0.75; the matrix leads from there to the place outside.
            let matrix = Affine::from(at.place) * group.transform * Affine::scale(1.0 / PT);
            self.surface.push_transform(&path::transform(matrix));
            pushed += 1;
            at.to_page *= matrix;
            at.place = TranslateScale::scale(PT);
        }
        if let Some(clip) = &group.clip {
            let bounds = (at.to_page * Affine::from(at.place)).transform_rect_bbox(clip.bounding_box());
            at.visible = at.visible.intersect(bounds);
            let Some(clip) = path::path(clip, at.place).filter(|_| !at.visible.is_zero_area()) else {
                self.pop(pushed);
                return None;
            };
            self.surface.push_clip_path(&clip, &FillRule::NonZero);
            pushed += 1;
        }
        if group.opacity < 1.0 {
            self.surface.push_opacity(path::opacity(group.opacity));
            pushed += 1;
        }
        Some((at, pushed))
    }

    fn pop(&mut self, pushed: usize) {
        if pushed > 0 {
            self.cursor.pause(self.surface);
        }
        (0..pushed).for_each(|_| self.surface.pop());
    }

    fn link(&mut self, group: &Group, at: Place) {
        let link = group.link.as_ref().filter(|address| is_web_address(address));
        let (Some(address), Some(area)) = (link, group.link_area) else { return };
        let area = (at.to_page * Affine::from(at.place)).transform_rect_bbox(area).intersect(at.visible);
        let rect = Rect::from_ltrb(area.x0 as f32, area.y0 as f32, area.x1 as f32, area.y1 as f32);
        let Some(rect) = rect.filter(|_| !area.is_zero_area()) else { return };
        let target = Target::Action(Action::Link(LinkAction::new(address.clone())));
        let node = self.cursor.link_node(self.tags);
        self.links.push((node, Annotation::new_link(LinkAnnotation::new(rect, target), Some(address.clone()))));
    }
}

/// What a group's clip leaves of it, or else its texts and paths fill, in px of what it stands in.
fn bounds(group: &Group) -> Option<kurbo::Rect> {
    let own = match &group.clip {
        Some(clip) => Some(clip.bounding_box()),
        None => (group.marks.iter()).filter_map(mark_bounds).filter(|rect| rect.is_finite()).reduce(|all, rect| all.union(rect)),
    };
    own.map(|rect| group.transform.transform_rect_bbox(rect))
}

fn mark_bounds(mark: &Mark) -> Option<kurbo::Rect> {
    match mark {
        Mark::Path(mark) => Some(mark.path.bounding_box()),
        Mark::Image(mark) => Some(mark.rect),
        Mark::Group(group) => bounds(group),
        Mark::Text(mark) => {
            let (at, text) = (mark.origin, &mark.text);
            Some(kurbo::Rect::new(at.x, at.y - text.ascent_px, at.x + text.width_px, at.y + text.descent_px))
        }
    }
}

/// Dashboards are written by many; a reader shall not be led to `javascript:` or `file:`.
fn is_web_address(address: &str) -> bool {
    let starts_with = |scheme: &str| address.get(..scheme.len()).is_some_and(|start| start.eq_ignore_ascii_case(scheme));
    ["http://", "https://", "mailto:"].into_iter().any(starts_with)
}

/// A transform without rotation, mirroring or skew and with one scale for both axes.
fn similarity(transform: Affine) -> Option<TranslateScale> {
    let [a, b, c, d, x, y] = transform.as_coeffs();
    let plain = b == 0.0 && c == 0.0 && a == d && a > 0.0;
    plain.then(|| TranslateScale::new(Vec2::new(x, y), a))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_web_addresses_become_links() {
        let check = |address, expected| assert_eq!(is_web_address(address), expected, "{address}");
        check("https://grafana.example/d/x", true);
        check("HTTP://grafana.example", true);
        check("mailto:a@example.org", true);
        check("javascript:alert(1)", false);
        check("file:///etc/passwd", false);
        check("/d/relative", false);
        check("ü", false);
    }

    #[test]
    fn translations_and_scalings_are_folded() {
        let check = |transform, expected| assert_eq!(similarity(transform).is_some(), expected, "{transform:?}");
        check(Affine::translate((3.0, 4.0)) * Affine::scale(2.0), true);
        check(Affine::IDENTITY, true);
        check(Affine::rotate(0.1), false);
        check(Affine::scale_non_uniform(1.0, 2.0), false);
        check(Affine::FLIP_Y, false);
        check(Affine::scale(0.0), false);
    }
}
