use super::*;
use crate::{Color, Mark};

fn fonts() -> Fonts {
    Fonts::embedded()
}

#[test]
fn widths_are_those_of_the_font() {
    let sans = TextStyle::sans;
    // Expected: HarfBuzz 11 (uharfbuzz) with the same files, advances summed in font units, times size / 2048.
    let cases = [
        ("Hello, World", sans(14.0), 80.6436),
        ("AVAToWa 11:30", sans(12.0), 85.1016),
        ("CPU usage (node-01) 99.7%", sans(14.0).medium(), 190.2578),
        ("quick brown", sans(14.0).italic(), 81.4023),
        ("Straße €", sans(20.0).bold(), 83.3887),
        ("fn main() Жλ", TextStyle::mono(14.0), 100.8164),
        ("ab", TextStyle { letter_spacing_px: 0.15, ..sans(14.0) }, fonts().width("ab", &sans(14.0)) + 0.3),
        ("", sans(14.0), 0.0),
    ];
    let fonts = fonts();
    for (text, style, expected) in cases {
        let width = fonts.width(text, &style);
        assert!((width - expected).abs() < 0.001, "{text:?}: {width} instead of {expected}");
    }
    assert!(fonts.missing().is_empty());
}

#[test]
fn an_empty_text_has_the_height_of_its_font() {
    let shaped = fonts().shape("", &TextStyle::sans(16.0));
    assert!((shaped.ascent_px - 15.5).abs() < 0.01 && (shaped.descent_px - 3.86).abs() < 0.01, "{shaped:?}");
    assert!(shaped.runs.is_empty());
}

#[test]
fn glyphs_name_the_bytes_they_stand_for() {
    let shaped = fonts().shape("aé\u{301}→b", &TextStyle::sans(14.0));
    let mut ranges: Vec<_> = shaped.runs.iter().flat_map(|run| run.glyphs.iter().map(|glyph| glyph.text.clone())).collect();
    ranges.dedup();
    assert_eq!(ranges, [0..1, 1..5, 5..8, 8..9]);
}

#[test]
fn what_no_font_has_is_remembered() {
    let fonts = fonts();
    let shaped = fonts.shape("a漢\u{200d}字 漢", &TextStyle::sans(14.0));
    assert!(shaped.width_px > 14.0);
    assert_eq!(fonts.missing(), ['字', '漢']);
}

#[test]
fn mono_and_sans_fall_back_on_each_other() {
    let fonts = fonts();
    // Roboto Mono has no ✓, Inter has.
    let shaped = fonts.shape("a✓", &TextStyle::mono(14.0));
    assert_eq!(shaped.runs.len(), 2);
    assert!(fonts.missing().is_empty());
    assert!(fonts.shape("a", &TextStyle::mono(14.0).italic()).runs[0].slanted);
    assert!(!fonts.shape("a", &TextStyle::sans(14.0).italic()).runs[0].slanted);
}

#[test]
fn fallbacks_are_asked_in_their_order_and_junk_is_passed_over() {
    let mono = include_bytes!("../../fonts/RobotoMono-Regular.ttf").to_vec();
    let fonts = Fonts::with_fallbacks(vec![b"no font".to_vec(), Vec::new(), mono]);
    assert_eq!(fonts.width("abc", &TextStyle::sans(14.0)), Fonts::embedded().width("abc", &TextStyle::sans(14.0)));
    fonts.shape("漢", &TextStyle::sans(14.0));
    assert_eq!(fonts.missing(), ['漢']);
}

#[test]
fn text_in_two_directions_keeps_its_bytes() {
    let fonts = fonts();
    // No embedded face has Hebrew; the boxes still stand in visual order, right to left.
    let shaped = fonts.shape("a אבג b", &TextStyle::sans(14.0));
    let starts: Vec<usize> = shaped.runs.iter().flat_map(|run| run.glyphs.iter().map(|glyph| glyph.text.start)).collect();
    assert_eq!(starts, [0, 1, 6, 4, 2, 8, 9]);
    assert_eq!(fonts.missing(), ['א', 'ב', 'ג']);
}

#[test]
fn ellipsize_keeps_what_fits() {
    let (fonts, style) = (fonts(), TextStyle::sans(14.0));
    let check = |text: &str, max_px: f64, expected: &str| {
        let cut = fonts.ellipsize(text, &style, max_px);
        let seen = cut.cut_at.map_or(cut.text.clone(), |at| format!("{}…", &cut.text[..at]));
        assert_eq!(seen, expected, "{text:?} in {max_px}");
        if !seen.is_empty() {
            assert_eq!(cut.text, text);
            // The glyph "…" stands for what is not drawn.
            let last = cut.runs.iter().flat_map(|run| &run.glyphs).next_back().unwrap();
            assert_eq!(last.text.end, text.len());
            assert!(cut.cut_at.is_none_or(|at| last.text.start == at));
        }
        assert!(cut.width_px <= max_px.max(0.0) + 0.02);
    };
    check("short", 100.0, "short");
    check("short", fonts.width("short", &style), "short");
    check("a rather long text", 60.0, "a rathe…");
    check("日本", 5.0, "");
    check("abc", 13.0, "…");
    check("abc", 0.0, "");
    check("", 0.0, "");
}

