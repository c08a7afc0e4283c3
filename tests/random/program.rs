//! Programs: what the generator makes, the interpreter runs and the printers print.

/// How many there are of each: locks, semaphores, events, queues.
pub const OF_EACH: u8 = 2;

/// A whole program.
#[derive(Clone, Debug)]
pub struct Program {
    /// Places of each semaphore.
    pub places: [u8; OF_EACH as usize],
    /// Kind and room of each queue; no room is no limit.
    pub queues: [(QueueKind, u8); OF_EACH as usize],
    /// The main task's steps.
    pub main: Coroutine,
}

/// In which order a queue gives its items.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum QueueKind {
    /// The oldest first.
    Fifo,
    /// The newest first.
    Lifo,
    /// The least first.
    Priority,
}

/// Steps, one after the other.
pub type Block = Vec<Op>;

/// What can be run as a task, or awaited in place. It gives its name.
#[derive(Clone, Debug)]
pub struct Coroutine {
    /// Its number among all labels; zero for main.
    pub label: u32,
    /// Any number, by which targets find it: so a target stays the same when others are left out.
    pub id: u16,
    /// What it does.
    pub ops: Block,
}

/// A step.
#[derive(Clone, Debug)]
pub struct Op {
    /// Its number among all labels, which stands in whatever it prints.
    pub label: u32,
    /// What it does.
    pub kind: Kind,
}

/// A number of ticks of 250 ms: so few are different that equal deadlines are common.
pub type Ticks = u8;

/// One of the things of which there are [`OF_EACH`].
pub type Which = u8;

/// A task, by the label of its coroutine. The generator says any number, and numbering makes it the label of the coroutine
/// with the next greater id.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Target(pub u32);

/// What a step does.
#[derive(Clone, Debug)]
pub enum Kind {
    /// Prints its label.
    Print,
    /// `sleep`; nothing is a yield.
    Sleep(Ticks),
    /// A blocking `time.sleep`.
    Block(Ticks),
    /// Starts a task; keeps its handle by its name, or drops it.
    Spawn(Coroutine, bool),
    /// Awaits a task, if its handle is there.
    Await(Target),
    /// The same, also where that closes a circle of tasks that await each other.
    AwaitAnyone(Target),
    /// Cancels a task, if its handle is there.
    Cancel(Target),
    /// The same with a message.
    CancelWith(Target),
    /// Asks how many requests to cancel a task there are.
    Cancelling(Target),
    /// Takes a request to cancel a task back.
    Uncancel(Target),
    /// Asks whether a task is over, if its handle is there.
    IsDone(Target),
    /// Asks how a task has ended, if its handle is there: for its error, or for its result.
    Look(Target, Look),
    /// Has something printed when a task is over, if its handle is there.
    OnDone(Target),
    /// Prints the current task's name.
    Name,
    /// Raises an error.
    Raise,
    /// `try`, `except` and `finally`.
    Try(Try),
    /// `gather` of coroutines and of handles that are there.
    Gather(Vec<Item>),
    /// The same with `return_exceptions`.
    GatherAll(Vec<Item>),
    /// `as_completed` of the same, within a limit or not.
    AsCompleted(Vec<Item>, Option<Ticks>),
    /// `wait` for tasks whose handles are there, within a limit or not.
    Wait(Vec<Target>, Until, Option<Ticks>),
    /// `shield`.
    Shield(Item),
    /// `async with timeout`.
    Timeout(Ticks, Block),
    /// `async with timeout_at`.
    TimeoutAt(Ticks, Block),
    /// `wait_for`.
    WaitFor(Ticks, Item),
    /// `async with TaskGroup`.
    Group(Block),
    /// Starts a task in the group that is so far outside, counted from the innermost; an ordinary one where there is none.
    SpawnInGroup(u8, Coroutine),
    /// `async with lock`.
    Lock(Which, Block),
    /// Frees a lock, whoever holds it.
    FreeLock(Which),
    /// `async with semaphore`.
    Semaphore(Which, Block),
    /// Adds a place to a semaphore.
    Release(Which),
    /// `async with bounded semaphore`.
    Place(Which, Block),
    /// Takes a place of a bounded semaphore, for good.
    TakePlace(Which),
    /// Gives a place of a bounded semaphore back.
    GivePlace(Which),
    /// Takes a latch, a lock that is freed by hand.
    TakeLatch(Which),
    /// Frees a latch.
    FreeLatch(Which),
    /// `async with condition`.
    Condition(Which, Block),
    /// Waits for a condition, holding it: to be told once, or until the event of this number is set.
    WaitCondition(Which, Option<Which>),
    /// Holding a condition, tells so many who wait for it, or all.
    Notify(Which, Option<u8>),
    /// Waits at a barrier.
    WaitBarrier(Which),
    /// Breaks a barrier.
    AbortBarrier(Which),
    /// Has a barrier begin anew.
    ResetBarrier(Which),
    /// Sets an event.
    SetEvent(Which),
    /// Clears an event.
    ClearEvent(Which),
    /// Waits for an event.
    WaitEvent(Which),
    /// Puts this item into a queue.
    Put(Which, u8),
    /// Takes an item out of a queue.
    Get(Which),
    /// Puts this item into a queue if there is room.
    TryPut(Which, u8),
    /// Takes an item out of a queue if there is one.
    TryGet(Which),
    /// Says that an item has been dealt with.
    TaskDone(Which),
    /// Waits until all items have been dealt with.
    Join(Which),
    /// Lets nothing be put into a queue any more; drops what it holds, or not.
    ShutDown(Which, bool),
    /// Makes a new bare future, in place of the one that was there.
    NewFuture(Which),
    /// Sets the result of a bare future.
    SetResult(Which),
    /// Sets the error of a bare future.
    SetError(Which),
    /// Cancels a bare future.
    CancelFuture(Which),
    /// Asks whether a bare future is done.
    FutureIsDone(Which),
    /// Has something printed when a bare future is done.
    OnFutureDone(Which),
    /// Awaits a bare future.
    WaitFuture(Which),
    /// Has the loop call something; keeps the handle in place of the one that was there.
    Call(Which, When, Action),
    /// Cancels a call.
    CancelCall(Which),
    /// A loop.
    Repeat(u8, Block),
    /// Has a worker do something, and awaits it.
    Job(Pool, Work),
    /// The same, with these steps in between.
    JobMeanwhile(Pool, Work, Block),
    /// `async with` a manager of the program's own.
    With(Manager, Block),
    /// Makes an asynchronous generator, in place of the one that was there.
    NewGenerator(Which, Block),
    /// `yield` in the generator that this stands in; a print where there is none.
    Yield,
    /// Asks a generator for its next value, if it is there.
    Next(Which),
    /// `async for` over a generator, if it is there; leaves it after so many values, or when it is over.
    ForEach(Which, Option<u8>, Block),
    /// Closes a generator, if it is there.
    CloseGenerator(Which),
    /// Creates a named operation, and drops it.
    Forget(Coroutine),
    /// Creates a named operation, and awaits it after other steps.
    Prepare(Coroutine, Block),
    /// Reads a value.
    Read(Which),
    /// Writes a value.
    Write(Which),
    /// Reads and writes a value at once.
    Update(Which),
    /// Does what a rate limits.
    Count(Which),
    /// Opens something that has to be closed.
    Open(Which),
    /// Closes it.
    Close(Which),
    /// Puts so many items into a queue and takes so many out of it, again and again.
    Pour(Which, u8, u8, u8),
}

