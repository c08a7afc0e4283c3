//! The scenarios' code with its colours, made while the page is built so that the browser has nothing to parse.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::{env, fs};

use anyhow::{Context, Result, bail};
use tree_sitter_highlight::{HighlightConfiguration, HighlightEvent, Highlighter};

use crate::html::Lines;
use crate::project;

/// What the grammars call things, and the class it gets; `None` makes it plain inside something coloured.
const CLASSES: &[(&str, Option<&str>)] = &[
    ("keyword", Some("k")),
    ("string", Some("s")),
    ("comment", Some("c")),
    ("number", Some("n")),
    ("constant", Some("n")),
    ("function", Some("f")),
    ("function.macro", Some("m")),
    ("type", Some("t")),
    ("constructor", Some("t")),
    ("label", Some("t")),
    ("attribute", Some("m")),
    ("embedded", None),
    ("variable", None),
];

/// What the Python grammar's own rules leave out; later rules win.
const PYTHON_EXTRA: &str = r#"
["and" "in" "is" "not" "or" "is not" "not in"] @keyword
(class_definition name: (identifier) @type)
(call function: (attribute attribute: (identifier) @function.method))
((call function: (identifier) @type) (#match? @type "^[A-Z]"))
((attribute attribute: (identifier) @type) (#match? @type "^[A-Z]"))
(module . (expression_statement (string) @comment))
(class_definition body: (block . (expression_statement (string) @comment)))
(function_definition body: (block . (expression_statement (string) @comment)))
(decorator) @attribute
(decorator (identifier) @attribute)
(decorator (attribute attribute: (identifier) @attribute))
"#;

/// What the Rust grammar's own rules leave out; later rules win.
const RUST_EXTRA: &str = r#"
((identifier) @constant (#match? @constant "^[A-Z][A-Z\\d_]+$"))
(attribute arguments: (token_tree (identifier) @attribute))
"#;

/// Of each scenario the lines of the Python program, each with the line of the Rust program that does the same.
const TABLE: &str = "examples/python/lines.json";

type Twins = BTreeMap<String, BTreeMap<usize, u32>>;

/// Writes `<id>.py.html` and `<id>.rs.html` for every scenario.
///
/// # Errors
/// When there is nowhere to write to, no scenario, or code that cannot be read.
pub(crate) fn run(out_dir: Option<PathBuf>) -> Result<()> {
    let Some(out_dir) =
        out_dir.or_else(|| env::var_os("TRUNK_STAGING_DIR").map(|folder| Path::new(&folder).join("code")))
    else {
        bail!("outside a trunk build, say which folder to write to");
    };
    fs::create_dir_all(&out_dir).with_context(|| format!("cannot create {}", out_dir.display()))?;
    let mut python = Language::python()?;
    let mut rust = Language::rust()?;
    let scenarios = scenarios(project::root())?;
    let table = project::root().join(TABLE);
    let twins = fs::read_to_string(&table).with_context(|| format!("cannot read {}", table.display()))?;
    let twins: Twins = serde_json::from_str(&twins).with_context(|| format!("cannot read {}", table.display()))?;
    for Scenario { id, python_file, rust_file } in &scenarios {
        let twins = twins.get(id).with_context(|| format!("{TABLE} knows no {id}"))?;
        python.write(python_file, twins, &out_dir.join(format!("{id}.py.html")))?;
        rust.write(rust_file, &BTreeMap::new(), &out_dir.join(format!("{id}.rs.html")))?;
    }
    if scenarios.is_empty() {
        bail!("no scenario has both a Rust file and a Python program");
    }
    Ok(())
}

/// A scenario's two files.
#[derive(Debug, PartialEq, Eq)]
struct Scenario {
    /// Its name in addresses and file names.
    id: String,
    /// The program that `CPython` runs.
    python_file: PathBuf,
    /// The file that the page runs.
    rust_file: PathBuf,
}

/// Every scenario, in order of its name: a Rust file that declares one and has a Python twin.
fn scenarios(root: &Path) -> Result<Vec<Scenario>> {
    let folder = root.join("src").join("scenarios");
    let mut found = Vec::new();
    for entry in fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let rust_file = entry?.path();
        if rust_file.extension().is_none_or(|extension| extension != "rs") {
            continue;
        }
        let Some(stem) = rust_file.file_stem().and_then(|stem| stem.to_str()) else {
            continue;
        };
        let id = stem.replace('_', "-");
        let python_file = root.join("examples").join("python").join(format!("{id}.py"));
        let rust = fs::read_to_string(&rust_file).with_context(|| format!("cannot read {}", rust_file.display()))?;
        if python_file.is_file() && rust.contains("static SCENARIO: Scenario") {
            found.push(Scenario { id, python_file, rust_file });
        }
    }
    found.sort_by(|a, b| a.id.cmp(&b.id));
    Ok(found)
}

/// A language's colouring rules.
struct Language {
    /// Its grammar, and what to colour in it.
    rules: HighlightConfiguration,
    /// Applies them.
    highlighter: Highlighter,
}

impl Language {
    /// Python.
    fn python() -> Result<Self> {
        let rules = [tree_sitter_python::HIGHLIGHTS_QUERY, PYTHON_EXTRA].concat();
        Ok(Self::new(HighlightConfiguration::new(tree_sitter_python::LANGUAGE.into(), "python", &rules, "", "")?))
    }

    /// Rust, with the code inside macro calls.
    fn rust() -> Result<Self> {
        let rules = [tree_sitter_rust::HIGHLIGHTS_QUERY, RUST_EXTRA].concat();
        let inside = tree_sitter_rust::INJECTIONS_QUERY;
        Ok(Self::new(HighlightConfiguration::new(tree_sitter_rust::LANGUAGE.into(), "rust", &rules, inside, "")?))
    }

    /// A language with these rules.
    fn new(mut rules: HighlightConfiguration) -> Self {
        let names: Vec<&str> = CLASSES.iter().map(|(name, _)| *name).collect();
        rules.configure(&names);
        Self { rules, highlighter: Highlighter::new() }
    }

    /// Writes a file's code as HTML, with the lines of the other program that some of its lines stand for.
    fn write(&mut self, from: &Path, twins: &BTreeMap<usize, u32>, to: &Path) -> Result<()> {
        let code = fs::read_to_string(from).with_context(|| format!("cannot read {}", from.display()))?;
        let mut html = self.highlight(&code).with_context(|| format!("cannot colour {}", from.display()))?;
        for (line, twin) in twins {
            let mark = format!(" data-line=\"{line}\"");
            html = html.replacen(&mark, &format!("{mark} data-rust=\"{twin}\""), 1);
        }
        fs::write(to, html).with_context(|| format!("cannot write {}", to.display()))
    }

    /// The code as HTML.
    fn highlight(&mut self, code: &str) -> Result<String> {
        let Self { rules, highlighter } = self;
        let rules = &*rules;
        let events = highlighter.highlight(rules, code.as_bytes(), None, None, |language| {
            (language == rules.language_name).then_some(rules)
        })?;
        let mut lines = Lines::default();
        let mut classes = Vec::new();
        for event in events {
            match event? {
                HighlightEvent::HighlightStart(name) => classes.push(CLASSES[name.0].1),
                HighlightEvent::HighlightEnd => {
                    classes.pop();
                }
                HighlightEvent::Source { start, end } => {
                    lines.push(&code[start..end], classes.last().copied().flatten());
                }
            }
        }
        Ok(lines.finish())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The tokens of one class in the HTML.
    fn tokens(html: &str, class: &str) -> Vec<String> {
        html.split(&format!("<span class=\"{class}\">"))
            .skip(1)
            .map(|rest| rest.split("</span>").next().unwrap_or_default().to_owned())
            .collect()
    }

    #[test]
    fn python_is_coloured() {
        let code = "\"\"\"What for.\"\"\"\nimport asyncio\n\n@cache\nasync def main(x: int) -> None:\n    # why\n    \
                    await asyncio.sleep(2)\n    raise asyncio.CancelledError if not x in LIMITS else ValueError(\"no\")\n";
        let html = Language::python().expect("rules").highlight(code).expect("colours");
        let keywords = tokens(&html, "k");
        for keyword in ["import", "async def", "await", "raise", "if not", "in", "else"] {
            assert!(keywords.iter().any(|token| token == keyword), "{keyword} in {keywords:?}");
        }
        assert_eq!(tokens(&html, "f"), ["main", "sleep"]);
        assert_eq!(tokens(&html, "c"), ["\"\"\"What for.\"\"\"", "# why"]);
        assert_eq!(tokens(&html, "s"), ["\"no\""]);
        assert_eq!(tokens(&html, "m"), ["@cache"]);
        assert_eq!(tokens(&html, "n"), ["None", "2", "LIMITS"]);
        assert_eq!(tokens(&html, "t"), ["int", "CancelledError", "ValueError"]);
    }

    #[test]
    fn a_value_inside_a_python_string_is_code() {
        let html =
            Language::python().expect("rules").highlight("text = f\"{name} took {seconds(3)} s\"\n").expect("colours");
        assert_eq!(tokens(&html, "s"), ["f\"", " took ", " s\""]);
        assert_eq!(tokens(&html, "f"), ["seconds"]);
    }

    #[test]
    fn rust_is_coloured_inside_macros_too() {
        let code = "/// Why.\n#[derive(Debug)]\nstruct Job;\nconst LIMIT: u32 = 3;\n\
                    async fn main() { println!(\"{}\", fetch('a').await); }\n";
        let html = Language::rust().expect("rules").highlight(code).expect("colours");
        assert_eq!(tokens(&html, "c"), ["/// Why."]);
        assert_eq!(tokens(&html, "k"), ["struct", "const", "async fn", "await"]);
        assert_eq!(tokens(&html, "m"), ["#[derive(Debug)]", "println!"]);
        assert_eq!(tokens(&html, "f"), ["main", "fetch"]);
        assert_eq!(tokens(&html, "t"), ["Job", "u32"]);
        assert_eq!(tokens(&html, "n"), ["LIMIT", "3"]);
        assert_eq!(tokens(&html, "s"), ["\"{}\"", "'a'"]);
    }

    #[test]
    fn every_line_of_code_is_one_line_of_html_and_closed() {
        let code = "text = \"\"\"one\n<two>\n\"\"\"\n\nprint(text)";
        let html = Language::python().expect("rules").highlight(code).expect("colours");
        assert_eq!(html.lines().count(), code.lines().count());
        for (line, number) in html.lines().zip(1..) {
            assert!(line.starts_with(&format!("<span class=\"line\" data-line=\"{number}\">")), "{line}");
            assert_eq!(line.matches("<span").count(), line.matches("</span>").count(), "{line}");
        }
        assert!(html.contains("<span class=\"s\">&lt;two&gt;</span>"), "{html}");
    }

    #[test]
    fn a_scenario_is_a_rust_file_that_declares_one_with_a_python_twin() {
        let root = tempfile::tempdir().expect("a temporary folder");
        let (rust, python) = (root.path().join("src/scenarios"), root.path().join("examples/python"));
        for folder in [&rust, &python] {
            fs::create_dir_all(folder).expect("a folder");
        }
        for file in
            [rust.join("mod.rs"), rust.join("services.rs"), python.join("fan-out.py"), python.join("services.py")]
        {
            fs::write(file, "").expect("a file");
        }
        fs::write(rust.join("fan_out.rs"), "static SCENARIO: Scenario = ...").expect("a file");
        let found = scenarios(root.path()).expect("scenarios");
        assert_eq!(
            found,
            [Scenario {
                id: "fan-out".to_owned(),
                python_file: python.join("fan-out.py"),
                rust_file: rust.join("fan_out.rs"),
            }]
        );
    }
}
