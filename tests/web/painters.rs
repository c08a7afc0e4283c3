//! One scene, two painters: what the canvas shows is what the SVG shows.

use interleave::draw::{Bar, DEFINITIONS, EVERYTHING, Frame, Scene, Shape, lanes, lanes_between, overlay, svg};
use interleave::draw::{Overlay, Spot};
use interleave::scenarios::Scenario;
use interleave::timeline::{Timeline, critical_path, wakes};
use interleave::ui::Paper;
use js_sys::Promise;
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::JsFuture;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{CanvasRenderingContext2d, Document, Element, HtmlCanvasElement, HtmlImageElement};

const WIDTH_PX: f64 = 700.0;

/// Colours and classes as the page has them.
const STYLES: &str = concat!(
    include_str!("../../style/tokens.css"),
    include_str!("../../style/timeline.css"),
    include_str!("../../style/instrument.css")
);

/// Edges are smoothed in each painter's own way, and letters too: so much of what a pixel may differ by, it may on average.
const NEARLY: f64 = 0.012;

/// Nowhere may so many pixels side by side be altogether others: that would be a bar, a line or a word.
const LONGEST: usize = 14;

/// What a pixel may differ by, of 255, and still be of about the same colour.
const ABOUT: i32 = 110;

fn document() -> Document {
    web_sys::window().and_then(|window| window.document()).expect("tests run in a page")
}

fn add(name: &str) -> Element {
    let element = document().create_element(name).expect("an element");
    document().body().expect("a body").append_child(&element).expect("it is part of the page");
    element
}

fn pixels(canvas: &HtmlCanvasElement) -> Vec<u8> {
    let context: CanvasRenderingContext2d =
        canvas.get_context("2d").expect("a context").expect("a context").unchecked_into();
    let (width, height) = (f64::from(canvas.width()), f64::from(canvas.height()));
    context.get_image_data(0.0, 0.0, width, height).expect("pixels").data().0
}

/// On white, as the browser draws the SVG.
async fn as_svg(scene: &Scene, height_px: f64) -> Vec<u8> {
    let drawing = svg(scene, "");
    let inner = drawing.find('>').map_or(0, |end| end + 1);
    let (open, rest) = drawing.split_at(inner);
    let style = STYLES.replace('&', "&amp;").replace('<', "&lt;");
    let text = format!("{open}<style>{style}</style>{DEFINITIONS}{rest}");
    let image = HtmlImageElement::new().expect("an image");
    let loaded = Promise::new(&mut |resolve, reject| {
        image.set_onload(Some(&resolve));
        image.set_onerror(Some(&reject));
    });
    image.set_src(&format!("data:image/svg+xml,{}", js_sys::encode_uri_component(&text)));
    JsFuture::from(loaded).await.expect("the drawing is a picture");
    let canvas: HtmlCanvasElement = add("canvas").unchecked_into();
    canvas.set_width(scene.width_px as u32);
    canvas.set_height(height_px as u32);
    let context: CanvasRenderingContext2d =
        canvas.get_context("2d").expect("a context").expect("a context").unchecked_into();
    context.set_fill_style_str("white");
    context.fill_rect(0.0, 0.0, scene.width_px, height_px);
    context.draw_image_with_html_image_element(&image, 0.0, 0.0).expect("it is drawn");
    let data = pixels(&canvas);
    canvas.remove();
    data
}

/// On white, as it is painted.
fn as_canvas(scene: &Scene, top_px: f64, height_px: f64) -> Vec<u8> {
    let canvas: HtmlCanvasElement = add("canvas").unchecked_into();
    let mut paper = Paper::new(canvas.clone()).expect("a canvas to paint on");
    // What a frame leaves behind is no part of the next.
    for _ in 0..2 {
        paper.paint(scene, top_px, height_px).expect("it is painted");
    }
    let context: CanvasRenderingContext2d =
        canvas.get_context("2d").expect("a context").expect("a context").unchecked_into();
    context.reset_transform().expect("it can be reset");
    context.set_global_composite_operation("destination-over").expect("it is known");
    context.set_global_alpha(1.0);
    context.set_fill_style_str("white");
    context.fill_rect(0.0, 0.0, scene.width_px, height_px);
    let data = pixels(&canvas);
    canvas.remove();
    data
}

/// By how much they differ on average, of 1, and how many pixels side by side differ altogether at most.
fn difference(one: &[u8], other: &[u8], width: usize) -> (f64, usize) {
    assert_eq!(one.len(), other.len());
    let apart: Vec<i32> = one
        .chunks(4)
        .zip(other.chunks(4))
        .map(|(one, other)| (0..3).map(|part| (i32::from(one[part]) - i32::from(other[part])).abs()).max().unwrap_or(0))
        .collect();
    let mean = apart.iter().map(|apart| f64::from(*apart)).sum::<f64>() / apart.len() as f64 / 255.0;
    let longest = apart.chunks(width).map(|line| {
        let mut runs = line.split(|apart| *apart <= ABOUT).map(<[i32]>::len);
        runs.by_ref().max().unwrap_or(0)
    });
    (mean, longest.max().unwrap_or(0))
}

async fn same(what: &str, scene: &Scene) {
    let height_px = scene.height_px.min(400.0).floor();
    let (drawn, painted) = (as_svg(scene, height_px).await, as_canvas(scene, 0.0, height_px));
    let blank = vec![255; drawn.len()];
    let (seen, _) = difference(&drawn, &blank, WIDTH_PX as usize);
    assert!(seen > NEARLY, "{what}: there is hardly anything to see: {seen}");
    let (mean, longest) = difference(&drawn, &painted, WIDTH_PX as usize);
    assert!(mean < NEARLY && longest <= LONGEST, "{what}: {mean} on average of {seen}, {longest} pixels side by side");
}

