//! A parameter's whole range at once: how long each variant takes with each of its values, on an ideal machine.

use std::time::Duration;

use crate::numbers::within;
use crate::scenarios::{Compare, Param, Scenario, Selection, Unit, Values};
use crate::timeline::{Ending, Knee, knee, seconds, speedup};

/// A range of up to so many values is gone through one by one.
const VALUES_AT_MOST: f64 = 101.0;

/// Of a longer one about so many are taken.
const VALUES_OF_MANY: f64 = 60.0;

/// More values than this at which a variant does not end are counted instead of named.
const NAMED_AT_MOST: usize = 3;

/// What one variant does with one value.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Outcome {
    /// Its makespan, or how far it came if it does not end.
    pub until: Duration,
    /// How its run ended.
    pub ending: Ending,
}

impl Outcome {
    /// How long it takes; none if it does not end.
    #[must_use]
    pub fn time(&self) -> Option<Duration> {
        (self.ending == Ending::Finished).then_some(self.until)
    }

    fn words(&self) -> String {
        match self.ending {
            Ending::Finished => seconds(self.until),
            Ending::Deadlock => format!("deadlock at {}", seconds(self.until)),
            Ending::Stopped | Ending::Runaway(_) => "never ends".to_owned(),
        }
    }
}

/// A value of the parameter, and what the variants do with it.
#[derive(Clone, Debug, PartialEq)]
pub struct Point {
    /// The parameter's value.
    pub value: f64,
    /// For each variant that is shown, as far as they have been run.
    pub outcomes: Vec<Outcome>,
}

/// A parameter's values and what each variant makes of them, run by run: nothing is computed but by [`step`](Self::step).
#[derive(Clone, Debug)]
pub struct Sweep {
    scenario: &'static Scenario,
    /// The values of the other parameters; this one is at its default.
    values: Values,
    param: Param,
    variants: Vec<usize>,
    points: Vec<Point>,
    /// The first point at which a run is missing.
    next: usize,
}

/// The parameters of a scenario whose values can be compared: all but the seed, of which none is better than another.
#[must_use]
pub fn params(scenario: &Scenario) -> Vec<Param> {
    scenario.params.iter().copied().filter(|param| param.id != "seed").collect()
}

/// The parameter that a reader most likely asks about: the last that counts something, a limit in most scenarios, or
/// simply the first.
#[must_use]
pub fn likely(scenario: &Scenario) -> Option<Param> {
    let params = params(scenario);
    let count = params.iter().rfind(|param| param.unit == Unit::Count);
    count.or(params.first()).copied()
}

/// The values that are gone through, from the least to the greatest: all of up to 101; of more some sixty, evenly spaced
/// and round (1, 2 or 5 times a power of ten, of steps), with both ends and the `present` one.
#[must_use]
pub fn values(param: &Param, present: f64) -> Vec<f64> {
    let steps = ((param.max - param.min) / param.step).round();
    let mut stride = 1.0;
    if steps + 1.0 > VALUES_AT_MOST {
        let powers = std::iter::successors(Some(1.0), |power| Some(power * 10.0));
        let mut strides = powers.flat_map(|power| [power, 2.0 * power, 5.0 * power]);
        stride = strides.find(|stride| steps / stride <= VALUES_OF_MANY).unwrap_or(steps);
    }
    let stride = stride * param.step;
    let (first, last) = ((param.min / stride).ceil(), (param.max / stride).floor());
    let count = (last - first).max(-1.0) as usize;
    let round = (0..=count).map(|place| param.nearest((first + place as f64) * stride));
    let mut values: Vec<f64> = round.chain([param.min, param.max, param.nearest(present)]).collect();
    values.sort_by(f64::total_cmp);
    values.dedup();
    values
}

impl Sweep {
    /// The runs that are to be made for a selection's parameter; none if it has no such parameter.
    #[must_use]
    pub fn new(selection: &Selection, id: &str) -> Option<Self> {
        let scenario = selection.scenario;
        let param = *scenario.params.iter().find(|param| param.id == id)?;
        let points = values(&param, selection.values.number(id)?);
        Some(Self {
            scenario,
            values: others(selection, &param),
            param,
            variants: selection.variants(),
            points: points.into_iter().map(|value| Point { value, outcomes: Vec::new() }).collect(),
            next: 0,
        })
    }

