use std::sync::Arc;

use kurbo::{Affine, BezPath, Point, Rect};

use crate::{Color, ShapedText};

/// Everything that can stand on a page.
#[derive(Clone, Debug)]
pub enum Mark {
    Path(PathMark),
    Text(TextMark),
    Image(Image),
    Group(Group),
}

#[derive(Clone, Debug, Default)]
pub struct PathMark {
    pub path: BezPath,
    pub fill: Option<Paint>,
    pub stroke: Option<Stroke>,
}

#[derive(Clone, Debug, PartialEq)]
pub enum Paint {
    Solid(Color),
    Linear(LinearGradient),
    Radial(RadialGradient),
}

/// Points are in the coordinates of the path; stops ascend from 0 to 1.
#[derive(Clone, Debug, PartialEq)]
pub struct LinearGradient {
    pub from: Point,
    pub to: Point,
    pub stops: Vec<(f32, Color)>,
}

/// Around a point, outwards; the last colour goes on beyond `radius_px`. Stops ascend from 0 (the centre) to 1.
#[derive(Clone, Debug, PartialEq)]
pub struct RadialGradient {
    pub center: Point,
    pub radius_px: f64,
    pub stops: Vec<(f32, Color)>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Stroke {
    pub paint: Paint,
    pub width_px: f64,
    /// Lengths of dashes and gaps in px; empty is solid.
    pub dash: Vec<f64>,
    pub cap: Cap,
    pub join: Join,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Cap {
    #[default]
    Butt,
    Round,
    Square,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Join {
    #[default]
    Miter,
    Round,
    Bevel,
}

/// One shaped line; `origin` is its left end on the baseline.
#[derive(Clone, Debug)]
pub struct TextMark {
    pub origin: Point,
    pub text: Arc<ShapedText>,
    pub color: Color,
}

/// An encoded picture stretched into `rect`.
#[derive(Clone, Debug)]
pub struct Image {
    pub rect: Rect,
    pub format: ImageFormat,
    pub data: Arc<Vec<u8>>,
    pub alt: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum ImageFormat {
    Png,
    Jpeg,
}

/// Marks that share a place, a clip, a link or a meaning.
#[derive(Clone, Debug)]
pub struct Group {
    pub transform: Affine,
    /// In the group's own coordinates (after `transform`).
    pub clip: Option<BezPath>,
    pub opacity: f32,
    pub role: Role,
    /// Alternative text where `role` is [`Role::Figure`].
    pub alt: Option<String>,
    /// An http(s) or mailto address: the group's bounds `link_area` become a link.
    pub link: Option<String>,
    pub link_area: Option<Rect>,
    pub marks: Vec<Mark>,
}

impl Default for Group {
    fn default() -> Group {
        Group {
            transform: Affine::IDENTITY,
            clip: None,
            opacity: 1.0,
            role: Role::None,
            alt: None,
            link: None,
            link_area: None,
            marks: Vec::new(),
        }
    }
}

/// What a group means to a reader who cannot see it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Role {
    #[default]
    None,
    Heading(u8),
    Paragraph,
    /// A picture of data; what it holds is told by [`Group::alt`] alone.
    Figure,
    /// Blocks that belong together: a panel.
    Section,
    /// Holds [`Role::Row`]s and nothing else that is read; all rows have as many cells.
    Table,
    Row,
    /// The name of a column.
    HeaderCell,
    Cell,
    /// Holds [`Role::Item`]s, which are numbered or have a sign before them.
    List {
        is_numbered: bool,
    },
    /// Holds a [`Role::Label`] (or none) and a [`Role::Body`].
    Item,
    /// The sign or number before an item.
    Label,
    /// What an item says: text and blocks.
    Body,
    /// What stands above the content of each page.
    PageHeader,
    /// What stands below the content of each page.
    PageFooter,
    /// Decoration: grounds, grid lines.
    Artifact,
}

impl Mark {
    /// A filled path.
    pub fn fill(path: impl Into<BezPath>, color: Color) -> Mark {
        Mark::Path(PathMark { path: path.into(), fill: Some(Paint::Solid(color)), stroke: None })
    }

    /// A solid line of `width_px` along a path.
    pub fn stroke(path: impl Into<BezPath>, color: Color, width_px: f64) -> Mark {
        let stroke = Stroke { paint: Paint::Solid(color), width_px, dash: Vec::new(), cap: Cap::Butt, join: Join::Miter };
        Mark::Path(PathMark { path: path.into(), fill: None, stroke: Some(stroke) })
    }

    /// Marks moved by `(x, y)`.
    pub fn at(x: f64, y: f64, marks: Vec<Mark>) -> Mark {
        Mark::Group(Group { transform: Affine::translate((x, y)), marks, ..Group::default() })
    }

    /// Moves the mark itself, without a group around it.
    pub fn move_down(&mut self, y: f64) {
        let down = Affine::translate((0.0, y));
        let move_paint = |paint: &mut Paint| match paint {
            Paint::Solid(_) => {}
            Paint::Linear(gradient) => (gradient.from.y, gradient.to.y) = (gradient.from.y + y, gradient.to.y + y),
            Paint::Radial(gradient) => gradient.center.y += y,
        };
        match self {
            Mark::Path(mark) => {
                mark.path.apply_affine(down);
                mark.fill.iter_mut().chain(mark.stroke.iter_mut().map(|stroke| &mut stroke.paint)).for_each(move_paint);
            }
            Mark::Text(mark) => mark.origin.y += y,
            Mark::Image(mark) => mark.rect = down.transform_rect_bbox(mark.rect),
            Mark::Group(group) => group.transform = down * group.transform,
        }
    }

    /// Marks cut at `rect`.
    pub fn clipped(rect: Rect, marks: Vec<Mark>) -> Mark {
        Mark::Group(Group { clip: Some(kurbo::Shape::to_path(&rect, 0.1)), marks, ..Group::default() })
    }
}
