//! Pages and frames become bytes. Sees marks and frames, never a panel.

pub mod csv;
pub mod pdf;
pub mod png;

#[derive(Debug, thiserror::Error)]
pub enum Error {
    #[error("the PDF could not be written: {0}")]
    Pdf(String),
    #[error("the picture could not be written: {0}")]
    Png(String),
    #[error("the CSV could not be written")]
    Csv(#[source] std::io::Error),
}
