"""Which rows a classifier is judged by, what it took them for, and its surest mistakes."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

import numpy as np
import numpy.typing as npt
from nnmath_engine.dataset import Dataset, Split
from nnmath_engine.plan import Responses
from nnmath_engine.snapshot import Snapshot

from nnmath_tui.views.decisions import confidence, decided
from nnmath_tui.views.forwards import run
from nnmath_tui.views.output_look import Cell


def judged(dataset: Dataset) -> Split:
    """The rows that a confusion matrix counts: the test rows, or all others if there are none."""
    return dataset.test if len(dataset.test) else dataset.train


def judged_split(dataset: Dataset) -> Literal["train", "test"]:
    """The name of those rows."""
    return "test" if len(dataset.test) else "train"


def on_judged(snapshot: Snapshot) -> Responses:
    """The network on the rows that are judged, until the next snapshot is asked about."""
    return run(snapshot, _judged_inputs(snapshot.dataset))


@lru_cache(maxsize=4)
def _judged_inputs(dataset: Dataset) -> npt.NDArray[np.float32]:
    with np.errstate(over="ignore"):
        return judged(dataset).X.astype(np.float32)


@lru_cache(maxsize=2)
def judgement(snapshot: Snapshot) -> npt.NDArray[np.intp]:
    """The class that each judged row was taken for (n,)."""
    return decided(snapshot, on_judged(snapshot))


@lru_cache(maxsize=2)
def confusion_counts(snapshot: Snapshot) -> npt.NDArray[np.intp]:
    """How many rows of each true class (rows) were taken for which (columns), (k, k)."""
    rows, size = judged(snapshot.dataset), len(snapshot.dataset.classes)
    counts = np.bincount(rows.y.astype(np.intp) * size + judgement(snapshot), minlength=size * size)
    return counts.reshape(size, size)


@lru_cache(maxsize=4)
def examples(
    snapshot: Snapshot, cell: Cell | None = None
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.floating]]:
    """The judged rows of a cell of the confusion matrix, or all mistakes; the surest first.

    With each row how sure the network was, 0 to 1.
    """
    truth, answer = judged(snapshot.dataset).y.astype(np.intp), judgement(snapshot)
    if cell is None:
        chosen = np.flatnonzero(answer != truth)
    else:
        chosen = np.flatnonzero((truth == cell[0]) & (answer == cell[1]))
    sure = confidence(snapshot, on_judged(snapshot))[chosen]
    order = np.argsort(-sure, kind="stable")
    return chosen[order], sure[order]
