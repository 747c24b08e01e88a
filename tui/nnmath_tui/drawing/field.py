"""A matrix of signed numbers as a picture: two values to a cell, one above the other.

A half block ▀ shows one value in its own color and another in the color behind it, which makes
nearly square pixels. Where the terminal cannot mix colors, each cell shows one value by a glyph
that tells its sign.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt
from nnmath_engine.arrays import Array
from textual.strip import Strip

from nnmath_tui.drawing.canvas import Canvas, style_id
from nnmath_tui.drawing.palette import LEVELS, ZERO, Levels, Palette

_UPPER_HALF = ord("▀")
_MISSING = -1


class _Pairs:
    """Character and style of every pair (upper level, lower level), made when first met."""

    def __init__(self, palette: Palette) -> None:
        self._ramp = palette.ramp
        self.ids = np.full(LEVELS * LEVELS, _MISSING, dtype=np.int32)
        self.codes = np.full(LEVELS * LEVELS, _UPPER_HALF, dtype=np.uint32)

    def prepare(self, pairs: Levels) -> None:
        for pair in np.unique(pairs[self.ids[pairs] == _MISSING]).tolist():
            upper, lower = self._ramp[pair // LEVELS], self._ramp[pair % LEVELS]
            if upper == lower:
                # A blank in the right color joins its neighbors into one run: fewer bytes.
                self.codes[pair] = ord(" ")
                self.ids[pair] = style_id(None, lower)
            else:
                self.ids[pair] = style_id(upper, lower)


@lru_cache(maxsize=16)
def _pairs(palette: Palette) -> _Pairs:
    return _Pairs(palette)


@lru_cache(maxsize=16)
def _single(palette: Palette) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.int32]]:
    """Character and style of every level where a cell shows one value."""
    codes = np.array([ord(glyph) for glyph in palette.glyphs], dtype=np.uint32)
    ids = np.array([style_id(color) for color in palette.ramp], dtype=np.int32)
    return codes, ids


def resample(levels: Levels, rows: int, columns: int) -> Levels:
    """The levels (r, c) at another size: averaged where it shrinks, repeated where it grows."""
    if levels.shape == (rows, columns):
        return levels
    values = levels.astype(np.float64)
    for axis, size in ((0, rows), (1, columns)):
        old = values.shape[axis]
        if old > size:
            bounds = np.arange(size + 1) * old // size
            values = np.add.reduceat(values, bounds[:-1], axis=axis)
            shape = (-1, 1) if axis == 0 else (1, -1)
            values = values / np.diff(bounds).reshape(shape)
        elif old < size:
            values = values.take(np.arange(size) * old // size, axis=axis)
    # Away from zero, so that a weak but consistent sign survives the averaging.
    offsets = values - ZERO
    return (np.sign(offsets) * np.floor(np.abs(offsets) + 0.5)).astype(np.intp) + ZERO


def paint_levels(canvas: Canvas, x: int, y: int, width: int, height: int, levels: Levels) -> None:
    """Draw `levels` (rows, columns), row 0 on top, into the rectangle of cells at (x, y)."""
    if width < 1 or height < 1 or levels.size == 0:
        return
    palette = canvas.palette
    if palette.shades:
        pixels = resample(levels, 2 * height, width)
        pairs = pixels[0::2] * LEVELS + pixels[1::2]
        table = _pairs(palette)
        if (table.ids[pairs] == _MISSING).any():
            table.prepare(pairs)
        canvas.paint(x, y, table.codes[pairs], table.ids[pairs])
    else:
        codes, ids = _single(palette)
        cells = resample(levels, height, width)
        canvas.paint(x, y, codes[cells], ids[cells])


def draw_field(
    values: Array, width: int, height: int, palette: Palette, scale: float
) -> list[Strip]:
    """`values` (rows, columns), row 0 on top, as `height` strips of `width` cells.

    Give 2 * height rows and width columns for one value per pixel; other sizes are averaged or
    repeated. `scale` is the magnitude of the strongest color; NaN shows as zero.
    """
    canvas = Canvas(width, height, palette)
    paint_levels(canvas, 0, 0, canvas.width, canvas.height, palette.level(values, scale))
    return canvas.strips()
