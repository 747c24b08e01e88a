"""The program ends cleanly whatever happens: by a signal, without its terminal, or stuck."""

from __future__ import annotations

import os
import select
import signal
import sys
import termios
import threading
import time
import warnings
from collections.abc import Callable
from contextlib import suppress
from typing import Any

SIGNALS = (signal.SIGTERM, signal.SIGHUP, signal.SIGINT, signal.SIGQUIT)
HUNG_UP = 128 + signal.SIGHUP

GRACE = 0.8
"""Seconds for an orderly end; then it ends anyhow. Those in which others had the processors do not
count, or else a crowded machine would keep us from saving what there is.
"""

LONGEST = 5.0
"""Seconds after which it ends in any case."""

WAITING = 600
"""Seconds for which a terminal that stands still may be given back yet."""

CANCEL = "\x18"
"""Ends a sequence that was cut in two when the terminal stood still."""

RESTORE = "\x1b[?2026l\x1b[?2004l\x1b[?7h\x1b[?2048l\x1b[?1000l\x1b[?1003l\x1b[?1015l\x1b[?1006l"
RESTORE += "\x1b[?1016l\x1b[<u\x1b[?1049l\x1b[?25h\x1b[?1004l\x1b[m"
"""Everything that the driver may have turned on, off, in the order in which it does so itself."""


class Ending:
    """Ends the app on a signal or when its terminal is gone, and the process if the app does not.

    Upstream knows no signals and leaves seven modes of the terminal on (#5140).
    """

    def __init__(
        self, end: Callable[[int], object], terminal: int, is_open: Callable[[], bool]
    ) -> None:
        """Watch over a terminal, the file of that number.

        Args:
            end: called, from any thread, with the exit code.
            is_open: whether modes of the terminal are changed.
        """
        self._end, self._terminal, self._is_open = end, terminal, is_open
        self._attributes: list[Any] | None = None
        self._code: int | None = None

    def watch(self) -> None:
        """Take over the signals, and remember how the terminal is before anybody changes it."""
        try:
            self._attributes = termios.tcgetattr(self._terminal)
        except termios.error:
            self._attributes = None
        for number in SIGNALS:
            # One that our parent had us ignore (nohup) stays ignored.
            if signal.getsignal(number) is not signal.SIG_IGN:
                signal.signal(number, lambda number, _: self.begin(128 + number))

    def begin(self, code: int) -> None:
        """End with that exit code; the second time, at once."""
        if self._code is not None:
            if code != HUNG_UP:
                self.now()
            return
        self._code = code
        threading.Thread(target=self._insist, name="ending", daemon=True).start()
        self._end(code)

    def now(self) -> None:
        """End the process here, with the terminal as it was."""
        if self._is_open():
            self.restore()
        os._exit(self._code or HUNG_UP)

    def restore(self) -> None:
        """Give the terminal back from wherever we are."""
        restore(self._terminal, self._attributes)

    def _insist(self) -> None:
        # A thread that hangs, or a terminal that takes nothing more, does not keep us.
        begin, starved = time.monotonic(), _starved()
        while True:
            passed = time.monotonic() - begin
            left = min(GRACE - passed + _starved() - starved, LONGEST - passed)
            if left <= 0:
                break
            time.sleep(left)
        self.now()


def _starved() -> float:
    """Seconds that our main thread has waited for a processor; 0 where that is not known."""
    try:
        with open("/proc/self/schedstat") as file:
            return int(file.read().split()[1]) / 1e9
    except (OSError, IndexError, ValueError):
        return 0.0


def restore(terminal: int, attributes: list[Any] | None) -> None:
    """Turn all modes off, without waiting for a terminal that takes nothing any more."""
    output = sys.__stderr__.fileno() if sys.__stderr__ is not None else terminal
    data = (CANCEL + RESTORE).encode()
    # In the background it would stop us, instead of letting us end.
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTTOU})
    with suppress(OSError, ValueError, termios.error):  # it is gone
        if attributes is not None:
            termios.tcsetattr(terminal, termios.TCSANOW, attributes)
        termios.tcflush(terminal, termios.TCIFLUSH)
        if select.select([], [output], [], 0.1)[1]:
            os.write(output, data)
        else:
            _leave_behind(output, data)


def _leave_behind(output: int, data: bytes) -> None:
    """Let somebody who has all the time wait until the terminal takes more."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of threads: it does nothing in Python
        if os.fork():
            return
    try:
        # Nothing else is held for so long: least of all the lock of the saved sessions, which the
        # next start would take for that of a program that goes on.
        os.dup2(output, 0)
        os.closerange(1, os.sysconf("SC_OPEN_MAX"))
        signal.signal(signal.SIGALRM, signal.SIG_DFL)
        signal.alarm(WAITING)
        os.write(0, data)
    finally:
        os._exit(0)
