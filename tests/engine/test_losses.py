"""Losses against numbers worked by hand, against differences, and against PyTorch."""

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
from nnmath_engine.activations import OUTPUT_ACTIVATIONS
from nnmath_engine.arrays import Array
from nnmath_engine.losses import LOSSES, Loss

EVERY = [pytest.param(loss, id=loss.name) for loss in LOSSES.values()]
ONE_COLUMN = [
    pytest.param(loss, id=loss.name)
    for loss in LOSSES.values()
    if "classification" in loss.tasks and not loss.one_hot
]
LN3 = math.log(3)


@pytest.fixture(scope="module")
def torch_values() -> dict[str, Any]:
    path = Path(__file__).parent / "fixtures" / "activations_and_losses.json"
    document: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return document


def targets_for(loss: Loss, n: int, k: int, rng: np.random.Generator) -> Array:
    """Random targets of the kind that the loss takes: values, 0/1, or one class per row."""
    if loss.one_hot:
        return np.eye(k)[rng.integers(k, size=n)]
    if "regression" in loss.tasks:
        return rng.normal(size=(n, k))
    return rng.integers(2, size=(n, k)).astype(np.float64)


def test_the_registry_holds_what_presets_may_name() -> None:
    assert " ".join(LOSSES) == "mse half_mse mae huber bce ce hinge"
    for name, loss in LOSSES.items():
        assert loss.name == name
        assert loss.output in OUTPUT_ACTIVATIONS
    assert [n for n, loss in LOSSES.items() if "regression" not in loss.tasks] == [
        "bce",
        "ce",
        "hinge",
    ]


@pytest.mark.parametrize("loss", EVERY)
def test_every_text_of_the_screen_is_one_line(loss: Loss) -> None:
    for text in (loss.label, loss.formula, loss.derivative, loss.about):
        assert text.strip() == text != ""
        assert text.isprintable()
    assert loss.about.endswith(".")


@pytest.mark.parametrize(
    ("name", "out", "y", "value", "gradient"),
    [
        # errors 1 and −3: squares 1 and 9
        ("mse", [2.0, -1.0], [1.0, 2.0], 5.0, [1.0, -3.0]),
        ("half_mse", [2.0, -1.0], [1.0, 2.0], 2.5, [0.5, -1.5]),
        ("mae", [2.0, -1.0], [1.0, 2.0], 2.0, [0.5, -0.5]),
        ("mae", [2.0], [2.0], 0.0, [0.0]),
        # errors 0.5 and −3: 0.125 and 2.5
        ("huber", [1.5, -1.0], [1.0, 2.0], 1.3125, [0.25, -0.5]),
        # σ(ln 3) = 3/4: −ln(3/4) for label 1, −ln(1/4) for label 0
        ("bce", [LN3], [1.0], math.log(4 / 3), [-1 / 4]),
        ("bce", [LN3], [0.0], math.log(4), [3 / 4]),
        ("bce", [LN3, -LN3], [1.0, 1.0], (math.log(4 / 3) + math.log(4)) / 2, [-1 / 8, -3 / 8]),
        # softmax of (0, ln 2, ln 3) = (1, 2, 3)/6
        ("ce", [0.0, math.log(2), LN3], [0.0, 1.0, 0.0], LN3, [1 / 6, -4 / 6, 3 / 6]),
        # t = 1, −1, 1: margins 0.5 (short by 0.5), 2 (beyond), −1 (short by 2)
        ("hinge", [0.5, -2.0, -1.0], [1.0, 0.0, 1.0], 2.5 / 3, [-1 / 3, 0.0, -1 / 3]),
        ("hinge", [1.0], [1.0], 0.0, [0.0]),
    ],
)
def test_by_hand(
    name: str, out: list[float], y: list[float], value: float, gradient: list[float]
) -> None:
    loss = LOSSES[name]
    got = loss.per_sample(np.array([out]), np.array([y]))
    np.testing.assert_allclose(got, [value], rtol=1e-14)
    np.testing.assert_allclose(
        loss.gradient(np.array([out]), np.array([y])), [gradient], rtol=1e-14
    )


