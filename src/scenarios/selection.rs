//! What is picked, and its form as a URL's query: `?scenario=gather&latency=2&speed=4`.

use std::borrow::Cow;

use super::{ALL, Param, Scenario, Values};
use crate::host::SPEEDS;
use crate::numbers::{parse, plain, within};

/// The query's names that are no parameter of a scenario.
const SCENARIO: &str = "scenario";
const SPEED: &str = "speed";
const PREDICT: &str = "predict";

/// How many complaints about a query are worth reading; the rest are counted.
const NOTICES_AT_MOST: usize = 6;

/// A scenario, the values of its parameters, and how fast a real run goes.
#[derive(Clone, Debug)]
pub struct Selection {
    /// What is run.
    pub scenario: &'static Scenario,
    /// With what.
    pub values: Values,
    /// How many times faster than the wall clock.
    pub speed: f64,
    /// Whether the reader predicts what will come out before it is shown.
    pub predict: bool,
}

impl PartialEq for Selection {
    fn eq(&self, other: &Self) -> bool {
        self.scenario.id == other.scenario.id
            && self.values == other.values
            && self.speed == other.speed
            && self.predict == other.predict
    }
}

impl Selection {
    /// A scenario at its defaults.
    #[must_use]
    pub fn of(scenario: &'static Scenario) -> Self {
        Self { scenario, values: scenario.defaults(), speed: 1.0, predict: false }
    }

    /// Another scenario at its defaults, for the same reader.
    #[must_use]
    pub fn another(&self, scenario: &'static Scenario) -> Self {
        Self { predict: self.predict, ..Self::of(scenario) }
    }

    /// The first scenario of the catalogue, to be gone through as a course: predicting each before it is shown.
    #[must_use]
    pub fn course() -> Self {
        Self { predict: true, ..Self::of(ALL[0]) }
    }

    /// The scenario that a visitor sees who has picked none.
    ///
    /// # Panics
    ///
    /// When the catalogue has lost it.
    #[must_use]
    pub fn first() -> Self {
        Self::of(Scenario::find("gather").expect("the catalogue has its first scenario"))
    }

    /// Reads a query, with or without its question mark. What cannot be used is replaced by the nearest that can, and each
    /// such thing is said in a sentence.
    #[must_use]
    pub fn parse(query: &str) -> (Self, Vec<String>) {
        let mut notices = Vec::new();
        let pairs = pairs(query.strip_prefix('?').unwrap_or(query), &mut notices);
        let mut selection = Self::first();
        if let Some((_, id)) = pairs.iter().find(|(name, _)| name == SCENARIO) {
            match find(id) {
                Found::Exactly(scenario) => selection = Self::of(scenario),
                Found::Nearly(scenario) => {
                    notices.push(format!("There is no scenario {}; showing “{}”.", quoted(id), scenario.id));
                    selection = Self::of(scenario);
                }
                Found::Not => {
                    let shown = selection.scenario.id;
                    notices.push(format!("There is no scenario {}; showing “{shown}”.", quoted(id)));
                }
            }
        }
        let mut seen: Vec<&str> = Vec::new();
        for (name, text) in &pairs {
            if seen.contains(&&**name) {
                notices.push(format!("{} stands in the address more than once; the first one counts.", quoted(name)));
                continue;
            }
            seen.push(name);
            if name == SPEED {
                selection.speed = read_speed(text, &mut notices);
            } else if name == PREDICT {
                selection.predict = read_switch(text, &mut notices);
            } else if name != SCENARIO {
                selection.read_value(name, text, &mut notices);
            }
        }
        if notices.len() > NOTICES_AT_MOST {
            let more = notices.len() - NOTICES_AT_MOST + 1;
            notices.truncate(NOTICES_AT_MOST - 1);
            notices.push(format!("{more} more things in the address were ignored."));
        }
        (selection, notices)
    }

