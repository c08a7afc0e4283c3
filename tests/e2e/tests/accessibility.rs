//! For those who do not see the page, or see it otherwise.

use std::{env, fs, path::Path, time::Duration};

use interleave_e2e::{Browser, Error, Result, Session, chromium::Theme};
use serde_json::{Value, json};

use crate::{
    catalogue::catalogue,
    failures::Copy,
    page::{Page, quoted, strings},
    phone::assert_fits,
};

/// Controls that nobody could name to somebody who does not see them. The name is looked for where browsers do: in
/// `aria-label`, `aria-labelledby`, a label around or beside, the text inside, the title.
const NAMELESS: &str = r"all('input, select, textarea, button, a[href], [tabindex], summary').filter((it) => {
    if (!isSeen(it)) return false;
    const labelled = (it.getAttribute('aria-labelledby') ?? '').split(' ').map((id) => document.getElementById(id));
    const labels = [...(it.labels ?? []), ...labelled].filter(Boolean).map(said);
    const own = it.matches('input, select, textarea') ? '' : said(it);
    return ![it.getAttribute('aria-label'), ...labels, own, it.title].some((name) => name?.trim());
}).map((it) => it.outerHTML.slice(0, 120))";

/// What the drawings show is told in sentences: one for the whole, one for each row.
pub(crate) async fn the_timelines_are_told_in_words(page: &Page<'_>) -> Result<()> {
    for (id, variants) in catalogue() {
        page.open(&format!("?scenario={id}")).await?;
        // They follow the first drawing.
        page.wait("the words", "all('details.words li').length").await?;
        for (variant, time) in variants {
            let words = format!("all('details.words [data-testid=words-{variant}] li').map(said)");
            let words = strings(&page.ask(&words).await?)?;
            let rows = format!("all('[data-testid=variant-{variant}] svg text.label').map(said)");
            let rows = strings(&page.ask(&rows).await?)?;
            assert!(!rows.is_empty(), "{id}: {variant} has no rows");
            // Of very many rows only some have their label in the drawing; in words all are told.
            assert!(words.len() == rows.len() + 1 || words.len() > 40, "{id}: {variant}: {words:?}");
            let time = time.trim_start_matches("deadlock at ");
            assert!(words[0].contains(time), "{id}: {variant}: {words:?}");
            let mut sentences = words[1..].iter();
            for row in &rows {
                let told = sentences.any(|sentence| sentence.starts_with(row.trim().trim_end_matches('…')) && sentence.ends_with('.'));
                assert!(told, "{id}: {row} is not told in its place: {words:?}");
            }
        }
    }
    page.ask("document.querySelector('details.words').open = true").await?;
    page.wait("the words to be shown", "texts('details.words li').length > 0").await?;
    Ok(())
}

/// One heading of the first level, one main part, no control without a name, no id twice, no drawing left unexplained.
pub(crate) async fn everything_has_a_name_and_one_heading_leads(page: &Page<'_>) -> Result<()> {
    for query in ["?scenario=gather&speed=20", "?scenario=cancellation&speed=20&colour=red"] {
        page.open(query).await?;
        page.run().await?;
        assert_eq!(page.ask("all('h1').length").await?, 1);
        assert_eq!(page.ask("all('main').length").await?, 1);
        assert_eq!(page.ask("document.documentElement.lang").await?, "en");
        assert_eq!(strings(&page.ask(NAMELESS).await?)?, Vec::<String>::new(), "controls without a name");
        let ids = "all('[id]').map((it) => it.id).filter((id, at, ids) => ids.indexOf(id) !== at)";
        assert_eq!(strings(&page.ask(ids).await?)?, Vec::<String>::new(), "ids that are used twice");
        let unexplained = "all('svg').filter((it) => !it.closest('[aria-hidden=true]') && \
                           !(it.getAttribute('role') === 'img' && it.getAttribute('aria-label'))).length";
        assert_eq!(page.ask(unexplained).await?, 0, "drawings without a word");
        assert!(page.holds("seen('status').getAttribute('role') === 'status'").await?, "a change is not announced");
        let spoken = "all('input[type=range]').every((it) => it.getAttribute('aria-valuetext'))";
        assert!(page.holds(spoken).await?, "a slider tells a bare number");
    }
    Ok(())
}

/// The lightness of an element's colour, from 0 for black to 1 for white, however the style sheet writes it.
async fn lightness(page: &Page<'_>, css: &str, property: &str) -> Result<f64> {
    let painted = format!(
        "(() => {{ const brush = document.createElement('canvas').getContext('2d');
            brush.fillStyle = getComputedStyle(document.querySelector({}))[{}];
            brush.fillRect(0, 0, 1, 1);
            const [red, green, blue] = brush.getImageData(0, 0, 1, 1).data;
            return (red * 0.3 + green * 0.59 + blue * 0.11) / 255; }})()",
        quoted(css),
        quoted(property)
    );
    Ok(page.ask(&painted).await?.as_f64().unwrap_or(f64::NAN))
}

