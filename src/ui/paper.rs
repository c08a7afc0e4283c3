//! A scene on a canvas: the painter for more shapes than a document should have elements.
//!
//! What classes look like stands in the style sheets alone. Elements of each class are made out of sight, in a drawing of no
//! size, and asked how they would be drawn: so both painters follow the same rules, in every theme.

use js_sys::Array;
use leptos::prelude::{document, window};
use wasm_bindgen::{Clamped, JsCast, JsValue};
use web_sys::{
    CanvasPattern, CanvasRenderingContext2d, CssStyleDeclaration, DomMatrix, Element, HtmlCanvasElement, ImageData,
    Path2d, SvgMatrix,
};

use crate::draw::{
    ARROW_PX, Anchor, BADGE_BASELINE_PX, BADGE_RADIUS_PX, BARS_BY_THEMSELVES, Bar, CORNER_PX, CROSS_PX, DOTS, HATCH,
    Scene, Shape,
};
use crate::numbers::parse;

const SVG: &str = "http://www.w3.org/2000/svg";

/// Where a tile has no whole number of the screen's pixels, it gets so many more of its own.
const TILE_PIXELS: f64 = 4.0;

/// Where rows have fewer bars than this, on average, shapes are painted sooner than strips.
const BARS_IN_A_STRIP: usize = 8;

type Done = Result<(), JsValue>;

/// A canvas on which scenes are painted.
#[derive(Debug)]
pub struct Paper {
    canvas: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
    /// How many of the screen's pixels a pixel is, and which height of the scene the canvas begins with.
    dense: f64,
    top_px: f64,
    /// What very many bars are made ready on, when there are some.
    strips: Option<(HtmlCanvasElement, CanvasRenderingContext2d)>,
    /// Where elements are asked for their looks.
    probe: Element,
    style: CssStyleDeclaration,
    /// What the style said when the looks were asked for: another theme has another ink.
    ink: String,
    looks: Vec<(Kind, &'static str, Look)>,
}

/// What is asked for its look.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    Rect,
    Line,
    Path,
    Text,
    Circle,
    /// The text in a circle.
    Number,
}

impl Kind {
    fn tag(self) -> &'static str {
        match self {
            Self::Rect => "rect",
            Self::Line => "line",
            Self::Path => "path",
            Self::Text | Self::Number => "text",
            Self::Circle => "circle",
        }
    }
}

#[derive(Clone, Debug)]
enum Ink {
    Colour(String),
    Pattern(CanvasPattern),
}

#[derive(Clone, Debug)]
struct Look {
    fill: Option<Ink>,
    stroke: Option<Ink>,
    width_px: f64,
    dash: Array,
    cap: String,
    opacity: f64,
    font: String,
}

impl Paper {
    /// Takes a canvas that is part of the document.
    ///
    /// # Errors
    ///
    /// When the browser gives it no context to paint with, or lets nothing be put beside it.
    pub fn new(canvas: HtmlCanvasElement) -> Result<Self, JsValue> {
        let context = canvas.get_context("2d")?.ok_or(JsValue::NULL)?.unchecked_into();
        let probe = document().create_element_ns(Some(SVG), "svg")?;
        for (name, value) in [("width", "0"), ("height", "0"), ("class", "probe"), ("aria-hidden", "true")] {
            probe.set_attribute(name, value)?;
        }
        canvas.parent_element().ok_or(JsValue::NULL)?.append_child(&probe)?;
        let style = window().get_computed_style(&probe)?.ok_or(JsValue::NULL)?;
        Ok(Self {
            canvas,
            context,
            dense: 1.0,
            top_px: 0.0,
            strips: None,
            probe,
            style,
            ink: String::new(),
            looks: Vec::new(),
        })
    }

    /// Paints what of a scene lies from `top_px` on, as far as `height_px` go.
    ///
    /// # Errors
    ///
    /// What the browser says that cannot do it.
    pub fn paint(&mut self, scene: &Scene, top_px: f64, height_px: f64) -> Done {
        let ink = self.style.get_property_value("color")?;
        if self.ink != ink {
            self.looks.clear();
            self.ink = ink;
        }
        let dense = window().device_pixel_ratio().max(1.0);
        let (width, height) = ((scene.width_px * dense).round() as u32, (height_px * dense).round() as u32);
        if (self.canvas.width(), self.canvas.height()) != (width, height) {
            self.canvas.set_width(width);
            self.canvas.set_height(height);
        }
        let context = &self.context;
        context.set_transform(dense, 0.0, 0.0, dense, 0.0, 0.0)?;
        context.clear_rect(0.0, 0.0, scene.width_px, height_px);
        context.translate(0.0, -top_px)?;
        (self.dense, self.top_px) = (dense, top_px);
        scene.shapes.iter().try_for_each(|shape| self.shape(shape))
    }

