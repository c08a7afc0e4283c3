//! The timelines, on one axis.

use std::time::Duration;

use leptos::html;
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::Closure;
use web_sys::ResizeObserver;

use super::page::{Page, Shared};
use crate::aio::trace::Ending;
use crate::draw::{DEFINITIONS, Frame, axis, lanes, svg};
use crate::timeline::{State, describe, seconds, state_words};

#[component]
pub(super) fn Figure(page: Page) -> impl IntoView {
    let figure = NodeRef::<html::Figure>::new();
    let width_px = RwSignal::new(0.0);
    Effect::new(move |_| {
        if let Some(figure) = figure.get() {
            follow_width(&figure, width_px);
        }
    });
    // The axis ends with the longest run, ideal or real: it grows when a real one takes longer, and never jumps back.
    let frame = Memo::new(move |_| {
        let longest = |runs: &mut dyn Iterator<Item = Shared>| runs.map(|run| run.0.timeline.until).max();
        let ideal = page.ideal.with(|ideal| longest(&mut ideal.iter().cloned()));
        let real = page.real.with(|real| longest(&mut real.iter().flatten().cloned()));
        Frame { width_px: width_px.get(), end: ideal.max(real).unwrap_or(Duration::ZERO) }
    });
    let variants = move || {
        let variants = page.scenario().variants.iter().enumerate();
        variants.map(|(place, _)| view! { <Lanes page place frame/> }).collect_view()
    };
    view! {
        <figure node_ref=figure data-testid="figure">
            <svg class="definitions" width="0" height="0" aria-hidden="true" inner_html=DEFINITIONS></svg>
            <div class="axis" inner_html=move || svg(&axis(frame.get()), r#"aria-hidden="true""#)></div>
            {variants}
            <Legend/>
            <Words page/>
        </figure>
    }
}

#[component]
fn Lanes(page: Page, place: usize, frame: Memo<Frame>) -> impl IntoView {
    let variant = page.scenario().variants[place];
    let ideal = Memo::new(move |_| page.ideal.with(|ideal| ideal.get(place).cloned()));
    let real = Memo::new(move |_| page.show_real.get().then(|| page.real(place)).flatten());
    let drawing = move || {
        let Some(ideal) = ideal.get() else { return String::new() };
        let real = real.get();
        let frame = frame.get();
        if frame.width_px < 1.0 {
            return String::new();
        }
        let scene = lanes(&ideal.0.timeline, real.as_ref().map(|run| &run.0.timeline), frame);
        // Its words stand below, in full.
        svg(&scene, r#"aria-hidden="true""#)
    };
    let time = move || {
        let ideal = ideal.get()?;
        let ideal = seconds(ideal.0.timeline.until);
        Some(match real.get() {
            None => format!("ideal {ideal}"),
            Some(run) => {
                let until = seconds(run.0.timeline.until);
                match run.0.timeline.ended {
                    None => format!("{until} · ideal {ideal}"),
                    Some(Ending::Finished) => format!("measured {until} · ideal {ideal}"),
                    Some(Ending::Stopped) => format!("stopped at {until} · ideal {ideal}"),
                    Some(Ending::Deadlock) => format!("deadlock at {until}"),
                }
            }
        })
    };
    view! {
        <section class="variant" data-testid=format!("variant-{}", variant.id)>
            <h2>
                {variant.title}
                <span class="time" data-testid=format!("time-of-{}", variant.id)>{time}</span>
            </h2>
            <div class="lanes" inner_html=drawing></div>
        </section>
    }
}

#[component]
fn Legend() -> impl IntoView {
    let state = |class: &'static str, state: State| {
        view! {
            <li>
                <svg width="22" height="10" aria-hidden="true"><rect class=class width="22" height="10" rx="2"/></svg>
                {state_words(state)}
            </li>
        }
    };
    view! {
        <ul class="legend">
            {state("running", State::Running)}
            {state("suspended", State::Suspended)}
            {state("ready", State::Ready)}
            <li>
                <svg width="17" height="17" aria-hidden="true">
                    <g class="badge"><circle cx="8.5" cy="8.5" r="8"/><text x="8.5" y="12.5" text-anchor="middle">"1"</text></g>
                </svg>
                "order of completion"
            </li>
            <li>
                <svg width="12" height="12" aria-hidden="true"><path class="cross" d="M2 2L10 10M2 10L10 2"/></svg>
                "cancelled"
            </li>
        </ul>
    }
}

/// The timelines for those who do not see them, or want to read them.
#[component]
fn Words(page: Page) -> impl IntoView {
    let all = move || {
        let variants = page.scenario().variants.iter().enumerate();
        let texts = variants.filter_map(|(place, variant)| {
            let run = page.visible(place)?;
            // While it runs this would be read out all the time.
            let run = if run.0.is_over() { run } else { page.ideal.with(|ideal| ideal.get(place).cloned())? };
            let lines = describe(variant.title, &run.0.timeline).into_iter().map(|line| view! { <li>{line}</li> });
            Some(view! { <ul data-testid=format!("words-{}", variant.id)>{lines.collect_view()}</ul> })
        });
        texts.collect_view()
    };
    view! {
        <details class="words">
            <summary>"The timelines in words"</summary>
            {all}
        </details>
    }
}

/// Keeps the signal at the element's width for as long as the page lives.
fn follow_width(figure: &web_sys::HtmlElement, width_px: RwSignal<f64>) {
    let element = figure.clone();
    let measure = move || {
        let width = f64::from(element.client_width());
        if (width - width_px.get_untracked()).abs() > 0.5 {
            width_px.set(width);
        }
    };
    measure();
    let on_resize = Closure::<dyn FnMut()>::new(measure);
    if let Ok(observer) = ResizeObserver::new(on_resize.into_js_value().unchecked_ref()) {
        observer.observe(figure);
    }
}
