//! Colours by role.
//!
//! Source: @grafana/data 12.4 `themes/createColors.ts` and `palette.ts`; the oracle test proves them.

use super::{Color, Theme};

const fn hex(rgb: u32) -> Color {
    Color::rgb((rgb >> 16) as u8, (rgb >> 8) as u8, rgb as u8)
}

const WHITE_BASE: Color = Color::rgb(204, 204, 220);
const BLACK_BASE: Color = Color::rgb(36, 41, 46);

impl Theme {
    pub fn light() -> Theme {
        Theme {
            is_dark: false,
            canvas: hex(0xfbfbfb),
            panel: hex(0xffffff),
            secondary: hex(0xf4f5f5),
            border_weak: BLACK_BASE.with_alpha(0.12),
            border_medium: BLACK_BASE.with_alpha(0.3),
            border_strong: BLACK_BASE.with_alpha(0.4),
            text_primary: BLACK_BASE,
            text_secondary: BLACK_BASE.with_alpha(0.75),
            text_disabled: BLACK_BASE.with_alpha(0.65),
            text_link: hex(0x1f62e0),
            text_max_contrast: hex(0x000000),
            primary: hex(0x3871dc),
            success: hex(0x1b855e),
            warning: hex(0xff9900),
            error: hex(0xe0226e),
        }
    }

    pub fn dark() -> Theme {
        Theme {
            is_dark: true,
            canvas: hex(0x111217),
            panel: hex(0x181b1f),
            secondary: hex(0x22252b),
            border_weak: WHITE_BASE.with_alpha(0.12),
            border_medium: WHITE_BASE.with_alpha(0.2),
            border_strong: WHITE_BASE.with_alpha(0.3),
            text_primary: WHITE_BASE,
            text_secondary: WHITE_BASE.with_alpha(0.65),
            text_disabled: WHITE_BASE.with_alpha(0.61),
            text_link: hex(0x6e9fff),
            text_max_contrast: hex(0xffffff),
            primary: hex(0x3d71d9),
            success: hex(0x1a7f4b),
            warning: hex(0xff9900),
            error: hex(0xd10e5c),
        }
    }
}
