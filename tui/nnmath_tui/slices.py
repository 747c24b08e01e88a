"""Training in slices: in a thread, one at a time, and over at once when something is urgent."""

from __future__ import annotations

import asyncio
import math
import time

from nnmath_engine.session import Session

LONGEST, SHORTEST = 0.05, 0.005
"""Bounds, in seconds, of how long a slice may take if nothing cuts it short."""


class Slices:
    """Cuts training into slices. While `held`, no new one should begin."""

    def __init__(self) -> None:
        self._cut = False
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
        self._cut = False
        seconds = min(max(seconds, SHORTEST), LONGEST)
        await asyncio.to_thread(session.run, seconds, stop, self._clock)

    def _clock(self) -> float:
        return math.inf if self._cut else time.perf_counter()
