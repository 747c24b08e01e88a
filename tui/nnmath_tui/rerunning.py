"""A goal tried again from its seeds, in a thread of its own, while the screen goes on."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from functools import partial

from nnmath_presets.preset import Attempt, Goal, Preset
from nnmath_presets.settling import settle
from nnmath_presets.trial import Tally

from nnmath_tui.background import in_background

PROGRESS_SHOWN = 0.1


class _GivenUp(Exception):
    """Nobody waits for the outcome any more."""


async def settled(
    preset: Preset, goal: Goal, attempt: Attempt, note: Callable[[float], object]
) -> Tally:
    """Train the attempt; `note` hears ten times a second which share is done.

    When the task is cancelled, the training ends soon after.
    """
    given_up, share = False, 0.0

    def tell(done: float) -> None:
        nonlocal share
        if given_up:
            raise _GivenUp
        share = done
        time.sleep(0)

    work = asyncio.ensure_future(in_background(partial(settle, preset, goal, attempt, tell)))
    try:
        while not work.done():
            await asyncio.wait((work,), timeout=PROGRESS_SHOWN)
            if not work.done():
                note(share)
        return work.result()
    finally:
        given_up = True
        work.cancel()
