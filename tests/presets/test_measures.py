"""What no history keeps, on networks small enough to work by hand."""

from __future__ import annotations

import math
from collections.abc import Mapping
from typing import Any

import numpy as np
import pytest
from nnmath_engine.experiment import Experiment
from nnmath_engine.network import backward, forward
from nnmath_engine.session import Session
from nnmath_presets.measures import Moment, largest_curvature, measure, zeros


def moment(values: Mapping[str, Any]) -> Moment:
    return Moment.of(Session(Experiment.from_values(values)).snapshot())


def one_neuron(w: tuple[float, float], b: float, **more: Any) -> Moment:
    """A sigmoid neuron on the table of AND."""
    given = {"network.weights": [[[w[0]], [w[1]]]], "network.biases": [[b]]}
    return moment({"data.source": "and", "network.hidden": [], **given, **more})


def sigmoid(z: float) -> float:
    return 1 / (1 + math.exp(-z))


def test_the_margin_is_that_of_the_output_nearest_to_the_boundary() -> None:
    # z is -6, -2, -2 and 2 for the four rows.
    assert measure("margin", one_neuron((4, 4), -6)) == pytest.approx(sigmoid(2) - 0.5)
    hinge = one_neuron((4, 4), -5, **{"training.loss": "hinge"})
    assert measure("margin", hinge) == pytest.approx(1.0)  # z = -1, decided at 0


def test_the_margin_of_three_classes_is_between_the_two_likeliest() -> None:
    blobs = {"data.source": "blobs", "network.hidden": [], "training.loss": "ce"}
    assert measure("margin", moment({**blobs, "network.initializer": "zeros"})) == 0.0
    biases = [[math.log(2.0), 0.0, math.log(1.0)]]
    tilted = moment(
        {**blobs, "network.weights": [np.zeros((2, 3)).tolist()], "network.biases": biases}
    )
    assert measure("margin", tilted) == pytest.approx(0.5 - 0.25)


def test_the_largest_error_is_the_worst_row() -> None:
    assert measure("largest_error", one_neuron((0, 0), 2)) == pytest.approx(sigmoid(2))


def test_the_gradient_ratio_is_first_over_last() -> None:
    linear = {
        "data.source": "line",
        "data.samples": 3,
        "data.noise": 0,
        "data.test_fraction": 0,
        "network.hidden": [1],
        "network.activation": "linear",
        "network.weights": [[[2.0]], [[0.5]]],
        "network.biases": [[0.0], [0.0]],
    }
    # yhat = v w x: dL/dw is to dL/dv as v is to w.
    assert measure("gradient_ratio", moment(linear)) == pytest.approx(0.5 / 2.0)


@pytest.mark.parametrize("size", [1, 2, 3, 5, 20])
def test_the_gradient_noise_is_that_of_all_batches_there_are(size: int) -> None:
    from itertools import combinations

    values = {"data.source": "circle", "data.samples": 10, "network.hidden": [3]}
    here = moment({**values, "training.batch_size": size})
    train, network = here.dataset.train, here.network

    def gradient(rows: list[int]) -> np.ndarray[Any, Any]:
        tape = forward(here.parameters, train.X[rows], network.activations)
        back = backward(tape, here.parameters, network.activations, network.loss, train.Y[rows])
        return np.concatenate([array.ravel() for array in back.gradients.arrays()])

    whole = gradient(list(range(5)))
    errors = [
        ((gradient(list(rows)) - whole) ** 2).sum() for rows in combinations(range(5), min(5, size))
    ]
    exact = math.sqrt(float(np.mean(errors))) / np.linalg.norm(whole)
    assert measure("gradient_noise", here) == pytest.approx(exact, abs=1e-12)


LINE = {
    "data.source": "line",
    "data.samples": 5,
    "data.noise": 0.0,
    "data.test_fraction": 0.0,
    "network.hidden": [],
}