/// Light on dark for those whose system is dark, dark on light for the others.
pub(crate) async fn the_theme_follows_the_system(page: &Page<'_>) -> Result<()> {
    page.open("?scenario=gather").await?;
    for (theme, is_dark) in [(Theme::Dark, true), (Theme::Light, false)] {
        page.session.emulate_theme(theme, false).await?;
        let name = theme.name();
        let paper = lightness(page, "body", "backgroundColor").await?;
        let ink = lightness(page, "h1", "color").await?;
        assert_eq!(paper < 0.25, is_dark, "{name}: the background's lightness is {paper}");
        assert_eq!(ink > 0.75, is_dark, "{name}: the title's lightness is {ink}");
        let bar = lightness(page, ".lanes .running", "fill").await?;
        assert!((bar - paper).abs() > 0.3, "{name}: bars of lightness {bar} on {paper}");
    }
    Ok(())
}

/// With the system's few colours everything is still there, can be told apart, and runs.
pub(crate) async fn forced_colours_leave_everything_in_place(page: &Page<'_>) -> Result<()> {
    page.session.emulate_theme(Theme::Forced, true).await?;
    page.open("?scenario=semaphore&speed=20").await?;
    assert!(page.holds("matchMedia('(forced-colors: active)').matches").await?);
    page.run().await?;
    page.wait_for_text("status", "Measured").await?;
    assert_eq!(page.completed().await?.len(), 10);
    let paper = lightness(page, "body", "backgroundColor").await?;
    for (css, property) in [("h1", "color"), (".lanes .running", "fill"), (".lanes text.label", "fill")] {
        let found = page.ask(&format!("all({}).length", quoted(css))).await?;
        assert_ne!(found, Value::from(0), "{css} is gone");
        let lightness = lightness(page, css, property).await?;
        assert!((lightness - paper).abs() > 0.3, "{css} of lightness {lightness} on {paper}");
    }
    Ok(())
}

/// What axe is asked: the guidelines' levels A and AA, what is good practice beyond, and how large targets are, which it
/// leaves out unless it is told.
const AXE: &str = "
    const done = arguments[arguments.length - 1];
    const tags = ['wcag2a', 'wcag2aa', 'wcag21a', 'wcag21aa', 'wcag22aa', 'best-practice'];
    const how = { runOnly: tags, rules: { 'target-size': { enabled: true } }, resultTypes: ['violations'] };
    window.axe.run(document, how).then(({ violations }) => done(violations.flatMap((it) =>
        it.nodes.map((node) => `${it.id}: ${node.target.join(' ')}: ${node.failureSummary}`))), (error) => done([`${error}`]));";

/// Looks for whatever keeps people from using the page as it is now.
async fn assert_usable(session: &Session, what: &str) -> Result<()> {
    let own = || Path::new(env!("CARGO_MANIFEST_DIR")).join("../../.tools/axe/node_modules/axe-core/axe.min.js");
    let path = env::var_os("INTERLEAVE_AXE").map_or_else(own, Into::into);
    let axe = fs::read_to_string(&path).map_err(|_| Error::Missing {
        program: path.display().to_string(),
        hint: "`cargo xtask setup` installs axe".to_owned(),
    })?;
    let found = session.execute_async(format!("{axe};{AXE}"), vec![]).await?;
    assert_eq!(strings(found.json())?, Vec::<String>::new(), "{what}");
    Ok(())
}

/// A view of the page, and what is done before it is looked at.
const VIEWS: [(&str, &[&str]); 8] = [
    ("", &[]),
    ("?scenario=semaphore&jobs=100&limit=20&panel=events&layers=wakes,path,loop&zoom=1-4", &["keys", "open-sweep"]),
    ("?scenario=cancellation&code=rust&panel=console&colour=red", &["run", "stop"]),
    ("?scenario=nested-run", &[]),
    ("?scenario=web-scraper", &[]),
    ("?scenario=gather-errors&speed=20", &["run"]),
    ("?scenario=gather&predict=on", &[]),
    ("scenarios/lock.html", &[]),
];

async fn open_view(page: &Page<'_>, address: &str, clicks: &[&str]) -> Result<()> {
    if address.contains("predict=on") {
        // Nothing is drawn that would tell the answer.
        page.session.goto(page.site.url(address)).await?;
        page.wait("the question", "seen('question') && true").await?;
        return Ok(());
    }
    page.open(address).await?;
    page.wait("the rest of the page", "document.querySelector('.glass') && true").await?;
    for id in clicks {
        page.click(id).await?;
    }
    if clicks == ["run"] {
        page.wait_for_text("status", "Measured").await?;
    }
    if clicks.contains(&"open-sweep") {
        page.wait("the curves", "seen('curves') && true").await?;
    }
    Ok(())
}

