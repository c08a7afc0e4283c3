//! Who may import whom: the list of `ARCHITECTURE.md` as a test.
//!
//! Comments and code under `#[cfg(test)]` do not count for the rooms: an example or a unit test may need a clock.

use std::fs;
use std::path::{Path, PathBuf};

const ROOMS: &[&str] = &[
    "numbers",
    "world",
    "aio",
    "host",
    "scenarios",
    "timeline",
    "draw",
    "picture",
    "export",
    "schedule",
    "sweep",
    "ui",
    "embed",
];

/// What a room may import from the others; what stands first wins.
const MAY_IMPORT: &[(&str, &[&str])] = &[
    // Numbers as text: a file that knows nothing and that everybody but the executor may know.
    ("numbers.rs", &[]),
    // What a page, its programs and its workers say to each other.
    ("world.rs", &[]),
    ("aio", &[]),
    ("host", &["aio", "world", "numbers"]),
    // One door to the clock: a scenario's code must not choose it.
    ("scenarios/mod.rs", &["aio", "world", "host::virtual_time"]),
    ("scenarios/selection.rs", &["host::SPEEDS", "host::schedule", "numbers"]),
    // One door to the world outside: a scenario's code must not know whether it is real.
    ("scenarios/services.rs", &["aio", "world"]),
    ("scenarios", &["aio", "numbers"]),
    ("timeline", &["aio::trace", "numbers"]),
    ("draw", &["timeline", "numbers"]),
    ("picture.rs", &["scenarios", "timeline", "draw"]),
    ("sweep.rs", &["scenarios", "timeline", "numbers"]),
    ("schedule.rs", &["aio::trace", "host::schedule", "scenarios", "timeline"]),
    ("export", &["aio::trace", "numbers", "scenarios", "timeline", "draw", "picture"]),
    (
        "ui",
        &[
            "numbers",
            "world",
            "aio",
            "host",
            "scenarios",
            "timeline",
            "draw",
            "picture",
            "export",
            "schedule",
            "sweep",
            "embed",
        ],
    ),
    ("embed", &["numbers", "scenarios", "draw"]),
    ("main.rs", ROOMS),
    ("parts.rs", ROOMS),
    ("lib.rs", ROOMS),
];

/// Crates and names that belong to some files only.
const BELONGS_TO: &[(&[&str], &[&str])] = &[
    (
        &["web_sys", "js_sys", "wasm_bindgen", "wasm_bindgen_futures", "leptos"],
        &["host/browser.rs", "host/site.rs", "host/workers.rs", "ui"],
    ),
    // A clock of one's own would not be the run's.
    (&["Instant", "SystemTime", "thread::sleep"], &[]),
    (&["unsafe"], &[]),
    // What it writes for a split point is declared as the linker wants it, and so not safe by its form.
    (&["wasm_split_helpers"], &["parts.rs"]),
];

#[derive(Clone, Debug, PartialEq)]
enum Token {
    Name(String),
    /// `::`
    Sep,
    Sign(char),
}

impl Token {
    fn is(&self, text: &str) -> bool {
        match self {
            Self::Name(name) => name == text,
            Self::Sep => text == "::",
            Self::Sign(sign) => text.len() == 1 && text.starts_with(*sign),
        }
    }
}

