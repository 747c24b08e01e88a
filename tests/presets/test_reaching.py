"""When a recorded training reached a goal."""

from __future__ import annotations

import numpy as np
import pytest
from nnmath_engine.history import COLUMNS, HistoryView
from nnmath_presets.preset import Bound, Goal
from nnmath_presets.reaching import is_recorded, reached, values


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


def test_bounds_hold_at_the_same_epoch() -> None:
    late = Goal(
        say="",
        metric="train_loss",
        at_most=0.9,
        also=(Bound(metric="test_accuracy", at_least=0.9, at_most=0.95),),
    )
    assert reached(RECORDED, late) == 4


def test_at_the_end_means_the_last_epoch_that_counts() -> None:
    loss = Goal(say="", metric="train_loss", at_most=0.5, at_end=True)
    assert reached(RECORDED, loss, planned=5) is None
    assert reached(RECORDED, loss, planned=4) == 4
    assert reached(RECORDED, loss, planned=3) == 2
    assert reached(RECORDED, loss, planned=0) is None
    assert reached(RECORDED, loss, planned=9, stopped=True) == 4
    score = Goal(say="", metric="test_accuracy", at_least=0.95, at_end=True, within_epochs=4)
    assert reached(RECORDED, score, planned=9) is None


def test_to_hold_is_to_hold_in_a_row() -> None:
    wavy = history(epoch=[0, 1, 2, 3, 4, 5], train_loss=[0.1, 0.9, 0.1, 0.1, 0.1, 0.9])
    for rows, epoch in ((1, 0), (2, 3), (3, 4), (4, None)):
        goal = Goal(say="", metric="train_loss", at_most=0.5, hold_epochs=rows)
        assert reached(wavy, goal) == epoch
    ending = Goal(say="", metric="train_loss", at_most=0.5, hold_epochs=3, at_end=True)
    assert reached(wavy, ending, planned=4) == 4
    assert reached(wavy, ending, planned=3) is None
    assert reached(history(epoch=[0], train_loss=[0.1]), ending, planned=0) is None


def test_overfit_is_the_test_loss_over_its_lowest_so_far() -> None:
    rows = history(epoch=[0, 1, 2, 3], test_loss=[2.0, 1.0, 3.0, 0.5])
    assert values(rows, "overfit").tolist() == [1.0, 1.0, 3.0, 1.0]
    assert values(history(epoch=[0, 1], test_loss=[0.0, 0.0]), "overfit").tolist() == [1.0, 1.0]
    assert np.isnan(values(history(epoch=[0], test_loss=[float("nan")]), "overfit")).all()


def test_some_goals_need_more_than_a_history() -> None:
    assert not is_recorded(Goal(say="", metric="margin", at_least=0.1))
    assert not is_recorded(Goal(say="", kind="answer", answer=1.0))
