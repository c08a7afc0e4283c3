//! What makes of the page that trunk has built a site that can be published.
//!
//! Trunk starts the program with a module, whose address stands in a script inside the page. Neither will do: a module cannot be
//! loaded by a frame that has no origin, on a host that sends no CORS headers, and a page with such a script has to allow
//! them all. So the program becomes a classic script, which `src/start.js` loads, and the page says that nothing else may run.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs};

use anyhow::{Context, Result, bail};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use lol_html::html_content::ContentType;
use lol_html::{RewriteStrSettings, element, rewrite_str};
use sha2::{Digest, Sha384};

use crate::sizes::gzip;
use crate::{highlight, offline, process, sizes, split};

/// What a page may do. Its styles, scripts and files are in its own folder, and no script stands in the page; markup and
/// addresses of scripts have to pass through the policy in `src/start.js`. Browsers that know a part of this obey that part.
const POLICY: &str = "default-src 'none'; script-src 'self' 'wasm-unsafe-eval'; style-src 'self'; img-src 'self' data:; \
    connect-src 'self'; worker-src 'self'; manifest-src 'self'; frame-src 'self'; base-uri 'none'; form-action 'none'; \
    require-trusted-types-for 'script'; trusted-types default";

/// Adds to the page that trunk is making what only this program can, and finishes it, if that was asked for.
///
/// # Errors
/// When the page is not what trunk makes, or a file cannot be read or written.
pub(crate) fn run() -> Result<()> {
    highlight::run(None)?;
    let Some(page) = split::wanted_for() else { return Ok(()) };
    split::deliver(&page)?;
    let index = page.join("index.html");
    let html = read(&index)?;
    if env::var_os("TRUNK_PROFILE").is_some_and(|profile| profile == "release") {
        check_minified(&page, &html)?;
    }
    let program = make_classic(&page, &html)?;
    let html = join_styles(&page, &html)?;
    write(&index, &harden(&html, &program)?)?;
    write(&page.join("embed.js"), include_str!("../../src/embed/element.js"))?;
    write(&page.join("payload.json"), &payload(&page)?)?;
    write_pages(&page)?;
    write_twins(&page, &program)?;
    // Last, since it lists what all others have written.
    offline::write(&page)
}

/// Tells trunk's children where the site will be found.
pub(crate) const BASE_URL_VARIABLE: &str = "INTERLEAVE_BASE_URL";

/// Has written what stands still: a page and an embed for each scenario, pictures, icons, the map.
fn write_pages(page: &Path) -> Result<()> {
    let mut command = process::command("cargo");
    command.args(["run", "--quiet", "--package", "interleave-pages", "--"]).arg(page);
    if let Some(base_url) = env::var_os(BASE_URL_VARIABLE) {
        command.arg("--base-url").arg(base_url);
    }
    process::run(&mut command)
}

/// What embeds cost their readers, for the page's dialog: gzipped bytes of the element's script, and of what a frame loads, for
/// each part of the scenarios' code.
fn payload(page: &Path) -> Result<String> {
    let element = gzip(read(&page.join("embed.js"))?.as_bytes()).len();
    let frame = sizes::frames(page)?;
    Ok(serde_json::json!({ "element": element, "frame": frame }).to_string())
}

/// The program's files.
struct Program {
    script: File,
    wasm: File,
}

/// A file beside the page, and what its content has to be.
struct File {
    name: String,
    integrity: String,
}

impl File {
    fn of(name: &str, content: &[u8]) -> Self {
        let integrity = format!("sha384-{}", BASE64_STANDARD.encode(Sha384::digest(content)));
        Self { name: name.to_owned(), integrity }
    }
}

/// Rewrites the program's module as a classic script. That and the wasm get names that change with what is in them: trunk's
/// change with what wasm-bindgen was given, and `names` and `split` come after it.
fn make_classic(page: &Path, html: &str) -> Result<Program> {
    let (module, wasm) = preloaded(html)?;
    let stem = module.split_once('-').map_or(&*module, |(stem, _)| stem);
    let script =
        replace(page, &module, stem, ".js", |module| classic(&String::from_utf8(module)?).map(String::into_bytes))?;
    let wasm = replace(page, &wasm, stem, "_bg.wasm", Ok)?;
    Ok(Program { script, wasm })
}

/// Has a file stand under a name that changes with what is in it, which is made from what was.
fn replace(
    page: &Path,
    old: &str,
    stem: &str,
    end: &str,
    make: impl FnOnce(Vec<u8>) -> Result<Vec<u8>>,
) -> Result<File> {
    let path = page.join(old);
    let content = make(fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?)?;
    fs::remove_file(&path).with_context(|| format!("cannot remove {}", path.display()))?;
    let file = File::of(&named_after(stem, &content, end), &content);
    write(&page.join(&file.name), &content)?;
    Ok(file)
}

