"""Curves and clouds of points in braille, two by four dots a cell, inside the axes of a chart."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from nnmath_engine.arrays import Array

from nnmath_tui.drawing.axes import Area
from nnmath_tui.drawing.canvas import Canvas, Integers, style_id
from nnmath_tui.drawing.palette import Color

ASCII_GLYPHS = "*o+x#"
"""What tells series apart where there is no braille."""


def draw_points(
    canvas: Canvas, area: Area, x: Array, y: Array, color: Color, *, series: int = 0
) -> None:
    """Dots at places x, y (n,), 0..1 with y upwards; places outside and NaN are left out."""
    inside = (x >= 0) & (x <= 1) & (y >= 0) & (y <= 1)
    _mark(canvas, area, _columns(area, x[inside]), _rows(area, y[inside]), color, series)


def draw_line(
    canvas: Canvas,
    area: Area,
    x: Array,
    y: Array,
    color: Color,
    *,
    series: int = 0,
    dash: int = 0,
) -> None:
    """A line through finite places x, y (n,) in 0..1; with `dash`, as many dots on as off."""
    if not len(x):
        return
    columns = _columns(area, np.clip(x, 0, 1))
    rows = _rows(area, np.clip(y, 0, 1))
    across, down = np.diff(columns), np.diff(rows)
    steps = np.maximum(np.abs(across), np.abs(down))
    segment = np.repeat(np.arange(len(steps)), steps)
    share = (np.arange(len(segment)) - np.repeat(np.cumsum(steps) - steps, steps)) / np.maximum(
        steps, 1
    )[segment]
    all_columns = np.rint(np.append(columns[segment] + share * across[segment], columns[-1]))
    all_rows = np.rint(np.append(rows[segment] + share * down[segment], rows[-1]))
    if dash:
        on = np.arange(len(all_columns)) // dash % 2 == 0
        all_columns, all_rows = all_columns[on], all_rows[on]
    _mark(canvas, area, all_columns.astype(np.intp), all_rows.astype(np.intp), color, series)


# Places 0 and 1 lie in the middle of the first and the last cell, where the ticks of the axes are
# and where plotext draws them too.
def _columns(area: Area, x: Array) -> npt.NDArray[np.intp]:
    columns: npt.NDArray[np.intp] = np.rint(0.5 + x * 2 * (area.width - 1)).astype(np.intp)
    return columns


def _rows(area: Area, y: Array) -> npt.NDArray[np.intp]:
    rows: npt.NDArray[np.intp] = np.rint(1.5 + (1 - y) * 4 * (area.height - 1)).astype(np.intp)
    return rows


def _mark(
    canvas: Canvas, area: Area, columns: Integers, rows: Integers, color: Color, series: int
) -> None:
    if not canvas.palette.ascii:
        canvas.dots(columns + 2 * area.left, rows + 4 * area.top, style_id(color))
        return
    glyph = ASCII_GLYPHS[series % len(ASCII_GLYPHS)]
    for column, row in {(int(c), int(r)) for c, r in zip(columns // 2, rows // 4, strict=True)}:
        canvas.put(area.left + column, area.top + row, glyph, color)
