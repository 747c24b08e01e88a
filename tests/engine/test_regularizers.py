"""Penalties, the proximal step, dropout and clipping by hand-worked numbers and properties."""

from __future__ import annotations

import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes, arrays
from nnmath_engine.arrays import Array
from nnmath_engine.regularizers import (
    REGULARIZERS,
    clip_by_norm,
    clip_by_value,
    dropout_mask,
    global_norm,
    l1_gradient,
    l1_penalty,
    l1_proximal,
    l2_gradient,
    l2_penalty,
)

W = np.array([[1.0, -2.0], [0.0, 0.5]])
matrices = arrays(
    np.float64, array_shapes(min_dims=2, max_dims=2, max_side=4), elements=st.floats(-100, 100)
)


def test_l1_by_hand() -> None:
    assert l1_penalty(W, 0.1) == pytest.approx(0.35, rel=1e-15)
    np.testing.assert_array_equal(l1_gradient(W, 0.1), [[0.1, -0.1], [0.0, 0.1]])
    np.testing.assert_allclose(l1_proximal(W, 0.6), [[0.4, -1.4], [0.0, 0.0]], rtol=1e-15)


def test_l2_by_hand() -> None:
    # 1 + 4 + 0.25 = 5.25
    assert l2_penalty(W, 0.1) == pytest.approx(0.2625, rel=1e-15)
    np.testing.assert_allclose(l2_gradient(W, 0.1), [[0.1, -0.2], [0.0, 0.05]], rtol=1e-15)


def test_a_strength_of_zero_costs_nothing_even_where_the_sum_overflows() -> None:
    with np.errstate(over="ignore"):
        for huge in (np.full((1, 2), 1e308), np.array([[np.inf]]), np.array([[np.nan]])):
            assert l1_penalty(huge, 0.0) == 0.0
            assert l2_penalty(huge, 0.0) == 0.0


def test_the_gradients_are_the_slopes_of_the_penalties() -> None:
    rng = np.random.default_rng(3)
    weights = rng.normal(size=(3, 2))
    h = 1e-6
    for penalty, gradient in ((l1_penalty, l1_gradient), (l2_penalty, l2_gradient)):
        analytic = gradient(weights, 0.3)
        for at in np.ndindex(weights.shape):
            nudge = np.zeros_like(weights)
            nudge[at] = h
            slope = (penalty(weights + nudge, 0.3) - penalty(weights - nudge, 0.3)) / (2 * h)
            assert analytic[at] == pytest.approx(slope, rel=1e-8)


@given(matrices, st.floats(0, 10), matrices)
def test_the_proximal_step_minimizes_what_defines_it(
    weights: Array, threshold: float, others: Array
) -> None:
    # prox(w) = argmin over u of (u − w)²/2 + t·|u|, for each weight alone
    def objective(u: Array, w: Array) -> Array:
        value: Array = 0.5 * (u - w) ** 2 + threshold * np.abs(u)
        return value

    w = weights.ravel()
    best = objective(l1_proximal(w, threshold), w)
    for other in [*others.ravel(), 0.0]:
        assert (best <= objective(np.full_like(w, other), w) + 1e-9).all()


@given(matrices, st.floats(0, 10))
def test_the_proximal_step_gives_plus_zero_and_never_changes_a_sign(
    weights: Array, threshold: float
) -> None:
    stepped = l1_proximal(weights, threshold)
    assert (stepped * weights >= 0).all()
    small = np.abs(weights) <= threshold
    np.testing.assert_array_equal(stepped[small], 0.0)
    assert not np.signbit(stepped[small & (weights != 0)]).any()


def test_dropout_drops_the_asked_share_and_keeps_the_mean() -> None:
    mask = dropout_mask(np.random.default_rng(1), (400, 250), 0.2)
    assert mask.shape == (400, 250)
    assert set(np.unique(mask)) == {0.0, 1.25}
    # 100,000 draws: the share's standard deviation is √(0.2·0.8/1e5) = 0.00126
    assert abs((mask == 0).mean() - 0.2) < 5 * 0.00126
    assert abs(mask.mean() - 1.0) < 5 * 0.00126 * 1.25


