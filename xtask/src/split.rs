//! The scenarios' code in files of its own, each loaded when it is needed.
//!
//! The compiler and the linker make one wasm file, as always; with the feature `split` the linker leaves in it what refers
//! to what. From that `wasm_split_cli_support` finds what only the functions in `src/parts.rs` lead to, and moves it out.
//! This has to happen between cargo and wasm-bindgen, where trunk has no hook: so trunk finds a copy of this program on
//! its path under wasm-bindgen's name. When trunk has written the page, its hook copies the files into it.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::{env, iter};

use anyhow::{Context, Result, anyhow, bail};
use wasm_encoder::CustomSection;
use wasm_split_cli_support::Options;

use crate::finish::named_after;
use crate::{names, process, project};

/// The page's folder for the files.
pub(crate) const FOLDER: &str = "parts";

/// The part that an address without a scenario needs.
pub(crate) const FIRST: &str = "beginning";

/// The part that is loaded after the first drawing.
pub(crate) const RUNS: &str = "runs";

/// The parts that no first drawing needs.
pub(crate) const LATER: [&str; 5] = [RUNS, "outside", "share", "sweep", "schedule"];

/// The part that an embed needs in any case.
pub(crate) const EMBED: &str = "embed";

/// What is smaller than this is no file of its own: a request costs more than bytes that are not needed at once.
const SMALL_BYTES: usize = 1500;

/// Tells trunk's children where the files are.
const FILES_VARIABLE: &str = "INTERLEAVE_PARTS";

/// Tells the stand-in for wasm-bindgen where the real one is.
const REAL_VARIABLE: &str = "INTERLEAVE_WASM_BINDGEN";

/// The program that this one stands in for.
const WASM_BINDGEN: &str = "wasm-bindgen";

/// What the wasm imports its loaders from; no such file is ever written.
const LINK: &str = "./parts.js";

/// How the names of all split points begin.
const SPLIT_POINT: &[u8] = b"__wasm_split_00";

/// Puts the stand-in before the real wasm-bindgen, and has the program compiled in parts.
///
/// # Errors
/// When there is no wasm-bindgen, or the stand-in cannot be written.
pub(crate) fn prepare(trunk: &mut Command) -> Result<()> {
    let real = process::find(WASM_BINDGEN).context("there is no wasm-bindgen")?;
    let this = env::current_exe().context("cannot tell where this program is")?;
    let folder = this.parent().context("this program is in no folder")?.join("split");
    let stand_in = folder.join(WASM_BINDGEN).with_extension(env::consts::EXE_EXTENSION);
    fs::create_dir_all(&folder).with_context(|| format!("cannot create {}", folder.display()))?;
    // One that is still running cannot be written over.
    let _ = fs::remove_file(&stand_in);
    fs::copy(&this, &stand_in).with_context(|| format!("cannot write {}", stand_in.display()))?;
    let inherited = process::search_path();
    let path = env::join_paths(iter::once(folder.clone()).chain(env::split_paths(&inherited)))?;
    trunk.args(["--features", "split"]).env("PATH", path);
    trunk.env(REAL_VARIABLE, real).env(FILES_VARIABLE, folder.join(FOLDER));
    Ok(())
}

/// Whether this program was started as a stand-in for wasm-bindgen.
pub(crate) fn stands_in() -> bool {
    env::var_os(REAL_VARIABLE).is_some()
        && env::current_exe().is_ok_and(|this| this.file_stem().is_some_and(|name| name == WASM_BINDGEN))
}