    /// Whether it is about this selection's parameter, and has a point for its present value.
    #[must_use]
    pub fn is_of(&self, selection: &Selection, id: &str) -> bool {
        let present = selection.values.number(id);
        self.param.id == id
            && self.has_all_of(selection)
            && self.points.iter().any(|point| Some(point.value) == present)
    }

    fn has_all_of(&self, selection: &Selection) -> bool {
        self.scenario.id == selection.scenario.id
            && self.variants == selection.variants()
            && self.values == others(selection, &self.param)
    }

    /// Takes what an earlier one has computed already, if only the present value was another.
    pub fn take_over(&mut self, earlier: &Self) {
        let is_same = self.scenario.id == earlier.scenario.id
            && self.param == earlier.param
            && self.variants == earlier.variants
            && self.values == earlier.values;
        for point in self.points.iter_mut().filter(|_| is_same) {
            if let Some(known) = earlier.points.iter().find(|known| known.value == point.value) {
                point.outcomes.clone_from(&known.outcomes);
            }
        }
    }

    /// Makes the next run: one variant's, with one value. Says whether there is more to do.
    pub fn step(&mut self) -> bool {
        let places = self.variants.len();
        while self.points.get(self.next).is_some_and(|point| point.outcomes.len() >= places) {
            self.next += 1;
        }
        let Some(point) = self.points.get_mut(self.next) else { return false };
        let mut values = self.values.clone();
        values.set(self.param.id, point.value);
        let trace = self.scenario.variants[self.variants[point.outcomes.len()]].ideal(&values);
        let (until, ending) = trace.ended().unwrap_or((trace.until(), Ending::Stopped));
        point.outcomes.push(Outcome { until, ending });
        !self.is_over()
    }

    /// Makes all runs that are missing.
    #[must_use]
    pub fn whole(mut self) -> Self {
        while self.step() {}
        self
    }

    /// Whether all runs have been made.
    #[must_use]
    pub fn is_over(&self) -> bool {
        let (made, all) = self.progress();
        made == all
    }

    /// How many runs have been made, of how many.
    #[must_use]
    pub fn progress(&self) -> (usize, usize) {
        let made = self.points.iter().map(|point| point.outcomes.len()).sum();
        (made, self.points.len() * self.variants.len())
    }

    /// The parameter.
    #[must_use]
    pub fn param(&self) -> &Param {
        &self.param
    }

    /// The points, from the least value to the greatest.
    #[must_use]
    pub fn points(&self) -> &[Point] {
        &self.points
    }

