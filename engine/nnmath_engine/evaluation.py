"""How good a network is on a set of samples: mean loss, accuracy, R2."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np

from nnmath_engine import limits
from nnmath_engine.activations import Activation
from nnmath_engine.arrays import Array
from nnmath_engine.losses import Loss
from nnmath_engine.network import Parameters, forward

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
    logits, yhat = outputs(parameters, activations, X)
    scored = logits if loss.on_logits else yhat
    score = accuracy(scored, Y, loss) if task == "classification" else r2(yhat, Y)
    return Evaluation(float(loss.per_sample(scored, Y).mean()), score)


def outputs(
    parameters: Parameters, activations: Sequence[Activation], X: Array
) -> tuple[Array, Array]:
    """The output layer's z and yhat, both (n, k), without keeping what the hidden layers computed.

    Many rows are run through in pieces, so that memory is bounded by the network, not the data.
    """
    piece = max(1, limits.EVALUATED_NUMBERS // sum(parameters.sizes))
    pieces = []
    for start in range(0, len(X), piece):
        tape = forward(parameters, X[start : start + piece], activations)
        pieces.append((tape.logits, tape.yhat))
    logits, yhat = (np.concatenate(parts) for parts in zip(*pieces, strict=True))
    return logits, yhat


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
