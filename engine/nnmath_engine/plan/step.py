"""One step on one batch as a list of calls: forward, backward, penalties, clipping, update.

Batches of one size share a `Workspace`, the arrays between the first product and the last. In all
of them neurons are rows and samples are columns: a layer's weights times its inputs is one plain
product, and below each hidden layer's outputs stands a row of ones that feeds the next biases.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import partial
from itertools import accumulate, pairwise
from math import prod

import numpy as np
import numpy.typing as npt

from nnmath_engine.arrays import Array
from nnmath_engine.blueprint import Blueprint
from nnmath_engine.plan.kernels import Calls, kernel_for, product, residual
from nnmath_engine.plan.layout import Layout
from nnmath_engine.regularizers import dropout_mask

_FEW_ROWS = 32
"""Up to so many rows it pays to compute the activation of the row of ones too, and to set it to 1
again: members' layers without it are no contiguous numbers, and NumPy starts anew for each member.
16 members of 8 neurons, 10 rows: tanh 1.3 us without that row, 0.4 with it, and 0.15 to set it."""


class Workspace:
    """The activations, slopes and deltas of one batch size, and the two passes over them."""

    def __init__(
        self, blueprint: Blueprint, layout: Layout, rows: int, dtype: npt.DTypeLike
    ) -> None:
        self._loss, self._rows = blueprint.loss, rows
        self._kernels = [kernel_for(activation) for activation in blueprint.activations]
        sizes, lead = blueprint.sizes, layout.lead
        heights = [m + 1 for m in sizes[1:-1]] + [sizes[-1]]
        self._includes_ones = prod(lead) > 1 and rows <= _FEW_ROWS
        ends = accumulate((prod(lead) * height * rows for height in heights), initial=0)
        self._spans = [slice(start, end) for start, end in pairwise(ends)]
        shapes = [(*lead, height, rows) for height in heights]
        # Flat, so that one call on neighbouring layers finds contiguous numbers.
        self._A, self._D = (make(self._spans[-1].stop, dtype) for make in (np.ones, np.zeros))
        self._blocks, self._slopes = (
            [flat[span].reshape(shape) for span, shape in zip(self._spans, shapes, strict=True)]
            for flat in (self._A, self._D)
        )
        self._z = [block[..., :m, :] for block, m in zip(self._blocks, sizes[1:], strict=True)]
        # A hidden delta has a row for the ones too, which nothing reads: a whole block is
        # contiguous. The output's delta is made where its z was: nothing needs that any more.
        self._deltas = [*(np.zeros(shape, dtype) for shape in shapes[:-1]), self._blocks[-1]]
        self._masks: list[Array] = []

    @property
    def scored(self) -> Array:
        """After `forward`: what the loss is a function of, (..., k, rows)."""
        return self._z[-1]

    def _inputs(self, layer: int, x: Array) -> Array:
        """What a layer reads: x, or the outputs before it and their row of ones."""
        return x if layer == 0 else self._blocks[layer - 1]

    def _slope(self, layer: int) -> Array:
        """f'(z) of a layer, without the row for the ones."""
        return self._slopes[layer][..., : self._z[layer].shape[-2], :]

    def _delta(self, layer: int) -> Array:
        """dL/dz of a layer, without the row for the ones."""
        return self._deltas[layer][..., : self._z[layer].shape[-2], :]

    def forward(self, weights: Sequence[Array], x: Array, *, score: bool = False) -> Calls:
        """From the inputs x (..., d + 1, rows) to the outputs.

        Args:
            score: stop at the logits if the loss is a function of them.
        """
        calls: Calls = []
        for layer, W in enumerate(weights):
            z = self._z[layer]
            calls.append(product(W.swapaxes(-1, -2), self._inputs(layer, x), z))
            if not (score and self._loss.on_logits and layer == len(weights) - 1):
                calls += self._activate(layer)
        return calls

    def _activate(self, layer: int) -> Calls:
        """z of a layer becomes a."""
        kernel = self._kernels[layer]
        if self._includes_ones and layer < len(self._kernels) - 1:
            block = self._blocks[layer]
            calls = kernel.forward(block, self._slopes[layer])
            return [*calls, partial(block[..., -1, :].fill, 1.0)] if calls else []
        return kernel.forward(self._z[layer], self._slope(layer))

    def forward_dropping(
        self,
        weights: Sequence[Array],
        x: Array,
        chance: float,
        generators: Sequence[np.random.Generator],
    ) -> Calls:
        """As `forward`, with new dropout masks for every hidden layer; slopes come at once."""
        self._masks = self._masks or [np.ones_like(z) for z in self._z[:-1]]
        calls: Calls = [partial(self._draw_masks, chance, generators)]
        for layer, W in enumerate(weights):
            z, d, kernel = self._z[layer], self._slope(layer), self._kernels[layer]
            calls.append(product(W.swapaxes(-1, -2), self._inputs(layer, x), z))
            calls += self._activate(layer)
            if layer < len(weights) - 1:
                calls += kernel.slope(z, d) if kernel.slope is not None else []
                calls.append(partial(np.multiply, z, self._masks[layer], z))
        return calls

    def _draw_masks(self, chance: float, generators: Sequence[np.random.Generator]) -> None:
        for number, generator in enumerate(generators):
            for mask in self._masks:
                mine = mask if mask.ndim == 2 else mask[number]
                shape = (self._rows, mine.shape[0])
                mine[...] = dropout_mask(generator, shape, chance, mask.dtype).T

    def slopes(self, layers: range) -> Calls:
        """f'(z) of these layers, in one go for neighbours with the same activation."""
        calls: Calls = []
        start = 0
        while start < len(layers):
            kernel, end = self._kernels[layers[start]], start + 1
            while end < len(layers) and self._kernels[layers[end]] is kernel:
                end += 1
            if kernel.slope is not None:
                span = slice(self._spans[layers[start]].start, self._spans[layers[end - 1]].stop)
                calls += kernel.slope(self._A[span], self._D[span])
            start = end
        return calls

    def backward(
        self, weights: Sequence[Array], gradients: Sequence[Array], x: Array, *, dropping: bool
    ) -> Calls:
        """From the output's delta to the gradients of all weights, summed over the batch."""
        calls: Calls = []
        for layer in reversed(range(len(weights))):
            delta = self._delta(layer)
            calls.append(product(self._inputs(layer, x), delta.swapaxes(-1, -2), gradients[layer]))
            if layer > 0:
                calls.append(product(weights[layer], delta, self._deltas[layer - 1]))
                if dropping:
                    before, mask = self._delta(layer - 1), self._masks[layer - 1]
                    calls.append(partial(np.multiply, before, mask, before))
                calls += self._through(layer - 1)
        return calls

    def output_delta(self, t: Array) -> Calls:
        """The last layer's delta, times γ: the loss's gradient, and through its activation."""
        calls = residual(self._loss, self._z[-1], t)
        if not self._loss.on_logits:
            calls += self._through(len(self._kernels) - 1)
        return calls

    def _through(self, layer: int) -> Calls:
        return self._kernels[layer].through(self._deltas[layer], self._slopes[layer])

    def slope_layers(self, *, dropping: bool) -> range:
        """The layers whose slopes are still to be made after the forward pass."""
        layers = len(self._kernels)
        first = layers - 1 if dropping else 0
        return range(first, layers - 1 if self._loss.on_logits else layers)


def passes(
    workspace: Workspace,
    weights: Sequence[Array],
    gradients: Sequence[Array],
    x: Array,
    t: Array,
    *,
    dropout: float = 0.0,
    generators: Sequence[np.random.Generator] = (),
) -> Calls:
    """Forward and backward on the batch x (..., d + 1, rows), t (..., k, rows).

    Args:
        generators: where each member's dropout masks come from.
    """
    dropping = dropout > 0
    if dropping:
        calls = workspace.forward_dropping(weights, x, dropout, generators)
    else:
        calls = workspace.forward(weights, x)
    return [
        *calls,
        *workspace.slopes(workspace.slope_layers(dropping=dropping)),
        *workspace.output_delta(t),
        *workspace.backward(weights, gradients, x, dropping=dropping),
    ]
