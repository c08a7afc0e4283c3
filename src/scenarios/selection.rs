//! What is picked, and its form as a URL's query: `?scenario=gather&latency=2&speed=4`.

use std::borrow::Cow;
use std::time::Duration;

use super::{ALL, Param, Scenario, Values};
use crate::host::SPEEDS;
use crate::host::schedule::{CHOICES_AT_MOST, Choices};
use crate::numbers::{fixed, parse, plain, within};

/// The version of the form of a link. Links of older versions are to open for as long as there are any: where a name or a
/// meaning changes, `parse` goes on to read the old one in links that say so.
pub const LINK_VERSION: u32 = 1;

/// The query's names that are no parameter of a scenario.
pub const RESERVED: [&str; 19] = [
    VERSION,
    SCENARIO,
    SPEED,
    PREDICT,
    VARIANTS,
    CODE,
    PANEL,
    MOMENT,
    CLOCK,
    ZOOM,
    LAYERS_SHOWN,
    PINS,
    SLOWER,
    SCHEDULE,
    COMPARE,
    "controls",
    "theme",
    "loading",
    "origin",
];
const VERSION: &str = "v";
const SCENARIO: &str = "scenario";
const SPEED: &str = "speed";
const PREDICT: &str = "predict";
const VARIANTS: &str = "variants";
const CODE: &str = "code";
const PANEL: &str = "panel";
const MOMENT: &str = "at";
const CLOCK: &str = "clock";
const ZOOM: &str = "zoom";
const LAYERS_SHOWN: &str = "layers";
const PINS: &str = "pins";
const SLOWER: &str = "slower";
const SCHEDULE: &str = "schedule";
const COMPARE: &str = "compare";

/// What a link says when two runs are compared, and which is left to the page.
const LIKELY: &str = "on";

/// What a link says after the choices if the loop goes on by itself after them.
const GOES_ON: &str = "fifo";

/// A choice is one digit of this base.
const PLACES: u32 = 36;

/// The languages that the code is shown in, as a link calls them.
pub const LANGUAGES: [&str; 2] = ["python", "rust"];

/// What may be shown of a variant beside its timeline.
pub const PANELS: [&str; 3] = ["completed", "console", "events"];

/// The clocks, as a link calls them.
pub const CLOCKS: [&str; 2] = ["real", "virtual"];

/// What may be drawn over the rows and below them, as a link calls it.
pub const LAYERS: [&str; 4] = ["wakes", "path", "loop", "ruler"];

/// So many earlier runs may stand beside the present ones.
pub const PINS_AT_MOST: usize = 3;

/// What a pin of a scenario without any other value than its defaults is called in a link.
const DEFAULTS: &str = "defaults";

/// What a job begins with, among a pin's values, that is slower in it.
const SLOWER_SIGN: char = '*';

/// How many complaints about a query are worth reading; the rest are counted.
const NOTICES_AT_MOST: usize = 6;

/// An address of megabytes is not searched for names that it has twice.
const NAMES_AT_MOST: usize = 1000;

/// A scenario, the values of its parameters, how fast a real run goes, and how it is looked at.
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
    /// How it is looked at.
    pub view: View,
}

/// How a scenario is looked at.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct View {
    /// The variants that are shown, by their places in the scenario, in this order; all of them if it is empty.
    pub variants: Vec<usize>,
    /// Which of [`LANGUAGES`] the code is shown in.
    pub language: usize,
    /// Which of [`PANELS`] is open.
    pub panel: usize,
    /// Up to which moment of the runs; none for all of them.
    pub moment: Option<Duration>,
    /// Which of [`CLOCKS`] a run goes by. By the virtual one it is over at once.
    pub clock: usize,
    /// From when to when the axis goes; none for all of it.
    pub zoom: Option<(Duration, Duration)>,
    /// Which of [`LAYERS`] are drawn.
    pub layers: [bool; LAYERS.len()],
    /// The values whose runs stand beside those with the present ones; at most [`PINS_AT_MOST`].
    pub pins: Vec<Values>,
    /// In which order the reader has ready tasks run, if that is to be seen.
    pub schedule: Option<Schedule>,
    /// Whether two runs are compared, and which: none for those that are most likely meant.
    pub compare: Option<Option<[Compared; 2]>>,
}

