"""Faults of the learning rate: too high for the curvature, or too high to come to rest."""

from __future__ import annotations

import numpy as np

from nnmath_engine.arrays import Array
from nnmath_engine.blueprint import initial_parameters
from nnmath_engine.descent import add_penalties
from nnmath_engine.diagnosis import Diagnosis
from nnmath_engine.doctor.case import Case, argmax_place, rows_to_examine
from nnmath_engine.doctor.finding import Finding
from nnmath_engine.doctor.inputs import finding as unscaled
from nnmath_engine.doctor.inputs import too_large
from nnmath_engine.doctor.words import cell, number, rate, times
from nnmath_engine.network import Parameters, backward, forward
from nnmath_engine.optimizers import OPTIMIZERS
from nnmath_engine.snapshot import Snapshot

WINDOW = 20
"""Epochs that are looked back on."""

SWING = 0.25
"""Mean change of the objective from epoch to epoch, up and down again, relative to the loss of a
constant answer. Trained presets: up to 0.06; circle at learning rate 3: 0.07, at 10: 1.0 to 3.0."""

UNREST = 0.08
"""The same, relative to the objective itself, for a network without hidden layers, which has one
lowest point to come to rest at. Noisy line, batch 1, rate 0.2: 0.15 to 0.20; the same under 1/t:
0.001; presets without hidden layers: up to 0.07."""

_BY_GRADIENT = ("sgd", "momentum", "nesterov")
"""Optimizers whose steps are as long as the gradient is."""

GROWTH = 2.0
"""How much higher than at its start an objective that rises all the time must be."""


def diverged(snapshot: Snapshot, diagnosis: Diagnosis) -> Finding:
    """A number that is none any more."""
    experiment, evidence = snapshot.experiment, diagnosis.evidence
    if too_large(snapshot) is not None:
        return unscaled(snapshot, f"it diverged in epoch {snapshot.epoch + 1}: {diagnosis}")
    tried, advice = rate(experiment, 0.1), "a tenth of the learning rate"
    if experiment.training.optimizer in _BY_GRADIENT:
        curvature = _curvature_at_start(snapshot)
        if 0 < curvature < np.inf and experiment.training.learning_rate * curvature > 20:
            limit = 2 / curvature
            evidence += (
                f"; at the first weights J curves by {number(curvature)} where it is steepest, and "
                f"steps at a rate above 2 / {number(curvature)} = {number(limit)} overshoot"
            )
            tried = {"training.learning_rate": times(limit, 0.5)}
            advice = f"half of that {number(limit)}"
    return Finding(
        "diverged",
        f"diverged in epoch {snapshot.epoch + 1}",
        diagnosis.quantity.replace("dL/d", "grad "),
        diagnosis.value,
        diagnosis.formula,
        evidence,
        tried,
        advice + ", from the start",
        afresh=True,
    )


def overshooting(case: Case) -> Finding | None:
    """An objective that swings, or rises, because steps go beyond the bottom that they aim at."""
    snapshot = case.snapshot
    recent = case.history.objective[-WINDOW - 1 :]
    if len(recent) < 6 or snapshot.learning_rate == 0:
        return None
    changes = np.diff(recent)
    # A fall alone is none: what counts is what goes up and comes down again.
    ups, downs = np.maximum(changes, 0).sum(), np.maximum(-changes, 0).sum()
    swing = 2 * float(min(ups, downs)) / len(changes)
    start = float(case.history.objective[0])
    rises = bool((changes > 0).all()) and recent[-1] > GROWTH * max(start, case.baseline)
    swings = swing > SWING * case.baseline > 0
    if not (rises or swings):
        return None
    training = snapshot.experiment.training
    optimizer = OPTIMIZERS[training.optimizer]
    index, place = _largest(snapshot.updates)
    Y = snapshot.dataset.train.Y[case.rows]
    curvature = _curvature(snapshot, snapshot.parameters, snapshot.gradients, case.tape.X, Y)
    evidence = (
        f"the objective rose in each of the last {len(changes)} epochs, to {number(recent[-1])} "
        f"from {number(start)} at epoch {int(case.history.epoch[0])}"
        if rises
        else f"in the last {len(changes)} epochs the objective moved by {number(swing)} an epoch, "
        f"between {number(float(recent.min()))} and {number(float(recent.max()))}"
    )
    tried, advice = rate(snapshot.experiment, 0.1), "a tenth of the learning rate"
    full_batch = training.batch_size >= len(snapshot.dataset.train)
    if training.optimizer == "sgd" and full_batch and snapshot.learning_rate * curvature > 2:
        limit = 2 / curvature
        evidence += (
            f"; along the last gradient J curves by {number(curvature)}, so steps at a rate above "
            f"2 / {number(curvature)} = {number(limit)} go farther beyond the bottom each time"
        )
        tried = {"training.learning_rate": times(limit, 0.5)}
        advice = f"half of the highest stable rate {number(limit)}"
    return Finding(
        "overshooting",
        "the learning rate is too high",
        cell(index, place),
        float(snapshot.parameters.arrays()[index][place]),
        f"{optimizer.formula.splitlines()[-1]}; its last step, the longest of all, was "
        f"{number(float(snapshot.updates.arrays()[index][place]))}",
        f"{evidence}; the learning rate is {number(snapshot.learning_rate)}",
        tried,
        advice + ", from the start",
        afresh=True,
    )


