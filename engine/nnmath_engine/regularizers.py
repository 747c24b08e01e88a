"""Means against overfitting and against exploding gradients.

The penalties belong to the weights only, never to the biases, and are shown apart from the loss of
the data: objective = data loss + penalty. `strength` is λ ≥ 0 throughout.
"""

from __future__ import annotations

import math
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from nnmath_engine.arrays import Array
from nnmath_engine.registry import Entry


def l1_penalty(W: Array, strength: float) -> float:
    """λ Σ |w| over all elements of W; 0 if λ = 0, however large the weights have grown."""
    # 0 · ∞ is NaN: a penalty that is off would be named as the cause of a divergence.
    if strength == 0:
        return 0.0
    return strength * float(np.abs(W).sum())


def l1_gradient(W: Array, strength: float) -> Array:
    """λ·sign(w), with sign(0) = 0: the sub-gradient. Weights get small, but hardly ever 0."""
    return strength * np.sign(W)


def l1_proximal(W: Array, threshold: float) -> Array:
    """sign(w)·max(|w| − t, 0): every weight moved by t towards 0, and no farther than to 0.

    With t = learning rate · λ, after the optimizer's step, this is proximal gradient descent (ISTA;
    Parikh & Boyd, "Proximal algorithms", 2014, section 6.5.2). It gives exact zeros.
    """
    # The same number as in the formula, but +0.0 where that has −0.0.
    return W - np.clip(W, -threshold, threshold)


def l2_penalty(W: Array, strength: float) -> float:
    """λ/2 Σ w² over all elements of W; 0 if λ = 0, see `l1_penalty`."""
    if strength == 0:
        return 0.0
    return 0.5 * strength * float((W * W).sum())


def l2_gradient(W: Array, strength: float) -> Array:
    """λ·w: under plain SGD the same as weight decay."""
    return strength * W


def dropout_mask(
    rng: np.random.Generator, shape: tuple[int, ...], p: float, dtype: npt.DTypeLike = np.float64
) -> Array:
    """Factors for the outputs of a layer: 0 with probability p, else 1/(1 − p).

    The factor above 1 keeps the expected output unchanged, so that nothing needs scaling when the
    trained network predicts ("inverted dropout"; Srivastava et al. 2014). Raises ValueError unless
    0 ≤ p < 1. The draw does not depend on `dtype`.
    """
    if not 0.0 <= p < 1.0:
        raise ValueError(f"the dropout probability must be at least 0 and below 1, not {p}")
    kept = rng.random(shape) >= p
    mask: Array = np.where(kept, 1.0 / (1.0 - p), 0.0).astype(dtype)
    return mask


def global_norm(arrays: Sequence[Array]) -> float:
    """√(Σ g²) over all elements of all arrays; NaN or infinite only if an element is.

    (Or, for finite elements, if the norm itself is beyond the range of floats.)
    """
    # NumPy's max, as it returns NaN if any is; Python's may overlook it.
    largest = float(np.max([np.abs(g).max() for g in arrays if g.size], initial=0.0))
    if largest == 0.0 or not math.isfinite(largest):
        return largest
    # Exploding gradients are what the norm is for: their squares must not overflow.
    return largest * math.sqrt(sum(float(((g / largest) ** 2).sum()) for g in arrays))


def clip_by_norm(arrays: Sequence[Array], limit: float) -> tuple[Array, ...]:
    """All arrays times min(1, limit / (norm + 1e-6)): the direction stays, the length is limited.

    `norm` is the norm of all arrays together; the formula is torch.nn.utils.clip_grad_norm_'s.
    Gradients with an infinite or NaN element come back unchanged: no factor can mend them, and
    whoever looks for the cause should find them as they are.
    """
    norm = global_norm(arrays)
    if not math.isfinite(norm):
        return tuple(arrays)
    factor = min(1.0, limit / (norm + 1e-6))
    return tuple(factor * g for g in arrays)


def clip_by_value(arrays: Sequence[Array], limit: float) -> tuple[Array, ...]:
    """Every element forced into [−limit, limit]; this may turn the direction of the step."""
    return tuple(np.clip(g, -limit, limit) for g in arrays)


_ALL = (
    Entry(
        name="l1",
        label="L1 (lasso)",
        formula="penalty = λ·Σ|w|\nw ← sign(w)·max(|w| − η·λ, 0)  after each step",
        about="Drives useless weights to exactly 0; after Adam a step shrinks otherwise than after "
        "SGD, so λ does not carry over.",
    ),
    Entry(
        name="l2",
        label="L2 (ridge, weight decay)",
        formula="penalty = λ/2·Σw²\n∂penalty/∂w = λ·w",
        about="Keeps weights small and the function smooth; too large a λ leaves a network that "
        "predicts the same for all.",
    ),
    Entry(
        name="dropout",
        label="Dropout",
        formula="a ← a·m,  m = 0 with probability p, else 1/(1 − p)",
        about="Switches neurons off at random while training, so none relies on another; needs "
        "more neurons and more epochs.",
    ),
    Entry(
        name="clip_norm",
        label="Clip gradients by norm",
        formula="g ← g·min(1, c / (‖g‖ + 10⁻⁶)),  ‖g‖ = √(Σg²) over all parameters",
        about="Limits the length of a step and keeps its direction, against exploding gradients; "
        "too small a c slows every step.",
    ),
    Entry(
        name="clip_value",
        label="Clip gradients by value",
        formula="g ← clip(g, −c, c)",
        about="Limits each gradient on its own; simple, but it turns the direction of the step.",
    ),
    Entry(
        name="early_stopping",
        label="Early stopping",
        formula="stop after `patience` epochs without a lower validation loss; restore the best",
        about="Stops before the network learns the noise by heart; needs validation data that "
        "training never sees.",
    ),
)

REGULARIZERS: dict[str, Entry] = {entry.name: entry for entry in _ALL}
