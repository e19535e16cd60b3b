use std::io::ErrorKind;
use std::path::Path;
use std::process::Command;

use crate::sample;

/// What a foreign tool prints about the file; none, with a message, where the tool is not installed.
fn tool(name: &str, args: &[&str], file: &Path, tail: &[&str]) -> Option<String> {
    let output = match Command::new(name).args(args).arg(file).args(tail).output() {
        Err(error) if error.kind() == ErrorKind::NotFound => {
            println!("skipped: {name} is not installed");
            return None;
        }
        output => output.unwrap(),
    };
    let text = String::from_utf8_lossy(&output.stdout).into_owned();
    assert!(output.status.success(), "{name}: {text}{}", String::from_utf8_lossy(&output.stderr));
    Some(text)
}

#[test]
fn foreign_tools_read_the_file() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("sample.pdf");
    std::fs::write(&file, super::write(&sample::document()).unwrap()).unwrap();

    tool("qpdf", &["--check"], &file, &[]);
    if let Some(text) = tool("pdftotext", &["-layout"], &file, &["-"]) {
        let words =
            ["CPU usage, fi 99.7%", "open dashboard", "fn main() {} slanted", "Straße, Ελλάδα, Привет", "Second page", "half size", "→ ✓"];
        for word in words {
            assert!(text.contains(word), "{word:?} is not in {text}");
        }
        assert!(!text.contains("never"));
    }
    if let Some(fonts) = tool("pdffonts", &[], &file, &[]) {
        for font in ["Inter-Medium", "Inter-Regular", "Inter-Bold", "Inter-Italic", "RobotoMono-Regular"] {
            // A subset's name has six letters and a plus before it.
            let line = fonts.lines().find(|line| line.contains(&format!("+{font}"))).unwrap_or_else(|| panic!("{font} is not in {fonts}"));
            assert!(line.contains("yes yes yes"), "embedded, subset, with Unicode: {line}");
        }
    }
    if let Some(info) = tool("pdfinfo", &["-isodates"], &file, &[]) {
        for (key, value) in [
            ("Title", "Übersicht"),
            ("Author", "Broadsheet test"),
            ("Subject", "every mark"),
            ("Producer", "Broadsheet"),
            ("CreationDate", "2026-11-21T02:40:00Z"),
            ("Pages", "2"),
            ("Page size", "300 x 225 pts"),
        ] {
            let line = info.lines().find(|line| line.starts_with(&format!("{key}:"))).unwrap_or_else(|| panic!("{key} is not in {info}"));
            assert!(line.contains(value), "{line}");
        }
    }
    if let Some(structure) = tool("pdfinfo", &["-struct-text"], &file, &[]) {
        let flat = structure.split_whitespace().collect::<Vec<_>>().join(" ");
        for part in ["H1 \"CPU usage, fi 99.7%\" (block)", "Link (inline) \"open dashboard\"", "Figure", "\"Second page\""] {
            assert!(flat.contains(part), "{part} is not in {structure}");
        }
        let order = ["Second page", "Figure", "half size"].map(|part| flat.rfind(part));
        assert!(order[0] < order[1] && order[1] < order[2], "{structure}");
    }
    if let Some(json) = tool("qpdf", &["--json"], &file, &[]) {
        assert!(json.contains("https://grafana.example/d/abc?x=1&y=2"));
        assert!(json.contains("Second page") && !json.contains("Nowhere"));
    }
}

#[test]
fn equal_input_gives_equal_bytes() {
    let first = super::write(&sample::document()).unwrap();
    assert!(first == super::write(&sample::document()).unwrap());
}

#[test]
fn a_page_without_size_is_an_error() {
    let page = scene::Page { width_px: 0.0, height_px: 10.0, marks: vec![] };
    let document = scene::Document { pages: vec![page], ..Default::default() };
    assert!(super::write(&document).unwrap_err().to_string().contains("no size"));
}

