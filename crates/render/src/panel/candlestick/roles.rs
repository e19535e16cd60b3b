//! Which field is the opening price, which the highest …

use serde_json::{Map, Value as Json};

use super::Mode;
use crate::{
    chart::{
        graph::{Aligned, Series},
        path::Cell,
    },
    panel::options,
};

/// Places among the aligned series.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Roles {
    pub open: Option<usize>,
    pub high: Option<usize>,
    pub low: Option<usize>,
    pub close: Option<usize>,
    pub volume: Option<usize>,
}

impl Roles {
    /// Finds the fields by option or name, makes up what is missing, and leaves out series nobody asked for.
    ///
    /// Without opening or closing prices the first number opens and the next one closes. Source: grafana 12.4.0
    /// `prepareCandlestickFields`.
    pub fn find(aligned: &mut Aligned, saved: &Map<String, Json>, mode: Mode) -> Roles {
        let option = |key: &str| options::at(saved, &format!("fields.{key}")).and_then(Json::as_str).filter(|name| !name.is_empty());
        let find = |aligned: &Aligned, key: &str, names: &[&str]| {
            let named = |wanted: &str| aligned.series.iter().position(|one| one.name == wanted || one.field.name == wanted);
            let automatic = || {
                let is_known = |one: &Series| names.contains(&one.name.to_lowercase().as_str()) || names.contains(&one.field.name.as_str());
                aligned.series.iter().position(is_known)
            };
            option(key).and_then(named).or_else(automatic)
        };
        let mut roles = Roles {
            open: find(aligned, "open", &["open", "o"]),
            high: find(aligned, "high", &["high", "h", "max"]),
            low: find(aligned, "low", &["low", "l", "min"]),
            close: find(aligned, "close", &["close", "c"]),
            volume: find(aligned, "volume", &["volume", "v"]),
        };
        let mut used: Vec<usize> = [roles.open, roles.high, roles.low, roles.close, roles.volume].into_iter().flatten().collect();
        if roles.open.is_none() && roles.close.is_none() && !aligned.series.is_empty() {
            roles.open = Some(0);
            used.push(0);
        }
        if let (Some(open), None, None) = (roles.open, roles.close, option("close")) {
            roles.close = Some(derived(aligned, open, "Next open", 1));
            used.extend(roles.close);
        }
        if let (None, Some(close), None) = (roles.open, roles.close, option("open")) {
            roles.open = Some(derived(aligned, close, "Previous close", -1));
            used.extend(roles.open);
        }
        roles.high = roles.high.or(roles.open.filter(|_| option("high").is_none()));
        roles.low = roles.low.or(roles.open.filter(|_| option("low").is_none()));
        let mut release = |role: &mut Option<usize>, keep: Option<usize>| {
            used.retain(|index| Some(*index) != *role || Some(*index) == keep);
            *role = None;
        };
        match mode {
            Mode::Volume => {
                release(&mut roles.high, roles.open);
                release(&mut roles.low, roles.open);
            }
            Mode::Candles => release(&mut roles.volume, None),
            Mode::Both => {}
        }
        if !options::flag(saved, "includeAllFields", false) {
            roles.keep(aligned, &used);
        }
        aligned.series.iter_mut().enumerate().for_each(|(index, one)| one.field.series_index = index);
        roles
    }

    /// Leaves only the series of `used`, in that order.
    fn keep(&mut self, aligned: &mut Aligned, used: &[usize]) {
        let mut order: Vec<usize> = Vec::new();
        used.iter().for_each(|index| {
            if !order.contains(index) {
                order.push(*index);
            }
        });
        aligned.series = order.iter().map(|index| aligned.series[*index].clone()).collect();
        for role in [&mut self.open, &mut self.high, &mut self.low, &mut self.close, &mut self.volume] {
            *role = role.and_then(|index| order.iter().position(|kept| *kept == index));
        }
    }
}

/// A series `by` steps earlier or later than another; its last (first) value stands twice.
fn derived(aligned: &mut Aligned, from: usize, name: &str, by: isize) -> usize {
    let mut series = aligned.series[from].clone();
    let last = series.cells.len().saturating_sub(1);
    let cell = |index: usize| series.cells.get(index.saturating_add_signed(by).min(last)).copied().unwrap_or(Cell::Null);
    series.cells = (0..series.cells.len()).map(cell).collect();
    series.name = name.to_owned();
    series.field.name = name.to_owned();
    aligned.series.push(series);
    aligned.series.len() - 1
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn aligned(names: &[&str]) -> Aligned {
        let one = |name: &&str| Series {
            field: Default::default(),
            name: (*name).to_owned(),
            style: Default::default(),
            cells: vec![Cell::Value(1.0), Cell::Value(2.0), Cell::Value(3.0)],
        };
        Aligned { times: vec![1.0, 2.0, 3.0], series: names.iter().map(one).collect() }
    }

    fn check(names: &[&str], options: Json, mode: Mode, roles: [Option<usize>; 5], kept: &[&str]) {
        let mut aligned = aligned(names);
        let options = options.as_object().cloned().unwrap_or_default();
        let got = Roles::find(&mut aligned, &options, mode);
        assert_eq!([got.open, got.high, got.low, got.close, got.volume], roles, "{names:?}");
        assert_eq!(aligned.series.iter().map(|one| one.name.as_str()).collect::<Vec<_>>(), kept);
    }

    #[test]
    fn fields_are_known_by_name() {
        let all = ["sma", "Open", "High", "Low", "Close", "Volume"];
        check(&all, json!({}), Mode::Both, [Some(0), Some(1), Some(2), Some(3), Some(4)], &["Open", "High", "Low", "Close", "Volume"]);
        check(&all, json!({"includeAllFields": true}), Mode::Candles, [Some(1), Some(2), Some(3), Some(4), None], &all);
        check(&["a", "b", "o", "c"], json!({"fields": {"open": "b"}}), Mode::Both, [Some(0), Some(0), Some(0), Some(1), None], &["b", "c"]);
    }

    #[test]
    fn missing_prices_are_made_up() {
        check(&["price"], json!({}), Mode::Both, [Some(0), Some(0), Some(0), Some(1), None], &["price", "Next open"]);
        let mut one = aligned(&["price"]);
        Roles::find(&mut one, &Map::new(), Mode::Both);
        assert_eq!(one.series[1].cells, [Cell::Value(2.0), Cell::Value(3.0), Cell::Value(3.0)]);
    }
}
