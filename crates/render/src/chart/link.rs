//! Data links of what charts draw: points, bars and boxes lead where the first link of their field does.

use std::collections::BTreeMap;

use grafana::{
    field::{DataLink, DisplayContext, NameContext, expand_url_in_row},
    frame::{Field, FieldType, Frame},
};
use scene::{
    Group, Mark,
    kurbo::{Point, Rect},
};

/// A chart with more places than this has none of them as links: nobody could tell them apart, and files would grow large.
pub const MOST: usize = 500;

/// The least side of a place that can be met, px.
const LEAST_PX: f64 = 8.0;

/// A field with a data link, in the frame its values came in.
pub struct Linked<'a> {
    link: &'a DataLink,
    field: &'a Field,
    frame: &'a Frame,
    names: NameContext,
    /// Rows by their time.
    rows: BTreeMap<u64, usize>,
    display: &'a DisplayContext<'a>,
}

impl<'a> Linked<'a> {
    /// `field` as a chart prepared it; `None` where it has no link.
    pub fn of(field: &Field, frames: &'a [Frame], display: &'a DisplayContext<'a>) -> Option<Linked<'a>> {
        if field.config.links.iter().all(|link| link.url.is_empty()) {
            return None;
        }
        let is_same = |other: &&Field| {
            (&other.name, &other.labels, &other.display_name) == (&field.name, &field.labels, &field.display_name)
                && other.config.links == field.config.links
        };
        let (frame, field) = frames.iter().find_map(|frame| Some((frame, frame.fields.iter().find(is_same)?)))?;
        let times = frame.fields.iter().find(|field| field.kind == FieldType::Time).and_then(|field| field.values.numbers());
        let rows = times.unwrap_or_default().iter().enumerate().filter_map(|(row, time)| Some((time.as_ref()?.to_bits(), row)));
        let link = field.config.links.iter().find(|link| !link.url.is_empty())?;
        Some(Linked { link, field, frame, names: NameContext::of(frames), rows: rows.collect(), display })
    }

    /// A place that leads where the value of a row does.
    pub fn at_row(&self, row: usize, place: Rect) -> Mark {
        let address = expand_url_in_row(&self.link.url, self.field, self.frame, &self.names, row, self.display);
        leading(place, address)
    }

    /// As [`Linked::at_row`] for the row of a time; `None` for times that other frames brought.
    pub fn at_time(&self, time: f64, place: Rect) -> Option<Mark> {
        self.rows.get(&time.to_bits()).map(|row| self.at_row(*row, place))
    }
}

/// A place that leads to an address.
pub fn leading(place: Rect, address: String) -> Mark {
    Mark::Group(Group { link: Some(address), link_area: Some(place), ..Group::default() })
}

/// The place of a point of `size_px`.
pub fn around(point: Point, size_px: f64) -> Rect {
    let side = size_px.max(LEAST_PX);
    Rect::from_center_size(point, (side, side))
}

#[cfg(test)]
mod tests {
    use grafana::{frame::frame_from_json, theme::Theme, time::TimeZone};
    use serde_json::json;

    use super::*;

    #[test]
    fn places_lead_to_the_row_of_their_time() {
        let value = json!({"name": "load", "type": "number", "config": {"links": [{"title": "", "url": "/d/x?v=${__value.raw}"}]}});
        let frame = json!({"schema": {"fields": [{"name": "t", "type": "time"}, value]}, "data": {"values": [[10, 20], [1, 2]]}});
        let frames = [frame_from_json(&frame).unwrap()];
        let (theme, zone, interpolate) = (Theme::light(), TimeZone::utc(), |text: &str| text.to_owned());
        let display = DisplayContext { theme: &theme, zone: &zone, now_ms: 0.0, interpolate: &interpolate };
        let linked = Linked::of(&frames[0].fields[1], &frames, &display).expect("it has a link");
        let address = |time: f64| match linked.at_time(time, Rect::ZERO) {
            Some(Mark::Group(group)) => group.link,
            _ => None,
        };
        assert_eq!((address(20.0).as_deref(), address(15.0)), (Some("/d/x?v=2"), None));
        assert!(Linked::of(&frames[0].fields[0], &frames, &display).is_none());
    }
}
