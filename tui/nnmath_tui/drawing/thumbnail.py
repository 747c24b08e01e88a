"""A small picture of a data set: its samples as dots in the colors of their classes."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from nnmath_engine.arrays import Array
from textual.strip import Strip

from nnmath_tui.drawing.canvas import Canvas, style_id
from nnmath_tui.drawing.palette import Palette

_SIGNS = "o+x*#%&@"
"""Where there are no colors, a letter for each class; after eight they come round again."""


def draw_thumbnail(
    points: Array, kinds: npt.NDArray[np.intp], width: int, height: int, palette: Palette
) -> list[Strip]:
    """Points (n, 2) over the whole picture, x to the right and y upwards; kinds (n,) are classes.

    Points that are not finite are left out.
    """
    canvas = Canvas(width, height, palette)
    kept = np.isfinite(points).all(axis=1)
    points, kinds = points[kept], kinds[kept]
    if len(points):
        low, high = points.min(axis=0), points.max(axis=0)
        span = np.where(high > low, high - low, 1.0)
        places = np.where(high > low, (points - low) / span, 0.5)
        if palette.mode == "mono" or palette.ascii:
            _letters(canvas, places, kinds)
        else:
            x = np.rint(places[:, 0] * (2 * canvas.width - 1)).astype(np.intp)
            y = np.rint((1 - places[:, 1]) * (4 * canvas.height - 1)).astype(np.intp)
            colors = np.array([style_id(palette.category(kind)) for kind in range(8)])
            canvas.dots(x, y, colors[kinds % 8])
    return canvas.strips()


def _letters(canvas: Canvas, places: Array, kinds: npt.NDArray[np.intp]) -> None:
    x = np.rint(places[:, 0] * (canvas.width - 1)).astype(int)
    y = np.rint((1 - places[:, 1]) * (canvas.height - 1)).astype(int)
    for column, row, kind in zip(x.tolist(), y.tolist(), kinds.tolist(), strict=True):
        color = canvas.palette.category(kind)
        canvas.put(column, row, _SIGNS[kind % len(_SIGNS)], color)
