"""The rows of a data set in the type that a network computes in."""

from __future__ import annotations

import numpy as np

from nnmath_engine.arrays import Array
from nnmath_engine.dataset import Dataset
from nnmath_engine.experiment import ExperimentError, Problem


def split_arrays(dataset: Dataset, dtype: str) -> list[tuple[Array, Array]]:
    """X and Y of the training, the validation and the test rows.

    Raises:
        ExperimentError: the type cannot hold them.
    """
    return [
        (_cast(split.X, dtype), _cast(split.Y, dtype))
        for split in (dataset.train, dataset.validation, dataset.test)
    ]


def _cast(array: Array, dtype: str) -> Array:
    with np.errstate(over="ignore"):
        cast: Array = array.astype(dtype, copy=False)
    if np.isfinite(cast).all():
        return cast
    raise ExperimentError(
        [Problem("training.dtype", f"{dtype} cannot hold numbers as large as the data's")]
    )