    fn shape(&mut self, shape: &Shape) -> Done {
        match shape {
            Shape::Bars { class, bars } => self.bars(class, bars),
            Shape::Line { class, ends_px: [x1, y1, x2, y2] } => {
                self.line(Kind::Line, class, &[[*x1, *y1], [*x2, *y2]], false)
            }
            Shape::Path { class, points_px } => self.line(Kind::Path, class, points_px, false),
            Shape::Badge { class, at_px: [x_px, y_px], text } => {
                let look = self.look(Kind::Circle, class)?;
                self.context.begin_path();
                self.context.arc(*x_px, *y_px, BADGE_RADIUS_PX, 0.0, std::f64::consts::TAU)?;
                self.finish(&look)?;
                self.text(Kind::Number, class, [*x_px, *y_px + BADGE_BASELINE_PX], Anchor::Middle, text)
            }
            Shape::Cross { class, at_px: [x_px, y_px] } => {
                let (left, right, top, bottom) = (x_px - CROSS_PX, x_px + CROSS_PX, y_px - CROSS_PX, y_px + CROSS_PX);
                self.line(Kind::Path, class, &[[left, top], [right, bottom]], false)?;
                self.line(Kind::Path, class, &[[left, bottom], [right, top]], false)
            }
            Shape::Arrow { class, up, at_px: [x_px, y_px] } => {
                let (half_px, height_px) = ARROW_PX;
                let base_px = if *up { y_px + height_px } else { y_px - height_px };
                let corners = [[*x_px, *y_px], [x_px - half_px, base_px], [x_px + half_px, base_px]];
                self.line(Kind::Path, class, &corners, true)
            }
            Shape::Text { class, at_px, anchor, text } => self.text(Kind::Text, class, *at_px, *anchor, text),
        }
    }

    fn bars(&mut self, class: &'static str, bars: &[Bar]) -> Done {
        let look = self.look(Kind::Rect, class)?;
        self.take(&look)?;
        let context = &self.context;
        if bars.len() > BARS_BY_THEMSELVES {
            let rows = bars.chunk_by(is_one_row).count();
            if let (Some(Ink::Colour(colour)), None) = (&look.fill, &look.stroke)
                && rows * BARS_IN_A_STRIP <= bars.len()
                && self.canvas.width() > 0
            {
                return self.strips(colour, bars, rows as u32);
            }
            // A path for each row: one of them all would be slower to fill, and so would be each by itself.
            for row in bars.chunk_by(is_one_row) {
                context.begin_path();
                for Bar { x_px, y_px, width_px, height_px, .. } in row {
                    context.rect(*x_px, *y_px, *width_px, *height_px);
                }
                self.put(&look);
            }
            return Ok(());
        }
        for Bar { x_px, y_px, width_px, height_px, .. } in bars {
            context.begin_path();
            if context.round_rect_with_f64(*x_px, *y_px, *width_px, *height_px, CORNER_PX).is_err() {
                context.rect(*x_px, *y_px, *width_px, *height_px);
            }
            self.put(&look);
        }
        Ok(())
    }

    /// Fills very many bars at once. How much of each pixel they cover is found for every row, in a strip that is a pixel
    /// high, and the strips are drawn as high as the bars are: an image for each row instead of a shape for each bar.
    fn strips(&mut self, colour: &str, bars: &[Bar], rows: u32) -> Done {
        let width = self.canvas.width();
        let mut pixels = vec![0_u8; 4 * width as usize * rows as usize];
        for (strip, row) in pixels.chunks_exact_mut(4 * width as usize).zip(bars.chunk_by(is_one_row)) {
            for bar in row {
                cover(strip, bar.x_px * self.dense, (bar.x_px + bar.width_px) * self.dense);
            }
        }
        let (canvas, context) = if let Some(made) = &self.strips {
            made
        } else {
            let canvas: HtmlCanvasElement = document().create_element("canvas")?.unchecked_into();
            let context = canvas.get_context("2d")?.ok_or(JsValue::NULL)?.unchecked_into();
            self.strips.insert((canvas, context))
        };
        let data = ImageData::new_with_u8_clamped_array_and_sh(Clamped(&pixels), width, rows)?;
        canvas.set_width(width);
        canvas.set_height(rows);
        context.put_image_data(&data, 0.0, 0.0)?;
        context.set_global_composite_operation("source-in")?;
        context.set_fill_style_str(colour);
        context.fill_rect(0.0, 0.0, f64::from(width), f64::from(rows));

        let dense = self.dense;
        let width_px = f64::from(width) / dense;
        self.context.set_image_smoothing_enabled(false);
        for (place, row) in bars.chunk_by(is_one_row).enumerate() {
            let Bar { y_px, height_px, .. } = row[0];
            let upper_px = ((y_px - self.top_px) * dense).round() / dense + self.top_px;
            let height_px = (height_px * dense).round().max(1.0) / dense;
            self.context.draw_image_with_html_canvas_element_and_sw_and_sh_and_dx_and_dy_and_dw_and_dh(
                canvas,
                0.0,
                place as f64,
                f64::from(width),
                1.0,
                0.0,
                upper_px,
                width_px,
                height_px,
            )?;
        }
        // Patterns go by it as well.
        self.context.set_image_smoothing_enabled(true);
        Ok(())
    }

