//! Two runs beside each other: one drawn over the other's outlines, what is different in words, runs that are kept, and in
//! which order the variants stand.

use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;
use wasm_bindgen::JsCast;
use web_sys::{Element, Event};

use super::figure::{DRAWING, frame};
use super::markup::{add, click, each, escape, flag, text, views};
use super::model::{Kept, Model, Run};
use super::page::{Page, shown};
use crate::draw::{EVERYTHING, axis, lanes_between, svg};
use crate::scenarios::{Compared, PINS_AT_MOST, Param, Values};
use crate::timeline::{Difference, differences, drift};

/// More differences than these are counted.
const TOLD: usize = 12;

/// Of more rows than these there is no drawing: it would be as long as those above.
const ROWS_AT_MOST: usize = 150;

/// A run that can be compared.
#[derive(Clone)]
struct Candidate {
    /// As the address of an option: the place of the pin if it is one, and of the variant.
    id: String,
    title: String,
    run: Arc<Run>,
    variant: usize,
    is_real: bool,
}

impl Candidate {
    /// As a link names it, which knows nothing of what was measured.
    fn compared(&self) -> Compared {
        let pin = self.id.strip_prefix('p').and_then(|id| id.split('-').next()?.parse().ok());
        Compared { variant: self.variant, pin }
    }
}

/// What a link names, as an option is.
fn id(one: Compared) -> String {
    one.pin.map_or_else(|| format!("n{}", one.variant), |pin| format!("p{pin}-{}", one.variant))
}

/// Everything that can be compared: what is shown, the ideal runs beside real ones, what is pinned.
fn candidates(model: &Model) -> Vec<Candidate> {
    let title = |place: usize| model.scenario().variants[place].title;
    let variants = model.selection.variants();
    let mut all = Vec::new();
    for place in &variants {
        let place = *place;
        let real = model.real(place).filter(|run| run.is_over());
        if let Some(run) = real {
            let title = format!("{}, measured", title(place));
            all.push(Candidate { id: format!("m{place}"), title, run: run.clone(), variant: place, is_real: true });
        }
        if let Some(run) = model.ideal.get(place) {
            let title = if real.is_some() { format!("{}, ideal", title(place)) } else { title(place).to_owned() };
            all.push(Candidate { id: format!("i{place}"), title, run: run.clone(), variant: place, is_real: false });
        }
    }
    for (pin, kept) in model.kept.iter().enumerate() {
        for place in &variants {
            let Some(run) = kept.runs.get(*place) else { continue };
            let title = format!("{}, pinned: {}", title(*place), label(&kept.values));
            let is_real = kept.is_real(*place);
            all.push(Candidate { id: format!("p{pin}-{place}"), title, run: run.clone(), variant: *place, is_real });
        }
    }
    all
}

/// What values a pin has, in words: those that are not at their defaults.
fn label(values: &Values) -> String {
    let said = |(param, value): (&Param, f64)| format!("{} {}", param.label.to_ascii_lowercase(), param.show(value));
    let words: Vec<String> = values.changed().map(said).collect();
    if words.is_empty() { "defaults".to_owned() } else { words.join(", ") }
}

/// What was picked to be compared; what is no longer there is replaced by what most likely is meant.
fn two(model: &Model, picked: &[String; 2]) -> Option<[Candidate; 2]> {
    let all = candidates(model);
    let of = |variant: usize, start: char| {
        all.iter().find(|one| one.variant == variant && one.id.starts_with(start)).cloned()
    };
    let now = |variant| of(variant, 'm').or_else(|| of(variant, 'i'));
    let find = |id: &str| {
        // What a link says of the present values: whatever is shown of them.
        let of_link = id.strip_prefix('n').and_then(|place| place.parse().ok());
        of_link.map_or_else(|| all.iter().find(|one| one.id == id).cloned(), now)
    };
    let other = find(&picked[1]).or_else(|| now(model.variant))?;
    let first = model.selection.variants().first().copied().unwrap_or_default();
    // A pin is there to be compared with; otherwise the first variant is what the others are compared with.
    let likely = || of(other.variant, 'p').or_else(|| now(first)).filter(|one| one.id != other.id);
    let one = find(&picked[0]).or_else(likely).or_else(|| all.iter().find(|one| one.id != other.id).cloned())?;
    Some([one, other])
}

/// Times nearer than this are the same, as far as the clocks of these runs tell.
fn tolerance(two: &[Candidate; 2]) -> Duration {
    let off = |one: &Candidate| {
        let late = drift(&one.run.trace).map_or(Duration::ZERO, |drift| drift.p95);
        if one.is_real { late + one.run.timeline.resolution.step() } else { Duration::ZERO }
    };
    off(&two[0]).max(off(&two[1]))
}

