"""Loss functions: how wrong the network is on one sample, and the gradient that starts backprop.

`out` and `Y` have the shape (n, k): n samples, k outputs. Most losses take the prediction ŷ that
comes out of the output activation. The two cross-entropies take its logits z instead: softmax and
logarithm taken together never overflow, while the logarithm of a probability rounded to 0 would.

The loss of a batch is the mean of Lᵢ over its n samples, as in PyTorch with reduction="mean"; the
gradients here belong to one Lᵢ, so the caller divides by n.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np

from nnmath_engine.activations import sigmoid, softmax
from nnmath_engine.arrays import Array
from nnmath_engine.registry import Entry
from nnmath_engine.special import below_row_max

Task: TypeAlias = Literal["classification", "regression"]


@dataclass(frozen=True, slots=True, kw_only=True)
class Loss(Entry):
    """A loss, its gradient, and what it expects of the output layer and the targets.

    - `per_sample(out, Y)` -> (n,): Lᵢ of every sample.
    - `gradient(out, Y)` -> (n, k): ∂Lᵢ/∂outᵢⱼ; `derivative` is its text.
    - `output`: the output activation that belongs to the loss.
    - `on_logits`: True if `out` is z of the output layer, False if it is ŷ.
    - `one_hot`: True if targets always have one column per class; else two classes are one column
      of 0 and 1.
    - `threshold`: with one column, class 1 is predicted where out > threshold.
    - `kinks(out, Y)` -> (n, k): changes sign where the gradient jumps; None if it never does.
    - `bends(out, Y)` -> (n, k): changes sign where the gradient has a corner; None if nowhere.
    """

    derivative: str
    tasks: tuple[Task, ...]
    output: str
    on_logits: bool
    one_hot: bool
    threshold: float
    per_sample: Callable[[Array, Array], Array]
    gradient: Callable[[Array, Array], Array]
    kinks: Callable[[Array, Array], Array] | None = None
    bends: Callable[[Array, Array], Array] | None = None


def _outputs(Y: Array) -> int:
    """k, the number of outputs."""
    return int(Y.shape[1])


def _mean_over_outputs(losses: Array) -> Array:
    mean: Array = losses.mean(axis=1)
    return mean


def mse(yhat: Array, Y: Array) -> Array:
    return _mean_over_outputs((yhat - Y) ** 2)


def mse_gradient(yhat: Array, Y: Array) -> Array:
    return 2.0 * (yhat - Y) / _outputs(Y)


def half_mse(yhat: Array, Y: Array) -> Array:
    return 0.5 * mse(yhat, Y)


def half_mse_gradient(yhat: Array, Y: Array) -> Array:
    return (yhat - Y) / _outputs(Y)


def error(yhat: Array, Y: Array) -> Array:
    """ŷ − y, whose change of sign is the kink of the absolute error."""
    return yhat - Y


def mae(yhat: Array, Y: Array) -> Array:
    return _mean_over_outputs(np.abs(yhat - Y))


def mae_gradient(yhat: Array, Y: Array) -> Array:
    return np.sign(yhat - Y) / _outputs(Y)


def huber(yhat: Array, Y: Array) -> Array:
    e = yhat - Y
    # c·(e − c/2) is e²/2 where c = e, and |e| − 1/2 where c = ±1: no square of a large error.
    c = np.clip(e, -1.0, 1.0)
    return _mean_over_outputs(c * (e - 0.5 * c))


def huber_gradient(yhat: Array, Y: Array) -> Array:
    return np.clip(yhat - Y, -1.0, 1.0) / _outputs(Y)


def huber_excess(yhat: Array, Y: Array) -> Array:
    """|ŷ − y| − 1, whose change of sign is where the square ends and the line begins."""
    excess: Array = np.abs(yhat - Y) - 1.0
    return excess


def bce(z: Array, Y: Array) -> Array:
    # −y·ln σ(z) − (1 − y)·ln(1 − σ(z)) = softplus(z) − y·z. Taking y·z off before the small
    # logarithm is added keeps its digits where the prediction is right and sure.
    return _mean_over_outputs((np.maximum(z, 0.0) - z * Y) + np.log1p(np.exp(-np.abs(z))))


def bce_gradient(z: Array, Y: Array) -> Array:
    return (sigmoid(z) - Y) / _outputs(Y)


def cross_entropy(z: Array, Y: Array) -> Array:
    # −ln softmax(z) = log-sum-exp(z) − z, computed on rows whose largest element is 0.
    shifted = below_row_max(z)
    surprise = np.log(np.exp(shifted).sum(axis=1, keepdims=True)) - shifted
    total: Array = (Y * surprise).sum(axis=1)
    return total


def cross_entropy_gradient(z: Array, Y: Array) -> Array:
    return softmax(z) - Y


def hinge_shortfall(yhat: Array, Y: Array) -> Array:
    """1 − t·ŷ with t = 2y − 1 = ±1: how far a prediction falls short of the margin 1."""
    return 1.0 - (2.0 * Y - 1.0) * yhat


def hinge(yhat: Array, Y: Array) -> Array:
    return _mean_over_outputs(np.maximum(hinge_shortfall(yhat, Y), 0.0))


def hinge_gradient(yhat: Array, Y: Array) -> Array:
    return np.where(hinge_shortfall(yhat, Y) > 0, 1.0 - 2.0 * Y, 0.0) / _outputs(Y)


_ALL = (
    Loss(
        name="mse",
        label="Mean squared error (MSE)",
        formula="Lᵢ = 1/k · Σⱼ (ŷᵢⱼ − yᵢⱼ)²",
        derivative="∂Lᵢ/∂ŷᵢⱼ = 2/k · (ŷᵢⱼ − yᵢⱼ)",
        about="The standard for regression; an outlier counts by its square, and behind a sigmoid "
        "a sure mistake hardly learns.",
        tasks=("classification", "regression"),
        output="linear",
        on_logits=False,
        one_hot=False,
        threshold=0.5,
        per_sample=mse,
        gradient=mse_gradient,
    ),
    Loss(
        name="half_mse",
        label="Half the mean squared error",
        formula="Lᵢ = 1/(2k) · Σⱼ (ŷᵢⱼ − yᵢⱼ)²",
        derivative="∂Lᵢ/∂ŷᵢⱼ = 1/k · (ŷᵢⱼ − yᵢⱼ)",
        about="MSE without the 2 in its gradient, as TensorFlow Playground has it; not to be "
        "compared with the MSE of other tools.",
        tasks=("classification", "regression"),
        output="linear",
        on_logits=False,
        one_hot=False,
        threshold=0.5,
        per_sample=half_mse,
        gradient=half_mse_gradient,
    ),
    Loss(
        name="mae",
        label="Mean absolute error (MAE)",
        formula="Lᵢ = 1/k · Σⱼ |ŷᵢⱼ − yᵢⱼ|",
        derivative="∂Lᵢ/∂ŷᵢⱼ = 1/k · sign(ŷᵢⱼ − yᵢⱼ)",
        about="Regression that outliers hardly pull (it fits the median); its gradient does not "
        "shrink near the target, so it jitters at a fixed rate.",
        tasks=("classification", "regression"),
        output="linear",
        on_logits=False,
        one_hot=False,
        threshold=0.5,
        per_sample=mae,
        gradient=mae_gradient,
        kinks=error,
    ),
    Loss(
        name="huber",
        label="Huber (δ = 1)",
        formula="Lᵢ = 1/k · Σⱼ h(ŷᵢⱼ − yᵢⱼ),  h(e) = e²/2 if |e| ≤ 1, else |e| − 1/2",
        derivative="∂Lᵢ/∂ŷᵢⱼ = 1/k · clip(ŷᵢⱼ − yᵢⱼ, −1, 1)",
        about="Square near the target, absolute far away: calm with outliers; what is far depends "
        "on the scale of y.",
        tasks=("classification", "regression"),
        output="linear",
        on_logits=False,
        one_hot=False,
        threshold=0.5,
        per_sample=huber,
        gradient=huber_gradient,
        bends=huber_excess,
    ),
    Loss(
        name="bce",
        label="Binary cross-entropy (BCE)",
        formula="Lᵢ = −1/k · Σⱼ [yᵢⱼ·ln σ(zᵢⱼ) + (1 − yᵢⱼ)·ln(1 − σ(zᵢⱼ))]",
        derivative="∂Lᵢ/∂zᵢⱼ = 1/k · (σ(zᵢⱼ) − yᵢⱼ)",
        about="The standard for two classes: the more wrong, the larger the gradient; a wrong "
        "label that the network is sure about costs without limit.",
        tasks=("classification",),
        output="sigmoid",
        on_logits=True,
        one_hot=False,
        threshold=0.0,
        per_sample=bce,
        gradient=bce_gradient,
    ),
    Loss(
        name="ce",
        label="Cross-entropy (CE)",
        formula="Lᵢ = −Σⱼ yᵢⱼ·ln softmax(zᵢ)ⱼ",
        derivative="∂Lᵢ/∂zᵢⱼ = softmax(zᵢ)ⱼ − yᵢⱼ",
        about="The standard for k classes, ln k while all outputs are equal; each row of y must "
        "sum to 1, and each sample belongs to one class only.",
        tasks=("classification",),
        output="softmax",
        on_logits=True,
        one_hot=True,
        threshold=0.0,
        per_sample=cross_entropy,
        gradient=cross_entropy_gradient,
    ),
    Loss(
        name="hinge",
        label="Hinge",
        formula="Lᵢ = 1/k · Σⱼ max(0, 1 − tᵢⱼ·ŷᵢⱼ),  t = 2y − 1",
        derivative="∂Lᵢ/∂ŷᵢⱼ = −tᵢⱼ/k if tᵢⱼ·ŷᵢⱼ < 1, else 0",
        about="The support vector machine's loss: samples beyond the margin no longer pull; its "
        "outputs are no probabilities.",
        tasks=("classification",),
        output="linear",
        on_logits=False,
        one_hot=False,
        threshold=0.0,
        per_sample=hinge,
        gradient=hinge_gradient,
        kinks=hinge_shortfall,
    ),
)

LOSSES: dict[str, Loss] = {entry.name: entry for entry in _ALL}
