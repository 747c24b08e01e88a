"""A line of a derivation: symbol = formula = numbers = value, in digits that agree.

Whoever evaluates the digits of a line that is printed gets the value that is printed, to its last
digit: the numbers get as many digits as that takes. Where no digits are enough, because the value
is a small difference of large numbers, the value is printed with fewer.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import chain, count

import numpy as np

from nnmath_engine.derivation.cells import Cell
from nnmath_engine.derivation.digits import last_place, read, rounded
from nnmath_engine.derivation.expression import Expression

VALUE_DIGITS = 4
"""Significant digits of a value in print."""
_MOST_DIGITS = 17
_FEWEST_DIGITS = 3
_RELIABLE = 14
"""Significant digits that survive the rounding of float64 in a sum."""
_SURE = 1 - 1e-6
"""A result this near to halfway between two roundings may be rounded either way."""


@dataclass(frozen=True, slots=True)
class Printed:
    """The numbers of a formula, and what they come to, in print.

    places: for each number that is a cell, where it stands in `numbers`.
    """

    numbers: str
    value: str
    places: tuple[tuple[slice, Cell], ...] = ()


@dataclass(frozen=True, slots=True, eq=False)
class Equation:
    """`symbol` = `formula` = `right` = `value`; `note` says why, or under which condition.

    The value is the engine's own number; `right` are the numbers that it was made from.
    """

    symbol: str
    formula: str
    right: Expression
    value: float
    note: str = ""
    digits: int = VALUE_DIGITS
    """Significant digits of the value in print; more where fewer would hide what has changed."""

    def printed(self, most_terms: int = 8) -> Printed:
        """In print, with at most so many terms of a long sum."""
        with np.errstate(all="ignore"):
            return _printed(self, most_terms)


@lru_cache(maxsize=512)
def _printed(equation: Equation, most_terms: int) -> Printed:
    right, value, digits = equation.right.abridged(most_terms), equation.value, equation.digits
    exact = right.evaluate()
    if not (math.isfinite(value) and math.isfinite(exact)):
        return _with_places(right, right.text(digits), rounded(value, 0))
    place = last_place(value or exact or 1e-9, digits)
    # Of what cancels nearly all of itself, the digits that are left are those of rounding.
    size = right.size()
    place = max(place, last_place(size, _RELIABLE)) if 0 < size < math.inf else place
    # Halfway between two roundings it takes one digit more; what nothing gives, fewer.
    for last in chain((place, place - 1), count(place + 1)):
        shown = rounded(value, last)
        # What the exact numbers do not give, fewer of their digits will not give either.
        if _agrees(exact, shown, last):
            for number in range(min(_FEWEST_DIGITS, digits), _MOST_DIGITS + 1):
                if _agrees(right.evaluate(number), shown, last):
                    return _with_places(right, right.text(number), shown)
    raise AssertionError("0 agrees with any number, at a place that is high enough")


_NUMBER = re.compile(r"−?(?:\d+(?:\.\d+)?(?:e-?\d+)?|∞|NaN)")
_LEFT_OUT = re.compile(r" \(\d+ more\)")


def _with_places(right: Expression, numbers: str, value: str) -> Printed:
    # Every number of an expression is printed once, from left to right.
    blank = _LEFT_OUT.sub(lambda found: " " * len(found[0]), numbers)
    found = (slice(*match.span()) for match in _NUMBER.finditer(blank))
    pairs = zip(found, right.numbers(), strict=True)
    return Printed(numbers, value, tuple((s, n.cell) for s, n in pairs if n.cell is not None))


def digits_to_see(change: float, value: float) -> int:
    """Significant digits of `value` that show two digits of what has been added to it."""
    if not (change and value and math.isfinite(change) and math.isfinite(value)):
        return VALUE_DIGITS
    apart = math.floor(math.log10(abs(value))) - math.floor(math.log10(abs(change)))
    return max(VALUE_DIGITS, min(apart + 2, 12))


def right_side(formula: str) -> str:
    """What stands to the right of the first "=" of a formula: the cell's own name stands left."""
    return formula.split(" = ", 1)[-1]


def _agrees(result: float, shown: str, place: int) -> bool:
    return abs(result - read(shown)) <= 0.5 * 10.0**place * _SURE
