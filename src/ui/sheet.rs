//! Rows of more stretches than a document should have elements: on a canvas, and only those that are in view.

use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen::prelude::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Element, HtmlCanvasElement, HtmlElement};

use super::figure;
use super::markup::{flag, text};
use super::model::Model;
use super::page::Page;
use super::paper::Paper;
use crate::draw::{joined_words, stretches};
use crate::numbers::fixed;

/// More stretches than these are painted on a canvas.
const STRETCHES: usize = 600;

/// And so are more rows than these.
const ROWS: usize = 150;

/// What a canvas gets at least, before it is known how much of it is seen.
const LEAST_PX: f64 = 1.0;

/// What makes the same classes look otherwise.
const THEMES: [&str; 2] = ["(prefers-color-scheme: dark)", "(forced-colors: active)"];

/// Whether a variant's rows are painted on a canvas. That is the ideal run's affair, so that it does not change on a real
/// run's way.
pub(super) fn is_painted(model: &Model, place: usize) -> bool {
    let many = |model: &Model| {
        let timeline = &model.ideal.get(place)?.timeline;
        Some(timeline.rows.len() > ROWS || stretches(timeline) > STRETCHES)
    };
    model.runs.is_some() && many(model).unwrap_or(false)
}

/// What a sheet keeps from frame to frame.
#[derive(Clone, Copy)]
struct Sheet {
    page: Page,
    place: usize,
    paper: StoredValue<Option<Paper>, LocalStorage>,
    /// Whether it is to be painted with the next frame.
    is_due: StoredValue<bool>,
    joined: RwSignal<usize>,
}

pub(super) fn sheet(page: Page, place: usize) -> AnyView {
    let sheet = Sheet {
        page,
        place,
        paper: StoredValue::new_local(None),
        is_due: StoredValue::new(false),
        joined: RwSignal::new(0),
    };
    let is_on = Memo::new(move |_| page.read(|model| is_painted(model, place)));
    let height_px = Memo::new(move |_| page.read(|model| height_px(model, place)));
    Effect::new(move |_| {
        page.follow_scroll();
        page.read_sight(|_| ());
        if is_on.get() {
            sheet.ask();
        }
    });
    let id = page.peek(|model| model.scenario().variants.get(place).map_or("", |variant| variant.id));
    view! {
        <div
            class="sheet"
            hidden=flag(move || !is_on.get())
            style:height=text(move || fixed(height_px.get(), 1) + "px")
            data-testid=format!("sheet-{id}")
        >
            <canvas aria-hidden="true"></canvas>
        </div>
        <p class="joined" hidden=flag(move || sheet.joined.get() == 0)>
            {text(move || joined_words(sheet.joined.get()).unwrap_or_default())}
        </p>
    }
    .into_any()
}

/// How high a variant's drawing is as a whole.
fn height_px(model: &Model, place: usize) -> f64 {
    if !is_painted(model, place) {
        return 0.0;
    }
    // Nothing lies between these heights, but the rest is measured.
    figure::scene(model, place, (0.0, 0.0)).map_or(0.0, |scene| scene.height_px)
}

impl Sheet {
    /// Has it painted with the next frame, however often that is asked for until then.
    fn ask(self) {
        if self.is_due.try_update_value(|due| !std::mem::replace(due, true)).unwrap_or(false) {
            request_animation_frame(move || {
                self.is_due.try_update_value(|due| *due = false);
                // A page without it still has the words.
                let _ = self.paint();
            });
        }
    }

    fn paint(self) -> Result<(), JsValue> {
        let Some(canvas) = self.canvas() else { return Ok(()) };
        let scroller = canvas.closest(".scroller")?.ok_or(JsValue::NULL)?;
        let outer = scroller.get_bounding_client_rect();
        let inner = canvas.parent_element().ok_or(JsValue::NULL)?.get_bounding_client_rect();
        let top_px = (outer.top() - inner.top()).max(0.0);
        let seen_px = (outer.bottom() - outer.top().max(inner.top())).min(inner.height()).max(LEAST_PX);
        let between = (top_px, top_px + seen_px);
        let scene = self.page.peek(|model| {
            Some(model).filter(|model| is_painted(model, self.place))?;
            figure::scene(model, self.place, between)
        });
        let Some(scene) = scene else { return Ok(()) };
        if self.joined.try_get_untracked() != Some(scene.joined) {
            self.joined.try_set(scene.joined);
        }
        let style = HtmlElement::style(&canvas);
        style.set_property("width", &(fixed(scene.width_px, 2) + "px"))?;
        style.set_property("height", &(fixed(seen_px, 2) + "px"))?;
        let painted = self.paper.try_update_value(|paper| {
            let paper = match paper {
                Some(paper) => paper,
                none => none.insert(Paper::new(canvas)?),
            };
            paper.paint(&scene, top_px, seen_px)
        });
        painted.unwrap_or(Ok(()))
    }

    fn canvas(self) -> Option<HtmlCanvasElement> {
        let id = self.page.peek(|model| Some(model.scenario().variants.get(self.place)?.id))?;
        let canvas = document().query_selector(&format!("[data-testid=sheet-{id}] canvas")).ok()??;
        canvas.dyn_into().ok()
    }
}

/// Has everything painted anew in another theme, for as long as the page lives.
pub(super) fn follow_theme(page: Page) {
    for query in THEMES {
        if let Ok(Some(query)) = window().match_media(query) {
            // What is asked for its colours has the new ones only after this.
            let changed = Closure::<dyn Fn()>::new(move || set_timeout(move || page.scrolled(), Duration::ZERO));
            query.set_onchange(Some(changed.into_js_value().unchecked_ref()));
        }
    }
}

/// Brings a height of a variant's drawing into view, where its rows can be scrolled.
pub(super) fn reveal(glass: &Element, y_px: f64, height_px: f64) {
    let Ok(Some(scroller)) = glass.closest(".scroller") else { return };
    let top_px = f64::from(scroller.scroll_top());
    let seen_px = f64::from(scroller.client_height());
    let above = y_px - height_px;
    let below = y_px + height_px;
    if above < top_px {
        scroller.set_scroll_top(above.max(0.0) as i32);
    } else if below > top_px + seen_px {
        scroller.set_scroll_top((below - seen_px).ceil() as i32);
    }
}
