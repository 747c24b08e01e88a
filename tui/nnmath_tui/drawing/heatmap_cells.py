"""The entries of a heat map: as numbers, as blocks of color, or as averages."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from nnmath_engine.arrays import Array

from nnmath_tui.drawing.canvas import Canvas
from nnmath_tui.drawing.field import paint_levels
from nnmath_tui.drawing.heatmap_layout import CellSpot, Grid
from nnmath_tui.drawing.measures import Measure
from nnmath_tui.drawing.palette import ZERO, Levels

FROZEN = "*"
"""Marks an entry that training leaves alone."""


def draw_entries(
    canvas: Canvas,
    grid: Grid,
    spots: Sequence[CellSpot],
    entries: Array,
    levels: Levels,
    measure: Measure,
) -> None:
    """All entries in the form that the grid has for them."""
    if grid.form == "pixels":
        _draw_pixels(canvas, grid, levels)
    elif grid.form == "shades" and (canvas.palette.shades or grid.cell < 2):
        _draw_shades(canvas, grid, levels)
    elif grid.form == "shades":
        for spot in spots:
            _draw_signed_glyph(canvas, spot, int(levels[spot.row, spot.column]))
    else:
        for spot in spots:
            at = (spot.row, spot.column)
            text = measure.text(float(entries[at]), spot.width, ascii=canvas.palette.ascii)
            _draw_number(canvas, spot, text.rjust(spot.width), int(levels[at]))


def draw_frozen(
    canvas: Canvas,
    grid: Grid,
    spots: Sequence[CellSpot],
    frozen: npt.NDArray[np.bool_],
    levels: Levels,
) -> None:
    """Mark the entries that training leaves alone, beside their numbers or in their color."""
    palette = canvas.palette
    for spot in spots:
        if not frozen[spot.row, spot.column]:
            continue
        y = spot.y + (spot.height - 1) // 2
        if grid.form == "numbers":
            canvas.put(spot.x + spot.width, y, FROZEN, palette.warning, bold=True)
        else:
            ground = palette.diverging(int(levels[spot.row, spot.column]))
            ground = ground if palette.shades else None
            x = spot.x + spot.width - 1
            canvas.put(x, y, FROZEN, palette.contrast(ground), ground, bold=True)


def draw_cursor(
    canvas: Canvas,
    grid: Grid,
    spots: Sequence[CellSpot],
    cursor: tuple[int, int],
    levels: Levels,
) -> None:
    """Mark the entry under the cursor, or the cells that it shares."""
    palette = canvas.palette
    x = grid.left + cursor[1] // grid.column_step * grid.cell
    spot = next((s for s in spots if s.x == x and grid.same_line(s.row, cursor[0])), None)
    if spot is None:
        return
    if grid.form == "numbers":
        for y in range(spot.y, spot.y + spot.height):
            canvas.put(spot.x - 1, y, "▐", palette.accent, bold=True)
            canvas.put(spot.x + spot.width, y, "▌", palette.accent, bold=True)
        return
    plain = palette.text is None
    look = (None, None) if plain else (palette.background, palette.text)
    for y in range(spot.y, spot.y + spot.height):
        if spot.width == 1:
            canvas.put(spot.x, y, "□", *look, bold=True, reverse=plain)
        else:
            canvas.put(spot.x, y, "[", *look, bold=True, reverse=plain)
            canvas.put(spot.x + spot.width - 1, y, "]", *look, bold=True, reverse=plain)


def _draw_shades(canvas: Canvas, grid: Grid, levels: Levels) -> None:
    """Every entry as a block of its color."""
    width, rows = levels.shape[1] * grid.cell, grid.rows
    paint_levels(canvas, grid.left, grid.top, width, rows * grid.tall, levels[:rows])
    if grid.bias_row is not None:
        paint_levels(canvas, grid.left, grid.bias_row, width, grid.tall, levels[rows:])


def _draw_pixels(canvas: Canvas, grid: Grid, levels: Levels) -> None:
    """Averages of entries, two to a cell where the terminal can."""
    rows = grid.rows
    body = _averaged(levels[:rows], grid.row_step, grid.column_step)
    if canvas.palette.shades and len(body) % 2:
        # An odd last row fills its cell, rather than stand beside a row of zeros that is not there.
        body = np.concatenate((body, body[-1:]))
    lines = len(body) // 2 if canvas.palette.shades else len(body)
    width = body.shape[1] * grid.cell
    paint_levels(canvas, grid.left, grid.top, width, lines, body)
    if grid.bias_row is not None:
        below = _averaged(levels[rows:], 1, grid.column_step)
        paint_levels(canvas, grid.left, grid.bias_row, width, 1, below)


def _averaged(levels: Levels, row_step: int, column_step: int) -> Levels:
    """Levels averaged over blocks; blocks at the edges may be smaller."""
    if row_step == column_step == 1:
        return levels
    offsets = (levels - ZERO).astype(np.float64)
    for axis, step in ((0, row_step), (1, column_step)):
        starts = np.arange(0, offsets.shape[axis], step)
        counts = np.diff(starts, append=offsets.shape[axis]).astype(np.float64)
        sums = np.add.reduceat(offsets, starts, axis=axis)
        offsets = sums / (counts[:, None] if axis == 0 else counts)
    averages: Levels = np.rint(offsets).astype(np.intp) + ZERO
    return averages


def _draw_number(canvas: Canvas, spot: CellSpot, text: str, level: int) -> None:
    palette = canvas.palette
    y = spot.y + (spot.height - 1) // 2
    if not palette.shades:
        canvas.put(spot.x, y, text, palette.number(level))
        return
    color = palette.diverging(level)
    if spot.height > 1:
        canvas.fill(spot.x, spot.y, spot.width, spot.height, " ", None, color)
    canvas.put(spot.x, y, text, palette.contrast(color), color)


def _draw_signed_glyph(canvas: Canvas, spot: CellSpot, level: int) -> None:
    """A sign and a glyph where there are few colors."""
    palette = canvas.palette
    sign = "+" if level > ZERO else "-" if level < ZERO else " "
    text = sign + palette.glyph(level) * (spot.width - 1)
    for y in range(spot.y, spot.y + spot.height):
        canvas.put(spot.x, y, text, palette.number(level))
