use std::collections::BTreeSet;

use crate::{
    Mark,
    text::{Glyph, GlyphRun, ShapedText, is_visible, pictures},
};

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
        self.pages.iter().for_each(|page| collect(&page.marks, &mut missing, &is_missing));
        missing
    }

    /// What other fonts could draw better.
    pub fn wished(&self) -> Wished {
        let mut wished = Wished { missing: self.missing(), pictures: BTreeSet::new() };
        self.pages.iter().for_each(|page| collect(&page.marks, &mut wished.pictures, &is_pale));
        wished
    }
}

/// Characters for which other fonts are looked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Wished {
    /// Those no font has.
    pub missing: BTreeSet<char>,
    /// Those of pictures (emoji) that are drawn without colour or not at all.
    pub pictures: BTreeSet<char>,
}

impl Wished {
    pub fn is_empty(&self) -> bool {
        self.missing.is_empty() && self.pictures.is_empty()
    }
}

fn is_missing(_: &ShapedText, _: &GlyphRun, glyph: &Glyph) -> bool {
    glyph.id == 0
}

fn is_pale(text: &ShapedText, run: &GlyphRun, glyph: &Glyph) -> bool {
    let is_picture = text.text.get(glyph.text.clone()).is_some_and(|text| !pictures(text).is_empty());
    is_picture && (glyph.id == 0 || !run.font.is_colored())
}

fn collect(marks: &[Mark], found: &mut BTreeSet<char>, is_meant: &dyn Fn(&ShapedText, &GlyphRun, &Glyph) -> bool) {
    for mark in marks {
        match mark {
            Mark::Group(group) => collect(&group.marks, found, is_meant),
            Mark::Text(mark) => {
                let glyphs = mark.text.runs.iter().flat_map(|run| run.glyphs.iter().map(move |glyph| (run, glyph)));
                let meant = glyphs.filter(|(run, glyph)| is_meant(&mark.text, run, glyph));
                let texts = meant.filter_map(|(_, glyph)| mark.text.text.get(glyph.text.clone()));
                found.extend(texts.flat_map(str::chars).filter(|c| is_visible(*c)));
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
