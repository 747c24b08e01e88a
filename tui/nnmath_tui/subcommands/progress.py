"""How far a long command is: a bar on a terminal, a line for every tenth elsewhere, or nothing."""

from __future__ import annotations

import os
import shutil
import time
from collections.abc import Callable
from typing import TextIO

from nnmath_tui.subcommands.figures import duration

BETWEEN_FRAMES = 0.1
"""Seconds between two pictures of the bar."""

LONGEST_BAR = 30


class Progress:
    """Counts from `start` to `total` of some unit, on `stream`; one that breaks is left alone."""

    def __init__(
        self,
        unit: str,
        start: int,
        total: int,
        stream: TextIO | None,
        *,
        plain: bool = False,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        """None as the stream means no output; `plain` means lines even on a terminal."""
        self._unit, self._start, self._total = unit, start, total
        self._stream, self._clock = stream, clock
        can_erase = stream is not None and stream.isatty() and os.environ.get("TERM") != "dumb"
        self._is_bar = can_erase and not plain
        self._began = self._last_frame = clock()
        self._tenth = self._tenth_of(start)
        self._is_drawn = False

    def show(self, done: float, text: str = "") -> None:
        """Tell that `done` units are done, and a few words about how it goes."""
        now = self._clock()
        if self._is_bar:
            if now - self._last_frame >= BETWEEN_FRAMES or done >= self._total:
                self._last_frame = now
                self._write("\r" + self._bar(done, text, now) + "\x1b[K")
                self._is_drawn = True
        elif self._tenth_of(done) > self._tenth:
            self._tenth = self._tenth_of(done)
            self._write(f"{self._unit} {int(done)}/{self._total}  {text}".rstrip() + "\n")

    def close(self) -> None:
        """Take the bar away, so that what is said next starts on a clean line."""
        if self._is_drawn:
            self._write("\r\x1b[K")
        self._is_drawn = False

    def _tenth_of(self, done: float) -> int:
        return int(10 * done / self._total) if self._total else 0

    def _bar(self, done: float, text: str, now: float) -> str:
        columns = shutil.get_terminal_size().columns - 1
        count = f"{self._unit} {int(done):{len(str(self._total))}}/{self._total}"
        words = f"{text}  {self._speed(done, now)}"
        length = min(LONGEST_BAR, columns - len(count) - len(words) - 3)
        if length < 5:
            return f"{count}  {words}"[:columns]
        filled = int(length * min(1.0, done / self._total)) if self._total else length
        full, empty = "━─" if self._can_draw() else "#-"
        return f"{count} {full * filled}{empty * (length - filled)}  {words}"

    def _speed(self, done: float, now: float) -> str:
        elapsed, more = now - self._began, done - self._start
        if elapsed <= 0 or more <= 0:
            return ""
        rate = more / elapsed
        return f"{rate:.3g}/s  {duration((self._total - done) / rate)} left"

    def _can_draw(self) -> bool:
        return "utf" in (getattr(self._stream, "encoding", None) or "").lower()

    def _write(self, text: str) -> None:
        if self._stream is None:
            return
        try:
            self._stream.write(text)
            self._stream.flush()
        except OSError:  # whoever watched has gone; the work goes on
            self._stream = None
