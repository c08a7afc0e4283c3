//! How an embed looks, and what of the page it has.

use crate::scenarios::quoted;

/// What an embed has to be clicked.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Controls([bool; Controls::NAMES.len()]);

impl Controls {
    /// What there is: run and stop, from event to event, how fast a run goes, the scenario's parameters.
    pub const NAMES: [&'static str; 4] = ["run", "step", "speed", "parameters"];

    /// All of them.
    pub const ALL: Self = Self([true; Self::NAMES.len()]);

    /// Whether the one in this place is there.
    #[must_use]
    pub fn has(self, place: usize) -> bool {
        self.0.get(place).is_some_and(|has| *has)
    }

    /// Has the one in this place, or has it no more.
    pub fn set(&mut self, place: usize, has: bool) {
        if let Some(place) = self.0.get_mut(place) {
            *place = has;
        }
    }

    /// The names of those that are there.
    #[must_use]
    pub fn names(self) -> Vec<&'static str> {
        Self::NAMES.into_iter().zip(self.0).filter(|(_, has)| *has).map(|(name, _)| name).collect()
    }
}

/// Light or dark.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Theme {
    /// As the reader's system is.
    #[default]
    Auto,
    /// Light.
    Light,
    /// Dark.
    Dark,
}

impl Theme {
    /// As an address calls them.
    pub const NAMES: [(&'static str, Self); 3] = [("auto", Self::Auto), ("light", Self::Light), ("dark", Self::Dark)];

    /// As CSS's `color-scheme` calls it.
    #[must_use]
    pub fn color_scheme(self) -> &'static str {
        match self {
            Self::Auto => "light dark",
            Self::Light => "light",
            Self::Dark => "dark",
        }
    }
}

/// How an embed looks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Options {
    /// What can be clicked.
    pub controls: Controls,
    /// Light or dark.
    pub theme: Theme,
    /// Whether the code stands under the timelines.
    pub code: bool,
    /// The origin of the page that the embed is in, as that says itself.
    pub origin: Option<String>,
}

impl Default for Options {
    fn default() -> Self {
        Self { controls: Controls([true, true, false, false]), theme: Theme::default(), code: false, origin: None }
    }
}

impl Options {
    /// The names in a query that are read here and not by [`Selection`](crate::scenarios::Selection). `code` is for both.
    pub const NAMES: [&'static str; 5] = ["controls", "theme", "code", "origin", "loading"];

    /// Reads the query of an embed. What cannot be used is ignored, and said in a sentence; names that are not read here are
    /// none of its business.
    #[must_use]
    pub fn parse(query: &str) -> (Self, Vec<String>) {
        let mut options = Self::default();
        let mut notices = Vec::new();
        let query = query.strip_prefix('?').unwrap_or(query);
        let mut seen = Vec::new();
        for (name, text) in form_urlencoded::parse(query.as_bytes()) {
            // The first one counts, as in a selection, which says so.
            let Some(name) = Self::NAMES.into_iter().find(|known| *known == name && !seen.contains(known)) else {
                continue;
            };
            seen.push(name);
            match name {
                "controls" => options.controls = read_controls(&text, &mut notices),
                "theme" => match Theme::NAMES.iter().find(|(name, _)| text.eq_ignore_ascii_case(name)) {
                    Some((_, theme)) => options.theme = *theme,
                    None => notices.push(format!("There is no theme {}: auto, light, dark.", quoted(&text))),
                },
                // Which language, or whether it is one, is a matter of the selection.
                "code" => options.code = text != "none",
                "origin" => options.origin = Some(text.into_owned()).filter(|origin| is_origin(origin)),
                _ => {}
            }
        }
        (options, notices)
    }
}

fn read_controls(text: &str, notices: &mut Vec<String>) -> Controls {
    let mut controls = Controls::default();
    for word in text.split([' ', ',', '+']).filter(|word| !word.is_empty()) {
        match Controls::NAMES.iter().position(|name| word.eq_ignore_ascii_case(name)) {
            Some(place) => controls.set(place, true),
            None if word.eq_ignore_ascii_case("all") => controls = Controls::ALL,
            None if word.eq_ignore_ascii_case("none") => {}
            None if notices.len() < 3 => {
                let quoted = quoted(word);
                notices.push(format!("There is no control {quoted}: run, step, speed, parameters, all, none."));
            }
            None => {}
        }
    }
    controls
}

/// Whether a text is the origin of a page that has one: a scheme, a host, perhaps a port, and nothing else.
fn is_origin(text: &str) -> bool {
    let host = text.strip_prefix("https://").or_else(|| text.strip_prefix("http://"));
    let fits = |letter: char| letter.is_ascii_alphanumeric() || ".:-_[]".contains(letter);
    host.is_some_and(|host| !host.is_empty() && host.len() < 260 && host.chars().all(fits))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_is_there() {
        let (options, notices) =
            Options::parse("?controls=run+speed&theme=dark&code=rust&limit=3&origin=https%3A%2F%2Fa.example");
        assert_eq!(notices, [""; 0]);
        assert_eq!(options.controls.names(), ["run", "speed"]);
        assert_eq!((options.theme, options.code), (Theme::Dark, true));
        assert_eq!(options.origin.as_deref(), Some("https://a.example"));
        assert_eq!(Options::parse(""), (Options::default(), vec![]));
        assert_eq!(Options::parse("controls=all").0.controls, Controls::ALL);
        assert_eq!(Options::parse("controls=none&code=none").0.controls, Controls::default());
    }

    #[test]
    fn what_is_not_understood_is_said_and_ignored() {
        let (options, notices) = Options::parse("controls=run,fly&theme=%3Cb%3E&origin=javascript:alert(1)");
        assert_eq!(notices.len(), 2, "{notices:?}");
        assert_eq!(options.controls.names(), ["run"]);
        assert_eq!((options.theme, options.origin), (Theme::Auto, None));
        let (options, notices) = Options::parse(&format!("theme=dark&{}", "theme=x&".repeat(1000)));
        assert_eq!((options.theme, notices.len()), (Theme::Dark, 0));
        let many = "x ".repeat(5000);
        assert_eq!(Options::parse(&format!("controls={many}")).1.len(), 3);
        for origin in ["null", "https://", "https://a.example/path", "ftp://a.example", "*"] {
            assert!(!is_origin(origin), "{origin}");
        }
    }
}
