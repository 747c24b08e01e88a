"""Losses, or whatever else an epoch has a number of, as curves in a frame with axes.

What is handed in may hold anything that a training comes to, NaN and infinity included; here it is
made into finite places between 0 and 1, which is all that `lines` takes.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
from nnmath_engine.arrays import Array
from textual.strip import Strip

from nnmath_tui.drawing import scales
from nnmath_tui.drawing.axes import Area, count_ticks, draw_axes, frame, linear_ticks, log_ticks
from nnmath_tui.drawing.canvas import Canvas
from nnmath_tui.drawing.lines import Line, draw_behind, draw_front
from nnmath_tui.drawing.looks import Look, Role, look_of
from nnmath_tui.drawing.marks import (
    draw_end_names,
    draw_mark_texts,
    draw_marks,
    draw_over,
    draw_upright,
    mark_places,
)
from nnmath_tui.drawing.numbers import short
from nnmath_tui.drawing.palette import Color, Palette

LEGEND_FROM = 6
"""Pictures of fewer lines have no room for a legend."""
_LEAST_DECADES = 0.05
"""A logarithmic range narrower than this is noise, and is shown as a level line in a decade."""


@dataclass(frozen=True, slots=True, eq=False)
class Series:
    """One curve: x and y (n,), NaN where there is nothing to show.

    `dim` is for earlier runs, whose label stands at the end of their curve, `ahead` for the epochs
    of this run after the one that is looked at. `number` is by which curves of a kind are told
    apart where there are no colors; without it, their order counts.
    """

    label: str
    x: Array
    y: Array
    color: Color
    dim: bool = False
    ahead: bool = False
    number: int | None = None

    @property
    def role(self) -> Role:
        return "ghost" if self.dim else "ahead" if self.ahead else "present"

    def look(self, palette: Palette, order: int) -> Look:
        """How it is drawn as the curve `order` of those given."""
        number = order if self.number is None else self.number
        return look_of(palette, number, self.color, self.role)


@dataclass(frozen=True, slots=True)
class Cursor:
    """An epoch that is pointed at, with the value and the color of each curve there.

    `text` is what was changed there; it is told even where it covers a curve.
    """

    epoch: float
    points: tuple[tuple[float, Color], ...] = ()
    text: str = ""


@dataclass(frozen=True, slots=True)
class _Scales:
    """The scales of both axes, in drawn units: exponents where an axis is logarithmic."""

    x: scales.Scale
    y: scales.Scale
    log_x: bool
    log_y: bool

    def places(self, epoch: float, value: float) -> tuple[float, float] | None:
        """Where a point lies, both from 0 to 1; None where it has no place."""
        one = Series("", np.array([epoch]), np.array([value]), None)
        x, y = _points(one, self.log_x, self.log_y)
        return (self.x.place(x).item(), self.y.place(y).item()) if len(x) else None

    def epoch(self, place: float) -> float:
        """The epoch at a place of the axis."""
        x = self.x.low + place * (self.x.high - self.x.low)
        return float(10.0**x - 1) if self.log_x else x


@dataclass(frozen=True, slots=True, eq=False)
class LossPlot:
    """The picture, and where its epochs are; no `area` means that there is no curve."""

    strips: list[Strip]
    area: Area | None = None
    scale: _Scales | None = None

    def epoch_at(self, column: int) -> float | None:
        """The epoch under a column; those beside the curve count as its nearest end."""
        if self.area is None or self.scale is None:
            return None
        place = (column - self.area.left) / max(1, self.area.width - 1)
        return self.scale.epoch(min(max(place, 0.0), 1.0))


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
    """The picture of `make_loss_plot` alone."""
    return make_loss_plot(series, width, height, palette, log_y, log_x, marks, legend).strips


def make_loss_plot(
    series: Sequence[Series],
    width: int,
    height: int,
    palette: Palette,
    log_y: bool = True,
    log_x: bool = False,
    marks: Sequence[tuple[float, str]] = (),
    legend: bool = True,
    cursor: Cursor | None = None,
    now: float | None = None,
) -> LossPlot:
    """Curves of loss against epoch, on `height` lines of `width` cells.

    Later series lie on top of earlier ones, and those of the present above all. A logarithmic y
    axis shows a zero at its low end; a logarithmic x axis shows 1 + x, so that epoch 0 is there.
    `marks` are (epoch, text): a dotted line at that epoch, with its text where there is room. With
    `legend`, the first line names the curves of the present and gives their last values. `now` is
    the epoch that is looked at where later ones are drawn too.
    """
    canvas = Canvas(width, height, palette)
    looks = [one.look(palette, order) for order, one in enumerate(series)]
    points = [_points(one, log_x, log_y) for one in series]
    drawn = sorted(
        (index for index, (x, _) in enumerate(points) if len(x)),
        key=lambda index: ("ghost", "ahead", "present").index(series[index].role),
    )
    if not drawn:
        text = "no epochs yet"
        if width >= len(text):
            canvas.put((width - len(text)) // 2, height // 2, text, palette.muted)
        return LossPlot(canvas.strips())
    scale = _Scales(
        scales.range_of([points[index][0] for index in drawn]),
        _y_scale([points[index][1] for index in drawn], log_y),
        log_x,
        log_y,
    )
    y_ticks = partial(log_ticks if log_y else linear_ticks, scale.y.low, scale.y.high)
    area, ticks = frame(width, height, y_ticks, header=int(legend and height >= LEGEND_FROM))
    x_ticks = partial(count_ticks if log_x else linear_ticks, scale.x.low, scale.x.high)
    draw_axes(canvas, area, x_ticks, ticks)
    changes = mark_places(marks, scale.x, log_x)
    present = mark_places([] if now is None else [(now, "now")], scale.x, log_x)
    pointed = mark_places([] if cursor is None else [(cursor.epoch, "")], scale.x, log_x)
    lines = {
        index: Line(
            scale.x.place(points[index][0]),
            scale.y.place(points[index][1]),
            looks[index],
            is_present=series[index].role == "present",
        )
        for index in drawn
    }
    front = draw_behind(canvas, area, list(lines.values()))
    draw_marks(canvas, area, changes)
    for place, _ in present:
        draw_upright(canvas, area, place, palette.text)
    for place, _ in pointed:
        draw_upright(canvas, area, place, palette.accent, foot=True)
    draw_front(canvas, area, front)
    if cursor is not None:
        _draw_points(canvas, area, cursor, scale)
        draw_over(canvas, area, pointed, cursor.text)
        told = {area.column(place) for place, _ in pointed if cursor.text}
        changes = [change for change in changes if area.column(change[0]) not in told]
    draw_mark_texts(canvas, area, [(place, ("now",)) for place, _ in present])
    draw_mark_texts(canvas, area, changes)
    ends = [
        (float(line.x[-1]), float(line.y[-1]), series[index].label, looks[index])
        for index, line in lines.items()
        if series[index].dim
    ]
    draw_end_names(canvas, area, ends)
    if area.top:
        _draw_legend(canvas, series, looks)
    return LossPlot(canvas.strips(), area, scale)


def _points(one: Series, log_x: bool, log_y: bool) -> tuple[Array, Array]:
    """The points of a series that have a place on the scales, in their units, x ascending."""
    x, y = scales.finite_pairs(one.x, one.y, np.inf if log_y else scales.LARGEST_LOSS)
    x = scales.count_exponents(x) if log_x else x
    y = scales.exponents(y) if log_y else y
    return scales.ascending(x, y)


def _y_scale(values: Sequence[Array], log_y: bool) -> scales.Scale:
    scale = scales.range_of(values, least=_LEAST_DECADES if log_y else 0)
    if not log_y and 0 < scale.low < scale.high / 2:
        # A loss is read against zero, so zero is on the axis unless the curve is far above it.
        return scales.Scale(0.0, scale.high)
    return scale


def _draw_points(canvas: Canvas, area: Area, cursor: Cursor, scale: _Scales) -> None:
    """A point where each curve crosses the cursor."""
    glyph = "@" if canvas.palette.ascii else "●"
    for value, color in cursor.points:
        places = scale.places(cursor.epoch, value)
        if places is not None:
            column, row = area.column(places[0]), area.row(places[1])
            canvas.put(column, row, glyph, color or canvas.palette.text, bold=True)


def _draw_legend(canvas: Canvas, series: Sequence[Series], looks: Sequence[Look]) -> None:
    """The curves' names at the right of the first line, with their last values where they fit."""
    palette = canvas.palette
    entries = []
    for one, look in zip(series, looks, strict=True):
        if one.role == "present" and np.any(np.isfinite(one.y)):
            value = short(float(one.y[-1]), 7, digits=3, ascii=palette.ascii)
            entries.append((look, one.label, value))
    for with_value in (True, False):
        texts = [
            f"{look.sample} {label} {value}" if with_value else f"{look.sample} {label}"
            for look, label, value in entries
        ]
        column = canvas.width - len("  ".join(texts))
        if column < 0:
            continue
        for text, (look, label, value) in zip(texts, entries, strict=True):
            canvas.put(column, 0, look.sample, look.color, bold=True)
            canvas.put(column + 2, 0, label, palette.muted)
            if with_value:
                canvas.put(column + 3 + len(label), 0, value, palette.text)
            column += len(text) + 2
        return