#[test]
fn lines_cut_short_are_found_whole() {
    let (fonts, style) = (scene::Fonts::embedded(), scene::TextStyle::sans(14.0));
    let line = |text: &str, x: f64, y: f64, width: f64| {
        let origin = scene::kurbo::Point::new(x, y);
        scene::Mark::Text(scene::TextMark { origin, text: fonts.ellipsize(text, &style, width), color: scene::Color::BLACK })
    };
    // The first of a font teaches it its "…", so the second is as good.
    let marks = vec![
        line("first rather long text", 10.0, 20.0, 60.0),
        line("second incomprehensible", 10.0, 50.0, 60.0),
        line("neighbour", 75.0, 50.0, 90.0),
    ];
    let page = scene::Page { width_px: 200.0, height_px: 80.0, marks };
    let document = scene::Document { pages: vec![page], ..scene::Document::default() };
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("cut.pdf");
    std::fs::write(&file, super::write(&document).unwrap()).unwrap();
    tool("qpdf", &["--check"], &file, &[]);
    if let Some(text) = tool("pdftotext", &["-raw"], &file, &["-"]) {
        for words in ["first rather long text", "second incomprehensible neighbour"] {
            assert!(text.contains(words), "{words:?} is not in {text}");
        }
    }
}

/// The same scene in both formats, as others draw the PDF: text, paths, gradients, clips and pictures are at the same places in the same
/// colours. Edges are smoothed differently.
#[test]
fn the_picture_is_that_of_the_pdf() {
    let directory = tempfile::tempdir().unwrap();
    let file = directory.path().join("sample.pdf");
    let document = sample::document();
    std::fs::write(&file, super::write(&document).unwrap()).unwrap();
    let root = directory.path().join("page");
    if tool("pdftoppm", &["-r", "192", "-png"], &file, &[root.to_str().unwrap()]).is_none() {
        return;
    }
    for (index, page) in document.pages.iter().enumerate() {
        let pixels = |data: Vec<u8>| {
            let data = std::sync::Arc::new(data);
            let image = scene::Image { rect: Default::default(), format: scene::ImageFormat::Png, data, alt: String::new() };
            crate::bitmap::decode(&image).unwrap()
        };
        let theirs = pixels(std::fs::read(format!("{}-{}.png", root.display(), index + 1)).unwrap());
        let ours = pixels(crate::png::write(page, 2.0).unwrap());
        assert_eq!((ours.width, ours.height), (theirs.width, theirs.height));
        let over_white = |p: &[u8]| [0, 1, 2].map(|i| (u32::from(p[i]) * u32::from(p[3]) + 255 * (255 - u32::from(p[3]))) / 255);
        let difference = |(a, b): (&[u8], &[u8])| {
            let (a, b) = (over_white(a), over_white(b));
            (0..3).map(|i| a[i].abs_diff(b[i])).max().unwrap()
        };
        let differences: Vec<u32> = ours.rgba.chunks_exact(4).zip(theirs.rgba.chunks_exact(4)).map(difference).collect();
        let mean = f64::from(differences.iter().sum::<u32>()) / differences.len() as f64;
        let far = differences.iter().filter(|d| **d > 96).count() as f64 / differences.len() as f64;
        // The second page has pictures of a few pixels enlarged, which archives forbid readers to smooth.
        let most = [(0.8, 0.002), (2.0, 0.006)][index];
        assert!(mean < most.0 && far < most.1, "page {index}: mean difference {mean:.3}, {:.2} % of the pixels far off", far * 100.0);
    }
}

/// Threads, the seeds of their hash maps and what a process drew before change nothing.
#[test]
fn bytes_do_not_depend_on_threads_or_on_what_was_drawn_before() {
    let shared = scene::Fonts::embedded();
    let page = |fonts: &scene::Fonts| {
        let line = |(index, text): (usize, &str)| {
            let style = scene::TextStyle::sans(10.0 + index as f64);
            let origin = scene::kurbo::Point::new(10.0, 20.0 * (index + 1) as f64);
            scene::Mark::Text(scene::TextMark { origin, text: fonts.ellipsize(text, &style, 120.0), color: scene::Color::BLACK })
        };
        let texts = ["one two three four five six", "fi ffl → ✓ é", "漢 אבג 99%", "\u{e0b0} private", "Straße"];
        let document = scene::Document {
            pages: vec![scene::Page { width_px: 200.0, height_px: 150.0, marks: texts.into_iter().enumerate().map(line).collect() }],
            ..sample::document()
        };
        (super::write(&document).unwrap(), crate::png::write(&document.pages[0], 1.5).unwrap())
    };
    let expected = page(&scene::Fonts::embedded());
    std::thread::scope(|scope| {
        for thread in 0..4 {
            let (shared, page, expected) = (&shared, &page, &expected);
            scope.spawn(move || {
                for text in (0..50 * thread).map(|n| format!("other {n} {thread} 字")) {
                    shared.shape(&text, &scene::TextStyle::mono(9.0 + thread as f64));
                }
                assert!(page(shared) == *expected, "thread {thread}");
            });
        }
    });
}