    fn read_value(&mut self, name: &str, text: &str, notices: &mut Vec<String>) {
        let scenario = self.scenario;
        let Some(param) = scenario.params.iter().find(|param| param.id == name) else {
            notices.push(format!("“{}” has no parameter {}; it was ignored.", scenario.id, quoted(name)));
            return;
        };
        let Some(number) = parse_number(text) else {
            let default = param.show(param.default);
            notices.push(format!("{} is {}, not a number; using {default}.", param.label, quoted(text)));
            return;
        };
        let used = self.values.set(param.id, number).unwrap_or(param.default);
        if let Some(why) = complaint(param, number) {
            notices.push(format!("{} is {}, {why}; using {}.", param.label, quoted(text), param.show(used)));
        }
    }

    /// The query, without a question mark: the scenario, and whatever is not at its default.
    #[must_use]
    pub fn to_query(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        query.append_pair(SCENARIO, self.scenario.id);
        for (param, value) in self.values.iter().filter(|(param, value)| *value != param.default) {
            query.append_pair(param.id, &plain(value));
        }
        if self.speed != 1.0 {
            query.append_pair(SPEED, &plain(self.speed));
        }
        if self.predict {
            query.append_pair(PREDICT, "on");
        }
        query.finish()
    }
}

fn complaint(param: &Param, number: f64) -> Option<String> {
    if number > param.max {
        Some(format!("more than {}", param.show(param.max)))
    } else if number < param.min {
        Some(format!("less than {}", param.show(param.min)))
    } else if (param.nearest(number) - number).abs() > 1e-9 {
        Some("between two steps".into())
    } else {
        None
    }
}

fn parse_number(text: &str) -> Option<f64> {
    // People write 1,5 where this says 1.5.
    let text = text.trim();
    let text = if text.contains('.') { Cow::Borrowed(text) } else { text.replace(',', ".").into() };
    parse(&text)
}

fn read_speed(text: &str, notices: &mut Vec<String>) -> f64 {
    let text = text.trim_end_matches(['x', '×']);
    let Some(number) = parse_number(text) else {
        notices.push(format!("The speed is {}, not a number; using 1×.", quoted(text)));
        return 1.0;
    };
    let used = within(number, &SPEEDS);
    if used != number {
        let (least, most) = (plain(*SPEEDS.start()), plain(*SPEEDS.end()));
        notices.push(format!(
            "The speed is {}, not between {least}× and {most}×; using {}×.",
            quoted(text),
            plain(used)
        ));
    }
    used
}

fn read_switch(text: &str, notices: &mut Vec<String>) -> bool {
    match text {
        "on" | "true" | "1" | "" => true,
        "off" | "false" | "0" => false,
        other => {
            notices.push(format!("“{PREDICT}” is {}, neither on nor off; it is off.", quoted(other)));
            false
        }
    }
}

