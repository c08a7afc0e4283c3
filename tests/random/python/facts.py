"""What goes wrong in a run, as CPython shows it: the oracle for the diagnoses.

Nothing here is taken from a trace. Tasks are watched from outside: every step of their coroutines, with what is thrown into
it and what it awaits, every request to stop them, and every handle that the loop gets for them. Locks, semaphores and queues
are asyncio's own, with a note beside each call. Each class says what counts.

A fact is a pair: its kind, named as in src/timeline/diagnoses, and whom it is about. `told` gives those that must be found,
each a list of alternatives of which exactly one must be, and those that may be found.
"""

import asyncio
import collections.abc
import warnings

import support
import virtual_run

of_run = None  # The Facts of the current run.


class Facts:
    def __init__(self, loop):
        self.loop = loop
        self.origin = None  # In whose name tasks are being asked to stop; None if a task or a call does so.
        self.left = []
        self.things = []
        self.awaited_itself, self.released_twice, self.swallowed = [], [], []
        self.watched, self.glanced_at, self.gatherings = [], [], []
        self.never_awaited = []
        self.clock = Clock(loop)

    def task(self):
        return asyncio.current_task(self.loop)

    def run_ends(self, left):
        """When main is over; `left` are the tasks that asyncio.run cancels then."""
        self.left = [task for task in left if not task.to_stop]
        self.origin = "shutdown"

    def name_things(self, names):
        for name, thing in names.items():
            if isinstance(thing, Thing):
                thing.name = name

    def told(self, is_deadlock, ending):
        """What there is at the end. The task that is `ending` has told those who wait for it, but they have not run yet."""
        must, may = [], []
        if not self.loop.tasks:
            return must, may
        main, *others = self.loop.tasks

        def add(kind, abouts):
            must.extend([[kind, about]] for about in abouts)

        if is_deadlock:
            must.append([["Deadlock", task.get_name()] for task in self.loop.tasks if not task.done()])
        add("AwaitedItself", map(name, self.awaited_itself))
        gathered = [child for outer in self.gatherings if not outer.done() for child in outer._children]
        # Of those that are over when `wait` begins, CPython looks at all but the last in the order of a set.
        left_open = [*self.watched, *self.glanced_at, *(getattr(child, "task", child) for child in gathered)]
        for task in others:
            fact = ["NeverRetrieved", name(task)]
            # By this flag CPython decides, when a task is collected, whether its "exception was never retrieved".
            if task is ending and error(task) or task._log_traceback:
                may.append(fact) if task in left_open else must.append([fact])
            elif task in self.glanced_at or task in self.watched and error(task):
                # Of one in a shield that has been given up, CPython tells from 3.14 on, in another way.
                may.append(fact)
        if main.done() and not main.cancelled():
            add("DestroyedPending", (name(task) for task in self.left if not task.done() or task.cancelled()))
        for task in self.swallowed:
            fact = ["SwallowedCancellation", name(task)]
            may.append(fact) if task.is_excused else must.append([fact])
        add("NeverAwaited", map(name, self.never_awaited))
        add("BlockedLoop", self.clock.told())
        add("ReleasedTwice", self.released_twice)
        add("NotReleased", (about for thing in self.things for about in thing.not_released(is_deadlock)))
        for kind in "GrowingQueue", "LostUpdate", "OverRate":
            add(kind, (about for thing in self.things if isinstance(thing, Judged) for about in thing.judged(kind)))
        return must, may


def name(task):
    return task.get_name()


def error(task):
    return task.done() and not task.cancelled() and task.exception()


