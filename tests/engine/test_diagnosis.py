"""A diagnosis names the first number that was not finite, in the order of computation."""

from __future__ import annotations

import numpy as np
from nnmath_engine.activations import ACTIVATIONS
from nnmath_engine.descent import Step, descend
from nnmath_engine.diagnosis import diagnose
from nnmath_engine.experiment import Experiment
from nnmath_engine.losses import LOSSES
from nnmath_engine.network import Parameters

LINEAR = (ACTIVATIONS["linear"], ACTIVATIONS["linear"])


def network(w1: float, w2: float) -> Parameters:
    return Parameters((np.full((1, 2), w1), np.full((2, 1), w2)), (np.zeros(2), np.zeros(1)))


def step(parameters: Parameters, x: float, learning_rate: float = 0.1) -> Step:
    X, Y = np.array([[0.0], [x]]), np.zeros((2, 1))
    training = Experiment.from_values().training
    with np.errstate(all="ignore"):
        return descend(
            parameters,
            (),
            1,
            X,
            Y,
            activations=LINEAR,
            loss=LOSSES["mse"],
            training=training,
            learning_rate=learning_rate,
        )


def test_the_first_infinite_sum_is_named_with_its_layer_neuron_and_sample() -> None:
    parameters = network(1e200, 1.0)
    found = diagnose(step(parameters, 1e200), parameters, 0.1)
    assert found.quantity == "z1[0] of sample 1 of the batch"
    assert found.formula == "z1 = a0 W1 + b1"
    assert found.value == np.inf
    assert "the largest weight was 1e+200" in found.evidence


def test_an_overflow_in_the_second_layer_is_not_blamed_on_the_first() -> None:
    parameters = network(1e200, 1e200)
    assert diagnose(step(parameters, 1.0), parameters, 0.1).quantity.startswith("z2[0] of sample 1")


def test_a_loss_that_overflows_is_named_when_all_sums_are_finite() -> None:
    parameters = network(1e100, 1e100)
    assert diagnose(step(parameters, 1.0), parameters, 0.1).quantity == "the mean loss"


def test_a_step_too_long_is_named_by_the_weight_that_it_breaks() -> None:
    parameters = network(1e60, 1e60)
    taken = step(parameters, 1.0, learning_rate=1e200)
    assert not taken.is_finite()
    found = diagnose(taken, parameters, 1e200)
    assert found.quantity == "w1[0,0]"
    assert "the learning rate 1e+200" in str(found)
