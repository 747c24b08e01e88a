"""A goal tried again from its seeds, in a thread of its own, while the screen goes on."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from functools import partial

from nnmath_engine.session import Session
from nnmath_engine.snapshot import Snapshot
from nnmath_presets.preset import Attempt, Goal, Preset
from nnmath_presets.settling import attempt_of, hand_set, settle
from nnmath_presets.trial import Tally

from nnmath_tui.background import in_background

PROGRESS_SHOWN = 0.1


class _GivenUp(Exception):
    """Nobody waits for the outcome any more."""


def attempt_from(preset: Preset, now: Snapshot, begun: Snapshot | None) -> Attempt:
    """What leads from the preset to the run on the screen, if nothing was changed on the way.

    begun: the run as it was last seen before its first step, with the numbers set by hand.
    """
    edits = {}
    if begun is not None and begun.marks and begun.layer_sizes == now.layer_sizes:
        first = Session(now.experiment, base=preset.base).parameters
        edits = hand_set(first, begun.parameters)
    return attempt_of(preset, now.experiment, edits)


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