/// Splits the wasm, and has the real wasm-bindgen do with the rest what was asked for.
///
/// # Errors
/// When the wasm cannot be split, or a tool fails.
pub(crate) fn wasm_bindgen(arguments: &[OsString]) -> Result<()> {
    let variable = |name| env::var_os(name).map(PathBuf::from).with_context(|| format!("{name} is not set"));
    let mut real = Command::new(variable(REAL_VARIABLE)?);
    let options = ["--out-dir=", "--out-name="];
    let text: Vec<_> = arguments.iter().map(|argument| argument.to_string_lossy()).collect();
    let [folder, name] = options.map(|option| text.iter().find_map(|argument| argument.strip_prefix(option)));
    let input = text.iter().position(|argument| !argument.starts_with('-'));
    let (Some(folder), Some(name), Some(input)) = (folder, name, input) else {
        // The question for its version, say.
        return process::run(real.args(arguments));
    };
    let wasm = fs::read(&arguments[input]).with_context(|| format!("cannot read {}", text[input]))?;
    if !wasm.windows(SPLIT_POINT.len()).any(|window| window == SPLIT_POINT) {
        // The worker is in one piece.
        return process::run(real.args(arguments));
    }

    let files = variable(FILES_VARIABLE)?;
    let (main, parts) = split(&wasm, &files.with_extension("raw"))?;
    let others = arguments.iter().enumerate().filter(|(place, _)| *place != input).map(|(_, argument)| argument);
    process::run(real.args(others).arg("--keep-lld-exports").arg(main))?;

    let of_parts = optimise(&parts, &files)?;
    let script = Path::new(folder).join(name).with_extension("js");
    let text = fs::read_to_string(&script).with_context(|| format!("cannot read {}", script.display()))?;
    let text = with_loader(&text, &of_parts)?;
    let main = Path::new(folder).join(format!("{name}_bg.wasm"));
    let wasm = fs::read(&main).with_context(|| format!("cannot read {}", main.display()))?;
    let (wasm, text) = names::shorten(&wasm, &text)?;
    fs::write(&main, wasm).with_context(|| format!("cannot write {}", main.display()))?;
    fs::write(&script, text).with_context(|| format!("cannot write {}", script.display()))
}

/// The folder of the page that trunk is making, if it is made in parts.
pub(crate) fn wanted_for() -> Option<PathBuf> {
    env::var_os(FILES_VARIABLE).and(env::var_os("TRUNK_STAGING_DIR")).map(PathBuf::from)
}

/// Copies the files into the page that trunk is making.
///
/// # Errors
/// When they cannot be copied.
pub(crate) fn deliver(page: &Path) -> Result<()> {
    let files = PathBuf::from(env::var_os(FILES_VARIABLE).with_context(|| format!("{FILES_VARIABLE} is not set"))?);
    let page = page.join(FOLDER);
    fs::create_dir_all(&page).with_context(|| format!("cannot create {}", page.display()))?;
    for file in fs::read_dir(&files).with_context(|| format!("cannot read {}", files.display()))? {
        let file = file?;
        fs::copy(file.path(), page.join(file.file_name()))
            .with_context(|| format!("cannot copy {}", file.path().display()))?;
    }
    Ok(())
}

/// The parts that need a file, by its path in the page; none for a file that has nothing to do with parts.
pub(crate) fn needed_by(path: &str) -> Option<BTreeSet<&str>> {
    let (parts, _) = path.strip_suffix(".wasm")?.strip_prefix(FOLDER)?.strip_prefix('/')?.rsplit_once('-')?;
    Some(parts.split('-').collect())
}

/// A file that has been split off, and the parts that need it.
struct Part {
    /// Where it is.
    path: PathBuf,
    /// The names of the parts.
    needed_by: BTreeSet<String>,
}

/// Where the loader finds what parts need.
#[derive(Default)]
struct Files {
    /// For each set of parts, the file that they alone need; none where that is so little that it stands in the common one.
    of_sets: BTreeMap<String, Option<String>>,
    /// The common file, if there is so little of anything.
    small: Option<String>,
}

/// Splits a wasm into a main file, whose path comes first, and parts.
fn split(wasm: &[u8], folder: &Path) -> Result<(PathBuf, Vec<Part>)> {
    empty(folder)?;
    let main = folder.join("main.wasm");
    let mut options = Options::new(wasm);
    options.output_dir = folder;
    options.main_out_path = &main;
    options.link_name = LINK;
    let split =
        wasm_split_cli_support::transform(options).map_err(|error| anyhow!("cannot split the wasm: {error:#}"))?;
    let mut parts: BTreeMap<PathBuf, BTreeSet<String>> = BTreeMap::new();
    for (part, stems) in &split.prefetch_map {
        for stem in stems {
            parts.entry(folder.join(stem).with_extension("wasm")).or_default().insert(part.clone());
        }
    }
    if parts.is_empty() {
        bail!("there is nothing to split off");
    }
    Ok((main, parts.into_iter().map(|(path, needed_by)| Part { path, needed_by }).collect()))
}

