//! `broadsheet demo`: a sample Grafana and a mailbox around the product itself.

mod mailbox;
mod sample_data;
mod sample_grafana;