/// Names and signs of a Rust source, without comments, texts, numbers and lifetimes.
fn tokens(source: &str) -> Vec<Token> {
    let chars: Vec<char> = source.chars().collect();
    let at = |place: usize| chars.get(place).copied().unwrap_or('\0');
    let starts_name = |sign: char| sign == '_' || sign.is_alphabetic();
    let in_name = |sign: char| sign == '_' || sign.is_alphanumeric();
    let mut found = Vec::new();
    let mut place = 0;
    while place < chars.len() {
        let sign = at(place);
        match sign {
            '/' if at(place + 1) == '/' => {
                while place < chars.len() && at(place) != '\n' {
                    place += 1;
                }
            }
            '/' if at(place + 1) == '*' => {
                let mut depth = 0;
                while place < chars.len() {
                    match (at(place), at(place + 1)) {
                        ('/', '*') => (depth, place) = (depth + 1, place + 2),
                        ('*', '/') => (depth, place) = (depth - 1, place + 2),
                        _ => place += 1,
                    }
                    if depth == 0 {
                        break;
                    }
                }
            }
            '"' => {
                place += 1;
                while place < chars.len() && at(place) != '"' {
                    place += if at(place) == '\\' { 2 } else { 1 };
                }
                place += 1;
            }
            'r' if matches!((at(place + 1), at(place + 2)), ('"', _) | ('#', '"' | '#')) => {
                let hashes = chars[place + 1..].iter().take_while(|sign| **sign == '#').count();
                place += hashes + 2;
                while place < chars.len() && !(at(place) == '"' && (1..=hashes).all(|after| at(place + after) == '#')) {
                    place += 1;
                }
                place += hashes + 1;
            }
            '\'' => {
                // A character, unless it is a lifetime or a label.
                if at(place + 1) == '\\' {
                    place += 3;
                    while place < chars.len() && at(place) != '\'' {
                        place += 1;
                    }
                    place += 1;
                } else if at(place + 2) == '\'' {
                    place += 3;
                } else {
                    place += 1;
                    while in_name(at(place)) {
                        place += 1;
                    }
                }
            }
            ':' if at(place + 1) == ':' => {
                found.push(Token::Sep);
                place += 2;
            }
            _ if starts_name(sign) => {
                let begin = place;
                while in_name(at(place)) {
                    place += 1;
                }
                found.push(Token::Name(chars[begin..place].iter().collect()));
            }
            _ if sign.is_ascii_digit() => {
                while in_name(at(place)) {
                    place += 1;
                }
            }
            _ => {
                if !sign.is_whitespace() {
                    found.push(Token::Sign(sign));
                }
                place += 1;
            }
        }
    }
    found
}

fn starts_with(tokens: &[Token], texts: &[&str]) -> bool {
    tokens.len() >= texts.len() && tokens.iter().zip(texts).all(|(token, text)| token.is(text))
}

/// Where the group that opens at `open` ends: the place after its closing sign.
fn after_group(tokens: &[Token], open: usize) -> usize {
    let mut depth = 0;
    for (place, token) in tokens.iter().enumerate().skip(open) {
        if ["{", "(", "["].iter().any(|text| token.is(text)) {
            depth += 1;
        } else if ["}", ")", "]"].iter().any(|text| token.is(text)) {
            depth -= 1;
            if depth == 0 {
                return place + 1;
            }
        }
    }
    tokens.len()
}

/// The same without the items under `#[cfg(test)]`.
fn without_tests(tokens: &[Token]) -> Vec<Token> {
    let mut kept = Vec::new();
    let mut place = 0;
    while place < tokens.len() {
        if !starts_with(&tokens[place..], &["#", "[", "cfg", "(", "test", ")", "]"]) {
            kept.push(tokens[place].clone());
            place += 1;
            continue;
        }
        while starts_with(&tokens[place..], &["#", "["]) {
            place = after_group(tokens, place + 1);
        }
        while place < tokens.len() && !tokens[place].is("{") && !tokens[place].is(";") {
            place = if tokens[place].is("(") { after_group(tokens, place) } else { place + 1 };
        }
        place = if place < tokens.len() && tokens[place].is("{") { after_group(tokens, place) } else { place + 1 };
    }
    kept
}

/// Every path in the tokens as it stands, groups unfolded: `a::{b, c::*}` gives `a::b` and `a::c`.
fn paths(tokens: &[Token]) -> Vec<Vec<String>> {
    let mut found = Vec::new();
    let mut place = 0;
    while place < tokens.len() {
        place = match tokens[place] {
            Token::Name(_) => path_at(tokens, place, &[], &mut found),
            _ => place + 1,
        };
    }
    found
}

fn path_at(tokens: &[Token], mut place: usize, before: &[String], found: &mut Vec<Vec<String>>) -> usize {
    let mut path = before.to_vec();
    loop {
        match tokens.get(place) {
            Some(Token::Name(name)) => path.push(name.clone()),
            Some(Token::Sign('{')) => {
                let end = after_group(tokens, place);
                place += 1;
                while place + 1 < end {
                    let next = if matches!(tokens[place], Token::Name(_) | Token::Sign('*')) {
                        path_at(tokens, place, &path, found)
                    } else {
                        place
                    };
                    place = next.max(place + 1);
                }
                return end;
            }
            _ => {
                // `a::*`, `a::<B>`
                found.push(path);
                return place;
            }
        }
        place += 1;
        if !tokens.get(place).is_some_and(|token| token.is("::")) {
            found.push(path);
            return place;
        }
        place += 1;
    }
}

