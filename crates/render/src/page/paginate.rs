//! Page breaks: between panels; through a panel only between its rows, where it is taller than a page.

use std::ops::Range;

use scene::kurbo::{Rect, Vec2};

use super::geometry::{Part, Placed};

/// The panels of one page. `top` is the dashboard's y (px) that stands at the page's top; `shrink` is below 1 where
/// something is taller than a page.
#[derive(Clone, Debug, PartialEq)]
pub struct Sheet {
    pub top: f64,
    pub shrink: f64,
    pub panels: Vec<Placed>,
}

/// Below this a whole group of panels would be too small to read: the tall one then goes on a page of its own.
const LEAST_SHRINK: f64 = 0.55;
/// Rows a panel must have room for to begin at the foot of a page.
const LEAST_ROWS: usize = 3;

/// What is left of a dashboard is scaled down by this at most to spare a last page with next to nothing on it.
const LEAST_FIT: f64 = 0.92;

/// Deals panels (sorted by their top) out to pages of `height` dashboard px.
pub fn paginate(placed: Vec<Placed>, height: f64) -> Vec<Sheet> {
    let mut sheets = Vec::new();
    let mut rest = placed;
    while !rest.is_empty() {
        let (sheet, later) = next_sheet(rest, height);
        sheets.push(sheet);
        rest = later;
    }
    sheets
}

fn next_sheet(panels: Vec<Placed>, height: f64) -> (Sheet, Vec<Placed>) {
    let top = lowest_top(&panels);
    let end = panels.iter().map(|p| p.rect.y1).fold(top, f64::max);
    if end - top > height + 0.5 && height / (end - top) >= LEAST_FIT {
        return (Sheet { top, shrink: height / (end - top), panels }, Vec::new());
    }
    let bottom = top + height;
    let limit = bottom + 0.5;
    let first = leading_rows_end(&panels, top);
    let parted = |p: &Placed| if p.rect.height() > height || p.rect.y0 <= first { part(p, bottom, first) } else { None };
    // Nothing at or under the first panel that does not fit stays, so that reading order survives the break.
    let cut = (panels.iter().filter(|p| p.rect.y1 > limit && parted(p).is_none())).map(|p| p.rect.y0).fold(f64::INFINITY, f64::min);
    if cut <= first {
        return tall_sheet(panels, top, height);
    }
    let (mut stay, mut later): (Vec<Placed>, Vec<Placed>) = panels.into_iter().partition(|p| p.rect.y0 < cut);
    let mut rests = Vec::new();
    for p in stay.iter_mut().filter(|p| p.rect.y1 > limit) {
        if let Some((here, rest)) = parted(p) {
            rests.push((p.rect.y1, rest));
            *p = here;
        }
    }
    go_on(rests, bottom, &mut later);
    // A row's header never stands alone at the foot of a page.
    while !later.is_empty() && stay.len() > 1 && stay.last().is_some_and(|p| p.leads) {
        later.extend(stay.pop());
    }
    sort(&mut later);
    (Sheet { top, shrink: 1.0, panels: stay }, later)
}

/// The part of a panel that fits above `bottom`, and the rest. At the top of a page (`first`) a row is taken even if it is
/// too tall, so that the next page has less to do; elsewhere a part must be worth its title.
fn part(p: &Placed, bottom: f64, first: f64) -> Option<(Placed, Placed)> {
    let whole = p.part.as_ref()?;
    let (start, end) = (whole.rows.start, whole.rows.end);
    let leads = p.rect.y0 <= first;
    let mut middle = whole.extent.fitting(start, bottom - p.rect.y0);
    if leads {
        middle = middle.max(start + 1);
    }
    if middle >= end || middle < start + if leads { 1 } else { LEAST_ROWS } {
        return None;
    }
    let of = |rows: Range<usize>| {
        let part = Part { extent: whole.extent.clone(), rows };
        Placed { rect: Rect { y1: p.rect.y0 + part.height(), ..p.rect }, part: Some(part), ..p.clone() }
    };
    Some((of(start..middle), of(middle..end)))
}

/// Puts the rests of parted panels (each with the bottom it had before) on the next page: at its top, and what was below
/// them at the same distance below.
fn go_on(rests: Vec<(f64, Placed)>, bottom: f64, later: &mut Vec<Placed>) {
    let top = later.iter().map(|p| p.rect.y0).fold(bottom, f64::min);
    let rests: Vec<(f64, Placed)> =
        rests.into_iter().map(|(end, rest)| (end, Placed { rect: rest.rect + Vec2::new(0.0, top - rest.rect.y0), ..rest })).collect();
    for p in later.iter_mut() {
        let above = rests.iter().filter(|(end, _)| *end <= p.rect.y0 + 0.5);
        if let Some(shift) = above.map(|(end, rest)| rest.rect.y1 - end).reduce(f64::max) {
            p.rect = p.rect + Vec2::new(0.0, shift);
        }
    }
    later.extend(rests.into_iter().map(|(_, rest)| rest));
}

