"""The functions that formulas name, for one number at a time.

What overflows becomes infinite, and what has no value NaN, as in the engine's arrays.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping

Function = Callable[..., float]


def exp(x: float) -> float:
    try:
        return math.exp(x)
    except OverflowError:
        return math.inf


def ln(x: float) -> float:
    if x == 0:
        return -math.inf
    return math.log(x) if x > 0 else math.nan


def sigmoid(x: float) -> float:
    return 1 / (1 + exp(-x)) if x >= 0 else exp(x) / (1 + exp(x))


def sign(x: float) -> float:
    return math.nan if math.isnan(x) else float((x > 0) - (x < 0))


def clip(x: float, low: float, high: float) -> float:
    return math.nan if math.isnan(x) else min(max(x, low), high)


def root(x: float) -> float:
    return math.sqrt(x) if x >= 0 else math.nan


def divide(a: float, b: float) -> float:
    if b == 0:
        return math.nan if a == 0 or math.isnan(a) else math.copysign(math.inf, a)
    return a / b


def power(a: float, b: float) -> float:
    try:
        return math.pow(a, b)
    except (OverflowError, ValueError):
        return math.inf


def normal_cdf(x: float) -> float:
    return 0.5 * math.erfc(-x / math.sqrt(2))


def normal_pdf(x: float) -> float:
    return exp(-0.5 * x * x) / math.sqrt(2 * math.pi)


FUNCTIONS: Mapping[str, Function] = {
    "exp": exp,
    "ln": ln,
    "tanh": math.tanh,
    "σ": sigmoid,
    "max": max,
    "min": min,
    "sign": sign,
    "clip": clip,
    "sin": math.sin,
    "cos": math.cos,
    "Φ": normal_cdf,
    "φ": normal_pdf,
}
"""By the name that stands in print."""
