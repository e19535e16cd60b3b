//! Where state is kept.

use std::path::{Path, PathBuf};

use super::vars::Vars;

/// The folder of our state inside Grafana's data directory.
const DATA_FOLDER: &str = "broadsheet-reports";

/// `data_dir`, else Grafana's data directory when its environment is forwarded, else the one the plugin folder lies in
/// (`<data>/plugins/<id>/`). Never the plugin folder itself: an update deletes it and a foreign file there breaks its signature.
pub(super) fn data_dir(vars: &Vars, exe: Option<&Path>) -> Option<PathBuf> {
    if let Some(own) = vars.text("data_dir") {
        return Some(PathBuf::from(own));
    }
    if let Some(data) = vars.plain("GF_PATHS_DATA") {
        return Some(Path::new(data).join(DATA_FOLDER));
    }
    let plugins = exe?.parent()?.parent()?;
    let is_plugins = plugins.file_name().is_some_and(|name| name == "plugins");
    is_plugins.then(|| plugins.parent().map(|data| data.join(DATA_FOLDER))).flatten()
}
