//! What one report may cost.

use std::time::Duration;

use super::{Told, values::Values};

/// How many requests of a kind pass in a minute; 0 is no limit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct RateLimit {
    /// Of all callers of an organisation together.
    pub per_org: u32,
    /// Of one of them.
    pub per_caller: u32,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Limits {
    pub max_attachment_size_mb: u64,
    pub rendering_timeout: Duration,
    pub concurrent_render_limit: usize,
    /// In lower case; "*" is all.
    pub allowed_domains: Vec<String>,
    /// Device pixels of the mail's pictures for each CSS px.
    pub image_scale_factor: u64,
    /// How long finished runs are kept.
    pub retention: Duration,
    /// Files of one run that are kept.
    pub archive_run_size_mb: u64,
    /// Files of all runs that are kept.
    pub archive_size_mb: u64,
    /// Sends and test mails by hand.
    pub send_rate: RateLimit,
    /// Downloads of `/reports/render/*`.
    pub render_rate: RateLimit,
}

impl Default for Limits {
    fn default() -> Limits {
        Limits::read(&Values::read(Told::default()))
    }
}

impl Limits {
    pub(super) fn read(values: &Values) -> Limits {
        let count = |key| u32::try_from(values.count(key)).unwrap_or(u32::MAX);
        Limits {
            max_attachment_size_mb: values.count("max_attachment_size_mb"),
            rendering_timeout: values.span("rendering_timeout"),
            concurrent_render_limit: values.count("concurrent_render_limit") as usize,
            allowed_domains: values.words("allowed_domains"),
            image_scale_factor: values.count("image_scale_factor"),
            retention: values.span("retention_days"),
            archive_run_size_mb: values.count("archive_run_size_mb"),
            archive_size_mb: values.count("archive_size_mb"),
            send_rate: RateLimit { per_org: count("send_rate_limit"), per_caller: count("send_rate_limit_per_caller") },
            render_rate: RateLimit { per_org: count("render_rate_limit"), per_caller: count("render_rate_limit_per_caller") },
        }
    }
}
