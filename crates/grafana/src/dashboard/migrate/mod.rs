//! Migrations of saved panels to what Grafana 12.4 draws. They work on JSON, before the plain model is read.

use super::json::Object;

/// The schemaVersion Grafana 12.4 saves.
pub(super) const LATEST: i64 = 42;

/// Brings one saved panel to its current type, options and field config.
pub(super) fn migrate_panel(_panel: &mut Object, _schema_version: i64) {}
