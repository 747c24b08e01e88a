"""What is recorded after every epoch, in bounded memory.

Rows are only ever appended, so that a view of the rows so far stays true for whoever holds it:
when the buffer is full a new one is made and the old one is left alone. Beyond `limit` rows the
older half is thinned to every second row, again and again, which keeps the recent past whole and
the distant past ever more sparse.

A table has a row for each of `COLUMNS` and, for a single network, one for each layer: the length
of that layer's part of the gradient, W and b together.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import NamedTuple

import numpy as np

from nnmath_engine import limits
from nnmath_engine.arrays import Array


class Record(NamedTuple):
    """One row: the state after `epoch` epochs. NaN stands where there is nothing to measure.

    `learning_rate` is the rate of the epoch that ended (in row 0, of the one to come), and
    `gradient_norm` the length of the last gradient in it. When early stopping restores the best
    weights, they get a row of their own, with the epoch in which the run stopped.
    """

    epoch: float
    train_loss: float
    validation_loss: float
    test_loss: float
    penalty: float
    train_score: float
    test_score: float
    learning_rate: float
    gradient_norm: float

    @property
    def objective(self) -> float:
        """Train loss and penalty together."""
        return self.train_loss + self.penalty


COLUMNS = Record._fields


def most_rows(layers: int) -> int:
    """How many rows of a table `limits.KEPT_BYTES` hold."""
    return limits.KEPT_BYTES // (8 * (len(COLUMNS) + layers))


def table_names(layers: int) -> tuple[str, ...]:
    """What each row of a table holds."""
    return (*COLUMNS, *(f"gradient_norm_{layer}" for layer in range(1, layers + 1)))


@dataclass(frozen=True, slots=True, eq=False)
class HistoryView:
    """The rows so far as read-only columns (rows,), each named as in `Record`."""

    table: Array

    def __len__(self) -> int:
        return int(self.table.shape[1])

    def column(self, name: str) -> Array:
        """The column of that name."""
        column: Array = self.table[COLUMNS.index(name)]
        return column

    @property
    def epoch(self) -> Array:
        return self.column("epoch")

    @property
    def train_loss(self) -> Array:
        return self.column("train_loss")

    @property
    def validation_loss(self) -> Array:
        return self.column("validation_loss")

    @property
    def test_loss(self) -> Array:
        return self.column("test_loss")

    @property
    def penalty(self) -> Array:
        return self.column("penalty")

    @property
    def objective(self) -> Array:
        """Train loss and penalty together: what the optimizer makes small."""
        return self.train_loss + self.penalty

    @property
    def train_score(self) -> Array:
        return self.column("train_score")

    @property
    def test_score(self) -> Array:
        return self.column("test_score")

    @property
    def learning_rate(self) -> Array:
        return self.column("learning_rate")

    @property
    def gradient_norm(self) -> Array:
        return self.column("gradient_norm")

    @property
    def layer_gradient_norms(self) -> Array:
        """The length of each layer's part of the last gradient, W and b together: (layers, rows).

        NaN where it was not recorded; no layers at all where it never was.
        """
        norms: Array = self.table[len(COLUMNS) :]
        return norms

    @property
    def last(self) -> Record:
        """The newest row."""
        return Record(*self.table[: len(COLUMNS), -1].tolist())


class History:
    """The growing table; `view` hands out what there is."""

    def __init__(
        self, rows: Array | None = None, limit: int | None = None, layers: int = 0
    ) -> None:
        """Start empty, or from a table (columns, rows) that a view once held.

        Args:
            limit: the most rows to keep; absent, as many as `limits.KEPT_BYTES` hold.
            layers: how many layers' gradients are recorded; at least those that the table has.
        """
        columns = len(COLUMNS) + layers
        # A full buffer is never written to: the next row makes a new one.
        self._buffer = np.empty((columns, 0)) if rows is None else _widened(rows, columns)
        self._limit = most_rows(len(self._buffer) - len(COLUMNS)) if limit is None else limit
        self._length = self._buffer.shape[1]

    def append(self, record: Record) -> None:
        """Add the row of one more epoch."""
        self.extend(np.array(record)[:, None])

    def extend(self, rows: Array) -> None:
        """Add the rows of several more epochs, a table (columns, rows)."""
        rows = _widened(rows, len(self._buffer))
        while rows.shape[1]:
            if self._length == self._buffer.shape[1]:
                self._make_room()
            count = min(rows.shape[1], self._buffer.shape[1] - self._length)
            self._buffer[:, self._length : self._length + count] = rows[:, :count]
            self._length += count
            rows = rows[:, count:]

    def view(self) -> HistoryView:
        """The rows so far; never changes afterwards."""
        table = self._buffer[:, : self._length]
        table.setflags(write=False)
        return HistoryView(table)

    def _make_room(self) -> None:
        rows = self._buffer[:, : self._length]
        if self._length >= self._limit:
            older = self._length // 2
            rows = np.concatenate([rows[:, :older:2], rows[:, older:]], axis=1)
        self._length = rows.shape[1]
        most = max(self._limit, 256, self._length + 1)
        self._buffer = np.empty((len(rows), min(max(256, 2 * self._length), most)))
        self._buffer[:, : self._length] = rows


def _widened(table: Array, columns: int) -> Array:
    """The table with at least so many columns, those that it lacks NaN."""
    missing = columns - len(table)
    if missing <= 0:
        return table
    return np.concatenate([table, np.full((missing, table.shape[1]), np.nan)])
