"""Activations against numbers worked by hand, against differences, and against PyTorch."""

from __future__ import annotations

import json
import math
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from nnmath_engine.activations import ACTIVATIONS, OUTPUT_ACTIVATIONS, SOFTMAX, Activation
from nnmath_engine.arrays import Array

ELEMENTWISE = [pytest.param(a, id=a.name) for a in ACTIVATIONS.values()]
EVERY = [pytest.param(a, id=a.name) for a in OUTPUT_ACTIVATIONS.values()]
LN2, LN3 = math.log(2), math.log(3)


@pytest.fixture(scope="module")
def torch_values() -> dict[str, Any]:
    path = Path(__file__).parent / "fixtures" / "activations_and_losses.json"
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return document


def numbers(dtype: type[np.floating[Any]], largest: float) -> st.SearchStrategy[Array]:
    bound = float(dtype(largest))
    return arrays(
        dtype,
        array_shapes(min_dims=1, max_dims=3, max_side=5),
        elements=st.floats(-bound, bound, width=64 if dtype is np.float64 else 32),
    )


def test_the_registry_holds_what_presets_may_name() -> None:
    names = "linear sigmoid tanh relu leaky_relu elu selu gelu silu softplus softsign step"
    assert " ".join(ACTIVATIONS) == names
    assert list(OUTPUT_ACTIVATIONS) == [*ACTIVATIONS, "softmax"]
    for name, activation in OUTPUT_ACTIVATIONS.items():
        assert activation.name == name


@pytest.mark.parametrize("activation", EVERY)
def test_every_text_of_the_screen_is_one_line(activation: Activation) -> None:
    for text in (activation.label, activation.formula, activation.derivative, activation.about):
        assert text.strip() == text != ""
        assert text.isprintable()
    assert activation.about.endswith(".")


@pytest.mark.parametrize(
    ("name", "z", "value", "slope"),
    [
        ("linear", -7.0, -7.0, 1.0),
        ("sigmoid", 0.0, 1 / 2, 1 / 4),
        ("sigmoid", LN3, 3 / 4, 3 / 16),
        ("sigmoid", -LN3, 1 / 4, 3 / 16),
        ("tanh", LN2, (2 - 1 / 2) / (2 + 1 / 2), 1 - 0.36),
        ("relu", 2.5, 2.5, 1.0),
        ("relu", -2.5, 0.0, 0.0),
        ("leaky_relu", -2.0, -0.02, 0.01),
        ("leaky_relu", 2.0, 2.0, 1.0),
        ("elu", -LN2, -1 / 2, 1 / 2),
        ("elu", 3.0, 3.0, 1.0),
        # λα = 1.0507009873554805 · 1.6732632423543772 = 1.7580993408473766
        ("selu", -LN2, -0.8790496704236883, 0.8790496704236883),
        ("selu", 2.0, 2.101401974710961, 1.0507009873554805),
        # Φ(1) = 0.8413447460685429, φ(1) = 0.24197072451914337
        ("gelu", 1.0, 0.8413447460685429, 1.0833154705876863),
        ("gelu", 0.0, 0.0, 1 / 2),
        ("silu", LN3, 0.75 * LN3, 0.75 * (1 + LN3 / 4)),
        ("softplus", 0.0, LN2, 1 / 2),
        ("softplus", LN3, 2 * LN2, 3 / 4),
        ("softsign", 3.0, 3 / 4, 1 / 16),
        ("softsign", -1.0, -1 / 2, 1 / 4),
        ("step", 0.1, 1.0, 0.0),
        ("step", -0.1, 0.0, 0.0),
    ],
)
def test_by_hand(name: str, z: float, value: float, slope: float) -> None:
    activation = ACTIVATIONS[name]
    assert activation.f(np.array([z]))[0] == pytest.approx(value, rel=1e-14, abs=1e-16)
    assert activation.df(np.array([z]))[0] == pytest.approx(slope, rel=1e-14, abs=1e-16)


@pytest.mark.parametrize("activation", ELEMENTWISE)
def test_the_derivative_is_the_slope(activation: Activation) -> None:
    z = np.linspace(-8.0, 8.0, 641) + 0.003  # at least 0.003 from every kink
    h = 1e-5
    slope = (activation.f(z + h) - activation.f(z - h)) / (2 * h)
    np.testing.assert_allclose(activation.df(z), slope, rtol=1e-8, atol=1e-9)


@pytest.mark.parametrize("activation", ELEMENTWISE)
def test_the_slope_jumps_at_the_kinks_and_nowhere_else(activation: Activation) -> None:
    # Difference quotients to the left and to the right of every grid point, 0 among them; they
    # also tell where not only the slope but the function itself jumps, as the step does.
    grid, h = np.linspace(-8.0, 8.0, 161), 1e-4
    left = (activation.f(grid) - activation.f(grid - h)) / h
    right = (activation.f(grid + h) - activation.f(grid)) / h
    jumps = grid[np.abs(right - left) > 0.1]
    np.testing.assert_allclose(jumps, activation.kinks, atol=1e-12)


@pytest.mark.parametrize("activation", ELEMENTWISE)
def test_the_slope_has_a_corner_at_the_bends_and_nowhere_else(activation: Activation) -> None:
    grid, h = np.linspace(-8.0, 8.0, 161), 1e-4
    grid = grid[~np.isclose(grid[:, np.newaxis], [*activation.kinks, np.inf]).any(axis=1)]
    left = (activation.df(grid) - activation.df(grid - h)) / h
    right = (activation.df(grid + h) - activation.df(grid)) / h
    corners = grid[np.abs(right - left) > 0.1]
    np.testing.assert_allclose(corners, activation.bends, atol=1e-12)


