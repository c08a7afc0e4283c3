//! What the project is built from: licences, sources, crates that are there twice.

use anyhow::Result;

use crate::process;
use crate::tools::Tool;

/// Checks all that `deny.toml` asks for.
///
/// Known weaknesses are in a database on GitHub; where that cannot be reached they are left out, and that is said.
///
/// # Errors
/// When something is not allowed, or cargo-deny cannot be had.
pub(crate) fn run() -> Result<()> {
    Tool::cargo_deny().ensure()?;
    let deny = |arguments: &[&str]| process::run(process::command("cargo").arg("deny").args(arguments));
    deny(&["check", "bans", "licenses", "sources"])?;
    if deny(&["fetch", "db"]).is_err() {
        println!("advisories not checked: their database cannot be reached");
        return Ok(());
    }
    deny(&["check", "advisories"])
}
