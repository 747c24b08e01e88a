"""Data from a formula y = f(x1 .. xd) that somebody typed.

The text is never run as Python: it is cut into known words and signs, parsed with `ast`, and the
tree is evaluated here, node by node, from a list of what is allowed. `^` is a power, as on paper.
"""

from __future__ import annotations

import ast
import re
from dataclasses import dataclass

import numpy as np

from nnmath_engine.arrays import Array
from nnmath_engine.formula_tree import check, input_number, is_truth, refuse, value_of
from nnmath_engine.samples import Samples, numbered
from nnmath_engine.toy_regression import grid_line

LONGEST = 500  # characters
NESTED = 40  # parentheses inside each other
INPUTS = 20

_TOKEN = re.compile(
    r"\s+|(?P<name>[A-Za-z]\w*)|(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)"
    r"|\*\*|[<>=!]=|[-+*/^()<>,]",
    re.ASCII,
)


@dataclass(frozen=True, slots=True, eq=False)
class Formula:
    """A checked formula. inputs: d, the highest x it names (at least 1)."""

    text: str
    inputs: int
    classification: bool
    _body: ast.expr

    def __call__(self, X: Array) -> Array:
        """f of each row of X (n, d), shape (n,), float64; comparisons give 0 and 1.

        Not finite where f is not defined.
        """
        with np.errstate(all="ignore"):
            result = np.asarray(value_of(self._body, X), dtype=np.float64)
        return np.array(np.broadcast_to(result, (len(X),)))


def parse_formula(text: str) -> Formula:
    """Check `text`; a leading "y =" may be there, and x may stand for x1.

    Raises DataError that says what is wrong, at which character (from 1), and what is allowed.
    """
    if len(text) > LONGEST:
        refuse(f"{len(text):,} characters; the limit is {LONGEST}")
    start = match.end() if (match := re.match(r"\s*y\s*=(?!=)", text)) else 0
    python, places = _python(text, start)
    if not python.strip():
        refuse("empty", allowed=True)
    try:
        body = ast.parse(python, mode="eval").body
    except (RecursionError, MemoryError):
        refuse("too many operations inside each other; make it shorter")
    except SyntaxError as error:
        column = min(max((error.offset or 1) - 1, 0), len(places) - 1)
        refuse("not a complete expression here; check signs and parentheses", places[column])
    check(body, places, 1)
    names = [node.id for node in ast.walk(body) if isinstance(node, ast.Name)]
    inputs = max((input_number(name) for name in names), default=0)
    if inputs > INPUTS:
        refuse(f"x{inputs} is too high; x1 to x{INPUTS} are allowed")
    return Formula(text.strip(), max(inputs, 1), is_truth(body), body)


def formula_samples(text: str, rng: np.random.Generator, samples: int, noise: float) -> Samples:
    """Rows of y = f(x1 .. xd), inputs in [-1, 1]: evenly spaced if d = 1, uniform otherwise.

    A formula that is a comparison gives classes 0 and 1, and noise is the share of labels that
    are wrong at random (at most 1/2); otherwise normal noise of deviation `noise` is added to y.
    Raises DataError if f is refused, or not finite on some row.
    """
    formula = parse_formula(text)
    d = formula.inputs
    X = grid_line(samples)[:, None] if d == 1 else rng.uniform(-1.0, 1.0, (samples, d))
    y = formula(X)
    if (bad := ~(np.abs(y) <= 1e50)).any():
        row = X[bad][0]
        point = ", ".join(
            f"{name} = {value:.3g}" for name, value in zip(numbered(d), row, strict=True)
        )
        what = f"no finite value (up to 1e50) at {int(bad.sum()):,} of {samples:,} points"
        refuse(f"{what}, as at {point}; inputs go from -1 to 1")
    if not formula.classification:
        y = y + noise * rng.standard_normal(samples)
        return Samples(X, y, "regression", numbered(d))
    if samples > 1 and np.all(y == y[0]):
        refuse(f"it is {'true' if y[0] else 'false'} everywhere; two classes are needed")
    wrong = rng.uniform(0.0, 1.0, samples) < min(noise, 0.5)
    labels = np.where(wrong, 1.0 - y, y).astype(np.int64)
    return Samples(X, labels, "classification", numbered(d), ("0", "1"), "class")


def _python(text: str, start: int) -> tuple[str, list[int]]:
    """The formula as a Python expression, and for each of its characters the place in `text`."""
    pieces: list[str] = []
    places: list[int] = []
    at, depth = start, 0
    after_number = False
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            refuse(f"{text[at]!r} is not allowed", at, allowed=True)
        token = match.group()
        if after_number and (match["name"] or match["number"] or token == "("):
            refuse("a sign is missing; write 2*x1, not 2x1", at)
        depth += (token == "(") - (token == ")")
        if depth > NESTED:
            refuse(f"more than {NESTED} parentheses inside each other", at)
        after_number = match["number"] is not None
        # A line break would end the expression, and leading zeros are a fault in Python.
        piece = " " if token.isspace() else "**" if token == "^" else token
        if match["number"] and "." not in token and "e" not in token.lower():
            piece = token.lstrip("0") or "0"
        pieces.append(piece)
        places.extend([at] * len(piece))
        at = match.end()
    # Leading blanks would be read as indentation.
    python = "".join(pieces)
    blanks = len(python) - len(python.lstrip())
    return python[blanks:], [*places[blanks:], len(text)]
