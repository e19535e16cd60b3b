//! Field config: how a column is named, counted, coloured and written (`@grafana/data` field/).
//!
//! [`apply_field_overrides`] settles each field's config once; [`display_value`], [`series_color`], [`reduce_field`] and
//! [`field_display_values`] then read from it.

mod coerce;
mod color;
mod config;
mod config_json;
mod display;
mod displays;
mod macros;
mod mapping;
mod matcher;
mod name;
mod overrides;
mod plugin_default;
mod reducer;
mod scale;
mod threshold;

use crate::frame::Field;

pub use coerce::{cell_json, parse_date, to_number, to_text};
pub(crate) use coerce::{json_text, loose_key};
pub use color::{is_by_value, mode_id, series_color, value_color};
pub use config::{
    ConfigOverrideRule, DataLink, FieldColor, FieldConfig, FieldConfigSource, MappingResult, Matcher, Threshold, ThresholdsConfig,
    ThresholdsMode, ValueMapping,
};
pub use display::{DisplayContext, DisplayValue, display_value};
pub use displays::{FieldDisplay, ReduceDataOptions, Sparkline, field_display_values};
pub use macros::{expand_in_row, expand_in_value, expand_url_in_row, expand_url_in_value};
pub(crate) use mapping::js_replace;
pub use mapping::map_value;
pub use matcher::{FieldMatcher, FrameMatcher, type_named};
pub use name::{NameContext, display_name, display_name_in, format_labels, frame_display_name};
pub use overrides::apply_field_overrides;
pub use reducer::{is_reducer, preserves_unit, reduce_field, reduced_type, reducer_name};
pub use scale::{NumericRange, Scaled, field_range, global_range, scale_value};
pub use threshold::{active_threshold, active_threshold_for};
