//! What stands in one cell.

use grafana::{
    field::{self, DataLink, DisplayContext, DisplayValue, FieldColor, NameContext, Threshold, ThresholdsConfig},
    frame::{Field, FieldType, Frame, Value, frame_from_json},
};
use scene::{
    Color, Fonts, Group, Image, LinearGradient, Mark, Paint, PathMark, Role, TextStyle,
    kurbo::{Line as Segment, Rect, Shape, Size, Vec2},
};
use serde_json::Value as Json;

use super::{
    LINE, PADDING,
    column::{Column, Kind},
    text_style,
};
use crate::{
    bar_gauge::{BarGauge, DisplayMode, Look, NamePlacement, ValueMode},
    color_math::{darken, spin, text_on},
    drawing::{self, Align, ink},
    panel::{repeater::Alignment, sparkline},
    rich_text::{
        flow::{self, plain_text},
        html, markdown,
    },
    view::PanelView,
};

/// What all cells of a table are drawn with.
pub struct Cells<'a> {
    pub view: &'a PanelView,
    pub frame: &'a Frame,
    pub fonts: &'a Fonts,
    pub context: &'a DisplayContext<'a>,
    pub names: NameContext,
}

/// What the gauges of a column share: its field with a settled scale and no values, and its longest text.
pub struct Gauges {
    field: Field,
    longest: String,
}

/// Space between two links in a cell, px.
const LINK_GAP: f64 = 8.0;
const FALLBACK: Color = Color::rgb(128, 128, 128);

