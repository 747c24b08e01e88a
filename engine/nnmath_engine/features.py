"""From raw inputs to the inputs of the network: chosen columns, their products, a common scale.

A feature is the name of a column, or of a numeric column `a` (and `b`) one of `a^2`, `a*b` and
`sin(pi*a)`, the features of TensorFlow Playground (which has sin(x) for x up to 6; ours reach
about 1, hence the pi). A categorical column's name stands for all its one-hot columns.
"""

from __future__ import annotations

import difflib
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from nnmath_engine.arrays import Array
from nnmath_engine.samples import DataError

_SINE, _SINE_END = "sin(pi*", ")"

# Below this spread a column counts as constant: dividing a far-off value by it would overflow.
_SMALLEST_SPREAD = 1e-150


@dataclass(frozen=True, slots=True)
class Term:
    """One input of the network: its name, and what it computes from which raw columns."""

    name: str
    f: Callable[..., Array]
    columns: tuple[int, ...]


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
            tuple(Term(t.name, t.f, tuple(place[c] for c in t.columns)) for t in self.terms)
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


def parts(feature: str, names: Sequence[str]) -> tuple[str, ...] | None:
    """The columns among `names` that `feature` is computed from; None if there are no such.

    A single one-hot column, written column=value, counts as its categorical column.
    """
    if feature in names:
        return (feature,)
    if feature.endswith("^2"):
        return parts(feature.removesuffix("^2"), names)
    if feature.startswith(_SINE) and feature.endswith(_SINE_END):
        return parts(feature[len(_SINE) : -len(_SINE_END)], names)
    for at in (index for index, sign in enumerate(feature) if sign == "*"):
        left, right = parts(feature[:at], names), parts(feature[at + 1 :], names)
        if left and right:
            return left + right
    for at in (index for index, sign in enumerate(feature) if sign == "="):
        if feature[:at] in names:
            return (feature[:at],)
    return None


def needed_columns(features: Sequence[str], names: Sequence[str]) -> tuple[str, ...]:
    """The columns among `names`, in their order, that `features` need; all if there are none.

    Raises DataError that names every feature which cannot be made from `names`.
    """
    if not features:
        return tuple(names)
    found = {feature: parts(feature, names) for feature in features}
    unknown = [feature for feature, columns in found.items() if columns is None]
    if unknown:
        raise DataError(_unknown(feature, names) for feature in unknown)
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
    terms: list[Term] = []
    problems: list[str] = []
    for feature in features:
        found = _terms(feature, names, groups)
        taken = {term.name for term in terms}
        if not found:
            problems.append(_unknown(feature, [*groups, *names]))
        elif any(term.name in taken for term in found):
            problems.append(f"data.features: {feature!r} is there twice; name each feature once")
        terms.extend(found)
    if problems:
        raise DataError(problems)
    return Expansion(tuple(terms))


def _terms(
    feature: str, names: Sequence[str], groups: Mapping[str, tuple[int, ...]]
) -> tuple[Term, ...]:
    if feature in groups:
        return tuple(_column(names[index], index) for index in groups[feature])
    place = {name: index for index, name in enumerate(names)}
    if feature in place:
        return (_column(feature, place[feature]),)
    base = feature.removesuffix("^2")
    if feature.endswith("^2") and base in place:
        return (Term(feature, np.square, (place[base],)),)
    inner = feature.removeprefix(_SINE).removesuffix(_SINE_END)
    if feature == f"{_SINE}{inner}{_SINE_END}" and inner in place:
        return (Term(feature, lambda a: np.sin(np.pi * a), (place[inner],)),)
    for at in (index for index, sign in enumerate(feature) if sign == "*"):
        left, right = feature[:at], feature[at + 1 :]
        if left in place and right in place:
            return (Term(feature, np.multiply, (place[left], place[right])),)
    return ()


def _column(name: str, index: int) -> Term:
    return Term(name, lambda a: a, (index,))


def _unknown(feature: str, names: Sequence[str]) -> str:
    near = difflib.get_close_matches(feature, names, n=1)
    hint = f"; did you mean {near[0]!r}?" if near else ""
    shown = ", ".join(names[:20]) + (f", ... ({len(names)} columns)" if len(names) > 20 else "")
    return (
        f"data.features: no feature {feature!r}{hint}; allowed: {shown}, "
        "and of numeric columns a, b: a^2, a*b, sin(pi*a)"
    )
