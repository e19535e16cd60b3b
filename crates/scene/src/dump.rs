//! A page as readable text, for golden tests: one line a mark, numbers rounded, equal for equal pages.

use std::fmt::{self, Write};

use kurbo::{BezPath, PathEl, Rect};

use crate::{Color, Group, Image, ImageFormat, LinearGradient, Mark, Page, Paint, PathMark, RadialGradient, Role, Stroke, TextMark};

/// Each line: the mark's kind, its place in px, then what distinguishes it; marks of a group are indented below it.
///
/// ```text
/// page 400 300
/// path M0 0 L400 0 L400 300 L0 300 Z fill #ffffff
/// group at 20 150 link https://grafana.example area 0 -14 90 4
///   text 0 0 "open" 12px Inter... #24292e width 27.31
/// ```
pub fn dump(page: &Page) -> String {
    let mut dump = Dump { out: String::new(), depth: 0 };
    // Writing to a String cannot fail.
    let _ = dump.page(page);
    dump.out
}

struct Dump {
    out: String,
    depth: usize,
}

impl Dump {
    fn page(&mut self, page: &Page) -> fmt::Result {
        writeln!(self.out, "page {} {}", Number(page.width_px), Number(page.height_px))?;
        self.marks(&page.marks)
    }

    fn marks(&mut self, marks: &[Mark]) -> fmt::Result {
        for mark in marks {
            write!(self.out, "{:1$}", "", self.depth * 2)?;
            match mark {
                Mark::Path(mark) => self.path(mark)?,
                Mark::Text(mark) => self.text(mark)?,
                Mark::Image(mark) => self.image(mark)?,
                Mark::Group(mark) => self.group(mark)?,
            }
        }
        Ok(())
    }

    fn path(&mut self, mark: &PathMark) -> fmt::Result {
        write!(self.out, "path {}", Outline(&mark.path))?;
        if let Some(fill) = &mark.fill {
            write!(self.out, " fill {}", Ink(fill))?;
        }
        if let Some(stroke) = &mark.stroke {
            self.stroke(stroke)?;
        }
        writeln!(self.out)
    }

    fn stroke(&mut self, stroke: &Stroke) -> fmt::Result {
        write!(self.out, " stroke {} {}", Number(stroke.width_px), Ink(&stroke.paint))?;
        if !stroke.dash.is_empty() {
            let dash: Vec<String> = stroke.dash.iter().map(|length| Number(*length).to_string()).collect();
            write!(self.out, " dash {}", dash.join(","))?;
        }
        if stroke.cap != Default::default() {
            write!(self.out, " cap {:?}", stroke.cap)?;
        }
        if stroke.join != Default::default() {
            write!(self.out, " join {:?}", stroke.join)?;
        }
        Ok(())
    }

    fn text(&mut self, mark: &TextMark) -> fmt::Result {
        let (text, origin) = (&mark.text, mark.origin);
        write!(self.out, "text {} {} {:?}", Number(origin.x), Number(origin.y), text.text)?;
        if let Some(at) = text.cut_at {
            write!(self.out, " cut at {at}")?;
        }
        if let Some(run) = text.runs.first() {
            write!(self.out, " {}px {}", Number(run.size_px), run.font.name())?;
            if run.slanted {
                write!(self.out, " slanted")?;
            }
        }
        writeln!(self.out, " {} width {}", Ink(&Paint::Solid(mark.color)), Number(text.width_px))
    }

    fn image(&mut self, image: &Image) -> fmt::Result {
        let format = match image.format {
            ImageFormat::Png => "png",
            ImageFormat::Jpeg => "jpeg",
        };
        writeln!(self.out, "image {} {format} {} bytes alt {:?}", Area(image.rect), image.data.len(), image.alt)
    }

    fn group(&mut self, group: &Group) -> fmt::Result {
        write!(self.out, "group")?;
        let [a, b, c, d, x, y] = group.transform.as_coeffs();
        if [a, b, c, d] != [1.0, 0.0, 0.0, 1.0] {
            let matrix: Vec<String> = [a, b, c, d, x, y].iter().map(|value| Number(*value).to_string()).collect();
            write!(self.out, " matrix {}", matrix.join(" "))?;
        } else if (x, y) != (0.0, 0.0) {
            write!(self.out, " at {} {}", Number(x), Number(y))?;
        }
        if let Some(clip) = &group.clip {
            write!(self.out, " clip {}", Outline(clip))?;
        }
        if group.opacity != 1.0 {
            write!(self.out, " opacity {}", Number(f64::from(group.opacity)))?;
        }
        if group.role != Role::None {
            write!(self.out, " role {:?}", group.role)?;
        }
        if let Some(alt) = &group.alt {
            write!(self.out, " alt {alt:?}")?;
        }
        if let Some(link) = &group.link {
            write!(self.out, " link {link}")?;
        }
        if let Some(area) = group.link_area {
            write!(self.out, " area {}", Area(area))?;
        }
        writeln!(self.out)?;
        self.depth += 1;
        self.marks(&group.marks)?;
        self.depth -= 1;
        Ok(())
    }
}

/// Rounded to 0.01 and without trailing zeros; never "-0".
struct Number(f64);

