"""A matrix of signed numbers as a picture: two values to a cell, one above the other.

A half block ▀ shows one value in its own color and another in the color behind it, which makes
nearly square pixels. Where the terminal cannot mix colors, each cell shows one value by a glyph
that tells its sign.
"""

from __future__ import annotations

import math
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from nnmath_engine.arrays import Array

from nnmath_tui.drawing.canvas import Canvas, style_id
from nnmath_tui.drawing.palette import LEVELS, ZERO, Levels, Palette

_UPPER_HALF = ord("▀")
_MISSING = -1
_NICE = (1.0, 1.5, 2.0, 3.0, 4.0, 5.0, 6.0, 8.0, 10.0)


class _Pairs:
    """Character and style of every pair (upper level, lower level), made when first met."""

    def __init__(self, palette: Palette) -> None:
        self._ramp = palette.ramp
        self.ids = np.full(LEVELS * LEVELS, _MISSING, dtype=np.int32)
        self.codes = np.full(LEVELS * LEVELS, _UPPER_HALF, dtype=np.uint32)

    def prepare(self, pairs: Levels) -> None:
        # Not np.unique, whose first call imports numpy.ma: 40 ms before the first picture.
        for pair in set(pairs[self.ids[pairs] == _MISSING].tolist()):
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


def robust_scale(values: Array, share: float = 0.98) -> float:
    """A magnitude that all but a few of the finite `values` stay below; 0.0 if all are zero.

    A lone outlier would turn everything else pale, so the largest 1 - `share` may saturate.
    """
    magnitudes = np.abs(np.asarray(values, dtype=np.float64).reshape(-1))
    magnitudes = magnitudes[np.isfinite(magnitudes)]
    if magnitudes.size == 0:
        return 0.0
    if share >= 1.0:
        return float(magnitudes.max())
    rank = int(np.ceil(share * magnitudes.size)) - 1
    kept = float(np.partition(magnitudes, rank)[rank])
    return kept if kept > 0 else float(magnitudes.max())


def calm_scale(values: Array, share: float = 0.98) -> float:
    """`robust_scale` rounded up to half a power of two: the colors rest while training goes on."""
    scale = robust_scale(values, share)
    if scale <= 0:
        return 0.0
    return float(2.0 ** min(math.ceil(2 * math.log2(scale) - 1e-9) / 2, 1023.0))


def resample(levels: Levels, rows: int, columns: int) -> Levels:
    """Levels (..., r, c) at another size: averaged where they shrink, repeated where they grow."""
    if levels.shape[-2:] == (rows, columns):
        return levels
    offsets = (levels - ZERO).astype(np.float64)
    for axis, size in ((-2, rows), (-1, columns)):
        old = offsets.shape[axis]
        if old > size:
            bounds = np.arange(size + 1) * old // size
            sums = np.add.reduceat(offsets, bounds[:-1], axis=axis)
            counts = np.diff(bounds).astype(np.float64)
            offsets = sums / (counts[:, None] if axis == -2 else counts)
        elif old < size:
            offsets = offsets.take(np.arange(size) * old // size, axis=axis)
    # Halves go away from zero: a weak sign that all agree on survives, and no sign is favored.
    return (np.sign(offsets) * np.floor(np.abs(offsets) + 0.5)).astype(np.intp) + ZERO


def round_scale(value: float) -> float:
    """The next round number (1, 1.5, 2, 3, 4, 5, 6, 8 times a power of ten) from `value` up.

    A scale that moves by steps keeps the colors at rest while the numbers under them drift.
    """
    if not 0.0 < value < 1e300:
        return min(value, 1e300) if value > 0 else 0.0
    power = 10.0 ** math.floor(math.log10(value))
    return next((n * power for n in _NICE if n * power >= value * (1 - 1e-12)), 10.0 * power)


def pixel_rows(palette: Palette, height: int) -> int:
    """Values that `height` cells show one above the other."""
    return 2 * height if palette.shades else height


def paint_levels(canvas: Canvas, x: int, y: int, width: int, height: int, levels: Levels) -> None:
    """Draw `levels` (rows, columns), row 0 on top, into the rectangle of cells at (x, y)."""
    if width < 1 or height < 1 or levels.size == 0:
        return
    palette = canvas.palette
    if palette.shades:
        pixels = resample(levels, pixel_rows(palette, height), width)
        pairs = pixels[0::2] * LEVELS + pixels[1::2]
        table = _pairs(palette)
        if (table.ids[pairs] == _MISSING).any():
            table.prepare(pairs)
        canvas.paint(x, y, table.codes[pairs], table.ids[pairs])
    else:
        codes, ids = _single(palette)
        cells = resample(levels, pixel_rows(palette, height), width)
        canvas.paint(x, y, codes[cells], ids[cells])
