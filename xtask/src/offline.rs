//! What the page keeps on a visitor's device, so that it works there without a network.
//!
//! `sw.js` names a list, and says what has to be in it; the list says so of every file. What is in the list decides its name: a
//! browser compares `sw.js` byte by byte, and so takes any change for a new version.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, bail};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use sha2::{Digest, Sha256};

use crate::{finish, sizes};

/// The worker's script, before it is told its version.
const SCRIPT: &str = include_str!("../../src/offline/sw.js");

/// What stands in the script for the list's name and for its content.
const PLACES: [&str; 2] = [r#"LIST = "offline.json";"#, r#"INTEGRITY = "";"#];

/// The script's name in the page's folder.
const NAME: &str = "sw.js";

/// Writes the list of a finished page's files, and the worker that keeps them.
///
/// # Errors
/// When a file cannot be read or written, or the script has no place for the list.
pub(crate) fn write(page: &Path) -> Result<()> {
    let all = sizes::files(page)?;
    for old in all.iter().filter(|path| is_list(path)) {
        fs::remove_file(page.join(old)).with_context(|| format!("cannot remove {old}"))?;
    }
    let mut list = Vec::new();
    for path in kept(all) {
        let content = fs::read(page.join(&path)).with_context(|| format!("cannot read {path}"))?;
        list.push((path, integrity(&content)));
    }
    let list = serde_json::to_string(&list)?;
    let digest = Sha256::digest(format!("{SCRIPT}{list}"));
    let version = u64::from_be_bytes(digest[..8].try_into()?);
    let name = format!("offline-{version:016x}.json");
    fs::write(page.join(&name), &list).with_context(|| format!("cannot write {name}"))?;
    fs::write(page.join(NAME), script(&name, &integrity(list.as_bytes()))?).context("cannot write the worker")
}

/// The worker's script with its list in it, and without comments.
fn script(list: &str, integrity: &str) -> Result<String> {
    let mut script = finish::slim(SCRIPT);
    for (place, value) in PLACES.into_iter().zip([list, integrity]) {
        if !script.contains(place) {
            bail!("the worker that works offline has no line with `{place}`");
        }
        let (before, _) = place.split_once('"').unwrap_or((place, ""));
        script = script.replace(place, &format!("{before}\"{value}\";"));
    }
    Ok(script)
}

/// What a file has to be, as browsers are told.
fn integrity(content: &[u8]) -> String {
    format!("sha256-{}", BASE64_STANDARD.encode(Sha256::digest(content)))
}

/// What follows the last dot.
fn extension(path: &str) -> &str {
    path.rsplit_once('.').map_or("", |(_, extension)| extension)
}

/// Whether a file is such a list.
fn is_list(path: &str) -> bool {
    path.starts_with("offline-") && extension(path) == "json"
}

/// The files that a visitor may need. The pages come first: a host that changes anything changes these, and then the rest need
/// not be asked for.
fn kept(all: Vec<String>) -> Vec<String> {
    let all: BTreeSet<String> = all.into_iter().collect();
    let (pages, others): (Vec<String>, Vec<String>) = all
        .iter()
        .filter(|path| is_kept(path, &all))
        .cloned()
        .partition(|path| !path.contains("code/") && extension(path) == "html");
    pages.into_iter().chain(others).collect()
}

/// Whether a visitor may need a file.
fn is_kept(path: &str, all: &BTreeSet<String>) -> bool {
    let (name, extension) = path.rsplit_once('.').unwrap_or((path, ""));
    let is_hidden = path.split('/').any(|part| part.starts_with('.'));
    // Frames without an origin load these, and there is no worker for them.
    let is_twin = extension == "js" && all.contains(name);
    // Those are for other sites and for machines; what is fetched from `site` in earnest has to come from there.
    let is_for_others = ["site/", "oembed/"].iter().any(|folder| path.starts_with(folder));
    // The page shows pictures that follow its theme.
    let is_fixed = path.starts_with("pictures/") && name.contains('.');
    let is_of_a_page = ["html", "css", "js", "wasm", "json", "webmanifest", "svg"].contains(&extension);
    is_of_a_page && path != NAME && !(is_hidden || is_twin || is_for_others || is_fixed || is_list(path))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_a_visitor_may_need_is_kept_and_nothing_else() {
        let kept_files = [
            "index.html",
            "embed/a.html",
            "scenarios/a.html",
            "a.css",
            "a_bg.wasm",
            "code/a.py.html",
            "icons/any.svg",
            "manifest.webmanifest",
            "parts/a.wasm",
            "payload.json",
            "pictures/a.svg",
            "worker.js",
        ];
        let others = [
            ".stage/index.html",
            "a_bg.wasm.js",
            "code/a.py.html.js",
            "icons/192.png",
            "oembed/a.json",
            "offline-12.json",
            "parts/a.wasm.js",
            "pictures/a.dark.svg",
            "pictures/a.light.png",
            "robots.txt",
            "site/tea.html",
            "sitemap.xml",
            "sw.js",
        ];
        let all = kept_files.iter().chain(&others).map(|path| (*path).to_owned()).collect();
        let kept = kept(all);
        let sorted: BTreeSet<&str> = kept.iter().map(String::as_str).collect();
        assert_eq!(sorted, BTreeSet::from(kept_files));
        assert!(kept[..3].iter().all(|path| extension(path) == "html" && !path.starts_with("code/")), "{kept:?}");
    }

    #[test]
    fn any_change_makes_another_worker_and_there_is_one_list() {
        let page = tempfile::tempdir().expect("a folder");
        let written = |content: &str| {
            fs::write(page.path().join("index.html"), content).expect("a page");
            write(page.path()).expect("it can be written");
            let lists: Vec<_> =
                sizes::files(page.path()).expect("a folder").into_iter().filter(|it| is_list(it)).collect();
            assert_eq!(lists.len(), 1, "{lists:?}");
            let script = fs::read_to_string(page.path().join(NAME)).expect("a worker");
            let list = fs::read(page.path().join(&lists[0])).expect("a list");
            assert!(script.contains(&lists[0]) && script.contains(&integrity(&list)), "{script}");
            assert!(!script.contains("//"), "comments are left: {script}");
            script
        };
        let first = written("one");
        assert_ne!(written("two"), first);
        assert_eq!(written("one"), first);
    }
}
