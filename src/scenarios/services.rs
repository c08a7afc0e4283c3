//! The world outside the whole programs, one function or struct for each kind of call.
//!
//! On the virtual clock all of it is a model, so that every run is the same: the contents stand here, and so does how long
//! each call takes. Under a browser's clock a run may be [`offered`] a [`World`]. Then what can be done for real is,
//! and takes as long as it takes; where the browser refuses, the model takes over.
//!
//! | call | gives | in the model after | for real |
//! |---|---|---|---|
//! | [`fetch`] of a page in [`PAGES`] | HTML with a title, links and images | 0.3–1.3 s, its own time for each | from `site/` |
//! | [`fetch`] of `users/1` to `users/8` | a name; nobody is user 3: `404 Not Found` | 0.3–0.9 s, the error 0.3 s | from `site/` |
//! | [`fetch`] of another address | a page | 0.5 s | from there |
//! | [`query`] of `users` or `posts` | 3 or 5 rows | what the scenario says | `IndexedDB` |
//! | [`read_file`] of a file in [`FILES`] | a line of text | 0.1–0.8 s, its own time for each | origin-private files |
//! | [`write_file`] | nothing | what the scenario says | origin-private files |
//! | [`save_user`] | nothing | 0.02 s | `IndexedDB` |
//! | [`send_mail`] | nothing | what the scenario says | never: a page cannot |
//! | [`sum_of_squares`] | the sum, really computed | blocks for what the scenario says | computes for so long |
//! | [`Workers`] | the same, elsewhere | the same | Web Workers |
//! | [`Channel`] | messages, to everybody but their sender | at once | – |
//!
//! The Python programs have the same model in `examples/python/services.py`. What waits stands in the trace with the line of
//! the scenario that called: hence functions that return futures, which know their caller, where `async fn` would not.

use std::cell::RefCell;
use std::fmt::Write as _;
use std::rc::Rc;
use std::time::Duration;

use futures::future::Either;

use super::Real;
use crate::aio::{Error, ProcessPool, Queue, Result, Semaphore, blocking_sleep, offered, sleep, wrap_future};
use crate::world::{self, Preparation, Request, World};

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

/// What the model's web server answers, and after how long.
fn web_server(path: &str) -> (Duration, Result<String>) {
    let user = path.strip_prefix("users/").and_then(|id| id.parse::<usize>().ok());
    if let Some(place) = PAGES.iter().position(|name| *name == path) {
        (tenths(PAGE_TENTHS[place]), Ok(page(place)))
    } else if let Some(name) = user.and_then(|id| USERS.get(id.checked_sub(1)?)).filter(|name| !name.is_empty()) {
        (tenths(3 + 4 * user.unwrap_or_default() as u64 % 7), Ok((*name).to_owned()))
    } else if is_elsewhere(path) {
        (tenths(5), Ok(format!("<html><title>{path}</title></html>")))
    } else {
        (tenths(3), Err(not_found(path)))
    }
}

fn not_found(path: &str) -> Error {
    Error::raised(format!("404 Not Found: {path}"))
}

/// Whether a path is the address of a page that is not one of the small web site.
fn is_elsewhere(path: &str) -> bool {
    path.contains("://")
}

/// Where the site really has a path.
fn address(path: &str) -> String {
    if is_elsewhere(path) {
        path.to_owned()
    } else {
        let ending = if path.starts_with("users/") { "txt" } else { "html" };
        format!("site/{path}.{ending}")
    }
}

/// Asks the world outside, if there is one; where there is none, or it refuses, the model answers after its time.
#[track_caller]
fn ask(
    request: Request,
    takes: Duration,
    model: impl FnOnce() -> Result<String>,
) -> impl Future<Output = Result<String>> {
    let asked = offered::<World>().map(|world| wrap_future(async move { world.ask(request).await }));
    let pause = sleep(takes);
    async move {
        if let Some(asked) = asked
            && let Some(answer) = asked.await?
        {
            return answer.map_err(Error::raised);
        }
        pause.await?;
        model()
    }
}

/// What a web server answers.
#[track_caller]
pub(super) fn fetch(path: &str) -> impl Future<Output = Result<String>> + use<> {
    let (takes, answer) = web_server(path);
    let path = path.to_owned();
    let asked = ask(Request::Fetch(address(&path)), takes, || answer);
    async move {
        let text = asked.await?;
        // Some servers answer with their first page where there is nothing.
        if path.starts_with("users/") && text.starts_with('<') { Err(not_found(&path)) } else { Ok(text) }
    }
}

/// The rows of a table.
fn rows(table: &str) -> impl Iterator<Item = String> {
    let rows = if table == "users" { 3 } else { 5 };
    (1..=rows).map(move |row| format!("{table} {row}"))
}

/// The rows of a table, for somebody who has a connection.
#[track_caller]
pub(super) fn query(table: &'static str, takes: Duration) -> impl Future<Output = Result<Vec<String>>> {
    let asked = ask(Request::Rows(table.to_owned()), takes, || Ok(rows(table).collect::<Vec<_>>().join("\n")));
    async move { Ok(asked.await?.lines().map(str::to_owned).collect()) }
}

