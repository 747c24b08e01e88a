"""How a gradient becomes a step: from plain gradient descent to AdamW, one pure rule each.

Every rule has the same shape, and reads like its equation:

    rule(w, g, slots, t, lr, **options) -> (new_w, new_slots)

    w      parameters, any shape          slots  the rule's memory, arrays shaped like w, 0 at first
    g      gradient of the objective      t      number of this step: 1, 2, 3, ...
    lr     learning rate in force

Rules work on each number alone and write to none of their arguments. Equations and defaults are
those of torch.optim (https://docs.pytorch.org/docs/stable/optim.html): epsilon stands outside the
root and is added after the bias correction. A float32 array stays float32 (lr and the options are
Python numbers). Gradients whose square leaves the range of their dtype overflow, as NumPy is set to
treat it: a training that diverges is the caller's to stop.

The symbols on the screen: θ parameter, g gradient, η learning rate, t step.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

from nnmath_engine.arrays import Array
from nnmath_engine.registry import Entry, Option

Slots: TypeAlias = tuple[Array, ...]
Rule: TypeAlias = Callable[..., tuple[Array, Slots]]


def sgd(w: Array, g: Array, slots: Slots, t: int, lr: float) -> tuple[Array, Slots]:
    """Gradient descent: walk against the gradient.

        θ ← θ − η g

    Robbins & Monro, "A stochastic approximation method", 1951; torch.optim.SGD.
    """
    return w - lr * g, slots


def momentum(
    w: Array, g: Array, slots: Slots, t: int, lr: float, *, momentum: float = 0.9
) -> tuple[Array, Slots]:
    """A heavy ball: the velocity v sums past gradients, so that zigzags cancel out.

        v ← μ v + g
        θ ← θ − η v

    Polyak, "Some methods of speeding up the convergence of iteration methods", 1964;
    torch.optim.SGD(momentum=μ). η multiplies v when it is used, not when it is summed, so a new
    learning rate takes effect at once.
    """
    (v,) = slots
    v = momentum * v + g
    return w - lr * v, (v,)


def nesterov(
    w: Array, g: Array, slots: Slots, t: int, lr: float, *, momentum: float = 0.9
) -> tuple[Array, Slots]:
    """Momentum that looks ahead: it adds the next velocity's share already in this step.

        v ← μ v + g
        θ ← θ − η (g + μ v)

    Nesterov, "A method for solving the convex programming problem with convergence rate O(1/k²)",
    1983, as rewritten by Sutskever et al., "On the importance of initialization and momentum in
    deep learning", 2013; torch.optim.SGD(momentum=μ, nesterov=True).
    """
    (v,) = slots
    v = momentum * v + g
    return w - lr * (g + momentum * v), (v,)


def adagrad(
    w: Array, g: Array, slots: Slots, t: int, lr: float, *, epsilon: float = 1e-10
) -> tuple[Array, Slots]:
    """A learning rate per parameter: s sums squared gradients, so busy parameters slow down.

        s ← s + g²
        θ ← θ − η g / (√s + ε)

    Duchi, Hazan & Singer, "Adaptive subgradient methods for online learning and stochastic
    optimization", JMLR 12, 2011; torch.optim.Adagrad.
    """
    (s,) = slots
    s = s + g * g
    return w - lr * g / (np.sqrt(s) + epsilon), (s,)


def rmsprop(
    w: Array,
    g: Array,
    slots: Slots,
    t: int,
    lr: float,
    *,
    alpha: float = 0.99,
    epsilon: float = 1e-8,
) -> tuple[Array, Slots]:
    """Adagrad that forgets: s is a moving average of squared gradients, so steps do not die out.

        s ← α s + (1 − α) g²
        θ ← θ − η g / (√s + ε)

    Tieleman & Hinton, "Lecture 6.5: rmsprop", Neural Networks for Machine Learning, 2012;
    torch.optim.RMSprop.
    """
    (s,) = slots
    s = alpha * s + (1 - alpha) * g * g
    return w - lr * g / (np.sqrt(s) + epsilon), (s,)


def adam(
    w: Array,
    g: Array,
    slots: Slots,
    t: int,
    lr: float,
    *,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-8,
    bias_correction: bool = True,
) -> tuple[Array, Slots]:
    """Momentum and RMSprop together: m averages gradients, v averages their squares.

        m ← β₁ m + (1 − β₁) g          m̂ = m / (1 − β₁ᵗ)
        v ← β₂ v + (1 − β₂) g²         v̂ = v / (1 − β₂ᵗ)
        θ ← θ − η m̂ / (√v̂ + ε)

    Both averages start at 0 and are too small at first; m̂ and v̂ make up for it. So the first step
    is η long whatever the gradient; without bias correction it is η (1 − β₁)/√(1 − β₂) = 3.162 η.

    Kingma & Ba, "Adam: a method for stochastic optimization", 2015, arXiv:1412.6980, algorithm 1;
    torch.optim.Adam.
    """
    m, v = slots
    m = beta1 * m + (1 - beta1) * g
    v = beta2 * v + (1 - beta2) * g * g
    m_hat = m / (1 - beta1**t) if bias_correction else m
    v_hat = v / (1 - beta2**t) if bias_correction else v
    return w - lr * m_hat / (np.sqrt(v_hat) + epsilon), (m, v)


def adamw(
    w: Array,
    g: Array,
    slots: Slots,
    t: int,
    lr: float,
    *,
    beta1: float = 0.9,
    beta2: float = 0.999,
    epsilon: float = 1e-8,
    bias_correction: bool = True,
    weight_decay: float = 0.01,
) -> tuple[Array, Slots]:
    """Adam with decoupled weight decay: parameters shrink first, untouched by m and v.

        θ ← (1 − η λ) θ
        then a step of Adam

    L2 in the objective would pass through √v̂ and shrink busy parameters less; here all shrink
    alike. Weights only: the caller passes weight_decay = 0 for biases.

    Loshchilov & Hutter, "Decoupled weight decay regularization", 2019, arXiv:1711.05101,
    algorithm 2; torch.optim.AdamW.
    """
    w = (1 - lr * weight_decay) * w
    return adam(
        w,
        g,
        slots,
        t,
        lr,
        beta1=beta1,
        beta2=beta2,
        epsilon=epsilon,
        bias_correction=bias_correction,
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Optimizer(Entry):
    """A rule and the names of the arrays that it remembers for each parameter."""

    rule: Rule
    slots: tuple[str, ...] = ()


def _share(name: str, symbol: str, default: float, about: str) -> Option:
    # Below 1: a memory that keeps all of itself would never let a new gradient in.
    return Option(
        name=name, symbol=symbol, default=default, about=about, low=0.0, high=1.0, high_open=True
    )


def _epsilon(default: float) -> Option:
    # Not 0: a parameter whose gradient was always 0 would divide 0 by 0. And not below what
    # float32 can hold, or it would be rounded to that 0.
    about = "Small number that keeps the division finite; larger values tame the first steps."
    return Option(name="epsilon", symbol="ε", default=default, about=about, low=1e-30, high=1.0)


_MOMENTUM = _share("momentum", "μ", 0.9, "Share of the velocity that is kept at each step.")
_ALPHA = _share("alpha", "α", 0.99, "Share of the average of g² that is kept at each step.")
_BETA1 = _share("beta1", "β₁", 0.9, "Share of m, the average of g, that is kept at each step.")
_BETA2 = _share("beta2", "β₂", 0.999, "Share of v, the average of g², that is kept at each step.")
_BIAS_CORRECTION = Option(
    name="bias_correction",
    symbol="m̂, v̂",
    default=True,
    about="Divide m and v by 1 − βᵗ, because both start at 0 and are too small at first.",
)
_WEIGHT_DECAY = Option(
    name="weight_decay",
    symbol="λ",
    default=0.01,
    low=0.0,
    high=1e6,
    about="Every weight shrinks by the share ηλ at each step; biases do not.",
)


_ADAM_FORMULA = """\
m ← β₁ m + (1 − β₁) g
v ← β₂ v + (1 − β₂) g²
m̂ = m / (1 − β₁ᵗ)
v̂ = v / (1 − β₂ᵗ)
θ ← θ − η m̂ / (√v̂ + ε)"""

_ALL = (
    Optimizer(
        name="sgd",
        label="SGD",
        formula="θ ← θ − η g",
        about="Gradient descent: a step against the gradient of the batch.",
        rule=sgd,
    ),
    Optimizer(
        name="momentum",
        label="Momentum",
        formula="v ← μ v + g\nθ ← θ − η v",
        about="A heavy ball: past gradients add up, and zigzags cancel out.",
        rule=momentum,
        slots=("v",),
        options=(_MOMENTUM,),
    ),
    Optimizer(
        name="nesterov",
        label="Nesterov",
        formula="v ← μ v + g\nθ ← θ − η (g + μ v)",
        about="Momentum that looks one step ahead.",
        rule=nesterov,
        slots=("v",),
        options=(_MOMENTUM,),
    ),
    Optimizer(
        name="adagrad",
        label="Adagrad",
        formula="s ← s + g²\nθ ← θ − η g / (√s + ε)",
        about="A learning rate per parameter that falls with the gradients seen so far.",
        rule=adagrad,
        slots=("s",),
        options=(_epsilon(1e-10),),
    ),
    Optimizer(
        name="rmsprop",
        label="RMSprop",
        formula="s ← α s + (1 − α) g²\nθ ← θ − η g / (√s + ε)",
        about="A learning rate per parameter, set by the size of its recent gradients.",
        rule=rmsprop,
        slots=("s",),
        options=(_ALPHA, _epsilon(1e-8)),
    ),
    Optimizer(
        name="adam",
        label="Adam",
        formula=_ADAM_FORMULA,
        about="Momentum and RMSprop together, both corrected for their start at zero.",
        rule=adam,
        slots=("m", "v"),
        options=(_BETA1, _BETA2, _epsilon(1e-8), _BIAS_CORRECTION),
    ),
    Optimizer(
        name="adamw",
        label="AdamW",
        formula="θ ← (1 − η λ) θ\n" + _ADAM_FORMULA,
        about="Adam, with weights that shrink a little at each step, apart from the gradient.",
        rule=adamw,
        slots=("m", "v"),
        options=(_BETA1, _BETA2, _epsilon(1e-8), _BIAS_CORRECTION, _WEIGHT_DECAY),
    ),
)

OPTIMIZERS: dict[str, Optimizer] = {optimizer.name: optimizer for optimizer in _ALL}
"""Every optimizer by its key, in order of growing complexity."""