/// Writes each part's smallest form, the smallest of them into one file together.
fn optimise(parts: &[Part], folder: &Path) -> Result<Files> {
    let page = project::root().join("index.html");
    let page = fs::read_to_string(&page).with_context(|| format!("cannot read {}", page.display()))?;
    let how = passes(&page).context("index.html does not say how wasm-opt is to be called")?;
    let smallest = |Part { path, needed_by }: &Part| {
        let optimised = path.with_extension("small");
        let mut wasm_opt = process::command("wasm-opt");
        wasm_opt.arg(path).arg("-o").arg(&optimised).args(&how);
        // It complains of names that it does not know, and drops them as is wanted.
        let output = wasm_opt.stdin(Stdio::null()).output().context("cannot start wasm-opt")?;
        if !output.status.success() {
            bail!("`{}` failed: {}", process::shown(&wasm_opt), String::from_utf8_lossy(&output.stderr));
        }
        let content = fs::read(&optimised).with_context(|| format!("cannot read {}", optimised.display()))?;
        Ok((joined(needed_by.iter().map(String::as_str)), content))
    };
    empty(folder)?;
    write_files(&parts.iter().map(smallest).collect::<Result<Vec<_>>>()?, folder)
}

/// Writes modules, each with the set of parts that need it, under names that change with what is in them.
fn write_files(modules: &[(String, Vec<u8>)], folder: &Path) -> Result<Files> {
    let mut files = Files::default();
    let mut common = wasm_encoder::Module::new();
    let mut needed_by = BTreeSet::new();
    for (set, content) in modules {
        let file = if content.len() < SMALL_BYTES {
            common.section(&CustomSection { name: set.into(), data: content.into() });
            needed_by.extend(set.split('-'));
            None
        } else {
            Some(write(folder, set, content)?)
        };
        if files.of_sets.insert(set.clone(), file).is_some() {
            bail!("the wasm is split into two pieces that both only {set} needs");
        }
    }
    if !needed_by.is_empty() {
        files.small = Some(write(folder, &joined(needed_by), &common.finish())?);
    }
    Ok(files)
}

/// What the parts that need the same are called together.
fn joined<'a>(parts: impl IntoIterator<Item = &'a str>) -> String {
    parts.into_iter().collect::<Vec<_>>().join("-")
}

/// Writes what a set of parts needs under a name that changes with what is in it, and gives the name.
fn write(folder: &Path, set: &str, content: &[u8]) -> Result<String> {
    let name = named_after(set, content, ".wasm");
    let file = folder.join(&name);
    fs::write(&file, content).with_context(|| format!("cannot write {}", file.display()))?;
    Ok(name)
}

/// An empty folder in this place.
fn empty(folder: &Path) -> Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))
}

/// What trunk tells wasm-opt about the main file holds for all.
fn passes(page: &str) -> Option<Vec<String>> {
    let attribute = |name: &str| page.split_once(&format!("{name}=\""))?.1.split('"').next();
    let level = format!("-O{}", attribute("data-wasm-opt")?);
    let more = attribute("data-wasm-opt-params")?.split_whitespace().map(str::to_owned);
    Some(iter::once(level).chain(more).collect())
}

