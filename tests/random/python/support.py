"""What the printed programs use besides asyncio; the Rust side has the same in world.rs."""

import asyncio
import sys
import time
from concurrent.futures import ThreadPoolExecutor as Threads

# There from 3.13 on; before that nobody raises it.
QueueShutDown = getattr(asyncio, "QueueShutDown", type("QueueShutDown", (Exception,), {}))

tasks, futures, calls, generators = {}, {}, {}, {}  # Tasks by name, the others by number.


def clear():
    for kept in tasks, futures, calls, generators:
        kept.clear()


def spawn(name, work):
    tasks[name] = asyncio.create_task(work, name=name)


def start(name, work):
    asyncio.create_task(work, name=name)


def find(name):
    task = tasks.get(name)
    if task:
        # Left as it is when a task awaits itself, and then nobody can await it.
        task._asyncio_future_blocking = False
    return task


def find_anyone(name):
    """Also one of those who await whoever asks: see Task.cancel."""
    return find(name)


def find_all(*names):
    return [find(name) for name in names if name in tasks]


def cancel(label, name):
    given = tasks[name].cancel() if name in tasks else None
    say(f"{label} cancels {name}: {given}")


def cancel_with(label, name):
    given = tasks[name].cancel(f"by {label}") if name in tasks else None
    print(f"{label} cancels {name}: {given}")


def cancelling(label, name):
    given = tasks[name].cancelling() if name in tasks else None
    print(f"{label} {name} is asked to stop: {given}")


def uncancel(label, name):
    given = None
    if name in tasks:
        had, given = tasks[name].cancelling(), tasks[name].uncancel()
        if given < had:
            taken_back(tasks[name])
    print(f"{label} {name} is still asked to stop: {given}")


def is_done(label, name):
    given = tasks[name].done() if name in tasks else None
    print(f"{label} {name} is done: {given}")


def look(label, name, what):
    given = None
    if name in tasks and tasks[name].done():
        try:
            given = tasks[name].exception() if what == "Error" else tasks[name].result()
        except BaseException as error:
            given = error
    print(f"{label} {name} gave {result_told(given)}")


def on_done(label, name):
    if task := find(name):
        task.add_done_callback(lambda _: say(f"call {label}"))


class Bare(asyncio.Future):
    """One that can be told from those that asyncio makes."""


def promise(which):
    if which not in futures:
        new_future(which)
    return futures[which]


def new_future(which):
    futures[which] = Bare()


def set_result(label, which):
    say(f"{label} sets result: {is_possible(promise(which).set_result, str(label))}")


def set_error(label, which):
    print(f"{label} sets error: {is_possible(promise(which).set_exception, RuntimeError(str(label)))}")


def is_possible(call, argument):
    try:
        call(argument)
        return True
    except asyncio.InvalidStateError:
        return False


def cancel_future(label, which):
    print(f"{label} cancels future: {promise(which).cancel()}")


def future_is_done(label, which):
    print(f"{label} future is done: {promise(which).done()}")


def on_future_done(label, which):
    promise(which).add_done_callback(lambda _: say(f"call {label}"))


def keep_call(which, call):
    calls[which] = call


def cancel_call(label, which):
    call = calls.get(which)
    print(f"{label} cancels call: {call is not None}")
    if call:
        call.cancel()


class Processes(Threads):
    """Pyodide has no ProcessPoolExecutor; how its workers are modelled is the loop's concern."""


def job(label, pool, parts, fails):
    if pool is None:
        return asyncio.to_thread(work, label, parts, fails, True)
    is_heard = not isinstance(pool, Processes)
    return asyncio.get_running_loop().run_in_executor(pool, work, label, parts, fails, is_heard)


def work(label, parts, fails, is_heard):
    for part in parts:
        if is_heard:
            say(f"call {label}")
        time.sleep(part)
    if fails:
        raise RuntimeError(str(label))
    return str(label)


class started:
    """A job that is withdrawn if an error comes between: ours is, with its handle."""

    def __init__(self, job):
        self.job = job

    def __enter__(self):
        return self.job

    def __exit__(self, *_):
        if not asyncio.isfuture(self.job):
            self.job.close()
        elif self.job.cancel():
            loop = asyncio.get_running_loop()
            for pool in loop.pools.values():
                loop.withdraw(pool, self.job)


