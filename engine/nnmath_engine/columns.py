"""Named columns of numbers and texts, and how a fault in one of them is reported."""

from __future__ import annotations

import re
from collections.abc import Collection
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nnmath_engine import limits as engine_limits
from nnmath_engine.arrays import Array
from nnmath_engine.samples import DataError

MISSING = frozenset({"", "na", "n/a", "nan", "null", "?"})

# ASCII's blanks, and Unicode's space separators. str.strip() takes control characters off as well,
# and a cell is not empty for holding one.
_BLANKS = (
    " \t\n\v\f\r\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a"
    "\u202f\u205f\u3000"
)
_GAP = re.compile(f"[{_BLANKS}]+")

# Squares of inputs, and squares of those in a variance, must stay finite in float64.
LARGEST = 1e50

# Characters of a column's name or of a category.
LONGEST = 200

_KEPT_PROBLEMS = 1_000


@dataclass(frozen=True, slots=True)
class Limits:
    """What a file may hold at most; `cells` counts inputs after one-hot coding."""

    bytes: int = 64 * 2**20
    rows: int = 1_000_000
    columns: int = 1_000
    cells: int = 20_000_000
    classes: int = engine_limits.CLASSES
    categories: int = 50


LIMITS = Limits()


@dataclass(frozen=True, slots=True, eq=False)
class Column:
    """One column: `values` (n,) is NaN where the cell is no number; `texts` (n,) then has its text.

    A missing cell is NaN and "". `texts` is None if no cell has a text; `different` has each text
    once. Texts are the file's own, unprintable characters and all: `labels` makes names of them.
    position: 1-based.
    """

    name: str
    position: int
    values: Array
    texts: npt.NDArray[np.object_] | None
    different: frozenset[str] = frozenset()

    @property
    def is_text(self) -> npt.NDArray[np.bool_]:
        if self.texts is None:
            return np.zeros(len(self.values), dtype=np.bool_)
        return np.asarray(self.texts != "", dtype=np.bool_)

    @property
    def missing(self) -> npt.NDArray[np.bool_]:
        return np.isnan(self.values) & ~self.is_text


class Problems:
    """Faults with their places; raised all together, in the order of the file."""

    def __init__(self, file: str) -> None:
        self.file = file
        self.total = 0
        self._found: list[tuple[int, int, str]] = []

    def add(self, what: str, row: int = 0, column: int = 0, name: str = "") -> None:
        """A fault at line `row` and column number `column`; 0 means the file or row as a whole."""
        self.total += 1
        self._found.append((row, column, self._sentence(what, row, column, name)))
        # Columns are checked one after the other; only sorting finds the file's first faults.
        if len(self._found) > 2 * _KEPT_PROBLEMS:
            self._found = sorted(self._found, key=_place)[:_KEPT_PROBLEMS]

    def about(self, column: Column, what: str, row: int = 0) -> None:
        """A fault of a column, or of its cell at line `row`."""
        self.add(what, row, column.position, column.name)

    def _sentence(self, what: str, row: int, column: int, name: str) -> str:
        named = f"column {column} ({brief(name)})" if name else f"column {column}"
        place = [f"row {row}"] if row else []
        place += [named] if column else []
        return ": ".join([self.file, *([", ".join(place)] if place else []), what])

    def check(self) -> None:
        """Raise DataError if there are any."""
        if self.total:
            first = sorted(self._found, key=_place)[:_KEPT_PROBLEMS]
            raise DataError((text for _, _, text in first), self.total)


def _place(found: tuple[int, int, str]) -> tuple[int, int]:
    return found[:2]


@dataclass(frozen=True, slots=True, eq=False)
class Table:
    """The columns of a file. lines: for each row the number of its (first) line in the file."""

    file: str
    columns: tuple[Column, ...]
    lines: npt.NDArray[np.int64]
    notes: tuple[str, ...]
    problems: Problems


def brief(text: str) -> str:
    """`text` in quotes for a message, shortened, with nothing a terminal would act on."""
    return repr(text if len(text) <= 40 else text[:39] + "…")


def trim(cell: str) -> str:
    """The cell without blanks around it: what tells one category from another."""
    return cell.strip(_BLANKS)


def clean(cell: str) -> str:
    """A name in one printable line."""
    text = trim(cell)
    if text.isprintable():
        return text
    return "".join(c if c.isprintable() else "�" for c in _GAP.sub(" ", text))


def labels(texts: Collection[str]) -> dict[str, str]:
    """For each of these different texts a printable name of its own."""
    names = {text: clean(text) for text in texts}
    if len(set(names.values())) < len(names):
        # Escapes tell apart what looks the same; that of the backslash keeps them unambiguous.
        return {text: "".join(map(_escaped, text)) for text in texts}
    return names


def _escaped(character: str) -> str:
    if character.isprintable() and character != "\\":
        return character
    return character.encode("unicode_escape").decode("ascii")


def to_number(text: str) -> float | None:
    """The number that `text` is, if it is finite and at most LARGEST."""
    try:
        value = float(text)
    except ValueError:
        return None
    # float() takes Python's 1_000 for a number; a data file means something else by it.
    return value if abs(value) <= LARGEST and "_" not in text else None
