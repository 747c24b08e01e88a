"""Terminals side by side: what they are sent is stored with its time, and emulated afterwards."""

from __future__ import annotations

import fcntl
import os
import pty
import re
import select
import struct
import termios
import time
from collections.abc import Sequence
from contextlib import suppress

import pyte

QUESTION, ANSWER = b"\x1b[6n", b"\x1b[1;1R"
UNKNOWN = re.compile(rb"\x1b\[[<>=][\d;]*u|\x1b\[\?[\d;]*\$p")
"""Modes the end of which pyte takes for text."""


class Terminal:
    """A command in a terminal, which answers where its cursor is."""

    def __init__(self, command: list[str], size: tuple[int, int]) -> None:
        self.size, self.presses = size, 0
        self._written: list[tuple[float, bytes]] = []
        self.pid, self.file = pty.fork()
        if self.pid == 0:
            os.execvpe(command[0], command, os.environ | {"TERM": "xterm-256color"})
        columns, rows = size
        fcntl.ioctl(self.file, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))
        self._emulated = 0
        self._screen = pyte.Screen(*size)
        self._stream = pyte.ByteStream(self._screen)
        self._shown: list[tuple[float, str]] = []

    def read(self) -> None:
        """Take in what there is."""
        with suppress(OSError):
            content = os.read(self.file, 1 << 16)
            self._written.append((time.perf_counter(), content))
            for _ in range(content.count(QUESTION)):
                os.write(self.file, ANSWER)

    def press(self, key: str) -> float:
        """Send a key; returns when."""
        when = time.perf_counter()
        os.write(self.file, key.encode())
        return when

    def close(self) -> None:
        """Cut the line."""
        os.kill(self.pid, 9)
        os.waitpid(self.pid, 0)
        os.close(self.file)

    def has_been_sent(self, text: bytes) -> bool:
        """Whether a text was written in one go; this takes no emulation."""
        return text in b"".join(content for _, content in self._written)

    @property
    def last(self) -> str:
        """What is on the screen now."""
        return self._screens()[-1][1]

    def first(self, pattern: str, after: float = 0.0) -> float:
        """When the screen first showed the pattern after a moment; NaN if it never did."""
        matching = (t for t, text in self._screens() if t >= after and re.search(pattern, text))
        return next(matching, float("nan"))

    def all(self, pattern: str, start: float, end: float) -> list[tuple[float, str]]:
        """What the pattern's group was on each screen that was shown between two moments."""
        return [
            (when, match[1])
            for when, text in self._screens()
            if start <= when <= end and (match := re.search(pattern, text))
        ]

    def _screens(self) -> list[tuple[float, str]]:
        """The text of the screen after each piece that came."""
        for when, content in self._written[self._emulated :]:
            self._stream.feed(UNKNOWN.sub(b"", content))
            self._shown.append((when, "\n".join(self._screen.display)))
        self._emulated = len(self._written)
        return self._shown


def wait(terminals: Sequence[Terminal], seconds: float) -> None:
    """Read all terminals for so long."""
    end = time.perf_counter() + seconds
    by_file = {terminal.file: terminal for terminal in terminals}
    while (left := end - time.perf_counter()) > 0:
        for file in select.select([*by_file], [], [], left)[0]:
            by_file[file].read()