impl Cells<'_> {
    fn display(&self, column: &Column, row: usize) -> DisplayValue {
        field::display_value(column.field, &column.field.values.get(row), None, self.context)
    }

    /// The text of a cell in one line.
    fn text(&self, column: &Column, row: usize) -> String {
        let value = column.field.values.get(row);
        match column.kind {
            Kind::Json => match &value {
                Value::Json(json) => spread_json(json),
                Value::Null => String::new(),
                other => field::to_text(other),
            },
            Kind::Image => {
                let alt = column.field.config.custom.get("cellOptions").and_then(|o| o.get("alt")).and_then(Json::as_str).unwrap_or("");
                if alt.is_empty() { "[image]".to_owned() } else { format!("[{alt}]") }
            }
            Kind::DataLinks => {
                column.field.config.links.iter().map(|link| self.link_title(link, column, row)).collect::<Vec<_>>().join("  ")
            }
            Kind::Markdown => plain_text(&html::parse(&markdown::to_html(&self.display(column, row).full()))),
            _ => self.display(column, row).full(),
        }
    }

    /// Width of a cell's content when nothing is cut, px.
    pub fn text_width(&self, column: &Column, row: usize) -> f64 {
        match column.kind {
            Kind::Gauge(..) | Kind::Sparkline { .. } => 120.0,
            Kind::Pill => pills(&column.field.values.get(row)).iter().map(|p| self.fonts.width(p, &pill_style()) + 16.0).sum(),
            _ => self.fonts.width(beginning(&one_line(&self.text(column, row)), 200), &text_style()),
        }
    }

    /// Height a cell needs, px: that of its lines, or of its document.
    pub fn height(&self, column: &Column, row: usize) -> f64 {
        match column.kind {
            Kind::Markdown => self.document(column, row).height + 2.0 * PADDING,
            _ if column.wraps => self.wrapped(column, &self.text(column, row)).len().max(1) as f64 * LINE + 2.0 * PADDING,
            _ => 0.0,
        }
    }

    fn document(&self, column: &Column, row: usize) -> flow::Laid {
        let source = markdown::to_html(&self.display(column, row).full());
        let width = (column.width - 2.0 * PADDING).max(1.0);
        flow::lay_out(&html::parse(&source), width, self.context.theme, self.fonts)
    }

    fn link_title(&self, link: &DataLink, column: &Column, row: usize) -> String {
        field::expand_in_row(&link.title, column.field, self.frame, &self.names, row, self.context)
    }

    /// The address of a data link for one cell.
    fn address(&self, link: &DataLink, column: &Column, row: usize) -> String {
        field::expand_in_row(&link.url, column.field, self.frame, &self.names, row, self.context)
    }

    /// The links of a cell beside each other, each by its title.
    fn links(&self, column: &Column, row: usize, inner: Rect) -> Vec<Mark> {
        let mut x = inner.x0;
        let mut marks = Vec::new();
        for link in &column.field.config.links {
            if x >= inner.x1 {
                break;
            }
            let text = self.fonts.ellipsize(&one_line(&self.link_title(link, column, row)), &text_style(), inner.x1 - x);
            let area = Rect::new(x, inner.center().y - LINE / 2.0, x + text.width_px, inner.center().y + LINE / 2.0);
            let base = drawing::centered_baseline(inner.center().y, 14.0);
            let title = drawing::shaped(text, x, base, ink(self.context.theme.text_link));
            marks.push(linked(self.address(link, column, row), area, vec![title]));
            x = area.x1 + LINK_GAP;
        }
        marks
    }

    fn wrapped(&self, column: &Column, text: &str) -> Vec<std::sync::Arc<scene::ShapedText>> {
        let width = (column.width - 2.0 * PADDING).max(1.0);
        text.split('\n').flat_map(|line| self.fonts.wrap(line, &text_style(), width)).collect()
    }

    /// All cells of a row whose top is at `y`.
    pub fn row(&self, columns: &[Column], row: usize, y: f64, height: f64) -> Mark {
        let mut marks = Vec::new();
        let whole = columns.last().map_or(0.0, |c| c.x + c.width);
        let ruling = columns.iter().find(|c| matches!(c.kind, Kind::ColorBackground { row: true, .. }));
        let row_color = ruling.and_then(|c| self.display(c, row).color).map(ink).filter(|c| c.a > 0.0);
        if let Some(color) = row_color {
            let gradient = ruling.is_some_and(|c| matches!(c.kind, Kind::ColorBackground { gradient: true, .. }));
            marks.push(self.background(Rect::new(0.0, y, whole, y + height), color, gradient));
        }
        for column in columns {
            let area = Rect::new(column.x, y, column.x + column.width, y + height);
            marks.push(drawing::role(Role::Cell, self.cell(column, row, area, row_color)));
        }
        drawing::role(Role::Row, marks)
    }

    /// A coloured ground; Grafana's gradient runs at 120° from a turned, darker tone.
    fn background(&self, area: Rect, color: Color, gradient: bool) -> Mark {
        if !gradient {
            return drawing::fill_rect(area, color);
        }
        let factor = if self.context.theme.is_dark { 1.0 } else { -0.7 };
        let from = spin(darken(color, 15.0 * factor), 5.0);
        let (sin, cos) = 120_f64.to_radians().sin_cos();
        let along = Vec2::new(sin, -cos) * ((area.width() * sin.abs() + area.height() * cos.abs()) / 2.0);
        let paint = LinearGradient { from: area.center() - along, to: area.center() + along, stops: vec![(0.0, from), (1.0, color)] };
        Mark::Path(PathMark { path: area.to_path(0.1), fill: Some(Paint::Linear(paint)), stroke: None })
    }

    fn cell(&self, column: &Column, row: usize, area: Rect, row_color: Option<Color>) -> Vec<Mark> {
        let inner = area.inset((-PADDING, 0.0));
        if inner.width() <= 1.0 {
            return Vec::new();
        }
        match column.kind {
            Kind::Gauge(mode, number) => return self.gauge(column, row, inner, mode, number),
            Kind::Pill => return self.pills(column, row, inner),
            Kind::Sparkline { value } => return self.sparkline(column, row, inner, value),
            Kind::DataLinks => return self.links(column, row, inner),
            Kind::Image => {
                if let Some(picture) = self.picture(column, row, Rect { y0: area.y0 + 2.0, y1: area.y1 - 2.0, ..inner }) {
                    let mark = Mark::Image(picture);
                    return vec![match column.field.config.links.first() {
                        Some(link) => linked(self.address(link, column, row), area, vec![mark]),
                        None => mark,
                    }];
                }
            }
            Kind::Markdown => {
                let document = self.document(column, row);
                let top = (area.center().y - document.height / 2.0).max(area.y0 + PADDING);
                return vec![Mark::clipped(area, vec![Mark::at(inner.x0, top, document.marks)])];
            }
            _ => {}
        }
        let theme = self.context.theme;
        let mut color = row_color.map_or(ink(theme.text_primary), |ground| text_on(ground, theme.is_dark));
        let mut marks = Vec::new();
        let mut colored = row_color.is_some();
        match column.kind {
            Kind::ColorText => {
                if let Some(own) = self.display(column, row).color {
                    (color, colored) = (ink(own), true);
                }
            }
            Kind::ColorBackground { gradient, row: false } => {
                if let Some(ground) = self.display(column, row).color.map(ink) {
                    marks.push(self.background(area, ground, gradient));
                    (color, colored) = (text_on(ground, theme.is_dark), true);
                }
            }
            _ => {}
        }
        let link = column.field.config.links.first();
        if link.is_some() && !colored {
            color = ink(theme.text_link);
        }
        let text = self.text(column, row);
        if column.wraps {
            let text = self.wrapped_text(column, &text, area, color);
            marks.push(match link {
                Some(link) => linked(self.address(link, column, row), area, vec![text]),
                None => text,
            });
            return marks;
        }
        let style = if column.kind == Kind::Json { TextStyle::mono(14.0) } else { text_style() };
        let shaped = self.fonts.ellipsize(&one_line(&text), &style, inner.width());
        let x = inner.x0 + column.align.offset(inner.width(), shaped.width_px).max(0.0);
        let base = drawing::centered_baseline(area.center().y, 14.0);
        let width = shaped.width_px;
        let line = drawing::shaped(shaped, x, base, color);
        let Some(link) = link else {
            marks.push(line);
            return marks;
        };
        let mut inside = vec![line];
        if colored {
            inside.push(Mark::stroke(Segment::new((x, base + 2.0), (x + width, base + 2.0)).to_path(0.1), color, 1.0));
        }
        let place = Rect::new(x, area.center().y - LINE / 2.0, x + width, area.center().y + LINE / 2.0);
        marks.push(linked(self.address(link, column, row), place, inside));
        marks
    }

    /// The picture a cell names, as large as it fits and no larger than it is.
    fn picture(&self, column: &Column, row: usize, room: Rect) -> Option<Image> {
        let Value::String(address) = column.field.values.get(row) else { return None };
        let data = self.view.pictures.by_url.get(&address)?;
        let (format, width, height) = Image::probe(data)?;
        let (width, height) = (f64::from(width), f64::from(height));
        let scale = (room.width() / width).min(room.height() / height).min(1.0);
        let x = room.x0 + column.align.offset(room.width(), width * scale);
        let y = room.center().y - height * scale / 2.0;
        let rect = Rect::new(x, y, x + width * scale, y + height * scale);
        Some(Image { rect, format, data: data.clone(), alt: self.text(column, row) })
    }

    fn wrapped_text(&self, column: &Column, text: &str, area: Rect, color: Color) -> Mark {
        let lines = self.wrapped(column, text);
        let width = area.width() - 2.0 * PADDING;
        let mut top = (area.center().y - lines.len() as f64 * LINE / 2.0).max(area.y0 + PADDING);
        let mut marks = Vec::new();
        for line in lines {
            let x = area.x0 + PADDING + column.align.offset(width, line.width_px).max(0.0);
            marks.push(drawing::shaped(line, x, drawing::baseline(top, LINE, 14.0), color));
            top += LINE;
        }
        Mark::Group(Group { clip: Some(area.to_path(0.1)), marks, ..Group::default() })
    }

    /// What the gauges of a column share.
    pub fn gauges(&self, column: &Column) -> Option<Gauges> {
        if !matches!(column.kind, Kind::Gauge(..)) {
            return None;
        }
        let range = field::field_range(column.field);
        let mut own = field_without_values(column.field);
        own.config.min = own.config.min.or(range.min);
        own.config.max = own.config.max.or(range.max);
        if own.config.thresholds.is_none() {
            own.config.thresholds = Some(ThresholdsConfig {
                steps: vec![
                    Threshold { value: f64::NEG_INFINITY, color: "blue".to_owned() },
                    Threshold { value: 20.0, color: "green".to_owned() },
                ],
                ..ThresholdsConfig::default()
            });
            own.config.color.get_or_insert_with(|| FieldColor { mode: "thresholds".to_owned(), ..FieldColor::default() });
        }
        let longest = (0..column.field.values.len().min(1000))
            .map(|row| self.display(column, row).full())
            .fold(String::new(), |best, text| if text.chars().count() > best.chars().count() { text } else { best });
        Some(Gauges { field: own, longest })
    }

    fn gauge(&self, column: &Column, row: usize, inner: Rect, mode: DisplayMode, number: ValueMode) -> Vec<Mark> {
        let Some(Gauges { field: own, longest }) = &column.gauges else { return Vec::new() };
        let mut value = field::display_value(own, &column.field.values.get(row), None, self.context);
        value.title = None;
        let longest = if value.full().chars().count() > longest.chars().count() { value.full() } else { longest.clone() };
        let look = Look {
            display_mode: mode,
            value_mode: number,
            placement: NamePlacement::Hidden,
            unfilled: true,
            title_size: None,
            value_size: Some(14.0),
            spacing: 1.0,
            lcd_cell: 8.0,
        };
        let height = (inner.height() - 2.0 * PADDING).min(48.0);
        let gauge = BarGauge {
            value: &value,
            field: own,
            look: &look,
            vertical: false,
            size: Size::new(inner.width(), height),
            alignment: &Alignment { title: String::new(), text: longest },
            context: self.context,
            fonts: self.fonts,
        };
        vec![Mark::at(inner.x0, inner.center().y - height / 2.0, gauge.draw())]
    }

    fn pills(&self, column: &Column, row: usize, inner: Rect) -> Vec<Mark> {
        let mut marks = Vec::new();
        let mut x = inner.x0;
        for pill in pills(&column.field.values.get(row)) {
            let shown = field::display_value(column.field, &Value::String(pill), None, self.context);
            let text = self.fonts.shape(&shown.full(), &pill_style());
            let ground = self.pill_color(column.field, &shown);
            let place = Rect::new(x, inner.center().y - 11.0, x + text.width_px + 12.0, inner.center().y + 11.0);
            if place.x1 > inner.x1 + 0.5 {
                break;
            }
            marks.push(drawing::fill_rounded(place, 6.0, ground));
            let color = text_on(ground, self.context.theme.is_dark);
            marks.push(drawing::shaped(text, x + 6.0, drawing::centered_baseline(place.center().y, 12.0), color));
            x = place.x1 + 4.0;
        }
        marks
    }

    /// By mapping, by a fixed colour, else dealt from the palette by the text itself.
    fn pill_color(&self, field: &Field, shown: &DisplayValue) -> Color {
        let config = &field.config;
        if !config.mappings.is_empty() {
            return shown.color.map_or(FALLBACK, ink);
        }
        let mode = config.color.as_ref().map_or("", |c| c.mode.as_str());
        if mode == "fixed" {
            let name = config.color.as_ref().and_then(|c| c.fixed_color.as_deref()).unwrap_or("gray");
            return ink(self.context.theme.color(name));
        }
        let continuous = self.context.theme.continuous(mode);
        let colors = continuous.as_deref().unwrap_or_else(|| self.context.theme.palette_classic());
        let index = string_hash(&shown.full()) as usize % colors.len().max(1);
        colors.get(index).copied().map_or(FALLBACK, ink)
    }

    /// The number a sparkline ends with.
    fn number(&self, column: &Column, row: usize) -> String {
        let number = match column.field.values.get(row) {
            Value::Json(json) => json.get("value").and_then(Json::as_f64).map_or(Value::Null, Value::Number),
            _ => Value::Null,
        };
        field::display_value(column.field, &number, None, self.context).full()
    }

    /// Width the numbers before the sparklines of a column take, px; 0 where there are none.
    pub fn number_width(&self, column: &Column) -> f64 {
        if column.kind != (Kind::Sparkline { value: true }) {
            return 0.0;
        }
        let width = |row: usize| self.fonts.width(&self.number(column, row), &text_style());
        (0..self.frame.len().min(1000)).map(width).fold(0.0, f64::max) + 16.0
    }

    fn sparkline(&self, column: &Column, row: usize, inner: Rect, with_value: bool) -> Vec<Mark> {
        let value = column.field.values.get(row);
        let Some(series) = cell_series(&value) else {
            let text = column.field.config.no_value.as_deref().unwrap_or("no data");
            let color = ink(self.context.theme.text_primary);
            return vec![drawing::line_in(self.fonts, text, &text_style(), inner, Align::Left, color)];
        };
        let mut area = Rect::new(inner.x0, inner.center().y - 12.5, inner.x1, inner.center().y + 12.5);
        let mut marks = Vec::new();
        if with_value {
            let width = column.number_width;
            let room = Rect { x1: (area.x0 + width).min(area.x1), ..area };
            marks.push(drawing::line_in(
                self.fonts,
                &self.number(column, row),
                &text_style(),
                room,
                Align::Left,
                ink(self.context.theme.text_primary),
            ));
            area.x0 = room.x1;
        }
        let mode_color = ink(field::series_color(column.field, self.context));
        let finite = || series.1.iter().flatten().copied().filter(|v| v.is_finite());
        let (low, high) = (finite().fold(f64::INFINITY, f64::min), finite().fold(f64::NEG_INFINITY, f64::max));
        let range = if low < high { (low, high) } else { (low.min(0.0), high.max(1.0)) };
        let look = sparkline::Look { line: mode_color, fill: Some(mode_color.with_alpha(0.17)), width: 1.0 };
        marks.extend(sparkline::draw(&series, &self.view.range, range, area, &look));
        marks
    }
}

