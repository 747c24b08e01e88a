"""When a screen is painted: as soon as something on it has changed, then rests for as long again.

Textual paints by a clock. What changes after a rest is painted at once, but what follows it waits
until the second tick from then: a neuron that a key has gone to showed 20 ms before the formula
that belongs to it.
"""

from __future__ import annotations

import asyncio
import time
from functools import cached_property
from typing import Any

from textual.screen import Screen

SETTLING = 0.001
"""Seconds in which what has changed something tells those who change with it."""


class Painter:
    """Has a screen painted, and then rests for as long as that has taken."""

    def __init__(self, screen: Screen[Any]) -> None:
        self._screen = screen
        self._asked: asyncio.TimerHandle | None = None
        self._rested = 0.0  # when it has

    def resume(self) -> None:
        """Something is to be painted."""
        if self._asked is None:
            wait = max(SETTLING, self._rested - time.monotonic())
            self._asked = asyncio.get_running_loop().call_later(wait, self._paint)

    def pause(self) -> None:
        """Nothing is, any more."""
        if self._asked is not None:
            self._asked.cancel()
            self._asked = None

    def _paint(self) -> None:
        self._asked = None
        if not self._screen.is_running or self._screen.app._exit:
            return
        start = time.thread_time()  # on a busy machine others' work is no reason to rest
        try:
            self._screen._on_timer_update()
        except Exception as error:
            self._screen.app._handle_exception(error)
        self._rested = time.monotonic() + time.thread_time() - start


def instead_of_textuals() -> None:
    """Paint all screens so."""
    clock = cached_property(Painter)
    clock.__set_name__(Screen, "_update_timer")
    Screen._update_timer = clock  # type: ignore[method-assign, assignment]
