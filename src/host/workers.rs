//! The world outside a real run: Web Workers that answer its requests.
//!
//! A worker is a program of its own (`worker/`) of which a page loads nothing before a run needs it. It has what a page has,
//! `fetch`, `IndexedDB` and private files, and a thread that may compute without holding anybody up.

use std::cell::{Cell, RefCell};
use std::fmt::Debug;
use std::rc::{Rc, Weak};

use futures::FutureExt;
use futures::channel::oneshot;
use futures::future::LocalBoxFuture;
use js_sys::{Array, JsString};
use wasm_bindgen::prelude::*;
use web_sys::{ErrorEvent, MessageEvent, Worker};

use super::site;
use crate::numbers::parse;
use crate::world::{PROTOCOL, Part, Preparation, Reply, Request, STARTED, TIDY_UP, World};

/// The script that starts a worker, beside the page.
const SCRIPT: &str = "worker_loader.js";

/// How long a worker may take to start. It is loaded for the first run that needs it.
const PATIENCE_MILLIS: i32 = 15_000;

/// A world that answers for as long as it is kept. Nothing that was put into storage is left after that.
#[derive(Debug)]
pub struct Outside {
    /// What a run's programs may be offered.
    pub world: Rc<World>,
}

/// How a world is opened. What it leads to is loaded when a run needs it, where the page is built in parts.
#[derive(Clone, Copy, Debug)]
pub struct Opener(fn(usize, Vec<Preparation>) -> Opening);

/// A world on its way, or why the browser does not do such things, in a sentence without its full stop.
pub type Opening = LocalBoxFuture<'static, Result<Outside, String>>;

impl Opener {
    /// The one that there is.
    #[must_use]
    pub const fn workers() -> Self {
        Self(|workers, preparations| open(workers, preparations).boxed_local())
    }

    /// Starts this many workers and makes the preparations.
    #[must_use]
    pub fn open(self, workers: usize, preparations: Vec<Preparation>) -> Opening {
        (self.0)(workers, preparations)
    }
}

async fn open(workers: usize, preparations: Vec<Preparation>) -> Result<Outside, String> {
    let crew = Rc::new(Crew { members: (0..workers.max(1)).map(|_| Member::start()).collect::<Result<_, _>>()? });
    for member in &crew.members {
        member.ready().await?;
    }
    let mut squares_per_second = 0.0;
    for Preparation { request, gives } in preparations {
        if request == Request::Measure {
            // All at once, so that each has its program compiled as well as can be; then one that nobody disturbs.
            let together: Vec<_> = crew.members.iter().map(|member| member.answer_to(&request)).collect();
            for answer in together {
                answer.await;
            }
        }
        match crew.ask(&request).await {
            Reply::Done(rate) if request == Request::Measure => squares_per_second = parse(&rate).unwrap_or_default(),
            Reply::Done(text) if text.contains(&gives) => {}
            Reply::Done(_) => return Err("this site answers with something else than what belongs to it".to_owned()),
            Reply::Failed(why) | Reply::Refused(why) => return Err(why),
        }
    }
    let ask = move |request: Request| crew.ask(&request).boxed_local();
    Ok(Outside { world: Rc::new(World::new(squares_per_second, ask)) })
}

/// Some workers; when they are no longer needed they tidy up and end.
struct Crew {
    members: Vec<Rc<Member>>,
}

impl Crew {
    /// Asks a worker: the first, which keeps what is stored, or whoever is free if there is something to compute.
    fn ask(&self, request: &Request) -> impl Future<Output = Reply> + use<> {
        let computes = request.part() == Part::Workers;
        let is_free = |member: &&Rc<Member>| member.failed.borrow().is_none() && member.waiting.borrow().is_empty();
        let free = self.members.iter().find(|member| computes && is_free(member));
        free.unwrap_or(&self.members[0]).answer_to(request)
    }
}

impl Drop for Crew {
    fn drop(&mut self) {
        self.members[0].keeps_store.set(true);
    }
}

type OnEvent = Closure<dyn FnMut(JsValue)>;

/// One worker, and who waits for its answers.
struct Member {
    worker: Worker,
    asked: Cell<u32>,
    waiting: RefCell<Vec<(u32, oneshot::Sender<Reply>)>>,
    ready: RefCell<Option<oneshot::Receiver<Reply>>>,
    /// Why it cannot answer any more.
    failed: RefCell<Option<String>>,
    _closures: [OnEvent; 3],
    patience: Option<i32>,
    /// Whether it may have stored something.
    keeps_store: Cell<bool>,
}

