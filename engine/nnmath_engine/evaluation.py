"""How good a network is on a set of samples: mean loss, accuracy, R2."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from nnmath_engine.activations import Activation
from nnmath_engine.arrays import Array
from nnmath_engine.losses import Loss
from nnmath_engine.network import Parameters, forward, mean_loss

NAN = float("nan")


class Evaluation(NamedTuple):
    """Mean data loss, and the score: accuracy for classes, R2 for numbers. NaN without samples."""

    loss: float
    score: float


def evaluate(
    parameters: Parameters,
    activations: Sequence[Activation],
    loss: Loss,
    task: str,
    X: Array,
    Y: Array,
) -> Evaluation:
    """Run the samples X (n, d) through the network and compare with the targets Y (n, k)."""
    if len(X) == 0:
        return Evaluation(NAN, NAN)
    tape = forward(parameters, X, activations)
    scored = tape.scored(loss)
    score = accuracy(scored, Y, loss) if task == "classification" else r2(tape.yhat, Y)
    return Evaluation(mean_loss(tape, loss, Y), score)


def decide(scored: Array, loss: Loss) -> Array:
    """The class that the network decides for (n,): past the threshold, or the largest output.

    Args:
        scored: what the loss is a function of (n, k); see `Tape.scored`.
    """
    if scored.shape[1] == 1:
        return np.asarray(scored[:, 0] > loss.threshold, dtype=np.float64)
    return np.asarray(scored.argmax(axis=1), dtype=np.float64)


def accuracy(scored: Array, Y: Array, loss: Loss) -> float:
    """Share of samples whose decided class is the true one."""
    truth = Y[:, 0] if Y.shape[1] == 1 else Y.argmax(axis=1)
    return float(np.mean(decide(scored, loss) == truth))


def r2(yhat: Array, Y: Array) -> float:
    """Coefficient of determination, 1 - sum (y - yhat)^2 / sum (y - mean y)^2.

    1 is perfect, 0 as good as the mean; NaN if all targets are equal.
    """
    total = float(((Y - Y.mean(axis=0)) ** 2).sum())
    return 1.0 - float(((Y - yhat) ** 2).sum()) / total if total > 0 else NAN
