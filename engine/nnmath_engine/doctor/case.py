"""What all checks look at: one forward and one backward pass over a bounded number of rows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nnmath_engine.activations import sigmoid
from nnmath_engine.arrays import Array
from nnmath_engine.history import HistoryView
from nnmath_engine.losses import Loss
from nnmath_engine.network import Parameters, Tape, backward, forward
from nnmath_engine.snapshot import Snapshot

MOST_ROWS = 2000
LEAST_ROWS = 100
MOST_WORK = 1_000_000
"""Multiplications of one pass, so that an examination takes a millisecond or two."""


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """A snapshot with what its network computes on `rows`, numbers of training rows (n,).

    `tape` is that of these rows without dropout; `gradients` is the data loss's over them, and
    `baseline` the loss of the best prediction that is the same for every row.
    """

    snapshot: Snapshot
    rows: npt.NDArray[np.intp]
    tape: Tape
    gradients: Parameters
    baseline: float

    @property
    def history(self) -> HistoryView:
        """The rows since a setting was last changed: before, another training was under way."""
        view, marks = self.snapshot.history, self.snapshot.marks
        if not marks:
            return view
        first = int(np.searchsorted(view.epoch, marks[-1].epoch, side="right"))
        return HistoryView(view.table[:, min(first, len(view) - 1) :])

    @property
    def layers(self) -> int:
        """How many there are, the output's included."""
        return len(self.snapshot.activations)

    @property
    def of_rows(self) -> str:
        """On what was measured: "all 200 training rows", "417 of 1,437 training rows"."""
        n, all_rows = len(self.rows), len(self.snapshot.dataset.train)
        rows = "training row" + "s" * (all_rows != 1)
        return f"all {n:,} {rows}" if n == all_rows else f"{n:,} of {all_rows:,} {rows}"


def open_case(snapshot: Snapshot) -> Case:
    """Run every so many-th training row through the network and back."""
    train, parameters = snapshot.dataset.train, snapshot.parameters
    rows = rows_to_examine(snapshot)
    X, Y = train.X[rows], train.Y[rows]
    tape = forward(parameters, X, snapshot.activations)
    back = backward(tape, parameters, snapshot.activations, snapshot.loss, Y)
    return Case(snapshot, rows, tape, back.gradients, baseline(snapshot.loss, train.Y))


def rows_to_examine(snapshot: Snapshot) -> npt.NDArray[np.intp]:
    """Numbers of training rows, evenly spread."""
    n = len(snapshot.dataset.train)
    most = min(MOST_ROWS, max(LEAST_ROWS, MOST_WORK // snapshot.parameters.count))
    return np.arange(0, n, -(-n // most))


def baseline(loss: Loss, Y: Array) -> float:
    """The lowest mean loss of an output that is the same for all targets Y (n, k)."""
    mean = Y.mean(axis=0)
    if loss.name == "ce":
        candidates = [np.log(np.maximum(mean, 1e-12))]
    elif loss.name == "bce":
        share = np.clip(mean, 1e-12, 1 - 1e-12)
        candidates = [np.log(share) - np.log1p(-share)]
    elif loss.name == "hinge":
        candidates = [np.full_like(mean, -1.0), np.full_like(mean, 1.0)]
    else:
        candidates = [mean, np.median(Y, axis=0)]
    return min(
        float(loss.per_sample(np.broadcast_to(out, Y.shape), Y).mean()) for out in candidates
    )


def flat(case: Case, layer: int) -> Array:
    """How steep the activation of a layer (0 for the first) is at each z, as a share of 1: |f'|.

    (n, neurons); relative to the steepest that f gets.
    """
    activation = case.snapshot.activations[layer]
    steepest = 0.25 if activation.f is sigmoid else 1.0
    slope: Array = np.abs(activation.df(case.tape.z[layer])) / steepest
    return slope


def argmax_place(array: Array) -> tuple[int, int]:
    """(row, column) of the largest number of a matrix."""
    row, column = np.unravel_index(int(array.argmax()), array.shape)
    return int(row), int(column)
