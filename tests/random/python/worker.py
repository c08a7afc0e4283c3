"""Runs programs on a virtual clock: each line of the input is a JSON list of programs, each line of the output a list of
their logs and of what went wrong in them.

    worker.py EXCLUSIONS [PROGRAM]

The exclusions are those of excluded.rs, as JSON. With a program it runs that alone and prints its log.

Beside what virtual_run.py pins down: at its end, asyncio.run cancels what is left in the order of creation, not in that
of a set, and the log ends when the last of that is over, since what begins even later is abandoned sooner or later; a
deadlock is the end, without the cleaning up that the Deadlock would set off.
"""

import asyncio
import gc
import json
import sys
import time
import warnings

import excluded
import facts
import support
from virtual_run import Deadlock, VirtualLoop

loop = None


class Loop(VirtualLoop):
    def __init__(self):
        super().__init__()
        self.tasks, self.log, self.is_over = [], [], False
        self.left = None  # What asyncio.run cancels when main is over.
        self.facts, self.told = facts.Facts(self), None
        self.set_exception_handler(lambda *_: None)

    def create_task(self, coro, *, name=None, context=None):
        number = len(self.tasks)
        name = name or (f"task {number}" if number else "main")
        steps = facts.Steps(coro)
        steps.task = task = asyncio.BaseEventLoop.create_task(self, steps, name=name, context=context)
        if self.is_running() or not number:  # Else it is asyncio's own clean-up.
            self.tasks.append(task)
            task.add_done_callback(self.note_end)
        if not number:
            support.tasks[name] = task
        return task

    async def shutdown_asyncgens(self):
        self._asyncgens.clear()

    def call_soon(self, callback, *args, context=None):
        task = getattr(callback, "__self__", None)
        if isinstance(task, facts.Asked):
            self.facts.clock.made_ready(task)
        return super().call_soon(callback, *args, context=context)

    def run_until_complete(self, future):
        self.facts.origin = None
        return super().run_until_complete(future)

    def sleep(self, seconds):
        since = self.now
        super().sleep(seconds)
        if self.here is None:  # Else it is a worker that blocks, and not the loop.
            self.facts.clock.block(asyncio.current_task(self), since)

    def select(self, timeout):
        if timeout is None:
            self.end("deadlock")
        return super().select(timeout)

    def say(self, text):
        self.say_at(self.now, text)

    def say_at(self, time, text):
        if not self.is_over:
            self.log.append(f"{time:.9f} {text}")

    def end(self, how, ending=None):
        if not self.is_over:
            self.say(how)
            self.told = self.facts.told(how == "deadlock", ending)
        self.is_over = True

    def note_end(self, task):
        if task.cancelled():
            outcome = "cancelled"
        elif error := task.exception():
            outcome = f"raised {support.in_short(error)}"
        else:
            outcome = f'returned "{task.result()}"'
        self.say(f"{task.get_name()} [{outcome}]")
        self.check_end(task)

    def check_end(self, ending):
        if self.left and all(task.done() for task in self.left):
            self.end("over", ending)


def note(text):
    if loop.here is not None:
        if loop.now > loop.here:
            loop.call_at(loop.now, loop.say, text)
        else:
            loop.say_at(loop.here, text)
        return
    task = asyncio.current_task(loop)
    loop.say(f"{task.get_name()} {text}" if task else text)


def all_tasks(loop):
    loop.left = [task for task in loop.tasks if not task.done()]
    loop.facts.run_ends(loop.left)
    return loop.left


def close(coro):
    """Whoever awaits something while being closed is closed there again; tasks begun by that end in the closed loop."""
    asyncio._set_running_loop(loop)
    for _ in range(100):
        try:
            coro.close()
            break
        except BaseException:
            pass
    asyncio._set_running_loop(None)


def run(source):
    global loop
    support.clear()
    loop = Loop()
    facts.of_run = loop.facts
    loop.set_task_factory(facts.PythonTask if support.needs_python_tasks(source) else facts.c_task)
    try:
        names = {}
        exec(source, names)
        loop.facts.name_things(names)
        with asyncio.Runner(loop_factory=lambda: loop) as runner:
            if loop.tasks:
                raise RuntimeError("there are tasks before main")
            runner.run(names["main"]())
    except (Exception, asyncio.CancelledError, BaseExceptionGroup, GeneratorExit) as error:
        if not loop.tasks:
            loop.say(f"{type(error).__name__}: {error}")  # The program could not even begin.
    loop.end("over")
    for task in loop.tasks:
        if not task.done():
            close(task.get_coro())
    return [loop.log, *loop.told]


def set_up(exclusions):
    exclusions = json.loads(exclusions)
    for name in exclusions["in_python"]:
        getattr(excluded, name)()
    facts.set_up()
    support.let_python_tasks_be_current()
    sys.dont_write_bytecode = True
    warnings.simplefilter("ignore")
    sys.unraisablehook = lambda _: None
    support.print = note
    support.names["print"] = note
    support.__all__ = [*support.names]
    time.sleep = lambda seconds: loop.sleep(seconds)
    asyncio.tasks.all_tasks = all_tasks
    # What is left of one program must not come to an end in the midst of another.
    gc.disable()


def answer(line):
    answers = json.dumps([run(source) for source in json.loads(line)])
    gc.collect()
    return answers


if __name__ == "__main__":
    set_up(sys.argv[1])
    if len(sys.argv) > 2:
        with open(sys.argv[2]) as program:
            print(*run(program.read())[0], sep="\n")
    else:
        for line in sys.stdin:
            print(answer(line), flush=True)
