"""When a recorded training reached a goal."""

from __future__ import annotations

import numpy as np
import pytest
from nnmath_engine.history import COLUMNS, HistoryView
from nnmath_presets.preset import Goal
from nnmath_presets.reaching import is_recorded, reached


def history(**columns: list[float]) -> HistoryView:
    rows = len(columns["epoch"])
    return HistoryView(np.array([columns.get(name, [0.0] * rows) for name in COLUMNS]))


RECORDED = history(
    epoch=[0, 1, 2, 4],  # a long history leaves epochs out
    train_loss=[0.9, 0.5, 0.2, 0.1],
    penalty=[0.0, 0.1, 0.2, 0.3],
    test_score=[0.4, float("nan"), 0.96, 0.9],
)


@pytest.mark.parametrize(
    ("goal", "epoch"),
    [
        (Goal(say="", metric="test_accuracy", at_least=0.95), 2),
        (Goal(say="", metric="test_accuracy", at_least=0.97), None),
        (Goal(say="", metric="train_loss", at_most=0.1), 4),
        (Goal(say="", metric="train_loss", at_most=0.1, within_epochs=3), None),
        (Goal(say="", metric="train_loss", at_most=0.1, within_epochs=4), 4),
        (Goal(say="", metric="objective", at_most=0.45), 2),
        (Goal(say="", metric="train_loss", at_least=0.3, at_most=0.6), 1),
    ],
)
def test_the_first_epoch_within_the_bounds_and_in_time(goal: Goal, epoch: int | None) -> None:
    assert is_recorded(goal)
    assert reached(RECORDED, goal) == epoch


def test_some_goals_need_more_than_a_history() -> None:
    assert not is_recorded(Goal(say="", metric="margin", at_least=0.1))
    assert not is_recorded(Goal(say="", kind="answer", answer=1.0))
