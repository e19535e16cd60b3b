//! Who may do what: the one place that decides, for every door.
//!
//! [`NEEDS`] names what each operation needs.

mod action;

pub use action::{ACTION_PREFIX, Action, NEEDS, Need, need_of};
