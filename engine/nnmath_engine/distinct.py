"""Which different values an array has.

`np.unique` would say it too, but it imports numpy.ma: 30 ms of a start with data from a file.
"""

from __future__ import annotations

from typing import Any

import numpy as np
import numpy.typing as npt

Counts = npt.NDArray[np.intp]


def distinct(values: npt.NDArray[Any]) -> npt.NDArray[Any]:
    """The different values, ascending. None of `values` (n,) may be NaN."""
    ordered = np.sort(values)
    return ordered[_firsts(ordered)]


def grouped(values: npt.NDArray[Any]) -> tuple[npt.NDArray[Any], Counts, Counts]:
    """The different values, ascending; for each of `values` (n,) which it is; how often each is."""
    order = np.argsort(values, kind="stable")
    ordered = values[order]
    first = _firsts(ordered)
    which = np.empty(len(values), dtype=np.intp)
    which[order] = np.cumsum(first) - 1
    return ordered[first], which, np.bincount(which).astype(np.intp)


def _firsts(ordered: npt.NDArray[Any]) -> npt.NDArray[np.bool_]:
    """Where a value differs from the one before it."""
    first = np.ones(len(ordered), dtype=np.bool_)
    first[1:] = ordered[1:] != ordered[:-1]
    return first
