//! Measures a dense page: 20 charts of 1,000 points (line and fill) and 500 texts, as PDF and as PNG.
//!
//! `cargo run -p export --release --example dense [directory]` prints the best of ten runs and keeps the files in the directory.

use std::time::Instant;

use scene::kurbo::{BezPath, Point};
use scene::{Color, Document, Fonts, LinearGradient, Mark, Page, Paint, PathMark, TextMark, TextStyle};

const WIDTH: f64 = 1400.0;
const HEIGHT: f64 = 2000.0;

fn main() -> anyhow::Result<()> {
    let fonts = Fonts::embedded();
    let document = Document { pages: vec![page(&fonts)], ..Document::default() };
    let scene_ms = best(|| page(&Fonts::embedded()).marks.len());
    let cached_ms = best(|| page(&fonts).marks.len());
    let pdf = export::pdf::write(&document)?;
    let pdf_ms = best(|| export::pdf::write(&document).map(|file| file.len()).unwrap_or_default());
    let png = export::png::write(&document.pages[0], 1.0)?;
    let png_ms = best(|| export::png::write(&document.pages[0], 1.0).map(|file| file.len()).unwrap_or_default());
    println!("scene {scene_ms:.1} ms (texts cached: {cached_ms:.1} ms)");
    println!("pdf   {pdf_ms:.1} ms, {} bytes", pdf.len());
    println!("png   {png_ms:.1} ms, {} bytes", png.len());
    if let Some(directory) = std::env::args().nth(1) {
        std::fs::write(format!("{directory}/dense.pdf"), pdf)?;
        std::fs::write(format!("{directory}/dense.png"), png)?;
    }
    Ok(())
}

fn best(mut work: impl FnMut() -> usize) -> f64 {
    let run = |_| {
        let start = Instant::now();
        std::hint::black_box(work());
        start.elapsed().as_secs_f64() * 1000.0
    };
    (0..10).map(run).fold(f64::INFINITY, f64::min)
}

fn page(fonts: &Fonts) -> Page {
    let mut marks = vec![Mark::fill(rect(0.0, 0.0, WIDTH, HEIGHT), Color::WHITE)];
    for chart in 0..20 {
        let (x, y) = (f64::from(chart % 2) * 700.0 + 40.0, f64::from(chart / 2) * 200.0 + 20.0);
        marks.push(Mark::at(x, y, chart_marks(fonts, chart)));
    }
    Page { width_px: WIDTH, height_px: HEIGHT, marks }
}

fn chart_marks(fonts: &Fonts, chart: u32) -> Vec<Mark> {
    let color = Color::rgb(50, 116 + (chart * 7) as u8, 217 - (chart * 9) as u8);
    let mut line = BezPath::new();
    for i in 0..1000 {
        let t = f64::from(i);
        let y = 80.0 + 40.0 * (t / 60.0 + f64::from(chart)).sin() + 20.0 * (t * t / 97.0).sin();
        let point = Point::new(t * 0.64, y);
        if i == 0 { line.move_to(point) } else { line.line_to(point) }
    }
    let mut area = line.clone();
    area.line_to((639.36, 160.0));
    area.line_to((0.0, 160.0));
    area.close_path();
    let gradient = LinearGradient {
        from: Point::new(0.0, 0.0),
        to: Point::new(0.0, 160.0),
        stops: vec![(0.0, color.with_alpha(0.3)), (1.0, color.with_alpha(0.0))],
    };
    let mut marks: Vec<Mark> =
        (0..8).map(|i| Mark::fill(rect(0.0, f64::from(i) * 20.0, 640.0, 1.0), Color::rgba(36, 41, 46, 0.1))).collect();
    marks.push(Mark::Path(PathMark { path: area, fill: Some(Paint::Linear(gradient)), stroke: None }));
    marks.push(Mark::stroke(line, color, 1.0));
    for i in 0..25 {
        let text = fonts.shape(&format!("label {chart}.{i:02} %"), &TextStyle::sans(12.0));
        let origin = Point::new(f64::from(i % 9) * 70.0, 165.0 + f64::from(i / 9) * 10.0);
        marks.push(Mark::Text(TextMark { origin, text, color: Color::rgb(36, 41, 46) }));
    }
    marks
}

fn rect(x: f64, y: f64, width: f64, height: f64) -> BezPath {
    scene::kurbo::Shape::to_path(&scene::kurbo::Rect::new(x, y, x + width, y + height), 0.1)
}
