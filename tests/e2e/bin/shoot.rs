//! Takes pictures of a page in Chromium, for each size and theme, and tells what its console complained about.
//!
//! See [`USAGE`].
#![forbid(unsafe_code)]
#![expect(clippy::print_stdout, clippy::print_stderr, reason = "a command reports on its terminal")]

use std::{
    env,
    path::{Path, PathBuf},
    process::ExitCode,
    time::Duration,
};

use interleave_e2e::{
    Browser, Session, Site,
    chromium::{Screen, Theme},
    steps::Step,
};

/// What `--help` prints.
const USAGE: &str = "\
Takes pictures of a page in Chromium: OUT/NAME-1280-light.png, …

What to look at, one of:
  --dist DIR         a built site; with --query '?scenario=gather' and --page embed.html as needed
  --file PATH        a single HTML or SVG file

How to look at it:
  --sizes 1280,360   widths, or WIDTHxHEIGHT; up to 480 it is a phone    [default: 1280,360]
  --themes light,dark   also `forced`, the system's own colours          [default: light,dark]
  --reduced-motion   as a reader who asked for it
  --full             the whole page, not only what is in view

What to do first, in the order given, any number of times:
  --click CSS  --keys 'Tab Shift+Tab Enter text'  --scroll-to CSS  --script JS  --wait-for CSS  --wait-millis N

Where to:
  --out DIR          [default: shots]
  --name NAME        [default: page]

Exits with 1 when a step failed (the picture is taken all the same), the console showed an error, or the page is
wider than its screen.";

/// How long to wait for an element: someone is looking on.
const PATIENCE: Duration = Duration::from_secs(8);

/// What the command line asks for.
struct Request {
    dist: PathBuf,
    page: String,
    query: String,
    out: PathBuf,
    name: String,
    full: bool,
    reduced_motion: bool,
    sizes: Vec<(u32, Option<u32>)>,
    themes: Vec<Theme>,
    steps: Vec<Step>,
}

impl Request {
    fn parse(mut args: impl Iterator<Item = String>) -> Result<Self, String> {
        let mut request = Self {
            dist: PathBuf::new(),
            page: String::new(),
            query: String::new(),
            out: "shots".into(),
            name: "page".into(),
            full: false,
            reduced_motion: false,
            sizes: vec![(1280, None), (360, None)],
            themes: vec![Theme::Light, Theme::Dark],
            steps: Vec::new(),
        };
        while let Some(flag) = args.next() {
            let mut value = || args.next().ok_or_else(|| format!("{flag} needs a value"));
            match flag.as_str() {
                "--dist" => request.dist = value()?.into(),
                "--file" => request.look_at_file(Path::new(&value()?))?,
                "--page" => request.page = value()?,
                "--query" => request.query = value()?,
                "--out" => request.out = value()?.into(),
                "--name" => request.name = value()?,
                "--full" => request.full = true,
                "--reduced-motion" => request.reduced_motion = true,
                "--sizes" => request.sizes = parse_list(&value()?, parse_size)?,
                "--themes" => request.themes = parse_list(&value()?, Theme::named)?,
                "--click" => request.steps.push(Step::Click(value()?)),
                "--keys" => request.steps.push(Step::Keys(value()?)),
                "--scroll-to" => request.steps.push(Step::ScrollTo(value()?)),
                "--script" => request.steps.push(Step::Script(value()?)),
                "--wait-for" => request.steps.push(Step::WaitFor(value()?)),
                "--wait-millis" => {
                    let millis = value()?.parse().map_err(|_| "--wait-millis needs a number")?;
                    request.steps.push(Step::Wait(Duration::from_millis(millis)));
                }
                _ => return Err(format!("`{flag}` is not known\n\n{USAGE}")),
            }
        }
        if request.dist.as_os_str().is_empty() {
            return Err(format!("--dist or --file is missing\n\n{USAGE}"));
        }
        Ok(request)
    }

    /// Serves the folder that the file is in, so that what it refers to is found.
    fn look_at_file(&mut self, file: &Path) -> Result<(), String> {
        let file = file.canonicalize().map_err(|error| format!("{}: {error}", file.display()))?;
        let (Some(dir), Some(name)) = (file.parent(), file.file_name().and_then(|name| name.to_str())) else {
            return Err(format!("{} is no file", file.display()));
        };
        self.dist = dir.into();
        self.page = name.into();
        Ok(())
    }
}

fn parse_list<T>(list: &str, parse: impl Fn(&str) -> Option<T>) -> Result<Vec<T>, String> {
    list.split(',').map(|item| parse(item.trim()).ok_or_else(|| format!("`{item}` is not understood"))).collect()
}

/// A width, or a width and a height: `1280` or `1280x900`.
fn parse_size(text: &str) -> Option<(u32, Option<u32>)> {
    match text.split_once('x') {
        Some((width, height)) => Some((width.parse().ok()?, Some(height.parse().ok()?))),
        None => Some((text.parse().ok()?, None)),
    }
}

/// Takes every picture in one browser, and tells whether all went well.
async fn shoot(request: &Request) -> interleave_e2e::Result<bool> {
    std::fs::create_dir_all(&request.out)?;
    let site = Site::serve(&request.dist).await?;
    let url = site.url(&format!("{}{}", request.page, request.query));
    let mut session = Session::open(Browser::Chromium).await?;
    session.set_patience(PATIENCE);
    let mut all_well = true;
    for &(width_px, height_px) in &request.sizes {
        session.emulate_screen(Screen::of_size(width_px, height_px.unwrap_or(800))).await?;
        for &theme in &request.themes {
            session.emulate_theme(theme, request.reduced_motion).await?;
            session.visit(&url).await?;
            let mut complaints = Vec::new();
            for step in &request.steps {
                if let Err(error) = session.take(step).await {
                    complaints.push(format!("{step} failed: {error}"));
                    break;
                }
            }
            let path = request.out.join(format!("{}-{width_px}-{}.png", request.name, theme.name()));
            std::fs::write(&path, session.picture(request.full).await?)?;
            println!("{}", path.display());
            complaints.extend(session.console_errors().await?);
            complaints.extend(overflow(&session, width_px).await?);
            for complaint in &complaints {
                println!("    {complaint}");
            }
            all_well &= complaints.is_empty();
        }
    }
    session.close().await?;
    Ok(all_well)
}

/// What to say of a page that is wider than its screen.
async fn overflow(session: &Session, width_px: u32) -> interleave_e2e::Result<Option<String>> {
    let width = session.eval("document.documentElement.scrollWidth").await?.as_u64().unwrap_or_default();
    Ok((width > u64::from(width_px)).then(|| format!("the page is {width} px wide, its screen {width_px} px")))
}

#[tokio::main]
async fn main() -> ExitCode {
    let args: Vec<String> = env::args().skip(1).collect();
    if args.iter().any(|arg| arg == "--help") {
        println!("{USAGE}");
        return ExitCode::SUCCESS;
    }
    let request = match Request::parse(args.into_iter()) {
        Ok(request) => request,
        Err(message) => {
            eprintln!("{message}");
            return ExitCode::from(2);
        }
    };
    match shoot(&request).await {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}
