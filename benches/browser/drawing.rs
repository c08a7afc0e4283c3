//! What a hundred thousand stretches of time cost to read and to draw.
//!
//! A frame is measured from its beginning until the page can do something else, so that what the browser does to show it is
//! part of it as far as it holds up the page.

use std::cell::RefCell;
use std::fmt::Write;
use std::rc::Rc;
use std::time::Duration;

use futures::channel::oneshot;
use interleave::aio::trace::Trace;
use interleave::aio::{Aio, gather, sleep, span};
use interleave::draw::{DEFINITIONS, EVERYTHING, Frame, Shape, lanes_between, stretches};
use interleave::host::virtual_time::VirtualTime;
use interleave::timeline::Timeline;
use interleave::ui::Paper;
use wasm_bindgen::prelude::*;
use web_sys::{Document, Element, HtmlCanvasElement, MessageChannel};

use crate::page::{rest, wall_millis, window};

const TASKS: u64 = 1000;

/// Each is a wait and a step.
const SLEEPS: u64 = 50;

/// What is seen of the rows, as on a laptop.
const SEEN_PX: (f64, f64) = (1200.0, 600.0);

const FRAMES: usize = 120;
const SVG_FRAMES: usize = 12;

/// What a reading of the trace may take, and a frame.
const READ_MILLIS: f64 = 60.0;
const FRAME_MILLIS: f64 = 8.0;

const STYLES: &str = concat!(include_str!("../../style/tokens.css"), include_str!("../../style/timeline.css"));

fn trace() -> Trace {
    let clock = Rc::new(VirtualTime::default());
    let job = |number: u64| {
        span(format!("job {number}"), async move {
            for step in 0..SLEEPS {
                sleep(Duration::from_micros(500 + (number * 7919 + step * 104_729) % 5000)).await?;
            }
            Ok(())
        })
    };
    let (aio, main) = Aio::start(clock.clone(), async move { gather((0..TASKS).map(job)).await });
    while !clock.play(&aio) {}
    drop(main);
    aio.trace(Clone::clone)
}

fn document() -> Document {
    window().document().expect_throw("a document")
}

fn add(name: &str) -> Element {
    let element = document().create_element(name).expect_throw("an element");
    document().body().expect_throw("a body").append_child(&element).expect_throw("it is part of the page");
    element
}

/// Draws with the next frame and gives how many milliseconds passed until the page could do something else.
async fn frame_millis(draw: impl FnOnce() + 'static) -> f64 {
    let (tell, told) = oneshot::channel();
    let channel = MessageChannel::new().expect_throw("a channel");
    let began = Rc::new(RefCell::new(0.0));
    let sender = channel.port2();
    let started = began.clone();
    let on_frame = Closure::once_into_js(move || {
        *started.borrow_mut() = wall_millis();
        draw();
        // Its turn comes after the browser has done what the frame needs of this thread.
        sender.post_message(&JsValue::NULL).expect_throw("a message");
    });
    let on_message = Closure::once_into_js(move || {
        let _ = tell.send(wall_millis());
    });
    channel.port1().set_onmessage(Some(on_message.unchecked_ref()));
    window().request_animation_frame(on_frame.unchecked_ref()).expect_throw("a frame");
    let ended = told.await.expect_throw("frames come");
    let began = *began.borrow();
    ended - began
}

/// The part of the axis that is seen in a frame: nearer and nearer, then along it.
fn part(end: Duration, place: usize, of: usize) -> (Duration, Duration) {
    let done = place as f64 / of as f64;
    let length = if done < 0.5 { 1.0 - 1.9 * done } else { 0.05 };
    let from = if done < 0.5 { 0.4 * done } else { 0.2 + (done - 0.5) };
    (end.mul_f64(from), end.mul_f64((from + length).min(1.0)))
}

fn share(mut times: Vec<f64>, share: f64) -> f64 {
    times.sort_by(f64::total_cmp);
    times[((times.len() - 1) as f64 * share).round() as usize]
}

async fn canvas_frames(timeline: &Rc<Timeline>) -> Vec<f64> {
    let canvas: HtmlCanvasElement = add("canvas").unchecked_into();
    let paper = Rc::new(RefCell::new(Paper::new(canvas.clone()).expect_throw("a canvas to paint on")));
    let mut times = Vec::new();
    for place in 0..FRAMES {
        let (from, end) = part(timeline.until, place, FRAMES);
        let top_px = 40.0 * (place % 100) as f64;
        let (timeline, paper) = (timeline.clone(), paper.clone());
        times.push(
            frame_millis(move || {
                let frame = Frame { width_px: SEEN_PX.0, from, end };
                let scene = lanes_between((&timeline, None), frame, true, (top_px, top_px + SEEN_PX.1));
                paper.borrow_mut().paint(&scene, top_px, SEEN_PX.1).expect_throw("it is painted");
            })
            .await,
        );
    }
    canvas.remove();
    times
}

