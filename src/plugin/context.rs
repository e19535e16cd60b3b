//! What comes with every call: who calls, in which organisation, with which settings.

use std::{
    collections::BTreeMap,
    panic::{AssertUnwindSafe, catch_unwind},
    sync::{Mutex, PoisonError},
};

use plugin_proto::pluginv2::{AppInstanceSettings, PluginContext};
use serde_json::{Map, Value as Json};

use super::Hooks;
use crate::{
    api::{Caller, Role},
    config::Secret,
};

/// What Grafana says about itself in a call.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GrafanaConfig {
    /// `root_url` without a trailing slash; may be unreachable from here.
    pub app_url: Option<String>,
    /// Token of the managed service account.
    pub app_client_secret: Option<Secret>,
    /// "Grafana/12.4.0 (linux; amd64)".
    pub user_agent: String,
}

/// The caller as Grafana authenticated them. Without a user nobody is behind the call, and nobody has no role.
pub fn caller(context: &PluginContext) -> Caller {
    let user = context.user.clone().unwrap_or_default();
    Caller {
        org_id: context.org_id,
        role: Role::parse(&user.role),
        login: user.login,
        email: user.email,
        name: user.name,
        ..Caller::default()
    }
}

/// The last settings seen, so that hooks are told changes only.
#[derive(Default)]
pub struct Seen {
    settings: Mutex<BTreeMap<i64, AppInstanceSettings>>,
    grafana: Mutex<GrafanaConfig>,
}

impl Seen {
    /// Tells `hooks` what is new in `context`. A hook that panics does not cost the call.
    pub fn tell(&self, context: &PluginContext, hooks: &dyn Hooks) {
        let _ = catch_unwind(AssertUnwindSafe(|| self.tell_new(context, hooks)));
    }

    fn tell_new(&self, context: &PluginContext, hooks: &dyn Hooks) {
        // Metrics are asked for without an organisation.
        if context.org_id > 0
            && let Some(settings) = self.new_settings(context)
        {
            let secrets = settings.decrypted_secure_json_data.iter().map(|(key, value)| (key.clone(), Secret::new(value))).collect();
            hooks.on_settings(context.org_id, &json_object(&settings.json_data), &secrets);
        }
        if let Some(config) = self.new_grafana_config(context) {
            hooks.on_grafana_config(&config);
        }
    }

    fn new_settings<'a>(&self, context: &'a PluginContext) -> Option<&'a AppInstanceSettings> {
        let settings = context.app_instance_settings.as_ref()?;
        let mut seen = self.settings.lock().unwrap_or_else(PoisonError::into_inner);
        if seen.get(&context.org_id) == Some(settings) {
            return None;
        }
        seen.insert(context.org_id, settings.clone());
        Some(settings)
    }

    fn new_grafana_config(&self, context: &PluginContext) -> Option<GrafanaConfig> {
        let text = |key: &str| context.grafana_config.get(key).filter(|value| !value.is_empty());
        let config = GrafanaConfig {
            app_url: text("GF_APP_URL").map(|url| url.trim_end_matches('/').to_owned()),
            app_client_secret: text("GF_PLUGIN_APP_CLIENT_SECRET").map(Secret::new),
            user_agent: context.user_agent.clone(),
        };
        let mut seen = self.grafana.lock().unwrap_or_else(PoisonError::into_inner);
        (config.app_url.is_some() && *seen != config).then(|| {
            *seen = config.clone();
            config
        })
    }
}

/// The object in `bytes`; nothing, `null` and what is no object are an empty one.
fn json_object(bytes: &[u8]) -> Map<String, Json> {
    match serde_json::from_slice(bytes) {
        Ok(Json::Object(object)) => object,
        _ => Map::new(),
    }
}

#[cfg(test)]
mod tests {
    use plugin_proto::pluginv2::User;

    use super::*;

    #[test]
    fn caller_has_the_role_that_grafana_says() {
        let user = |role: &str| Some(User { login: "ada".into(), role: role.into(), ..User::default() });
        for (user, expected) in [
            (user("Admin"), Role::Admin),
            (user("Viewer"), Role::Viewer),
            (user("None"), Role::None),
            (user(""), Role::None),
            (None, Role::None),
        ] {
            let caller = caller(&PluginContext { org_id: 3, user, ..PluginContext::default() });
            assert_eq!((caller.org_id, caller.role), (3, expected));
        }
    }

    #[test]
    fn settings_without_json_are_empty() {
        for (bytes, expected) in [("", 0), ("null", 0), ("[1]", 0), ("{", 0), (r#"{"a":1}"#, 1)] {
            assert_eq!(json_object(bytes.as_bytes()).len(), expected, "{bytes}");
        }
    }

    #[derive(Default)]
    struct Told(Mutex<Vec<String>>);

    impl Hooks for Told {
        fn on_settings(&self, org_id: i64, json: &Map<String, Json>, secrets: &BTreeMap<String, Secret>) {
            let secrets: Vec<_> = secrets.iter().map(|(key, value)| format!("{key}={}", value.expose())).collect();
            self.0.lock().unwrap().push(format!("{org_id} {} {}", Json::Object(json.clone()), secrets.join(",")));
        }

        fn on_grafana_config(&self, config: &GrafanaConfig) {
            self.0.lock().unwrap().push(config.app_url.clone().unwrap_or_default());
        }
    }

    #[test]
    fn hooks_are_told_changes_only() {
        let context = |org_id: i64, json: &str, url: &str| PluginContext {
            org_id,
            app_instance_settings: Some(AppInstanceSettings {
                json_data: json.as_bytes().to_vec(),
                decrypted_secure_json_data: [("token".to_owned(), "t".to_owned())].into(),
                ..AppInstanceSettings::default()
            }),
            grafana_config: [("GF_APP_URL".to_owned(), url.to_owned())].into(),
            ..PluginContext::default()
        };
        let (told, seen) = (Told::default(), Seen::default());
        for context in
            [context(1, "null", "http://g/"), context(1, "null", "http://g/"), context(2, r#"{"a":1}"#, ""), context(0, "{}", "http://h")]
        {
            seen.tell(&context, &told);
        }
        assert_eq!(*told.0.lock().unwrap(), ["1 {} token=t", "http://g", r#"2 {"a":1} token=t"#, "http://h"]);
    }
}
