"""A session gives the same numbers however it is driven, and loses nothing when it goes wrong."""

from __future__ import annotations

import itertools
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nnmath_engine.experiment import Experiment, ExperimentError
from nnmath_engine.network import Parameters
from nnmath_engine.optimizers import OPTIMIZERS
from nnmath_engine.plan import Plan
from nnmath_engine.session import Session

SMALL = {
    "data.source": "circle",
    "data.samples": 46,
    "network.hidden": (4, 3),
    "training.batch_size": 10,  # 23 training rows: batches of 10, 10 and 3
    "training.seed": 3,
}
RICH = {
    **SMALL,
    "training.early_stopping": 8,
    "network.dropout": 0.2,
    "network.activation": ("relu", "tanh"),
    "training.optimizer": "adam",
    "training.l1": 1e-3,
    "training.l2": 1e-2,
    "training.clip_norm": 1.0,
    "training.schedule": "cosine",
    "data.validation_fraction": 0.2,
}


def session(**values: Any) -> Session:
    return Session(Experiment.from_values({**SMALL, **values}))


def assert_same(a: Session, b: Session) -> None:
    """Bit for bit the same numbers, now and in the past."""
    for x, y in zip(a.parameters.arrays(), b.parameters.arrays(), strict=True):
        np.testing.assert_array_equal(x, y)
    np.testing.assert_array_equal(a.state().history, b.state().history)


@settings(max_examples=15, deadline=None)
@given(
    slices=st.lists(st.integers(1, 7), min_size=1, max_size=12),
    schedule=st.sampled_from(["cosine", "plateau"]),
)
def test_slices_steps_and_resumption_give_the_numbers_of_one_run(
    slices: list[int], schedule: str
) -> None:
    options = {"patience": 1, "gamma": 0.5} if schedule == "plateau" else {}
    experiment = Experiment.from_values(
        {**RICH, "training.schedule": schedule, "training.schedule_options": options}
    )
    batches = sum(slices)
    whole = Session(experiment)
    for _ in range(batches):
        whole.step("batch")

    sliced = Session(experiment)
    for length in slices:
        ticks = itertools.chain(itertools.repeat(0.0, length), itertools.repeat(9.0))
        sliced.run(1.0, clock=lambda ticks=ticks: next(ticks))  # type: ignore[misc]
        sliced = Session(sliced.experiment, state=sliced.state())
    assert_same(whole, sliced)
    assert sliced.snapshot().step == (batches if whole.status == "ready" else whole.state().steps)


@pytest.mark.parametrize("optimizer", OPTIMIZERS)
def test_every_optimizer_resumes_to_the_same_numbers(optimizer: str) -> None:
    one = session(**{"training.optimizer": optimizer})
    one.run(60, until=4)
    two = session(**{"training.optimizer": optimizer})
    two.run(60, until=2)
    two.step("batch")
    two = Session(two.experiment, state=two.state())
    two.run(60, until=4)
    assert_same(one, two)


def test_a_step_of_an_epoch_ends_where_the_epoch_ends() -> None:
    s = session()
    s.step("batch")
    assert (s.epoch, s.snapshot().batch, s.snapshot().batches) == (0, 1, 3)
    s.step("epoch")
    assert (s.epoch, s.snapshot().batch, s.snapshot().step) == (1, 0, 3)
    s.step("epoch")
    assert (s.epoch, s.snapshot().step) == (2, 6)


def test_a_batch_larger_than_the_data_is_the_whole_data() -> None:
    s = session(**{"training.batch_size": 1000})
    s.step("batch")
    assert s.epoch == 1


