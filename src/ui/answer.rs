//! The answer, over the lanes: the speedup with its operands, or how long each variant takes.

use std::time::Duration;

use leptos::prelude::*;

use super::markup::{add, each, flag, text};
use super::model::{Model, Phase};
use super::page::{Page, shown};
use crate::aio::trace::Ending;
use crate::numbers::fixed;
use crate::scenarios::{Compare, Variant};
use crate::timeline::{seconds, speedup};

pub(super) fn answer(page: Page) -> impl IntoView + use<> {
    let many = flag(move || shown(page).1.len() > 2);
    let results = text(move || page.read(results));
    view! { <section class="answer" class:many=many aria-label="The answer" inner_html=results></section> }
}

fn results(model: &Model) -> String {
    let scenario = model.scenario();
    let places = model.selection.variants();
    let variants: Vec<&Variant> = places.iter().map(|place| &scenario.variants[*place]).collect();
    let ideal: Vec<Duration> = places.iter().map(|place| model.ideal[*place].timeline.until).collect();
    let real = measured(model);
    let is_model = scenario.real.is_outside();
    let speedups = scenario.compare == Compare::Speedup && places.len() > 1;
    each(usize::from(speedups)..ideal.len(), |out, place| {
        if speedups {
            faster(out, &variants, place, &ideal, real.as_deref(), is_model);
        } else {
            let is_stuck = model.ideal[places[place]].timeline.ended == Some(Ending::Deadlock);
            let note = match &real {
                _ if is_stuck => "deadlock: it never ends".to_owned(),
                Some(_) if is_model => format!("measured; model {}", seconds(ideal[place])),
                Some(_) => format!("measured; ideal {}", seconds(ideal[place])),
                None => String::new(),
            };
            takes(out, variants[place], real.as_ref().unwrap_or(&ideal)[place], &note);
        }
    })
}

/// How long each variant really took, once all are over.
fn measured(model: &Model) -> Option<Vec<Duration>> {
    if model.phase != Phase::Finished {
        return None;
    }
    let places = model.selection.variants().into_iter();
    places.map(|place| model.real.get(place)?.as_ref().map(|run| run.timeline.until)).collect()
}

fn faster(
    out: &mut String,
    variants: &[&Variant],
    place: usize,
    ideal: &[Duration],
    real: Option<&[Duration]>,
    is_model: bool,
) {
    let shown = real.unwrap_or(ideal);
    let factor = speedup(shown[0], shown[place]).map_or_else(|| "–".to_owned(), |speedup| speedup.show());
    let times = |of: &[Duration]| format!("{} → {}", seconds(of[0]), seconds(of[place]));
    let measured = real.map_or_else(String::new, |real| format!("measured {}", times(real)));
    let model = if is_model { "model " } else { "" };
    add(
        out,
        format_args!(
            r#"<div class="result"><p class="factor" data-testid="factor-{}">{factor}<small>×</small></p><p class="formula"><b>{model}{}</b><span>{} ÷ {}</span><span>{measured}</span></p></div>"#,
            variants[place].id,
            times(ideal),
            breakable(variants[0].title),
            breakable(variants[place].title)
        ),
    );
}

fn takes(out: &mut String, variant: &Variant, shown: Duration, note: &str) {
    add(
        out,
        format_args!(
            r#"<div class="result"><p class="factor" data-testid="time-{}">{}<small> s</small></p><p class="formula"><b>{}</b><span>{note}</span></p></div>"#,
            variant.id,
            fixed(shown.as_secs_f64(), 2),
            breakable(variant.title)
        ),
    );
}

/// A constant's name may go on in the next line, on a phone, but better not in the middle of a word.
fn breakable(title: &str) -> String {
    title.replace('_', "_<wbr>")
}
