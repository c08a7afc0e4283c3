//! The files.

use std::collections::BTreeMap;
use std::fmt::Write;
use std::path::Path;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{fs, thread};

use anyhow::{Context, Result, anyhow};
use interleave::draw::escape;
use interleave::scenarios::{ALL, Scenario, Selection};
use serde_json::json;

use crate::base_url::BaseUrl;
use crate::css::Theme;
use crate::pictures::Pictures;
use crate::template::{Page, Template};
use crate::told::Shown;
use crate::{card, icons, words};

/// What the pages have beyond the style sheets of the built page.
const STYLE: &str = include_str!("../../style/static.css");

/// The style of embeds, which have that of the other pages, too.
const EMBED_STYLE: &str = concat!(include_str!("../../style/static.css"), include_str!("../../style/embed.css"));

/// The scenarios' programs, where the site has none that are coloured.
const PROGRAMS: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../examples/python");

/// Of a frame, where whoever asks gives none.
const FRAME_PX: (u32, u32) = (720, 680);

const NAME: &str = "Interleave";

/// What was written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Written {
    /// How many files.
    pub files: usize,
    /// Their sizes together.
    pub bytes: u64,
}

/// Writes everything into a folder that holds a built page, and rewrites its `index.html`. Without an address everything is left
/// out that needs one.
///
/// # Errors
///
/// When the folder holds no such page, or a file cannot be read or written.
pub fn write(folder: &Path, base: Option<&BaseUrl>) -> Result<Written> {
    let index = folder.join("index.html");
    let html = fs::read_to_string(&index).with_context(|| format!("cannot read {}", index.display()))?;
    let template = Template::read(&html).with_context(|| format!("{} is no built page", index.display()))?;
    let [style_sheet, embed_style_sheet] = [style_sheet("static", STYLE), style_sheet("embed", EMBED_STYLE)];
    let site = Site { folder, base, template, style_sheet, embed_style_sheet, written: Mutex::default() };
    site.put(&site.style_sheet, STYLE.as_bytes())?;
    site.put(&site.embed_style_sheet, EMBED_STYLE.as_bytes())?;
    for (path, content) in icons::files(&site.template.title, &site.template.description)? {
        site.put(path, &content)?;
    }
    site.scenarios()?;
    site.first_page()?;
    site.any_embed()?;
    site.map()?;
    Ok(site.written.into_inner().unwrap_or_default())
}

/// Its name changes with what is in it, so that a kept copy is never an old one.
fn style_sheet(name: &str, style: &str) -> String {
    // FNV-1a: short, and the same everywhere.
    let hash = style
        .bytes()
        .fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0000_0100_0000_01b3));
    format!("{name}-{hash:016x}.css")
}

struct Site<'a> {
    folder: &'a Path,
    base: Option<&'a BaseUrl>,
    template: Template,
    style_sheet: String,
    embed_style_sheet: String,
    written: Mutex<Written>,
}

