use crate::Mark;

/// Pages in reading order with what a reader navigates by. Exporters see this and nothing above it.
#[derive(Clone, Debug, Default)]
pub struct Document {
    pub metadata: Metadata,
    pub pages: Vec<Page>,
    pub outline: Vec<OutlineEntry>,
}

/// One page; sizes in CSS px (1 px = 0.75 pt).
#[derive(Clone, Debug, Default)]
pub struct Page {
    pub width_px: f64,
    pub height_px: f64,
    pub marks: Vec<Mark>,
}

/// A bookmark. `page` is an index into [`Document::pages`], `y_px` from the page's top.
#[derive(Clone, Debug, PartialEq)]
pub struct OutlineEntry {
    pub title: String,
    pub page: usize,
    pub y_px: f64,
    pub children: Vec<OutlineEntry>,
}

/// Document information. Dates come from the caller, so that equal input gives equal bytes.
#[derive(Clone, Debug, Default)]
pub struct Metadata {
    pub title: String,
    pub author: String,
    pub subject: String,
    /// BCP 47, for example "en-US".
    pub language: String,
    /// Creation date, milliseconds since 1970 UTC.
    pub created_ms: Option<i64>,
}