/// The script that wasm-bindgen wrote, with a loader in it instead of imports of one.
fn with_loader(script: &str, Files { of_sets, small }: &Files) -> Result<String> {
    let from = format!(" from \"{LINK}\"");
    let name = |line: &str| {
        let name = line.trim_end_matches(';').strip_prefix("import * as ")?.strip_suffix(&from)?;
        Some(format!("const {name} = parts;"))
    };
    let (imports, rest): (Vec<_>, Vec<_>) = script.lines().partition(|line| name(line).is_some());
    if imports.is_empty() || rest.iter().any(|line| line.contains(&from)) {
        bail!("wasm-bindgen imports {LINK} in an unknown way");
    }
    let [files, small] = [serde_json::to_string(of_sets)?, serde_json::to_string(small)?];
    let files = format!("const FILES = {files};\nconst SMALL = {small};");
    let loader = include_str!("parts.js").lines().map(str::to_owned);
    let names = imports.into_iter().filter_map(name);
    let lines = iter::once(files).chain(loader).chain(names).chain(rest.into_iter().map(str::to_owned));
    Ok(lines.map(|line| line + "\n").collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn files() -> Files {
        let of_sets = [("beginning", Some("beginning-0f.wasm")), ("beginning-end", None)];
        let of_sets = of_sets.map(|(set, file)| (set.to_owned(), file.map(str::to_owned)));
        Files { of_sets: of_sets.into(), small: Some("beginning-end-1f.wasm".to_owned()) }
    }

    #[test]
    fn a_name_tells_which_parts_need_the_file() {
        assert_eq!(needed_by("parts/beginning-end-0123456789abcdef.wasm"), Some(BTreeSet::from(["beginning", "end"])));
        assert_eq!(needed_by("parts/end-0123456789abcdef.wasm"), Some(BTreeSet::from(["end"])));
        assert_eq!(needed_by("code/end-0.wasm"), None);
        assert_eq!(needed_by("interleave-0.js"), None);
        assert_eq!(needed_by("parts/end-0123456789abcdef.wasm.js"), None);
    }

    #[test]
    fn the_loader_takes_the_place_of_its_imports() {
        let script = "import * as import1 from \"./parts.js\"\nimport * as import2 from \"./parts.js\";\nlet wasm;\n";
        let script = with_loader(script, &files()).expect("imports");
        let files = r#"const FILES = {"beginning":"beginning-0f.wasm","beginning-end":null};"#;
        assert!(script.starts_with(files), "{script}");
        assert!(script.contains("\nconst SMALL = \"beginning-end-1f.wasm\";\n"), "{script}");
        assert!(script.ends_with("const import1 = parts;\nconst import2 = parts;\nlet wasm;\n"), "{script}");
    }

    #[test]
    fn what_is_small_is_a_section_of_one_file_and_the_rest_is_files() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let large = vec![7; SMALL_BYTES];
        let modules = [("a", large.clone()), ("a-b", vec![1; 9]), ("a-c", large.clone()), ("b", vec![2; 5])];
        let modules: Vec<_> = modules.map(|(set, content)| (set.to_owned(), content)).into();
        let Files { of_sets, small } = write_files(&modules, folder.path()).expect("files");
        let of_set = |set: &str| of_sets[set].as_deref();
        for set in ["a", "a-c"] {
            let file = of_set(set).expect("a file of its own");
            assert_eq!(needed_by(&format!("parts/{file}")), Some(set.split('-').collect()));
            assert_eq!(fs::read(folder.path().join(file)).expect("it is there"), large);
        }
        assert_eq!((of_set("a-b"), of_set("b")), (None, None));

        let file = small.expect("a common file");
        assert_eq!(needed_by(&format!("parts/{file}")), Some(BTreeSet::from(["a", "b"])), "others need nothing of it");
        let wasm = fs::read(folder.path().join(file)).expect("it is there");
        let sections: Vec<_> = wasmparser::Parser::new(0)
            .parse_all(&wasm)
            .filter_map(|payload| match payload.expect("it is a wasm") {
                wasmparser::Payload::CustomSection(section) => {
                    Some((section.name().to_owned(), section.data().to_vec()))
                }
                _ => None,
            })
            .collect();
        assert_eq!(sections, [modules[1].clone(), modules[3].clone()]);
        assert_eq!(fs::read_dir(folder.path()).expect("the folder").count(), 3);

        let twice = [modules[0].clone(), modules[0].clone()];
        assert!(write_files(&twice, folder.path()).is_err(), "one of them would never be loaded");
        let none = write_files(&modules[..1], folder.path()).expect("a file");
        assert_eq!(none.small, None);
    }

    #[test]
    fn imports_that_are_not_understood_are_an_error() {
        for script in ["let wasm;\n", "import * as a from \"./parts.js\"\nimport { b } from \"./parts.js\"\n"] {
            assert!(with_loader(script, &files()).is_err(), "{script}");
        }
    }

    #[test]
    fn the_page_says_how_its_parts_are_optimised() {
        let page = r#"<link data-bin="a" data-wasm-opt="z" data-wasm-opt-params="--flatten -Oz">"#;
        assert_eq!(passes(page).expect("attributes"), ["-Oz", "--flatten", "-Oz"]);
        assert_eq!(passes("<link data-bin=\"a\">"), None);
        let own = fs::read_to_string(project::root().join("index.html")).expect("the page");
        assert!(passes(&own).is_some(), "what index.html says is not understood");
    }

    #[test]
    fn what_cannot_be_split_is_an_error() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        assert!(split(b"\0asm\x01\0\0\0", &folder.path().join("parts")).is_err());
    }
}
