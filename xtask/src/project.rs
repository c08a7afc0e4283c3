//! Where things are.

use std::env;
use std::path::{Path, PathBuf};

/// The workspace's root folder.
pub(crate) fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR")).parent().expect("the crate lies in the workspace's folder")
}

/// The built page.
pub(crate) fn dist() -> PathBuf {
    root().join("dist")
}

/// Tools for this project alone, where the machine already has another version for everyone.
pub(crate) fn local_tools() -> PathBuf {
    root().join(".tools")
}

/// Where `cargo install` puts programs, whether or not this folder is on the `PATH`.
pub(crate) fn cargo_bin() -> Option<PathBuf> {
    let set = |name| env::var_os(name).filter(|value| !value.is_empty()).map(PathBuf::from);
    set("CARGO_INSTALL_ROOT")
        .or_else(|| set("CARGO_HOME"))
        .or_else(|| env::home_dir().map(|home| home.join(".cargo")))
        .map(|folder| folder.join("bin"))
}
