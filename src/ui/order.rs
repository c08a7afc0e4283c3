//! Predict the order of completion: click what ends in the order in which you expect it to.

use std::sync::Arc;

use leptos::prelude::*;

use super::markup::{add, click, each, escape, flag, text, views};
use super::model::{Model, Phase};
use super::page::Page;
use crate::timeline::{Expected, expected, predictable};

/// Below the question. It is made when what runs need is there.
pub(super) fn order(page: Page) -> Vec<AnyView> {
    let names = Memo::new(move |_| page.read(names));
    let buttons = views(move || names.get().into_iter().map(|name| button(page, name)).collect());
    let hidden = flag(move || names.with(Vec::is_empty) || page.read(|model| !model.is_asking()));
    let ask = text(move || page.read(ask));
    let said = text(move || page.read(|model| outcome(model).map_or_else(String::new, |places| table(&places))));
    let verdict = text(move || page.read(verdict));
    let view = view! {
        <div class="order" data-testid="order" hidden=hidden>
            <p class="ask" id="order">{ask}</p>
            <div class="answers" role="group" aria-labelledby="order">{buttons}</div>
        </div>
        <p class="verdict" role="status" data-testid="order-verdict">{verdict}</p>
        <div data-testid="order-told" inner_html=said></div>
    };
    vec![view.into_any()]
}

/// What may be put in order. Only while it is asked for: a run's frames are not to make it anew.
fn names(model: &Model) -> Vec<Arc<str>> {
    let ideal = model.ideal.get(model.variant).filter(|_| model.is_asking());
    ideal.and_then(|run| predictable(&run.timeline)).unwrap_or_default()
}

fn ask(model: &Model) -> String {
    let variant = model.scenario().variants[model.variant].title;
    format!("Or click what ends in {variant}, in the order in which you expect it to, and press Run.")
}

/// One of them, with its place once it has one. Another click takes it back.
fn button(page: Page, name: Arc<str>) -> AnyView {
    let place = {
        let name = name.clone();
        move |model: &Model| model.expected.1.iter().position(|other| *other == name)
    };
    let (pressed, number) = (place.clone(), place.clone());
    let pressed = text(move || page.read(|model| pressed(model).is_some().to_string()));
    let number =
        text(move || page.read(|model| number(model).map_or_else(String::new, |place| (place + 1).to_string())));
    let label = name.to_string();
    let toggle = click(move |_| {
        page.change(|model| {
            model.expected.0 = model.variant;
            match place(model) {
                Some(place) => drop(model.expected.1.remove(place)),
                None => model.expected.1.push(name.clone()),
            }
        });
    });
    view! {
        <button aria-pressed=pressed data-testid=format!("order-{label}") on:click=toggle>
            <span class="place">{number}</span>
            {label.clone()}
        </button>
    }
    .into_any()
}

/// What came of it, once a run has shown that.
fn outcome(model: &Model) -> Option<Vec<Expected>> {
    let (variant, names) = &model.expected;
    let run = model.whole(*variant).filter(|_| model.phase == Phase::Finished && !names.is_empty())?;
    Some(expected(names, &run.trace, &run.timeline))
}

fn verdict(model: &Model) -> String {
    let Some(places) = outcome(model) else { return String::new() };
    let right = places.iter().filter(|place| place.is_right()).count();
    match places.len() {
        1 if right == 1 => "It did end first, as you said.".to_owned(),
        all if right == all => format!("All {all} ended where you said."),
        all => format!("{right} of {all} ended where you said."),
    }
}

fn table(places: &[Expected]) -> String {
    let rows = each(places.iter().enumerate(), |out, (place, told)| {
        let (class, mark) = if told.is_right() { ("right", "✓") } else { ("wrong", "✗") };
        let actual = told.actual.as_deref().unwrap_or("nothing");
        add(
            out,
            format_args!(
                r#"<tr class="{class}"><td>{}</td><td>{}</td><td>{} <span aria-hidden="true">{mark}</span></td></tr>"#,
                place + 1,
                escape(&told.expected),
                escape(actual)
            ),
        );
    });
    let whys = each(places.iter().filter_map(|told| told.why.as_ref()), |out, why| {
        add(out, format_args!("<li>{}</li>", escape(why)));
    });
    format!(
        r#"<table class="told"><thead><tr><th scope="col">Place</th><th scope="col">You said</th><th scope="col">It was</th></tr></thead><tbody>{rows}</tbody></table><ul class="whys">{whys}</ul>"#
    )
}
