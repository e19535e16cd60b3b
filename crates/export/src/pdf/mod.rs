//! Documents as PDF: vector, subset fonts, selectable text, outline, links, tags.
//!
//! Lengths become points (0.75 pt a px) rounded to 0.01 pt, which is a third of a device dot at 2,400 dpi and keeps files small.
//! Nested translations and uniform scalings are folded into the coordinates; only rotations and skews are written as matrices.

mod image;
mod info;
mod page;
mod path;
mod tags;
mod text;

#[cfg(test)]
mod tests;

use std::collections::{HashMap, HashSet};

use krilla::SerializeSettings;
use krilla::configure::{Accessibility, Archival, Configuration, ConfigurationBuilder};
use krilla::error::KrillaError;
use krilla::page::PageSettings;

use crate::Error;

/// Points per CSS px.
const PT: f64 = 0.75;

/// What pages share: a font or a picture is embedded once however often it is drawn.
#[derive(Default)]
struct Resources {
    fonts: HashMap<u64, Option<krilla::text::Font>>,
    /// Fonts with those of their glyphs whose own meaning is written down (`text::Pen::teach`).
    taught: HashSet<(u64, u32)>,
    images: HashMap<usize, Option<krilla::image::Image>>,
}

/// Writes the document as PDF/UA-1 (for those who have it read aloud) and PDF/A-2a (for archives). Equal input gives equal bytes.
///
/// What neither standard allows and no caller can mend, such as a font whose licence forbids embedding, gives an ordinary tagged PDF. A
/// picture that cannot be decoded and a path that is not finite are left out. Fails when a font cannot be embedded or a page has no size.
pub fn write(document: &scene::Document) -> Result<Vec<u8>, Error> {
    let standards = ConfigurationBuilder::new().with_archival_validator(Archival::A2_A).with_accessibility_validator(Accessibility::UA1);
    let standards = standards.finish().map_err(|error| Error::Pdf(format!("{error:?}")))?;
    match write_as(document, standards)? {
        Ok(file) => Ok(file),
        Err(KrillaError::Validation(_)) => write_as(document, Configuration::default())?.map_err(|error| Error::Pdf(format!("{error:?}"))),
        Err(error) => Err(Error::Pdf(format!("{error:?}"))),
    }
}

fn write_as(document: &scene::Document, configuration: Configuration) -> Result<Result<Vec<u8>, KrillaError>, Error> {
    let mut pdf = krilla::Document::new_with(SerializeSettings { configuration, ..SerializeSettings::default() });
    let (mut resources, mut tags) = (Resources::default(), tags::Tags::new());
    for (index, page) in document.pages.iter().enumerate() {
        let size = PageSettings::from_wh(pt(page.width_px), pt(page.height_px));
        let size = size.ok_or_else(|| Error::Pdf(format!("a page of {} x {} px has no size", page.width_px, page.height_px)))?;
        page::draw(&mut pdf.start_page_with(size), index, page, &mut resources, &mut tags);
    }
    pdf.set_outline(info::outline(document));
    pdf.set_tag_tree(tags.into_tree());
    pdf.set_metadata(info::metadata(&document.metadata));
    Ok(pdf.finish())
}

/// Pixels as points.
fn pt(px: f64) -> f32 {
    round(px * PT)
}

/// Rounded to 0.01.
fn round(value: f64) -> f32 {
    ((value * 100.0).round() / 100.0) as f32
}
