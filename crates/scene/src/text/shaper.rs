//! The one place that knows parley.

use std::borrow::Cow;
use std::collections::{BTreeSet, HashMap};
use std::ops::Range;

use parley::fontique::{Blob, Collection, CollectionOptions, FontInfoOverride, SourceCache};
use parley::{
    BaseDirection, FontContext, FontFamily, FontFamilyName, FontStyle, FontWeight, Layout, LayoutContext, OverflowWrap, Run, StyleProperty,
};

use super::face::{self, FontFile};
use super::{Family, FontData, Glyph, GlyphRun, ShapedText, TextStyle, is_colored, pictures};

/// Index of the span a cluster belongs to; parley carries it as the «brush».
type SpanIndex = usize;

pub(super) struct Shaper {
    fonts: FontContext,
    layouts: LayoutContext<SpanIndex>,
    /// By parley's blob id, which is a counter of the process and must not leave this module.
    files: HashMap<u64, FontFile>,
    sans: FontFamily<'static>,
    mono: FontFamily<'static>,
    /// The fonts in colour before the others; none where there is no such font.
    pictures: Option<FontFamily<'static>>,
    missing: BTreeSet<char>,
    /// In the order they are asked.
    fallbacks: Vec<FontFile>,
}

/// A part of a line that has one style, with its glyphs as the whole paragraph shaped them.
pub(super) struct LinePiece {
    pub span: usize,
    pub x_px: f64,
    pub text: ShapedText,
}

/// A line of a paragraph: the bytes it holds, white space at its end included, and its pieces in visual order.
pub(super) struct Line {
    pub range: Range<usize>,
    pub pieces: Vec<LinePiece>,
}

impl Shaper {
    pub fn new(fallbacks: Vec<FontFile>) -> Shaper {
        let collection = Collection::new(CollectionOptions { shared: false, system_fonts: false });
        let mut fonts = FontContext { collection, source_cache: SourceCache::default() };
        let mut files = HashMap::new();
        let mut register = |name: &str, file: &FontFile| {
            let blob = Blob::new(file.data.clone());
            files.insert(blob.id(), file.clone());
            let naming = FontInfoOverride { family_name: Some(name), ..FontInfoOverride::default() };
            fonts.collection.register_fonts(blob, Some(naming));
        };
        for (name, file) in face::embedded() {
            register(name, file);
        }
        // Each fallback file is a family of its own, so that the order given is the order asked.
        let names: Vec<String> = (0..fallbacks.len()).map(|index| format!("fallback {index}")).collect();
        for (name, file) in names.iter().zip(&fallbacks) {
            register(name, file);
        }
        let list = |first: &str, second: &str| {
            let names = [first, second].into_iter().chain(names.iter().map(String::as_str));
            FontFamily::List(Cow::Owned(names.map(|name| FontFamilyName::Named(Cow::Owned(name.to_owned()))).collect()))
        };
        let (sans, mono) = (list(face::SANS, face::MONO), list(face::MONO, face::SANS));
        let colored: Vec<&str> =
            (names.iter().zip(&fallbacks)).filter(|(_, file)| is_colored(&file.data)).map(|(n, _)| n.as_str()).collect();
        let pictures = (!colored.is_empty()).then(|| {
            let names = colored.iter().copied().chain([face::SANS, face::MONO]).chain(names.iter().map(String::as_str));
            FontFamily::List(Cow::Owned(names.map(|name| FontFamilyName::Named(Cow::Owned(name.to_owned()))).collect()))
        });
        Shaper { fonts, layouts: LayoutContext::new(), files, sans, mono, pictures, missing: BTreeSet::new(), fallbacks }
    }

    pub fn fallbacks(&self) -> &[FontFile] {
        &self.fallbacks
    }

    pub fn missing(&self) -> impl Iterator<Item = char> {
        self.missing.iter().copied()
    }

    /// Shapes `text`, which must hold no line break, as one line.
    pub fn line(&mut self, text: &str, style: &TextStyle) -> ShapedText {
        let layout = self.lay_out(text, &[(0..text.len(), *style)], None);
        let mut shaped = ShapedText { text: text.to_owned(), ..ShapedText::default() };
        let mut pen = 0.0;
        for run in layout.lines().flat_map(|line| line.runs()) {
            let metrics = run.font_metrics();
            shaped.ascent_px = shaped.ascent_px.max(f64::from(metrics.ascent));
            shaped.descent_px = shaped.descent_px.max(f64::from(metrics.descent));
            // parley measures an empty text by shaping a space.
            if !text.is_empty() {
                shaped.runs.push(self.glyph_run(&run, text, &mut pen));
            }
        }
        shaped.width_px = pen;
        shaped
    }

