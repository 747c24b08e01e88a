"""A session goes back to any earlier epoch, to the very numbers of then."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nnmath_engine import limits
from nnmath_engine import session as session_module
from nnmath_engine.experiment import Experiment
from nnmath_engine.session import Session
from nnmath_engine.snapshot import Snapshot
from nnmath_engine.timeline import GivenUp, Timeline
from nnmath_engine.training import Training

SMALL = {
    "data.source": "circle",
    "data.samples": 46,
    "network.hidden": (4, 3),
    "network.dropout": 0.2,
    "training.batch_size": 10,
    "training.optimizer": "adam",
}
CHANGES: list[dict[str, Any]] = [
    {"training.optimizer": "momentum"},
    {"training.learning_rate": 0.3, "training.l1": 0.01},
    {"training.batch_size": 4},
    {"network.activation": "relu"},
    {"training.schedule": "plateau", "training.schedule_options": {"patience": 0}},
]


def start(**values: Any) -> Session:
    return Session(Experiment.from_values({**SMALL, **values}))


def assert_equal(a: Snapshot, b: Snapshot) -> None:
    for ours, theirs in (
        (a.parameters, b.parameters),
        (a.gradients, b.gradients),
        (a.before, b.before),
        *zip(a.slots.values(), b.slots.values(), strict=True),
    ):
        for x, y in zip(ours.arrays(), theirs.arrays(), strict=True):
            np.testing.assert_array_equal(x, y)
    assert (a.epoch, a.step, a.experiment, a.marks) == (b.epoch, b.step, b.experiment, b.marks)
    np.testing.assert_array_equal(a.history.table, b.history.table)


@pytest.fixture(autouse=True)
def few_keyframes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_module, "CHUNKS_A_KEYFRAME", 3)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.sampled_from([*CHANGES, "epoch", "batch", "run"]), min_size=1, max_size=14))
def test_every_epoch_of_any_way_here_comes_back(moves: list[Any]) -> None:
    s = start()
    pictures = {0: s.snapshot()}
    for move in moves:
        if isinstance(move, dict):
            s.apply(move)
        elif move == "run":
            for _ in range(4):
                epoch = s.epoch
                s.run(60, until=epoch + 1)
                pictures[s.epoch] = s.snapshot()
        else:
            s.step(move)
        if s.snapshot().batch == 0:
            pictures.setdefault(s.epoch, s.snapshot())
    here = s.snapshot()
    assert s.span == (0, s.epoch)
    for epoch in [*pictures, *reversed(pictures)]:
        assert_equal(s.recall(epoch), pictures[epoch])
    assert_equal(s.snapshot(), here)
    for epoch in pictures:
        s.rewind(epoch)
        assert_equal(s.snapshot(), pictures[epoch])
    assert s.span == (0, here.epoch)


def test_training_on_from_an_earlier_epoch_gives_the_same_numbers_again() -> None:
    s = start()
    s.run(60, until=30)
    there = s.snapshot()
    s.rewind(11)
    assert s.span == (0, 30)
    s.run(60, until=30)
    assert_equal(s.snapshot(), there)


def test_another_way_on_makes_another_future_and_forgets_the_old_one() -> None:
    s = start()
    s.run(60, until=30)
    s.rewind(10)
    s.apply({"training.learning_rate": 0.5})
    assert s.span == (0, 10)
    s.run(60, until=12)
    twelve = s.snapshot()
    with pytest.raises(ValueError, match="epoch 30 is not between 0 and 12"):
        s.rewind(30)
    s.rewind(10)
    assert s.experiment.training.learning_rate != 0.5  # as it was before the change
    s.rewind(12)
    assert_equal(s.snapshot(), twelve)


def test_a_branch_shares_the_past_and_not_the_future() -> None:
    s = start()
    s.run(60, until=20)
    s.rewind(8)
    other = s.branch()
    other.apply({"training.optimizer": "sgd"})
    other.run(60, until=20)
    assert s.span == (0, 20)
    s.rewind(20)
    for at in range(9):
        assert_equal(s.recall(at), other.recall(at))
    with np.testing.assert_raises(AssertionError):
        np.testing.assert_array_equal(s.parameters.weights[0], other.parameters.weights[0])


def test_what_diverged_can_be_taken_back() -> None:
    s = start(**{"data.source": "line", "training.optimizer": "sgd", "training.loss": "mse"})
    s.run(60, until=5)
    five = s.snapshot()
    s.apply({"training.learning_rate": 1e9})
    s.run(60, until=1000)
    assert s.snapshot().status == "diverged"
    s.rewind(5)
    assert s.snapshot().status == "ready"
    assert_equal(s.snapshot(), five)


def test_a_new_shape_starts_a_new_timeline() -> None:
    s = start()
    s.run(60, until=5)
    s.apply({"network.hidden": (2,)})
    assert s.span == (0, 0)
    s.run(60, until=3)
    s.reset()
    assert s.span == (0, 0)


def test_a_resumed_session_goes_back_no_farther_than_it_came_from() -> None:
    first = start()
    first.run(60, until=5)
    first.step("batch")
    s = Session(first.experiment, state=first.state())
    s.run(60, until=9)
    assert s.span == (6, 9)
    with pytest.raises(ValueError, match="between 6 and 9"):
        s.recall(5)


def test_memory_is_bounded_and_distant_epochs_are_still_exact() -> None:
    s = start()
    s._timeline = Timeline(s._training, most_bytes=50_000)
    pictures = {}
    for epoch in range(1, 200):
        s.run(60, until=epoch)
        pictures[epoch] = s.snapshot()
    kept = s._timeline._keyframes
    assert sum(keyframe.bytes for keyframe in kept) <= 50_000
    epochs = [keyframe.state.epoch for keyframe in kept]
    gaps = np.diff(epochs)
    assert epochs[0] == 0
    assert gaps[0] > 2 * gaps[-1]  # the distant past is sparser
    for epoch in (1, 17, 100, 199):
        assert_equal(s.recall(epoch), pictures[epoch])


def test_who_shares_a_machine_keeps_less_and_the_past_is_still_exact(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(limits, "KEPT_BYTES", limits.KEPT_BYTES)
    limits.keep_at_most(40_000)
    s = start()
    pictures = {}
    for epoch in range(1, 1200):
        s.run(60, until=epoch)
        if epoch in (1, 500, 1199):
            pictures[epoch] = s.snapshot()
    assert sum(keyframe.bytes for keyframe in s._timeline._keyframes) <= 40_000
    assert s.snapshot().history.table.nbytes <= 40_000
    assert s.snapshot().history.epoch[-1] == 1199
    for epoch, picture in pictures.items():
        recalled = s.recall(epoch)
        np.testing.assert_array_equal(recalled.parameters.weights[0], picture.parameters.weights[0])


def test_not_even_two_keyframes_fit() -> None:
    s = start()
    s._timeline = Timeline(s._training, most_bytes=1)
    s.run(60, until=40)
    forty = s.snapshot()
    s.rewind(3)
    s.rewind(40)
    assert_equal(s.snapshot(), forty)


@pytest.mark.parametrize("size", ["epoch", "batch"])
def test_what_came_after_a_divergence_comes_back_too(size: Any) -> None:
    s = start(
        **{
            "data.source": "plane",
            "data.samples": 100,
            "network.hidden": (8, 8, 8, 8),
            "network.activation": "relu",
            "training.dtype": "float32",
            "training.optimizer": "sgd",
            "training.learning_rate": 0.01,
        }
    )
    for _ in range(3):
        s.step("epoch")
    three = s.snapshot()
    s.apply({"training.learning_rate": 1e12})
    while s.snapshot().status == "ready":
        s.step(size)
    s.apply({"training.learning_rate": 0.01})
    pictures = {}
    for _ in range(5):
        s.step("epoch")
        pictures[s.epoch] = s.snapshot()
    for epoch, picture in pictures.items():
        assert_equal(s.recall(epoch), picture)
    assert_equal(s.recall(3), three)


def test_a_way_that_is_no_longer_wanted_is_given_up() -> None:
    s = start()
    for _ in range(20):
        s.step("epoch")
    present = s.snapshot()
    asked: list[int] = []

    def fifth_time() -> bool:
        asked.append(1)
        return len(asked) == 5

    with pytest.raises(GivenUp):
        s.rewind(15, fifth_time)
    assert len(asked) == 5, "asked after every epoch"
    assert_equal(s.snapshot(), present)
    s.step("epoch")
    assert s.epoch == 21


def test_who_goes_back_further_does_not_go_all_of_the_way_again(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    s = start()
    pictures = [s.snapshot()]
    for number in range(40):
        if number == 17:
            s.apply({"training.optimizer": "momentum"})
        s.step("epoch")
        pictures.append(s.snapshot())
    epochs: list[int] = []
    advance = Training.advance

    def count(training: Training, batches: int, until: int | None = None) -> None:
        epochs.append(1)
        advance(training, batches, until)

    monkeypatch.setattr(Training, "advance", count)
    s.rewind(40)
    assert len(epochs) == 40, "steps leave no states, so it is all the way from the start"
    for epoch in (39, 31, 30, 18, 17, 16, 3):
        epochs.clear()
        s.rewind(epoch)
        assert len(epochs) <= 5
        assert_equal(s.snapshot(), pictures[epoch])


def test_states_kept_on_the_way_take_no_more_room_than_others() -> None:
    s = start()
    for _ in range(30):
        s.step("epoch")
    room = 3 * s._timeline._keyframes[0].bytes
    s._timeline._most_bytes = room
    for epoch in range(30, 0, -1):
        s.rewind(epoch)
    assert 1 < len(s._timeline._keyframes) <= 3
