//! The world outside a run: what a program can ask of it, and who answers.
//!
//! In a browser a [`World`] is offered to the programs of a real run, and its requests go to a worker. On the virtual clock
//! there is none: there the programs ask a model.

use std::cell::RefCell;
use std::fmt::Debug;
use std::hint::black_box;
use std::pin::Pin;

/// What a page and its workers must agree on: a worker says this when it has started. It changes with what they are made of.
pub const PROTOCOL: &str = env!("INTERLEAVE_PROTOCOL");

/// The number of the answer that a worker gives unasked, when it has started.
pub const STARTED: u32 = 0;

/// Asks a worker to remove whatever it has stored, and to end.
pub const TIDY_UP: &str = "tidy up";

/// What a program can ask for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Request {
    /// What stands at an address, relative to the page or whole. Never from a cache.
    Fetch(String),
    /// Adds a row to a table.
    Put {
        /// The table: `users` or `posts`.
        table: String,
        /// The row.
        row: String,
    },
    /// The rows of a table, in the order in which they were added, a line each.
    Rows(String),
    /// Puts a text into a file.
    Write {
        /// The file's name.
        file: String,
        /// Its text from now on.
        text: String,
    },
    /// The text of a file.
    Read(String),
    /// Sends a mail to somebody. No browser does.
    Mail(String),
    /// The [sum of the squares](sum_of_squares) below a number, computed so many times.
    Sum {
        /// The number.
        below: u64,
        /// How many times.
        times: u32,
    },
    /// How many squares a worker adds up in a second.
    Measure,
}

/// A request that is made before a run, so that the run finds what its program needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Preparation {
    /// The request.
    pub request: Request,
    /// What must stand in its answer.
    pub gives: String,
}

/// What comes of a request.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reply {
    /// What was asked for.
    Done(String),
    /// There is no such thing, and why: as good an answer as any.
    Failed(String),
    /// The browser does not do such things here, and why.
    Refused(String),
}

/// The parts of the world.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// Pages, by `fetch`.
    Web,
    /// Tables in `IndexedDB`.
    Database,
    /// Files in the origin-private file system.
    Files,
    /// Mail servers.
    Mail,
    /// Web Workers that compute.
    Workers,
}

impl Request {
    /// The part of the world that it is about.
    #[must_use]
    pub fn part(&self) -> Part {
        match self {
            Self::Fetch(_) => Part::Web,
            Self::Put { .. } | Self::Rows(_) => Part::Database,
            Self::Write { .. } | Self::Read(_) => Part::Files,
            Self::Mail(_) => Part::Mail,
            Self::Sum { .. } | Self::Measure => Part::Workers,
        }
    }

    /// As texts, for a message.
    #[must_use]
    pub fn to_parts(&self) -> Vec<String> {
        let (name, rest) = match self {
            Self::Fetch(address) => ("fetch", vec![address.clone()]),
            Self::Put { table, row } => ("put", vec![table.clone(), row.clone()]),
            Self::Rows(table) => ("rows", vec![table.clone()]),
            Self::Write { file, text } => ("write", vec![file.clone(), text.clone()]),
            Self::Read(file) => ("read", vec![file.clone()]),
            Self::Mail(to) => ("mail", vec![to.clone()]),
            Self::Sum { below, times } => ("sum", vec![below.to_string(), times.to_string()]),
            Self::Measure => ("measure", Vec::new()),
        };
        let mut parts = vec![name.to_owned()];
        parts.extend(rest);
        parts
    }

