//! Every value of a parameter at once, as curves: which limit, which rate, how many at a time?
//!
//! Nothing of this is needed for the first drawing: it is loaded, and computes, when somebody opens it.

use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event, KeyboardEvent, MouseEvent, PointerEvent};

use super::markup::{add, each, escape, flag, text};
use super::model::Model;
use super::page::{Page, wall_millis};
use crate::draw::{Curve, Plot, svg};
use crate::host::site;
use crate::numbers::plain;
use crate::scenarios::{Param, Scenario, Selection, Unit};
use crate::sweep::{Sweep, likely, params};

/// The code of the curves, which is loaded when they are wanted.
#[derive(Clone, Copy, Debug)]
pub struct Curves(pub(super) fn(Page) -> AnyView);

impl Curves {
    /// Those over a parameter's values.
    #[must_use]
    pub const fn sweep() -> Self {
        Self(sweep)
    }
}

/// For so long in each frame runs are made; the rest of it is the page's.
const SLICE_MILLIS: f64 = 8.0;

/// So often it is looked whether a real run is over, which must not be held up.
const PATIENCE: Duration = Duration::from_millis(200);

/// So far a page of the keyboard goes.
const PAGE: isize = 10;

/// What the drawing says stands below it, in words.
const DRAWING: &str = r#"aria-hidden="true""#;

#[derive(Debug)]
struct State {
    scenario: &'static Scenario,
    /// The parameter's id.
    id: &'static str,
    /// The last one whose runs have all been made: it stays until the next one's are.
    shown: Option<Sweep>,
    /// The place of the point that the reader looks at; none for the present value.
    cursor: Option<usize>,
}

impl State {
    fn of(scenario: &'static Scenario) -> Self {
        Self { scenario, id: likely(scenario).map_or("", |param| param.id), shown: None, cursor: None }
    }

    /// The one that is shown, if it is about what is picked, whatever the values of the other parameters are.
    fn fitting(&self) -> Option<&Sweep> {
        self.shown.as_ref().filter(|sweep| sweep.param().id == self.id)
    }

    fn show(&mut self, sweep: Sweep) {
        let looked_at = self.cursor.zip(self.fitting()).and_then(|(place, shown)| shown.points().get(place));
        self.cursor = looked_at.map(|point| sweep.nearest(point.value));
        self.shown = Some(sweep);
    }

    /// The place of the point that is told about.
    fn place(&self, sweep: &Sweep, present: f64) -> usize {
        self.cursor.unwrap_or_else(|| sweep.nearest(present))
    }
}

#[derive(Clone, Copy)]
struct Handle {
    page: Page,
    state: RwSignal<State>,
    /// The one whose runs are being made.
    coming: StoredValue<Option<Sweep>>,
    /// Tells the frames of one from those of the next.
    round: StoredValue<u32>,
    /// How many runs have been made, of how many; none if nothing is to be made.
    progress: RwSignal<Option<(usize, usize)>>,
}

