"""Replaces what ours does not do yet; excluded.rs says which of these functions are called."""

import asyncio

import support


def gather_of_the_finished_is_cancelled_at_once():
    """A gather whose tasks are all over, but which has not heard of it, cannot be cancelled: whoever awaits it is told when
    it has heard of the last one. Ours is told at once."""

    def cancel(self, msg=None):
        if self.done():
            return False
        if not any([child.cancel(msg=msg) for child in self._children]):
            return asyncio.Future.cancel(self, msg=msg)
        self._cancel_requested = True
        return True

    asyncio.tasks._GatheringFuture.cancel = cancel


def group_does_not_ask_its_holder_again():
    """From 3.13 on, a group that ends with errors asks the task that holds it to stop once more if somebody else had asked
    before, so that the next await ends with that. Ours does not."""
    support.Group.asks_again = False


def group_takes_tasks_until_its_holder_goes_on():
    """A group whose body and tasks are over takes no more tasks. Ours does until the task that holds it has run, and then
    waits for them."""
    support.Group.takes_late = True


def a_task_keeps_its_message_for_all():
    """The message of a task that was cancelled is told once; who asks later hears of no message, and so do those who gather
    results and exceptions. Ours tells all. But it tells nobody when a task ended by itself after it had been asked to
    stop."""
    cancel = asyncio.futures._PyFuture.cancel

    def cancel_with_own(self, msg=None):
        if isinstance(self, support.Task):
            msg = next(iter(getattr(self._cancelled_exc, "args", ())), None)
        return cancel(self, msg)

    asyncio.futures._PyFuture.cancel = cancel_with_own
    support.Task._make_cancelled_error = lambda self: (
        asyncio.CancelledError(*filter(None, [self._cancel_message]))
    )