/// The module of a file below `src`: `aio/trace/json.rs` is `aio::trace::json`.
fn module_of(file: &str) -> Vec<String> {
    let path = file.trim_end_matches(".rs").trim_end_matches("/mod");
    if matches!(path, "lib" | "main" | "mod") { Vec::new() } else { path.split('/').map(str::to_owned).collect() }
}

/// Which paths into this crate a file uses, from the crate's root, once each.
fn paths_into_the_crate(file: &str, tokens: &[Token]) -> Vec<Vec<String>> {
    // Modules inside the file: its path is counted from the innermost.
    fn walk(tokens: &[Token], module: &[String], found: &mut Vec<Vec<String>>) {
        let mut outside = Vec::new();
        let mut place = 0;
        while place < tokens.len() {
            if let [Token::Name(keyword), Token::Name(name), Token::Sign('{'), ..] = &tokens[place..]
                && keyword == "mod"
            {
                let end = after_group(tokens, place + 2);
                let inner: Vec<String> = module.iter().chain([name]).cloned().collect();
                walk(&tokens[place + 3..end.max(place + 4) - 1], &inner, found);
                place = end;
            } else {
                outside.push(tokens[place].clone());
                place += 1;
            }
        }
        for path in paths(&outside) {
            let absolute = match path[0].as_str() {
                "crate" | "interleave" => path[1..].to_vec(),
                "self" => module.iter().chain(&path[1..]).cloned().collect(),
                "super" => {
                    let up = path.iter().take_while(|name| *name == "super").count();
                    let left = module.len().saturating_sub(up);
                    module[..left].iter().chain(&path[up..]).cloned().collect()
                }
                _ => continue,
            };
            if !absolute.is_empty() && !found.contains(&absolute) {
                found.push(absolute);
            }
        }
    }
    let mut found = Vec::new();
    walk(tokens, &module_of(file), &mut found);
    found
}

fn is_in(file: &str, place: &str) -> bool {
    file == place || file.strip_prefix(place).is_some_and(|rest| rest.starts_with('/'))
}

/// What a file does that it may not; `file` is its path below `src`.
fn violations(file: &str, source: &str) -> Vec<String> {
    let all = tokens(source);
    let mut wrong = Vec::new();
    let Some((_, may)) = MAY_IMPORT.iter().find(|(place, _)| is_in(file, place)) else {
        return vec![format!("{file} belongs to no room that this test knows")];
    };
    let own = file.split(['/', '.']).next().unwrap_or_default();
    for path in paths_into_the_crate(file, &without_tests(&all)) {
        let may_import = |allowed: &&str| {
            let allowed: Vec<_> = allowed.split("::").collect();
            path.len() >= allowed.len() && allowed.iter().zip(&path).all(|(allowed, name)| allowed == name)
        };
        if path[0] != own && !may.iter().any(may_import) {
            wrong.push(format!("{file} may not import crate::{}", path.join("::")));
        }
    }
    for (names, places) in BELONGS_TO {
        for name in *names {
            let texts: Vec<&str> = if *name == "thread::sleep" { vec!["thread", "::", "sleep"] } else { vec![name] };
            let used = (0..all.len()).any(|place| starts_with(&all[place..], &texts));
            if used && !places.iter().any(|place| is_in(file, place)) {
                wrong.push(format!("{file} may not use {name}"));
            }
        }
    }
    wrong
}