impl fmt::Display for Number {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let rounded = (self.0 * 100.0).round() / 100.0;
        write!(f, "{}", if rounded == 0.0 { 0.0 } else { rounded })
    }
}

struct Area(Rect);

impl fmt::Display for Area {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Rect { x0, y0, x1, y1 } = self.0;
        write!(f, "{} {} {} {}", Number(x0), Number(y0), Number(x1), Number(y1))
    }
}

/// SVG path data with absolute coordinates.
struct Outline<'a>(&'a BezPath);

impl fmt::Display for Outline<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, element) in self.0.iter().enumerate() {
            let (letter, points) = match element {
                PathEl::MoveTo(p) => ('M', vec![p]),
                PathEl::LineTo(p) => ('L', vec![p]),
                PathEl::QuadTo(c, p) => ('Q', vec![c, p]),
                PathEl::CurveTo(c, d, p) => ('C', vec![c, d, p]),
                PathEl::ClosePath => ('Z', vec![]),
            };
            write!(f, "{}{letter}", if index > 0 { " " } else { "" })?;
            let points: Vec<String> = points.iter().map(|p| format!("{} {}", Number(p.x), Number(p.y))).collect();
            write!(f, "{}", points.join(" "))?;
        }
        Ok(())
    }
}

struct Ink<'a>(&'a Paint);

impl fmt::Display for Ink<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let color = |f: &mut fmt::Formatter<'_>, color: Color| {
            write!(f, "#{:02x}{:02x}{:02x}", color.r, color.g, color.b)?;
            if color.a < 1.0 { write!(f, "/{}", Number(f64::from(color.a))) } else { Ok(()) }
        };
        match self.0 {
            Paint::Solid(solid) => color(f, *solid),
            Paint::Linear(LinearGradient { from, to, stops }) => {
                write!(f, "linear({} {} to {} {}", Number(from.x), Number(from.y), Number(to.x), Number(to.y))?;
                for (offset, stop) in stops {
                    write!(f, ", {} ", Number(f64::from(*offset)))?;
                    color(f, *stop)?;
                }
                write!(f, ")")
            }
            Paint::Radial(RadialGradient { center, radius_px, stops }) => {
                write!(f, "radial({} {} radius {}", Number(center.x), Number(center.y), Number(*radius_px))?;
                for (offset, stop) in stops {
                    write!(f, ", {} ", Number(f64::from(*offset)))?;
                    color(f, *stop)?;
                }
                write!(f, ")")
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use kurbo::{Affine, Point, Shape};

    use super::*;
    use crate::{Cap, Fonts, Join, TextStyle};

    #[test]
    fn every_mark_has_its_line() {
        let fonts = Fonts::embedded();
        let text =
            |style| Mark::Text(TextMark { origin: Point::new(0.004, -0.001), text: fonts.shape("a \"b\"", &style), color: Color::BLACK });
        let stroke = Stroke {
            paint: Paint::Solid(Color::rgba(255, 0, 0, 0.5)),
            width_px: 1.5,
            dash: vec![4.0, 2.0],
            cap: Cap::Round,
            join: Join::Bevel,
        };
        let gradient = LinearGradient {
            from: Point::ZERO,
            to: Point::new(0.0, 9.0),
            stops: vec![(0.0, Color::WHITE), (1.0, Color::BLACK.with_alpha(0.0))],
        };
        let rect = Rect::new(0.0, 0.0, 10.0, 5.333_333).to_path(0.1);
        let picture =
            Image { rect: Rect::new(1.0, 2.0, 3.0, 4.0), format: ImageFormat::Png, data: Arc::new(vec![0; 7]), alt: "logo".into() };
        let group = Group {
            transform: Affine::translate((5.0, 6.0)),
            clip: Some(rect.clone()),
            opacity: 0.5,
            role: Role::Figure,
            alt: Some("chart".into()),
            link: Some("https://example.org".into()),
            link_area: Some(Rect::new(0.0, 0.0, 1.0, 1.0)),
            marks: vec![text(TextStyle::sans(14.0)), Mark::Image(picture)],
        };
        let marks = vec![
            Mark::Path(PathMark { path: rect, fill: Some(Paint::Linear(gradient)), stroke: Some(stroke) }),
            Mark::Group(group),
            Mark::Group(Group { transform: Affine::scale(2.0), marks: vec![text(TextStyle::mono(10.0).italic())], ..Group::default() }),
        ];
        let expected = r##"page 400 300.5
path M0 0 L10 0 L10 5.33 L0 5.33 Z fill linear(0 0 to 0 9, 0 #ffffff, 1 #000000/0) stroke 1.5 #ff0000/0.5 dash 4,2 cap Round join Bevel
group at 5 6 clip M0 0 L10 0 L10 5.33 L0 5.33 Z opacity 0.5 role Figure alt "chart" link https://example.org area 0 0 1 1
  text 0 0 "a \"b\"" 14px Inter Regular #000000 width 33.21
  image 1 2 3 4 png 7 bytes alt "logo"
group matrix 2 0 0 2 0 0
  text 0 0 "a \"b\"" 10px Roboto Mono Regular slanted #000000 width 30
"##;
        assert_eq!(dump(&Page { width_px: 400.0, height_px: 300.5, marks }), expected);
    }
}
