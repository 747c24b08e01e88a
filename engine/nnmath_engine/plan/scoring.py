"""How good one set of parameters is, or many at once: losses, scores and penalties.

Measuring takes a forward pass over all rows. The parameters after several epochs, or of several
networks, are run through together: the arithmetic is the same, the calls are shared.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
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

NUMBERS = 96_000
"""Activations that are held at once. They should fit the second cache with room for the plan's own
numbers: with three times as many, measuring takes half as long again."""

_SHARING = 8
"""Sets of parameters that shall fit, with the rows in pieces if need be. More sets save little:
each has products of its own, and one of a long piece costs less than two of its halves."""
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
        penalties = ((np.asarray(l1), np.absolute), (np.asarray(l2) / 2, np.square))
        self._penalties = [pair for pair in penalties if np.any(pair[0] > 0)]
        X, Y = (np.concatenate(arrays) for arrays in zip(*splits, strict=True))
        ends = accumulate((len(X) for X, _ in splits), initial=0)
        self._spans = [slice(start, end) for start, end in pairwise(ends)]
        sizes = [len(X) for X, _ in splits]
        self._sizes = np.array([size or np.nan for size in sizes])  # no rows have no mean
        self._members = np.repeat(np.eye(len(splits)), sizes, axis=0)  # 1 where a row is in a split
        self._t = np.ascontiguousarray(Y.T)
        self._truth = classes(self._t)
        width = sum(blueprint.sizes[1:]) + len(blueprint.sizes)
        sharing = max(1, min(_SHARING, _WORK // (width * max(1, len(X)))))
        piece = _even(len(X), NUMBERS // (width * sharing))
        self._together = max(1, NUMBERS // (width * piece))
        self._pieces = [augmented(X[i : i + piece]) for i in range(0, len(X), piece)]
        self._passes: dict[int, _Pass] = {}
        layout = Layout(blueprint.sizes)
        self._on_weights = layout.on_weights(1.0, X.dtype)

    def __call__(self, sets: Array) -> Scores:
        """Measure flat vectors of parameters (sets, numbers); see `Layout`."""
        loss = np.zeros((len(sets), len(self._spans)))
        score = loss.copy()
        size = _even(len(sets), self._together)
        for start in range(0, len(sets), size):
            group = slice(start, start + size)
            scored = self._pass(len(sets[group])).run(sets[group])
            losses = _PER_SAMPLE[self._blueprint.loss.name](scored, self._t)
            for i, span in enumerate(self._spans):
                if span.stop > span.start:
                    loss[group, i] = np.add.reduce(losses[:, span], axis=-1)
            score[group] = self._scores(scored)
        return Scores(loss / self._sizes, score, self._penalty(sets))

    def _pass(self, sets: int) -> _Pass:
        if sets not in self._passes:
            if len(self._passes) > _SHARING:  # groups of some sizes come only once
                self._passes.clear()
            self._passes[sets] = _Pass(self._blueprint, sets, self._pieces)
        return self._passes[sets]

    def _penalty(self, sets: Array) -> Array:
        total = np.zeros(len(sets))
        for strength, magnitude in self._penalties:
            magnitudes: Array = magnitude(sets * self._on_weights)
            # Where a set's own strength is 0, an infinite sum must not make it NaN.
            total += np.where(strength > 0, strength * magnitudes.sum(axis=-1), 0.0)
        return total

    def _scores(self, scored: Array) -> Array:
        """The score of each set on each split, (sets, splits)."""
        if self._task == "classification":
            right = decided(scored, self._blueprint.loss) == self._truth
            # As a product: whole numbers have the same sum in any order, and BLAS is fastest.
            return np.asarray(right.astype(np.float64).dot(self._members) / self._sizes)
        return np.stack([self._r2(scored[..., span], span) for span in self._spans], axis=-1)

    def _r2(self, scored: Array, span: slice) -> Array:
        t = self._t[:, span]
        total = ((t - t.mean(axis=-1, keepdims=True)) ** 2).sum() if t.size else 0.0
        if not total > 0:
            return np.full(len(scored), np.nan)
        score: Array = 1.0 - ((t - scored) ** 2).sum(axis=(-1, -2)) / total
        return score


def _even(count: int, most: int) -> int:
    """The size of parts that are as alike as can be, so that they share the same calls."""
    parts = -(-count // max(1, most))
    return max(1, -(-count // max(1, parts)))


def augmented(X: Array) -> Array:
    """Rows (n, d) as columns with a row of ones below, (d + 1, n)."""
    x = np.ones((X.shape[1] + 1, len(X)), X.dtype)
    x[:-1] = X.T
    return x


class _Pass:
    """A forward pass of so many sets of parameters over all pieces of the inputs (d + 1, rows)."""

    def __init__(self, blueprint: Blueprint, sets: int, pieces: Sequence[Array]) -> None:
        layout, dtype = Layout(blueprint.sizes, sets), pieces[0].dtype
        weights = layout.views(np.zeros(layout.size, dtype))
        self._flat = [W.reshape(sets, -1) for W in weights]
        ends = accumulate((flat.shape[1] for flat in self._flat), initial=0)
        self._spans = [slice(start, end) for start, end in pairwise(ends)]
        self._calls: Calls = []
        lengths = {x.shape[1] for x in pieces}
        workspaces = {rows: Workspace(blueprint, layout, rows, dtype) for rows in lengths}
        total, first = sum(x.shape[1] for x in pieces), 0
        if len(pieces) == 1:
            self._scored = workspaces[total].scored
        else:
            self._scored = np.empty((sets, blueprint.sizes[-1], total), dtype)
        for x in pieces:
            workspace, last = workspaces[x.shape[1]], first + x.shape[1]
            self._calls += workspace.forward(weights, x, score=True)
            if len(pieces) > 1:
                part = self._scored[..., first:last]
                self._calls.append(partial(np.copyto, part, workspace.scored))
            first = last

    def run(self, sets: Array) -> Array:
        """What the loss is a function of (sets, k, rows), until the next run."""
        for flat, span in zip(self._flat, self._spans, strict=True):
            flat[...] = sets[:, span]
        for call in self._calls:
            call()
        return self._scored


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
    losses = _mse(out, t)
    return np.multiply(losses, 0.5, losses)


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
