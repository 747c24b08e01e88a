"""The terminal at the near end: it stores what comes, with its time, and answers what it is asked.

Nothing is looked at before the end, so that measuring takes next to nothing from the program.
"""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import signal
import struct
import termios
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress

ANSWERS = {
    b"\x1b[6n": b"\x1b[1;1R",  # nobody uses where the cursor is, only that it has been answered
    b"\x1b[5n": b"\x1b[0n",
    b"\x1b[c": b"\x1b[?62;22c",
    b"\x1b[>c": b"\x1b[>41;390;0c",
    b"\x1b[?2026$p": b"\x1b[?2026;2$y",
    b"\x1b[?2048$p": b"\x1b[?2048;0$y",
    b"\x1b[?u": b"",
}
_QUESTION = re.compile(b"|".join(map(re.escape, ANSWERS)))
_LONGEST = max(map(len, ANSWERS))

Written = tuple[float, bytes]


class Terminal:
    """A command in a pseudo-terminal, and everything that it has written."""

    def __init__(self, command: Sequence[str], size: tuple[int, int]) -> None:
        """`size` is columns and rows."""
        self.size = size
        self.written: list[Written] = []
        self._tail = b""
        self.start = time.perf_counter()
        self.pid, self.file = pty.fork()
        if self.pid == 0:
            _shape(0, size)  # before anybody asks
            os.execvpe(command[0], list(command), _environment())
        _shape(self.file, size)

    @property
    def count(self) -> int:
        """Bytes written until now."""
        return sum(len(data) for _, data in self.written)

    def read(self) -> None:
        """Store and answer what there is."""
        try:
            data = os.read(self.file, 1 << 16)
        except OSError:
            data = b""
        if not data:
            raise EOFError(f"the program has ended: {self.output[-2000:]!r}")
        self.written.append((time.perf_counter(), data))
        self._answer(data)

    def wait(self, seconds: float) -> float:
        """Store and answer for so long; returns when it is over."""
        return wait([self], seconds)

    def wait_for(self, pattern: bytes, patience: float = 60.0) -> float:
        """Wait until something is written; returns when it was there."""
        begin, end = len(self.written), time.perf_counter() + patience
        while not re.search(pattern, b"".join(data for _, data in self.written[begin:])):
            if time.perf_counter() > end:
                raise TimeoutError(f"{pattern!r} is not in {self.output[-2000:]!r}")
            self.wait(0.05)
        return self.written[-1][0]

    def press(self, keys: bytes) -> float:
        """Type; returns when."""
        os.write(self.file, keys)
        return time.perf_counter()

    def close(self) -> None:
        """Hang up, as a terminal does whose window is closed."""
        with suppress(OSError):
            os.close(self.file)
        for number in (signal.SIGHUP, signal.SIGKILL):
            end = time.monotonic() + 3
            while time.monotonic() < end:
                if os.waitpid(self.pid, os.WNOHANG)[0]:
                    return
                time.sleep(0.02)
            os.kill(self.pid, number)
        os.waitpid(self.pid, 0)

    @property
    def output(self) -> bytes:
        """Everything that was written."""
        return b"".join(data for _, data in self.written)

    def _answer(self, data: bytes) -> None:
        """Say what is asked for, also by a question that comes in two pieces."""
        data, end = self._tail + data, 0
        for question in _QUESTION.finditer(data):
            end = question.end()
            os.write(self.file, ANSWERS[question[0]])
        self._tail = data[max(end, len(data) - _LONGEST + 1) :]


def wait(terminals: Sequence[Terminal], seconds: float) -> float:
    """Store and answer for so long in all of these at once; returns when it is over."""
    end = time.perf_counter() + seconds
    by_file = {terminal.file: terminal for terminal in terminals}
    while (left := end - time.perf_counter()) > 0:
        for file in select.select([*by_file], [], [], left)[0]:
            by_file[file].read()
    return time.perf_counter()


@contextmanager
def opened(command: Sequence[str], size: tuple[int, int]) -> Iterator[Terminal]:
    """A terminal that is hung up in the end."""
    terminal = Terminal(command, size)
    try:
        yield terminal
    finally:
        terminal.close()


def _environment() -> dict[str, str]:
    """What a terminal tells the programs in it: nothing of who measures."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("TEXTUAL", "SSH_", "LC_")) and name != "NO_COLOR"
    }
    return kept | {"TERM": "xterm-256color", "LANG": "C.UTF-8"}


def _shape(file: int, size: tuple[int, int]) -> None:
    fcntl.ioctl(file, termios.TIOCSWINSZ, struct.pack("HHHH", size[1], size[0], 0, 0))
