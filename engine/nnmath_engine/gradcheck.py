"""Is backpropagation right? Compare every derivative with a central difference of the objective.

    numeric dJ/dw = (J(w + h) - J(w - h)) / (2 h)

has an error of order h^2, as long as J is smooth between w - h and w + h. ReLU, |w| and their
like have kinks; a parameter that moves some number off a kink has no derivative to compare with.
Such parameters are found and counted, not failed.

The error of order h^2 is no fault of backpropagation either, nor is that of order h where a number
is at a bend, as ELU has one at 0. So no parameter fails by its first difference: it is looked at
again with larger and smaller h, extrapolated to h = 0. No number crosses a kink or a bend between
those w - h and w + h.

Source: Stanford CS231n, "Gradient checks"; the objective is that of `descent`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import partial

import numpy as np
import numpy.typing as npt

from nnmath_engine.activations import Activation
from nnmath_engine.arrays import Array
from nnmath_engine.differences import Line, Probe
from nnmath_engine.losses import Loss
from nnmath_engine.network import Parameters, backward, forward, mean_loss
from nnmath_engine.regularizers import l1_gradient, l1_penalty, l2_gradient, l2_penalty

TOLERANCE = 1e-6
STEP = 1e-5


@dataclass(frozen=True, slots=True)
class GradientReport:
    """The outcome: the worst relative error, where it is, and how many parameters were looked at.

    The error of one parameter is |analytic - numeric| relative to the larger of the two, or to
    `floor` = 1e-4 * max(1, |J|) if both are smaller: below it, what a central difference in
    float64 can resolve (about 1e-11 |J|) is no longer 1e-6 of the number.
    """

    worst: float
    where: str
    analytic: float
    numeric: float
    checked: int
    kinks: int
    sampled: bool

    @property
    def passed(self) -> bool:
        """Whether something was checked and the worst error is below the tolerance."""
        return self.checked > 0 and self.worst < TOLERANCE


def check_gradients(
    parameters: Parameters,
    activations: Sequence[Activation],
    loss: Loss,
    X: Array,
    Y: Array,
    *,
    l1: float = 0.0,
    l2: float = 0.0,
    step: float = STEP,
    most: int = 10_000,
    seed: int = 0,
    progress: Callable[[int, int], None] | None = None,
) -> GradientReport:
    """Check dJ/dw of every parameter on the samples X (n, d), Y (n, k), in float64.

    Args:
        l1, l2: strengths of the penalties in the objective.
        step: h; scaled by max(1, |w|).
        most: above this number of parameters a seeded sample of so many is checked.
        progress: called with (done, of) after each parameter; may raise to cancel.
    """
    problem = _Objective(tuple(activations), loss, X.astype(float), Y.astype(float), l1, l2)
    parameters = parameters.map(lambda array: array.astype(np.float64))
    analytic = problem.gradient(parameters).arrays()
    probe = partial(problem.probe, parameters)
    here = probe()
    floor = 1e-4 * max(1.0, abs(here.value))
    chosen = _choose(parameters.count, most, seed)
    kinks, worst = 0, (-1.0, "nothing", 0.0, 0.0)
    for done, (index, place) in enumerate(_cells(parameters, chosen), start=1):
        line = Line(probe, parameters.arrays()[index], place, step, here)
        exact = float(analytic[index][place])
        numeric = line.central_difference()
        error = _error(exact, numeric, floor)
        # Where a fault is certain, only what looks worse is worth a second look.
        if numeric is None or error >= max(TOLERANCE, worst[0]):
            numeric = line.limit(floor, TOLERANCE)
            error = _error(exact, numeric, floor)
        if numeric is None:
            kinks += 1
        elif error > worst[0]:
            worst = (error, _name(index, place), exact, numeric)
        if progress is not None:
            progress(done, len(chosen))
    return GradientReport(
        worst=max(worst[0], 0.0),
        where=worst[1],
        analytic=worst[2],
        numeric=worst[3],
        checked=len(chosen) - kinks,
        kinks=kinks,
        sampled=len(chosen) < parameters.count,
    )


def _error(exact: float, numeric: float | None, floor: float) -> float:
    """|exact - numeric| relative to the larger one or `floor`; a gradient that is none is ∞ off."""
    if numeric is None:
        return 0.0
    error = abs(exact - numeric) / max(abs(exact), abs(numeric), floor)
    return math.inf if math.isnan(error) else error


@dataclass(frozen=True, slots=True, eq=False)
class _Objective:
    """J as a function of the parameters."""

    activations: tuple[Activation, ...]
    loss: Loss
    X: Array
    Y: Array
    l1: float
    l2: float

    def probe(self, parameters: Parameters) -> Probe:
        tape = forward(parameters, self.X, self.activations)
        value = mean_loss(tape, self.loss, self.Y) + sum(
            l1_penalty(W, self.l1) + l2_penalty(W, self.l2) for W in parameters.weights
        )
        layers = list(zip(tape.z, self.activations, strict=True))
        kinks = [z - kink for z, activation in layers for kink in activation.kinks]
        bends = [z - bend for z, activation in layers for bend in activation.bends]
        scored = tape.scored(self.loss)
        if self.loss.kinks is not None:
            kinks.append(self.loss.kinks(scored, self.Y))
        if self.loss.bends is not None:
            bends.append(self.loss.bends(scored, self.Y))
        if self.l1 > 0:
            kinks.extend(parameters.weights)
        return Probe.of(value, kinks, bends)

    def gradient(self, parameters: Parameters) -> Parameters:
        tape = forward(parameters, self.X, self.activations)
        data = backward(tape, parameters, self.activations, self.loss, self.Y).gradients
        weights = tuple(
            g + l1_gradient(W, self.l1) + l2_gradient(W, self.l2)
            for g, W in zip(data.weights, parameters.weights, strict=True)
        )
        return Parameters(weights, data.biases)


def _choose(count: int, most: int, seed: int) -> npt.NDArray[np.intp]:
    if count <= most:
        return np.arange(count)
    return np.sort(np.random.default_rng(seed).choice(count, size=most, replace=False))


def _cells(
    parameters: Parameters, chosen: npt.NDArray[np.intp]
) -> Iterator[tuple[int, tuple[int, ...]]]:
    """The chosen parameters as (number of the array, place in it)."""
    arrays = parameters.arrays()
    starts = np.cumsum([0, *(array.size for array in arrays)])
    for flat in chosen:
        index = int(np.searchsorted(starts, flat, side="right")) - 1
        place = np.unravel_index(int(flat - starts[index]), arrays[index].shape)
        yield index, tuple(int(i) for i in place)


def _name(index: int, place: tuple[int, ...]) -> str:
    """The cell's name on the screen: w2[3,1] is in layer 2, from neuron 3 to neuron 1."""
    return f"{'wb'[index % 2]}{index // 2 + 1}[{','.join(map(str, place))}]"
