//! What Grafana means: frames, field config, units, time, colours, variables, dashboards and the queries they ask.
//!
//! Pure: no I/O, no clock, no environment. `now`, zones and answers come in as values. It must never know how
//! anything is drawn or sent. Start at [`dashboard`] for the saved side and [`frame`] for the data side;
//! [`field`] joins them into what is displayed.

pub mod dashboard;
pub mod field;
pub mod frame;
pub mod geo;
pub mod js;
pub mod link;
pub mod listing;
pub mod log;
pub mod query;
pub mod theme;
pub mod time;
pub mod transform;
pub mod value_format;
pub mod variable;
