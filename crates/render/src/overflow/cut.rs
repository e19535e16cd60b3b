//! Where a tall drawing may be parted: between its lines, never through one.

use std::collections::BTreeMap;

use scene::{
    Group, Mark,
    kurbo::{Affine, Rect, Shape},
};

use super::Block;

/// Paths higher than this are frames and grounds: they may be cut. Lower ones belong to a line: bullets, rules, rows of tables.
const LARGEST_WHOLE: f64 = 40.0;
/// Space left above the text that begins a part, px.
const ABOVE: f64 = 4.0;

/// Cuts a drawing from the origin down into blocks, each from its own top left corner; one block where nothing can be parted.
pub fn cut(marks: Vec<Mark>) -> Vec<Block> {
    let mut wholes = Vec::new();
    for mark in &marks {
        measure(mark, Affine::IDENTITY, &mut wholes);
    }
    wholes.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut edges: Vec<f64> = vec![0.0];
    let mut bottom = f64::NEG_INFINITY;
    for (top, end) in wholes {
        if top + 0.5 >= bottom && bottom > 0.0 {
            edges.push(f64::max((bottom + top) / 2.0, top - ABOVE));
        }
        bottom = bottom.max(end);
    }
    if !bottom.is_finite() {
        return vec![Block { marks, height: 0.0, n_entries: 0 }];
    }
    edges.push(bottom);
    let mut dealt = Dealt::default();
    for mark in marks {
        for (index, mark) in deal(mark, Affine::IDENTITY, &edges, &mut dealt) {
            dealt.lines.entry(index).or_default().push(mark);
        }
    }
    (edges.windows(2).enumerate()).map(|(index, edge)| dealt.block(index, edge[0], edge[1])).collect()
}

/// How far down a drawing reaches, px.
pub fn bottom(marks: &[Mark]) -> f64 {
    let mut wholes = Vec::new();
    for mark in marks {
        measure(mark, Affine::IDENTITY, &mut wholes);
    }
    wholes.into_iter().map(|(_, end)| end).fold(0.0, f64::max)
}

/// Top and bottom of everything in `mark` that must not be cut.
fn measure(mark: &Mark, transform: Affine, wholes: &mut Vec<(f64, f64)>) {
    if let Mark::Group(group) = mark {
        for child in &group.marks {
            measure(child, transform * group.transform, wholes);
        }
    } else if let Some(area) = bounds(mark, transform).filter(|area| is_whole(mark, area)) {
        wholes.push((area.y0, area.y1));
    }
}

fn is_whole(mark: &Mark, area: &Rect) -> bool {
    !matches!(mark, Mark::Path(_)) || area.height() <= LARGEST_WHOLE
}

/// Where a mark that is no group lies; `None` for what is not seen.
fn bounds(mark: &Mark, transform: Affine) -> Option<Rect> {
    let area = match mark {
        Mark::Path(path) if path.path.is_empty() => return None,
        Mark::Path(path) => path.path.bounding_box(),
        Mark::Text(text) => {
            let (x, y) = (text.origin.x, text.origin.y);
            Rect::new(x, y - text.text.ascent_px, x + text.text.width_px, y + text.text.descent_px)
        }
        Mark::Image(image) => image.rect,
        Mark::Group(_) => return None,
    };
    Some(transform.transform_rect_bbox(area))
}

/// Marks by the index of their block.
#[derive(Default)]
struct Dealt {
    /// Frames and grounds, which the block cuts at its edges.
    grounds: BTreeMap<usize, Vec<Mark>>,
    lines: BTreeMap<usize, Vec<Mark>>,
}

impl Dealt {
    fn block(&mut self, index: usize, top: f64, bottom: f64) -> Block {
        let up = Affine::translate((0.0, -top));
        let mut marks = Vec::new();
        if let Some(grounds) = self.grounds.remove(&index) {
            // Sideways nothing is cut.
            let clip = Rect::new(-1e4, top, 1e5, bottom).to_path(0.1);
            marks.push(Mark::Group(Group { transform: up, clip: Some(clip), marks: grounds, ..Group::default() }));
        }
        if let Some(lines) = self.lines.remove(&index) {
            marks.push(Mark::Group(Group { transform: up, marks: lines, ..Group::default() }));
        }
        Block { marks, height: bottom - top, n_entries: 0 }
    }
}

/// The parts of a mark by the block they stand in; frames go to `dealt` at once.
fn deal(mark: Mark, transform: Affine, edges: &[f64], dealt: &mut Dealt) -> Vec<(usize, Mark)> {
    let last = edges.len().saturating_sub(2);
    let block_at = |y: f64| edges.partition_point(|edge| *edge <= y).saturating_sub(1).min(last);
    let group = match mark {
        Mark::Group(group) => group,
        mark => {
            let Some(area) = bounds(&mark, transform) else { return Vec::new() };
            if is_whole(&mark, &area) {
                return vec![(block_at(area.center().y), mark)];
            }
            for index in block_at(area.y0)..=block_at(area.y1) {
                let moved = Mark::Group(Group { transform, marks: vec![mark.clone()], ..Group::default() });
                dealt.grounds.entry(index).or_default().push(moved);
            }
            return Vec::new();
        }
    };
    let inner = transform * group.transform;
    let mut parts: BTreeMap<usize, Vec<Mark>> = BTreeMap::new();
    let mut shell = group;
    for child in std::mem::take(&mut shell.marks) {
        for (index, part) in deal(child, inner, edges, dealt) {
            parts.entry(index).or_default().push(part);
        }
    }
    parts.into_iter().map(|(index, marks)| (index, Mark::Group(Group { marks, ..shell.clone() }))).collect()
}

#[cfg(test)]
mod tests {
    use scene::{Color, Fonts, TextStyle};

    use super::*;
    use crate::drawing;

    fn line(fonts: &Fonts, text: &str, y: f64) -> Mark {
        drawing::line(fonts, text, &TextStyle::sans(14.0), 0.0, y, Color::BLACK)
    }

    fn texts(marks: &[Mark], into: &mut Vec<String>) {
        for mark in marks {
            match mark {
                Mark::Text(text) => into.push(text.text.text.clone()),
                Mark::Group(group) => texts(&group.marks, into),
                _ => {}
            }
        }
    }

    #[test]
    fn lines_stay_whole_and_frames_are_cut() {
        let fonts = Fonts::embedded();
        let frame = drawing::fill_rect(Rect::new(0.0, 0.0, 100.0, 70.0), Color::BLACK);
        let inner = Mark::at(0.0, 40.0, vec![line(&fonts, "second", 20.0), line(&fonts, "same line", 22.0)]);
        let blocks = cut(vec![frame, line(&fonts, "first", 16.0), inner]);
        let said: Vec<Vec<String>> = blocks
            .iter()
            .map(|block| {
                let mut said = Vec::new();
                texts(&block.marks, &mut said);
                said
            })
            .collect();
        assert_eq!(said, [vec!["first"], vec!["second", "same line"]]);
        assert_eq!(blocks.iter().map(|block| block.marks.len()).collect::<Vec<_>>(), [2, 2]);
        let height: f64 = blocks.iter().map(|block| block.height).sum();
        assert!((62.0..68.0).contains(&height), "{height}");
    }
}
