"""How much of a network a gradient check looks at, so that it always ends in bearable time."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from itertools import pairwise

from nnmath_engine.gradcheck import GradientReport, check_gradients
from nnmath_engine.snapshot import Snapshot

MOST_ROWS = 100
"""Training rows in the objective; a parameter costs two passes over them, a suspect one more."""

MOST_PARAMETERS = 10_000
"""Parameters that are checked; of a larger network a sample is."""

MOST_WORK = 20_000_000_000
"""Additions, or what takes as long, in all passes but for a factor of 2: some ten seconds."""

# What one activation of one row, and the calls of one layer, take as long as.
_NEURON, _LAYER = 100, 200_000


def rows_checked(snapshot: Snapshot) -> int:
    """How many training rows the objective is a mean over: the first so many."""
    return min(MOST_ROWS, len(snapshot.dataset.train))


def most_parameters(sizes: Sequence[int], rows: int) -> int:
    """How many parameters to check of layers of `sizes`, inputs first, on so many rows.

    All, if the work is bearable. It is counted rather than timed, so that the same network gets
    the same sample everywhere.
    """
    count = sum((before + 1) * after for before, after in pairwise(sizes))
    work = rows * (count + _NEURON * sum(sizes[1:])) + _LAYER * (len(sizes) - 1)
    return max(1, min(count, MOST_PARAMETERS, MOST_WORK // work))


def parameters_checked(snapshot: Snapshot) -> int:
    """How many parameters `check` looks at."""
    return most_parameters(snapshot.layer_sizes, rows_checked(snapshot))


def check(snapshot: Snapshot, progress: Callable[[int, int], None]) -> GradientReport:
    """Compare the objective's derivatives at the snapshot's parameters with central differences.

    Args:
        progress: called with (done, of) after each parameter; may raise to cancel.
    """
    training, train = snapshot.experiment.training, snapshot.dataset.train
    rows = rows_checked(snapshot)
    return check_gradients(
        snapshot.parameters,
        snapshot.activations,
        snapshot.loss,
        train.X[:rows],
        train.Y[:rows],
        l1=training.l1,
        l2=training.l2,
        most=parameters_checked(snapshot),
        progress=progress,
    )
