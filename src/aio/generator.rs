//! Asynchronous generators: bodies that give one value after the other, and wait in between.

use std::cell::{Cell, RefCell};
use std::fmt;
use std::pin::Pin;
use std::rc::Rc;
use std::task::{Context, Poll, ready};

use futures::Stream;
use futures::future::LocalBoxFuture;

use super::{Error, Result};

/// Makes a generator of a body that [emits](Yielder::emit) values.
///
/// Nothing of the body runs before the first value is asked for. It runs inside the task that asks, and only while it asks:
/// what it awaits, that task awaits, and a cancellation of that task arrives in the body.
///
/// Python: an `async def` with `yield`.
///
/// ```
/// use interleave::aio::{generator, sleep};
/// use interleave::host::virtual_time;
/// use std::time::Duration;
///
/// let run = virtual_time::run(async {
///     let pages = generator(|page| async move {
///         for number in 1..=3 {
///             sleep(Duration::from_secs(1)).await?;
///             page.emit(number).await?;
///         }
///         Ok(())
///     });
///     let mut sum = 0;
///     while let Some(number) = pages.next().await? {
///         sum += number;
///     }
///     Ok(sum)
/// });
/// assert_eq!(run.result, Some(Ok(6)));
/// assert_eq!(run.trace.until(), Duration::from_secs(3));
/// ```
pub fn generator<T, F, B>(body: F) -> Generator<T>
where
    F: FnOnce(Yielder<T>) -> B,
    B: Future<Output = Result<()>> + 'static,
{
    let exchange = Rc::new(Exchange { item: RefCell::new(None), resume: Cell::new(None) });
    let body = body(Yielder { exchange: exchange.clone() });
    let state = State {
        body: RefCell::new(Some(Box::pin(body))),
        exchange,
        begun: Cell::new(false),
        running: Cell::new(false),
        closed: Cell::new(false),
    };
    Generator { state: Rc::new(state), streaming: None }
}

/// An asynchronous generator. Clones are the same one.
///
/// It is a [`Stream`] as well. Dropping it drops the body where it stands, without any cleanup of the body's that would have
/// to await: [`aclose`](Self::aclose) it for that. Python's loop closes generators that are forgotten.
pub struct Generator<T> {
    state: Rc<State<T>>,
    /// The value that the stream is asked for.
    streaming: Option<Drive<T>>,
}

struct State<T> {
    /// None once it is over.
    body: RefCell<Option<LocalBoxFuture<'static, Result<()>>>>,
    exchange: Rc<Exchange<T>>,
    begun: Cell<bool>,
    /// Somebody has asked for a value, or to close it, and waits.
    running: Cell<bool>,
    /// Somebody has asked to close it.
    closed: Cell<bool>,
}

/// Where body and driver meet.
struct Exchange<T> {
    item: RefCell<Option<T>>,
    resume: Cell<Option<Resume>>,
}

thread_local! {
    /// In what is being polled, a body has come to stand at an emit.
    static GIVES: Cell<bool> = const { Cell::new(false) };
}

/// Polls something, and says whether it has come to stand at an emit of the generator around it: it waits for nothing then,
/// and its task goes on elsewhere.
pub(super) fn gives_value<R>(poll: impl FnOnce() -> R) -> (R, bool) {
    let before = GIVES.replace(false);
    let polled = poll();
    let gives = GIVES.get();
    GIVES.set(before || gives);
    (polled, gives)
}

/// What a body hears at its emit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Resume {
    Next,
    Exit,
}

impl<T> Clone for Generator<T> {
    fn clone(&self) -> Self {
        Self { state: self.state.clone(), streaming: None }
    }
}

impl<T> fmt::Debug for Generator<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Generator").field("running", &self.state.running).finish_non_exhaustive()
    }
}

impl<T> Generator<T> {
    /// Lets the body run up to its next value; none once it is over.
    ///
    /// Dropping it leaves the body at the await where it stands; the next one to ask goes on from there.
    ///
    /// # Errors
    ///
    /// The body's, after which it is over; another one while somebody else waits for the generator.
    ///
    /// Python: `anext`, which raises `StopAsyncIteration` when it is over, and `RuntimeError` while somebody else waits.
    pub fn next(&self) -> Next<T> {
        Next(Drive { state: self.state.clone(), how: Resume::Next, driving: false })
    }

    /// Ends it: its body gets [`Error::GeneratorExit`] at the emit where it stands, and cleans up. One that has not begun never
    /// begins. Closing it again does nothing, even if the body has gone on; `CPython` then raises `StopAsyncIteration`.
    ///
    /// Dropping it leaves the body at the await where it stands.
    ///
    /// # Errors
    ///
    /// The body's; another one when the body emits again, after which it can go on, or while somebody else waits for the
    /// generator.
    ///
    /// Python: `aclose`, which raises `RuntimeError` in these cases.
    pub fn aclose(&self) -> Closing<T> {
        Closing(Drive { state: self.state.clone(), how: Resume::Exit, driving: false })
    }
}

