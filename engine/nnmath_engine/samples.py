"""What every source of data hands over: rows with their targets, or a list of problems."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, TypeAlias

import numpy.typing as npt

from nnmath_engine.arrays import Array

Task: TypeAlias = Literal["classification", "regression"]

SHOWN_PROBLEMS = 20


class DataError(ValueError):
    """Data that cannot be used. `problems` has one sentence for each fault, in file order.

    `total` counts all faults, also those beyond the ones that `problems` keeps.
    """

    def __init__(self, problems: Iterable[str], total: int | None = None) -> None:
        self.problems = tuple(problems)
        self.total = max(total or 0, len(self.problems))
        shown = self.problems[:SHOWN_PROBLEMS]
        more = self.total - len(shown)
        super().__init__("\n".join([*shown, f"and {more:,} more"] if more else shown))


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """Rows of one data set, before they are split, expanded and standardized.

    X: inputs, shape (n, d), float64. NaN only where a missing cell is still to be filled.
    y: targets, shape (n,): class ids 0..k-1 (int64) or values (float64).
    features: the names of X's columns. classes: the names of the classes, () for regression.
    image_shape: (rows, columns) if X's columns are the pixels of an image, row by row.
    notes: sentences on what was assumed or left out.
    groups: for each categorical column its name and its one-hot columns' indices in X.
    """

    X: Array
    y: npt.NDArray[Any]
    task: Task
    features: tuple[str, ...]
    classes: tuple[str, ...] = ()
    target: str = "y"
    image_shape: tuple[int, int] | None = None
    notes: tuple[str, ...] = ()
    groups: Mapping[str, tuple[int, ...]] = field(default_factory=dict)


def numbered(count: int) -> tuple[str, ...]:
    """The names x1 .. xd of inputs that have no names of their own."""
    return tuple(f"x{index}" for index in range(1, count + 1))
