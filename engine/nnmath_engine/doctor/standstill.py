"""Trainings that get nowhere: the answer is hardly better than the same one for every row."""

from __future__ import annotations

import numpy as np

from nnmath_engine.doctor.case import Case, argmax_place
from nnmath_engine.doctor.finding import Finding
from nnmath_engine.doctor.layers import POOR
from nnmath_engine.doctor.words import number, other_activation, other_shape, percent, rate

LEAST_EPOCHS = 20

MOVED = 0.1
"""Fall of the objective over the last third of the epochs, relative to the loss of a constant
answer, below which it stands still. Stuck runs: up to 0.04, of those that learn far more until
their loss is no longer poor."""

SAME = 1e-3
"""Deviation of the output over the rows, relative to the targets', below which it is the same."""

WEIGHTY = 0.1
"""A penalty above this share of the data loss may be what keeps it up. 40 moons under L2 0.1: 0.3;
presets with a penalty: their loss is not poor."""

FALLS = 1e-4
"""Fall below which nothing is to be won by going faster: at rate 0.001 4e-4 and more, for xor
without a hidden layer less than 1e-5."""

STEADY = 0.2
"""Share of the ups in all ups and downs below which a fall is steady: 0 at too low a rate, 0.4
and more for a network that cannot do better."""


def collapsed(case: Case) -> Finding | None:
    """A penalty so strong that the weights are gone, and the answer is the same for every row."""
    snapshot, training = case.snapshot, case.snapshot.experiment.training
    if snapshot.step == 0 or len(case.rows) < 2 or not (training.l1 > 0 or training.l2 > 0):
        return None
    if snapshot.experiment.network.initializer in ("zeros", "constant"):
        return None  # the same answer may be the start's doing
    spread = float(case.tape.scored(snapshot.loss).std(axis=0).max())
    targets = float(snapshot.dataset.train.Y.std(axis=0).max())
    if not spread < SAME * targets:
        return None
    layer = int(np.argmin([np.abs(W).max() for W in snapshot.parameters.weights]))
    W = snapshot.parameters.weights[layer]
    row, column = argmax_place(np.abs(W))
    setting, symbol = ("l2", "L2") if training.l2 > 0 else ("l1", "L1")
    strength = getattr(training, setting)
    return Finding(
        "collapsed",
        f"{symbol} is too strong",
        f"w{layer + 1}[{row},{column}]",
        float(W[row, column]),
        "the largest weight of its layer; "
        + (
            f"the penalty pulls it to 0 by {strength:g} * w"
            if setting == "l2"
            else f"L1 takes {strength:g} times the learning rate off in each step"
        ),
        f"over {case.of_rows} the output varies by {number(spread)} (standard deviation), the "
        f"targets by {number(targets)}: all rows get the same answer, and the loss is "
        f"{number(snapshot.history.last.train_loss)}, where the best same answer has "
        f"{number(case.baseline)}",
        {f"training.{setting}": strength / 10},
        f"a tenth of {symbol}, from the start",
        afresh=True,
    )


def stuck(case: Case) -> Finding | None:
    """No progress, with none of the faults that would explain it."""
    snapshot, experiment = case.snapshot, case.snapshot.experiment
    history, last = case.history, snapshot.history.last
    planned = experiment.training.epochs
    if snapshot.epoch < max(LEAST_EPOCHS, planned / 2) or case.baseline <= 0:
        return None
    if not last.train_loss > POOR * case.baseline or len(history) < LEAST_EPOCHS:
        return None
    window = history.objective[-(len(history) // 3 + 1) :]
    quarter = max(1, len(window) // 4)
    moved = float(window[:quarter].mean() - window[-quarter:].mean())
    if moved > MOVED * case.baseline:
        return None
    steps = np.diff(window)
    total = float(np.abs(steps).sum())
    falls = moved > FALLS * case.baseline
    steady = falls and float(np.maximum(steps, 0).sum()) < STEADY * total
    epochs = int(history.epoch[-1] - history.epoch[-len(window)])
    evidence = (
        f"{number(last.train_loss)} is {percent(last.train_loss / case.baseline)} of the "
        f"{number(case.baseline)} that the best same answer for all rows has; in the last "
        f"{epochs} epochs the objective fell by {number(moved)}; the gradient is "
        f"{number(case.gradients.norm())} long"
    )
    hidden = experiment.network.hidden
    bends = {a.name for a in snapshot.activations[:-1]} - {"linear"}
    if hidden and not bends:
        name, title = "linear", "linear layers are one linear layer"
        formula = "with f(z) = z, (x W1 + b1) W2 + b2 = x (W1 W2) + (b1 W2 + b2)"
        changes, advice = other_activation(experiment, "tanh"), "an activation that bends, tanh"
    elif steady and snapshot.learning_rate > 0:
        name, title = "slow", "the learning rate is too low"
        formula = "the mean loss over all training rows"
        updates, size = snapshot.updates.norm(), snapshot.parameters.norm()
        evidence += (
            f"; the last step, {number(updates)} long at rate {number(snapshot.learning_rate)}, "
            f"is {number(updates / size if size else 0.0)} of the weights"
        )
        changes, advice = rate(experiment, 10), "ten times the learning rate"
    elif last.penalty > WEIGHTY * last.train_loss:
        setting = "l2" if experiment.training.l2 > 0 else "l1"
        strength = getattr(experiment.training, setting)
        name, title = "penalty", f"{setting.upper()} holds the weights back"
        formula = "the mean loss over all training rows, without the penalty"
        evidence += f"; the penalty is {number(last.penalty)}, at {setting.upper()} {strength:g}"
        changes = {f"training.{setting}": strength / 10}
        advice = f"a tenth of {setting.upper()}"
    elif not hidden:
        name, title = "linear", "a straight boundary is not enough"
        formula = "without a hidden layer z = x W1 + b1: a plane"
        changes, advice = other_shape(experiment, (4,)), "a hidden layer of 4 neurons"
    else:
        name, title = "plateau", "the loss stands still"
        formula = "the mean loss over all training rows"
        more = tuple(2 * width for width in hidden)
        changes, advice = other_shape(experiment, more), "twice as many hidden neurons"
    return Finding(name, title, "train_loss", last.train_loss, formula, evidence, changes, advice)
