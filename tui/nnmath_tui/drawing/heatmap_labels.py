"""What stands around a heat map: names of rows and columns, and the scale of its colors."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nnmath_tui.drawing.canvas import Canvas
from nnmath_tui.drawing.field import paint_levels
from nnmath_tui.drawing.heatmap_layout import CellSpot, Grid
from nnmath_tui.drawing.measures import Measure
from nnmath_tui.drawing.palette import ZERO

_SHORT_BAR, _LONG_BAR = 9, 17
_LONGEST_NAME = 12


def draw_labels(
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
            x, y = grid.left - 1 - len(name), spot.y + (spot.height - 1) // 2
            canvas.put(x, y, name, palette.accent if here else palette.muted, bold=here)
    if not grid.top or not spots:
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
        if clear and end <= canvas.width and len(name) <= _LONGEST_NAME:
            canvas.put(x, 0, name, palette.muted)
            taken.append((x, end))


def draw_legend(canvas: Canvas, measure: Measure, wordings: Sequence[str]) -> None:
    """The scale as a bar between its two ends, and words at the right of it where they fit."""
    palette, y = canvas.palette, canvas.height - 1
    if canvas.height < 2:
        return
    low, high = measure.ends(ascii=palette.ascii)
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
    middle = measure.zero
    if middle and bar >= len(middle) + 4:
        ground = palette.diverging(ZERO) if palette.shades else None
        start = x + (bar - len(middle)) // 2
        canvas.put(start, y, middle, palette.contrast(ground), ground)
    canvas.put(x + bar + 1, y, high, palette.diverging(2 * ZERO) or palette.text)
    x += bar + len(high) + 2
    words = next((text for text in wordings if len(text) <= canvas.width - x), "")
    canvas.put(canvas.width - len(words), y, words, palette.muted)
