"""The fitted curve: a network's answer over its one input, and the samples that it learns from."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from nnmath_engine.arrays import Array
from textual.strip import Strip

from nnmath_tui.drawing import scales
from nnmath_tui.drawing.braille import draw_line
from nnmath_tui.drawing.canvas import Canvas
from nnmath_tui.drawing.chart import (
    draw_frame,
    draw_header,
    draw_samples,
    few,
    frame_of,
    sample_looks,
)
from nnmath_tui.drawing.frame import Frame, Marks, draw_marks
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
    marks: Marks | None = None,
    notes: Sequence[str] = (),
) -> list[Strip]:
    """The curve through (x, prediction) (m,), x ascending, over points (n, 2), test (n,) marked.

    The samples set the range of y, so that a wild curve does not flatten them; where the curve
    leaves the range it is not drawn. A dotted line goes through the cursor of `marks`, a ring
    around its sample; of the `notes` the first that fits takes the place of the legend.
    """
    canvas = Canvas(width, height, palette)
    line_x, line_y = scales.finite_pairs(x, prediction)
    kept = np.isfinite(points).all(axis=1)
    data_x, data_y = scales.finite_pairs(points[kept, 0], points[kept, 1])
    test = test[kept]
    x_scale, y_scale = _scales(line_x, line_y, data_x, data_y)
    area = draw_frame(canvas, x_scale, y_scale, names[0])
    frame = frame_of(canvas.width, canvas.height, x_scale, y_scale)
    at = frame.cell(marks.cursor) if marks is not None and marks.cursor is not None else None
    if at is not None:
        for row in range(area.top, area.top + area.height):
            canvas.put(at[0], row, "┆", palette.accent)
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
    if marks is not None:
        draw_marks(canvas, frame, Marks(sample=marks.sample))
    looks = sample_looks(palette, above)
    entries = [
        Entry(glyph, [color], f"{label} {count(size)}")
        for (glyph, color), label, size in zip(looks, ("train", "test"), sizes, strict=True)
        if size
    ]
    draw_header(canvas, area, names[1], entries, notes)
    return canvas.strips()


def curve_frame(x: Array, prediction: Array, points: Array, width: int, height: int) -> Frame:
    """Where `draw_curve` shows which values, with the same arguments."""
    kept = np.isfinite(points).all(axis=1)
    lines = scales.finite_pairs(x, prediction)
    return frame_of(width, height, *_scales(*lines, *scales.finite_pairs(*points[kept].T)))


def _scales(
    line_x: Array, line_y: Array, data_x: Array, data_y: Array
) -> tuple[scales.Scale, scales.Scale]:
    x_scale = scales.range_of([data_x, line_x])
    y_scale = scales.range_of([data_y] if len(data_y) else [line_y])
    margin = _MARGIN * (y_scale.high - y_scale.low)
    return x_scale, scales.Scale(y_scale.low - margin, y_scale.high + margin)
