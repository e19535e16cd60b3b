//! Where the boxes of a row stand.

use grafana::{
    field::{FieldConfig, ValueMapping, mode_id},
    frame::{Field, Value},
};
use scene::kurbo::Rect;

use super::rows::StateRow;
use crate::chart::{
    PlotArea,
    number::{js_round, round_decimals},
};

/// One state's rectangle; `index` is its first cell.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct StateBox {
    pub index: usize,
    pub rect: Rect,
}

/// Top and height of each of `count` rows in a plot of `height`: `share` of it is filled, the rest lies between rows.
/// Source: grafana 12.4.0 `distribute` with `SPACE_BETWEEN`.
pub fn lanes(count: usize, share: f64, height: f64) -> Vec<(f64, f64)> {
    let gap = if count > 1 { (1.0 - share) / (count as f64 - 1.0) } else { 0.0 };
    let lane = share / count as f64;
    (0..count).map(|index| (height * round_decimals(index as f64 * (lane + gap), 6), height * round_decimals(lane, 6))).collect()
}

/// Boxes from one change to the next. Source: grafana 12.4.0 `drawPaths`, `TimelineMode.Changes`.
pub fn changes(row: &StateRow, times: &[f64], area: &PlotArea, lane: (f64, f64), merge: bool, line_px: f64) -> Vec<StateBox> {
    let mut boxes = Vec::new();
    let mut index = 0;
    while index < row.cells.len() {
        let value = &row.cells[index];
        if !is_shown(&row.field, value.as_ref()) {
            index += 1;
            continue;
        }
        let mut next = index + 1;
        while next < row.cells.len() && (row.cells[next].is_none() || (merge && row.cells[next] == *value)) {
            next += 1;
        }
        let left = js_round(area.x_px(times[index]));
        let right = if next == row.cells.len() { area.rect.x1 + line_px } else { js_round(area.x_px(times[next])) };
        boxes.push(StateBox { index, rect: placed(left, right - left, area, lane) });
        index = next;
    }
    boxes
}

/// A box at each time, `share` of the distance of the first two times wide. Source: as [`changes`], `TimelineMode.Samples`.
pub fn samples(row: &StateRow, times: &[f64], area: &PlotArea, lane: (f64, f64), share: f64, line_px: f64) -> Vec<StateBox> {
    let column = match times {
        [first, second, ..] => area.x_px(*second) - area.x_px(*first),
        _ => area.rect.width(),
    };
    let width = js_round(column - column * (1.0 - share) - line_px);
    let at = |index: usize| StateBox { index, rect: placed(js_round(area.x_px(times[index]) - width / 2.0), width, area, lane) };
    let is_in_sight = |index: &usize| times[*index] >= area.x.min && times[*index] <= area.x.max;
    (0..times.len()).filter(|index| is_shown(&row.field, row.cells[*index].as_ref())).filter(is_in_sight).map(at).collect()
}

fn placed(left: f64, width: f64, area: &PlotArea, (top, height): (f64, f64)) -> Rect {
    let top = js_round(area.rect.y0 + top);
    Rect::new(left, top, left + width.max(1.0), top + js_round(height))
}

/// Nulls and NaN are drawn where a mapping names them. Source: grafana 12.4.0 `shouldDrawYValue`.
fn is_shown(field: &Field, value: Option<&Value>) -> bool {
    let is_discrete = !mode_id(field).starts_with("continuous-");
    match value {
        None => false,
        Some(Value::Null) => is_discrete && maps(&field.config, "null"),
        Some(Value::Number(number)) if number.is_nan() => is_discrete && maps(&field.config, "nan"),
        Some(_) => true,
    }
}

fn maps(config: &FieldConfig, special: &str) -> bool {
    config
        .mappings
        .iter()
        .any(|mapping| matches!(mapping, ValueMapping::Special { matches, .. } if matches == special || matches == "null+nan"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::chart::Scale;

    fn row(cells: Vec<Option<Value>>) -> StateRow {
        StateRow { field: Field::default(), name: String::new(), frame_name: None, cells, steps: None }
    }

    #[test]
    fn rows_share_the_height() {
        let check = |count, share, expected: &[(f64, f64)]| {
            let got = lanes(count, share, 200.0);
            let is_near = |(a, b): (&(f64, f64), &(f64, f64))| (a.0 - b.0).abs() < 1e-6 && (a.1 - b.1).abs() < 1e-6;
            assert!(got.len() == expected.len() && got.iter().zip(expected).all(is_near), "{count} {share} {got:?}");
        };
        check(1, 1.0, &[(0.0, 200.0)]);
        check(2, 0.9, &[(0.0, 90.0), (110.0, 90.0)]);
        check(4, 0.8, &[(0.0, 40.0), (53.3334, 40.0), (106.6666, 40.0), (160.0, 40.0)]);
    }

    #[test]
    fn equal_states_are_one_box() {
        let area = PlotArea { rect: Rect::new(0.0, 0.0, 100.0, 10.0), x: Scale::linear(0.0, 100.0) };
        let text = |text: &str| Some(Value::String(text.into()));
        let row = row(vec![text("a"), text("a"), None, Some(Value::Null), text("b")]);
        let sides = |merge| -> Vec<(usize, f64, f64)> {
            let boxes = changes(&row, &[0.0, 10.0, 20.0, 30.0, 60.0], &area, (0.0, 10.0), merge, 1.0);
            boxes.iter().map(|one| (one.index, one.rect.x0, one.rect.x1)).collect()
        };
        assert_eq!(sides(true), [(0, 0.0, 30.0), (4, 60.0, 101.0)]);
        assert_eq!(sides(false), [(0, 0.0, 10.0), (1, 10.0, 30.0), (4, 60.0, 101.0)]);
    }

    #[test]
    fn cells_stand_around_their_time() {
        let area = PlotArea { rect: Rect::new(0.0, 0.0, 100.0, 10.0), x: Scale::linear(0.0, 100.0) };
        let row = row(vec![Some(Value::Number(1.0)), Some(Value::Number(f64::NAN)), Some(Value::Number(2.0))]);
        let boxes = samples(&row, &[10.0, 30.0, 50.0], &area, (0.0, 10.0), 0.9, 0.0);
        assert_eq!(boxes.iter().map(|one| (one.rect.x0, one.rect.x1)).collect::<Vec<_>>(), [(1.0, 19.0), (41.0, 59.0)]);
    }
}
