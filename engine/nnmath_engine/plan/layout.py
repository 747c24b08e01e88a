"""Where each number of a network stands in one flat vector.

Layer after layer, as matrices (fan_in + 1, fan_out) whose last row is the bias: with a row of ones
below the inputs, one product gives a W + b. Several networks of one shape, the members, stand
together layer by layer, (members, fan_in + 1, fan_out).
"""

from __future__ import annotations

from collections.abc import Sequence
from itertools import accumulate, pairwise
from math import prod

import numpy as np
import numpy.typing as npt

from nnmath_engine.arrays import Array, frozen
from nnmath_engine.network import Parameters


class Layout:
    """The places of the numbers of one network, or of `members` networks of one shape."""

    def __init__(self, sizes: Sequence[int], members: int | None = None) -> None:
        """Args: sizes: neurons of each layer, the inputs first: (d, h1, ..., k)."""
        self.sizes = tuple(sizes)
        self.lead: tuple[int, ...] = () if members is None else (members,)
        self._shapes = [(*self.lead, n + 1, m) for n, m in pairwise(sizes)]
        self._ends = list(accumulate(map(prod, self._shapes)))
        self.size = self._ends[-1]

    @property
    def starts(self) -> list[int]:
        """Where each layer begins in the flat vector of one network."""
        return [end // prod(self.lead) for end in (0, *self._ends[:-1])]

    def views(self, flat: Array) -> list[Array]:
        """The matrices (..., fan_in + 1, fan_out) inside a flat vector (size,)."""
        starts = (0, *self._ends)
        return [
            flat[start:end].reshape(shape)
            for start, end, shape in zip(starts, self._ends, self._shapes, strict=False)
        ]

    def write(self, flat: Array, parameters: Parameters, member: int | None = None) -> None:
        """Put one network's parameters into a flat vector."""
        for matrix, (W, b) in zip(self.views(flat), parameters.layers(), strict=True):
            mine = matrix if member is None else matrix[member]
            mine[:-1], mine[-1] = W, b

    def read(self, flat: Array, unit: float = 1.0, member: int | None = None) -> Parameters:
        """One network's numbers, divided by `unit`, as read-only copies."""
        weights, biases = [], []
        for matrix in self.views(flat):
            mine = matrix if member is None else matrix[member]
            copied = mine.copy() if unit == 1.0 else mine / np.asarray(unit, mine.dtype)
            frozen(copied)
            weights.append(copied[:-1])
            biases.append(copied[-1])
        return Parameters(tuple(weights), tuple(biases))

    def rows(self, flat: Array) -> Array:
        """The members' numbers (members, numbers), each a flat vector of its own layout."""
        return np.concatenate(
            [matrix.reshape(len(matrix), -1) for matrix in self.views(flat)], axis=1
        )

    def on_weights(self, value: npt.ArrayLike, dtype: npt.DTypeLike) -> Array:
        """A flat vector with `value` (for each member, or for all) at weights, 0 at biases."""
        flat = np.zeros(self.size, dtype)
        for matrix in self.views(flat):
            matrix[..., :-1, :] = np.asarray(value, dtype)[..., None, None]
        return flat

    def everywhere(self, value: npt.ArrayLike, dtype: npt.DTypeLike) -> Array:
        """`value` as a 0-d array or, if it differs between members, as a flat vector."""
        if np.ndim(value) == 0:
            return np.array(value, dtype)
        flat = np.empty(self.size, dtype)
        for matrix in self.views(flat):
            matrix[...] = np.asarray(value, dtype)[..., None, None]
        return flat
