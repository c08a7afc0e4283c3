//! The files in `examples/hosting`, read as those read them for whom they are made.

use std::{
    fs,
    path::{Path, PathBuf},
    process::Command,
};

use serde_json::Value;

use crate::{
    published::{Host, Published, by_example, nginx_arguments, required},
    stage::{block_on, dist},
};

/// The tests.
pub(crate) const ALL: &[(&str, fn())] = &[
    ("nginx_accepts_the_example", nginx_accepts_the_example),
    ("nginx_keeps_what_is_named_after_its_content", nginx_keeps_what_is_named_after_its_content),
    ("every_host_knows_the_types", every_host_knows_the_types),
    ("headers_keep_what_is_named_after_its_content", headers_keep_what_is_named_after_its_content),
    ("netlify_gets_the_same_headers", netlify_gets_the_same_headers),
    ("the_workflow_builds_and_publishes", the_workflow_builds_and_publishes),
];

/// What hosts are told of files that never change.
const FOR_EVER: &str = "public, max-age=31536000, immutable";

fn example(name: &str) -> String {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/hosting").join(name);
    fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()))
}

/// The files of the built page, relative to its folder.
fn files() -> Vec<String> {
    fn collect(folder: &Path, root: &Path, found: &mut Vec<String>) {
        for path in fs::read_dir(folder).expect("a folder").map(|entry| entry.expect("an entry").path()) {
            if path.is_dir() {
                collect(&path, root, found);
            } else {
                found.push(path.strip_prefix(root).expect("below").to_string_lossy().into_owned());
            }
        }
    }
    let (root, mut found) = (dist(), Vec::new());
    collect(&root, &root, &mut found);
    found.sort();
    found
}

/// Whether sixteen digits at the end of its name tell what is in a file.
fn is_named_after_its_content(file: &str) -> bool {
    let name = file.rsplit('/').next().unwrap_or(file);
    let stem = name.split('.').next().unwrap_or(name);
    let stem = stem.strip_suffix("_bg").unwrap_or(stem);
    let hash = stem.rsplit_once('-').map_or("", |(_, hash)| hash);
    let hashed = hash.len() == 16 && hash.bytes().all(|byte| byte.is_ascii_digit() || (b'a'..=b'f').contains(&byte));
    hashed && [".css", ".js", ".wasm"].iter().any(|extension| name.ends_with(extension))
}

/// A folder for what nginx writes.
fn scratch() -> (tempfile::TempDir, PathBuf) {
    let scratch = tempfile::tempdir().expect("a folder");
    let root = scratch.path().join("root");
    fs::create_dir(&root).expect("a folder");
    (scratch, root)
}

fn nginx_accepts_the_example() {
    let (scratch, root) = scratch();
    let server = by_example(&root, 8080).expect("an example");
    let args = nginx_arguments(scratch.path(), &server).expect("arguments");
    let said = Command::new(required("nginx").expect("nginx")).arg("-t").args(args).output().expect("it starts");
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
}

fn nginx_keeps_what_is_named_after_its_content() {
    let published = block_on(Published::on(Host::NginxByExample)).expect("a host");
    for file in files() {
        let answer = published.head(&file).expect("an answer");
        let kept = if is_named_after_its_content(&file) { FOR_EVER } else { "no-cache" };
        assert_eq!((answer.status, answer.header("cache-control")), (200, Some(kept)), "{file}");
    }
}

/// A browser compiles wasm while it arrives only if it bears its type, and runs no script that is not one.
fn every_host_knows_the_types() {
    let types: [(&str, &[&str]); 6] = [
        ("html", &["text/html"]),
        ("js", &["text/javascript", "application/javascript"]),
        ("css", &["text/css"]),
        ("wasm", &["application/wasm"]),
        ("svg", &["image/svg+xml"]),
        ("json", &["application/json"]),
    ];
    for host in [Host::Nginx, Host::NginxByExample, Host::Python] {
        let published = block_on(Published::on(host)).expect("a host");
        for file in files() {
            let extension = file.rsplit('.').next().unwrap_or_default();
            let Some((_, types)) = types.iter().find(|(known, _)| *known == extension) else {
                continue;
            };
            let answer = published.head(&file).expect("an answer");
            let told = answer.header("content-type").and_then(|told| told.split(';').next()).unwrap_or_default();
            assert!(types.contains(&told), "{host} says of {file} that it is {told}");
        }
    }
}

