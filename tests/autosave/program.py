"""The real program in a terminal of its own, which saves to a folder of its own."""

from __future__ import annotations

import fcntl
import os
import pty
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from pathlib import Path

from tests.patience import PATIENCE
from tests.picture import Picture

OFTEN = """
import sys
from nnmath_tui.autosave import saver
saver.EVERY, saver.SHARE = 0.02, 1.0
from nnmath_tui.cli import main
sys.exit(main(sys.argv[1:]))
"""
"""The program, saving as often as it can."""


@dataclass
class Program:
    """A process with a terminal, and all that it wrote there."""

    outer: int
    process: subprocess.Popen[bytes]
    written: bytes = b""
    _drawn: int = 0

    def __post_init__(self) -> None:
        self._picture = Picture((80, 24))

    def read(self, seconds: float) -> None:
        """Take in what is written within so many seconds."""
        end = time.monotonic() + seconds
        while (left := end - time.monotonic()) > 0:
            if select.select([self.outer], [], [], min(left, 0.02))[0]:
                with suppress(OSError):
                    self.written += os.read(self.outer, 65536)

    def until(self, condition: Callable[[], object]) -> None:
        """Read until the condition holds."""
        end = time.monotonic() + PATIENCE
        while not condition():
            assert time.monotonic() < end, self.written[-2000:]
            ended = self.process.poll() is not None
            self.read(0.02)
            assert not ended or condition(), self.written[-2000:]

    def wait_for(self, text: bytes) -> None:
        """Read until `text` has been written."""
        self.until(lambda: text in self.written)

    def wait_to_see(self, text: str) -> None:
        """Read until `text` is on the screen."""
        self.until(lambda: text in self.screen())

    def screen(self) -> str:
        """What a person sees."""
        self._picture.write(self.written[self._drawn :])
        self._drawn = len(self.written)
        return "\n".join(self._picture.lines())

    def type(self, keys: bytes) -> None:
        """Press keys."""
        os.write(self.outer, keys)

    def end(self, number: int | None = None) -> int:
        """Send a signal, if any, and read until the program has ended; returns its exit code."""
        if number is not None:
            self.process.send_signal(number)
        end = time.monotonic() + PATIENCE
        while self.process.poll() is None:
            assert time.monotonic() < end, "it does not end"
            self.read(0.02)
        self.read(0.05)
        return self.process.returncode

    def kill(self) -> None:
        """End it without a warning."""
        self.end(signal.SIGKILL)


@contextmanager
def running(
    state: Path,
    *arguments: str,
    code: str = "",
    environ: Mapping[str, str | None] | None = None,
    prefix: Sequence[str] = (),
) -> Iterator[Program]:
    """`nnmath-tui ARGUMENTS` (or the Python `code`) in 80x24 cells, with its state in `state`."""
    program = ["-c", code] if code else ["-m", "nnmath_tui"]
    command = [*prefix, sys.executable, *program, *arguments]
    with in_terminal(command, {"XDG_STATE_HOME": str(state), **(environ or {})}) as process:
        yield process


@contextmanager
def in_terminal(command: Sequence[str], environ: Mapping[str, str | None]) -> Iterator[Program]:
    """A command in 80x24 cells of its own; what `environ` says is None it does not see."""
    outer, inner = pty.openpty()
    fcntl.ioctl(inner, termios.TIOCSWINSZ, struct.pack("HHHH", 24, 80, 0, 0))
    values = {name: value for name, value in os.environ.items() if not name.startswith("TEXTUAL")}
    for name, value in {"TERM": "xterm-256color", **environ}.items():
        values.pop(name, None)
        if value is not None:
            values[name] = value
    process = subprocess.Popen(
        command,
        stdin=inner,
        stdout=inner,
        stderr=inner,
        env=values,
        start_new_session=True,
    )
    os.close(inner)
    try:
        yield Program(outer, process)
    finally:
        process.kill()
        process.wait()
        os.close(outer)


def greeted(folder: Path) -> Path:
    """A state's folder of somebody who has been here before."""
    (folder / "nnmath-tui").mkdir(parents=True, exist_ok=True)
    (folder / "nnmath-tui" / "greeted").touch()
    return folder


def sessions(state: Path) -> list[Path]:
    """The saved sessions in a state's folder, the newest first."""
    return sorted((state / "nnmath-tui" / "sessions").glob("session-*.npz"), reverse=True)
