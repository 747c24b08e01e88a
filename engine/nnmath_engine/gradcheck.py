"""Is backpropagation right? Compare every derivative with a central difference of the objective.

    numeric dJ/dw = (J(w + h) - J(w - h)) / (2 h)

has an error of order h^2, as long as J is smooth between w - h and w + h. ReLU, |w| and their
like have kinks; a parameter whose small change moves some number onto or across a kink has no
derivative to compare with. Such parameters are found and counted, not failed.

Source: Stanford CS231n, "Gradient checks"; the objective is that of `descent`.
"""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from nnmath_engine.activations import Activation
from nnmath_engine.arrays import Array
from nnmath_engine.losses import Loss
from nnmath_engine.network import Parameters, backward, forward, mean_loss
from nnmath_engine.regularizers import l1_gradient, l1_penalty, l2_gradient, l2_penalty

TOLERANCE = 1e-6
STEP = 1e-5
Signs = npt.NDArray[np.int8]


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
    value, signs = problem.value_and_signs(parameters)
    floor = 1e-4 * max(1.0, abs(value))
    chosen = _choose(parameters.count, most, seed)
    kinks, worst = 0, (-1.0, "nothing", 0.0, 0.0)
    for done, (index, place) in enumerate(_cells(parameters, chosen), start=1):
        array = parameters.arrays()[index]
        numeric = _central_difference(problem, parameters, array, place, step, signs)
        if numeric is None:
            kinks += 1
        else:
            exact = float(analytic[index][place])
            error = abs(exact - numeric) / max(abs(exact), abs(numeric), floor)
            if math.isnan(error):  # a gradient that is no number is as wrong as can be
                error = math.inf
            if error > worst[0]:
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


@dataclass(frozen=True, slots=True, eq=False)
class _Objective:
    """J as a function of the parameters, with the side of every kink that each number is on."""

    activations: tuple[Activation, ...]
    loss: Loss
    X: Array
    Y: Array
    l1: float
    l2: float

    def value_and_signs(self, parameters: Parameters) -> tuple[float, Signs]:
        tape = forward(parameters, self.X, self.activations)
        value = mean_loss(tape, self.loss, self.Y) + sum(
            l1_penalty(W, self.l1) + l2_penalty(W, self.l2) for W in parameters.weights
        )
        sides = [
            np.sign(z - kink).ravel()
            for z, activation in zip(tape.z, self.activations, strict=True)
            for kink in activation.kinks
        ]
        if self.loss.kinks is not None:
            sides.append(np.sign(self.loss.kinks(tape.scored(self.loss), self.Y)).ravel())
        if self.l1 > 0:
            sides.extend(np.sign(W).ravel() for W in parameters.weights)
        signs = np.concatenate(sides) if sides else np.zeros(0)
        return value, signs.astype(np.int8)

    def gradient(self, parameters: Parameters) -> Parameters:
        tape = forward(parameters, self.X, self.activations)
        data = backward(tape, parameters, self.activations, self.loss, self.Y).gradients
        weights = tuple(
            g + l1_gradient(W, self.l1) + l2_gradient(W, self.l2)
            for g, W in zip(data.weights, parameters.weights, strict=True)
        )
        return Parameters(weights, data.biases)


def _central_difference(
    problem: _Objective,
    parameters: Parameters,
    array: Array,
    place: tuple[int, ...],
    step: float,
    signs: Signs,
) -> float | None:
    """(J(w + h) - J(w - h)) / 2h at one parameter; None if a kink lies in between."""
    kept = array[place]
    h = step * max(1.0, abs(float(kept)))
    try:
        array[place] = kept + h
        above, signs_above = problem.value_and_signs(parameters)
        array[place] = kept - h
        below, signs_below = problem.value_and_signs(parameters)
    finally:
        array[place] = kept
    moved = signs_above != signs_below
    if moved.any() or bool(((signs == 0) & (signs_above != 0)).any()):
        return None
    return (above - below) / (2 * h)


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
