"""What charts of samples share: a frame with names, and training and test samples told apart."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import numpy.typing as npt
from nnmath_engine.arrays import Array

from nnmath_tui.drawing.axes import Area, draw_axes, linear_ticks, plot_area
from nnmath_tui.drawing.braille import draw_points
from nnmath_tui.drawing.canvas import Canvas
from nnmath_tui.drawing.palette import Color, Palette
from nnmath_tui.drawing.plane import Entry, draw_legend
from nnmath_tui.drawing.scales import Scale

_GLYPH_SHARE = 1 / 8
"""More samples than this share of the cells are braille dots."""


def train_color(palette: Palette) -> Color:
    """The color of training samples and of the training loss."""
    return palette.category(1)


def held_out_color(palette: Palette) -> Color:
    """The color of test samples and of the test loss."""
    return palette.category(0)


def draw_frame(canvas: Canvas, x: Scale, y: Scale, names: tuple[str, str]) -> Area:
    """Axes with ticks, and the name of y above and of x below them; returns the room inside."""
    header = int(canvas.height >= 6)
    y_ticks = linear_ticks(y.low, y.high, 2 + canvas.height // 5)
    area = plot_area(canvas.width, canvas.height, y_ticks, header=header)
    draw_axes(canvas, area, partial(linear_ticks, x.low, x.high), y_ticks)
    row = canvas.height - 1
    x_name, y_name = names
    start = canvas.width - len(x_name)
    if area.left and canvas.lines()[row][max(0, start - 1) :].isspace() and start > 1:
        canvas.put(start, row, x_name, canvas.palette.text)
    if area.top and len(y_name) <= canvas.width:
        canvas.put(0, 0, y_name, canvas.palette.text)
    return area


def draw_samples(
    canvas: Canvas, area: Area, x: Array, y: Array, test: npt.NDArray[np.bool_]
) -> None:
    """Samples at places x, y (n,) in 0..1: a glyph each where there is room, else dots."""
    palette = canvas.palette
    few = len(x) <= area.width * area.height * _GLYPH_SHARE
    for chosen, color, glyph, series in (
        (~test, train_color(palette), "●", 0),
        (test, held_out_color(palette), "○", 1),
    ):
        if not few:
            draw_points(canvas, area, x[chosen], y[chosen], color, series=series)
            continue
        for across, up in zip(x[chosen].tolist(), y[chosen].tolist(), strict=True):
            if 0 <= across <= 1 and 0 <= up <= 1:
                canvas.put(area.column(across), area.row(up), glyph, color)


def draw_sample_legend(
    canvas: Canvas, area: Area, y_name: str, entries: Sequence[tuple[str, str, Color]]
) -> None:
    """(glyph, words, color) at the right of the first line, where they all fit beside the name."""
    size = sum(len(glyph) + len(words) + 3 for glyph, words, _ in entries) - 2
    start = canvas.width - size
    if area.top and entries and start >= len(y_name) + 2:
        draw_legend(
            canvas, 0, [Entry(glyph, [color], words) for glyph, words, color in entries], start
        )
