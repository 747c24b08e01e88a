"""From data to places on a chart: safe for every float, and no more points than can be seen."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from nnmath_engine.arrays import Array

LEAST = 1e-8
"""On a logarithmic scale, a zero is drawn no higher than this."""
LARGEST = 1e12
"""Epochs and counts beyond it, on either side, are drawn as it."""
LARGEST_LOSS = 8e307
"""On a linear scale a value beyond it is drawn as it: the range of a scale must be a number too."""
SMALLEST_LOSS = 1e-300
"""There, values that are all nearer to 0 are 0: so must be the steps from mark to mark."""


@dataclass(frozen=True, slots=True)
class Scale:
    """A linear scale from `low` to `high` > `low`, in drawn units: exponents on a log axis."""

    low: float
    high: float

    def place(self, values: Array) -> Array:
        """Where values lie, from 0 to 1; those outside lie at the end."""
        inside = np.clip(values, self.low, self.high)
        places: Array = np.clip((inside - self.low) / (self.high - self.low), 0.0, 1.0)
        return places


def range_of(values: Sequence[Array], *, least: float = 0.0) -> Scale:
    """The scale from the lowest to the highest of finite values within ±LARGEST_LOSS.

    A range narrower than `least`, or than can be told apart at its size, is widened about its
    middle; with no values at all it is 0 to 1.
    """
    filled = [v for v in values if len(v)]
    if not filled:
        return Scale(0.0, 1.0)
    low, high = min(float(v.min()) for v in filled), max(float(v.max()) for v in filled)
    size = max(abs(low), abs(high))
    if size < SMALLEST_LOSS:
        low = high = size = 0.0
    if high - low <= max(least, 1e-6 * size):
        # Widened, never narrowed: a few late epochs lie closer than a millionth of their number.
        half = max(least, high - low) / 2 if least else size / 2 or 0.5
        middle = (low + high) / 2
        return Scale(middle - half, middle + half)
    return Scale(low, high)


def finite_pairs(x: Array, y: Array, largest: float = LARGEST) -> tuple[Array, Array]:
    """The pairs (n,) of x and y of which both are finite, x clipped to ±LARGEST, y to ±largest."""
    size = min(len(x), len(y))
    x, y = np.asarray(x[:size], dtype=np.float64), np.asarray(y[:size], dtype=np.float64)
    finite = np.isfinite(x) & np.isfinite(y)
    return np.clip(x[finite], -LARGEST, LARGEST), np.clip(y[finite], -largest, largest)


def exponents(values: Array) -> Array:
    """log10 of values; zeros lie as low as the least of the others, and as LEAST if that is lower.

    So a perfect fit has a place, and no loss is drawn higher than it is.
    """
    positive = values[values > 0]
    least = min(LEAST, float(positive.min())) if len(positive) else LEAST
    result: Array = np.log10(np.maximum(values, least))
    return result


def count_exponents(values: Array) -> Array:
    """log10(1 + n) of counts, so that 0 has a place too."""
    result: Array = np.log10(1.0 + np.clip(values, 0.0, LARGEST))
    return result


def ascending(x: Array, y: Array) -> tuple[Array, Array]:
    """The pairs in order of x, equal x in the order given."""
    if len(x) > 1 and bool(np.any(x[1:] < x[:-1])):
        order = np.argsort(x, kind="stable")
        return x[order], y[order]
    return x, y


def thin(x: Array, y: Array, bins: int) -> tuple[Array, Array]:
    """A curve (x ascending) as its ends and the lowest and the highest point of every bin.

    A curve drawn `bins` cells wide keeps its looks and all its peaks.
    """
    if len(x) <= 2 * bins:
        return x, y
    span = float(x[-1] - x[0])
    places = (x - x[0]) / span if span > 0 else np.zeros_like(x)
    bin_of = np.minimum((places * bins).astype(np.intp), bins - 1)
    starts = np.flatnonzero(np.r_[True, bin_of[1:] != bin_of[:-1]])
    lengths = np.diff(np.r_[starts, len(x)])
    kept = [0, len(x) - 1]
    for extreme in (np.minimum, np.maximum):
        found = np.flatnonzero(y == np.repeat(extreme.reduceat(y, starts), lengths))
        # Of equal extremes of a bin, the first.
        kept += found[np.r_[True, bin_of[found][1:] != bin_of[found][:-1]]].tolist()
    indices = sorted(set(kept))
    return x[indices], y[indices]


def corners(x: Array, y: Array, tolerance: float) -> list[int]:
    """Which points of a curve (x ascending) to keep so that none lies off it by over `tolerance`.

    From the last point kept, a door to each further point swings narrower; the point before the
    first one that does not pass it is a corner ("swinging door" compression, Bristol 1990).
    """
    xs, ys = x.tolist(), y.tolist()
    kept = [0] if xs else []
    low, high = -math.inf, math.inf
    for index in range(1, len(xs)):
        across = xs[index] - xs[kept[-1]]
        slope = (ys[index] - ys[kept[-1]]) / across if across > 0 else math.nan
        if not low <= slope <= high:
            if kept[-1] < index - 1:
                kept.append(index - 1)
            low, high = -math.inf, math.inf
            across = xs[index] - xs[kept[-1]]
            if across <= 0:
                kept.append(index)
                continue
            slope = (ys[index] - ys[kept[-1]]) / across
        low, high = max(low, slope - tolerance / across), min(high, slope + tolerance / across)
    if xs and kept[-1] != len(xs) - 1:
        kept.append(len(xs) - 1)
    return kept
