"""What the printed programs use besides asyncio; the Rust side has the same in world.rs."""

import asyncio
import sys

FINISHED_IN_GATHER = False  # As excluded.rs says; the worker sets it.

# There from 3.13 on; before that nobody raises it.
QueueShutDown = getattr(asyncio, "QueueShutDown", type("QueueShutDown", (Exception,), {}))

tasks = {}  # By name, those whose handle nobody has taken yet.


def spawn(name, work):
    tasks[name] = asyncio.create_task(work, name=name)


def start(name, work):
    asyncio.create_task(work, name=name)


def take(name):
    return tasks.pop(name, None)


def take_for_gather(name):
    task = take(name)
    return task if FINISHED_IN_GATHER or task and not task.done() else None


def cancel(label, name):
    given = tasks[name].cancel() if name in tasks else None
    print(f"{label} cancels {name}: {given}")


def is_done(label, name):
    given = tasks[name].done() if name in tasks else None
    print(f"{label} {name} is done: {given}")


def these(*awaitables):
    return [awaitable for awaitable in awaitables if awaitable]


def tasks_of(*awaitables):
    """Made in this order: as_completed itself makes them in that of a set."""
    return [asyncio.ensure_future(awaitable) for awaitable in these(*awaitables)]


def told(error):
    if isinstance(error, asyncio.CancelledError):
        return "cancelled"
    if isinstance(error, TimeoutError):
        return "timed out"
    if isinstance(error, QueueShutDown):
        return "the queue was shut down"
    if isinstance(error, BaseExceptionGroup):
        return "[" + ", ".join(map(told, error.exceptions)) + "]"
    return str(error)


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


if sys.version_info >= (3, 12):
    wait_for = asyncio.wait_for
else:

    async def wait_for(awaitable, limit):
        """Before 3.12 it made a task."""
        async with asyncio.timeout(limit):
            return await awaitable


class Ordered(dict):
    """A set in order of insertion: CPython's own has none."""

    add = dict.setdefault

    def discard(self, item):
        self.pop(item, None)


async def nothing():
    pass


class Quiet:
    """A task that nobody has asked to stop, to all appearances."""

    def __init__(self, task):
        self.done, self.cancel, self.uncancel = task.done, task.cancel, task.uncancel

    def cancelling(self):
        return 0


class Group(asyncio.TaskGroup):
    asks_again, takes_late = True, False  # What CPython does, unless excluded.py says otherwise.

    def __init__(self):
        super().__init__()
        self._tasks, self.is_over = Ordered(), False

    async def __aenter__(self):
        await super().__aenter__()
        if not self.asks_again and sys.version_info >= (3, 13):
            self._parent_task = Quiet(self._parent_task)
        return self

    async def __aexit__(self, kind, error, trace):
        parent, taken_back = self._parent_task, self._parent_cancel_requested
        try:
            return await super().__aexit__(kind, error, trace)
        except BaseExceptionGroup:
            if sys.version_info < (3, 13):
                # From 3.13 on, a request of the group's own is always taken back, and one from outside is made anew.
                if self._parent_cancel_requested and not taken_back:
                    parent.uncancel()
                if self.asks_again and parent.cancelling():
                    parent.uncancel()
                    parent.cancel()
            raise
        finally:
            self.is_over = True

    def spawn(self, name, work):
        exiting, self._exiting = self._exiting, self._exiting and (self.is_over or not self.takes_late)
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
        self._exiting = exiting
        tasks[name] = task


names = {name: thing for name, thing in globals().items() if not name.startswith("_")}