/// The rules of a `_headers` file: a pattern, and what is told of the files that match.
fn rules() -> Vec<(String, Vec<(String, String)>)> {
    let mut rules: Vec<(String, Vec<(String, String)>)> = Vec::new();
    for line in example("_headers").lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
        if line.starts_with('/') {
            rules.push((line.to_owned(), Vec::new()));
        } else {
            let (name, value) = line.trim().split_once(": ").unwrap_or_else(|| panic!("not a header: {line}"));
            let rule = rules.last_mut().unwrap_or_else(|| panic!("a header of no rule: {line}"));
            rule.1.push((name.to_owned(), value.to_owned()));
        }
    }
    rules
}

/// Whether a pattern, in which one star stands for anything, is that of a path.
fn matches(pattern: &str, path: &str) -> bool {
    let Some((start, end)) = pattern.split_once('*') else {
        return pattern == path;
    };
    assert!(!end.contains('*'), "Cloudflare takes one star in {pattern}");
    path.len() >= start.len() + end.len() && path.starts_with(start) && path.ends_with(end)
}

fn headers_keep_what_is_named_after_its_content() {
    let rules = rules();
    for file in files() {
        let path = format!("/{file}");
        let told: Vec<_> =
            rules.iter().filter(|(pattern, _)| matches(pattern, &path)).flat_map(|rule| &rule.1).collect();
        if is_named_after_its_content(&file) {
            // Two rules would be joined to one header with two values.
            assert_eq!(told, [&("Cache-Control".to_owned(), FOR_EVER.to_owned())], "{file}");
        } else {
            assert!(told.is_empty(), "{file} would be kept for ever");
        }
    }
}

/// What Python reads in a file, with a module that gives it as a value.
fn read_by_python(read: &str, name: &str) -> Value {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../examples/hosting").join(name);
    let script = format!("import json, sys\nwith open(sys.argv[1], 'rb') as file: {read}\nprint(json.dumps(read))");
    let said = Command::new(required("python3").expect("python3")).arg("-c").arg(script).arg(path).output();
    let said = said.expect("it starts");
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    serde_json::from_slice(&said.stdout).expect("JSON")
}

fn netlify_gets_the_same_headers() {
    let settings = read_by_python("import tomllib; read = tomllib.load(file)", "netlify.toml");
    assert_eq!(settings["build"]["publish"], "dist");
    assert!(settings["build"]["command"].as_str().is_some_and(|it| it.starts_with("cargo xtask build ")));
    let headers = settings["headers"].as_array().expect("headers");
    let told = headers.iter().map(|rule| {
        let values = rule["values"].as_object().expect("values").iter();
        let values = values.map(|(name, value)| (name.clone(), value.as_str().unwrap_or_default().to_owned()));
        (rule["for"].as_str().unwrap_or_default().to_owned(), values.collect())
    });
    assert_eq!(told.collect::<Vec<_>>(), rules());
}

fn the_workflow_builds_and_publishes() {
    // A key of YAML's that reads as a truth value is written so.
    let read = "import yaml; read = {str(key): it for key, it in yaml.safe_load(file).items()}";
    let workflow = read_by_python(read, "github-pages.yml");
    let steps = |job: &str| workflow["jobs"][job]["steps"].as_array().cloned().unwrap_or_default();
    let uses = |job: &str| -> Vec<String> {
        let all = steps(job);
        all.iter().filter_map(|step| Some(step["uses"].as_str()?.split('@').next()?.to_owned())).collect()
    };
    assert_eq!(workflow["True"]["push"]["branches"], serde_json::json!(["main"]));
    let expected = ["actions/checkout", "actions/configure-pages", "actions/cache", "actions/upload-pages-artifact"];
    assert_eq!(uses("build"), expected);
    assert!(steps("build").iter().any(|step| step["run"] == "cargo xtask build --base-url \"$BASE_URL\""));
    assert!(steps("build").iter().any(|step| step["with"]["path"] == "dist"));
    assert_eq!(uses("publish"), ["actions/deploy-pages"]);
    assert_eq!(workflow["jobs"]["publish"]["needs"], "build");
    assert_eq!(workflow["jobs"]["publish"]["permissions"]["pages"], "write");
    assert_eq!(workflow["jobs"]["publish"]["permissions"]["id-token"], "write");
}
