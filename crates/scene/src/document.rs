use std::collections::BTreeSet;

use crate::{Mark, text::is_visible};

/// Pages in reading order with what a reader navigates by. Exporters see this and nothing above it.
#[derive(Clone, Debug, Default)]
pub struct Document {
    pub metadata: Metadata,
    pub pages: Vec<Page>,
    pub outline: Vec<OutlineEntry>,
}

impl Document {
    /// Characters drawn as boxes because no font has them.
    pub fn missing(&self) -> BTreeSet<char> {
        let mut missing = BTreeSet::new();
        self.pages.iter().for_each(|page| collect_missing(&page.marks, &mut missing));
        missing
    }
}

fn collect_missing(marks: &[Mark], missing: &mut BTreeSet<char>) {
    for mark in marks {
        match mark {
            Mark::Group(group) => collect_missing(&group.marks, missing),
            Mark::Text(mark) => {
                let glyphs = mark.text.runs.iter().flat_map(|run| &run.glyphs).filter(|glyph| glyph.id == 0);
                let texts = glyphs.filter_map(|glyph| mark.text.text.get(glyph.text.clone()));
                missing.extend(texts.flat_map(str::chars).filter(|c| is_visible(*c)));
            }
            Mark::Path(_) | Mark::Image(_) => {}
        }
    }
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
