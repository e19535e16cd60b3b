//! What mutations start from.

use serde_json::{Value as Json, json};

/// Dashboards of several ages.
pub fn dashboards() -> Vec<Json> {
    let variables = json!([
        {"name": "ds", "type": "datasource", "query": "prometheus", "regex": "/p.*/", "current": {"value": "p", "text": "p"}},
        {"name": "q", "type": "query", "datasource": {"uid": "$ds"}, "query": "label_values(up{a=\"$c\"}, job)", "refresh": 1, "regex": "/(?<text>a)(?<value>.*)/", "sort": 3, "multi": true, "includeAll": true, "allValue": ".*"},
        {"name": "c", "type": "custom", "query": "a : 1, b\\,c, d", "multi": true, "includeAll": true, "current": {"value": ["$__all"], "text": ["All"]}},
        {"name": "i", "type": "interval", "query": "1m,10m,auto", "auto": true, "auto_count": 30, "auto_min": "10s", "current": {"value": "$__auto_interval_i"}},
        {"name": "t", "type": "textbox", "query": "x"}, {"name": "s", "type": "switch", "current": {"value": "true"}},
        {"name": "f", "type": "adhoc", "datasource": {"uid": "p"}, "filters": [{"key": "a", "operator": "=|", "value": "b", "values": ["b", "c"]}]},
        {"name": "g", "type": "query", "datasource": "g", "query": "tag_values(host, a=~x{1,2})"},
        {"name": "e", "type": "query", "datasource": "e", "query": "{\"find\": \"terms\", \"field\": \"f\", \"orderBy\": \"doc_count\"}"},
        {"name": "w", "type": "query", "datasource": "w", "query": "dimension_values(default,ns,metric,key,{\"a\": \"$c\"})"},
        {"name": "l", "type": "query", "datasource": "l", "query": {"label": "job", "stream": "{a=\"b\"}", "type": 1}}
    ]);
    let annotations = json!({"list": [{"builtIn": 1, "datasource": "-- Grafana --", "enable": true, "type": "dashboard"},
        {"name": "a", "datasource": {"uid": "p"}, "enable": true, "expr": "up", "step": "60s", "iconColor": "red", "filter": {"ids": [1], "exclude": true}},
        {"name": "b", "datasource": {"uid": "grafana"}, "enable": true, "target": {"type": "tags", "tags": ["$c", "x"], "limit": 100, "matchAny": true}}]});
    let old = json!({"schemaVersion": 6, "title": "old $c", "time": {"from": "now-6h", "to": "now"}, "templating": {"list": variables}, "annotations": annotations,
        "rows": [{"title": "R", "height": "250px", "collapse": true, "repeat": "c", "panels": [
            {"id": 1, "type": "graph", "span": 4, "title": "G", "datasource": null, "aliasColors": {"a": "#fff"}, "seriesOverrides": [{"alias": "/a/", "yaxis": 2, "fill": 3, "transform": "negative-Y"}], "thresholds": [{"value": 5, "op": "gt", "fill": true, "line": true}], "timeRegions": [{"op": "time", "fromDayOfWeek": 1, "from": "20:00", "to": "23:00", "colorMode": "gray"}], "xaxis": {"mode": "histogram", "buckets": 10}, "yaxes": [{"format": "bytes", "logBase": 10, "min": "0"}, {}], "nullPointMode": "connected", "legend": {"alignAsTable": true, "values": true, "avg": true}, "targets": [{"expr": "rate(up[$__rate_interval])", "intervalFactor": 2, "step": 10, "legendFormat": "{{job}}"}, {"expr": "up", "instant": true, "range": true, "hide": true}]},
            {"id": 2, "type": "singlestat", "span": 8, "valueName": "avg", "format": "percent", "thresholds": "10,20", "colors": ["red", "green", "blue"], "colorValue": true, "gauge": {"show": true, "minValue": 0, "maxValue": 100}, "sparkline": {"show": true}, "valueMaps": [{"op": "=", "value": "null", "text": "N/A"}], "mappingType": 1, "rangeMaps": [{"from": "1", "to": "2", "text": "x"}]},
            {"id": 3, "type": "table", "span": 12, "styles": [{"pattern": "/.*/", "type": "number", "unit": "short", "decimals": 2, "thresholds": ["1", "2"], "colors": ["a", "b", "c"], "colorMode": "cell", "link": true, "linkUrl": "/d/$c?x=${__cell}"}, {"pattern": "Time", "type": "date", "dateFormat": "YYYY"}], "transform": "timeseries_to_columns", "sort": {"col": 0, "desc": true}, "targets": [{"expr": "up", "format": "table"}]}]}]});
    let panel = |id: i64, kind: &str| {
        json!({"id": id, "type": kind, "title": "$c ${q:csv}", "gridPos": {"x": 0, "y": id, "w": 12, "h": 8}, "datasource": {"uid": "$ds", "type": "prometheus"}, "repeat": "c", "repeatDirection": "h", "maxPerRow": 3, "interval": "1m", "maxDataPoints": 100, "timeFrom": "1h", "timeShift": "1d/d",
        "targets": [{"refId": "A", "expr": "sum(up{a=~\"$q\"}) by (job)"}, {"refId": "B", "datasource": {"uid": "__expr__"}, "type": "math", "expression": "$A"}], "transformations": [{"id": "organize", "options": {"renameByName": {"a": "b"}}}],
        "options": {"reduceOptions": {"calcs": ["lastNotNull"], "fields": "/a/"}, "legend": {"showLegend": true}}, "fieldConfig": {"defaults": {"unit": "bytes", "decimals": 2, "min": 0, "max": "5", "thresholds": {"mode": "percentage", "steps": [{"color": "green", "value": null}, {"color": "red", "value": 80}]}, "mappings": [{"type": "value", "options": {"1": {"text": "x", "index": 0}}}, {"type": "regex", "options": {"pattern": "/(a)/", "result": {"text": "$1"}}}, {"type": "range", "options": {"from": 1, "to": 2, "result": {"text": "r"}}}, {"type": "special", "options": {"match": "nan", "result": {"text": "n"}}}]}, "overrides": [{"matcher": {"id": "byRegexp", "options": "/a/"}, "properties": [{"id": "unit", "value": "s"}]}]}})
    };
    let new = json!({"schemaVersion": 39, "title": "new", "timezone": "Europe/Berlin", "weekStart": "monday", "fiscalYearStartMonth": 3, "templating": {"list": variables}, "annotations": annotations,
        "panels": [panel(1, "timeseries"), {"id": 2, "type": "row", "title": "$c", "repeat": "c", "collapsed": true, "gridPos": {"x": 0, "y": 9, "w": 24, "h": 1}, "panels": [panel(3, "heatmap")]}, panel(4, "barchart"), panel(5, "xychart"), panel(6, "geomap"), panel(7, "dashlist"),
            {"id": 8, "type": "table", "datasource": {"uid": "-- Mixed --"}, "targets": [{"refId": "A", "expr": "{a=\"$c\"} | json", "datasource": {"uid": "l"}}, {"refId": "B", "rawSql": "SELECT '$c'", "datasource": {"uid": "m"}}, {"refId": "C", "query": "SELECT /^$c$/", "rawQuery": true, "datasource": {"uid": "in"}}, {"refId": "D", "query": "a:$c", "bucketAggs": [{"type": "filters", "settings": {"filters": [{"query": "$c"}]}}], "datasource": {"uid": "e"}}, {"refId": "E", "scenarioId": "raw_frame", "rawFrameContent": "[]", "datasource": {"uid": "t"}}]},
            {"id": 9, "type": "stat", "datasource": {"uid": "-- Dashboard --"}, "targets": [{"refId": "A", "panelId": 8, "withTransforms": true}]}]});
    let element = |id: i64| json!({"kind": "Panel", "spec": {"id": id, "title": "P $c", "vizConfig": {"kind": "VizConfig", "group": "stat", "version": "12", "spec": {"options": {}, "fieldConfig": {"defaults": {}, "overrides": []}}}, "data": {"kind": "QueryGroup", "spec": {"queries": [{"spec": {"refId": "A", "query": {"group": "prometheus", "datasource": {"name": "p"}, "spec": {"expr": "up"}}}}], "transformations": [], "queryOptions": {"interval": "1m"}}}}});
    let rule = json!({"kind": "ConditionalRenderingGroup", "spec": {"visibility": "hide", "condition": "or", "items": [{"kind": "ConditionalRenderingVariable", "spec": {"variable": "c", "operator": "matches", "value": "a"}}, {"kind": "ConditionalRenderingData", "spec": {"value": true}}, {"kind": "ConditionalRenderingTimeRangeSize", "spec": {"value": "7d"}}]}});
    let repeat = json!({"mode": "variable", "value": "c", "direction": "v", "maxPerRow": 2});
    let auto = json!({"kind": "AutoGridLayout", "spec": {"maxColumnCount": 3, "columnWidthMode": "custom", "columnWidth": 300, "rowHeightMode": "short", "fillScreen": true, "items": [{"kind": "AutoGridLayoutItem", "spec": {"element": {"name": "e1"}, "repeat": repeat, "conditionalRendering": rule}}, {"spec": {"element": {"name": "e2"}}}]}});
    let grid = json!({"kind": "GridLayout", "spec": {"items": [{"spec": {"x": 0, "y": 0, "width": 12, "height": 8, "element": {"name": "e3"}, "repeat": repeat}}]}});
    let rows = json!({"kind": "RowsLayout", "spec": {"rows": [{"spec": {"title": "$c", "collapse": true, "repeat": repeat, "layout": auto}}, {"spec": {"hideHeader": true, "conditionalRendering": rule, "layout": grid}}]}});
    let v2 = json!({"metadata": {"name": "v2"}, "spec": {"title": "v2", "timeSettings": {"from": "now-1h", "to": "now"}, "elements": {"e1": element(1), "e2": element(2), "e3": element(3)},
        "layout": {"kind": "TabsLayout", "spec": {"tabs": [{"spec": {"title": "T", "repeat": repeat, "layout": rows}}, {"spec": {"title": "U", "layout": auto}}]}},
        "variables": [{"kind": "CustomVariable", "spec": {"name": "c", "query": "a,b", "multi": true, "current": {"text": ["a", "b"], "value": ["a", "b"]}, "sort": "naturalAsc"}}]}});
    vec![old, new, v2]
}