fn style() -> Element {
    let style = add("style");
    style.set_text_content(Some(STYLES));
    style
}

#[wasm_bindgen_test]
async fn both_painters_show_the_same_of_every_kind_of_shape() {
    let style = style();
    // What fails, is cancelled, waits in line, blocks; few rows and many.
    for id in ["gather", "semaphore", "cancellation", "task-group", "blocking", "deadlock", "timeout", "queue"] {
        let Some(scenario) = Scenario::find(id) else { continue };
        for (place, trace) in scenario.ideal(&scenario.defaults()).into_iter().enumerate() {
            let timeline = Timeline::of(&trace);
            let frame = Frame::whole(WIDTH_PX, timeline.until);
            same(&format!("{id} {place}"), &lanes(&timeline, None, frame)).await;
            // A part of it, over the outlines of the whole.
            let cut = Timeline::new(&trace.up_to(timeline.until / 2), timeline.until / 2);
            same(&format!("{id} {place}, half"), &lanes(&timeline, Some(&cut), frame)).await;
            let (wakes, path) = (wakes(&trace), critical_path(&trace));
            let spot = Some(Spot { row: 0, segment: 0 });
            let ruler = [Some(timeline.until / 3), None];
            let over = Overlay { wakes: &wakes, path: &path, spot, ruler, ..Overlay::default() };
            let mut both = lanes(&timeline, None, frame);
            both.shapes.extend(overlay(&timeline, None, frame, &over).shapes);
            same(&format!("{id} {place}, with layers"), &both).await;
        }
    }
    style.remove();
}

/// What lies beyond an edge, or is narrower than a pixel, is covered as far as it can be seen.
#[wasm_bindgen_test]
async fn very_many_bars_are_painted_where_they_lie() {
    let style = style();
    let bar = |row: u32, place: u32| Bar {
        x_px: -1.5 + 13.37 * f64::from(place) + 0.3 * f64::from(row),
        y_px: 8.0 * f64::from(row) + 1.0,
        width_px: [0.4, 2.0, 5.5][place as usize % 3],
        height_px: 6.0,
        title: String::new(),
    };
    let bars: Vec<Bar> = (0..40).flat_map(|row| (0..53).map(move |place| bar(row, place))).collect();
    let steps = bars.iter().map(|bar| Bar { y_px: bar.y_px + 1.8, height_px: 2.4, ..bar.clone() }).collect();
    let column = |place: u32| Bar {
        x_px: 3.0 * f64::from(place),
        y_px: 5.0 + 24.0 / f64::from(2 + place % 3),
        width_px: 3.0,
        height_px: 24.0 - 24.0 / f64::from(2 + place % 3),
        title: String::new(),
    };
    let columns = (0..230).map(column).collect();
    for (class, bars) in [("running", bars.clone()), ("running steps", steps), ("suspended", bars), ("level", columns)]
    {
        let scene =
            Scene { width_px: WIDTH_PX, height_px: 330.0, shapes: vec![Shape::Bars { class, bars }], joined: 0 };
        same(class, &scene).await;
    }
    style.remove();
}

#[wasm_bindgen_test]
async fn what_is_scrolled_to_is_painted_as_it_stands_in_the_whole() {
    let style = style();
    let scenario = Scenario::find("gather").expect("it is in the catalogue");
    let mut values = scenario.defaults();
    values.set("requests", 300.0);
    let timeline = Timeline::of(&scenario.ideal(&values)[1]);
    let frame = Frame::whole(WIDTH_PX, timeline.until);
    let (top_px, height_px) = (600.0, 200.0);
    let whole = lanes_between((&timeline, None), frame, true, EVERYTHING);
    let part = lanes_between((&timeline, None), frame, true, (top_px, top_px + height_px));
    assert!(part.shapes.len() < whole.shapes.len(), "only what is seen");
    let all = as_canvas(&whole, 0.0, whole.height_px.floor());
    let below = (top_px * WIDTH_PX * 4.0) as usize;
    let (mean, longest) = difference(
        &all[below..below + (height_px * WIDTH_PX * 4.0) as usize],
        &as_canvas(&part, top_px, height_px),
        WIDTH_PX as usize,
    );
    assert!(mean < 0.002 && longest <= 2, "{mean} {longest}");
    style.remove();
}

#[wasm_bindgen_test]
async fn another_theme_is_painted_in_its_own_colours() {
    let style = style();
    let scene = Scene {
        width_px: 40.0,
        height_px: 20.0,
        shapes: vec![Shape::Line { class: "end", ends_px: [0.0, 10.0, 40.0, 10.0] }],
        joined: 0,
    };
    let canvas: HtmlCanvasElement = add("canvas").unchecked_into();
    let mut paper = Paper::new(canvas.clone()).expect("a canvas to paint on");
    let root = document().document_element().expect("a root");
    let mut lightness = Vec::new();
    for theme in ["light", "dark"] {
        root.set_attribute("style", &format!("color-scheme: {theme}; color: var(--ink)")).expect("a style");
        paper.paint(&scene, 0.0, 20.0).expect("it is painted");
        let data = pixels(&canvas);
        let line = &data[(10 * canvas.width() as usize + 20) * 4..];
        lightness.push(i32::from(line[0]));
    }
    root.remove_attribute("style").expect("it goes");
    assert!(lightness[0] < 90 && lightness[1] > 170, "{lightness:?}");
    style.remove();
}