def new_generator(which, generator):
    # Those before it are kept: what becomes of a generator that is forgotten is another question.
    kept = generator if sys.version_info >= (3, 14) else KeptGenerator(generator)
    generators.setdefault(which, []).append(kept)


def find_generator(which):
    return generators[which][-1] if which in generators else None


async def empty():
    return
    yield


class KeptGenerator:
    """Before 3.14, one that fails while it is closed may be taken for one that still runs."""

    def __init__(self, generator):
        self.generator = generator

    def it(self):
        return self.generator if self.generator.ag_frame else empty()

    def __aiter__(self):
        return self

    def __anext__(self):
        return self.it().__anext__()

    def aclose(self):
        return self.it().aclose()


async def following(generator):
    try:
        return await anext(generator)
    except StopAsyncIteration:
        return None


async def close_generator(which):
    try:
        if generator := find_generator(which):
            await generator.aclose()
    except StopAsyncIteration:
        pass  # It has not stopped when it was closed before. Then CPython does not do what it says of aclose.


def say(text):
    """Prints, in a task or in a call."""
    print(text)


def these(*awaitables):
    return [awaitable for awaitable in awaitables if awaitable]


def tasks_of(*awaitables):
    """Made in this order: as_completed itself makes them in that of a set."""
    return [asyncio.ensure_future(awaitable) for awaitable in these(*awaitables)]


SAID_OTHERWISE = {
    "Task cannot await on itself": "a task cannot await itself",
    "Set of Tasks/Futures is empty": "there are no tasks to wait for",
}


def told(error):
    if isinstance(error, asyncio.CancelledError):
        return ": ".join(["cancelled", *filter(None, error.args)])
    if isinstance(error, TimeoutError):
        return "timed out"
    if isinstance(error, asyncio.BrokenBarrierError):
        return "the barrier was broken"
    if isinstance(error, QueueShutDown):
        return "the queue was shut down"
    if isinstance(error, GeneratorExit):
        return "the generator was closed"
    if isinstance(error, BaseExceptionGroup):
        return "[" + ", ".join(map(told, error.exceptions)) + "]"
    for start, ours in SAID_OTHERWISE.items():
        if str(error).startswith(start):
            return ours
    return str(error)


def result_told(result):
    return told(result) if isinstance(result, BaseException) else str(result)


def all_told(results):
    return ", ".join(map(result_told, results))


def parted(tasks, *parts):
    """In the order of the arguments: asyncio gives sets."""
    done, pending = (", ".join(task.get_name() for task in tasks if task in part) for part in parts)
    return f"done: {done}; pending: {pending}"


def in_short(error):
    return str(error) if isinstance(error, BaseExceptionGroup) else told(error)


def try_put(queue, item):
    try:
        queue.put_nowait(item)
        return True
    except (asyncio.QueueFull, QueueShutDown):
        return False


def try_get(queue):
    try:
        return queue.get_nowait()
    except (asyncio.QueueEmpty, QueueShutDown):
        return None


def task_done(queue):
    try:
        queue.task_done()
        return True
    except ValueError:
        return False


def pour(queue, puts, gets, times):
    for _ in range(times):
        for item in range(puts):
            try_put(queue, item)
        for _ in range(gets):
            try_get(queue)


def release(thing):
    try:
        thing.release()
        return True
    except (RuntimeError, ValueError):
        return False


class Lock(asyncio.Lock):
    """One that somebody else has freed meanwhile: ours is left by a destructor, which raises nothing."""

    async def __aexit__(self, *_):
        release(self)


class BoundedSemaphore(asyncio.BoundedSemaphore):
    __aexit__ = Lock.__aexit__


async def wait(self):
    """Condition.wait as from 3.13 on: who leaves with an error has another one told."""
    if not self.locked():
        raise RuntimeError("cannot wait on un-acquired lock")
    told = asyncio.get_running_loop().create_future()
    self.release()
    try:
        try:
            self._waiters.append(told)
            try:
                await told
                return True
            finally:
                self._waiters.remove(told)
        finally:
            late = None
            while True:
                try:
                    await self.acquire()
                    break
                except asyncio.CancelledError as error:
                    late = error
            if late is not None:
                raise late
    except BaseException:
        self.notify(1)
        raise


if sys.version_info < (3, 13):
    asyncio.Condition.wait = wait


if sys.version_info >= (3, 12):
    wait_for, gather = asyncio.wait_for, asyncio.gather
