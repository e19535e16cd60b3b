//! Reading the options of a list; what is missing or of another type is the plugin's default.

use percent_encoding::{NON_ALPHANUMERIC, utf8_percent_encode};
use serde_json::{Map, Value as Json};

use crate::{
    dashboard::Panel,
    variable::{self, DefaultFormat, Scope, Variables},
};

pub(super) fn flag(panel: &Panel, key: &str, default: bool) -> bool {
    panel.options.get(key).and_then(Json::as_bool).unwrap_or(default)
}

pub(super) fn text<'a>(panel: &'a Panel, key: &str) -> &'a str {
    panel.options.get(key).and_then(Json::as_str).unwrap_or("")
}

/// A count, also one saved as text.
pub(super) fn count(options: &Map<String, Json>, key: &str, default: u64) -> u64 {
    let saved = options.get(key);
    saved.and_then(|value| value.as_u64().or_else(|| value.as_str()?.parse().ok())).unwrap_or(default)
}

pub(super) fn texts<'a>(panel: &'a Panel, key: &str) -> impl Iterator<Item = &'a str> {
    panel.options.get(key).and_then(Json::as_array).into_iter().flatten().filter_map(Json::as_str)
}

pub(super) fn interpolate(text: &str, panel: &Panel, variables: &Variables, format: DefaultFormat) -> String {
    variable::interpolate(text, variables, &Scope { values: panel.scoped_vars.clone() }, format)
}

/// A path with a query from pairs.
#[derive(Debug)]
pub(super) struct Address {
    path: String,
    any: bool,
}

impl Address {
    pub(super) fn new(path: &str) -> Address {
        Address { path: path.to_owned(), any: false }
    }

    pub(super) fn with(mut self, key: &str, value: &str) -> Address {
        self.path.push(if self.any { '&' } else { '?' });
        self.any = true;
        self.path.push_str(key);
        self.path.push('=');
        // The marks `encodeURIComponent` leaves alone.
        const KEPT: &percent_encoding::AsciiSet = &NON_ALPHANUMERIC.remove(b'-').remove(b'_').remove(b'.').remove(b'~');
        self.path.extend(utf8_percent_encode(value, KEPT));
        self
    }

    pub(super) fn with_all<'a>(self, key: &str, values: impl Iterator<Item = &'a str>) -> Address {
        values.fold(self, |address, value| address.with(key, value))
    }

    pub(super) fn path(self) -> String {
        self.path
    }
}
