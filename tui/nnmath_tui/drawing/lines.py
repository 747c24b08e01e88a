"""Curves as cells, drawn by plotext behind the one adapter that cannot abort.

plotext 6 rasterizes in C++ and takes the whole process down (SIGABRT, not an exception) when a
line holds a NaN or a point far outside the limits; a diverging run has both. So this module, the
only one that imports plotext, takes nothing but finite places from 0 to 1, thins them out, and
gives plotext a ruler of just that range. The colors are ours, since they must fit the terminal.
Where plotext has no wheel, the same curve is drawn by `braille.draw_line`; so are the curves that
are only there to compare with, which may be many: plotext takes 20 microseconds a point.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import numpy as np
from nnmath_engine.arrays import Array

from nnmath_tui.drawing import scales
from nnmath_tui.drawing.axes import Area
from nnmath_tui.drawing.braille import draw_line
from nnmath_tui.drawing.canvas import Canvas, style_id
from nnmath_tui.drawing.looks import Look, faded

_MOST_POINTS, _LEAST_BINS = 160, 12
"""So many points for all curves of plotext's keep it smooth."""
_MANY = 8
"""A curve of so many epochs a column, and so much longer than high, is noise about its mean."""
_SEQUENCE = re.compile(r"\x1b\[([0-9;]*)m")
_RUNS = re.compile(r"\S+")


def get_ready() -> None:
    """Import what the first curve would otherwise wait for; any thread may do so."""
    _plotext()


@dataclass(frozen=True, slots=True, eq=False)
class Line:
    """A curve in finite places (n,) from 0 to 1, x ascending, n at least 1."""

    x: Array
    y: Array
    look: Look
    is_present: bool = True


def draw_behind(canvas: Canvas, area: Area, lines: Sequence[Line]) -> list[Line]:
    """Draw what is behind the curves of the present; returns what `draw_front` is to draw.

    Of a curve that is noise all that it does stays to be seen, faded, while its mean stands out.
    """
    for line in lines:
        if not line.is_present:
            _draw_behind(canvas, area, line)
    front = [line for line in lines if line.is_present]
    for number, line in enumerate(front):
        shade = faded(canvas.palette, line.look.color, "ghost")
        if canvas.palette.shades and shade != line.look.color and _is_noise(line, area):
            _draw_behind(canvas, area, Line(line.x, line.y, Look("", shade)))
            front[number] = _smoothed(line, area)
    return front


