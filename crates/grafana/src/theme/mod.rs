//! Grafana's light and dark themes: colours by role, named colours, palettes and continuous schemes.

mod chromatic;
mod color;
mod continuous;
mod contrast;
mod css_names;
mod named;
mod ramps;
mod roles;
mod shades;

pub use chromatic::chromatic_at;
pub use color::Color;
pub use shades::string_hash;

use std::sync::LazyLock;

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

/// What Grafana falls back to for a colour without a name (`FALLBACK_COLOR`).
pub const FALLBACK: Color = Color::rgb(0x80, 0x80, 0x80);

impl Theme {
    /// A colour as Grafana resolves it (`visualization.getColorByName`): "green", "dark-red", "semi-dark-blue", "text",
    /// "transparent", "#rgb", "#rrggbb", "#rrggbbaa", "rgb(…)", "rgba(…)", "hsl(…)", CSS names. Unknown names are grey as in Grafana.
    pub fn color(&self, name: &str) -> Color {
        match name {
            "transparent" if self.is_dark => Color::rgb(0, 0, 0).with_alpha(0.0),
            "transparent" => Color::rgb(255, 255, 255).with_alpha(0.0),
            "panel-bg" => self.panel,
            "text" => self.text_primary,
            _ => named::shade(self.is_dark, name).or_else(|| Color::parse(name)).unwrap_or(FALLBACK),
        }
    }

    /// The classic palette (64 colours), already resolved.
    pub fn palette_classic(&self) -> &'static [Color] {
        static LIGHT: LazyLock<Vec<Color>> = LazyLock::new(|| named::palette(&Theme::light()));
        static DARK: LazyLock<Vec<Color>> = LazyLock::new(|| named::palette(&Theme::dark()));
        if self.is_dark { &DARK } else { &LIGHT }
    }

    /// The colours of "palette-classic-by-name": those of the classic palette that stand out against a panel.
    pub fn palette_by_name(&self) -> &'static [Color] {
        static LIGHT: LazyLock<Vec<Color>> = LazyLock::new(|| readable(&Theme::light()));
        static DARK: LazyLock<Vec<Color>> = LazyLock::new(|| readable(&Theme::dark()));
        if self.is_dark { &DARK } else { &LIGHT }
    }

    /// The colour "palette-classic-by-name" gives to a series' display name.
    pub fn color_by_series_name(&self, name: &str) -> Color {
        let colors = self.palette_by_name();
        colors.get(string_hash(name).unsigned_abs() as usize % colors.len().max(1)).copied().unwrap_or(FALLBACK)
    }

    /// The colours of a continuous scheme ("continuous-GrYlRd") from low to high; `None` for other ids.
    ///
    /// Between them Grafana does not go straight: draw gradients with [`Theme::continuous_at`].
    pub fn continuous(&self, mode: &str) -> Option<Vec<Color>> {
        continuous::colors(self, mode)
    }

    /// The colour of a continuous scheme at `percent` (0 to 1, held inside); `None` for other ids.
    pub fn continuous_at(&self, mode: &str, percent: f64) -> Option<Color> {
        continuous::at(self, mode, percent)
    }

    /// The text colour that is readable on `background` (`colors.getContrastText`): white or black.
    pub fn contrast_text(&self, background: Color) -> Color {
        contrast::text_on(background, self.panel)
    }
}

fn readable(theme: &Theme) -> Vec<Color> {
    const CONTRAST_THRESHOLD: f64 = 3.0;
    let palette = theme.palette_classic().iter();
    palette.filter(|color| contrast::ratio(**color, theme.panel, None) >= CONTRAST_THRESHOLD).copied().collect()
}
