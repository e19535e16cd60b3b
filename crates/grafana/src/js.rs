//! JavaScript's arithmetic and text where Grafana lets it show.
//!
//! Grafana's numbers, sorting and regexes are those of a browser; where Rust's differ, the reader of a report would
//! see it, hence these. Source: ECMA-262 (2024) and ECMA-402, as V8 implements them.

mod number;
mod order;
mod pattern;

pub use number::{
    js_round, number_from_string, number_to_string, parse_float, parse_int, to_exponential, to_fixed, to_hex, to_locale_string,
};
pub use order::{compare_code_units, locale_compare, natural_compare};
pub use pattern::{PatternError, is_global, js_regex, string_to_js_regex};
