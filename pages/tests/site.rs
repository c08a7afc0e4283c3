//! A whole site, made from a small page such as the build leaves.

use std::cell::RefCell;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use interleave::scenarios::ALL;
use interleave_pages::css::Theme;
use interleave_pages::{BaseUrl, Written, raster, write};
use lol_html::{RewriteStrSettings, element, rewrite_str, text};
use tempfile::TempDir;

const INDEX: &str = "<!doctype html><html lang=en><meta charset=utf-8><title>Interleave · see it run</title>\
    <meta content=\"What it is, in a sentence.\" name=description><link href=data:, rel=icon>\
    <link href=./tokens-1.css integrity=sha384-a rel=stylesheet>\
    <script data-program=p-4.js defer integrity=sha384-s src=./start-3.js></script>\
    <link as=script crossorigin href=./p-4.js integrity=sha384-p rel=preload></head><body>\
    <main class=boot id=boot><h1>Interleave</h1><p data-boot=message>Loading…</p>\
    <noscript><p>Please allow scripts.</p></noscript></main></body></html>";

const BASE: &str = "https://example.org/interleave";

fn built_page() -> TempDir {
    let folder = tempfile::tempdir().expect("a folder");
    let put = |path: &str, content: &str| fs::write(folder.path().join(path), content).expect("a file");
    put("index.html", INDEX);
    for file in ["tokens-1.css", "start-3.js", "p-4.js"] {
        put(file, "");
    }
    fs::create_dir(folder.path().join("code")).expect("a folder");
    fs::create_dir(folder.path().join("parts")).expect("a folder");
    for file in [
        "beginning-1.wasm",
        "beginning-1.wasm.js",
        "beginning-coordination-2.wasm",
        "coordination-3.wasm",
        "embed-4.wasm",
    ] {
        put(&format!("parts/{file}"), "");
    }
    put("code/gather.py.html", "<span class=\"line\" data-line=\"1\">coloured</span>\n");
    folder
}

/// With an address, since then there is everything. The pictures take a while: one for all tests.
static SITE: LazyLock<(TempDir, Written)> = LazyLock::new(|| {
    let folder = built_page();
    let base: BaseUrl = BASE.parse().expect("an address");
    let written = write(folder.path(), Some(&base)).expect("a site");
    (folder, written)
});

fn read(path: &str) -> String {
    fs::read_to_string(SITE.0.path().join(path)).unwrap_or_else(|why| panic!("{path}: {why}"))
}

fn files(folder: &Path) -> BTreeMap<PathBuf, Vec<u8>> {
    let mut found = BTreeMap::new();
    let mut folders = vec![folder.to_owned()];
    while let Some(next) = folders.pop() {
        for entry in fs::read_dir(next).expect("a folder").flatten() {
            let path = entry.path();
            if path.is_dir() {
                folders.push(path);
            } else {
                found.insert(path.strip_prefix(folder).expect("below").to_owned(), fs::read(&path).expect("a file"));
            }
        }
    }
    found
}

fn pages() -> Vec<String> {
    let below =
        ALL.iter().flat_map(|scenario| ["scenarios", "embed"].map(|folder| format!("{folder}/{}.html", scenario.id)));
    below.chain(["index.html", "embed/index.html"].map(str::to_owned)).collect()
}

/// What an element that matches the selector has in an attribute.
fn attributes(html: &str, selector: &str, name: &str) -> Vec<String> {
    let found = RefCell::new(Vec::new());
    let handler = element!(selector, |element| {
        found.borrow_mut().extend(element.get_attribute(name));
        Ok(())
    });
    rewrite_str(html, RewriteStrSettings { element_content_handlers: vec![handler], ..RewriteStrSettings::new() })
        .expect("a page");
    found.into_inner()
}

