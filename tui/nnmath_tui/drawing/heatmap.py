"""A matrix as a heat map: numbers where they fit, else shades, else averages that say so.

Rows are what a layer listens to and columns its neurons, as in z = a W + b; the biases stand below,
set apart. The last line is the legend; above it, where there is room, stands what is to be said of
the entry under the cursor or of the whole.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from nnmath_engine.arrays import Array
from textual.strip import Strip

from nnmath_tui.drawing.canvas import Canvas
from nnmath_tui.drawing.field import robust_scale, round_scale
from nnmath_tui.drawing.heatmap_cells import draw_cursor, draw_entries, draw_frozen
from nnmath_tui.drawing.heatmap_labels import draw_labels, draw_legend
from nnmath_tui.drawing.heatmap_layout import CellSpot, Grid, fit_grid, zoomed_grid
from nnmath_tui.drawing.measures import Measure, Signed
from nnmath_tui.drawing.palette import Palette

_NOTE_FROM = 7
"""A picture of so many lines has one to spare for a note."""

Place = tuple[int, int]


@dataclass(frozen=True, eq=False)
class Heatmap:
    """A drawn heat map: its strips, where its entries are, and what its colors measure.

    Where entries are averaged or share a cell, a spot names the first of them. `window` is the
    first row and column that are shown, (0, 0) unless it is zoomed.
    """

    strips: list[Strip]
    spots: tuple[CellSpot, ...]
    measure: Measure
    grid: Grid | None = None
    window: Place = (0, 0)

    def spot_at(self, x: int, y: int) -> CellSpot | None:
        """The entry whose cells contain (x, y)."""
        for spot in self.spots:
            if 0 <= x - spot.x < spot.width and 0 <= y - spot.y < spot.height:
                return spot
        return None

    @property
    def right(self) -> int:
        """The first column that is free beside the entries."""
        return max((spot.x + spot.width for spot in self.spots), default=0)

    @property
    def bottom(self) -> int:
        """The first line that is free below the entries."""
        return max((spot.y + spot.height for spot in self.spots), default=0)


def draw_heatmap(
    matrix: Array,
    row_labels: Sequence[str],
    column_labels: Sequence[str],
    width: int,
    height: int,
    palette: Palette,
    measure: Measure | None = None,
    cursor: Place | None = None,
    bias: Array | None = None,
    *,
    frozen: npt.NDArray[np.bool_] | None = None,
    zoom: bool = False,
    notes: Sequence[str] = (),
    about: str = "",
) -> Heatmap:
    """`matrix` (rows, columns) with the `bias` (columns,) below, in `width` x `height` cells.

    Args:
        measure: what the colors mean; None takes a round number that all but the largest two per
            cent of the entries stay below as that of the strongest color.
        cursor: row and column of the entry to mark; the row after the last is the bias.
        frozen: mask of entries that training leaves alone, as high as matrix and bias together.
        zoom: show numbers, of as many entries around the cursor as there is room for.
        notes: wordings of the note, the fullest first; the first that fits is written.
        about: words that the legend begins with.
    """
    canvas = Canvas(width, height, palette)
    entries = matrix if bias is None else np.concatenate((matrix, bias[None, :]))
    measure = measure or Signed(round_scale(robust_scale(entries)))
    rows, columns = matrix.shape
    if not rows or not columns:
        return Heatmap(canvas.strips(), (), measure)
    labels = [*row_labels, "bias"] if bias is not None else list(row_labels)
    widest = max(len(label) for label in labels)
    noted = int(canvas.height >= _NOTE_FROM and bool(notes))
    part, window = entries, (0, 0)
    words = brief = f"{rows}×{columns}"
    room = (widest, canvas.width, canvas.height - noted)
    if zoom:
        grid, (down, across) = zoomed_grid((rows, columns), bias is not None, *room)
        window = _window(cursor or (0, 0), (rows, columns), (down, across))
        lines = [*range(window[0], window[0] + down), *range(rows, len(entries))]
        last = window[1] + across
        part, column_labels = entries[lines, window[1] : last], column_labels[window[1] : last]
        frozen = frozen[lines, window[1] : last] if frozen is not None else None
        labels = [labels[line] for line in lines]
        parts = (_part("rows", window[0], down, rows), _part("columns", window[1], across, columns))
        brief = f"{down}×{across} of {words}" if any(parts) else words
        words = " · ".join(filter(None, parts)) or words
        cursor = _moved(cursor, window, rows, down)
    else:
        grid = fit_grid((rows, columns), bias is not None, *room, palette.shades)
    levels = measure.levels(part, palette)
    spots = tuple(_spots(grid, part.shape, canvas.width))
    draw_entries(canvas, grid, spots, part, levels, measure)
    if frozen is not None and grid.form != "pixels":
        draw_frozen(canvas, grid, spots, frozen, levels)
    draw_labels(canvas, grid, spots, labels, column_labels, cursor)
    if cursor is not None and cursor[0] < len(part) and cursor[1] < part.shape[1]:
        draw_cursor(canvas, grid, spots, cursor, levels)
    block = f"{grid.row_step}×{grid.column_step}"
    averaged, mean = (f"averaged {block}", f"avg {block}") if grid.averaged else ("", "")
    # What is averaged must be said before anything else is.
    wordings = [f"{text} {averaged}".rstrip() for text in (about + words, words, brief)]
    if not noted and notes and not averaged:
        wordings = [*notes, *wordings]
    draw_legend(canvas, measure, (*wordings, averaged, mean))
    if noted:
        note = next((text for text in notes if len(text) <= canvas.width), "")
        canvas.put(0, canvas.height - 2, note, palette.text)
    if zoom:
        spots = tuple(
            replace(
                spot,
                row=spot.row + window[0] if spot.row < grid.rows else rows,
                column=spot.column + window[1],
            )
            for spot in spots
        )
    return Heatmap(canvas.strips(), spots, measure, grid, window)


def _window(cursor: Place, shape: Place, size: Place) -> Place:
    """The first row and column of a window of `size` about the cursor, within `shape`."""
    first, left = (
        max(0, min(at - shown // 2, whole - shown))
        for at, whole, shown in zip(cursor, shape, size, strict=True)
    )
    return first, left


def _moved(cursor: Place | None, window: Place, rows: int, down: int) -> Place | None:
    """The cursor as seen from the window, below which the biases are."""
    if cursor is None:
        return None
    row = cursor[0] - window[0] if cursor[0] < rows else down
    return row, cursor[1] - window[1]


def _part(what: str, first: int, shown: int, whole: int) -> str:
    """ "rows 3–12 of 64", or nothing if all are shown."""
    return f"{what} {first + 1}–{first + shown} of {whole}" if shown < whole else ""


def _spots(grid: Grid, shape: Place, width: int) -> list[CellSpot]:
    """The cells of every entry, or of the first of those that share one."""
    entries, columns = shape
    size = grid.cell - 1 if grid.form == "numbers" and grid.cell > 1 else grid.cell
    lines = [(row, grid.top + grid.line_of(row)) for row in range(0, grid.rows, grid.rows_per_line)]
    if entries > grid.rows and grid.bias_row is not None:
        lines.append((grid.rows, grid.bias_row))
    return [
        CellSpot(row, column, x, y, size, grid.tall)
        for row, y in lines
        for column in range(0, columns, grid.column_step)
        if (x := grid.left + column // grid.column_step * grid.cell) < width
    ]