/// The first panel is taller than a page: the group that overlaps it is scaled down when it stays legible, else the
/// panel alone.
fn tall_sheet(panels: Vec<Placed>, top: f64, height: f64) -> (Sheet, Vec<Placed>) {
    let bottom = group_bottom(&panels, top);
    let shrink = height / (bottom - top);
    if shrink >= LEAST_SHRINK {
        let (group, later) = panels.into_iter().partition(|p| p.rect.y0 < bottom);
        return (Sheet { top, shrink: shrink.min(1.0), panels: group }, later);
    }
    let tall = panels.iter().position(|p| p.rect.y1 > top + height && p.part.is_none()).unwrap_or(0);
    // The row header above a tall panel goes with it; neighbours follow on the next page.
    let (mine, later): (Vec<_>, Vec<_>) = panels.into_iter().enumerate().partition(|(i, p)| *i == tall || (p.is_row && *i < tall));
    let mine: Vec<Placed> = mine.into_iter().map(|(_, p)| p).collect();
    let bottom = mine.iter().map(|p| p.rect.y1).fold(top, f64::max);
    let sheet = Sheet { top, shrink: (height / (bottom - top)).min(1.0), panels: mine };
    (sheet, later.into_iter().map(|(_, p)| p).collect())
}

fn lowest_top(panels: &[Placed]) -> f64 {
    panels.iter().map(|p| p.rect.y0).fold(f64::INFINITY, f64::min)
}

/// The top of the first thing that is no row header.
fn leading_rows_end(panels: &[Placed], top: f64) -> f64 {
    panels.iter().find(|p| !p.is_row).map_or(top, |p| p.rect.y0)
}

/// The first y under `top` that cuts no panel.
fn group_bottom(panels: &[Placed], top: f64) -> f64 {
    let mut bottom = top;
    for p in panels {
        if p.rect.y0 > bottom && bottom > leading_rows_end(panels, top) {
            break;
        }
        bottom = bottom.max(p.rect.y1);
    }
    bottom
}

