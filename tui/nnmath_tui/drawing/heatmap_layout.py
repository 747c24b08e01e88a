"""How the entries of a matrix share the cells of a heat map."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil
from typing import Literal

Form = Literal["numbers", "shades", "pixels"]

_NARROWEST_NUMBER, _WIDEST_NUMBER = 5, 8
"""Cells per number with the gap to the next one, as for "+0.4" and "+0.421"."""
_ZOOMED_NUMBER = 8
_WIDEST_SHADE, _TALLEST = 6, 3
_WIDEST_LABEL = 16


@dataclass(frozen=True, slots=True)
class CellSpot:
    """Where an entry is on the picture, in cells; row == number of rows is the bias."""

    row: int
    column: int
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, slots=True)
class Grid:
    """Entry (0, 0) is at cell (left, top); an entry is `cell` cells wide and `tall` lines high.

    "numbers" and "shades" give each entry cells of its own. In "pixels" a line holds `halves`
    pixels, one above the other, and a pixel the average of row_step x column_step entries.
    `bias_row` is the first line of the biases, None if there is none.
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
    tall: int = 1

    @property
    def averaged(self) -> bool:
        """Whether a pixel stands for more than one entry."""
        return self.row_step > 1 or self.column_step > 1

    @property
    def rows_per_line(self) -> int:
        """Rows of the matrix that share a line."""
        return self.row_step * self.halves

    def line_of(self, row: int) -> int:
        """The first line of an entry of the matrix, counted from the top of the grid."""
        return row // self.rows_per_line * self.tall

    def same_line(self, row: int, other: int) -> bool:
        """Whether two rows share a line; the bias is one row below the matrix."""
        if max(row, other) >= self.rows:
            return row == other
        return self.line_of(row) == self.line_of(other)

    def block_of(self, row: int, column: int) -> tuple[slice, slice]:
        """The rows and columns of the entries that are averaged together with this one."""
        up, across = self.row_step, self.column_step
        first = column // across * across
        if row >= self.rows:
            return slice(row, row + 1), slice(first, first + across)
        top = row // up * up
        return slice(top, min(top + up, self.rows)), slice(first, first + across)


@dataclass(frozen=True, slots=True)
class Room:
    """The cells for labels and entries: `left` for the labels, `body` lines for the entries."""

    left: int
    top: int
    width: int
    lines: int
    body: int
    bias: bool


def room_for(label: int, columns: int, bias: bool, width: int, height: int) -> Room:
    """What `width` x `height` cells leave for entries; `label` is the longest name of a row.

    The last line is the legend's.
    """
    top = 1 if height >= 4 else 0
    # Names take a quarter, or what few columns leave.
    spare = max(width // 4, width - columns * _WIDEST_NUMBER - 1)
    left = min(label, _WIDEST_LABEL, max(0, spare)) + 1
    lines = max(1, height - top - 1)
    kept = bias and lines > 1
    return Room(left, top, width, lines, lines - kept, kept)


def fit_grid(
    shape: tuple[int, int], bias: bool, label: int, width: int, height: int, shades: bool
) -> Grid:
    """The form with the most to read for a matrix of `shape` in `width` x `height` cells.

    Entries grow until they fill the room. `shades` says whether a cell can hold two pixels.
    """
    rows, columns = shape
    room = room_for(label, columns, bias, width, height)
    left, across = room.left, max(1, width - room.left)
    if rows <= room.body:
        tall = max(1, min(_TALLEST, (room.lines - room.bias) // (rows + room.bias)))
        if columns * _NARROWEST_NUMBER <= across:
            cell = min(_WIDEST_NUMBER, across // columns)
            return _grid("numbers", room, rows, cell, tall if shades else 1)
        if columns <= across:
            cell = min(_WIDEST_SHADE, across // columns)
            return _grid("shades", room, rows, cell if shades else min(2, cell), tall)
    if left + columns > width and width < 24:
        left, across = 1, max(1, width - 1)
    halves = 2 if shades else 1
    up, step = ceil(rows / (halves * room.body)), ceil(columns / across)
    cell = max(1, min(_WIDEST_SHADE, across // ceil(columns / step))) if shades else 1
    used = ceil(ceil(rows / up) / halves)
    return Grid(
        "pixels", left, room.top, cell, _bias_row(room, used), up, step, halves, rows
    )  # fmt: skip


def zoomed_grid(
    shape: tuple[int, int], bias: bool, label: int, width: int, height: int
) -> tuple[Grid, tuple[int, int]]:
    """Numbers whatever the room, and how many rows and columns of them there is room for."""
    room = room_for(label, shape[1], bias, width, height)
    across = max(1, width - room.left)
    columns = min(shape[1], max(1, across // _ZOOMED_NUMBER))
    rows = min(shape[0], room.body if room.body < 3 or not room.bias else room.body - 1)
    cell = min(_ZOOMED_NUMBER, across)
    return _grid("numbers", room, rows, cell, 1), (rows, columns)


def _grid(form: Form, room: Room, rows: int, cell: int, tall: int) -> Grid:
    below = _bias_row(room, rows * tall, tall)
    return Grid(form, room.left, room.top, cell, below, rows=rows, tall=tall)


def _bias_row(room: Room, used: int, tall: int = 1) -> int | None:
    """The line of the biases, set apart from the matrix where there is room for that."""
    if not room.bias:
        return None
    return room.top + used + (1 if used + 1 + tall <= room.lines else 0)
