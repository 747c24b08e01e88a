"""What a terminal showed at each moment, found out afterwards with an independent emulator."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

import pyte

from benchmarks.terminal import Written

# pyte prints a part of these.
_UNKNOWN = re.compile(rb"\x1b\[[<>=][\d;]*[a-z]|\x1b\[\?[\d;]*\$p")

Lines = list[str]


def pictures(written: Iterable[Written], size: tuple[int, int]) -> Iterator[tuple[float, Lines]]:
    """The lines of the screen after each piece that came, and when that was."""
    screen = pyte.Screen(*size)
    stream = pyte.ByteStream(screen)
    for when, data in written:
        stream.feed(_UNKNOWN.sub(b"", data))
        yield when, list(screen.display)


def final(written: Iterable[Written], size: tuple[int, int]) -> Lines:
    """The lines of the screen in the end."""
    screen = pyte.Screen(*size)
    pyte.ByteStream(screen).feed(_UNKNOWN.sub(b"", b"".join(data for _, data in written)))
    return list(screen.display)
