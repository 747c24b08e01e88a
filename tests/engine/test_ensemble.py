"""Networks that train together become what they would have become alone."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from nnmath_engine.dataset import Dataset, build_dataset
from nnmath_engine.ensemble import Ensemble, most_members
from nnmath_engine.experiment import Experiment
from nnmath_engine.optimizers import OPTIMIZERS
from nnmath_engine.session import Session

SMALL = {
    "data.source": "circle",
    "data.samples": 46,
    "network.hidden": (4, 3),
    "training.batch_size": 10,
}
VARIANTS: dict[str, dict[str, Any]] = {
    **{name: {"training.optimizer": name} for name in OPTIMIZERS},
    "three classes": {"data.source": "blobs", "data.classes": 3, "network.activation": "relu"},
    "regression": {"data.source": "plane", "training.loss": "huber"},
    "softmax behind mse": {
        "data.source": "blobs",
        "data.classes": 3,
        "training.loss": "mse",
        "network.output_activation": "softmax",
    },
    "no order": {"training.shuffle": False},
    "everything": {
        "network.dropout": 0.2,
        "network.activation": ("selu", "leaky_relu"),
        "training.optimizer": "adamw",
        "training.l1": 1e-3,
        "training.l2": 1e-2,
        "training.clip_norm": 0.5,
        "training.clip_value": 0.2,
        "training.schedule": "cosine",
    },
    "plateau": {
        "training.schedule": "plateau",
        "training.schedule_options": {"patience": 0, "gamma": 0.5},
    },
    "early stopping": {
        "data.source": "moons",
        "data.noise": 0.4,
        "data.validation_fraction": 0.3,
        "training.early_stopping": 3,
        "training.learning_rate": 1.0,
    },
}


def data_of(experiment: Experiment) -> Dataset:
    return build_dataset(experiment.data, experiment.training.loss)


def most_at_once(experiment: Experiment) -> int:
    return most_members(experiment, data_of(experiment))


def assert_member_is(ensemble: Ensemble, member: int, alone: Session) -> None:
    theirs = alone.snapshot()
    for x, y in zip(ensemble.parameters(member).arrays(), theirs.parameters.arrays(), strict=True):
        np.testing.assert_allclose(x, y, rtol=1e-9, atol=1e-11)
    assert ensemble.statuses[member] == alone.status
    np.testing.assert_allclose(
        ensemble.history(member).table, theirs.history.table, rtol=1e-9, atol=1e-11
    )


@pytest.mark.parametrize("name", VARIANTS)
def test_each_member_equals_its_own_single_run(name: str) -> None:
    experiment = Experiment.from_values({**SMALL, **VARIANTS[name]})
    ensemble = Ensemble(experiment, [3, 0, 8], data_of(experiment))
    ensemble.run(60, until=20)
    for member, seed in enumerate(ensemble.seeds):
        alone = Session(experiment.with_values({"training.seed": seed}))
        alone.run(60, until=20)
        assert_member_is(ensemble, member, alone)


def test_members_may_differ_in_rate_and_penalties() -> None:
    experiment = Experiment.from_values({**SMALL, "training.optimizer": "adam"})
    rates, l1, l2 = [0.1, 0.01], [0.0, 0.02], [0.1, 0.0]
    ensemble = Ensemble(experiment, [5, 5], data_of(experiment), learning_rates=rates, l1=l1, l2=l2)
    ensemble.run(60, until=10)
    for member in range(2):
        changes = {
            "training.seed": 5,
            "training.learning_rate": rates[member],
            "training.l1": l1[member],
            "training.l2": l2[member],
        }
        alone = Session(experiment.with_values(changes))
        alone.run(60, until=10)
        assert_member_is(ensemble, member, alone)


def test_members_may_differ_where_their_numbers_are_updated_in_blocks(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("nnmath_engine.plan.rules._BLOCK", 8)
    monkeypatch.setattr("nnmath_engine.plan.rules._SHARED", 8)
    test_members_may_differ_in_rate_and_penalties()


def test_a_member_that_diverges_leaves_the_others_alone() -> None:
    experiment = Experiment.from_values({**SMALL, "data.source": "line", "network.hidden": (3,)})
    ensemble = Ensemble(experiment, [1, 2], data_of(experiment), learning_rates=[1e9, 0.01])
    ensemble.run(60, until=200)
    assert ensemble.statuses == ("diverged", "ready")
    hopeless = Session(experiment.with_values({"training.seed": 1, "training.learning_rate": 1e9}))
    hopeless.run(60, until=200)
    assert len(ensemble.history(0)) == len(hopeless.snapshot().history) < 201
    alone = Session(experiment.with_values({"training.seed": 2, "training.learning_rate": 0.01}))
    alone.run(60, until=200)
    assert_member_is(ensemble, 1, alone)


def test_training_ends_when_no_member_goes_on() -> None:
    experiment = Experiment.from_values({**SMALL, "data.source": "line"})
    ensemble = Ensemble(experiment, [1, 2], data_of(experiment), learning_rates=[1e30, 1e30])
    ensemble.run(60, until=10_000)
    assert ensemble.epoch < 100


def test_wide_networks_train_in_smaller_groups() -> None:
    assert most_at_once(Experiment.from_values(SMALL)) == 64
    many = {"data.samples": 100_000, "training.batch_size": 100_000, "network.hidden": (22, 22)}
    assert most_at_once(Experiment.from_values({**SMALL, **many})) <= 2
    wide = Experiment.from_values({**SMALL, "network.hidden": (1000, 1000)})
    assert most_at_once(wide) == 1


def test_a_first_loss_that_overflows_is_recorded_as_a_session_records_it() -> None:
    experiment = Experiment.from_values(
        {
            **SMALL,
            "data.source": "plane",
            "network.hidden": (8,) * 12,
            "network.activation": "relu",
            "network.initializer": "constant",
            "network.initializer_options": {"value": 1000},
            "training.dtype": "float32",
        }
    )
    ensemble = Ensemble(experiment, [0, 1], data_of(experiment))
    ensemble.run(60, until=3)
    alone = Session(experiment)
    alone.run(60, until=3)
    assert ensemble.statuses == ("diverged", "diverged")
    assert alone.status == "diverged"
    np.testing.assert_array_equal(
        ensemble.history(0).train_loss, alone.snapshot().history.train_loss
    )


def test_early_stopping_restores_weights_of_an_epoch_whose_row_is_long_gone(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("nnmath_engine.ensemble.most_rows", lambda layers: 1000)
    experiment = Experiment.from_values(
        {
            **SMALL,
            "data.source": "sine",
            "data.validation_fraction": 0.3,
            "training.early_stopping": 2500,
            "training.learning_rate": 1e-300,
        }
    )
    ensemble = Ensemble(experiment, [0], data_of(experiment))
    ensemble.run(60, until=5000)
    assert ensemble.statuses == ("stopped",)
    assert ensemble.history(0).last.epoch == 2501
