//! The marks: bodies and sticks, or open-high-low-close bars, and bars of volume.

use grafana::theme::Theme;
use scene::{
    Color, Mark,
    kurbo::{BezPath, Rect, Shape},
};
use serde_json::{Map, Value as Json};

use super::{Mode, roles::Roles};
use crate::{
    chart::{
        area::reachable,
        graph::{Aligned, SeriesPen},
        number::js_round,
        path,
    },
    drawing::ink,
    panel::options,
};

/// What is drawn of the prices.
pub struct Candles {
    open: usize,
    close: usize,
    /// The highest and lowest price.
    pub price: Option<(usize, usize)>,
    pub volume: Option<usize>,
    volume_alpha: f32,
    as_bars: bool,
    /// Colours tell whether the price rose since the last close, not since the opening.
    since_close: bool,
    /// Rising, falling, level.
    colors: [String; 3],
}

impl Candles {
    /// `None` where the fields do not allow candles: then all are lines.
    pub fn read(roles: &Roles, saved: &Map<String, Json>, mode: Mode, aligned: &Aligned) -> Option<Candles> {
        let price = roles.high.zip(roles.low).filter(|_| mode != Mode::Volume);
        let volume = roles.volume.filter(|_| mode != Mode::Candles);
        if price.is_none() && volume.is_none() {
            return None;
        }
        let opacity = volume.map_or(0.0, |index| aligned.series[index].style.fill_opacity);
        let color = |key: &str, default: &str| options::text(saved, &format!("colors.{key}"), default).to_owned();
        Some(Candles {
            open: roles.open?,
            close: roles.close?,
            price,
            volume,
            volume_alpha: if opacity > 0.0 { opacity as f32 } else { 0.5 },
            as_bars: options::text(saved, "candleStyle", "candles") == "ohlcbars",
            since_close: options::text(saved, "colorStrategy", "open-close") == "close-close",
            colors: [color("up", "green"), color("down", "red"), color("flat", "gray")],
        })
    }

    /// Fields that draw no line of their own.
    pub fn rendered(&self) -> Vec<usize> {
        let prices = self.price.map(|(high, low)| [self.open, high, low, self.close]);
        prices.into_iter().flatten().chain(self.volume).collect()
    }

    pub fn all(&self) -> Vec<usize> {
        let mut all = self.rendered();
        all.extend([self.open, self.close]);
        all
    }

    /// Under the lines of other fields. Source: grafana 12.4.0 `drawMarkers`.
    pub fn draw(&self, pen: &SeriesPen, theme: &Theme) -> Vec<Mark> {
        let times = &pen.aligned.times;
        let Some((first, last)) = path::window(times, &pen.area.x) else {
            return Vec::new();
        };
        let value = |series: usize, at: usize| pen.aligned.series[series].cells.get(at).and_then(|cell| cell.value());
        let y = |series: usize, value: f64| pen.scales.of_series(series).map(|scale| js_round(reachable(pen.area.y_px(value, scale))));
        let body_px = js_round(0.6 * reachable(self.column_px(pen)));
        let line_px = if body_px <= 12.0 { 1.0 } else { 2.0 };
        let half = (body_px / 2.0).floor();
        let (mut prices, mut volumes): ([BezPath; 3], [BezPath; 3]) = Default::default();
        for (at, time) in times.iter().enumerate().take(last + 1).skip(first) {
            let x = js_round(reachable(pen.area.x_px(*time)));
            let (Some(open), Some(close)) = (value(self.open, at), value(self.close, at)) else { continue };
            let within = direction(open, close);
            let since = if at == first { 0 } else { value(self.close, at - 1).map_or(0, |before| direction(before, close)) };
            let way = if self.since_close { since } else { within };
            // Level prices look like rising ones, but for the first in sight.
            let kind = match way {
                1 => 0,
                -1 => 1,
                _ if at == first => 2,
                _ => 0,
            };
            if let Some((volume, top)) = self.volume.and_then(|index| Some((index, y(index, value(index, at)?)?))) {
                let base = y(volume, 0.0).unwrap_or(top);
                put(&mut volumes[kind], Rect::new(x - half, top, x - half + body_px, base));
            }
            let Some((high_index, low_index)) = self.price else { continue };
            let highs = value(high_index, at).and_then(|high| y(high_index, high));
            let lows = value(low_index, at).and_then(|low| y(low_index, low));
            let (Some(high), Some(low)) = (highs, lows) else { continue };
            let (Some(open_px), Some(close_px)) = (y(self.open, open), y(self.close, close)) else { continue };
            let candle = Candle { x, high, low, open: open_px, close: close_px, rose: within >= 0, body_px, line_px };
            if self.as_bars {
                candle.put_bars(&mut prices[kind]);
            } else {
                candle.put_body(&mut prices[kind], self.since_close);
            }
        }
        let colors: [Color; 3] = std::array::from_fn(|kind| ink(theme.color(&self.colors[kind])));
        let fills = |paths: [BezPath; 3], alpha: Option<f32>| -> Vec<Mark> {
            let color = |color: Color| alpha.map_or(color, |alpha| color.with_alpha(alpha));
            let filled = paths.into_iter().zip(colors).filter(|(path, _)| !path.is_empty());
            filled.map(|(path, one)| Mark::fill(path, color(one))).collect()
        };
        let mut marks = fills(volumes, Some(self.volume_alpha));
        marks.extend(fills(prices, None));
        vec![Mark::clipped(pen.area.rect, marks)]
    }