/// Frames and steps of the transformation corpus, in the wire's form.
pub fn frames() -> Vec<(Json, Json)> {
    let path = format!("{}/../../tests/corpus/oracle/transforms-random.json", env!("CARGO_MANIFEST_DIR"));
    let text = std::fs::read_to_string(&path).unwrap();
    let corpus: Json = serde_json::from_str(&text).unwrap();
    let list = |json: &Json| json.as_array().cloned().unwrap_or_default();
    let field = |packed: &Json| {
        let labels = if packed[3].is_object() { packed[3].clone() } else { json!({}) };
        let config = if packed[4].is_object() { packed[4].clone() } else { json!({}) };
        json!({"name": packed[0], "type": packed[1], "labels": labels, "config": config})
    };
    let frame = |packed: &Json| {
        let fields = list(&packed[2]);
        let values: Vec<Json> = fields.iter().map(|packed| packed[5].clone()).collect();
        json!({"schema": {"name": packed[0], "refId": packed[1], "fields": fields.iter().map(field).collect::<Vec<_>>()}, "data": {"values": values}})
    };
    let sets: Vec<Json> = list(&corpus["sets"]).iter().map(|set| list(set).iter().map(frame).collect()).collect();
    let cases = list(&corpus["cases"]).into_iter().step_by(7);
    let steps = |case: &Json| list(case).iter().map(|step| json!({"id": step[0], "options": step[1]})).collect::<Json>();
    cases.filter_map(|case| Some((sets.get(case[0].as_u64()? as usize)?.clone(), steps(&case[1])))).collect()
}

