//! Grafana's light and dark themes: colours by role, named colours, palettes and continuous schemes.

/// An sRGB colour; `a` from 0 to 1.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Color {
    pub r: u8,
    pub g: u8,
    pub b: u8,
    pub a: f32,
}

/// The roles panels draw with (`GrafanaTheme2.colors`), all settled for one mode.
#[derive(Clone, Debug)]
pub struct Theme {
    pub is_dark: bool,
    /// Behind everything (`background.canvas`).
    pub canvas: Color,
    /// Panels (`background.primary`).
    pub panel: Color,
    /// `background.secondary`.
    pub secondary: Color,
    /// `border.weak`, `border.medium`, `border.strong`.
    pub border_weak: Color,
    pub border_medium: Color,
    pub border_strong: Color,
    pub text_primary: Color,
    pub text_secondary: Color,
    pub text_disabled: Color,
    pub text_link: Color,
    pub text_max_contrast: Color,
    pub primary: Color,
    pub success: Color,
    pub warning: Color,
    pub error: Color,
}

impl Theme {
    pub fn light() -> Theme {
        todo!()
    }

    pub fn dark() -> Theme {
        todo!()
    }

    /// A colour as Grafana resolves it (`visualization.getColorByName`): "green", "dark-red", "semi-dark-blue", "text",
    /// "transparent", "#rgb", "#rrggbb", "#rrggbbaa", "rgb(…)", "rgba(…)", CSS names. Unknown names are grey as in Grafana.
    pub fn color(&self, _name: &str) -> Color {
        todo!()
    }

    /// The classic palette (56 colours), already resolved.
    pub fn palette_classic(&self) -> &'static [Color] {
        todo!()
    }

    /// The colours of a continuous scheme ("continuous-GrYlRd") from low to high; `None` for other ids.
    pub fn continuous(&self, _mode: &str) -> Option<Vec<Color>> {
        todo!()
    }

    /// The text colour that is readable on `background` (`colors.getContrastText`).
    pub fn contrast_text(&self, _background: Color) -> Color {
        todo!()
    }
}

impl Color {
    pub const fn rgb(r: u8, g: u8, b: u8) -> Color {
        Color { r, g, b, a: 1.0 }
    }

    pub fn with_alpha(self, a: f32) -> Color {
        Color { a, ..self }
    }

    /// Interpolates in RGB; `t` from 0 to 1.
    pub fn mix(self, _other: Color, _t: f64) -> Color {
        todo!()
    }

    /// "#rrggbb" or "rgba(…)" as Grafana writes it.
    pub fn css(self) -> String {
        todo!()
    }
}
