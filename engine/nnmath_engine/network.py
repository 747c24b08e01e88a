"""The network itself: forward from inputs to outputs, backward from the loss to the gradients.

Notation, as in the field: a layer maps its inputs `a` (n, fan_in) to weighted sums
`z = a W + b` (n, fan_out), with `W` (fan_in, fan_out) and `b` (fan_out,), and on to its outputs
`f(z)`. Layer 1 reads the samples `X` (n, d); the last layer's output is the prediction `yhat`.

Source: Rumelhart, Hinton & Williams, "Learning representations by back-propagating errors",
Nature 323 (1986).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass

import numpy as np

from nnmath_engine.activations import Activation
from nnmath_engine.arrays import Array
from nnmath_engine.losses import Loss
from nnmath_engine.regularizers import global_norm


@dataclass(frozen=True, slots=True, eq=False)
class Parameters:
    """One weight matrix and one bias vector for each layer.

    Gradients, updates and the optimizer's moments have the same shapes and are `Parameters` too.
    """

    weights: tuple[Array, ...]
    biases: tuple[Array, ...]

    @classmethod
    def of(cls, arrays: Sequence[Array]) -> Parameters:
        """The inverse of `arrays`: W1, b1, W2, b2, ..."""
        return cls(weights=tuple(arrays[0::2]), biases=tuple(arrays[1::2]))

    def arrays(self) -> tuple[Array, ...]:
        """All arrays in the order W1, b1, W2, b2, ..."""
        return tuple(array for layer in self.layers() for array in layer)

    def layers(self) -> Iterator[tuple[Array, Array]]:
        """The pairs (W, b), first layer first."""
        return zip(self.weights, self.biases, strict=True)

    def map(self, function: Callable[[Array], Array]) -> Parameters:
        """The parameters with `function` applied to every array."""
        return Parameters(tuple(map(function, self.weights)), tuple(map(function, self.biases)))

    @property
    def sizes(self) -> tuple[int, ...]:
        """Neurons of each layer, the inputs first: (d, h1, ..., k)."""
        return (self.weights[0].shape[0], *(b.shape[0] for b in self.biases))

    @property
    def count(self) -> int:
        """How many numbers there are to learn."""
        return sum(array.size for array in self.arrays())

    def norm(self) -> float:
        """Euclidean length of all numbers taken as one vector."""
        return global_norm(self.arrays())

    def is_finite(self) -> bool:
        """Whether no number is NaN or infinite."""
        return all(bool(np.isfinite(array).all()) for array in self.arrays())


@dataclass(frozen=True, slots=True, eq=False)
class Tape:
    """All that a forward pass computed, kept because the backward pass needs it.

    `z[l]` and `a[l]` (n, neurons) belong to layer l + 1; `a[l]` is what the next layer reads, that
    is, after the dropout mask `masks[l]` if there is one.
    """

    X: Array
    z: tuple[Array, ...]
    a: tuple[Array, ...]
    masks: tuple[Array | None, ...]

    @property
    def logits(self) -> Array:
        """The output layer's weighted sums (n, k)."""
        return self.z[-1]

    @property
    def yhat(self) -> Array:
        """The prediction (n, k)."""
        return self.a[-1]

    def inputs_of(self, layer: int) -> Array:
        """What layer number `layer` (0 for the first) read: X, or the outputs before it."""
        return self.X if layer == 0 else self.a[layer - 1]

    def scored(self, loss: Loss) -> Array:
        """What `loss` is a function of (n, k): the logits or the prediction."""
        return self.logits if loss.on_logits else self.yhat


@dataclass(frozen=True, slots=True, eq=False)
class Backward:
    """What a backward pass computed, for the mean loss L over the rows of one batch.

    `gradients` holds dL/dW and dL/db; `deltas[l]` (n, neurons) is dL/dz of layer l + 1.
    """

    gradients: Parameters
    deltas: tuple[Array, ...]


def forward(
    parameters: Parameters,
    X: Array,
    activations: Sequence[Activation],
    masks: Sequence[Array | None] | None = None,
) -> Tape:
    """Compute every layer's z = a W + b and a = f(z) for the samples X (n, d).

    Args:
        activations: one for each layer, the output's last.
        masks: for each layer None, or what dropout multiplies its outputs by (n, neurons).
    """
    masks = tuple(masks) if masks is not None else (None,) * len(parameters.weights)
    a, zs, outputs = X, [], []
    for (W, b), activation, mask in zip(parameters.layers(), activations, masks, strict=True):
        z = a @ W + b
        a = activation.f(z)
        if mask is not None:
            a = a * mask
        zs.append(z)
        outputs.append(a)
    return Tape(X, tuple(zs), tuple(outputs), masks)


def backward(
    tape: Tape,
    parameters: Parameters,
    activations: Sequence[Activation],
    loss: Loss,
    Y: Array,
) -> Backward:
    """Carry dL/dz from the loss back to the first layer, where L is the mean loss over the batch.

    With delta = dL/dz of a layer and a its inputs, the chain rule gives

        dL/dW = a^T delta,   dL/db = sum of delta over the samples,
        delta of the layer before = (delta W^T) * mask * f'(z).

    For BCE and CE the loss is a function of the logits z themselves, so that the output delta is
    simply (yhat - y) / n and never divides by a vanishing f'.

    Args:
        Y: targets (n, k).
    """
    n = len(tape.X)
    delta: Array = loss.gradient(tape.scored(loss), Y) / n
    if not loss.on_logits:
        delta = activations[-1].chain(tape.logits, delta)
    deltas, dW, db = [delta], [], []
    for layer in reversed(range(len(parameters.weights))):
        dW.append(tape.inputs_of(layer).T @ delta)
        db.append(delta.sum(axis=0))
        if layer > 0:
            da = delta @ parameters.weights[layer].T
            mask = tape.masks[layer - 1]
            if mask is not None:
                da = da * mask
            delta = activations[layer - 1].chain(tape.z[layer - 1], da)
            deltas.append(delta)
    gradients = Parameters(tuple(reversed(dW)), tuple(reversed(db)))
    return Backward(gradients, tuple(reversed(deltas)))


def mean_loss(tape: Tape, loss: Loss, Y: Array) -> float:
    """Mean of the loss over the samples; NaN if there are none."""
    return float(loss.per_sample(tape.scored(loss), Y).mean()) if len(Y) else float("nan")
