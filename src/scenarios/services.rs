//! The world outside the whole programs, one function or struct for each kind of call.
//!
//! All of it is a model, so that every run is the same: the contents stand here, and so does how long each call takes.
//!
//! | call | gives | after |
//! |---|---|---|
//! | [`fetch`] of a page in [`PAGES`] | HTML with a title, links and images | 0.3–1.3 s, its own time for each page |
//! | [`fetch`] of `users/1` to `users/8` | a name; nobody is user 3: `404 Not Found` | 0.3–0.9 s, the error 0.3 s |
//! | [`query`] of `users` or `posts` | 3 or 5 rows | what the scenario says |
//! | [`read_file`] of a file in [`FILES`] | a line of text | 0.1–0.8 s, its own time for each file |
//! | [`write_file`] | nothing, and keeps nothing | what the scenario says |
//! | [`save_user`] | nothing, and keeps nothing | 0.02 s |
//! | [`send_mail`] | nothing, and sends nothing | what the scenario says |
//! | [`sum_of_squares`] | the sum, really computed | blocks for what the scenario says |
//! | [`Channel`] | messages, to everybody but their sender | at once |
//!
//! The Python programs have the same in `examples/python/services.py`. What waits stands in the trace with the line of the
//! scenario that called: hence functions that return futures, which know their caller, where `async fn` would not.

use std::cell::RefCell;
use std::fmt::Write as _;
use std::rc::Rc;
use std::time::Duration;

use crate::aio::{Error, Queue, Result, blocking_sleep, sleep};

/// The pages of a small web site.
pub(super) const PAGES: [&str; 12] =
    ["tea", "coffee", "cocoa", "milk", "juice", "cider", "water", "mead", "kefir", "lassi", "chai", "mocha"];

/// Tenths of a second until each of the pages comes.
const PAGE_TENTHS: [u64; 12] = [8, 3, 12, 6, 10, 4, 7, 9, 5, 11, 3, 13];

/// Users 1 to 8.
const USERS: [&str; 8] = ["Ada", "Ben", "", "Dan", "Eve", "Finn", "Gus", "Hana"];

/// The files of a small disk.
pub(super) const FILES: [&str; 8] = ["draft", "notes", "letter", "memo", "poem", "diary", "recipe", "log"];

/// Tenths of a second until each of the files has been read.
const FILE_TENTHS: [u64; 8] = [6, 2, 4, 1, 3, 5, 8, 7];

fn tenths(count: u64) -> Duration {
    Duration::from_millis(100 * count)
}

/// A page links to those that follow it, to up to three, and has up to two images.
fn page(place: usize) -> String {
    let name = PAGES[place];
    let mut html = format!("<html><title>All about {name}</title>");
    for next in 1..=1 + place % 3 {
        let link = PAGES[(place + next) % PAGES.len()];
        let _ = write!(html, "<a href=\"{link}\">{link}</a>");
    }
    for number in 0..(place + 1) % 3 {
        let _ = write!(html, "<img src=\"{name}-{number}.png\">");
    }
    html + "</html>"
}

/// What a web server answers.
#[track_caller]
pub(super) fn fetch(path: &str) -> impl Future<Output = Result<String>> + use<> {
    let user = path.strip_prefix("users/").and_then(|id| id.parse::<usize>().ok());
    let (pause, answer) = if let Some(place) = PAGES.iter().position(|name| *name == path) {
        (PAGE_TENTHS[place], Ok(page(place)))
    } else if let Some(name) = user.and_then(|id| USERS.get(id.checked_sub(1)?)).filter(|name| !name.is_empty()) {
        (3 + 4 * user.unwrap_or_default() as u64 % 7, Ok((*name).to_owned()))
    } else {
        (3, Err(Error::raised(format!("404 Not Found: {path}"))))
    };
    let pause = sleep(tenths(pause));
    async move {
        pause.await?;
        answer
    }
}

/// The rows of a table, for somebody who has a connection.
#[track_caller]
pub(super) fn query(table: &'static str, takes: Duration) -> impl Future<Output = Result<Vec<String>>> {
    let pause = sleep(takes);
    async move {
        pause.await?;
        let rows = if table == "users" { 3 } else { 5 };
        Ok((1..=rows).map(|row| format!("{table} {row}")).collect())
    }
}

/// What stands in a file.
#[track_caller]
pub(super) fn read_file(name: &'static str) -> impl Future<Output = Result<String>> {
    let place = FILES.iter().position(|known| *known == name).unwrap_or_default();
    let pause = sleep(tenths(FILE_TENTHS[place]));
    async move {
        pause.await?;
        Ok(format!("what the {name} says"))
    }
}

/// Puts a text into a file.
#[track_caller]
pub(super) fn write_file(_name: &str, _text: &str, takes: Duration) -> impl Future<Output = Result<()>> + use<> {
    sleep(takes)
}

/// Puts a user into a database.
#[track_caller]
pub(super) fn save_user(_name: &str) -> impl Future<Output = Result<()>> + use<> {
    sleep(Duration::from_millis(20))
}

/// Gives a mail to a mail server.
#[track_caller]
pub(super) fn send_mail(_to: &str, takes: Duration) -> impl Future<Output = Result<()>> + use<> {
    sleep(takes)
}

/// The sum of the squares below `n`, as a machine computes it that needs so long.
#[track_caller]
pub(super) fn sum_of_squares(n: u64, takes: Duration) -> u64 {
    blocking_sleep(takes);
    (0..n).map(|number| number * number).sum()
}

/// What a member of a channel has been sent; nothing more comes after `None`.
pub(super) type Inbox = Queue<Option<String>>;

/// A channel on which everybody hears everybody else. Clones are the same channel.
#[derive(Clone, Default)]
pub(super) struct Channel(Rc<RefCell<Vec<(String, Inbox)>>>);

impl Channel {
    /// Joins under a name.
    pub(super) fn join(&self, name: &str) -> Inbox {
        let inbox = Inbox::new().named(format!("{name}'s inbox"));
        self.0.borrow_mut().push((name.to_owned(), inbox.clone()));
        inbox
    }

    /// Sends a message to everybody else, in the order in which they joined.
    #[track_caller]
    pub(super) fn post(&self, from: &str, message: &str) {
        for (_, inbox) in self.0.borrow().iter().filter(|(name, _)| name != from) {
            // An inbox has room for everything.
            let _ = inbox.try_put(Some(message.to_owned()));
        }
    }

    /// Tells everybody that nothing more comes.
    #[track_caller]
    pub(super) fn close(&self) {
        for (_, inbox) in self.0.borrow().iter() {
            let _ = inbox.try_put(None);
        }
    }
}
