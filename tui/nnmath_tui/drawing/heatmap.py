"""A matrix as a heat map: numbers where they fit, else shades, else averages that say so.

Rows are what a layer listens to and columns its neurons, as in z = a W + b; the biases stand below,
set apart. The last line is the legend: the scale, and what is under the cursor.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from nnmath_engine.arrays import Array
from textual.strip import Strip

from nnmath_tui.drawing.canvas import Canvas
from nnmath_tui.drawing.field import paint_levels, robust_scale, round_scale
from nnmath_tui.drawing.heatmap_layout import Grid, fit_grid
from nnmath_tui.drawing.numbers import short, signed
from nnmath_tui.drawing.palette import ZERO, Levels, Palette

_SHORT_BAR, _LONG_BAR = 9, 17


@dataclass(frozen=True, slots=True)
class CellSpot:
    """Where an entry is on the picture, in cells; row == number of rows is the bias."""

    row: int
    column: int
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, eq=False)
class Heatmap:
    """A drawn heat map: its strips, where its entries are, and the scale of its colors.

    Where entries are averaged or share a cell, a spot names the first of them.
    """

    strips: list[Strip]
    spots: tuple[CellSpot, ...]
    scale: float

    def spot_at(self, x: int, y: int) -> CellSpot | None:
        """The entry whose cells contain (x, y)."""
        for spot in self.spots:
            if 0 <= x - spot.x < spot.width and 0 <= y - spot.y < spot.height:
                return spot
        return None


def draw_heatmap(
    matrix: Array,
    row_labels: Sequence[str],
    column_labels: Sequence[str],
    width: int,
    height: int,
    palette: Palette,
    scale: float | None = None,
    cursor: tuple[int, int] | None = None,
    bias: Array | None = None,
) -> Heatmap:
    """`matrix` (rows, columns) with the `bias` (columns,) below, in `width` x `height` cells.

    `scale` is the magnitude of the strongest color; None takes a round number that all but the
    largest two per cent of the entries stay below. `cursor` = (row, column) is marked.
    """
    canvas = Canvas(width, height, palette)
    entries = matrix if bias is None else np.concatenate((matrix, bias[None, :]))
    if scale is None:
        scale = round_scale(robust_scale(entries))
    rows, columns = matrix.shape
    if not rows or not columns:
        return Heatmap(canvas.strips(), (), scale)
    widest = max(4 if bias is not None else 1, max(len(label) for label in row_labels))
    shape = (rows, columns)
    grid = fit_grid(shape, bias is not None, widest, canvas.width, canvas.height, palette.shades)
    levels = palette.level(entries, scale)
    spots = tuple(_spots(grid, shape, len(entries)))
    if grid.form == "pixels":
        _draw_pixels(canvas, grid, levels, rows)
    elif grid.form == "shades" and palette.shades:
        _draw_shades(canvas, grid, levels, rows)
    else:
        for spot in spots:
            at = (spot.row, spot.column)
            _draw_cell(canvas, grid, spot, float(entries[at]), scale, int(levels[at]))
    labels = [*row_labels, "bias"] if bias is not None else list(row_labels)
    _draw_labels(canvas, grid, spots, labels, column_labels, cursor)
    block = f"{grid.row_step}×{grid.column_step}"
    averaged, mean = (f"averaged {block}", f"avg {block}") if grid.averaged else ("", "")
    words = f"{rows}×{columns}"
    if cursor is not None and cursor[0] < len(entries) and cursor[1] < columns:
        _draw_cursor(canvas, grid, spots, cursor)
        value = signed(float(entries[cursor]), 9, digits=4, ascii=palette.ascii)
        words = f"{labels[cursor[0]]} → {column_labels[cursor[1]]}  {value}"
    # What is averaged must be said before anything else is.
    _draw_legend(canvas, scale, (f"{words} {averaged}".rstrip(), averaged, mean))
    return Heatmap(canvas.strips(), spots, scale)


def _spots(grid: Grid, shape: tuple[int, int], entries: int) -> list[CellSpot]:
    """The cells of every entry, or of the first of those that share one."""
    rows, columns = shape
    width = grid.cell - 1 if grid.form == "numbers" else grid.cell
    lines = [(row, grid.top + grid.line_of(row)) for row in range(0, rows, grid.rows_per_line)]
    if entries > rows and grid.bias_row is not None:
        lines.append((rows, grid.bias_row))
    return [
        CellSpot(row, column, grid.left + column // grid.column_step * grid.cell, y, width, 1)
        for row, y in lines
        for column in range(0, columns, grid.column_step)
    ]


def _draw_shades(canvas: Canvas, grid: Grid, levels: Levels, rows: int) -> None:
    """Every entry as a square of its color."""
    squares = np.repeat(levels, grid.cell, axis=1)
    paint_levels(canvas, grid.left, grid.top, squares.shape[1], rows, squares[:rows])
    if grid.bias_row is not None:
        paint_levels(canvas, grid.left, grid.bias_row, squares.shape[1], 1, squares[rows:])


def _draw_pixels(canvas: Canvas, grid: Grid, levels: Levels, rows: int) -> None:
    """Averages of entries, two to a cell where the terminal can."""
    body = _averaged(levels[:rows], grid.row_step, grid.column_step)
    if canvas.palette.shades and len(body) % 2:
        # An odd last row fills its cell, rather than stand beside a row of zeros that is not there.
        body = np.concatenate((body, body[-1:]))
    lines = len(body) // 2 if canvas.palette.shades else len(body)
    paint_levels(canvas, grid.left, grid.top, body.shape[1], lines, body)
    if grid.bias_row is not None:
        below = _averaged(levels[rows:], 1, grid.column_step)
        paint_levels(canvas, grid.left, grid.bias_row, below.shape[1], 1, below)


def _averaged(levels: Levels, row_step: int, column_step: int) -> Levels:
    """Levels averaged over blocks; blocks at the edges may be smaller."""
    offsets = (levels - ZERO).astype(np.float64)
    for axis, step in ((0, row_step), (1, column_step)):
        starts = np.arange(0, offsets.shape[axis], step)
        counts = np.diff(starts, append=offsets.shape[axis]).astype(np.float64)
        sums = np.add.reduceat(offsets, starts, axis=axis)
        offsets = sums / (counts[:, None] if axis == 0 else counts)
    averages: Levels = np.rint(offsets).astype(np.intp) + ZERO
    return averages


def _number(value: float, scale: float, width: int, ascii_only: bool) -> str:
    """`value` with as many decimals as its neighbors, if they tell a tenth of the scale."""
    if math.isfinite(value) and 0.0 < scale < 1e6:
        before = len(str(int(max(abs(value), scale))))
        decimals = min(3, width - 2 - before)
        if decimals >= 1 and 10.0**-decimals <= 0.1 * scale:
            text = f"{value:+.{decimals}f}"
            return text if ascii_only else text.replace("-", "−")
    return signed(value, width, digits=2, ascii=ascii_only)


def _draw_cell(
    canvas: Canvas, grid: Grid, spot: CellSpot, value: float, scale: float, level: int
) -> None:
    """One entry as a number, or as a sign and a glyph where there are few colors."""
    palette = canvas.palette
    color = palette.diverging(level)
    text = ""
    if grid.form == "numbers":
        text = _number(value, scale, spot.width, palette.ascii).rjust(spot.width)
    if palette.shades:
        canvas.put(spot.x, spot.y, text, palette.contrast(color), color)
    elif text:
        canvas.put(spot.x, spot.y, text, palette.number(level))
    else:
        sign = "+" if level > ZERO else "-" if level < ZERO else " "
        canvas.put(spot.x, spot.y, sign + palette.glyph(level), palette.number(level))


def _draw_labels(
    canvas: Canvas,
    grid: Grid,
    spots: Sequence[CellSpot],
    rows: Sequence[str],
    columns: Sequence[str],
    cursor: tuple[int, int] | None,
) -> None:
    """Names of rows at the left and of columns above; those of the cursor stand out."""
    palette = canvas.palette
    labeled: set[int] = set()
    for spot in spots:
        if spot.y not in labeled and grid.left > 1:
            labeled.add(spot.y)
            here = cursor is not None and grid.same_line(spot.row, cursor[0])
            name = rows[cursor[0]] if here and cursor is not None else rows[spot.row]
            if len(name) > grid.left - 1:
                name = name[: grid.left - 2] + "…"
            x = grid.left - 1 - len(name)
            canvas.put(x, spot.y, name, palette.accent if here else palette.muted, bold=here)
    if not grid.top:
        return
    first = [spot for spot in spots if spot.y == grid.top]
    # The cursor's name is placed first, the others where they keep clear of it and each other.
    taken: list[tuple[int, int]] = []
    if cursor is not None and cursor[1] < len(columns):
        name = columns[cursor[1]]
        x = grid.left + cursor[1] // grid.column_step * grid.cell
        x = min(x + max(0, (first[0].width - len(name)) // 2), canvas.width - len(name))
        if x >= grid.left:
            canvas.put(x, 0, name, palette.accent, bold=True)
            taken.append((x, x + len(name)))
    for spot in first:
        name = columns[spot.column]
        x = spot.x + max(0, (spot.width - len(name)) // 2)
        end = x + len(name)
        clear = all(end < start or x > stop for start, stop in taken)
        if clear and end <= canvas.width and len(name) <= 12:
            canvas.put(x, 0, name, palette.muted)
            taken.append((x, end))


def _draw_cursor(
    canvas: Canvas, grid: Grid, spots: Sequence[CellSpot], cursor: tuple[int, int]
) -> None:
    """Mark the entry under the cursor."""
    palette = canvas.palette
    x = grid.left + cursor[1] // grid.column_step * grid.cell
    spot = next((s for s in spots if s.x == x and grid.same_line(s.row, cursor[0])), None)
    if spot is None:
        return
    if grid.form == "numbers":
        canvas.put(spot.x - 1, spot.y, "▐", palette.accent, bold=True)
        canvas.put(spot.x + spot.width, spot.y, "▌", palette.accent, bold=True)
    else:
        text = "[]" if spot.width > 1 else "□"
        canvas.put(spot.x, spot.y, text, palette.background, palette.accent, bold=True)


def _draw_legend(canvas: Canvas, scale: float, wordings: tuple[str, ...]) -> None:
    """The scale as a bar between its two ends, and words at the right of it where they fit."""
    palette, y = canvas.palette, canvas.height - 1
    if canvas.height < 2:
        return
    number = short(scale, 7, digits=2, ascii=palette.ascii)
    low, high = ("-" if palette.ascii else "−") + number, "+" + number
    ends = len(low) + len(high) + 2
    # The bar gives way to the words as long as it can still be read.
    bar = max(_SHORT_BAR, canvas.width - ends - len(wordings[0]) - 2)
    bar = min(_LONG_BAR, bar, canvas.width - ends)
    if bar < 3:
        return
    canvas.put(0, y, low, palette.diverging(0) or palette.text)
    x = len(low) + 1
    ramp = np.rint(np.linspace(0, 2 * ZERO, bar)).astype(np.intp)
    paint_levels(canvas, x, y, bar, 1, ramp[None, :])
    canvas.put(x + bar + 1, y, high, palette.diverging(2 * ZERO) or palette.text)
    x += bar + len(high) + 2
    words = next((text for text in wordings if len(text) <= canvas.width - x), "")
    canvas.put(canvas.width - len(words), y, words, palette.muted)
