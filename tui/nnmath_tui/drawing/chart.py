"""What charts of samples share: a frame with names, and training and test samples told apart."""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial

import numpy as np
import numpy.typing as npt
from nnmath_engine.arrays import Array

from nnmath_tui.drawing.axes import Area, draw_axes, linear_ticks, plot_area
from nnmath_tui.drawing.braille import ASCII_GLYPHS, draw_points
from nnmath_tui.drawing.canvas import Canvas
from nnmath_tui.drawing.frame import Frame, draw_note
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


def frame_of(width: int, height: int, x: Scale, y: Scale) -> Frame:
    """Where `draw_frame` leaves room, and for which values."""
    ticks = linear_ticks(y.low, y.high, 2 + height // 5)
    area = plot_area(width, height, ticks, header=int(height >= 6))
    return Frame(area, (x.low, x.high, y.low, y.high), edges=False)


def draw_frame(canvas: Canvas, x: Scale, y: Scale, x_name: str) -> Area:
    """Axes with ticks, and the name of x where it is free of them; returns the room inside.

    Where there are lines enough, the first one is left to `draw_header`.
    """
    y_ticks = linear_ticks(y.low, y.high, 2 + canvas.height // 5)
    area = frame_of(canvas.width, canvas.height, x, y).area
    draw_axes(canvas, area, partial(linear_ticks, x.low, x.high), y_ticks)
    row = canvas.height - 1
    start = canvas.width - len(x_name)
    if area.left and canvas.lines()[row][max(0, start - 1) :].isspace() and start > 1:
        canvas.put(start, row, x_name, canvas.palette.text)
    return area


def few(area: Area, samples: int) -> bool:
    """Whether there is room for a glyph each."""
    return samples <= area.width * area.height * _GLYPH_SHARE


def draw_samples(
    canvas: Canvas, area: Area, x: Array, y: Array, test: npt.NDArray[np.bool_]
) -> None:
    """Samples at places x, y (n,) in 0..1: a glyph each where there is room, else dots."""
    palette = canvas.palette
    looks = sample_looks(palette, few(area, len(x)))
    for series, chosen in enumerate((~test, test)):
        glyph, color = looks[series]
        if glyph not in "●○":
            draw_points(canvas, area, x[chosen], y[chosen], color, series=series)
            continue
        for across, up in zip(x[chosen].tolist(), y[chosen].tolist(), strict=True):
            if 0 <= across <= 1 and 0 <= up <= 1:
                canvas.put(area.column(across), area.row(up), glyph, color)


def sample_looks(palette: Palette, few: bool) -> tuple[tuple[str, Color], tuple[str, Color]]:
    """Glyph and color of training and of test samples; without colors, never the same glyph."""
    if few:
        glyphs = "●○"
    elif palette.ascii:
        glyphs = ASCII_GLYPHS[:2]
    else:
        glyphs = "⠿○" if palette.mode == "mono" else "⠿⠿"
    return (glyphs[0], train_color(palette)), (glyphs[1], held_out_color(palette))


def draw_header(
    canvas: Canvas, area: Area, y_name: str, entries: Sequence[Entry], notes: Sequence[str] = ()
) -> None:
    """On the first line, the legend at the right and the name of y at the left where it fits.

    In place of both the first of the `notes` that fits, if there are any.
    """
    if not area.top or draw_note(canvas, 0, notes):
        return
    size = sum(len(entry.glyph) + len(entry.words) + 3 for entry in entries) - 2
    start = canvas.width - max(size, 0)
    if start < 0:
        start = canvas.width
    else:
        draw_legend(canvas, 0, entries, start)
    if len(y_name) + 2 <= start:
        canvas.put(0, 0, y_name, canvas.palette.text)
