"""The rows of an epoch, batch by batch, laid out as the calls of a step need them.

Inputs are stored with a 1 behind each row, for the biases. With few batches, `Copied`: one `take`
an epoch brings all rows into their new order, and each batch is a view of it. With many batches,
`Gathered`: the rows of each are brought into one small buffer just before they are used, which
costs a microsecond a step, and no memory.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from nnmath_engine.arrays import Array

MOST_COPIED = 512
"""Batches above which they are gathered one by one: the calls of each take some 4 KB."""

Order = npt.NDArray[np.intp]


class Rows:
    """Inputs X (n, d) and targets Y (n, k) of one data set."""

    def __init__(self, X: Array, Y: Array) -> None:
        self.X = np.ones((len(X), X.shape[1] + 1), X.dtype)
        self.X[:, :-1] = X
        self.Y = np.ascontiguousarray(Y)

    def __len__(self) -> int:
        return len(self.X)


class Copied:
    """All rows in the order of the epoch; `x` and `t` of a batch are views that stay."""

    def __init__(self, rows: Rows, size: int, lead: tuple[int, ...]) -> None:
        n, k = rows.Y.shape
        self._rows, self._size = rows, size
        self._X = np.empty((*lead, *rows.X.shape), rows.X.dtype)
        self._Y = np.empty((*lead, n, k), rows.Y.dtype)
        whole, members = n - n % size, range(len(lead))
        # Batch by batch in memory, and of each batch all members together.
        by_batch = (len(lead), *members, len(lead) + 2, len(lead) + 1)
        self._whole = self._Y[..., :whole, :].reshape((*lead, -1, size, k)).transpose(by_batch)
        self._rest = self._Y[..., whole:, :].swapaxes(-1, -2)
        self._blocks = np.empty(self._whole.shape, rows.Y.dtype)
        self._last = np.empty(self._rest.shape, rows.Y.dtype)

    def operands(self, batch: int) -> tuple[Array, Array]:
        """x (..., d + 1, rows) and t (..., k, rows) of a batch."""
        start = batch * self._size
        x = self._X[..., start : start + self._size, :].swapaxes(-1, -2)
        return x, self._blocks[batch] if batch < len(self._blocks) else self._last

    def arrange(self, order: Order) -> None:
        """Bring the rows into the order (..., n)."""
        self._rows.X.take(order, 0, self._X, "clip")
        self._rows.Y.take(order, 0, self._Y, "clip")
        np.copyto(self._blocks, self._whole)
        np.copyto(self._last, self._rest)


class Gathered:
    """A buffer for one batch of `size` rows."""

    def __init__(self, rows: Rows, size: int, lead: tuple[int, ...]) -> None:
        self._rows = rows
        self._X = np.empty((*lead, size, rows.X.shape[1]), rows.X.dtype)
        self._Y = np.empty((*lead, size, rows.Y.shape[1]), rows.Y.dtype)
        self.x, self.t = self._X.swapaxes(-1, -2), self._Y.swapaxes(-1, -2)

    def gather(self, chosen: Order) -> None:
        """Fill the buffer with these rows (..., size)."""
        self._rows.X.take(chosen, 0, self._X, "clip")
        self._rows.Y.take(chosen, 0, self._Y, "clip")
