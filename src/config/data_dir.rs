//! Where state is kept.

use std::path::{Path, PathBuf};

use super::values::{Source, Values};

/// The folder of our state inside Grafana's data directory.
const DATA_FOLDER: &str = "broadsheet-reports";

/// `data_dir`, else Grafana's data directory when its environment is forwarded, else the one the plugin folder lies in
/// (`<data>/plugins/<id>/`). Never the plugin folder itself: an update deletes it and a foreign file there breaks its signature.
pub(super) fn read(values: &mut Values, exe: Option<&Path>) -> Option<PathBuf> {
    if let Some(own) = values.path("data_dir") {
        return Some(own);
    }
    let forwarded = values.variable("GF_PATHS_DATA").map(|data| Path::new(data).join(DATA_FOLDER));
    let (found, source) = match forwarded {
        Some(folder) => (folder, Source::Variable("GF_PATHS_DATA".into())),
        None => (beside_plugins(exe?)?, Source::Derived("the plugin's place")),
    };
    values.derived("data_dir", found.display().to_string(), source);
    Some(found)
}

fn beside_plugins(exe: &Path) -> Option<PathBuf> {
    let plugins = exe.parent()?.parent()?;
    let is_plugins = plugins.file_name().is_some_and(|name| name == "plugins");
    is_plugins.then(|| plugins.parent().map(|data| data.join(DATA_FOLDER))).flatten()
}
