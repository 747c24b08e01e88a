"""One step of gradient descent: forward, backward, penalties, clipping, the optimizer's rule.

The objective that a step goes down is

    J = mean loss over the batch + l1 * sum |w| + l2 / 2 * sum w^2

with penalties on the weights only, never on the biases. Nothing is changed in place: a step is a
value that holds everything it computed, for whoever wants to open its numbers.
"""

from __future__ import annotations

import math
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from nnmath_engine.activations import Activation
from nnmath_engine.arrays import Array
from nnmath_engine.experiment import TrainingSpec
from nnmath_engine.losses import Loss
from nnmath_engine.network import Backward, Parameters, Tape, backward, forward, mean_loss
from nnmath_engine.optimizers import OPTIMIZERS
from nnmath_engine.places import Place, put
from nnmath_engine.regularizers import (
    clip_by_norm,
    clip_by_value,
    l1_gradient,
    l1_penalty,
    l1_proximal,
    l2_gradient,
    l2_penalty,
)


@dataclass(frozen=True, slots=True, eq=False)
class Step:
    """Everything that one step computed, in the order in which it did."""

    tape: Tape
    loss: float
    """Mean data loss of the batch, before the step."""
    backward: Backward
    """Gradients of the data loss alone."""
    gradient: Parameters
    """Gradient of the objective, clipped: what the optimizer saw."""
    parameters: Parameters
    """The weights and biases after the step."""
    slots: tuple[Parameters, ...]
    """The optimizer's state after the step."""

    def is_finite(self) -> bool:
        """Whether the loss, the new parameters and the optimizer's state are all numbers."""
        after = (self.parameters, *self.slots)
        return math.isfinite(self.loss) and all(arrays.is_finite() for arrays in after)


def descend(
    parameters: Parameters,
    slots: tuple[Parameters, ...],
    t: int,
    X: Array,
    Y: Array,
    *,
    activations: Sequence[Activation],
    loss: Loss,
    training: TrainingSpec,
    learning_rate: float,
    masks: Sequence[Array | None] | None = None,
    frozen: Collection[Place] = (),
) -> Step:
    """Take one step on the batch X (n, d), Y (n, k).

    Args:
        slots: the optimizer's state, one `Parameters` for each of its slots.
        t: the number of this step since the optimizer's start, from 1.
        learning_rate: the rate in force, that is, after the schedule.
        masks: dropout's multipliers, one entry for each layer.
        frozen: weights and biases that have no gradient and keep their values.
    """
    tape = forward(parameters, X, activations, masks)
    back = backward(tape, parameters, activations, loss, Y)
    whole = add_penalties(back.gradients, parameters, training)
    gradient = clip(put(whole, dict.fromkeys(frozen, 0.0)), training)
    moved, new_slots = apply_rule(parameters, gradient, slots, t, learning_rate, training)
    if training.l1 > 0 and training.l1_method == "proximal":
        shrink = learning_rate * training.l1
        moved = Parameters(tuple(l1_proximal(W, shrink) for W in moved.weights), moved.biases)
    moved = put(moved, {place: place.value(parameters) for place in frozen})
    return Step(tape, mean_loss(tape, loss, Y), back, gradient, moved, new_slots)


def penalty(parameters: Parameters, training: TrainingSpec) -> float:
    """What L1 and L2 add to the objective."""
    return sum(l1_penalty(W, training.l1) + l2_penalty(W, training.l2) for W in parameters.weights)


def add_penalties(
    gradients: Parameters, parameters: Parameters, training: TrainingSpec
) -> Parameters:
    """Add to the weights' gradients what L2 asks for, and L1 if it is not proximal."""
    weights = gradients.weights
    if training.l2 > 0:
        weights = tuple(
            g + l2_gradient(W, training.l2)
            for g, W in zip(weights, parameters.weights, strict=True)
        )
    if training.l1 > 0 and training.l1_method == "subgradient":
        weights = tuple(
            g + l1_gradient(W, training.l1)
            for g, W in zip(weights, parameters.weights, strict=True)
        )
    return Parameters(weights, gradients.biases)


def clip(gradient: Parameters, training: TrainingSpec) -> Parameters:
    """Bound the gradient of the objective: first each number, then its length as a whole."""
    if training.clip_value > 0:
        gradient = Parameters.of(clip_by_value(gradient.arrays(), training.clip_value))
    if training.clip_norm > 0:
        gradient = Parameters.of(clip_by_norm(gradient.arrays(), training.clip_norm))
    return gradient


def apply_rule(
    parameters: Parameters,
    gradient: Parameters,
    slots: tuple[Parameters, ...],
    t: int,
    learning_rate: float,
    training: TrainingSpec,
) -> tuple[Parameters, tuple[Parameters, ...]]:
    """Let the optimizer's rule move every array; decoupled weight decay spares the biases."""
    optimizer = OPTIMIZERS[training.optimizer]
    options = optimizer.defaults() | dict(training.optimizer_options)
    options_of_biases = options | {"weight_decay": 0.0} if "weight_decay" in options else options
    moved: list[Array] = []
    kept: list[list[Array]] = [[] for _ in slots]
    state = zip(*(slot.arrays() for slot in slots), strict=True) if slots else iter(())
    for i, (w, g) in enumerate(zip(parameters.arrays(), gradient.arrays(), strict=True)):
        chosen = options if i % 2 == 0 else options_of_biases
        new_w, new_slots = optimizer.rule(w, g, next(state, ()), t, learning_rate, **chosen)
        moved.append(new_w)
        for arrays, array in zip(kept, new_slots, strict=True):
            arrays.append(array)
    return Parameters.of(moved), tuple(Parameters.of(arrays) for arrays in kept)