def test_dropout_draws_the_same_in_both_precisions() -> None:
    double = dropout_mask(np.random.default_rng(7), (5, 6), 0.5)
    single = dropout_mask(np.random.default_rng(7), (5, 6), 0.5, np.float32)
    assert single.dtype == np.float32
    np.testing.assert_array_equal(single, double)


def test_dropout_of_nothing_and_of_everything() -> None:
    assert (dropout_mask(np.random.default_rng(0), (3, 3), 0.0) == 1.0).all()
    for p in (1.0, -0.1, math.nan):
        with pytest.raises(ValueError, match="dropout probability"):
            dropout_mask(np.random.default_rng(0), (3, 3), p)


def test_clip_by_norm_is_over_all_arrays_together() -> None:
    gradients = (np.array([[3.0, 0.0]]), np.array([4.0]))
    assert global_norm(gradients) == pytest.approx(5.0, rel=1e-15)
    # factor 1/(5 + 1e-6)
    clipped = clip_by_norm(gradients, 1.0)
    np.testing.assert_allclose(clipped[0], [[0.59999988, 0.0]], rtol=1e-9)
    np.testing.assert_allclose(clipped[1], [0.79999984], rtol=1e-9)
    for before, after in zip(gradients, clip_by_norm(gradients, 6.0), strict=True):
        np.testing.assert_array_equal(before, after)


@given(st.lists(matrices, max_size=3), st.floats(1e-3, 1e3))
def test_a_clipped_gradient_is_no_longer_than_the_limit(arrays: list[Array], limit: float) -> None:
    norm = global_norm(arrays)
    squares = sum(float((g**2).sum()) for g in arrays)
    assert norm == pytest.approx(math.sqrt(squares), rel=1e-14, abs=1e-150)
    assert global_norm(clip_by_norm(arrays, limit)) <= min(norm, limit) * (1 + 1e-12)


@pytest.mark.parametrize(("dtype", "size"), [(np.float64, 1e300), (np.float32, 1e30)])
def test_exploding_gradients_do_not_overflow_the_norm(
    dtype: type[np.floating[Any]], size: float
) -> None:
    gradients = (np.array([3 * size, 4 * size], dtype=dtype),)
    assert global_norm(gradients) == pytest.approx(5 * size, rel=1e-6)
    clipped = clip_by_norm(gradients, 1.0)[0]
    assert clipped.dtype == dtype
    np.testing.assert_allclose(clipped, [0.6, 0.8], rtol=1e-6)


def test_gradients_without_length_come_back_as_they_are() -> None:
    assert clip_by_norm((), 1.0) == ()
    zeros = (np.zeros(3), np.empty((0, 2)))
    assert global_norm(zeros) == 0.0
    for before, after in zip(zeros, clip_by_norm(zeros, 1.0), strict=True):
        np.testing.assert_array_equal(before, after)


@pytest.mark.parametrize("bad", [np.inf, -np.inf, np.nan])
@pytest.mark.parametrize("good", [0.0, 100.0])
@pytest.mark.parametrize("order", [1, -1])
def test_gradients_that_are_no_numbers_come_back_as_they_are(
    bad: float, good: float, order: int
) -> None:
    gradients = (np.array([bad, 1.0]), np.full(2, good))[::order]
    assert not math.isfinite(global_norm(gradients))
    for before, after in zip(gradients, clip_by_norm(gradients, 50.0), strict=True):
        np.testing.assert_array_equal(before, after)


def test_clip_by_value() -> None:
    first, second = clip_by_value((W, np.array([5.0], dtype=np.float32)), 0.75)
    np.testing.assert_array_equal(first, [[0.75, -0.75], [0.0, 0.5]])
    np.testing.assert_array_equal(second, [0.75])
    assert second.dtype == np.float32


def test_every_regularizer_explains_itself() -> None:
    assert " ".join(REGULARIZERS) == "l1 l2 dropout clip_norm clip_value early_stopping"
    for name, entry in REGULARIZERS.items():
        assert entry.name == name
        assert entry.label
        assert entry.formula
        assert entry.about.endswith(".")
