//! A framed notice where a panel cannot be drawn.
use scene::{Mark, kurbo::Size};

use super::PanelContext;

pub fn not_drawn(_plugin_id: &str, _size: Size, _context: &mut PanelContext) -> Vec<Mark> {
    Vec::new()
}
