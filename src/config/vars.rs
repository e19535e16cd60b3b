//! The variables Grafana and the shell hand us, and how one of them becomes a value of a type.

use std::{collections::BTreeMap, time::Duration};

use super::Secret;

/// The variables with the two spellings of our keys, and what was wrong with them.
pub(super) struct Vars {
    pub(super) map: BTreeMap<String, String>,
    pub(super) problems: Vec<String>,
}

impl Vars {
    pub(super) fn plain(&self, name: &str) -> Option<&str> {
        self.map.get(name).map(String::as_str).filter(|value| !value.is_empty())
    }

    /// One of our keys; outside a plugin `BROADSHEET_` stands in front.
    pub(super) fn text(&self, key: &str) -> Option<&str> {
        let upper = key.to_uppercase();
        self.plain(&format!("GF_PLUGIN_{upper}")).or_else(|| self.plain(&format!("BROADSHEET_{upper}")))
    }

    pub(super) fn secret(&self, key: &str) -> Option<Secret> {
        self.text(key).map(Secret::new)
    }

    /// `smtp_host` of ours, else Grafana's own `GF_SMTP_HOST` where its environment is forwarded.
    pub(super) fn smtp_text(&self, key: &str) -> Option<String> {
        let own = self.text(&format!("smtp_{key}"));
        own.or_else(|| self.plain(&format!("GF_SMTP_{}", key.to_uppercase()))).map(str::to_owned)
    }

    pub(super) fn smtp_flag(&mut self, key: &str, default: bool) -> bool {
        match self.smtp_text(key) {
            Some(text) => self.parse_flag(&format!("smtp_{key}"), &text, default),
            None => default,
        }
    }

    pub(super) fn flag(&mut self, key: &str, default: bool) -> bool {
        match self.text(key).map(str::to_owned) {
            Some(text) => self.parse_flag(key, &text, default),
            None => default,
        }
    }

    pub(super) fn parse_flag(&mut self, key: &str, text: &str, default: bool) -> bool {
        match text.to_lowercase().as_str() {
            "true" | "1" | "yes" | "on" => true,
            "false" | "0" | "no" | "off" => false,
            _ => {
                self.problems.push(format!("{key}: expected true or false, got {text:?}; {default} is used"));
                default
            }
        }
    }

    pub(super) fn number(&mut self, key: &str, default: u64) -> u64 {
        let Some(text) = self.text(key).map(str::to_owned) else { return default };
        text.trim().parse().unwrap_or_else(|_| {
            self.problems.push(format!("{key}: expected a whole number, got {text:?}; {default} is used"));
            default
        })
    }

    /// "10s", "2m", "500ms" as in Grafana's ini, or a number of seconds.
    pub(super) fn duration(&mut self, key: &str) -> Option<Duration> {
        let text = self.text(key)?.trim().to_owned();
        let split = text.find(|c: char| !c.is_ascii_digit() && c != '.').unwrap_or(text.len());
        let unit = match &text[split..] {
            "ms" => Some(0.001),
            "" | "s" => Some(1.0),
            "m" => Some(60.0),
            "h" => Some(3600.0),
            _ => None,
        };
        let seconds = text[..split].parse::<f64>().ok().zip(unit).map(|(n, unit)| n * unit);
        match seconds.filter(|s| *s > 0.0 && *s < 1e6) {
            Some(seconds) => Some(Duration::from_secs_f64(seconds)),
            None => {
                self.problems.push(format!("{key}: expected a duration such as 30s or 2m, got {text:?}; the default is used"));
                None
            }
        }
    }

    /// Our keys in lower case, whatever their prefix.
    pub(super) fn keys(&self) -> Vec<String> {
        let strip = |name: &String| name.strip_prefix("GF_PLUGIN_").or_else(|| name.strip_prefix("BROADSHEET_")).map(str::to_lowercase);
        self.map.keys().filter_map(strip).collect()
    }
}
