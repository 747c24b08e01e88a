"""Signals that end a training: after the batch under way, with what is to be saved saved."""

from __future__ import annotations

import signal
import time
from types import FrameType, TracebackType

_ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Interruption:
    """While entered, the first signal only takes note; a second one ends at once."""

    def __init__(self) -> None:
        self.signal: signal.Signals | None = None

    @property
    def exit_code(self) -> int:
        """What a shell expects of a process that signal n ended: 128 + n; 0 without one."""
        return 128 + self.signal if self.signal else 0

    def clock(self) -> float:
        """The time for `Session.run`, which is up as soon as a signal came."""
        return float("inf") if self.signal else time.perf_counter()

    def __enter__(self) -> Interruption:
        # What the parent has switched off, as nohup does, stays off.
        wanted = [n for n in _ENDING if signal.getsignal(n) is not signal.SIG_IGN]
        self._before = {number: signal.signal(number, self._note) for number in wanted}
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        for number, handler in self._before.items():
            signal.signal(number, handler)

    def _note(self, number: int, _: FrameType | None) -> None:
        if self.signal is not None:
            raise KeyboardInterrupt
        self.signal = signal.Signals(number)