else:

    async def wait_for(awaitable, limit):
        """Before 3.12 it always made a task."""
        if limit > 0:
            async with asyncio.timeout(limit):
                return await awaitable
        task = asyncio.ensure_future(awaitable)
        if not task.done():
            await asyncio.tasks._cancel_and_wait(task, asyncio.get_running_loop())
        try:
            return task.result()
        except asyncio.CancelledError as error:
            raise TimeoutError from error

    def gather(*awaitables, return_exceptions=False):
        """Before 3.12 it heard of tasks that are over one job later."""
        tasks = [asyncio.ensure_future(awaitable) for awaitable in awaitables]
        late = [Late(task) if task.done() else task for task in tasks]
        gathering = asyncio.gather(*late, return_exceptions=return_exceptions)
        for task in late:
            if isinstance(task, Late):
                task.tell()
        return gathering


class Late(asyncio.Future):
    """A task that is over, and says so when asked to."""

    def __init__(self, task):
        super().__init__()
        self.task, self.callbacks = task, []
        self.done, self.cancelled, self.result, self.exception = task.done, task.cancelled, task.result, task.exception
        self._make_cancelled_error, self._cancel_message = task._make_cancelled_error, task._cancel_message

    def add_done_callback(self, callback, *, context=None):
        self.callbacks.append(callback)

    def cancel(self, msg=None):
        return False

    def tell(self):
        for callback in self.callbacks:
            callback(self)


def needs_python_tasks(source):
    """Whether a program sees what is changed of tasks; CPython's own in C cannot be."""
    if sys.version_info < (3, 13) and ("uncancel(" in source or "Group()" in source and ("timeout" in source or "wait_for(" in source)):
        return True
    return "cancel_with(" in source or "find_anyone(" in source


def let_python_tasks_be_current():
    """In some versions asyncio keeps the two kinds of tasks apart, and knows the current one of its own kind only."""
    if python := getattr(asyncio.tasks, "_py_current_task", None):
        own = asyncio.current_task
        both = lambda loop=None: own(loop) or python(loop)
        asyncio.current_task = asyncio.tasks.current_task = both


class Task(asyncio.tasks._PyTask):
    def __init__(self, loop, coro, **options):
        self.is_passing_on = False
        super().__init__(coro, loop=loop, **options)

    def cancel(self, msg=None):
        """CPython passes a request on in a circle of tasks until its stack is full. It stops here
        where the circle closes."""
        if self.is_passing_on:
            return False
        awaited = self._fut_waiter
        self.is_passing_on = True
        given = super().cancel(msg)
        self.is_passing_on = False
        if isinstance(awaited, Task) and awaited.is_passing_on:
            if awaited.remove_done_callback(self._Task__wakeup):
                self._loop.call_soon(self._Task__step, self._make_cancelled_error(), context=self._context)
        return given

    def uncancel(self):
        """As from 3.13 on: what has not arrived yet is forgotten with the last request."""
        left = super().uncancel()
        self._must_cancel = self._must_cancel and left > 0
        return left


class Ordered(dict):
    """A set in order of insertion: CPython's own has none."""

    add = dict.setdefault

    def discard(self, item):
        self.pop(item, None)


async def nothing():
    pass


class Group(asyncio.TaskGroup):
    def __init__(self):
        super().__init__()
        self._tasks, self.is_over = Ordered(), False

    async def __aexit__(self, kind, error, trace):
        parent, taken_back = self._parent_task, self._parent_cancel_requested
        try:
            return await super().__aexit__(kind, error, trace)
        except BaseExceptionGroup:
            if sys.version_info < (3, 13):
                # From 3.13 on, a request of the group's own is always taken back, and one from outside is made anew.
                if self._parent_cancel_requested and not taken_back:
                    parent.uncancel()
                if parent.cancelling():
                    parent.uncancel()
                    parent.cancel()
            raise
        finally:
            self.is_over = True

    def spawn(self, name, work):
        try:
            task = self.create_task(work, name=name)
        except RuntimeError:
            # Too late: instead of raising, ours makes a task that is cancelled before it runs.
            work.close()
            task = asyncio.create_task(nothing(), name=name)
            task.cancel()
            if not self.is_over:
                self._tasks.add(task)
                task.add_done_callback(self._on_task_done)
        tasks[name] = task


names = {name: thing for name, thing in globals().items() if not name.startswith("_")}
