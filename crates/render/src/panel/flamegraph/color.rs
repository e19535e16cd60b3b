//! Colours of bars: by the package in the symbol's name, or by how two profiles differ.

use grafana::theme::{Color, Theme};

/// The palette packages are dealt from by the hash of their name.
const PACKAGES: [Color; 24] = [
    Color::rgb(0xdf, 0x8b, 0x53),
    Color::rgb(0xe0, 0xad, 0x6c),
    Color::rgb(0x68, 0xb7, 0xcf),
    Color::rgb(0x59, 0xc0, 0xa3),
    Color::rgb(0x68, 0x97, 0xca),
    Color::rgb(0x89, 0x82, 0xc9),
    Color::rgb(0xeb, 0xa8, 0xe6),
    Color::rgb(0xff, 0xe1, 0x75),
    Color::rgb(183, 219, 171),
    Color::rgb(244, 213, 152),
    Color::rgb(78, 146, 249),
    Color::rgb(249, 186, 143),
    Color::rgb(242, 145, 145),
    Color::rgb(130, 181, 216),
    Color::rgb(229, 168, 226),
    Color::rgb(174, 162, 224),
    Color::rgb(154, 196, 138),
    Color::rgb(242, 201, 109),
    Color::rgb(101, 197, 219),
    Color::rgb(249, 147, 78),
    Color::rgb(234, 100, 96),
    Color::rgb(81, 149, 206),
    Color::rgb(214, 131, 206),
    Color::rgb(128, 110, 183),
];

pub fn by_package(label: &str, theme: &Theme) -> Color {
    let color = PACKAGES[murmur3(package(label)) as usize % PACKAGES.len()];
    if theme.is_dark {
        return color;
    }
    let brighter = |channel: u8| channel.saturating_add(38);
    Color::rgb(brighter(color.r), brighter(color.g), brighter(color.b))
}

/// Green where the second profile has less of it, red where it has more.
pub fn by_difference(left: f64, right: f64, total_left: f64, total_right: f64) -> Color {
    let same = Color::rgb(148, 142, 142);
    if total_left == 0.0 || total_right == 0.0 {
        return same;
    }
    let difference = difference(left, right, total_left, total_right);
    let end = if difference < 0.0 { Color::rgb(0, 170, 0) } else { Color::rgb(200, 0, 0) };
    same.mix(end, (difference.abs() / 100.0).min(1.0))
}

/// Percent by which the second share differs from the first.
pub fn difference(left: f64, right: f64, total_left: f64, total_right: f64) -> f64 {
    let (left, right) = (percent(left, total_left), percent(right, total_right));
    (right - left) / left * 100.0
}

/// Percent with two decimals.
pub fn percent(part: f64, total: f64) -> f64 {
    grafana::js::js_round(10_000.0 * part / total) / 100.0
}

/// The package in a symbol, by the first language whose way of writing it fits.
fn package(label: &str) -> &str {
    for extension in [".php", ".py", ".rb"] {
        if let Some(at) = label.rfind(extension) {
            return label[..at].rfind('/').map_or("", |slash| &label[..=slash]);
        }
    }
    if let Some(colon) = label.rfind(':').and_then(|last| label[..last].rfind(':')) {
        let inner = label.strip_prefix("./node_modules/").filter(|inner| inner.matches(':').count() > 1).unwrap_or(label);
        let colon = colon - (label.len() - inner.len());
        return &inner[..inner.find('/').map_or(colon, |slash| slash.min(colon))];
    }
    // Go: up to the point after the first slash, else to the first point.
    let after_slash = label.find('/').and_then(|slash| Some(slash + label[slash..].find('.')?));
    after_slash.or_else(|| label.find('.')).map_or(label, |dot| &label[..=dot])
}

/// MurmurHash3 (32 bits, seed 0) over the low bytes of UTF-16 units.
fn murmur3(text: &str) -> u32 {
    let bytes: Vec<u8> = text.encode_utf16().map(|unit| (unit & 0xff) as u8).collect();
    let scramble = |k: u32| k.wrapping_mul(0xcc9e_2d51).rotate_left(15).wrapping_mul(0x1b87_3593);
    let mut hash = 0_u32;
    let mut chunks = bytes.chunks_exact(4);
    for chunk in &mut chunks {
        let k = chunk.iter().rev().fold(0_u32, |k, byte| k << 8 | u32::from(*byte));
        hash = (hash ^ scramble(k)).rotate_left(13).wrapping_mul(5).wrapping_add(0xe654_6b64);
    }
    let rest = chunks.remainder().iter().rev().fold(0_u32, |k, byte| k << 8 | u32::from(*byte));
    hash ^= scramble(rest) ^ bytes.len() as u32;
    hash = (hash ^ hash >> 16).wrapping_mul(0x85eb_ca6b);
    hash = (hash ^ hash >> 13).wrapping_mul(0xc2b2_ae35);
    hash ^ hash >> 16
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn packages_of_symbols() {
        let check = |label: &str, expected: &str| assert_eq!(package(label), expected, "{label}");
        check("app/lib/file.php:12", "app/lib/");
        check("main.py", "");
        check("a/b/x.rb - y", "a/b/");
        check("./node_modules/express/lib/router.js:handle:12", "express");
        check("webpack.js:fn:1", "webpack.js");
        check("net/http.HandlerFunc.ServeHTTP", "net/http.");
        check("github.com/grafana/dskit/spanlogger.Log", "github.com/grafana/dskit/spanlogger.");
        check("runtime.mallocgc", "runtime.");
        check("total", "total");
        check("", "");
    }

    #[test]
    fn hashes() {
        // Published values of MurmurHash3_x86_32 with seed 0.
        assert_eq!((murmur3(""), murmur3("test"), murmur3("Hello, world!")), (0, 0xba6b_d213, 0xc036_3e43));
    }
}
