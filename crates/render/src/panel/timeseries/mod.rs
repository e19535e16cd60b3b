//! Lines, bars and points over time.
use scene::{Mark, kurbo::Size};

use super::PanelContext;
use crate::view::PanelView;

pub fn draw(_view: &PanelView, _size: Size, _context: &mut PanelContext) -> Vec<Mark> {
    Vec::new()
}