def test_the_last_partial_batch_is_averaged_over_its_own_rows(tmp_path: Path) -> None:
    # yhat = w x, MSE, one row of x = 1 and y = 0 in each position: dL/dw = 2 w for every batch,
    # whatever its size, so w after three batches of 2, 2 and 1 rows is w0 (1 - 2 lr)^3.
    (tmp_path / "ones.csv").write_text("x,y\n" + "1,0\n" * 4 + "1,0.0\n")
    values = {
        "data.source": "ones.csv",
        "data.task": "regression",
        "data.test_fraction": 0.0,
        "network.hidden": (),
        "network.weights": [[[0.8]]],
        "network.biases": [[0.0]],
        "training.loss": "mse",
        "training.batch_size": 2,
        "training.learning_rate": 0.1,
    }
    s = Session(Experiment.from_values(values), base=tmp_path)
    s.step("batch")
    w, b = (float(array.item()) for array in s.parameters.arrays())
    assert w == pytest.approx(0.8 - 0.1 * 1.6)
    assert b == pytest.approx(-0.1 * 1.6)
    s.step("epoch")
    w, b = (float(array.item()) for array in s.parameters.arrays())
    total = 0.8  # w + b moves by twice the gradient: w + b <- (w + b)(1 - 4 lr)
    assert w + b == pytest.approx(total * (1 - 0.4) ** 3)


def test_live_changes_keep_the_weights_and_leave_a_mark() -> None:
    s = session()
    s.run(60, until=2)
    s.step("batch")
    before = s.snapshot()
    s.apply(
        {
            "training.learning_rate": 0.3,
            "training.l1": 0.01,
            "training.batch_size": 4,
            "network.activation": "relu",
            "training.optimizer": "adam",
            "training.loss": "hinge",
        }
    )
    after = s.snapshot()
    for x, y in zip(before.parameters.arrays(), after.parameters.arrays(), strict=True):
        np.testing.assert_array_equal(x, y)
    assert (after.epoch, after.step) == (2, 7)
    assert "Learning rate: 0.1 → 0.3" in [mark.text for mark in after.marks]
    assert {mark.epoch for mark in after.marks} == {2}
    s.step("epoch")  # 13 rows of the epoch are left: four batches of at most 4
    assert (s.epoch, s.snapshot().step) == (3, 11)
    assert len(s.snapshot().history) == 4


def test_a_change_of_shape_or_data_starts_afresh() -> None:
    for change in ({"network.hidden": (5,)}, {"data.noise": 0.3}, {"training.seed": 9}):
        s = session()
        s.run(60, until=2)
        s.apply(change)
        assert (s.epoch, s.snapshot().step, len(s.snapshot().history)) == (0, 0, 1)
        assert_same(s, session(**change))


def test_two_classes_change_from_one_output_to_two_only_for_cross_entropy() -> None:
    s = session()
    s.step("epoch")
    s.apply({"training.loss": "ce"})
    assert s.snapshot().layer_sizes[-1] == 2
    assert s.epoch == 0


@pytest.mark.parametrize(
    ("changes", "paths"),
    [
        ({"training.loss": "ce"}, ("training.loss",)),
        ({"training.loss": "mse", "training.optimizer": "adam", "network.dropout": 0.5}, ()),
        (
            {"training.seed": 9, "training.l2": 1.0, "data.noise": 0.3},
            ("data.noise", "training.seed"),
        ),
        ({"training.seed": 3}, ()),
    ],
)
def test_what_would_start_afresh_can_be_asked_before(
    changes: dict[str, Any], paths: tuple[str, ...]
) -> None:
    s = session()
    s.step("epoch")
    assert s.resetting(changes) == paths
    assert s.epoch == 1
    s.apply(changes)
    assert s.epoch == (0 if paths else 1)


def test_a_change_that_is_refused_changes_nothing() -> None:
    s = session()
    s.run(60, until=2)
    before = s.state()
    for change in (
        {"training.learning_rate": -1},
        {"data.source": "no such data"},
        {"network.output_activation": "tanh", "training.loss": "bce"},
        {"network.hidden": (4000, 4000)},
    ):
        with pytest.raises(ValueError, match=r"must be|no such data|does not go|makes"):
            s.apply(change)
    assert s.experiment == session().experiment
    s.run(60, until=4)
    other = Session(s.experiment, state=before)
    other.run(60, until=4)
    assert_same(s, other)


