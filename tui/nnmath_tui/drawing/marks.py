"""Marks on a chart of epochs: where a control was changed, and what it was changed to."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from nnmath_tui.drawing import scales
from nnmath_tui.drawing.axes import Area
from nnmath_tui.drawing.canvas import Canvas

_TEXT_ROWS = 3
_FREE = " ┆|"
"""What a text may cover: nothing, and the dotted lines of other marks."""


def mark_places(
    marks: Sequence[tuple[float, str]], x_scale: scales.Scale, log_x: bool
) -> list[tuple[float, str]]:
    """The marks that lie on the axis, their epochs turned into places 0..1."""
    epochs, texts = scales.finite_pairs(
        np.array([epoch for epoch, _ in marks], dtype=np.float64), np.arange(float(len(marks)))
    )
    x = scales.count_exponents(epochs) if log_x else epochs
    inside = (x >= x_scale.low) & (x <= x_scale.high)
    numbers = texts[inside].astype(np.intp).tolist()
    places = x_scale.place(x[inside]).tolist()
    return [(place, marks[number][1]) for place, number in zip(places, numbers, strict=True)]


def draw_marks(canvas: Canvas, area: Area, marks: Sequence[tuple[float, str]]) -> None:
    """A dotted line down the chart at each place 0..1; draw it before the curves."""
    for place, _ in marks:
        for row in range(area.top, area.top + area.height):
            canvas.put(area.column(place), row, "┆", canvas.palette.faint)


def draw_mark_texts(canvas: Canvas, area: Area, marks: Sequence[tuple[float, str]]) -> None:
    """Each text beside its line, in the first rows, where it covers neither curve nor text."""
    rows = canvas.lines()[: area.top + min(_TEXT_ROWS, area.height)]
    for place, text in marks:
        column = area.column(place)
        spots = (
            (row, start)
            for row in range(area.top, len(rows))
            for start in (column + 1, column - len(text))
            if area.left <= start and start + len(text) <= area.left + area.width
        )
        for row, start in spots:
            line, end = rows[row], start + len(text)
            if line[start - 1 : end + 1].strip(_FREE) == "":
                canvas.put(start, row, text, canvas.palette.muted)
                rows[row] = line[:start] + text + line[end:]
                break
