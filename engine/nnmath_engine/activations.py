"""Activation functions: what a neuron does with its weighted sum, a = f(z).

Every f and df takes z of any shape, element by element, and gives an array of the same shape and
dtype. None overflows, however large z is: each exponential has an exponent ≤ 0. The softmax is the
exception to "element by element": it turns a row of z into probabilities.

Definitions, constants and the choice of f′ at a kink are PyTorch's (torch.nn.functional).
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from nnmath_engine.arrays import Array
from nnmath_engine.registry import Entry
from nnmath_engine.special import below_row_max, normal_cdf, normal_pdf


@dataclass(frozen=True, slots=True, kw_only=True)
class Activation(Entry):
    """A function f with its derivative f′, and the values of z at which f′ jumps (`kinks`).

    `bends` are those at which f′ has a corner: it is there and right, but f″ jumps.
    `derivative` is the text of f′. `df` is a function of z, not of a. `through` is set only where
    outputs of a row depend on each other, see `chain`.
    """

    derivative: str
    f: Callable[[Array], Array]
    df: Callable[[Array], Array]
    kinks: tuple[float, ...] = ()
    bends: tuple[float, ...] = ()
    through: Callable[[Array, Array], Array] | None = None

    def chain(self, z: Array, gradient: Array) -> Array:
        """∂L/∂z from `gradient` = ∂L/∂a, both (n, k): the chain rule through this activation."""
        if self.through is not None:
            return self.through(z, gradient)
        return gradient * self.df(z)


LEAK = 0.01
# The two constants that make mean 0 and variance 1 a fixed point (Klambauer et al. 2017).
SELU_ALPHA = 1.6732632423543772
SELU_SCALE = 1.0507009873554805


def linear(z: Array) -> Array:
    return z.copy()


def linear_derivative(z: Array) -> Array:
    return np.ones_like(z)


def sigmoid(z: Array) -> Array:
    # For z < 0 the fraction is written as eᶻ/(1 + eᶻ): the same number, and e⁻ᶻ cannot overflow.
    e = np.exp(-np.abs(z))
    return np.where(z >= 0, 1.0, e) / (1.0 + e)


def sigmoid_derivative(z: Array) -> Array:
    a = sigmoid(z)
    return a * (1.0 - a)


def tanh(z: Array) -> Array:
    return np.tanh(z)


def tanh_derivative(z: Array) -> Array:
    return 1.0 - np.tanh(z) ** 2


def relu(z: Array) -> Array:
    return np.maximum(z, 0.0)


def relu_derivative(z: Array) -> Array:
    return (z > 0).astype(z.dtype)


def leaky_relu(z: Array) -> Array:
    return np.where(z > 0, z, LEAK * z)


def leaky_relu_derivative(z: Array) -> Array:
    return np.where(z > 0, np.ones_like(z), LEAK)


def elu(z: Array) -> Array:
    # np.where computes both sides everywhere; the minimum keeps eᶻ small where it goes unused.
    return np.where(z > 0, z, np.expm1(np.minimum(z, 0.0)))


def elu_derivative(z: Array) -> Array:
    return np.exp(np.minimum(z, 0.0))


def selu(z: Array) -> Array:
    return SELU_SCALE * np.where(z > 0, z, SELU_ALPHA * np.expm1(np.minimum(z, 0.0)))


def selu_derivative(z: Array) -> Array:
    return SELU_SCALE * np.where(z > 0, 1.0, SELU_ALPHA * np.exp(np.minimum(z, 0.0)))


def gelu(z: Array) -> Array:
    return z * normal_cdf(z)


def gelu_derivative(z: Array) -> Array:
    return normal_cdf(z) + z * normal_pdf(z)


def silu(z: Array) -> Array:
    return z * sigmoid(z)


def silu_derivative(z: Array) -> Array:
    s = sigmoid(z)
    return s * (1.0 + z * (1.0 - s))


def softplus(z: Array) -> Array:
    # log(1 + eᶻ) with the larger of 1 and eᶻ taken out of the logarithm.
    return np.maximum(z, 0.0) + np.log1p(np.exp(-np.abs(z)))


def softsign(z: Array) -> Array:
    return z / (1.0 + np.abs(z))


def softsign_derivative(z: Array) -> Array:
    # The reciprocal first: (1 + |z|)² would overflow for large z, this becomes 0.
    reciprocal = 1.0 / (1.0 + np.abs(z))
    return reciprocal * reciprocal


def step(z: Array) -> Array:
    return (z > 0).astype(z.dtype)


def step_derivative(z: Array) -> Array:
    return np.zeros_like(z)


def softmax(z: Array) -> Array:
    e = np.exp(below_row_max(z))
    a: Array = e / e.sum(axis=-1, keepdims=True)
    return a


def softmax_derivative(z: Array) -> Array:
    a = softmax(z)
    return a * (1.0 - a)


def softmax_chain(z: Array, gradient: Array) -> Array:
    """∂L/∂zⱼ = aⱼ (gⱼ − Σᵢ gᵢ aᵢ): each zⱼ moves every output of its row."""
    a = softmax(z)
    mean_gradient: Array = (a * gradient).sum(axis=-1, keepdims=True)
    return a * (gradient - mean_gradient)


_ALL = (
    Activation(
        name="linear",
        label="Linear",
        formula="f(z) = z",
        derivative="f′(z) = 1",
        about="For the output of a regression; hidden layers of it collapse into a single one.",
        f=linear,
        df=linear_derivative,
    ),
    Activation(
        name="sigmoid",
        label="Sigmoid",
        formula="σ(z) = 1 / (1 + e⁻ᶻ)",
        derivative="σ′(z) = σ(z)·(1 − σ(z))",
        about="Squeezes z into a probability, 0 to 1; its slope is at most 1/4, so gradients "
        "vanish in deep networks.",
        f=sigmoid,
        df=sigmoid_derivative,
    ),
    Activation(
        name="tanh",
        label="Tanh",
        formula="tanh(z) = (eᶻ − e⁻ᶻ) / (eᶻ + e⁻ᶻ)",
        derivative="tanh′(z) = 1 − tanh²(z)",
        about="A sigmoid centered on 0, from −1 to 1: learns faster; still flat for |z| above 3.",
        f=tanh,
        df=tanh_derivative,
    ),
    Activation(
        name="relu",
        label="ReLU",
        formula="f(z) = max(0, z)",
        derivative="f′(z) = 1 if z > 0, else 0",
        about="Cheap, and its slope of 1 keeps gradients alive; a neuron with z < 0 on every "
        "sample is dead and no longer learns.",
        f=relu,
        df=relu_derivative,
        kinks=(0.0,),
    ),
    Activation(
        name="leaky_relu",
        label="Leaky ReLU",
        formula="f(z) = z if z > 0, else 0.01·z",
        derivative="f′(z) = 1 if z > 0, else 0.01",
        about="A ReLU that cannot die, thanks to a slope of 0.01 below 0; revival at that slope is "
        "slow.",
        f=leaky_relu,
        df=leaky_relu_derivative,
        kinks=(0.0,),
    ),
    Activation(
        name="elu",
        label="ELU",
        formula="f(z) = z if z > 0, else eᶻ − 1",
        derivative="f′(z) = 1 if z > 0, else eᶻ",
        about="A smooth ReLU with outputs down to −1, nearer to mean 0; costs an exponential.",
        f=elu,
        df=elu_derivative,
        bends=(0.0,),
    ),
    Activation(
        name="selu",
        label="SELU",
        formula="f(z) = λ·z if z > 0, else λ·α·(eᶻ − 1);  λ = 1.0507, α = 1.6733",
        derivative="f′(z) = λ if z > 0, else λ·α·eᶻ",
        about="Scaled so that outputs drift to mean 0, variance 1; only with LeCun initialization "
        "and standardized inputs.",
        f=selu,
        df=selu_derivative,
        kinks=(0.0,),
    ),
    Activation(
        name="gelu",
        label="GELU",
        formula="f(z) = z·Φ(z),  Φ(z) = (1 + erf(z/√2)) / 2",
        derivative="f′(z) = Φ(z) + z·φ(z),  φ(z) = e^(−z²/2) / √(2π)",
        about="The smooth ReLU of transformers; dips to −0.17 near z = −0.75, so it is not "
        "monotonic.",
        f=gelu,
        df=gelu_derivative,
    ),
    Activation(
        name="silu",
        label="SiLU (swish)",
        formula="f(z) = z·σ(z)",
        derivative="f′(z) = σ(z)·(1 + z·(1 − σ(z)))",
        about="Much like GELU with a plain sigmoid; dips to −0.28 near z = −1.28, so it is not "
        "monotonic.",
        f=silu,
        df=silu_derivative,
    ),
    Activation(
        name="softplus",
        label="Softplus",
        formula="f(z) = ln(1 + eᶻ)",
        derivative="f′(z) = σ(z)",
        about="A ReLU with its corner rounded, good for outputs that must be positive; never 0, so "
        "never sparse.",
        f=softplus,
        df=sigmoid,
    ),
    Activation(
        name="softsign",
        label="Softsign",
        formula="f(z) = z / (1 + |z|)",
        derivative="f′(z) = 1 / (1 + |z|)²",
        about="Like tanh with slower saturation and no exponential; needs large z to get near ±1.",
        f=softsign,
        df=softsign_derivative,
        bends=(0.0,),
    ),
    Activation(
        name="step",
        label="Step",
        formula="f(z) = 1 if z > 0, else 0",
        derivative="f′(z) = 0",
        about="The perceptron's yes or no, fine with weights set by hand; its slope is 0, so "
        "backpropagation learns nothing through it.",
        f=step,
        df=step_derivative,
        kinks=(0.0,),
    ),
)

ACTIVATIONS: dict[str, Activation] = {entry.name: entry for entry in _ALL}

SOFTMAX = Activation(
    name="softmax",
    label="Softmax",
    formula="aⱼ = exp(zⱼ) / Σᵢ exp(zᵢ)",
    derivative="∂aⱼ/∂zⱼ = aⱼ·(1 − aⱼ),  ∂aᵢ/∂zⱼ = −aᵢ·aⱼ",
    about="Probabilities of k classes that sum to 1, for the output layer; adding a constant to "
    "all z changes nothing.",
    f=softmax,
    df=softmax_derivative,
    through=softmax_chain,
)

OUTPUT_ACTIVATIONS: dict[str, Activation] = ACTIVATIONS | {SOFTMAX.name: SOFTMAX}
