"""The array type of the engine: floating-point NumPy arrays, float64 unless told otherwise."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[np.floating[Any]]


def read_only(array: Array) -> Array:
    """A copy of `array` that nobody can write to, for handing to others."""
    copy = array.copy()
    copy.setflags(write=False)
    return copy
