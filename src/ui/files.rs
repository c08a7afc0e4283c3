//! What is shown, as files: made when somebody asks for one, and handed over as a download or to the clipboard.

use std::sync::Arc;
use std::time::Duration;

use js_sys::{Array, Promise, encode_uri_component};
use leptos::prelude::*;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{
    Blob, BlobPropertyBag, CanvasRenderingContext2d, Element, HtmlAnchorElement, HtmlCanvasElement, HtmlImageElement,
    MouseEvent, Url,
};

use super::markup::{add, click, each, text};
use super::model::{Model, Run};
use super::page::Page;
use super::{code, measured, share};
use crate::draw::{Ideal, Panel};
use crate::export::{self, Export, Form, Theme};
use crate::picture::faster;
use crate::scenarios::CLOCKS;

/// How many pixels of a PNG are one of the drawing, each way.
const SCALE: f64 = 2.0;
/// What every browser can draw on, also on a phone: so many pixels in all, and so many in one direction.
const AREA_AT_MOST_PX: f64 = 16_777_216.0;
const SIDE_AT_MOST_PX: f64 = 16_384.0;
/// With fewer than that nobody could read it.
const LEAST_SCALE: f64 = 0.5;

/// A download may be asked about before it begins.
const KEPT: Duration = Duration::from_mins(1);

const NO_CLIPBOARD: &str = "Your browser does not allow it: download the file instead.";

/// The handle of the list's parts.
#[derive(Clone, Copy)]
struct Files {
    page: Page,
    /// The variants that are wanted, by their places.
    variants: Signal<Vec<usize>>,
    /// The Python program, once it is there.
    program: RwSignal<String>,
    /// What has become of the last file.
    said: RwSignal<String>,
}

/// The list of files, of the variants at these places.
pub(super) fn files(page: Page, variants: Signal<Vec<usize>>) -> AnyView {
    let files = Files { page, variants, program: RwSignal::new(String::new()), said: RwSignal::new(String::new()) };
    // Before it is asked for: some browsers copy only what is there when the button is pressed.
    spawn_local(async move {
        let _ = files.load().await;
    });
    view! {
        <div class="files">
            <ul inner_html=list() on:click=click(move |event| files.press(&event))></ul>
            <p role="status" data-testid="handed-over">{text(move || files.said.get())}</p>
        </div>
    }
    .into_any()
}

fn list() -> String {
    each(Form::ALL.iter().enumerate(), |out, (place, form)| {
        let (title, purpose, ending) = (form.title(), form.purpose(), form.ending());
        let button = |name: &str, label: &str| {
            format!(
                r#"<button type="button" class="quiet" name="{name}" value="{place}" aria-label="{label} {title}" data-testid="{name}-{ending}">{label}</button>"#
            )
        };
        let copy = if *form == Form::Png { String::new() } else { button("copy", "Copy") };
        let save = button("save", "Download");
        add(out, format_args!("<li><b>{title}</b><span>{purpose}</span>{copy}{save}</li>"));
    })
}

impl Files {
    fn press(self, event: &MouseEvent) {
        let element = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let Some(button) = element.and_then(|element| element.closest("button").ok().flatten()) else { return };
        let place = button.get_attribute("value").and_then(|value| value.parse::<usize>().ok());
        let Some(form) = place.and_then(|place| Form::ALL.get(place).copied()) else { return };
        let copies = button.get_attribute("name").is_some_and(|name| name == "copy");
        self.say(String::new());
        if form == Form::Png {
            let svg = self.written(Form::Svg);
            spawn_local(async move {
                let saved = match svg {
                    Ok(svg) => pixels(&svg).await.and_then(|pixels| self.save(&pixels, form)),
                    Err(why) => Err(why),
                };
                self.tell(form, saved);
            });
        } else if form == Form::Python && self.program.with_untracked(String::is_empty) {
            spawn_local(async move {
                match self.load().await {
                    Ok(()) => self.hand_over(form, copies),
                    Err(why) => self.tell(form, Err(why)),
                }
            });
        } else {
            self.hand_over(form, copies);
        }
    }

    fn hand_over(self, form: Form, copies: bool) {
        let written = self.written(form);
        match written {
            Ok(text) if copies => {
                let answer = share::copy(&text);
                spawn_local(async move {
                    let done = answer.await;
                    self.say(if done { format!("{} copied.", form.title()) } else { NO_CLIPBOARD.to_owned() });
                });
            }
            Ok(text) => {
                let saved = blob(&text, form).and_then(|blob| self.save(&blob, form));
                self.tell(form, saved);
            }
            Err(why) => self.tell(form, Err(why)),
        }
    }

    /// What has become of a download.
    fn tell(self, form: Form, saved: Result<String, String>) {
        self.say(match saved {
            Ok(name) => format!("{name} is with your downloads."),
            Err(why) => format!("{} could not be made: {why}.", form.title()),
        });
    }

    fn say(self, what: String) {
        // The dialog may be gone.
        let _ = self.said.try_set(what);
    }

    async fn load(self) -> Result<(), String> {
        let id = self.page.peek(|model| model.scenario().id);
        let coloured = code::load(&format!("code/{id}.py.html")).await?;
        let element = document().create_element("pre").map_err(|_| "the program cannot be read")?;
        element.set_inner_html(&coloured);
        let _ = self.program.try_set(element.text_content().unwrap_or_default());
        Ok(())
    }

