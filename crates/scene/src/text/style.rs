/// The faces that are embedded: Inter (Grafana's text) and Roboto Mono (its code).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Family {
    #[default]
    Sans,
    Mono,
}

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct TextStyle {
    pub family: Family,
    pub size_px: f64,
    /// 400, 500 or 700; others take the nearest face as CSS does. Mono has 400 only.
    pub weight: u16,
    pub italic: bool,
    /// Added after each character, the last one included, as browsers do.
    pub letter_spacing_px: f64,
}

impl TextStyle {
    pub fn sans(size_px: f64) -> TextStyle {
        TextStyle { family: Family::Sans, size_px, weight: 400, italic: false, letter_spacing_px: 0.0 }
    }

    pub fn mono(size_px: f64) -> TextStyle {
        TextStyle { family: Family::Mono, ..TextStyle::sans(size_px) }
    }

    pub fn medium(self) -> TextStyle {
        TextStyle { weight: 500, ..self }
    }

    pub fn bold(self) -> TextStyle {
        TextStyle { weight: 700, ..self }
    }

    pub fn italic(self) -> TextStyle {
        TextStyle { italic: true, ..self }
    }
}
