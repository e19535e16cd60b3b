//! Pages and frames become bytes. Sees marks and frames, never a panel.

mod bitmap;
pub mod csv;
pub mod pdf;
pub mod png;
#[cfg(test)]
mod sample;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the PDF could not be written: {0}")]
    Pdf(String),
    #[error("the picture could not be written: {0}")]
    Png(String),
    #[error("the CSV could not be written")]
    Csv(#[source] std::io::Error),
}

/// The `miterLimit` of a browser's canvas, on which Grafana draws its charts.
const MITER_LIMIT: f64 = 10.0;

/// The dash lengths when they make dashes: all finite, none negative, not all nothing.
fn dash(lengths: &[f64]) -> Option<&[f64]> {
    let valid = lengths.iter().all(|length| length.is_finite() && *length >= 0.0) && lengths.iter().sum::<f64>() > 0.0;
    valid.then_some(lengths)
}