def restless(case: Case) -> Finding | None:
    """Small batches that push a convex problem around its lowest point, at a rate that stays."""
    snapshot, training = case.snapshot, case.snapshot.experiment.training
    objective = case.history.objective
    if case.layers > 1 or len(objective) < 2 * WINDOW or training.schedule != "constant":
        return None
    if training.batch_size >= len(snapshot.dataset.train):
        return None
    recent = objective[-WINDOW - 1 :]
    changes, level = np.abs(np.diff(recent)), float(np.median(recent))
    earlier = float(np.median(objective[-2 * WINDOW : -WINDOW]))
    swing = float(changes.mean())
    if not swing > UNREST * level or earlier - level > 2 * swing:
        return None
    return Finding(
        "restless",
        "the loss does not come to rest",
        "train_loss",
        float(recent[-1]),
        "each batch pulls to its own rows; the length of its pull is the learning rate",
        f"in the last {WINDOW} epochs it moved by {number(swing)} an epoch, between "
        f"{number(float(recent.min()))} and {number(float(recent.max()))}, with no trend (median "
        f"{number(earlier)} in the {WINDOW} before, {number(level)} now); a batch is "
        f"{training.batch_size} of {len(snapshot.dataset.train)} rows",
        {"training.schedule": "inverse_time"},
        "a learning rate that falls like 1/t, so that the pulls average out",
    )


def _largest(updates: Parameters) -> tuple[int, tuple[int, ...]]:
    arrays = updates.arrays()
    index = int(np.argmax([np.abs(array).max() for array in arrays]))
    matrix = arrays[index]
    if matrix.ndim == 1:
        return index, (int(np.abs(matrix).argmax()),)
    return index, argmax_place(np.abs(matrix))


def _curvature_at_start(snapshot: Snapshot) -> float:
    """The objective's steepest, at the first weights."""
    rows = rows_to_examine(snapshot)
    X, Y = snapshot.dataset.train.X[rows], snapshot.dataset.train.Y[rows]
    start = initial_parameters(snapshot.experiment, snapshot.blueprint)
    return _curvature(snapshot, start, _gradient(snapshot, start, X, Y), X, Y, turns=8)


def _curvature(
    snapshot: Snapshot, at: Parameters, along: Parameters, X: Array, Y: Array, turns: int = 1
) -> float:
    """u^T H u for the unit vector u of a gradient, from the gradients on both sides of it.

    Each further turn puts H u in the place of u, which brings it nearer to the steepest direction.
    """
    h, curvature, length = 1e-4 * max(1.0, at.norm()), 0.0, along.norm()
    for _ in range(turns):
        if not 0 < length < np.inf:
            break
        u = Parameters.of([array / length for array in along.arrays()])
        up, down = (_gradient(snapshot, _sum(at, u, way), X, Y) for way in (h, -h))
        along = Parameters.of([array / (2 * h) for array in _sum(up, down, -1.0).arrays()])
        curvature, length = _dot(along, u), along.norm()
    return curvature


def _sum(a: Parameters, b: Parameters, times_b: float) -> Parameters:
    return Parameters.of([x + times_b * y for x, y in zip(a.arrays(), b.arrays(), strict=True)])


def _gradient(snapshot: Snapshot, at: Parameters, X: Array, Y: Array) -> Parameters:
    tape = forward(at, X, snapshot.activations)
    data = backward(tape, at, snapshot.activations, snapshot.loss, Y).gradients
    return add_penalties(data, at, snapshot.experiment.training)


def _dot(a: Parameters, b: Parameters) -> float:
    return sum(float((x * y).sum()) for x, y in zip(a.arrays(), b.arrays(), strict=True))
