//! Colours of single points, from the values of a field.

use grafana::{
    field::{ThresholdsMode, ValueMapping},
    frame::Field,
    theme::{Color, Theme},
};

/// The colour of each row; `None` where no rule gives it one.
pub struct PointColors {
    rows: Vec<Option<Color>>,
    /// Some colour of the scheme is translucent: then all are painted as they are.
    pub has_alpha: bool,
}

/// Shades a continuous scheme is cut into.
const N_SHADES: usize = 32;

impl PointColors {
    /// Mappings come before thresholds and schemes; `range` is what a continuous scheme spans. Source: grafana 12.4.0
    /// `fieldValueColors`.
    pub fn of(field: &Field, range: Option<(f64, f64)>, theme: &Theme) -> PointColors {
        let values = field.values.numbers().unwrap_or_default();
        let mode = field.config.color.as_ref().map_or("", |color| color.mode.as_str());
        let thresholds = field.config.thresholds.as_ref().filter(|config| mode == "thresholds" && config.mode == ThresholdsMode::Absolute);
        if !field.config.mappings.is_empty() {
            let named = |name: &str| theme.color(name);
            let rows: Vec<Option<Color>> =
                values.iter().map(|value| mapped(&field.config.mappings, *value).map(|name| named(&name))).collect();
            let has_alpha = colors_of(&field.config.mappings).any(|name| named(name).a < 1.0);
            return PointColors { rows, has_alpha };
        }
        if let Some(config) = thresholds {
            let at = |value: f64| config.steps.iter().skip(1).rev().find(|step| value >= step.value).or(config.steps.first());
            let rows = values.iter().map(|value| at(value.unwrap_or(0.0)).map(|step| theme.color(&step.color))).collect();
            return PointColors { rows, has_alpha: config.steps.iter().any(|step| theme.color(&step.color).a < 1.0) };
        }
        let shade = |value: f64, (min, max): (f64, f64)| {
            let part = if max > min { (value - min) / (max - min) } else { 0.0 };
            let index = ((part * N_SHADES as f64).floor().max(0.0) as usize).min(N_SHADES - 1);
            theme.continuous_at(mode, index as f64 / (N_SHADES - 1) as f64)
        };
        let rows = values.iter().map(|value| shade((*value)?, range?)).collect();
        PointColors { rows, has_alpha: false }
    }

    pub fn at(&self, row: usize) -> Option<Color> {
        self.rows.get(row).copied().flatten()
    }
}

/// The colour of the first mapping that has one and fits; patterns are not looked at.
fn mapped(mappings: &[ValueMapping], value: Option<f64>) -> Option<String> {
    mappings.iter().find_map(|mapping| match mapping {
        ValueMapping::Value(values) => {
            let fits = |key: &str| value.is_some() && key.trim().parse::<f64>().ok() == value;
            values.iter().find(|(key, result)| result.color.is_some() && fits(key)).and_then(|(_, result)| result.color.clone())
        }
        ValueMapping::Range { from, to, result } => {
            let value = value.unwrap_or(0.0);
            let fits = from.is_none_or(|from| value >= from) && to.is_none_or(|to| value <= to);
            result.color.clone().filter(|_| fits && (from.is_some() || to.is_some()))
        }
        ValueMapping::Special { matches, result } => {
            let is_nan = value.is_some_and(f64::is_nan);
            let fits = match matches.as_str() {
                "nan" => is_nan || value.is_none(),
                "null+nan" => is_nan || value.is_none(),
                "null" => value.is_none(),
                _ => false,
            };
            result.color.clone().filter(|_| fits)
        }
        ValueMapping::Regex { .. } => None,
    })
}

fn colors_of(mappings: &[ValueMapping]) -> impl Iterator<Item = &str> {
    mappings.iter().flat_map(|mapping| -> Vec<&str> {
        match mapping {
            ValueMapping::Value(values) => values.iter().filter_map(|(_, result)| result.color.as_deref()).collect(),
            ValueMapping::Range { result, .. } | ValueMapping::Special { result, .. } | ValueMapping::Regex { result, .. } => {
                result.color.as_deref().into_iter().collect()
            }
        }
    })
}

#[cfg(test)]
mod tests {
    use grafana::{
        field::{FieldColor, MappingResult, Threshold, ThresholdsConfig},
        frame::{FieldType, Values},
    };

    use super::*;

    fn field(mode: &str) -> Field {
        let mut field =
            Field { kind: FieldType::Number, values: Values::Number(vec![Some(0.0), Some(50.0), Some(100.0)]), ..Field::default() };
        field.config.color = Some(FieldColor { mode: mode.into(), ..FieldColor::default() });
        field
    }

    fn check(field: &Field, expected: &[Option<&str>]) {
        let theme = Theme::light();
        let colors = PointColors::of(field, Some((0.0, 100.0)), &theme);
        let expected: Vec<Option<Color>> = expected.iter().map(|name| name.map(|name| theme.color(name))).collect();
        assert_eq!((0..expected.len()).map(|row| colors.at(row)).collect::<Vec<_>>(), expected);
    }

    #[test]
    fn points_take_colours_from_values() {
        let step = |value: f64, color: &str| Threshold { value, color: color.into() };
        let mut by_threshold = field("thresholds");
        by_threshold.config.thresholds =
            Some(ThresholdsConfig { mode: ThresholdsMode::Absolute, steps: vec![step(f64::NEG_INFINITY, "green"), step(50.0, "red")] });
        check(&by_threshold, &[Some("green"), Some("red"), Some("red")]);
        let mut by_mapping = by_threshold.clone();
        let result = MappingResult { color: Some("purple".into()), ..MappingResult::default() };
        by_mapping.config.mappings = vec![ValueMapping::Value(vec![("100".into(), result)])];
        check(&by_mapping, &[None, None, Some("purple")]);
        check(&field("palette-classic"), &[None, None, None]);
        let theme = Theme::light();
        let shades = PointColors::of(&field("continuous-BlYlRd"), Some((0.0, 100.0)), &theme);
        assert_eq!(shades.at(0), theme.continuous_at("continuous-BlYlRd", 0.0));
        assert_eq!(shades.at(2), theme.continuous_at("continuous-BlYlRd", 1.0));
    }
}
