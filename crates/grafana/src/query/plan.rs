//! From a panel's targets to requests.

use serde_json::{Value as Json, json};

use super::{
    DataSource, PanelPlan, QueryRequest, interval, range,
    resolve::{DASHBOARD, EXPRESSION, MIXED, reference_uid, resolve},
    source::{self, Context, Prepared},
};
use crate::{
    dashboard::{
        DataSourceRef, Panel, Target,
        json::{self, Object},
    },
    listing,
    time::{Clock, TimeRange},
    transform,
    variable::Variables,
};

/// Panel types that ask nothing, whatever they saved (`skipDataQuery`).
const WITHOUT_QUERIES: [&str; 11] =
    ["row", "text", "news", "dashlist", "alertlist", "annolist", "welcome", "gettingstarted", "live", "pluginlist", "debug"];

/// Plans a panel's queries. `width_px` is the panel's width on a 1600 px wide screen unless the caller says otherwise:
/// Grafana's maxDataPoints is the panel's width.
pub fn plan_panel(
    panel: &Panel,
    width_px: f64,
    range: &TimeRange,
    clock: &Clock,
    variables: &Variables,
    datasources: &[DataSource],
) -> PanelPlan {
    let (range, time_info) = range::panel_range(panel, range, clock, variables);
    let mut plan = PanelPlan { range, time_info, max_data_points: interval::max_data_points(panel, width_px), ..PanelPlan::default() };
    plan.lookups = listing::plan(panel, &plan.range, variables);
    let gazetteers = transform::plan_gazetteers(&panel.transformations);
    plan.lookups.extend(gazetteers.into_iter().filter(|lookup| !plan.lookups.contains(lookup)).collect::<Vec<_>>());
    if WITHOUT_QUERIES.contains(&panel.plugin_id.as_str()) || panel.targets.is_empty() {
        return plan;
    }
    let asked = Asked { panel, clock, variables, datasources };
    let panel_source = panel.datasource.clone().or_else(|| panel.targets.iter().find_map(|target| target.datasource.clone()));
    match panel_source.as_ref().and_then(|source| reference_uid(source, variables, panel)).as_deref() {
        Some(DASHBOARD) => plan.reuse = reused_panel(&panel.targets),
        Some(MIXED) => asked.plan_mixed(&mut plan),
        _ => asked.plan_one(panel_source.as_ref(), panel.targets.iter().collect(), Mixed::No, &mut plan),
    }
    plan
}

/// What `-- Dashboard --` reuses: `{panelId, withTransforms}` of its first query.
fn reused_panel(targets: &[Target]) -> Option<(i64, bool)> {
    targets.iter().find_map(|target| Some((json::integer(&target.model, "panelId")?, json::flag(&target.model, "withTransforms"))))
}

/// Whether a request is part of a `-- Mixed --` panel.
#[derive(Clone, Copy, PartialEq)]
enum Mixed {
    No,
    /// The queries of one source.
    Group,
    /// Everything in one request, as expressions need it.
    Expressions,
}

struct Asked<'a> {
    panel: &'a Panel,
    clock: &'a Clock,
    variables: &'a Variables,
    datasources: &'a [DataSource],
}

