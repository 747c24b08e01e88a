"""What every neuron answers to inputs that stay the same, for parameters that keep changing.

A picture of a network needs this in every frame. With new arrays each time nine tenths of the time
would go into asking the system for memory, page by page; so the arrays are made once, and every
call writes over what the last one left there.
"""

from __future__ import annotations

from functools import partial

import numpy as np

from nnmath_engine.activations import Activation
from nnmath_engine.arrays import Array
from nnmath_engine.blueprint import Blueprint
from nnmath_engine.network import Parameters
from nnmath_engine.plan.kernels import Calls, kernel_for, product
from nnmath_engine.plan.layout import Layout
from nnmath_engine.plan.scoring import augmented


class Responses:
    """The outputs of all layers on the same rows X (n, d), in the precision of X.

    - `inputs` (d, n): X itself;
    - `layers`: f(z) of every layer, (neurons, n) each, the prediction last;
    - `scored` (k, n): what the loss is a function of, which is z of the last layer or f(z).

    They are the same arrays throughout, and hold good until the next `update`: who needs a number
    for longer copies it.
    """

    def __init__(self, blueprint: Blueprint, X: Array) -> None:
        """Bind all calls; `update` must come first before anything is read."""
        x = augmented(X)
        self._light = Layout(blueprint.sizes).views(np.zeros(Layout(blueprint.sizes).size, X.dtype))
        self._calls: Calls = []
        self.inputs = x[:-1]
        layers: list[Array] = []
        for W, activation in zip(self._light, blueprint.activations, strict=True):
            block = np.ones((W.shape[1] + 1, len(X)), X.dtype)  # with the ones for the next biases
            z = block[:-1]
            self._calls.append(product(W.T, x, z))
            self.scored: Array = z
            if len(layers) == len(self._light) - 1 and blueprint.loss.on_logits:
                # The decision is made by the logits: where probabilities are rounded to 0 or 1,
                # they still tell which is larger.
                z = np.empty_like(z)
                self._calls.append(partial(np.copyto, z, self.scored))
            self._calls += _forward(activation, z)
            layers.append(z)
            x = block
        self.layers = tuple(layers)

    @property
    def yhat(self) -> Array:
        """The prediction (n, k), as `Tape.yhat`."""
        return self.layers[-1].T

    @property
    def nbytes(self) -> int:
        """About how much memory it keeps."""
        return self.inputs.nbytes + sum(2 * layer.nbytes for layer in self.layers)

    def update(self, parameters: Parameters) -> None:
        """Overwrite everything with the answers of a network with these parameters."""
        # Weights that the precision cannot hold become infinite, as do sums of others.
        with np.errstate(all="ignore"):
            for matrix, (W, b) in zip(self._light, parameters.layers(), strict=True):
                matrix[:-1], matrix[-1] = W, b
            for call in self._calls:
                call()


def _forward(activation: Activation, z: Array) -> Calls:
    """The calls that turn z into f(z)."""
    kernel = kernel_for(activation)
    # The plan's softplus calls a function that takes six times as long, but is one call.
    if kernel.slope is not None and activation.name != "softplus":
        return kernel.forward(z, np.empty_like(z))

    def row_by_row() -> None:
        # One neuron's numbers take little memory, which is at hand and need not be asked for.
        for row in z:
            row[...] = activation.f(row)

    return [row_by_row]
