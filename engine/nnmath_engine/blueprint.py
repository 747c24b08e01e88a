"""From an experiment and its data to a network: loss, activations, layer sizes, first weights.

What an experiment leaves open ("auto") is settled here, and what only the data can tell is wrong
(BCE for a regression, given weights of another shape) is found here.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import Any

import numpy as np

from nnmath_engine import limits
from nnmath_engine.activations import ACTIVATIONS, OUTPUT_ACTIVATIONS, Activation
from nnmath_engine.arrays import Array
from nnmath_engine.dataset import Dataset
from nnmath_engine.experiment import Experiment, ExperimentError, Problem
from nnmath_engine.initializers import INITIALIZERS
from nnmath_engine.losses import LOSSES, Loss
from nnmath_engine.network import Parameters
from nnmath_engine.optimizers import OPTIMIZERS
from nnmath_engine.streams import Stream

NEVER_NEGATIVE = ("sigmoid", "relu", "softplus", "step", "softmax")


@dataclass(frozen=True, slots=True)
class Blueprint:
    """A network without its numbers: `sizes` are (d, h1, ..., k), `activations` one per layer."""

    loss: Loss
    activations: tuple[Activation, ...]
    sizes: tuple[int, ...]


def loss_for(experiment: Experiment, dataset: Dataset) -> Loss:
    """The experiment's loss; for "auto" BCE (two classes), CE (more) or MSE (regression)."""
    if experiment.training.loss != "auto":
        return LOSSES[experiment.training.loss]
    if dataset.task == "regression":
        return LOSSES["mse"]
    return LOSSES["bce" if len(dataset.classes) == 2 else "ce"]


def reshapes_targets(before: Experiment, after: Experiment, dataset: Dataset) -> bool:
    """Whether two classes change form with the loss: one column of 0 and 1, or one for each."""
    wanted = [
        experiment.training.loss in LOSSES and LOSSES[experiment.training.loss].one_hot
        for experiment in (before, after)
    ]
    return len(dataset.classes) == 2 and wanted[0] != wanted[1]


def blueprint(experiment: Experiment, dataset: Dataset) -> Blueprint:
    """Settle the network's loss, activations and sizes.

    Raises:
        ExperimentError: the experiment does not fit the data or asks for more than the limits.
    """
    loss = loss_for(experiment, dataset)
    named = experiment.network.output_activation
    output = OUTPUT_ACTIVATIONS[loss.output if named == "auto" else named]
    hidden = tuple(ACTIVATIONS[name] for name in experiment.network.hidden_activations())
    sizes = (dataset.train.X.shape[1], *experiment.network.hidden, dataset.train.Y.shape[1])
    problems = [
        *_loss_problems(loss, output, dataset),
        *_size_problems(sizes, min(experiment.training.batch_size, len(dataset.train))),
        *_given_problems(experiment, sizes),
    ]
    if problems:
        raise ExperimentError(problems)
    return Blueprint(loss, (*hidden, output), sizes)


def initial_parameters(experiment: Experiment, plan: Blueprint) -> Parameters:
    """The first weights and biases: the given ones, or drawn by the initializer from the seed."""
    network, dtype = experiment.network, np.dtype(experiment.training.dtype)
    initializer = INITIALIZERS[network.initializer]
    options = initializer.defaults() | dict(network.initializer_options)
    rng = Stream.WEIGHTS.generator(experiment.training.seed)
    weights: list[Array] = []
    biases: list[Array] = []
    for fan_in, fan_out in pairwise(plan.sizes):
        weights.append(initializer.weights(rng, fan_in, fan_out, **options))
        biases.append(initializer.biases(rng, fan_in, fan_out, **options))
    if network.weights:
        weights = [np.array(W, dtype=np.float64) for W in network.weights]
    if network.biases:
        biases = [np.array(b, dtype=np.float64) for b in network.biases]
    with np.errstate(over="ignore"):
        drawn = Parameters(tuple(weights), tuple(biases)).map(lambda array: array.astype(dtype))
    if not drawn.is_finite():
        raise ExperimentError(
            [Problem("training.dtype", f"{dtype} cannot hold first weights as large as these")]
        )
    return drawn


def initial_slots(experiment: Experiment, parameters: Parameters) -> tuple[Parameters, ...]:
    """The optimizer's state before its first step: zeros, one `Parameters` for each slot."""
    slots = OPTIMIZERS[experiment.training.optimizer].slots
    return tuple(parameters.map(np.zeros_like) for _ in slots)


def _loss_problems(loss: Loss, output: Activation, dataset: Dataset) -> list[Problem]:
    problems = []
    if dataset.task not in loss.tasks:
        fitting = ", ".join(name for name, entry in LOSSES.items() if dataset.task in entry.tasks)
        problems.append(
            Problem(
                "training.loss", f"{loss.name} does not fit a {dataset.task}; allowed: {fitting}"
            )
        )
    if loss.on_logits and output.name != loss.output:
        problems.append(
            Problem(
                "network.output_activation",
                f"{output.name} does not go with the loss {loss.name}; "
                f"allowed: auto or {loss.output}",
            )
        )
    elif loss.name == "hinge" and output.name in NEVER_NEGATIVE:
        problems.append(
            Problem(
                "network.output_activation",
                f"{output.name} is never negative, and hinge decides by the sign; "
                "allowed: auto, linear, tanh and others of both signs",
            )
        )
    elif output.name == "softmax" and dataset.train.Y.shape[1] == 1:
        problems.append(
            Problem(
                "network.output_activation",
                "softmax needs two outputs or more, and there is one; allowed: auto or any other",
            )
        )
    return problems


def _size_problems(sizes: tuple[int, ...], batch: int) -> list[Problem]:
    problems = []
    count = sum((fan_in + 1) * fan_out for fan_in, fan_out in pairwise(sizes))
    if count > limits.PARAMETERS:
        problems.append(
            Problem(
                "network.hidden",
                f"makes {count:,} parameters; allowed are at most {limits.PARAMETERS:,}",
            )
        )
    if batch * sum(sizes) > limits.BATCH_NUMBERS:
        problems.append(
            Problem(
                "training.batch_size",
                f"of {batch:,} rows through {sum(sizes):,} neurons is too much for one step; "
                f"allowed are at most {limits.BATCH_NUMBERS // sum(sizes):,} rows",
            )
        )
    return problems


def _given_problems(experiment: Experiment, sizes: tuple[int, ...]) -> list[Problem]:
    problems = []
    weights, biases = experiment.network.weights, experiment.network.biases
    if weights and _shapes(weights) != list(pairwise(sizes)):
        wanted = ", ".join(f"{fan_in} x {fan_out}" for fan_in, fan_out in pairwise(sizes))
        problems.append(
            Problem("network.weights", f"must hold one matrix for each layer, of sizes {wanted}")
        )
    if biases and _shapes(biases) != [(fan_out,) for fan_out in sizes[1:]]:
        wanted = ", ".join(str(fan_out) for fan_out in sizes[1:])
        problems.append(
            Problem("network.biases", f"must hold one list for each layer, of lengths {wanted}")
        )
    return problems


def _shapes(given: tuple[Any, ...]) -> list[tuple[int, ...] | None]:
    shapes: list[tuple[int, ...] | None] = []
    for nested in given:
        try:
            shapes.append(np.array(nested, dtype=np.float64).shape)
        except ValueError:
            shapes.append(None)
    return shapes
