"""Activations and losses as calls that write in place: the plan's share of the mathematics.

z, a and d, the slopes, are (..., neurons, rows), feature-major. An activation turns z into a = f(z)
where it stands. Most slopes f'(z) follow from a alone, so that one call can serve several layers at
once; the others are put into d before z is overwritten.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Any, TypeAlias

import numpy as np

from nnmath_engine.activations import LEAK, Activation
from nnmath_engine.arrays import Array
from nnmath_engine.losses import Loss

Call: TypeAlias = Callable[[], object]
Calls: TypeAlias = list[Call]


def constant(value: float, like: Array) -> Array:
    """A 0-d array: NumPy takes a Python number for one of unknown type, and looks longer."""
    return np.array(value, like.dtype)


def product(left: Array, right: Array, out: Array) -> Call:
    """out = left @ right, for matrices or for stacks of them."""
    if out.ndim == 2:
        return partial(left.dot, right, out)  # finds its way to BLAS in two thirds of the time
    if left.shape[-1] == 1:  # columns times rows: nothing to sum, and no BLAS in `matmul`
        return partial(np.multiply, left, right, out)
    return partial(np.matmul, left, right, out)


@dataclass(frozen=True, slots=True)
class Kernel:
    """How to compute an activation in place.

    - `forward(z, scratch)`: z becomes a. What is in `scratch` afterwards means nothing; but if
      `slope` is None, it is f'(z), which does not follow from a.
    - `slope(a, d)`: d becomes f'(z).
    - `through(delta, d)`: delta becomes delta * f'(z).
    """

    forward: Callable[[Array, Array], Calls]
    slope: Callable[[Array, Array], Calls] | None
    through: Callable[[Array, Array], Calls]


def _times_slope(delta: Array, d: Array) -> Calls:
    return [partial(np.multiply, delta, d, delta)]


def _nothing(first: Array, second: Array) -> Calls:
    return []


def _tanh(z: Array, scratch: Array) -> Calls:
    return [partial(np.tanh, z, z)]


def _tanh_slope(a: Array, d: Array) -> Calls:
    return [partial(np.multiply, a, a, d), partial(np.subtract, constant(1, d), d, d)]


def _sigmoid(z: Array, scratch: Array) -> Calls:
    # For large negative z the exponential becomes infinite, and its reciprocal the right 0.
    return [
        partial(np.negative, z, z),
        partial(np.exp, z, z),
        partial(np.add, z, constant(1, z), z),
        partial(np.reciprocal, z, z),
    ]


def _sigmoid_slope(a: Array, d: Array) -> Calls:
    return [partial(np.subtract, constant(1, d), a, d), partial(np.multiply, d, a, d)]


def _relu(z: Array, scratch: Array) -> Calls:
    # Against an array of zeros, not a scalar: only that loop of NumPy is vectorised.
    return [partial(np.maximum, z, np.zeros(z.shape, z.dtype), out=z)]


def _bits(array: Array) -> Any:
    return array.view(np.dtype(f"i{array.itemsize}"))


def _relu_slope(a: Array, d: Array) -> Calls:
    # The bits of a positive number are a positive integer; less than 0 when negated, and its sign
    # moved all the way down is a mask of ones. 0 stays 0. Costs three quarters of a comparison.
    shift = np.array(8 * a.itemsize - 1, _bits(a).dtype)
    return [
        partial(np.negative, _bits(a), _bits(d)),
        partial(np.right_shift, _bits(d), shift, _bits(d)),
    ]


def _through_mask(delta: Array, d: Array) -> Calls:
    return [partial(np.bitwise_and, _bits(delta), _bits(d), _bits(delta))]


def _leaky_relu(z: Array, scratch: Array) -> Calls:
    return [
        partial(np.multiply, z, constant(LEAK, z), scratch),
        partial(np.maximum, z, scratch, out=z),
    ]


def _leaky_relu_slope(a: Array, d: Array) -> Calls:
    zeros = np.zeros(a.shape, a.dtype)
    return [
        partial(np.greater, a, zeros, d),
        partial(np.maximum, d, constant(LEAK, d), out=d),
    ]


def _elu(z: Array, scratch: Array) -> Calls:
    zeros = np.zeros(z.shape, z.dtype)
    return [
        partial(np.minimum, z, zeros, out=scratch),
        partial(np.expm1, scratch, scratch),
        partial(np.maximum, z, zeros, out=z),
        partial(np.add, z, scratch, z),
    ]


def _elu_slope(a: Array, d: Array) -> Calls:
    zeros = np.zeros(a.shape, a.dtype)
    return [partial(np.minimum, a, zeros, out=d), partial(np.add, d, constant(1, d), d)]


def _softplus(z: Array, scratch: Array) -> Calls:
    return [partial(np.logaddexp, z, constant(0, z), z)]


def _softplus_slope(a: Array, d: Array) -> Calls:
    return [partial(np.negative, a, d), partial(np.expm1, d, d), partial(np.negative, d, d)]


def _softsign(z: Array, scratch: Array) -> Calls:
    return [
        partial(np.absolute, z, scratch),
        partial(np.add, scratch, constant(1, scratch), scratch),
        partial(np.divide, z, scratch, z),
    ]


def _softsign_slope(a: Array, d: Array) -> Calls:
    return [
        partial(np.absolute, a, d),
        partial(np.subtract, constant(1, d), d, d),
        partial(np.multiply, d, d, d),
    ]


def _softmax(z: Array, scratch: Array) -> Calls:
    # A product with ones puts the sum into every row: half the time of a sum and a broadcast.
    ones = np.ones((z.shape[-2], z.shape[-2]), z.dtype)
    top, sums = np.empty((*z.shape[:-2], 1, z.shape[-1]), z.dtype), np.empty(z.shape, z.dtype)
    return [
        partial(np.maximum.reduce, z, -2, None, top, True),
        partial(np.subtract, z, top, z),
        partial(np.exp, z, z),
        product(ones, z, sums),
        partial(np.divide, z, sums, z),
    ]


def _through_softmax(delta: Array, a: Array) -> Calls:
    """∂L/∂zⱼ = aⱼ (gⱼ − Σᵢ gᵢ aᵢ), as in `activations.softmax_chain`; `a` is overwritten."""
    mean = np.empty((*a.shape[:-2], 1, a.shape[-1]), a.dtype)
    weighted = np.empty(a.shape, a.dtype)
    return [
        partial(np.multiply, delta, a, weighted),
        partial(np.add.reduce, weighted, axis=-2, keepdims=True, out=mean),
        partial(np.subtract, delta, mean, delta),
        partial(np.multiply, delta, a, delta),
    ]


_KERNELS = {
    "linear": Kernel(_nothing, _nothing, _nothing),
    "sigmoid": Kernel(_sigmoid, _sigmoid_slope, _times_slope),
    "tanh": Kernel(_tanh, _tanh_slope, _times_slope),
    "relu": Kernel(_relu, _relu_slope, _through_mask),
    "leaky_relu": Kernel(_leaky_relu, _leaky_relu_slope, _times_slope),
    "elu": Kernel(_elu, _elu_slope, _times_slope),
    "softplus": Kernel(_softplus, _softplus_slope, _times_slope),
    "softsign": Kernel(_softsign, _softsign_slope, _times_slope),
    # The outputs of a column depend on each other: what stands in for the slope is a itself.
    "softmax": Kernel(_softmax, lambda a, d: [partial(np.copyto, d, a)], _through_softmax),
}


def kernel_for(activation: Activation) -> Kernel:
    """The kernel of an activation; one made of the reference's functions if there is no other."""
    if activation.name in _KERNELS:
        return _KERNELS[activation.name]

    def forward(z: Array, slope: Array) -> Calls:
        def both() -> None:
            slope[...] = activation.df(z)
            z[...] = activation.f(z)

        return [both]

    return Kernel(forward, None, _times_slope)


def residual(loss: Loss, out: Array, t: Array) -> Calls:
    """The calls that turn `out`, what the loss is a function of, into dL/dout / `loss_factor`."""
    if loss.name == "hinge":
        return [partial(_hinge_residual, out, t)]
    calls: Calls = [partial(np.subtract, out, t, out)]
    if loss.name == "mae":
        calls.append(partial(np.sign, out, out))
    elif loss.name == "huber":
        calls.append(partial(np.maximum, out, constant(-1, out), out=out))
        calls.append(partial(np.minimum, out, constant(1, out), out=out))
    return calls


def _hinge_residual(out: Array, t: Array) -> None:
    away = 1.0 - 2.0 * t
    out[...] = np.where(1.0 + away * out > 0, away, 0.0)


def loss_factor(loss: Loss, outputs: int) -> float:
    """The number in front of a loss's gradient, which the plan takes into the learning rate."""
    return {"mse": 2.0 / outputs, "ce": 1.0}.get(loss.name, 1.0 / outputs)