impl Asked<'_> {
    /// One request for each data source, in order of appearance; all in one when expressions join them.
    fn plan_mixed(&self, plan: &mut PanelPlan) {
        if self.panel.targets.iter().any(is_expression) {
            return self.plan_one(None, self.panel.targets.iter().collect(), Mixed::Expressions, plan);
        }
        let mut groups: Vec<(Option<String>, Vec<&Target>)> = Vec::new();
        for target in &self.panel.targets {
            let uid = target.datasource.as_ref().and_then(|source| reference_uid(source, self.variables, self.panel));
            match uid.as_deref() {
                Some(MIXED) => continue,
                Some(DASHBOARD) => {
                    plan.reuse = plan.reuse.or_else(|| reused_panel(std::slice::from_ref(target)));
                    continue;
                }
                _ => {}
            }
            match groups.iter_mut().find(|(known, _)| *known == uid) {
                Some((_, targets)) => targets.push(target),
                None => groups.push((uid, vec![target])),
            }
        }
        for (_, targets) in groups {
            let reference = targets.first().and_then(|target| target.datasource.clone());
            self.plan_one(reference.as_ref(), targets, Mixed::Group, plan);
        }
        // One source that is missing costs the panel all of them: Grafana looks them up before it asks any.
        if plan.error.is_some() {
            plan.requests.clear();
            plan.made.clear();
        }
    }

    fn plan_one(&self, reference: Option<&DataSourceRef>, targets: Vec<&Target>, mixed: Mixed, plan: &mut PanelPlan) {
        let with_expressions = targets.iter().any(|target| is_expression(target));
        let first_real = || targets.iter().find(|target| !is_expression(target)).and_then(|target| target.datasource.clone());
        let reference = if mixed == Mixed::Expressions { first_real() } else { reference.cloned() };
        let Some(panel_source) = resolve(reference.as_ref(), self.variables, self.panel, self.datasources) else {
            plan.error = Some(not_found(reference.as_ref()));
            return;
        };
        let interval_ms = interval::interval_ms(
            self.panel,
            Some(panel_source).filter(|_| mixed == Mixed::No),
            &plan.range,
            plan.max_data_points,
            self.variables,
        );
        plan.interval_ms = interval_ms;
        let context = Context {
            panel: self.panel,
            variables: self.variables,
            interval_ms,
            utc_offset_secs: i64::from(self.clock.zone.offset_minutes(self.clock.now_ms)) * 60,
            is_mixed: mixed != Mixed::No,
        };
        let mut queries = Vec::new();
        for target in targets.into_iter().filter(|target| with_expressions || !target.hide) {
            if is_expression(target) {
                queries.push(expression(target));
                continue;
            }
            let own = if mixed == Mixed::Expressions {
                resolve(target.datasource.as_ref(), self.variables, self.panel, self.datasources)
            } else {
                None
            };
            let source = own.unwrap_or(panel_source);
            match source::prepare(&target.model, source, &context) {
                Prepared::Send(prepared) => {
                    queries.extend(prepared.into_iter().map(|query| finish(query, source, interval_ms, plan.max_data_points)));
                }
                Prepared::Made(frames) => plan.made.extend(frames),
                Prepared::Skip => {}
                Prepared::Browser(why) => plan.warnings.push(why),
            }
        }
        if queries.is_empty() {
            return;
        }
        let request = |queries: &[Object], compare_ms: Option<f64>| {
            let side = |at_ms: f64| format!("{:.0}", at_ms + compare_ms.unwrap_or(0.0));
            QueryRequest {
                panel_id: self.panel.request_id(),
                datasource: DataSourceRef { uid: Some(panel_source.uid.clone()), kind: Some(panel_source.kind.clone()) },
                body: json!({"queries": queries, "from": side(plan.range.from_ms), "to": side(plan.range.to_ms)}),
                compare_ms,
            }
        };
        let mut requests = vec![request(&queries, None)];
        if let Some(compare_ms) = range::compare_ms(self.panel, &plan.range) {
            // Queries can opt out of being compared.
            queries.retain(|query| query.get("timeRangeCompare") != Some(&Json::Bool(false)));
            requests.extend((!queries.is_empty()).then(|| request(&queries, Some(compare_ms))));
        }
        plan.requests.extend(requests);
    }
}

fn is_expression(target: &Target) -> bool {
    target.datasource.as_ref().is_some_and(|source| source.uid.as_deref() == Some(EXPRESSION) || source.kind.as_deref() == Some(EXPRESSION))
}

/// Server-side expressions go along as they are, under their own reference.
fn expression(target: &Target) -> Object {
    let mut query = target.model.clone();
    query.insert("datasource".into(), json!({"uid": EXPRESSION, "type": EXPRESSION, "name": "Expression"}));
    query
}

