"""Training in slices: in a thread, one at a time, and over at once when something is urgent."""

from __future__ import annotations

import asyncio
import math
import time
from collections.abc import Callable

from nnmath_engine.session import Session

LONGEST, SHORTEST = 0.05, 0.005
"""Bounds, in seconds, of how long a slice may take if nothing cuts it short."""

LOOK_EVERY = 0.001
"""Seconds between looks at whether there is input: a look costs a few microseconds."""

ARRIVAL = 0.002
"""Seconds within which input that is there reaches whoever may call `hold` because of it."""


class Slices:
    """Cuts training into slices. While `held`, no new one should begin."""

    def __init__(self, input_waits: Callable[[], bool] = lambda: False) -> None:
        """Cut a slice when `input_waits`, which is asked in the thread that trains."""
        self._input_waits = input_waits
        self._look = 0.0
        self._cut = False
        self._interrupted = False
        self._holders = 0

    @property
    def held(self) -> bool:
        """Whether somebody has asked training to wait."""
        return self._holders > 0

    def hold(self) -> None:
        """Let no slice begin until `release`, and end the one under way."""
        self._holders += 1
        self.cut()

    def release(self) -> None:
        """Take back one `hold`."""
        self._holders -= 1

    def cut(self) -> None:
        """End the slice under way after its present batch."""
        self._cut = True

    async def run(self, session: Session, stop: int | None, seconds: float) -> None:
        """Train for about `seconds`, at most up to epoch `stop`."""
        self._cut = self._interrupted = False
        seconds = min(max(seconds, SHORTEST), LONGEST)
        await asyncio.to_thread(session.run, seconds, stop, self._clock)
        if self._interrupted:
            await asyncio.sleep(ARRIVAL)

    def _clock(self) -> float:
        now = time.perf_counter()
        if now >= self._look:
            self._look = now + LOOK_EVERY
            self._interrupted = self._interrupted or self._input_waits()
        return math.inf if self._cut or self._interrupted else now
