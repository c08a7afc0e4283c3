//! The scenarios' code in parts, for a page that loads only the one that it shows.
//!
//! What lists, addresses and controls need of a scenario is its outline, which is there from the beginning.

use super::{Group, Scenario};
#[cfg(any(in_parts, test))]
use super::{Main, Question, Told, Values, Variant};

/// Chapters whose code comes together.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// First steps, running things together
    Beginning,
    /// Coordination, resources and streams, threads and processes
    Coordination,
    /// When things go wrong, pitfalls
    Trouble,
    /// Whole programs
    Programs,
}

impl Part {
    /// Every part.
    pub const ALL: [Self; 4] = [Self::Beginning, Self::Coordination, Self::Trouble, Self::Programs];

    /// What files and lists call it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Beginning => "beginning",
            Self::Coordination => "coordination",
            Self::Trouble => "trouble",
            Self::Programs => "programs",
        }
    }
}

impl Group {
    /// Where its code is.
    ///
    /// What parts share is a file for each set of them that does, so there are few parts, of about the same size.
    #[must_use]
    pub const fn part(self) -> Part {
        match self {
            Self::FirstSteps | Self::Together => Part::Beginning,
            Self::Coordination | Self::Streams | Self::Machine => Part::Coordination,
            Self::GoingWrong | Self::Pitfalls => Part::Trouble,
            Self::Programs => Part::Programs,
        }
    }
}

/// The scenarios of a part, with their code.
#[derive(Debug)]
pub struct Whole(pub(super) [Option<&'static Scenario>; super::COUNT]);

impl Whole {
    /// The scenario with this id, if it belongs to the part.
    #[must_use]
    pub fn find(&self, id: &str) -> Option<&'static Scenario> {
        self.0.iter().copied().flatten().find(|scenario| scenario.id == id)
    }
}

/// The variants, each of which does nothing.
#[cfg(any(in_parts, test))]
pub(super) const fn outlines<const COUNT: usize>(variants: &[Variant]) -> [Variant; COUNT] {
    fn nothing(_: Values) -> Main {
        Box::pin(std::future::ready(Ok(())))
    }
    let mut outlines = [Variant { id: "", title: "", main: nothing }; COUNT];
    let mut place = 0;
    while place < COUNT {
        outlines[place] = Variant { main: nothing, ..variants[place] };
        place += 1;
    }
    outlines
}

#[cfg(any(in_parts, test))]
impl Scenario {
    /// The scenario with nothing of its code.
    pub(super) const fn outline(&self, variants: &'static [Variant]) -> Self {
        fn no_reason(_: &Told) -> String {
            String::new()
        }
        Self { variants, why: no_reason, ..self.without_answers() }
    }

    /// The scenario as its part has it.
    pub(super) const fn without_answers(&self) -> Self {
        fn no_choices(_: &Told) -> Vec<String> {
            Vec::new()
        }
        Self { question: Question { choices: no_choices, ..self.question }, ..*self }
    }
}

#[cfg(test)]
mod tests {
    use super::super::ALL;
    use super::*;

    #[test]
    fn every_scenario_is_in_the_part_of_its_chapter_and_in_no_other() {
        for part in Part::ALL {
            let whole = Whole::of(part);
            for scenario in ALL {
                let found = whole.find(scenario.id);
                assert_eq!(found.is_some(), scenario.group.part() == part, "{} in {part:?}", scenario.id);
                assert!(found.is_none_or(|found| std::ptr::eq(found, *scenario)), "{}", scenario.id);
            }
        }
    }

    #[test]
    fn an_outline_has_everything_but_the_code() {
        let gather = Scenario::find("gather").expect("a scenario");
        let variants = outlines::<2>(gather.variants);
        let outline = gather.outline(Box::leak(Box::new(variants)));
        let names = |scenario: &Scenario| scenario.variants.iter().map(|it| (it.id, it.title)).collect::<Vec<_>>();
        assert_eq!(names(&outline), names(gather));
        assert_eq!((outline.id, outline.question.ask), (gather.id, gather.question.ask));
        let values = outline.defaults();
        let traces = outline.ideal(&values);
        assert!(traces.iter().all(|trace| trace.until().is_zero()));
    }
}
