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
from nnmath_engine.history import COLUMNS, History, Record
from nnmath_engine.plan.scoring import Examiner, Scores
from nnmath_engine.regularizers import global_norm

_EPOCHS, _NUMBERS = 32, 1_000_000
"""Epochs whose parameters wait at most, and numbers in them."""

_OBJECTIVE = [COLUMNS.index("train_loss"), COLUMNS.index("penalty")]


class Recorder:
    """Takes note of epochs, and measures train, validation and test rows with an examiner."""

    def __init__(self, examine: Examiner, parameters: Array) -> None:
        """Args: parameters: a flat vector like those that will be measured."""
        self._examine = examine
        together = min(_EPOCHS, max(1, _NUMBERS // parameters.size))
        self._parameters = np.empty((together, parameters.size), parameters.dtype)
        self._waiting: list[tuple[int, float, float]] = []
        self._measured: list[Array] = []

    def note(self, epoch: int, rate: float, gradient_norm: float, parameters: Array) -> None:
        """Put the parameters after an epoch aside, and what else its row shall say."""
        self._parameters[len(self._waiting)] = parameters
        self._waiting.append((epoch, rate, gradient_norm))
        if len(self._waiting) == len(self._parameters):
            self._measure()

    def last(self) -> Record:
        """The newest row."""
        self._measure()
        return Record(*(float(value) for value in self._measured[-1][:, -1]))

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
        epoch, rate, gradient_norm = zip(*self._waiting, strict=True)
        with np.errstate(all="ignore"):  # a loss that overflows is a fact to record, not a fault
            scores = self._examine(self._parameters[:count])
        self._measured.append(history_rows(epoch, scores, rate, gradient_norm))
        self._waiting.clear()


def length(vector: Array) -> float:
    """The Euclidean length of a vector, in one product where its squares are in range."""
    norm = math.sqrt(vector.dot(vector))
    return norm if 1e-15 < norm < 1e15 else global_norm([vector])


def history_rows(
    epoch: npt.ArrayLike, scores: Scores, rate: npt.ArrayLike, gradient_norm: npt.ArrayLike
) -> Array:
    """A table (columns, sets) as `History` keeps it, a row of which is a column here."""
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
    table = np.empty((len(COLUMNS), len(train)))
    for row, name in zip(table, COLUMNS, strict=True):
        row[:] = columns[name]
    return table