/// No view of the page is known to be hard to use: axe knows some hundred ways.
pub(crate) async fn axe_finds_nothing(page: &Page<'_>) -> Result<()> {
    let session = page.session;
    // What differs between engines is what they compute of the same markup: a few views will do.
    let views = if session.browser() == Browser::Chromium { &VIEWS[..] } else { &VIEWS[..2] };
    for (address, clicks) in views {
        open_view(page, address, clicks).await?;
        assert_usable(session, address).await?;
    }
    page.open("?scenario=semaphore").await?;
    page.wait("the rest of the page", "document.querySelector('.glass') && true").await?;
    session.execute("document.querySelector('.glass').focus(); document.querySelector('.words').open = true", vec![]).await?;
    session.press("ArrowDown").await?;
    page.wait("a card", "seen('card-unlimited') ?? seen('card-semaphore') ?? all('.card').find(isSeen)").await?;
    page.click("share").await?;
    page.wait("the dialog", "seen('share-dialog') && true").await?;
    assert_usable(session, "a card and the dialog").await?;
    if session.browser() != Browser::Chromium {
        return Ok(());
    }
    page.ask("all('dialog input[name=form]').at(-1).click()").await?;
    assert_usable(session, "the files").await?;

    session.goto(page.site.url("embed/gather.html")).await?;
    page.wait("the embed", "seen('moment') && true").await?;
    assert_usable(session, "an embed").await?;

    let copy = Copy::make()?;
    let _give_back = copy.take(copy.ending("_bg.wasm")?)?;
    let broken = copy.serve().await?;
    for address in ["", "scenarios/gather.html", "embed/gather.html"] {
        session.goto(broken.url(address)).await?;
        page.wait("a word about it", "texts('[data-boot]').join().includes('could not be loaded')").await?;
        assert_usable(session, &format!("{address}, which cannot be loaded")).await?;
    }
    page.open_on_phone("?scenario=gather").await?;
    assert_usable(session, "a phone").await?;
    page.click("open-picker").await?;
    assert_usable(session, "the list on a phone").await
}

/// Nor in the other colours.
pub(crate) async fn axe_finds_nothing_in_the_dark(page: &Page<'_>) -> Result<()> {
    for theme in [Theme::Dark, Theme::Forced] {
        page.session.emulate_theme(theme, true).await?;
        for (address, clicks) in &VIEWS[1..3] {
            open_view(page, address, clicks).await?;
            assert_usable(page.session, &format!("{}: {address}", theme.name())).await?;
        }
    }
    Ok(())
}

/// Counts what a screen reader is given to say, in the order of its coming.
const LISTEN: &str = "(() => {
    const live = '[role=status], [role=alert], [role=log], [aria-live]:not([aria-live=off]), output';
    window.told = [];
    window.listener?.disconnect();
    window.listener = new MutationObserver((changes) => {
        const regions = changes.map(({ target }) => (target.nodeType === 1 ? target : target.parentElement)?.closest(live));
        for (const it of new Set(regions)) if (it && !it.closest('[aria-hidden=true]')) window.told.push(said(it));
    });
    window.listener.observe(document.body, { subtree: true, childList: true, characterData: true });
})()";

/// However much happens in a run, whoever hears it hears its beginning and what came out.
pub(crate) async fn a_run_is_announced_in_a_few_words(page: &Page<'_>) -> Result<()> {
    page.open("?scenario=semaphore&jobs=100&limit=20&speed=10&panel=console").await?;
    page.wait("the rest of the page", "seen('moment') && true").await?;
    page.ask(LISTEN).await?;
    page.run().await?;
    page.wait("what came out", "document.querySelector('[data-testid=told]').textContent !== ''").await?;
    let told = strings(&page.ask("window.told").await?)?;
    let said = |words: &str| told.iter().filter(|it| it.contains(words)).count();
    assert!(said("Running") >= 1 && said("Measured") >= 1 && said(" takes ") == 1, "{told:?}");
    // And the end of each variant.
    assert!(told.len() <= 5, "{told:?}");
    // Nor is a recording told moment by moment, or a slider twice.
    page.ask(LISTEN).await?;
    page.click("play").await?;
    page.wait("some moment", "text('moment-words') !== 'the whole run'").await?;
    tokio::time::sleep(Duration::from_millis(400)).await;
    page.click("play").await?;
    page.set("param-limit", "10").await?;
    let told = strings(&page.ask("window.told").await?)?;
    assert!(told.len() <= 2, "{told:?}");
    Ok(())
}

