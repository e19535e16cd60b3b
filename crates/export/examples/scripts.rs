//! Words of many scripts as PDF and PNG, to be looked at beside a browser's: `cargo run -p export --example scripts -- OUT.pdf FONT...`
//!
//! Writes `OUT.pdf`, `OUT.png` and `OUT.html` (the same words, as a browser sets them in the same fonts).

use anyhow::Context;
use scene::kurbo::{Point, Rect, Shape};
use scene::{Color, Document, Fonts, Mark, Metadata, Page, ParagraphStyle, Span, TextMark, TextStyle};

const LINES: [&str; 24] = [
    "Latin: AVATo fi ffl 11:30, café e\u{301} Ångström",
    "emoji: ✅ ❌ ⚠\u{fe0f} ⚠ ❤\u{fe0f} 🚀 🔥 😀 CPU 🔥 99%",
    "skin: 👍 👍🏽 👍🏿 ☝🏿, flags: 🇩🇪 🇫🇷 🏴\u{e0067}\u{e0062}\u{e0065}\u{e006e}\u{e0067}\u{e007f} 🏳\u{fe0f}\u{200d}🌈",
    "zwj: 👨\u{200d}👩\u{200d}👧 👩\u{200d}💻 🧑🏾\u{200d}🚀, keycaps: 1\u{fe0f}\u{20e3} #\u{fe0f}\u{20e3}, text ☀\u{fe0e} ⚡\u{fe0e}",
    "العربية: استخدام المعالج",
    "CPU استخدام 99% node-01",
    "استخدام CPU على node-01: 99%",
    "خادم 12345 (بغداد) 3.5 GiB",
    "שלום עולם, node-01 (42%)",
    "עברית with Latin inside ועוד",
    "لا إله لله ـ 123 ١٢٣ فی",
    "हिन्दी: सीपीयू उपयोग 99% क्षत्रिय",
    "मुंबई सर्वर किताब र्क्ष",
    "ไทย: การใช้งานซีพียู น้ำ ที่ปี่",
    "中文：处理器使用率 99%（节点）",
    "日本語：サーバーの負荷、東京。",
    "한국어: 서버 사용량",
    "Ελληνικά, Русский, Tiếng Việt",
    "বাংলা தமிழ் తెలుగు ગુજરાતી",
    "ქართული Հայերեն አማርኛ",
    "combining: a\u{308}o\u{308} q\u{307}\u{323} Z\u{351}\u{36d}",
    "math: ∑∫√∞ ≤ ≥ ≠ → ⇒ ½ ₂ ² °C µs Ω",
    "private \u{e0b0} \u{f0001} box \u{10ffff}",
    "digits 0123456789 11111.11",
];

const LONG: [&str; 4] = [
    "استخدام وحدة المعالجة المركزية على node-01 تجاوز 99% خلال آخر 5 minutes، يرجى التحقق من الخادم.",
    "การใช้งานซีพียูของเซิร์ฟเวอร์เกินกว่าที่กำหนดไว้ในช่วงห้านาทีที่ผ่านมา กรุณาตรวจสอบ",
    "服务器的处理器使用率在过去五分钟内超过了百分之九十九，请检查服务器（节点一）。",
    "सर्वर का सीपीयू उपयोग पिछले पाँच मिनट में 99% से अधिक हो गया है, कृपया जाँच करें।",
];

fn main() -> anyhow::Result<()> {
    let mut arguments = std::env::args().skip(1);
    let out = std::path::PathBuf::from(arguments.next().context("OUT.pdf")?);
    let paths: Vec<String> = arguments.collect();
    let files = paths.iter().map(std::fs::read).collect::<Result<Vec<_>, _>>()?;
    let fonts = Fonts::with_fallbacks(files);
    let mut marks = vec![Mark::fill(Rect::new(0.0, 0.0, 1000.0, 1000.0).to_path(0.1), Color::WHITE)];
    let mut html = String::from("<meta charset=utf-8><style>");
    for (i, path) in paths.iter().enumerate() {
        html += &format!("@font-face{{font-family:f{i};src:url('file://{path}')}}");
    }
    let families: String = (0..paths.len()).map(|i| format!(",f{i}")).collect();
    let inter = concat!(env!("CARGO_MANIFEST_DIR"), "/../scene/fonts/Inter-Regular.ttf");
    html += &format!("@font-face{{font-family:I;src:url('file://{inter}')}}");
    html += &format!(
        "body{{margin:0;font:20px I{families}}}div{{position:absolute;white-space:pre}}p{{position:absolute;margin:0;width:300px;font-size:16px;line-height:24px}}.e{{overflow:hidden;text-overflow:ellipsis;width:180px}}</style>"
    );
    let style = TextStyle::sans(20.0);
    for (i, line) in LINES.iter().enumerate() {
        let y = 20.0 + 32.0 * i as f64;
        let text = |x: f64, text| Mark::Text(TextMark { origin: Point::new(x, y + 20.0), text, color: Color::BLACK });
        marks.push(text(20.0, fonts.shape(line, &style)));
        marks.push(text(500.0, fonts.ellipsize(line, &style, 180.0)));
        html += &format!("<div style='left:20px;top:{y}px'>{line}</div><div class=e style='left:500px;top:{y}px'>{line}</div>");
    }
    for (i, line) in LONG.iter().enumerate() {
        let y = 20.0 + 190.0 * i as f64;
        let set = ParagraphStyle { max_px: 300.0, align: scene::text::Align::Left, line_height: 1.5 };
        let paragraph = fonts.paragraph(&[Span::new(*line, TextStyle::sans(16.0), Color::BLACK)], &set);
        marks.push(Mark::at(695.0, y, paragraph.marks()));
        html += &format!("<p style='left:695px;top:{y}px'>{line}</p>");
    }
    let metadata = Metadata { title: "Scripts".to_owned(), language: "en".to_owned(), created_ms: Some(0), ..Metadata::default() };
    let outline = vec![scene::OutlineEntry { title: "Scripts".to_owned(), page: 0, y_px: 0.0, children: Vec::new() }];
    let page = Page { width_px: 1000.0, height_px: 820.0, marks };
    std::fs::write(out.with_extension("png"), export::png::write(&page, 1.0)?)?;
    let document = Document { metadata, pages: vec![page], outline };
    std::fs::write(&out, export::pdf::write(&document)?)?;
    std::fs::write(out.with_extension("html"), html)?;
    println!("missing: {:?}", document.missing());
    Ok(())
}
