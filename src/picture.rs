//! A selection as one picture: every variant on an ideal machine, on one time axis.

use crate::draw::{self, Ideal, Panel};
use crate::scenarios::{Compare, Selection};
use crate::timeline::{Timeline, speedup};

/// As wide as a README is shown on most hosts.
pub const WIDTH_PX: f64 = 880.0;

/// The selection's variants as SVG that stands alone. `style` is CSS that gives the classes their colours.
#[must_use]
pub fn picture(selection: &Selection, style: &str) -> String {
    let scenario = selection.scenario;
    let timelines: Vec<Timeline> = scenario.ideal(&selection.values).iter().map(Timeline::of).collect();
    let panels: Vec<Panel<'_>> = scenario
        .variants
        .iter()
        .zip(&timelines)
        .map(|(variant, timeline)| Panel {
            title: variant.title,
            note: faster(scenario.compare, &timelines[0], timeline)
                .map_or_else(String::new, |factor| format!(" · {factor}× faster")),
            timeline,
            ideal: Ideal::Nothing,
            beats: None,
        })
        .collect();
    draw::picture(scenario.title, &panels, WIDTH_PX, style)
}

/// How many times faster than the first variant, where that can be said and is worth saying.
#[must_use]
pub fn faster(compare: Compare, first: &Timeline, timeline: &Timeline) -> Option<String> {
    let speedup = speedup(first.until, timeline.until).filter(|speedup| speedup.factor() >= 1.05)?;
    (compare == Compare::Speedup).then(|| speedup.show())
}
