"""When the doctor looks: at every pause, and while training at most once a second.

An examination takes a millisecond or two, in a thread of its own; a snapshot that comes while one
is under way waits, and only the newest does.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Callable
from functools import partial

from nnmath_engine.doctor import Finding, examine
from nnmath_engine.snapshot import Snapshot

from nnmath_tui.background import in_background

PERIOD = 1.0
"""Seconds from one look at a running training to the next."""


class Consultation:
    """Keeps what the doctor says of the newest snapshot that he was shown."""

    def __init__(
        self, changed: Callable[[], object], clock: Callable[[], float] = time.monotonic
    ) -> None:
        """Call `changed` on the event loop when there is another opinion."""
        self._changed, self._clock = changed, clock
        self._looked = -PERIOD
        self._waiting: Snapshot | None = None
        self._task: asyncio.Task[None] | None = None
        self.findings: tuple[Finding, ...] = ()

    def see(self, snapshot: Snapshot, running: bool) -> None:
        """Here is a snapshot; look at it, unless it is too soon."""
        now = self._clock()
        if running and now - self._looked < PERIOD:
            return
        self._looked, self._waiting = now, snapshot
        if self._task is None:
            self._task = asyncio.get_running_loop().create_task(self._look())

    def end(self) -> None:
        """Look no more."""
        self._waiting = None
        if self._task is not None:
            self._task.cancel()
            self._task = None

    async def _look(self) -> None:
        try:
            while self._waiting is not None:
                snapshot, self._waiting = self._waiting, None
                self.findings = await in_background(partial(examine, snapshot))
                self._changed()
        finally:
            if self._task is asyncio.current_task():
                self._task = None
