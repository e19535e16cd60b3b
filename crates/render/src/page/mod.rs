//! Pages: a report's dashboards laid out on paper, with header, footer and outline.

mod compose;
mod furniture;
mod geometry;
mod links;
mod logo;
mod paginate;
mod panel_group;

pub use compose::render;
pub use geometry::grid_rect;
