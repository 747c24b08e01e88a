"""The fitted curve: a network's answer over its one input, and the samples that it learns from."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from nnmath_engine.arrays import Array
from textual.strip import Strip

from nnmath_tui.drawing import scales
from nnmath_tui.drawing.braille import draw_line
from nnmath_tui.drawing.canvas import Canvas
from nnmath_tui.drawing.chart import draw_frame, draw_header, draw_samples, few, sample_looks
from nnmath_tui.drawing.numbers import count
from nnmath_tui.drawing.palette import Palette
from nnmath_tui.drawing.plane import Entry

_MARGIN = 0.08
"""Room above and below the samples, as a share of their range."""


def draw_curve(
    x: Array,
    prediction: Array,
    points: Array,
    test: npt.NDArray[np.bool_],
    width: int,
    height: int,
    palette: Palette,
    *,
    names: tuple[str, str] = ("x", "y"),
) -> list[Strip]:
    """The curve through (x, prediction) (m,), x ascending, over points (n, 2), test (n,) marked.

    The samples set the range of y, so that a wild curve does not flatten them; where the curve
    leaves the range it is not drawn.
    """
    canvas = Canvas(width, height, palette)
    line_x, line_y = scales.finite_pairs(x, prediction)
    kept = np.isfinite(points).all(axis=1)
    data_x, data_y = scales.finite_pairs(points[kept, 0], points[kept, 1])
    test = test[kept]
    x_scale = scales.range_of([data_x, line_x])
    y_scale = scales.range_of([data_y] if len(data_y) else [line_y])
    margin = _MARGIN * (y_scale.high - y_scale.low)
    y_scale = scales.Scale(y_scale.low - margin, y_scale.high + margin)
    area = draw_frame(canvas, x_scale, y_scale, names[0])
    sizes = (len(test) - int(test.sum()), int(test.sum()))
    inside = (line_y >= y_scale.low) & (line_y <= y_scale.high)
    parts = np.split(np.arange(len(inside)), np.flatnonzero(np.diff(inside)) + 1)
    spots = (x_scale.place(data_x), y_scale.place(data_y))
    # Few samples lie on the curve as glyphs, many lie below it as dots.
    above = few(area, len(data_x))
    if not above:
        draw_samples(canvas, area, *spots, test)
    for part in parts:
        if len(part) and inside[part[0]]:
            places = (x_scale.place(line_x[part]), y_scale.place(line_y[part]))
            draw_line(canvas, area, *places, palette.text, series=2)
    if above:
        draw_samples(canvas, area, *spots, test)
    looks = sample_looks(palette, above)
    entries = [
        Entry(glyph, [color], f"{label} {count(size)}")
        for (glyph, color), label, size in zip(looks, ("train", "test"), sizes, strict=True)
        if size
    ]
    draw_header(canvas, area, names[1], entries)
    return canvas.strips()
