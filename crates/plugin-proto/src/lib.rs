//! Grafana's plugin protocol v2: our own .proto and its generated code.
