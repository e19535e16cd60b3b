//! Transformations by their ids (`@grafana/data` transformations/).
//!
//! [`apply`] runs a panel's chain; each transformation is a file of its own, from frames to frames.

use serde_json::Value as Json;

use crate::{
    field::{DisplayContext, FrameMatcher, Matcher},
    frame::Frame,
    geo::Gazetteers,
    listing::Lookup,
};

mod calculate_field;
mod cells;
mod concatenate;
mod config_from_data;
mod convert_field_type;
mod convert_frame_type;
mod extract_fields;
mod field_lookup;
mod filter;
mod filter_by_value;
mod format;
mod group_by;
mod group_to_nested_table;
mod grouping_to_matrix;
pub mod heatmap;
mod histogram;
mod join;
mod join_by_labels;
mod labels_to_fields;
mod limit;
mod merge;
mod option;
mod organize;
mod partition;
mod prepare_time_series;
#[cfg(test)]
mod recorded;
mod reduce;
mod regression;
mod rename_by_regex;
mod rows_to_fields;
mod series_to_rows;
mod smoothing;
mod sort_by;
mod spatial;
#[cfg(test)]
mod tests;
mod time_series_table;
mod transpose;

pub use histogram::{HistogramOptions, build_histogram};
pub(crate) use sort_by::sort_frame;

/// One step as saved: `{id, options, disabled, filter, topic}`.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Transformation {
    pub id: String,
    pub options: Json,
    pub disabled: bool,
    pub filter: Option<Matcher>,
    pub topic: Option<String>,
}

/// What one transformation gives: frames, or why it cannot be done.
type Outcome = Result<Vec<Frame>, String>;

/// Applies the chain. Ids we do not know leave the frames as they are and give a warning naming the id; so does a
/// transformation that fails (where Grafana would show the error in place of the panel).
pub fn apply(frames: Vec<Frame>, steps: &[Transformation], context: &DisplayContext) -> (Vec<Frame>, Vec<String>) {
    apply_with(frames, steps, &Gazetteers::new(), context)
}

/// The lists of places that the chain looks places up in, by their paths. Those elsewhere than on Grafana's own server are not read.
pub fn plan_gazetteers(steps: &[Transformation]) -> Vec<Lookup> {
    let paths = steps.iter().filter(|step| !step.disabled).flat_map(|step| match step.id.as_str() {
        "fieldLookup" => vec![crate::geo::path(&step.options)],
        "spatial" => spatial::gazetteers(&step.options),
        _ => Vec::new(),
    });
    let mut lookups: Vec<Lookup> = Vec::new();
    for lookup in paths.filter_map(Lookup::gazetteer) {
        if !lookups.contains(&lookup) {
            lookups.push(lookup);
        }
    }
    lookups
}

/// As [`apply`], with the lists that [`plan_gazetteers`] names.
pub fn apply_with(
    frames: Vec<Frame>,
    steps: &[Transformation],
    gazetteers: &Gazetteers,
    context: &DisplayContext,
) -> (Vec<Frame>, Vec<String>) {
    let mut frames = frames;
    let mut warnings = Vec::new();
    for step in steps.iter().filter(|step| !step.disabled && step.topic.as_deref() != Some("annotations")) {
        let options = interpolated(&step.options, context);
        let matcher = step.filter.as_ref().filter(|filter| !empty(&filter.options)).and_then(FrameMatcher::new);
        // Large tables are not copied for a step that cannot fail once its options are read.
        let before = may_fail(&step.id, &options).then(|| frames.clone());
        let (input, aside) = split(std::mem::take(&mut frames), matcher.as_ref());
        match run(&step.id, input, &options, gazetteers, context) {
            Ok(Ok(after)) => frames = put_back(after, aside),
            Ok(Err(message)) => {
                warnings.push(format!("transformation \"{}\" failed: {message}", step.id));
                frames = before.unwrap_or_default();
            }
            Err(input) => {
                warnings.push(format!("transformation \"{}\" is not known: left out", step.id));
                frames = merged_back(input, aside);
            }
        }
        clear_names(&mut frames);
    }
    (frames, warnings)
}

fn may_fail(id: &str, options: &Json) -> bool {
    match id {
        "joinByField" | "seriesToColumns" | "formatString" | "transpose" | "regression" | "calculateField" | "heatmap" | "fieldLookup" => {
            true
        }
        "spatial" => true,
        "filterByValue" => filter_by_value::check(options).is_err(),
        "renameByRegex" => rename_by_regex::check(options).is_err(),
        _ => false,
    }
}

