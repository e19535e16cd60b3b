//! Numbers as odd as data can hold, through every panel that draws them: whatever is drawn has a place that a page can hold.

#![allow(clippy::unwrap_used)] // clippy knows test functions, not what they share

mod chart_support;

use chart_support::{Case, FROM, TO, draw};
use grafana::frame::{Field, FieldType, Frame, Values};
use scene::{
    Mark, Paint,
    kurbo::{Affine, Shape},
};
use serde_json::{Value as Json, json};

/// A small generator of its own: the same cases on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self, below: usize) -> usize {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        ((self.0 >> 33) as usize) % below.max(1)
    }

    fn pick<T: Clone>(&mut self, from: &[T]) -> T {
        from[self.next(from.len())].clone()
    }

    fn value(&mut self) -> Option<f64> {
        const ODD: [f64; 16] = [
            0.0,
            -0.0,
            1.0,
            -1.0,
            5e-324,
            1e-300,
            1e15,
            1e300,
            -1e300,
            1.7e308,
            -1.7e308,
            f64::MAX,
            f64::MIN,
            f64::NAN,
            f64::INFINITY,
            f64::NEG_INFINITY,
        ];
        match self.next(4) {
            0 => None,
            1 => Some(self.next(1000) as f64 / 7.0),
            _ => Some(self.pick(&ODD)),
        }
    }

    fn number(&mut self) -> Json {
        self.pick(&[json!(null), json!(0), json!(-5), json!(7.5), json!(1e300), json!(-1e300), json!(1e-300), json!(1e18)])
    }

    fn frame(&mut self) -> Frame {
        let n = self.pick(&[0, 1, 2, 3, 12, 40]);
        let mut times: Vec<f64> = (0..n).map(|_| FROM + self.next(3_600) as f64 * 1000.0).collect();
        if self.next(4) == 0 && n > 0 {
            times[0] = self.pick(&[0.0, 8.64e15, -8.64e15, 1e300, TO + 1e12]);
        }
        times.sort_by(f64::total_cmp);
        let field = |name: &str, kind, values| Field { name: name.into(), kind, values, ..Field::default() };
        let mut fields = vec![field("Time", FieldType::Time, Values::Time(times.into_iter().map(Some).collect()))];
        for name in ["open", "high", "low", "close"].iter().take(1 + self.next(4)) {
            fields.push(field(name, FieldType::Number, Values::Number((0..n).map(|_| self.value()).collect())));
        }
        if self.next(3) == 0 {
            fields.push(field("name", FieldType::String, Values::String((0..n).map(|i| Some(format!("n{i}"))).collect())));
        }
        Frame { ref_id: Some("A".into()), fields, ..Frame::default() }
    }

    fn defaults(&mut self) -> Json {
        let steps =
            json!([{"color": "green", "value": null}, {"color": "red", "value": self.number()}, {"color": "blue", "value": self.number()}]);
        let distribution = json!({"type": self.pick(&["linear", "linear", "log", "symlog"]), "log": self.pick(&[2, 10]), "linearThreshold": self.number()});
        json!({
            "min": self.number(), "max": self.number(), "decimals": self.pick(&[json!(null), json!(0), json!(3)]),
            "unit": self.pick(&["", "bytes", "s", "percentunit", "bool"]),
            "color": {"mode": self.pick(&["palette-classic", "thresholds", "continuous-GrYlRd", "shades"])},
            "thresholds": {"mode": self.pick(&["absolute", "percentage"]), "steps": steps},
            "custom": {
                "drawStyle": self.pick(&["line", "bars", "points"]), "lineInterpolation": self.pick(&["linear", "smooth", "stepBefore", "stepAfter"]),
                "gradientMode": self.pick(&["none", "opacity", "hue", "scheme"]), "fillOpacity": 30, "showValues": self.next(2) == 0,
                "stacking": {"mode": self.pick(&["none", "normal", "percent"]), "group": "A"}, "scaleDistribution": distribution,
                "thresholdsStyle": {"mode": self.pick(&["off", "line+area"])}, "axisSoftMin": self.number(), "axisSoftMax": self.number(),
                "axisCenteredZero": self.next(3) == 0, "spanNulls": self.next(2) == 0, "fillBelowTo": self.pick(&["", "open", "high"]),
                "transform": self.pick(&["", "negative-Y", "constant"]), "barAlignment": self.pick(&[-1, 0, 1]),
            },
        })
    }
}

