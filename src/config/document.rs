//! The table as a page of documentation.

use std::fmt::Write as _;

use super::{
    table::{Kind, PerOrg, SETTINGS, Section, Setting},
    value::expected,
};

/// docs/settings.md between its markers: a table a section.
pub fn document() -> String {
    let mut text = String::new();
    let mut section: Option<Section> = None;
    for setting in SETTINGS {
        if section != Some(setting.section) {
            section = Some(setting.section);
            let _ = write!(text, "\n### {}\n\n| key | meaning | values | default |\n|---|---|---|---|\n", setting.section.title());
        }
        text.push_str(&row(setting));
    }
    text
}

fn row(setting: &Setting) -> String {
    let mut about = setting.about.to_owned();
    match setting.per_org {
        Some(PerOrg::Replaces(name)) => {
            let _ = write!(about, "; an organisation may set its own (`{name}`)");
        }
        Some(PerOrg::Narrows(name)) => {
            let _ = write!(about, "; an organisation may be stricter (`{name}`)");
        }
        None => {}
    }
    if let Some(variable) = setting.grafana {
        let _ = write!(about, "; else `{variable}`");
    }
    let values = match setting.kind {
        Kind::Secret | Kind::OrgSecret => "secret".to_owned(),
        Kind::OneOf(all) => all.iter().map(|one| format!("`{one}`")).collect::<Vec<_>>().join(", "),
        kind => expected(kind),
    };
    let default = match (setting.unset, setting.default) {
        ("", "") => "not set".to_owned(),
        ("", default) => format!("`{default}`"),
        (unset, _) => unset.to_owned(),
    };
    format!("| `{}` | {about} | {values} | {default} |\n", setting.key)
}