class Asked:
    """A task that notes who asks it to stop.

    What it drops without having awaited it counts, unless it had been asked by then or its step ends with an error.

    It has swallowed its cancellation if another task or a call asked it to, if the next that happened to it was a
    CancelledError in its coroutine, and if it returned. Whether that is found is left open if a group asked as well, or if it
    awaited several together then or later: an error of one of those may have taken the place of the CancelledError."""

    to_stop = False  # Somebody asked it, not a limit of time and not the end of the run.
    asked_now = False  # Another one did, since its last step.
    has_seen = is_excused = False
    among_several = 0
    awaits = None
    suspended = 0.0
    was_asked = False  # By whomever.
    dropped = 0  # How many operations, in this step.

    def cancel(self, msg=None):
        given = super().cancel(msg=msg)
        self.was_asked |= given
        if given and of_run.origin in (None, "group"):
            self.to_stop = True
            # A group that ends with errors asks its holder again, if somebody had asked that one before.
            if of_run.origin or self.among_several and of_run.task() is self:
                self.is_excused = True
            elif of_run.task() is not self:
                self.asked_now = True
        return given

    def begins(self, thrown):
        self.dropped = 0
        of_run.clock.runs(self)
        if self.asked_now and isinstance(thrown, asyncio.CancelledError):
            self.has_seen = True
            self.note_await()
        self.asked_now = False

    def suspends(self, awaits):
        if awaits is self:
            of_run.awaited_itself.append(self)
        self.awaits, self.suspended = awaits, of_run.loop.now
        self.note_await()
        self.tell_dropped()

    def tell_dropped(self):
        of_run.never_awaited.extend([self] * self.dropped)

    def note_await(self):
        if self.has_seen and (self.among_several or isinstance(self.awaits, asyncio.tasks._GatheringFuture)):
            self.is_excused = True

    def returns(self):
        if self._must_cancel:  # It has just asked itself to stop, and ends cancelled.
            return
        self.tell_dropped()
        if self.has_seen:
            of_run.swallowed.append(self)


def taken_back(task):
    """The program has taken a request back."""
    task.to_stop = task.asked_now = task.has_seen = task.is_excused = False


class Task(Asked, asyncio.Task):
    pass


class PythonTask(Asked, support.Task):
    pass


def c_task(loop, coro, **options):
    return Task(coro, loop=loop, **options)


class Steps(collections.abc.Coroutine):
    """A coroutine, step by step."""

    task = None

    def __init__(self, coro):
        self.coro = coro

    def send(self, value):
        return self.step(None, self.coro.send, value)

    def throw(self, *thrown):
        return self.step(thrown[-1], self.coro.throw, *thrown)

    def step(self, thrown, go_on, *arguments):
        self.task.begins(thrown)
        try:
            awaits = go_on(*arguments)
        except StopIteration:
            self.task.returns()
            raise
        self.task.suspends(awaits)
        return awaits

    def close(self):
        self.coro.close()

    def __await__(self):
        return self


class Clock:
    """Time moves only while everybody waits, and in blocking calls: who is ready earlier than it runs was held up by one.

    A blocking call counts if a task was ready meanwhile, or was woken by a timer that was due before its end, or would have
    been, had it not been asked to stop. A timer that was set too late is due when it was set."""

    def __init__(self, loop):
        self.loop = loop
        self.ready, self.starved = {}, {}
        self.blocks = []  # From, until, by whom, whether somebody was ready.
        self.due = []  # After how many blocks a timer woke a task, and when it should have.
        self.timer = None

    def made_ready(self, task):
        since = self.loop.now
        if self.timer is not None:
            since = min(since, max(self.timer, task.suspended))
            self.was_due(since)
        self.ready.setdefault(task, since)

    def at_timer(self, when, call):
        before, self.timer = self.timer, when
        try:
            call()
        finally:
            self.timer = before

    def was_due(self, due):
        self.due.append((len(self.blocks), due))

    def runs(self, task):
        since = self.ready.pop(task, self.loop.now)
        self.starved[task] = self.starved.get(task, 0) + self.loop.now - since

    def block(self, task, since):
        self.blocks.append((since, self.loop.now, task, bool(self.ready.keys() - {task})))

    def told(self):
        harms = [
            (until - since, -place, task)
            for place, (since, until, task, anybody_ready) in enumerate(self.blocks)
            if anybody_ready or any(blocks > place and due < until for blocks, due in self.due)
        ]
        if harms:
            longest, _, task = max(harms)
            total = sum(took for took, *_ in harms)
            text = f"{longest:.2f} s by {name(task)}, {len(harms)} times, {total:.2f} s"
            starved = max(self.loop.tasks, key=lambda task: (self.starved.get(task, 0), self.loop.tasks.index(task)))
            if self.starved.get(starved):
                text += f", {name(starved)} {self.starved[starved]:.2f} s"
            yield text


class Timer(virtual_run.StableTimer):
    def __init__(self, when, callback, arguments, loop, context=None):
        super().__init__(when, callback, arguments, loop, context)
        self.due = max(when, loop.now)

    def _run(self):
        of_run.clock.at_timer(self.due, super()._run)


class Thing:
    """Something that tasks share."""

    name = "nameless"

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        of_run.things.append(self)

    def not_released(self, is_deadlock):
        return []


