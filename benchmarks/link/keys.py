"""From a key to what it does on the screen, while training at full speed, near and over a line."""

from __future__ import annotations

import math
import random
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import cycle, islice
from statistics import median

from benchmarks.link.program import Place
from benchmarks.link.training import training
from benchmarks.picture import Lines, pictures
from benchmarks.report import Section, Table
from benchmarks.terminal import Terminal

SIZE = (120, 40)
NEAR = (0.15, 0.6)
"""Seconds between keys."""

HEADS = ("where", "key", "presses", "median", "95 %", "longest", "95 % wanted")

UP, DOWN, RIGHT, LEFT, TAB, BACK = b"\x1b[A", b"\x1b[B", b"\x1b[C", b"\x1b[D", b"\t", b"\x1b[Z"


@dataclass(frozen=True)
class Press:
    """A key, and where on the screen it shows that it has come."""

    kind: str
    key: bytes
    row: int | None
    """The row in which to look; None for all of them."""
    pattern: str
    """What it finds becomes another."""

    def shown(self, lines: Lines) -> str:
        """What stands there now."""
        text = "\n".join(lines) if self.row is None else lines[self.row]
        match = re.search(self.pattern, text)
        return match[0] if match else ""


def _cursor(key: bytes) -> Press:
    return Press("cursor to formula", key, 1, r"\S+\[[\d,]+\]")


def _focus(key: bytes) -> Press:
    return Press("focus", key, -1, r".*?(?=space)")


def _setting(key: bytes) -> Press:
    return Press("setting", key, None, r"Activation +\S+")


_SPACE = Press("run or pause", b" ", 0, "running|paused")

ROUND = (
    *(_cursor(DOWN), _focus(TAB), _focus(BACK), _cursor(UP), _SPACE, _SPACE),
    *(_focus(b"5"), _setting(RIGHT), _setting(LEFT), _focus(b"1")),
)
"""Keys that come back to where they began, with the network in front and a neuron selected."""


@dataclass(frozen=True)
class Echo:
    """One press."""

    kind: str
    when: float
    """Seconds since the first one."""
    delay: float
    """Seconds until it showed; infinite if it never did before the next key."""


def echoes(
    command: Sequence[str], size: tuple[int, int], presses: int, pauses: tuple[float, float]
) -> list[Echo]:
    """Press keys in turn, at random intervals between two bounds in seconds."""
    chance = random.Random(0)
    pressed: list[tuple[float, Press]] = []
    with training(command, size, b"1") as terminal:
        terminal.press(DOWN)
        terminal.wait(max(1.5, pauses[1]))
        for press in islice(cycle(ROUND), presses):
            pressed.append((terminal.press(press.key), press))
            terminal.wait(chance.uniform(*pauses))
        terminal.wait(1)
    return list(_delays(terminal, pressed))


def _delays(terminal: Terminal, pressed: Sequence[tuple[float, Press]]) -> Iterator[Echo]:
    shown = pictures(terminal.written, terminal.size)
    lines: Lines = [""] * terminal.size[1]
    upcoming = next(shown, None)
    first = pressed[0][0]
    for number, (when, press) in enumerate(pressed):
        while upcoming is not None and upcoming[0] <= when:
            lines = upcoming[1]
            upcoming = next(shown, None)
        before = press.shown(lines)
        end = pressed[number + 1][0] if number + 1 < len(pressed) else math.inf
        delay = math.inf
        while upcoming is not None and upcoming[0] <= end and delay == math.inf:
            lines = upcoming[1]
            if press.shown(lines) != before:
                delay = upcoming[0] - when
            upcoming = next(shown, None)
        yield Echo(press.kind, when - first, delay)


def add_rows(table: Table, where: str, found: Sequence[Echo], wanted: str) -> None:
    """One row for all keys, and one for each kind."""
    table.add(where, "all", *summary([echo.delay for echo in found]), wanted)
    for kind in dict.fromkeys(echo.kind for echo in found):
        table.add("", kind, *summary([echo.delay for echo in found if echo.kind == kind]), "")


def summary(delays: Sequence[float]) -> tuple[str, ...]:
    """How many, their median, 95th percentile and longest, in milliseconds."""
    if not delays:
        return "0", "-", "-", "-"
    ordered = sorted(delays)
    values = (median(ordered), ordered[math.ceil(0.95 * len(ordered)) - 1], ordered[-1])
    return str(len(delays)), *map(_milliseconds, values)


def _milliseconds(seconds: float) -> str:
    return f"{1000 * seconds:.0f}" if math.isfinite(seconds) else "never"


def section(place: Place, names: Sequence[str], presses: int) -> Section:
    """On this machine, at full speed."""
    section = Section("From a key to the screen")
    section.say(
        "In a terminal on this machine, 120x40, training at full speed; milliseconds. A key that "
        "does not show before the next one is pressed counts as never."
    )
    table = Table(HEADS)
    for name in names:
        command = place.lesson(name, "--color", "truecolor")
        add_rows(table, name, echoes(command, SIZE, presses, NEAR), "35")
    section.show(table)
    return section
