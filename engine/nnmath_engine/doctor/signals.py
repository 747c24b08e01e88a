"""Signals on their way forward, gradients on their way back: do they get through all layers?"""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import numpy as np

from nnmath_engine.arrays import Array
from nnmath_engine.doctor.case import Case, argmax_place
from nnmath_engine.doctor.finding import Finding
from nnmath_engine.doctor.layers import POOR
from nnmath_engine.doctor.words import (
    number,
    of_neuron,
    other_activation,
    other_start,
    rate,
    z_formula,
)
from nnmath_engine.regularizers import global_norm

LEAST_LAYERS = 3

LOST = 0.05
"""|gradient of the first layer| / |of the last|. Presets, trained: 0.29 and more; six hidden layers
before training: tanh 0.32, ReLU with He 0.22, sigmoid 1e-5 to 2e-5, and 3e-4 after 200 epochs."""

LOST_A_LAYER = 0.4
"""The same, as a factor for each layer: tanh and ReLU 0.78 and more, sigmoid 0.15 to 0.26."""

FADED = 0.05
"""Deviation over the rows of what the last hidden layer answers, relative to the inputs'. Before
training, with six hidden layers: 0.12 and more; first weights ten times too small: 0.02 to 0.06,
a hundred times: 5e-5."""

JUMP = 1.0
"""The size of a layer's last step, relative to its weights. Trained presets: up to 0.011 (0.083 in
the very first step); learning rate 10 on the circle: 0.16 to 0.48."""


def vanishing(case: Case) -> Finding | None:
    """Gradients that shrink from layer to layer on their way back."""
    norms = [global_norm([W]) for W in case.gradients.weights]
    if case.layers < LEAST_LAYERS or norms[-1] == 0:
        return None
    ratio = norms[0] / norms[-1]
    a_layer = ratio ** (1 / (case.layers - 1))
    if not (ratio < LOST and a_layer < LOST_A_LAYER):
        return None
    experiment = case.snapshot.experiment
    flat = {"sigmoid", "softplus"} & {a.name for a in case.snapshot.activations[:-1]}
    changes = (
        other_activation(experiment, "tanh") if flat else other_start(experiment, "glorot_uniform")
    )
    advice = "tanh, whose slope is 1 at 0 where a sigmoid's is at most 1/4"
    row, column = argmax_place(np.abs(case.gradients.weights[0]))
    return Finding(
        "vanishing",
        "gradients vanish on their way back",
        f"grad w1[{row},{column}]",
        float(case.gradients.weights[0][row, column]),
        "delta1 = (delta2 W2^T) * f'(z1), and so on, once for each layer; the largest of layer 1",
        f"|grad w1| / |grad w{case.layers}| = {number(norms[0])} / {number(norms[-1])} = "
        f"{number(ratio)}: a factor of {number(a_layer)} for each of {case.layers - 1} layers, on "
        f"{case.of_rows}",
        changes,
        advice if flat else "first weights that keep the size of signals (Glorot)",
    )


def fading(case: Case) -> Finding | None:
    """Signals that shrink on their way forward, until all rows look the same."""
    poor = case.snapshot.history.last.train_loss > POOR * case.baseline
    if case.layers < 2 or len(case.rows) < 2 or not poor:
        return None
    spreads = [_spread(array) for array in (case.tape.X, *case.tape.a[:-1])]
    if not (spreads[0] > 0 and spreads[-1] < FADED * spreads[0]):
        return None
    factors = [after / before for before, after in pairwise(spreads)]
    layer = int(np.argmin(factors))
    experiment = case.snapshot.experiment
    a = case.tape.a[layer]
    neuron = int(a.std(axis=0).argmax())
    changes: dict[str, Any]
    if experiment.network.initializer_options.get("gain", 1.0) < 1:
        changes = {"network.initializer_options": {"gain": 1.0}}
        advice = "first weights of the usual size, gain 1"
    elif experiment.network.initializer_options.get("sigma", 1.0) < 1:
        changes, advice = other_start(experiment, "glorot_uniform"), "first weights by fan-in"
    elif "sigmoid" in {one.name for one in case.snapshot.activations[:-1]}:
        changes, advice = other_activation(experiment, "tanh"), "tanh, with a slope of 1 at 0"
    elif experiment.training.l2 > 0:
        changes = {"training.l2": experiment.training.l2 / 10}
        advice = "a tenth of L2, which holds the weights down"
    elif experiment.network.weights or experiment.network.initializer in ("zeros", "constant"):
        changes, advice = other_start(experiment, "glorot_uniform"), "first weights by fan-in"
    else:  # the start was right, so that what became of it is another fault's doing
        return None
    return Finding(
        "fading",
        f"signals fade in layer {layer + 1}",
        of_neuron(experiment, "a", layer, neuron, int(case.rows[0])),
        float(a[0, neuron]),
        f"a{layer + 1} = f(z{layer + 1}), {z_formula(layer)}",
        f"over {case.of_rows} the inputs vary by {number(spreads[0])}, the last hidden layer by "
        f"{number(spreads[-1])} (standard deviations); no neuron of layer {layer + 1} varies by "
        f"more than {number(float(a.std(axis=0).max()))}",
        changes,
        advice,
        afresh="training.l2" in changes,
    )


def exploding(case: Case) -> Finding | None:
    """A last step that was longer than the weights that it changed."""
    snapshot = case.snapshot
    if snapshot.step == 0:
        return None
    updates = snapshot.updates
    for layer, (step, W) in enumerate(
        zip(updates.weights, snapshot.before.weights, strict=True), start=1
    ):
        length, size = global_norm([step]), global_norm([W])
        if size == 0 or length <= JUMP * size:
            continue
        row, column = argmax_place(np.abs(step))
        clips = snapshot.experiment.training.clip_norm > 0
        changes = rate(snapshot.experiment, 0.1) if clips else {"training.clip_norm": 1.0}
        return Finding(
            "exploding",
            f"steps of layer {layer} are longer than its weights",
            f"grad w{layer}[{row},{column}]",
            float(snapshot.gradients.weights[layer - 1][row, column]),
            "the gradient of the last batch, as the optimizer saw it",
            f"the last step moved w{layer} by {number(length)}, which is "
            f"{number(length / size)} times its size of {number(size)}; the gradient of all "
            f"layers was {number(snapshot.gradients.norm())} long",
            changes,
            "a tenth of the learning rate" if clips else "gradients clipped to a length of 1",
        )
    return None


def _spread(array: Array) -> float:
    return float(array.std(axis=0).mean())