    fn line(&mut self, kind: Kind, class: &'static str, points_px: &[[f64; 2]], closed: bool) -> Done {
        let look = self.look(kind, class)?;
        self.context.begin_path();
        for [x_px, y_px] in points_px {
            // The first one of a path moves there.
            self.context.line_to(*x_px, *y_px);
        }
        if closed {
            self.context.close_path();
        }
        self.finish(&look)
    }

    fn text(&mut self, kind: Kind, class: &'static str, [x_px, y_px]: [f64; 2], anchor: Anchor, text: &str) -> Done {
        let look = self.look(kind, class)?;
        self.take(&look)?;
        self.context.set_font(&look.font);
        self.context.set_text_align(match anchor {
            Anchor::Start => "left",
            Anchor::Middle => "center",
            Anchor::End => "right",
        });
        self.context.fill_text(text, x_px, y_px)
    }

    /// Fills and strokes the path that has been laid.
    fn finish(&self, look: &Look) -> Done {
        self.take(look)?;
        self.put(look);
        Ok(())
    }

    fn put(&self, look: &Look) {
        if look.fill.is_some() {
            self.context.fill();
        }
        if look.stroke.is_some() {
            self.context.stroke();
        }
    }

    /// Sets everything but the font.
    fn take(&self, look: &Look) -> Done {
        let context = &self.context;
        context.set_global_alpha(look.opacity);
        match &look.fill {
            Some(Ink::Colour(colour)) => context.set_fill_style_str(colour),
            Some(Ink::Pattern(pattern)) => context.set_fill_style_canvas_pattern(pattern),
            None => {}
        }
        match &look.stroke {
            Some(Ink::Colour(colour)) => context.set_stroke_style_str(colour),
            Some(Ink::Pattern(pattern)) => context.set_stroke_style_canvas_pattern(pattern),
            None => return Ok(()),
        }
        context.set_line_width(look.width_px);
        context.set_line_cap(&look.cap);
        context.set_line_dash(&look.dash)
    }

    fn look(&mut self, kind: Kind, class: &'static str) -> Result<Look, JsValue> {
        if let Some((.., look)) = self.looks.iter().find(|known| (known.0, known.1) == (kind, class)) {
            return Ok(look.clone());
        }
        let look = self.ask(kind, class)?;
        self.looks.push((kind, class, look.clone()));
        Ok(look)
    }

    /// How an element of this class would be drawn.
    fn ask(&self, kind: Kind, class: &str) -> Result<Look, JsValue> {
        let element = document().create_element_ns(Some(SVG), kind.tag())?;
        let is_inside = matches!(kind, Kind::Circle | Kind::Number);
        let outer = if is_inside {
            let group = document().create_element_ns(Some(SVG), "g")?;
            group.append_child(&element)?;
            group
        } else {
            element.clone()
        };
        outer.set_attribute("class", class)?;
        self.probe.append_child(&outer)?;
        let style = window().get_computed_style(&element)?.ok_or(JsValue::NULL)?;
        let said = |name: &str| style.get_property_value(name);
        let number = |text: &str| parse(text.trim().trim_end_matches("px"));
        let dash = said("stroke-dasharray")?;
        let look = Look {
            // Nothing lies inside a line.
            fill: self.ink(&said("fill")?)?.filter(|_| kind != Kind::Line),
            stroke: self.ink(&said("stroke")?)?,
            width_px: number(&said("stroke-width")?).unwrap_or(1.0),
            dash: dash.split([',', ' ']).filter_map(number).map(JsValue::from).collect(),
            cap: said("stroke-linecap")?,
            opacity: number(&said("opacity")?).unwrap_or(1.0),
            font: [said("font-weight")?, said("font-size")?, said("font-family")?].join(" "),
        };
        outer.remove();
        Ok(look)
    }

