"""Runs a program of examples/python/ under CPython on a virtual clock.

    virtual_run.py PROGRAM [--set NAME=VALUE ...]    or    --self-check

Prints one JSON object, with what every variant did and when:

    {variant: {"seconds": when asyncio.run would have returned,
               "prints": [[time, text], ...],
               "tasks": [{"name", "outcome", "at"}, ...],
               "error": null or "TypeName: message" if main raised}}

Tasks are in completion order, without main; an outcome is "returned", "raised"
or "cancelled". Tasks without a name are Task-2, Task-3 … in every variant.

Why a loop of our own: looptime and its like cover neither `time.sleep`, which
has to hold up the loop, nor threads, which must not. And CPython's heap of
timers is not stable: those of equal deadline, rare in real time and the rule
in virtual time, may fire in any order. Here:

* the clock stands still while code runs, and jumps to the next deadline when
  the loop would wait; with nothing to wait for, that is a Deadlock, and the
  end: what cancelling and cleaning up would do then is not told;
* times are multiples of 1 ns, so that 0.1 + 0.2 and 0.3 are one deadline;
* timers of equal deadline fire in the order in which they were set;
* `time.sleep` moves the clock, and so delays everything else on the loop;
* a function given to a thread or process runs, once a worker is free, in one
  go, inline, on a clock of its own, and its future completes when that clock
  says. Hence what it does to shared data is seen early. Workers take jobs as
  they came. A cancelled future withdraws its job just before those who await it
  hear of that: until then a worker may take it. The default executor has as
  many threads as it needs. Threads started otherwise may not sleep.

A variant may be a plain function, which runs its loops itself: each asyncio.run
then goes on where the one before it stopped. What such a run leaves behind is
cancelled at the very end.
"""

import argparse
import ast
import asyncio
import collections
import concurrent.futures
import functools
import heapq
import importlib.util
import itertools
import json
import pathlib
import sys
import threading
import time
from unittest import mock


class Deadlock(Exception):
    pass


class StableTimer(asyncio.TimerHandle):
    def __lt__(self, other):
        return (self._when, self.order) < (other._when, other.order)


class Pool:
    def __init__(self, executor):
        self.workers = executor._max_workers if executor else float("inf")
        self.jobs = collections.deque()
        self.running = []  # A heap of their ends.


class VirtualLoop(asyncio.BaseEventLoop):
    def __init__(self):
        super().__init__()
        self._clock_resolution = 0.5e-9  # Half the step of our clock.
        self._selector = self  # BaseEventLoop waits by our `select`.
        self._process_events = self._write_to_self = lambda *_: None
        self.now = 0.0
        self.timer_order = itertools.count()
        self.task_number = itertools.count(1)
        self.pools = {}  # By their executors.
        self.here = None  # The loop's own time, while a worker's is the time.
        self.ended = []
        self.deadlocked = False

    def time(self):
        return self.now

    def select(self, timeout):
        if timeout is None:
            self.deadlocked = True
            raise Deadlock("every task waits and nothing can wake one")
        if timeout > 0:
            self.now = self._scheduled[0].when()
        return ()

    def sleep(self, seconds):  # Stands in for time.sleep.
        if threading.current_thread() is not threading.main_thread():
            raise RuntimeError("only asyncio's threads have virtual time")
        self.now = round(self.now + seconds, 9)

    def call_at(self, when, callback, *args, context=None):
        timer = StableTimer(round(when, 9), callback, args, self, context)
        timer.order, timer._scheduled = next(self.timer_order), True
        heapq.heappush(self._scheduled, timer)
        return timer

    def call_soon(self, callback, *args, context=None):
        if callback == self.note_end:  # Queued behind others it would be late.
            return self.note_end(*args)
        return super().call_soon(callback, *args, context=context)

    def create_task(self, coro, *, name=None, context=None):
        name = name or f"Task-{next(self.task_number)}"
        task = super().create_task(coro, name=name, context=context)
        if self.is_running():  # Else it is main, or asyncio's own clean-up.
            task.add_done_callback(self.note_end)
        return task

    def note_end(self, task):
        if not self.deadlocked:
            self.ended.append((task, self.now))

    def run_in_executor(self, executor, func, *args):
        future = self.create_future()
        pool = self.pools.setdefault(executor, Pool(executor))
        self.end_jobs(pool, lambda end: end < self.now)
        future.add_done_callback(functools.partial(self.after_job, pool))
        pool.jobs.append((self.now, future, func, args))
        self.begin_jobs(pool, self.now)
        return future

    def after_job(self, pool, future):
        if future.cancelled() and any(job[1] is future for job in pool.jobs):
            # If the loop was held up, workers have gone on in the meantime.
            self.end_jobs(pool, lambda end: end < self.now)
            self.withdraw(pool, future)

    def withdraw(self, pool, future):
        pool.jobs = collections.deque(job for job in pool.jobs if job[1] is not future)

    def begin_jobs(self, pool, since):
        while pool.jobs and len(pool.running) < pool.workers:
            given, future, func, args = pool.jobs.popleft()
            now = self.here = self.now
            self.now = max(since, given)
            try:
                settle, outcome = future.set_result, func(*args)
            except Exception as error:
                settle, outcome = future.set_exception, error
            end, self.now, self.here = self.now, now, None
            heapq.heappush(pool.running, end)
            when = max(end, now)  # The end is past if the loop was held up.
            self.call_at(when, self.settle, pool, end, future, settle, outcome)

    def end_jobs(self, pool, is_over):
        while pool.running and is_over(pool.running[0]):
            self.begin_jobs(pool, heapq.heappop(pool.running))

    def settle(self, pool, end, future, settle, outcome):
        self.end_jobs(pool, lambda other: other <= end)
        if not future.done():
            settle(outcome)