#[test]
fn every_scenario_has_its_files() {
    for scenario in ALL {
        let id = scenario.id;
        for file in [
            format!("scenarios/{id}.html"),
            format!("embed/{id}.html"),
            format!("oembed/{id}.json"),
            format!("pictures/{id}.svg"),
            format!("pictures/{id}.light.svg"),
            format!("pictures/{id}.dark.svg"),
            format!("pictures/{id}.light.png"),
            format!("pictures/{id}.dark.png"),
            format!("pictures/{id}.og.png"),
        ] {
            let size = fs::metadata(SITE.0.path().join(&file)).unwrap_or_else(|why| panic!("{file}: {why}")).len();
            assert!(size > 100 && size < 300_000, "{file}: {size}");
        }
    }
    let made: u64 = files(SITE.0.path()).values().map(|content| content.len() as u64).sum();
    assert!(made >= SITE.1.bytes && SITE.1.files > ALL.len() * 9, "{:?}", SITE.1);
}

#[test]
fn every_link_inside_the_site_leads_somewhere() {
    for page in pages() {
        let html = read(&page);
        let here = Path::new(&page).parent().expect("a folder");
        let links = ["href", "src"].into_iter().flat_map(|name| attributes(&html, &format!("[{name}]"), name));
        let links: Vec<String> = links.collect();
        assert!(links.len() > 2, "{page}: {links:?}");
        for link in links.iter().filter(|link| !link.contains(':')) {
            let (path, fragment) = link.split_once('#').unwrap_or((link, ""));
            if !fragment.is_empty() {
                assert!(attributes(&html, "[id]", "id").contains(&fragment.to_owned()), "{page}: {link}");
            }
            let target = if path.is_empty() { SITE.0.path().join(&page) } else { SITE.0.path().join(here).join(path) };
            assert!(target.is_file(), "{page}: {link}");
        }
    }
}

#[test]
fn nothing_stands_in_a_page_that_its_policy_forbids() {
    for page in pages() {
        let html = read(&page);
        assert_eq!(attributes(&html, "[style]", "style"), [""; 0], "{page}");
        assert!(attributes(&html, "style", "class").is_empty() && !html.contains("<style"), "{page}");
        assert_eq!(html.matches("<script").count(), 1, "{page}");
        assert_eq!(attributes(&html, "script", "src").len(), 1, "{page}");
        let handlers = attributes(&html, "[onclick], [onload], [onerror]", "class");
        assert_eq!(handlers, [""; 0], "{page}");
    }
}

#[test]
fn a_scenarios_page_can_be_read_without_scripts() {
    for scenario in ALL {
        let page = format!("scenarios/{}.html", scenario.id);
        let html = read(&page);
        let said = RefCell::new(String::new());
        let handler = text!("#boot", |chunk| {
            said.borrow_mut().push_str(chunk.as_str());
            Ok(())
        });
        rewrite_str(&html, RewriteStrSettings { element_content_handlers: vec![handler], ..RewriteStrSettings::new() })
            .expect("a page");
        let said = said.into_inner();
        for words in [scenario.title, scenario.watch, scenario.group.title()] {
            assert!(said.contains(&interleave::draw::escape(words)), "{page}: {words}");
        }
        assert!(
            said.contains(" starts at ") && said.contains("Loading…") && said.contains("Please allow scripts."),
            "{page}"
        );
        assert_eq!(attributes(&html, "html", "data-scenario"), [scenario.id]);
        assert_eq!(attributes(&html, "html", "data-page"), ["scenario"]);
        assert_eq!(attributes(&html, "#boot h1", "class").len() + html.matches("<h1>").count(), 1, "{page}");
        let alternative = attributes(&html, "#boot img", "alt").concat();
        assert!(alternative.contains(" s") && alternative.len() > 40, "{page}: {alternative}");
        let ids = |name| attributes(&html, &format!("meta[property='og:{name}']"), "content").concat();
        assert_eq!(ids("url"), format!("{BASE}/{page}"));
        assert_eq!(ids("image"), format!("{BASE}/pictures/{}.og.png", scenario.id));
        assert_eq!(attributes(&html, "link[rel=canonical]", "href"), [format!("{BASE}/{page}")]);
    }
    assert!(
        read("scenarios/gather.html").contains(">coloured</span>"),
        "the coloured program is taken where there is one"
    );
    assert!(
        read("scenarios/lock.html").contains("import asyncio"),
        "the plain program is taken where there is no other"
    );
}