pub(super) fn compare(page: Page) -> AnyView {
    let open = Memo::new(move |_| page.read(|model| model.selection.view.compare.map(|_| model.selection.scenario.id)));
    let toggle = move |event: Event| {
        let details = event.target().and_then(|target| target.dyn_into::<Element>().ok());
        let is_open = details.is_some_and(|details| details.has_attribute("open"));
        if is_open != open.get_untracked().is_some() {
            page.change(|model| model.selection.view.compare = is_open.then_some(None));
            page.write_address(false);
        }
    };
    let body = views(move || if open.get().is_some() { vec![body(page)] } else { Vec::new() });
    view! {
        <details class="compare" data-testid="compare" prop:open=flag(move || open.get().is_some()) on:toggle=toggle>
            <summary data-testid="open-compare">"Compare two runs"</summary>
            {body}
        </details>
    }
    .into_any()
}

fn body(page: Page) -> AnyView {
    let picked = RwSignal::new(page.peek(|model| match model.selection.view.compare {
        Some(Some(two)) => two.map(id),
        _ => [String::new(), String::new()],
    }));
    // Not while a run goes on: nothing in it is decided yet.
    let still = move || page.read(Model::stands_still);
    let found = move || picked.with(|picked| page.read(|model| two(model, picked)));
    let select = move |place: usize, label: &'static str, id: &'static str| {
        let options = text(move || {
            let current = found().map(|two| two[place].id.clone());
            page.read(|model| {
                each(candidates(model), |out, one| {
                    let selected = if Some(&one.id) == current.as_ref() { " selected" } else { "" };
                    let title = escape(&one.title);
                    add(out, format_args!(r#"<option value="{}"{selected}>{title}</option>"#, one.id));
                })
            })
        });
        view! {
            <label>
                <span>{label}</span>
                <select
                    data-testid=id
                    inner_html=options
                    on:change:target=move |event| {
                        picked.update(|picked| picked[place] = event.target().value());
                        let two = picked.with_untracked(|picked| page.peek(|model| two(model, picked)));
                        page.change(|model| {
                            model.selection.view.compare = Some(two.map(|two| two.map(|one| one.compared())));
                        });
                        page.write_address(false);
                    }
                ></select>
            </label>
        }
    };
    let drawing = text(move || found().map_or_else(String::new, |two| page.read_sight(|model| drawing(model, &two))));
    let words = text(move || found().map_or_else(String::new, |two| words(&two)));
    let busy = flag(move || !still());
    let orders = views(move || orders(page));
    let pin = flag(move || page.read(|model| !model.stands_still() || !can_be_pinned(model)));
    view! {
        <div class="two">
            {select(0, "Outlined", "compare-one")}
            {select(1, "Filled", "compare-other")}
            <button class="quiet" data-testid="pin" disabled=pin on:click=click(move |_| keep(page))>
                "Pin what is shown"
            </button>
        </div>
        <div class="overlaid" data-testid="overlaid" hidden=busy inner_html=drawing></div>
        <div data-testid="differences" hidden=busy inner_html=words></div>
        <fieldset class="arrange" disabled=busy>
            <legend>"Variants"</legend>
            <ol>{orders}</ol>
        </fieldset>
    }
    .into_any()
}

/// The filled run over the outlines of the other, under an axis that has room for both.
fn drawing(model: &Model, [one, other]: &[Candidate; 2]) -> String {
    let rows = one.run.timeline.rows.len().max(other.run.timeline.rows.len());
    if model.width_px < 1.0 || rows > ROWS_AT_MOST {
        return String::new();
    }
    let mut frame = frame(model);
    if model.selection.view.zoom.is_none() {
        frame.end = one.run.timeline.until.max(other.run.timeline.until);
    }
    let scene = lanes_between((&one.run.timeline, Some(&other.run.timeline)), frame, true, EVERYTHING);
    svg(&axis(frame), DRAWING) + &svg(&scene, DRAWING)
}

fn words(two: &[Candidate; 2]) -> String {
    let [one, other] = two;
    let tolerance = tolerance(two);
    let clock = one.run.timeline.resolution.max(other.run.timeline.resolution);
    let [before, after] = [one, other].map(|one| one.run.timeline.until);
    let distance = before.abs_diff(after);
    let whole = if distance <= tolerance {
        format!("{} and {} take the same time, as far as their clocks tell.", one.title, other.title)
    } else {
        let word = if after < before { "less" } else { "more" };
        format!(
            "{} takes {}, {} {word} than {}.",
            other.title,
            clock.seconds(after),
            clock.seconds(distance),
            one.title
        )
    };
    let all = differences(&one.run.timeline, &other.run.timeline, tolerance);
    let same = all.iter().filter(|it| it.is_same()).count();
    let told = all.iter().filter_map(|it: &Difference| Some((&it.label, it.words(clock)?)));
    let items = each(told.take(TOLD), |out, (label, words)| {
        add(out, format_args!("<li><b>{}</b> {}.</li>", escape(label), escape(&words)));
    });
    let more = all.len() - same;
    let more = if more > TOLD { format!("<li>And {} more.</li>", more - TOLD) } else { String::new() };
    let same = match same {
        0 => String::new(),
        1 => "<p>One row is the same.</p>".to_owned(),
        many => format!("<p>{many} rows are the same.</p>"),
    };
    format!("<p>{}</p><ul>{items}{more}</ul>{same}", escape(&whole))
}

fn can_be_pinned(model: &Model) -> bool {
    let kept = |kept: &Kept| kept.values == model.selection.values && kept.reals == model.kept_reals();
    model.selection.values.address().is_none() && !model.kept.iter().any(kept)
}

/// Keeps the runs that are shown, beside those that come. Of too many, the oldest goes.
fn keep(page: Page) {
    page.change(|model| {
        let kept = Kept::of(model);
        model.kept.retain(|other| other.values != kept.values);
        if model.kept.len() == PINS_AT_MOST {
            model.kept.remove(0);
        }
        model.kept.push(kept);
        model.write_pins();
    });
    page.write_address(false);
}

fn let_go(page: Page, pin: usize) {
    page.change(|model| {
        if pin < model.kept.len() {
            model.kept.remove(pin);
        }
        model.write_pins();
    });
    page.write_address(false);
}

/// Which variants are shown, in which order.
fn orders(page: Page) -> Vec<AnyView> {
    let (scenario, places) = shown(page);
    let hidden: Vec<usize> = (0..scenario.variants.len()).filter(|place| !places.contains(place)).collect();
    let all: Vec<usize> = places.iter().chain(&hidden).copied().collect();
    all.iter()
        .enumerate()
        .map(|(at, place)| {
            let (place, title) = (*place, scenario.variants[*place].title);
            let is_shown = at < places.len();
            let only = is_shown && places.len() == 1;
            let places = places.clone();
            let others = places.clone();
            let set = move |_| {
                let mut places = others.clone();
                match places.iter().position(|other| *other == place) {
                    Some(at) => drop(places.remove(at)),
                    None => places.push(place),
                }
                page.arrange(places);
            };
            let up = click(move |_| {
                let mut places = places.clone();
                places.swap(at - 1, at);
                page.arrange(places);
            });
            view! {
                <li>
                    <label>
                        <input type="checkbox" prop:checked=is_shown disabled=only data-testid=format!("show-{place}") on:change=set/>
                        {title}
                    </label>
                    <button
                        class="quiet"
                        hidden=!is_shown || at == 0
                        aria-label=format!("Move {title} up")
                        title="Move up"
                        data-testid=format!("up-{place}")
                        on:click=up
                    >
                        "↑"
                    </button>
                </li>
            }
            .into_any()
        })
        .collect()
}

/// The pinned runs of a variant, below its present one.
pub(super) fn pinned(page: Page, place: usize) -> AnyView {
    let count = Memo::new(move |_| page.read(|model| model.kept.len()));
    let rows = views(move || (0..count.get()).map(|pin| one_pinned(page, place, pin)).collect());
    view! { <div class="pins">{rows}</div> }.into_any()
}

fn one_pinned(page: Page, place: usize, pin: usize) -> AnyView {
    let read = move |read: fn(&Model, &Kept, usize) -> String| {
        text(move || {
            page.read_sight(|model| model.kept.get(pin).map_or_else(String::new, |kept| read(model, kept, place)))
        })
    };
    let title = read(|_, kept, place| {
        let until = kept.runs.get(place);
        let until = until.map_or_else(String::new, |run| run.timeline.resolution.seconds(run.timeline.until));
        let word = if kept.is_real(place) { "measured" } else { "ideal" };
        format!("Pinned: {} · {word} {until}", label(&kept.values))
    });
    let drawing = read(|model, kept, place| {
        let run = kept.runs.get(place).filter(|run| model.width_px >= 1.0 && run.timeline.rows.len() <= ROWS_AT_MOST);
        let scene = run.map(|run| lanes_between((&run.timeline, None), frame(model), true, EVERYTHING));
        scene.map_or_else(String::new, |scene| svg(&scene, DRAWING))
    });
    view! {
        <div class="pinned" data-testid=format!("pinned-{pin}-{place}")>
            <h3>
                {title}
                <button class="quiet" aria-label="Take the pinned run away" on:click=click(move |_| let_go(page, pin))>
                    "×"
                </button>
            </h3>
            <div inner_html=drawing></div>
        </div>
    }
    .into_any()
}
