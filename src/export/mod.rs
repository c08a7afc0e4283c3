//! What is shown, as files for other programs: text in, text out.
//!
//! A form that has times writes them as exactly as its readers can take them; whatever came from a program, such as a name,
//! an error or a printed line, is a text in it and nothing else.

mod chrome;
mod csv;
mod python;
mod style;

pub use chrome::chrome;
pub use csv::csv;
pub use python::{Missing, constant, python};
pub use style::Theme;

use crate::aio::trace::{Trace, exact_seconds};
use crate::draw::{self, Panel};
use crate::numbers::plain;
use crate::picture::WIDTH_PX;
use crate::scenarios::{Scenario, Values, Variant};
use crate::timeline::{Resolution, State, Timeline};

/// The version of the JSON around the traces.
pub const VERSION: u32 = 1;

/// One variant's run, as it is shown.
#[derive(Clone, Copy, Debug)]
pub struct Run<'a> {
    /// The variant.
    pub variant: &'static Variant,
    /// The clock that it ran by, as [a link](crate::scenarios::CLOCKS) calls it.
    pub clock: &'static str,
    /// What it did.
    pub trace: &'a Trace,
    /// The same as rows.
    pub timeline: &'a Timeline,
}

/// The runs of a scenario, as they are shown.
#[derive(Clone, Debug)]
pub struct Export<'a> {
    /// What ran.
    pub scenario: &'static Scenario,
    /// With what.
    pub values: &'a Values,
    /// In the order in which they are shown.
    pub runs: Vec<Run<'a>>,
}

/// The forms in which a scenario can be had.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Form {
    /// The timelines as a drawing.
    Svg,
    /// The timelines in pixels.
    Png,
    /// A table, for spreadsheets.
    Csv,
    /// The traces.
    Json,
    /// Trace events, for Perfetto.
    Chrome,
    /// The traces as lines, for people.
    Text,
    /// The program.
    Python,
}

impl Form {
    /// Every form.
    pub const ALL: [Self; 7] = [Self::Svg, Self::Png, Self::Csv, Self::Json, Self::Chrome, Self::Text, Self::Python];

    /// Its name on the page.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Svg => "SVG",
            Self::Png => "PNG",
            Self::Csv => "CSV",
            Self::Json => "JSON",
            Self::Chrome => "Chrome trace",
            Self::Text => "Text",
            Self::Python => "Python",
        }
    }

    /// What it is for.
    #[must_use]
    pub fn purpose(self) -> &'static str {
        match self {
            Self::Svg => "The timelines as they are drawn now, sharp at every size.",
            Self::Png => "The same in pixels, two for each of the drawing’s.",
            Self::Csv => "A line for each stretch of running, waiting and being ready, for spreadsheets.",
            Self::Json => "Every event of every run, for programs of your own.",
            Self::Chrome => "The same events for ui.perfetto.dev, with who woke whom.",
            Self::Text => "Every event in a line of words.",
            Self::Python => "The program with the present values. Runs with Python 3.11 or newer, and nothing else.",
        }
    }

    /// How the file's name ends.
    #[must_use]
    pub fn ending(self) -> &'static str {
        match self {
            Self::Svg => "svg",
            Self::Png => "png",
            Self::Csv => "csv",
            Self::Json => "json",
            Self::Chrome => "trace.json",
            Self::Text => "txt",
            Self::Python => "py",
        }
    }

    /// Its media type.
    #[must_use]
    pub fn media_type(self) -> &'static str {
        match self {
            Self::Svg => "image/svg+xml",
            Self::Png => "image/png",
            Self::Csv => "text/csv;charset=utf-8",
            Self::Json | Self::Chrome => "application/json",
            Self::Text => "text/plain;charset=utf-8",
            Self::Python => "text/x-python;charset=utf-8",
        }
    }

    /// The name of the file: `interleave-gather.csv`.
    #[must_use]
    pub fn file_name(self, scenario: &Scenario) -> String {
        format!("interleave-{}.{}", scenario.id, self.ending())
    }
}

/// The panels under a title, as SVG that needs nothing else: every element has its style as attributes, since viewers under a
/// strict policy obey no style sheet that stands inside a drawing.
#[must_use]
pub fn svg(title: &str, panels: &[Panel<'_>], theme: Theme) -> String {
    let drawing = draw::picture(title, panels, WIDTH_PX, "");
    style::styled(&drawing.replacen("<style></style>", "", 1), theme)
}

/// One object: `version`, `scenario`, `title`, `parameters` and `variants`, each of which has an `id`, a `title`, the `clock`
/// and the `trace`, which [`Trace::from_json`] reads; where the clock moves in steps, also their `resolution` in seconds.
#[must_use]
pub fn json(export: &Export<'_>) -> String {
    let Export { scenario, values, runs } = export;
    let parameters: Vec<String> =
        values.iter().map(|(param, value)| format!("{}:{}", quoted(param.id), plain(value))).collect();
    let variants: Vec<String> = runs
        .iter()
        .map(|run| {
            format!(
                "\n{{\"id\":{},\"title\":{},\"clock\":{},{}\"trace\":{}}}",
                quoted(run.variant.id),
                quoted(run.variant.title),
                quoted(run.clock),
                if clock(run).is_exact() {
                    String::new()
                } else {
                    format!("\"resolution\":{},", exact_seconds(clock(run).step()))
                },
                run.trace.to_json()
            )
        })
        .collect();
    format!(
        "{{\"version\":{VERSION},\"scenario\":{},\"title\":{},\"parameters\":{{{}}},\"variants\":[{}\n]}}\n",
        quoted(scenario.id),
        quoted(scenario.title),
        parameters.join(","),
        variants.join(",")
    )
}

/// Every event in a line, under the variant's name where there are several.
#[must_use]
pub fn text(export: &Export<'_>) -> String {
    let many = export.runs.len() > 1;
    let mut out = String::new();
    for run in &export.runs {
        if many {
            out.extend(["--- ", run.variant.id, "\n"]);
        }
        if !clock(run).is_exact() {
            out.extend(["# by a clock that moves by ", &clock(run).words(), "\n"]);
        }
        out += &run.trace.to_string();
    }
    out
}

/// What a run's clock can tell apart.
fn clock(run: &Run<'_>) -> Resolution {
    run.timeline.resolution
}

/// A state in one word.
fn state_name(state: State) -> &'static str {
    match state {
        State::Running => "running",
        State::Suspended => "suspended",
        State::Ready => "ready",
    }
}

/// A text as JSON has it.
fn quoted(text: &str) -> String {
    // Texts have a JSON form.
    serde_json::to_string(text).unwrap_or_else(|_| "\"\"".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenarios::Selection;

    #[test]
    fn every_form_has_a_name_of_its_own() {
        let scenario = Selection::first().scenario;
        let names = Form::ALL.map(|form| form.file_name(scenario));
        for (place, name) in names.iter().enumerate() {
            assert!(name.starts_with("interleave-gather."), "{name}");
            assert!(!names[..place].contains(name), "{name}");
        }
    }

    #[test]
    fn a_text_stays_a_text() {
        assert_eq!(quoted("a \"b\"\n\\"), r#""a \"b\"\n\\""#);
    }
}
