//! You schedule: the reader chooses which ready task goes next, and sees what comes of it beside the loop's own order.
//!
//! Runs under the virtual clock are quick and the same choices give the same run, so each choice plays it from the beginning.
//! Nothing of this is needed before somebody opens it: it is loaded then.

use std::sync::Arc;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, KeyboardEvent};

use super::code::shown_line;
use super::figure::DRAWING;
use super::markup::{add, click, each, escape, flag, text};
use super::model::Model;
use super::page::Page;
use crate::draw::{Frame, axis, lanes, svg};
use crate::host::schedule::{CHOICES_AT_MOST, Choices};
use crate::host::site;
use crate::scenarios::{Scenario, Schedule, Values};
use crate::schedule::{LISTED_AT_MOST, Played, changes};
use crate::timeline::{ordinal, seconds};

/// Its code, which is loaded when it is wanted.
#[derive(Clone, Copy, Debug)]
pub struct Scheduler(pub(super) fn(Page) -> AnyView);

impl Scheduler {
    /// The run in which the reader chooses.
    #[must_use]
    pub const fn reader() -> Self {
        Self(schedule)
    }
}

/// What a run depends on.
#[derive(Clone)]
struct Key {
    scenario: &'static Scenario,
    values: Values,
    schedule: Schedule,
}

impl PartialEq for Key {
    fn eq(&self, other: &Self) -> bool {
        self.scenario.id == other.scenario.id && self.values == other.values && self.schedule == other.schedule
    }
}

impl Key {
    fn of(model: &Model) -> Self {
        let selection = &model.selection;
        let mut schedule = selection.view.schedule.clone().unwrap_or_default();
        // For as long as it takes to close, another scenario may have fewer variants.
        schedule.variant = schedule.variant.min(selection.scenario.variants.len() - 1);
        Self { scenario: selection.scenario, values: selection.values.clone(), schedule }
    }

    fn play(&self) -> Played {
        let Schedule { variant, choices } = &self.schedule;
        Played::of(&self.scenario.variants[*variant], &self.values, choices)
    }
}

#[derive(Clone, Copy)]
struct Handle {
    page: Page,
    key: Memo<Key>,
    played: Memo<Arc<Played>>,
}

