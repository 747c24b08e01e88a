"""Euclidean lengths of vectors, whatever the size of their numbers."""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np

from nnmath_engine.arrays import Array
from nnmath_engine.regularizers import global_norm


def length(vector: Array) -> float:
    """The length of a vector, in one product where its squares are in range."""
    norm = math.sqrt(vector.dot(vector))
    return norm if 1e-15 < norm < 1e15 else global_norm([vector])


def part_lengths(vectors: Array, starts: Sequence[int]) -> Array:
    """The lengths (parts, n) of the parts of n vectors (n, numbers) that begin at `starts`.

    Each vector is divided by its largest number first, so that no square is out of range.
    """
    vectors = np.abs(vectors, dtype=np.float64)
    largest = vectors.max(axis=1, keepdims=True)
    largest[largest == 0] = 1.0
    vectors /= largest
    vectors *= vectors
    norms: Array = np.sqrt(np.add.reduceat(vectors, starts, axis=1)) * largest
    return norms.T
