//! What is shown, to be taken elsewhere: as a link, as an embed, as a picture, with a look at what that would be; as files.

use js_sys::{JSON, Reflect, Uint8Array};
use leptos::prelude::*;
use wasm_bindgen::JsCast;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    Event, HtmlDialogElement, HtmlIFrameElement, HtmlInputElement, HtmlSelectElement, HtmlTextAreaElement, MessageEvent,
};

use super::files::files;
use super::markup::{add, click, each, escape, flag, text};
use super::model::Model;
use super::page::Page;
use crate::embed::{Controls, Embed, Loading, Options, Theme};
use crate::host::site;
use crate::numbers::fixed;
use crate::scenarios::{CLOCKS, Compare, LANGUAGES, Part, Selection};
use crate::timeline::{seconds, speedup};

/// The dialog's code, which is loaded when it is wanted.
#[derive(Clone, Copy, Debug)]
pub struct Dialog(pub(super) fn(Page) -> AnyView);

impl Dialog {
    /// The one for sharing.
    #[must_use]
    pub const fn share() -> Self {
        Self(share)
    }
}

type Write = fn(&Embed<'_>) -> String;

/// What an author can paste, and the text of each.
const FORMS: [(&str, Write); 6] = [
    ("Link", |embed| embed.link()),
    ("Element", |embed| embed.element()),
    ("Iframe", |embed| embed.frame()),
    ("Markdown", |embed| embed.markdown()),
    ("Picture", |embed| embed.linked_picture()),
    ("Picture’s address", |embed| embed.picture()),
];

/// What each is for.
const PURPOSES: [&str; 6] = [
    "Opens the playground in this state.",
    "For a page of your own: follows its theme, loads when a reader comes near, and shows the picture until then.",
    "For where no script is allowed.",
    "A picture that leads to the playground.",
    "For feeds, mail, and wherever neither scripts nor frames are allowed.",
    "There are also .dark.png, .light.svg, .dark.svg, and .svg, which follows the reader’s theme.",
];

const NO_PICTURE: &str = "There are pictures of scenarios at their defaults, with all variants and what comes out; of this state there is none.";

/// What is no text to be pasted, and comes after those that are.
const FILES: usize = FORMS.len();
const FILES_PURPOSE: &str = "What is shown now. Your browser makes the files; nothing is sent anywhere.";
const FILES_TELL: &str = "These tell what comes out, whether it has been predicted or not. Your browser makes them.";

const FRAMED: usize = 2;
const LEAST_HEIGHT_PX: u32 = 120;

#[derive(Clone, Debug)]
struct State {
    selection: Selection,
    options: Options,
    loading: Loading,
    form: usize,
    words: String,
    height_px: u32,
    /// What has been done with the text.
    done: &'static str,
    /// What an embed costs its reader, in a sentence.
    cost: String,
}

impl State {
    fn of(page: Page) -> Self {
        page.peek(|model| Self {
            selection: model.selection.clone(),
            options: Options::default(),
            loading: Loading::default(),
            form: 0,
            words: words(model, &model.selection),
            height_px: 480,
            done: "",
            cost: String::new(),
        })
    }

    fn text(&self) -> String {
        let Self { selection, options, loading, words, height_px, .. } = self;
        let root = &site::root();
        let embed = Embed { root, selection, options, loading: *loading, words, height_px: *height_px };
        FORMS.get(self.form).map_or_else(String::new, |(_, write)| write(&embed))
    }

    /// What the form is for, or that there is no picture of what is shown.
    fn purpose(&self) -> &'static str {
        let Self { selection, options, loading, .. } = self;
        if self.form == FILES {
            return if selection.predict { FILES_TELL } else { FILES_PURPOSE };
        }
        let embed = Embed { root: "", selection, options, loading: *loading, words: "", height_px: 0 };
        if self.form > FRAMED && !embed.has_picture() { NO_PICTURE } else { PURPOSES[self.form] }
    }

    fn preview(&self) -> String {
        let Self { selection, options, loading, .. } = self;
        let embed = Embed { root: "", selection, options, loading: *loading, words: "", height_px: 0 };
        format!("{}embed/{}.html?{}", site::root(), selection.scenario.id, embed.query())
    }
}

/// What a picture of it shows.
fn words(model: &Model, selection: &Selection) -> String {
    let scenario = model.scenario();
    if selection.predict {
        return format!("{}: {}", scenario.title, scenario.question.ask);
    }
    let places = selection.variants();
    let first = model.ideal[places[0]].timeline.until;
    let times = each(places, |out, place| {
        let (title, until) = (scenario.variants[place].title, model.ideal[place].timeline.until);
        let comma = if out.is_empty() { ": " } else { ", " };
        add(out, format_args!("{comma}{title} {}", seconds(until)));
        if scenario.compare == Compare::Speedup && comma == ", " {
            let factor = speedup(first, until).map_or_else(String::new, |speedup| format!(" ({}×)", speedup.show()));
            out.push_str(&factor);
        }
    });
    format!("{}{times}", scenario.title)
}