def test_a_hopeless_learning_rate_diverges_with_a_diagnosis_and_keeps_finite_weights() -> None:
    s = session(
        **{
            "data.source": "line",
            "training.learning_rate": 1e9,
            "training.loss": "mse",
            "network.activation": "relu",
        }
    )
    s.run(60, until=1000)
    snapshot = s.snapshot()
    assert snapshot.status == "diverged"
    assert snapshot.parameters.is_finite()
    assert snapshot.diagnosis is not None
    assert not np.isfinite(snapshot.diagnosis.value)
    assert "learning rate 1e+09" in str(snapshot.diagnosis)
    s.run(1)
    s.step("epoch")
    assert s.snapshot().step == snapshot.step

    s.apply({"training.learning_rate": 0.0})
    assert (s.status, s.diagnosis) == ("ready", None)
    s.step("batch")  # the weights that are left have a finite loss
    assert s.status == "ready"


def test_a_loss_that_overflows_after_the_last_step_of_all_is_a_divergence() -> None:
    s = session(
        **{
            "training.learning_rate": 1e12,
            "training.loss": "mse",
            "training.batch_size": 10_000,
            "network.hidden": (8,) * 30,
            "network.activation": "relu",
            "network.initializer": "he_normal",
        }
    )
    s.run(60, until=1)
    assert s.status == "diverged"
    assert str(s.diagnosis).startswith("the training loss = inf")
    assert s.parameters.is_finite()


def test_an_optimizer_whose_memory_overflows_is_a_divergence_and_not_a_standstill() -> None:
    s = session(
        **{
            "data.source": "formula",
            "data.formula": "x1 * 1e25",
            "training.optimizer": "adagrad",
            "training.dtype": "float32",
            "network.hidden": (),
            "training.loss": "mse",
        }
    )
    s.run(60, until=3)
    assert s.status == "diverged"


def test_numbers_that_float32_cannot_hold_are_refused(tmp_path: Path) -> None:
    (tmp_path / "huge.csv").write_text("x,y\n1e40,1.5\n2e40,2.5\n3e40,3.7\n4e40,1.2\n")
    huge = {"data.source": "huge.csv", "data.task": "regression", "training.dtype": "float32"}
    with pytest.raises(ExperimentError, match="float32 cannot hold numbers as large as the data"):
        Session(Experiment.from_values(huge), base=tmp_path)
    weights = {"network.hidden": (), "network.weights": [[[1e300], [0]]], "network.biases": [[0]]}
    with pytest.raises(ExperimentError, match="float32 cannot hold first weights"):
        session(**weights, **{"training.dtype": "float32"})


def test_another_activation_makes_the_best_weights_so_far_forgotten() -> None:
    s = session(**{"training.early_stopping": 300, "training.learning_rate": 0.5})
    s.run(60, until=40)
    s.apply({"network.activation": "sigmoid"})
    assert s.state().patience.best_parameters is None
    s.step("epoch")
    s.apply({"training.early_stopping": 3})
    assert s.state().patience.best_epoch == 0


def test_a_table_that_changes_on_the_disk_does_not_change_a_training(tmp_path: Path) -> None:
    table = tmp_path / "data.csv"
    table.write_text("x,y\n" + "".join(f"{i},{i % 2 + 0.5}\n" for i in range(20)))
    values = {**SMALL, "data.source": "data.csv", "training.batch_size": 4}
    s = Session(Experiment.from_values(values), base=tmp_path)
    s.step("batch")
    table.write_text("x,y\n1,1.5\n2,2.5\n3,0.5\n")
    s.apply({"training.loss": "mae"})
    s.step("epoch")
    assert s.epoch == 1
    assert len(s.dataset.train) == 10


