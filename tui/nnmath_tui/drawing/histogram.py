"""How many numbers are how large: bars along an axis of values, with zero marked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from nnmath_engine.arrays import Array
from textual.strip import Strip

from nnmath_tui.drawing.canvas import Canvas, Codes, style_id
from nnmath_tui.drawing.measures import Measure
from nnmath_tui.drawing.numbers import count, short
from nnmath_tui.drawing.palette import Palette

_EIGHTHS, _ASCII_PARTS = " ▁▂▃▄▅▆▇█", " .:|"
_LABEL = 8
_LEAST_ROWS = 3
"""Fewer lines for the bars are not worth a note."""


@dataclass(frozen=True, slots=True)
class _Plot:
    """The lines `top` to `top + rows` of a canvas, across which places `low` to `high` run."""

    top: int
    rows: int
    width: int
    low: float
    high: float

    def column(self, places: Array) -> npt.NDArray[np.intp]:
        """The columns of places within the axis."""
        # Halved, so that the difference of two large numbers is a number too.
        shares = (places / 2 - self.low / 2) / (self.high / 2 - self.low / 2)
        return np.minimum((shares * self.width).astype(np.intp), self.width - 1)


def draw_histogram(
    values: Array,
    measure: Measure,
    width: int,
    height: int,
    palette: Palette,
    *,
    notes: Sequence[str] = (),
) -> list[Strip]:
    """Bars for `values` of any shape, as far as they are finite, each as wide as a cell.

    A bar has the color that its numbers have in the heat map. The dotted line is at zero, or at
    the typical ratio; the ends of the axis stand below. Above stand as many `notes` as fit, and
    how many numbers the highest bar is.
    """
    canvas = Canvas(width, height, palette)
    places = measure.along(values.reshape(-1))
    places = places[np.isfinite(places)]
    low, high = min(0.0, float(places.min(initial=0))), max(0.0, float(places.max(initial=0)))
    if high <= low:
        low, high = -1.0, 1.0
    below = int(canvas.height >= 3)
    told = min(len(notes) + 1, max(0, canvas.height - below - _LEAST_ROWS))
    plot = _Plot(told, canvas.height - below - told, canvas.width, low, high)
    counts = np.bincount(plot.column(places), minlength=canvas.width)
    notes = (*notes, f"highest bar {count(int(counts.max()))}")
    zero = int(plot.column(np.zeros(1))[0])
    for row in range(plot.top, plot.top + plot.rows):
        canvas.put(zero, row, "┆", palette.faint)
    if len(places):
        _draw_bars(canvas, plot, counts, measure)
    for row, note in enumerate(notes[:told]):
        if len(note) <= canvas.width:
            canvas.put(0, row, note, palette.muted)
    if below:
        _draw_axis(canvas, plot, measure, zero)
    return canvas.strips()


def _draw_bars(canvas: Canvas, plot: _Plot, counts: npt.NDArray[np.intp], measure: Measure) -> None:
    palette = canvas.palette
    parts = _parts(palette.ascii)
    steps = len(parts) - 1
    # A single number still gets a mark that can be seen.
    heights = np.ceil(counts / counts.max() * plot.rows * steps).astype(np.intp)
    filled = np.clip(heights - np.arange(plot.rows)[::-1, None] * steps, 0, steps)
    shares = (np.arange(plot.width) + 0.5) / plot.width
    middles = plot.low * (1 - shares) + plot.high * shares
    levels = measure.levels(measure.at(middles), palette).tolist()
    for column in np.flatnonzero(counts).tolist():
        first = int(np.argmax(filled[:, column] > 0))
        codes = parts[filled[first:, column]][:, None]
        ids = np.full(codes.shape, style_id(palette.number(levels[column])))
        canvas.paint(column, plot.top + first, codes, ids)


@lru_cache(maxsize=2)
def _parts(ascii_only: bool) -> Codes:
    return np.array([ord(part) for part in (_ASCII_PARTS if ascii_only else _EIGHTHS)], np.uint32)


def _draw_axis(canvas: Canvas, plot: _Plot, measure: Measure, zero: int) -> None:
    """The values at both ends, and that of the dotted line where it keeps clear of them."""
    y, palette = canvas.height - 1, canvas.palette
    ends = measure.at(np.array([plot.low, plot.high])).tolist()
    first, last = (short(end, _LABEL, digits=2, ascii=palette.ascii) for end in ends)
    if len(first) + len(last) + 1 > canvas.width:
        return
    canvas.put(0, y, first, palette.muted)
    canvas.put(canvas.width - len(last), y, last, palette.muted)
    name = measure.zero or "0"
    start = zero - (len(name) - 1) // 2
    if len(first) < start and start + len(name) < canvas.width - len(last):
        canvas.put(start, y, name, palette.muted)