fn sweep(page: Page) -> AnyView {
    let handle = Handle {
        page,
        state: RwSignal::new(State::of(page.peek(Model::scenario))),
        coming: StoredValue::new(None),
        round: StoredValue::new(0),
        progress: RwSignal::new(None),
    };
    Effect::new(move |_| handle.follow(&page.read(|model| model.selection.clone())));
    let state = handle.state;
    let options = Memo::new(move |_| state.with(options));
    let pick = move |event: Event| {
        let value = event_target_value(&event);
        let picked = params(page.peek(Model::scenario)).into_iter().find(|param| param.id == value);
        if let Some(param) = picked {
            state.update(|state| (state.id, state.cursor) = (param.id, None));
            handle.follow(&page.peek(|model| model.selection.clone()));
        }
    };
    // What a drawing takes from the page, so that a run's frames do not draw it anew.
    let facts = Memo::new(move |_| {
        let id = state.with(|state| state.id);
        page.read(|model| (model.width_px, model.selection.values.number(id).unwrap_or_default()))
    });
    let read = move |read: fn(&State, &Sweep, f64) -> String| {
        text(move || {
            let (_, present) = facts.get();
            state.with(|state| state.fitting().map_or_else(String::new, |sweep| read(state, sweep, present)))
        })
    };
    let drawing = text(move || {
        let (width_px, present) = facts.get();
        state.with(|state| {
            let sweep = state.fitting();
            sweep.map_or_else(String::new, |sweep| svg(&plot(state, sweep, width_px, present).scene(), DRAWING))
        })
    });
    let label = text(move || state.with(|state| state.fitting().map_or("", |sweep| sweep.param().label).to_owned()));
    let none = flag(move || state.with(|state| state.fitting().is_none()));
    let making = text(move || match handle.progress.get() {
        Some((made, all)) => format!("{made} of {all} runs have been made, on the virtual clock…"),
        None => "All of them on the virtual clock. A click or Enter sets the value.".to_owned(),
    });
    view! {
        <link rel="stylesheet" href=format!("{}sweep.css", site::root())/>
        <label class="which">
            "Parameter" <select data-testid="sweep-param" inner_html=text(move || options.get()) on:change=pick></select>
        </label>
        <div
            class="curves"
            role="slider"
            tabindex="0"
            data-testid="curves"
            hidden=none
            aria-label=label
            aria-valuemin=read(|_, sweep, _| plain(sweep.param().min))
            aria-valuemax=read(|_, sweep, _| plain(sweep.param().max))
            aria-valuenow=read(|state, sweep, present| {
                sweep.points().get(state.place(sweep, present)).map_or_else(String::new, |point| plain(point.value))
            })
            aria-valuetext=read(reading)
            inner_html=drawing
            on:pointermove=move |event: PointerEvent| handle.point_at(&event)
            on:pointerleave=move |event: PointerEvent| {
                // A finger that is lifted has left as well, and what it has found stays.
                if event.pointer_type() == "mouse" {
                    handle.look_at(None);
                }
            }
            on:click=move |event: MouseEvent| {
                handle.point_at(&event);
                handle.take();
            }
            on:keydown=move |event: KeyboardEvent| {
                if handle.obey(&event.key()) {
                    event.prevent_default();
                }
            }
        ></div>
        <p class="reading" data-testid="sweep-reading">{read(reading)}</p>
        <p class="making" data-testid="sweep-progress">{making}</p>
        <ul class="said" data-testid="sweep-words" inner_html=read(words)></ul>
    }
    .into_any()
}