def test_nobody_else_may_drive_a_session_that_is_driven() -> None:
    s = session()

    def clock() -> float:
        for intrusion in (lambda: s.run(1), lambda: s.step("batch"), s.reset, lambda: s.apply({})):
            with pytest.raises(RuntimeError, match="one caller at a time"):
                intrusion()
        return 0.0

    s.run(-1.0, clock=clock)
    s.run(1, until=1)
    assert s.epoch == 1


def test_early_stopping_ends_the_run_and_restores_the_best() -> None:
    s = session(
        **{
            "data.source": "moons",
            "data.noise": 0.4,
            "data.validation_fraction": 0.3,
            "training.early_stopping": 5,
            "training.learning_rate": 1.0,
            "network.hidden": (16, 16),
        }
    )
    s.run(60, until=3000)
    history = s.snapshot().history
    assert s.status == "stopped"
    assert s.epoch < 3000
    best = history.validation_loss.min()
    assert history.epoch[history.validation_loss.argmin()] == s.epoch - 5
    assert history.last.validation_loss == best  # the restored weights are measured again
    assert all((array == 0).all() for array in s.snapshot().updates.arrays())
    assert s.snapshot().marks[-1].text == f"stopped early; best at epoch {s.epoch - 5}"


def test_the_plateau_schedule_lowers_the_rate_when_the_loss_stops_falling() -> None:
    options = {"patience": 2, "gamma": 0.5}
    s = session(
        **{
            "training.learning_rate": 1e-300,
            "training.schedule": "plateau",
            "training.schedule_options": options,
        }
    )
    s.run(60, until=8)
    # No step moves a weight: epoch 1 sets the best, and every third epoch after it is a drop.
    rates = s.snapshot().history.learning_rate
    np.testing.assert_array_equal(rates, [1e-300] * 5 + [5e-301] * 3 + [2.5e-301])


def test_a_snapshot_is_read_only_and_stays_as_it_was() -> None:
    s = session(**{"training.optimizer": "adam"})
    s.run(60, until=2)
    snapshot = s.snapshot()
    kept = [array.copy() for array in snapshot.parameters.arrays()]
    s.run(60, until=4)
    for array, copy in zip(snapshot.parameters.arrays(), kept, strict=True):
        np.testing.assert_array_equal(array, copy)
        with pytest.raises(ValueError, match="read-only"):
            array[...] = 0
    assert set(snapshot.slots) == {"m", "v"}
    assert len(snapshot.history) == 3


def test_the_recorded_losses_are_those_of_the_parameters() -> None:
    s = session(**{"training.l2": 0.1})
    s.run(60, until=3)
    snapshot = s.snapshot()
    test = snapshot.dataset.test
    yhat = snapshot.predict(test.X)[:, 0]
    y = test.Y[:, 0]
    bce = -np.mean(y * np.log(yhat) + (1 - y) * np.log(1 - yhat))
    assert snapshot.history.last.test_loss == pytest.approx(bce, rel=1e-12)
    assert snapshot.history.last.test_score == np.mean((yhat > 0.5) == (y == 1))
    squares = sum(float((W**2).sum()) for W in snapshot.parameters.weights)
    assert snapshot.history.last.penalty == pytest.approx(0.05 * squares)


def test_float32_stays_float32() -> None:
    for optimizer in OPTIMIZERS:
        s = session(**{**RICH, "training.optimizer": optimizer, "training.dtype": "float32"})
        s.run(60, until=2)
        state = s.state()
        for parameters in (state.parameters, state.gradients, *state.slots):
            assert {array.dtype for array in parameters.arrays()} == {np.dtype("float32")}


def test_given_weights_are_where_training_starts() -> None:
    weights = [[[0.5, -0.4], [0.3, 0.8]], [[0.7], [-0.6]]]
    biases = [[0.1, -0.2], [0.2]]
    values = {"network.hidden": (2,), "network.weights": weights, "network.biases": biases}
    s = session(**values)
    expected = Parameters(tuple(map(np.array, weights)), tuple(map(np.array, biases)))
    for x, y in zip(s.parameters.arrays(), expected.arrays(), strict=True):
        np.testing.assert_array_equal(x, y)
    with pytest.raises(ExperimentError, match="2 x 3, 3 x 1"):
        session(**{**values, "network.hidden": (3,)})


