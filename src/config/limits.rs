//! What one report may cost.

use std::time::Duration;

use super::{Told, values::Values};

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
}

impl Default for Limits {
    fn default() -> Limits {
        Limits::read(&Values::read(Told::default()))
    }
}

impl Limits {
    pub(super) fn read(values: &Values) -> Limits {
        Limits {
            max_attachment_size_mb: values.count("max_attachment_size_mb"),
            rendering_timeout: values.span("rendering_timeout"),
            concurrent_render_limit: values.count("concurrent_render_limit") as usize,
            allowed_domains: values.words("allowed_domains"),
            image_scale_factor: values.count("image_scale_factor"),
            retention: values.span("retention_days"),
            archive_run_size_mb: values.count("archive_run_size_mb"),
            archive_size_mb: values.count("archive_size_mb"),
        }
    }
}
