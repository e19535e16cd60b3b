//! Formatted text: Markdown and a safe part of HTML become wrapped, styled lines.
//!
//! [`markdown::to_html`] → [`html::parse_sanitized`] → [`flow::lay_out`]. Nothing is ever fetched or run: scripts, styles and frames
//! are text, as Grafana's own sanitiser leaves them; pictures are those that were read beforehand, else their alternative text.

mod autolink;
mod css;
mod flex;
pub mod flow;
pub mod html;
pub mod inline;
pub mod markdown;
mod sanitize;
mod style;
mod table;

pub use css::color as css_color;