/// Every event stands in a table with headers and a name; of very many, some at a time.
pub(crate) async fn every_event_can_be_read(page: &Page<'_>) -> Result<()> {
    page.open("?scenario=semaphore&jobs=100&panel=events").await?;
    page.wait("the events", "seen('events') && true").await?;
    assert_eq!(page.ask("all('.events th[scope=col]').map(said)").await?, json!(["s", "Task", "Event"]));
    let caption = page.ask("said(document.querySelector('.events caption'))").await?;
    let caption = caption.as_str().unwrap_or_default();
    let all: usize = caption.rsplit(' ').next().and_then(|all| all.parse().ok()).unwrap_or_default();
    assert!(caption.starts_with("Events of") && caption.contains(", 1 to 400 of ") && all > 1000, "{caption}");
    let rows = "all('.events tbody tr').length";
    let (mut seen, mut last) = (0, page.ask(rows).await?);
    loop {
        seen += last.as_u64().unwrap_or_default();
        if page.holds("all('.pages button')[1].disabled").await? {
            break;
        }
        page.ask("all('.pages button')[1].focus()").await?;
        page.session.press("Enter").await?;
        page.wait("the next ones", &format!("said(document.querySelector('.events caption')).includes(', {} to ')", seen + 1)).await?;
        assert!(page.holds("document.activeElement === seen('panel')").await?, "the focus was lost");
        last = page.ask(rows).await?;
    }
    assert_eq!(seen, all as u64);
    Ok(())
}

/// With letters twice as large nothing is cut, and nothing has to be scrolled sideways.
pub(crate) async fn words_twice_as_large_fit(page: &Page<'_>) -> Result<()> {
    for scenario in ["gather", "semaphore", "background-task", "exceptions", "web-scraper", "cpu-bound"] {
        page.open(&format!("?scenario={scenario}")).await?;
        page.wait("the rest of the page", "document.querySelector('.glass') && true").await?;
        page.session.execute("document.documentElement.style.fontSize = '200%'", vec![]).await?;
        let grown = "parseFloat(getComputedStyle(document.querySelector('.watch')).fontSize) === 30";
        page.wait("letters twice as large", grown).await?;
        // The drawings follow a frame later.
        page.wait("the drawings", "all('.lanes svg').every((it) => it.getBoundingClientRect().right <= innerWidth)").await?;
        assert_fits(page, scenario).await?;
        let cut = "all('body *').filter((it) => isSeen(it) && !it.closest('svg, .unseen, .panel, pre') && \
                   ['hidden', 'clip'].includes(getComputedStyle(it).overflowX) && it.scrollWidth > it.clientWidth + 1)";
        let cut = page.ask(&format!("{cut}.map((it) => it.outerHTML.slice(0, 100))")).await?;
        assert_eq!(cut, json!([]), "{scenario}");
    }
    Ok(())
}

/// Notes how far things have moved by themselves, and where they stood when they were first drawn.
const STEADY: &str = "
    window.moved = 0;
    new PerformanceObserver((list) => { for (const it of list.getEntries()) window.moved += it.value; })
        .observe({ type: 'layout-shift', buffered: true });
    const look = () => {
        const tops = ['.legend', '.why', '.sweep', '.below'].map((css) => document.querySelector(css)?.getBoundingClientRect().top);
        if (document.querySelector('.variant .lanes svg')) window.drawn = tops; else requestAnimationFrame(look);
    };
    look();";

/// What follows the first drawing finds its room reserved: nobody clicks beside what they aim at.
pub(crate) async fn nothing_moves_once_it_is_drawn(page: &Page<'_>) -> Result<()> {
    let added = page.session.devtools("Page.addScriptToEvaluateOnNewDocument", json!({ "source": STEADY })).await?;
    for is_phone in [false, true] {
        for address in ["?scenario=gather", "?scenario=semaphore", "scenarios/gather.html"] {
            if is_phone { page.open_on_phone(address).await? } else { page.open(address).await? }
            page.wait("the rest of the page", "seen('moment') && document.styleSheets.length > 1").await?;
            page.session.settle(Duration::from_millis(200), Duration::from_secs(3)).await?;
            let moved = page.ask("window.moved").await?.as_f64().unwrap_or(f64::NAN);
            assert!(moved < 0.005, "{address}: a layout shift of {moved}");
            let now = "['.legend', '.why', '.sweep', '.below'].map((css) => document.querySelector(css).getBoundingClientRect().top)";
            let apart = format!("{now}.map((top, place) => Math.abs(top - window.drawn[place]))");
            let apart = page.ask(&format!("Math.max(...{apart})")).await?.as_f64().unwrap_or(f64::NAN);
            assert!(apart <= 1.0, "{address}: something below has moved by {apart} px");
        }
    }
    let identifier = added.get("identifier").cloned().unwrap_or(Value::Null);
    page.session.devtools("Page.removeScriptToEvaluateOnNewDocument", json!({ "identifier": identifier })).await?;
    Ok(())
}
