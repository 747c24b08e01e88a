"""A program in a terminal of its own: what it writes, and how it leaves the terminal."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.patience import PATIENCE
from tests.picture import Picture

AT_MOST = 1.0
"""Seconds after which a program that never stops writing is looked at all the same."""

ON_AT_FIRST = ("7", "25")  # wrapping at the margin, and the cursor
OWN = (sys.executable, "-m", "nnmath_tui", "circle")


@dataclass
class Terminal:
    """The outer end of a pseudo-terminal, and all that was written to it."""

    outer: int
    inner: int
    process: subprocess.Popen[bytes]
    size: tuple[int, int]
    attributes: list[object]
    answers: bool
    written: bytes = b""
    _answered: int = 0
    _drawn: int = 0

    def __post_init__(self) -> None:
        self._picture = Picture(self.size)

    def read(self, seconds: float) -> None:
        """Take in what is written within so many seconds, and say where the cursor is if asked."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if select.select([self.outer], [], [], min(left, 0.05))[0]:
                with suppress(OSError):
                    self.written += os.read(self.outer, 65536)
            asked = self.written.count(b"\x1b[6n")
            if self.answers and asked > self._answered:
                self.type(b"\x1b[1;1R" * (asked - self._answered))
                self._answered = asked

    def until(self, condition: Callable[[], object]) -> None:
        """Read until the condition holds, which it must at last when the program ends."""
        end = time.monotonic() + PATIENCE
        while not condition():
            ended = self.process.poll() is not None
            self.read(0.02)
            if (ended or time.monotonic() > end) and not condition():
                raise AssertionError(f"{self.screen()}\n{self.written[-3000:]!r}")

    def wait_for(self, *texts: bytes) -> None:
        """Read until each of these has been written since the last time."""
        begin = self.seen
        self.until(lambda: all(text in self.written[begin:] for text in texts))
        self.seen = len(self.written)

    seen: int = 0

    def wait_to_see(self, pattern: str) -> None:
        """Read until the screen shows a match, be it for a moment."""
        self.until(lambda: re.search(pattern, self.screen()))

    def wait_to_settle(self, pattern: str) -> list[str]:
        """Read until no more is written and the screen shows a match; returns its lines."""

        def has_settled() -> object:
            self._settle()
            return re.search(pattern, self.screen())

        self.until(has_settled)
        return self.lines()

    def forget(self) -> None:
        """Keep of what was written only the modes that were changed: nobody looks at the rest."""
        self.written = b"".join(re.findall(rb"\x1b\[\?[\d;]+[hl]|\x1b\[[<>][\d;]*u", self.written))
        self.seen, self._answered, self._drawn = 0, 0, len(self.written)

    def _settle(self) -> None:
        """Read until it writes no more; one that trains always does, so that is not awaited."""
        before, end = -1, time.monotonic() + AT_MOST
        while before < len(self.written) and time.monotonic() < end:
            before = len(self.written)
            self.read(0.1)

    def lines(self) -> list[str]:
        """What a person sees."""
        self._picture.write(self.written[self._drawn :])
        self._drawn = len(self.written)
        return self._picture.lines()

    def screen(self) -> str:
        """The same as one text."""
        return "\n".join(self.lines())

    def type(self, keys: bytes) -> None:
        """Press keys."""
        with suppress(OSError):
            os.write(self.outer, keys)

    def resize(self, width: int, height: int) -> None:
        """Pull at the corner of the window."""
        self.size = (width, height)
        self._picture.resize(self.size)
        fcntl.ioctl(self.inner, termios.TIOCSWINSZ, struct.pack("HHHH", height, width, 0, 0))
        with suppress(ProcessLookupError):  # what the terminal does for those whom it controls
            self.process.send_signal(signal.SIGWINCH)

    def end(self, within: float = PATIENCE, reading: bool = True) -> int:
        """Wait until the program has ended, reading meanwhile or not; returns its exit code."""
        begin, starved = time.monotonic(), self._starved()
        while self.process.poll() is None:
            self.took = time.monotonic() - begin - (self._starved() - starved)
            assert self.took < within, "it does not end"
            self.read(0.01) if reading and self.outer >= 0 else time.sleep(0.01)
        if self.outer >= 0:
            self.read(0.05)
        return self.process.returncode

    def kill(self) -> None:
        """End it without a warning."""
        self.process.kill()
        self.end()

    took: float = 0.0
    """Seconds until it had ended, but for those in which it waited for a processor."""

    def _starved(self) -> float:
        try:
            words = Path(f"/proc/{self.process.pid}/schedstat").read_text().split()
            self._last_starved = int(words[1]) / 1e9
        except (OSError, IndexError):
            pass  # it has ended, or the system does not tell
        return self._last_starved

    _last_starved: float = 0.0

    def vanish(self) -> None:
        """Close the window, or lose the line."""
        for end in (self.inner, self.outer):
            with suppress(OSError):
                os.close(end)
        self.inner = self.outer = -1

    def modes_changed(self) -> set[str]:
        """The private modes of the terminal that are not as a terminal starts with."""
        modes: dict[str, bool] = {}
        for numbers, switch in re.findall(rb"\x1b\[\?([\d;]+)([hl])", self.written):
            for number in numbers.decode().split(";"):
                modes[number] = switch == b"h"
        keys = self.written.count(b"\x1b[>") - self.written.count(b"\x1b[<u")
        changed = {number for number, on in modes.items() if on != (number in ON_AT_FIRST)}
        return changed | ({"kitty keys"} if keys else set())

    def assert_clean(self) -> None:
        """It is as it was found: no mode is changed, and the line is cooked again."""
        assert self.modes_changed() == set()
        assert termios.tcgetattr(self.inner) == self.attributes


