//! JavaScript's arithmetic and text where Grafana lets it show.
