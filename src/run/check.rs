//! A dry run with diagnosis: which panels would be drawn, which values are stale, which data sources do not answer, how many pages
//! it would be. Everything is asked and drawn as for a report; nothing is written.

use std::sync::Arc;

use grafana::variable::Settled;
use render::{DashboardView, PanelView, Warning};

use super::{
    DashboardRequest, Error, FontShelf, RenderRequest,
    asking::AskedSource,
    gather::{self, Instance, Questions},
    named_pictures, output, pictures,
};
use crate::grafana_api::Client;

/// What to check.
#[derive(Clone, Debug)]
pub struct CheckRequest {
    pub render: RenderRequest,
    /// Also ask the data sources; pages are an estimate without them.
    pub with_data: bool,
}

#[derive(Clone, Debug, Default)]
pub struct CheckedDashboard {
    pub uid: String,
    pub title: String,
    /// Why it cannot be read; nothing else is known then.
    pub problem: Option<String>,
    /// Every panel but rows, in reading order.
    pub panels: Vec<CheckedPanel>,
    pub variables: Vec<CheckedVariable>,
    pub sources: Vec<AskedSource>,
    /// What is about no single panel.
    pub warnings: Vec<String>,
    pub pages: usize,
}

#[derive(Clone, Debug, PartialEq)]
pub struct CheckedPanel {
    pub id: i64,
    pub title: String,
    /// Its plugin: "timeseries".
    pub kind: String,
    pub verdict: Verdict,
    /// Why it is not drawn, or what will be missing in it.
    pub reasons: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Verdict {
    Native,
    /// Taken as a picture from Grafana's own renderer.
    Picture,
    /// A type only its own code can draw, and no picture of it is to be had; a framed notice stands in its place.
    NeedsPicture,
    /// A type of Grafana's that is not drawn yet; the same.
    NotDrawn,
}

impl Verdict {
    pub fn as_str(self) -> &'static str {
        match self {
            Verdict::Native => "native",
            Verdict::Picture => "picture",
            Verdict::NeedsPicture => "needsPicture",
            Verdict::NotDrawn => "notDrawn",
        }
    }

    /// Shown as it should be.
    fn is_shown(self) -> bool {
        matches!(self, Verdict::Native | Verdict::Picture)
    }

    /// Decided by what drawing knows, and whether there is a picture.
    fn of(kind: &str, has_picture: bool) -> (Verdict, Option<String>) {
        if render::panel::is_drawn(kind) {
            return (Verdict::Native, None);
        }
        if has_picture {
            return (Verdict::Picture, None);
        }
        // Grafana asks plugins outside its own tree to end so.
        match kind.ends_with("-panel") {
            true => (Verdict::NeedsPicture, Some(format!("only the code of the plugin {kind} can draw it"))),
            false if kind.is_empty() => (Verdict::NotDrawn, Some("the panel names no type".into())),
            false => (Verdict::NotDrawn, Some(format!("{kind} panels are not drawn yet"))),
        }
    }
}

/// A value a report gives that will not do what it seems to.
#[derive(Clone, Debug, PartialEq)]
pub struct CheckedVariable {
    pub name: String,
    pub problem: VariableProblem,
    /// The values it is about.
    pub values: Vec<String>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum VariableProblem {
    /// The dashboard has no such variable.
    Unknown,
    /// The variable no longer offers the value.
    Stale,
}

impl VariableProblem {
    pub fn as_str(self) -> &'static str {
        match self {
            VariableProblem::Unknown => "unknown",
            VariableProblem::Stale => "stale",
        }
    }
}

impl CheckedDashboard {
    /// One that could not be read.
    pub fn unread(wanted: &DashboardRequest, error: &Error) -> CheckedDashboard {
        CheckedDashboard { uid: wanted.uid.clone(), problem: Some(error.to_string()), ..CheckedDashboard::default() }
    }

    /// Nothing would be missing or different from what the reader expects.
    pub fn is_fine(&self) -> bool {
        self.problem.is_none()
            && self.panels.iter().all(|panel| panel.verdict.is_shown())
            && self.variables.is_empty()
            && self.sources.iter().all(|source| source.errors.is_empty())
    }
}

/// Checks one dashboard after the other.
pub(super) async fn all(client: &Client, fonts: &Arc<FontShelf>, request: &CheckRequest) -> Vec<CheckedDashboard> {
    let instance = Instance::read(client).await;
    let mut list = Vec::new();
    for wanted in &request.render.dashboards {
        let checked = match &instance {
            Ok(instance) => one(client, instance, fonts, request, wanted).await,
            Err(error) => Ok(CheckedDashboard::unread(wanted, error)),
        };
        list.push(checked.unwrap_or_else(|error| CheckedDashboard::unread(wanted, &error)));
    }
    list
}

