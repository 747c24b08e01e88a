"""The loss pane: the losses by epoch, with a mark wherever a control was changed."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
from nnmath_engine.history import HistoryView
from nnmath_engine.snapshot import Snapshot
from rich.style import Style
from rich.text import Text
from textual.binding import Binding, BindingType
from textual.reactive import reactive
from textual.strip import Strip

from nnmath_tui.drawing.braille import ASCII_GLYPHS
from nnmath_tui.drawing.canvas import Canvas
from nnmath_tui.drawing.loss_plot import Series, draw_loss_plot
from nnmath_tui.drawing.numbers import short
from nnmath_tui.views.losses import Ghost, loss_marks, loss_series
from nnmath_tui.widgets.pane import Pane

_TITLE_MARGIN = 4
"""Cells beside a title in the border, which Textual does not write on."""


class LossPane(Pane):
    """The curves; their names and last values stand in the border."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("l", "scale", "log/linear", id="loss-scale", tooltip="Logarithmic or linear axis"),
    ]

    log_scale: reactive[bool] = reactive(True, repaint=False)
    """Whether the loss axis is logarithmic."""

    ghosts: reactive[tuple[Ghost, ...]] = reactive[tuple[Ghost, ...]]((), repaint=False)

    ahead: reactive[HistoryView | None] = reactive[HistoryView | None](None, repaint=False)

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._series: tuple[Series, ...] = ()

    def draw(self, width: int, height: int) -> list[Strip]:
        snapshot = self.snapshot
        if snapshot is None:
            self._series = ()
            return Canvas(width, height, self.palette).strips()
        self._series = loss_series(snapshot, self.palette)
        return draw_loss_plot(
            self._series,
            width,
            height,
            self.palette,
            log_y=self.log_scale,
            marks=loss_marks(snapshot),
            legend=False,
        )

    def describe(self) -> None:
        lines = [Text("Loss"), Text("log" if self.log_scale else "linear")]
        diverged = self._diverged()
        if diverged:
            lines[1] = Text(diverged, Style(color=self.palette.bad, bold=True))
        for number, one in reversed(list(enumerate(self._series))):
            finite = one.y[np.isfinite(one.y)]
            if not len(finite):
                continue
            value = short(float(finite[-1]), 7, digits=3, ascii=self.palette.ascii)
            sample = "━" if self.palette.mode != "mono" or number == 0 else "┅"
            sample = ASCII_GLYPHS[number % len(ASCII_GLYPHS)] if self.palette.ascii else sample
            words = f" {one.label} {value}"
            # Above, or below, or not at all: a number is never cut.
            for line in lines:
                if len(line) + 2 + len(words) <= self.size.width - _TITLE_MARGIN:
                    line.append(f" {sample}", Style(color=one.color, bold=True)).append(words)
                    break
        self.caption(*lines)

    def action_scale(self) -> None:
        """Change between a logarithmic and a linear axis."""
        self.log_scale = not self.log_scale

    def watch_snapshot(self, before: Snapshot | None, now: Snapshot | None) -> None:
        if before is None or now is None or not _same_curves(before, now):
            super().watch_snapshot(before, now)

    def watch_log_scale(self) -> None:
        self.redraw()

    def _diverged(self) -> str | None:
        snapshot = self.snapshot
        if snapshot is None or snapshot.status != "diverged":
            return None
        return f"diverged in epoch {snapshot.epoch + 1}"


def _same_curves(before: Snapshot, now: Snapshot) -> bool:
    """Whether two snapshots of one epoch have nothing to tell apart in the plot.

    The last row of a history holds the losses of its epoch, so it tells a reset from a batch.
    """
    return (
        len(before.history) == len(now.history)
        and before.marks == now.marks
        and before.status == now.status
        and np.array_equal(before.history.table[:, -1], now.history.table[:, -1], equal_nan=True)
    )
