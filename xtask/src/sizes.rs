//! What a first visit loads, and whether that stays within the budget.

use std::collections::{BTreeMap, BTreeSet, HashSet};
use std::fs;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use flate2::Compression;
use flate2::write::GzEncoder;

use crate::{page, project, split};

/// The most that the wasm, JavaScript and CSS may weigh together, gzipped, that a first visit needs before its scenario is
/// drawn, in bytes.
pub(crate) const BUDGET_BYTES: usize = 250_000;

/// A file that a first visit loads.
struct Asset {
    /// Its path within the page's folder, with slashes.
    path: String,
    /// What is in it.
    content: Vec<u8>,
}

impl Asset {
    /// Whether the budget is about it.
    fn is_code(&self) -> bool {
        has_code_extension(&self.path)
    }

    /// Its size in bytes after gzip at its highest level, as most hosts send it.
    fn gzip_bytes(&self) -> usize {
        gzip(&self.content).len()
    }

    /// Its size in bytes after brotli at its highest quality, as some hosts send it.
    fn brotli_bytes(&self) -> usize {
        let mut compressed = Vec::new();
        brotli::CompressorReader::new(self.content.as_slice(), 1 << 16, 11, 22)
            .read_to_end(&mut compressed)
            .expect("memory gives every read");
        compressed.len()
    }
}

/// A content as gzip makes it at its highest level.
pub(crate) fn gzip(content: &[u8]) -> Vec<u8> {
    let mut encoder = GzEncoder::new(Vec::new(), Compression::best());
    encoder.write_all(content).expect("memory takes every write");
    encoder.finish().expect("memory takes every write")
}

/// What the code of an embed weighs that can run, gzipped, in bytes, for each part that it may need beside its own.
///
/// # Errors
/// When the page cannot be read.
pub(crate) fn frames(dist: &Path) -> Result<BTreeMap<String, usize>> {
    let page = Page::read(dist)?;
    let names = page.first_visits().into_iter().map(|(part, _)| part.to_owned());
    Ok(names.map(|part| (part.clone(), page.visit(&[&part, split::EMBED, split::RUNS]))).collect())
}

/// Whether a file is wasm, JavaScript or CSS.
fn has_code_extension(path: &str) -> bool {
    let extension = Path::new(path).extension().and_then(|extension| extension.to_str());
    extension.is_some_and(|extension| ["wasm", "js", "css"].contains(&extension))
}

/// Builds the page and prints the table.
///
/// # Errors
/// When the page cannot be built or read.
pub(crate) fn run() -> Result<()> {
    page::build(None)?;
    let dist = project::dist();
    let page = Page::read(&dist)?;
    let (first, later): (Vec<_>, Vec<_>) = page.parts.iter().partition(|part| needed_by(part).contains(split::FIRST));
    print_table("the first drawing needs (bytes)", page.always.iter().chain(first));
    if !later.is_empty() {
        print_table("loaded when it is needed", later.into_iter());
        println!();
        for (part, bytes) in page.first_visits() {
            println!("{:<70} {:>10} {:>10}", format!("a first drawing that needs `{part}`"), "", grouped(bytes));
        }
    }
    println!("\n{}", verdict(page.heaviest_first_visit()));
    Ok(())
}

/// Prints files, and their sum.
fn print_table<'a>(headline: &str, assets: impl Iterator<Item = &'a Asset>) {
    println!("\n{headline:<70} {:>10} {:>10} {:>10}", "raw", "gzip", "brotli");
    let mut total = [0; 3];
    for asset in assets {
        let sizes = [asset.content.len(), asset.gzip_bytes(), asset.brotli_bytes()];
        print_row(&asset.path, sizes);
        for (sum, size) in total.iter_mut().zip(sizes) {
            *sum += size;
        }
    }
    print_row("total", total);
}

/// Prints one line of the table.
fn print_row(name: &str, sizes: [usize; 3]) {
    let [raw, gzip, brotli] = sizes.map(grouped);
    println!("{name:<70} {raw:>10} {gzip:>10} {brotli:>10}");
}

/// Compares a built page with the budget and says how it stands.
///
/// # Errors
/// When the page cannot be read or is too large.
pub(crate) fn check_budget(dist: &Path) -> Result<String> {
    let bytes = Page::read(dist)?.heaviest_first_visit();
    if bytes > BUDGET_BYTES {
        bail!("{}; `cargo xtask sizes` shows what takes the space", verdict(bytes));
    }
    Ok(verdict(bytes))
}

