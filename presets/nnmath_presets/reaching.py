"""Whether and when a recorded training reached a goal that a history can tell."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from nnmath_engine.arrays import Array
from nnmath_engine.history import HistoryView

from nnmath_presets.metrics import RECORDED
from nnmath_presets.preset import Bound, Goal

_COLUMNS = {
    "train_accuracy": "train_score",
    "test_accuracy": "test_score",
    "train_r2": "train_score",
    "test_r2": "test_score",
}
"""The metrics that the history keeps under another name."""


def is_recorded(goal: Goal) -> bool:
    """Whether the history of a training is enough to tell if the goal is reached."""
    return goal.kind in ("metric", "faster") and all(b.metric in RECORDED for b in goal.bounds)


def values(history: HistoryView, metric: str) -> Array:
    """A metric after each recorded epoch."""
    if metric == "objective":
        return history.objective
    if metric == "overfit":
        lowest = np.fmin.accumulate(history.test_loss)
        with np.errstate(invalid="ignore", divide="ignore"):
            # Of two losses of 0 neither is larger.
            return np.where(history.test_loss == lowest, 1.0, history.test_loss / lowest)
    return history.column(_COLUMNS.get(metric, metric))


def reached(
    history: HistoryView, goal: Goal, planned: int | None = None, stopped: bool = False
) -> int | None:
    """The first epoch at which a recorded goal is met, None if it never is.

    Args:
        planned: how many epochs there are for it, unless it says so itself; None: no limit.
        stopped: whether early stopping has ended the run.
    """
    met = _hold(history, goal.bounds)
    end = goal.within_epochs if goal.within_epochs is not None else planned
    if end is not None:
        met &= history.epoch <= end
    if goal.hold_epochs > 1:
        met = _in_a_row(met, goal.hold_epochs)
    if goal.at_end:
        last = len(met) - 1
        is_over = stopped or (end is not None and history.epoch[last] >= end)
        if end is not None and history.epoch[last] > end:
            last = int(np.flatnonzero(history.epoch <= end)[-1])
        return int(history.epoch[last]) if is_over and met[last] else None
    found = np.flatnonzero(met)
    return int(history.epoch[found[0]]) if len(found) else None


def _hold(history: HistoryView, bounds: tuple[Bound, ...]) -> npt.NDArray[np.bool_]:
    """Where all bounds on recorded metrics hold; NaN lies in none."""
    met = np.ones(len(history), dtype=bool)
    for bound in bounds:
        if bound.metric in RECORDED:
            column = values(history, bound.metric)
            low = -np.inf if bound.at_least is None else bound.at_least
            high = np.inf if bound.at_most is None else bound.at_most
            met &= (column >= low) & (column <= high)
    return met


def _in_a_row(met: npt.NDArray[np.bool_], rows: int) -> npt.NDArray[np.bool_]:
    """Where the last `rows` rows are all true."""
    counts = np.concatenate([[0], np.cumsum(met)])
    full = np.zeros_like(met)
    if len(met) >= rows:
        full[rows - 1 :] = counts[rows:] - counts[:-rows] == rows
    return full
