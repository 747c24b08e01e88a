"""Faults of single layers: dead, saturated, without any slope, or made of the same neuron twice."""

from __future__ import annotations

import numpy as np

from nnmath_engine.arrays import Array
from nnmath_engine.doctor.case import Case, argmax_place, flat
from nnmath_engine.doctor.finding import Finding
from nnmath_engine.doctor.words import (
    number,
    of_neuron,
    other_activation,
    other_start,
    percent,
    rate,
    z_formula,
)
from nnmath_engine.fields import LARGEST_SEED

DEAD_SHARE = 2 / 3
"""Of a layer's neurons. Trained presets: up to 0.28, six ReLU layers on the circle: 0.38; the
collapse of 20 sin(pi x) at learning rate 0.05: 0.94 to 1."""

FLAT = 0.01
"""Below this share of an activation's steepest slope a gradient counts as not getting through."""

FLAT_SHARE = 0.5
"""Of a layer's numbers on all rows. Weights of the right size at the start: 0; ten times too large:
0.60 to 0.79. Trained networks reach 0.74 by being right and sure, hence `POOR`."""

POOR = 0.5
"""A loss above this share of what the same answer for every row would cost is a poor one. Trained
presets: up to 0.22."""

ALIKE = 1e-9
"""Relative difference below which two neurons are the same; rounding makes some 1e-15."""

_SQUASHING = ("sigmoid", "tanh", "softsign")
_ODD = ("linear", "tanh", "softsign")


def stepped_layer(case: Case) -> Finding | None:
    """A hidden layer through which no gradient can pass, whatever its numbers are."""
    for layer, activation in enumerate(case.snapshot.activations[:-1]):
        if activation.name == "step" and case.snapshot.experiment.training.epochs > 0:
            return Finding(
                "step",
                f"layer {layer + 1} has no slope",
                f"grad w{layer + 1}[0,0]",
                float(case.gradients.weights[layer][0, 0]),
                "dL/dz = dL/da * f'(z), and f'(z) = 0 for every z of a step",
                f"all {case.gradients.weights[layer].size:,} gradients of w{layer + 1} are exactly "
                f"0 on {case.of_rows}",
                other_activation(case.snapshot.experiment, "tanh"),
                "an activation with a slope, such as tanh",
            )
    return None


def dead_layer(case: Case) -> Finding | None:
    """ReLU neurons with z <= 0 on every row: they answer 0, have no gradient, and stay so."""
    for layer, activation in enumerate(case.snapshot.activations[:-1]):
        if activation.name != "relu":
            continue
        z = case.tape.z[layer]
        dead = z.max(axis=0) <= 0
        if dead.mean() <= DEAD_SHARE:
            continue
        neuron = int(dead.argmax())
        row = int(z[:, neuron].argmax())
        changes = rate(case.snapshot.experiment, 0.2)
        advice = "a fifth of the learning rate, from the start: a dead neuron does not come back"
        untrained = case.snapshot.step == 0
        if untrained:
            seed = case.snapshot.experiment.training.seed
            changes = {"training.seed": seed - 1 if seed == LARGEST_SEED else seed + 1}
            advice = "another draw of the first weights: training has not begun"
        return Finding(
            "dead",
            f"layer {layer + 1} is dead",
            of_neuron(case.snapshot.experiment, "z", layer, neuron, int(case.rows[row])),
            float(z[row, neuron]),
            z_formula(layer) + "; a = max(0, z)",
            f"{int(dead.sum())} of {len(dead)} neurons of layer {layer + 1} answer 0 on "
            f"{case.of_rows}; this z is the largest of neuron {neuron}, so its gradient is 0",
            changes,
            advice,
            afresh=not untrained,
        )
    return None