@contextmanager
def running(
    *command: str,
    size: tuple[int, int] = (80, 24),
    environ: Mapping[str, str | None] | None = None,
    answers: bool = True,
    controlling: bool = False,
    folder: Path | None = None,
    ignoring: signal.Signals | None = None,
) -> Iterator[Terminal]:
    """A command in a terminal of its own.

    What `environ` says is None it does not see. `answers` tells whether the terminal says where its
    cursor is. `controlling` makes it one that sends signals, as a shell needs it. `folder` is where
    the command stands. It does not hear of the signal that it is `ignoring`, as under `nohup`.
    """
    outer, inner = pty.openpty()
    fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
    attributes = termios.tcgetattr(inner)
    kept = {name: value for name, value in os.environ.items() if not name.startswith("TEXTUAL")}
    for name in ("SSH_CONNECTION", "SSH_TTY", "NO_COLOR", "LC_ALL", "LC_CTYPE", "COLUMNS", "LINES"):
        kept.pop(name, None)
    wanted = {"TERM": "xterm-256color", "COLORTERM": "truecolor", "LANG": "C.UTF-8"}
    wanted |= environ or {}  # type: ignore[arg-type]
    values = {name: value for name, value in (kept | wanted).items() if value is not None}

    def prepare() -> None:
        if controlling:
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)
        # Whoever runs the tests may be deaf to these, as `nohup` and a shell's `&` make it.
        for number in (signal.SIGHUP, signal.SIGINT, signal.SIGQUIT):
            signal.signal(number, signal.SIG_DFL)
        if ignoring is not None:
            signal.signal(ignoring, signal.SIG_IGN)

    process = subprocess.Popen(
        command,
        stdin=inner,
        stdout=inner,
        stderr=inner,
        env=values,
        cwd=folder,
        start_new_session=True,
        preexec_fn=prepare,
    )
    terminal = Terminal(outer, inner, process, size, attributes, answers)
    try:
        yield terminal
    finally:
        process.kill()
        process.wait()
        terminal.vanish()
