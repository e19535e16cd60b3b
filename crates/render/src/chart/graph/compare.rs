//! Time comparisons: series of an earlier range beside those of the panel's own.

use std::collections::BTreeMap;

use grafana::{
    frame::{Field, FieldType, Frame, Values},
    time::TimeRange,
};
use serde_json::json;

/// Deals the indexes that the classic palette goes by; a comparison has the colour of what it is compared with.
///
/// Source: grafana 12.4.0 `setClassicPaletteIdxs`.
pub fn number_series(frames: &mut [Frame]) {
    let base = |frame: &Frame| frame.ref_id.as_deref().unwrap_or_default().replacen("-compare", "", 1);
    let mut next = 0;
    let mut main: BTreeMap<String, Vec<Vec<Option<usize>>>> = BTreeMap::new();
    let mut compared: BTreeMap<String, usize> = BTreeMap::new();
    // Series that come before what they are compared with count on: their partners have no index yet.
    for frame in frames {
        let key = base(frame);
        let partner = frame.compare_ms().map(|_| {
            let nth = compared.entry(key.clone()).or_default();
            *nth += 1;
            main.get(&key).and_then(|frames| frames.get(*nth - 1)).filter(|main| main.len() == frame.fields.len()).cloned()
        });
        let mut indexes = Vec::new();
        for (at, field) in frame.fields.iter_mut().enumerate() {
            let is_series = matches!(field.kind, FieldType::Number | FieldType::Enum);
            let known = partner.as_ref().and_then(|partner| partner.as_ref()?.get(at).copied().flatten());
            indexes.push(is_series.then(|| {
                field.series_index = known.unwrap_or_else(|| {
                    next += 1;
                    next - 1
                });
                field.series_index
            }));
        }
        if partner.is_none() {
            main.entry(key).or_default().push(indexes);
        }
    }
}

/// Moves comparisons under the series they are compared with and dashes their lines.
///
/// Source: grafana-data 12.4.0 `shouldAlignTimeCompare`, `alignTimeRangeCompareData`.
pub fn align_comparisons(frames: &mut [Frame], range: &TimeRange) {
    let own: Vec<String> = frames.iter().filter(|frame| frame.compare_ms().is_none()).filter_map(|frame| frame.ref_id.clone()).collect();
    for frame in frames {
        let Some(diff_ms) = frame.compare_ms().filter(|diff_ms| *diff_ms != 0.0) else { continue };
        let is_compared =
            frame.ref_id.as_deref().and_then(|id| id.strip_suffix("-compare")).is_some_and(|id| own.iter().any(|own| own == id));
        let first = frame.fields.iter().find(|field| field.kind == FieldType::Time).and_then(first_time);
        if is_compared && first.is_some_and(|first| first < range.from_ms) {
            frame.fields.iter_mut().for_each(|field| align(field, diff_ms.abs()));
        }
    }
}

fn first_time(field: &Field) -> Option<f64> {
    field.values.numbers()?.iter().flatten().copied().next()
}

fn align(field: &mut Field, by_ms: f64) {
    match &mut field.values {
        Values::Time(times) => times.iter_mut().flatten().for_each(|at| *at += by_ms),
        _ => drop(field.config.custom.insert("lineStyle".to_owned(), json!({"fill": "dash", "dash": [1, 5, 4, 5]}))),
    }
}

#[cfg(test)]
mod tests {
    use grafana::frame::frame_from_json;

    use super::*;

    fn frame(ref_id: &str, time: f64, diff_ms: Option<f64>) -> Frame {
        let json = json!({"schema": {"refId": ref_id, "fields": [{"name": "Time", "type": "time"}, {"name": "Value", "type": "number"}]},
            "data": {"values": [[time], [1.0]]}});
        let mut frame = frame_from_json(&json).unwrap();
        diff_ms.into_iter().for_each(|diff_ms| frame.set_compare_ms(diff_ms));
        frame
    }

    #[test]
    fn comparisons_have_the_colour_of_what_they_are_compared_with() {
        let mut frames =
            [frame("A", 0.0, None), frame("B", 0.0, None), frame("B", 0.0, Some(-9.0)), frame("C", 0.0, Some(-9.0)), frame("D", 0.0, None)];
        number_series(&mut frames);
        assert_eq!(frames.iter().map(|frame| frame.fields[1].series_index).collect::<Vec<_>>(), [0, 1, 1, 2, 3]);
    }

    #[test]
    fn comparisons_lie_under_what_they_are_compared_with() {
        let range = TimeRange { from_ms: 100.0, to_ms: 200.0, ..TimeRange::default() };
        let check = |frames: &mut [Frame], expected: (f64, bool)| {
            align_comparisons(frames, &range);
            let last = frames.last().unwrap();
            assert_eq!((first_time(&last.fields[0]).unwrap(), last.fields[1].config.custom.contains_key("lineStyle")), expected);
        };
        check(&mut [frame("A", 100.0, None), frame("A", 50.0, Some(-60.0))], (110.0, true));
        check(&mut [frame("A", 100.0, None), frame("B", 50.0, Some(-60.0))], (50.0, false));
        check(&mut [frame("A", 100.0, None), frame("A", 150.0, Some(-60.0))], (150.0, false));
        check(&mut [frame("A", 50.0, None)], (50.0, false));
    }
}