    /// From the texts of a message, if they are a request's.
    #[must_use]
    pub fn from_parts(parts: &[String]) -> Option<Self> {
        let (name, rest) = parts.split_first()?;
        Some(match (name.as_str(), rest) {
            ("fetch", [address]) => Self::Fetch(address.clone()),
            ("put", [table, row]) => Self::Put { table: table.clone(), row: row.clone() },
            ("rows", [table]) => Self::Rows(table.clone()),
            ("write", [file, text]) => Self::Write { file: file.clone(), text: text.clone() },
            ("read", [file]) => Self::Read(file.clone()),
            ("mail", [to]) => Self::Mail(to.clone()),
            ("sum", [below, times]) => Self::Sum { below: below.parse().ok()?, times: times.parse().ok()? },
            ("measure", []) => Self::Measure,
            _ => return None,
        })
    }
}

impl Reply {
    /// As texts, for a message.
    #[must_use]
    pub fn to_parts(&self) -> [&str; 2] {
        match self {
            Self::Done(text) => ["done", text],
            Self::Failed(why) => ["failed", why],
            Self::Refused(why) => ["refused", why],
        }
    }

    /// From the texts of a message; what is no reply counts as a refusal.
    #[must_use]
    pub fn from_parts(kind: &str, text: String) -> Self {
        match kind {
            "done" => Self::Done(text),
            "failed" => Self::Failed(text),
            "refused" => Self::Refused(text),
            _ => Self::Refused("it answered something else".to_owned()),
        }
    }
}

/// The sum of the squares below a number, computed so many times: work for a processor, in proportion to both.
#[must_use]
pub fn sum_of_squares(below: u64, times: u32) -> u64 {
    let mut sum = 0;
    for _ in 0..times.max(1) {
        sum = once(below);
    }
    sum
}

/// Called anew for each time, so that a browser which compiles a function better after some calls gets to do so.
#[inline(never)]
fn once(below: u64) -> u64 {
    // There is a formula, and compilers know it.
    (0..below).map(|number| black_box(number) * number).fold(0, u64::wrapping_add)
}

/// What a request becomes.
pub type Asked = Pin<Box<dyn Future<Output = Reply>>>;

/// Who answers the requests of a real run, and what has come of them.
pub struct World {
    ask: Box<dyn Fn(Request) -> Asked>,
    /// How many squares a worker adds up in a second.
    squares_per_second: f64,
    tallies: RefCell<Vec<Tally>>,
}

impl Debug for World {
    fn fmt(&self, out: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        out.debug_struct("World").field("tallies", &self.tallies.borrow()).finish_non_exhaustive()
    }
}

/// What has come of the requests to a part of the world.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tally {
    /// The part.
    pub part: Part,
    /// How many were answered.
    pub answered: u32,
    /// How many were refused.
    pub refused: u32,
    /// Why the first of those was.
    pub why: String,
}

impl Tally {
    /// What has come of them, in a sentence or two.
    #[must_use]
    pub fn words(&self) -> String {
        let (count, refused) = (self.answered, self.refused);
        let (thing, done) = match self.part {
            Part::Web => ("request", "answered over the network"),
            Part::Database => ("request", "answered by IndexedDB"),
            Part::Files => ("read or write", "done in this browser’s private files"),
            Part::Mail => ("mail", "sent"),
            Part::Workers => ("sum", "computed by Web Workers"),
        };
        let many = |count: u32| match (count, self.part) {
            (1, _) => format!("1 {thing}"),
            (_, Part::Files) => format!("{count} reads and writes"),
            _ => format!("{count} {thing}s"),
        };
        let were = |count: u32| if count == 1 { "was" } else { "were" };
        let real = if count == 0 { String::new() } else { format!("{} {} really {done}.", many(count), were(count)) };
        if refused == 0 {
            return real;
        }
        let but = format!("The model stood in for {}: {}.", many(refused), self.why.trim_end_matches('.'));
        if real.is_empty() { but } else { format!("{real} {but}") }
    }
}

impl World {
    /// A world of which somebody answers the requests.
    pub fn new(squares_per_second: f64, ask: impl Fn(Request) -> Asked + 'static) -> Self {
        Self { ask: Box::new(ask), squares_per_second, tallies: RefCell::default() }
    }