    /// The titles of the variants, in the order of the outcomes.
    pub fn titles(&self) -> impl Iterator<Item = &'static str> {
        self.variants.iter().map(|place| self.scenario.variants[*place].title)
    }

    /// How long a variant takes at each point; none where it does not end, or has not been run yet.
    #[must_use]
    pub fn times(&self, variant: usize) -> Vec<Option<Duration>> {
        self.points.iter().map(|point| point.outcomes.get(variant)?.time()).collect()
    }

    /// How many times faster than the first a variant is at each point, where the scenario is about that and it can be
    /// said.
    #[must_use]
    pub fn factors(&self, variant: usize) -> Vec<Option<f64>> {
        self.points.iter().map(|point| self.factor(point, variant).map(|speedup| speedup.factor())).collect()
    }

    fn factor(&self, point: &Point, variant: usize) -> Option<crate::timeline::Speedup> {
        let time = |place: usize| point.outcomes.get(place)?.time();
        let is_asked = self.scenario.compare == Compare::Speedup && variant > 0;
        speedup(time(0)?, time(variant)?).filter(|_| is_asked)
    }

    /// The points at which a variant ends, each with its place and its time.
    fn ends(&self, variant: usize) -> Vec<(usize, f64, Duration)> {
        let times = self.times(variant).into_iter().zip(&self.points).enumerate();
        times.filter_map(|(place, (time, point))| Some((place, point.value, time?))).collect()
    }

    /// What more of it does to a variant. The place is that of a point.
    #[must_use]
    pub fn knee(&self, variant: usize) -> Knee {
        let ends = self.ends(variant);
        let curve: Vec<_> = ends.iter().map(|(_, value, time)| (*value, *time)).collect();
        match knee(&curve) {
            Knee::At(place) => Knee::At(ends[place].0),
            other => other,
        }
    }

    /// The variant that gains most from more of it, as a share of its longest time, and the point at its knee; none if no
    /// curve has one.
    #[must_use]
    pub fn leading(&self) -> Option<(usize, usize)> {
        let mut best = None;
        let mut most = 0.0;
        for variant in 0..self.variants.len() {
            let Knee::At(place) = self.knee(variant) else { continue };
            let times = || self.times(variant).into_iter().flatten();
            let (Some(least), Some(longest)) = (times().min(), times().max()) else { continue };
            let gain = 1.0 - least.as_secs_f64() / longest.as_secs_f64();
            if gain > most {
                (best, most) = (Some((variant, place)), gain);
            }
        }
        best
    }

    /// What the curves say: how the range goes, then a sentence for each variant.
    #[must_use]
    pub fn words(&self) -> Vec<String> {
        let (Some(first), Some(last)) = (self.points.first(), self.points.last()) else { return Vec::new() };
        let label = self.param.label;
        let range = format!("{label} from {} to {}.", self.param.show(first.value), self.param.show(last.value));
        let variants = self.titles().enumerate().map(|(variant, title)| self.sentence(variant, title));
        std::iter::once(range).chain(variants).collect()
    }

    fn sentence(&self, variant: usize, title: &str) -> String {
        let lost = self.lost(variant);
        let ends = self.ends(variant);
        let Some(fastest) = ends.iter().map(|(.., time)| *time).min() else { return format!("{title}{lost}.") };
        let longest = ends.iter().map(|(.., time)| *time).max().unwrap_or_default();
        let show = |value| self.param.show(value);
        // At the first of the fastest, at all of them, or from it on.
        let is_fastest = |end: &&(usize, f64, Duration)| end.2 == fastest;
        let (from, count) =
            (ends.iter().find(is_fastest).map_or(0.0, |end| end.1), ends.iter().filter(is_fastest).count());
        let stays = count > 1 && ends.iter().rev().take(count).all(|end| end.2 == fastest);
        let on = if stays { " on" } else { "" };
        let at = if stays { "from" } else { "at" };
        let takes = format!("{title} is fastest {at} {}{on}, with {}", show(from), seconds(fastest));
        let what = match self.knee(variant) {
            Knee::Flat if seconds(fastest) == seconds(longest) => {
                format!("{title} takes {} with every value", seconds(fastest))
            }
            Knee::Flat => format!("{title} takes {} to {}: it hardly matters", seconds(fastest), seconds(longest)),
            Knee::At(place) if self.points[place].value == from => {
                let past = if stays { "brings nothing" } else { "makes it slower" };
                format!("{takes}: there is the knee, and past it more {past}")
            }
            Knee::At(place) => {
                let point = &self.points[place];
                format!("{takes}; the knee is at {}: {}", show(point.value), point.outcomes[variant].words())
            }
            Knee::Falling => format!("{takes}; there is no knee, since it gains up to the end"),
            Knee::Rising => {
                format!("{takes}; there is no knee, since more makes it slower, up to {}", seconds(longest))
            }
        };
        let but = if lost.is_empty() { String::new() } else { format!("; it{lost}") };
        format!("{what}{but}.")
    }

    /// Where a variant does not end.
    fn lost(&self, variant: usize) -> String {
        let is_lost = |point: &&Point| point.outcomes.get(variant).is_some_and(|outcome| outcome.time().is_none());
        let lost: Vec<String> = self.points.iter().filter(is_lost).map(|point| self.param.show(point.value)).collect();
        let is_stuck = |point: &Point| point.outcomes[variant].ending == Ending::Deadlock;
        let verb = if self.points.iter().filter(is_lost).all(is_stuck) { "deadlocks" } else { "never ends" };
        match lost.len() {
            0 => String::new(),
            count if count == self.points.len() => format!(" {verb} with every value"),
            count if count > NAMED_AT_MOST => format!(" {verb} with {count} of {} values", self.points.len()),
            _ => format!(" {verb} at {}", lost.join(", ")),
        }
    }

    /// What stands at a point: its value, and each variant's time and speedup.
    #[must_use]
    pub fn reading(&self, place: usize) -> String {
        let Some(point) = self.points.get(place) else { return String::new() };
        let variants = self.titles().zip(&point.outcomes).enumerate().map(|(variant, (title, outcome))| {
            let factor = self.factor(point, variant).map_or_else(String::new, |factor| format!(", {}×", factor.show()));
            format!("{title} {}{factor}", outcome.words())
        });
        let variants: Vec<String> = variants.collect();
        format!("{} {}: {}", self.param.label, self.param.show(point.value), variants.join("; "))
    }

    /// The place of the point whose value is nearest.
    #[must_use]
    pub fn nearest(&self, value: f64) -> usize {
        let value = within(value, &(self.param.min..=self.param.max));
        let after = self.points.partition_point(|point| point.value < value).min(self.points.len().saturating_sub(1));
        let before = after.saturating_sub(1);
        let distance = |place: usize| self.points.get(place).map_or(f64::INFINITY, |point| (point.value - value).abs());
        if distance(before) < distance(after) { before } else { after }
    }
}

