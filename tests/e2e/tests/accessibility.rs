//! For those who do not see the page, or see it otherwise.

use interleave_e2e::{Result, chromium::Theme};
use serde_json::Value;

use crate::{
    catalogue::catalogue,
    page::{Page, quoted, strings},
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