impl Site<'_> {
    fn put(&self, path: &str, content: &[u8]) -> Result<()> {
        let file = self.folder.join(path);
        let folder = file.parent().unwrap_or(self.folder);
        fs::create_dir_all(folder).with_context(|| format!("cannot make {}", folder.display()))?;
        fs::write(&file, content).with_context(|| format!("cannot write {}", file.display()))?;
        let mut written = self.written.lock().map_err(|_| anyhow!("another thread has failed"))?;
        written.files += 1;
        written.bytes += content.len() as u64;
        Ok(())
    }

    /// Whatever belongs to one scenario, for all of them, on every processor.
    fn scenarios(&self) -> Result<()> {
        let next = AtomicUsize::new(0);
        let work = || -> Result<()> {
            while let Some(scenario) = ALL.get(next.fetch_add(1, Ordering::Relaxed)) {
                self.scenario(scenario).with_context(|| format!("the files of “{}”", scenario.id))?;
            }
            Ok(())
        };
        let threads = thread::available_parallelism().map_or(1, usize::from);
        thread::scope(|scope| {
            let workers: Vec<_> = (0..threads).map(|_| scope.spawn(work)).collect();
            workers.into_iter().try_for_each(|worker| worker.join().map_err(|_| anyhow!("a thread has panicked"))?)
        })
    }

    fn scenario(&self, scenario: &'static Scenario) -> Result<()> {
        let Scenario { id, title, watch, group, .. } = *scenario;
        let shown = Shown::of(scenario);
        let pictures = Pictures::of(scenario)?;
        self.put(&format!("pictures/{id}.svg"), pictures.adaptive_svg()?.as_bytes())?;
        for theme in Theme::ALL {
            self.put(&format!("pictures/{id}.{}.svg", theme.name()), pictures.svg(theme)?.as_bytes())?;
            self.put(&format!("pictures/{id}.{}.png", theme.name()), &pictures.png(theme)?)?;
        }
        self.put(&format!("pictures/{id}.og.png"), &card::png(title, watch, group.title(), &shown)?)?;

        let whole_title = format!("{title} · {NAME}");
        let address = format!("scenarios/{id}.html");
        let mut head = self.icons("../");
        self.preview(
            &mut head,
            &address,
            &whole_title,
            watch,
            (&format!("pictures/{id}.og.png"), &shown.alternative()),
        );
        if let Some(base) = self.base {
            // Writing to a string cannot fail.
            let _ = write!(
                head,
                r#"<link rel="alternate" type="application/json+oembed" href="{}" title="{}">"#,
                escape(&base.join(&format!("oembed/{id}.json"))),
                escape(title)
            );
            self.put(&format!("oembed/{id}.json"), oembed(base, scenario).as_bytes())?;
        }
        // Before the program's files: it is what is seen first, and small. Writing to a string cannot fail.
        let _ = write!(head, r#"<link rel="preload" as="image" fetchpriority="high" href="../pictures/{id}.svg">"#);
        let part = group.part().name();
        let page = Page {
            root: vec![("data-scenario", id.to_owned()), ("data-page", "scenario".to_owned())],
            is_below: true,
            title: Some(whole_title.clone()),
            description: Some(watch.to_owned()),
            head,
            style_sheet: format!("../{}", self.style_sheet),
            parts: self.parts(&[part])?,
            around_message: words::scenario(&shown, pictures.size_px, &self.program(id)?),
            ..Page::default()
        };
        self.put(&address, self.template.page(&page)?.as_bytes())?;

        let page = Page {
            root: vec![("data-scenario", id.to_owned()), ("data-page", "embed".to_owned())],
            title: Some(whole_title),
            description: Some(watch.to_owned()),
            parts: self.parts(&[part, "embed"])?,
            around_message: words::embed(&shown, pictures.size_px),
            ..self.embed(&address)
        };
        self.put(&format!("embed/{id}.html"), self.template.page(&page)?.as_bytes())
    }

    /// The program as markup: coloured, if the site has it so.
    fn program(&self, id: &str) -> Result<String> {
        let coloured = self.folder.join("code").join(format!("{id}.py.html"));
        if coloured.exists() {
            return fs::read_to_string(&coloured).with_context(|| format!("cannot read {}", coloured.display()));
        }
        let plain = Path::new(PROGRAMS).join(format!("{id}.py"));
        Ok(words::program(&fs::read_to_string(&plain).with_context(|| format!("cannot read {}", plain.display()))?))
    }

    /// The files that these parts need, whose names begin with those of all parts that do; none where the page is in one piece.
    fn parts(&self, wanted: &[&str]) -> Result<Vec<String>> {
        let folder = self.folder.join("parts");
        if !folder.exists() {
            return Ok(Vec::new());
        }
        let needs = |file: &str| {
            let parts = file.strip_suffix(".wasm").and_then(|file| file.rsplit_once('-'));
            parts.is_some_and(|(parts, _)| parts.split('-').any(|name| wanted.contains(&name)))
        };
        let files = fs::read_dir(&folder).with_context(|| format!("cannot read {}", folder.display()))?;
        let mut files: Vec<String> = files
            .flatten()
            .map(|file| file.file_name().to_string_lossy().into_owned())
            .filter(|file| needs(file))
            .collect();
        files.sort();
        Ok(files.into_iter().map(|file| format!("parts/{file}")).collect())
    }

    /// What every embed has in common.
    fn embed(&self, original: &str) -> Page {
        let canonical = self.base.map_or_else(String::new, |base| canonical(&base.join(original)));
        Page {
            is_below: true,
            framed_from: Some(self.base.map_or_else(|| "http: https:".to_owned(), BaseUrl::origin)),
            head: format!(r#"<meta name="robots" content="noindex">{canonical}"#),
            style_sheet: format!("../{}", self.embed_style_sheet),
            ..Page::default()
        }
    }

    fn any_embed(&self) -> Result<()> {
        // Which scenario it will be is known when somebody asks for it.
        let mut of_part = BTreeMap::new();
        for scenario in ALL {
            let part = scenario.group.part().name();
            let files = self.parts(&[part, "embed"])?.join(" ");
            of_part.entry(part).or_insert(files);
        }
        let part_of: BTreeMap<_, _> = ALL.iter().map(|scenario| (scenario.id, scenario.group.part().name())).collect();
        let first = Selection::first().scenario.id;
        let page = Page {
            script: vec![
                ("data-files", json!(of_part).to_string()),
                ("data-scenarios", json!(part_of).to_string()),
                ("data-first", first.to_owned()),
            ],
            root: vec![("data-page", "embed".to_owned())],
            around_message: words::any_embed(),
            ..self.embed("")
        };
        self.put("embed/index.html", self.template.page(&page)?.as_bytes())
    }

    fn first_page(&self) -> Result<()> {
        let Template { title, description, .. } = &self.template;
        let first = Shown::of(Selection::first().scenario);
        let (_, promise) = title.split_once(" · ").unwrap_or(("", title));
        let mut letters = promise.chars();
        let headline: String = letters.next().into_iter().flat_map(char::to_uppercase).chain(letters).collect();
        let image = "pictures/interleave.og.png";
        self.put(image, &card::png(&headline, description, &format!("{} scenarios", ALL.len()), &first)?)?;
        let mut head = self.icons("");
        self.preview(&mut head, "", title, description, (image, &first.alternative()));
        let page = Page {
            head,
            style_sheet: self.style_sheet.clone(),
            parts: self.parts(&[Selection::first().scenario.group.part().name()])?,
            keeps_heading: true,
            around_message: (String::new(), words::index()),
            ..Page::default()
        };
        self.put("index.html", self.template.page(&page)?.as_bytes())
    }

    #[expect(clippy::unused_self, reason = "beside the other parts of a head")]
    fn icons(&self, up: &str) -> String {
        format!(
            concat!(
                r#"<link rel="icon" type="image/svg+xml" href="{0}icons/icon.svg">"#,
                r#"<link rel="apple-touch-icon" href="{0}icons/touch.png">"#,
                r#"<link rel="manifest" href="{0}manifest.webmanifest">"#
            ),
            up
        )
    }

    /// What others show of a page whose address is known.
    fn preview(&self, head: &mut String, path: &str, title: &str, words: &str, (image, alternative): (&str, &str)) {
        let Some(base) = self.base else { return };
        let url = base.join(path);
        head.push_str(&canonical(&url));
        let (width, height) = card::SIZE_PX;
        let properties = [
            ("og:type", "website"),
            ("og:site_name", NAME),
            ("og:title", title),
            ("og:description", words),
            ("og:url", &url),
            ("og:image", &base.join(image)),
            ("og:image:width", &width.to_string()),
            ("og:image:height", &height.to_string()),
            ("og:image:alt", alternative),
        ];
        for (name, content) in properties {
            let _ = write!(head, r#"<meta property="{name}" content="{}">"#, escape(content));
        }
        head.push_str(r#"<meta name="twitter:card" content="summary_large_image">"#);
    }

    /// What tells search engines about the pages.
    fn map(&self) -> Result<()> {
        let Some(base) = self.base else { return Ok(()) };
        let mut map = String::from(
            "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\">\n",
        );
        let pages = ALL.iter().map(|scenario| format!("scenarios/{}.html", scenario.id));
        for path in std::iter::once(String::new()).chain(pages) {
            let _ = writeln!(map, "<url><loc>{}</loc></url>", escape(&base.join(&path)));
        }
        self.put("sitemap.xml", (map + "</urlset>\n").as_bytes())?;
        self.put("robots.txt", format!("User-agent: *\nAllow: /\n\nSitemap: {}\n", base.join("sitemap.xml")).as_bytes())
    }
}

fn canonical(url: &str) -> String {
    format!(r#"<link rel="canonical" href="{}">"#, escape(url))
}

/// What a site gets that asks how to embed a scenario.
fn oembed(base: &BaseUrl, scenario: &Scenario) -> String {
    let (width, height) = FRAME_PX;
    let (thumbnail_width, thumbnail_height) = card::SIZE_PX;
    let frame = format!(
        r#"<iframe src="{}" title="{}" width="100%" height="{height}" loading="lazy" sandbox="allow-scripts"></iframe>"#,
        escape(&base.join(&format!("embed/{}.html", scenario.id))),
        escape(&format!("{} · {NAME}", scenario.title))
    );
    let answer = json!({
        "version": "1.0",
        "type": "rich",
        "provider_name": NAME,
        "provider_url": base.to_string(),
        "title": scenario.title,
        "html": frame,
        "width": width,
        "height": height,
        "thumbnail_url": base.join(&format!("pictures/{}.og.png", scenario.id)),
        "thumbnail_width": thumbnail_width,
        "thumbnail_height": thumbnail_height,
    });
    format!("{answer:#}\n")
}
