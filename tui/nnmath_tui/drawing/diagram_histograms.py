"""Histograms small enough for a box of a network diagram: bars in eighths of a cell."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from nnmath_engine.arrays import Array

from nnmath_tui.drawing.canvas import Canvas, style_id
from nnmath_tui.drawing.diagram_data import Histograms
from nnmath_tui.drawing.palette import ZERO, Color, Palette

_EIGHTHS = np.array([ord(c) for c in " ▁▂▃▄▅▆▇█"], dtype=np.uint32)
# In ASCII a bar has halves only.
_HALVES = np.array([ord(c) for c in "    ....##"[1:]], dtype=np.uint32)
_BOLD_LEVEL = 11


def draw_histogram(
    canvas: Canvas, area: tuple[int, int, int, int], histograms: Histograms, index: int
) -> None:
    """The histogram of one neuron in the cells `area` = (x, y, width, height).

    The tallest bar fills the height. Bars left of zero and right of it have the colors of a minus
    and a plus; a dotted line marks where zero is amid them.
    """
    x, y, width, height = area
    palette = canvas.palette
    low, high = float(histograms.low[index]), float(histograms.high[index])
    bars = _bars(histograms.counts[index], width, 8 * height)
    middles = low + (np.arange(width) + 0.5) / width * (high - low)
    straddles = (low < 0 < high) & (np.abs(middles) < 0.499 * (high - low) / width)
    signs = np.where(straddles, 0, np.sign(middles)).astype(np.intp)
    ids = _styles(palette)[signs + 1]
    glyphs = _HALVES if palette.ascii else _EIGHTHS
    above = np.arange(height)[::-1, None]
    codes = glyphs[np.clip(bars[None, :] - 8 * above, 0, 8)]
    all_ids = np.broadcast_to(ids, codes.shape)
    canvas.paint(x, y, codes, all_ids)
    if low < 0 < high:
        _draw_zero(canvas, x + round(width * -low / (high - low)), y, codes, x)


def _bars(counts: Array, width: int, tallest: int) -> npt.NDArray[np.intp]:
    """Heights (width,) in eighths of a cell; whatever occurs at all is seen."""
    edges = np.arange(width + 1) * len(counts) // width
    sums = np.add.reduceat(counts, np.minimum(edges[:-1], len(counts) - 1))
    top = float(sums.max(initial=0.0))
    if top <= 0:
        return np.zeros(width, dtype=np.intp)
    return np.where(sums > 0, np.maximum(1, np.rint(sums / top * tallest)), 0).astype(np.intp)


def _styles(palette: Palette) -> npt.NDArray[np.int32]:
    """Styles of bars below, at and above zero."""
    ground = palette.ramp[ZERO] if palette.shades else None
    tones: tuple[Color, ...] = (
        palette.ramp[ZERO - _BOLD_LEVEL],
        palette.faint,
        palette.ramp[ZERO + _BOLD_LEVEL],
    )
    ids = [style_id(tone or palette.text, ground) for tone in tones]
    return np.array(ids, dtype=np.int32)


def _draw_zero(canvas: Canvas, column: int, y: int, codes: npt.NDArray[np.uint32], x: int) -> None:
    """A dotted line where the first value above zero stands, as far as no bar is in its way."""
    palette = canvas.palette
    ground = palette.ramp[ZERO] if palette.shades else None
    if 0 <= column - x < codes.shape[1]:
        for row in np.flatnonzero(codes[:, column - x] == ord(" ")).tolist():
            canvas.put(column, y + row, "▏" if not palette.ascii else ":", palette.faint, ground)