class Judged(Thing):
    """At the end, by a kind's definition."""

    kind = None

    def judged(self, kind):
        return self.judge() if kind == self.kind else []


class Held(Thing):
    """What has to be given back. At the end it has not been if it is taken and its taker is over.

    Who gives back a place gives back the latest of its own. If it has none and several are taken, nobody knows whose that
    was until all are free. If none is taken, and asyncio has no objection, one is on its way to somebody: then it counts as
    free once that one has it, and from then on nothing must be found."""

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.takers, self.is_unclear, self.is_doubtful = [], False, False
        self.is_left = False  # At the end of an `async with`.

    async def acquire(self):
        given = await super().acquire()
        self.takers.append(of_run.task())
        return given

    async def __aexit__(self, *_):
        """Whatever others have freed meanwhile: it is not to blame."""
        self.is_left = True
        try:
            await super().__aexit__()
        finally:
            self.is_left = False

    def release(self):
        task = of_run.task()
        try:
            super().release()
        except (RuntimeError, ValueError):
            if not self.is_doubtful and not self.is_left:
                of_run.released_twice.append(f"{self.name} by {name(task)}")
            raise
        self.is_doubtful |= not self.takers
        if task in self.takers:
            place = len(self.takers) - 1 - self.takers[::-1].index(task)
        else:
            place, self.is_unclear = 0, self.is_unclear or len(self.takers) > 1
        del self.takers[place : place + 1]
        self.is_unclear = self.is_unclear and bool(self.takers)

    def not_released(self, is_deadlock):
        if self.is_doubtful:
            return []
        assert self.taken() == len(self.takers), self.name
        if self.is_unclear:
            return [] if is_deadlock else [f"{self.name} by somebody"]
        return [f"{self.name} by {name(task)}" for task in self.takers if task.done()]


class Lock(Held, support.Lock):
    def taken(self):
        return int(self.locked())


class Condition(asyncio.Condition):
    """Its lock has no name."""

    def __init__(self):
        super().__init__(Lock())
        self._lock.name = "lock"


class BoundedSemaphore(Held, support.BoundedSemaphore):
    def taken(self):
        # Not what is on its way to one that has not gone on yet.
        given = [told for told in self._waiters or () if told.done() and not told.cancelled()]
        return self._bound_value - self._value - len(given)


class Closeable(Held):
    """Opened or not; closing what is closed is the mistake."""

    def __init__(self):
        super().__init__()
        self.is_open = False

    def open(self):
        if not self.is_open:
            self.is_open = True
            self.takers.append(of_run.task())

    def close(self):
        if not self.is_open:
            of_run.released_twice.append(f"{self.name} by {name(of_run.task())}")
        self.is_open = False
        self.takers.clear()

    def taken(self):
        return int(self.is_open)


class Value(Judged):
    """Each write is another one. Who has read one and writes once, when another is there, has lost that."""

    kind = "LostUpdate"

    def __init__(self):
        super().__init__()
        self.written, self.known, self.lost = object(), {}, []

    def get(self):
        self.known[of_run.task()] = self.written

    def set(self, value):
        task = of_run.task()
        if self.known.pop(task, self.written) is not self.written:
            self.lost.append(task)
        self.written = object()

    def update(self, change):
        self.get()
        self.set(change(None))

    def judge(self):
        if self.lost:
            yield f"{self.name} by {name(self.lost[0])}, {len(self.lost)} times"


class Rate(Judged):
    """The first time at which there were too many in the span that ends then, and the first of the busiest spans."""

    kind = "OverRate"

    def __init__(self, limit, seconds):
        super().__init__()
        self.limit, self.seconds, self.counted = limit, seconds, []

    def count(self):
        self.counted.append((of_run.loop.now, of_run.task()))

    def judge(self):
        times = [time for time, _ in self.counted]
        spans = [(sum(begin <= time < begin + self.seconds for time in times), -begin) for begin in times]
        for place, (now, task) in enumerate(self.counted):
            if sum(now - self.seconds < time for time in times[: place + 1]) > self.limit:
                most, begin = max(spans)
                yield f"{self.name} by {name(task)}, {most} from {-begin:.2f} s"
                break


