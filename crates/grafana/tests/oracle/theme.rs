use crate::corpus::{Report, list, load, text};
use grafana::theme::{Color, Theme};
use serde_json::Value;

fn css(value: &Value) -> String {
    let text = text(value);
    Color::parse(text).unwrap_or_else(|| panic!("no colour: {text:?}")).css()
}

fn colors(value: &Value) -> Vec<String> {
    list(value).iter().map(css).collect()
}

fn written(colors: &[Color]) -> Vec<String> {
    colors.iter().map(|color| color.css()).collect()
}

#[test]
fn both_themes() {
    let corpus = load("theme.json");
    let mut report = Report::default();
    check_theme(&Theme::light(), &corpus["light"], &mut report);
    check_theme(&Theme::dark(), &corpus["dark"], &mut report);
    report.finish(250);
}

fn check_theme(theme: &Theme, expected: &Value, report: &mut Report) {
    let each = |key: &str| expected[key].as_object().unwrap();
    for (role, color) in each("roles") {
        report.check(|| role.clone(), role_of(theme, role).css(), css(color));
    }
    for (name, color) in each("named") {
        report.check(|| name.clone(), theme.color(name).css(), css(color));
    }
    report.check(|| "palette".into(), written(theme.palette_classic()), colors(&expected["palette"]));
    report.check(|| "palette by name".into(), written(theme.palette_by_name()), colors(&expected["palette_by_name"]));
    for (name, color) in each("series_names") {
        report.check(|| name.clone(), theme.color_by_series_name(name).css(), css(color));
    }
    for (mode, scheme) in each("continuous") {
        report.check(|| mode.clone(), written(&theme.continuous(mode).unwrap_or_default()), colors(&scheme["colors"]));
        for (i, color) in list(&scheme["at"]).iter().enumerate() {
            let found = theme.continuous_at(mode, i as f64 / 20.0).map(Color::css);
            report.check(|| format!("{mode} at {i}/20"), found, Some(css(color)));
        }
    }
    for (background, color) in each("contrast") {
        report.check(|| format!("text on {background}"), theme.contrast_text(theme.color(background)).css(), css(color));
    }
    for (name, shades) in each("shades") {
        let found: Vec<Color> = (0..list(shades).len()).map(|i| theme.color(name).shade(i)).collect();
        report.check(|| format!("shades of {name}"), written(&found), colors(shades));
    }
}

fn role_of(theme: &Theme, role: &str) -> Color {
    match role {
        "canvas" => theme.canvas,
        "panel" => theme.panel,
        "secondary" => theme.secondary,
        "border_weak" => theme.border_weak,
        "border_medium" => theme.border_medium,
        "border_strong" => theme.border_strong,
        "text_primary" => theme.text_primary,
        "text_secondary" => theme.text_secondary,
        "text_disabled" => theme.text_disabled,
        "text_link" => theme.text_link,
        "text_max_contrast" => theme.text_max_contrast,
        "primary" => theme.primary,
        "success" => theme.success,
        "warning" => theme.warning,
        "error" => theme.error,
        other => panic!("unknown role {other}"),
    }
}
