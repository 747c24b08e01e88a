"""What a classifier's outputs say, in the terms that maps are drawn in."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from nnmath_engine.arrays import Array
from nnmath_engine.plan import Responses, scoring
from nnmath_engine.snapshot import Snapshot


def decided(snapshot: Snapshot, answers: Responses) -> npt.NDArray[np.intp]:
    """The class decided for (n,), as accuracy counts it."""
    return scoring.decided(answers.scored, snapshot.loss).astype(np.intp)


def margins(snapshot: Snapshot, answers: Responses) -> Array:
    """How far each sample is from the boundary of two classes (n,), in [-1, 1]; 0 lies on it.

    With a probability p of class 1 it is p - (1 - p) = 2p - 1; with two outputs their difference.
    """
    yhat = answers.yhat
    if yhat.shape[1] == 2:
        return _clipped(yhat[:, 1] - yhat[:, 0])
    return _clipped(centered(snapshot, yhat)[:, 0])


def centered(snapshot: Snapshot, yhat: Array) -> Array:
    """Outputs (n, k) moved so that 0 is undecided: 2p - 1 of a probability p.

    As they are for the hinge loss, which decides at 0, and for a regression.
    """
    loss = snapshot.loss
    decides_at_half = loss.on_logits or loss.threshold == 0.5
    return 2 * yhat - 1 if snapshot.dataset.task == "classification" and decides_at_half else yhat


def shares(snapshot: Snapshot, answers: Responses) -> Array:
    """For each of several classes how sure the network is (n, k), the largest that of the class
    decided for.

    Outputs that are no probabilities are shifted so that the largest lies in [0, 1].
    """
    yhat = answers.yhat
    if snapshot.activations[-1].name == "softmax":
        return yhat
    with np.errstate(invalid="ignore"):
        largest = yhat.max(axis=1, keepdims=True)
        return np.asarray(yhat - largest + np.clip(largest, 0, 1), dtype=yhat.dtype)


def confidence(snapshot: Snapshot, answers: Responses) -> Array:
    """How sure the network is of the class that it decides for (n,), 0 to 1."""
    if answers.yhat.shape[1] == 1:
        return np.asarray(np.nan_to_num((1 + np.abs(margins(snapshot, answers))) / 2))
    return np.asarray(np.nan_to_num(np.clip(shares(snapshot, answers).max(axis=1), 0, 1)))


def _clipped(values: Array) -> Array:
    return np.clip(np.nan_to_num(values), -1.0, 1.0)
