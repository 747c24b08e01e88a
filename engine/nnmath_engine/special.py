"""Special functions that NumPy lacks, safe for numbers of any size.

The error function follows W. J. Cody, "Rational Chebyshev approximations for the error function",
Mathematics of Computation 23 (1969): three ranges, each with its own quotient of two polynomials,
accurate to a few units in the last place of float64.
"""

from __future__ import annotations

from collections.abc import Callable
from math import pi, sqrt

import numpy as np

from nnmath_engine.arrays import Array

# One pair per power, highest first: coefficient of the numerator, of the denominator.
_NEAR = (
    (1.85777706184603153e-1, 1.0),
    (3.16112374387056560e0, 2.36012909523441209e1),
    (1.13864154151050156e2, 2.44024637934444173e2),
    (3.77485237685302021e2, 1.28261652607737228e3),
    (3.20937758913846947e3, 2.84423683343917062e3),
)
_MIDDLE = (
    (2.15311535474403846e-8, 1.0),
    (5.64188496988670089e-1, 1.57449261107098347e1),
    (8.88314979438837594e0, 1.17693950891312499e2),
    (6.61191906371416295e1, 5.37181101862009858e2),
    (2.98635138197400131e2, 1.62138957456669019e3),
    (8.81952221241769090e2, 3.29079923573345963e3),
    (1.71204761263407058e3, 4.36261909014324716e3),
    (2.05107837782607147e3, 3.43936767414372164e3),
    (1.23033935479799725e3, 1.23033935480374942e3),
)
_FAR = (
    (1.63153871373020978e-2, 1.0),
    (3.05326634961232344e-1, 2.56852019228982242e0),
    (3.60344899949804439e-1, 1.87295284992346047e0),
    (1.25781726111229246e-1, 5.27905102951428412e-1),
    (1.60837851487422766e-2, 6.05183413124413191e-2),
    (6.58749161529837803e-4, 2.33520497626869185e-3),
)
# erfc(28) < 1e-340 is zero in float64, and 28² is far from overflow even in float32.
_ZERO_FROM = 28.0


def erf(x: Array) -> Array:
    """The error function 2/√π ∫₀ˣ exp(−t²) dt of each element; shape and dtype of `x`."""
    y = np.asarray(np.abs(x))
    value = np.asarray(1.0 - erfc(y))
    near = y < 0.46875
    value[near] = _erf_near_zero(y[near])  # the difference above cancels digits there
    return np.copysign(value, x)


def erfc(x: Array) -> Array:
    """The complement 1 − erf(x), keeping its digits where erf(x) is almost 1."""
    y = np.asarray(np.abs(x))
    tail = np.full_like(y, np.nan)
    for low, high, formula in _RANGES:
        here = (low <= y) & (y < high)
        if here.any():
            tail[here] = formula(y[here])
    tail[y >= _ZERO_FROM] = 0.0
    return np.where(x < 0, 2.0 - tail, tail)


def normal_cdf(z: Array) -> Array:
    """Φ(z): the probability that a standard normal variable is at most z."""
    return 0.5 * erfc(-z / sqrt(2.0))


def normal_pdf(z: Array) -> Array:
    """φ(z) = exp(−z²/2) / √(2π): the density of the standard normal distribution."""
    bounded = np.clip(z, -40.0, 40.0)  # φ(40) is 0 already, and 40² cannot overflow
    density: Array = np.exp(-0.5 * bounded**2) / sqrt(2.0 * pi)
    return density


def below_row_max(z: Array) -> Array:
    """Each row of z (n, k) minus its largest element: all ≤ 0, so that exp cannot overflow.

    A softmax does not change when a constant is added to a row; this picks the safest constant.
    """
    with np.errstate(over="ignore"):  # a difference beyond the range of floats becomes the lowest
        difference = z - z.max(axis=-1, keepdims=True)
    shifted: Array = np.maximum(difference, np.finfo(z.dtype).min)
    return shifted


def _erf_near_zero(y: Array) -> Array:
    return y * _quotient(_NEAR, y * y)


def _erfc_near_zero(y: Array) -> Array:
    return 1.0 - _erf_near_zero(y)


def _erfc_middle(y: Array) -> Array:
    return _exp_minus_square(y) * _quotient(_MIDDLE, y)


def _erfc_far(y: Array) -> Array:
    r = 1.0 / (y * y)
    return _exp_minus_square(y) / y * (1.0 / sqrt(pi) - r * _quotient(_FAR, r))


_RANGES: tuple[tuple[float, float, Callable[[Array], Array]], ...] = (
    (0.0, 0.46875, _erfc_near_zero),
    (0.46875, 4.0, _erfc_middle),
    (4.0, _ZERO_FROM, _erfc_far),
)


def _exp_minus_square(y: Array) -> Array:
    # y² rounded to 53 bits would cost exp(−y²) up to 10 bits. The coarse part has few enough bits
    # for its square to be exact; the rest is small.
    coarse = np.trunc(y * 16.0) / 16.0
    product: Array = np.exp(-coarse * coarse) * np.exp(-(y - coarse) * (y + coarse))
    return product


def _quotient(pairs: tuple[tuple[float, float], ...], x: Array) -> Array:
    # Horner's rule, in place: for the few numbers of a small layer new arrays cost more than sums.
    numerator, denominator = np.zeros_like(x), np.zeros_like(x)
    for above, below in pairs:
        numerator *= x
        numerator += above
        denominator *= x
        denominator += below
    return numerator / denominator