/// A selection's values, but for the parameter that is gone through.
fn others(selection: &Selection, param: &Param) -> Values {
    let mut values = selection.values.clone();
    values.set(param.id, param.default);
    values
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scenarios::ALL;

    fn sweep(query: &str, id: &str) -> Sweep {
        Sweep::new(&Selection::parse(query).0, id).expect("a parameter").whole()
    }

    fn param(scenario: &str, id: &str) -> Param {
        let params = Scenario::find(scenario).expect("a scenario").params;
        *params.iter().find(|param| param.id == id).expect("a parameter")
    }

    #[test]
    fn ten_jobs_of_a_second_take_as_many_rounds_as_the_limit_leaves() {
        let sweep = sweep("scenario=semaphore", "limit");
        let values: Vec<f64> = sweep.points().iter().map(|point| point.value).collect();
        assert_eq!(values, (1..=20).map(f64::from).collect::<Vec<_>>());
        let rounds = [10, 5, 4, 3, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1];
        assert_eq!(sweep.times(1), rounds.map(|rounds| Some(Duration::from_secs(rounds))));
        assert_eq!(sweep.times(0), [Some(Duration::from_secs(10)); 20]);
        let factors = rounds.map(|rounds| Some(10.0 / rounds as f64));
        assert_eq!(sweep.factors(1), factors);
        assert_eq!(sweep.factors(0), [None; 20], "the first is what the others are compared with");
        assert_eq!([0, 1, 2].map(|variant| sweep.knee(variant)), [Knee::Flat, Knee::At(4), Knee::Flat]);
        assert_eq!(sweep.leading(), Some((1, 4)));
        assert_eq!(
            sweep.words(),
            [
                "Limit from 1 to 20.",
                "sequential takes 10.00 s with every value.",
                "semaphore is fastest from 10 on, with 1.00 s; the knee is at 5: 2.00 s.",
                "unlimited takes 1.00 s with every value.",
            ]
        );
        assert_eq!(sweep.reading(2), "Limit 3: sequential 10.00 s; semaphore 4.00 s, 2.5×; unlimited 1.00 s, 10×");
        assert_eq!(sweep.reading(99), "");
    }

    #[test]
    fn more_work_has_no_knee_and_that_is_said() {
        let sweep = sweep("scenario=gather", "latency");
        assert_eq!([0, 1].map(|variant| sweep.knee(variant)), [Knee::Rising; 2]);
        assert_eq!(sweep.leading(), None);
        let said =
            "gather is fastest at 0.0 s, with 0.00 s; there is no knee, since more makes it slower, up to 5.00 s.";
        assert_eq!(sweep.words()[2], said);
    }

    #[test]
    fn what_never_ends_is_no_time() {
        let sweep = sweep("scenario=queue-sentinel", "items");
        let lost = sweep.titles().position(|title| title == "one marker").expect("a variant");
        assert_eq!(sweep.points()[2].outcomes[lost].ending, Ending::Deadlock);
        assert!(sweep.times(lost).iter().all(Option::is_none) && sweep.factors(lost).iter().all(Option::is_none));
        assert!(sweep.reading(2).contains("one marker deadlock at "), "{}", sweep.reading(2));
        assert_eq!(sweep.words()[lost + 1], "one marker deadlocks with every value.");
        assert_eq!(sweep.knee(lost), Knee::Flat);
        assert_eq!(sweep.leading(), None);
    }

    #[test]
    fn every_scenario_has_something_to_say() {
        for scenario in ALL {
            let Some(param) = likely(scenario) else { continue };
            let sweep = Sweep::new(&Selection::of(scenario), param.id).expect("a parameter").whole();
            let words = sweep.words();
            assert_eq!(words.len(), scenario.variants.len() + 1);
            assert!(words.iter().all(|sentence| sentence.ends_with('.') && !sentence.contains("NaN")), "{words:?}");
            for place in 0..sweep.points().len() {
                assert!(sweep.reading(place).starts_with(param.label));
            }
        }
    }

    #[test]
    fn the_values_are_round_and_have_both_ends_and_the_present_one() {
        let of = |scenario, id, present| values(&param(scenario, id), present);
        assert_eq!(of("io-models", "threads", 10.0).len(), 100);
        assert_eq!(of("gather", "latency", 1.0), (0..=50).map(|tenths| f64::from(tenths) / 10.0).collect::<Vec<_>>());
        let jobs = of("semaphore", "jobs", 17.0);
        assert_eq!(
            (&jobs[..5], jobs[jobs.len() - 2..].to_vec()),
            (&[1.0, 17.0, 20.0, 40.0, 60.0][..], vec![980.0, 1000.0])
        );
        let task = of("cancellation", "task", 10.3);
        assert!(task.contains(&10.3) && task.contains(&10.5) && task.len() <= 62, "{task:?}");
        for scenario in ALL {
            for param in params(scenario) {
                for present in [param.min, param.default, param.max, f64::NAN] {
                    let values = values(&param, present);
                    assert!(values.is_sorted_by(|a, b| a < b), "{} {}: {values:?}", scenario.id, param.id);
                    assert_eq!((values[0], values[values.len() - 1]), (param.min, param.max));
                    assert!(values.iter().all(|value| param.nearest(*value) == *value) && values.len() <= 102);
                    assert!(values.contains(&param.nearest(present)));
                }
            }
        }
    }

    #[test]
    fn what_is_known_is_not_computed_again() {
        let selection = |query: &str| Selection::parse(query).0;
        let earlier = sweep("scenario=gather&requests=3", "requests");
        let now = selection("scenario=gather&requests=7");
        assert!(!earlier.is_of(&now, "requests"), "7 is none of its points");
        let mut later = Sweep::new(&now, "requests").expect("a parameter");
        later.take_over(&earlier);
        // The two variants with 7.
        assert_eq!(later.progress(), (later.points().len() * 2 - 2, later.points().len() * 2));
        assert!(later.step() && !later.step() && later.is_over());
        assert!(later.is_of(&now, "requests") && later.is_of(&selection("scenario=gather&requests=20"), "requests"));
        for other in ["scenario=gather&latency=2", "scenario=gather&variants=gather", "scenario=hello"] {
            assert!(!later.is_of(&selection(other), "requests"), "{other}");
        }
        let mut other = Sweep::new(&selection("scenario=gather&latency=2"), "requests").expect("a parameter");
        other.take_over(&later);
        assert_eq!(other.progress().0, 0);
    }

    #[test]
    fn the_nearest_point_is_found() {
        let sweep = Sweep::new(&Selection::parse("scenario=semaphore").0, "jobs").expect("a parameter");
        let nearest = |value| sweep.points()[sweep.nearest(value)].value;
        assert_eq!([-5.0, 1.0, 11.0, 16.0, 29.0, 31.0, 5e9].map(nearest), [1.0, 1.0, 10.0, 20.0, 20.0, 40.0, 1000.0]);
        let _ = nearest(f64::NAN);
    }

    #[test]
    fn no_parameter_no_sweep() {
        assert!(Sweep::new(&Selection::first(), "nothing").is_none());
        assert!(params(Scenario::find("batches").expect("a scenario")).iter().all(|param| param.id != "seed"));
        let likely = |id| likely(Scenario::find(id).expect("a scenario")).map(|param| param.id);
        assert_eq!(["semaphore", "web-scraper", "timer"].map(likely), [Some("limit"), Some("limit"), Some("body")]);
    }
}
