"""What an experiment leaves open is settled by its data, and what does not fit it is refused."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from nnmath_engine import limits
from nnmath_engine.blueprint import Blueprint, blueprint, initial_parameters
from nnmath_engine.dataset import build_dataset
from nnmath_engine.experiment import Experiment, ExperimentError
from nnmath_engine.session import Session
from nnmath_engine.streams import Stream


def made(**values: Any) -> tuple[Experiment, Blueprint]:
    experiment = Experiment.from_values(values)
    return experiment, blueprint(
        experiment, build_dataset(experiment.data, experiment.training.loss)
    )


@pytest.mark.parametrize(
    ("source", "loss", "output", "sizes"),
    [
        ("circle", "bce", "sigmoid", (2, 8, 8, 1)),
        ("iris", "ce", "softmax", (4, 8, 8, 3)),
        ("sine", "mse", "linear", (1, 8, 8, 1)),
        ("digits", "ce", "softmax", (64, 8, 8, 10)),
    ],
)
def test_auto_takes_what_the_data_asks_for(
    source: str, loss: str, output: str, sizes: tuple[int, ...]
) -> None:
    _, plan = made(**{"data.source": source})
    assert (plan.loss.name, plan.activations[-1].name, plan.sizes) == (loss, output, sizes)


@pytest.mark.parametrize(
    ("values", "path", "words"),
    [
        (
            {"data.source": "sine", "training.loss": "bce"},
            "training.loss",
            "bce does not fit a regression; allowed: mse, half_mse, mae, huber",
        ),
        (
            {"network.output_activation": "tanh"},
            "network.output_activation",
            "tanh does not go with the loss bce; allowed: auto or sigmoid",
        ),
        (
            {"network.output_activation": "softmax", "training.loss": "mse"},
            "network.output_activation",
            "softmax needs two outputs or more",
        ),
        (
            {"network.hidden": [4096, 4096]},
            "network.hidden",
            "makes 16,797,697 parameters; allowed are at most 5,000,000",
        ),
        (
            {"network.hidden": [2], "network.weights": [[[1, 2], [3]], [[1], [2]]]},
            "network.weights",
            "of sizes 2 x 2, 2 x 1",
        ),
        (
            {"training.loss": "hinge", "network.output_activation": "sigmoid"},
            "network.output_activation",
            "sigmoid is never negative, and hinge decides by the sign",
        ),
        (
            {
                "data.samples": 100_000,
                "data.test_fraction": 0.0,
                "network.hidden": [256] * 64,
                "training.batch_size": 100_000,
            },
            "training.batch_size",
            "of 100,000 rows through 16,387 neurons is too much for one step; "
            "allowed are at most 305 rows",
        ),
        ({"network.hidden": [2], "network.biases": [[1], [1]]}, "network.biases", "lengths 2, 1"),
    ],
)
def test_what_does_not_fit_the_data_is_refused(
    values: dict[str, Any], path: str, words: str
) -> None:
    with pytest.raises(ExperimentError) as error:
        made(**values)
    [problem] = error.value.problems
    assert problem.path == path
    assert words in problem.message


def test_equal_seeds_share_no_random_numbers() -> None:
    experiment, plan = made(
        **{
            "data.source": "sparse_features",
            "data.samples": 100,
            "data.noise": 0.0,
            "data.test_fraction": 0.0,
            "network.hidden": [8],
            "network.initializer": "normal",
        }
    )
    dataset = build_dataset(experiment.data, experiment.training.loss)
    weights = initial_parameters(experiment, plan).weights[0]
    assert experiment.data.seed == experiment.training.seed
    assert not np.isin(weights, dataset.train.raw).any()
    firsts = {stream.generator(0).random() for stream in Stream}
    assert len(firsts) == len(Stream)


def test_first_weights_depend_on_the_seed_alone() -> None:
    one = initial_parameters(*made())
    again = initial_parameters(*made(**{"training.learning_rate": 3.0}))
    other = initial_parameters(*made(**{"training.seed": 1}))
    np.testing.assert_array_equal(one.weights[1], again.weights[1])
    assert not np.array_equal(one.weights[1], other.weights[1])


def test_where_there_is_little_memory_less_is_allowed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "PARAMETERS", limits.PARAMETERS)  # to have them back afterwards
    monkeypatch.setattr(limits, "BATCH_NUMBERS", limits.BATCH_NUMBERS)
    values = {"network.hidden": (100, 100), "data.samples": 400, "training.batch_size": 200}
    experiment = Experiment.from_values(values)
    Session(experiment)  # 2 * 100 + 100 + 100 * 101 + 101 = 10,501 parameters
    limits.fit_into(2 * 320 * 10_500)
    with pytest.raises(ExperimentError, match="10,501 parameters; allowed are at most 10,500"):
        Session(experiment)
    limits.fit_into(10**12)
    with pytest.raises(ExperimentError, match="10,500"):
        Session(experiment)  # it never gets more again
    limits.PARAMETERS = 10**6
    limits.fit_into(2 * 50 * 203 * 150)  # a row runs through 203 neurons
    with pytest.raises(ExperimentError, match="at most 150 rows"):
        Session(experiment)
