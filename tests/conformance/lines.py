"""Where the tasks of a program stand, as batch.py runs it.

Each line of the output is, for each variant, what its tasks did at which lines of
the program, and when: {variant: [[what, seconds, [line, ...]], ...]}. It is
"created" where a task was made, "waits" where one was left to wait, "blocks"
where time.sleep held up the loop. The innermost line comes first; what stands in
another module counts for the lines that called it.
"""

import asyncio
import gc
import inspect
import json
import pathlib
import sys
from unittest import mock

import virtual_run

FRAMES = "cr_frame", "ag_frame", "gi_frame"
AWAITED = "cr_await", "ag_await", "gi_yieldfrom"


class Watched(asyncio.tasks._PyTask):
    """A task that notes where it was made, and where it stands after each of its steps."""

    def __init__(self, *arguments, **named):
        super().__init__(*arguments, **named)
        note("created", self.get_loop().time(), called())

    def _Task__step(self, *arguments):
        super()._Task__step(*arguments)
        if not self.done():
            note("waits", self.get_loop().time(), awaited(self.get_coro()))


class Loop(virtual_run.VirtualLoop):
    def sleep(self, seconds):
        if self.here is None:  # Else a worker sleeps.
            note("blocks", self.now, called())
        super().sleep(seconds)


def note(what, at, lines):
    if lines:
        noted.append((what, at, lines))


def called():
    """The lines that have called this."""
    stack = inspect.stack(0)
    return [frame.lineno for frame in stack if frame.filename == program]


def awaited(it):
    """The lines at which something awaits."""
    lines = []
    while it is not None:
        if type(it).__name__.startswith("async_generator_"):  # An answer that is awaited hides who is to give it.
            it = next(filter(inspect.isasyncgen, gc.get_referents(it)), None)
        frame = next((found for name in FRAMES if (found := getattr(it, name, None))), None)
        if frame is not None and frame.f_code.co_filename == program:
            lines.insert(0, frame.f_lineno)
        it = next((found for name in AWAITED if (found := getattr(it, name, None))), None)
    return lines


for request in sys.stdin:
    path, *settings = json.loads(request)
    program = str(pathlib.Path(path).absolute())
    report = {}
    for name, main in virtual_run.load(path, settings).VARIANTS.items():
        noted = []
        with (
            mock.patch("asyncio.Task", Watched),
            mock.patch("asyncio.tasks.Task", Watched),
            mock.patch("virtual_run.VirtualLoop", Loop),
        ):
            virtual_run.run(main)
        report[name] = noted
    print(json.dumps(report))
