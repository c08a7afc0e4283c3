//! Run and Stop, the speed, the parameters.

use leptos::prelude::*;

use super::choice::Choice;
use super::page::{Page, Phase, Selection};
use super::runner;
use crate::scenarios::{Param, Unit};
use crate::timeline::seconds;

const SPEEDS: [f64; 7] = [0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0];

#[component]
pub(super) fn Controls(page: Page) -> impl IntoView {
    let running = move || page.phase.get().is_running();
    let has_run = move || page.real.with(|real| real.iter().any(Option::is_some));
    view! {
        <div class="bar">
            <button
                class="run"
                data-testid=move || if running() { "stop" } else { "run" }
                on:click=move |_| if page.phase.get_untracked().is_running() { runner::stop(page) } else { runner::run(page) }
            >
                {move || if running() { "Stop" } else { "Run" }}
            </button>
            <Speed page/>
            <Show when=has_run>
                <Choice
                    legend="Show"
                    options=Signal::derive(|| vec!["measured".to_owned(), "ideal".to_owned()])
                    selected=Signal::derive(move || usize::from(!page.show_real.get()))
                    on_select=move |place| page.show_real.set(place == 0)
                    class="segments"
                />
            </Show>
            <div class="params">{move || params(page)}</div>
        </div>
        <p class="status" role="status" data-testid="status">{move || status(page)}</p>
    }
}

#[component]
fn Speed(page: Page) -> impl IntoView {
    let speed = Memo::new(move |_| page.selection.with(|picked| picked.speed));
    let options = move || {
        let mut speeds = SPEEDS.to_vec();
        if !speeds.contains(&speed.get()) {
            speeds.push(speed.get());
            speeds.sort_by(f64::total_cmp);
        }
        let option = |choice: f64| {
            view! { <option value=choice.to_string() selected=move || speed.get() == choice>{format!("{choice}×")}</option> }
        };
        speeds.into_iter().map(option).collect_view()
    };
    view! {
        <label class="speed">
            "Speed"
            <select
                data-testid="speed"
                on:change:target=move |event| {
                    if let Ok(speed) = event.target().value().parse() {
                        page.set_speed(speed);
                    }
                }
            >
                {options}
            </select>
        </label>
    }
}

fn params(page: Page) -> impl IntoView {
    let scenario = page.scenario();
    let sliders = scenario.params.iter().map(|param| slider(page, *param)).collect_view();
    let presets = scenario.presets.iter().map(|preset| {
        let values = scenario.preset(preset);
        view! {
            <button
                class="quiet"
                on:click=move |_| {
                    let speed = page.selection.with_untracked(|picked| picked.speed);
                    page.show(Selection { scenario, values: values.clone(), speed });
                    page.write_address(true);
                }
            >
                {preset.title}
            </button>
        }
    });
    let changed = move || page.selection.with(|picked| picked.values != picked.scenario.defaults());
    view! {
        {sliders}
        {presets.collect_view()}
        <Show when=changed>
            <button
                class="quiet"
                data-testid="reset"
                on:click=move |_| {
                    let speed = page.selection.with_untracked(|picked| picked.speed);
                    page.show(Selection { speed, ..Selection::of(scenario) });
                    page.write_address(true);
                }
            >
                "Reset"
            </button>
        </Show>
    }
}

fn slider(page: Page, param: Param) -> impl IntoView {
    let value =
        Memo::new(move |_| page.selection.with(|picked| picked.values.number(param.id).unwrap_or(param.default)));
    let words = move || param.show(value.get());
    let spoken = move || match param.unit {
        Unit::Count => words(),
        Unit::Seconds => format!("{:.1} seconds", value.get()),
    };
    view! {
        <label class="param">
            <span>{param.label}</span>
            <input
                type="range"
                min=param.min.to_string()
                max=param.max.to_string()
                step=param.step.to_string()
                prop:value=move || value.get().to_string()
                aria-valuetext=spoken
                data-testid=format!("param-{}", param.id)
                on:input:target=move |event| {
                    if let Ok(number) = event.target().value().parse() {
                        page.set_value(param.id, number);
                    }
                }
                on:change=move |_| page.write_address(false)
            />
            <output>{words}</output>
        </label>
    }
}

/// How it stands, in a sentence.
fn status(page: Page) -> String {
    let scenario = page.scenario();
    let speed = page.selection.with(|picked| picked.speed);
    let pauses = page.real.with(|real| real.iter().flatten().map(|run| run.0.pauses).max().unwrap_or(0));
    let paused = match pauses {
        0 => String::new(),
        1 => " It paused once while the page was hidden; that time is not counted.".to_owned(),
        more => format!(" It paused {more} times while the page was hidden; that time is not counted."),
    };
    match page.phase.get() {
        Phase::Ideal if scenario.blocks => {
            let longest = page.ideal.with(|ideal| ideal.iter().map(|run| run.0.timeline.until).max());
            let longest = longest.unwrap_or_default().div_f64(speed);
            format!(
                "Ideal, from the virtual clock. Running it for real blocks this page for up to {}: that is the point.",
                seconds(longest)
            )
        }
        Phase::Ideal => "Ideal, from the virtual clock. Press Run to measure it in your browser.".to_owned(),
        Phase::Running => format!("Running for real at {speed}×. Outlines show the ideal run.{paused}"),
        Phase::Paused => "Paused: the page is hidden, and hidden pages have no true clock.".to_owned(),
        Phase::Finished => format!("Measured just now, at {speed}×, in this browser.{paused}"),
        Phase::Stopped => format!("Stopped. What is drawn is as far as it came.{paused}"),
    }
}
