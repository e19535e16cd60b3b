use crate::{
    corpus::{Report, list, load, packed_frame, text},
    overrides::{css, with_css},
};
use grafana::{
    field::{DisplayContext, display_value, series_color},
    theme::Theme,
    time::TimeZone,
};
use serde_json::json;

/// Colours of values and of series in every mode (`xtask/oracle/colors.cjs`).
#[test]
fn every_mode() {
    let corpus = load("colors.json");
    let zone = TimeZone::utc();
    let mut report = Report::default();
    for case in list(&corpus["cases"]) {
        let theme = if case[0] == "dark" { Theme::dark() } else { Theme::light() };
        let context = DisplayContext { theme: &theme, zone: &zone, now_ms: 0.0, interpolate: &|text| text.to_owned() };
        let one = &case[1];
        let packed = json!([null, "A", [[one["name"], one["type"], 0, 0, one["config"], one["values"]]]]);
        let mut field = packed_frame(&packed).fields.remove(0);
        field.series_index = case[2].as_u64().unwrap() as usize;
        field.display_name = case[3].as_str().map(str::to_owned);
        for (row, expected) in list(&case[4]).iter().enumerate() {
            let found = css(display_value(&field, &field.values.get(row), None, &context).color);
            report.check(|| format!("row {row} of {one} {} {} {}", case[0], case[2], case[3]), found, with_css(expected));
        }
        let found = css(Some(series_color(&field, &context)));
        report.check(|| format!("series {one} {} {} {}", case[0], case[2], text(&case[0])), found, with_css(&case[5]));
    }
    report.finish(3_000);
}