    /// Breaks `text` at `max_px` and at its line feeds. Each line: the bytes it holds, white space at its end included.
    pub fn line_ranges(&mut self, text: &str, spans: &[(Range<usize>, TextStyle)], max_px: f64) -> Vec<Range<usize>> {
        let layout = self.lay_out(text, spans, Some(max_px as f32));
        layout.lines().map(|line| clamp(line.text_range(), text)).collect()
    }

    /// The parts of `text` between which a line may break.
    pub fn breakable(&mut self, text: &str, style: &TextStyle) -> Vec<Range<usize>> {
        let mut builder = self.layouts.ranged_builder(&mut self.fonts, text, 1.0, false);
        builder.push_default(StyleProperty::FontFamily(self.sans.clone()));
        builder.push_default(StyleProperty::FontSize(style.size_px as f32));
        let mut layout: Layout<SpanIndex> = builder.build(text);
        layout.break_all_lines(Some(0.0));
        layout.lines().map(|line| clamp(line.text_range(), text)).collect()
    }

    /// As [`Shaper::line_ranges`], with the pieces of each line in visual order; white space at the ends of lines is in none.
    ///
    /// Directions are settled for the paragraph as a whole, so that a line is not read apart from what stands before it.
    pub fn lines(&mut self, text: &str, spans: &[(Range<usize>, TextStyle)], max_px: f64) -> Vec<Line> {
        let layout = self.lay_out(text, spans, Some(max_px as f32));
        (layout.lines())
            .map(|line| {
                let range = clamp(line.text_range(), text);
                let visible = range.start..range.start + text[range.clone()].trim_end().len();
                Line { pieces: self.pieces(line.runs(), text, &visible), range }
            })
            .collect()
    }

