"""What a terminal showed at each moment, found out afterwards with an independent emulator."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Iterator

import pyte

from benchmarks.terminal import Written

# pyte prints a part of these.
_UNKNOWN = re.compile(rb"\x1b\[[<>=][\d;]*[a-z]|\x1b\[\?[\d;]*\$p")

Lines = list[str]
Shown = tuple[float, str]


def pictures(written: Iterable[Written], size: tuple[int, int]) -> Iterator[tuple[float, Lines]]:
    """The lines of the screen after each piece that came, and when that was."""
    screen = pyte.Screen(*size)
    stream = pyte.ByteStream(screen)
    for when, data in written:
        stream.feed(_UNKNOWN.sub(b"", data))
        yield when, list(screen.display)


def texts(written: Iterable[Written], size: tuple[int, int]) -> list[Shown]:
    """The text of the screen after each piece that came, and when that was."""
    return [(when, "\n".join(lines)) for when, lines in pictures(written, size)]


def first(shown: Iterable[Shown], pattern: str, after: float = 0.0) -> float:
    """When the screen first showed the pattern after a moment; NaN if it never did."""
    found = (when for when, text in shown if when >= after and re.search(pattern, text))
    return next(found, math.nan)


def epochs(shown: Iterable[Shown]) -> list[tuple[float, int]]:
    """The epochs that the status line showed, and when."""
    return [
        (when, int(match[1].replace(" ", "")))
        for when, text in shown
        if (match := re.match(r".*?epoch (\d{1,3}(?: \d{3})*)", text))
    ]


def final(written: Iterable[Written], size: tuple[int, int]) -> Lines:
    """The lines of the screen in the end."""
    return list(last(written, size).display)


def last(written: Iterable[Written], size: tuple[int, int]) -> pyte.Screen:
    """The screen in the end, with its colors."""
    screen = pyte.Screen(*size)
    pyte.ByteStream(screen).feed(_UNKNOWN.sub(b"", b"".join(data for _, data in written)))
    return screen
