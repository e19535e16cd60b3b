//! The sample shop's numbers: a function of metric, label and time alone, so every run of the demo shows the same story.

use serde_json::{Value as Json, json};

/// One metric of the sample data source.
struct Metric {
    name: &'static str,
    /// Average of the first label value.
    base: f64,
    /// How much a day and a week move it, as parts of `base`.
    daily: f64,
    weekly: f64,
    /// Unsteadiness, as a part of `base`.
    noise: f64,
}

const METRICS: &[Metric] = &[
    Metric { name: "orders", base: 42.0, daily: 0.55, weekly: 0.2, noise: 0.08 },
    Metric { name: "revenue", base: 1830.0, daily: 0.5, weekly: 0.22, noise: 0.1 },
    Metric { name: "visitors", base: 640.0, daily: 0.6, weekly: 0.15, noise: 0.06 },
    Metric { name: "errors", base: 0.012, daily: 0.2, weekly: 0.0, noise: 0.5 },
    Metric { name: "latency", base: 0.182, daily: 0.25, weekly: 0.05, noise: 0.12 },
    Metric { name: "cpu", base: 0.46, daily: 0.4, weekly: 0.05, noise: 0.08 },
    Metric { name: "memory", base: 5.1e9, daily: 0.1, weekly: 0.05, noise: 0.02 },
    Metric { name: "disk", base: 0.61, daily: 0.01, weekly: 0.12, noise: 0.002 },
    Metric { name: "network", base: 3.2e6, daily: 0.6, weekly: 0.1, noise: 0.15 },
];

/// The values of the labels one can split by.
pub fn label_values(label: &str) -> &'static [&'static str] {
    match label {
        "region" => &["Europe", "America", "Asia"],
        "channel" => &["Web", "App", "Partner"],
        "server" => &["web-1", "web-2", "db-1"],
        "status" => &["delivered", "in transit", "returned"],
        _ => &[],
    }
}

const DAY_MS: f64 = 86_400_000.0;

fn value(metric: &Metric, label: usize, at_ms: f64) -> f64 {
    let share = [1.0, 0.72, 0.41, 0.3][label % 4];
    let phase = label as f64 * 0.21;
    let day = (std::f64::consts::TAU * (at_ms / DAY_MS - 0.35 + phase)).sin();
    let week = (std::f64::consts::TAU * at_ms / (7.0 * DAY_MS)).cos();
    let slow = wander(metric.name, label, at_ms / 5_400_000.0);
    let fast = noise(metric.name, label, (at_ms / 300_000.0).floor() + 0.5);
    let factor = 1.0 + metric.daily * day + metric.weekly * week + metric.noise * (slow + 0.4 * fast);
    metric.base * share * factor.max(0.02)
}

/// Noise that goes gently from one step to the next.
fn wander(name: &str, label: usize, at: f64) -> f64 {
    let (from, to) = (noise(name, label, at.floor()), noise(name, label, at.floor() + 1.0));
    let t = at - at.floor();
    from + (to - from) * t * t * (3.0 - 2.0 * t)
}