fn text_of(file: &str) -> String {
    format!("what the {file} says")
}

/// What stands in a file.
#[track_caller]
pub(super) fn read_file(name: &'static str) -> impl Future<Output = Result<String>> {
    let place = FILES.iter().position(|known| *known == name).unwrap_or_default();
    ask(Request::Read(name.to_owned()), tenths(FILE_TENTHS[place]), || Ok(text_of(name)))
}

/// Puts a text into a file. The model keeps nothing.
#[track_caller]
pub(super) fn write_file(name: &str, text: &str, takes: Duration) -> impl Future<Output = Result<()>> + use<> {
    let request = Request::Write { file: format!("{name}.out"), text: text.to_owned() };
    let asked = ask(request, takes, || Ok(String::new()));
    async move { asked.await.map(drop) }
}

/// Puts a user into a database. The model keeps nothing.
#[track_caller]
pub(super) fn save_user(name: &str) -> impl Future<Output = Result<()>> + use<> {
    let request = Request::Put { table: "users".to_owned(), row: name.to_owned() };
    let asked = ask(request, Duration::from_millis(20), || Ok(String::new()));
    async move { asked.await.map(drop) }
}

/// Gives a mail to a mail server. The model sends nothing.
#[track_caller]
pub(super) fn send_mail(to: &str, takes: Duration) -> impl Future<Output = Result<()>> + use<> {
    let asked = ask(Request::Mail(to.to_owned()), takes, || Ok(String::new()));
    async move { asked.await.map(drop) }
}

/// The sum of the squares below `n`, on a machine that needs so long for it: a real one computes it until then.
#[track_caller]
pub(super) fn sum_of_squares(n: u64, takes: Duration) -> u64 {
    let times = offered::<World>().map(|world| world.times(n, takes.as_secs_f64()));
    if times.is_none() {
        blocking_sleep(takes);
    }
    world::sum_of_squares(n, times.unwrap_or(1))
}

/// Workers that compute sums beside the loop. Clones are the same workers.
#[derive(Clone)]
pub(super) struct Workers {
    model: ProcessPool,
    /// Of the real ones, which have no line to wait in.
    free: Semaphore,
}

impl Workers {
    /// So many of them.
    pub(super) fn new(count: usize) -> Self {
        Self { model: ProcessPool::new(count), free: Semaphore::new(count).named("workers") }
    }

    /// The sum of the squares below `n`, from the first worker that is free.
    #[track_caller]
    pub(super) fn sum_of_squares(&self, n: u64, takes: Duration) -> impl Future<Output = Result<u64>> + use<> {
        let work = move || {
            blocking_sleep(takes);
            Ok(world::sum_of_squares(n, 1))
        };
        let model = self.model.clone();
        let Some(world) = offered::<World>() else { return Either::Left(model.run(work)) };
        let free = self.free.acquire();
        let request = Request::Sum { below: n, times: world.times(n, takes.as_secs_f64()) };
        let asked = wrap_future(async move { world.ask(request).await });
        Either::Right(async move {
            let _worker = free.await?;
            match asked.await? {
                Some(answer) => answer.and_then(|sum| sum.parse().map_err(|_| sum)).map_err(Error::raised),
                None => model.run(work).await,
            }
        })
    }
}

/// What there must be before a real run asks for it.
pub(super) fn preparations(real: Real) -> Vec<Preparation> {
    let plain = |request| Preparation { request, gives: String::new() };
    match real {
        Real::Waits | Real::Blocks => Vec::new(),
        Real::Fetches { .. } => {
            // Some hosts have lost the site, and some answer with another page.
            let gives = format!("<title>All about {}</title>", PAGES[0]);
            vec![Preparation { request: Request::Fetch(address(PAGES[0])), gives }]
        }
        Real::Database => {
            let put = |table: &'static str| rows(table).map(|row| Request::Put { table: table.to_owned(), row });
            put("users").chain(put("posts")).map(plain).collect()
        }
        Real::Files => {
            let write = |file: &&str| Request::Write { file: (*file).to_owned(), text: text_of(file) };
            FILES.iter().map(write).map(plain).collect()
        }
        Real::Computes => vec![plain(Request::Measure)],
    }
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

#[cfg(test)]
mod tests {
    use std::path::Path;

    use super::*;

    #[test]
    fn the_site_has_what_the_model_answers() {
        let users = (1..=USERS.len()).map(|user| format!("users/{user}"));
        let mut files = 0;
        for path in PAGES.iter().map(|page| (*page).to_owned()).chain(users) {
            let file = Path::new(env!("CARGO_MANIFEST_DIR")).join(address(&path));
            match web_server(&path).1 {
                Ok(text) => {
                    expect_test::expect_file![&file].assert_eq(&text);
                    files += 1;
                }
                Err(_) => assert!(!file.exists(), "{} must not be there", file.display()),
            }
        }
        assert_eq!(files, PAGES.len() + USERS.len() - 1);
    }
}
