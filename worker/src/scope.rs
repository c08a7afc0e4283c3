//! The worker's end of the conversation.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures::channel::oneshot;
use interleave::world::{PROTOCOL, Part, Reply, Request, STARTED, TIDY_UP, sum_of_squares};
use js_sys::{Array, Date, Math};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::spawn_local;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use crate::{database, files, web};

/// What the names of all that is stored begin with.
const PREFIX: &str = "interleave-";

/// After a day nobody uses what is stored any more: the page has gone without tidying up.
const ABANDONED_MILLIS: f64 = 86_400_000.0;

fn scope() -> DedicatedWorkerGlobalScope {
    js_sys::global().unchecked_into()
}

/// What this worker stores, and how many requests are about to.
struct Store {
    name: String,
    busy: Cell<u32>,
    on_idle: RefCell<Option<oneshot::Sender<()>>>,
}

impl Store {
    fn begin(&self) {
        self.busy.set(self.busy.get() + 1);
    }

    fn end(&self) {
        self.busy.set(self.busy.get() - 1);
        if self.busy.get() == 0
            && let Some(idle) = self.on_idle.take()
        {
            let _ = idle.send(());
        }
    }

    async fn idle(&self) {
        if self.busy.get() > 0 {
            let (say, heard) = oneshot::channel();
            *self.on_idle.borrow_mut() = Some(say);
            let _ = heard.await;
        }
    }
}

/// Answers messages from now on.
pub(crate) fn listen() {
    // Other pages have workers, too: what is stored bears a name of its own, and when it was made.
    let name = format!("{PREFIX}{}-{}", Date::now(), (Math::random() * 1e9).floor());
    let store = Rc::new(Store { name, busy: Cell::new(0), on_idle: RefCell::default() });
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        let Ok(parts) = event.data().dyn_into::<Array>() else { return };
        let number = parts.shift();
        let parts: Vec<String> = parts.iter().filter_map(|part| part.as_string()).collect();
        let store = store.clone();
        if parts == [TIDY_UP] {
            spawn_local(async move {
                // What is removed while somebody writes comes back.
                store.idle().await;
                tidy_up(&store.name).await;
                scope().close();
            });
            return;
        }
        let Some(request) = Request::from_parts(&parts) else {
            say(&number, &Reply::Refused("its worker does not know such things".to_owned()));
            return;
        };
        let stores = matches!(request.part(), Part::Database | Part::Files);
        if stores {
            store.begin();
        }
        spawn_local(async move {
            say(&number, &answer(&store.name, request).await);
            if stores {
                store.end();
            }
        });
    });
    scope().set_onmessage(Some(on_message.into_js_value().unchecked_ref()));
    say(&f64::from(STARTED).into(), &Reply::Done(PROTOCOL.to_owned()));
}

fn say(number: &JsValue, reply: &Reply) {
    let message: Array = reply.to_parts().into_iter().map(JsValue::from_str).collect();
    message.unshift(number);
    // A page that has gone hears nothing.
    let _ = scope().post_message(&message);
}

async fn answer(name: &str, request: Request) -> Reply {
    let refused = |why: String| Reply::Refused(why);
    match request {
        Request::Fetch(address) => web::fetch(&address).await,
        Request::Put { table, row } => {
            database::put(name, &table, &row).await.map_or_else(refused, |()| Reply::Done(String::new()))
        }
        Request::Rows(table) => database::rows(name, &table).await.map_or_else(refused, Reply::Done),
        Request::Write { file, text } => {
            files::write(name, &file, &text).await.map_or_else(refused, |()| Reply::Done(String::new()))
        }
        Request::Read(file) => files::read(name, &file).await.map_or_else(refused, Reply::Done),
        Request::Mail(_) => refused("a page cannot send mail".to_owned()),
        Request::Sum { below, times } => Reply::Done(sum_of_squares(below, times).to_string()),
        Request::Measure => Reply::Done(squares_per_second().to_string()),
    }
}

/// How many squares this machine adds up in a second, at its best. A browser compiles a program better the longer it runs:
/// so for as long as that helps.
fn squares_per_second() -> f64 {
    const BELOW: u64 = 20_000;
    const WINDOW_MILLIS: f64 = 40.0;
    let performance = scope().performance();
    let now = || performance.as_ref().map_or_else(Date::now, web_sys::Performance::now);
    let (mut best, mut windows, mut since) = (0.0, 0, 0);
    while since < 6 && windows < 30 {
        let (began, mut times) = (now(), 0.0);
        while now() - began < WINDOW_MILLIS {
            let _ = sum_of_squares(BELOW, 10);
            times += 10.0;
        }
        let rate = times * BELOW as f64 * 1e3 / (now() - began);
        windows += 1;
        since = if rate > best * 1.05 { 0 } else { since + 1 };
        best = f64::max(best, rate);
    }
    best
}

/// Removes what this worker has stored, and what others have left behind that ended without doing so.
async fn tidy_up(name: &str) {
    let is_ours = |other: &str| other == name || is_abandoned(other);
    database::remove(is_ours, name).await;
    files::remove(is_ours).await;
}

fn is_abandoned(name: &str) -> bool {
    let made = name.strip_prefix(PREFIX).and_then(|rest| rest.split('-').next()).and_then(|made| made.parse().ok());
    made.is_some_and(|made: f64| Date::now() - made > ABANDONED_MILLIS)
}
