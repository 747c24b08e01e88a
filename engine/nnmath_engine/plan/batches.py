"""The rows of an epoch, batch by batch, laid out as the calls of a step need them.

Inputs are stored with a 1 behind each row, for the biases. With few and small batches, `Copied`:
one `take` an epoch brings all rows into their new order, and each batch is a view of it. Otherwise
`Gathered`: the rows of each are brought into one small buffer just before they are used. That
costs a microsecond a step, no memory, and leaves the rows in the cache.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from math import prod
from typing import Protocol, TypeAlias

import numpy as np
import numpy.typing as npt

from nnmath_engine.arrays import Array
from nnmath_engine.plan.kernels import Calls

MOST_COPIED = 512
"""Batches above which they are gathered one by one: the calls of each take some 4 KB."""

LARGE = 8_192
"""Bytes of a batch's inputs above which it is gathered too. Digits of 64 inputs and 32 rows: a step
takes 0.97 of the time in float32, 0.85 to 0.9 in float64; 256 members on 10 rows: 0.85 to 0.9."""

Order: TypeAlias = npt.NDArray[np.intp]

Compile: TypeAlias = Callable[[Array, Array, Array], Calls]
"""The calls of a step on x (..., d + 1, rows) and t (..., k, rows), with Adam's numbers (2,)."""


class Rows:
    """Inputs X (n, d) and targets Y (n, k) of one data set."""

    def __init__(self, X: Array, Y: Array) -> None:
        self.X = np.ones((len(X), X.shape[1] + 1), X.dtype)
        self.X[:, :-1] = X
        self.Y = np.ascontiguousarray(Y)

    def __len__(self) -> int:
        return len(self.X)

    def empty(self, *shape: int) -> tuple[Array, Array]:
        """Places for the inputs (*shape, d + 1) and the targets (*shape, k) of some rows."""
        X, Y = (np.empty((*shape, array.shape[1]), array.dtype) for array in (self.X, self.Y))
        return X, Y

    def take(self, order: Order, X: Array, Y: Array) -> None:
        """Bring the rows in this order (...) into X (..., d + 1) and Y (..., k)."""
        self.X.take(order, 0, X, "clip")  # NumPy's default, "raise", would fill a copy first
        self.Y.take(order, 0, Y, "clip")


class Batches(Protocol):
    """The batches of an epoch, each with the calls of its step."""

    def begin(self, order: Order, position: int) -> Array:
        """Go through the rows in this order (..., n), from `position` on.

        Returns: where to put Adam's numbers for the batches to come, (2, batches).
        """

    def steps(self, count: int) -> Iterator[Calls]:
        """The next so many steps, each to be taken before the next is asked for."""

    @property
    def calls(self) -> int:
        """NumPy calls in one step on a whole batch."""


class Copied:
    """All rows in the order of the epoch, of which the batches are views."""

    def __init__(self, rows: Rows, size: int, lead: tuple[int, ...], compiled: Compile) -> None:
        self._rows, self._size, self._next = rows, size, 0
        n = len(rows)
        self._X, self._Y = rows.empty(*lead, n)
        # Targets are copied once more, so that those of a batch are contiguous in memory: batch by
        # batch, and of each batch all members together.
        whole, members = n - n % size, range(len(lead))
        by_batch = (len(lead), *members, len(lead) + 2, len(lead) + 1)
        blocks = self._Y[..., :whole, :].reshape((*lead, -1, size, rows.Y.shape[1]))
        sources = [blocks.transpose(by_batch)]
        if whole < n:
            sources.append(self._Y[None, ..., whole:, :].swapaxes(-1, -2))
        targets = [np.empty(source.shape, rows.Y.dtype) for source in sources]
        t = [target[i] for target in targets for i in range(len(target))]
        self._copies = [partial(np.copyto, *pair) for pair in zip(targets, sources, strict=True)]
        x = [self._X[..., i : i + size, :].swapaxes(-1, -2) for i in range(0, n, size)]
        self._adam = np.zeros((2, len(x)), rows.X.dtype)
        self._steps = [compiled(x[i], t[i], self._adam[:, i]) for i in range(len(x))]

    def begin(self, order: Order, position: int) -> Array:
        """See `Batches`; `position` is the start of a batch."""
        self._rows.take(order, self._X, self._Y)
        for copy in self._copies:
            copy()
        self._next = position // self._size
        return self._adam[:, self._next :]

    def steps(self, count: int) -> Iterator[Calls]:
        """See `Batches`."""
        first, self._next = self._next, self._next + count
        return iter(self._steps[first : self._next])

    @property
    def calls(self) -> int:
        """See `Batches`."""
        return len(self._steps[0])


class Gathered:
    """Batches that are brought one by one into a buffer, starting at any row."""

    def __init__(self, rows: Rows, size: int, lead: tuple[int, ...], compiled: Compile) -> None:
        self._rows, self._size, self._lead, self._compiled = rows, size, lead, compiled
        self._adam = np.zeros((2, -(-len(rows) // size)), rows.X.dtype)
        self._adam_now = np.zeros(2, rows.X.dtype)
        self._made: dict[int, tuple[Array, Array, Calls]] = {}
        self._order: Order = np.arange(0)
        self._start = self._next = 0

    def begin(self, order: Order, position: int) -> Array:
        """See `Batches`."""
        self._order, self._start, self._next = order, position, 0
        return self._adam[:, : -(-(len(self._rows) - position) // self._size)]

    def steps(self, count: int) -> Iterator[Calls]:
        """See `Batches`."""
        first, self._next = self._next, self._next + count
        for batch in range(first, self._next):
            start = self._start + batch * self._size
            chosen = self._order[..., start : start + self._size]
            X, Y, calls = self._step(chosen.shape[-1])
            self._rows.take(chosen, X, Y)
            self._adam_now[:] = self._adam[:, batch]
            yield calls

    @property
    def calls(self) -> int:
        """See `Batches`."""
        return len(self._step(self._size)[-1])

    def _step(self, rows: int) -> tuple[Array, Array, Calls]:
        """Buffers for so many rows, and the calls of the step on them."""
        if rows not in self._made:
            X, Y = self._rows.empty(*self._lead, rows)
            calls = self._compiled(X.swapaxes(-1, -2), Y.swapaxes(-1, -2), self._adam_now)
            self._made[rows] = X, Y, calls
        return self._made[rows]


def batches(rows: Rows, size: int, lead: tuple[int, ...], compiled: Compile) -> Batches:
    """The faster of the two for batches of so many rows, for members as `Layout.lead` says."""
    is_large = prod(lead) * rows.X[:size].nbytes > LARGE
    if is_large or len(rows) > MOST_COPIED * size:
        return Gathered(rows, size, lead, compiled)
    return Copied(rows, size, lead, compiled)