    /// A form that is text.
    fn written(self, form: Form) -> Result<String, String> {
        let Some(places) = self.variants.try_get_untracked() else { return Err("the dialog is closed".to_owned()) };
        self.page.peek(|model| {
            let runs: Vec<(usize, Arc<Run>)> =
                places.iter().filter_map(|place| Some((*place, model.shown(*place)?.clone()))).collect();
            let export = Export {
                scenario: model.scenario(),
                values: &model.selection.values,
                runs: runs.iter().filter_map(|(place, run)| exported(model, *place, run)).collect(),
            };
            Ok(match form {
                Form::Svg | Form::Png => drawing(model, &runs),
                Form::Csv => export::csv(&export),
                Form::Json => export::json(&export),
                Form::Chrome => export::chrome(&export),
                Form::Text => export::text(&export),
                Form::Python => {
                    let program = self.program.try_get_untracked().unwrap_or_default();
                    export::python(&program, export.values).map_err(|missing| missing.to_string())?
                }
            })
        })
    }

    /// Downloads something; gives the name of its file.
    fn save(self, blob: &Blob, form: Form) -> Result<String, String> {
        let name = self.page.peek(|model| form.file_name(model.scenario()));
        let refused = |_| "your browser does not allow downloads here".to_owned();
        let address = Url::create_object_url_with_blob(blob).map_err(refused)?;
        let link: HtmlAnchorElement = document().create_element("a").map_err(refused)?.unchecked_into();
        link.set_href(&address);
        link.set_download(&name);
        link.click();
        set_timeout(
            move || {
                let _ = Url::revoke_object_url(&address);
            },
            KEPT,
        );
        Ok(name)
    }
}

fn exported<'a>(model: &Model, place: usize, run: &'a Run) -> Option<export::Run<'a>> {
    let variant = model.scenario().variants.get(place)?;
    let clock = CLOCKS[usize::from(model.real(place).is_none())];
    Some(export::Run { variant, clock, trace: &run.trace, timeline: &run.timeline })
}

/// The timelines as they stand on the page.
fn drawing(model: &Model, runs: &[(usize, Arc<Run>)]) -> String {
    let scenario = model.scenario();
    let panels = runs.iter().filter_map(|(place, run)| {
        let (variant, ideal) = (scenario.variants.get(*place)?, model.ideal.get(*place)?);
        let is_real = model.real(*place).is_some();
        let first = &runs.first()?.1;
        let factor = faster(scenario.compare, &first.timeline, &run.timeline);
        let factor = factor.filter(|_| first.is_over() && run.is_over());
        let same = factor.as_ref().and_then(|_| measured::note(model, *place)).filter(|_| is_real);
        let note = factor.map_or_else(String::new, |factor| match same {
            Some(same) => format!(" · {same}"),
            None => format!(" · {factor}× faster"),
        });
        let measured = if is_real { " · measured" } else { "" };
        Some(Panel {
            title: variant.title,
            note: format!("{measured}{note}"),
            timeline: &run.timeline,
            ideal: match () {
                () if !is_real && model.cut(*place).is_none() => Ideal::Nothing,
                () if model.has_own_axis() => Ideal::Rows(&ideal.timeline),
                () => Ideal::Outline(&ideal.timeline),
            },
            beats: run.speed.filter(|_| scenario.real.blocks()).map(|speed| (&*run.beats, speed)),
        })
    });
    let is_dark =
        window().match_media("(prefers-color-scheme: dark)").ok().flatten().is_some_and(|dark| dark.matches());
    let theme = if is_dark { Theme::Dark } else { Theme::Light };
    export::svg(scenario.title, &panels.collect::<Vec<_>>(), theme)
}

fn blob(text: &str, form: Form) -> Result<Blob, String> {
    let options = BlobPropertyBag::new();
    options.set_type(form.media_type());
    Blob::new_with_str_sequence_and_options(&Array::of1(&text.into()), &options)
        .map_err(|_| "your browser has no room for it".to_owned())
}

/// A drawing in pixels.
async fn pixels(svg: &str) -> Result<Blob, String> {
    let cannot = |_| "your browser cannot draw it in pixels; take the SVG".to_owned();
    let image = HtmlImageElement::new().map_err(cannot)?;
    let loaded = Promise::new(&mut |resolve, reject| {
        image.set_onload(Some(&resolve));
        image.set_onerror(Some(&reject));
    });
    // The page's policy allows pictures in addresses, and none from the browser's own store.
    image.set_src(&format!("data:image/svg+xml,{}", String::from(encode_uri_component(svg))));
    JsFuture::from(loaded).await.map_err(cannot)?;
    let (width_px, height_px) = (f64::from(image.width()), f64::from(image.height()));
    let scale = (AREA_AT_MOST_PX / (width_px * height_px)).sqrt().min(SIDE_AT_MOST_PX / height_px).min(SCALE);
    if !(scale >= LEAST_SCALE && width_px >= 1.0) {
        return Err("it is too large for pixels; take the SVG".to_owned());
    }
    let (width_px, height_px) = ((width_px * scale).floor(), (height_px * scale).floor());
    let canvas: HtmlCanvasElement = document().create_element("canvas").map_err(cannot)?.unchecked_into();
    canvas.set_width(width_px as u32);
    canvas.set_height(height_px as u32);
    let context = canvas.get_context("2d").map_err(cannot)?.ok_or(JsValue::NULL).map_err(cannot)?;
    let context: CanvasRenderingContext2d = context.unchecked_into();
    context.draw_image_with_html_image_element_and_dw_and_dh(&image, 0.0, 0.0, width_px, height_px).map_err(cannot)?;
    let drawn = Promise::new(&mut |resolve, reject| {
        if let Err(why) = canvas.to_blob(&resolve) {
            let _ = reject.call1(&JsValue::NULL, &why);
        }
    });
    JsFuture::from(drawn).await.and_then(JsCast::dyn_into).map_err(cannot)
}
