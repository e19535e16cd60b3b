//! Drawings read from SVG: icons and symbols as marks. Text, pictures inside, masks and filters are left out; nothing outside the
//! bytes is ever read.

use kurbo::{Affine, BezPath, Point, Shape, Size};
use usvg::{Group as Node, ImageHrefResolver, Options, Tree, tiny_skia_path::PathSegment};

use crate::{Cap, Color, Group, Join, LinearGradient, Mark, Paint, PathMark, RadialGradient, Stroke};

/// More than any icon: a drawing with more marks would rather be a picture.
const MOST_MARKS: usize = 20_000;

/// Colours the document takes from around it.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct SvgInk {
    /// What is filled where nothing else is said, and what `currentColor` means. Black by default.
    pub fill: Option<Color>,
    /// The line about paths that say nothing of their own, with its width in the drawing's units.
    pub stroke: Option<(Color, f64)>,
    /// Everything has this one colour, whatever the drawing says.
    pub tint: Option<Color>,
}

/// A drawing of `size`, its origin top left.
#[derive(Clone, Debug, Default)]
pub struct SvgDrawing {
    pub size: Size,
    pub marks: Vec<Mark>,
}

impl SvgDrawing {
    /// `None` where the bytes are no SVG, or one that cannot be read safely.
    pub fn read(bytes: &[u8], ink: &SvgInk) -> Option<SvgDrawing> {
        let nothing = ImageHrefResolver { resolve_data: Box::new(|_, _, _| None), resolve_string: Box::new(|_, _| None) };
        let options = Options { image_href_resolver: nothing, style_sheet: Some(style_sheet(ink)), ..Options::default() };
        let tree = Tree::from_data(bytes, &options).ok()?;
        let size = Size::new(tree.size().width().into(), tree.size().height().into());
        let mut reader = Reader { tint: ink.tint, left: MOST_MARKS };
        let marks = reader.children(tree.root());
        (size.width > 0.0 && size.height > 0.0 && reader.left > 0).then_some(SvgDrawing { size, marks })
    }

    /// The drawing inside `width` × `height` px with its proportions, centred.
    pub fn fitted(self, width: f64, height: f64) -> Mark {
        let scale = (width / self.size.width).min(height / self.size.height);
        let shift = ((width - self.size.width * scale) / 2.0, (height - self.size.height * scale) / 2.0);
        Mark::Group(Group { transform: Affine::translate(shift) * Affine::scale(scale), marks: self.marks, ..Group::default() })
    }
}

fn style_sheet(ink: &SvgInk) -> String {
    let mut rules = String::new();
    if let Some(Color { r, g, b, a }) = ink.fill {
        let css = format!("rgb({r}, {g}, {b})");
        rules += &format!("svg {{ fill: {css}; fill-opacity: {a}; color: {css} }}");
    }
    if let Some((Color { r, g, b, a }, width)) = ink.stroke {
        rules += &format!("path {{ stroke: rgb({r}, {g}, {b}); stroke-opacity: {a}; stroke-width: {width} }}");
    }
    rules
}

struct Reader {
    tint: Option<Color>,
    /// Marks that may still be made.
    left: usize,
}

impl Reader {
    fn children(&mut self, node: &Node) -> Vec<Mark> {
        let mut marks = Vec::new();
        for child in node.children() {
            if self.left == 0 {
                break;
            }
            match child {
                usvg::Node::Group(group) => marks.extend(self.group(group)),
                usvg::Node::Path(path) if path.is_visible() => marks.extend(self.path(path)),
                _ => {}
            }
        }
        marks
    }

    fn group(&mut self, node: &Node) -> Vec<Mark> {
        let marks = self.children(node);
        let opacity = node.opacity().get();
        let clip = node.clip_path().map(|clip| {
            let mut path = BezPath::new();
            outlines(clip.root(), affine(node.abs_transform()) * affine(clip.transform()), &mut path);
            path
        });
        if marks.is_empty() || (opacity >= 1.0 && clip.is_none()) {
            return marks;
        }
        vec![Mark::Group(Group { clip, opacity, marks, ..Group::default() })]
    }

