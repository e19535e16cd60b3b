//! Page breaks: between panels, never through one.

use super::geometry::Placed;

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
    let limit = top + height + 0.5;
    // Nothing at or under the first panel that does not fit stays, so that reading order survives the break.
    let cut = (panels.iter().filter(|p| p.rect.y1 > limit)).map(|p| p.rect.y0).fold(f64::INFINITY, f64::min);
    if cut <= leading_rows_end(&panels, top) {
        return tall_sheet(panels, top, height);
    }
    let (mut stay, mut later): (Vec<Placed>, Vec<Placed>) = panels.into_iter().partition(|p| p.rect.y0 < cut);
    // A row's header never stands alone at the foot of a page.
    while !later.is_empty() && stay.len() > 1 && stay.last().is_some_and(|p| p.leads) {
        later.extend(stay.pop());
    }
    sort(&mut later);
    (Sheet { top, shrink: 1.0, panels: stay }, later)
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
    let tall = panels.iter().position(|p| p.rect.y1 > top + height).unwrap_or(0);
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
    use scene::kurbo::Rect;

    use super::*;

    /// Panels as (x, y, w, h); a height of 30 stands for a row header, 31 for a collapsed one. Expected: indexes per page with the shrink in percent.
    fn check(panels: &[(f64, f64, f64, f64)], height: f64, expected: &[(&[usize], u32)]) {
        let placed = (panels.iter().enumerate())
            .map(|(index, &(x, y, w, h))| Placed { index, rect: Rect::new(x, y, x + w, y + h), is_row: h < 32.0, leads: h == 30.0 })
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
}