    /// The least distance of two candles; the whole plot where there is one.
    fn column_px(&self, pen: &SeriesPen) -> f64 {
        let cells = &pen.aligned.series[self.open].cells;
        let present = pen.aligned.times.iter().zip(cells).filter(|(_, cell)| **cell != path::Cell::Absent).map(|(time, _)| *time);
        let present: Vec<f64> = present.collect();
        let nearest = present.windows(2).min_by(|a, b| (a[1] - a[0]).abs().total_cmp(&(b[1] - b[0]).abs()));
        nearest.map_or(pen.area.rect.width(), |pair| (pen.area.x_px(pair[1]) - pen.area.x_px(pair[0])).abs())
    }
}

/// One moment's prices in px.
struct Candle {
    x: f64,
    high: f64,
    low: f64,
    open: f64,
    close: f64,
    rose: bool,
    body_px: f64,
    line_px: f64,
}

impl Candle {
    fn stick(&self, from: f64, to: f64) -> Rect {
        let left = self.x - (self.line_px / 2.0).floor();
        Rect::new(left, from, left + self.line_px, to)
    }

    fn half(&self) -> f64 {
        (self.body_px / 2.0).floor()
    }

    /// The opening price to the left, the closing price to the right.
    fn put_bars(&self, path: &mut BezPath) {
        put(path, self.stick(self.high, self.low));
        put(path, Rect::new(self.x - self.half(), self.open, self.x, self.open + self.line_px));
        put(path, Rect::new(self.x, self.close, self.x + self.half(), self.close + self.line_px));
    }

    /// `may_be_hollow`: prices that rose since the opening leave their body empty, where there is room for its outline.
    fn put_body(&self, path: &mut BezPath, may_be_hollow: bool) {
        let top = self.open.min(self.close);
        let bottom = self.open.max(self.close).max(top + 1.0);
        let left = self.x - self.half();
        let body = Rect::new(left, top, left + self.body_px, bottom);
        let outline = self.line_px * 2.0;
        if !(may_be_hollow && self.rose && body.height() > outline && body.width() > outline) {
            put(path, self.stick(self.high, self.low));
            put(path, body);
            return;
        }
        put(path, self.stick(self.high, top));
        put(path, self.stick(bottom, self.low));
        put(path, body);
        // The other way round: a hole.
        path.extend(body.inset(-self.line_px).to_path(0.1).reverse_subpaths());
    }
}

fn direction(from: f64, to: f64) -> i32 {
    if to > from {
        1
    } else if to < from {
        -1
    } else {
        0
    }
}

/// All rectangles wind the same way, so that overlapping ones add up.
fn put(path: &mut BezPath, rect: Rect) {
    path.extend(rect.abs().to_path(0.1));
}