class Growing(Judged):
    """A queue without a limit grows if it has ten items or more at the end, and if in each quarter of its puts some were
    taken out and the least length is greater than in the quarter before."""

    kind = "GrowingQueue"

    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        self.lengths = []  # After each put: the length then, and after each get until the next put.

    def _put(self, item):
        super()._put(item)
        self.lengths.append([self.qsize()])

    def _get(self):
        item = super()._get()
        if self.lengths:
            self.lengths[-1].append(self.qsize())
        return item

    def judge(self):
        quarter = len(self.lengths) // 4
        if self.maxsize > 0 or self.qsize() < 10 or not quarter:
            return
        bounds = [0, quarter, 2 * quarter, 3 * quarter, len(self.lengths)]
        quarters = [self.lengths[since:until] for since, until in zip(bounds, bounds[1:])]
        lows = [min(map(min, lengths)) for lengths in quarters]
        is_used = all(any(len(lengths) > 1 for lengths in quarter) for quarter in quarters)
        if is_used and lows == sorted(set(lows)):
            yield self.name


class Queue(Growing, asyncio.Queue):
    pass


class LifoQueue(Growing, asyncio.LifoQueue):
    pass


class PriorityQueue(Growing, asyncio.PriorityQueue):
    pass


def never_awaited(coro):
    """CPython warns of it, at once: nothing else refers to an operation here."""
    task = of_run.task()
    if task and not task.was_asked:
        task.dropped += 1


def in_the_name_of(origin, call):
    def named(*arguments):
        before, of_run.origin = of_run.origin, of_run.origin or origin
        try:
            return call(*arguments)
        finally:
            of_run.origin = before

    return named


class AmongSeveral:
    """Where a task waits for all of several others."""

    def __init__(self, does_so=True):
        self.task, self.does_so = of_run.task(), does_so

    def __enter__(self):
        self.task.among_several += self.does_so

    def __exit__(self, *_):
        self.task.among_several -= self.does_so


class Group(support.Group):
    """Asks in its own name, at its end too."""

    _on_task_done = in_the_name_of("group", support.Group._on_task_done)
    _abort = in_the_name_of("group", support.Group._abort)

    async def __aexit__(self, *raised):
        with AmongSeveral():
            return await super().__aexit__(*raised)


def reschedule(self, when):
    self.since = of_run.loop.now
    own_reschedule(self, when)


def on_timeout(self):
    """Without any time it is called like everything else that is ready."""
    of_run.clock.at_timer(max(self._when, self.since), lambda: in_the_name_of("timeout", own_on_timeout)(self))


class Gathering(asyncio.tasks._GatheringFuture):
    def __init__(self, *arguments, **options):
        super().__init__(*arguments, **options)
        of_run.gatherings.append(self)


async def wait(tasks, *, return_when=asyncio.ALL_COMPLETED, **options):
    if return_when == asyncio.FIRST_EXCEPTION:
        of_run.glanced_at.extend(task for task in tasks if error(task))
    with AmongSeveral(return_when != asyncio.FIRST_COMPLETED):
        return await own_wait(tasks, return_when=return_when, **options)


async def sleep(delay, *result):
    """Who is asked to stop while its timer is due had been held up until then."""
    due = of_run.loop.now + max(delay, 0)
    try:
        return await own_sleep(delay, *result)
    except asyncio.CancelledError:
        of_run.clock.was_due(due)
        raise


def shield(awaitable):
    inner = asyncio.ensure_future(awaitable)
    of_run.watched.append(inner)
    return own_shield(inner)


own_wait, own_shield, own_sleep = asyncio.wait, asyncio.shield, asyncio.sleep
own_on_timeout, own_reschedule = asyncio.timeouts.Timeout._on_timeout, asyncio.timeouts.Timeout.reschedule


def set_up():
    asyncio.wait, asyncio.shield, asyncio.sleep = wait, shield, sleep
    asyncio.tasks._GatheringFuture = Gathering
    virtual_run.StableTimer = Timer
    for thing in Lock, Condition, BoundedSemaphore, Queue, LifoQueue, PriorityQueue:
        setattr(asyncio, thing.__name__, thing)
    asyncio.timeouts.Timeout._on_timeout, asyncio.timeouts.Timeout.reschedule = on_timeout, reschedule
    warnings._warn_unawaited_coroutine = never_awaited
    for thing in Lock, BoundedSemaphore, Group, Value, Rate, Closeable:
        support.names[thing.__name__] = thing
        setattr(support, thing.__name__, thing)
    support.taken_back = taken_back