def test_the_curvature_of_a_linear_neuron_is_known() -> None:
    # x = -1, -.5, 0, .5, 1: the Hessian of the mean of (w x + b - y)^2 is diag(2 * 0.5, 2).
    assert largest_curvature(moment(LINE)) == pytest.approx(2.0, rel=1e-6)
    assert measure("critical_learning_rate", moment(LINE)) == pytest.approx(1.0, rel=1e-6)
    # L2 adds its strength along w, not along b: 1 + 3 = 4.
    assert largest_curvature(moment({**LINE, "training.l2": 3.0})) == pytest.approx(4.0, rel=1e-6)


def test_the_curvature_of_a_network_is_the_largest_eigenvalue_of_its_hessian() -> None:
    here = moment({"data.source": "circle", "data.samples": 40, "network.hidden": [8]})
    flat = np.concatenate([array.ravel() for array in here.parameters.arrays()])
    shapes = [array.shape for array in here.parameters.arrays()]
    ends = np.cumsum([math.prod(shape) for shape in shapes])[:-1]

    def gradient(at: np.ndarray[Any, Any]) -> np.ndarray[Any, Any]:
        from nnmath_engine.network import Parameters

        parts = zip(np.split(at, ends), shapes, strict=True)
        return here.gradient(Parameters.of([part.reshape(shape) for part, shape in parts]))

    h = 1e-5
    rows = [(gradient(flat + h * e) - gradient(flat - h * e)) / (2 * h) for e in np.eye(len(flat))]
    hessian = (np.array(rows) + np.array(rows).T) / 2
    assert largest_curvature(here) == pytest.approx(
        float(np.linalg.eigvalsh(hessian)[-1]), rel=1e-4
    )


def test_dead_neurons_and_zero_weights_are_counted() -> None:
    given = {
        "data.source": "and",
        "network.hidden": [4],
        "network.activation": "relu",
        "network.weights": [
            [[1.0, -1.0, 0.0, 1.0], [1.0, -1.0, 0.0, 0.0]],
            [[1.0], [1.0], [1.0], [0.0]],
        ],
        "network.biases": [[0.0, 0.0, -1.0, 0.5], [0.0]],
    }
    here = moment(given)
    assert measure("dead_share", here) == 0.5  # the second and the third are never above 0
    assert measure("zero_share", here) == pytest.approx(4 / 12)
    assert measure("dead_share", one_neuron((1, 1), 0)) == 0.0


def test_equal_neurons_do_not_differ() -> None:
    same = {"data.source": "circle", "network.hidden": [3], "network.initializer": "constant"}
    assert measure("column_difference", moment(same)) == 0.0
    odd = {
        "network.weights": [[[1.0, 1.5, 1.0], [2.0, 2.0, 2.0]], [[1.0], [1.0], [1.0]]],
        "network.biases": [[0.0, 0.0, -0.7], [0.0]],
    }
    assert measure("column_difference", moment({**same, **odd})) == pytest.approx(0.7)


def test_silent_inputs_are_counted_by_name() -> None:
    here = one_neuron((0.0, 2.0), 1.0)
    assert zeros(here, (), ()) == 1
    assert zeros(here, ("x2",), ()) == 0
    assert zeros(here, ("x1",), ("x2",)) == 1
    assert math.isnan(zeros(here, ("x2",), ("x1",)))
    assert zeros(here, ("x3",), ()) == 0  # taken away is not silenced
    assert math.isnan(zeros(here, ("x1",), ("x3",)))


def test_zeros_of_a_layer_are_counted_one_by_one() -> None:
    given = {
        "data.source": "and",
        "network.hidden": [2],
        "network.weights": [[[0.0, 1.0], [0.0, 0.0]], [[0.0], [2.0]]],
        "network.biases": [[0.0, 0.0], [0.0]],
    }
    here = moment(given)
    assert [zeros(here, (), (), layer) for layer in (1, 2)] == [3, 1]
    assert math.isnan(zeros(here, (), (), 3))
    assert math.isnan(zeros(here, (), ("x2",), 1))
