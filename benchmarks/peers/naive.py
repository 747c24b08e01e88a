"""Plain NumPy as one writes it from the equations: fresh arrays, each optimized by itself."""

from __future__ import annotations

import numpy as np
from nnmath_engine.arrays import Array

from benchmarks.work import Orders, Work

BETA1, BETA2 = 0.9, 0.999


class Naive:
    """See `Peer`."""

    def __init__(self, work: Work) -> None:
        self._work = work
        self.X, self.Y = work.data()
        self.W, self.b = (list(arrays) for arrays in zip(*work.layers(), strict=True))
        self.m = [np.zeros_like(p) for p in [*self.W, *self.b]]
        self.v = [np.zeros_like(p) for p in [*self.W, *self.b]]
        self.t = 0

    def train(self, orders: Orders) -> None:
        size = self._work.batch
        for order in orders:
            for start in range(0, len(order), size):
                rows = order[start : start + size]
                dW, db = self._gradients(self.X[rows], self.Y[rows])
                self._update(dW, db)

    def _gradients(self, X: Array, Y: Array) -> tuple[list[Array], list[Array]]:
        outputs = self._forward(X)
        delta = self._output_delta(outputs[-1], Y)
        dW: list[Array] = []
        db: list[Array] = []
        for layer in reversed(range(len(self.W))):
            dW.append(outputs[layer].T @ delta)
            db.append(delta.sum(axis=0))
            if layer > 0:
                a = outputs[layer]
                slope = 1 - a**2 if self._work.hidden == "tanh" else a > 0
                delta = (delta @ self.W[layer].T) * slope
        return dW[::-1], db[::-1]

    def _forward(self, X: Array) -> list[Array]:
        outputs, last = [X], len(self.W) - 1
        for layer, (W, b) in enumerate(zip(self.W, self.b, strict=True)):
            z = outputs[-1] @ W + b
            name = self._work.output if layer == last else self._work.hidden
            if name == "tanh":
                z = np.tanh(z)
            elif name == "relu":
                z = np.maximum(z, 0)
            elif name == "softmax":
                z = np.exp(z - z.max(axis=1, keepdims=True))
                z = z / z.sum(axis=1, keepdims=True)
            outputs.append(z)
        return outputs

    def _output_delta(self, yhat: Array, Y: Array) -> Array:
        if self._work.loss == "ce":
            delta: Array = (yhat - Y) / len(Y)
            return delta
        delta = (yhat - Y) / Y.size
        return delta * (1 - yhat**2) if self._work.output == "tanh" else delta

    def _update(self, dW: list[Array], db: list[Array]) -> None:
        self.t += 1
        rate = self._work.learning_rate
        parameters, gradients = [*self.W, *self.b], [*dW, *db]
        for i, (p, g) in enumerate(zip(parameters, gradients, strict=True)):
            if self._work.optimizer == "sgd":
                p -= rate * g
                continue
            self.m[i] = BETA1 * self.m[i] + (1 - BETA1) * g
            self.v[i] = BETA2 * self.v[i] + (1 - BETA2) * g**2
            m = self.m[i] / (1 - BETA1**self.t)
            v = self.v[i] / (1 - BETA2**self.t)
            p -= rate * m / (np.sqrt(v) + self._work.epsilon)

    def layers(self) -> list[tuple[Array, Array]]:
        return list(zip(self.W, self.b, strict=True))
