"""The error function against the C library's."""

from __future__ import annotations

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nnmath_engine.special import below_row_max, erf, erfc, normal_cdf, normal_pdf


def test_erf_has_the_values_of_the_tables() -> None:
    # Abramowitz & Stegun, table 7.1
    x = np.array([0.0, 0.1, 0.5, 1.0, 2.0, -1.0])
    expected = [0.0, 0.1124629160, 0.5204998778, 0.8427007929, 0.9953222650, -0.8427007929]
    np.testing.assert_allclose(erf(x), expected, atol=5e-11)


@given(st.floats(-1e308, 1e308))
def test_erf_agrees_with_the_c_library(x: float) -> None:
    assert erf(np.array([x]))[0] == pytest.approx(math.erf(x), rel=1e-15, abs=0.0)


@given(st.floats(-1e308, 26.0))
def test_erfc_keeps_its_digits_far_out_where_erf_is_one(x: float) -> None:
    assert erfc(np.array([x]))[0] == pytest.approx(math.erfc(x), rel=2e-15, abs=0.0)


@pytest.mark.parametrize("edge", [0.46875, 4.0, 28.0])
def test_the_ranges_of_erfc_meet_without_a_step(edge: float) -> None:
    x = np.array([np.nextafter(edge, 0.0), edge, np.nextafter(edge, 99.0)])
    np.testing.assert_allclose(erfc(x), [math.erfc(v) for v in x], rtol=2e-15, atol=1e-320)


def test_erf_of_not_a_number_is_not_a_number() -> None:
    np.testing.assert_array_equal(erf(np.array([np.nan, 0.0])), [np.nan, 0.0])


def test_float32_stays_float32() -> None:
    x = np.linspace(-30, 30, 600, dtype=np.float32).reshape(3, -1)
    for function, reference in ((erf, math.erf), (erfc, math.erfc)):
        got = function(x)
        assert (got.dtype, got.shape) == (x.dtype, x.shape)
        np.testing.assert_allclose(got, np.vectorize(reference)(x), rtol=1e-5, atol=1e-37)


def test_normal_distribution() -> None:
    z = np.array([0.0, 1.959963984540054, -1.959963984540054, 1e308, -1e308])
    np.testing.assert_allclose(normal_cdf(z), [0.5, 0.975, 0.025, 1.0, 0.0], rtol=1e-14)
    np.testing.assert_allclose(
        normal_pdf(np.array([0.0, 1.0, -1.0, 1e308])),
        [0.3989422804014327, 0.24197072451914337, 0.24197072451914337, 0.0],
        rtol=1e-15,
    )


def test_below_row_max_stays_finite_where_the_difference_does_not() -> None:
    z = np.array([[1e308, -1e308, 1e308], [-3.0, 4.0, 0.5]])
    lowest = np.finfo(np.float64).min
    np.testing.assert_array_equal(below_row_max(z), [[0.0, lowest, 0.0], [-7.0, 0.0, -3.5]])