/// Whether everything drawn lies where a page's numbers reach.
fn is_placed(mark: &Mark, transform: Affine) -> bool {
    let holds = |number: f64| number.abs() < 1e7;
    let placed = |rect: scene::kurbo::Rect| [rect.x0, rect.y0, rect.x1, rect.y1].into_iter().all(holds);
    let painted = |paint: &Paint| match paint {
        Paint::Solid(_) => true,
        Paint::Linear(gradient) => {
            let ends = [gradient.from.x, gradient.from.y, gradient.to.x, gradient.to.y].into_iter().all(holds);
            ends && gradient.stops.iter().all(|(at, _)| (0.0..=1.0).contains(at))
        }
        Paint::Radial(gradient) => holds(gradient.center.x) && holds(gradient.center.y) && holds(gradient.radius_px),
    };
    match mark {
        Mark::Path(mark) => {
            let path = mark.path.elements().is_empty()
                || (mark.path.is_finite() && placed(transform.transform_rect_bbox(mark.path.bounding_box())));
            let paints = mark.fill.iter().chain(mark.stroke.iter().map(|stroke| &stroke.paint));
            path && paints.into_iter().all(painted)
        }
        Mark::Text(mark) => {
            let at = transform * mark.origin;
            holds(at.x) && holds(at.y)
        }
        Mark::Image(image) => placed(transform.transform_rect_bbox(image.rect)),
        Mark::Group(group) => {
            let inner = transform * group.transform;
            let clip = group.clip.as_ref().is_none_or(|clip| clip.is_finite() && placed(inner.transform_rect_bbox(clip.bounding_box())));
            clip && group.marks.iter().all(|mark| is_placed(mark, inner))
        }
    }
}

#[test]
fn everything_drawn_has_a_place() {
    let kinds = [
        "timeseries",
        "trend",
        "candlestick",
        "barchart",
        "xychart",
        "heatmap",
        "histogram",
        "state-timeline",
        "status-history",
        "piechart",
        "gauge",
        "bargauge",
        "stat",
    ];
    let mut misplaced = Vec::new();
    for kind in kinds {
        for seed in 0..40 {
            let mut random = Random(seed * 7919 + 17);
            let frames: Vec<Frame> = (0..1 + random.next(2)).map(|_| random.frame()).collect();
            let options = json!({
                "calculate": random.next(2) == 0, "orientation": random.pick(&["auto", "horizontal", "vertical"]), "stacking": random.pick(&["none", "normal", "percent"]),
                "showValue": random.pick(&["auto", "always"]), "xField": random.pick(&["", "open"]), "bucketSize": random.number(),
                "reduceOptions": {"values": random.next(2) == 0, "calcs": ["lastNotNull"]}, "graphMode": "area", "displayMode": random.pick(&["lcd", "gradient"]),
                "legend": {"showLegend": true, "calcs": ["mean", "max"], "displayMode": "list", "placement": "bottom"},
            });
            let defaults = random.defaults();
            let page = draw(Case { kind, frames, options, defaults, ..Case::default() });
            let misplaced_here = page.marks.iter().any(|mark| !is_placed(mark, Affine::IDENTITY));
            if misplaced_here {
                let odd = |word: &str| {
                    word.len() > 14 && word.bytes().any(|byte| byte.is_ascii_digit()) || word.contains("NaN") || word.contains("inf")
                };
                let dump = scene::dump(&page);
                let line = dump.lines().find(|line| !line.trim_start().starts_with("text") && line.split(' ').any(odd)).unwrap_or(&dump);
                misplaced.push(format!("{kind} {seed}: {}", line.chars().take(160).collect::<String>()));
            }
        }
    }
    assert!(misplaced.is_empty(), "{}", misplaced.join("\n"));
}

/// Lines are not lost where their values have no number between them.
#[test]
fn lines_of_huge_values_are_drawn() {
    let cases: [&[f64]; 5] =
        [&[1e300, 2e300, 1.5e300], &[-1.7e308, 1.7e308, 0.0], &[f64::MAX, f64::MAX], &[f64::MIN, 0.0], &[1e307, -1e308, 1e308]];
    for values in cases {
        let times = (0..values.len()).map(|i| Some(FROM + 600_000.0 * i as f64)).collect();
        let field = |name: &str, kind, values| Field { name: name.into(), kind, values, ..Field::default() };
        let fields = vec![
            field("Time", FieldType::Time, Values::Time(times)),
            field("huge", FieldType::Number, Values::Number(values.iter().copied().map(Some).collect())),
        ];
        let frames = vec![Frame { fields, ..Frame::default() }];
        let legend = json!({"legend": {"showLegend": false}});
        let page = draw(Case { kind: "timeseries", frames, options: legend, ..Case::default() });
        let heights = line_heights(&page.marks);
        let spread = heights.iter().copied().fold(f64::NEG_INFINITY, f64::max) - heights.iter().copied().fold(f64::INFINITY, f64::min);
        let is_level = values.iter().all(|value| *value == values[0]);
        assert!(heights.len() == values.len() && heights.iter().all(|y| (0.0..=160.0).contains(y)), "{values:?} at {heights:?}");
        assert!(is_level || spread > 50.0, "{values:?} at {heights:?}");
    }
}

/// The heights of the one coloured line's points.
fn line_heights(marks: &[Mark]) -> Vec<f64> {
    let green = |paint: &Paint| matches!(paint, Paint::Solid(color) if color.g > color.r && color.g > color.b);
    let heights = |mark: &Mark| match mark {
        Mark::Group(group) => line_heights(&group.marks),
        Mark::Path(mark) if mark.stroke.as_ref().is_some_and(|stroke| green(&stroke.paint)) => {
            mark.path.elements().iter().filter_map(|element| element.end_point()).map(|point| point.y).collect()
        }
        _ => Vec::new(),
    };
    marks.iter().flat_map(heights).collect()
}
