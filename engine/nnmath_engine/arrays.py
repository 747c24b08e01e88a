"""The array type of the engine: floating-point NumPy arrays, float64 unless told otherwise."""

from __future__ import annotations

from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

Array: TypeAlias = npt.NDArray[np.floating[Any]]


def frozen(array: Array) -> Array:
    """`array` itself, from now on read-only, so that it can be handed to anybody."""
    array.setflags(write=False)
    return array
