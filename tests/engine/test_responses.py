"""The answers of all neurons to fixed inputs: as the reference gives them, in the same arrays."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nnmath_engine.activations import ACTIVATIONS
from nnmath_engine.blueprint import Blueprint, blueprint, initial_parameters
from nnmath_engine.dataset import build_dataset
from nnmath_engine.experiment import Experiment, ExperimentError
from nnmath_engine.losses import LOSSES
from nnmath_engine.network import Parameters, Tape, forward
from nnmath_engine.plan import Responses


def network(values: dict[str, Any], seed: int = 1) -> tuple[Blueprint, Parameters]:
    small = {"data.samples": 20, "training.seed": seed, "network.initializer": "normal"}
    experiment = Experiment.from_values(small | values)
    dataset = build_dataset(experiment.data, experiment.training.loss)
    plan = blueprint(experiment, dataset)
    return plan, initial_parameters(experiment, plan)


def inputs(plan: Blueprint, rows: int = 50) -> np.ndarray[Any, Any]:
    shape = (rows, plan.sizes[0])
    return np.random.default_rng(rows).uniform(-3, 3, shape).astype(np.float32)


def reference(plan: Blueprint, parameters: Parameters, X: np.ndarray[Any, Any]) -> Tape:
    with np.errstate(all="ignore"):
        light = parameters.map(lambda array: array.astype(np.float32))
        return forward(light, X, plan.activations)


def check(responses: Responses, tape: Tape, plan: Blueprint) -> None:
    np.testing.assert_array_equal(responses.inputs.T, tape.X)
    for ours, theirs in zip(responses.layers, tape.a, strict=True):
        assert ours.dtype == np.float32
        np.testing.assert_allclose(ours.T, theirs, rtol=2e-5, atol=2e-5)
    np.testing.assert_allclose(responses.scored.T, tape.scored(plan.loss), rtol=2e-5, atol=2e-5)
    np.testing.assert_array_equal(responses.yhat, responses.layers[-1].T)


# A step turns a difference in the last digit of its z into 1.
SMOOTH = sorted(set(ACTIVATIONS) - {"step"})


@settings(max_examples=100, deadline=None)
@given(
    source=st.sampled_from(["circle", "blobs", "plane", "sine"]),
    layers=st.lists(st.tuples(st.integers(1, 5), st.sampled_from(SMOOTH)), max_size=4),
    loss=st.sampled_from(["auto", *LOSSES]),
    output=st.sampled_from(["auto", "softmax", *SMOOTH]),
    rows=st.integers(1, 40),
)
def test_any_network_answers_as_the_reference_does(
    source: str, layers: list[tuple[int, str]], loss: str, output: str, rows: int
) -> None:
    values: dict[str, Any] = {
        "data.source": source,
        "network.hidden": tuple(size for size, _ in layers),
        "network.activation": tuple(name for _, name in layers) or "tanh",
        "network.output_activation": output,
        "training.loss": loss,
    }
    try:
        plan, first = network(values)
    except ExperimentError:
        return  # this loss goes with another task or output
    X = inputs(plan, rows)
    responses = Responses(plan, X)
    for parameters in (first, network(values, seed=2)[1], first):
        responses.update(parameters)
        check(responses, reference(plan, parameters, X), plan)


@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_every_activation_in_hidden_layers_and_at_the_output(activation: str) -> None:
    plan, parameters = network(
        {
            "data.source": "plane",
            "network.hidden": (4, 3),
            "network.activation": activation,
            "network.output_activation": activation,
        }
    )
    responses, X = Responses(plan, inputs(plan)), inputs(plan)
    responses.update(parameters)
    check(responses, reference(plan, parameters, X), plan)


def test_weights_that_float32_cannot_hold_neither_warn_nor_stay() -> None:
    plan, parameters = network({"data.source": "blobs", "network.hidden": (3,)})
    X = inputs(plan)
    responses = Responses(plan, X)
    wild = parameters.map(lambda array: array * 1e300)
    responses.update(wild)
    np.testing.assert_array_equal(responses.yhat, reference(plan, wild, X).yhat)
    responses.update(parameters)
    check(responses, reference(plan, parameters, X), plan)


def test_an_update_writes_into_the_arrays_that_are_there() -> None:
    plan, parameters = network({"data.source": "moons", "network.hidden": (3, 2)})
    responses = Responses(plan, inputs(plan))
    arrays = [responses.scored, *responses.layers]
    responses.update(parameters)
    copies = [array.copy() for array in arrays]
    responses.update(parameters.map(lambda array: -2 * array))
    assert all(a is b for a, b in zip([responses.scored, *responses.layers], arrays, strict=True))
    assert not any(np.array_equal(a, b) for a, b in zip(arrays, copies, strict=True))
