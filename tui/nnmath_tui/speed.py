"""How fast training goes, as a number calm enough to read."""

from __future__ import annotations

import math
from collections.abc import Callable

MEMORY = 1.5
"""Seconds after which an observation weighs e times less."""


class Speed:
    """Epochs a second, smoothed: v <- v + (1 - e^(-dt / MEMORY)) (dx / dt - v)."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self.restart()

    def restart(self) -> None:
        """Forget: what comes next is another run, or a reset one."""
        self._last: tuple[float, float] | None = None
        self._smoothed: float | None = None

    def observe(self, epochs: float) -> float:
        """Take note that `epochs` are done by now; returns the speed, 0 while it is unknown."""
        now = self._clock()
        if self._last is not None:
            elapsed, done = now - self._last[0], epochs - self._last[1]
            if elapsed > 0:
                current = done / elapsed
                share = 1 - math.exp(-elapsed / MEMORY)
                previous = current if self._smoothed is None else self._smoothed
                self._smoothed = previous + share * (current - previous)
        self._last = now, epochs
        return self._smoothed or 0.0