    fn path(&mut self, path: &usvg::Path) -> Option<Mark> {
        self.left -= 1;
        let transform = affine(path.abs_transform());
        let mut outline = transform * bez_path(path.data());
        let fill = path.fill().and_then(|fill| {
            if fill.rule() == usvg::FillRule::EvenOdd {
                outline = oriented(&outline);
            }
            self.paint(fill.paint(), fill.opacity().get(), transform)
        });
        let scale = transform.determinant().abs().sqrt();
        let stroke = path.stroke().and_then(|stroke| {
            Some(Stroke {
                paint: self.paint(stroke.paint(), stroke.opacity().get(), transform)?,
                width_px: f64::from(stroke.width().get()) * scale,
                dash: stroke.dasharray().unwrap_or_default().iter().map(|length| f64::from(*length) * scale).collect(),
                cap: match stroke.linecap() {
                    usvg::LineCap::Butt => Cap::Butt,
                    usvg::LineCap::Round => Cap::Round,
                    usvg::LineCap::Square => Cap::Square,
                },
                join: match stroke.linejoin() {
                    usvg::LineJoin::Round => Join::Round,
                    usvg::LineJoin::Bevel => Join::Bevel,
                    _ => Join::Miter,
                },
            })
        });
        let is_finite = outline.elements().iter().all(|element| element.is_finite());
        (is_finite && (fill.is_some() || stroke.is_some())).then_some(Mark::Path(PathMark { path: outline, fill, stroke }))
    }

    /// `None` for patterns.
    fn paint(&self, paint: &usvg::Paint, opacity: f32, transform: Affine) -> Option<Paint> {
        if let Some(tint) = self.tint {
            return Some(Paint::Solid(Color { a: tint.a * opacity, ..tint }));
        }
        let color = |color: usvg::Color, a: f32| Color::rgba(color.red, color.green, color.blue, a);
        let stops = |stops: &[usvg::Stop]| {
            stops.iter().map(|stop| (stop.offset().get(), color(stop.color(), stop.opacity().get() * opacity))).collect()
        };
        match paint {
            usvg::Paint::Color(solid) => Some(Paint::Solid(color(*solid, opacity))),
            usvg::Paint::LinearGradient(gradient) => {
                let place = transform * affine(gradient.transform());
                let point = |x: f32, y: f32| place * Point::new(x.into(), y.into());
                let (from, to) = (point(gradient.x1(), gradient.y1()), point(gradient.x2(), gradient.y2()));
                Some(Paint::Linear(LinearGradient { from, to, stops: stops(gradient.stops()) }))
            }
            usvg::Paint::RadialGradient(gradient) => {
                let place = transform * affine(gradient.transform());
                let center = place * Point::new(gradient.cx().into(), gradient.cy().into());
                let radius_px = f64::from(gradient.r().get()) * place.determinant().abs().sqrt();
                Some(Paint::Radial(RadialGradient { center, radius_px, stops: stops(gradient.stops()) }))
            }
            usvg::Paint::Pattern(_) => None,
        }
    }
}

/// The outlines of all paths of a clip.
fn outlines(node: &Node, transform: Affine, into: &mut BezPath) {
    for child in node.children() {
        match child {
            usvg::Node::Group(group) => outlines(group, transform, into),
            usvg::Node::Path(path) => into.extend(transform * affine(path.abs_transform()) * bez_path(path.data())),
            _ => {}
        }
    }
}

fn affine(t: usvg::Transform) -> Affine {
    Affine::new([t.sx, t.ky, t.kx, t.sy, t.tx, t.ty].map(f64::from))
}

fn bez_path(data: &usvg::tiny_skia_path::Path) -> BezPath {
    let point = |p: usvg::tiny_skia_path::Point| Point::new(p.x.into(), p.y.into());
    let mut path = BezPath::new();
    for segment in data.segments() {
        match segment {
            PathSegment::MoveTo(p) => path.move_to(point(p)),
            PathSegment::LineTo(p) => path.line_to(point(p)),
            PathSegment::QuadTo(a, p) => path.quad_to(point(a), point(p)),
            PathSegment::CubicTo(a, b, p) => path.curve_to(point(a), point(b), point(p)),
            PathSegment::Close => path.close_path(),
        }
    }
    path
}