/// The parameters to pick from.
fn options(state: &State) -> String {
    each(params(state.scenario), |out, param| {
        let selected = if param.id == state.id { " selected" } else { "" };
        add(out, format_args!(r#"<option value="{}"{selected}>{}</option>"#, param.id, escape(param.label)));
    })
}

fn reading(state: &State, sweep: &Sweep, present: f64) -> String {
    sweep.reading(state.place(sweep, present))
}

fn words(_: &State, sweep: &Sweep, _: f64) -> String {
    each(sweep.words(), |out, sentence| add(out, format_args!("<li>{}</li>", escape(&sentence))))
}

fn plot(state: &State, sweep: &Sweep, width_px: f64, present: f64) -> Plot<'static> {
    let param: &Param = sweep.param();
    let knee = sweep.leading().and_then(|(_, place)| sweep.points().get(place)).map(|point| point.value);
    let curves = sweep.titles().enumerate().map(|(variant, title)| Curve {
        title,
        times: sweep.times(variant),
        factors: sweep.factors(variant),
    });
    Plot {
        width_px,
        values: sweep.points().iter().map(|point| point.value).collect(),
        step: param.step,
        unit: match param.unit {
            Unit::Count => "",
            Unit::Seconds => " s",
            Unit::Percent => " %",
        },
        curves: curves.collect(),
        knee: knee.map(|value| (value, format!("knee at {}", param.show(value)))),
        present: (present, format!("now {}", param.show(present))),
        cursor: state.cursor,
    }
}

impl Handle {
    /// Has the curves made that belong to what is picked now, unless they are there or on their way.
    fn follow(self, selection: &Selection) {
        if self.state.with_untracked(|state| state.scenario.id != selection.scenario.id) {
            self.state.set(State::of(selection.scenario));
        }
        let id = self.state.with_untracked(|state| state.id);
        let is_of = |sweep: &Option<Sweep>| sweep.as_ref().is_some_and(|sweep| sweep.is_of(selection, id));
        if self.state.with_untracked(|state| is_of(&state.shown)) {
            return self.finish(None);
        }
        if self.coming.with_value(is_of) {
            return;
        }
        let Some(mut sweep) = Sweep::new(selection, id) else { return self.finish(None) };
        self.state.with_untracked(|state| state.shown.iter().for_each(|earlier| sweep.take_over(earlier)));
        self.coming.with_value(|coming| coming.iter().for_each(|earlier| sweep.take_over(earlier)));
        self.progress.set(Some(sweep.progress()));
        self.coming.set_value(Some(sweep));
        self.round.update_value(|round| *round = round.wrapping_add(1));
        self.go_on(self.round.get_value());
    }

    /// Nothing is on its way any more; shows what was.
    fn finish(self, sweep: Option<Sweep>) {
        self.coming.set_value(None);
        if self.progress.get_untracked().is_some() {
            self.progress.set(None);
        }
        if let Some(sweep) = sweep {
            self.state.update(|state| state.show(sweep));
        }
    }

    fn go_on(self, round: u32) {
        request_animation_frame(move || self.make_some(round));
    }

    /// Makes runs for a part of a frame.
    fn make_some(self, round: u32) {
        // Whoever has closed the curves has taken all this along.
        if self.round.try_get_value() != Some(round) {
            return;
        }
        if self.page.peek(Model::is_running) {
            // What is measured is to be the run's own time.
            set_timeout(move || self.go_on(round), PATIENCE);
            return;
        }
        let Some(mut sweep) = self.coming.try_update_value(Option::take).flatten() else { return };
        let begun = wall_millis();
        while sweep.step() && wall_millis() - begun < SLICE_MILLIS {}
        if sweep.is_over() {
            return self.finish(Some(sweep));
        }
        self.progress.set(Some(sweep.progress()));
        self.coming.set_value(Some(sweep));
        self.go_on(round);
    }

    fn look_at(self, place: Option<usize>) {
        if self.state.with_untracked(|state| state.cursor != place) {
            self.state.update(|state| state.cursor = place);
        }
    }

    /// Looks at the point that is nearest to the pointer.
    fn point_at(self, event: &MouseEvent) {
        let Some(element) = event.current_target().and_then(|target| target.dyn_into::<Element>().ok()) else { return };
        let x_px = f64::from(event.client_x()) - element.get_bounding_client_rect().left();
        let width_px = self.page.peek(|model| model.width_px);
        let place = self
            .state
            .with_untracked(|state| state.fitting().and_then(|sweep| plot(state, sweep, width_px, 0.0).nearest(x_px)));
        self.look_at(place);
    }

    /// Sets the parameter to what is looked at, as its slider would.
    fn take(self) {
        let taken = self.state.with_untracked(|state| {
            let value = state.fitting()?.points().get(state.cursor?)?.value;
            Some((state.id, value))
        });
        if let Some((id, value)) = taken {
            self.page.change(|model| model.set_value(id, value));
            self.page.write_address(false);
        }
    }

    /// Does what a key means, and says whether it means anything.
    fn obey(self, key: &str) -> bool {
        let far = isize::MAX / 2;
        let by = match key {
            "ArrowRight" | "ArrowUp" => 1,
            "ArrowLeft" | "ArrowDown" => -1,
            "PageUp" => PAGE,
            "PageDown" => -PAGE,
            "End" => far,
            "Home" => -far,
            "Enter" | " " => {
                self.take();
                return true;
            }
            "Escape" => {
                self.look_at(None);
                return true;
            }
            _ => return false,
        };
        let place = self.state.with_untracked(|state| {
            let sweep = state.fitting()?;
            let present = self.page.peek(|model| model.selection.values.number(state.id))?;
            let place = state.place(sweep, present).saturating_add_signed(by);
            Some(place.min(sweep.points().len().saturating_sub(1)))
        });
        self.look_at(place);
        true
    }
}
