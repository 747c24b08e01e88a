"""Inputs on scales that no single learning rate fits."""

from __future__ import annotations

import numpy as np

from nnmath_engine.arrays import Array
from nnmath_engine.doctor.case import Case
from nnmath_engine.doctor.finding import Finding
from nnmath_engine.doctor.layers import POOR
from nnmath_engine.doctor.words import number
from nnmath_engine.snapshot import Snapshot

LARGE = 10.0
"""Root of the mean square of an input, above which the curvature along its weights is more than a
hundred times that along the biases, whose input is 1. Presets: up to 3; x in [0, 20]: 11.5."""

LEAST_EPOCHS = 5


def unscaled(case: Case) -> Finding | None:
    """A poor fit to inputs that are much larger than 1."""
    snapshot = case.snapshot
    if snapshot.epoch < LEAST_EPOCHS or too_large(snapshot) is None:
        return None
    if snapshot.history.last.train_loss <= POOR * case.baseline:
        return None
    return finding(snapshot, f"the train loss is {number(snapshot.history.last.train_loss)}")


def too_large(snapshot: Snapshot) -> int | None:
    """The number of the largest input, if it is too large and could be standardized."""
    if snapshot.experiment.data.standardize:
        return None
    sizes = _sizes(snapshot)
    largest = int(sizes.argmax())
    return largest if sizes[largest] > LARGE else None


def finding(snapshot: Snapshot, outcome: str) -> Finding:
    """That the inputs are unscaled, and what came of it."""
    X, sizes = snapshot.dataset.train.X, _sizes(snapshot)
    column = int(sizes.argmax())
    row = int(np.abs(X[:, column]).argmax())
    rate = snapshot.experiment.training.learning_rate
    return Finding(
        "unscaled",
        "inputs are not on one scale",
        f"x[{column}]@{row}",
        float(X[row, column]),
        "grad w1[i,j] is the mean of x[i] * delta1[j]: large inputs make large gradients",
        f"input {snapshot.dataset.inputs[column]} has a root mean square of "
        f"{number(float(sizes[column]))}, the smallest of the inputs {number(float(sizes.min()))}, "
        f"and that of a bias is 1: along w1[{column},:] J curves about "
        f"{number(float(sizes[column]) ** 2)} times as much as along b1, and one learning rate, "
        f"{number(rate)}, must do for both; {outcome}",
        {"data.standardize": True},
        "standardized inputs, each of mean 0 and deviation 1",
    )


def _sizes(snapshot: Snapshot) -> Array:
    X = snapshot.dataset.train.X[:: max(1, len(snapshot.dataset.train) // 2000)]
    sizes: Array = np.sqrt((X * X).mean(axis=0))
    return sizes