impl Member {
    fn start() -> Result<Rc<Self>, String> {
        // What follows its name keeps caches from giving another build's.
        let worker = Worker::new(&format!("{}{SCRIPT}?{PROTOCOL}", site::root()))
            .map_err(|why| format!("it starts no workers here ({})", in_words(&why)))?;
        let (say_ready, ready) = oneshot::channel();
        let member = Rc::new_cyclic(|me: &Weak<Self>| {
            let with = |call: fn(&Self, JsValue)| {
                let me = me.clone();
                OnEvent::new(move |event| {
                    if let Some(me) = Weak::upgrade(&me) {
                        call(&me, event);
                    }
                })
            };
            let closures = [with(Self::hear), with(Self::fail), with(Self::lose_patience)];
            worker.set_onmessage(Some(closures[0].as_ref().unchecked_ref()));
            worker.set_onerror(Some(closures[1].as_ref().unchecked_ref()));
            let patience = web_sys::window().and_then(|window| {
                let lose = closures[2].as_ref().unchecked_ref();
                window.set_timeout_with_callback_and_timeout_and_arguments_0(lose, PATIENCE_MILLIS).ok()
            });
            Self {
                worker,
                asked: Cell::new(STARTED),
                waiting: RefCell::new(vec![(STARTED, say_ready)]),
                ready: RefCell::new(Some(ready)),
                failed: RefCell::default(),
                _closures: closures,
                patience,
                keeps_store: Cell::new(false),
            }
        });
        Ok(member)
    }

    async fn ready(&self) -> Result<(), String> {
        let Some(ready) = self.ready.take() else { return Ok(()) };
        match ready.await {
            Ok(Reply::Done(protocol)) if protocol == PROTOCOL => Ok(()),
            Ok(Reply::Done(_)) => Err("its worker is of another version than the page; load the page anew".to_owned()),
            Ok(Reply::Failed(why) | Reply::Refused(why)) => Err(why),
            Err(_) => Err("the worker ended".to_owned()),
        }
    }

    fn answer_to(&self, request: &Request) -> impl Future<Output = Reply> + use<> {
        let answer = self.ask(&request.to_parts());
        async move { answer.await.unwrap_or_else(|_| Reply::Refused("the worker ended".to_owned())) }
    }

    fn ask(&self, parts: &[String]) -> oneshot::Receiver<Reply> {
        let (answer, answered) = oneshot::channel();
        let number = self.asked.get() + 1;
        self.asked.set(number);
        let message: Array = parts.iter().map(|part| JsValue::from_str(part)).collect();
        message.unshift(&JsValue::from_f64(f64::from(number)));
        let failed = self.failed.borrow().clone();
        if let Some(why) = failed {
            let _ = answer.send(Reply::Refused(why));
        } else if let Err(why) = self.worker.post_message(&message) {
            let _ = answer.send(Reply::Refused(in_words(&why)));
        } else {
            self.waiting.borrow_mut().push((number, answer));
        }
        answered
    }

    fn hear(&self, event: JsValue) {
        let data: Array = event.unchecked_into::<MessageEvent>().data().unchecked_into();
        let number = data.get(0).as_f64().unwrap_or_default() as u32;
        let [kind, text] = [1, 2].map(|place| data.get(place).as_string().unwrap_or_default());
        self.answer(number, Reply::from_parts(&kind, text));
    }

    fn answer(&self, number: u32, reply: Reply) {
        let mut waiting = self.waiting.borrow_mut();
        let place = waiting.iter().position(|(known, _)| *known == number);
        let answer = place.map(|place| waiting.swap_remove(place).1);
        drop(waiting);
        if let Some(answer) = answer {
            // Nobody may want it any more.
            let _ = answer.send(reply);
        }
    }

    fn fail(&self, event: JsValue) {
        let event: ErrorEvent = event.unchecked_into();
        event.prevent_default();
        let why = js_sys::Reflect::get(&event, &JsString::from("message")).ok().and_then(|text| text.as_string());
        let why = why.filter(|why| !why.is_empty()).unwrap_or_else(|| "its program could not be loaded".to_owned());
        self.give_up(&format!("the worker failed: {why}"));
    }

    fn lose_patience(&self, _: JsValue) {
        if self.is_starting() {
            self.give_up("the worker did not start in time");
        }
    }

    fn is_starting(&self) -> bool {
        self.waiting.borrow().iter().any(|(number, _)| *number == STARTED)
    }

    fn give_up(&self, why: &str) {
        *self.failed.borrow_mut() = Some(why.to_owned());
        for (_, answer) in self.waiting.take() {
            let _ = answer.send(Reply::Refused(why.to_owned()));
        }
    }
}

impl Drop for Member {
    fn drop(&mut self) {
        self.worker.set_onmessage(None);
        self.worker.set_onerror(None);
        if let (Some(window), Some(patience)) = (web_sys::window(), self.patience) {
            window.clear_timeout_with_handle(patience);
        }
        let hears = self.keeps_store.get() && self.failed.borrow().is_none() && !self.is_starting();
        // It ends itself when it has tidied up.
        let message = Array::of2(&JsValue::NULL, &JsString::from(TIDY_UP));
        if !hears || self.worker.post_message(&message).is_err() {
            self.worker.terminate();
        }
    }
}

fn in_words(error: &JsValue) -> String {
    let message = js_sys::Reflect::get(error, &JsString::from("message")).ok().and_then(|text| text.as_string());
    message.unwrap_or_else(|| "no reason given".to_owned())
}
