//! Finding a data source by what a dashboard calls it.

use super::DataSource;
use crate::{
    dashboard::{DataSourceRef, Panel},
    variable::{self, DefaultFormat, Scope, Variables},
};

/// What resolves to no real data source but to Grafana's own machinery.
pub(super) const MIXED: &str = "-- Mixed --";
pub(super) const DASHBOARD: &str = "-- Dashboard --";
pub(super) const GRAFANA: &str = "-- Grafana --";
pub(super) const EXPRESSION: &str = "__expr__";

/// Finds a data source by reference: uid, name, variable, type default, `None` → the default one.
pub fn resolve<'a>(
    reference: Option<&DataSourceRef>,
    variables: &Variables,
    panel: &Panel,
    datasources: &'a [DataSource],
) -> Option<&'a DataSource> {
    let default = || datasources.iter().find(|source| source.is_default);
    let Some(reference) = reference else { return default() };
    match reference_uid(reference, variables, panel) {
        Some(uid) if uid == "default" => default(),
        Some(uid) if uid == "grafana" || uid == GRAFANA => {
            datasources.iter().find(|source| source.uid == "grafana" || source.name == GRAFANA)
        }
        Some(uid) => by_uid_or_name(&uid, datasources),
        None => match reference.kind.as_deref() {
            Some(kind) => first_of_kind(kind, datasources),
            None => default(),
        },
    }
}

fn by_uid_or_name<'a>(uid: &str, datasources: &'a [DataSource]) -> Option<&'a DataSource> {
    let by_uid = datasources.iter().find(|source| !source.uid.is_empty() && source.uid == uid);
    by_uid.or_else(|| datasources.iter().find(|source| source.name == uid))
}

/// The default when it is of the kind, else the first by name.
fn first_of_kind<'a>(kind: &str, datasources: &'a [DataSource]) -> Option<&'a DataSource> {
    let of_kind = || datasources.iter().filter(|source| source.kind == kind);
    of_kind().find(|source| source.is_default).or_else(|| of_kind().min_by(|a, b| a.name.cmp(&b.name)))
}

/// The reference's uid with variables put in; of several values the first counts.
pub(super) fn reference_uid(reference: &DataSourceRef, variables: &Variables, panel: &Panel) -> Option<String> {
    let uid = reference.uid.as_deref().filter(|uid| !uid.is_empty())?;
    if !uid.contains(['$', '[']) {
        return Some(uid.to_owned());
    }
    let scope = Scope { values: panel.scoped_vars.clone() };
    let first_only = first_values(variables);
    Some(variable::interpolate(uid, &first_only, &scope, DefaultFormat::Csv)).filter(|uid| !uid.is_empty())
}

fn first_values(variables: &Variables) -> Variables {
    let mut variables = variables.clone();
    for variable in &mut variables.list {
        variable.chosen.truncate(1);
        variable.all_value = None;
    }
    variables
}
