"""Collecting everything that is wrong with a preset file, each with its line and field."""

from __future__ import annotations

import difflib
import math
import re
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from nnmath_engine.field import Field

from nnmath_presets.lines import Lines, Place
from nnmath_presets.preset import Problem

_BARE = re.compile(r"[A-Za-z0-9_-]{1,60}")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f]")


class Findings:
    """A growing list of problems of one file.

    folder: where the file is or could be; it decides which tables the file may name.
    """

    def __init__(self, lines: Lines, folder: Path | None = None) -> None:
        self._lines, self.folder = lines, folder
        self.problems: list[Problem] = []

    def add(self, place: Place, message: str) -> None:
        """Note that what stands at `place` is wrong."""
        self.problems.append(Problem(self._lines.line(place), spelled(place), message))

    def checked(self, place: Place, field: Field, value: Any) -> Any:
        """`value` as `field` wants it; or None, with the reason noted."""
        if trouble := unsafe(value):
            self.add(place, trouble)
            return None
        try:
            return field.check(value)
        except ValueError as error:
            self.add(place, str(error))
            return None


def spelled(place: Place) -> str:
    """A place as one reads it: ("lesson", "goal", 1, "say") is "lesson.goal[2].say"."""
    text = ""
    for part in place:
        if isinstance(part, int):
            text += f"[{part + 1}]"
        else:
            text += f".{part}" if _BARE.fullmatch(part) else f".{part[:60]!r}"
    return text.removeprefix(".")


def unsafe(value: Any) -> str:
    """Why `value` cannot be used whatever its field is; empty if nothing speaks against it.

    Infinite and not-a-number values poison a computation, whole numbers beyond TOML's 64 bits
    cost time without bound, and control characters in a text could steer the terminal.
    """
    if isinstance(value, float) and not math.isfinite(value):
        return f"holds {value}, which is not a finite number"
    if isinstance(value, int) and not -(2**63) <= value < 2**63:
        return "holds a whole number of more than 64 bits"
    if isinstance(value, str) and (match := _CONTROL.search(value)):
        return f"holds the control character U+{ord(match[0]):04X}"
    if isinstance(value, list | dict):
        items = value if isinstance(value, list) else value.values()
        return next((trouble for item in items if (trouble := unsafe(item))), "")
    return ""


def suggestion(name: str, known: Iterable[str]) -> str:
    """ "did you mean ...?", or everything that would have been allowed."""
    names = list(known)
    close = difflib.get_close_matches(name[:80], names, n=1)
    return f"did you mean {close[0]!r}?" if close else f"allowed: {', '.join(names) or 'nothing'}"
