//! Grafana's named colours and its classic palette.
//!
//! Source: @grafana/data 12.4 `themes/createVisualizationColors.ts`; the oracle test proves them.

use super::{Color, Theme};

/// A shade by its name ("semi-dark-red") in a mode.
pub(super) fn shade(is_dark: bool, name: &str) -> Option<Color> {
    let (_, light, dark) = SHADES.iter().find(|(known, ..)| *known == name)?;
    let rgb = if is_dark { *dark } else { *light };
    Some(Color::rgb((rgb >> 16) as u8, (rgb >> 8) as u8, rgb as u8))
}

/// The classic palette resolved for a theme.
pub(super) fn palette(theme: &Theme) -> Vec<Color> {
    CLASSIC.iter().map(|name| theme.color(name)).collect()
}

/// Name, colour in the light theme, colour in the dark theme.
#[rustfmt::skip]
static SHADES: [(&str, u32, u32); 30] = [
    ("super-light-red", 0xff7383, 0xffa6b0),
    ("light-red", 0xf2495c, 0xff7383),
    ("red", 0xe02f44, 0xf2495c),
    ("semi-dark-red", 0xc4162a, 0xe02f44),
    ("dark-red", 0xad0317, 0xc4162a),
    ("super-light-orange", 0xffb357, 0xffcb7d),
    ("light-orange", 0xff9830, 0xffb357),
    ("orange", 0xff780a, 0xff9830),
    ("semi-dark-orange", 0xfa6400, 0xff780a),
    ("dark-orange", 0xe55400, 0xfa6400),
    ("super-light-yellow", 0xffee52, 0xfff899),
    ("light-yellow", 0xfade2a, 0xffee52),
    ("yellow", 0xf2cc0c, 0xfade2a),
    ("semi-dark-yellow", 0xe0b400, 0xf2cc0c),
    ("dark-yellow", 0xcc9d00, 0xe0b400),
    ("super-light-green", 0x96d98d, 0xc8f2c2),
    ("light-green", 0x73bf69, 0x96d98d),
    ("green", 0x56a64b, 0x73bf69),
    ("semi-dark-green", 0x37872d, 0x56a64b),
    ("dark-green", 0x19730e, 0x37872d),
    ("super-light-blue", 0x8ab8ff, 0xc0d8ff),
    ("light-blue", 0x5794f2, 0x8ab8ff),
    ("blue", 0x3274d9, 0x5794f2),
    ("semi-dark-blue", 0x1f60c4, 0x3274d9),
    ("dark-blue", 0x1250b0, 0x1f60c4),
    ("super-light-purple", 0xca95e5, 0xdeb6f2),
    ("light-purple", 0xb877d9, 0xca95e5),
    ("purple", 0xa352cc, 0xb877d9),
    ("semi-dark-purple", 0x8f3bb8, 0xa352cc),
    ("dark-purple", 0x7c2ea3, 0x8f3bb8),
];

#[rustfmt::skip]
static CLASSIC: [&str; 64] = [
    "green", "semi-dark-yellow", "blue", "orange", "red", "purple", "dark-green", "dark-yellow", "dark-blue", "dark-orange",
    "dark-red", "dark-purple", "super-light-green", "super-light-yellow", "super-light-blue", "super-light-orange",
    "super-light-red", "super-light-purple", "#447ebc", "#c15c17", "#890f02", "#0a437c", "#6d1f62", "#584477", "#b7dbab", "#f4d598",
    "#70dbed", "#f9ba8f", "#f29191", "#82b5d8", "#e5a8e2", "#aea2e0", "#629e51", "#e5ac0e", "#64b0c8", "#e0752d", "#bf1b00",
    "#0a50a1", "#962d82", "#614d93", "#9ac48a", "#f2c96d", "#65c5db", "#f9934e", "#ea6460", "#5195ce", "#d683ce", "#806eb7",
    "#3f6833", "#967302", "#2f575e", "#99440a", "#58140c", "#052b51", "#511749", "#3f2b5b", "#e0f9d7", "#fceaca", "#cffaff",
    "#f9e2d2", "#fce2de", "#badff4", "#f9d9f9", "#dedaf7",
];
