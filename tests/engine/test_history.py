"""History grows, hands out views that stay true, and stays within its bound."""

from __future__ import annotations

import numpy as np
import pytest
from nnmath_engine.history import COLUMNS, History, Record


def record(epoch: int) -> Record:
    return Record(epoch, *(epoch + i / 100 for i in range(1, len(COLUMNS))))


def test_rows_come_back_by_name() -> None:
    history = History()
    for epoch in range(1000):
        history.append(record(epoch))
    view = history.view()
    assert len(view) == 1000
    np.testing.assert_array_equal(view.epoch, np.arange(1000))
    for i, name in enumerate(COLUMNS[1:], start=1):
        np.testing.assert_array_equal(view.column(name), np.arange(1000) + i / 100)
        np.testing.assert_array_equal(getattr(view, name), view.column(name))
    np.testing.assert_array_equal(view.objective, view.train_loss + view.penalty)
    assert view.last == record(999)


def test_a_view_is_read_only_and_never_changes() -> None:
    history = History()
    history.append(record(0))
    view = history.view()
    before = view.table.copy()
    for epoch in range(1, 2000):
        history.append(record(epoch))
    np.testing.assert_array_equal(view.table, before)
    with pytest.raises(ValueError, match="read-only"):
        view.epoch[0] = 3


def test_beyond_the_limit_the_past_thins_out_and_the_ends_stay() -> None:
    history = History(limit=1000)
    for epoch in range(20_000):
        history.append(record(epoch))
    epochs = history.view().epoch
    assert len(epochs) <= 1000
    assert epochs[0] == 0
    assert epochs[-1] == 19_999
    assert (np.diff(epochs) > 0).all()
    np.testing.assert_array_equal(np.diff(epochs[-200:]), 1)  # the recent past is whole
    gaps = np.diff(epochs)
    assert gaps[:50].mean() > 10 * gaps[-200:].mean()  # the distant past is sparse


def test_a_history_goes_on_from_a_saved_table() -> None:
    first = History()
    for epoch in range(300):
        first.append(record(epoch))
    second = History(first.view().table)
    for history in (first, second):
        history.append(record(300))
    np.testing.assert_array_equal(first.view().table, second.view().table)