def run(main):
    loop, prints, error = VirtualLoop(), [], None

    def note(*words, sep=" "):
        if not loop.deadlocked:
            prints.append((loop.now, sep.join(map(str, words))))

    real_run = asyncio.run

    def run_again(coro):  # Stands in for asyncio.run, which may only refuse.
        return real_run(coro) if loop.is_running() else runner.run(coro)

    def report(task, at):
        if task.cancelled():
            outcome = "cancelled"
        else:
            outcome = "raised" if task.exception() else "returned"
        return {"name": task.get_name(), "outcome": outcome, "at": at}

    fakes = {"sleep": loop.sleep, "perf_counter": loop.time}
    with mock.patch("builtins.print", note), mock.patch.multiple(time, **fakes):
        try:
            with asyncio.Runner(loop_factory=lambda: loop) as runner:
                with mock.patch("asyncio.run", run_again):
                    coro = main()
                    if coro is not None:
                        runner.run(coro)
        except (Exception, asyncio.CancelledError) as raised:
            error = f"{type(raised).__name__}: {raised}"
    return {
        "seconds": loop.now,
        "prints": sorted(prints, key=lambda line: line[0]),
        "tasks": [report(task, at) for task, at in loop.ended],
        "error": error,
    }


def load(path, settings):
    sys.dont_write_bytecode = True
    folder = str(pathlib.Path(path).resolve().parent)
    if folder not in sys.path:  # For services.py; last, to hide nothing.
        sys.path.append(folder)
    spec = importlib.util.spec_from_file_location("program", path)
    program = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(program)
    for name, _, value in (setting.partition("=") for setting in settings):
        if not (name.isupper() and hasattr(program, name)):
            sys.exit(f"{path} has no parameter {name}")
        kind = type(getattr(program, name))
        setattr(program, name, kind(ast.literal_eval(value)))
    return program


def self_check():
    async def nap(name, *naps):
        for seconds in naps:
            await asyncio.sleep(seconds)
        print(name)

    async def block(name, seconds):
        time.sleep(seconds)
        print(name)

    async def thread(name, seconds):
        await asyncio.to_thread(time.sleep, seconds)
        print(name)

    async def pooled(pool, name, seconds):
        def job():
            time.sleep(seconds)
            print("ran", name)

        await asyncio.get_running_loop().run_in_executor(pool, job)
        print(name)

    async def give_up(task):
        await asyncio.sleep(1)
        task.cancel()
        await asyncio.sleep(0.5)
        print("gave up")

    def check(expected, *coros):
        async def main():
            await asyncio.gather(*coros)

        prints, tasks = map(run(main).get, ("prints", "tasks"))
        assert prints == expected, prints
        assert [task["at"] for task in tasks] == [at for at, _ in prints], tasks

    # Equal deadlines fire in the order set, also where floats are not equal.
    naps = nap("d", 0.1, 0.2), nap("e", 0.15, 0.15), *(nap(n, 0.3) for n in "abc")
    check([(0.3, name) for name in "abcde"], *naps)
    # A blocking call delays all others, a thread none.
    check([(2, "b"), (4, "c"), (4, "a")], nap("a", 1), block("b", 2), block("c", 2))
    check([(1, "a"), (2, "b"), (2, "c")], thread("b", 2), nap("a", 1), thread("c", 2))

    # A deadlock is the end, and cancelling what is left no part of the run.
    async def stuck():
        try:
            await nap("before", 1)
            await asyncio.gather(asyncio.Event().wait())
        finally:
            print("after")

    deadlock = run(stuck)
    assert deadlock["error"].startswith("Deadlock"), deadlock
    assert (deadlock["prints"], deadlock["tasks"]) == ([(1, "before")], []), deadlock

    # A plain function may run several loops, but none inside another.
    async def nested():
        late = nap("never", 1)
        try:
            asyncio.run(late)
        finally:
            late.close()

    def plain():
        asyncio.run(nap("a", 1))
        asyncio.run(nap("b", 2))
        asyncio.run(nested())

    ran = run(plain)
    assert ran["prints"] == [(1, "a"), (3, "b")], ran
    assert "running event loop" in ran["error"], ran

    # Of two workers, each takes the next job when it has done one.
    async def jobs():
        pool = concurrent.futures.ThreadPoolExecutor(2)
        names = [("a", 3), ("b", 2), ("c", 2), ("d", 1), ("e", 0.5)]
        tasks = [asyncio.create_task(pooled(pool, *job)) for job in names]
        # A job that has not begun can be withdrawn, one that has goes on.
        for task in tasks[0], tasks[3]:
            await give_up(task)
        await asyncio.gather(*tasks, return_exceptions=True)

    early = [(1.5, "gave up"), (2, "ran b"), (2, "b"), (3, "ran a"), (3, "gave up")]
    late = [(3.5, "ran e"), (3.5, "e"), (4, "ran c"), (4, "c")]
    prints = run(jobs)["prints"]
    assert prints == early + late, prints


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    what = parser.add_mutually_exclusive_group(required=True)
    what.add_argument("program", nargs="?")
    what.add_argument("--self-check", action="store_true")
    parser.add_argument("--set", nargs="+", action="extend", default=[])
    options = parser.parse_args()
    if options.self_check:
        self_check()
    else:
        variants = load(options.program, options.set).VARIANTS
        print(json.dumps({name: run(main) for name, main in variants.items()}))
