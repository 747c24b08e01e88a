"""Penalties, clipping and the optimizers' rules as calls on flat vectors.

A plan's gradient is not g but γ g, with one γ = batch rows / loss factor: dividing it would cost
one more call a step. The optimizers' memories have factors too, their `units`, in which (1 − β) and
its like have disappeared; all of them come back in one factor of the learning rate. `optimizers`
says what the rules compute, each line here that it is the same.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial
from typing import Any

import numpy as np
import numpy.typing as npt

from nnmath_engine.arrays import Array
from nnmath_engine.experiment import TrainingSpec
from nnmath_engine.optimizers import OPTIMIZERS
from nnmath_engine.plan.kernels import Call, Calls, constant
from nnmath_engine.plan.layout import Layout
from nnmath_engine.regularizers import global_norm

_BLOCK = 65_536
"""Numbers that are updated together: the vectors of a block stay in the cache from call to call.
Adam's update of 1,000,000 takes 0.75 of the time, of 100,000 0.9; more blocks are more calls."""

_SHARED = 16_384
"""Numbers up to which a call on both of Adam's memories beats two, each with its own β."""

_AHEAD = 4096
"""Adam's corrections are computed for so many steps at once: powers are slow."""


class Vectors:
    """The flat vectors (size,) of a plan.

    P parameters, G gradient times γ, T scratch. `memory` (slots * size,) holds the optimizer's
    slots one after the other, `squares` G and a place for G² likewise: one call serves both.
    """

    def __init__(self, layout: Layout, dtype: npt.DTypeLike, slots: int) -> None:
        size = layout.size
        self.P, self.T = np.zeros(size, dtype), np.zeros(size, dtype)
        self.squares = np.zeros(2 * size, dtype)
        self.G, self.G2 = self.squares[:size], self.squares[size:]
        self.memory = np.zeros(slots * size, dtype)
        self.slots = [self.memory[i * size : (i + 1) * size] for i in range(slots)]

    def block(self, span: slice) -> Block:
        """A part of the vectors; all blocks use the same scratch."""
        P = self.P[span]
        T, G2 = self.T[: len(P)], self.G2[: len(P)]
        return Block(P, self.G[span], T, G2, [slot[span] for slot in self.slots])


@dataclass(frozen=True, slots=True, eq=False)
class Block:
    """Part of `Vectors`: parameters, their gradient, scratch, and what the optimizer remembers."""

    P: Array
    G: Array
    T: Array
    G2: Array
    slots: list[Array]


@dataclass(frozen=True, slots=True, eq=False)
class Rates:
    """What changes with the learning rate: filled by `Rule.set_rate`.

    `rate` scales the step; `shrink` and `unshrink` are ± learning rate * l1, `decay` is
    1 − learning rate * weight decay, all on weights only.
    """

    rate: Array
    shrink: Array
    unshrink: Array
    decay: Array

    def block(self, span: slice) -> Rates:
        """What belongs to a part of the vectors."""
        arrays = (self.rate, self.shrink, self.unshrink, self.decay)
        return Rates(*(array[span] if array.ndim else array for array in arrays))


