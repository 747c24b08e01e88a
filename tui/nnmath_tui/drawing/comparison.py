"""Two runs side by side: what differs in their settings, how well they did, and their curves."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.strip import Strip

from nnmath_tui.drawing.canvas import Canvas
from nnmath_tui.drawing.loss_plot import Series, draw_loss_plot
from nnmath_tui.drawing.palette import Palette

_WIDE = 100
"""Cells from which on the curves stand beside the numbers, not below."""
_LEAST_PLOT = 8


@dataclass(frozen=True, slots=True)
class Line:
    """A label and a value of each run; `better` is the side whose value is the better one."""

    label: str
    first: str
    second: str
    better: int | None = None
    heading: bool = False


def draw_comparison(
    lines: Sequence[Line], series: Sequence[Series], width: int, height: int, palette: Palette
) -> list[Strip]:
    """The lines as a table and the curves, as `height` strips of `width` cells."""
    if width >= _WIDE:
        left = max(_table_width(lines), min(width // 2, 60))
        table = _table(lines, left, height, palette)
        plot = draw_loss_plot(series, width - left, height, palette, log_y=True)
        return [Strip.join([one, other]) for one, other in zip(table, plot, strict=True)]
    rows = min(len(lines), max(1, height - _LEAST_PLOT))
    below = height - rows
    strips = _table(lines, width, rows, palette)
    if below > 0:
        strips += draw_loss_plot(series, width, below, palette, log_y=True)
    return strips


def _table_width(lines: Sequence[Line]) -> int:
    values = max((len(text) for line in lines for text in (line.first, line.second)), default=0)
    return 4 + max((len(line.label) for line in lines), default=0) + 2 * (values + 2)


def _table(lines: Sequence[Line], width: int, height: int, palette: Palette) -> list[Strip]:
    canvas = Canvas(width, height, palette)
    shown = list(lines[:height])
    if len(lines) > height:
        hidden = len(lines) - height + 1
        shown[-1] = Line(f"… and {hidden} more", "", "")
    label = min(max((len(line.label) for line in shown), default=0), width // 3)
    room = max(1, (width - label - 6) // 2)
    for y, line in enumerate(shown):
        canvas.put(1, y, _elided(line.label, label), palette.muted)
        for side, text in enumerate((line.first, line.second)):
            x = 3 + label + side * (room + 2)
            better = line.better == side
            color = palette.good if better else palette.text
            if line.heading:
                color = palette.category(side)
            words = _elided(text + (" ◂" if better else ""), room)
            canvas.put(x, y, words, color, bold=line.heading or better)
    return canvas.strips()


def _elided(text: str, width: int) -> str:
    if len(text) <= width:
        return text
    return text[: max(0, width - 1)] + "…" if width > 0 else ""
