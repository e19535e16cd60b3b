//! Documents as PDF: vector, subset fonts, selectable text, outline, links.
/// Writes the document. Equal input gives equal bytes.
pub fn write(_document: &scene::Document) -> Result<Vec<u8>, crate::Error> {
    todo!()
}
