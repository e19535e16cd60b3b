//! Formatted text: Markdown and a safe part of HTML become wrapped, styled lines.
//!
//! [`markdown::to_html`] → [`html::parse`] → [`flow::lay_out`]. Nothing is ever fetched or run: scripts, styles and frames are
//! dropped with their content, pictures stand as their alternative text.

pub mod flow;
pub mod html;
pub mod inline;
pub mod markdown;
mod table;
