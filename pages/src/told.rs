//! What a scenario shows at its defaults on an ideal machine: its runs, its answer, its words.

use interleave::aio::trace::Trace;
use interleave::numbers::fixed;
use interleave::picture::faster;
use interleave::scenarios::{Compare, Scenario, Selection, Told};
use interleave::timeline::{Ending, Timeline, describe, diagnose, seconds};

/// A scenario and what came out.
#[derive(Debug)]
pub struct Shown {
    /// The scenario.
    pub scenario: &'static Scenario,
    /// For each variant.
    pub timelines: Vec<Timeline>,
    /// Why it came out so.
    pub why: String,
    /// For each finding the variant's title, and what was found.
    pub findings: Vec<(&'static str, String)>,
}

/// One figure of the answer.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Figure {
    /// `3.0`
    pub number: String,
    /// `×` or ` s`
    pub unit: &'static str,
    /// `3.00 s → 1.00 s`, or what a time belongs to.
    pub operands: String,
    /// Which variants they are.
    pub names: String,
}

impl Shown {
    /// Runs every variant on the virtual clock.
    #[must_use]
    pub fn of(scenario: &'static Scenario) -> Self {
        let selection = Selection::of(scenario);
        let traces: Vec<Trace> = scenario.ideal(&selection.values);
        let why = (scenario.why)(&Told::new(scenario, &selection.values, &traces));
        let found = scenario
            .variants
            .iter()
            .zip(&traces)
            .flat_map(|(variant, trace)| diagnose(trace).into_iter().map(|found| (variant.title, found.text)));
        Self { scenario, why, findings: found.collect(), timelines: traces.iter().map(Timeline::of).collect() }
    }

    /// The answer as the page has it: how many times faster each variant is than the first, or how long each takes.
    #[must_use]
    pub fn figures(&self) -> Vec<Figure> {
        let variants = self.scenario.variants;
        let untils: Vec<_> = self.timelines.iter().map(|timeline| timeline.until).collect();
        if self.scenario.compare == Compare::Speedup && variants.len() > 1 {
            let figure = |place: usize| Figure {
                number: interleave::timeline::speedup(untils[0], untils[place])
                    .map_or_else(|| "–".to_owned(), |speedup| speedup.show()),
                unit: "×",
                operands: format!("{} → {}", seconds(untils[0]), seconds(untils[place])),
                names: format!("{} ÷ {}", variants[0].title, variants[place].title),
            };
            return (1..variants.len()).map(figure).collect();
        }
        let stuck = |place: usize| self.timelines[place].ended == Some(Ending::Deadlock);
        let figure = |place: usize| Figure {
            number: fixed(untils[place].as_secs_f64(), 2),
            unit: " s",
            operands: variants[place].title.to_owned(),
            names: if stuck(place) { "deadlock: it never ends".to_owned() } else { String::new() },
        };
        (0..variants.len()).map(figure).collect()
    }

    /// The answer in a line: `sequential 3.00 s; gather 1.00 s, 3.0× faster`.
    #[must_use]
    pub fn answer(&self) -> String {
        let variants = self.scenario.variants.iter().zip(&self.timelines);
        let parts = variants.map(|(variant, timeline)| {
            let ending = if timeline.ended == Some(Ending::Deadlock) { ", a deadlock" } else { "" };
            let faster = faster(self.scenario.compare, &self.timelines[0], timeline)
                .map_or_else(String::new, |factor| format!(", {factor}× faster"));
            format!("{} {}{ending}{faster}", variant.title, seconds(timeline.until))
        });
        parts.collect::<Vec<_>>().join("; ")
    }

    /// What the picture shows, for those who do not see it.
    #[must_use]
    pub fn alternative(&self) -> String {
        format!("Timelines of “{}” on one time axis: {}.", self.scenario.title, self.answer())
    }

    /// Each variant's timeline as sentences.
    pub fn words(&self) -> impl Iterator<Item = Vec<String>> {
        self.scenario.variants.iter().zip(&self.timelines).map(|(variant, timeline)| describe(variant.title, timeline))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn shown(id: &str) -> Shown {
        Shown::of(Scenario::find(id).expect("a scenario"))
    }

    #[test]
    fn the_answer_is_the_pages() {
        let gather = shown("gather");
        assert_eq!(gather.answer(), "sequential 3.00 s; gather 1.00 s, 3.0× faster");
        let figure = Figure {
            number: "3.0".to_owned(),
            unit: "×",
            operands: "3.00 s → 1.00 s".to_owned(),
            names: "sequential ÷ gather".to_owned(),
        };
        assert_eq!(gather.figures(), [figure]);
        let timer = shown("timer");
        assert_eq!(timer.figures().len(), timer.scenario.variants.len());
        assert!(timer.figures().iter().all(|figure| figure.unit == " s"));
    }
}
