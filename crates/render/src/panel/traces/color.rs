//! Colours of services: dealt by the hash of the name, but never too like the one dealt before.

use std::collections::BTreeMap;

use grafana::theme::{Color, Theme};

/// Grafana's old palette (@grafana/ui `colors.ts`) without its reds 4 and 29, which would look like errors.
const PALETTE: [u32; 54] = [
    0x7eb26d, 0xeab839, 0x6ed0e0, 0xef843c, 0x1f78c1, 0xba43a9, 0x705da0, 0x508642, 0xcca300, 0x447ebc, 0xc15c17, 0x890f02, 0x0a437c,
    0x6d1f62, 0x584477, 0xb7dbab, 0xf4d598, 0x70dbed, 0xf9ba8f, 0xf29191, 0x82b5d8, 0xe5a8e2, 0xaea2e0, 0x629e51, 0xe5ac0e, 0x64b0c8,
    0xe0752d, 0xbf1b00, 0x962d82, 0x614d93, 0x9ac48a, 0xf2c96d, 0x65c5db, 0xf9934e, 0xea6460, 0x5195ce, 0xd683ce, 0x806eb7, 0x3f6833,
    0x967302, 0x2f575e, 0x99440a, 0x58140c, 0x052b51, 0x511749, 0x3f2b5b, 0xe0f9d7, 0xfceaca, 0xcffaff, 0xf9e2d2, 0xfce2de, 0xbadff4,
    0xf9d9f9, 0xdedaf7,
];
/// The least contrast with the panel, and with the colour dealt before.
const LEAST_WITH_PANEL: f64 = 3.0;
const LEAST_WITH_LAST: f64 = 1.5;

/// Deals each service its colour, in the order they are asked for.
pub struct Dealer {
    colors: Vec<Color>,
    dealt: BTreeMap<String, usize>,
    last: Option<usize>,
}

impl Dealer {
    pub fn new(theme: &Theme) -> Dealer {
        let read = |rgb: u32| {
            let [_, r, g, b] = rgb.to_be_bytes();
            Color::rgb(r, g, b)
        };
        let colors = PALETTE.into_iter().map(read).filter(|color| contrast(theme.panel, *color) >= LEAST_WITH_PANEL).collect();
        Dealer { colors, dealt: BTreeMap::new(), last: None }
    }

    pub fn color(&mut self, service: &str) -> Color {
        if let Some(at) = self.dealt.get(service) {
            return self.colors[*at];
        }
        let n = self.colors.len();
        let mut at = (hash(&service.to_lowercase()) % n as i64).unsigned_abs() as usize;
        if let Some(last) = self.last {
            if at == last {
                at = (at + 1) % n;
            }
            if contrast(self.colors[last], self.colors[at]) < LEAST_WITH_LAST {
                let others = (1..=n).map(|step| (at + step) % n);
                let far = others.into_iter().find(|other| contrast(self.colors[last], self.colors[*other]) > LEAST_WITH_LAST);
                at = far.unwrap_or(at);
            }
        }
        self.dealt.insert(service.to_owned(), at);
        self.last = Some(at);
        self.colors[at]
    }
}

/// JavaScript's `(hash << 5) - hash + code`: only the shift is in 32 bits.
fn hash(text: &str) -> i64 {
    text.encode_utf16().fold(0_i64, |hash, unit| i64::from((hash as i32) << 5) - hash + i64::from(unit))
}

/// WCAG's ratio of luminances.
fn contrast(a: Color, b: Color) -> f64 {
    let luminance = |color: Color| {
        let channel = |c: u8| {
            let c = f64::from(c) / 255.0;
            if c <= 0.03928 { c / 12.92 } else { ((c + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * channel(color.r) + 0.7152 * channel(color.g) + 0.0722 * channel(color.b)
    };
    let (a, b) = (luminance(a), luminance(b));
    (a.max(b) + 0.05) / (a.min(b) + 0.05)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn services_keep_their_colours_and_differ() {
        let mut dealer = Dealer::new(&Theme::light());
        let names = ["frontend", "auth", "db", "frontend", "", "x"];
        let colors: Vec<Color> = names.iter().map(|name| dealer.color(name)).collect();
        assert_eq!(colors[0], colors[3]);
        assert!(contrast(colors[0], colors[1]) > LEAST_WITH_LAST && contrast(colors[1], colors[2]) > LEAST_WITH_LAST);
        assert_eq!((hash(""), hash("a"), hash("ab")), (0, 97, 3105));
    }
}