fn rust_files(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder of sources").flatten() {
        let path = entry.path();
        if path.is_dir() {
            rust_files(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
}

#[test]
fn nobody_imports_whom_they_may_not() {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    rust_files(&src, &mut files);
    assert!(files.len() > 20, "the sources are not where this test looks: {files:?}");
    let mut wrong = Vec::new();
    for path in files {
        let file = path.strip_prefix(&src).expect("it is below").to_string_lossy().replace('\\', "/");
        wrong.extend(violations(&file, &fs::read_to_string(&path).expect("a readable source")));
    }
    assert!(wrong.is_empty(), "\n{}", wrong.join("\n"));
}

fn check(file: &str, source: &str, expected: &[&str]) {
    assert_eq!(violations(file, source), expected, "{source}");
}

#[test]
fn an_import_of_another_room_is_found_in_whatever_form() {
    let wrong = "aio/task.rs may not import crate::host::virtual_time";
    check("aio/task.rs", "use crate::host::virtual_time;", &[wrong]);
    check("aio/task.rs", "use super::super::host::virtual_time as clock;", &[wrong]);
    check("aio/mod.rs", "use super::host;", &["aio/mod.rs may not import crate::host"]);
    check("aio/task.rs", "fn f() { crate::host::virtual_time::<u8>() }", &[wrong]);
    check("aio/task.rs", "mod inner { use super::super::super::host::virtual_time; }", &[wrong]);
    check("aio/task.rs", "use interleave::host::virtual_time;", &[wrong]);
    let both = ["aio/task.rs may not import crate::ui", "aio/task.rs may not import crate::host::virtual_time::run"];
    check("aio/task.rs", "use crate::{aio::Task, ui::*, host::{virtual_time::{run}}};", &both);
    check(
        "timeline/mod.rs",
        "use crate::aio::{self, trace::Trace};",
        &["timeline/mod.rs may not import crate::aio::self"],
    );
    check("timeline/mod.rs", "use crate::aio;", &["timeline/mod.rs may not import crate::aio"]);
    check(
        "scenarios/gather.rs",
        "use crate::host::virtual_time;",
        &["scenarios/gather.rs may not import crate::host::virtual_time"],
    );
    check("attic/old.rs", "", &["attic/old.rs belongs to no room that this test knows"]);
}

#[test]
fn what_is_allowed_passes() {
    check("aio/task.rs", "use super::trace::{self, Trace}; use crate::aio::sleep; use std::rc::Rc;", &[]);
    check("aio/trace/json.rs", "mod nanos { pub(in super::super) fn f() { super::super::nanos() } }", &[]);
    check("scenarios/mod.rs", "use crate::host::virtual_time; use crate::aio::{self, Aio};", &[]);
    check("timeline/rows.rs", "use crate::aio::trace::{Trace, What}; use super::*;", &[]);
    check("ui/page.rs", "use crate::{draw, host::browser, scenarios::ALL}; use leptos::prelude::*;", &[]);
    check("host/browser.rs", "use wasm_bindgen::JsCast;", &[]);
}

#[test]
fn comments_texts_and_tests_do_not_count() {
    let source = r##"
        //! use crate::ui;
        /// ```
        /// use interleave::host::virtual_time;
        /// ```
        /* crate::ui /* crate::host */ crate::draw */
        const TEXT: &str = "crate::ui \" crate::ui";
        const RAW: &str = r#"crate::ui " unsafe"#;
        const QUOTE: char = '"';
        const ESCAPED: char = '\'';
        fn f<'a>(text: &'a str) -> &'a str { 'outer: loop { break 'outer text } }
        #[cfg(test)]
        mod tests { use crate::host::virtual_time; fn f() { { crate::ui::x() } } }
        #[cfg(test)]
        #[expect(unused)]
        use crate::ui::x;
        fn g() {}
    "##;
    check("aio/task.rs", source, &[]);
    let after = format!("{source} use crate::ui::y;");
    check("aio/task.rs", &after, &["aio/task.rs may not import crate::ui::y"]);
}

#[test]
fn a_browser_or_a_clock_where_it_does_not_belong_is_found() {
    check("aio/sleep.rs", "use web_sys::Window;", &["aio/sleep.rs may not use web_sys"]);
    check("draw/svg.rs", "fn f() { leptos::view() }", &["draw/svg.rs may not use leptos"]);
    check("host/virtual_time.rs", "use js_sys::Date;", &["host/virtual_time.rs may not use js_sys"]);
    check("ui/page.rs", "use std::time::Instant;", &["ui/page.rs may not use Instant"]);
    check("aio/sleep.rs", "fn f() { std::thread::sleep(d) }", &["aio/sleep.rs may not use thread::sleep"]);
    check("ui/page.rs", "fn f() { unsafe { g() } }", &["ui/page.rs may not use unsafe"]);
    check("lib.rs", "#![forbid(unsafe_code)] mod aio;", &[]);
    check("aio/thread.rs", "use super::sleep; mod thread;", &[]);
}
