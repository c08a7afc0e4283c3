//! Run and Stop, the speed, the parameters.

use leptos::prelude::*;

use super::choice::Choice;
use super::figure::with_runs;
use super::markup::{add, click, each, flag, text, views};
use super::model::{Model, Phase};
use super::page::Page;
use super::runner;
use crate::numbers::{fixed, parse, plain};
use crate::scenarios::{Param, Real, Selection, Unit, Values};
use crate::timeline::seconds;

const SPEEDS: [f64; 7] = [0.25, 0.5, 1.0, 2.0, 5.0, 10.0, 20.0];

pub(super) fn controls(page: Page) -> impl IntoView + use<> {
    let name = move |stop: &str, run: &str| if page.read(Model::is_running) { stop.to_owned() } else { run.to_owned() };
    let toggle = move |_| if page.peek(Model::is_running) { runner::stop(page) } else { runner::run(page) };
    let ready = Memo::new(move |_| page.read(|model| model.runs.is_some()));
    let one_clock = flag(move || page.read(|model| !model.stands_still() || model.real.iter().all(Option::is_none)));
    let clock = Choice {
        legend: "Show",
        class: "segments",
        get: |model| model.clock,
        set: |model, place| {
            model.clock = place;
            model.cut_runs();
            model.tell();
        },
    };
    view! {
        <div class="bar">
            <button class="run" data-testid=text(move || name("stop", "run")) on:click=click(toggle)>
                {text(move || name("Stop", "Run"))}
            </button>
            {speed(page)}
            <div class="params">{views(move || params(page))}</div>
        </div>
        <div class="standing">
            <p class="status" role="status" data-testid="status">{text(move || page.read(status))}</p>
            <div hidden=one_clock>{clock.view(page, &["measured", "ideal"])}</div>
            <div class="report">{views(move || with_runs(page, ready, |runs| (runs.measured.report)(page)))}</div>
        </div>
    }
}

