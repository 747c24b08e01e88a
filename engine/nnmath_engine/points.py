"""Points that somebody drew: rows of two inputs and a class or a number, given one by one."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np

from nnmath_engine import limits
from nnmath_engine.arrays import Array
from nnmath_engine.samples import DataError, Samples, numbered

SOURCE = "points"
"""What `data.source` is then."""

FEWEST_CLASSES = 2
_LARGEST = 1e50
_NEAR_ONE = 2.0


def points_samples(points: Sequence[Any], task: str) -> Samples:
    """The rows [x1, x2, y]; y is a class 0, 1, 2, ... or, for a regression, a number.

    task: "classification", "regression", or "auto": classes if every y could be one. There are
    always two classes, so that a drawing may begin with points of one. Raises DataError.
    """
    if not points:
        raise DataError(["data.points: there are none; allowed: rows such as [0.5, -0.2, 1]"])
    if len(points) > limits.POINTS:
        raise DataError(
            [f"data.points: there are {len(points):,}; at most {limits.POINTS:,} are allowed"]
        )
    faults = [
        f"data.points: point {number} must be three numbers, x1, x2 and y, not {_shown(point)}"
        for number, point in enumerate(points, 1)
        if not _is_point(point)
    ]
    if faults:
        raise DataError(faults)
    table = np.array(points, dtype=np.float64)
    X, y = table[:, :2], table[:, 2]
    could_be = (y == np.floor(y)) & (y >= 0) & (y < limits.POINT_CLASSES)
    if task == "regression" or (task == "auto" and not could_be.all()):
        return Samples(X, y, "regression", numbered(2))
    if not could_be.all():
        number = int(np.flatnonzero(~could_be)[0])
        most = limits.POINT_CLASSES - 1
        raise DataError(
            [
                f"data.points: point {number + 1} has the class {y[number]:g}; "
                f"allowed: a whole number from 0 to {most}"
            ]
        )
    count = max(FEWEST_CLASSES, int(y.max()) + 1)
    classes = tuple(map(str, range(count)))
    return Samples(X, y.astype(np.int64), "classification", numbered(2), classes, "class")


def points_ranges(X: Array) -> tuple[Array, Array]:
    """Lowest and highest value of each input of a plane to draw on, each (2,).

    Near 1 it is at least -1 to 1, so that the plane stays as it is while points come and go; for
    other numbers 0 is on it, as a single point has no extent.
    """
    low, high = X.min(axis=0), X.max(axis=0)
    is_near = np.maximum(np.abs(low), np.abs(high)) <= _NEAR_ONE
    least = np.where(is_near, 1.0, 0.0)
    return np.minimum(low, -least), np.maximum(high, least)


def _is_point(point: Any) -> bool:
    return (
        isinstance(point, Sequence)
        and len(point) == 3
        and all(isinstance(x, int | float) and abs(x) <= _LARGEST for x in point)
    )


def _shown(point: Any) -> str:
    text = repr(list(point) if isinstance(point, tuple) else point)
    return text if len(text) <= 40 else text[:37] + "..."