/// Between -1 and 1, the same for the same input (splitmix64).
fn noise(name: &str, label: usize, step: f64) -> f64 {
    let mut x = step.to_bits() ^ ((label as u64) << 56);
    for byte in name.bytes() {
        x = x.wrapping_mul(31).wrapping_add(u64::from(byte));
    }
    x = (x ^ (x >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
    x = (x ^ (x >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
    (x ^ (x >> 31)) as f64 / u64::MAX as f64 * 2.0 - 1.0
}

/// Answers one query of the sample data source: `{metric, by, filter, format}`. The error text is for `results.<refId>.error`.
pub fn answer(query: &Json, from_ms: f64, to_ms: f64) -> Result<Json, String> {
    let text = |key: &str| query.get(key).and_then(Json::as_str).unwrap_or_default();
    let ref_id = query.get("refId").and_then(Json::as_str).unwrap_or("A");
    if text("format") == "products" {
        return Ok(json!({ "status": 200, "frames": [products(ref_id, to_ms)] }));
    }
    let metric = METRICS.iter().find(|m| m.name == text("metric")).ok_or_else(|| format!("unknown metric {:?}", text("metric")))?;
    let interval = query.get("intervalMs").and_then(Json::as_f64).filter(|i| *i >= 1000.0).unwrap_or(60_000.0);
    let wanted =
        text("filter").trim_matches(['{', '}', '(', ')']).split([',', '|']).map(str::trim).filter(|v| !v.is_empty()).collect::<Vec<_>>();
    let values = label_values(text("by"));
    let mut series: Vec<(usize, Json)> = Vec::new();
    for (index, label) in values.iter().enumerate().filter(|(_, v)| wanted.is_empty() || wanted.contains(v)) {
        series.push((index, json!({ text("by"): label })));
    }
    if values.is_empty() {
        series.push((0, json!({})));
    }
    let instant = text("format") == "latest";
    let frames: Vec<Json> =
        series.iter().map(|(index, labels)| frame(metric, *index, labels, ref_id, (from_ms, to_ms), interval, instant)).collect();
    Ok(json!({ "status": 200, "frames": frames }))
}

fn frame(metric: &Metric, label: usize, labels: &Json, ref_id: &str, range: (f64, f64), interval: f64, instant: bool) -> Json {
    let first = (range.0 / interval).ceil() * interval;
    let count = (((range.1 - first) / interval).floor().max(0.0) as usize + 1).min(11_000);
    let times: Vec<f64> = match instant {
        true => vec![range.1],
        false => (0..count).map(|i| first + i as f64 * interval).collect(),
    };
    let values: Vec<f64> = times.iter().map(|at| (value(metric, label, *at) * 1e4).round() / 1e4).collect();
    json!({
        "schema": {
            "refId": ref_id,
            "meta": { "type": if instant { "numeric-multi" } else { "timeseries-multi" } },
            "fields": [
                { "name": "Time", "type": "time", "typeInfo": { "frame": "time.Time" }, "config": { "interval": interval } },
                { "name": metric.name, "type": "number", "typeInfo": { "frame": "float64" }, "labels": labels }
            ]
        },
        "data": { "values": [times, values] }
    })
}

const PRODUCTS: &[(&str, &str, f64)] = &[
    ("Trail backpack 28 l", "Outdoor", 89.0),
    ("Merino shirt", "Clothing", 59.9),
    ("Camp stove", "Outdoor", 44.5),
    ("Rain jacket", "Clothing", 149.0),
    ("Head torch", "Accessories", 34.95),
    ("Water filter", "Outdoor", 39.9),
    ("Wool socks", "Clothing", 17.5),
    ("Map of the Alps", "Books", 14.9),
    ("Trekking poles", "Outdoor", 79.0),
    ("Thermos bottle", "Accessories", 27.9),
];

fn products(ref_id: &str, to_ms: f64) -> Json {
    let day = (to_ms / DAY_MS).floor();
    let orders: Vec<f64> =
        (0..PRODUCTS.len()).map(|i| (340.0 / (1.0 + i as f64 * 0.55) * (1.0 + 0.2 * noise("product", i, day))).round()).collect();
    let revenue: Vec<f64> = orders.iter().zip(PRODUCTS).map(|(n, (_, _, price))| (n * price * 100.0).round() / 100.0).collect();
    let returned: Vec<f64> = (0..PRODUCTS.len()).map(|i| (0.04 + 0.035 * noise("returned", i, day)).max(0.0)).collect();
    let last: Vec<f64> = (0..PRODUCTS.len()).map(|i| to_ms - (1.0 + noise("last", i, day)) * 1_800_000.0).collect();
    json!({
        "schema": { "refId": ref_id, "fields": [
            { "name": "Product", "type": "string", "typeInfo": { "frame": "string" } },
            { "name": "Group", "type": "string", "typeInfo": { "frame": "string" } },
            { "name": "Orders", "type": "number", "typeInfo": { "frame": "float64" } },
            { "name": "Revenue", "type": "number", "typeInfo": { "frame": "float64" } },
            { "name": "Returned", "type": "number", "typeInfo": { "frame": "float64" } },
            { "name": "Last order", "type": "time", "typeInfo": { "frame": "time.Time" } }
        ]},
        "data": { "values": [
            PRODUCTS.iter().map(|p| p.0).collect::<Vec<_>>(),
            PRODUCTS.iter().map(|p| p.1).collect::<Vec<_>>(),
            orders, revenue, returned, last
        ]}
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_same_question_has_the_same_answer() {
        let query = json!({ "refId": "A", "metric": "orders", "by": "region", "filter": "Europe,Asia", "intervalMs": 600_000 });
        let first = answer(&query, 0.0, DAY_MS).unwrap();
        assert_eq!(first, answer(&query, 0.0, DAY_MS).unwrap());
        assert_eq!(first["frames"].as_array().unwrap().len(), 2);
        assert_eq!(first["frames"][1]["schema"]["fields"][1]["labels"]["region"], "Asia");
        assert_eq!(first["frames"][0]["data"]["values"][0].as_array().unwrap().len(), 145);
    }

    #[test]
    fn unknown_metrics_are_an_error() {
        assert!(answer(&json!({ "metric": "luck" }), 0.0, 1.0).unwrap_err().contains("luck"));
    }
}
