"""JAX: an epoch is one compiled `scan` over its batches, so Python is called once an epoch."""

from __future__ import annotations

from typing import Any

import jax
import jax.numpy as jnp
import numpy as np
from nnmath_engine.arrays import Array

from benchmarks.work import Orders, Work

jax.config.update("jax_enable_x64", True)
# On one core, handing an epoch over to another thread costs a seventh more.
jax.config.update("jax_cpu_enable_async_dispatch", False)

_ACTIVATIONS = {"tanh": jnp.tanh, "relu": jax.nn.relu}  # softmax is part of the loss
BETA1, BETA2 = 0.9, 0.999


def _loss(layers: Any, x: Any, t: Any, work: Work) -> Any:
    a = x
    for i, (W, b) in enumerate(layers):
        name = work.output if i == len(layers) - 1 else work.hidden
        z = a @ W + b
        a = _ACTIVATIONS[name](z) if name in _ACTIVATIONS else z
    if work.loss == "ce":
        return -(jax.nn.log_softmax(a) * t).sum(axis=1).mean()
    return 0.5 * ((a - t) ** 2).mean()


def _sgd(state: Any, g: Any, work: Work) -> Any:
    return (jax.tree.map(lambda p, d: p - work.learning_rate * d, state[0], g),)


def _adam(state: Any, g: Any, work: Work) -> Any:
    layers, m, v, t = state
    t = t + 1
    m = jax.tree.map(lambda m, d: BETA1 * m + (1 - BETA1) * d, m, g)
    v = jax.tree.map(lambda v, d: BETA2 * v + (1 - BETA2) * d * d, v, g)

    def moved(p: Any, m: Any, v: Any) -> Any:
        first, second = (1 - beta ** t.astype(p.dtype) for beta in (BETA1, BETA2))
        return p - work.learning_rate * (m / first) / (jnp.sqrt(v / second) + work.epsilon)

    return jax.tree.map(moved, layers, m, v), m, v, t


class Jax:
    """See `Peer`."""

    def __init__(self, work: Work) -> None:
        X, Y = (jnp.asarray(array) for array in work.data())
        layers = [(jnp.asarray(W), jnp.asarray(b)) for W, b in work.layers()]
        moments = [] if work.optimizer == "sgd" else [jax.tree.map(jnp.zeros_like, layers)] * 2
        # Copies, since an epoch's results are put where its arguments were.
        moments = jax.tree.map(jnp.copy, moments)
        self._state: Any = (layers, *moments, jnp.asarray(0)) if moments else (layers,)
        update = {"sgd": _sgd, "adam": _adam}[work.optimizer]
        gradient = jax.grad(_loss)

        def step(state: Any, batch: Any) -> Any:
            g = gradient(state[0], *batch, work)
            return update(state, g, work), None

        def epoch(state: Any, order: Any) -> Any:
            x = X[order].reshape(work.batches, work.batch, -1)
            t = Y[order].reshape(work.batches, work.batch, -1)
            return jax.lax.scan(step, state, (x, t))[0]

        self._epoch = jax.jit(epoch, donate_argnums=0)

    def train(self, orders: Orders) -> None:
        for order in orders:
            self._state = self._epoch(self._state, order)
        jax.block_until_ready(self._state)

    def layers(self) -> list[tuple[Array, Array]]:
        return [(np.asarray(W), np.asarray(b)) for W, b in self._state[0]]