    fn pieces<'a>(&mut self, runs: impl Iterator<Item = Run<'a, SpanIndex>>, text: &str, visible: &Range<usize>) -> Vec<LinePiece> {
        let mut pieces: Vec<(usize, Vec<GlyphRun>, f64, f64)> = Vec::new();
        for run in runs {
            let metrics = run.font_metrics();
            let (ascent, descent) = (f64::from(metrics.ascent), f64::from(metrics.descent));
            let atoms = atom_ranges(&run);
            let glyphs = self.glyphs(&run, &atoms, text, visible);
            for part in glyphs.chunk_by(|a, b| a.0 == b.0) {
                let span = part[0].0;
                let glyph_run = GlyphRun { glyphs: part.iter().map(|(_, glyph)| glyph.clone()).collect(), ..self.empty_run(&run) };
                match pieces.last_mut() {
                    Some((last, runs, above, below)) if *last == span => {
                        runs.push(glyph_run);
                        (*above, *below) = (above.max(ascent), below.max(descent));
                    }
                    _ => pieces.push((span, vec![glyph_run], ascent, descent)),
                }
            }
        }
        let mut pen = 0.0;
        (pieces.into_iter())
            .map(|(span, runs, ascent_px, descent_px)| {
                let ranges = || runs.iter().flat_map(|run| &run.glyphs).map(|glyph| &glyph.text);
                let start = ranges().map(|range| range.start).min().unwrap_or_default();
                let end = ranges().map(|range| range.end).max().unwrap_or_default();
                let mut piece = ShapedText { text: text[start..end].to_owned(), ascent_px, descent_px, runs, ..ShapedText::default() };
                for glyph in piece.runs.iter_mut().flat_map(|run| &mut run.glyphs) {
                    (glyph.x_px, glyph.text) = (glyph.x_px + piece.width_px, glyph.text.start - start..glyph.text.end - start);
                    piece.width_px += glyph.advance_px;
                }
                let x_px = pen;
                pen += piece.width_px;
                LinePiece { span, x_px, text: piece }
            })
            .collect()
    }

    fn lay_out(&mut self, text: &str, spans: &[(Range<usize>, TextStyle)], max_px: Option<f32>) -> Layout<SpanIndex> {
        let mut builder = self.layouts.ranged_builder(&mut self.fonts, text, 1.0, false);
        // The default `direction` of CSS; parley's own default guesses from the text, which Grafana's pages do not.
        builder.set_base_direction(BaseDirection::Ltr);
        builder.push_default(StyleProperty::OverflowWrap(OverflowWrap::Anywhere));
        for (index, (range, style)) in spans.iter().enumerate() {
            let family = if style.family == Family::Mono { &self.mono } else { &self.sans };
            let slope = if style.italic { FontStyle::Italic } else { FontStyle::Normal };
            let properties = [
                StyleProperty::FontFamily(family.clone()),
                StyleProperty::FontSize(style.size_px as f32),
                StyleProperty::FontWeight(FontWeight::new(f32::from(style.weight))),
                StyleProperty::FontStyle(slope),
                StyleProperty::LetterSpacing(style.letter_spacing_px as f32),
                StyleProperty::Brush(index),
            ];
            for property in properties {
                // An empty text has no range to give the style to, but its line still has a height.
                if text.is_empty() {
                    builder.push_default(property);
                } else {
                    builder.push(property, range.clone());
                }
            }
        }
        if let Some(family) = &self.pictures {
            for range in pictures(text) {
                builder.push(StyleProperty::FontFamily(family.clone()), range);
            }
        }
        let mut layout = builder.build(text);
        layout.break_all_lines(max_px);
        layout
    }

    fn glyph_run(&mut self, run: &Run<'_, SpanIndex>, text: &str, pen: &mut f64) -> GlyphRun {
        let glyphs = self.glyphs(run, &atom_ranges(run), text, &(0..text.len())).into_iter().map(|(_, mut glyph)| {
            glyph.x_px += *pen;
            *pen += glyph.advance_px;
            glyph
        });
        GlyphRun { glyphs: glyphs.collect(), ..self.empty_run(run) }
    }

    fn empty_run(&self, run: &Run<'_, SpanIndex>) -> GlyphRun {
        let slanted = run.synthesis().skew().is_some();
        GlyphRun { font: self.font_data(run), size_px: f64::from(run.font_size()), slanted, glyphs: Vec::new() }
    }

    /// The glyphs of a run that stand for bytes in `visible`, in visual order, each at its offset from the pen and with its span.
    fn glyphs(&mut self, run: &Run<'_, SpanIndex>, atoms: &[Range<usize>], text: &str, visible: &Range<usize>) -> Vec<(SpanIndex, Glyph)> {
        let mut glyphs = Vec::new();
        for cluster in run.visual_clusters() {
            let start = cluster.text_range().start;
            let atom = atoms.binary_search_by_key(&start, |atom| atom.start);
            let range = atom.map_or(cluster.text_range(), |index| atoms[index].clone());
            if !visible.contains(&start) {
                continue;
            }
            for glyph in cluster.glyphs() {
                if glyph.id == 0 {
                    self.missing.extend(text[range.clone()].chars().filter(|c| is_visible(*c)));
                }
                let (x_px, y_px) = (f64::from(glyph.x), f64::from(glyph.y));
                let advance_px = f64::from(glyph.advance);
                glyphs.push((cluster.style().brush, Glyph { id: glyph.id, x_px, y_px, advance_px, text: range.clone() }));
            }
        }
        glyphs
    }

    fn font_data(&self, run: &Run<'_, SpanIndex>) -> FontData {
        let font = run.font();
        match self.files.get(&font.data.id()) {
            Some(file) => FontData { id: file.hash ^ u64::from(font.index), data: file.data.clone(), index: font.index },
            // Every blob in the collection was registered by us; a font from elsewhere would still be drawn.
            None => FontData { id: font.data.id(), data: font.data.data().to_vec().into(), index: font.index },
        }
    }
}

/// For an empty text parley reports the space it measured in its place.
fn clamp(range: Range<usize>, text: &str) -> Range<usize> {
    range.start.min(text.len())..range.end.min(text.len())
}

/// The bytes of each unbreakable unit: a ligature's parts are one.
fn atom_ranges(run: &Run<'_, SpanIndex>) -> Vec<Range<usize>> {
    let mut atoms: Vec<Range<usize>> = Vec::new();
    for cluster in run.clusters() {
        let range = cluster.text_range();
        match atoms.last_mut() {
            Some(atom) if cluster.is_ligature_continuation() => atom.end = range.end,
            _ => atoms.push(range),
        }
    }
    atoms
}

/// Joiners, variation selectors and their like are drawn by no font.
pub(crate) fn is_visible(c: char) -> bool {
    let ignorable = matches!(c, '\u{ad}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2060}'..='\u{206f}'
        | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{e0000}'..='\u{e0fff}');
    !ignorable && !c.is_control() && !c.is_whitespace()
}
