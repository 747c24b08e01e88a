"""From raw inputs to the inputs of the network: chosen columns, their products, a common scale.

A feature is the name of a column, or of a numeric column `a` (and `b`) one of `a^2`, `a*b` and
`sin(pi*a)`, the features of TensorFlow Playground (which has sin(x) for x up to 6; ours reach
about 1, hence the pi). A categorical column's name stands for all its one-hot columns.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeVar

import numpy as np

from nnmath_engine.arrays import Array
from nnmath_engine.samples import SHOWN_PROBLEMS, DataError

LONGEST = 1_000
"""Characters of a feature; two one-hot columns with the longest names have 803 with their "*"."""

Operation = Literal["column", "square", "sine", "product"]
T = TypeVar("T")

_SINE, _SINE_END = "sin(pi*", ")"

# Below this spread a column counts as constant: dividing a far-off value by it would overflow.
_SMALLEST_SPREAD = 1e-150


@dataclass(frozen=True, slots=True)
class Term:
    """One input of the network: its name, and what it computes from which raw columns."""

    name: str
    operation: Operation
    columns: tuple[int, ...]

    @property
    def f(self) -> Callable[..., Array]:
        """The operation as a function of the columns, each (n,)."""
        return _FUNCTIONS[self.operation]


@dataclass(frozen=True, slots=True)
class Expansion:
    """The chosen features, in order; call it with raw (n, d0) for X (n, d)."""

    terms: tuple[Term, ...]

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(term.name for term in self.terms)

    @property
    def columns(self) -> tuple[int, ...]:
        """The raw columns that are needed, ascending."""
        return tuple(sorted({column for term in self.terms for column in term.columns}))

    def restricted(self) -> Expansion:
        """The same features of raw inputs that have only the needed columns."""
        place = {column: index for index, column in enumerate(self.columns)}
        return Expansion(
            tuple(Term(t.name, t.operation, tuple(place[c] for c in t.columns)) for t in self.terms)
        )

    def __call__(self, raw: Array) -> Array:
        X = np.empty((len(raw), len(self.terms)))
        for index, term in enumerate(self.terms):
            X[:, index] = term.f(*(raw[:, column] for column in term.columns))
        return X


@dataclass(frozen=True, slots=True, eq=False)
class Standardizer:
    """x -> (x - mean) / deviation for each column, as scikit-learn's StandardScaler (ddof 0).

    A column that is constant over the rows it was fitted on becomes 0 on those rows.
    """

    mean: Array
    deviation: Array

    @classmethod
    def fit(cls, X: Array) -> Standardizer:
        low, high = X.min(axis=0), X.max(axis=0)
        # The rounded mean of equal numbers may differ from them; their minimum does not.
        mean = np.where(low == high, low, X.mean(axis=0))
        centered = X - mean
        spread = np.abs(centered).max(axis=0)
        constant = spread < _SMALLEST_SPREAD
        # Divided by the spread first, because the square of a small deviation would underflow.
        relative = centered / np.where(constant, 1.0, spread)
        deviation = spread * np.sqrt(np.mean(relative**2, axis=0))
        return cls(mean, np.where(constant, 1.0, deviation))

    def __call__(self, X: Array) -> Array:
        scaled: Array = (X - self.mean) / self.deviation
        return scaled


def parse(feature: str, find: Callable[[str], T | None]) -> tuple[Operation, tuple[T, ...]] | None:
    """What a feature computes, and of what; None if it is no feature.

        feature = column | column "^2" | "sin(pi*" column ")" | column "*" column

    Names may contain any of these signs, so what is a column is left to `find`: it answers None
    for a text that names none. The first form that fits is taken, and of products the one whose
    left factor is shortest; `find` is asked at most twice for each "*".
    """
    if len(feature) > LONGEST:
        return None
    if (whole := find(feature)) is not None:
        return "column", (whole,)
    if feature.endswith("^2") and (base := find(feature.removesuffix("^2"))) is not None:
        return "square", (base,)
    if feature.startswith(_SINE) and feature.endswith(_SINE_END):
        inner = find(feature[len(_SINE) : -len(_SINE_END)])
        if inner is not None:
            return "sine", (inner,)
    for at in (index for index, sign in enumerate(feature) if sign == "*"):
        if (left := find(feature[:at])) is not None:
            right = find(feature[at + 1 :])
            if right is not None:
                return "product", (left, right)
    return None


def parts(feature: str, names: Collection[str]) -> tuple[str, ...] | None:
    """The columns among `names` that `feature` is computed from; None if there are no such.

    A single one-hot column, written column=value, counts as its categorical column.
    """

    reach = max(map(len, names), default=0) + 1

    def one_hot(text: str) -> str | None:
        ends = (at for at, sign in enumerate(text[:reach]) if sign == "=")
        return next((text[:at] for at in ends if text[:at] in names), None)

    def find(text: str) -> str | None:
        # "kind=a*b" as a whole is the product of kind=a and b rather than the category "a*b".
        return text if text in names else one_hot(text) if text != feature else None

    parsed = parse(feature, find)
    if parsed is not None:
        return parsed[1]
    column = one_hot(feature) if len(feature) <= LONGEST else None
    return None if column is None else (column,)


def needed_columns(features: Sequence[str], names: Sequence[str]) -> tuple[str, ...]:
    """The columns among `names`, in their order, that `features` need; all if there are none.

    Raises DataError that names every feature which cannot be made from `names`.
    """
    if not features:
        return tuple(names)
    known = frozenset(names)
    found = {feature: parts(feature, known) for feature in features}
    _refuse([feature for feature, columns in found.items() if columns is None], names)
    needed = {name for columns in found.values() if columns for name in columns}
    return tuple(name for name in names if name in needed)


def expansion(
    features: Sequence[str], names: Sequence[str], groups: Mapping[str, tuple[int, ...]]
) -> Expansion:
    """The features by name, of raw columns `names` with one-hot `groups`; all columns if none.

    Raises DataError that lists every feature that is unknown or named twice.
    """
    if not features:
        return Expansion(tuple(_column(name, index) for index, name in enumerate(names)))
    place = {name: index for index, name in enumerate(names)}
    terms: list[Term] = []
    taken: set[str] = set()
    unknown: list[str] = []
    double: list[str] = []
    for feature in features:
        found = _terms(feature, place, names, groups)
        if not found:
            unknown.append(feature)
        elif any(term.name in taken for term in found):
            double.append(f"data.features: {feature!r} is there twice; name each feature once")
        taken.update(term.name for term in found)
        terms.extend(found)
    _refuse(unknown, [*groups, *names], double)
    return Expansion(tuple(terms))


_FUNCTIONS: Mapping[Operation, Callable[..., Array]] = {
    "column": lambda a: a,
    "square": np.square,
    "sine": lambda a: np.sin(np.pi * a),
    "product": np.multiply,
}


def _terms(
    feature: str,
    place: Mapping[str, int],
    names: Sequence[str],
    groups: Mapping[str, tuple[int, ...]],
) -> tuple[Term, ...]:
    if feature in groups:
        return tuple(_column(names[index], index) for index in groups[feature])
    parsed = parse(feature, place.get)
    return () if parsed is None else (Term(feature, *parsed),)


def _column(name: str, index: int) -> Term:
    return Term(name, "column", (index,))


def _refuse(unknown: Sequence[str], names: Sequence[str], others: Iterable[str] = ()) -> None:
    """Raise DataError if there is anything to tell, with words for as many as are shown."""
    others = list(others)
    if unknown or others:
        told = [*others, *(_unknown(feature, names) for feature in unknown[:SHOWN_PROBLEMS])]
        raise DataError(told, total=len(unknown) + len(others))


def _unknown(feature: str, names: Sequence[str]) -> str:
    if len(feature) > LONGEST:
        return (
            f"data.features: a feature has at most {LONGEST:,} characters; "
            f"{feature[:20] + '...'!r} has {len(feature):,}"
        )
    near = difflib.get_close_matches(feature, names, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    shown = ", ".join(names[:20]) + (f", ... ({len(names)} columns)" if len(names) > 20 else "")
    return (
        f"data.features: no feature {feature!r}{hint}; allowed: {shown}, "
        "and of numeric columns a, b: a^2, a*b, sin(pi*a)"
    )
