//! What stands in a page before the program has started, and for whoever does without it.

use std::fmt::Write;

use interleave::draw::escape;
use interleave::scenarios::{ALL, Group, Scenario};

use crate::told::{Figure, Shown};

const SIGN: &str = concat!(
    r#"<svg class="mark-sign" viewBox="0 0 22 18" aria-hidden="true"><rect width="13" height="4" rx="1"/>"#,
    r#"<rect x="5" y="7" width="17" height="4" rx="1" opacity=".66"/>"#,
    r#"<rect x="2" y="14" width="9" height="4" rx="1" opacity=".4"/></svg>Interleave"#,
);

/// The markup before the message of a scenario's page, and after it. `code` is the program as markup, a line in each element.
#[must_use]
pub(crate) fn scenario(shown: &Shown, size_px: (u32, u32), code: &str) -> (String, String) {
    let Scenario { id, title, watch, group, .. } = shown.scenario;
    let mut before = format!(
        r##"<div class="still"><header class="still-top"><a class="mark" href="../index.html">{SIGN}</a><a href="#scenarios">All scenarios</a></header><article><p class="crumb">{}</p><h1>{}</h1><p class="watch">{}</p>"##,
        escape(group.title()),
        escape(title),
        escape(watch)
    );
    let figures = shown.figures();
    let many = if shown.scenario.variants.len() > 2 { " many" } else { "" };
    let _ = write!(before, r#"<div class="answer{many}">"#);
    for Figure { number, unit, operands, names } in &figures {
        // The program has a line more for what was measured.
        let measured = if *unit == "×" { "<span></span>" } else { "" };
        let _ = write!(
            before,
            r#"<div class="result"><p class="factor">{}<small>{}</small></p><p class="formula"><b>{}</b><span>{}</span>{measured}</p></div>"#,
            escape(number),
            escape(unit),
            breakable(operands),
            breakable(names)
        );
    }
    before += r#"</div><div class="bar">"#;

    let mut after = format!("</div>{}", picture(shown, size_px));
    let _ = write!(after, r#"<p class="why">{}</p>"#, escape(&shown.why));
    if !shown.findings.is_empty() {
        after += r#"<ul class="diagnoses">"#;
        for (variant, text) in &shown.findings {
            let _ = write!(after, "<li><b>{}</b> {}</li>", escape(variant), escape(text));
        }
        after += "</ul>";
    }
    after += r#"<details class="words"><summary>The timelines in words</summary>"#;
    for sentences in shown.words() {
        after += "<ul>";
        for sentence in sentences {
            let _ = write!(after, "<li>{}</li>", escape(&sentence));
        }
        after += "</ul>";
    }
    let _ = write!(
        after,
        r#"</details><section class="program"><h2>The program in Python</h2><pre class="code" tabindex="0" aria-label="The program in Python">{code}</pre></section>{}</article>{}</div>"#,
        neighbours(id),
        rail(id)
    );
    (before, after)
}

fn picture(shown: &Shown, size_px: (u32, u32)) -> String {
    // What is wider than a phone can be moved sideways, by keyboard as well.
    format!(
        r#"<div class="picture" tabindex="0" role="group" aria-label="The timelines">{}</div>"#,
        image(shown, size_px)
    )
}

fn image(shown: &Shown, (width_px, height_px): (u32, u32)) -> String {
    format!(
        r#"<img src="../pictures/{}.svg" width="{width_px}" height="{height_px}" alt="{}">"#,
        shown.scenario.id,
        escape(&shown.alternative())
    )
}

/// A constant's name may go on in the next line, but better not in the middle of a word.
fn breakable(text: &str) -> String {
    escape(text).replace('_', "_<wbr>")
}

fn neighbours(id: &str) -> String {
    let place = ALL.iter().position(|scenario| scenario.id == id).unwrap_or(0);
    let link = |place: Option<usize>, rel: &str, word: &str| {
        place.and_then(|place| ALL.get(place)).map_or_else(String::new, |scenario| {
            format!(r#"<a href="{}.html" rel="{rel}"><small>{word}</small>{}</a>"#, scenario.id, escape(scenario.title))
        })
    };
    let (before, after) = (link(place.checked_sub(1), "prev", "Before"), link(Some(place + 1), "next", "Next"));
    format!(r#"<nav class="neighbours" aria-label="Before and after">{before}{after}</nav>"#)
}

/// The list beside a scenario's page.
fn rail(current: &str) -> String {
    let list = chapters("", Some(current));
    format!(
        r#"<nav class="rail" id="scenarios" aria-label="Scenarios"><a class="mark" href="../index.html">{SIGN}</a>{list}</nav>"#
    )
}

/// The list on the first page.
#[must_use]
pub(crate) fn index() -> String {
    format!(r#"<nav class="contents" aria-label="Scenarios">{}</nav>"#, chapters("scenarios/", None))
}

fn chapters(folder: &str, current: Option<&str>) -> String {
    let mut out = String::new();
    for group in Group::ALL {
        let _ = write!(out, "<div><h2>{}</h2><ul>", escape(group.title()));
        for scenario in ALL.iter().filter(|scenario| scenario.group == group) {
            let here = if current == Some(scenario.id) { r#" aria-current="page""# } else { "" };
            let _ =
                write!(out, r#"<li><a href="{folder}{}.html"{here}>{}</a></li>"#, scenario.id, escape(scenario.short));
        }
        out += "</ul></div>";
    }
    out
}

/// The markup around the message of an embed: the picture, and where it comes from.
#[must_use]
pub(crate) fn embed(shown: &Shown, size_px: (u32, u32)) -> (String, String) {
    let page = format!("../scenarios/{}.html", shown.scenario.id);
    let link = format!(r#"href="{page}" target="_blank" rel="noopener""#);
    (
        format!(
            r#"<div class="still-embed"><h1 class="unseen">{}</h1><a class="picture" {link}>{}</a><div class="bar">"#,
            escape(shown.scenario.title),
            image(shown, size_px)
        ),
        format!(r"<a {link}>{} · Interleave</a></div></div>", escape(shown.scenario.title)),
    )
}

/// The same where the address says which scenario it is.
#[must_use]
pub(crate) fn any_embed() -> (String, String) {
    let before = r#"<div class="still-embed"><h1 class="unseen">Interleave</h1><div class="bar">"#;
    let after = r#"<a href="../index.html" target="_blank" rel="noopener">Interleave</a></div></div>"#;
    (before.to_owned(), after.to_owned())
}

/// A program as markup, where nobody has coloured it.
#[must_use]
pub(crate) fn program(code: &str) -> String {
    let mut out = String::new();
    for (place, line) in code.lines().enumerate() {
        let _ = writeln!(out, r#"<span class="line" data-line="{}">{}</span>"#, place + 1, escape(line));
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_are_no_markup() {
        let gather = Scenario::find("gather").expect("a scenario");
        let mut shown = Shown::of(gather);
        shown.why = "<img src=x onerror=alert(1)> & \"why\"".to_owned();
        shown.findings = vec![("<b>", "</ul><script>".to_owned())];
        let (before, after) = scenario(&shown, (880, 382), &program("a < b & \"c\""));
        let all = before + &after;
        assert!(!all.contains("<script") && !all.contains("<img src=x"), "{all}");
        assert!(all.contains("&lt;img src=x onerror=alert(1)&gt; &amp; &quot;why&quot;"), "{all}");
        assert!(all.contains(r#"<span class="line" data-line="1">a &lt; b &amp; &quot;c&quot;</span>"#), "{all}");
    }

    #[test]
    fn the_first_and_the_last_have_one_neighbour() {
        let count = |id| neighbours(id).matches("<a ").count();
        assert_eq!([ALL[0].id, ALL[1].id, ALL[ALL.len() - 1].id].map(count), [1, 2, 1]);
    }

    #[test]
    fn every_scenario_is_in_the_list_once() {
        let list = index();
        for scenario in ALL {
            assert_eq!(list.matches(&format!("\"scenarios/{}.html\"", scenario.id)).count(), 1, "{}", scenario.id);
        }
    }
}
