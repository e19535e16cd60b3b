//! Variables that look like settings of ours and are none.

use super::{table::SETTINGS, values::Values};

/// `GF_PLUGIN_` variables Grafana itself sets for a plugin, and those of other plugins in a forwarded environment.
const FOREIGN: &[&str] = &["app_", "version", "profiling_", "memory_limit", "as_external", "path", "id", "rendering_", "grafana_image_"];

/// Variables of ours that are no settings.
const OTHER: &[&str] = &["log"];

/// Grafana's form for overriding ini keys: it works only for keys that stand in the ini already.
const OVERRIDE: &str = "GF_PLUGIN_BROADSHEET_REPORTS_APP_";

/// What is probably a mistake in the names of variables.
pub(super) fn hints(values: &Values) -> Vec<String> {
    values.keys().filter_map(|(name, key)| hint(name, &key)).collect()
}

fn hint(name: &str, key: &str) -> Option<String> {
    if let Some(rest) = name.strip_prefix(OVERRIDE) {
        return Some(format!(
            "{name}: Grafana takes this for a key that already stands in [plugin.broadsheet-reports-app]; without one set GF_PLUGIN_{rest}"
        ));
    }
    if is_known(key) || OTHER.contains(&key) && name.starts_with("BROADSHEET_") {
        return None;
    }
    let near = SETTINGS
        .iter()
        .map(|setting| (strsim::damerau_levenshtein(key, setting.key), setting.key))
        .filter(|(distance, candidate)| *distance <= (candidate.len() / 4).clamp(1, 3))
        .min();
    match near {
        Some((_, candidate)) => Some(format!("{name}: there is no setting {key}; did you mean {candidate}?")),
        None if name.starts_with("BROADSHEET_") => Some(format!("{name}: there is no setting {key}")),
        None if FOREIGN.iter().any(|foreign| key.starts_with(foreign)) => None,
        None => Some(format!("{name}: there is no setting {key}")),
    }
}

fn is_known(key: &str) -> bool {
    let is_org_token = key.starts_with("org") && key.ends_with("_api_token");
    is_org_token || SETTINGS.iter().any(|setting| setting.key == key)
}

#[cfg(test)]
mod tests {
    use std::path::Path;

    use crate::config::Config;

    #[test]
    fn wrong_names_are_noticed() {
        let check = |name: &str, expected: &str| {
            let hints = Config::from_vars([(name.to_owned(), "x".to_owned())], Some(Path::new("/x"))).hints;
            assert_eq!(hints.join("; ").replace(name, "_"), expected, "{name}");
        };
        check("GF_PLUGIN_SMTP_HOTS", "_: there is no setting smtp_hots; did you mean smtp_host?");
        check("BROADSHEET_STMP_HOST", "_: there is no setting stmp_host; did you mean smtp_host?");
        check("BROADSHEET_GRAFANA_ULR", "_: there is no setting grafana_ulr; did you mean grafana_url?");
        check("BROADSHEET_COLOUR", "_: there is no setting colour");
        check("BROADSHEET_SMTP_PASSWORT__FILE", "_: there is no setting smtp_passwort; did you mean smtp_password?");
        check("BROADSHEET_SMTP_PASSWORD", "");
        check("BROADSHEET_ORG12_API_TOKEN", "");
        check("BROADSHEET_LOG", "");
        check("GF_PLUGIN_APP_CLIENT_SECRET", "");
        check("GF_PLUGIN_RENDERING_IGNORE_HTTPS_ERRORS", "");
        check("GF_SMTP_HOTS", "");
        check(
            "GF_PLUGIN_BROADSHEET_REPORTS_APP_SMTP_HOST",
            "_: Grafana takes this for a key that already stands in [plugin.broadsheet-reports-app]; without one set GF_PLUGIN_SMTP_HOST",
        );
    }
}
