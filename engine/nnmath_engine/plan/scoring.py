"""How good one set of parameters is, or many at once: losses, scores and penalties.

Measuring takes a forward pass over all rows. The parameters after several epochs, or of several
networks, are run through together: the arithmetic is the same, the calls are shared.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import accumulate, pairwise
from typing import Any

import numpy as np
import numpy.typing as npt

from nnmath_engine.arrays import Array
from nnmath_engine.blueprint import Blueprint
from nnmath_engine.losses import Loss
from nnmath_engine.plan.kernels import Calls
from nnmath_engine.plan.layout import Layout
from nnmath_engine.plan.step import Workspace

NUMBERS = 80_000
"""Activations that are held at once. They should fit the second cache with room for the plan's own
numbers: with three times as many, measuring takes half as long again."""

_MOST_SETS = 32
_WORK = 320_000
"""Activations of several sets of parameters that it pays to share the calls for: about 1 ms."""


@dataclass(frozen=True, slots=True, eq=False)
class Scores:
    """For each set of parameters: `loss` and `score` (sets, splits) and `penalty` (sets,).

    The score is accuracy for classes, R2 for numbers. NaN where a split has no rows.
    """

    loss: Array
    score: Array
    penalty: Array


class Examiner:
    """Measures sets of parameters on several splits of rows."""

    def __init__(
        self,
        blueprint: Blueprint,
        task: str,
        splits: Sequence[tuple[Array, Array]],
        *,
        l1: npt.ArrayLike = 0.0,
        l2: npt.ArrayLike = 0.0,
    ) -> None:
        """Args: splits: pairs X (n, d), Y (n, k); l1, l2: for all sets or for each (sets,)."""
        self._blueprint, self._task = blueprint, task
        self._l1, self._l2 = np.asarray(l1), np.asarray(l2)
        X, Y = (np.concatenate(arrays) for arrays in zip(*splits, strict=True))
        ends = accumulate((len(X) for X, _ in splits), initial=0)
        self._spans = [slice(start, end) for start, end in pairwise(ends)]
        self._t = np.ascontiguousarray(Y.T)
        self._truth = classes(self._t)
        width = sum(blueprint.sizes[1:]) + len(blueprint.sizes)
        expected = max(1, min(_MOST_SETS, _WORK // (width * max(1, len(X)))))
        self._piece = min(len(X), max(1, NUMBERS // (width * expected)))
        self._together = max(1, NUMBERS // (width * max(1, self._piece)))
        self._pieces = [augmented(X[i : i + self._piece]) for i in range(0, len(X), self._piece)]
        self._passes: dict[int, _Pass] = {}
        layout = Layout(blueprint.sizes)
        self._on_weights = layout.on_weights(1.0, X.dtype)

    def __call__(self, sets: Array) -> Scores:
        """Measure flat vectors of parameters (sets, numbers); see `Layout`."""
        loss = np.full((len(sets), len(self._spans)), np.nan)
        score = loss.copy()
        for start in range(0, len(sets), self._together):
            group = slice(start, start + self._together)
            scored = np.empty((len(sets[group]), *self._t.shape), self._t.dtype)
            self._forward(sets[group], scored)
            losses = _PER_SAMPLE[self._blueprint.loss.name](scored, self._t)
            for i, span in enumerate(self._spans):
                if span.stop > span.start:
                    loss[group, i] = losses[:, span].mean(axis=-1)
                    score[group, i] = self._score(scored[..., span], span)
        return Scores(loss, score, self._penalty(sets))

    def _forward(self, sets: Array, scored: Array) -> None:
        if len(sets) not in self._passes:
            if len(self._passes) > 6:  # groups of some sizes come only once
                self._passes.clear()
            self._passes[len(sets)] = _Pass(self._blueprint, len(sets), self._pieces)
        self._passes[len(sets)].run(sets, scored)

    def _penalty(self, sets: Array) -> Array:
        total = np.zeros(len(sets))
        for strength, magnitude in (
            (self._l1, np.absolute),
            (self._l2 / 2, np.square),
        ):
            if np.any(strength > 0):
                magnitudes: Array = magnitude(sets * self._on_weights)
                # Where a set's own strength is 0, an infinite sum must not make it NaN.
                total += np.where(strength > 0, strength * magnitudes.sum(axis=-1), 0.0)
        return total

    def _score(self, scored: Array, span: slice) -> Array:
        if self._task == "classification":
            right = decided(scored, self._blueprint.loss) == self._truth[span]
            # One by one: over an axis, NumPy would turn all of them into integers first.
            return np.array([np.count_nonzero(row) / len(row) for row in right])
        t = self._t[:, span]
        total = ((t - t.mean(axis=-1, keepdims=True)) ** 2).sum()
        if not total > 0:
            return np.full(len(scored), np.nan)
        score: Array = 1.0 - ((t - scored) ** 2).sum(axis=(-1, -2)) / total
        return score


def augmented(X: Array) -> Array:
    """Rows (n, d) as columns with a row of ones below, (d + 1, n)."""
    x = np.ones((X.shape[1] + 1, len(X)), X.dtype)
    x[:-1] = X.T
    return x


class _Pass:
    """A forward pass of so many sets of parameters over all pieces of the inputs (d + 1, rows)."""

    def __init__(self, blueprint: Blueprint, sets: int, pieces: Sequence[Array]) -> None:
        layout, dtype = Layout(blueprint.sizes, sets), pieces[0].dtype
        self._weights = layout.views(np.zeros(layout.size, dtype))
        ends = accumulate((W[0].size for W in self._weights), initial=0)
        self._spans = [slice(start, end) for start, end in pairwise(ends)]
        self._pieces: list[tuple[slice, Workspace, Calls]] = []
        workspaces: dict[int, Workspace] = {}
        first = 0
        for x in pieces:
            rows = x.shape[-1]
            if rows not in workspaces:
                workspaces[rows] = Workspace(blueprint, layout, rows, dtype)
            calls = workspaces[rows].forward(self._weights, x, score=True)
            self._pieces.append((slice(first, first + rows), workspaces[rows], calls))
            first += rows

    def run(self, sets: Array, scored: Array) -> None:
        for W, span in zip(self._weights, self._spans, strict=True):
            W.reshape(len(sets), -1)[...] = sets[:, span]
        for span, workspace, calls in self._pieces:
            for call in calls:
                call()
            scored[..., span] = workspace.scored


def decided(scored: Array, loss: Loss) -> npt.NDArray[Any]:
    """The class that each column of `scored` (..., k, n) decides for, (..., n)."""
    if scored.shape[-2] == 1:
        return np.asarray(scored[..., 0, :] > loss.threshold)
    return np.asarray(scored.argmax(axis=-2))


def classes(t: Array) -> npt.NDArray[Any]:
    """The true class of each column of t (k, n), (n,), in the type that `decided` gives."""
    return np.asarray(t[0] > 0.5 if len(t) == 1 else t.argmax(axis=0))


def _over_outputs(losses: Array) -> Array:
    """(..., k, n) -> (..., n): the mean over the outputs."""
    mean: Array = losses[..., 0, :] if losses.shape[-2] == 1 else losses.mean(axis=-2)
    return mean


def _mse(out: Array, t: Array) -> Array:
    e = out - t
    return _over_outputs(np.multiply(e, e, e))


def _half_mse(out: Array, t: Array) -> Array:
    return 0.5 * _mse(out, t)


def _mae(out: Array, t: Array) -> Array:
    return _over_outputs(np.abs(out - t))


def _huber(out: Array, t: Array) -> Array:
    e = out - t
    c = np.clip(e, -1.0, 1.0)
    return _over_outputs(c * (e - 0.5 * c))


def _bce(out: Array, t: Array) -> Array:
    losses = np.abs(out)
    np.negative(losses, losses)
    np.exp(losses, losses)
    np.log1p(losses, losses)
    losses += np.maximum(out, 0.0) - out * t
    return _over_outputs(losses)


def _ce(out: Array, t: Array) -> Array:
    shifted = out - out.max(axis=-2, keepdims=True)
    surprise = np.log(np.exp(shifted).sum(axis=-2, keepdims=True)) - shifted
    surprise *= t
    total: Array = surprise.sum(axis=-2)
    return total


def _hinge(out: Array, t: Array) -> Array:
    return _over_outputs(np.maximum(1.0 - (2.0 * t - 1.0) * out, 0.0))


_PER_SAMPLE: dict[str, Callable[[Array, Array], Array]] = {
    "mse": _mse,
    "half_mse": _half_mse,
    "mae": _mae,
    "huber": _huber,
    "bce": _bce,
    "ce": _ce,
    "hinge": _hinge,
}
"""`Loss.per_sample`, feature-major: from (..., k, n) and (k, n) to (..., n)."""
