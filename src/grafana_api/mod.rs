//! grafana_api