class Rule:
    """An optimizer's rule for one layout: its units, and the calls of its update."""

    def __init__(
        self,
        training: TrainingSpec,
        layout: Layout,
        vectors: Vectors,
        gamma: float,
        l1: npt.ArrayLike,
    ) -> None:
        """Args: l1: its strength, for all members or for each of them."""
        optimizer = OPTIMIZERS[training.optimizer]
        self._options: Mapping[str, Any] = optimizer.defaults() | dict(training.optimizer_options)
        self._name, self._layout, self._vectors = training.optimizer, layout, vectors
        self._gamma = gamma
        self._is_proximal = training.l1_method == "proximal" and bool(np.any(np.asarray(l1) > 0))
        self._l1 = np.asarray(l1)
        self.units = self._units()
        size, dtype = layout.size, vectors.P.dtype
        self.corrects = self._name in ("adam", "adamw")
        self._ahead_of = 0
        self._ahead: Array = np.empty((2, 0))
        varies = bool(layout.lead)
        self._rates = Rates(
            np.zeros(size if varies else (), dtype), *(np.zeros(size, dtype) for _ in range(3))
        )

    def _units(self) -> tuple[float, ...]:
        gamma, options = self._gamma, self._options
        match self._name:
            case "momentum" | "nesterov":
                return (gamma,)
            case "adagrad":
                return (gamma**2,)
            case "rmsprop":
                return (gamma**2 / (1 - options["alpha"]),)
            case "adam" | "adamw":
                return gamma / (1 - options["beta1"]), gamma**2 / (1 - options["beta2"])
            case _:
                return ()

    def set_rate(self, learning_rate: npt.ArrayLike) -> None:
        """Let the next steps go at this rate, one for all members or one for each."""
        lr, layout, dtype = np.asarray(learning_rate, float), self._layout, self._rates.rate.dtype
        match self._name:
            case "sgd" | "momentum" | "nesterov":
                factor = 1 / self._gamma
            case "rmsprop":
                factor = 1 / math.sqrt(1 - self._options["alpha"])
            case _:
                factor = 1.0
        self._rates.rate[...] = layout.everywhere(lr * factor, dtype)
        if self._is_proximal:
            self._rates.shrink[:] = layout.on_weights(lr * self._l1, dtype)
            np.negative(self._rates.shrink, self._rates.unshrink)
        if self._name == "adamw":
            self._rates.decay[:] = 1 - layout.on_weights(lr * self._options["weight_decay"], float)

    def correct(self, out: Array, t: int, learning_rate: npt.ArrayLike) -> None:
        """Put Adam's two numbers for the steps from number t + 1 on into `out`, (2, steps)."""
        first, count = t - self._ahead_of, out.shape[1]
        if first < 0 or first + count > self._ahead.shape[1]:
            steps = np.arange(t + 1, t + 1 + max(_AHEAD, count))
            first, self._ahead_of, self._ahead = 0, t, self._corrections(steps)
        c, q = self._ahead[:, first : first + count]
        # Members have their own learning rates, which come in with the step.
        rate = 1.0 if self._layout.lead else np.asarray(learning_rate, float)
        np.multiply(c, rate, out[0], casting="same_kind")
        out[1] = q

    def _corrections(self, t: npt.NDArray[np.int64]) -> Array:
        """Adam's two numbers for the steps number t, (2, steps), at learning rate 1.

        With M = γ m / (1 − β₁), V = γ² v / (1 − β₂) and r = γ √(1 − β₂ᵗ) / √(1 − β₂),

            m̂ / (√v̂ + ε) = c M / (√V + q),   c = (1 − β₁) r / (γ (1 − β₁ᵗ)),   q = ε r.
        """
        beta1, beta2 = self._options["beta1"], self._options["beta2"]
        corrected = self._options["bias_correction"]
        first = 1 - beta1**t if corrected else np.ones(len(t))
        second = 1 - beta2**t if corrected else np.ones(len(t))
        r = self._gamma * np.sqrt(second) / math.sqrt(1 - beta2)
        return np.array([(1 - beta1) * r / (self._gamma * first), self._options["epsilon"] * r])

    def calls(self, adam: Array) -> Calls:
        """The update of P from G; `adam` (2,) holds Adam's numbers for this step."""
        calls: Calls = []
        for start in range(0, self._layout.size, _BLOCK):
            span = slice(start, start + _BLOCK)
            calls += self._update(self._vectors.block(span), self._rates.block(span), adam)
        return calls

    def _update(self, v: Block, rates: Rates, adam: Array) -> Calls:
        rate, options = rates.rate, self._options
        P, G, T = v.P, v.G, v.T
        take_step: Calls = [partial(np.multiply, T, rate, T), partial(np.subtract, P, T, P)]
        match self._name:
            case "sgd":
                calls: Calls = [partial(np.multiply, G, rate, T), take_step[1]]
            case "momentum":
                (V,) = v.slots
                mu = constant(options["momentum"], P)
                calls = [partial(np.multiply, V, mu, V), partial(np.add, V, G, V)]
                calls += [partial(np.multiply, V, rate, T), take_step[1]]
            case "nesterov":
                (V,) = v.slots
                mu = constant(options["momentum"], P)
                calls = [partial(np.multiply, V, mu, V), partial(np.add, V, G, V)]
                calls += [partial(np.multiply, V, mu, T), partial(np.add, T, G, T), *take_step]
            case "adagrad":
                (S,) = v.slots
                calls = [partial(np.multiply, G, G, v.G2), partial(np.add, S, v.G2, S)]
                calls += [*_over_root(v, S, options["epsilon"] * self._gamma), *take_step]
            case "rmsprop":
                (S,) = v.slots
                alpha = options["alpha"]
                floor = options["epsilon"] * self._gamma / math.sqrt(1 - alpha)
                calls = [
                    partial(np.multiply, G, G, v.G2),
                    partial(np.multiply, S, constant(alpha, P), S),
                    partial(np.add, S, v.G2, S),
                ]
                calls += [*_over_root(v, S, floor), *take_step]
            case _:
                c, q = adam[0, ...], adam[1, ...]
                M, V = v.slots
                calls = [
                    *self._remember(v),
                    partial(np.sqrt, V, T),
                    partial(np.add, T, q, T),
                    partial(np.divide, M, T, T),
                    partial(np.multiply, T, c, T),
                ]
                # c holds the learning rate itself, unless each member has its own.
                calls += take_step if self._layout.lead else take_step[1:]
                if self._name == "adamw":
                    calls.insert(0, partial(np.multiply, P, rates.decay, P))
        return calls + (_proximal(v, rates) if self._is_proximal else [])

    def _remember(self, v: Block) -> Calls:
        """M = β₁ M + G, V = β₂ V + G²."""
        beta1, beta2 = self._options["beta1"], self._options["beta2"]
        square = partial(np.multiply, v.G, v.G, v.G2)
        if self._layout.size <= _SHARED:
            memory, squares = self._vectors.memory, self._vectors.squares
            keep = np.repeat([beta1, beta2], self._layout.size).astype(memory.dtype)
            return [
                square,
                partial(np.multiply, memory, keep, memory),
                partial(np.add, memory, squares, memory),
            ]
        M, V = v.slots
        return [
            square,
            partial(np.multiply, M, constant(beta1, M), M),
            partial(np.add, M, v.G, M),
            partial(np.multiply, V, constant(beta2, V), V),
            partial(np.add, V, v.G2, V),
        ]


