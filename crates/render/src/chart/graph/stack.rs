//! Series on top of each other, mirrored series, and which areas lie between two series.

use super::frames::Series;
use super::style::{DrawStyle, StackingMode, Style, Transform, scale_key};
use crate::chart::path::Cell;

/// The area from one series to another below (or above) it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Band {
    pub from: usize,
    pub to: usize,
    /// The area lies above `to`'s line's negative side: negative stacks grow downwards.
    pub upwards: bool,
}

#[derive(Clone, Debug, PartialEq)]
struct Group {
    series: Vec<usize>,
    negative: bool,
}

/// Applies `transform` and `stacking` to the cells, and returns the bands between neighbours of a stack.
///
/// Source: grafana-ui 12.4.0 `getStackingGroups`, `preparePlotData2`, `getStackingBands`.
pub fn stack(series: &mut [Series]) -> Vec<Band> {
    let groups = groups(series);
    for one in series.iter_mut().filter(|series| !series.style.hidden) {
        transform(&one.style, &mut one.cells);
    }
    for group in &groups {
        stack_group(series, group);
    }
    let band = |group: &Group, pair: &[usize]| Band { from: pair[1], to: pair[0], upwards: group.negative };
    groups.iter().flat_map(|group| group.series.windows(2).rev().map(|pair| band(group, pair)).collect::<Vec<_>>()).collect()
}

fn groups(series: &[Series]) -> Vec<Group> {
    let mut groups: Vec<(String, Group)> = Vec::new();
    for (index, one) in series.iter().enumerate() {
        let style = &one.style;
        if style.hidden || style.stacking == StackingMode::None {
            continue;
        }
        let negative = mostly_negative(&one.cells) != (style.transform == Transform::NegativeY);
        let shape = match style.draw_style {
            DrawStyle::Bars => style.bar_alignment.to_string(),
            DrawStyle::Line => format!("{:?}", style.interpolation),
            DrawStyle::Points => String::new(),
        };
        let scale = scale_key(&one.field.config, style, one.field.kind);
        let key = format!("{negative}|{:?}|{}|{scale}|{:?}|{shape}", style.stacking, style.stacking_group, style.draw_style);
        match groups.iter_mut().find(|group| group.0 == key) {
            Some((_, group)) => group.series.push(index),
            None => groups.push((key, Group { series: vec![index], negative })),
        }
    }
    groups.into_iter().map(|group| group.1).collect()
}

fn transform(style: &Style, cells: &mut [Cell]) {
    match style.transform {
        Transform::None => {}
        Transform::NegativeY => {
            for cell in cells {
                if let Cell::Value(value) = cell {
                    *value = -*value;
                }
            }
        }
        Transform::Constant => {
            let first = cells.iter().position(|cell| cell.value().is_some());
            for (_, cell) in cells.iter_mut().enumerate().filter(|(index, _)| Some(*index) != first) {
                *cell = Cell::Absent;
            }
        }
    }
}

fn stack_group(series: &mut [Series], group: &Group) {
    let n_times = group.series.first().map_or(0, |first| series[*first].cells.len());
    let mut sums = vec![0.0; n_times];
    // Sums stand only where the group has any value: times of other series are not part of it.
    let any: Vec<bool> = (0..n_times).map(|at| group.series.iter().any(|one| series[*one].cells[at].value().is_some())).collect();
    for one in &group.series {
        for (at, cell) in series[*one].cells.iter_mut().enumerate() {
            match cell {
                Cell::Value(value) => {
                    sums[at] = (sums[at] + *value).clamp(f64::MIN, f64::MAX);
                    *value = sums[at];
                }
                empty if any[at] => *empty = Cell::Value(sums[at]),
                _ => {}
            }
        }
    }
    for one in &group.series {
        if series[*one].style.stacking != StackingMode::Percent {
            continue;
        }
        let direction = if group.negative { -1.0 } else { 1.0 };
        for (at, cell) in series[*one].cells.iter_mut().enumerate() {
            if let Cell::Value(value) = cell {
                *value = if sums[at] == 0.0 { 0.0 } else { direction * (*value / sums[at]) };
            }
        }
    }
}

/// Looks at about a hundred samples, as Grafana does.
fn mostly_negative(cells: &[Cell]) -> bool {
    let first = cells.iter().position(|cell| cell.value().is_some());
    let last = cells.iter().rposition(|cell| cell.value().is_some());
    let (Some(first), Some(last)) = (first, last) else {
        return false;
    };
    let stride = ((last - first + 1) / 100).max(1);
    let samples = || cells[first..=last].iter().step_by(stride).filter_map(|cell| cell.value());
    let negative = samples().filter(|v| *v < 0.0 || (*v == 0.0 && v.is_sign_negative())).count();
    negative > samples().filter(|v| *v > 0.0).count()
}

#[cfg(test)]
mod tests {
    use super::*;
    use grafana::frame::Field;

    fn series(values: &[Option<f64>], stacking: StackingMode, transform: Transform) -> Series {
        let style = Style { stacking, transform, ..Style::default() };
        let cells = values.iter().map(|v| v.map_or(Cell::Null, Cell::Value)).collect();
        Series { field: Field::default(), name: String::new(), style, cells }
    }

    fn numbers(series: &Series) -> Vec<Option<f64>> {
        series.cells.iter().map(|cell| cell.value()).collect()
    }

    #[test]
    fn normal_stacks_add_up() {
        let one = |values: &[Option<f64>]| series(values, StackingMode::Normal, Transform::None);
        let mut all = [one(&[Some(1.0), Some(2.0), None]), one(&[Some(10.0), None, None]), one(&[Some(100.0), Some(200.0), None])];
        let bands = stack(&mut all);
        assert_eq!(numbers(&all[1]), [Some(11.0), Some(2.0), None]);
        assert_eq!(numbers(&all[2]), [Some(111.0), Some(202.0), None]);
        let band = |from, to| Band { from, to, upwards: false };
        assert_eq!(bands, [band(2, 1), band(1, 0)]);
    }

    #[test]
    fn mirrored_series_stack_apart() {
        let one = |transform| series(&[Some(1.0), Some(2.0)], StackingMode::Normal, transform);
        let mut all = [one(Transform::None), one(Transform::NegativeY), one(Transform::None), one(Transform::NegativeY)];
        let bands = stack(&mut all);
        assert_eq!(numbers(&all[2]), [Some(2.0), Some(4.0)]);
        assert_eq!(numbers(&all[3]), [Some(-2.0), Some(-4.0)]);
        assert_eq!(bands, [Band { from: 2, to: 0, upwards: false }, Band { from: 3, to: 1, upwards: true }]);
    }

    #[test]
    fn percent_stacks_end_at_one() {
        let one = |value: f64| series(&[Some(value), Some(0.0)], StackingMode::Percent, Transform::None);
        let mut all = [one(1.0), one(3.0)];
        stack(&mut all);
        assert_eq!(numbers(&all[0]), [Some(0.25), Some(0.0)]);
        assert_eq!(numbers(&all[1]), [Some(1.0), Some(0.0)]);
    }
}