/// Marks that lead somewhere; what is no address of the web stays plain text in a file.
fn linked(address: String, area: Rect, marks: Vec<Mark>) -> Mark {
    Mark::Group(Group { link: Some(address), link_area: Some(area), marks, ..Group::default() })
}

/// JSON as Grafana shows it in a cell: indented, which a single line shows as spaces.
fn spread_json(json: &Json) -> String {
    let text = serde_json::to_string_pretty(json).unwrap_or_default();
    text.lines().map(str::trim_start).collect::<Vec<_>>().join(" ")
}

/// Values may be many: a copy to change the config of needs none.
fn field_without_values(field: &Field) -> Field {
    Field {
        name: field.name.clone(),
        kind: field.kind,
        labels: field.labels.clone(),
        config: field.config.clone(),
        display_name: field.display_name.clone(),
        series_index: field.series_index,
        ..Field::default()
    }
}

/// Newlines are spaces where text stands in one line, and spaces at its ends are not seen.
fn one_line(text: &str) -> String {
    let text = text.trim_matches([' ', '\n', '\r', '\t']);
    if text.contains(['\n', '\r', '\t']) { text.replace(['\n', '\r', '\t'], " ") } else { text.to_owned() }
}

/// At most the first `chars` characters.
fn beginning(text: &str, chars: usize) -> &str {
    text.char_indices().nth(chars).map_or(text, |(end, _)| &text[..end])
}

