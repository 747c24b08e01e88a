"""Whether and when a recorded training reached a goal that a metric measures."""

from __future__ import annotations

import numpy as np
from nnmath_engine.arrays import Array
from nnmath_engine.history import COLUMNS, HistoryView

from nnmath_presets.preset import Goal

_COLUMNS = {
    "train_accuracy": "train_score",
    "test_accuracy": "test_score",
    "train_r2": "train_score",
    "test_r2": "test_score",
}
"""The metrics that the history keeps under another name."""


def is_recorded(goal: Goal) -> bool:
    """Whether the history of a training is enough to tell if the goal is reached."""
    if goal.kind != "metric":
        return False
    return goal.metric == "objective" or _COLUMNS.get(goal.metric, goal.metric) in COLUMNS


def values(history: HistoryView, goal: Goal) -> Array:
    """The goal's metric after each recorded epoch that is in time for the goal."""
    if goal.metric == "objective":
        column = history.objective
    else:
        column = history.column(_COLUMNS.get(goal.metric, goal.metric))
    if goal.within_epochs is None:
        return column
    return column[history.epoch <= goal.within_epochs]


def reached(history: HistoryView, goal: Goal) -> int | None:
    """The first epoch at which the goal is met, None if it never is."""
    metric = values(history, goal)
    low = -np.inf if goal.at_least is None else goal.at_least
    high = np.inf if goal.at_most is None else goal.at_most
    met = np.flatnonzero((metric >= low) & (metric <= high))
    return int(history.epoch[met[0]]) if len(met) else None