/// A file's name that changes with what is in it.
pub(crate) fn named_after(stem: &str, content: &[u8], end: &str) -> String {
    let hash = Sha384::digest(content)[..8].iter().fold(String::new(), |mut hash, byte| {
        // Writing to a string cannot fail.
        let _ = write!(hash, "{byte:02x}");
        hash
    });
    format!("{stem}-{hash}{end}")
}

/// Makes one of the page's style sheets, which all have to be there before anything is painted.
fn join_styles(page: &Path, html: &str) -> Result<String> {
    const SHEETS: &str = "link[rel=stylesheet]";
    let mut names = Vec::new();
    let find = element!(SHEETS, |link| {
        names.extend(link.get_attribute("href").map(|href| href.trim_start_matches("./").to_owned()));
        Ok(())
    });
    rewrite_str(html, RewriteStrSettings { element_content_handlers: vec![find], ..RewriteStrSettings::new() })?;
    let paths: Vec<_> = names.iter().map(|name| page.join(name)).collect();
    let all = paths.iter().map(|path| read(path)).collect::<Result<String>>()?;
    if all.contains("@import") || all.contains("@charset") {
        bail!("a style sheet has to come first, and so cannot be joined with others");
    }
    for path in &paths {
        fs::remove_file(path).with_context(|| format!("cannot remove {}", path.display()))?;
    }
    let file = File::of(&named_after("style", all.as_bytes(), ".css"), all.as_bytes());
    write(&page.join(&file.name), &all)?;
    let mut left = names.len();
    let replace = element!(SHEETS, |link| {
        left -= 1;
        if left == 0 {
            link.set_attribute("href", &format!("./{}", file.name))?;
            link.set_attribute("integrity", &file.integrity)?;
        } else {
            link.remove();
        }
        Ok(())
    });
    let handlers = vec![replace];
    Ok(rewrite_str(html, RewriteStrSettings { element_content_handlers: handlers, ..RewriteStrSettings::new() })?)
}

/// Trunk only warns where its minifier does not understand a script, and publishes that as it is.
fn check_minified(page: &Path, html: &str) -> Result<()> {
    let mut name = None;
    let find = element!("script[src*=start-]", |tag| {
        name = tag.get_attribute("src");
        Ok(())
    });
    rewrite_str(html, RewriteStrSettings { element_content_handlers: vec![find], ..RewriteStrSettings::new() })?;
    let name = name.context("the page has no script to start with")?;
    let script = read(&page.join(name.trim_start_matches("./")))?;
    if script.lines().any(|line| line.trim_start().starts_with("//")) {
        bail!("trunk's minifier does not understand src/start.js");
    }
    Ok(())
}

/// The names of the module and of the wasm that trunk has the page load early.
fn preloaded(html: &str) -> Result<(String, String)> {
    let (mut module, mut wasm) = (None, None);
    let find = element!("link[href]", |link| {
        let href = link.get_attribute("href").unwrap_or_default();
        let name = href.trim_start_matches("./").to_owned();
        match link.get_attribute("rel").as_deref() {
            Some("modulepreload") => module = Some(name),
            Some("preload") if link.get_attribute("as").as_deref() == Some("fetch") => wasm = Some(name),
            _ => {}
        }
        Ok(())
    });
    rewrite_str(html, RewriteStrSettings { element_content_handlers: vec![find], ..RewriteStrSettings::new() })?;
    module.zip(wasm).context("the page does not say which files are its program")
}

/// A classic script that does what the module does, and gives what it exports by default to `interleave.init`.
fn classic(module: &str) -> Result<String> {
    const EXPORT: &str = "export { initSync, __wbg_init as default };";
    const OWN_WASM: &str = "new URL('interleave_bg.wasm', import.meta.url)";
    let Some((before, after)) = module.split_once(EXPORT) else {
        bail!("wasm-bindgen exports its loader in an unknown way");
    };
    let script = format!("(() => {{\n\"use strict\";\n{before}interleave.init = __wbg_init;{after}}})();\n");
    let script = slim(&script.replace(OWN_WASM, "undefined"));
    let is_left = |word: &str| script.lines().any(|line| line.trim_start().starts_with(word));
    if script.contains("import.meta") || is_left("import ") || is_left("export ") {
        bail!("wasm-bindgen's script can only be a module");
    }
    Ok(script)
}

/// A script without what only its readers need: comments that fill lines, and indentation. Nothing is done to one that has texts
/// over several lines.
pub(crate) fn slim(script: &str) -> String {
    if script.lines().any(|line| line.matches('`').count() % 2 == 1) {
        return script.to_owned();
    }
    let mut out = String::new();
    let mut in_comment = false;
    for line in script.lines().map(str::trim) {
        in_comment |= line.starts_with("/*");
        let is_code = !in_comment && !line.is_empty() && !line.starts_with("//");
        if is_code {
            out.extend([line, "\n"]);
        }
        in_comment &= !line.ends_with("*/");
    }
    out
}