#[test]
fn an_embed_loads_nothing_that_needs_to_know_who_asks() {
    for page in pages().iter().filter(|page| page.starts_with("embed/")) {
        let html = read(page);
        for missing in ["integrity=", "crossorigin", "preload"] {
            assert!(!html.contains(missing), "{page}: {missing}");
        }
        assert_eq!(attributes(&html, "html", "data-page"), ["embed"]);
        assert_eq!(attributes(&html, "meta[name=robots]", "content"), ["noindex"]);
        assert_eq!(attributes(&html, "#boot a[target=_blank]", "rel").first().map(String::as_str), Some("noopener"));
        assert_eq!(attributes(&html, "#boot [data-boot]", "data-boot"), ["message"]);
    }
}

#[test]
fn the_code_and_the_picture_of_a_pages_scenario_are_loaded_early() {
    let picture = attributes(&read("scenarios/lock.html"), "link[rel=preload][as=image]", "href");
    assert_eq!(picture, attributes(&read("scenarios/lock.html"), ".picture img", "src"));
    let preloaded = |page: &str| attributes(&read(page), "link[rel=preload][as=fetch]", "href");
    assert_eq!(preloaded("index.html"), ["parts/beginning-1.wasm", "parts/beginning-coordination-2.wasm"]);
    let lock = ["../parts/beginning-coordination-2.wasm", "../parts/coordination-3.wasm"];
    assert_eq!(preloaded("scenarios/lock.html"), lock);
    let embed = "embed/lock.html";
    assert_eq!(preloaded(embed), Vec::<String>::new());
    let parts = "parts/beginning-coordination-2.wasm parts/coordination-3.wasm parts/embed-4.wasm";
    assert_eq!(attributes(&read(embed), "script", "data-parts"), [parts]);
    // Where the scenario stands in the address, the script finds it.
    let of = |name: &str| -> serde_json::Value {
        let found = attributes(&read("embed/index.html"), "script", name);
        serde_json::from_str(&found[0].replace("&quot;", "\"")).expect("an object")
    };
    assert_eq!(of("data-scenarios")["lock"], "coordination");
    assert_eq!(of("data-files")["coordination"], parts);
}

#[test]
fn others_learn_where_everything_is() {
    let map = read("sitemap.xml");
    assert_eq!(map.matches("<loc>").count(), ALL.len() + 1);
    assert!(map.contains(&format!("<loc>{BASE}/</loc>")), "{map}");
    assert!(read("robots.txt").contains(&format!("Sitemap: {BASE}/sitemap.xml")));
    for scenario in ALL {
        let answer: serde_json::Value =
            serde_json::from_str(&read(&format!("oembed/{}.json", scenario.id))).expect("JSON");
        assert_eq!((&answer["version"], &answer["type"]), (&"1.0".into(), &"rich".into()));
        let frame = answer["html"].as_str().expect("markup");
        assert_eq!(attributes(frame, "iframe", "src"), [format!("{BASE}/embed/{}.html", scenario.id)]);
        assert_eq!(attributes(frame, "iframe", "sandbox"), ["allow-scripts"]);
    }
    let manifest: serde_json::Value = serde_json::from_str(&read("manifest.webmanifest")).expect("JSON");
    for icon in manifest["icons"].as_array().expect("icons") {
        assert!(SITE.0.path().join(icon["src"].as_str().expect("an address")).is_file(), "{icon}");
    }
}