/// Whose workers do a job.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Pool {
    /// `to_thread`.
    Default,
    /// Those of a `ThreadPoolExecutor`.
    Threads(Which),
    /// Those of a `ProcessPoolExecutor`.
    Processes(Which),
}

/// What a worker does.
#[derive(Clone, Debug)]
pub struct Work {
    /// Prints, and then blocks for so long; this several times.
    pub parts: Vec<Ticks>,
    /// Whether it raises an error in the end.
    pub fails: bool,
}

/// An asynchronous context manager.
#[derive(Clone, Debug)]
pub struct Manager {
    /// What it does to be entered.
    pub enter: Block,
    /// What it does to be left.
    pub exit: Block,
    /// Whether that deals with the error with which it is left.
    pub forgives: bool,
}

/// What to look at of a task that has ended.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Look {
    /// Its result, or its error.
    Result,
    /// Its error.
    Error,
}

/// Until when to wait for several tasks.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Until {
    /// One of them is over.
    First,
    /// One of them fails, or all are over.
    Failure,
    /// All of them are over.
    All,
}

/// When the loop is to call something.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum When {
    /// `call_soon`.
    Soon,
    /// `call_later`.
    Later(Ticks),
    /// `call_at`.
    At(Ticks),
}

/// What the loop is to call.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Action {
    /// Prints.
    Print,
    /// Sets an event.
    SetEvent(Which),
    /// Cancels a task, if its handle is there.
    Cancel(Target),
    /// Sets the result of a bare future.
    SetResult(Which),
}

/// `try`, `except` and `finally`.
#[derive(Clone, Debug)]
pub struct Try {
    /// What is tried.
    pub body: Block,
    /// Which errors are handled.
    pub catch: Catch,
    /// What is done about them.
    pub handler: Block,
    /// Whether the handler ends by raising the error again.
    pub again: bool,
    /// What is done in any case.
    pub finally: Block,
}

/// Which errors a handler takes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Catch {
    /// `CancelledError`.
    Cancelled,
    /// `TimeoutError`.
    TimedOut,
    /// `Exception`: all but `CancelledError`.
    Exception,
    /// `BaseException`: all.
    All,
}

/// One of several that are awaited together.
#[derive(Clone, Debug)]
pub enum Item {
    /// A new coroutine.
    New(Coroutine),
    /// A task's handle, if it is there.
    Task(Target),
}

impl Coroutine {
    /// The name of its task, which is also what it gives.
    #[must_use]
    pub fn name(&self) -> String {
        Target(self.label).name()
    }
}

impl Target {
    /// Nobody has this label.
    pub const NOBODY: Self = Self(u32::MAX);

    /// The name of the task.
    #[must_use]
    pub fn name(self) -> String {
        match self {
            Self(0) => "main".to_owned(),
            Self::NOBODY => "nobody".to_owned(),
            Self(label) => format!("t{label}"),
        }
    }
}
