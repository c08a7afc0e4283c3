"""Replaces what ours does not do yet; excluded.rs says which of these functions are called."""

import asyncio

import support


def a_task_keeps_its_message_for_all():
    """The message of a task that was cancelled is told once; who asks later hears of no message, and so do those who gather
    results and exceptions. Ours tells all; but one that has kept a request to itself and returned has none, as in 3.14."""
    cancel = asyncio.futures._PyFuture.cancel

    def cancel_with_own(self, msg=None):
        if isinstance(self, support.Task) and msg is None:
            msg = next(iter(getattr(self._cancelled_exc, "args", ())), None)
        return cancel(self, msg)

    asyncio.futures._PyFuture.cancel = cancel_with_own
    support.Task._make_cancelled_error = lambda self: asyncio.CancelledError(
        *filter(None, [None if self.done() and not self.cancelled() else self._cancel_message])
    )