def test_a_fully_dead_layer_trains_on_without_a_warning() -> None:
    dead = session(
        **{
            "network.activation": "relu",
            "network.hidden": (3,),
            "network.weights": [[[0.0] * 3] * 2, [[1.0]] * 3],
            "network.biases": [[-1.0] * 3, [0.0]],
        }
    )
    dead.run(60, until=3)
    assert dead.status == "ready"
    assert (dead.parameters.weights[0] == 0).all()  # no gradient comes through


def test_reset_starts_over_from_the_same_or_another_seed() -> None:
    s = session()
    s.run(60, until=2)
    s.reset()
    assert_same(s, session())
    s.reset(seed=8)
    assert_same(s, session(**{"training.seed": 8}))


def test_a_penalty_that_overflows_is_a_divergence_and_none_is_no_number_of_its_own() -> None:
    values = {
        "data.source": "line",
        "training.loss": "mae",  # whose gradient stays small, however large the weights are
        "network.hidden": (),
        "network.weights": [[[1e200]]],
        "network.biases": [[0.0]],
    }
    s = session(**values)
    s.run(60, until=2)
    assert (s.status, s.snapshot().history.last.penalty) == ("ready", 0.0)
    s = session(**values, **{"training.l2": 0.1, "training.clip_norm": 1.0})
    s.run(60, until=2)
    assert s.status == "diverged"
    assert str(s.diagnosis).startswith("the penalty = inf, from l1 * sum |w| + l2 / 2 * sum w^2")


@pytest.mark.parametrize("rate", [1e9, 30.0, 3.0])
def test_a_divergence_is_the_same_however_it_is_driven_to(rate: float) -> None:
    values = {
        "data.source": "line",
        "data.samples": 80,
        "training.batch_size": 1,
        "training.loss": "mse",
        "training.learning_rate": rate,
        "network.activation": "relu",
    }
    whole, batches, epochs = session(**values), session(**values), session(**values)
    whole.run(60, until=500)
    while batches.status == "ready":
        batches.step("batch")
    while epochs.status == "ready":
        epochs.step("epoch")
    assert whole.status == "diverged"
    for other in (batches, epochs):
        assert_same(whole, other)
        assert other.snapshot().step == whole.snapshot().step
        assert str(other.diagnosis) == str(whole.diagnosis)


def test_a_change_that_makes_batches_dear_is_noticed_at_once() -> None:
    s = session()
    s.run(0.05)
    assert s._chunk(1.0) > 1
    for change in ({"training.batch_size": 5}, {"network.hidden": (9,)}):
        s.apply(change)
        assert s._chunk(1.0) == 1  # until the clock has told what a batch takes now
        s.run(0.05)


def test_a_step_that_runs_out_of_memory_is_as_if_it_had_not_been(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    values = {"data.samples": 40, "training.batch_size": 10, "training.optimizer": "adam"}
    session = Session(Experiment.from_values(values))
    for _ in range(9):
        session.step("batch")
    run = Plan.run

    def short_of_memory(plan: Plan, count: int) -> None:
        run(plan, count)  # parameters and generator have moved by then
        raise MemoryError

    with monkeypatch.context() as patch:
        patch.setattr(Plan, "run", short_of_memory)
        with pytest.raises(MemoryError):
            session.step("batch")
    steps = session.state().steps
    assert steps <= 9
    expected = Session(Experiment.from_values(values))
    for _ in range(13):
        expected.step("batch")
    while session.state().steps < 13:
        session.step("batch")
    mine, theirs = session.state(), expected.state()
    for one, other in zip(mine.parameters.arrays(), theirs.parameters.arrays(), strict=True):
        np.testing.assert_array_equal(one, other)
    assert mine.generator == theirs.generator
    np.testing.assert_array_equal(mine.history, theirs.history)
