"""What the screen costs: `python -m benchmarks.screen [PRESET...] [--rounds N]`.

Three ratios and a delay, each a median over rounds in which both sides take turns:

- first frame of the program, and its first picture of a network, against an empty Textual app;
- epochs a second with the screen open against the same training without one;
- from a key to the changed screen, while training at full speed: median and 95th percentile.

The program runs in a pseudo-terminal of its own. What it writes is stored with its time and only
looked at afterwards, so that the measuring takes nothing from it.
"""

from __future__ import annotations

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from statistics import median, quantiles

from nnmath_presets import catalog

from benchmarks.picture import epochs, first, texts
from benchmarks.terminal import Terminal, opened

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
PYTHON = ["env", "COLORTERM=truecolor", "OPENBLAS_NUM_THREADS=1", sys.executable]
OURS = [*PYTHON, "-P", "-m", "nnmath_tui"]


def first_frames(name: str, size: tuple[int, int]) -> tuple[float, float, float]:
    """Seconds to the first frame of an empty app, of ours, and to our first network."""
    with opened([*PYTHON, "-c", EMPTY], size) as empty:
        empty.wait(3)
    with opened([*OURS, name], size) as ours:
        ours.wait(4)
    return (
        since_start(empty, "nothing here"),
        since_start(ours, "Network"),
        since_start(ours, "epoch 0"),
    )


def since_start(terminal: Terminal, pattern: str) -> float:
    """Seconds until the screen showed the pattern."""
    return first(texts(terminal.written, terminal.size), pattern) - terminal.start


def speed_with_screen(path: str, size: tuple[int, int], seconds: float) -> float:
    """Epochs a second that the status line counts."""
    with opened([*OURS, path], size) as ours:
        ours.wait(4)
        ours.press(b" ")
        ours.wait(seconds * 1.25)
    counted = epochs(texts(ours.written, size))
    end = counted[-1]
    begin = next(c for c in counted if c[0] > end[0] - seconds)
    return (end[1] - begin[1]) / (end[0] - begin[0])


def speed_without(path: str, seconds: float) -> float:
    """Epochs a second of `Session.run` alone."""
    return float(subprocess.check_output([*PYTHON, "-c", HEADLESS, path, str(seconds)]))


def key_delays(path: str, size: tuple[int, int], presses: int) -> list[float]:
    """Milliseconds from pressing l to the other scale of the loss, while training."""
    pressed = []
    with opened([*OURS, path], size) as ours:
        ours.wait(4)
        ours.press(b" ")
        ours.wait(2)
        for i in range(presses):
            pressed.append((ours.press(b"l"), "linear" if i % 2 == 0 else r"(?<!/)log(?!/)"))
            ours.wait(0.23 + 0.037 * (i % 5))
    shown = texts(ours.written, size)
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