pub const EXPRESSIONS: [&str; 24] = [
    "$c",
    "${c}",
    "[[c]]",
    "${c:csv}",
    "${c:regex}",
    "${c:lucene}",
    "${c:date:YYYY-MM-DD}",
    "${c:customqueryparam:a:b}",
    "${c.text}",
    "${__from:date:seconds}",
    "${__to:date}",
    "$__interval",
    "${__field.labels.x}",
    "${__data.fields[0].text}",
    "${__url_time_range}",
    "${__all_variables}",
    "[[c:pipe]]",
    "${q:queryparam}",
    "a${c:percentencode}b$qc",
    "${c:join:x}",
    "${q:distributed}",
    "rate(up{a=\"$c\"}[$__rate_interval])",
    "{a=~\"$q\"} |= `$c` | json | b=\"x\"",
    "SELECT * FROM /^$c$/",
];

pub const TIMES: [&str; 26] = [
    "now",
    "now-1h",
    "now-1M/M",
    "now/fQ",
    "now-1fy/fy",
    "now+5d/w",
    "2024-03-15T14:30:45.678Z",
    "2024-03-15",
    "1710410400000",
    "20240315T143045",
    "now-6h/h+3m",
    "2024-03-15||+1d/d",
    "YYYY-MM-DD HH:mm:ss.SSS Z",
    "[x] dddd Do MMMM",
    "X x w W E",
    "LLLL LT L",
    "1h30m",
    "5d",
    ">10s",
    "15ms",
    "1M",
    "1.5h",
    "now-999999999y",
    "-62135596800000",
    "0 9 * * 1-5",
    "*/7 */2 1,15 jan-mar sun",
];