fn sort(panels: &mut [Placed]) {
    panels.sort_by(|a, b| (a.rect.y0, a.rect.x0).partial_cmp(&(b.rect.y0, b.rect.x0)).unwrap_or(std::cmp::Ordering::Equal));
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use super::*;
    use crate::panel::flow::Extent;

    /// Panels as (x, y, w, h); a height of 30 stands for a row header, 31 for a collapsed one. Expected: indexes per page with the shrink in percent.
    fn check(panels: &[(f64, f64, f64, f64)], height: f64, expected: &[(&[usize], u32)]) {
        let placed = (panels.iter().enumerate())
            .map(|(index, &(x, y, w, h))| Placed {
                index,
                rect: Rect::new(x, y, x + w, y + h),
                is_row: h < 32.0,
                leads: h == 30.0,
                part: None,
            })
            .collect();
        let got: Vec<(Vec<usize>, u32)> = (paginate(placed, height).into_iter())
            .map(|s| (s.panels.iter().map(|p| p.index).collect(), (s.shrink * 100.0).round() as u32))
            .collect();
        let expected: Vec<(Vec<usize>, u32)> = expected.iter().map(|(i, s)| (i.to_vec(), *s)).collect();
        assert_eq!(got, expected);
    }

    #[test]
    fn breaks_between_panels() {
        check(&[], 500.0, &[]);
        check(&[(0., 0., 100., 200.), (0., 208., 100., 200.)], 500.0, &[(&[0, 1], 100)]);
        check(&[(0., 0., 100., 300.), (0., 308., 100., 300.)], 500.0, &[(&[0], 100), (&[1], 100)]);
        // A tall right column: the left panels beside and under its top stay in order.
        check(
            &[(0., 0., 50., 200.), (50., 0., 50., 200.), (0., 208., 50., 200.), (50., 208., 50., 400.), (0., 416., 50., 60.)],
            500.0,
            &[(&[0, 1], 100), (&[2, 3, 4], 100)],
        );
    }

    #[test]
    fn a_little_too_much_is_scaled_down() {
        check(&[(0., 0., 100., 250.), (0., 258., 100., 250.)], 500.0, &[(&[0, 1], 98)]);
        check(&[(0., 0., 100., 500.), (0., 508., 100., 250.), (0., 766., 100., 280.)], 500.0, &[(&[0], 100), (&[1, 2], 93)]);
        check(&[(0., 0., 100., 250.), (0., 258., 100., 300.)], 500.0, &[(&[0], 100), (&[1], 100)]);
    }

    #[test]
    fn rows_stay_with_their_panels() {
        check(&[(0., 0., 100., 400.), (0., 408., 100., 30.), (0., 446., 100., 200.)], 500.0, &[(&[0], 100), (&[1, 2], 100)]);
        check(&[(0., 0., 100., 30.), (0., 38., 100., 600.)], 500.0, &[(&[0, 1], 78)]);
        check(&[(0., 0., 100., 400.), (0., 408., 100., 31.), (0., 446., 100., 200.)], 500.0, &[(&[0, 1], 100), (&[2], 100)]);
    }

    #[test]
    fn what_is_taller_than_a_page_shrinks() {
        check(&[(0., 0., 100., 625.), (0., 633., 100., 100.)], 500.0, &[(&[0], 80), (&[1], 100)]);
        check(&[(0., 0., 50., 2000.), (50., 0., 50., 100.)], 500.0, &[(&[0], 25), (&[1], 100)]);
    }

    /// Panels as (x, y, rows): without rows 100 px high, else rows of 50 px between a head of 40 px, a foot of 30 px and an
    /// edge of 10 px. Expected per page: (index, y on the page, rows).
    fn parted(panels: &[(f64, f64, usize)], height: f64, expected: &[&[(usize, f64, Range<usize>)]]) {
        let placed = (panels.iter().enumerate())
            .map(|(index, &(x, y, rows))| {
                let extent = Arc::new(Extent { head: 40.0, rows: vec![50.0; rows], foot: 30.0, edge: 10.0, ..Extent::default() });
                let part = (rows > 0).then_some(Part { extent, rows: 0..rows });
                let h = part.as_ref().map_or(100.0, Part::height);
                Placed { index, rect: Rect::new(x, y, x + 100.0, y + h), is_row: false, leads: false, part }
            })
            .collect();
        let got: Vec<Vec<(usize, f64, Range<usize>)>> = (paginate(placed, height).into_iter())
            .map(|s| {
                s.panels.iter().map(|p| (p.index, p.rect.y0 - s.top, p.part.as_ref().map_or(0..0, |part| part.rows.clone()))).collect()
            })
            .collect();
        assert_eq!(got, expected);
    }

    #[test]
    fn tall_tables_go_on_over_pages() {
        // 400 px hold 7 rows between head and edge; the foot goes with the last row.
        parted(&[(0., 0., 16)], 400.0, &[&[(0, 0., 0..7)], &[(0, 0., 7..14)], &[(0, 0., 14..16)]]);
        parted(&[(0., 0., 8)], 400.0, &[&[(0, 0., 0..7)], &[(0, 0., 7..8)]]);
        // Next to nothing is left: all of it is a little smaller instead.
        parted(&[(0., 0., 7)], 400.0, &[&[(0, 0., 0..7)]]);
        // One that fits a page is not parted, nor does a part begin where there is no room for three rows.
        parted(&[(0., 0., 0), (0., 108., 6)], 400.0, &[&[(0, 0., 0..0)], &[(1, 0., 0..6)]]);
        parted(&[(0., 0., 0), (0., 220., 9)], 400.0, &[&[(0, 0., 0..0)], &[(1, 0., 0..7)], &[(1, 0., 7..9)]]);
        parted(&[(0., 0., 0), (0., 108., 9)], 400.0, &[&[(0, 0., 0..0), (1, 108., 0..4)], &[(1, 0., 4..9)]]);
    }

    /// A chart whose legend goes on: its headings stand again above what is on the next page.
    #[test]
    fn what_stands_again_takes_its_room() {
        let extent =
            Arc::new(Extent { head: 40.0, again: 60.0, rows: vec![200.0, 50.0, 50.0, 50.0, 50.0, 50.0, 50.0, 50.0], ..Extent::default() });
        let part = Part { extent, rows: 0..8 };
        let panel = Placed { index: 0, rect: Rect::new(0.0, 0.0, 100.0, part.height()), is_row: false, leads: false, part: Some(part) };
        let rows: Vec<_> =
            paginate(vec![panel], 400.0).iter().map(|s| s.panels[0].part.as_ref().map(|part| (part.rows.clone(), part.height()))).collect();
        assert_eq!(rows, [Some((0..4, 390.0)), Some((4..8, 300.0))]);
    }

    #[test]
    fn what_is_beside_and_below_a_parted_table_keeps_its_place() {
        // Two tables beside each other, a panel beside them and one below.
        parted(
            &[(0., 0., 9), (100., 0., 16), (200., 0., 0), (0., 888., 0)],
            400.0,
            &[&[(0, 0., 0..7), (1, 0., 0..7), (2, 0., 0..0)], &[(0, 0., 7..9), (1, 0., 7..14)], &[(1, 0., 14..16), (3, 188., 0..0)]],
        );
    }
}
