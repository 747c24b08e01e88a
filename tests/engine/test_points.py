"""Points given one by one: as data, and as changes that leave a network its weights."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from nnmath_engine import checkpoint, limits
from nnmath_engine.dataset import DataError, build_dataset
from nnmath_engine.experiment import Experiment
from nnmath_engine.points import points_ranges
from nnmath_engine.session import Session

FOUR = ((0.5, 0.5, 1), (-0.5, -0.5, 1), (0.5, -0.5, 0), (-0.5, 0.5, 0))
BASE: dict[str, Any] = {
    "data.source": "points",
    "data.points": FOUR,
    "data.test_fraction": 0.0,
    "network.hidden": (3,),
    "training.batch_size": 2,
}


def session(**changes: Any) -> Session:
    return Session(Experiment.from_values(BASE | changes))


def test_points_are_rows_in_some_order() -> None:
    data = session().dataset
    assert (data.task, data.raw_names, data.classes) == ("classification", ("x1", "x2"), ("0", "1"))
    rows = np.column_stack([data.train.raw, data.train.y])
    assert {tuple(row) for row in rows.tolist()} == {tuple(map(float, point)) for point in FOUR}
    assert [end.tolist() for end in data.ranges] == [[-1, -1], [1, 1]]


@pytest.mark.parametrize(
    ("points", "task", "classes"),
    [
        ([[0, 0, 0]], "auto", ("0", "1")),
        ([[0, 0, 2]], "auto", ("0", "1", "2")),
        ([[0, 0, 0.5]], "auto", ()),
        ([[0, 0, 12]], "auto", ()),
        ([[0, 0, 1]], "regression", ()),
    ],
)
def test_classes_are_digits_and_other_numbers_are_numbers(
    points: Any, task: str, classes: tuple[str, ...]
) -> None:
    spec = Experiment.from_values(BASE | {"data.points": points, "data.task": task}).data
    assert build_dataset(spec, "auto").classes == classes


@pytest.mark.parametrize(
    ("points", "task", "words"),
    [
        ([], "auto", "data.points: there are none; allowed: rows such as [0.5, -0.2, 1]"),
        (
            [[0, 0, 1], [1, 2]],
            "auto",
            "point 2 must be three numbers, x1, x2 and y, not [1.0, 2.0]",
        ),
        ([[1, [2, 3], 4]], "auto", "point 1 must be three numbers"),
        ([[0, 0, 1e60]], "auto", "point 1 must be three numbers"),
        (
            [[0, 0, 1], [0, 0, 1.5]],
            "classification",
            "point 2 has the class 1.5; allowed: a whole number from 0 to 9",
        ),
    ],
)
def test_what_is_no_point_is_named(points: Any, task: str, words: str) -> None:
    values = BASE | {"data.points": points, "data.task": task}
    try:
        spec = Experiment.from_values(values).data
    except ValueError:
        assert "[2, 3]" in repr(points)  # deeper than any setting may be
        return
    with pytest.raises(DataError) as error:
        build_dataset(spec, "auto")
    assert words in str(error.value)


def test_there_is_a_limit() -> None:
    with pytest.raises(DataError, match="there are 2,001; at most 2,000 are allowed"):
        session(**{"data.points": [[0, 0, 1]] * (limits.POINTS + 1)})


def test_a_plane_to_draw_on_stands_still() -> None:
    low, high = points_ranges(np.array([[0.2, 5.0]]))
    assert (low.tolist(), high.tolist()) == ([-1, 0], [1, 5])
    low, high = points_ranges(np.array([[-1.5, -3.0], [0.0, -4.0]]))
    assert (low.tolist(), high.tolist()) == ([-1.5, -4], [1, 0])


def weights(s: Session) -> list[Any]:
    return [array.copy() for array in s.parameters.arrays()]


@pytest.mark.parametrize("amid", [False, True])
def test_training_goes_on_from_its_weights_when_points_come_and_go(amid: bool) -> None:
    s = session()
    for _ in range(3):
        s.step("epoch")
    if amid:
        s.step("batch")
    before = weights(s)
    more = (*FOUR, (0.9, 0.9, 0.0))
    assert s.resetting({"data.points": more}) == ()
    s.apply({"data.points": more})
    assert (s.epoch, len(s.dataset.train)) == (3, 5)
    for one, other in zip(before, s.parameters.arrays(), strict=True):
        np.testing.assert_array_equal(one, other)
    shot = s.snapshot()
    assert shot.marks[-1].text == "5 rows to train on, others than before"
    # The new row is the loss of the same weights on the new rows.
    tape = shot.forward(s.dataset.train.X)
    expected = shot.loss.per_sample(tape.scored(shot.loss), s.dataset.train.Y).mean()
    assert shot.history.last.train_loss == pytest.approx(expected, rel=1e-12)
    assert shot.history.last.epoch == 3
    s.run(60, until=6)
    assert s.epoch == 6


def test_another_class_starts_afresh_and_so_does_other_data() -> None:
    s = session()
    s.step("epoch")
    assert s.resetting({"data.points": (*FOUR, (0.1, 0.1, 2))}) == ("data.points",)
    assert "data.source" in s.resetting({"data.source": "sine"})
    assert s.resetting({"data.source": "circle"}) == ()  # as undoing the first point does
    s.apply({"data.points": (*FOUR, (0.1, 0.1, 2))})
    assert (s.epoch, s.snapshot().layer_sizes) == (0, (2, 3, 3))


def test_drawing_on_made_data_keeps_the_weights() -> None:
    s = Session(Experiment.from_values({"data.source": "circle", "data.samples": 40}))
    s.step("epoch")
    before = weights(s)
    rows = np.column_stack([s.dataset.train.raw, s.dataset.train.y]).tolist()
    s.apply({"data.source": "points", "data.points": rows, "data.test_fraction": 0.0})
    for one, other in zip(before, s.parameters.arrays(), strict=True):
        np.testing.assert_array_equal(one, other)
    assert len(s.dataset.train) == 20


def test_time_goes_back_to_the_rows_of_then() -> None:
    s = session()
    losses = {0: s.snapshot().history.last.train_loss}
    for epoch in range(1, 8):
        if epoch == 4:
            s.apply({"data.points": (*FOUR, (0.9, 0.9, 0.0))})
        if epoch == 6:
            s.apply({"data.points": FOUR[:3]})
        s.step("epoch")
        losses[epoch] = s.snapshot().history.last.train_loss
    rows = {0: 4, 3: 4, 4: 5, 5: 5, 6: 3, 7: 3}
    for epoch in (5, 3, 7, 4, 0, 6):
        s.rewind(epoch)
        assert len(s.dataset.train) == rows[epoch]
        last = s.snapshot().history.last
        assert (last.epoch, last.train_loss) == (epoch, losses[epoch])
    s.rewind(4)
    s.step("epoch")
    assert s.snapshot().history.last.train_loss == losses[5]


def test_points_are_kept_with_a_checkpoint(tmp_path: Any) -> None:
    s = session()
    s.step("epoch")
    s.apply({"data.points": (*FOUR, (0.123456, -1e-6, 0.0))})
    s.step("batch")
    checkpoint.save(tmp_path / "a.npz", s)
    other = checkpoint.resume(tmp_path / "a.npz")
    assert other.experiment == s.experiment
    for one in (s, other):
        one.run(60, until=5)
    for a, b in zip(s.parameters.arrays(), other.parameters.arrays(), strict=True):
        np.testing.assert_array_equal(a, b)
