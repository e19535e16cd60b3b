//! A document with every kind of mark, for the exporters' tests.

use std::sync::Arc;

use scene::kurbo::{Affine, BezPath, Circle, Point, Rect, Shape};
use scene::*;

/// Two pages of 400 x 300 px.
pub fn document() -> Document {
    let fonts = Fonts::embedded();
    let metadata = Metadata {
        title: "Übersicht".into(),
        author: "Broadsheet test".into(),
        subject: "every mark".into(),
        language: "en-US".into(),
        created_ms: Some(1_795_228_800_000),
    };
    let second = OutlineEntry { title: "Second page".into(), page: 1, y_px: 20.0, children: vec![] };
    let dangling = OutlineEntry { title: "Nowhere".into(), page: 7, y_px: 0.0, children: vec![] };
    let outline = vec![OutlineEntry { title: "Panel".into(), page: 0, y_px: 10.0, children: vec![second, dangling] }];
    let page = |marks| Page { width_px: 400.0, height_px: 300.0, marks };
    Document { metadata, pages: vec![page(first_page(&fonts)), page(second_page(&fonts))], outline }
}

fn rect(x: f64, y: f64, w: f64, h: f64) -> BezPath {
    Rect::new(x, y, x + w, y + h).to_path(0.1)
}

fn text(fonts: &Fonts, x: f64, y: f64, text: &str, style: TextStyle) -> Mark {
    Mark::Text(TextMark { origin: Point::new(x, y), text: fonts.shape(text, &style), color: Color::rgb(36, 41, 46) })
}

fn first_page(fonts: &Fonts) -> Vec<Mark> {
    let (blue, red) = (Color::rgb(50, 116, 217), Color::rgb(224, 47, 68));
    let gradient = Paint::Linear(LinearGradient {
        from: Point::new(0.0, 60.0),
        to: Point::new(0.0, 120.0),
        stops: vec![(0.0, blue.with_alpha(0.8)), (1.0, blue.with_alpha(0.0))],
    });
    let mut line = BezPath::new();
    line.move_to((20.0, 110.0));
    line.line_to((60.0, 70.0));
    line.quad_to((80.0, 60.0), (100.0, 90.0));
    line.curve_to((120.0, 120.0), (140.0, 60.0), (180.0, 80.0));
    let mut area = line.clone();
    area.line_to((180.0, 120.0));
    area.line_to((20.0, 120.0));
    area.close_path();
    let dashed = Stroke { paint: Paint::Solid(red), width_px: 2.0, dash: vec![8.0, 4.0], cap: Cap::Round, join: Join::Round };
    let title = text(fonts, 20.0, 36.0, "CPU usage, fi 99.7%", TextStyle::sans(20.0).medium());
    let heading = Group { role: Role::Heading(1), marks: vec![title], ..Group::default() };
    let chart = Group {
        role: Role::Figure,
        alt: Some("CPU usage over time".into()),
        marks: vec![
            Mark::Path(PathMark { path: area, fill: Some(gradient), stroke: None }),
            Mark::stroke(line, blue, 2.0),
            Mark::Path(PathMark {
                path: rect(200.5, 60.5, 80.0, 59.0),
                fill: Some(Paint::Solid(Color::rgb(244, 245, 245))),
                stroke: Some(dashed),
            }),
        ],
        ..Group::default()
    };
    let link = Group {
        link: Some("https://grafana.example/d/abc?x=1&y=2".into()),
        link_area: Some(Rect::new(0.0, -14.0, 90.0, 4.0)),
        transform: Affine::translate((20.0, 150.0)),
        marks: vec![text(fonts, 0.0, 0.0, "open dashboard", TextStyle::sans(12.0))],
        ..Group::default()
    };
    let faded = Group {
        opacity: 0.5,
        transform: Affine::translate((240.0, 150.0)) * Affine::rotate(0.3) * Affine::scale_non_uniform(2.0, 1.0),
        marks: vec![Mark::fill(rect(0.0, 0.0, 30.0, 20.0), red), text(fonts, 2.0, 14.0, "turned", TextStyle::sans(8.0))],
        ..Group::default()
    };
    let circle = Circle::new((60.0, 200.0), 30.0).to_path(0.1);
    let clipped = Group { clip: Some(circle), marks: vec![Mark::fill(rect(30.0, 170.0, 60.0, 30.0), blue)], ..Group::default() };
    let invisible = Group { opacity: 0.0, marks: vec![text(fonts, 0.0, 0.0, "never", TextStyle::sans(8.0))], ..Group::default() };
    let mut broken = BezPath::new();
    broken.move_to((f64::NAN, 0.0));
    broken.line_to((1.0, 1.0));
    vec![
        Mark::fill(rect(0.0, 0.0, 400.0, 300.0), Color::WHITE),
        Mark::Group(heading),
        Mark::Group(chart),
        Mark::Group(link),
        Mark::Group(faded),
        Mark::Group(clipped),
        Mark::Group(invisible),
        Mark::fill(broken, red),
        Mark::fill(BezPath::new(), red),
        text(fonts, 120.0, 190.0, "fn main() {} slanted", TextStyle::mono(12.0).italic()),
        text(fonts, 120.0, 210.0, "e\u{301}a 漢 → ✓", TextStyle { letter_spacing_px: 1.0, ..TextStyle::sans(14.0).bold() }),
        text(fonts, 120.0, 230.0, "Straße, Ελλάδα, Привет", TextStyle::sans(14.0).italic()),
    ]
}

fn second_page(fonts: &Fonts) -> Vec<Mark> {
    let image = |x, format, data: Vec<u8>| {
        Mark::Image(Image { rect: Rect::new(x, 40.0, x + 80.0, 80.0), format, data: Arc::new(data), alt: "picture".into() })
    };
    let scaled = Group {
        transform: Affine::scale(0.5),
        marks: vec![text(fonts, 40.0, 250.0, "half size", TextStyle::sans(24.0)), Mark::fill(rect(40.0, 260.0, 100.0, 10.0), Color::BLACK)],
        ..Group::default()
    };
    vec![
        text(fonts, 20.0, 20.0, "Second page", TextStyle::sans(14.0)),
        image(20.0, ImageFormat::Png, small_png()),
        image(120.0, ImageFormat::Jpeg, include_bytes!("../testdata/small.jpg").to_vec()),
        image(220.0, ImageFormat::Png, b"not a picture".to_vec()),
        Mark::Group(scaled),
    ]
}

/// 4 x 2 pixels: two opaque columns, one half transparent, one transparent.
pub fn small_png() -> Vec<u8> {
    let row = [255, 0, 0, 255, 0, 160, 0, 255, 0, 0, 255, 128, 0, 0, 0, 0];
    let mut file = Vec::new();
    let mut encoder = png::Encoder::new(&mut file, 4, 2);
    encoder.set_color(png::ColorType::Rgba);
    let mut writer = encoder.write_header().unwrap();
    writer.write_image_data(&[row, row].concat()).unwrap();
    writer.finish().unwrap();
    file
}