#[test]
fn wrap_breaks_at_spaces_then_inside_words() {
    let (fonts, style) = (fonts(), TextStyle::sans(14.0));
    let check = |text: &str, max_px: f64, expected: &[&str]| {
        let lines = fonts.wrap(text, &style, max_px);
        assert_eq!(lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>(), expected, "{text:?} in {max_px}");
    };
    check("", 50.0, &[""]);
    check("one two three", 60.0, &["one two", "three"]);
    check("one\n\ntwo", 60.0, &["one", "", "two"]);
    check("unbreakable", 40.0, &["unbre", "akabl", "e"]);
    check("ab", 0.0, &["a", "b"]);
}

#[test]
fn the_cache_is_bounded_and_changes_nothing() {
    let (fonts, style) = (fonts(), TextStyle::sans(14.0));
    let first = fonts.width("x 0", &style);
    for n in 0..20 {
        fonts.shape(&format!("x {n}"), &style);
    }
    assert_eq!(fonts.width("x 0", &style), first);
    let mut cache = cache::ShapingCache::default();
    for n in 0..10_000 {
        cache.put(&n.to_string(), &style, Default::default());
    }
    assert!(cache.len() <= 8192);
    assert!(cache.get("9999", &style).is_some() && cache.get("0", &style).is_none());
    assert!(cache.get("9999", &style.medium()).is_none());
}

#[test]
fn paragraphs_mix_styles_within_lines() {
    let (fonts, body) = (fonts(), TextStyle::sans(14.0));
    let link = Span { link: Some("https://example.org".into()), underline: true, ..Span::new("a link here", body.medium(), Color::BLACK) };
    let spans = [Span::new("See ", body, Color::BLACK), link, Span::new(", then go on.\nEnd", body, Color::BLACK)];
    let style = ParagraphStyle { max_px: 90.0, align: Align::Left, line_height: 1.5 };
    let paragraph = fonts.paragraph(&spans, &style);
    let lines: Vec<Vec<&str>> = paragraph.lines.iter().map(|line| line.runs.iter().map(|run| run.text.text.as_str()).collect()).collect();
    assert_eq!(lines, [vec!["See ", "a link"], vec!["here", ", then go"], vec!["on."], vec!["End"]]);
    assert!((paragraph.height_px - 4.0 * 21.0).abs() < 1e-6 && paragraph.width_px <= 90.0);
    let run = &paragraph.lines[0].runs[1];
    assert!((run.x_px - fonts.width("See ", &body)).abs() < 0.01);
    let links = paragraph.marks().iter().filter(|mark| matches!(mark, Mark::Group(group) if group.link.is_some())).count();
    assert_eq!(links, 2);
    let right = fonts.paragraph(&spans, &ParagraphStyle { align: Align::Right, ..style });
    let last = right.lines[3].runs.last().unwrap();
    assert!((last.x_px + last.text.width_px - 90.0).abs() < 0.01);
}

#[test]
fn fonts_serve_all_threads() {
    fn needs<T: Send + Sync>(_: &T) {}
    needs(&fonts());
}

#[test]
fn lines_of_a_paragraph_keep_their_direction() {
    let (fonts, style) = (fonts(), TextStyle::sans(14.0));
    let glyphs = |line: &ShapedText| -> Vec<(usize, i64)> {
        let glyphs = line.runs.iter().flat_map(|run| &run.glyphs);
        glyphs.map(|glyph| (glyph.text.start, (glyph.x_px * 64.0).round() as i64)).collect()
    };
    let text = "אבג 99% דהו 5 (זח) x";
    let whole = fonts.shape(text, &style);
    let set = ParagraphStyle { max_px: 1000.0, align: Align::Left, line_height: 1.5 };
    let paragraph = fonts.paragraph(&[Span::new(text, style, Color::BLACK)], &set);
    assert_eq!(paragraph.lines.len(), 1);
    assert_eq!(glyphs(&paragraph.lines[0].runs[0].text), glyphs(&whole));
    assert_eq!(glyphs(&fonts.wrap(text, &style, 1000.0)[0]), glyphs(&whole));
    // Broken, nothing is lost, and the second line goes on from right to left.
    let lines = fonts.wrap("אבג דהו זחט יכל", &style, fonts.width("אבג דהו ", &style));
    assert_eq!(lines.iter().map(|line| line.text.as_str()).collect::<Vec<_>>(), ["אבג דהו", "זחט יכל"]);
    assert!(glyphs(&lines[1]).is_sorted_by(|a, b| a.0 > b.0));
}

#[test]
fn the_ellipsis_stands_where_a_text_goes_on() {
    let (fonts, style) = (fonts(), TextStyle::sans(14.0));
    let check = |text: &str, is_left: bool| {
        let cut = fonts.ellipsize(text, &style, fonts.width(text, &style) * 0.6);
        let at = cut.cut_at.unwrap();
        let drawn: Vec<&Glyph> = cut.runs.iter().flat_map(|run| &run.glyphs).filter(|glyph| glyph.advance_px > 0.0).collect();
        let place = drawn.iter().position(|glyph| glyph.text.start == at).unwrap();
        assert_eq!(place == 0, is_left, "{text:?}");
    };
    check("one two three", false);
    check("אבג דהו זחט", true);
    check("cpu אבג דהו", false);
}

#[test]
fn scripts_without_spaces_break_between_words() {
    let (fonts, style) = (fonts(), TextStyle::sans(14.0));
    let check = |text: &str, expected: &[&str]| assert_eq!(fonts.breakable(text, &style), expected);
    check("服务器（节点）", &["服", "务", "器", "（节", "点）"]);
    check("การใช้งานเซิร์ฟเวอร์", &["การ", "ใช้", "งาน", "เซิร์ฟเวอร์"]);
    check("word", &["word"]);
}
