//! A profile's nested sets as bars with their places, and its symbols summed up.

use std::collections::BTreeMap;

/// One call as the frame has it: a row.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Call {
    pub level: usize,
    pub value: f64,
    pub own: f64,
    /// What the second of two compared profiles adds.
    pub right: f64,
    pub label: usize,
}

/// A bar: a call with where it begins and the bars below it.
#[derive(Clone, Debug, Default)]
pub struct Bar {
    pub row: usize,
    pub start: f64,
    /// Both profiles together where two are compared.
    pub value: f64,
    pub level: usize,
    pub parent: Option<usize>,
    pub children: Vec<usize>,
    /// The group of bars that are shown as one: its first bar, and how many it has up to this one (all of them, at the first).
    pub group: Option<(usize, usize)>,
}

/// Bars whose only child takes nearly all of them are shown as one with it.
const COLLAPSED_FROM: f64 = 0.99;

pub fn bars(calls: &[Call]) -> Vec<Bar> {
    let mut bars: Vec<Bar> = Vec::with_capacity(calls.len());
    // The last bar of each level so far, and the bars above the present one.
    let mut last: Vec<Option<usize>> = Vec::new();
    for (row, call) in calls.iter().enumerate() {
        let level = if row == 0 { 0 } else { call.level.min(bars[row - 1].level + 1) };
        last.resize(last.len().max(level + 1), None);
        let goes_down = row > 0 && level > bars[row - 1].level;
        let sibling = last[level].filter(|_| !goes_down);
        let parent = if goes_down { Some(row - 1) } else { sibling.and_then(|at| bars[at].parent) };
        let start = match (sibling, parent) {
            (Some(at), _) => bars[at].start + bars[at].value,
            (None, Some(at)) => bars[at].start,
            _ => 0.0,
        };
        bars.push(Bar { row, start, value: call.value + call.right, level, parent, ..Bar::default() });
        if let Some(parent) = parent {
            bars[parent].children.push(row);
        }
        last[level] = Some(row);
    }
    for row in 1..bars.len() {
        let Some(parent) = bars[row].parent else { continue };
        if bars[parent].children.len() == 1 && bars[row].value > bars[parent].value * COLLAPSED_FROM {
            let (first, n) = bars[parent].group.unwrap_or((parent, 1));
            bars[parent].group = Some((first, n));
            bars[row].group = Some((first, n + 1));
            bars[first].group = Some((first, n + 1));
        }
    }
    bars
}

/// Sums of a symbol: itself, and with what it calls; recursion counts once.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Sum {
    pub label: usize,
    pub own: f64,
    pub total: f64,
    pub right: f64,
}

/// The sums of all symbols, those with most of their own first.
pub fn sums(calls: &[Call]) -> Vec<Sum> {
    let (mut sums, mut index): (Vec<Sum>, BTreeMap<usize, usize>) = Default::default();
    let (mut stack, mut on_stack): (Vec<usize>, BTreeMap<usize, usize>) = Default::default();
    for call in calls {
        while stack.len() > call.level {
            if let Some(count) = stack.pop().and_then(|label| on_stack.get_mut(&label)) {
                *count -= 1;
            }
        }
        let at = *index.entry(call.label).or_insert_with(|| {
            sums.push(Sum { label: call.label, ..Sum::default() });
            sums.len() - 1
        });
        sums[at].own += call.own;
        let depth = on_stack.entry(call.label).or_insert(0);
        if *depth == 0 {
            sums[at].total += call.value;
            sums[at].right += call.right;
        }
        *depth += 1;
        stack.push(call.label);
    }
    sums.sort_by(|a, b| b.own.total_cmp(&a.own));
    sums
}

#[cfg(test)]
mod tests {
    use super::*;

    fn calls(of: &[(usize, f64, f64, usize)]) -> Vec<Call> {
        of.iter().map(|(level, value, own, label)| Call { level: *level, value: *value, own: *own, right: 0.0, label: *label }).collect()
    }

    #[test]
    fn bars_begin_after_their_siblings() {
        let bars = bars(&calls(&[(0, 10.0, 1.0, 0), (1, 4.0, 0.0, 1), (2, 4.0, 4.0, 2), (1, 5.0, 2.0, 3), (2, 3.0, 3.0, 1)]));
        assert_eq!(bars.iter().map(|bar| bar.start).collect::<Vec<_>>(), [0.0, 0.0, 0.0, 4.0, 4.0]);
        assert_eq!(bars.iter().map(|bar| bar.parent).collect::<Vec<_>>(), [None, Some(0), Some(1), Some(0), Some(3)]);
        assert_eq!(bars.iter().map(|bar| bar.group).collect::<Vec<_>>(), [None, Some((1, 2)), Some((1, 2)), None, None]);
    }

    #[test]
    fn recursion_counts_once() {
        let sums = sums(&calls(&[(0, 10.0, 1.0, 0), (1, 9.0, 2.0, 1), (2, 7.0, 7.0, 1)]));
        let expected = [Sum { label: 1, own: 9.0, total: 9.0, right: 0.0 }, Sum { label: 0, own: 1.0, total: 10.0, right: 0.0 }];
        assert_eq!(sums, expected);
    }
}
