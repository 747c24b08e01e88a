"""The loss in one line, for screens that have no room for its curve."""

from __future__ import annotations

import numpy as np
from textual.strip import Strip

from nnmath_tui.drawing.canvas import Canvas
from nnmath_tui.drawing.numbers import short
from nnmath_tui.drawing.sparkline import sparkline
from nnmath_tui.views.losses import thinned
from nnmath_tui.widgets.pane import Pane

SMALLEST = 1e-300


class LossSpark(Pane, can_focus=False):
    """The train loss on a log scale, from the first epoch to the last."""

    def describe(self) -> None:
        if self.snapshot is None:
            self.caption("Loss")
            return
        loss = self.snapshot.history.last.train_loss
        now = "?" if loss != loss else short(loss, 8, digits=3, ascii=self.palette.ascii)
        self.caption("Loss", f"log, now {now}")

    def draw(self, width: int, height: int) -> list[Strip]:
        canvas = Canvas(width, height, self.palette)
        if self.snapshot is not None:
            history = self.snapshot.history
            losses = np.nan_to_num(thinned(history, history.train_loss)[1], nan=np.inf)
            logs = np.log10(np.maximum(losses, SMALLEST))
            canvas.put(0, 0, sparkline(logs, width, self.palette), fg=self.palette.accent)
        return canvas.strips()
