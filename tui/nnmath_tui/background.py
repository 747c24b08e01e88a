"""Work that may take seconds, off the event loop, and that quitting need not wait for."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Coroutine
from contextlib import suppress
from functools import partial
from threading import Thread
from typing import Any, TypeVar

Result = TypeVar("Result")


def deferred(
    work: Callable[..., Coroutine[Any, Any, None]], *arguments: object
) -> Callable[[], object]:
    """Work for `run_worker`, begun when the worker runs.

    A worker that is cancelled before would leave a coroutine behind that nobody awaits.
    """
    return partial(work, *arguments)


async def in_background(work: Callable[[], Result]) -> Result:
    """Do `work` in a thread of its own and return what it returns, or raise what it raises.

    `asyncio.to_thread` would do for short work; but the event loop, when it closes, waits for its
    threads to end, and the reading of a large file must not keep a user who quits.
    """
    loop = asyncio.get_running_loop()
    done: asyncio.Future[Result] = loop.create_future()

    def deliver(give: Callable[[], None]) -> None:
        if not done.cancelled():
            give()

    def run() -> None:
        give: Callable[[], None]
        try:
            result = work()
        except BaseException as error:
            # A name bound by `except ... as` is gone after the block; the loop needs it later.
            failure = error
            give = lambda: done.set_exception(failure)  # noqa: E731
        else:
            give = lambda: done.set_result(result)  # noqa: E731
        # The loop is closed when the user has quit in the meantime; nobody wants the result then.
        with suppress(RuntimeError):
            loop.call_soon_threadsafe(deliver, give)

    Thread(target=run, daemon=True).start()
    return await done
