"""Numbers in print: so many digits, and which place the last of them stands at."""

from __future__ import annotations

import math

_SMALLEST_PLAIN, _LARGEST_PLAIN = -4, 6
"""Exponents from and to which numbers are written out; others are written like 1.5e-7."""


def printed(value: float, digits: int) -> str:
    """A number with so many significant digits, fewer if it is exactly that number."""
    if value == 0 or not math.isfinite(value):
        return _special(value)
    mantissa, exponent = f"{value:.{digits - 1}e}".split("e")
    power = int(exponent)
    # A number that is written out without all its digits must not look as if it had them.
    most = _LARGEST_PLAIN if value == int(value) else min(digits, _LARGEST_PLAIN)
    if _SMALLEST_PLAIN <= power < most:
        text = f"{value:.{max(0, digits - 1 - power)}f}"
        text = _shortened(text) if float(text) == value else text
    else:
        text = f"{_shortened(mantissa) if float(f'{mantissa}e{power}') == value else mantissa}"
        text += f"e{power}"
    return text.replace("-", "−", 1) if value < 0 else text


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
    return int(f"{value:.{digits - 1}e}".split("e")[1]) - digits + 1


def rounded(value: float, place: int) -> str:
    """A number in print whose last digit stands at the power of ten `place`."""
    if value == 0 or not math.isfinite(value):
        return _special(value)
    # One digit more than it has down to that place, as 9.99 may become 10.0.
    digits = int(f"{value:e}".split("e")[1]) - place + 1
    if digits < 1:
        return (
            "0" if abs(value) < 0.5 * 10.0**place else printed(math.copysign(10.0**place, value), 1)
        )
    return printed(value, digits)


def read(text: str) -> float:
    """The number that is printed."""
    return float(text.replace("−", "-").replace("∞", "inf"))


def _special(value: float) -> str:
    if value == 0:
        return "0"
    return "NaN" if math.isnan(value) else "∞" if value > 0 else "−∞"


def _shortened(text: str) -> str:
    return text.rstrip("0").rstrip(".") if "." in text else text