def test_the_numbers_that_trip_naive_code() -> None:
    z = np.array([[-1000.0], [1000.0], [1000.0], [-1000.0]])
    y = np.array([[1.0], [1.0], [0.0], [0.0]])
    np.testing.assert_array_equal(LOSSES["bce"].per_sample(z, y), [1000.0, 0.0, 1000.0, 0.0])
    np.testing.assert_array_equal(LOSSES["bce"].gradient(z, y), [[-1.0], [0.0], [1.0], [0.0]])

    z = np.array([[1000.0, 0.0, -1000.0]] * 3)
    np.testing.assert_array_equal(LOSSES["ce"].per_sample(z, np.eye(3)), [0.0, 1000.0, 2000.0])
    np.testing.assert_array_equal(
        LOSSES["ce"].gradient(z, np.eye(3)), [[0, 0, 0], [1, -1, 0], [1, 0, -1]]
    )


def test_a_perfect_prediction_costs_plus_zero() -> None:
    for loss in LOSSES.values():
        out = np.array([[1000.0, -1000.0]])
        y = np.array([[1.0, 0.0]]) if loss.output != "linear" or loss.name == "hinge" else out
        value = loss.per_sample(out, y)[0]
        assert value == 0.0
        assert not np.signbit(value), f"{loss.name} would be shown as -0"


@pytest.mark.parametrize("k", [2, 3, 4, 7, 10, 100])
def test_cross_entropy_at_zero_logits_is_ln_k_exactly(k: int) -> None:
    values = LOSSES["ce"].per_sample(np.zeros((k, k)), np.eye(k))
    np.testing.assert_array_equal(values, math.log(k))


def test_bce_keeps_the_digits_of_a_sure_and_right_prediction() -> None:
    # ln(1 + e⁻⁴⁰), which softplus(40) − 40 would give as 0
    got = LOSSES["bce"].per_sample(np.array([[40.0]]), np.array([[1.0]]))
    assert got[0] == pytest.approx(math.exp(-40), rel=1e-15)


def test_two_classes_cost_the_same_by_one_logit_or_by_two() -> None:
    # softmax(0, z) = (1 − σ(z), σ(z))
    z = np.linspace(-30, 30, 61)[:, np.newaxis]
    y = (np.arange(61) % 2 == 0).astype(np.float64)[:, np.newaxis]
    two = LOSSES["ce"].per_sample(np.hstack([np.zeros_like(z), z]), np.hstack([1 - y, y]))
    np.testing.assert_allclose(two, LOSSES["bce"].per_sample(z, y), rtol=1e-12, atol=1e-15)


@pytest.mark.parametrize("loss", EVERY)
@pytest.mark.parametrize("k", [1, 2, 3, 10])
def test_the_gradient_is_the_slope(loss: Loss, k: int) -> None:
    rng = np.random.default_rng(k)
    Y = targets_for(loss, 40, k, rng)
    out = rng.normal(scale=2.0, size=(40, k))
    h = 1e-5
    if loss.kinks is not None:
        smooth = (np.abs(loss.kinks(out, Y)) > 2 * h).all(axis=1)
        assert smooth.sum() >= 35, "the sample should be one that hardly meets a kink"
        out, Y = out[smooth], Y[smooth]
    gradient = loss.gradient(out, Y)
    for j in range(k):
        e = h * np.eye(k)[j]
        slope = (loss.per_sample(out + e, Y) - loss.per_sample(out - e, Y)) / (2 * h)
        np.testing.assert_allclose(gradient[:, j], slope, rtol=1e-8, atol=1e-9)


@pytest.mark.parametrize("loss", EVERY)
@pytest.mark.parametrize("y", [0.0, 1.0])
def test_the_gradient_jumps_where_kinks_changes_sign_and_nowhere_else(loss: Loss, y: float) -> None:
    out = np.arange(-3.0005, 3.0, 1e-3)[:, np.newaxis]
    Y = np.full_like(out, y)
    if loss.one_hot:
        out, Y = np.hstack([out, -out]), np.hstack([Y, 1 - Y])
    jumps = np.abs(np.diff(loss.gradient(out, Y)[:, 0])) > 0.1
    if loss.kinks is None:
        assert not jumps.any()
        return
    signs = np.sign(loss.kinks(out, Y)[:, 0])
    np.testing.assert_array_equal(jumps, np.diff(signs) != 0)
    assert jumps.sum() == 1


