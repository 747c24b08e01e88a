"""Bytes a second while training, ours beside the stock driver's."""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from benchmarks.link.program import Place, shown
from benchmarks.link.training import training
from benchmarks.picture import pictures
from benchmarks.report import Section, Table

FPS = 10
GOALS = {(80, 24): 6.0, (120, 40): 12.0, (200, 60): 25.0}
"""Kilobytes a second at most, in 256 colors, by size."""

COLORS = ("256", "truecolor")


@dataclass(frozen=True)
class Traffic:
    """What came while it trained."""

    bytes: float
    """A second."""
    frames: float
    """A second."""

    @property
    def each(self) -> float:
        """Bytes of a frame."""
        return max(self.bytes, 1.0) / max(self.frames, 0.1)

    @property
    def kilobytes(self) -> str:
        """A second."""
        return f"{self.bytes / 1000:.1f}"


def measure(
    place: Place,
    name: str,
    size: tuple[int, int],
    color: str,
    seconds: float,
    *,
    keys: bytes = b"",
    stock: bool = False,
    held: bool = False,
) -> Traffic:
    """Train a preset for so long; `keys` are pressed before."""
    command = place.lesson(name, "--fps", str(FPS), "--color", color, stock=stock, held=held)
    with training(command, size, keys) as terminal:
        begin, before = time.perf_counter(), terminal.count
        end = terminal.wait(seconds)
        count = terminal.count - before
    status, changes = "", 0
    for when, lines in pictures(terminal.written, size):
        changes += when > begin and lines[0] != status
        status = lines[0]
    return Traffic(count / (end - begin), changes / (end - begin))


def section(place: Place, names: Sequence[str], seconds: float) -> Section:
    """A table of presets, sizes and colors."""
    section = Section("Bytes while training")
    section.say(
        f"Behind sshd, `--fps {FPS}`, {seconds:g} s each, the screen as it opens, and at 80x24 "
        "also with the network in front. As it is, there are fewer frames where drawing would "
        "take more than a tenth of the training's time; held, there are all of them. Stock is "
        "held too: the same screen by the terminal library's own driver."
    )
    heads = ("screen", "preset", "colors", "kB/s", "frames/s", "kB/s held", "wanted", "frames/s")
    table = Table((*heads, "bytes a frame", "stock kB/s", "a frame, stock / ours"))
    screens = [((80, 24), b""), ((80, 24), b"1"), ((120, 40), b""), ((200, 60), b"")]
    for size, keys in screens:
        for name in names:
            for color in COLORS:
                plain = measure(place, name, size, color, seconds, keys=keys)
                held = measure(place, name, size, color, seconds, keys=keys, held=True)
                stock = measure(
                    place, name, size, color, seconds / 2, keys=keys, stock=True, held=True
                )
                table.add(
                    shown(size) + (" network" if keys else ""),
                    name,
                    color,
                    plain.kilobytes,
                    f"{plain.frames:.1f}",
                    held.kilobytes,
                    f"{GOALS[size]:g}" if color == "256" else "",
                    f"{held.frames:.1f}",
                    f"{held.each:.0f}",
                    stock.kilobytes,
                    f"{stock.each / held.each:.1f}",
                )
    section.show(table)
    return section