fn schedule(page: Page) -> AnyView {
    let key = Memo::new(move |_| page.read(Key::of));
    let played = Memo::new_with_compare(move |_| Arc::new(key.with(Key::play)), |_, _| true);
    let handle = Handle { page, key, played };
    // What cannot be chosen is said, and does not stay in the link.
    let refused = Memo::new(move |before: Option<&Option<usize>>| {
        let now = played.with(|played| played.refused);
        now.or(before.copied().flatten().filter(|before| key.with(|key| key.schedule.choices.places.len() <= *before)))
    });
    Effect::new(move |_| {
        if let Some(place) = played.with(|played| played.refused) {
            handle.cut(place);
        }
    });
    let of =
        move |read: fn(&Key, &Played) -> String| text(move || key.with(|key| played.with(|played| read(key, played))));
    let drawing = move |draw: fn(&Model, &Played) -> String| {
        text(move || played.with(|played| page.read(|model| draw(model, played))))
    };
    let buttons: Vec<_> = (0..LISTED_AT_MOST).map(|place| handle.button(place)).collect();
    let none_made =
        flag(move || key.with(|key| key.schedule.choices.places.is_empty() && !key.schedule.choices.goes_on));
    let over = flag(move || played.with(|played| played.is_over()));
    let not_over = flag(move || !over.get());
    let step = |label: &'static str, id: &'static str, off: Signal<bool>, act: fn(&mut Schedule)| {
        let act = click(move |_| handle.change(act));
        view! { <button class="quiet" data-testid=id disabled=off on:click=act>{label}</button> }
    };
    let warning = text(move || {
        let said = |place: usize| {
            format!(
                "The {} choice is not among what is ready: it was left out, with all that followed.",
                ordinal(place + 1)
            )
        };
        refused.get().map_or_else(String::new, said)
    });
    let changed = drawing(told);
    view! {
        <link rel="stylesheet" href=format!("{}schedule.css", site::root())/>
        <section
            class="schedule"
            aria-label="You schedule"
            data-testid="schedule"
            on:keydown=move |event: KeyboardEvent| {
                if handle.obey(&event) {
                    event.prevent_default();
                }
            }
        >
            <p class="now" role="status" data-testid="schedule-status" tabindex="-1">{of(status)}</p>
            <p class="refused" data-testid="schedule-refused" hidden=flag(move || warning.with(String::is_empty))>{warning}</p>
            <div class="ready" role="group" aria-label="Ready" hidden=over data-testid="ready">{buttons}</div>
            <p class="more" hidden=flag(move || played.with(|played| played.all_ready <= LISTED_AT_MOST))>{of(more)}</p>
            <div class="steps">
                {step("Undo", "schedule-undo", none_made, |schedule| {
                    let choices = &mut schedule.choices;
                    if !std::mem::take(&mut choices.goes_on) {
                        choices.places.pop();
                    }
                })}
                {step("Let the loop go on", "schedule-go-on", over, |schedule| schedule.choices.goes_on = true)}
                {step("Start again", "schedule-restart", none_made, |schedule| schedule.choices = Choices::default())}
            </div>
            <div class="both">
                <div aria-hidden="true" inner_html=drawing(|model, played| svg(&axis(frame(model, played)), DRAWING))></div>
                <h2>{of(|key, _| format!("{} in your order", title(key)))} <span class="time" data-testid="schedule-time">{of(time)}</span></h2>
                <div class="lanes" data-testid="schedule-yours" inner_html=drawing(|model, played| {
                    svg(&lanes(&played.timeline, None, frame(model, played)), DRAWING)
                })></div>
                <h2>{of(|key, _| format!("{} in asyncio’s order", title(key)))} <span class="time">{drawing(usual_time)}</span></h2>
                <div class="lanes" inner_html=drawing(usual)></div>
            </div>
            <ul class="changed" data-testid="schedule-changed" hidden=not_over inner_html=changed></ul>
        </section>
    }
    .into_any()
}

/// Which variant's run without choices stands beside it.
fn variant(model: &Model) -> usize {
    Key::of(model).schedule.variant
}

/// Both on one axis.
fn frame(model: &Model, played: &Played) -> Frame {
    let usual = model.ideal.get(variant(model)).map(|run| run.timeline.until).unwrap_or_default();
    Frame::whole(model.width_px.max(1.0), usual.max(played.timeline.until))
}

fn usual(model: &Model, played: &Played) -> String {
    let run = model.ideal.get(variant(model));
    run.map_or_else(String::new, |run| svg(&lanes(&run.timeline, None, frame(model, played)), DRAWING))
}

fn usual_time(model: &Model, _: &Played) -> String {
    model.ideal.get(variant(model)).map_or_else(String::new, |run| seconds(run.timeline.until))
}

fn time(_: &Key, played: &Played) -> String {
    let so_far = if played.is_over() { "" } else { " so far" };
    seconds(played.timeline.until) + so_far
}

fn title(key: &Key) -> &'static str {
    key.scenario.variants[key.schedule.variant].title
}

fn status(key: &Key, played: &Played) -> String {
    let title = title(key);
    let last = played.picked.last().map_or_else(String::new, |name| format!("You have chosen {name}. "));
    let made = played.picked.len();
    match () {
        () if !played.is_over() => format!(
            "{last}At {}, {} tasks are ready: which goes next?",
            seconds(played.timeline.until),
            played.all_ready
        ),
        () if made == 0 && key.schedule.choices.goes_on => format!("{title} is over, in the loop’s own order."),
        () if made == 0 => {
            format!("{title} is over: two tasks were never ready at once, so there was nothing to choose.")
        }
        () if made >= CHOICES_AT_MOST => format!("{title} is over; after {made} choices the loop went on by itself."),
        () if made == 1 => format!("{title} is over, with 1 choice of yours."),
        () => format!("{title} is over, with {made} choices of yours."),
    }
}

