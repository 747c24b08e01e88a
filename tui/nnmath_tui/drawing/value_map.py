"""The value map: what a regression network answers over the plane, and the targets on it.

A sample wears the color of its target, brighter than the map: where the fit is good it lies on
its own hue, where it is bad on another.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from nnmath_engine.arrays import Array
from textual.strip import Strip

from nnmath_tui.drawing.canvas import Canvas
from nnmath_tui.drawing.frame import Frame, Marks, draw_marks, draw_note
from nnmath_tui.drawing.numbers import signed
from nnmath_tui.drawing.palette import LEVELS, Color, Palette, mix
from nnmath_tui.drawing.plane import (
    Ranges,
    Samples,
    draw_plane_axes,
    map_area,
    nearest,
    paint_glyphs,
    paint_pixels,
    places,
)

_MAP_SHARE = 0.6
"""The share of the color ramp that the map uses; its ends are left to the samples."""
_LEGEND_CELLS = 11


def draw_value_map(
    values: Array,
    points: Array,
    targets: Array,
    test: npt.NDArray[np.bool_],
    ranges: Ranges,
    width: int,
    height: int,
    palette: Palette,
    *,
    names: tuple[str, str] = ("x₁", "x₂"),
    marks: Marks | None = None,
    notes: Sequence[str] = (),
) -> list[Strip]:
    """The map, the samples on it and the scale of colors, on `height` lines of `width` cells.

    Args:
        values: (rows, columns) predictions, row 0 on top; `map_area` gives the best size.
        points: (n, 2) inputs; targets (n,) their true values; test (n,) mask of test samples.
        ranges: left, right, bottom and top of the map, in units of the inputs.
        marks: a cursor and a selected sample; notes: what to say of them, the fullest wording
            first, beside the scale or in place of it.

    The colors run over the range of the targets: about zero where it has both signs, else about
    its middle.
    """
    canvas = Canvas(width, height, palette)
    area = map_area(canvas.width, canvas.height, ranges)
    middle, reach = _center(targets)
    rows = 2 * area.height if palette.shades else area.height
    shown = np.clip(nearest(values, rows, area.width), middle - reach, middle + reach)
    numbers = palette.level(shown - middle, reach / _MAP_SHARE)
    levels = palette.level(np.clip(targets, middle - reach, middle + reach) - middle, reach)
    looks = levels * 2 + test
    order = np.argsort(test, kind="stable")
    x, y = places(points, ranges)
    samples = Samples(
        x[order],
        y[order],
        looks[order],
        [color for level in range(LEVELS) for color in _colors(palette, level)],
        "●○" * LEVELS if palette.mode != "mono" and not palette.ascii else _signs(palette),
        [True, False] * LEVELS,
    )
    if palette.shades:
        paint_pixels(canvas, area, numbers, palette.ramp, samples)
    else:
        paint_glyphs(canvas, area, numbers, palette.glyphs, palette.ramp, samples)
    draw_plane_axes(canvas, area, ranges, names)
    if marks is not None:
        grounds = numbers[1::2] if palette.shades else None
        draw_marks(canvas, Frame(area, ranges), marks, grounds, palette.ramp)
    below = area.top + area.height + 1
    if not notes or not draw_note(canvas, below, notes):
        _draw_scale(canvas, below, middle, reach)
    return canvas.strips()


def _center(targets: Array) -> tuple[float, float]:
    finite = targets[np.isfinite(targets)]
    if not len(finite):
        return 0.0, 1.0
    low, high = float(finite.min()), float(finite.max())
    if low <= 0 <= high:
        return 0.0, max(-low, high) or 1.0
    middle = low / 2 + high / 2
    return middle, (high - middle) or abs(middle)


def _colors(palette: Palette, level: int) -> tuple[Color, Color]:
    color = palette.diverging(level)
    if color is None or not color.startswith("#"):
        return color, color
    toward = "#ffffff" if palette.dark else "#000000"
    return mix(color, toward, 0.2), mix(color, toward, 0.5)


def _signs(palette: Palette) -> str:
    """Without color a sample shows the sign of its target, as seen from the middle."""
    low, middle, high = "-o+" if palette.ascii else "−○+"
    half = LEVELS // 2
    return low * (2 * half) + middle * 2 + high * (2 * half)


def _draw_scale(canvas: Canvas, row: int, middle: float, reach: float) -> None:
    palette = canvas.palette
    low, high = (signed(end, 7, ascii=palette.ascii) for end in (middle - reach, middle + reach))
    if len(low) + len(high) + _LEGEND_CELLS + 2 > canvas.width:
        return
    canvas.put(0, row, low, palette.muted)
    for cell in range(_LEGEND_CELLS):
        level = round(cell / (_LEGEND_CELLS - 1) * (LEVELS - 1))
        glyph = " " if palette.shades else palette.glyph(level)
        color = palette.diverging(level)
        ground = color if palette.shades else None
        canvas.put(len(low) + 1 + cell, row, glyph, color, ground)
    canvas.put(len(low) + 2 + _LEGEND_CELLS, row, high, palette.muted)
