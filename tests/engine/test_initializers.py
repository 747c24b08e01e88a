"""First weights against their definitions: bounds, variance, orthogonality."""

from __future__ import annotations

import inspect
from math import sqrt

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nnmath_engine.initializers import INITIALIZERS, Initializer

EVERY = pytest.mark.parametrize("initializer", INITIALIZERS.values(), ids=lambda i: i.name)
FAN_IN, FAN_OUT = 300, 200
SCALES = {
    # The standard deviation by the standard definitions, for 300 inputs and 200 neurons.
    "glorot_uniform": sqrt(2 / 500),
    "glorot_normal": sqrt(2 / 500),
    "he_uniform": sqrt(2 / 300),
    "he_normal": sqrt(2 / 300),
    "lecun_uniform": sqrt(1 / 300),
    "lecun_normal": sqrt(1 / 300),
    "pytorch": sqrt(1 / 900),
    "normal": 1.0,
}
BOUNDS = {
    "glorot_uniform": sqrt(6 / 500),
    "he_uniform": sqrt(6 / 300),
    "lecun_uniform": sqrt(3 / 300),
    "pytorch": 1 / sqrt(300),
}


@pytest.mark.parametrize("name", SCALES)
def test_mean_and_deviation(name: str) -> None:
    W = INITIALIZERS[name].weights(np.random.default_rng(5), FAN_IN, FAN_OUT)
    # Of 60,000 draws the mean strays by sigma/245 and the deviation by at most sigma/346.
    assert W.std() == pytest.approx(SCALES[name], rel=0.012)
    assert abs(W.mean()) < 0.016 * SCALES[name]


@pytest.mark.parametrize("name", BOUNDS)
def test_bounds_of_the_uniform_ones_are_kept_and_reached(name: str) -> None:
    W = INITIALIZERS[name].weights(np.random.default_rng(6), FAN_IN, FAN_OUT)
    assert np.abs(W).max() <= BOUNDS[name]
    assert W.max() > 0.999 * BOUNDS[name]
    assert W.min() < -0.999 * BOUNDS[name]


@pytest.mark.parametrize("name", ["glorot_normal", "he_normal", "lecun_normal", "normal"])
def test_the_normal_ones_are_normal_and_not_truncated(name: str) -> None:
    W = INITIALIZERS[name].weights(np.random.default_rng(7), FAN_IN, FAN_OUT) / SCALES[name]
    # 68.27 % of a normal distribution lie within one deviation, 4.55 % beyond two, .27 % beyond 3.
    assert (np.abs(W) < 1).mean() == pytest.approx(0.6827, abs=0.01)
    assert (np.abs(W) > 2).mean() == pytest.approx(0.0455, abs=0.005)
    assert (np.abs(W) > 3).mean() == pytest.approx(0.0027, abs=0.001)


def test_biases_of_pytorch_are_drawn_by_fan_in_too() -> None:
    b = INITIALIZERS["pytorch"].biases(np.random.default_rng(8), 4, 10_000)
    assert np.abs(b).max() <= 0.5
    assert b.std() == pytest.approx(0.5 / sqrt(3), rel=0.03)


def test_all_other_biases_are_zero_and_draw_nothing() -> None:
    for initializer in INITIALIZERS.values():
        if initializer.name != "pytorch":
            rng = np.random.default_rng(9)
            b = initializer.biases(rng, 3, 5, **initializer.defaults())
            np.testing.assert_array_equal(b, np.zeros(5))
            assert rng.random() == np.random.default_rng(9).random()


def test_constant_and_zeros() -> None:
    rng = np.random.default_rng(0)
    np.testing.assert_array_equal(INITIALIZERS["zeros"].weights(rng, 2, 3), np.zeros((2, 3)))
    constant = INITIALIZERS["constant"].weights
    np.testing.assert_array_equal(constant(rng, 2, 3), np.full((2, 3), 0.3))
    np.testing.assert_array_equal(constant(rng, 1, 2, value=-2), np.full((1, 2), -2.0))


@given(fan_in=st.integers(1, 40), fan_out=st.integers(1, 40), seed=st.integers(0, 2**32 - 1))
def test_orthogonal(fan_in: int, fan_out: int, seed: int) -> None:
    Q = INITIALIZERS["orthogonal"].weights(np.random.default_rng(seed), fan_in, fan_out)
    assert Q.shape == (fan_in, fan_out)
    product = Q.T @ Q if fan_in >= fan_out else Q @ Q.T
    np.testing.assert_allclose(product, np.eye(min(fan_in, fan_out)), atol=1e-12)


def test_orthogonal_favors_no_direction() -> None:
    # Householder's QR alone would give every 1 x 1 matrix the sign -1, and rotations only half.
    draws = [
        INITIALIZERS["orthogonal"].weights(np.random.default_rng(seed), 2, 2) for seed in range(400)
    ]
    assert np.mean([np.linalg.det(Q) > 0 for Q in draws]) == pytest.approx(0.5, abs=0.1)
    np.testing.assert_allclose(np.mean(draws, axis=0), np.zeros((2, 2)), atol=0.15)


@pytest.mark.parametrize(
    ("name", "option"),
    [(i.name, o.name) for i in INITIALIZERS.values() for o in i.options if o.name != "value"],
)
def test_gain_and_sigma_multiply_the_weights(name: str, option: str) -> None:
    weights = INITIALIZERS[name].weights
    plain = weights(np.random.default_rng(10), 3, 4)
    scaled = weights(np.random.default_rng(10), 3, 4, **{option: 2.5})
    np.testing.assert_allclose(scaled, 2.5 * plain, rtol=1e-14)
    still = weights(np.random.default_rng(10), 3, 4, **{option: 0.0})
    np.testing.assert_array_equal(still, np.zeros((3, 4)))


@EVERY
def test_shapes_dtype_seed_and_defaults(initializer: Initializer) -> None:
    for fan_in, fan_out in ((1, 1), (7, 2), (2, 7)):
        rngs = [np.random.default_rng(11), np.random.default_rng(11)]
        first, again = (initializer.weights(rng, fan_in, fan_out) for rng in rngs)
        assert first.shape == (fan_in, fan_out)
        assert first.dtype == np.float64
        assert first.flags.c_contiguous
        np.testing.assert_array_equal(first, again)
        b = initializer.biases(np.random.default_rng(11), fan_in, fan_out, **initializer.defaults())
        assert b.shape == (fan_out,)
        assert b.dtype == np.float64
    parameters = list(inspect.signature(initializer.weights).parameters.items())[3:]
    assert {name: p.default for name, p in parameters} == initializer.defaults()