/// How a size compares with the budget.
fn verdict(bytes: usize) -> String {
    let (size, budget) = (grouped(bytes), grouped(BUDGET_BYTES));
    let what = "wasm, JavaScript and CSS, gzipped";
    match BUDGET_BYTES.checked_sub(bytes) {
        Some(left) => format!("{what}: {size} of {budget} bytes, {} left", grouped(left)),
        None => format!("{what}: {size} of {budget} bytes, {} TOO MANY", grouped(bytes - BUDGET_BYTES)),
    }
}

/// `1234567` as `1,234,567`.
fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (at, digit) in digits.char_indices() {
        if at > 0 && (digits.len() - at).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// What the page consists of.
struct Page {
    /// What every visit loads.
    always: Vec<Asset>,
    /// The scenarios' code, of which a visit loads what its scenario needs.
    parts: Vec<Asset>,
}

impl Page {
    /// Reads a page.
    fn read(dist: &Path) -> Result<Self> {
        let parts = files(dist)?.into_iter().filter(|path| split::needed_by(path).is_some());
        Ok(Self { always: always(dist)?, parts: parts.map(|path| read(dist, path)).collect::<Result<_>>()? })
    }

    /// What the code of a first visit weighs, gzipped, for each part that it may need.
    fn first_visits(&self) -> Vec<(&str, usize)> {
        let names: BTreeSet<&str> = self.parts.iter().flat_map(needed_by).collect();
        names.into_iter().map(|name| (name, self.visit(&[name]))).collect()
    }

    /// What the code of a visit weighs, gzipped, that needs these parts.
    fn visit(&self, needs: &[&str]) -> usize {
        let is_needed = |part: &&Asset| needed_by(part).iter().any(|name| needs.contains(name));
        self.always_bytes() + self.parts.iter().filter(is_needed).map(Asset::gzip_bytes).sum::<usize>()
    }

    /// What the heaviest of them weighs.
    fn heaviest_first_visit(&self) -> usize {
        let visits = self.first_visits().into_iter().filter(|(part, _)| !split::LATER.contains(part));
        visits.map(|(_, bytes)| bytes).max().unwrap_or_else(|| self.always_bytes())
    }

    /// What the code weighs that every visit loads.
    fn always_bytes(&self) -> usize {
        self.always.iter().filter(|asset| asset.is_code()).map(Asset::gzip_bytes).sum()
    }
}

/// The parts that need a file.
fn needed_by(part: &Asset) -> BTreeSet<&str> {
    split::needed_by(&part.path).unwrap_or_default()
}

/// `index.html` and every wasm, JavaScript and CSS file that it, or one of these in turn, refers to.
fn always(dist: &Path) -> Result<Vec<Asset>> {
    let is_always = |path: &String| has_code_extension(path) && split::needed_by(path).is_none();
    let mut waiting: Vec<String> = files(dist)?.into_iter().filter(is_always).collect();
    waiting.sort();
    let mut assets = vec![read(dist, "index.html".to_owned())?];
    let mut seen = 0;
    while let Some(asset) = assets.get(seen) {
        seen += 1;
        let Ok(text) = std::str::from_utf8(&asset.content) else {
            continue;
        };
        let referred: HashSet<String> =
            waiting.iter().filter(|file| refers_to(text, &asset.path, file)).cloned().collect();
        waiting.retain(|file| !referred.contains(file));
        let mut referred: Vec<String> = referred.into_iter().collect();
        referred.sort();
        for path in referred {
            assets.push(read(dist, path)?);
        }
    }
    Ok(assets)
}

/// Whether a text names a file, by its path from the page or, in files beside it, from the text's own folder.
fn refers_to(text: &str, text_path: &str, file: &str) -> bool {
    let folder = text_path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let beside = file.strip_prefix(folder).map(|rest| rest.trim_start_matches('/'));
    [Some(file), beside].into_iter().flatten().any(|name| {
        text.match_indices(name).any(|(at, _)| {
            // `app.js` is not in `my-app.js`, nor in `app.json`.
            let part_of_a_name = |c: char| c.is_ascii_alphanumeric() || "-_.".contains(c);
            let before = text[..at].trim_end_matches("./").chars().next_back();
            let after = text[at + name.len()..].chars().next();
            !before.is_some_and(part_of_a_name) && !after.is_some_and(part_of_a_name)
        })
    })
}

/// Reads one file of the page.
fn read(dist: &Path, path: String) -> Result<Asset> {
    let file = dist.join(&path);
    let content = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
    Ok(Asset { path, content })
}

/// All files of the page, as paths with slashes.
pub(crate) fn files(dist: &Path) -> Result<Vec<String>> {
    let mut files = Vec::new();
    let mut folders = vec![PathBuf::new()];
    while let Some(folder) = folders.pop() {
        let full = dist.join(&folder);
        for entry in fs::read_dir(&full).with_context(|| format!("cannot read {}", full.display()))? {
            let entry = entry?;
            let path = folder.join(entry.file_name());
            if entry.file_type()?.is_dir() {
                folders.push(path);
            } else {
                let parts: Vec<_> = path.iter().map(|part| part.to_string_lossy()).collect();
                files.push(parts.join("/"));
            }
        }
    }
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A page folder with these files.
    fn page(files: &[(&str, &[u8])]) -> tempfile::TempDir {
        let folder = tempfile::tempdir().expect("a temporary folder");
        for (path, content) in files {
            let file = folder.path().join(path);
            fs::create_dir_all(file.parent().expect("a parent")).expect("a folder");
            fs::write(file, content).expect("a file");
        }
        folder
    }

    #[test]
    fn what_the_page_refers_to_is_counted_and_nothing_else() {
        let dist = page(&[
            ("index.html", b"<link href=\"./app-1.css\"><script>import './app-1.js'</script>"),
            ("app-1.css", b"a{}"),
            ("app-1.js", b"import {x} from './snippets/a/inline0.js'; new URL('app-1_bg.wasm', import.meta.url)"),
            ("app-1_bg.wasm", &[0, 0x61, 0xff]),
            ("snippets/a/inline0.js", b"import '../b.js'; import './beside.js'"),
            ("snippets/a/beside.js", b""),
            ("embed.js", b"import './app-1.js'"),
            ("my-app-1.js", b""),
            ("code/a.py.html", b"app"),
        ]);
        let assets = always(dist.path()).expect("a page");
        let mut paths: Vec<&str> = assets.iter().map(|asset| asset.path.as_str()).collect();
        paths.sort_unstable();
        assert_eq!(
            paths,
            ["app-1.css", "app-1.js", "app-1_bg.wasm", "index.html", "snippets/a/beside.js", "snippets/a/inline0.js"]
        );
    }

    #[test]
    fn a_page_over_the_budget_fails_with_both_numbers() {
        // Noise does not compress.
        let mut state = 1_u32;
        let noise: Vec<u8> = std::iter::repeat_with(|| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            (state >> 24) as u8
        })
        .take(BUDGET_BYTES + 1)
        .collect();
        let dist = page(&[("index.html", b"<link href=\"big.css\">"), ("big.css", &noise)]);
        let error = check_budget(dist.path()).unwrap_err().to_string();
        let budget = format!("of {} bytes", grouped(BUDGET_BYTES));
        assert!(error.contains(&budget) && error.contains("TOO MANY"), "{error}");

        let dist = page(&[("index.html", b"<link href=\"small.css\">"), ("small.css", b"a{}"), ("big.css", &noise)]);
        assert!(check_budget(dist.path()).is_ok());
    }

    #[test]
    fn a_part_counts_for_the_visits_that_need_it_and_the_heaviest_decides() {
        let dist = page(&[
            ("index.html", b"<script>import './app-1.js'</script><link href=parts/first-3.wasm>"),
            ("app-1.js", b"files = ['first-rest-12.wasm', 'first-3.wasm', 'rest-4.wasm']"),
            ("parts/first-rest-12.wasm", b"both"),
            ("parts/first-3.wasm", b"one"),
            ("parts/rest-4.wasm", b"what only the other needs, and more of it"),
        ]);
        let page = Page::read(dist.path()).expect("a page");
        assert_eq!(page.always.iter().map(|asset| &*asset.path).collect::<Vec<_>>(), ["index.html", "app-1.js"]);
        let bytes = |content: &[u8]| Asset { path: String::new(), content: content.to_owned() }.gzip_bytes();
        let both = page.always_bytes() + bytes(b"both");
        let rest = both + bytes(b"what only the other needs, and more of it");
        assert_eq!(page.first_visits(), [("first", both + bytes(b"one")), ("rest", rest)]);
        assert_eq!(page.heaviest_first_visit(), rest);
    }

    #[test]
    fn compressed_sizes_are_those_of_decodable_files() {
        let asset = Asset { path: "a.js".to_owned(), content: b"let answer = 42;\n".repeat(500) };
        assert!(asset.gzip_bytes() < asset.content.len() / 20);
        assert!(asset.brotli_bytes() < asset.gzip_bytes());
    }

    #[test]
    fn digits_come_in_threes() {
        assert_eq!(["0", "999", "1,000", "1,234,567"], [0, 999, 1000, 1_234_567].map(grouped).each_ref().map(|s| &**s));
    }
}
