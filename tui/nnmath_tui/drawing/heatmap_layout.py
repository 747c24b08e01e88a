"""How the entries of a matrix share the cells of a heat map."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Literal

Form = Literal["numbers", "shades", "pixels"]

# Cells per number with the gap to the next one: "+0.421", "+0.42", "+0.4".
_NUMBER_CELLS = (7, 6, 5)
_WIDEST_LABEL = 14


@dataclass(frozen=True, slots=True)
class Grid:
    """Entry (0, 0) is at cell (left, top); a column of entries is `cell` cells wide.

    "numbers" and "shades" give each entry cells of its own. In "pixels" a cell holds `halves`
    pixels, one above the other, and a pixel the average of row_step x column_step entries.
    `bias_row` is the line of the biases, None if there is none.
    """

    form: Form
    left: int
    top: int
    cell: int
    bias_row: int | None
    row_step: int = 1
    column_step: int = 1
    halves: int = 1
    rows: int = 0

    @property
    def averaged(self) -> bool:
        """Whether a pixel stands for more than one entry."""
        return self.row_step > 1 or self.column_step > 1

    @property
    def rows_per_line(self) -> int:
        """Rows of the matrix that share a line."""
        return self.row_step * self.halves

    def line_of(self, row: int) -> int:
        """The line of an entry of the matrix, counted from the top of the grid."""
        return row // self.rows_per_line

    def same_line(self, row: int, other: int) -> bool:
        """Whether two rows share a line; the bias is one row below the matrix."""
        if max(row, other) >= self.rows:
            return row == other
        return self.line_of(row) == self.line_of(other)


def fit_grid(
    shape: tuple[int, int], bias: bool, label: int, width: int, height: int, shades: bool
) -> Grid:
    """The form with the most to read for a matrix of `shape` in `width` x `height` cells.

    `label` is the length of the longest row name; `shades` says whether a cell can hold two
    pixels. The last line is the legend's.
    """
    rows, columns = shape
    top = 1 if height >= 4 else 0
    left = min(label, _WIDEST_LABEL, max(0, width // 4)) + 1
    lines = max(1, height - top - 1)
    kept = 1 if bias and lines > 1 else 0
    body = lines - kept

    def grid(
        form: Form, cell: int, used: int, halves: int = 1, steps: tuple[int, int] = (1, 1)
    ) -> Grid:
        apart = 1 if used + 2 <= lines else 0
        below = top + used + apart if kept else None
        return Grid(form, left, top, cell, below, *steps, halves, rows)

    if rows <= body:
        for cell in _NUMBER_CELLS:
            if left + columns * cell <= width:
                return grid("numbers", cell, rows)
        if left + columns * 2 <= width:
            return grid("shades", 2, rows)
    if left + columns > width and width < 24:
        left = 1
    halves = 2 if shades else 1
    room = max(1, width - left)
    steps = (ceil(rows / (halves * body)), ceil(columns / room))
    return grid("pixels", 1, ceil(ceil(rows / steps[0]) / halves), halves, steps)