enum Found {
    Exactly(&'static Scenario),
    Nearly(&'static Scenario),
    Not,
}

/// The scenario of this id, or one that is written nearly so.
fn find(id: &str) -> Found {
    if let Some(scenario) = Scenario::find(id) {
        return Found::Exactly(scenario);
    }
    let plain = |text: &str| -> String {
        text.chars().filter(char::is_ascii_alphanumeric).map(|letter| letter.to_ascii_lowercase()).collect()
    };
    let wanted = plain(id);
    if wanted.is_empty() {
        return Found::Not;
    }
    let same = ALL.iter().find(|scenario| plain(scenario.id) == wanted);
    let begins = || ALL.iter().find(|scenario| wanted.len() > 2 && plain(scenario.id).starts_with(&wanted));
    same.or_else(begins).map_or(Found::Not, |scenario| Found::Nearly(scenario))
}

/// Splits a query into names and values. Percent-encoding that has gone wrong is taken as it stands, and said.
fn pairs<'a>(query: &'a str, notices: &mut Vec<String>) -> Vec<(Cow<'a, str>, Cow<'a, str>)> {
    let mut pairs = Vec::new();
    for raw in query.split('&').filter(|raw| !raw.is_empty()) {
        for (name, value) in form_urlencoded::parse(raw.as_bytes()) {
            if has_broken_percent(raw) || name.contains('\u{fffd}') || value.contains('\u{fffd}') {
                notices.push(format!("{} is not properly percent-encoded; reading it as it stands.", quoted(raw)));
            }
            pairs.push((name, value));
        }
    }
    pairs
}

fn has_broken_percent(raw: &str) -> bool {
    raw.split('%').skip(1).any(|rest| {
        let bytes = rest.as_bytes();
        bytes.len() < 2 || !bytes[..2].iter().all(u8::is_ascii_hexdigit)
    })
}

/// A text from outside as part of a sentence: short, on one line, in quotes.
fn quoted(text: &str) -> String {
    const LETTERS_AT_MOST: usize = 40;
    let mut shown: String = text.chars().filter(|letter| !letter.is_control()).take(LETTERS_AT_MOST).collect();
    if text.chars().count() > LETTERS_AT_MOST {
        shown.push('…');
    }
    format!("“{shown}”")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(query: &str) -> (String, usize) {
        let (selection, notices) = Selection::parse(query);
        (selection.to_query(), notices.len())
    }

    #[test]
    fn what_is_written_is_read_again() {
        for query in
            ["scenario=gather", "scenario=gather&requests=5&latency=0.3", "scenario=gather&speed=0.25&predict=on"]
        {
            assert_eq!(parse(query), (query.to_owned(), 0));
        }
        assert_eq!(parse(""), ("scenario=gather".to_owned(), 0));
        assert_eq!(parse("?scenario=gather&latency=2.0").0, "scenario=gather&latency=2");
    }

    #[test]
    fn the_nearest_that_can_be_used_is_used_and_said() {
        let cases = [
            ("scenario=nothing", "scenario=gather"),
            ("scenario=", "scenario=gather"),
            ("scenario=Gather", "scenario=gather"),
            ("scenario=gath", "scenario=gather"),
            ("colour=red", "scenario=gather"),
            ("latency=99", "scenario=gather&latency=5"),
            ("latency=-1", "scenario=gather&latency=0"),
            ("latency=1e999", "scenario=gather&latency=5"),
            ("latency=NaN", "scenario=gather"),
            ("latency=soon", "scenario=gather"),
            ("latency=1.234", "scenario=gather&latency=1.2"),
            ("latency=2&latency=3", "scenario=gather&latency=2"),
            ("requests=2.5", "scenario=gather"),
            ("speed=1000", "scenario=gather&speed=20"),
            ("speed=0", "scenario=gather&speed=0.25"),
            ("speed=fast", "scenario=gather"),
            ("predict=maybe", "scenario=gather"),
            ("latency=%zz", "scenario=gather"),
            ("%ff=1", "scenario=gather"),
        ];
        for (query, used) in cases {
            let (read, notices) = parse(query);
            assert_eq!(read, used, "{query}");
            assert!(notices >= 1, "{query} was changed and nothing was said");
        }
        assert_eq!(parse("latency=1,5"), ("scenario=gather&latency=1.5".to_owned(), 0));
        assert_eq!(parse("speed=4x"), ("scenario=gather&speed=4".to_owned(), 0));
    }

    #[test]
    fn ten_kilobytes_of_nonsense_give_a_few_short_sentences() {
        let long = format!("latency=2&{}", "x%".repeat(5000));
        let (selection, notices) = Selection::parse(&long);
        assert_eq!(selection.values.number("latency"), Some(2.0));
        assert!(notices.iter().all(|notice| notice.chars().count() < 160), "{notices:?}");
        let many = (0..1000).map(|place| format!("p{place}=1")).collect::<Vec<_>>().join("&");
        let (_, notices) = Selection::parse(&many);
        assert_eq!(notices.len(), NOTICES_AT_MOST);
        assert_eq!(notices.last().map(String::as_str), Some("995 more things in the address were ignored."));
    }
}