/// One element for each stretch, which the browser keeps and only has to move: the quickest that plain SVG can be.
async fn svg_frames(timeline: &Timeline) -> Vec<f64> {
    let frame = Frame::whole(SEEN_PX.0, timeline.until);
    let (least_px, most_px) = frame.axis_px();
    let scene = lanes_between((timeline, None), frame, true, EVERYTHING);
    let scale = (most_px - least_px) / timeline.until.as_secs_f64();
    let mut rects = String::new();
    for (place, row) in timeline.rows.iter().enumerate() {
        for segment in &row.segments {
            let class = if segment.to > segment.from { "suspended" } else { "running" };
            let x_px = least_px + segment.from.as_secs_f64() * scale;
            let width_px = (segment.to.saturating_sub(segment.from).as_secs_f64() * scale).max(2.0);
            let y_px = place * 8 + 3;
            let _ =
                write!(rects, r#"<rect class="{class}" x="{x_px:.2}" y="{y_px}" width="{width_px:.2}" height="6"/>"#);
        }
    }
    let labels = scene.shapes.iter().filter_map(|shape| match shape {
        Shape::Text { class, at_px: [x_px, y_px], text, .. } => {
            Some(format!(r#"<text class="{class}" x="{x_px}" y="{y_px}">{text}</text>"#))
        }
        _ => None,
    });
    let labels: String = labels.collect();
    let holder = add("div");
    holder.set_attribute("style", "height:600px;overflow:auto").expect_throw("a style");
    holder.set_inner_html(&format!(
        r#"<svg width="{}" height="{}">{DEFINITIONS}<g id="moved">{rects}</g>{labels}</svg>"#,
        scene.width_px, scene.height_px
    ));
    rest().await;
    let moved = document().get_element_by_id("moved").expect_throw("it was written");
    let mut times = Vec::new();
    for (place, top_px) in (0..SVG_FRAMES).zip((0..).step_by(40)) {
        let (from, end) = part(timeline.until, place, SVG_FRAMES);
        let nearer = timeline.until.as_secs_f64() / end.saturating_sub(from).as_secs_f64();
        let left_px = least_px + from.as_secs_f64() * scale;
        let (moved, holder) = (moved.clone(), holder.clone());
        times.push(
            frame_millis(move || {
                let transform = format!("translate({least_px} 0) scale({nearer} 1) translate({} 0)", -left_px);
                moved.set_attribute("transform", &transform).expect_throw("an attribute");
                holder.set_scroll_top(top_px);
            })
            .await,
        );
    }
    holder.remove();
    times
}

/// The lines of the report.
pub(crate) async fn compare() -> String {
    add("style").set_text_content(Some(STYLES));
    let trace = trace();
    let mut read = Vec::new();
    for _ in 0..9 {
        let began = wall_millis();
        let timeline = Timeline::of(&trace);
        let frame = Frame::whole(SEEN_PX.0, timeline.until);
        let scene = lanes_between((&timeline, None), frame, true, (0.0, SEEN_PX.1));
        read.push(wall_millis() - began);
        drop((timeline, scene));
        rest().await;
    }
    let timeline = Rc::new(Timeline::of(&trace));
    let canvas = canvas_frames(&timeline).await;
    let svg = svg_frames(&timeline).await;
    let (rows, spans) = (timeline.rows.len(), stretches(&timeline));
    let read = share(read, 0.5);
    let (middle, slow) = (share(canvas.clone(), 0.5), share(canvas, 0.95));
    let plain = share(svg, 0.5);
    [
        format!(
            "reading a trace, of {READ_MILLIS} ms\t{:.3}\t1\t{read:.1} ms for {rows} rows of {spans} stretches\n",
            read / READ_MILLIS
        ),
        format!(
            "a frame of them, of {FRAME_MILLIS} ms\t{:.3}\t1\t{slow:.1} ms at p95, {middle:.1} ms as the median of {FRAMES}\n",
            slow / FRAME_MILLIS
        ),
        format!(
            "a frame beside plain SVG\t{:.3}\t0.1\t{middle:.1} ms, plain {plain:.1} ms\n",
            middle / plain
        ),
    ]
    .concat()
}
