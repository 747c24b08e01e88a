"""A pocket calculator that reads what a derivation prints; it shares no code with it."""

from __future__ import annotations

import math
import re

_SIGNS = {"−": "-", "·": "*", "^": "**", "√": "sqrt", "∞": "inf", "σ": "sigmoid"}
_NAMES = {
    "abs": abs,
    "clip": lambda x, low, high: max(low, min(x, high)),
    "cos": math.cos,
    "exp": math.exp,
    "inf": math.inf,
    "ln": math.log,
    "max": max,
    "min": min,
    "sigmoid": lambda x: 1 / (1 + math.exp(-x)) if x >= 0 else math.exp(x) / (1 + math.exp(x)),
    "sign": lambda x: (x > 0) - (x < 0),
    "sin": math.sin,
    "sqrt": math.sqrt,
    "tanh": math.tanh,
    "Φ": lambda x: 0.5 * math.erfc(-x / math.sqrt(2)),
    "φ": lambda x: math.exp(-x * x / 2) / math.sqrt(2 * math.pi),
}


def calculate(numbers: str) -> float:
    """The result of an expression in print."""
    text = re.sub(r" \(\d+ more\)", "", numbers)
    text = re.sub(r"\|([^|]*)\|", r"abs(\1)", text)
    for sign, plain in _SIGNS.items():
        text = text.replace(sign, plain)
    return float(eval(text, {"__builtins__": {}}, _NAMES))


def half_a_digit(value: str) -> float:
    """Half of one in the last digit of a number in print."""
    mantissa, _, exponent = value.replace("−", "-").partition("e")
    places = len(mantissa.partition(".")[2])
    return float(0.5 * 10.0 ** (int(exponent or 0) - places))


def number(value: str) -> float:
    """The number in print."""
    return float(value.replace("−", "-"))


def reproduces(numbers: str, value: str) -> bool:
    """Whether somebody who types in `numbers` gets `value`, to its last digit."""
    return abs(calculate(numbers) - number(value)) <= half_a_digit(value) * (1 + 1e-9)