/// A run that is compared with another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Compared {
    /// The variant, by its place in the scenario.
    pub variant: usize,
    /// With the values of this pin, by its place among them; none for the present ones.
    pub pin: Option<usize>,
}

/// A variant's run in which the reader chooses which ready task is next.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Schedule {
    /// The variant, by its place in the scenario.
    pub variant: usize,
    /// What was chosen. No more than [`CHOICES_AT_MOST`], each less than 36.
    pub choices: Choices,
}

impl PartialEq for Selection {
    fn eq(&self, other: &Self) -> bool {
        self.scenario.id == other.scenario.id
            && self.values == other.values
            && self.speed == other.speed
            && self.predict == other.predict
            && self.view == other.view
    }
}

impl Selection {
    /// A scenario at its defaults.
    #[must_use]
    pub fn of(scenario: &'static Scenario) -> Self {
        Self { scenario, values: scenario.defaults(), speed: 1.0, predict: false, view: View::default() }
    }

    /// The places of the variants that are shown, in the order in which they are.
    #[must_use]
    pub fn variants(&self) -> Vec<usize> {
        if self.view.variants.is_empty() {
            (0..self.scenario.variants.len()).collect()
        } else {
            self.view.variants.clone()
        }
    }

    /// Another scenario at its defaults, for the same reader.
    #[must_use]
    pub fn another(&self, scenario: &'static Scenario) -> Self {
        let View { language, panel, layers, compare, .. } = self.view;
        let view = View { language, panel, layers, compare: compare.map(|_| None), ..View::default() };
        Self { predict: self.predict, view, ..Self::of(scenario) }
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
        Self::parse_on(None, query, &[])
    }

