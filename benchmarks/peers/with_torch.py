"""PyTorch in eager mode: modules, autograd and torch.optim, as its tutorials have it."""

from __future__ import annotations

import torch
from nnmath_engine.arrays import Array

from benchmarks.work import Orders, Work

_ACTIVATIONS = {"tanh": torch.nn.Tanh, "relu": torch.nn.ReLU, "linear": torch.nn.Identity}


def eager(work: Work) -> Torch:
    """With the optimizer's defaults, which on a CPU go through the arrays one by one."""
    return Torch(work, fused=False)


def fused(work: Work) -> Torch:
    """With the optimizer's fused kernel."""
    return Torch(work, fused=True)


class Torch:
    """See `Peer`."""

    def __init__(self, work: Work, *, fused: bool) -> None:
        torch.set_num_threads(1)
        self._work = work
        X, Y = work.data()
        self._X, self._Y = torch.from_numpy(X), torch.from_numpy(Y)
        if work.loss == "ce":
            self._Y = self._Y.argmax(dim=1)
        self._linear = [_linear(W, b) for W, b in work.layers()]
        names = [*[work.hidden] * (len(self._linear) - 1), work.output]
        modules = []
        for linear, name in zip(self._linear, names, strict=True):
            modules.append(linear)
            if name in _ACTIVATIONS:  # softmax is part of the loss
                modules.append(_ACTIVATIONS[name]())
        self._model = torch.nn.Sequential(*modules)
        parameters, rate = self._model.parameters(), work.learning_rate
        self._optimizer = (
            torch.optim.Adam(parameters, lr=rate, eps=work.epsilon, fused=fused)
            if work.optimizer == "adam"
            else torch.optim.SGD(parameters, lr=rate, fused=fused)
        )

    def train(self, orders: Orders) -> None:
        size, optimizer, model = self._work.batch, self._optimizer, self._model
        classifies = self._work.loss == "ce"
        for order in orders:
            chosen = torch.from_numpy(order)
            X, Y = self._X[chosen], self._Y[chosen]
            for x, y in zip(X.split(size), Y.split(size), strict=True):
                optimizer.zero_grad()
                if classifies:
                    loss = torch.nn.functional.cross_entropy(model(x), y)
                else:
                    loss = 0.5 * torch.nn.functional.mse_loss(model(x), y)
                loss.backward()
                optimizer.step()

    def layers(self) -> list[tuple[Array, Array]]:
        return [
            (layer.weight.detach().numpy().T.copy(), layer.bias.detach().numpy().copy())
            for layer in self._linear
        ]


def _linear(W: Array, b: Array) -> torch.nn.Linear:
    layer = torch.nn.Linear(*W.shape, dtype=torch.from_numpy(W).dtype)
    with torch.no_grad():
        layer.weight.copy_(torch.from_numpy(W.T.copy()))
        layer.bias.copy_(torch.from_numpy(b))
    return layer
