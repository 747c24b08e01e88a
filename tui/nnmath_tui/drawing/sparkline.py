"""A curve in one line of text."""

from __future__ import annotations

import numpy as np
from nnmath_engine.arrays import Array

from nnmath_tui.drawing.palette import Palette

_BARS, _ASCII_BARS = "▁▂▃▄▅▆▇█", ".:-=+*%#"


def sparkline(values: Array, width: int, palette: Palette) -> str:
    """`values` (n,) as exactly `width` bars, the latest at the right.

    More values than cells are averaged; fewer leave blanks at the left. What is not finite is a
    blank too, and values that do not differ are lowest bars.
    """
    width = max(0, width)
    if width == 0 or len(values) == 0:
        return " " * width
    bars = _ASCII_BARS if palette.ascii else _BARS
    cells = min(width, len(values))
    bounds = np.arange(cells) * len(values) // cells
    finite = np.isfinite(values)
    # Divided first, so that no sum overflows; only relative heights are shown.
    shares = np.where(finite, values, 0) / len(values)
    counts = np.add.reduceat(finite.astype(np.float64), bounds)
    means = np.add.reduceat(shares, bounds) / np.maximum(counts, 1)
    shown = means[counts > 0]
    if not len(shown):
        return " " * width
    low, high = float(shown.min()), float(shown.max())
    span = high / 2 - low / 2
    heights = (means / 2 - low / 2) / span if span > 0 else np.zeros(cells)
    steps = np.clip(np.rint(heights * (len(bars) - 1)), 0, len(bars) - 1).astype(np.intp)
    text = "".join(
        bars[step] if present else " "
        for step, present in zip(steps.tolist(), (counts > 0).tolist(), strict=True)
    )
    return text.rjust(width)
