//! What builds the example sites, and what serves the built page as its hosts would.

use std::env;
use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::{Context, Result, bail};

use crate::tools::{Found, requirement};
use crate::{install, pins, process, project, setup, system};

/// The environment variable that leads the tests to the modules with which one of the sites is built.
pub(crate) const MODULES: &str = "INTERLEAVE_ASTRO_MODULES";

/// The name of the folder for what pip installs, and of the one for what npm does.
const PYTHON_SITES: &str = "python-sites";
/// See above.
const ASTRO: &str = "astro";

/// Makes sure of everything, and says of each where it is, or why it is not.
pub(crate) fn ensure() -> Vec<(&'static str, Result<PathBuf>)> {
    let from_system = |program: &'static system::Program| {
        system::ensure(&[program]).and_then(|()| program.find().with_context(|| format!("{} is gone", program.what)))
    };
    vec![
        ("hugo", from_system(&system::HUGO)),
        ("jekyll", from_system(&system::JEKYLL)),
        ("mkdocs, sphinx", ensure_python_sites()),
        ("astro", ensure_astro()),
        ("nginx", ensure_nginx()),
    ]
}

/// The `PATH` of the tests: everyone's, behind what was installed for them.
///
/// # Errors
/// When a folder's name cannot stand in a `PATH`.
pub(crate) fn search_path() -> Result<OsString> {
    let common = process::search_path();
    let own = [project::local_tools().join(PYTHON_SITES).join("bin"), nginx_folder().join("usr/sbin")];
    let folders = own.into_iter().chain(env::split_paths(&common)).chain([PathBuf::from("/usr/sbin")]);
    env::join_paths(folders).context("the PATH cannot be made")
}

/// Where Astro's modules are, if they are.
pub(crate) fn modules() -> PathBuf {
    project::local_tools().join(ASTRO).join("node_modules")
}

/// An example's folder.
fn example(name: &str) -> PathBuf {
    project::root().join("examples/embed").join(name)
}

/// `MkDocs` and Sphinx, in the versions that the examples name.
fn ensure_python_sites() -> Result<PathBuf> {
    setup::ensure_python()?;
    let lists = ["mkdocs", "sphinx"].map(|name| example(name).join("requirements.txt"));
    install::pip(PYTHON_SITES, "MkDocs and Sphinx build example sites", &lists)
}

/// Astro, in the version that the example names, and a Node that it works with.
fn ensure_astro() -> Result<PathBuf> {
    let accepted = requirement(pins::NODE_ACCEPTED);
    match found_node() {
        Some(node) if node.is(&accepted) => {}
        Some(node) => bail!("Astro, which builds an example site, needs node {accepted}; `node` is {node}"),
        None => bail!("please install node {accepted} with npm: Astro builds an example site"),
    }
    install::npm(ASTRO, "Astro builds an example site", &example(ASTRO))
}

/// Node says its version with a letter in front.
fn found_node() -> Option<Found> {
    let path = process::find("node")?;
    let says = process::output(process::command("node").arg("--version"))?;
    Some(Found { path, version: says.trim().trim_start_matches('v').parse().ok() })
}

/// Where nginx is unpacked if the system has none.
fn nginx_folder() -> PathBuf {
    project::local_tools().join("nginx")
}

/// nginx, as the system has it, or unpacked: installed it would begin to serve, on every machine that runs the tests.
fn ensure_nginx() -> Result<PathBuf> {
    let unpacked = nginx_folder().join("usr/sbin/nginx");
    if let Some(path) = system::NGINX.find() {
        return Ok(path);
    }
    if !unpacked.is_file() {
        system::unpack(&system::NGINX, &["nginx", "nginx-common"], &nginx_folder())?;
    }
    if process::output(std::process::Command::new(&unpacked).arg("-v")).is_none() {
        bail!("{} does not start; please install nginx", unpacked.display());
    }
    Ok(unpacked)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_tests_find_what_was_installed_for_them_first() {
        let path = search_path().expect("a path");
        let folders: Vec<PathBuf> = env::split_paths(&path).collect();
        assert_eq!(folders[0], project::local_tools().join("python-sites/bin"));
        assert_eq!(folders.last(), Some(&PathBuf::from("/usr/sbin")), "where Debian has nginx");
    }

    #[test]
    fn the_python_sites_agree_on_what_they_share() {
        // They are installed together.
        let pins = |name: &str| -> Vec<(String, String)> {
            let text = std::fs::read_to_string(example(name).join("requirements.txt")).expect("a list");
            let lines = text.lines().filter_map(|line| line.split_once("=="));
            lines.map(|(name, version)| (name.to_lowercase(), version.to_owned())).collect()
        };
        let (mkdocs, sphinx) = (pins("mkdocs"), pins("sphinx"));
        for (name, version) in &mkdocs {
            let other = sphinx.iter().find(|(other, _)| other == name);
            assert!(other.is_none_or(|(_, other)| other == version), "{name}");
        }
        assert!(mkdocs.len() > 10 && sphinx.len() > 10);
    }
}
