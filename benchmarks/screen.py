"""What the screen costs: `python benchmarks/screen.py [PRESET...] [--rounds N] [--size WxH]`.

Three ratios and a delay, each a median over rounds in which both sides take turns:

- first frame of the program, and its first picture of a network, against an empty Textual app;
- epochs a second with the screen open against the same training without one;
- from a key to the changed screen, while training at full speed: median and 95th percentile.

The program runs in a pseudo-terminal of its own. What it writes is stored with its time and only
looked at afterwards, so that the measuring takes nothing from it.
"""

from __future__ import annotations

import argparse
import fcntl
import os
import pty
import re
import select
import struct
import subprocess
import sys
import tempfile
import termios
import time
from pathlib import Path
from statistics import median, quantiles

import pyte
from nnmath_presets import catalog

EMPTY = """
from textual.app import App
from textual.widgets import Static
class Empty(App):
    def compose(self):
        yield Static("nothing here")
Empty().run()
"""
HEADLESS = """
import sys, time
from nnmath_engine.session import Session
from nnmath_presets import catalog
preset = catalog.load(sys.argv[1])
session = Session(preset.experiment, base=preset.base)
session.run(float(sys.argv[2]) / 4)
before, start = session.snapshot().step, time.perf_counter()
session.run(float(sys.argv[2]))
taken = session.snapshot()
print((taken.step - before) / taken.batches / (time.perf_counter() - start))
"""
ENVIRONMENT = os.environ | {"TERM": "xterm-256color", "COLORTERM": "truecolor"}
ENVIRONMENT |= {"OPENBLAS_NUM_THREADS": "1", "LANG": "C.UTF-8"}


class Terminal:
    """A program in a pseudo-terminal, and everything that it has written, with its times."""

    def __init__(self, command: list[str], size: tuple[int, int]) -> None:
        self._size, self._start = size, time.perf_counter()
        self._written: list[tuple[float, bytes]] = []
        self._pid, self._file = pty.fork()
        if self._pid == 0:
            os.execvpe(command[0], command, ENVIRONMENT)
        columns, rows = size
        fcntl.ioctl(self._file, termios.TIOCSWINSZ, struct.pack("HHHH", rows, columns, 0, 0))

    def wait(self, seconds: float) -> None:
        """Store what is written for so long."""
        end = self.now + seconds
        while (left := end - self.now) > 0:
            if select.select([self._file], [], [], left)[0]:
                self._written.append((self.now, os.read(self._file, 1 << 16)))

    @property
    def now(self) -> float:
        """Seconds since the start."""
        return time.perf_counter() - self._start

    def press(self, key: str) -> float:
        """Send a key; returns when."""
        os.write(self._file, key.encode())
        return self.now

    def close(self) -> None:
        """End the program at once."""
        os.kill(self._pid, 9)
        os.waitpid(self._pid, 0)
        os.close(self._file)

    @property
    def output(self) -> bytes:
        """Everything that was written."""
        return b"".join(content for _, content in self._written)

    def screens(self) -> list[tuple[float, str]]:
        """The text of the screen after each write, and when."""
        screen = pyte.Screen(*self._size)
        stream = pyte.ByteStream(screen)
        shown = []
        for when, content in self._written:
            stream.feed(content)
            shown.append((when, "\n".join(screen.display)))
        return shown


def first(screens: list[tuple[float, str]], pattern: str, after: float = 0.0) -> float:
    """When the screen first showed the pattern after a moment; NaN if it never did."""
    return next((t for t, text in screens if t >= after and re.search(pattern, text)), float("nan"))


def first_frames(name: str, size: tuple[int, int]) -> tuple[float, float, float]:
    """Seconds to the first frame of an empty app, of ours, and to our first network."""
    empty = Terminal([sys.executable, "-c", EMPTY], size)
    empty.wait(3)
    empty.close()
    ours = Terminal([sys.executable, "-P", "-m", "nnmath_tui", name], size)
    ours.wait(4)
    ours.close()
    shown = ours.screens()
    return first(empty.screens(), "nothing here"), first(shown, "Network"), first(shown, "epoch 0")


def speed_with_screen(path: str, size: tuple[int, int], seconds: float) -> float:
    """Epochs a second that the status line counts."""
    ours = Terminal([sys.executable, "-P", "-m", "nnmath_tui", path], size)
    ours.wait(4)
    ours.press(" ")
    ours.wait(seconds * 1.25)
    ours.close()
    counted = [
        (when, int(match[1].replace(" ", "")))
        for when, text in ours.screens()
        if (match := re.search(r"epoch (\d[\d ]*?)(?:  |\n)", text))
    ]
    end = counted[-1]
    begin = next(c for c in counted if c[0] > end[0] - seconds)
    return (end[1] - begin[1]) / (end[0] - begin[0])


def speed_without(path: str, seconds: float) -> float:
    """Epochs a second of `Session.run` alone."""
    command = [sys.executable, "-c", HEADLESS, path, str(seconds)]
    return float(subprocess.check_output(command, env=ENVIRONMENT))


def key_delays(path: str, size: tuple[int, int], presses: int) -> list[float]:
    """Milliseconds from pressing l to the other scale of the loss, while training."""
    ours = Terminal([sys.executable, "-P", "-m", "nnmath_tui", path], size)
    ours.wait(4)
    ours.press(" ")
    ours.wait(2)
    pressed = []
    for i in range(presses):
        pressed.append((ours.press("l"), "linear" if i % 2 == 0 else r"(?<!/)log(?!/)"))
        ours.wait(0.23 + 0.037 * (i % 5))
    ours.close()
    shown = ours.screens()
    return [1000 * (first(shown, scale, after=when) - when) for when, scale in pressed]


def endless(name: str, folder: Path) -> str:
    """A copy of a preset that trains on and on."""
    path = folder / f"{name}.toml"
    path.write_text(re.sub(r"(?m)^epochs = .*$", "epochs = 10_000_000", catalog.load(name).source))
    return str(path)


def main() -> None:
    """Print the figures."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0] if __doc__ else None)
    parser.add_argument("names", nargs="*", default=["circle", "spiral", "digits"])
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--seconds", type=float, default=4.0, help="of training in each round")
    parser.add_argument("--size", default="120x40")
    arguments = parser.parse_args()
    columns, rows = map(int, arguments.size.split("x"))
    size = (columns, rows)

    frames = [first_frames(arguments.names[0], size) for _ in range(arguments.rounds)]
    ratios = [(ours / empty, network / empty) for empty, ours, network in frames]
    print(f"empty Textual app {median(f[0] for f in frames):.2f} s; against it")
    print(f"  first frame   {median(r[0] for r in ratios):.2f}")
    print(f"  first network {median(r[1] for r in ratios):.2f}")
    with tempfile.TemporaryDirectory() as folder:
        for name in arguments.names:
            path = endless(name, Path(folder))
            shares = []
            for _ in range(arguments.rounds):
                alone = speed_without(path, arguments.seconds)
                shares.append(speed_with_screen(path, size, arguments.seconds) / alone)
            delays = key_delays(path, size, 40)
            each = " ".join(f"{share:.2f}" for share in shares)
            print(f"{name}: with the screen {median(shares):.2f} of the speed without ({each}); ")
            print(
                f"  key to screen {median(delays):.0f} ms, 95 % {quantiles(delays, n=20)[-1]:.0f}"
            )


if __name__ == "__main__":
    main()
