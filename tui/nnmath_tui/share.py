"""How much of the processor training takes on a machine on which many train.

Thirty trainings at full speed on two processors would serve nobody: each key waits until all of
them have had their turn. So each looks how often it has to wait for a processor itself. While it
does, it rests longer between slices, and otherwise, little by little, not so long: as with the
senders on a busy network, all come to the same share, and something is left for the next key.
"""

from __future__ import annotations

import time
from collections.abc import Callable

CROWDED = 0.8
"""Of the time that work took, the part that it had a processor; below it others wait as well."""

LEAST = 0.02
FEWER, MORE = 0.85, 0.03
"""What the share is multiplied by after work on a crowded machine, and what a second adds."""

MEMORY = 0.5
"""The weight of earlier work in the estimate of how crowded it is."""

LONGEST = 2.0
"""Seconds to rest at most."""


class Share:
    """Tells after each piece of work how long to rest."""

    def __init__(
        self,
        clock: Callable[[], float] = time.perf_counter,
        used: Callable[[], float] = time.process_time,
    ) -> None:
        """`used` counts the seconds for which there was a processor, as `clock` does all."""
        self._clock, self._used = clock, used
        self._part = 1.0
        self._smooth = 1.0  # the part of the time for which work had a processor
        self._due = self._start = self._last = clock()
        self._used_before = used()

    @property
    def part(self) -> float:
        """The share of one processor that work takes now, from 0 to 1."""
        return self._part

    @property
    def wait(self) -> float:
        """Seconds until work may go on; 0 or less when it may."""
        return self._due - self._clock()

    def begin(self) -> None:
        """Work begins."""
        self._start, self._used_before = self._clock(), self._used()

    def end(self) -> None:
        """Work rests."""
        now = self._clock()
        used, took = self._used() - self._used_before, now - self._start
        if took > 0:
            self._smooth = MEMORY * self._smooth + (1 - MEMORY) * min(1.0, used / took)
        if self._smooth < CROWDED:
            self._part = max(LEAST, FEWER * self._part)
        else:
            self._part = min(1.0, self._part + MORE * (now - self._last))
        self._last = now
        self._due = now + min(LONGEST, used * (1 / self._part - 1))
