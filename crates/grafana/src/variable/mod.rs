//! Template variables: their saved form, their settled values, and interpolation.

mod adhoc;
mod format;
mod interpolate;
mod lookup;
mod option;
mod read;
mod settle;
mod testdata;

pub(crate) use adhoc::{add_adhoc_filters, add_influx_filters, add_loki_filters, add_lucene_filters};
pub(crate) use format::percent_encode;
pub(crate) use interpolate::{Reference, interpolate_as, rename_references, replace, write_value};
pub use interpolate::{interpolate, text_of};
pub use lookup::{LookupBody, VariableLookup};
pub(crate) use read::read_list;
pub use settle::{Answered, NextStep, SettleContext, next_step, scope_of};

use serde_json::Value as Json;

use crate::{
    dashboard::{DataSourceRef, ScopedValue},
    time::TimeRange,
};

#[derive(Clone, Debug, Default)]
pub struct Variable {
    pub name: String,
    pub label: String,
    /// "query", "custom", "datasource", "interval", "textbox", "constant", "adhoc", "groupby", "switch", "system".
    pub kind: String,
    pub query: Json,
    pub datasource: Option<DataSourceRef>,
    pub regex: String,
    pub sort: i64,
    pub multi: bool,
    pub include_all: bool,
    pub all_value: Option<String>,
    /// 0 never, 1 on load, 2 on time range change.
    pub refresh: i64,
    /// 0 shown, 1 label hidden, 2 hidden.
    pub hide: i64,
    pub current: Vec<VariableOption>,
    pub options: Vec<VariableOption>,
    pub raw: Json,
}

/// Between the name of a variable of a row or tab and the number of that section.
pub(crate) const SECTION_MARK: &str = "__section_";

/// A variable's name as people know it.
pub(crate) fn plain_name(name: &str) -> &str {
    name.split_once(SECTION_MARK).map_or(name, |(name, _)| name)
}

#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct VariableOption {
    pub text: String,
    pub value: String,
}

/// A variable with its settled value.
#[derive(Clone, Debug, Default)]
pub struct Settled {
    pub name: String,
    pub label: String,
    pub kind: String,
    pub multi: bool,
    pub include_all: bool,
    /// 0 shown, 1 label hidden, 2 hidden.
    pub hide: i64,
    pub all_value: Option<String>,
    /// "All" is chosen (`$__all`).
    pub is_all: bool,
    /// Chosen options; with "All" every option.
    pub chosen: Vec<VariableOption>,
    pub options: Vec<VariableOption>,
    /// Ad hoc filters as saved.
    pub filters: Json,
    /// Ad hoc: the data source they are for; empty for any.
    pub datasource_uid: String,
}

/// All settled variables of a dashboard, with what the globals need.
#[derive(Clone, Debug, Default)]
pub struct Variables {
    pub list: Vec<Settled>,
    pub range: TimeRange,
    pub zone_name: String,
    pub dashboard_uid: String,
    pub dashboard_title: String,
    pub org_id: i64,
    pub org_name: String,
    pub user_login: String,
    pub user_id: i64,
    pub user_email: String,
}

impl Variables {
    /// The chosen values as links carry them (`var-<name>=<value>`), one entry a value.
    pub fn link_values(&self) -> Vec<(String, String)> {
        let of = |variable: &Settled| {
            let values = match variable.is_all {
                true => vec!["$__all".to_owned()],
                false => variable.chosen.iter().map(|option| option.value.clone()).collect(),
            };
            let name = variable.name.clone();
            values.into_iter().map(move |value| (name.clone(), value)).collect::<Vec<_>>()
        };
        let is_linked = |variable: &&Settled| {
            !matches!(variable.kind.as_str(), "adhoc" | "groupby" | "constant") && !variable.name.contains(SECTION_MARK)
        };
        let linked = self.list.iter().filter(is_linked);
        linked.flat_map(of).collect()
    }
}

/// What is fixed for one panel or query on top of the dashboard's variables (`scopedVars`).
#[derive(Clone, Debug, Default)]
pub struct Scope {
    pub values: Vec<(String, ScopedValue)>,
}

/// How a multi-value variable without a format is written: each data source has its own way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum DefaultFormat {
    /// `{a,b}` (Grafana's own default).
    #[default]
    Glob,
    /// Prometheus: `(a|b)` with regex escaping.
    Regex,
    /// Loki: `a|b` with regex escaping.
    Loki,
    /// InfluxQL: `(a|b)` escaped once, single values as they are.
    Influx,
    /// InfluxQL inside `/…/`: single values escaped too.
    InfluxRegex,
    /// SQL: `'a','b'`; a single value with its quotes doubled.
    Sql,
    /// PostgreSQL: the same, but a single value of a variable that could have several is not quoted either.
    Postgres,
    Lucene,
    /// Azure: `'a','b'`, nothing escaped; a single value of a variable that could have several is quoted too.
    Kusto,
    /// Google Cloud Monitoring: `(a|b)`, nothing escaped.
    Monitoring,
    Csv,
    /// What a person reads (titles): the texts of the chosen options.
    Text,
    /// Text panels: `a, b`, escaped for HTML.
    Html,
    /// Text panels that hold JSON: `["a","b"]`.
    Json,
}