def draw_front(canvas: Canvas, area: Area, lines: Sequence[Line]) -> None:
    """Draw the curves of the present, later ones on top."""
    lone = area.height > 1 and all(len(line.x) == 1 for line in lines)
    if lone and not canvas.palette.ascii:
        _draw_first_points(canvas, area, lines)
    elif lines:
        bins = max(_LEAST_BINS, min(area.width, _MOST_POINTS // 2 // len(lines)))
        _draw_present(canvas, area, [_thinned(line, bins, area) for line in lines])
        for number, line in enumerate(lines):
            if line.look.every and not line.look.all_glyphs:
                draw_glyphs(canvas, area, line, start=2 * number)


def _is_noise(line: Line, area: Area) -> bool:
    """Whether the curve goes up and down so much that its peaks would fill an area."""
    _, y = scales.thin(line.x, line.y, area.width)
    way, span = float(np.abs(np.diff(y)).sum()), float(np.ptp(y))
    return len(line.x) > _MANY * area.width and way > _MANY * span


def _smoothed(line: Line, area: Area) -> Line:
    """The mean of each column."""
    columns = (line.x * (area.width - 1)).astype(np.intp)
    starts = np.flatnonzero(np.append(True, columns[1:] != columns[:-1]))
    sizes = np.diff(np.append(starts, len(columns)))
    x, y = (np.add.reduceat(values, starts) / sizes for values in (line.x, line.y))
    return Line(x, y, line.look)


def _thinned(line: Line, bins: int, area: Area) -> Line:
    """The curve with as few points as look the same."""
    x, y = scales.thin(line.x, line.y, bins)
    kept = scales.corners(x * 2 * area.width, y * 4 * area.height, tolerance=0.5)
    return Line(x[kept], y[kept], line.look)


def _draw_behind(canvas: Canvas, area: Area, line: Line) -> None:
    x, y = scales.thin(line.x, line.y, 2 * area.width)
    line = Line(x, y, line.look)
    if not line.look.all_glyphs:
        draw_line(canvas, area, x, y, line.look.color, dash=line.look.dash)
    if line.look.every:
        draw_glyphs(canvas, area, line)


def draw_glyphs(canvas: Canvas, area: Area, line: Line, start: int = 0) -> None:
    """The look's glyph in every so many columns that the curve passes, `start` cells later."""
    first, last = area.column(float(line.x[0])), area.column(float(line.x[-1]))
    columns = np.arange(first + start, last + 1, line.look.every)
    places = (columns - area.left) / max(1, area.width - 1)
    for column, place in zip(
        columns.tolist(), np.interp(places, line.x, line.y).tolist(), strict=True
    ):
        canvas.put(column, area.row(place), line.look.glyph, line.look.color)


def _draw_present(canvas: Canvas, area: Area, lines: Sequence[Line]) -> None:
    plotext = _plotext()
    if plotext is None:
        for number, line in enumerate(lines):
            dash = 3 if line.look.points else 0
            draw_line(canvas, area, line.x, line.y, line.look.color, series=number, dash=dash)
        return
    figure = plotext.figure
    figure.clear.data()
    figure.plot_size(area.width, area.height)
    for index, line in enumerate(lines):
        # plotext is told a curve's number in place of its color: the palette colors the cells.
        marker = plotext.marker(
            line.look.glyph if line.look.all_glyphs else "braille",
            pixel=plotext.pixel(foreground=(index // 256, index % 256, 1)),
        )
        x, y = line.x, line.y
        if line.look.points:
            x = np.linspace(x[0], x[-1], area.width)
            y = np.interp(x, line.x, line.y)
        signal = figure.signal(x.tolist(), y.tolist(), marker=marker)
        figure.draw(signal.lines(not line.look.points))
    for row, text in enumerate(figure.build().string().split("\n")[: area.height]):
        parts = _SEQUENCE.split(text)
        column, color = area.left, None
        for part, code in zip(parts[::2], [*parts[1::2], ""], strict=True):
            for run in _RUNS.finditer(part):
                canvas.put(column + run.start(), area.top + row, run.group(), color)
            column += len(part)
            channels = code.split(";")
            index = 256 * int(channels[2]) + int(channels[3]) if len(channels) == 5 else -1
            color = lines[index].look.color if index >= 0 else None


def _draw_first_points(canvas: Canvas, area: Area, lines: Sequence[Line]) -> None:
    """Before the first epoch a curve is a dot, which need not wait for plotext; it looks the same.

    plotext goes by whole dots from the middle of the lower left cell. A lone point is often in the
    middle of a range, where what it makes of half a dot hangs by the last digit.
    """
    hair = 1e-9
    for line in lines:
        across = np.floor((line.x + hair) * 2 * (area.width - 1)).astype(np.intp)
        up = np.floor((line.y - hair) * 4 * (area.height - 1)).astype(np.intp)
        x, y = 2 * area.left + 1 + across, 4 * (area.top + area.height) - 3 - np.maximum(up, 0)
        canvas.dots(x, y, style_id(line.look.color))


@cache
def _plotext() -> Any:
    """plotext, set up to draw nothing but curves at the size it is told; None where it is missing.

    It costs 120 ms to import, so `get_ready` does that while the first pictures are looked at.
    There is no wheel for every platform (none for musl), and a kernel of another platform does not
    load.
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