fn speed(page: Page) -> impl IntoView + use<> {
    let options = text(move || {
        let speed = page.read(|model| model.selection.speed);
        let mut speeds = SPEEDS.to_vec();
        if !speeds.contains(&speed) {
            speeds.insert(speeds.partition_point(|other| *other < speed), speed);
        }
        each(speeds, |out, choice| {
            let (value, selected) = (plain(choice), if choice == speed { " selected" } else { "" });
            add(out, format_args!(r#"<option value="{value}"{selected}>{value}×</option>"#));
        })
    });
    let set = move |speed: f64| {
        page.change(|model| {
            model.selection.speed = speed;
            if let Some(runs) = model.runs {
                (runs.set_speed)(&mut model.runner, speed);
            }
        });
        page.write_address(false);
    };
    view! {
        <label class="speed">
            "Speed"
            <select
                data-testid="speed"
                inner_html=options
                on:change:target=move |event| if let Some(speed) = parse(&event.target().value()) { set(speed) }
            ></select>
        </label>
    }
}

fn params(page: Page) -> Vec<AnyView> {
    let scenario = page.scenario();
    let set = move |values: &Values| {
        let before = page.peek(|model| model.selection.clone());
        page.go_to(Selection { scenario, values: values.clone(), ..before });
    };
    let button = |title: &'static str, test_id: &'static str, values: Values| {
        let in_force = values.clone();
        let idle = flag(move || page.read(|model| model.selection.values == in_force));
        view! {
            <button class="quiet" data-testid=test_id disabled=idle on:click=click(move |_| set(&values))>{title}</button>
        }
        .into_any()
    };
    let mut views: Vec<AnyView> = scenario.params.iter().map(|param| slider(page, *param)).collect();
    if scenario.real == (Real::Fetches { address: true }) {
        views.push(address(page));
    }
    views.extend(scenario.presets.iter().map(|preset| button(preset.title, "preset", scenario.preset(preset))));
    if !scenario.params.is_empty() {
        views.push(button("Reset", "reset", scenario.defaults()));
    }
    views
}

fn slider(page: Page, param: Param) -> AnyView {
    let value = move || page.read(|model| model.selection.values.number(param.id).unwrap_or(param.default));
    let spoken = text(move || match param.unit {
        Unit::Count | Unit::Percent => param.show(value()),
        Unit::Seconds => fixed(value(), 1) + " seconds",
    });
    view! {
        <label class="param">
            <span>{param.label}</span>
            <input
                type="range"
                min=plain(param.min)
                max=plain(param.max)
                step=plain(param.step)
                prop:value=text(move || plain(value()))
                aria-valuetext=spoken
                data-testid=format!("param-{}", param.id)
                on:input:target=move |event| {
                    if let Some(number) = parse(&event.target().value()) {
                        page.change(|model| model.set_value(param.id, number));
                    }
                }
                on:change=move |_| page.write_address(false)
            />
            // The slider says it itself.
            <output aria-hidden="true">{text(move || param.show(value()))}</output>
        </label>
    }
    .into_any()
}

/// Where the reader may type the address of a page to be fetched beside the site's own. It is kept out of links, so that
/// nobody's browser fetches what somebody else has typed.
fn address(page: Page) -> AnyView {
    let set = move |typed: String| {
        let whole = whole_address(&typed);
        page.change(|model| {
            model.notices.clear();
            if whole.is_none() && !typed.trim().is_empty() {
                model.notices.push(format!("“{typed}” is no address of a web page, such as https://example.org/."));
            }
            model.set_address(whole);
        });
    };
    let value = text(move || page.read(|model| model.selection.values.address().unwrap_or_default().to_owned()));
    view! {
        <label class="param address">
            <span>"Your page"</span>
            <input
                type="url"
                placeholder="https://…"
                title="Fetched first when you press Run, if its site allows others to read it (CORS)"
                autocomplete="off"
                data-testid="address"
                prop:value=value
                on:change:target=move |event| set(event.target().value())
            />
        </label>
    }
    .into_any()
}

/// The whole address of a page, from what somebody has typed.
fn whole_address(typed: &str) -> Option<String> {
    let typed = typed.trim();
    let whole = if typed.contains("://") || typed.is_empty() { typed.to_owned() } else { format!("https://{typed}") };
    let url = web_sys::Url::new(&whole).ok()?;
    let host = url.hostname();
    let is_web = ["http:", "https:"].contains(&&*url.protocol()) && (host.contains(['.', ':']) || host == "localhost");
    is_web.then(|| url.href())
}

/// How it stands, in a sentence.
fn status(model: &Model) -> String {
    match model.runs.filter(|_| model.phase != Phase::Ideal) {
        Some(runs) => (runs.measured.status)(model),
        None if model.phase == Phase::Ideal => ideal(model),
        None => "Getting ready…".to_owned(),
    }
}

/// What is shown before a run, and what a run would do.
fn ideal(model: &Model) -> String {
    let longest = model.ideal.iter().map(|run| run.timeline.until).max().unwrap_or_default();
    let run = match model.scenario().real {
        Real::Waits => "Press Run to measure it in your browser.".to_owned(),
        Real::Blocks => {
            let longest = seconds(longest.div_f64(model.selection.speed));
            format!("Run for real, it blocks this page for up to {longest}: that is the point.")
        }
        Real::Fetches { .. } => "The web site is a model; press Run to fetch this site’s own pages.".to_owned(),
        Real::Database => {
            "The database is a model; press Run to use your browser’s, and have it emptied after.".to_owned()
        }
        Real::Files => {
            "The files are a model; press Run to use your browser’s, and have them removed after.".to_owned()
        }
        Real::Computes => format!(
            "Run for real, it keeps your processors busy, and blocks this page for about {}: that is the point.",
            seconds(longest)
        ),
    };
    format!("Ideal, from the virtual clock. {run}")
}
