"""From cells to values and back, and the marks of what is pointed at."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from nnmath_engine.arrays import Array

from nnmath_tui.drawing.axes import Area
from nnmath_tui.drawing.canvas import Canvas, Integers
from nnmath_tui.drawing.palette import Color
from nnmath_tui.drawing.plane import Ranges, places


@dataclass(frozen=True, slots=True)
class Frame:
    """Where a picture shows which values: cells `area`, across which `ranges` run.

    The middles of the outermost cells are the ends of the ranges, or, where `edges`, their outer
    edges are.
    """

    area: Area
    ranges: Ranges
    edges: bool = True

    def point(self, column: int, row: int) -> tuple[float, float] | None:
        """The values at the middle of a cell; None outside."""
        area, (left, right, bottom, top) = self.area, self.ranges
        across, down = column - area.left, row - area.top
        if not (0 <= across < area.width and 0 <= down < area.height):
            return None
        if self.edges:
            x, y = (across + 0.5) / area.width, (down + 0.5) / area.height
        else:
            x, y = across / max(1, area.width - 1), down / max(1, area.height - 1)
        return left + x * (right - left), top - y * (top - bottom)

    def cell(self, point: tuple[float, float]) -> tuple[int, int] | None:
        """Column and row of the cell that shows a point; None outside the ranges."""
        left, right, bottom, top = self.ranges
        x = (point[0] - left) / ((right - left) or 1.0)
        y = (point[1] - bottom) / ((top - bottom) or 1.0)
        if not (0 <= x <= 1 and 0 <= y <= 1):
            return None
        area = self.area
        if not self.edges:
            return area.column(x), area.row(y)
        across = min(int(x * area.width), area.width - 1)
        return area.left + across, area.top + min(int((1 - y) * area.height), area.height - 1)

    def step(self, across: int, up: int) -> tuple[float, float]:
        """How far the values change over so many cells."""
        left, right, bottom, top = self.ranges
        return (
            across * (right - left) / max(1, self.area.width),
            up * (top - bottom) / max(1, self.area.height),
        )

    def nearest(self, point: tuple[float, float], points: Array) -> int | None:
        """Which of `points` (n, 2) is seen nearest to `point`, a cell being twice as high as wide.

        None if none of them is within the ranges.
        """
        x, y = places(np.concatenate((points, [point])), self.ranges)
        with np.errstate(invalid="ignore"):
            away = ((x - x[-1]) * self.area.width) ** 2 + ((y - y[-1]) * 2 * self.area.height) ** 2
        away = np.where(np.isfinite(away[:-1]), away[:-1], np.inf)
        if not len(away) or not np.isfinite(away.min()):
            return None
        return int(away.argmin())


@dataclass(frozen=True, slots=True)
class Marks:
    """What is pointed at on a picture, in the units of its axes."""

    cursor: tuple[float, float] | None = None
    sample: tuple[float, float] | None = None


def draw_marks(
    canvas: Canvas,
    frame: Frame,
    marks: Marks,
    grounds: Integers | None = None,
    colors: Sequence[Color] = (),
) -> None:
    """A cross with an open middle at the cursor, and a ring around the selected sample.

    `grounds` (height, width) are the numbers of the `colors` behind the cells of the area.
    """
    area, palette = frame.area, canvas.palette

    def put(column: int, row: int, glyph: str) -> None:
        if 0 <= column - area.left < area.width and 0 <= row - area.top < area.height:
            ground = None
            if grounds is not None:
                ground = colors[int(grounds[row - area.top, column - area.left])]
            color = palette.accent if ground is None else palette.contrast(ground)
            canvas.put(column, row, glyph, color, ground, bold=True)

    cursor = frame.cell(marks.cursor) if marks.cursor is not None else None
    if cursor is not None:
        for across, down, glyph in ((-1, 0, "─"), (1, 0, "─"), (0, -1, "│"), (0, 1, "│")):
            put(cursor[0] + across, cursor[1] + down, glyph)
    sample = frame.cell(marks.sample) if marks.sample is not None else None
    if sample is not None:
        for across, glyph in ((-1, "("), (0, "◉"), (1, ")")):
            put(sample[0] + across, sample[1], glyph)


def draw_note(canvas: Canvas, row: int, wordings: Sequence[str], column: int = 0) -> bool:
    """The first of the wordings that fits right of `column`; whether there was one."""
    text = next((text for text in wordings if len(text) <= canvas.width - column), "")
    if text:
        canvas.put(column, row, text, canvas.palette.text)
    return bool(text)