pub const PATTERNS: [&str; 22] = [
    "YYYY-MM-DD HH:mm:ss",
    "YYYY-MM-DDTHH:mm:ss.SSSZ",
    "DD/MM/YY h:mm a",
    "dddd, MMMM Do YYYY, h:mm:ss A",
    "X",
    "x",
    "X.SSS",
    "DDDD YYYY",
    "Hmm",
    "hmmss A",
    "Q YYYY",
    "[at] HH [o'clock]",
    "LLLL",
    "L LT",
    "lll",
    "YYYYYY-MM",
    "Y y N",
    "k:mm SSSSSSSSS",
    "ZZ Z z",
    "gggg-[W]ww-e",
    "GGGG-[W]WW-E",
    "\\[x] MMM Do",
];

pub const REGEXES: [&str; 20] = [
    "/(\\w+)-(\\d+)/g",
    "/^(?<a>a+)+$/",
    "(a*)*b",
    "/(?=.*a)(?!b)/i",
    "/(?<=\\$)\\d/",
    "web.*",
    "/[^]/",
    "/[]/",
    "/a{2,3}?/",
    "/(x+x+)+y/",
    "/\\u0041|\\x42|\\cA/",
    "/^$/m",
    "/(.)\\1/",
    "/(?:(?:a|b)+)+c/gim",
    "/\\b\\B\\D\\S\\W/",
    "/[\\w-\\d]/",
    "/{1}/",
    "/(?<n>x)\\k<n>/",
    "/\\p{L}/u",
    "/a|/g",
];

/// Options of every transformation, named after the fields of the corpus.
pub fn options() -> Vec<(String, Json)> {
    let list: Json = serde_json::from_str(include_str!("options.json")).unwrap();
    list.as_object().into_iter().flatten().map(|(id, options)| (id.clone(), options.clone())).collect()
}