/// The page with its policy, and with `src/start.js` to load the program.
fn harden(html: &str, program: &Program) -> Result<String> {
    let Program { script, wasm } = program;
    let (mut starts, mut policies) = (0, 0);
    let handlers = vec![
        // Before anything that it is about.
        element!("meta[charset]", |meta| {
            policies += 1;
            let policy = format!(r#"<meta http-equiv="Content-Security-Policy" content="{POLICY}">"#);
            let referrer = r#"<meta name="referrer" content="strict-origin-when-cross-origin">"#;
            meta.after(&format!("{policy}{referrer}"), ContentType::Html);
            Ok(())
        }),
        element!("script", |tag| {
            let src = tag.get_attribute("src").unwrap_or_default();
            if src.trim_start_matches("./").starts_with("start-") {
                starts += 1;
                // What it asks for need not wait for the style sheet.
                tag.remove_attribute("defer");
                tag.set_attribute("async", "")?;
                tag.set_attribute("fetchpriority", "high")?;
                tag.set_attribute("data-program", &script.name)?;
                tag.set_attribute("data-program-integrity", &script.integrity)?;
                tag.set_attribute("data-wasm", &wasm.name)?;
                tag.set_attribute("data-wasm-integrity", &wasm.integrity)?;
            } else {
                tag.remove();
            }
            Ok(())
        }),
        element!("link[rel=modulepreload]", |link| {
            link.set_attribute("rel", "preload")?;
            link.set_attribute("as", "script")?;
            link.set_attribute("href", &format!("./{}", script.name))?;
            link.set_attribute("integrity", &script.integrity)?;
            link.remove_attribute("crossorigin");
            Ok(())
        }),
        element!("link[rel=preload][as=fetch]", |link| {
            link.set_attribute("href", &format!("./{}", wasm.name))?;
            Ok(())
        }),
    ];
    let html =
        rewrite_str(html, RewriteStrSettings { element_content_handlers: handlers, ..RewriteStrSettings::new() })?;
    if (starts, policies) != (1, 1) {
        bail!("the page has {starts} scripts to start with and {policies} places for its policy, not one of each");
    }
    Ok(html)
}

/// Writes for each file that pages read a script with the same content, for frames that have no origin: those may run any
/// script, but read nothing from a host that sends no CORS headers.
fn write_twins(page: &Path, program: &Program) -> Result<()> {
    let mut files = vec![program.wasm.name.clone()];
    for folder in [split::FOLDER, "code"] {
        let path = page.join(folder);
        for entry in fs::read_dir(&path).with_context(|| format!("cannot read {}", path.display()))? {
            files.push(format!("{folder}/{}", entry?.file_name().to_string_lossy()));
        }
    }
    for file in files {
        let path = page.join(&file);
        let content = fs::read(&path).with_context(|| format!("cannot read {}", path.display()))?;
        write(&page.join(format!("{file}.js")), twin(&file, &content))?;
    }
    Ok(())
}

/// A script that gives a file's content, compressed, to `src/start.js`.
fn twin(file: &str, content: &[u8]) -> String {
    format!("interleave.unpack(\"{file}\",\"{}\");\n", BASE64_STANDARD.encode(gzip(content)))
}

fn read(path: &Path) -> Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

fn write(path: &PathBuf, content: impl AsRef<[u8]>) -> Result<()> {
    fs::write(path, content).with_context(|| format!("cannot write {}", path.display()))
}

#[cfg(test)]
mod tests {
    use super::*;

    const HTML: &str = "<!doctype html><html><head><meta charset=utf-8><title>a</title>\
        <script defer src=./start-12.js integrity=sha384-x></script><script type=module>import init from './p-1.js';</script>\
        <link rel=modulepreload crossorigin href=./p-1.js integrity=sha384-old>\
        <link rel=preload as=fetch href=./p-1_bg.wasm></head><body></body></html>";

    fn program() -> Program {
        Program { script: File::of("p-2.js", b"script"), wasm: File::of("p-2_bg.wasm", b"wasm") }
    }

    #[test]
    fn a_hardened_page_has_a_policy_and_no_script_of_its_own() {
        assert_eq!(preloaded(HTML).expect("both"), ("p-1.js".to_owned(), "p-1_bg.wasm".to_owned()));
        let html = harden(HTML, &program()).expect("it is a page");
        assert!(!html.contains("import init"), "{html}");
        assert!(html.contains("charset=utf-8><meta http-equiv=\"Content-Security-Policy\""), "{html}");
        assert!(html.contains("data-program=\"p-2.js\"") && html.contains("data-wasm=\"p-2_bg.wasm\""), "{html}");
        assert!(!html.contains("p-1_bg.wasm"), "{html}");
        assert!(!html.contains("sha384-old") && !html.contains("modulepreload"), "{html}");
        assert!(html.contains("async") && !html.contains("defer"), "{html}");
    }

    #[test]
    fn the_programs_files_are_called_by_what_is_in_them() {
        let module = "let wasm;\nexport { initSync, __wbg_init as default };\n";
        let made = |wasm: &[u8]| {
            let folder = tempfile::tempdir().expect("a temporary folder");
            fs::write(folder.path().join("p-1.js"), module).expect("a file");
            fs::write(folder.path().join("p-1_bg.wasm"), wasm).expect("a file");
            let Program { script, wasm: file } = make_classic(folder.path(), HTML).expect("a program");
            assert_eq!(fs::read(folder.path().join(&file.name)).expect("the wasm"), wasm);
            let script = fs::read_to_string(folder.path().join(script.name)).expect("the script");
            assert!(script.contains("interleave.init"), "{script}");
            assert_eq!(fs::read_dir(folder.path()).expect("the folder").count(), 2, "the old names are left");
            file.name
        };
        let (one, other) = (made(b"one"), made(b"other"));
        assert_eq!(one, made(b"one"));
        assert_ne!(one, other);
        assert!(one.starts_with("p-") && one.ends_with("_bg.wasm") && one != "p-1_bg.wasm", "{one}");
    }

    #[test]
    fn a_first_script_that_is_not_minified_is_an_error() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let path = folder.path().join("start-12.js");
        fs::write(&path, include_str!("../../src/start.js")).expect("a file");
        assert!(check_minified(folder.path(), HTML).is_err());
        fs::write(&path, "`use strict`;(()=>{let a=`https://b.example`})()").expect("a file");
        check_minified(folder.path(), HTML).expect("it is");
        assert!(check_minified(folder.path(), "<html></html>").is_err(), "there is none");
    }

    #[test]
    fn the_style_sheets_become_one_in_their_order() {
        let folder = tempfile::tempdir().expect("a temporary folder");
        let html = "<link href=./a-1.css integrity=x rel=stylesheet><link href=./b-2.css rel=stylesheet><link href=c rel=icon>";
        for (name, rules) in [("a-1.css", "a{}"), ("b-2.css", "b{}")] {
            fs::write(folder.path().join(name), rules).expect("a file");
        }
        let joined = join_styles(folder.path(), html).expect("style sheets");
        let files: Vec<_> =
            fs::read_dir(folder.path()).expect("the folder").flatten().map(|file| file.path()).collect();
        let [file] = files.as_slice() else { panic!("{files:?}") };
        assert_eq!(fs::read_to_string(file).expect("a file"), "a{}b{}");
        let name = file.file_name().expect("a name").to_string_lossy();
        assert_eq!(joined.matches("stylesheet").count(), 1, "{joined}");
        assert!(joined.contains(&format!("\"./{name}\"")) && !joined.contains("integrity=x"), "{joined}");

        fs::write(file, "@import 'a'").expect("a file");
        assert!(join_styles(folder.path(), &joined).is_err());
    }

    #[test]
    fn a_page_that_starts_in_another_way_is_an_error() {
        for part in ["<meta charset=utf-8>", "<script defer src=./start-12.js integrity=sha384-x></script>"] {
            assert!(harden(&HTML.replace(part, ""), &program()).is_err(), "{part}");
        }
        assert!(preloaded("<html></html>").is_err());
    }

    #[test]
    fn a_module_becomes_a_classic_script() {
        let module = "let wasm;\nconst a = new URL('interleave_bg.wasm', import.meta.url);\n\
                      export { initSync, __wbg_init as default };\n";
        let script = classic(module).expect("it can be one");
        assert!(script.contains("const a = undefined;\ninterleave.init = __wbg_init;\n"), "{script}");
        for module in [
            "let wasm;",
            &module.replace("let wasm;", "import * as a from './a.js'"),
            &module.replace("let", "import.meta; let"),
        ] {
            assert!(classic(module).is_err(), "{module}");
        }
    }

    #[test]
    fn comments_and_indentation_are_left_out_and_nothing_else() {
        let script =
            "/**\n * @param {number} a\n */\nfunction f(a) {\n    // why\n    return a; // so\n\n}\n/* one */\nf(1);\n";
        assert_eq!(slim(script), "function f(a) {\nreturn a; // so\n}\nf(1);\n");
        let text = "const a = `\n  b\n`;\n";
        assert_eq!(slim(text), text);
    }

    #[test]
    fn a_twin_gives_its_file_and_nothing_else() {
        let text = twin("code/a.py.html", b"</script>\n\"");
        assert!(text.starts_with("interleave.unpack(\"code/a.py.html\",\"H4sI"), "{text}");
        assert!(!text.contains('<'), "{text}");
    }
}