fn more(_: &Key, played: &Played) -> String {
    let more = played.all_ready.saturating_sub(LISTED_AT_MOST);
    format!("And {more} more, who come to the front when these have run.")
}

fn told(model: &Model, played: &Played) -> String {
    let usual = model.ideal.get(variant(model)).filter(|_| played.is_over());
    let said = usual.map(|run| changes((&played.trace, &played.timeline), (&run.trace, &run.timeline)));
    each(said.unwrap_or_default(), |out, said| add(out, format_args!("<li>{}</li>", escape(&said))))
}

impl Handle {
    /// One of those who are ready. They stay the same elements, so that the keyboard's place is not lost.
    fn button(self, place: usize) -> impl IntoView + use<> {
        let played = self.played;
        let name = text(move || {
            played.with(|played| played.ready.get(place).map_or_else(String::new, |it| it.name.to_string()))
        });
        let does =
            text(move || played.with(|played| played.ready.get(place).map_or_else(String::new, |it| it.does.clone())));
        let line = text(move || {
            let line = played.with(|played| played.ready.get(place).and_then(|it| it.line));
            // Of the program that is shown.
            let line = self.page.read(|model| line.and_then(|line| shown_line(model, line)));
            line.map_or_else(String::new, |line| format!("line {line}"))
        });
        let none = flag(move || played.with(|played| played.ready.len() <= place));
        let key = if place < 9 { (place + 1).to_string() } else { String::new() };
        let choose = click(move |_| self.choose(place));
        view! {
            <button hidden=none data-testid=format!("choose-{place}") on:click=choose>
                <kbd>{key}</kbd>
                <b>{name}</b>
                <span class="does">{does}</span>
                <span class="line">{line}</span>
            </button>
        }
    }

    fn choose(self, place: usize) {
        if self.played.with_untracked(|played| place < played.ready.len()) {
            // Without those that could not be made, if there are any left.
            let made = self.played.with_untracked(|played| played.picked.len());
            self.page.change(|model| {
                if let Some(schedule) = &mut model.selection.view.schedule {
                    schedule.choices.places.truncate(made);
                    schedule.choices.places.push(place as u8);
                    schedule.choices.goes_on = false;
                }
            });
            self.changed();
        }
    }

    fn change(self, act: fn(&mut Schedule)) {
        self.page.change(|model| model.selection.view.schedule.iter_mut().for_each(act));
        self.changed();
    }

    fn changed(self) {
        self.page.write_address(false);
        // Whoever has used the keyboard is to go on with it, also if what had the focus is gone.
        set_timeout(find_focus, std::time::Duration::ZERO);
    }

    /// Forgets the choices from this one on.
    fn cut(self, place: usize) {
        self.page.change(|model| {
            if let Some(schedule) = &mut model.selection.view.schedule {
                schedule.choices.places.truncate(place);
                schedule.choices.goes_on = false;
            }
        });
        self.page.write_address(false);
    }

    /// Does what a key means, and says whether it means anything.
    fn obey(self, event: &KeyboardEvent) -> bool {
        if event.ctrl_key() || event.meta_key() || event.alt_key() {
            return false;
        }
        let key = event.key();
        match (key.parse::<usize>(), &*key) {
            (Ok(number @ 1..=9), _) => self.choose(number - 1),
            (_, "Backspace") if self.key.with_untracked(|key| key.schedule.choices != Choices::default()) => {
                self.change(|schedule| {
                    if !std::mem::take(&mut schedule.choices.goes_on) {
                        schedule.choices.places.pop();
                    }
                });
            }
            _ => return false,
        }
        true
    }
}

/// Brings the focus back that was on something that is gone, to what says how it stands.
fn find_focus() {
    let active = document().active_element();
    let is_lost =
        active.is_none_or(|active| active.tag_name() == "BODY" || active.get_bounding_client_rect().height() == 0.0);
    let status = document().query_selector("[data-testid=schedule-status]").ok().flatten();
    if let Some(status) = status.filter(|_| is_lost).and_then(|status| status.dyn_into::<HtmlElement>().ok()) {
        let _ = status.focus();
    }
}
