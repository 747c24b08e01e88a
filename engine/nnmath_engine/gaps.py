"""Where cells are missing, in words: the rows with the columns, of a bounded length."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from nnmath_engine.columns import Column, Table

_ROWS, _COLUMNS, _NAME = 10, 3, 24  # how many are named, and characters of a name

Rows = npt.NDArray[np.bool_]


def rows_with_gaps(table: Table, columns: Sequence[Column]) -> Rows:
    """Which rows (n,) have a missing cell in one of the columns."""
    gaps = np.zeros(len(table.lines), dtype=np.bool_)
    for column in columns:
        gaps |= column.missing
    return gaps


def gaps_note(table: Table, rows: Rows, what: str, columns: Sequence[Column] = ()) -> list[str]:
    """The note "2 rows `what`: row 2 (b), row 3 (a)."; none if there are no such rows.

    rows: which of them, (n,). columns: those of which the missing ones are named.
    """
    count = int(rows.sum())
    if not count:
        return []
    noun = "row" if count == 1 else "rows"
    return [f"{count:,} {noun} {what}: {gap_places(table, rows, columns)}."]


def gap_places(table: Table, rows: Rows, columns: Sequence[Column]) -> str:
    """The rows by their lines in the file, each with the columns in which its cell is missing."""
    found = np.flatnonzero(rows)
    shown = found[:_ROWS]
    in_order = sorted(columns, key=lambda column: column.position)
    missing = [(_short(column.name), column.missing[shown]) for column in in_order]
    places = []
    for at, row in enumerate(shown):
        names = [name for name, gaps in missing if gaps[at]]
        place = f"row {table.lines[row]}"
        places.append(f"{place} ({_listed(names, _COLUMNS)})" if names else place)
    return _listed(places, _ROWS, len(found))


def _listed(items: Sequence[str], most: int, count: int | None = None) -> str:
    """The first `most` items, and how many more there are of all `count`."""
    more = (len(items) if count is None else count) - most
    return ", ".join(items[:most]) + (f" and {more:,} more" if more > 0 else "")


def _short(name: str) -> str:
    return name if len(name) <= _NAME else name[: _NAME - 1] + "…"