    /// Asks; gives what was asked for, why there is no such thing, or nothing if the request was refused.
    pub async fn ask(&self, request: Request) -> Option<Result<String, String>> {
        let part = request.part();
        let reply = (self.ask)(request).await;
        let mut tallies = self.tallies.borrow_mut();
        let place = tallies.iter().position(|tally| tally.part == part).unwrap_or(tallies.len());
        if place == tallies.len() {
            tallies.push(Tally { part, answered: 0, refused: 0, why: String::new() });
        }
        let tally = &mut tallies[place];
        match reply {
            Reply::Done(text) => {
                tally.answered += 1;
                Some(Ok(text))
            }
            Reply::Failed(why) => {
                tally.answered += 1;
                Some(Err(why))
            }
            Reply::Refused(why) => {
                if tally.refused == 0 {
                    tally.why = why;
                }
                tally.refused += 1;
                None
            }
        }
    }

    /// How many times the squares below a number must be added up to keep a processor of this machine busy for so long.
    #[must_use]
    pub fn times(&self, below: u64, seconds: f64) -> u32 {
        (self.squares_per_second * seconds / below.max(1) as f64) as u32
    }

    /// What has come of the requests, for each part of the world that was asked for something.
    #[must_use]
    pub fn tallies(&self) -> Vec<Tally> {
        self.tallies.borrow().clone()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_request_is_the_same_after_its_journey() {
        let text = |text: &str| text.to_owned();
        for request in [
            Request::Fetch(text("site/tea.html")),
            Request::Put { table: text("users"), row: text("Ada") },
            Request::Rows(text("posts")),
            Request::Write { file: text("notes"), text: text("two\nlines") },
            Request::Read(text("")),
            Request::Mail(text("Ada")),
            Request::Sum { below: u64::MAX, times: u32::MAX },
            Request::Measure,
        ] {
            assert_eq!(Request::from_parts(&request.to_parts()), Some(request));
        }
    }

    #[test]
    fn what_is_no_request_is_none() {
        for parts in [vec![], vec!["fetch"], vec!["sum", "1", "two"], vec!["dance"], vec!["measure", "twice"]] {
            let parts: Vec<_> = parts.into_iter().map(str::to_owned).collect();
            assert_eq!(Request::from_parts(&parts), None, "{parts:?}");
        }
    }

    #[test]
    fn a_reply_is_the_same_after_its_journey_and_anything_else_a_refusal() {
        for reply in [Reply::Done("a".into()), Reply::Failed("404".into()), Reply::Refused(String::new())] {
            let [kind, text] = reply.to_parts();
            assert_eq!(Reply::from_parts(kind, text.to_owned()), reply);
        }
        assert!(matches!(Reply::from_parts("perhaps", String::new()), Reply::Refused(_)));
    }

    #[test]
    fn what_has_come_of_requests_is_said_in_words() {
        let tally = |part, answered, refused| Tally { part, answered, refused, why: "no network.".to_owned() }.words();
        assert_eq!(tally(Part::Web, 18, 0), "18 requests were really answered over the network.");
        assert_eq!(
            tally(Part::Web, 1, 2),
            "1 request was really answered over the network. The model stood in for 2 requests: no network."
        );
        assert_eq!(tally(Part::Files, 0, 3), "The model stood in for 3 reads and writes: no network.");
        assert_eq!(tally(Part::Workers, 4, 0), "4 sums were really computed by Web Workers.");
        assert_eq!(tally(Part::Database, 2, 0), "2 requests were really answered by IndexedDB.");
    }

    #[test]
    fn a_sum_is_the_same_however_often_it_is_computed() {
        assert_eq!(sum_of_squares(4, 1), 14);
        assert_eq!([0, 1, 3].map(|times| sum_of_squares(10_000, times)), [333_283_335_000; 3]);
        assert_eq!(sum_of_squares(0, 1), 0);
    }
}
