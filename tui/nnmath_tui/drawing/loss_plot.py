"""The loss curve, drawn by plotext behind the one adapter that cannot abort.

plotext 6 rasterizes in C++ and takes the whole process down (SIGABRT, not an exception) when a
line holds a NaN or a point far outside the limits; a diverging run has both. So this module, the
only one that imports plotext, hands it nothing but finite points inside the limits that it sets:
drop what is not finite, take logarithms here, clip, thin out, widen a range of no width, and give
the data's own range to a linear ruler. The frame is ours, since its labels must never be cut, and
so are the colors, since they must fit the terminal. Where plotext has no wheel, the same curve is
drawn by `braille.draw_line`.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache, partial
from typing import Any

import numpy as np
from nnmath_engine.arrays import Array
from textual.strip import Strip

from nnmath_tui.drawing import scales
from nnmath_tui.drawing.axes import (
    Area,
    count_ticks,
    draw_axes,
    linear_ticks,
    log_ticks,
    plot_area,
)
from nnmath_tui.drawing.braille import ASCII_GLYPHS, draw_line
from nnmath_tui.drawing.canvas import Canvas
from nnmath_tui.drawing.marks import draw_mark_texts, draw_marks, mark_places
from nnmath_tui.drawing.numbers import short
from nnmath_tui.drawing.palette import Color, Palette, mix

LEGEND_FROM = 6
"""Pictures of fewer lines have no room for a legend."""
_LEAST_DECADES = 0.05
"""A logarithmic range narrower than this is noise, and is shown as a level line in a decade."""
_MOST_POINTS, _LEAST_BINS = 160, 12
"""plotext takes 20 microseconds a point, and so many points for all curves keep it smooth."""
_SEQUENCE = re.compile(r"\x1b\[([0-9;]*)m")
_RUNS = re.compile(r"\S+")


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """One curve: x and y (n,), NaN where there is nothing to show; `dim` for earlier runs."""

    label: str
    x: Array
    y: Array
    color: Color
    dim: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class _Curve:
    number: int
    x: Array
    y: Array
    color: Color


def draw_loss_plot(
    series: Sequence[Series],
    width: int,
    height: int,
    palette: Palette,
    log_y: bool = True,
    log_x: bool = False,
    marks: Sequence[tuple[float, str]] = (),
    legend: bool = True,
) -> list[Strip]:
    """Curves of loss against epoch, on `height` lines of `width` cells.

    Later series lie on top of earlier ones, and dim ones below all. A logarithmic y axis shows
    a zero at its low end; a logarithmic x axis shows 1 + x, so that epoch 0 is there. `marks` are
    (epoch, text): a dotted line at that epoch, with its text where there is room. With `legend`,
    the first line names the curves that are not dim and gives their last values.
    """
    canvas = Canvas(width, height, palette)
    curves = [
        _drawable(number, one, palette, log_x, log_y)
        for number, one in sorted(enumerate(series), key=lambda numbered: not numbered[1].dim)
    ]
    curves = [curve for curve in curves if len(curve.x)]
    if not curves:
        text = "no epochs yet"
        if width >= len(text):
            canvas.put((width - len(text)) // 2, height // 2, text, palette.muted)
        return canvas.strips()
    x_scale = scales.range_of([curve.x for curve in curves])
    y_scale = scales.range_of([curve.y for curve in curves], least=_LEAST_DECADES if log_y else 0)
    if not log_y and 0 < y_scale.low < y_scale.high / 2:
        # A loss is read against zero, so zero is on the axis unless the curve is far above it.
        y_scale = scales.Scale(0.0, y_scale.high)
    y_ticks = (log_ticks if log_y else linear_ticks)(y_scale.low, y_scale.high, 2 + height // 4)
    area = plot_area(width, height, y_ticks, header=int(legend and height >= LEGEND_FROM))
    x_ticks = partial(count_ticks if log_x else linear_ticks, x_scale.low, x_scale.high)
    draw_axes(canvas, area, x_ticks, y_ticks)
    places = mark_places(marks, x_scale, log_x)
    draw_marks(canvas, area, places)
    bins = max(_LEAST_BINS, min(area.width, _MOST_POINTS // 2 // len(curves)))
    _draw_curves(canvas, area, [_placed(curve, bins, x_scale, y_scale, area) for curve in curves])
    draw_mark_texts(canvas, area, places)
    if area.top:
        _draw_legend(canvas, area, series)
    return canvas.strips()


def _drawable(number: int, one: Series, palette: Palette, log_x: bool, log_y: bool) -> _Curve:
    """The points of a series that have a place on the scales, in their units, x ascending."""
    x, y = scales.finite_pairs(one.x, one.y, scales.LARGEST_LOSS)
    x = scales.count_exponents(x) if log_x else x
    y = scales.exponents(y) if log_y else y
    return _Curve(number, *scales.ascending(x, y), _color(one, palette))


def _placed(
    curve: _Curve, bins: int, x_scale: scales.Scale, y_scale: scales.Scale, area: Area
) -> _Curve:
    """The curve in places 0..1, of as few points as look the same."""
    x, y = scales.thin(curve.x, curve.y, bins)
    x, y = x_scale.place(x), y_scale.place(y)
    kept = scales.corners(x * 2 * area.width, y * 4 * area.height, tolerance=0.5)
    return _Curve(curve.number, x[kept], y[kept], curve.color)


def _color(one: Series, palette: Palette) -> Color:
    if not one.dim:
        return one.color
    if one.color and palette.surface and one.color.startswith("#"):
        return mix(one.color, palette.surface, 0.6)
    return palette.faint


def _draw_curves(canvas: Canvas, area: Area, curves: Sequence[_Curve]) -> None:
    """Draw curves given in places 0..1."""
    plotext = _plotext()
    if plotext is None:
        for curve in curves:
            x, y, color, number = curve.x, curve.y, curve.color, curve.number
            draw_line(canvas, area, x, y, color, series=number, dash=3 * _dotted(canvas, curve))
        return
    figure = plotext.figure
    figure.clear.data()
    figure.plot_size(area.width, area.height)
    for index, curve in enumerate(curves):
        glyph = ASCII_GLYPHS[curve.number % len(ASCII_GLYPHS)]
        # plotext is told a curve's number in place of its color: the palette colors the cells.
        marker = plotext.marker(
            glyph if canvas.palette.ascii else "braille",
            pixel=plotext.pixel(foreground=(index // 256, index % 256, 1)),
        )
        x, y = curve.x, curve.y
        if _dotted(canvas, curve):
            x = np.linspace(x[0], x[-1], area.width)
            y = np.interp(x, curve.x, curve.y)
        signal = figure.signal(x.tolist(), y.tolist(), marker=marker)
        figure.draw(signal.lines(not _dotted(canvas, curve)))
    for row, line in enumerate(figure.build().string().split("\n")[: area.height]):
        parts = _SEQUENCE.split(line)
        column, color = area.left, None
        for text, code in zip(parts[::2], [*parts[1::2], ""], strict=True):
            for run in _RUNS.finditer(text):
                canvas.put(column + run.start(), area.top + row, run.group(), color)
            column += len(text)
            channels = code.split(";")
            index = 256 * int(channels[2]) + int(channels[3]) if len(channels) == 5 else -1
            color = curves[index].color if index >= 0 else None


def _dotted(canvas: Canvas, curve: _Curve) -> bool:
    """Without colors, dots tell all later curves from the first."""
    return canvas.palette.mode == "mono" and not canvas.palette.ascii and curve.number > 0


def _draw_legend(canvas: Canvas, area: Area, series: Sequence[Series]) -> None:
    """The curves' names at the right of the first line, with their last values where they fit."""
    palette = canvas.palette
    entries = []
    for number, one in enumerate(series):
        if one.dim or not np.any(np.isfinite(one.y)):
            continue
        sample = "━" if palette.mode != "mono" or number == 0 else "┅"
        sample = ASCII_GLYPHS[number % len(ASCII_GLYPHS)] if palette.ascii else sample
        value = short(float(one.y[-1]), 7, digits=3, ascii=palette.ascii)
        entries.append((sample, one.label, value, one.color))
    for with_value in (True, False):
        texts = [
            f"{sample} {label} {value}" if with_value else f"{sample} {label}"
            for sample, label, value, _ in entries
        ]
        column = canvas.width - len("  ".join(texts))
        if column < 0:
            continue
        for text, (sample, label, value, color) in zip(texts, entries, strict=True):
            canvas.put(column, 0, sample, color, bold=True)
            canvas.put(column + 2, 0, label, palette.muted)
            if with_value:
                canvas.put(column + 3 + len(label), 0, value, palette.text)
            column += len(text) + 2
        return


@cache
def _plotext() -> Any:
    """plotext, set up to draw nothing but curves at the size it is told; None where it is missing.

    It costs 120 ms to import, which the first curve pays and not the first frame. There is no
    wheel for every platform (none for musl), and a kernel of another platform does not load.
    """
    try:
        import plotext
    except (ImportError, OSError):
        return None
    # Otherwise sizes are clamped to those of the terminal that the process was started in.
    plotext.terminal.limit(False, False)
    figure = plotext.figure
    # The default theme paints a white canvas.
    figure.theme("colorless")
    figure.axes(False)
    for axis, side in (("x", "lower"), ("y", "left")):
        figure.ruler(axis, side).lim(0, 1).frequency(0)
    return plotext
