//! The table of settings as flags.

use std::collections::BTreeMap;

use broadsheet::config::{SETTINGS, Setting};
use clap::{Arg, ArgMatches, Args, Command, error::Error};

/// Every setting that is no secret, by key, as far as it was given.
#[derive(Clone, Debug, Default)]
pub struct SettingFlags(BTreeMap<String, String>);

impl SettingFlags {
    pub fn into_pairs(self) -> impl Iterator<Item = (String, String)> {
        self.0.into_iter()
    }
}

/// Text is taken as it is: the table's reader says what is wrong with it, as it does for variables.
fn flag(setting: &'static Setting) -> Arg {
    let default = match (setting.unset, setting.default) {
        ("", "") => String::new(),
        ("", default) => format!(" [default: {default}]"),
        (unset, _) => format!(" [default: {}]", unset.replace('`', "")),
    };
    Arg::new(setting.key)
        .long(setting.key.replace('_', "-"))
        .alias(setting.key)
        .value_name("VALUE")
        .help(format!("{}: {}{default}", capital(&setting.about.replace('`', "")), setting.expected()))
        .help_heading(setting.section.title().replace('`', ""))
}

fn capital(text: &str) -> String {
    let mut letters = text.chars();
    letters.next().map(|first| first.to_uppercase().collect::<String>() + letters.as_str()).unwrap_or_default()
}

fn flags() -> impl Iterator<Item = &'static Setting> {
    SETTINGS.iter().filter(|setting| !setting.is_secret())
}

impl clap::FromArgMatches for SettingFlags {
    fn from_arg_matches(matches: &ArgMatches) -> Result<SettingFlags, Error> {
        let mut found = SettingFlags::default();
        found.update_from_arg_matches(matches)?;
        Ok(found)
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), Error> {
        for setting in flags() {
            if let Some(text) = matches.get_one::<String>(setting.key) {
                self.0.insert(setting.key.to_owned(), text.clone());
            }
        }
        Ok(())
    }
}

impl Args for SettingFlags {
    fn augment_args(command: Command) -> Command {
        command.args(flags().map(flag))
    }

    fn augment_args_for_update(command: Command) -> Command {
        SettingFlags::augment_args(command)
    }
}

#[cfg(test)]
mod tests {
    use clap::FromArgMatches as _;

    use super::*;

    #[test]
    fn every_setting_but_secrets_is_a_flag() {
        let command = SettingFlags::augment_args(Command::new("serve"));
        let given = ["serve", "--smtp-host", "mail:25", "--retention_days=7", "--enabled", "false"];
        let flags = SettingFlags::from_arg_matches(&command.clone().try_get_matches_from(given).unwrap()).unwrap();
        let pairs: Vec<(String, String)> = flags.into_pairs().collect();
        let expected = [("enabled", "false"), ("retention_days", "7"), ("smtp_host", "mail:25")];
        assert_eq!(pairs, expected.map(|(key, value)| (key.to_owned(), value.to_owned())));
        for secret in SETTINGS.iter().filter(|setting| setting.is_secret()) {
            let flag = format!("--{}", secret.key.replace('_', "-"));
            assert!(command.clone().try_get_matches_from(["serve", &flag, "x"]).is_err(), "{flag}");
        }
    }
}
