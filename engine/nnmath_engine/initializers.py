"""Where training starts: the first weights and biases of a layer.

    weights(rng, fan_in, fan_out, **options) -> W (fan_in, fan_out), float64
    biases(rng, fan_in, fan_out, **options)  -> b (fan_out,),        float64

`fan_in` is the number of inputs of the layer, `fan_out` the number of its neurons. A sum of
fan_in terms has fan_in times the variance of one, so the scale of good weights falls with
1/√fan_in: that keeps signals alive on the way forward (fan_in) and gradients on the way back
(fan_out). U(−a, a) has the variance a²/3, N(0, σ²) the variance σ².

Definitions as in torch.nn.init (https://docs.pytorch.org/docs/stable/nn.init.html); the normal
ones are not truncated, unlike Keras'.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from math import sqrt
from typing import TypeAlias

import numpy as np

from nnmath_engine.arrays import Array
from nnmath_engine.registry import Entry, Option

Draw: TypeAlias = Callable[..., Array]
Generator: TypeAlias = np.random.Generator


def zeros(rng: Generator, fan_in: int, fan_out: int) -> Array:
    """W = 0: every neuron of a layer stays the same as its neighbors for ever."""
    return np.zeros((fan_in, fan_out))


def constant(rng: Generator, fan_in: int, fan_out: int, *, value: float = 0.3) -> Array:
    """W = value: as zeros, the neurons of a layer never become different."""
    return np.full((fan_in, fan_out), float(value))


def normal(rng: Generator, fan_in: int, fan_out: int, *, sigma: float = 1.0) -> Array:
    """W ~ N(0, σ²), whatever the size of the layer."""
    return rng.normal(0.0, sigma, (fan_in, fan_out))


def lecun_uniform(rng: Generator, fan_in: int, fan_out: int, *, gain: float = 1.0) -> Array:
    """W ~ U(−a, a), a = gain · √(3 / fan_in): variance gain²/fan_in.

    LeCun, Bottou, Orr & Müller, "Efficient BackProp", 1998, section 4.6.
    """
    bound = gain * sqrt(3 / fan_in)
    return rng.uniform(-bound, bound, (fan_in, fan_out))


def lecun_normal(rng: Generator, fan_in: int, fan_out: int, *, gain: float = 1.0) -> Array:
    """W ~ N(0, σ²), σ = gain · √(1 / fan_in); the companion of SELU.

    LeCun, Bottou, Orr & Müller, "Efficient BackProp", 1998, section 4.6.
    """
    return rng.normal(0.0, gain * sqrt(1 / fan_in), (fan_in, fan_out))


def glorot_uniform(rng: Generator, fan_in: int, fan_out: int, *, gain: float = 1.0) -> Array:
    """W ~ U(−a, a), a = gain · √(6 / (fan_in + fan_out)): the mean of both directions.

    Glorot & Bengio, "Understanding the difficulty of training deep feedforward neural networks",
    2010, equation 16; torch.nn.init.xavier_uniform_.
    """
    bound = gain * sqrt(6 / (fan_in + fan_out))
    return rng.uniform(-bound, bound, (fan_in, fan_out))


def glorot_normal(rng: Generator, fan_in: int, fan_out: int, *, gain: float = 1.0) -> Array:
    """W ~ N(0, σ²), σ = gain · √(2 / (fan_in + fan_out)).

    Glorot & Bengio, 2010, equation 12; torch.nn.init.xavier_normal_.
    """
    return rng.normal(0.0, gain * sqrt(2 / (fan_in + fan_out)), (fan_in, fan_out))


def he_uniform(rng: Generator, fan_in: int, fan_out: int, *, gain: float = 1.0) -> Array:
    """W ~ U(−a, a), a = gain · √(6 / fan_in): twice LeCun's variance, as ReLU halves the signal.

    He, Zhang, Ren & Sun, "Delving deep into rectifiers", 2015, arXiv:1502.01852, equation 10;
    torch.nn.init.kaiming_uniform_(nonlinearity="relu").
    """
    bound = gain * sqrt(6 / fan_in)
    return rng.uniform(-bound, bound, (fan_in, fan_out))


def he_normal(rng: Generator, fan_in: int, fan_out: int, *, gain: float = 1.0) -> Array:
    """W ~ N(0, σ²), σ = gain · √(2 / fan_in): twice LeCun's variance, as ReLU halves the signal.

    He, Zhang, Ren & Sun, 2015, arXiv:1502.01852, equation 10;
    torch.nn.init.kaiming_normal_(nonlinearity="relu").
    """
    return rng.normal(0.0, gain * sqrt(2 / fan_in), (fan_in, fan_out))


def pytorch(rng: Generator, fan_in: int, fan_out: int) -> Array:
    """W ~ U(−a, a), a = 1 / √fan_in: what torch.nn.Linear does when it is told nothing.

    Its source says kaiming_uniform_(a=√5): √(2 / (1 + 5)) · √(3 / fan_in) = 1 / √fan_in.
    """
    bound = 1 / sqrt(fan_in)
    return rng.uniform(-bound, bound, (fan_in, fan_out))


def pytorch_biases(rng: Generator, fan_in: int, fan_out: int) -> Array:
    """b ~ U(−a, a), a = 1 / √fan_in: torch.nn.Linear draws its biases like its weights."""
    bound = 1 / sqrt(fan_in)
    return rng.uniform(-bound, bound, fan_out)


def orthogonal(rng: Generator, fan_in: int, fan_out: int, *, gain: float = 1.0) -> Array:
    """W = gain · Q with orthonormal columns (rows, if fan_out > fan_in), uniform among all such Q.

    Q comes from the QR decomposition of normal numbers; the signs of R's diagonal decide which
    of several Q comes out, so they are made positive. A square Q keeps the length of any signal.

    Saxe, McClelland & Ganguli, "Exact solutions to the nonlinear dynamics of learning in deep
    linear neural networks", 2014, arXiv:1312.6120; torch.nn.init.orthogonal_.
    """
    tall = rng.normal(size=(max(fan_in, fan_out), min(fan_in, fan_out)))
    q, r = np.linalg.qr(tall)
    q = q * np.where(np.diag(r) < 0, -1.0, 1.0)
    return gain * np.ascontiguousarray(q if fan_in >= fan_out else q.T)


def zero_biases(rng: Generator, fan_in: int, fan_out: int, **options: float) -> Array:
    """b = 0, which draws nothing from `rng`: random weights alone make the neurons differ."""
    return np.zeros(fan_out)


@dataclass(frozen=True, slots=True, kw_only=True)
class Initializer(Entry):
    """How a layer gets its first weights and biases."""

    weights: Draw
    biases: Draw = zero_biases


_GAIN = Option(
    name="gain",
    symbol="gain",
    default=1.0,
    low=0.0,
    high=1000.0,
    about="Factor on the standard deviation of the weights.",
)
_VALUE = Option(
    name="value",
    symbol="c",
    default=0.3,
    low=-1000.0,
    high=1000.0,
    about="The value of every weight.",
)
_SIGMA = Option(
    name="sigma",
    symbol="σ",
    default=1.0,
    low=0.0,
    high=1000.0,
    about="Standard deviation of the weights.",
)

_ALL = (
    Initializer(
        name="glorot_uniform",
        label="Glorot uniform",
        formula="W ~ U(−a, a),  a = gain √(6 / (fan_in + fan_out))",
        about="Keeps signals and gradients alive through tanh and sigmoid layers (Xavier).",
        weights=glorot_uniform,
        options=(_GAIN,),
    ),
    Initializer(
        name="glorot_normal",
        label="Glorot normal",
        formula="W ~ N(0, σ²),  σ = gain √(2 / (fan_in + fan_out))",
        about="As Glorot uniform, drawn from a normal distribution.",
        weights=glorot_normal,
        options=(_GAIN,),
    ),
    Initializer(
        name="he_uniform",
        label="He uniform",
        formula="W ~ U(−a, a),  a = gain √(6 / fan_in)",
        about="For ReLU, which lets half of the signal through (Kaiming).",
        weights=he_uniform,
        options=(_GAIN,),
    ),
    Initializer(
        name="he_normal",
        label="He normal",
        formula="W ~ N(0, σ²),  σ = gain √(2 / fan_in)",
        about="As He uniform, drawn from a normal distribution.",
        weights=he_normal,
        options=(_GAIN,),
    ),
    Initializer(
        name="lecun_uniform",
        label="LeCun uniform",
        formula="W ~ U(−a, a),  a = gain √(3 / fan_in)",
        about="Keeps the variance of the signal on its way forward.",
        weights=lecun_uniform,
        options=(_GAIN,),
    ),
    Initializer(
        name="lecun_normal",
        label="LeCun normal",
        formula="W ~ N(0, σ²),  σ = gain √(1 / fan_in)",
        about="As LeCun uniform, drawn from a normal distribution; made for SELU.",
        weights=lecun_normal,
        options=(_GAIN,),
    ),
    Initializer(
        name="pytorch",
        label="PyTorch default",
        formula="W, b ~ U(−a, a),  a = 1 / √fan_in",
        about="What torch.nn.Linear does by default, biases included.",
        weights=pytorch,
        biases=pytorch_biases,
    ),
    Initializer(
        name="zeros",
        label="Zeros",
        formula="W = 0",
        about="Every neuron of a layer starts, and stays, the same as its neighbors.",
        weights=zeros,
    ),
    Initializer(
        name="constant",
        label="Constant",
        formula="W = c",
        about="One value for all weights: shows why symmetry must be broken.",
        weights=constant,
        options=(_VALUE,),
    ),
    Initializer(
        name="normal",
        label="Normal",
        formula="W ~ N(0, σ²)",
        about="One spread for all layers, whatever their size.",
        weights=normal,
        options=(_SIGMA,),
    ),
    Initializer(
        name="orthogonal",
        label="Orthogonal",
        formula="W = gain Q,  QᵀQ = I  (QQᵀ = I if fan_out > fan_in)",
        about="Directions at right angles, as far as the sizes allow; a square one keeps every "
        "length.",
        weights=orthogonal,
        options=(_GAIN,),
    ),
)

INITIALIZERS: dict[str, Initializer] = {initializer.name: initializer for initializer in _ALL}
"""Every initializer by its key."""
