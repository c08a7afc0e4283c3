//! The answer, over the lanes: the speedup with its operands, or how long each variant takes.

use leptos::prelude::*;

use super::markup::{add, each, flag, text};
use super::model::Model;
use super::page::{Page, shown};
use crate::aio::trace::Ending;
use crate::numbers::fixed;
use crate::scenarios::{Compare, Variant};
use crate::timeline::{Timeline, seconds, speedup};

pub(super) fn answer(page: Page) -> impl IntoView + use<> {
    let many = flag(move || shown(page).1.len() > 2);
    let results = text(move || page.read(results));
    view! { <section class="answer" class:many=many aria-label="The answer" inner_html=results></section> }
}

fn results(model: &Model) -> String {
    if let Some(measured) = model.runs.and_then(|runs| (runs.measured.results)(model)) {
        return measured;
    }
    let scenario = model.scenario();
    let places = model.selection.variants();
    let variants: Vec<&Variant> = places.iter().map(|place| &scenario.variants[*place]).collect();
    let ideal: Vec<&Timeline> = places.iter().map(|place| &model.ideal[*place].timeline).collect();
    let speedups = scenario.compare == Compare::Speedup && places.len() > 1;
    each(usize::from(speedups)..ideal.len(), |out, place| {
        let (variant, took) = (variants[place], ideal[place].until);
        if speedups {
            let before = ideal[0].until;
            let factor = speedup(before, took).map_or_else(|| "–".to_owned(), |speedup| speedup.show());
            let model = if scenario.real.is_outside() { "model " } else { "" };
            let times = format!("{model}{} → {}", seconds(before), seconds(took));
            let over = format!("{} ÷ {}", variants[0].title, variant.title);
            result(out, ("factor", variant.id), (&factor, "×"), &times, &[&over, ""]);
        } else {
            let is_stuck = ideal[place].ended == Some(Ending::Deadlock);
            let note = if is_stuck { "deadlock: it never ends" } else { "" };
            result(out, ("time", variant.id), (&fixed(took.as_secs_f64(), 2), " s"), variant.title, &[note]);
        }
    })
}

/// One of the answers: what it is and of which variant, the number with its unit, and what stands beside it.
pub(super) fn result(
    out: &mut String,
    (kind, id): (&str, &str),
    (number, unit): (&str, &str),
    head: &str,
    lines: &[&str],
) {
    let lines = each(lines, |out, line| add(out, format_args!("<span>{}</span>", breakable(line))));
    let head = breakable(head);
    add(
        out,
        format_args!(
            r#"<div class="result"><p class="factor" data-testid="{kind}-{id}">{number}<small>{unit}</small></p><p class="formula"><b>{head}</b>{lines}</p></div>"#
        ),
    );
}

/// A constant's name may go on in the next line, on a phone, but better not in the middle of a word.
fn breakable(title: &str) -> String {
    title.replace('_', "_<wbr>")
}
