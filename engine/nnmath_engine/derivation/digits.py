"""Numbers in print: so many digits, and which place the last of them stands at."""

from __future__ import annotations

import math

_SMALLEST_PLAIN, _LARGEST_PLAIN = -4, 6
"""Exponents from and to which numbers are written out; others are written like 1.5e-7."""


def printed(value: float, digits: int) -> str:
    """A number with so many significant digits, fewer if it is exactly that number."""
    return _written(value, digits, value)


def _written(shown: float, digits: int, value: float) -> str:
    """`shown` with so many significant digits; zeros at its end are dropped if it is `value`."""
    if shown == 0 or not math.isfinite(shown):
        return _special(shown)
    mantissa, exponent = f"{shown:.{digits - 1}e}".split("e")
    power = int(exponent)
    # A number that is written out without all its digits must not look as if it had them.
    is_whole = shown == value == int(shown)
    most = _LARGEST_PLAIN if is_whole else min(digits, _LARGEST_PLAIN)
    if _SMALLEST_PLAIN <= power < most:
        text = f"{shown:.{max(0, digits - 1 - power)}f}"
        text = _shortened(text) if float(text) == value else text
    else:
        is_exact = float(f"{mantissa}e{power}") == value
        text = f"{_shortened(mantissa) if is_exact else mantissa}e{power}"
    return text.replace("-", "−", 1) if shown < 0 else text


def exactly(value: float) -> str:
    """A setting as it was given: 0.9, 1e-8, 25."""
    if value == 0 or not math.isfinite(value):
        return _special(value)
    text = repr(float(value)).removesuffix(".0")
    mantissa, _, exponent = text.partition("e")
    text = mantissa.removesuffix(".0") + (f"e{int(exponent)}" if exponent else "")
    return text.replace("-", "−", 1) if value < 0 else text


def last_place(value: float, digits: int) -> int:
    """The power of ten of the last of so many significant digits of a number that is not 0."""
    return _exponent(value, digits) - digits + 1


def _exponent(value: float, digits: int) -> int:
    """The power of ten of the first digit of a number that is rounded to so many."""
    return int(f"{value:.{digits - 1}e}".split("e")[1])


def rounded(value: float, place: int) -> str:
    """A number in print whose last digit stands at the power of ten `place`."""
    if not math.isfinite(value):
        return _special(value)
    near = round(value, -place)
    return _written(near, _exponent(near, 17) - place + 1, value) if near else "0"


def read(text: str) -> float:
    """The number that is printed."""
    return float(text.replace("−", "-").replace("∞", "inf"))


def _special(value: float) -> str:
    if value == 0:
        return "0"
    return "NaN" if math.isnan(value) else "∞" if value > 0 else "−∞"


def _shortened(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text
