//! What a reader shows beside the pages: document information and bookmarks.

use krilla::destination::XyzDestination;
use krilla::geom::Point;
use krilla::metadata::{DateTime, Metadata};
use krilla::outline::{Outline, OutlineNode};

use super::pt;

const PRODUCER: &str = "Broadsheet";
const DAY_SECS: i64 = 86_400;

pub(super) fn metadata(from: &scene::Metadata) -> Metadata {
    let mut metadata = Metadata::new().producer(PRODUCER.to_owned()).creator(PRODUCER.to_owned());
    let given = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
    // A document without a title is announced by its file's name.
    metadata = metadata.title(given(&from.title).or_else(|| given(&from.subject)).unwrap_or_else(|| "Report".to_owned()));
    if let Some(author) = given(&from.author) {
        metadata = metadata.authors(vec![author]);
    }
    if let Some(subject) = given(&from.subject) {
        metadata = metadata.description(subject);
    }
    if let Some(language) = given(&from.language) {
        metadata = metadata.language(language);
    }
    if let Some(date) = from.created_ms.and_then(date_time) {
        metadata = metadata.creation_date(date);
    }
    metadata
}

/// UTC; none where the year does not fit a PDF date.
fn date_time(ms: i64) -> Option<DateTime> {
    let secs = ms.div_euclid(1000);
    let (year, month, day) = civil_date(secs.div_euclid(DAY_SECS));
    let second = secs.rem_euclid(DAY_SECS);
    let year = u16::try_from(year).ok().filter(|year| *year <= 9999)?;
    let part = |value: i64| u8::try_from(value).unwrap_or_default();
    let date = DateTime::new(year).month(part(month)).day(part(day));
    let date = date.hour(part(second / 3600)).minute(part(second / 60 % 60)).second(part(second % 60));
    Some(date.utc_offset_hour(0).utc_offset_minute(0))
}

/// Year, month and day of a day since 1970-01-01, proleptic Gregorian.
///
/// Source: H. Hinnant, "chrono-compatible low-level date algorithms", `civil_from_days`. Not worth a date library in this crate.
fn civil_date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let era = days.div_euclid(146_097);
    let day_of_era = days.rem_euclid(146_097);
    let year_of_era = (day_of_era - day_of_era / 1460 + day_of_era / 36_524 - day_of_era / 146_096) / 365;
    let day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * day_of_year + 2) / 153;
    let day = day_of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    (year_of_era + era * 400 + i64::from(month <= 2), month, day)
}

/// The bookmarks, opened. One that points past the last page is left out with its children.
pub(super) fn outline(document: &scene::Document) -> Outline {
    let mut outline = Outline::new();
    for node in nodes(&document.outline, document.pages.len()) {
        outline.push_child(node);
    }
    outline
}

fn nodes(entries: &[scene::OutlineEntry], n_pages: usize) -> Vec<OutlineNode> {
    let node = |entry: &scene::OutlineEntry| {
        let place = XyzDestination::new(entry.page, Point::from_xy(0.0, pt(entry.y_px)));
        let mut node = OutlineNode::new(entry.title.clone(), place).with_open(true);
        for child in nodes(&entry.children, n_pages) {
            node.push_child(child);
        }
        node
    };
    entries.iter().filter(|entry| entry.page < n_pages).map(node).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_civil() {
        let check = |days, expected| assert_eq!(civil_date(days), expected);
        check(0, (1970, 1, 1));
        check(-1, (1969, 12, 31));
        check(11_016, (2000, 2, 29));
        check(20_778, (2026, 11, 21));
        assert!(date_time(i64::MAX).is_none());
    }
}