    fn ink(&self, said: &str) -> Result<Option<Ink>, JsValue> {
        let pattern = if said.contains("#hatch") {
            let (width_px, height_px, lines) = HATCH;
            let draw: &dyn Fn(&CanvasRenderingContext2d) -> Done = &|tile| {
                tile.set_fill_style_str(&self.colour("hatch-line")?);
                tile.fill_with_path_2d(&Path2d::new_with_path_string(lines)?);
                Ok(())
            };
            self.pattern("hatch-ground", (width_px, height_px), draw)?
        } else if said.contains("#dots") {
            let (side_px, radius_px) = DOTS;
            let dot: &dyn Fn(&CanvasRenderingContext2d) -> Done = &|tile| {
                tile.set_fill_style_str(&self.colour("dots-dot")?);
                tile.begin_path();
                tile.arc(side_px / 2.0, side_px / 2.0, radius_px, 0.0, std::f64::consts::TAU)?;
                tile.fill();
                Ok(())
            };
            self.pattern("dots-ground", (side_px, side_px), dot)?
        } else {
            None
        };
        let colour = || (said != "none").then(|| Ink::Colour(said.to_owned()));
        Ok(pattern.map(Ink::Pattern).or_else(colour))
    }

    /// The colour of something that only patterns have in them.
    fn colour(&self, class: &str) -> Result<String, JsValue> {
        let element = document().create_element_ns(Some(SVG), "rect")?;
        element.set_attribute("class", class)?;
        self.probe.append_child(&element)?;
        let style = window().get_computed_style(&element)?.ok_or(JsValue::NULL)?;
        let colour = style.get_property_value("fill");
        element.remove();
        colour
    }

    fn pattern(
        &self,
        ground: &str,
        (width_px, height_px): (f64, f64),
        draw: &dyn Fn(&CanvasRenderingContext2d) -> Done,
    ) -> Result<Option<CanvasPattern>, JsValue> {
        let canvas: HtmlCanvasElement = document().create_element("canvas")?.unchecked_into();
        let dense = window().device_pixel_ratio().max(1.0);
        let is_whole = (width_px * dense).fract() == 0.0 && (height_px * dense).fract() == 0.0;
        let scale = if is_whole { dense } else { dense.ceil() * TILE_PIXELS };
        canvas.set_width((width_px * scale) as u32);
        canvas.set_height((height_px * scale) as u32);
        let tile: CanvasRenderingContext2d = canvas.get_context("2d")?.ok_or(JsValue::NULL)?.unchecked_into();
        tile.scale(scale, scale)?;
        tile.set_fill_style_str(&self.colour(ground)?);
        tile.fill_rect(0.0, 0.0, width_px, height_px);
        draw(&tile)?;
        let pattern = self.context.create_pattern_with_html_canvas_element(&canvas, "repeat")?;
        if let Some(pattern) = pattern.as_ref().filter(|_| scale > 1.0) {
            let matrix =
                [1.0 / scale, 0.0, 0.0, 1.0 / scale, 0.0, 0.0].map(JsValue::from).into_iter().collect::<Array>();
            let matrix = DomMatrix::new_with_number_sequence(&matrix)?;
            // The binding's type is from a time before browsers took this one.
            pattern.set_transform(matrix.unchecked_ref::<SvgMatrix>());
        }
        Ok(pattern)
    }
}

/// Whether two bars that follow each other lie side by side, and are as high.
fn is_one_row(one: &Bar, next: &Bar) -> bool {
    one.y_px == next.y_px && one.height_px == next.height_px
}

/// Adds to the opacity of a strip's pixels how much of each lies between two places.
fn cover(strip: &mut [u8], from: f64, to: f64) {
    let pixels = strip.chunks_exact_mut(4).enumerate().skip(from.max(0.0) as usize);
    for (place, pixel) in pixels.take_while(|(place, _)| (*place as f64) < to) {
        let place = place as f64;
        let share = (to.min(place + 1.0) - from.max(place)).max(0.0);
        pixel[3] = pixel[3].saturating_add((share * 255.0).round() as u8);
    }
}

impl Drop for Paper {
    fn drop(&mut self) {
        self.probe.remove();
    }
}
