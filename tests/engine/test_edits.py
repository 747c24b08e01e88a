"""Weights that are set or frozen by hand: exact, remembered, and undone by going back."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nnmath_engine import archive, checkpoint
from nnmath_engine import session as session_module
from nnmath_engine.checkpoint import CheckpointError
from nnmath_engine.descent import descend
from nnmath_engine.evaluation import evaluate
from nnmath_engine.experiment import Experiment
from nnmath_engine.network import Parameters
from nnmath_engine.optimizers import OPTIMIZERS
from nnmath_engine.places import Place, put
from nnmath_engine.plan.layout import Layout
from nnmath_engine.session import Session
from nnmath_engine.snapshot import Snapshot

SMALL: dict[str, Any] = {
    "data.source": "circle",
    "data.samples": 46,
    "network.hidden": (4, 3),
    "training.batch_size": 10,
    "training.optimizer": "adam",
}
PLACES = [Place(1, 0, 2), Place(2, None, 1), Place(3, 2, 0), Place(3, None, 0)]


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
    assert (a.status, a.frozen) == (b.status, b.frozen)
    np.testing.assert_array_equal(a.history.table, b.history.table)


@pytest.fixture(autouse=True)
def few_keyframes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(session_module, "CHUNKS_A_KEYFRAME", 3)


def test_a_place_has_a_name_a_value_and_an_offset() -> None:
    sizes = (2, 4, 3, 1)
    session = start()
    flat = np.zeros(Layout(sizes).size)
    Layout(sizes).write(flat, session.parameters)
    for place in PLACES:
        assert flat[place.offset(sizes)] == place.value(session.parameters)
    assert [str(place) for place in PLACES] == ["w1[0,2]", "b2[1]", "w3[2,0]", "b3[0]"]


@pytest.mark.parametrize(
    "place", [(0, 0, 0), (4, 0, 0), (1, 2, 0), (1, -1, 0), (1, 0, 4), (1, 0, -1), (2, None, 3)]
)
def test_a_place_that_is_not_there_is_refused(place: tuple[int, int | None, int]) -> None:
    session = start()
    there = session.snapshot()
    refusal = r"a network of 2 - 4 - 3 - 1 neurons has no [wb]"
    with pytest.raises(ValueError, match=refusal):
        session.edit(*place, 0.5)
    with pytest.raises(ValueError, match=refusal):
        session.freeze(*place, True)
    assert_equal(session.snapshot(), there)


@pytest.mark.parametrize(
    ("dtype", "value"), [("float64", float("nan")), ("float64", float("inf")), ("float32", 1e39)]
)
def test_a_value_that_is_no_number_is_refused(dtype: str, value: float) -> None:
    session = start(**{"training.dtype": dtype})
    there = session.snapshot()
    with pytest.raises(ValueError, match=r"w1\[0,1\] cannot be"):
        session.edit(1, 0, 1, value)
    assert_equal(session.snapshot(), there)


@pytest.mark.parametrize("epochs", [0, 3])
def test_one_number_is_set_and_its_losses_are_measured(epochs: int) -> None:
    session = start()
    session.run(60, until=epochs)
    before = session.snapshot()
    session.edit(1, 1, 3, 0.5)
    session.edit(2, None, 0, -2.0)
    after = session.snapshot()

    expected = put(before.parameters, {Place(1, 1, 3): 0.5, Place(2, None, 0): -2.0})
    for x, y in zip(after.parameters.arrays(), expected.arrays(), strict=True):
        np.testing.assert_array_equal(x, y)
    for name, slot in before.slots.items():  # the optimizer's memory stays
        for x, y in zip(after.slots[name].arrays(), slot.arrays(), strict=True):
            np.testing.assert_array_equal(x, y)
    assert [(mark.epoch, mark.text) for mark in after.marks] == [
        (epochs, "w1[1,3] set to 0.5"),
        (epochs, "b2[0] set to -2"),
    ]
    assert after.updates.weights[0][1, 3] == 0.0

    # Two rows of their own, as when early stopping restores the best weights.
    assert after.history.epoch.tolist() == [*range(epochs + 1), epochs, epochs]
    last = after.history.last
    measured = evaluate(
        expected,
        after.activations,
        after.loss,
        session.dataset.task,
        session.dataset.train.X,
        session.dataset.train.Y,
    )
    assert last.train_loss == pytest.approx(measured.loss, rel=1e-12)
    assert last.learning_rate == after.learning_rate
    assert np.isnan(last.gradient_norm)
    assert len(before.history) == epochs + 1


def test_setting_a_number_to_what_it_is_changes_nothing() -> None:
    session = start()
    there = session.snapshot()
    session.edit(1, 0, 0, float(session.parameters.weights[0][0, 0]))
    session.freeze(1, 0, 0, False)
    assert_equal(session.snapshot(), there)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_after_an_edit_training_goes_on_as_the_equations_say(optimizer: str) -> None:
    session = start(**{"training.optimizer": optimizer, "training.batch_size": 1000})
    session.run(60, until=3)
    session.edit(2, 1, 1, 0.7)
    there, train = session.snapshot(), session.dataset.train
    step = descend(
        there.parameters,
        tuple(there.slots.values()),
        4,
        train.X,
        train.Y,
        activations=there.activations,
        loss=there.loss,
        training=session.experiment.training,
        learning_rate=there.learning_rate,
    )
    session.step("batch")
    for x, y in zip(session.parameters.arrays(), step.parameters.arrays(), strict=True):
        np.testing.assert_allclose(x, y, rtol=1e-10, atol=1e-13)


def test_a_frozen_weight_worked_by_hand(tmp_path: Path) -> None:
    # yhat = w1 x1 + w2 x2 + b, MSE, one row x = (1, 2), y = 0, from w = (0.5, 0.25), b = 0:
    # yhat = 1, dL/dyhat = 2, gradient (2, 4, 2). SGD at 0.1 with w2 frozen: w1 = 0.3, b = -0.2.
    # Then yhat = 0.3 + 0.5 - 0.2 = 0.6, gradient (1.2, 2.4, 1.2): w1 = 0.18, b = -0.32.
    (tmp_path / "one.csv").write_text("x1,x2,y\n" + "1,2,0\n" * 2 + "1,2,0.0\n")
    values = {
        "data.source": "one.csv",
        "data.task": "regression",
        "data.test_fraction": 0.0,
        "data.standardize": False,
        "network.hidden": (),
        "network.weights": [[[0.5], [0.25]]],
        "network.biases": [[0.0]],
        "training.loss": "mse",
        "training.optimizer": "sgd",
        "training.batch_size": 10,
        "training.learning_rate": 0.1,
    }
    session = Session(Experiment.from_values(values), base=tmp_path)
    session.freeze(1, 1, 0, True)
    for w1, b in ((0.3, -0.2), (0.18, -0.32)):
        session.step("epoch")
        (W,), (bias,) = session.parameters.weights, session.parameters.biases
        assert W[:, 0].tolist() == [pytest.approx(w1), 0.25]
        assert bias[0] == pytest.approx(b)
    assert session.snapshot().gradients.weights[0][1, 0] == 0.0
    session.freeze(1, 1, 0, False)
    session.step("epoch")  # yhat = 0.18 + 0.5 - 0.32 = 0.36, and w2 moves by 0.1 * 4 * 0.36
    assert session.parameters.weights[0][1, 0] == pytest.approx(0.25 - 0.144)


HARD = {
    "training.l1": 0.01,
    "training.l2": 0.02,
    "training.learning_rate": 0.05,
}


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_what_is_frozen_stays_bit_for_bit_and_the_others_step_as_if_it_did(optimizer: str) -> None:
    session = start(**HARD, **{"training.optimizer": optimizer, "training.batch_size": 1000})
    session.run(60, until=3)  # so that there is momentum
    for place in PLACES:
        session.freeze(*place, True)
    held = [place.value(session.parameters) for place in PLACES]
    there, train = session.snapshot(), session.dataset.train
    free = descend(
        there.parameters,
        tuple(there.slots.values()),
        4,
        train.X,
        train.Y,
        activations=there.activations,
        loss=there.loss,
        training=session.experiment.training,
        learning_rate=there.learning_rate,
    )
    expected = put(free.parameters, dict(zip(PLACES, held, strict=True)))
    session.step("batch")
    for x, y in zip(session.parameters.arrays(), expected.arrays(), strict=True):
        np.testing.assert_allclose(x, y, rtol=1e-10, atol=1e-13)
    session.run(60, until=30)
    assert [place.value(session.parameters) for place in PLACES] == held
    assert session.snapshot().frozen == frozenset(PLACES)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
@pytest.mark.parametrize("dtype", ["float64", "float32"])
def test_plan_and_reference_freeze_alike(optimizer: str, dtype: str) -> None:
    session = start(
        **HARD,
        **{"training.optimizer": optimizer, "training.batch_size": 1000, "training.dtype": dtype},
        **{"training.clip_norm": 0.05, "training.shuffle": False},
    )
    for place in PLACES:
        session.freeze(*place, True)
    there = session.snapshot()
    X, Y = (array.astype(dtype) for array in (session.dataset.train.X, session.dataset.train.Y))
    parameters, slots = there.parameters, tuple(there.slots.values())
    for t in range(1, 9):
        step = descend(
            parameters,
            slots,
            t,
            X,
            Y,
            activations=there.activations,
            loss=there.loss,
            training=session.experiment.training,
            learning_rate=there.learning_rate,
            frozen=there.frozen,
        )
        parameters, slots = step.parameters, step.slots
        session.step("batch")
    now = session.snapshot()
    rtol = 1e-10 if dtype == "float64" else 1e-3
    pairs = [(now.parameters, parameters), *zip(now.slots.values(), slots, strict=True)]
    for ours, theirs in pairs:
        for x, y in zip(ours.arrays(), theirs.arrays(), strict=True):
            np.testing.assert_allclose(x, y, rtol=rtol, atol=rtol * 1e-3)
    for place in PLACES:
        assert place.value(now.parameters) == place.value(there.parameters)


def test_many_batches_that_are_gathered_freeze_too() -> None:
    session = start(**{"data.samples": 1200, "training.batch_size": 1})
    assert session.snapshot().batches > 512
    session.freeze(*PLACES[0], True)
    held = PLACES[0].value(session.parameters)
    session.step("epoch")
    assert PLACES[0].value(session.parameters) == held


def test_nothing_frozen_costs_no_call() -> None:
    session = start()
    calls = session._training._plan.calls
    session.freeze(*PLACES[0], True)
    assert session._training._plan.calls == calls + 3
    session.freeze(*PLACES[0], False)
    assert session._training._plan.calls == calls


def test_what_is_frozen_can_be_set_and_survives_a_change_of_settings() -> None:
    session = start()
    session.freeze(1, 0, 0, True)
    session.edit(1, 0, 0, 0.25)
    session.apply({"training.optimizer": "nesterov", "training.batch_size": 3})
    session.run(60, until=4)
    assert session.parameters.weights[0][0, 0] == 0.25
    assert [mark.text for mark in session.snapshot().marks[:2]] == [
        "w1[0,0] frozen",
        "w1[0,0] set to 0.25",
    ]
    session.reset()
    assert session.snapshot().frozen == frozenset()


def test_early_stopping_does_not_undo_what_was_done_by_hand() -> None:
    session = start(**{"training.early_stopping": 4, "training.learning_rate": 0.3})
    session.run(60, until=3)
    session.edit(3, 0, 0, 4.0)
    session.freeze(3, 0, 0, True)
    session.run(60, until=4000)
    assert session.status == "stopped"
    assert session.parameters.weights[2][0, 0] == 4.0
    stopped = session.snapshot()
    session.freeze(3, 0, 0, False)
    assert session.snapshot().status == "ready"
    session.run(60, until=session.epoch + 3)
    assert session.parameters.weights[2][0, 0] != 4.0
    assert_equal(session.recall(stopped.epoch), stopped)


def test_an_edit_brings_a_divergence_about_and_mends_it() -> None:
    session = start(**{"data.source": "line", "training.loss": "mse", "training.optimizer": "sgd"})
    session.run(60, until=2)
    two, good = session.snapshot(), float(session.parameters.weights[2][0, 0])
    session.edit(3, 0, 0, 1e300)
    assert session.snapshot().status == "ready"
    session.run(60, until=9)
    assert session.snapshot().status == "diverged"
    session.edit(3, 0, 0, good)
    session.run(60, until=9)
    assert (session.status, session.epoch) == ("ready", 9)
    nine = session.snapshot()
    assert_equal(session.recall(2), two)
    assert_equal(session.recall(9), nine)


MOVES = st.one_of(
    st.sampled_from(["epoch", "batch", "run"]),
    st.tuples(st.sampled_from(PLACES), st.sampled_from([-1.5, 0.0, 0.75, True, False])),
    st.just({"training.learning_rate": 0.02}),
    st.just({"training.optimizer": "momentum"}),
)


@settings(max_examples=40, deadline=None)
@given(st.lists(MOVES, min_size=1, max_size=14))
def test_every_epoch_of_any_way_here_comes_back(moves: list[Any]) -> None:
    session = start(**{"network.dropout": 0.2, "training.early_stopping": 6})
    pictures = {0: session.snapshot()}
    for move in moves:
        match move:
            case dict():
                session.apply(move)
            case (Place() as place, bool(frozen)):
                session.freeze(*place, frozen=frozen)
            case (Place() as place, value):
                session.edit(*place, value=value)
            case "run":
                for _ in range(4):
                    epoch = session.epoch
                    session.run(60, until=epoch + 1)
                    if session.epoch > epoch:
                        pictures[session.epoch] = session.snapshot()
            case size:
                session.step(size)
        if session.snapshot().batch == 0:
            pictures.setdefault(session.epoch, session.snapshot())
    here = session.snapshot()
    branch = session.branch()
    resumed = Session(session.experiment, state=session.state())
    for epoch in [*pictures, *reversed(pictures)]:
        assert_equal(session.recall(epoch), pictures[epoch])
        assert_equal(branch.recall(epoch), pictures[epoch])
    assert_equal(session.snapshot(), here)
    for other in (session, branch, resumed):
        other.run(60, until=here.epoch + 3)
        assert_equal(other.snapshot(), session.snapshot())
    for epoch in pictures:
        session.rewind(epoch)
        assert_equal(session.snapshot(), pictures[epoch])


def test_what_is_frozen_survives_a_checkpoint(tmp_path: Path) -> None:
    session = start()
    for place in PLACES:
        session.freeze(*place, True)
    session.run(60, until=2)
    session.step("batch")
    checkpoint.save(tmp_path / "a.npz", session)
    resumed = checkpoint.resume(tmp_path / "a.npz")
    for one in (session, resumed):
        one.run(60, until=6)
    assert_equal(resumed.snapshot(), session.snapshot())
    assert resumed.snapshot().frozen == frozenset(PLACES)


def test_a_checkpoint_from_before_anything_could_be_frozen_is_read(tmp_path: Path) -> None:
    path, session = tmp_path / "a.npz", start()
    checkpoint.save(path, session)
    arrays, manifest = archive.read(path)
    del manifest["frozen"]
    archive.write(path, arrays, manifest)
    assert_equal(checkpoint.resume(path).snapshot(), session.snapshot())


@pytest.mark.parametrize(
    "frozen", [[[4, 0, 0]], [[1, 0, 9]], [[0, 0, 0]], [[1, 0]], [[1, "0", 0]], [[1, -1, 0]], 3]
)
def test_a_checkpoint_that_freezes_what_is_not_there_is_refused(
    tmp_path: Path, frozen: Any
) -> None:
    path = tmp_path / "a.npz"
    checkpoint.save(path, start())
    arrays, manifest = archive.read(path)
    archive.write(path, arrays, {**manifest, "frozen": frozen})
    with pytest.raises(CheckpointError, match=r"frozen that is not there|incomplete or wrong"):
        checkpoint.resume(path)


RESETS: list[dict[str, Any]] = [
    {"network.hidden": (2,)},
    {"data.source": "spiral"},
    {"training.seed": 9},
]


@pytest.mark.parametrize("changes", RESETS)
def test_a_reset_can_be_undone(changes: dict[str, Any]) -> None:
    session = start()
    session.run(60, until=8)
    session.apply({"training.learning_rate": 0.02})
    session.freeze(*PLACES[0], True)
    session.edit(*PLACES[1], 0.5)
    session.step("batch")
    eight, three = session.snapshot(), session.recall(3)
    kept = session.memento()
    twin = session.branch()

    session.apply(changes)
    session.run(60, until=5)
    for _ in range(2):  # as often as one likes
        session.restore(kept)
        assert session.span == (0, 8)
        assert_equal(session.snapshot(), eight)
        assert_equal(session.recall(3), three)
        session.run(60, until=12)
        session.rewind(4)
        session.apply({"training.l2": 0.1})
    session.restore(kept)
    for one in (session, twin):
        one.run(60, until=12)
    assert_equal(session.snapshot(), twin.snapshot())
    assert session.dataset is twin.dataset


def test_a_moment_in_the_past_keeps_its_future() -> None:
    session = start()
    session.run(60, until=9)
    nine = session.snapshot()
    session.rewind(4)
    kept = session.memento()
    session.reset(seed=5)
    session.restore(kept)
    assert (session.epoch, session.span) == (4, (0, 9))
    session.rewind(9)
    assert_equal(session.snapshot(), nine)


def test_a_memento_shares_the_history() -> None:
    session = start()
    session.run(60, until=300)
    kept = session.memento()
    assert np.shares_memory(kept.state.history, session.snapshot().history.table)
    other = start()
    other.restore(kept)
    assert np.shares_memory(kept.state.history, other.snapshot().history.table)
    other.step("epoch")
    session.step("epoch")
    np.testing.assert_array_equal(other.state().history, session.state().history)
    assert kept.state.history.shape[1] == 301


def test_parameters_are_put_into_copies() -> None:
    ones = Parameters((np.ones((2, 2)),), (np.ones(2),))
    assert put(ones, {}) is ones
    changed = put(ones, {Place(1, 0, 1): 3.0, Place(1, None, 0): 2.0})
    assert changed.weights[0].tolist() == [[1.0, 3.0], [1.0, 1.0]]
    assert changed.biases[0].tolist() == [2.0, 1.0]
    assert ones.weights[0].tolist() == [[1.0, 1.0], [1.0, 1.0]]


def test_what_was_set_before_the_first_step_is_remembered(tmp_path: Path) -> None:
    session = Session(Experiment.from_values({"data.samples": 20, "network.hidden": (2,)}))
    first, second = Place(1, 0, 1), Place(2, None, 0)
    session.edit(*first, 0.5)
    session.edit(*second, -1.0)
    session.edit(*first, 0.25)
    here = {first: 0.25, second: -1.0}
    session.step("batch")
    session.edit(*Place(1, 1, 1), 3.0)  # later: no part of how it began
    session.apply({"training.learning_rate": 0.5})
    assert session.snapshot().hand_set == here
    assert session.branch().snapshot().hand_set == here
    checkpoint.save(tmp_path / "run.npz", session)
    assert checkpoint.resume(tmp_path / "run.npz").snapshot().hand_set == here
    session.step("epoch")
    session.rewind(0)  # to where nothing had been set yet
    assert session.snapshot().hand_set == {}
    session.rewind(1)
    assert session.snapshot().hand_set == here
    session.apply({"network.hidden": (3,)})  # begins afresh
    assert session.snapshot().hand_set == {}
