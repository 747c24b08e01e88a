"""The rows of the history before they stand: parameters that wait to be measured together.

To measure one network's losses takes almost as many calls as to measure thirty. So the parameters
after each epoch are put aside, and looked at a few milliseconds later; until then nobody knows
whether the steps that led to them went well, and the rows may still be forgotten.
"""

from __future__ import annotations

import math

import numpy as np
import numpy.typing as npt

from nnmath_engine.arrays import Array
from nnmath_engine.history import COLUMNS, History, HistoryView, Record
from nnmath_engine.lengths import length, part_lengths
from nnmath_engine.plan.layout import Layout
from nnmath_engine.plan.scoring import Examiner, Scores

_EPOCHS, _NUMBERS = 32, 1_000_000
"""Epochs whose parameters wait at most, and numbers in them."""

_OBJECTIVE = [COLUMNS.index("train_loss"), COLUMNS.index("penalty")]


class Recorder:
    """Takes note of epochs, and measures train, validation and test rows with an examiner."""

    def __init__(self, examine: Examiner, layout: Layout, dtype: npt.DTypeLike) -> None:
        """Args: layout, dtype: those of the flat vectors that will be measured."""
        self._examine, self._starts = examine, layout.starts
        together = min(_EPOCHS, max(1, _NUMBERS // layout.size))
        self._parameters = np.empty((together, layout.size), dtype)
        self._gradients = np.empty_like(self._parameters)
        self._waiting: list[tuple[int, float, float, float]] = []
        self._measured: list[Array] = []

    def note(
        self, epoch: int, rate: float, parameters: Array, gradient: Array | None, unit: float = 1.0
    ) -> None:
        """Put the parameters after an epoch aside, and what else its row shall say.

        Args:
            gradient: `unit` times the last gradient in the epoch; None if there was none.
        """
        place, norm = len(self._waiting), math.nan
        self._parameters[place] = parameters
        if gradient is None:
            self._gradients[place] = np.nan
        else:
            self._gradients[place] = gradient
            norm = length(gradient) / unit
        self._waiting.append((epoch, rate, norm, unit))
        if len(self._waiting) == len(self._parameters):
            self._measure()

    def last(self) -> Record:
        """The newest row."""
        self._measure()
        return HistoryView(self._measured[-1]).last

    def is_finite(self) -> bool:
        """Whether the objective in all rows that do not stand yet is a number."""
        self._measure()
        return all(bool(np.isfinite(rows[_OBJECTIVE]).all()) for rows in self._measured)

    def write(self, history: History) -> None:
        """Let the rows stand."""
        self._measure()
        for rows in self._measured:
            history.extend(rows)
        self._measured.clear()

    def forget(self) -> None:
        """Drop the rows that do not stand yet."""
        self._waiting.clear()
        self._measured.clear()

    def _measure(self) -> None:
        count = len(self._waiting)
        if count == 0:
            return
        epoch, rate, gradient_norm, unit = zip(*self._waiting, strict=True)
        with np.errstate(all="ignore"):  # a loss that overflows is a fact to record, not a fault
            scores = self._examine(self._parameters[:count])
            layer_norms = part_lengths(self._gradients[:count], self._starts) / unit
        self._measured.append(history_rows(epoch, scores, rate, gradient_norm, layer_norms))
        self._waiting.clear()


def history_rows(
    epoch: npt.ArrayLike,
    scores: Scores,
    rate: npt.ArrayLike,
    gradient_norm: npt.ArrayLike,
    layer_norms: Array,
) -> Array:
    """A table (columns, sets) as `History` keeps it, a row of which is a column here.

    Args:
        layer_norms: the gradient's length in each layer, (layers, sets).
    """
    train, validation, test = scores.loss.T
    train_score, _, test_score = scores.score.T
    columns = {
        "epoch": epoch,
        "train_loss": train,
        "validation_loss": validation,
        "test_loss": test,
        "penalty": scores.penalty,
        "train_score": train_score,
        "test_score": test_score,
        "learning_rate": rate,
        "gradient_norm": gradient_norm,
    }
    table = np.empty((len(COLUMNS) + len(layer_norms), len(train)))
    for row, name in zip(table, COLUMNS, strict=False):
        row[:] = columns[name]
    table[len(COLUMNS) :] = layer_norms
    return table
