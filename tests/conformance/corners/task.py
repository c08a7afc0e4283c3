"""What a task can be asked: messages, counts of requests, callbacks, several who await it, awaiting itself."""

import asyncio

from corners.common import cases, fail, nap, outcome, spawn


async def reason(name, awaitable):
    try:
        print(f"{name}:", await awaitable)
    except asyncio.CancelledError as error:
        print(f"{name} cancelled:", error.args[0] if error.args else "no reason")


async def message_reaches_the_await():
    async def work():
        await reason("work", asyncio.sleep(2))

    task = spawn(work(), name="task")
    await asyncio.sleep(1)
    task.cancel("enough")
    await reason("main", task)


async def message_reaches_who_awaits_the_task():
    task = spawn(nap("a", 2), name="a")
    await asyncio.sleep(1)
    task.cancel("enough")
    await reason("main", task)


async def message_is_passed_on_to_the_child():
    child = spawn(nap("child", 3), name="child")

    async def work():
        await reason("work", child)
        await asyncio.sleep(1)
        return "worked"

    task = spawn(work(), name="task")
    await asyncio.sleep(1)
    task.cancel("enough")
    await reason("main", task)


async def message_to_a_task_that_has_not_begun():
    task = spawn(nap("a", 2), name="a")
    task.cancel("too late")
    await reason("main", task)


async def second_request_before_the_first_arrives():
    async def work():
        await reason("work", asyncio.sleep(2))
        await reason("work", asyncio.sleep(2))

    task = spawn(work(), name="task")
    await asyncio.sleep(1)
    print(task.cancel("first"), task.cancel("second"), task.cancelling())
    await reason("main", task)


async def message_through_gather():
    async def work():
        await asyncio.gather(*[spawn(nap(name, 2), name=name) for name in "ab"])

    task = spawn(work(), name="task")
    await asyncio.sleep(1)
    task.cancel("enough")
    await reason("main", task)


async def message_of_what_was_cancelled_first():
    task = spawn(nap("a", 2), name="a")

    async def work():
        await reason("work", task)

    waiter = spawn(work(), name="waiter")
    await asyncio.sleep(1)
    task.cancel("first")
    await asyncio.sleep(0)
    print(task.done(), waiter.cancel("second"))
    await reason("main", waiter)


async def message_of_the_last_of_those_gathered():
    async def work(first, second):
        tasks = [spawn(nap(f"{seconds} s", seconds), name=f"{seconds} s") for seconds in (first, second)]
        await reason("work", asyncio.gather(*tasks, return_exceptions=True))

    for first, second in ((1, 3), (3, 1)):
        task = spawn(work(first, second), name="task")
        await asyncio.sleep(2)
        task.cancel("enough")
        await reason("main", task)


async def requests_are_counted():
    async def work():
        me = asyncio.current_task()
        try:
            await asyncio.sleep(5)
        except asyncio.CancelledError:
            print("asked", me.cancelling())
        await asyncio.sleep(1)
        print(me.uncancel(), me.uncancel(), me.cancelling())
        return "done"

    task = spawn(work(), name="task")
    print(task.cancelling())
    await asyncio.sleep(1)
    task.cancel()
    await asyncio.sleep(0.5)
    await outcome("task", task)


async def name_of_the_current_task():
    async def work():
        print(asyncio.current_task().get_name())
        asyncio.current_task().set_name("other")

    task = spawn(work(), name="task")
    await task
    print(task.get_name(), task.done(), task.cancelled())


async def callbacks_come_in_order_after_those_who_wait():
    task = spawn(nap("a", 1), name="a")

    async def waiter(name):
        print(name, "gets", await task)

    first = spawn(waiter("first"), name="first")
    await asyncio.sleep(0)
    task.add_done_callback(lambda done: print("called with", done.result()))
    second = spawn(waiter("second"), name="second")
    await asyncio.sleep(0)
    task.add_done_callback(lambda done: print("called again"))
    await asyncio.gather(first, second)
    task.add_done_callback(lambda done: print("called late"))
    print("asked")
    await asyncio.sleep(0)


async def callback_of_a_failure():
    task = spawn(fail("a", 1), name="a")
    task.add_done_callback(lambda done: print("called:", done.exception()))
    await outcome("a", task)
    await asyncio.sleep(0)


async def several_await_one_task():
    task = spawn(fail("a", 1), name="a")
    await asyncio.gather(*[outcome(name, task) for name in "xyz"])
    await outcome("late", task)


async def one_of_several_who_await_a_task_is_cancelled():
    task = spawn(nap("a", 2), name="a")
    x, y = (spawn(outcome(name, task), name=name) for name in "xy")
    await asyncio.sleep(1)
    x.cancel()
    await asyncio.gather(x, y, return_exceptions=True)


async def gather_and_await_of_one_task():
    task = spawn(nap("a", 1), name="a")

    async def gatherer():
        print("gathered", *await asyncio.gather(task, asyncio.sleep(0.5, "x")))

    async def waiter():
        print("awaited", await task)

    tasks = [spawn(work, name=name) for name, work in [("g", gatherer()), ("w", waiter())]]
    await asyncio.wait(tasks)


async def task_cannot_await_itself():
    async def work():
        try:
            await asyncio.current_task()
        except RuntimeError:
            print("refused")

    await spawn(work(), name="task")


async def awaiting_task_passes_a_request_on_and_hears_of_it():
    tasks = []

    async def work(other):
        await asyncio.sleep(0)
        try:
            await tasks[other]
        except asyncio.CancelledError:
            print(other, "cancelled")
            raise

    tasks += [spawn(work(1), name="a"), spawn(nap("b", 2), name="b")]
    await asyncio.sleep(1)
    tasks[0].cancel()
    await asyncio.wait(tasks)


VARIANTS = cases(globals())
