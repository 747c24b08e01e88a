"""The real program in a real terminal: however it ends, the terminal is as it was found."""

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
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field

import pytest

PATIENCE = 30.0
ON_AT_FIRST = ("7", "25")  # wrapping at the margin, and the cursor
CRASH = """
import sys
from nnmath_engine.session import Session
from nnmath_tui.cli import main

def run(*arguments):
    raise ZeroDivisionError("a fault of the engine")

Session.run = run
sys.exit(main(["circle"]))
"""


@dataclass
class Terminal:
    """The outer end of a pseudo-terminal, and all that was written to it."""

    outer: int
    inner: int
    process: subprocess.Popen[bytes]
    written: bytes = b""
    attributes: list[object] = field(default_factory=list)

    def read(self, seconds: float) -> None:
        """Take in what is written within so many seconds."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if select.select([self.outer], [], [], min(left, 0.05))[0]:
                with suppress(OSError):
                    self.written += os.read(self.outer, 65536)

    def wait_for(self, text: bytes) -> None:
        """Read until `text` has been written."""
        end = time.monotonic() + PATIENCE
        while text not in self.written:
            assert time.monotonic() < end, f"{text!r} not in {self.written[-2000:]!r}"
            assert self.process.poll() is None, self.written[-2000:]
            self.read(0.05)

    def type(self, keys: bytes) -> None:
        """Press keys."""
        os.write(self.outer, keys)

    def end(self) -> int:
        """Read until the program has ended; returns its exit code."""
        end = time.monotonic() + PATIENCE
        while self.process.poll() is None:
            assert time.monotonic() < end, "it does not end"
            self.read(0.02)
        self.read(0.1)
        return self.process.returncode

    def modes_changed(self) -> set[str]:
        """The private modes of the terminal that are not as a terminal starts with."""
        modes: dict[str, bool] = {}
        for numbers, switch in re.findall(rb"\x1b\[\?([\d;]+)([hl])", self.written):
            for number in numbers.decode().split(";"):
                modes[number] = switch == b"h"
        return {number for number, on in modes.items() if on != (number in ON_AT_FIRST)}


@contextmanager
def running(*command: str) -> Iterator[Terminal]:
    """A command in a terminal of 80x24 cells of its own."""
    outer, inner = pty.openpty()
    fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    attributes = termios.tcgetattr(inner)
    environ = {name: value for name, value in os.environ.items() if not name.startswith("TEXTUAL")}
    environ |= {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
    process = subprocess.Popen(
        [sys.executable, *command],
        stdin=inner,
        stdout=inner,
        stderr=inner,
        env=environ,
        start_new_session=True,
    )
    try:
        yield Terminal(outer, inner, process, attributes=attributes)
    finally:
        process.kill()
        process.wait()
        os.close(inner)
        os.close(outer)


def assert_clean(terminal: Terminal) -> None:
    """The terminal is as it was found: no mode is changed, and the line is cooked again."""
    assert terminal.modes_changed() == set()
    assert termios.tcgetattr(terminal.inner) == terminal.attributes


@pytest.mark.parametrize(
    ("number", "code"), [(None, 0), (signal.SIGTERM, 143), (signal.SIGHUP, 129)]
)
def test_ends_clean_and_at_once_while_training(number: int | None, code: int) -> None:
    with running("-m", "nnmath_tui", "circle") as terminal:
        terminal.wait_for(b"epoch 0")
        terminal.type(b" ")
        terminal.wait_for(b"running")
        assert "1049" in terminal.modes_changed(), "it has taken the terminal over"
        begin = time.monotonic()
        if number is None:
            terminal.type(b"q")
        else:
            terminal.process.send_signal(number)
        assert terminal.end() == code
        assert time.monotonic() - begin < 5
        assert_clean(terminal)


def test_a_fault_leaves_a_traceback_and_a_clean_terminal() -> None:
    with running("-c", CRASH) as terminal:
        terminal.wait_for(b"epoch 0")
        terminal.type(b" ")
        assert terminal.end() == 1
        assert b"ZeroDivisionError" in terminal.written
        assert b"a fault of the engine" in terminal.written
        assert_clean(terminal)


def test_a_preset_that_is_not_there_is_said_in_a_sentence() -> None:
    with running("-m", "nnmath_tui", "no-such-preset") as terminal:
        assert terminal.end() == 2
        assert b"no-such-preset" in terminal.written
        assert b"Traceback" not in terminal.written
        assert_clean(terminal)
