//! The columns of a table: what they hold, how they are aligned, how wide they are.

use grafana::frame::{Field, FieldType, Frame, Values};
use scene::TextStyle;
use serde_json::Value as Json;

use super::{
    PADDING,
    cell::{Cells, Gauges},
    text_style,
};
use crate::{
    bar_gauge::{DisplayMode, ValueMode},
    drawing::Align,
};

/// What a cell shows (`custom.cellOptions.type`, old `custom.displayMode` included).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Auto,
    ColorText,
    /// Whether the background is a gradient, and whether it colours the whole row.
    ColorBackground {
        gradient: bool,
        row: bool,
    },
    Gauge(DisplayMode, ValueMode),
    Json,
    Geo,
    Image,
    DataLinks,
    Actions,
    Pill,
    Markdown,
    Sparkline {
        with_value: bool,
    },
}

pub struct Column<'a> {
    pub field: &'a Field,
    pub header: String,
    pub kind: Kind,
    pub align: Align,
    pub wraps: bool,
    /// Its name may take several lines.
    pub wraps_header: bool,
    /// Sorted by it: descending or not.
    pub sorted: Option<bool>,
    pub x: f64,
    pub width: f64,
    pub gauges: Option<Gauges>,
    /// Room for the numbers before sparklines, px.
    pub number_width: f64,
}

impl Column<'_> {
    /// Whether its cells are shown as indented JSON.
    pub fn is_json(&self) -> bool {
        self.kind == Kind::Json || self.field.kind == FieldType::Other
    }

    /// The font of its cells.
    pub fn style(&self) -> TextStyle {
        match self.kind {
            Kind::Json | Kind::Geo => TextStyle::mono(14.0),
            _ => text_style(),
        }
    }
}

const DEFAULT_WIDTH: f64 = 150.0;
/// Rows whose content decides how wide columns must be where there is no room for all.
const MEASURED_ROWS: usize = 100;

/// The name a column has.
pub fn name(field: &Field) -> &str {
    field.display_name.as_deref().unwrap_or(&field.name)
}

/// The columns that are not hidden; tables inside the table are none.
pub fn columns<'a>(frame: &'a Frame, sorted_by: &[(String, bool)]) -> Vec<Column<'a>> {
    let shown = |field: &&Field| {
        let custom = &field.config.custom;
        let hidden = custom.get("hidden").and_then(Json::as_bool).unwrap_or(false);
        let from = custom.get("hideFrom").and_then(|h| h.get("viz")).and_then(Json::as_bool).unwrap_or(false);
        !(hidden || from || is_nested(field))
    };
    let column = |field: &'a Field| {
        let custom = &field.config.custom;
        let flag = |key: &str| custom.get(key).and_then(Json::as_bool).unwrap_or(false);
        let wraps_old = option(field, "wrapText").and_then(Json::as_bool).unwrap_or(false);
        let kind = kind(field);
        Column {
            field,
            header: if flag("hideHeader") { String::new() } else { name(field).to_owned() },
            kind,
            align: align(field, kind),
            wraps: flag("wrapText") || wraps_old,
            wraps_header: flag("wrapHeaderText"),
            sorted: sorted_by.iter().find(|(wanted, _)| wanted == name(field)).map(|(_, descending)| *descending),
            x: 0.0,
            width: 0.0,
            gauges: None,
            number_width: 0.0,
        }
    };
    frame.fields.iter().filter(shown).map(column).collect()
}

/// Whether the cells of a field are lists of tables ("Group to nested tables").
pub fn is_nested(field: &Field) -> bool {
    let is_table = |json: &Json| json.as_array().and_then(|list| list.first()).is_some_and(|first| first.get("schema").is_some());
    field.kind == FieldType::Frame && matches!(&field.values, Values::Other(cells) if cells.iter().any(is_table))
}

fn option<'a>(field: &'a Field, key: &str) -> Option<&'a Json> {
    field.config.custom.get("cellOptions")?.get(key)
}

/// How the cells of a field are drawn. The old `displayMode` goes before `cellOptions`, as in Grafana.
pub fn kind(field: &Field) -> Kind {
    let custom = &field.config.custom;
    let word = |key: &str| option(field, key).and_then(Json::as_str);
    let flag = |key: &str| option(field, key).and_then(Json::as_bool).unwrap_or(false);
    let bar = |mode: Option<&str>| match mode {
        Some("basic") => DisplayMode::Basic,
        Some("lcd") => DisplayMode::Lcd,
        _ => DisplayMode::Gradient,
    };
    let number = match word("valueDisplayMode") {
        Some("color") => ValueMode::Color,
        Some("hidden") => ValueMode::Hidden,
        _ => ValueMode::Text,
    };
    let old = custom.get("displayMode").and_then(Json::as_str).filter(|mode| !mode.is_empty());
    match old.or(word("type")).unwrap_or("auto") {
        "color-text" => Kind::ColorText,
        "color-background" if old.is_some() => Kind::ColorBackground { gradient: true, row: false },
        "color-background" => Kind::ColorBackground { gradient: word("mode").unwrap_or("gradient") == "gradient", row: flag("applyToRow") },
        "color-background-solid" => Kind::ColorBackground { gradient: false, row: old.is_none() && flag("applyToRow") },
        "gauge" => Kind::Gauge(bar(word("mode")), number),
        "gradient-gauge" => Kind::Gauge(DisplayMode::Gradient, ValueMode::Text),
        "lcd-gauge" => Kind::Gauge(DisplayMode::Lcd, ValueMode::Text),
        "basic" => Kind::Gauge(DisplayMode::Basic, ValueMode::Text),
        "json-view" => Kind::Json,
        "geo" => Kind::Geo,
        "auto" if field.kind == FieldType::Geo => Kind::Geo,
        "image" => Kind::Image,
        "data-links" => Kind::DataLinks,
        "actions" => Kind::Actions,
        "pill" if field.kind == FieldType::String || (field.kind == FieldType::Other && holds_list(field)) => Kind::Pill,
        "markdown" if field.kind == FieldType::String => Kind::Markdown,
        "sparkline" => Kind::Sparkline { with_value: !flag("hideValue") },
        "auto" if field.kind == FieldType::Frame => Kind::Sparkline { with_value: !flag("hideValue") },
        _ => Kind::Auto,
    }
}