async fn one(
    client: &Client,
    instance: &Instance,
    fonts: &Arc<FontShelf>,
    request: &CheckRequest,
    wanted: &DashboardRequest,
) -> Result<CheckedDashboard, Error> {
    let questions = if request.with_data { Questions::All } else { Questions::VariablesOnly };
    let mut gathered = gather::dashboard(client, instance, &request.render, wanted, questions, &|_| {}).await?;
    if request.with_data {
        gathered.warnings.extend(pictures::take(client, instance, &request.render, &mut gathered.view).await);
        gathered.warnings.extend(pictures::read_cells(client, &mut gathered.view).await);
        gathered.warnings.extend(named_pictures::read(client, &mut gathered.view).await);
    }
    // Without asking for them, the renderer's word is taken.
    let may_have_pictures = instance.settings.renderer_available && !request.with_data;
    let (render, view, fonts) = (request.render.clone(), gathered.view.clone(), fonts.clone());
    let drawn = tokio::task::spawn_blocking(move || output::draw_only(&render, view, &fonts)).await;
    let (pages, drawing) = drawn.map_err(|e| Error::Internal(format!("drawing broke off: {e}")))?;
    // Drawing without data has much to say about what is not there.
    let drawing = if request.with_data { drawing } else { Vec::new() };
    let warnings: Vec<Warning> = gathered.warnings.into_iter().chain(drawing).collect();
    Ok(CheckedDashboard {
        uid: gathered.view.uid.clone(),
        title: gathered.view.title.clone(),
        problem: None,
        panels: panels(&gathered.view, &warnings, may_have_pictures),
        variables: variables(&wanted.variables, &gathered.view.variables.list),
        sources: gathered.sources,
        warnings: warnings.iter().filter(|warning| warning.panel_id.is_none()).map(|warning| warning.message.clone()).collect(),
        pages,
    })
}

fn panels(view: &DashboardView, warnings: &[Warning], may_have_pictures: bool) -> Vec<CheckedPanel> {
    let checked = |view: &PanelView| {
        let panel = &view.panel;
        let has_picture = view.pictures.light.is_some() || view.pictures.dark.is_some();
        let has_picture = has_picture || may_have_pictures && pictures::needs_picture(panel);
        let (verdict, reason) = Verdict::of(&panel.plugin_id, has_picture);
        let mut reasons: Vec<String> = reason.into_iter().collect();
        // That a notice stands there is said already.
        let is_told = |message: &str| !verdict.is_shown() && message.ends_with("is not drawn yet");
        for warning in warnings.iter().filter(|warning| warning.panel_id == Some(panel.id)) {
            if !reasons.contains(&warning.message) && !is_told(&warning.message) {
                reasons.push(warning.message.clone());
            }
        }
        CheckedPanel { id: panel.id, title: panel.title.clone(), kind: panel.plugin_id.clone(), verdict, reasons }
    };
    view.panels.iter().filter(|view| view.panel.plugin_id != "row").map(checked).collect()
}

/// The given values that are not, or no longer, there. Free texts take anything.
fn variables(given: &[(String, Vec<String>)], settled: &[Settled]) -> Vec<CheckedVariable> {
    let checked = |(name, values): &(String, Vec<String>)| {
        let Some(variable) = settled.iter().find(|variable| variable.name == *name) else {
            return Some(CheckedVariable { name: name.clone(), problem: VariableProblem::Unknown, values: values.clone() });
        };
        let has_options = matches!(variable.kind.as_str(), "query" | "custom" | "datasource" | "interval") && !variable.options.is_empty();
        let offers = |value: &str| {
            let is_special =
                value == "$__all" || (value == "All" && variable.include_all) || value.starts_with("$__auto") || value == "auto";
            is_special || variable.options.iter().any(|option| option.value == value || option.text == value)
        };
        let stale: Vec<String> = values.iter().filter(|value| has_options && !offers(value)).cloned().collect();
        (!stale.is_empty()).then(|| CheckedVariable { name: name.clone(), problem: VariableProblem::Stale, values: stale })
    };
    given.iter().filter_map(checked).collect()
}

#[cfg(test)]
mod tests {
    use grafana::variable::VariableOption;

    use super::*;

    #[test]
    fn verdicts_follow_what_is_drawn() {
        for (kind, expected) in [
            ("timeseries", Verdict::Native),
            ("row", Verdict::Native),
            ("acme-clock-panel", Verdict::NeedsPicture),
            ("traces", Verdict::Native),
            ("debug", Verdict::NotDrawn),
            ("", Verdict::NotDrawn),
        ] {
            let (verdict, reason) = Verdict::of(kind, false);
            assert_eq!((verdict, reason.is_none()), (expected, expected == Verdict::Native), "{kind}");
            let with_picture = if expected == Verdict::Native { expected } else { Verdict::Picture };
            assert_eq!(Verdict::of(kind, true), (with_picture, None), "{kind}");
        }
    }

    #[test]
    fn stale_and_unknown_values_are_found() {
        let option = |text: &str, value: &str| VariableOption { text: text.into(), value: value.into() };
        let variable = |name: &str, kind: &str, options: Vec<VariableOption>| Settled {
            name: name.into(),
            kind: kind.into(),
            include_all: true,
            options,
            ..Settled::default()
        };
        let settled = [
            variable("env", "query", vec![option("Production", "prod"), option("Test", "test")]),
            variable("free", "textbox", vec![]),
            variable("failed", "query", vec![]),
        ];
        let check = |name: &str, values: &[&str], expected: Option<(VariableProblem, &[&str])>| {
            let own = |values: &[&str]| values.iter().map(|value| (*value).to_owned()).collect::<Vec<_>>();
            let found = variables(&[(name.to_owned(), own(values))], &settled);
            let expected: Vec<CheckedVariable> =
                expected.map(|(problem, values)| CheckedVariable { name: name.into(), problem, values: own(values) }).into_iter().collect();
            assert_eq!(found, expected, "{name} {values:?}");
        };
        check("env", &["prod", "Test"], None);
        check("env", &["$__all"], None);
        check("env", &["All"], None);
        check("env", &["prod", "stage"], Some((VariableProblem::Stale, &["stage"])));
        check("gone", &["x"], Some((VariableProblem::Unknown, &["x"])));
        check("free", &["anything"], None);
        check("failed", &["x"], None);
    }
}
