//! The page inside a frame of somebody else's: less of it, and in touch with the page around it.

use std::cell::{Cell, RefCell};
use std::time::Duration;

use js_sys::{JSON, Object, Reflect};
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use web_sys::{HtmlElement, MessageEvent, ResizeObserver, Window};

use super::markup::{flag, text, views};
use super::model::{Model, News};
use super::page::Page;
use super::{Frame, answer, code, controls, figure, parts, place, predict, runner, why};
use crate::embed::{Command, Options, Outcome, report};

/// The version of what the two pages say to each other.
const PROTOCOL: u32 = 1;

/// The name of the version, by which a message is known to be meant.
const NAME: &str = "interleave";

thread_local! {
    static OPTIONS: RefCell<Options> = RefCell::default();
    /// The query that was asked for last: what the reader has changed since is the reader's.
    static ASKED: RefCell<String> = RefCell::default();
    static HEIGHT: Cell<i32> = const { Cell::new(0) };
}

impl Frame {
    /// The page inside a frame of somebody else's.
    #[must_use]
    pub const fn embed() -> Self {
        Self(|failed_before| mount_to_body(move || embed(Page::new(failed_before.clone()))))
    }
}

fn embed(page: Page) -> impl IntoView + use<> {
    let (options, notices) = Options::parse(&place::query());
    page.change_quietly(|model| {
        model.notices.extend(notices);
        model.hears = Some(hear_news);
    });
    show(page, options);
    listen(page);
    set_timeout(tell_ready, Duration::ZERO);
    let controls = text(move || page.read(|_| OPTIONS.with_borrow(|options| options.controls.names().join(" "))));
    let predicting = flag(move || page.read(|model| model.selection.predict));
    let asking = flag(move || page.read(Model::is_asking));
    let shows_code = Memo::new(move |_| page.read(|model| model.shows_code));
    let code = views(move || if shows_code.get() { vec![code::code(page).into_any()] } else { Vec::new() });
    let title = text(move || page.scenario().title.to_owned());
    let address = text(move || page.read(|model| place::shared(&model.selection)));
    view! {
        <main class="embed" class:asking=asking class:predicting=predicting data-controls=controls>
            {super::notices(page)}
            <header>
                <h1 id="title" data-testid="title">{title}</h1>
                <a href=address target="_blank" rel="noopener" data-testid="whole">"Open in Interleave"</a>
            </header>
            <div class="predict">{predict::toggle(page)}</div>
            {predict::predict(page)}
            {answer::answer(page)}
            {controls::controls(page)}
            {figure::figure(page)}
            {why(page)}
            {code}
        </main>
    }
}

/// Looks as is asked for.
fn show(page: Page, options: Options) {
    let root = document().document_element().and_then(|root| root.dyn_into::<HtmlElement>().ok());
    if let Some(root) = root {
        let _ = HtmlElement::style(&root).set_property("color-scheme", options.theme.color_scheme());
    }
    let shows_code = options.code;
    OPTIONS.set(options);
    page.change(|model| model.shows_code = shows_code);
}

fn hear_news(model: &Model, news: News) {
    match news {
        News::Begun => tell("run"),
        News::Stopped => tell("stop"),
        News::Over => {
            let outcomes = model.selection.variants().into_iter().map(|place| {
                let real = model.real.get(place).and_then(Option::as_ref);
                Outcome {
                    id: model.scenario().variants[place].id,
                    ideal: model.ideal[place].timeline.until,
                    measured: real.map(|run| (run.timeline.until, run.timeline.resolution.step())),
                }
            });
            let result = report(model.scenario().id, &outcomes.collect::<Vec<_>>());
            tell_with("done", JSON::parse(&result).ok().map(|result| ("result", result)));
        }
    }
}

/// Says something to the page around.
fn tell(what: &str) {
    tell_with(what, None);
}

fn tell_with(what: &str, more: Option<(&str, JsValue)>) {
    let Some(around) = around() else { return };
    let message = Object::new();
    let set = |name: &str, value: &JsValue| drop(Reflect::set(&message, &name.into(), value));
    set(NAME, &PROTOCOL.into());
    set("is", &what.into());
    if let Some((name, value)) = more {
        set(name, &value);
    }
    // Whoever cannot be named gets it as well: it is what they asked for, and says nothing about the reader.
    let whom = OPTIONS.with_borrow(|options| options.origin.clone());
    let _ = around.post_message(&message, whom.as_deref().unwrap_or("*"));
}

fn tell_ready() {
    tell_height();
    tell("ready");
}

fn tell_height() {
    let main = document().query_selector("main").ok().flatten();
    let height = main.and_then(|main| main.dyn_into::<HtmlElement>().ok()).map_or(0, |main| main.offset_height());
    if height != HEIGHT.replace(height) {
        tell_with("size", Some(("height", height.into())));
    }
}

/// The page around this one, if there is one.
fn around() -> Option<Window> {
    let around = window().parent().ok().flatten()?;
    (place::is_embed() && around != window()).then_some(around)
}

fn listen(page: Page) {
    let Some(around) = around() else { return };
    let hear = move |event: JsValue| {
        let event: MessageEvent = event.unchecked_into();
        // Nobody but the page around, and that only from where it said that it is.
        let is_around = event.source().is_some_and(|source| Object::is(&source, &around));
        let is_known = OPTIONS.with_borrow(|options| options.origin.as_deref() == Some(&*event.origin()));
        if is_around && is_known {
            obey(page, &event.data());
        }
    };
    let hear = Closure::<dyn Fn(JsValue)>::new(hear).into_js_value();
    let _ = window().add_event_listener_with_callback("message", hear.unchecked_ref());
    let Ok(Some(main)) = document().query_selector("body") else { return };
    let resized = Closure::<dyn Fn()>::new(tell_height).into_js_value();
    if let Ok(observer) = ResizeObserver::new(resized.unchecked_ref()) {
        observer.observe(&main);
    }
}

fn obey(page: Page, data: &JsValue) {
    let get = |name: &str| Reflect::get(data, &name.into()).ok().filter(|value| !value.is_undefined());
    if get(NAME).and_then(|version| version.as_f64()) != Some(f64::from(PROTOCOL)) {
        return;
    }
    let word = |name: &str| get(name).and_then(|value| value.as_string());
    match Command::read(&word("do").unwrap_or_default(), word("query").as_deref(), word("theme").as_deref()) {
        Ok(Command::Run) => runner::run(page),
        Ok(Command::Stop) if page.peek(Model::is_running) => runner::stop(page),
        Ok(Command::Stop) => {}
        Ok(Command::Set { query, theme }) => {
            if let Some(theme) = theme {
                let options = OPTIONS.with_borrow(Clone::clone);
                show(page, Options { theme, ..options });
            }
            if let Some(query) = query.filter(|query| ASKED.with_borrow(|asked| asked != query)) {
                set(page, query);
            }
        }
        Err(why) => leptos::logging::warn!("{NAME}: {why}"),
    }
}

/// Shows what another query asks for.
fn set(page: Page, query: String) {
    let (options, mut notices) = Options::parse(&query);
    let Options { theme, origin, .. } = OPTIONS.with_borrow(Clone::clone);
    show(page, Options { theme, origin, ..options });
    let (selection, more) = place::read_query(&query);
    notices.extend(more);
    ASKED.set(query);
    parts::when_loaded(page, selection, move |selection| {
        if page.peek(|model| model.selection != selection) {
            page.show(selection, notices);
        } else {
            page.change(|model| model.notices = notices);
        }
    });
}
