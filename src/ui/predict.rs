//! Predict before you run: a question, some answers, and what the run says.

use leptos::prelude::*;

use super::figure::with_runs;
use super::markup::{click, flag, text, views};
use super::model::Model;
use super::page::Page;
use super::runner;
use crate::scenarios::Selection;

/// No question has more answers than this.
const ANSWERS_AT_MOST: usize = 6;

pub(super) fn toggle(page: Page) -> impl IntoView + use<> {
    let is_on = move || page.read(|model| model.selection.predict);
    let toggle = click(move |_| {
        let before = page.peek(|model| model.selection.clone());
        page.go_to(Selection { predict: !before.predict, ..before });
    });
    view! {
        <button class="quiet" aria-pressed=text(move || is_on().to_string()) data-testid="predict" on:click=toggle>
            {text(move || if is_on() { "Just show it" } else { "Predict first" }.to_owned())}
        </button>
    }
}

pub(super) fn predict(page: Page) -> impl IntoView + use<> {
    let is_off = flag(move || page.read(|model| !model.selection.predict));
    let ready = Memo::new(move |_| page.read(|model| model.runs.is_some()));
    let answers: Vec<_> = (0..ANSWERS_AT_MOST).map(|place| answer(page, place)).collect();
    view! {
        <section class="predict" aria-label="Predict before you run" hidden=is_off>
            <p id="question" data-testid="question">{text(move || page.scenario().question.ask.to_owned())}</p>
            <div class="answers" role="group" aria-labelledby="question">{answers}</div>
            <p class="verdict" role="status" data-testid="verdict">{text(move || page.read(verdict))}</p>
            {views(move || with_runs(page, ready, |runs| (runs.order)(page)))}
        </section>
    }
}

/// One of the answers. They stay the same elements when their texts change, so that the keyboard's place is not lost.
fn answer(page: Page, place: usize) -> impl IntoView + use<> {
    let words = text(move || page.read(|model| model.choices.get(place).cloned().unwrap_or_default()));
    let none = flag(move || page.read(|model| model.choices.len() <= place));
    let is_picked = text(move || page.read(|model| model.guess == Some(place)).to_string());
    let pick = click(move |_| {
        page.change(|model| model.guess = Some(place));
        if !page.peek(Model::is_running) {
            runner::run(page);
        }
    });
    view! {
        <button hidden=none aria-pressed=is_picked data-testid=format!("answer-{place}") on:click=pick>{words}</button>
    }
}

fn verdict(model: &Model) -> String {
    match model.guessed() {
        Some((guess, right, measured)) => {
            let verdict = if guess == right { "Right: ".to_owned() } else { format!("You said {guess}. It is ") };
            let late = if measured == right { String::new() } else { format!("; measured {measured}") };
            format!("{verdict}{right}{late}.")
        }
        None if model.guess.is_some() => "The run will tell.".to_owned(),
        None if !model.is_asking() => String::new(),
        None => "Pick an answer: that starts the run.".to_owned(),
    }
}
