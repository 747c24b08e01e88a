"""The metrics that no history keeps: each a pure function of the network at one moment."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cached_property

import numpy as np
from nnmath_engine.arrays import Array
from nnmath_engine.blueprint import Blueprint, blueprint
from nnmath_engine.dataset import Dataset
from nnmath_engine.experiment import Experiment
from nnmath_engine.network import Backward, Parameters, Tape, backward, forward
from nnmath_engine.snapshot import Snapshot

LANCZOS_STEPS = 60


@dataclass(frozen=True, eq=False)
class Moment:
    """A network with its data and its settings; what is asked more than once is kept."""

    experiment: Experiment
    dataset: Dataset
    parameters: Parameters

    @classmethod
    def of(cls, snapshot: Snapshot) -> Moment:
        """The moment of a snapshot."""
        return cls(snapshot.experiment, snapshot.dataset, snapshot.parameters)

    @cached_property
    def network(self) -> Blueprint:
        """Its loss, activations and sizes."""
        return blueprint(self.experiment, self.dataset)

    @cached_property
    def tape(self) -> Tape:
        """The forward pass over all training rows."""
        return forward(self.parameters, self.dataset.train.X, self.network.activations)

    @cached_property
    def back(self) -> Backward:
        """The backward pass of the mean loss over all training rows."""
        return self._backward(self.parameters, self.tape)

    def gradient(self, parameters: Parameters) -> Array:
        """dL/dw of the mean loss and the L2 penalty, flat, at other parameters."""
        tape = forward(parameters, self.dataset.train.X, self.network.activations)
        exact = self._backward(parameters, tape).gradients
        l2 = self.experiment.training.l2
        pairs = zip(exact.layers(), parameters.weights, strict=True)
        return np.concatenate(
            [part.ravel() for (dW, db), W in pairs for part in (dW + l2 * W, db)], dtype=np.float64
        )

    def _backward(self, parameters: Parameters, tape: Tape) -> Backward:
        network = self.network
        return backward(tape, parameters, network.activations, network.loss, self.dataset.train.Y)


def measure(metric: str, moment: Moment) -> float:
    """The metric at a moment; NaN where it has no value.

    Raises:
        KeyError: no such metric is measured here.
    """
    with np.errstate(all="ignore"):
        return float(_MEASURES[metric](moment))


def zeros(
    moment: Moment, counted: tuple[str, ...], kept: tuple[str, ...], layer: int | None = None
) -> float:
    """How many of the named inputs have only zeros for weights; NaN if one to keep has, too.

    An input that the network does not have was taken away, not silenced: it does not count.
    layer: count the weights of this layer that are 0 instead; NaN if there is no such layer.
    """
    weights = moment.parameters.weights
    silent = dict(zip(moment.dataset.inputs, (weights[0] == 0).all(axis=1), strict=True))
    if any(silent.get(name, True) for name in kept):
        return math.nan
    if layer is not None:
        return float((weights[layer - 1] == 0).sum()) if layer <= len(weights) else math.nan
    return float(sum(bool(silent.get(name, False)) for name in counted or silent))


def _margin(moment: Moment) -> float:
    loss, Y = moment.network.loss, moment.dataset.train.Y
    scored = moment.tape.scored(loss)
    if Y.shape[1] > 1:
        two = np.sort(moment.tape.yhat, axis=1)[:, -2:]
        return float((two[:, 1] - two[:, 0]).min())
    # A loss on logits decides at z = 0, which its output activation maps to the boundary.
    boundary = moment.network.activations[-1].f(np.full((1, 1), loss.threshold))
    border = float(boundary[0, 0]) if loss.on_logits else loss.threshold
    outputs = moment.tape.yhat if loss.on_logits else scored
    return float(np.abs(outputs - border).min())


def _largest_error(moment: Moment) -> float:
    return float(np.abs(moment.tape.yhat - moment.dataset.train.Y).max())


def _gradient_ratio(moment: Moment) -> float:
    weights = moment.back.gradients.weights
    first, last = (float(np.linalg.norm(weights[layer])) for layer in (0, -1))
    return first / last if last > 0 else math.nan


def _gradient_noise(moment: Moment) -> float:
    """The error of the mean of B of n gradients, drawn without putting back.

    Its mean square is (trace of their covariance) / B * (n - B) / (n - 1), the sampling formula of
    W. Cochran, "Sampling Techniques" (1977), 2.9; nothing is drawn.
    """
    n = len(moment.dataset.train)
    size = min(moment.experiment.training.batch_size, n)
    whole = moment.back.gradients.norm() ** 2
    # |g_i|^2 of sample i: in each layer (|inputs|^2 + 1) |delta|^2, the 1 for the bias.
    squares = sum(
        ((moment.tape.inputs_of(layer) ** 2).sum(axis=1) + 1) * ((n * delta) ** 2).sum(axis=1)
        for layer, delta in enumerate(moment.back.deltas)
    )
    spread = max(0.0, float(np.mean(squares)) - whole)
    if n == 1 or whole == 0:
        return 0.0 if spread == 0 else math.nan
    return math.sqrt(spread / size * (n - size) / (n - 1) / whole)


def _critical_learning_rate(moment: Moment) -> float:
    curvature = largest_curvature(moment)
    return 2.0 / curvature if curvature > 0 else math.inf


def largest_curvature(moment: Moment) -> float:
    """The largest eigenvalue of the Hessian of the training loss with its L2 penalty.

    By Lanczos's method with full reorthogonalization; a product H v is a central difference of
    gradients, exact where the loss is quadratic. With up to LANCZOS_STEPS parameters it is the
    whole spectrum. Source: G. Golub & C. Van Loan, "Matrix Computations", 10.1.
    """
    shapes = [array.shape for array in moment.parameters.arrays()]
    here = np.concatenate([a.ravel() for a in moment.parameters.arrays()], dtype=np.float64)
    ends = np.cumsum([math.prod(shape) for shape in shapes])[:-1]

    def product(v: Array) -> Array:
        h = 1e-4 * max(1.0, float(np.abs(here).max()))
        sides = []
        for side in (h, -h):
            parts = np.split(here + side * v, ends)
            moved = [part.reshape(shape) for part, shape in zip(parts, shapes, strict=True)]
            sides.append(moment.gradient(Parameters.of(moved)))
        return np.asarray((sides[0] - sides[1]) / (2 * h))

    v = np.random.default_rng(0).standard_normal(len(here))
    basis: list[Array] = []
    alphas: list[float] = []
    betas: list[float] = []
    v = np.asarray(v / np.linalg.norm(v))
    for _ in range(min(LANCZOS_STEPS, len(here))):
        basis.append(v)
        w = product(v)
        alphas.append(float(w @ v))
        for _ in range(2):
            w = np.asarray(w - np.array(basis).T @ (np.array(basis) @ w))
        beta = float(np.linalg.norm(w))
        if not beta > 1e-9 * max(1.0, abs(alphas[0])):
            break
        betas.append(beta)
        v = np.asarray(w / beta)
    off = betas[: len(alphas) - 1]
    spectrum = np.diag(alphas) + np.diag(off, 1) + np.diag(off, -1)
    return float(np.linalg.eigvalsh(spectrum)[-1]) if np.isfinite(spectrum).all() else math.nan


def _dead_share(moment: Moment) -> float:
    hidden = zip(moment.tape.z[:-1], moment.network.activations[:-1], strict=True)
    dead = [(activation.df(z) == 0).all(axis=0) for z, activation in hidden]
    return float(np.concatenate(dead).mean()) if dead else 0.0


def _zero_share(moment: Moment) -> float:
    weights = moment.parameters.weights
    return sum(int((W == 0).sum()) for W in weights) / sum(W.size for W in weights)


def _column_difference(moment: Moment) -> float:
    W, b = moment.parameters.weights[0], moment.parameters.biases[0]
    columns = np.vstack([W, b])
    return float((columns.max(axis=1) - columns.min(axis=1)).max())


_MEASURES: Mapping[str, Callable[[Moment], float]] = {
    "margin": _margin,
    "largest_error": _largest_error,
    "gradient_ratio": _gradient_ratio,
    "gradient_noise": _gradient_noise,
    "critical_learning_rate": _critical_learning_rate,
    "dead_share": _dead_share,
    "zero_share": _zero_share,
    "column_difference": _column_difference,
}