fn holds_list(field: &Field) -> bool {
    matches!(&field.values, Values::Other(cells) if cells.iter().any(Json::is_array))
}

fn align(field: &Field, kind: Kind) -> Align {
    let is_text = matches!(kind, Kind::Auto | Kind::ColorText | Kind::ColorBackground { .. });
    match field.config.custom.get("align").and_then(Json::as_str) {
        Some("left") => Align::Left,
        Some("center") => Align::Center,
        Some("right") => Align::Right,
        _ if is_text && field.kind == FieldType::Number => Align::Right,
        _ => Align::Left,
    }
}

/// A table with too many columns is drawn smaller, but never smaller than this.
const LEAST_SCALE: f64 = 0.6;
/// What a column may take for its content before it is cut where room is short, px.
const WIDEST_CONTENT: f64 = 300.0;

/// Widths as Grafana deals them out: fixed ones first, the rest evenly. Where that is more than there is, a screen
/// scrolls. DIFFERENCE: paper cannot, so columns then take what their content needs, the table is drawn smaller, and only
/// then the widest are cut. `content` says what a column needs. Returns that scale; widths add up to `available` divided by it.
pub fn set_widths(columns: &mut [Column], available: f64, content: impl Fn(usize, &Column) -> f64) -> f64 {
    let custom = |c: &Column, key: &str| c.field.config.custom.get(key).and_then(Json::as_f64).filter(|w| *w > 0.0);
    let fixed: f64 = columns.iter().filter_map(|c| custom(c, "width")).sum();
    let open = columns.iter().filter(|c| custom(c, "width").is_none()).count().max(1) as f64;
    let mut widths: Vec<f64> = (columns.iter())
        .map(|c| custom(c, "width").unwrap_or_else(|| f64::max(custom(c, "minWidth").unwrap_or(DEFAULT_WIDTH), (available - fixed) / open)))
        .collect();
    let mut scale = 1.0;
    if widths.iter().sum::<f64>() > available + 0.5 {
        let limit = |c: &Column| custom(c, "width").unwrap_or(WIDEST_CONTENT);
        let needed: Vec<f64> = columns.iter().enumerate().map(|(i, c)| content(i, c).min(limit(c))).collect();
        (widths, scale) = squeeze(needed, available);
    }
    let mut x = 0.0;
    for (column, width) in columns.iter_mut().zip(widths) {
        (column.x, column.width) = (x, width);
        x += width;
    }
    scale
}

/// Widths that add up to `available` over the scale that comes with them. Spare room is shared; where even the least scale
/// is not enough, the widest columns give way until the rest fits.
fn squeeze(needed: Vec<f64>, available: f64) -> (Vec<f64>, f64) {
    let total: f64 = needed.iter().sum();
    let scale = (available / total).clamp(LEAST_SCALE, 1.0);
    let room = available / scale;
    if total <= room {
        let spare = (room - total) / needed.len().max(1) as f64;
        return (needed.into_iter().map(|w| w + spare).collect(), scale);
    }
    let mut sorted = needed.clone();
    sorted.sort_by(f64::total_cmp);
    let (mut left, mut level) = (room, 0.0);
    for (i, width) in sorted.iter().enumerate() {
        level = left / (sorted.len() - i) as f64;
        if *width > level {
            break;
        }
        left -= width;
    }
    (needed.into_iter().map(|w| w.min(level)).collect(), scale)
}

/// What a column's header and cells need when nothing is cut, px.
pub fn content_width(column: &Column, cells: &Cells, rows: &[usize]) -> f64 {
    let header = cells.fonts.width(&column.header, &text_style().medium());
    let widest = rows.iter().take(MEASURED_ROWS).map(|row| cells.text_width(column, *row)).fold(0.0, f64::max);
    header.max(widest).max(12.0) + 2.0 * PADDING + 1.0
}

#[cfg(test)]
mod tests {
    use super::*;

    fn check(needed: &[f64], available: f64, expected: (&[f64], f64)) {
        let (widths, scale) = squeeze(needed.to_vec(), available);
        let rounded: Vec<f64> = widths.iter().map(|w| w.round()).collect();
        assert_eq!((rounded.as_slice(), (scale * 100.0).round()), expected);
    }

    #[test]
    fn narrow_columns_keep_their_width() {
        check(&[50.0, 100.0], 200.0, (&[75.0, 125.0], 100.0));
        check(&[50.0, 200.0], 200.0, (&[50.0, 200.0], 80.0));
        check(&[50.0, 60.0, 300.0, 300.0], 240.0, (&[50.0, 60.0, 145.0, 145.0], 60.0));
    }
}