/// Puts a text where it can be pasted from; gives whether that was allowed.
pub(super) fn copy(text: &str) -> impl Future<Output = bool> + use<> {
    // There is none on a page that came unencrypted.
    let clipboard = Some(window().navigator().clipboard()).filter(|clipboard| !clipboard.is_undefined());
    // At once: later it would no longer be the reader who asks.
    let copied = clipboard.map(|clipboard| clipboard.write_text(text));
    async {
        match copied {
            Some(copied) => JsFuture::from(copied).await.is_ok(),
            None => false,
        }
    }
}

fn share(page: Page) -> AnyView {
    let state = RwSignal::new(State::of(page));
    let read = move |read: fn(&State) -> String| text(move || state.with(read));
    let fields = fields(&state.get_untracked());
    listen(state);
    request_animation_frame(|| {
        if let Some(dialog) = dialog() {
            let _ = dialog.show_modal();
        }
    });
    spawn_local(async move {
        let cost = cost(state.with_untracked(|state| state.selection.scenario.group.part())).await;
        state.update(|state| state.cost = cost.unwrap_or_default());
    });
    let copy_snippet = move |_| {
        let copied = copy(&state.with_untracked(State::text));
        spawn_local(async move {
            let done = copied.await;
            if !done && let Some(field) = find::<HtmlTextAreaElement>("[data-testid=snippet]") {
                field.select();
            }
            let done =
                if done { "Copied." } else { "Your browser does not allow it: it is selected, press Ctrl+C or ⌘C." };
            state.update(|state| state.done = done);
        });
    };
    let is_no_embed = flag(move || state.with(|state| state.form == 0 || state.form == FILES));
    let is_files = flag(move || state.with(|state| state.form == FILES));
    let variants = Signal::derive(move || state.with(|state| state.selection.variants()));
    let is_plain = flag(move || state.with(|state| state.form == 0 || state.form > FRAMED));
    view! {
        <dialog class="share" class:plain=is_no_embed class:with-files=is_files aria-labelledby="share-title" data-testid="share-dialog" on:close=move |_| page.change(|model| model.sharing = None)>
            <link rel="stylesheet" href=format!("{}share.css", site::root())/>
            <header>
                <h2 id="share-title">"Share or embed"</h2>
                <button class="quiet" data-testid="close-share" on:click=click(|_| close())>"Close"</button>
            </header>
            <form on:change=move |event| change(page, state, &event) inner_html=fields></form>
            <p class="purpose">{read(|state| state.purpose().to_owned())}</p>
            {files(page, variants)}
            <textarea readonly=true rows="5" spellcheck="false" aria-label="To be copied" data-testid="snippet" prop:value=read(State::text)></textarea>
            <p class="copy">
                <button class="run" data-testid="copy" on:click=click(copy_snippet)>"Copy"</button>
                <span role="status" data-testid="copied">{read(|state| state.done.to_owned())}</span>
            </p>
            <p class="cost" data-testid="cost" hidden=is_plain>{read(|state| state.cost.clone())}</p>
            <iframe title="Preview" data-testid="preview" src=read(State::preview) height=read(|state| state.height_px.to_string())></iframe>
        </dialog>
    }
    .into_any()
}

