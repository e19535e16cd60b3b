use crate::{
    corpus::{Report, list, load, number, packed_frame, text},
    interpolation::settled,
};
use grafana::{
    field::{DisplayContext, FieldDisplay, NameContext, display_value, reduce_field},
    field::{expand_in_row, expand_in_value, expand_url_in_row, expand_url_in_value},
    frame::Frame,
    theme::Theme,
    time::{RawTimeRange, TimeRange, TimeZone},
    variable::{DefaultFormat, Scope, Variables, interpolate},
};

/// Titles and addresses of data links (`xtask/oracle/links.cjs`).
#[test]
fn data_links() {
    let corpus = load("links.json");
    let range = TimeRange {
        from_ms: number(&corpus["range"][0]),
        to_ms: number(&corpus["range"][1]),
        raw: RawTimeRange { from: "2024-03-14T10:00:00.000Z".into(), to: "2024-03-15T14:30:45.678Z".into() },
    };
    let variables = list(&corpus["variables"]).iter().map(|spec| settled(text(&spec["name"]), spec)).collect();
    let variables = Variables { list: variables, range, zone_name: "UTC".into(), ..Variables::default() };
    let (zone, theme) = (TimeZone::utc(), Theme::light());
    let replace = |text: &str| interpolate(text, &variables, &Scope::default(), DefaultFormat::Glob);
    let context = DisplayContext { theme: &theme, zone: &zone, now_ms: 1710513045678.0, interpolate: &replace };
    let mut report = Report::default();
    for case in list(&corpus["cases"]) {
        let index = |at: usize| case[at].as_u64().map(|number| number as usize);
        let frames: Vec<Frame> = list(&corpus["sets"][index(0).unwrap()]).iter().map(packed_frame).collect();
        let (frame_index, field_index) = (index(1).unwrap(), index(2).unwrap());
        let frame = &frames[frame_index];
        let field = &frame.fields[field_index];
        let names = NameContext::of(&frames);
        let (title, url) = (text(&case[4]), text(&case[5]));
        let found = match index(3) {
            Some(row) => {
                [expand_in_row(title, field, frame, &names, row, &context), expand_url_in_row(url, field, frame, &names, row, &context)]
            }
            None => {
                let calc = text(&case[3]);
                let display = display_value(field, &reduce_field(field, calc), None, &context);
                let field = field.clone();
                let value = FieldDisplay { name: calc.into(), display, frame_index, field_index, row: None, field, sparkline: None };
                [expand_in_value(title, &value, &frames, &context), expand_url_in_value(url, &value, &frames, &context)]
            }
        };
        for (at, found) in [6, 7].into_iter().zip(found) {
            report.check(
                || format!("{} in {}/{frame_index}/{field_index} {}", case[at - 2], case[0], case[3]),
                found.as_str(),
                text(&case[at]),
            );
        }
    }
    report.finish(1_800);
}
