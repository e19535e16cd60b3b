//! What one report and one minute may cost.

use std::time::Duration;

use super::vars::Vars;

#[derive(Clone, Debug)]
pub struct Limits {
    pub max_attachment_size_mb: u64,
    pub rendering_timeout: Duration,
    pub concurrent_render_limit: usize,
    pub allowed_domains: Vec<String>,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits {
            max_attachment_size_mb: 10,
            rendering_timeout: Duration::from_secs(300),
            concurrent_render_limit: 4,
            allowed_domains: vec!["*".into()],
        }
    }
}

pub(super) fn limits(vars: &mut Vars) -> Limits {
    let default = Limits::default();
    let domains =
        vars.text("allowed_domains").map(|text| text.split([',', ' ']).filter(|d| !d.is_empty()).map(str::to_lowercase).collect());
    Limits {
        max_attachment_size_mb: vars.number("max_attachment_size_mb", default.max_attachment_size_mb),
        rendering_timeout: vars.duration("rendering_timeout").unwrap_or(default.rendering_timeout),
        concurrent_render_limit: vars.number("concurrent_render_limit", default.concurrent_render_limit as u64).clamp(1, 64) as usize,
        allowed_domains: domains.unwrap_or(default.allowed_domains),
    }
}