/// The fields, as text: they are filled once, and tell what has changed by their names.
fn fields(state: &State) -> String {
    let radio = |out: &mut String, (place, name): (usize, &str)| {
        let checked = if place == 0 { " checked" } else { "" };
        add(
            out,
            format_args!(
                r#"<label><input type="radio" name="form" value="{place}"{checked}><span>{name}</span></label>"#
            ),
        );
    };
    let select = |label: &str, name: &str, choices: &[&str], chosen: usize| {
        let class = if name == "clock" { "only-texts" } else { "only-embeds" };
        let options = each(choices.iter().enumerate(), |out, (place, choice)| {
            let selected = if place == chosen { " selected" } else { "" };
            add(out, format_args!(r#"<option value="{place}"{selected}>{choice}</option>"#));
        });
        format!(r#"<label class="{class}">{label} <select name="{name}">{options}</select></label>"#)
    };
    let check = |name: &str, value: &str, label: &str, is_on: bool| {
        let checked = if is_on { " checked" } else { "" };
        let label = escape(label);
        format!(r#"<label><input type="checkbox" name="{name}" value="{value}"{checked}> {label}</label>"#)
    };
    let shown = state.selection.variants();
    let variants = each(state.selection.scenario.variants.iter().enumerate(), |out, (place, variant)| {
        out.push_str(&check("variant", &place.to_string(), variant.title, shown.contains(&place)));
    });
    let controls = each(Controls::NAMES.iter().enumerate(), |out, (place, name)| {
        out.push_str(&check("control", &place.to_string(), name, state.options.controls.has(place)));
    });
    format!(
        concat!(
            r#"<fieldset class="choice tabs"><legend class="unseen">What to take</legend>{}</fieldset>"#,
            r#"<div class="fields"><fieldset><legend>Variants</legend>{}</fieldset>"#,
            r#"<fieldset class="only-embeds"><legend>Controls of an embed</legend>{}</fieldset>{}{}{}{}</div>"#
        ),
        each(FORMS.iter().map(|(name, _)| *name).chain(["Download"]).enumerate(), radio),
        variants,
        controls,
        select("Code", "code", &["none", LANGUAGES[0], LANGUAGES[1]], 0),
        select("Theme", "theme", &Theme::NAMES.map(|(name, _)| name), 0),
        select("Loads when", "loading", &["near", "clicked", "at once"], 0),
        select("Clock", "clock", &CLOCKS, state.selection.view.clock),
    )
}

fn change(page: Page, state: RwSignal<State>, event: &Event) {
    let Some(target) = event.target() else { return };
    let (name, value, is_on) = if let Some(field) = target.dyn_ref::<HtmlInputElement>() {
        (field.name(), field.value(), field.checked())
    } else if let Some(field) = target.dyn_ref::<HtmlSelectElement>() {
        (field.name(), field.value(), true)
    } else {
        return;
    };
    let Ok(place) = value.parse::<usize>() else { return };
    state.update(|state| {
        state.done = "";
        match &*name {
            "form" => state.form = place.min(FILES),
            "variant" => {
                let mut variants = state.selection.variants();
                variants.retain(|other| *other != place);
                if is_on {
                    variants.push(place);
                }
                // None at all would be all of them.
                if !variants.is_empty() {
                    let all = variants.len() == state.selection.scenario.variants.len();
                    variants.sort_unstable();
                    state.selection.view.variants = if all { Vec::new() } else { variants };
                    state.words = page.peek(|model| words(model, &state.selection));
                }
            }
            "control" => state.options.controls.set(place, is_on),
            "code" => {
                state.options.code = place > 0;
                state.selection.view.language = place.saturating_sub(1).min(LANGUAGES.len() - 1);
            }
            "theme" => state.options.theme = Theme::NAMES.get(place).map_or(Theme::Auto, |(_, theme)| *theme),
            "loading" => state.loading = Loading::NAMES.get(place).map_or(Loading::Visible, |(_, loading)| *loading),
            "clock" => state.selection.view.clock = place.min(CLOCKS.len() - 1),
            _ => {}
        }
    });
}

/// What an embed of this part costs, as it was counted when the site was built.
async fn cost(part: Part) -> Option<String> {
    let bytes = site::get("payload.json").await.ok()?;
    let json = JSON::parse(&String::from_utf8(Uint8Array::new(&bytes).to_vec()).ok()?).ok()?;
    let kilobytes = |of: &JsValue, name: &str| {
        let bytes = Reflect::get(of, &name.into()).ok()?.as_f64()?;
        Some(fixed(bytes / 1000.0, u32::from(bytes < 1e4)) + " kB")
    };
    let (element, frame) =
        (kilobytes(&json, "element")?, kilobytes(&Reflect::get(&json, &"frame".into()).ok()?, part.name())?);
    Some(format!(
        "It costs a reader {element} for the element’s script (an iframe needs none), and {frame} when it loads, gzipped. \
         The next one on the same page shares it."
    ))
}

/// Follows the height of the preview: that is the height that a frame should have.
fn listen(state: RwSignal<State>) {
    let hear = move |event: JsValue| {
        let event: MessageEvent = event.unchecked_into();
        let preview = find::<HtmlIFrameElement>("[data-testid=preview]").and_then(|frame| frame.content_window());
        let is_preview =
            event.source().zip(preview).is_some_and(|(source, preview)| js_sys::Object::is(&source, &preview));
        let height = Reflect::get(&event.data(), &"height".into()).ok().and_then(|height| height.as_f64());
        if let Some(height) = height.filter(|height| is_preview && (1.0..1e5).contains(height)) {
            let height_px = (height.ceil() as u32).max(LEAST_HEIGHT_PX);
            if state.try_with_untracked(|state| state.height_px != height_px) == Some(true) {
                state.update(|state| state.height_px = height_px);
            }
        }
    };
    let listener = window_event_listener_untyped("message", move |event| hear(event.into()));
    on_cleanup(move || listener.remove());
}

fn find<T: JsCast>(selector: &str) -> Option<T> {
    document().query_selector(selector).ok()??.dyn_into().ok()
}

fn dialog() -> Option<HtmlDialogElement> {
    find("[data-testid=share-dialog]")
}

fn close() {
    if let Some(dialog) = dialog() {
        dialog.close();
    }
}