def saturated_layer(case: Case) -> Finding | None:
    """Neurons so far out on a flat end that hardly any gradient gets through, and a poor fit."""
    snapshot = case.snapshot
    if not snapshot.history.last.train_loss > POOR * case.baseline:
        return None
    for layer, activation in enumerate(snapshot.activations[:-1]):
        if activation.name not in _SQUASHING:
            continue
        slope = flat(case, layer)
        share = float((slope < FLAT).mean())
        if share <= FLAT_SHARE:
            continue
        z = case.tape.z[layer]
        row, neuron = argmax_place(np.abs(z))
        gain = snapshot.experiment.network.initializer_options.get("gain", 1.0)
        changes, advice = rate(snapshot.experiment, 0.1), "a tenth of the learning rate"
        if gain > 1:
            changes = {"network.initializer_options": {"gain": 1.0}}
            advice = "first weights of the usual size, gain 1"
        elif not snapshot.experiment.data.standardize and np.abs(case.tape.X).max() > 5:
            changes, advice = {"data.standardize": True}, "inputs of mean 0 and deviation 1"
        return Finding(
            "saturated",
            f"layer {layer + 1} is saturated",
            of_neuron(case.snapshot.experiment, "z", layer, neuron, int(case.rows[row])),
            float(z[row, neuron]),
            f"{z_formula(layer)}; {activation.derivative}",
            f"f'(z) here is {number(float(activation.df(z[row : row + 1, neuron])[0]))}; it is "
            f"below {FLAT:g} of its largest for {percent(share)} of the layer's numbers on "
            f"{case.of_rows}",
            changes,
            advice,
            afresh=gain <= 1 and "data.standardize" not in changes,
        )
    return None


def twins(case: Case) -> Finding | None:
    """Hidden neurons with the same weights in and out, up to sign: one neuron, counted twice."""
    parameters, experiment = case.snapshot.parameters, case.snapshot.experiment
    for layer, activation in enumerate(case.snapshot.activations[:-1]):
        W, b, out = parameters.weights[layer], parameters.biases[layer], parameters.weights
        vectors = np.vstack([W, b[None], out[layer + 1].T])
        if activation.name in _ODD:
            vectors = vectors * _signs(vectors)
        penalized = experiment.training.l1 > 0 or experiment.training.l2 > 0
        blank_start = experiment.network.initializer in ("zeros", "constant")
        pair = _first_pair(vectors, blank_counts=blank_start or not penalized)
        if pair is None:
            continue
        (first, second), count = pair
        start = "he_normal" if activation.name == "relu" else "glorot_uniform"
        return Finding(
            "symmetric",
            f"neurons of layer {layer + 1} are the same",
            f"w{layer + 1}[0,{second}]",
            float(W[0, second]),
            f"= w{layer + 1}[0,{first}], and so on through all weights in and out"
            + (", but for the sign" if W[0, first] != W[0, second] else ""),
            f"layer {layer + 1} has {W.shape[1]} neurons and {count} different ones; equal "
            "neurons get equal gradients, so no step tells them apart",
            other_start(experiment, start),
            f"first weights drawn at random ({start})",
        )
    return None


def _signs(vectors: Array) -> Array:
    """For each column the sign of its first number that is not 0: that of a mirrored twin."""
    first = (vectors != 0).argmax(axis=0)
    signs: Array = np.sign(vectors[first, np.arange(vectors.shape[1])])
    return np.where(signs == 0, 1.0, signs)


def _first_pair(vectors: Array, blank_counts: bool) -> tuple[tuple[int, int], int] | None:
    """The first two columns that are alike, and how many different ones there are in all.

    A column of zeros is what a penalty makes of a neuron that is not needed, and then no fault.
    """
    size = np.abs(vectors).max()
    kept = np.arange(vectors.shape[1])
    if not blank_counts:
        kept = kept[np.abs(vectors).max(axis=0) > ALIKE * size]
    if len(kept) < 2 or len(kept) > 2000:
        return None
    rounded = np.round(vectors[:, kept] / max(size, 1e-300) / ALIKE) * ALIKE + 0.0
    _, first, inverse = np.unique(rounded, axis=1, return_index=True, return_inverse=True)
    if len(first) == len(kept):
        return None
    for column, group in enumerate(inverse.ravel()):
        if first[group] != column:
            return (int(kept[first[group]]), int(kept[column])), len(first)
    return None
