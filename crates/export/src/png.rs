//! A page as PNG.
/// Draws one page at `scale` device pixels per px.
pub fn write(_page: &scene::Page, _scale: f64) -> Result<Vec<u8>, crate::Error> {
    todo!()
}
