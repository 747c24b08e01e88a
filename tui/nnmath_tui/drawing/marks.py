"""Marks on a chart of epochs: where a control was changed, what is pointed at, what ends where."""

from __future__ import annotations

import re
import textwrap
from collections.abc import Iterable, Iterator, Sequence

import numpy as np

from nnmath_tui.drawing import scales
from nnmath_tui.drawing.axes import Area
from nnmath_tui.drawing.canvas import Canvas
from nnmath_tui.drawing.looks import Look
from nnmath_tui.drawing.numbers import ELISION, count
from nnmath_tui.drawing.palette import Color

_TEXT_ROWS = 3
_CHANGE = re.compile(r"([^:,]+): ([^,]+) → ([^,]+)")
_FREE = " ┆|"
"""What a text may cover: nothing, and the dotted lines of other marks."""
_BESIDE = _FREE + "│"
"""What it may stand beside."""

MarkPlaces = Sequence[tuple[float, tuple[str, ...]]]
"""Where marks are, from 0 to 1, and what they say: the first text that fits is shown."""


def mark_places(
    marks: Sequence[tuple[float, str]], x_scale: scales.Scale, log_x: bool
) -> list[tuple[float, tuple[str, ...]]]:
    """The marks that lie on the axis, their epochs turned into places 0..1.

    "Optimizer: sgd → adam" is told with its epoch, without it, or in short.
    """
    epochs, numbers = scales.finite_pairs(
        np.array([epoch for epoch, _ in marks], dtype=np.float64), np.arange(float(len(marks)))
    )
    x = scales.count_exponents(epochs) if log_x else epochs
    inside = (x >= x_scale.low) & (x <= x_scale.high)
    found = []
    for place, epoch, number in zip(
        x_scale.place(x[inside]).tolist(),
        epochs[inside].tolist(),
        numbers[inside].astype(np.intp).tolist(),
        strict=True,
    ):
        text = marks[number][1]
        found.append((place, (f"{text} @ {count(round(epoch))}", text, *_in_short(text))))
    return found


def _in_short(text: str) -> Iterator[str]:
    """Of "Optimizer: sgd → adam, L2: 0 → 0.001", "sgd → adam, L2 0.001"."""
    changes = [_CHANGE.fullmatch(part) for part in text.split(", ")]
    if None not in changes:
        yield ", ".join(
            f"{name} {after}" if before[:1].isdigit() else f"{before} → {after}"
            for name, before, after in (change.groups() for change in changes if change)
        )


def draw_marks(canvas: Canvas, area: Area, marks: MarkPlaces) -> None:
    """A dotted line down the chart at each place 0..1; draw it before what stands out."""
    for column in {area.column(place) for place, _ in marks}:
        for row in range(area.top, area.top + area.height):
            canvas.put(column, row, "┆", canvas.palette.faint)


def draw_upright(
    canvas: Canvas, area: Area, place: float, color: Color, foot: bool = False
) -> None:
    """A line down the chart, with a `foot` on the axis where there is one."""
    column = area.column(place)
    for row in range(area.top, area.top + area.height):
        canvas.put(column, row, "│", color)
    below = area.top + area.height
    if foot and canvas.height - below >= 2:
        canvas.put(column, below, "^" if canvas.palette.ascii else "▲", color)


def draw_mark_texts(canvas: Canvas, area: Area, marks: MarkPlaces) -> None:
    """Each text beside its line, in the first rows, where it covers neither curve nor text."""
    rows = canvas.lines()[: area.top + min(_TEXT_ROWS, area.height)]
    # Of marks in one column the latest is told: it is what holds from there on.
    latest = {area.column(place): texts for place, texts in marks}
    for column, texts in latest.items():
        spots = (
            (row, start, text)
            for text in texts
            for row in range(area.top, len(rows))
            for start in (column + 1, column - len(text))
        )
        _write_at_first_free(canvas, area, rows, spots, canvas.palette.muted)


def draw_over(canvas: Canvas, area: Area, marks: MarkPlaces, text: str) -> None:
    """A text beside its line whatever is there, on as few of the first lines as can hold it."""
    for place, _ in marks if text else ():
        column = area.column(place)
        right, left = area.left + area.width - column - 1, column - area.left
        room = max(right, left)
        lines = textwrap.wrap(
            text,
            max(1, room),
            max_lines=min(_TEXT_ROWS, area.height),
            placeholder=ELISION,
            break_long_words=False,
        )
        for row, line in enumerate(lines, start=area.top):
            if len(line) <= room:
                start = column + 1 if right >= left else column - len(line)
                canvas.put(start, row, line, canvas.palette.text, bold=True)


def draw_end_names(
    canvas: Canvas, area: Area, ends: Iterable[tuple[float, float, str, Look]]
) -> None:
    """The name of a curve near its last point (x, y in 0..1), where it covers nothing.

    Several curves of one name are named once.
    """
    rows, named = canvas.lines(), set[str]()
    for x, y, name, look in ends:
        if name in named:
            continue
        text = f"{look.glyph} {name}" if look.all_glyphs else name
        column, row = area.column(x), area.row(y)
        last = min(column + 1, area.left + area.width) - len(text)
        spots = (
            (row + down, start, text)
            for down in (-1, 1, -2, 2)
            for start in (last, column + 2, last - len(text) // 2)
            if area.top <= row + down < area.top + area.height
        )
        if _write_at_first_free(canvas, area, rows, spots, canvas.palette.muted):
            named.add(name)


def _write_at_first_free(
    canvas: Canvas,
    area: Area,
    rows: list[str],
    spots: Iterable[tuple[int, int, str]],
    color: Color,
) -> bool:
    """Write at the first (row, column, text) where the text and a cell around it fit."""
    for row, start, text in spots:
        line, end = rows[row], start + len(text)
        inside = area.left <= start and end <= area.left + area.width
        around = line[max(area.left, start - 1) : end + 1].strip(_BESIDE)
        if inside and text and not around and not line[start:end].strip(_FREE):
            canvas.put(start, row, text, color)
            rows[row] = line[:start] + text + line[end:]
            return True
    return False