/// A path whose non-zero inside is what the even-odd rule meant: pieces in pieces turn the other way round.
fn oriented(path: &BezPath) -> BezPath {
    let mut pieces: Vec<BezPath> = Vec::new();
    for element in path.elements() {
        if matches!(element, kurbo::PathEl::MoveTo(_)) {
            pieces.push(BezPath::new());
        }
        if let Some(piece) = pieces.last_mut() {
            piece.push(*element);
        }
    }
    let mut turned = BezPath::new();
    for (at, piece) in pieces.iter().enumerate() {
        let Some(kurbo::PathEl::MoveTo(start)) = piece.elements().first() else { continue };
        let depth = pieces.iter().enumerate().filter(|(other, outer)| *other != at && outer.winding(*start) != 0).count();
        let is_hole = depth % 2 == 1;
        turned.extend(if (piece.area() < 0.0) == is_hole { piece.clone() } else { piece.reverse_subpaths() });
    }
    turned
}

#[cfg(test)]
mod tests {
    use super::*;

    fn dumped(svg: &str, ink: &SvgInk) -> Option<String> {
        let drawing = SvgDrawing::read(svg.as_bytes(), ink)?;
        let page = crate::Page { width_px: drawing.size.width, height_px: drawing.size.height, marks: drawing.marks };
        Some(crate::dump(&page).lines().skip(1).collect::<Vec<_>>().join("\n"))
    }

    #[test]
    fn icons() {
        let check = |svg: &str, ink: SvgInk, expected: Option<&str>| assert_eq!(dumped(svg, &ink).as_deref(), expected, "{svg}");
        let red = Color::rgb(255, 0, 0);
        let tagged =
            |inner: &str| format!("<svg xmlns='http://www.w3.org/2000/svg' width='20' height='20' viewBox='0 0 10 10'>{inner}</svg>");
        let plain = tagged("<path d='M0 0H5V5Z'/>");
        check(&plain, SvgInk::default(), Some("path M0 0 L10 0 L10 10 Z fill #000000"));
        check(&plain, SvgInk { fill: Some(red), ..SvgInk::default() }, Some("path M0 0 L10 0 L10 10 Z fill #ff0000"));
        check(
            &plain,
            SvgInk { stroke: Some((red, 2.0)), ..SvgInk::default() },
            Some("path M0 0 L10 0 L10 10 Z fill #000000 stroke 4 #ff0000"),
        );
        let colored = tagged("<path fill='blue' d='M0 0H5V5Z'/><path fill='currentColor' d='M0 0H5V5Z'/>");
        let fill = SvgInk { fill: Some(red), ..SvgInk::default() };
        check(&colored, fill, Some("path M0 0 L10 0 L10 10 Z fill #0000ff\npath M0 0 L10 0 L10 10 Z fill #ff0000"));
        let tint = SvgInk { tint: Some(red), ..SvgInk::default() };
        check(&colored, tint, Some("path M0 0 L10 0 L10 10 Z fill #ff0000\npath M0 0 L10 0 L10 10 Z fill #ff0000"));
        check(&tagged("<g opacity='.5'><text>no</text><image href='/etc/passwd'/></g>"), SvgInk::default(), Some(""));
        check("<html/>", SvgInk::default(), None);
        check("", SvgInk::default(), None);
    }

    #[test]
    fn holes_stay_holes() {
        let square = |from: f64, to: f64| kurbo::Rect::new(from, from, to, to).to_path(0.1);
        let mut path = square(0.0, 9.0);
        path.extend(square(1.0, 8.0));
        path.extend(square(2.0, 7.0));
        let turned = oriented(&path);
        let inside = |at: f64| turned.winding(Point::new(at, at)) != 0;
        assert!(inside(0.5) && !inside(1.5) && inside(3.0));
    }
}
