"""The epochs of a history, and of what is ahead of it, as a cursor walks through them."""

from __future__ import annotations

import numpy as np
from nnmath_engine.arrays import Array
from nnmath_engine.history import HistoryView

from nnmath_tui.views.losses import MOST_ROWS, Curve


class Moments:
    """Rows of `history` and, after its last epoch, of `ahead`, counted through from 0.

    A long history has lost some of its epochs; what is asked for is then the nearest one kept. Of
    several rows of one epoch the last one counts.
    """

    def __init__(self, history: HistoryView, ahead: HistoryView | None = None) -> None:
        self._history, self._ahead = history, ahead
        self.present = int(history.epoch[-1])
        self.epochs: Array = history.epoch
        self._skipped = 0
        if ahead is not None:
            self._skipped = int(ahead.epoch.searchsorted(history.epoch[-1], side="right"))
            self.epochs = np.concatenate([history.epoch, ahead.epoch[self._skipped :]])

    def nearest(self, epoch: float) -> tuple[int, int]:
        """The epoch that is nearest, and its row."""
        after = min(int(self.epochs.searchsorted(epoch)), len(self.epochs) - 1)
        before = max(0, after - 1)
        is_before = epoch - self.epochs[before] < self.epochs[after] - epoch
        found = float(self.epochs[before if is_before else after])
        return int(found), int(self.epochs.searchsorted(found, side="right")) - 1

    def beside(self, epoch: float, direction: int) -> int:
        """The next epoch, or with `direction` -1 the one before; at the end, the last."""
        if direction > 0:
            row = int(self.epochs.searchsorted(epoch, side="right"))
        else:
            row = int(self.epochs.searchsorted(epoch)) - 1
        return int(self.epochs[min(max(row, 0), len(self.epochs) - 1)])

    def value(self, curve: Curve, row: int) -> float:
        """The curve's value in a row."""
        if row < len(self._history) or self._ahead is None:
            return curve.at(self._history, row)
        return curve.at(self._ahead, row - len(self._history) + self._skipped)

    def value_at(self, curve: Curve, epoch: float) -> float:
        """The curve's value at the epoch nearest to this one; NaN outside the history."""
        if not self.epochs[0] <= epoch <= self.epochs[-1]:
            return float("nan")
        return self.value(curve, self.nearest(epoch)[1])

    def last(self, curve: Curve) -> float:
        """The curve's newest value that is a number, of late."""
        values = curve.values(HistoryView(self._history.table[:, -MOST_ROWS:]))
        finite = np.flatnonzero(np.isfinite(values))
        return float(values[finite[-1]]) if len(finite) else float("nan")

    def penalty(self, row: int | None) -> float:
        """The penalty in a row, or in the newest one of the history."""
        penalty = Curve("penalty", lambda history: history.penalty, None, 0)
        return self.value(penalty, len(self._history) - 1 if row is None else row)