@pytest.mark.parametrize("loss", EVERY)
@pytest.mark.parametrize("y", [0.0, 1.0])
def test_the_gradient_has_a_corner_where_bends_changes_sign_and_nowhere_else(
    loss: Loss, y: float
) -> None:
    out = np.arange(-3.0, 3.0, 1e-3)[:, np.newaxis] + 5e-4
    Y = np.full_like(out, y)
    if loss.one_hot:
        out, Y = np.hstack([out, -out]), np.hstack([Y, 1 - Y])
    # A corner lies between two points, so that both second differences beside it show it.
    seconds = np.abs(np.diff(loss.gradient(out, Y)[:, 0], 2))
    corners = (seconds > 1e-4) & (seconds < 1e-2)  # a jump is larger
    if loss.bends is None:
        assert not corners.any()
        return
    changes = np.diff(np.sign(loss.bends(out, Y)[:, 0])) != 0
    np.testing.assert_array_equal(corners, changes[:-1] | changes[1:])
    assert changes.sum() == 2


@pytest.mark.parametrize("loss", ONE_COLUMN)
def test_the_threshold_is_where_both_classes_cost_the_same(loss: Loss) -> None:
    out = loss.threshold + np.array([[-0.25], [0.0], [0.25]])
    as_one = loss.per_sample(out, np.ones_like(out))
    as_zero = loss.per_sample(out, np.zeros_like(out))
    assert as_zero[0] < as_one[0]
    assert as_zero[1] == as_one[1]
    assert as_one[2] < as_zero[2]


def large_values(dtype: type[np.floating[Any]]) -> st.SearchStrategy[Array]:
    return arrays(
        dtype,
        array_shapes(min_dims=2, max_dims=2, max_side=6),
        elements=st.floats(-(2.0**60), 2.0**60, width=64 if dtype is np.float64 else 32),
    )


@pytest.mark.parametrize("loss", EVERY)
@settings(max_examples=40)
@given(out=st.one_of(large_values(np.float64), large_values(np.float32)), data=st.data())
def test_shapes_dtypes_and_finite_numbers(loss: Loss, out: Array, data: st.DataObject) -> None:
    n, k = out.shape
    seed = data.draw(st.integers(0, 999))
    Y = targets_for(loss, n, k, np.random.default_rng(seed)).astype(out.dtype)
    before = out.copy(), Y.copy()
    out.setflags(write=False)
    Y.setflags(write=False)
    values, gradient = loss.per_sample(out, Y), loss.gradient(out, Y)
    assert (values.shape, values.dtype) == ((n,), out.dtype)
    assert (gradient.shape, gradient.dtype) == ((n, k), out.dtype)
    assert np.isfinite(values).all()
    assert (values >= 0).all()
    assert np.isfinite(gradient).all()
    if loss.kinks is not None:
        assert loss.kinks(out, Y).shape == (n, k)
    np.testing.assert_array_equal(out, before[0])
    np.testing.assert_array_equal(Y, before[1])


@pytest.mark.parametrize("name", ["mae", "huber", "bce", "ce", "hinge"])
@pytest.mark.parametrize(("dtype", "largest"), [(np.float64, 1e307), (np.float32, 1e37)])
def test_losses_without_a_square_stand_the_largest_floats(
    name: str, dtype: type[np.floating[Any]], largest: float
) -> None:
    out = np.array([[largest, -largest, 0.0]] * 3, dtype=dtype)
    Y = np.eye(3, dtype=dtype)
    assert np.isfinite(LOSSES[name].per_sample(out, Y)).all()
    assert np.isfinite(LOSSES[name].gradient(out, Y)).all()


@pytest.mark.parametrize("loss", EVERY)
def test_no_rows_give_no_rows(loss: Loss) -> None:
    none = np.empty((0, 2))
    assert loss.per_sample(none, none).shape == (0,)
    assert loss.gradient(none, none).shape == (0, 2)


@pytest.mark.parametrize("loss", EVERY)
def test_as_pytorch(loss: Loss, torch_values: dict[str, Any]) -> None:
    out = np.array(torch_values["out"])
    expected = torch_values["losses"][loss.name]
    Y = np.array(expected["Y"])
    np.testing.assert_allclose(
        loss.per_sample(out, Y), expected["per_sample"], rtol=1e-14, atol=1e-16
    )
    np.testing.assert_allclose(loss.gradient(out, Y), expected["gradient"], rtol=1e-14, atol=1e-16)
