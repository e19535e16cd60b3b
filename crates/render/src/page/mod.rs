//! Pages: a report's dashboards laid out on paper, with header, footer and outline.

mod alternative;
mod compose;
mod furniture;
mod geometry;
mod links;
mod logo;
mod paginate;
mod panel_group;

pub use compose::{render, render_watched};
pub use geometry::grid_rect;
