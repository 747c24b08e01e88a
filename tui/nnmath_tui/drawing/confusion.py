"""The confusion matrix: how often each true class was taken for which."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from textual.strip import Strip

from nnmath_tui.drawing.canvas import Canvas
from nnmath_tui.drawing.frame import draw_note
from nnmath_tui.drawing.numbers import count, percent
from nnmath_tui.drawing.palette import LEVELS, ZERO, Color, Palette

_RECALL_WIDTH = 7
_WIDEST, _TALLEST = 10, 4
_LEAST_NAMES = 12
"""Cells for the names of two classes below which they tell nothing."""
_LEAST_LEVEL = 4
"""A single mistake among thousands still gets a color that can be seen."""


def draw_confusion(
    counts: npt.NDArray[np.intp],
    classes: Sequence[str],
    width: int,
    height: int,
    palette: Palette,
    *,
    cell: tuple[int, int] | None = None,
    notes: Sequence[str] = (),
) -> list[Strip]:
    """Counts (k, k), rows true and columns predicted classes, on `height` lines of `width` cells.

    The diagonal is blue and the mistakes are orange, by their share of the row; at the right
    stands the accuracy within each class. Where column names do not fit, classes are numbered.
    Where the matrix does not fit, the most frequent mistakes are told one by one. `cell`, a true
    and a predicted class, is marked; of the `notes` the first that fits takes the place of the
    summary.
    """
    canvas = Canvas(width, height, palette)
    size = len(classes)
    total, right = int(counts.sum()), int(np.trace(counts))
    summary = f"accuracy {percent(right / total) if total else '…'}"
    mistakes = f"{count(total - right)} of {count(total)} wrong"
    grid = _fitting(counts, classes, canvas.width, canvas.height)
    if grid is None:
        _list_mistakes(canvas, counts, classes, (summary, mistakes), cell, notes)
        return canvas.strips()
    layout = _layout(grid, size, canvas.width, canvas.height, palette)
    words = "rows true, columns predicted" if palette.ascii else "↓ true  → predicted"
    if layout.above == 2 and len(words) <= canvas.width:
        canvas.put(0, 0, words, palette.faint)
    end = layout.left + size * layout.cell + _RECALL_WIDTH
    if end <= canvas.width:
        canvas.put(end - len("recall"), layout.above - 1, "recall", palette.muted)
    for index in range(size):
        name = grid.columns[index]
        here = cell is not None and cell[1] == index
        color = palette.accent if here else palette.muted
        x = _centered(layout.left, index, layout.cell, name)
        canvas.put(x, layout.above - 1, name, color, bold=here)
        row, tall = layout.above + index * layout.tall, layout.tall
        here = cell is not None and cell[0] == index
        color = palette.accent if here else palette.muted
        canvas.put(0, row + tall // 2, grid.rows[index], color, bold=here)
        _draw_row(canvas, counts[index], index, layout.left, row, layout.cell, tall)
        seen = int(counts[index].sum())
        if end <= canvas.width and seen:
            share = percent(float(counts[index, index]) / seen, _RECALL_WIDTH - 1)
            canvas.put(end - len(share), row + tall // 2, share, palette.text)
    if cell is not None:
        row_counts = counts[cell[0]].tolist()
        level = _level(row_counts[cell[1]], sum(row_counts), cell[0] == cell[1])
        _draw_cell_mark(canvas, layout, cell, level, row_counts[cell[1]])
    below = layout.above + size * layout.tall + 1
    if not draw_note(canvas, below, notes):
        text = f"{summary}   {mistakes}"
        canvas.put(0, below, text if len(text) <= canvas.width else summary, palette.text)
    return canvas.strips()


def _list_mistakes(
    canvas: Canvas,
    counts: npt.NDArray[np.intp],
    classes: Sequence[str],
    summary: Sequence[str],
    cell: tuple[int, int] | None,
    notes: Sequence[str],
) -> None:
    """The summary, and as many mistakes as there are lines for, the most frequent ones first."""
    palette, width = canvas.palette, canvas.width
    for row, text in enumerate(summary):
        if len(text) <= width:
            canvas.put(0, row, text, palette.text)
    wrong = counts - np.diag(np.diag(counts))
    order = np.argsort(-wrong, axis=None, kind="stable")[: np.count_nonzero(wrong)]
    above, digits = len(summary) + 1, len(str(wrong.max(initial=0)))
    names_room = width - digits - 1 - len(" → ")
    room = canvas.height - above - (2 if notes else 0)
    room = room if names_room >= _LEAST_NAMES else 0
    more = len(order) - room
    shown = order if more <= 0 else order[: max(0, room - 1)]
    for row, place in enumerate(shown.tolist(), start=above):
        true, predicted = divmod(place, len(classes))
        here = cell == (true, predicted)
        lead = f"{wrong[true, predicted]:>{digits}} "
        names = _shortened(classes[true], classes[predicted], names_room)
        color = palette.accent if here else palette.text
        canvas.put(0, row, lead + " → ".join(names), color, bold=here)
    if more > 0 and room > 0:
        text = f"and {count(len(order) - len(shown))} more kinds of mistake"
        if len(text) <= width:
            canvas.put(0, above + len(shown), text, palette.muted)
    if notes:
        draw_note(canvas, canvas.height - 1, notes)


def _shortened(first: str, second: str, room: int) -> tuple[str, str]:
    """Two names in so many cells together, the longer one shortened first."""
    if len(first) + len(second) <= room:
        return first, second
    half = max(1, room // 2)
    left = max(half, room - len(second))
    right = max(1, room - min(left, len(first)))
    return _elided(first, left), _elided(second, right)


def _elided(name: str, room: int) -> str:
    return name if len(name) <= room else name[: room - 1] + "…"


def confusion_cell_at(
    counts: npt.NDArray[np.intp],
    classes: Sequence[str],
    width: int,
    height: int,
    palette: Palette,
    x: int,
    y: int,
) -> tuple[int, int] | None:
    """The true and the predicted class whose count `draw_confusion` draws at (x, y)."""
    grid = _fitting(counts, classes, width, height)
    if grid is None:
        return None
    layout = _layout(grid, len(classes), width, height, palette)
    row, column = (y - layout.above) // layout.tall, (x - layout.left) // layout.cell
    inside = 0 <= row < len(classes) and 0 <= column < len(classes)
    return (row, column) if inside else None


@dataclass(frozen=True, slots=True)
class _Layout:
    """The first count is at (left, above); counts are `cell` cells wide and `tall` lines high."""

    left: int
    above: int
    cell: int
    tall: int


def _layout(grid: _Grid, size: int, width: int, height: int, palette: Palette) -> _Layout:
    above = 2 if height >= size + 4 else 1
    room = (height - above - 2) // size if palette.shades else 1
    left = len(grid.rows[0]) + 1
    spare = (width - left - size * grid.cell - _RECALL_WIDTH) // max(1, size)
    cell = grid.cell if not palette.shades else max(grid.cell, min(_WIDEST, grid.cell + spare))
    return _Layout(left, above, cell, max(1, min(_TALLEST, room)))


def _draw_cell_mark(
    canvas: Canvas, layout: _Layout, cell: tuple[int, int], level: int, value: int
) -> None:
    """Brackets around a count, on its ground; where they would cover digits, it is reversed."""
    palette = canvas.palette
    ground = palette.diverging(level) if palette.shades else None
    color = palette.accent if ground is None else palette.contrast(ground)
    x, y = layout.left + cell[1] * layout.cell, layout.above + cell[0] * layout.tall
    text = str(value) if value else "·"
    if layout.cell < len(text) + 2:
        shown = (" " * ((layout.cell - len(text) + 1) // 2) + text).ljust(layout.cell)
        canvas.put(x, y + layout.tall // 2, shown, color, ground, bold=True, reverse=True)
        return
    for row in range(y, y + layout.tall):
        canvas.put(x, row, "[", color, ground, bold=True)
        canvas.put(x + layout.cell - 1, row, "]", color, ground, bold=True)


@dataclass(frozen=True, slots=True)
class _Grid:
    """Names of rows (all of one length) and of columns, and the width of a cell."""

    rows: Sequence[str]
    columns: Sequence[str]
    cell: int


def _fitting(
    counts: npt.NDArray[np.intp], classes: Sequence[str], width: int, height: int
) -> _Grid | None:
    """The most telling names with which the matrix fits: in full, numbered, numbers alone."""
    size = len(classes)
    if not size or height < size + 1:
        return None
    digits = max(len(str(value)) for value in counts.ravel().tolist())
    longest = max(len(name) for name in classes)
    numbers = [str(index + 1) for index in range(size)]
    places = len(numbers[-1])
    names = [name.rjust(longest) for name in classes]
    numbered = [
        f"{number:>{places}} {name:<{longest}}"
        for number, name in zip(numbers, classes, strict=True)
    ]
    for gap in (2, 1):
        for rows, columns in ((names, classes), (numbered, numbers)):
            cell = max(digits, *(len(name) for name in columns)) + gap
            if len(rows[0]) + 1 + size * cell + (gap - 1) * _RECALL_WIDTH <= width:
                return _Grid(rows, columns, cell)
    cell = max(digits, places) + 1
    rows = [number.rjust(places) for number in numbers]
    return _Grid(rows, numbers, cell) if places + 1 + size * cell <= width else None


def _centered(left: int, index: int, cell: int, text: str) -> int:
    return left + index * cell + (cell - len(text) + 1) // 2


def _draw_row(
    canvas: Canvas,
    counts: npt.NDArray[np.intp],
    diagonal: int,
    left: int,
    row: int,
    cell: int,
    tall: int,
) -> None:
    palette = canvas.palette
    total = max(1, int(counts.sum()))
    for column, value in enumerate(counts.tolist()):
        marked = column == diagonal
        ground: Color = palette.diverging(_level(value, total, marked))
        ground = ground if palette.shades else None
        color = palette.contrast(ground) if value else palette.faint
        start = left + column * cell
        if palette.shades and tall > 1:
            canvas.fill(start, row, cell, tall, " ", None, ground)
        text = str(value) if value else "·"
        if not palette.shades and marked and cell >= len(text) + 2:
            text = f"[{text}]"
        middle, before = row + tall // 2, (cell - len(text) + 1) // 2
        if palette.shades:
            text, before = (" " * before + text).ljust(cell), 0
        canvas.put(start + before, middle, text, color, ground, bold=marked)


def _level(value: int, total: int, right: bool) -> int:
    """The color of a count of so many rows of its class."""
    strength = round(ZERO * value / max(1, total))
    strength = max(strength, _LEAST_LEVEL) if value else 0
    return min(max(ZERO + (strength if right else -strength), 0), LEVELS - 1)