#[test]
fn pictures_are_plain_differ_by_theme_and_show_something() {
    for scenario in ALL {
        let id = scenario.id;
        let svg = |name: &str| read(&format!("pictures/{id}{name}.svg"));
        let [adaptive, light, dark] = ["", ".light", ".dark"].map(svg);
        for (name, text) in [("adaptive", &adaptive), ("light", &light), ("dark", &dark)] {
            for unresolved in ["oklch", "light-dark", "var(", "--", "@layer", "<style></style>"] {
                assert!(!text.contains(unresolved), "{id} {name}: {unresolved}");
            }
            assert_eq!(text.contains("@media"), name == "adaptive", "{id} {name}");
            assert_eq!(raster::missing(text), "", "{id} {name}");
        }
        assert_ne!(light, dark, "{id}");
        let size = |name: &str| -> f64 {
            let (_, rest) = light.split_once(&format!(" {name}=\"")).expect("a size");
            rest.split('"').next().and_then(|length| length.parse().ok()).expect("a length")
        };
        let images = Theme::ALL.map(|theme| pixels(&format!("pictures/{id}.{}.png", theme.name())));
        assert_ne!(images[0].1, images[1].1, "{id}");
        for ((width, height), pixels) in &images {
            assert_eq!((f64::from(*width), f64::from(*height)), (2.0 * size("width"), 2.0 * size("height")), "{id}");
            let ground = pixels[0];
            let drawn = pixels.iter().filter(|pixel| **pixel != ground).count();
            assert!(drawn * 100 > pixels.len(), "{id}: {drawn} of {} pixels", pixels.len());
        }
        assert_eq!(pixels(&format!("pictures/{id}.og.png")).0, (1200, 630), "{id}");
    }
}

/// Size and pixels of a PNG with a palette.
fn pixels(path: &str) -> ((u32, u32), Vec<[u8; 3]>) {
    let file = fs::read(SITE.0.path().join(path)).expect("a picture");
    let mut decoder = png::Decoder::new(std::io::Cursor::new(file));
    decoder.set_transformations(png::Transformations::EXPAND);
    let mut reader = decoder.read_info().expect("a PNG");
    let mut data = vec![0; reader.output_buffer_size().expect("a size")];
    let info = reader.next_frame(&mut data).expect("its pixels");
    ((info.width, info.height), data.chunks_exact(3).map(|rgb| [rgb[0], rgb[1], rgb[2]]).collect())
}

#[test]
fn the_same_page_gives_the_same_files_even_if_it_was_made_before() {
    let first = files(SITE.0.path());
    let again = tempfile::tempdir().expect("a folder");
    for (path, content) in &first {
        let file = again.path().join(path);
        fs::create_dir_all(file.parent().expect("a folder")).expect("a folder");
        fs::write(file, content).expect("a file");
    }
    write(again.path(), Some(&BASE.parse().expect("an address"))).expect("a site");
    for (path, content) in files(again.path()) {
        assert!(first.get(&path) == Some(&content), "{} differs", path.display());
    }
}

#[test]
fn without_an_address_nothing_claims_one() {
    let folder = built_page();
    write(folder.path(), None).expect("a site");
    for (path, content) in files(folder.path()) {
        let name = path.to_string_lossy();
        assert!(!name.starts_with("oembed") && name != "sitemap.xml" && name != "robots.txt", "{name}");
        if name.ends_with(".html") {
            let html = String::from_utf8_lossy(&content);
            for missing in ["canonical", "og:", "twitter:", "oembed"] {
                assert!(!html.contains(missing), "{name}: {missing}");
            }
        }
    }
}

#[test]
fn a_folder_without_a_built_page_is_refused_and_stays_as_it_is() {
    let folder = tempfile::tempdir().expect("a folder");
    assert!(write(folder.path(), None).is_err());
    fs::write(folder.path().join("index.html"), "<p>something else").expect("a file");
    let refused = write(folder.path(), None).expect_err("no built page");
    assert!(format!("{refused:#}").contains("is no built page"), "{refused:#}");
    assert_eq!(files(folder.path()).len(), 1);
}