/// What the step makes of the frames; the frames themselves when its id is not known.
fn run(id: &str, frames: Vec<Frame>, options: &Json, gazetteers: &Gazetteers, context: &DisplayContext) -> Result<Outcome, Vec<Frame>> {
    Ok(match id {
        "noop" => Ok(frames),
        "organize" => Ok(organize::organize(frames, options)),
        "order" => Ok(organize::order(frames, options)),
        "rename" => Ok(organize::rename(frames, options)),
        "filterFieldsByName" => Ok(filter::by_name(frames, options)),
        "filterByRefId" => Ok(filter::by_ref_id(frames, options)),
        "filterFields" => Ok(filter::fields(frames, options)),
        "filterFrames" => Ok(filter::frames(frames, options)),
        "filterByValue" => filter_by_value::filter_by_value(frames, options),
        "renameByRegex" => rename_by_regex::rename_by_regex(frames, options),
        "merge" => Ok(merge::merge(frames)),
        "joinByField" | "seriesToColumns" => join::join_by_field(frames, options),
        "joinByLabels" => Ok(join_by_labels::join_by_labels(frames, options)),
        "ensureColumns" => Ok(join::ensure_columns(frames)),
        "calculateField" => calculate_field::calculate_field(frames, options),
        "groupBy" => Ok(group_by::group_by(frames, options)),
        "groupToNestedTable" => Ok(group_to_nested_table::group_to_nested_table(frames, options)),
        "groupingToMatrix" => Ok(grouping_to_matrix::grouping_to_matrix(frames, options)),
        "reduce" => Ok(reduce::reduce(frames, options)),
        "sortBy" => Ok(sort_by::sort_by(frames, options)),
        "labelsToFields" => Ok(labels_to_fields::labels_to_fields(frames, options)),
        "seriesToRows" => Ok(series_to_rows::series_to_rows(frames)),
        "convertFieldType" => Ok(convert_field_type::convert_field_type(frames, options, context)),
        "convertFrameType" => Ok(convert_frame_type::convert_frame_type(frames, options)),
        "formatTime" => Ok(format::format_time(frames, options, context)),
        "formatString" => format::format_string(frames, options),
        "extractFields" => Ok(extract_fields::extract_fields(frames, options)),
        "limit" => Ok(limit::limit(frames, options)),
        "concatenate" => Ok(concatenate::concatenate(frames, options)),
        "prepareTimeSeries" => Ok(prepare_time_series::prepare_time_series(frames, options)),
        "rowsToFields" => Ok(rows_to_fields::rows_to_fields(frames, options)),
        "configFromData" => Ok(config_from_data::config_from_data(frames, options)),
        "transpose" => transpose::transpose(frames, options),
        "partitionByValues" => Ok(partition::partition_by_values(frames, options)),
        "timeSeriesTable" => Ok(time_series_table::time_series_table(frames, options)),
        "regression" => regression::regression(frames, options),
        "smoothing" => Ok(smoothing::smoothing(frames, options)),
        "histogram" => Ok(histogram::histogram(frames, options)),
        "heatmap" => heatmap::heatmap(frames, options),
        "fieldLookup" => field_lookup::field_lookup(frames, options, gazetteers),
        "spatial" => Ok(spatial::spatial(frames, options, gazetteers)),
        _ => return Err(frames),
    })
}

fn empty(options: &Json) -> bool {
    options.is_null() || options.as_str() == Some("")
}

/// The frames the step is for, and the others with their places.
fn split(frames: Vec<Frame>, matcher: Option<&FrameMatcher>) -> (Vec<Frame>, Vec<(usize, Frame)>) {
    let Some(matcher) = matcher else { return (frames, Vec::new()) };
    let (mut input, mut aside) = (Vec::new(), Vec::new());
    for (index, frame) in frames.into_iter().enumerate() {
        if matcher.matches(&frame) { input.push(frame) } else { aside.push((index, frame)) }
    }
    (input, aside)
}

/// Undoes [`split`].
fn merged_back(mut input: Vec<Frame>, aside: Vec<(usize, Frame)>) -> Vec<Frame> {
    for (index, frame) in aside {
        input.insert(index.min(input.len()), frame);
    }
    input
}

/// Puts the frames a step was not for back, all together where the first of them stood after the start.
fn put_back(mut after: Vec<Frame>, aside: Vec<(usize, Frame)>) -> Vec<Frame> {
    // Index 0 counts as "not found yet" in Grafana, hence the first index above it.
    let insert = aside.iter().map(|(index, _)| *index).find(|index| *index > 0).unwrap_or(0).min(after.len());
    after.splice(insert..insert, aside.into_iter().map(|(_, frame)| frame));
    after
}

/// Names settled before a step do not hold after it.
fn clear_names(frames: &mut [Frame]) {
    for field in frames.iter_mut().flat_map(|frame| &mut frame.fields) {
        field.display_name = None;
        field.range = None;
    }
}

fn interpolated(json: &Json, context: &DisplayContext) -> Json {
    match json {
        Json::String(text) => Json::String((context.interpolate)(text)),
        Json::Array(items) => items.iter().map(|item| interpolated(item, context)).collect(),
        Json::Object(map) => Json::Object(map.iter().map(|(key, value)| (key.clone(), interpolated(value, context))).collect()),
        other => other.clone(),
    }
}
