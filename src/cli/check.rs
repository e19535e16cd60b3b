//! `broadsheet check`: which panels of a dashboard would be drawn, and what would be missing.

use std::fmt::Write;

use anyhow::bail;

use broadsheet::{
    api::dashboard_json,
    run::{CheckRequest, CheckedDashboard, RenderRequest, Renderer},
};

/// Says, panel by panel, what a report of a dashboard would show.
///
/// Exit code 1 when something would be missing: a panel that is not drawn, a data source that does not answer, a value that is no
/// longer offered.
#[derive(clap::Args, Debug)]
pub struct Args {
    #[command(flatten)]
    source: super::source::SourceArgs,
    /// The dashboard's uid: the part after /d/ in its address; repeat it for more
    #[arg(long = "dashboard", required_unless_present = "file", conflicts_with = "file", allow_hyphen_values = true)]
    dashboards: Vec<String>,
    /// Leave the data sources alone: pages are an estimate then
    #[arg(long)]
    no_data: bool,
    /// The answer of the API (`POST /reports/check`) instead of a table
    #[arg(long)]
    json: bool,
}

/// Checks and prints; fails when something would be missing.
pub async fn run(args: Args) -> anyhow::Result<()> {
    let renderer = args.source.renderer(1);
    let checked = renderer.check(CheckRequest { render: request(&args)?, with_data: !args.no_data }).await;
    let text = match args.json {
        true => serde_json::to_string_pretty(&checked.iter().map(dashboard_json).collect::<Vec<_>>())? + "\n",
        false => checked.iter().map(table).collect(),
    };
    print!("{text}");
    match checked.iter().filter(|dashboard| !dashboard.is_fine()).count() {
        0 => Ok(()),
        _ => bail!("the report would not show everything"),
    }
}

fn request(args: &Args) -> anyhow::Result<RenderRequest> {
    let dashboards = args.source.dashboards(&args.dashboards)?;
    Ok(RenderRequest { org_id: args.source.org_id(), ..RenderRequest::of(dashboards, super::source::now_ms()) })
}

/// A dashboard for people. Columns are as wide as their widest cell.
fn table(dashboard: &CheckedDashboard) -> String {
    let mut text = String::new();
    if let Some(problem) = &dashboard.problem {
        let _ = writeln!(text, "{}: {problem}", dashboard.uid);
        return text;
    }
    let pages = if dashboard.pages == 1 { "1 page".into() } else { format!("{} pages", dashboard.pages) };
    let _ = writeln!(text, "{} ({}): {pages}", dashboard.title, dashboard.uid);
    let head = ["ID", "TYPE", "DRAWN", "PANEL"].map(str::to_owned);
    let rows = dashboard.panels.iter().map(|panel| {
        let drawn = match panel.verdict.as_str() {
            "native" => "yes",
            "picture" => "as a picture",
            "needsPicture" => "needs a picture",
            _ => "no",
        };
        [panel.id.to_string(), panel.kind.clone(), drawn.to_owned(), one_line(&panel.title)]
    });
    let rows: Vec<[String; 4]> = std::iter::once(head).chain(rows).collect();
    let width = |column: usize| rows.iter().map(|row| row[column].chars().count()).max().unwrap_or(0);
    let widths = [width(0), width(1), width(2)];
    for (index, row) in rows.iter().enumerate() {
        let [id, kind, drawn, title] = row;
        let _ = writeln!(text, "  {id:>0$}  {kind:1$}  {drawn:2$}  {title}", widths[0], widths[1], widths[2]);
        for reason in index.checked_sub(1).into_iter().flat_map(|index| &dashboard.panels[index].reasons) {
            let _ = writeln!(text, "  {}  - {}", " ".repeat(widths[0]), one_line(reason));
        }
    }
    for variable in &dashboard.variables {
        let what = match variable.problem.as_str() {
            "unknown" => "the dashboard has no such variable",
            _ => "no longer offered",
        };
        let _ = writeln!(text, "  variable {} = {}: {what}", variable.name, variable.values.join(", "));
    }
    for source in &dashboard.sources {
        let name = if source.name.is_empty() { &source.uid } else { &source.name };
        for error in &source.errors {
            let _ = writeln!(text, "  data source {name} ({}): {}", source.kind, one_line(error));
        }
    }
    for warning in &dashboard.warnings {
        let _ = writeln!(text, "  {}", one_line(warning));
    }
    text
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use broadsheet::run::{AskedSource, CheckedPanel, CheckedVariable, VariableProblem, Verdict};

    use super::*;

    #[test]
    fn a_table_names_what_is_missing() {
        let panel = |id, title: &str, kind: &str, verdict, reasons: &[&str]| CheckedPanel {
            id,
            title: title.into(),
            kind: kind.into(),
            verdict,
            reasons: reasons.iter().map(|reason| (*reason).to_owned()).collect(),
        };
        let dashboard = CheckedDashboard {
            uid: "shop".into(),
            title: "Shop".into(),
            panels: vec![
                panel(1, "Orders", "timeseries", Verdict::Native, &[]),
                panel(12, "Clock", "acme-clock-panel", Verdict::NeedsPicture, &["only its own\ncode can draw it"]),
            ],
            variables: vec![CheckedVariable { name: "env".into(), problem: VariableProblem::Stale, values: vec!["stage".into()] }],
            sources: vec![AskedSource {
                uid: "p".into(),
                name: "Prom".into(),
                kind: "prometheus".into(),
                n_queries: 2,
                errors: vec!["down".into()],
            }],
            pages: 2,
            ..CheckedDashboard::default()
        };
        let expected = "\
Shop (shop): 2 pages
  ID  TYPE              DRAWN            PANEL
   1  timeseries        yes              Orders
  12  acme-clock-panel  needs a picture  Clock
      - only its own code can draw it
  variable env = stage: no longer offered
  data source Prom (prometheus): down
";
        assert_eq!(table(&dashboard), expected);
        assert!(!dashboard.is_fine());
        let unread = CheckedDashboard { uid: "x".into(), problem: Some("not found".into()), ..CheckedDashboard::default() };
        assert_eq!(table(&unread), "x: not found\n");
    }
}