    /// Reads the query of a page that shows the scenario of this id if its query names none. Names in `others` are read by
    /// somebody else.
    #[must_use]
    pub fn parse_on(id: Option<&str>, query: &str, others: &[&str]) -> (Self, Vec<String>) {
        let mut notices = Vec::new();
        let pairs = pairs(query.strip_prefix('?').unwrap_or(query), &mut notices);
        let mut selection = Self::first();
        let named = pairs.iter().find(|(name, _)| name == SCENARIO).map(|(_, id)| &**id);
        if let Some(id) = named.or(id) {
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
            if seen.len() == NAMES_AT_MOST {
                notices.push(format!("{} stands far behind in the address; it was ignored.", quoted(name)));
                continue;
            }
            if seen.contains(&&**name) {
                notices.push(format!("{} stands in the address more than once; the first one counts.", quoted(name)));
                continue;
            }
            seen.push(name);
            let view = &mut selection.view;
            match &**name {
                SCENARIO => {}
                VERSION => read_version(text, &mut notices),
                SPEED => selection.speed = read_speed(text, &mut notices),
                PREDICT => selection.predict = read_switch(text, &mut notices),
                VARIANTS => view.variants = read_variants(selection.scenario, text, &mut notices),
                CODE if others.contains(&CODE) && text == "none" => {}
                CODE => view.language = read_choice(CODE, text, &LANGUAGES, &mut notices),
                PANEL => view.panel = read_choice(PANEL, text, &PANELS, &mut notices),
                CLOCK => view.clock = read_choice(CLOCK, text, &CLOCKS, &mut notices),
                MOMENT => view.moment = read_moment(text, &mut notices),
                ZOOM => view.zoom = read_zoom(text, &mut notices),
                LAYERS_SHOWN => view.layers = read_layers(text, &mut notices),
                SLOWER => read_slower(&mut selection.values, text, &mut notices),
                PINS => view.pins = read_pins(selection.scenario, text, &mut notices),
                SCHEDULE => view.schedule = read_schedule(selection.scenario, text, &mut notices),
                COMPARE => view.compare = Some(read_compared(selection.scenario, text, &mut notices)),
                name if others.contains(&name) => {}
                name => selection.read_value(name, text, &mut notices),
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
        let rest = self.to_rest();
        let scenario = self.scenario.id;
        if rest.is_empty() { format!("{SCENARIO}={scenario}") } else { format!("{SCENARIO}={scenario}&{rest}") }
    }

    /// The query of a page that shows this scenario anyway: whatever is not at its default.
    #[must_use]
    pub fn to_rest(&self) -> String {
        let mut query = form_urlencoded::Serializer::new(String::new());
        for (param, value) in self.values.changed() {
            query.append_pair(param.id, &plain(value));
        }
        if self.speed != 1.0 {
            query.append_pair(SPEED, &plain(self.speed));
        }
        if self.predict {
            query.append_pair(PREDICT, "on");
        }
        let View { variants, language, panel, moment, clock, zoom, layers, pins, schedule, compare } = &self.view;
        let ids: Vec<&str> = variants.iter().map(|place| self.scenario.variants[*place].id).collect();
        let mut query = query.finish();
        let mut add = |name: &str, value: &str| {
            let and = if query.is_empty() { "" } else { "&" };
            // Names and numbers need no encoding, and a comma may stand as it is.
            query.extend([and, name, "=", value]);
        };
        if !ids.is_empty() {
            add(VARIANTS, &ids.join(","));
        }
        for (name, of, place) in [(CODE, &LANGUAGES[..], *language), (PANEL, &PANELS, *panel), (CLOCK, &CLOCKS, *clock)]
        {
            if place > 0 {
                add(name, of[place]);
            }
        }
        if let Some(moment) = moment {
            add(MOMENT, &micros(*moment));
        }
        if let Some((from, to)) = zoom {
            add(ZOOM, &format!("{}-{}", micros(*from), micros(*to)));
        }
        let shown: Vec<&str> = LAYERS.iter().zip(layers).filter(|(_, shown)| **shown).map(|(name, _)| *name).collect();
        if !shown.is_empty() {
            add(LAYERS_SHOWN, &shown.join(","));
        }
        if !self.values.slower().is_empty() {
            let said = self.values.slower().iter().map(|(name, percent)| format!("{name}:{percent}"));
            let said = listed(&said.collect::<Vec<_>>(), ';');
            add(SLOWER, &form_urlencoded::byte_serialize(said.as_bytes()).collect::<String>());
        }
        if !pins.is_empty() {
            // A value has no sign that would have to be encoded.
            add(PINS, &listed(&pins.iter().map(pin).collect::<Vec<_>>(), ';'));
        }
        if let Some(two) = compare {
            let id = |one: &Compared| {
                let id = self.scenario.variants[one.variant].id;
                one.pin.map_or_else(|| id.to_owned(), |pin| format!("{id}:{}", pin + 1))
            };
            add(COMPARE, &two.as_ref().map_or_else(|| LIKELY.to_owned(), |two| listed(&two.each_ref().map(id), ',')));
        }
        if let Some(Schedule { variant, choices: Choices { places, goes_on } }) = schedule {
            let digits = places.iter().filter_map(|place| char::from_digit(u32::from(*place), PLACES));
            let mut said = self.scenario.variants[*variant].id.to_owned();
            if *goes_on || !places.is_empty() {
                said.push('.');
                said.extend(digits);
            }
            if *goes_on {
                said.extend([".", GOES_ON]);
            }
            add(SCHEDULE, &said);
        }
        query
    }
}

/// Texts with a sign between them. The standard library's `join` of owned texts is 1.3 kB of code in every first visit,
/// before it is compressed.
fn listed(texts: &[String], between: char) -> String {
    let mut out = String::new();
    for (place, text) in texts.iter().enumerate() {
        if place > 0 {
            out.push(between);
        }
        out += text;
    }
    out
}

/// Values as a link has them: `limit:3,duration:2`.
fn pin(values: &Values) -> String {
    let numbers = values.changed().map(|(param, value)| format!("{}:{}", param.id, plain(value)));
    let name = |name: &str| form_urlencoded::byte_serialize(name.as_bytes()).collect::<String>();
    let slower = values.slower().iter().map(|(job, percent)| format!("{SLOWER_SIGN}{}:{percent}", name(job)));
    let changed: Vec<String> = numbers.chain(slower).collect();
    if changed.is_empty() { DEFAULTS.to_owned() } else { listed(&changed, ',') }
}

fn read_pins(scenario: &'static Scenario, text: &str, notices: &mut Vec<String>) -> Vec<Values> {
    let mut pins: Vec<Values> = Vec::new();
    for text in text.split(';').filter(|text| !text.is_empty()) {
        if pins.len() == PINS_AT_MOST {
            notices.push(format!("More than {PINS_AT_MOST} runs are pinned; the first ones are shown."));
            break;
        }
        let mut pinned = Selection::of(scenario);
        for pair in text.split(',').filter(|pair| *pair != DEFAULTS) {
            if let Some(slower) = pair.strip_prefix(SLOWER_SIGN) {
                read_slower(&mut pinned.values, slower, notices);
                continue;
            }
            let (name, value) = pair.split_once(':').unwrap_or((pair, ""));
            pinned.read_value(name, value, notices);
        }
        if !pins.contains(&pinned.values) {
            pins.push(pinned.values);
        }
    }
    pins
}

/// Whether there are jobs of these names, only a run can tell.
fn read_slower(values: &mut Values, text: &str, notices: &mut Vec<String>) {
    for text in text.split(';').filter(|text| !text.is_empty()) {
        let read = text.rsplit_once(':').and_then(|(name, percent)| Some((name, parse_number(percent)?)));
        let Some((name, percent)) = read.filter(|(name, _)| !name.is_empty()) else {
            notices.push(format!("{} is no job and its percentage, as in “job 1:150”; it was ignored.", quoted(text)));
            continue;
        };
        let rounded = within(percent, &(0.0..=1e6)).round() as u32;
        let is_used = values.set_slower(name, rounded) && f64::from(rounded) == percent;
        if !is_used {
            let used = values.slower().percent(name);
            notices.push(format!("{} cannot take {} % of its time; using {used} %.", quoted(name), plain(percent)));
        }
    }
}

/// To the microsecond, as it is read: an event at the moment must not come after it in the link.
fn micros(time: Duration) -> String {
    let seconds = fixed(time.as_secs_f64(), 6);
    seconds.trim_end_matches('0').trim_end_matches('.').to_owned()
}

fn read_version(text: &str, notices: &mut Vec<String>) {
    match text.parse::<u32>() {
        Ok(1..=LINK_VERSION) => {}
        Ok(LINK_VERSION..) => notices.push(
            "This link was made by a newer version of the playground; what this one knows of it is shown.".to_owned(),
        ),
        _ => notices.push(format!("{} is no version of a link; it was read as one of version 1.", quoted(text))),
    }
}

fn read_variants(scenario: &Scenario, text: &str, notices: &mut Vec<String>) -> Vec<usize> {
    let mut places = Vec::new();
    for id in text.split([',', ' ', '+']).filter(|id| !id.is_empty()) {
        match scenario.variants.iter().position(|variant| variant.id.eq_ignore_ascii_case(id)) {
            None => {
                let ids: Vec<&str> = scenario.variants.iter().map(|variant| variant.id).collect();
                let ids = ids.join(", ");
                notices.push(format!("“{}” has no variant {}; there are {ids}.", scenario.id, quoted(id)));
            }
            Some(place) if !places.contains(&place) => places.push(place),
            Some(_) => {}
        }
    }
    // All of them, as they stand: that is said with nothing.
    if places.iter().copied().eq(0..scenario.variants.len()) {
        places.clear();
    }
    places
}

/// The place of a text among some; the first if it is none of them.
fn read_choice(name: &str, text: &str, of: &[&str], notices: &mut Vec<String>) -> usize {
    of.iter().position(|choice| choice.eq_ignore_ascii_case(text)).unwrap_or_else(|| {
        notices.push(format!("“{name}” is {}, not one of {}; using {}.", quoted(text), of.join(", "), of[0]));
        0
    })
}

/// A time of a run.
fn read_time(text: &str) -> Option<Duration> {
    let number = parse_number(text.strip_suffix('s').unwrap_or(text)).filter(|number| *number >= 0.0);
    // The longest run is far shorter.
    number.map(|number| Duration::from_micros((within(number, &(0.0..=1e6)) * 1e6).round() as u64))
}

fn read_zoom(text: &str, notices: &mut Vec<String>) -> Option<(Duration, Duration)> {
    let ends = text.split_once('-').and_then(|(from, to)| read_time(from).zip(read_time(to)));
    let zoom = ends.filter(|(from, to)| from < to);
    if zoom.is_none() {
        notices.push(format!("“{ZOOM}” is {}, not a time, a dash and a later time; showing all.", quoted(text)));
    }
    zoom
}

fn read_layers(text: &str, notices: &mut Vec<String>) -> [bool; LAYERS.len()] {
    let mut layers = [false; LAYERS.len()];
    for name in text.split([',', ' ', '+']).filter(|name| !name.is_empty()) {
        match LAYERS.iter().position(|layer| layer.eq_ignore_ascii_case(name)) {
            Some(place) => layers[place] = true,
            None => notices.push(format!("There is no layer {}; there are {}.", quoted(name), LAYERS.join(", "))),
        }
    }
    layers
}

/// Two variants, each with the number of a pin if it is of that: `gather,gather:1`.
fn read_compared(scenario: &Scenario, text: &str, notices: &mut Vec<String>) -> Option<[Compared; 2]> {
    if text.eq_ignore_ascii_case(LIKELY) {
        return None;
    }
    let read = |text: &str| {
        let (id, pin) = text.split_once(':').map_or((text, None), |(id, pin)| (id, Some(pin)));
        let variant = scenario.variants.iter().position(|variant| variant.id.eq_ignore_ascii_case(id))?;
        let pin = match pin {
            Some(pin) => Some(pin.parse::<usize>().ok().filter(|pin| (1..=PINS_AT_MOST).contains(pin))? - 1),
            None => None,
        };
        Some(Compared { variant, pin })
    };
    let two = text.split_once(',').and_then(|(one, other)| Some([read(one)?, read(other)?]));
    if two.is_none() {
        notices.push(format!(
            "“{COMPARE}” is {}, not two variants of “{}” with a comma between them; comparing what is likely.",
            quoted(text),
            scenario.id
        ));
    }
    two
}

/// A variant, the choices as digits, and whether the loop goes on after them: `gather.0120.fifo`.
fn read_schedule(scenario: &Scenario, text: &str, notices: &mut Vec<String>) -> Option<Schedule> {
    let mut parts = text.splitn(3, '.');
    let id = parts.next().unwrap_or_default();
    let Some(variant) = scenario.variants.iter().position(|variant| variant.id.eq_ignore_ascii_case(id)) else {
        notices.push(format!("“{SCHEDULE}” is {}, which begins with no variant of “{}”.", quoted(text), scenario.id));
        return None;
    };
    let digits = parts.next().unwrap_or_default();
    let known = digits.chars().map_while(|digit| digit.to_digit(PLACES)).take(CHOICES_AT_MOST);
    let places: Vec<u8> = known.map(|place| place as u8).collect();
    // Of digits that count each is one byte.
    let left_out = &digits[places.len()..];
    let end = parts.next();
    if !left_out.is_empty() {
        let place = places.len() + 1;
        notices.push(format!("Choice {place} of “{SCHEDULE}”, {}, cannot be made; it was left out.", quoted(left_out)));
    } else if let Some(end) = end.filter(|end| *end != GOES_ON) {
        notices.push(format!("“{SCHEDULE}” ends with {}, not with “{GOES_ON}”; that was ignored.", quoted(end)));
    }
    let goes_on = left_out.is_empty() && end == Some(GOES_ON);
    Some(Schedule { variant, choices: Choices { places, goes_on } })
}

fn read_moment(text: &str, notices: &mut Vec<String>) -> Option<Duration> {
    let moment = read_time(text);
    if moment.is_none() {
        notices.push(format!("“{MOMENT}” is {}, not a number of seconds; showing the whole run.", quoted(text)));
    }
    moment
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
    // As exactly as a link has it.
    let number = (number * 1000.0).round() / 1000.0;
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
pub(crate) fn quoted(text: &str) -> String {
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
        for query in [
            "scenario=gather",
            "scenario=gather&requests=5&latency=0.3",
            "scenario=gather&speed=0.25&predict=on",
            "scenario=semaphore&limit=4&variants=semaphore,sequential&code=rust&panel=events&clock=virtual&at=0.25",
            "scenario=gather&zoom=0.5-1.25&layers=wakes,loop",
            "scenario=semaphore&limit=10&layers=ruler&pins=defaults;limit:5;duration:0.5,limit:2",
            "scenario=gather&pins=latency:2,*request+2:150",
            "scenario=gather&slower=request+2%3A150%3Brequest+3%3A50",
            "scenario=gather&schedule=gather",
            "scenario=gather&schedule=gather.01z",
            "scenario=gather&schedule=sequential.0.fifo",
            "scenario=gather&schedule=gather..fifo",
            "scenario=gather&at=0",
            "scenario=gather&at=0.000001",
            "scenario=gather&at=999999.999999",
        ] {
            assert_eq!(parse(query), (query.to_owned(), 0));
        }
        assert_eq!(parse("speed=1.23456&at=1.23456789"), ("scenario=gather&speed=1.235&at=1.234568".to_owned(), 0));
        assert_eq!(parse("speed=1.0001"), ("scenario=gather".to_owned(), 0));
        let (selection, _) = Selection::parse("speed=1.23456&at=1.23456789");
        assert_eq!(Selection::parse(&selection.to_query()).0, selection);
        assert_eq!(parse(""), ("scenario=gather".to_owned(), 0));
        assert_eq!(parse("?scenario=gather&latency=2.0").0, "scenario=gather&latency=2");
    }

    #[test]
    fn no_parameter_has_a_name_that_means_something_else() {
        for scenario in ALL {
            for param in scenario.params {
                assert!(!RESERVED.contains(&param.id), "{}: {}", scenario.id, param.id);
            }
        }
    }

    #[test]
    fn a_page_of_its_own_needs_no_name_in_its_query() {
        let (selection, notices) = Selection::parse_on(Some("semaphore"), "?limit=4", &[]);
        assert_eq!((selection.to_query(), notices.len()), ("scenario=semaphore&limit=4".to_owned(), 0));
        assert_eq!(selection.to_rest(), "limit=4");
        let (selection, notices) = Selection::parse_on(Some("semaphore"), "scenario=gather&code=none", &["code"]);
        assert_eq!((selection.to_query(), notices.len()), ("scenario=gather".to_owned(), 0));
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
            ("variants=none", "scenario=gather"),
            ("variants=gather,none", "scenario=gather&variants=gather"),
            ("code=c", "scenario=gather"),
            ("panel=", "scenario=gather"),
            ("clock=moon", "scenario=gather"),
            ("at=noon", "scenario=gather"),
            ("slower=request+2", "scenario=gather"),
            ("slower=:150", "scenario=gather"),
            ("slower=a:soon", "scenario=gather"),
            ("slower=a:5000", "scenario=gather&slower=a%3A1000"),
            ("slower=a:1", "scenario=gather&slower=a%3A10"),
            ("slower=a:150.5", "scenario=gather&slower=a%3A151"),
            ("pins=limit:3", "scenario=gather&pins=defaults"),
            ("pins=latency:soon", "scenario=gather&pins=defaults"),
            ("pins=latency:99", "scenario=gather&pins=latency:5"),
            ("pins=latency", "scenario=gather&pins=defaults"),
            ("pins=latency:2;latency:3;latency:4;latency:5", "scenario=gather&pins=latency:2;latency:3;latency:4"),
            ("at=-1", "scenario=gather"),
            ("schedule=nobody.01", "scenario=gather"),
            ("schedule=", "scenario=gather"),
            ("schedule=gather.0!1", "scenario=gather&schedule=gather.0"),
            ("schedule=gather.0é1.fifo", "scenario=gather&schedule=gather.0"),
            ("schedule=gather.01.lifo", "scenario=gather&schedule=gather.01"),
            ("schedule=gather.01.fifo.2", "scenario=gather&schedule=gather.01"),
            ("v=2", "scenario=gather"),
            ("v=0", "scenario=gather"),
            ("v=x", "scenario=gather"),
            ("controls=run", "scenario=gather"),
            ("latency=%zz", "scenario=gather"),
            ("%ff=1", "scenario=gather"),
        ];
        for (query, used) in cases {
            let (read, notices) = parse(query);
            assert_eq!(read, used, "{query}");
            assert!(notices >= 1, "{query} was changed and nothing was said");
        }
        assert_eq!(parse("variants=sequential,gather"), ("scenario=gather".to_owned(), 0));
        assert_eq!(parse("v=1"), ("scenario=gather".to_owned(), 0));
        assert_eq!(parse("pins=;defaults;defaults"), ("scenario=gather&pins=defaults".to_owned(), 0));
        assert_eq!(parse("at=1.5s"), ("scenario=gather&at=1.5".to_owned(), 0));
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
        let (selection, notices) = Selection::parse(&format!("schedule=gather.{}.fifo", "1".repeat(9000)));
        let choices = selection.view.schedule.expect("a variant").choices;
        assert_eq!((choices.places.len(), choices.goes_on, notices.len()), (CHOICES_AT_MOST, false, 1));
        let endless = (0..300_000).map(|place| format!("{place}=1")).collect::<Vec<_>>().join("&");
        let (_, notices) = Selection::parse(&endless);
        assert_eq!(notices.last().map(String::as_str), Some("299995 more things in the address were ignored."));
    }
}