impl<T> Stream for Generator<T> {
    type Item = Result<T>;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<T>>> {
        let mut drive = self.streaming.take().unwrap_or_else(|| self.next().0);
        let poll = drive.poll(cx);
        if poll.is_pending() {
            self.streaming = Some(drive);
        }
        poll.map(Result::transpose)
    }
}

/// The future of [`Generator::next`].
#[must_use = "futures do nothing unless awaited"]
pub struct Next<T>(Drive<T>);

impl<T> Future for Next<T> {
    type Output = Result<Option<T>>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        self.0.poll(cx)
    }
}

/// The future of [`Generator::aclose`].
#[must_use = "futures do nothing unless awaited"]
pub struct Closing<T>(Drive<T>);

impl<T> Future for Closing<T> {
    type Output = Result<()>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Result<()>> {
        Poll::Ready(match ready!(self.0.poll(cx)) {
            Ok(Some(_)) => Err(Error::raised("async generator ignored GeneratorExit")),
            Ok(None) | Err(Error::GeneratorExit) => Ok(()),
            Err(error) => Err(error),
        })
    }
}

/// Somebody who asks for a value, or to close the generator.
struct Drive<T> {
    state: Rc<State<T>>,
    how: Resume,
    driving: bool,
}

impl<T> Drive<T> {
    /// Polls the body up to its next value or its end.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<Result<Option<T>>> {
        if !self.driving {
            if let Some(answer) = self.begin() {
                return Poll::Ready(answer);
            }
            self.driving = true;
        }
        let before = GIVES.get();
        let polled = match self.state.body.borrow_mut().as_mut() {
            Some(body) => body.as_mut().poll(cx),
            None => Poll::Ready(Ok(())),
        };
        GIVES.set(before);
        let answer = match polled {
            Poll::Ready(result) => {
                let over = self.state.body.take();
                drop(over);
                result.map(|()| None)
            }
            Poll::Pending => Ok(Some(ready!(self.state.exchange.item.take().map_or(Poll::Pending, Poll::Ready)))),
        };
        self.end();
        Poll::Ready(answer)
    }

    /// Takes the generator for itself, and says to its body why; or gives the answer at once.
    fn begin(&self) -> Option<Result<Option<T>>> {
        let State { body, exchange, begun, running, closed } = &*self.state;
        if running.get() {
            let call = if self.how == Resume::Next { "anext" } else { "aclose" };
            return Some(Err(Error::raised(format!("{call}(): asynchronous generator is already running"))));
        }
        if self.how == Resume::Exit {
            if closed.replace(true) {
                return Some(Ok(None));
            }
            if !begun.get() {
                let unborn = body.take();
                drop(unborn);
            }
        }
        begun.set(true);
        running.set(true);
        exchange.resume.set(Some(self.how));
        None
    }

    fn end(&mut self) {
        if std::mem::take(&mut self.driving) {
            self.state.running.set(false);
        }
    }
}

impl<T> Drop for Drive<T> {
    fn drop(&mut self) {
        self.end();
    }
}

/// What a generator's body gives its values with.
pub struct Yielder<T> {
    exchange: Rc<Exchange<T>>,
}

impl<T> Yielder<T> {
    /// Gives a value to whoever asked for it, and waits until somebody asks for the next.
    ///
    /// # Errors
    ///
    /// [`Error::GeneratorExit`] when the generator is closed: clean up and pass it on.
    ///
    /// Python: `yield`.
    pub fn emit(&self, item: T) -> impl Future<Output = Result<()>> + use<'_, T> {
        let mut item = Some(item);
        std::future::poll_fn(move |_| {
            let Exchange { item: place, resume } = &*self.exchange;
            match resume.get() {
                Some(Resume::Exit) => {
                    resume.set(None);
                    return Poll::Ready(Err(Error::GeneratorExit));
                }
                Some(Resume::Next) if item.is_none() => {
                    resume.set(None);
                    return Poll::Ready(Ok(()));
                }
                _ => {}
            }
            // Several emits at once, as a combinator may make them, take turns.
            if item.is_some() && place.borrow().is_none() {
                *place.borrow_mut() = item.take();
                resume.set(None);
            }
            GIVES.set(true);
            Poll::Pending
        })
    }
}

impl<T> fmt::Debug for Yielder<T> {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.debug_struct("Yielder").finish_non_exhaustive()
    }
}
