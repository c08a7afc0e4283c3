//! The code that runs, in Python and in Rust, coloured when the page was built.

use std::fmt::Write;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::JsFuture;

use super::choice::Choice;
use super::page::Page;

const LANGUAGES: [(&str, &str); 2] = [("Python", "py"), ("Rust", "rs")];

#[component]
pub(super) fn Code(page: Page) -> impl IntoView {
    let language = RwSignal::new(0);
    let tries = RwSignal::new(0);
    let scenario = Memo::new(move |_| page.scenario().id);
    let text = LocalResource::new(move || {
        tries.track();
        load(format!("code/{}.{}.html", scenario.get(), LANGUAGES[language.get()].1))
    });
    // The lines at which tasks stand right now: a rule for each, so that the code itself is never touched.
    let hits = move || {
        if language.get() != 1 || !page.phase.get().is_running() {
            return String::new();
        }
        let Some(run) = page.visible(page.shown.get()) else { return String::new() };
        let mut rules = String::new();
        for (line, tasks) in &run.0.timeline.lines {
            let tasks = if *tasks == 1 { "1 task is here".to_owned() } else { format!("{tasks} tasks are here") };
            let _ = write!(rules, ".code [data-line=\"{line}\"]{{--here:\"{tasks}\"}}");
            let _ = write!(
                rules,
                ".code [data-line=\"{line}\"]{{background:var(--hit);box-shadow:inset 2px 0 var(--accent)}}"
            );
        }
        rules
    };
    let body = move || match text.get() {
        None => view! { <pre class="code" aria-busy="true"></pre> }.into_any(),
        // A scrolling region must be reachable by keyboard.
        Some(Ok(html)) => view! { <pre class="code" tabindex="0" data-testid="code" inner_html=html></pre> }.into_any(),
        Some(Err(why)) => view! {
            <p class="missing" role="alert">
                {format!("The code could not be loaded: {why}.")}
                <button class="quiet" on:click=move |_| tries.update(|tries| *tries += 1)>"Try again"</button>
            </p>
        }
        .into_any(),
    };
    view! {
        <section aria-label="Code">
            <div class="head">
                <Choice
                    legend="Language"
                    options=Signal::derive(|| LANGUAGES.map(|(name, _)| name.to_owned()).to_vec())
                    selected=language
                    on_select=move |place| language.set(place)
                    class="tabs"
                />
            </div>
            <style>{hits}</style>
            {body}
        </section>
    }
}

async fn load(address: String) -> Result<String, String> {
    let failed = |_| "the connection failed".to_owned();
    let response = JsFuture::from(window().fetch_with_str(&address)).await.map_err(failed)?;
    let response: web_sys::Response = response.dyn_into().map_err(failed)?;
    if !response.ok() {
        return Err(format!("the server answered {}", response.status()));
    }
    let text = JsFuture::from(response.text().map_err(failed)?).await.map_err(failed)?;
    Ok(text.as_string().unwrap_or_default())
}