def _over_root(v: Block, S: Array, floor: float) -> Calls:
    """T = G / (√S + floor)."""
    return [
        partial(np.sqrt, S, v.T),
        partial(np.add, v.T, constant(floor, v.T), v.T),
        partial(np.divide, v.G, v.T, v.T),
    ]


def _proximal(v: Block, rates: Rates) -> Calls:
    """w ← w − clip(w, −t, t), t = learning rate * l1."""
    return [
        partial(np.minimum, v.P, rates.shrink, out=v.T),
        partial(np.maximum, v.T, rates.unshrink, out=v.T),
        partial(np.subtract, v.P, v.T, v.P),
    ]


def penalties(
    training: TrainingSpec,
    layout: Layout,
    vectors: Vectors,
    gamma: float,
    l1: npt.ArrayLike,
    l2: npt.ArrayLike,
) -> Calls:
    """Add γ times the penalties' gradients to G; the proximal L1 has its turn after the step."""
    P, G, T = vectors.P, vectors.G, vectors.T
    calls: Calls = []
    if np.any(np.asarray(l2) > 0):
        strength = layout.on_weights(gamma * np.asarray(l2), P.dtype)
        calls += [partial(np.multiply, P, strength, T), partial(np.add, G, T, G)]
    if np.any(np.asarray(l1) > 0) and training.l1_method == "subgradient":
        strength = layout.on_weights(gamma * np.asarray(l1), P.dtype)
        calls += [partial(np.sign, P, T), partial(np.multiply, T, strength, T)]
        calls += [partial(np.add, G, T, G)]
    return calls


def clipping(training: TrainingSpec, layout: Layout, vectors: Vectors, gamma: float) -> Calls:
    """Bound γ g: first each number, then the length of each member's gradient as a whole."""
    G = vectors.G
    calls: Calls = []
    if training.clip_value > 0:
        limit = gamma * training.clip_value
        calls.append(partial(np.minimum, G, constant(limit, G), out=G))
        calls.append(partial(np.maximum, G, constant(-limit, G), out=G))
    if training.clip_norm > 0:
        matrices = layout.views(G)
        if layout.lead:
            members = range(layout.lead[0])
            calls += [
                _norm_clipper([matrix[m] for matrix in matrices], gamma, training.clip_norm)
                for m in members
            ]
        else:
            calls.append(_norm_clipper([G], gamma, training.clip_norm))
    return calls


def _norm_clipper(arrays: list[Array], gamma: float, limit: float) -> Call:
    def clip() -> None:
        norm = math.sqrt(sum(float(np.vdot(array, array)) for array in arrays))
        if not 1e-15 < norm < 1e15:  # the squares may have left the range of their type
            norm = global_norm(arrays)
        factor = limit / (norm / gamma + 1e-6)
        if math.isfinite(norm) and factor < 1:
            for array in arrays:
                np.multiply(array, factor, array)

    return clip