/// What `DataSourceWithBackend` adds to every query.
pub(super) fn finish(mut query: Object, source: &DataSource, interval_ms: f64, max_data_points: u32) -> Object {
    query.insert("datasource".into(), json!({"type": source.kind, "uid": source.uid}));
    query.insert("datasourceId".into(), Json::from(source.id));
    query.insert("intervalMs".into(), Json::from(interval_ms.round() as i64));
    query.insert("maxDataPoints".into(), Json::from(max_data_points));
    query
}

fn not_found(reference: Option<&DataSourceRef>) -> String {
    let name = reference.and_then(|reference| reference.uid.clone().or_else(|| reference.kind.clone()));
    format!("Datasource {} was not found", name.unwrap_or_else(|| "default".into()))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        dashboard::from_classic,
        time::{RawTimeRange, TimeZone},
    };

    fn plan(panel: Json) -> PanelPlan {
        let dashboard = from_classic(&json!({"schemaVersion": 39, "panels": [panel]})).unwrap();
        let range = TimeRange { from_ms: 0.0, to_ms: 21_600_000.0, raw: RawTimeRange { from: "now-6h".into(), to: "now".into() } };
        let clock = Clock { now_ms: 21_600_000.0, zone: TimeZone::utc(), week_start: 0, fiscal_year_start_month: 0 };
        let source = |id: i64, uid: &str, kind: &str| DataSource {
            id,
            uid: uid.into(),
            name: format!("{uid} name"),
            kind: kind.into(),
            is_default: id == 1,
            backend: kind != "browser",
            ..DataSource::default()
        };
        let sources =
            [source(1, "p", "prometheus"), source(2, "m", "mysql"), source(3, "b", "browser"), source(-1, "grafana", "datasource")];
        plan_panel(&dashboard.panels[0], 800.0, &range, &clock, &Variables::default(), &sources)
    }

    fn check(panel: Json, expected: &[&str]) {
        let plan = plan(panel);
        let query = |query: &Json| {
            format!(
                "{}:{}:{}",
                query["refId"].as_str().unwrap_or(""),
                query["datasource"]["uid"].as_str().unwrap_or(""),
                query["intervalMs"]
            )
        };
        let requests: Vec<String> = plan
            .requests
            .iter()
            .map(|request| request.body["queries"].as_array().unwrap().iter().map(query).collect::<Vec<_>>().join(" "))
            .chain(plan.error)
            .chain(plan.warnings)
            .collect();
        assert_eq!(requests, expected);
    }

    #[test]
    fn targets_and_sources() {
        check(
            json!({"targets": [{"refId": "A", "expr": "up"}, {"refId": "B", "expr": "x", "hide": true}, {"refId": "C", "expr": ""}]}),
            &["A:p:30000"],
        );
        check(json!({"targets": [{"refId": "A", "expr": "up", "instant": true, "range": true}]}), &["A:p:30000 A_Instant:p:30000"]);
        check(json!({"datasource": "m name", "interval": "", "targets": [{"refId": "A", "rawSql": "x"}]}), &["A:m:60000"]);
        check(json!({"datasource": "m name", "interval": "2m", "targets": [{"refId": "A", "rawSql": "x"}]}), &["A:m:120000"]);
        check(
            json!({"datasource": "-- Mixed --", "targets": [{"refId": "A", "expr": "x", "datasource": {"uid": "p"}}, {"refId": "B", "rawSql": "x", "datasource": {"uid": "m"}}]}),
            &["A:p:30000", "B:m:30000"],
        );
        check(
            json!({"targets": [{"refId": "A", "expr": "x", "hide": true}, {"refId": "B", "type": "math", "expression": "$A", "datasource": {"uid": "__expr__"}}], "datasource": "p"}),
            &["A:p:30000 B:__expr__:null"],
        );
        check(json!({"datasource": {"uid": "gone"}, "targets": [{"refId": "A"}]}), &["Datasource gone was not found"]);
        check(
            json!({"datasource": "-- Mixed --", "targets": [{"refId": "A", "expr": "x", "datasource": {"uid": "p"}}, {"refId": "B", "rawSql": "x", "datasource": {"uid": "gone"}}]}),
            &["Datasource gone was not found"],
        );
        check(
            json!({"datasource": {"uid": "b"}, "targets": [{"refId": "A", "q": 1}]}),
            &["data source type browser answers only in a browser"],
        );
        check(json!({"type": "text", "targets": [{"refId": "A", "expr": "x"}]}), &[]);
        assert_eq!(
            plan(json!({"datasource": {"uid": "-- Dashboard --"}, "targets": [{"refId": "A", "panelId": 4, "withTransforms": true}]}))
                .reuse,
            Some((4, true))
        );
    }

    #[test]
    fn comparisons_ask_once_more() {
        let target = |ref_id: &str, compared: bool| json!({"refId": ref_id, "expr": "up", "timeRangeCompare": compared});
        let plan = plan(json!({"timeCompare": "1h", "targets": [target("A", true), target("B", false)]}));
        let ranges: Vec<_> = plan.requests.iter().map(|r| (r.body["from"].as_str().unwrap(), r.compare_ms)).collect();
        assert_eq!(ranges, [("0", None), ("-3600000", Some(-3_600_000.0))]);
        assert_eq!(plan.requests[1].body["queries"].as_array().unwrap().len(), 1);
        assert_eq!(plan.time_info, None);
        let said = |compare: &str| self::plan(json!({"timeShift": "1h", "timeCompare": compare})).time_info.unwrap_or_default();
        assert_eq!([said("1w"), said("2w")], ["Timeshift -1h + compared to week before", "Timeshift -1h + "]);
    }

    #[test]
    fn data_that_dashboards_keep() {
        let frame = json!({"schema": {"refId": "Q", "fields": [{"name": "n", "type": "number"}]}, "data": {"values": [[1, 2]]}});
        let check = |panel: Json, expected: &[(Option<&str>, usize)]| {
            let plan = plan(panel.clone());
            assert!(plan.requests.is_empty() && plan.warnings.is_empty() && plan.error.is_none(), "{panel}");
            let made: Vec<_> = plan.made.iter().map(|frame| (frame.ref_id.as_deref(), frame.len())).collect();
            assert_eq!(made, expected, "{panel}");
        };
        let target = |more: Json| {
            let mut target = json!({"refId": "A", "queryType": "snapshot", "snapshot": [frame]});
            target.as_object_mut().unwrap().extend(more.as_object().cloned().unwrap_or_default());
            target
        };
        for source in ["grafana", "-- Grafana --"] {
            check(json!({"datasource": {"type": "grafana", "uid": source}, "targets": [target(json!({}))]}), &[(Some("Q"), 2)]);
            check(json!({"datasource": source, "targets": [target(json!({"hide": true}))]}), &[]);
        }
        let mixed = [target(json!({"datasource": {"uid": "grafana"}})), target(json!({"datasource": {"uid": "grafana"}, "snapshot": []}))];
        check(json!({"datasource": "-- Mixed --", "targets": mixed}), &[(Some("Q"), 2)]);
        let old =
            json!([{"refId": "Z", "name": "up", "fields": [{"name": "t", "type": "time", "values": [1, 2, 3], "config": {"unit": "s"}}]}]);
        check(json!({"datasource": null, "targets": [], "snapshotData": old}), &[(None, 3)]);
        check(
            json!({"datasource": null, "targets": [], "snapshotData": [{"target": "up", "datapoints": [[0.5, 1], [null, 2]]}]}),
            &[(None, 2)],
        );
    }

    #[test]
    fn own_time_range() {
        let range = |more: Json| {
            let plan = plan(more);
            (plan.range.from_ms, plan.range.to_ms, plan.time_info)
        };
        assert_eq!(range(json!({"timeFrom": "1h"})), (18_000_000.0, 21_600_000.0, Some("Last 1 hour".into())));
        assert_eq!(range(json!({"timeShift": "1h"})), (-3_600_000.0, 18_000_000.0, Some("Timeshift -1h".into())));
        assert_eq!(range(json!({"timeFrom": "1h", "hideTimeOverride": true})).2, None);
    }
}