@pytest.mark.parametrize("activation", EVERY)
@pytest.mark.parametrize(("dtype", "largest"), [(np.float64, 1e308), (np.float32, 3e38)])
def test_no_size_of_z_overflows(
    activation: Activation, dtype: type[np.floating[Any]], largest: float
) -> None:
    sizes = [1e-30, 1.0, 20.0, 89.0, 104.0, 710.0, 746.0, 1000.0, 1e5, 1e19, 1e30, largest]
    z = np.array([[-s, 0.0, s] for s in sizes], dtype=dtype)
    assert np.isfinite(activation.f(z)).all()
    assert np.isfinite(activation.df(z)).all()
    assert np.isfinite(activation.chain(z, np.ones_like(z))).all()


def test_the_ends_are_exact() -> None:
    z = np.array([-1000.0, 1000.0])
    ends = {
        "sigmoid": ([0.0, 1.0], [0.0, 0.0]),
        "tanh": ([-1.0, 1.0], [0.0, 0.0]),
        "softplus": ([0.0, 1000.0], [0.0, 1.0]),
        "elu": ([-1.0, 1000.0], [0.0, 1.0]),
        "gelu": ([0.0, 1000.0], [0.0, 1.0]),
        "silu": ([0.0, 1000.0], [0.0, 1.0]),
    }
    for name, (values, slopes) in ends.items():
        np.testing.assert_array_equal(ACTIVATIONS[name].f(z), values, err_msg=name)
        np.testing.assert_array_equal(ACTIVATIONS[name].df(z), slopes, err_msg=name)


def test_sigmoid_keeps_its_digits_in_the_left_tail() -> None:
    # σ(−40) = e⁻⁴⁰ / (1 + e⁻⁴⁰), which 1 − σ(40) would give as 0
    assert ACTIVATIONS["sigmoid"].f(np.array([-40.0]))[0] == pytest.approx(math.exp(-40), rel=1e-15)


@pytest.mark.parametrize("activation", EVERY)
@settings(max_examples=40)
@given(z=st.one_of(numbers(np.float64, 1e308), numbers(np.float32, 3e38)))
def test_shape_and_dtype_stay_and_z_is_left_alone(activation: Activation, z: Array) -> None:
    before = z.copy()
    z.setflags(write=False)
    for result in (activation.f(z), activation.df(z), activation.chain(z, np.ones_like(z))):
        assert (result.shape, result.dtype) == (z.shape, z.dtype)
        assert not np.shares_memory(result, z)
    np.testing.assert_array_equal(z, before)


@pytest.mark.parametrize("activation", EVERY)
def test_no_rows_give_no_rows(activation: Activation) -> None:
    assert activation.f(np.empty((0, 3))).shape == (0, 3)
    assert activation.df(np.empty((0, 3))).shape == (0, 3)


@pytest.mark.parametrize("activation", ELEMENTWISE)
def test_as_pytorch(activation: Activation, torch_values: dict[str, Any]) -> None:
    z = np.array(torch_values["z"])
    expected = torch_values["activations"][activation.name]
    # 1e-15 for the left tails, where PyTorch's own 1 + erf(z) and 1 − σ(z) have lost digits.
    np.testing.assert_allclose(activation.f(z), expected["f"], rtol=1e-14, atol=1e-15)
    np.testing.assert_allclose(activation.df(z), expected["df"], rtol=1e-14, atol=1e-15)


def test_softmax_by_hand() -> None:
    z = np.array([[1000.0, 0.0, -1000.0], [0.0, LN2, LN3], [5.0, 5.0, 5.0]])
    expected = [[1.0, 0.0, 0.0], [1 / 6, 2 / 6, 3 / 6], [1 / 3, 1 / 3, 1 / 3]]
    np.testing.assert_allclose(SOFTMAX.f(z), expected, rtol=1e-15)
    np.testing.assert_allclose(SOFTMAX.df(z)[1], [5 / 36, 8 / 36, 9 / 36], rtol=1e-15)


@given(numbers(np.float64, 1e308))
def test_a_row_of_softmax_sums_to_one(z: Array) -> None:
    np.testing.assert_allclose(SOFTMAX.f(z).sum(axis=-1), 1.0, rtol=1e-14)


@given(numbers(np.float64, 50.0), st.integers(-(2**40), 2**40))
def test_softmax_does_not_see_a_constant(z: Array, constant: int) -> None:
    z = np.round(z)  # so that adding the constant is exact
    np.testing.assert_array_equal(SOFTMAX.f(z + constant), SOFTMAX.f(z))


def test_softmax_chain_is_the_product_with_the_jacobian() -> None:
    z = np.array([[0.5, -1.25, 2.0, 0.1]])
    upstream = np.array([[1.0, -2.0, 0.5, 3.0]])
    h = 1e-6
    slopes = [
        ((SOFTMAX.f(z + h * e) - SOFTMAX.f(z - h * e)) / (2 * h) * upstream).sum()
        for e in np.eye(4)
    ]
    np.testing.assert_allclose(SOFTMAX.chain(z, upstream), [slopes], rtol=1e-8)


def test_softmax_as_pytorch(torch_values: dict[str, Any]) -> None:
    expected = torch_values["softmax"]
    z, upstream = np.array(expected["z"]), np.array(expected["upstream"])
    np.testing.assert_allclose(SOFTMAX.f(z), expected["f"], rtol=1e-14)
    np.testing.assert_allclose(SOFTMAX.df(z), expected["df"], rtol=1e-14, atol=1e-16)
    np.testing.assert_allclose(
        SOFTMAX.chain(z, upstream), expected["chain"], rtol=1e-14, atol=1e-16
    )
