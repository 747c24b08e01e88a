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

    Where squares are out of range, the vector is divided by its largest number first. What is found
    of one vector never depends on the others.
    """
    vectors = vectors.astype(np.float64)
    norms: Array = np.sqrt(np.add.reduceat(vectors * vectors, starts, axis=1))
    extreme = ~((norms > 1e-140) & (norms < 1e140)).all(axis=1)
    if extreme.any():
        rest = vectors[extreme]
        largest = np.abs(rest).max(axis=1, keepdims=True)
        largest[largest == 0] = 1.0
        rest /= largest
        norms[extreme] = np.sqrt(np.add.reduceat(rest * rest, starts, axis=1)) * largest
    return norms.T