fn pill_style() -> TextStyle {
    TextStyle { letter_spacing_px: 0.15, ..TextStyle::sans(12.0) }
}

/// The parts of a list, a JSON list in text, or comma-separated text.
fn pills(value: &Value) -> Vec<String> {
    let of_list = |list: &[Json]| -> Vec<String> {
        let one = |json: &Json| json.as_str().map_or_else(|| json.to_string(), |s| s.trim().to_owned());
        list.iter().filter(|json| !json.is_null()).map(one).collect()
    };
    let text = match value {
        Value::Null => return Vec::new(),
        Value::Json(Json::Array(list)) => return of_list(list),
        other => field::to_text(other),
    };
    match serde_json::from_str::<Json>(&text) {
        Ok(Json::Array(list)) => of_list(&list),
        _ => text.split(',').map(|part| part.trim().to_owned()).filter(|part| !part.is_empty()).collect(),
    }
}

/// The frame in a cell as times and values.
fn cell_series(value: &Value) -> Option<sparkline::Series> {
    let Value::Json(json) = value else { return None };
    if let Json::Array(list) = json {
        let values: Vec<Option<f64>> = list.iter().map(Json::as_f64).collect();
        return Some((vec![None; values.len()], values));
    }
    let frame = frame_from_json(json)?;
    let values = frame.fields.iter().find(|f| f.kind == FieldType::Number)?.values.numbers()?.to_vec();
    let times = frame.fields.iter().find(|f| f.kind == FieldType::Time).and_then(|f| f.values.numbers()).map(<[_]>::to_vec);
    Some((times.unwrap_or_else(|| vec![None; values.len()]), values))
}

/// The `string-hash` package by which Grafana deals palette colours to texts: djb2 over UTF-16 units, from the end.
fn string_hash(text: &str) -> u32 {
    let units: Vec<u16> = text.encode_utf16().collect();
    units.iter().rev().fold(5381_u32, |hash, unit| hash.wrapping_mul(33) ^ u32::from(*unit))
}
