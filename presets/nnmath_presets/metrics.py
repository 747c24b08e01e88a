"""The numbers that goals measure, as data: what each means, what it can be, what it needs."""

from __future__ import annotations

from dataclasses import dataclass
from math import inf


@dataclass(frozen=True, slots=True, kw_only=True)
class Metric:
    """A number that a training yields after each epoch.

    low and high bound the values that it can take at all; `task` is "" if it exists for both;
    `rows` is the part of the data that it needs.
    """

    name: str
    about: str
    low: float = 0.0
    high: float = inf
    task: str = ""
    rows: str = "train"


_METRICS = (
    Metric(name="train_loss", about="the data loss over the training rows"),
    Metric(name="validation_loss", about="the loss over the validation rows", rows="validation"),
    Metric(name="test_loss", about="the data loss over the test rows", rows="test"),
    Metric(name="objective", about="the training loss and the L1 and L2 penalties together"),
    Metric(
        name="train_accuracy",
        about="the share of training rows put into the right class",
        high=1.0,
        task="classification",
    ),
    Metric(
        name="test_accuracy",
        about="the share of test rows put into the right class",
        high=1.0,
        task="classification",
        rows="test",
    ),
    Metric(
        name="train_r2",
        about="the share of the training targets' variance that is explained",
        low=-inf,
        high=1.0,
        task="regression",
    ),
    Metric(
        name="test_r2",
        about="the share of the test targets' variance that is explained",
        low=-inf,
        high=1.0,
        task="regression",
        rows="test",
    ),
    Metric(
        name="overfit",
        about="the test loss over the lowest test loss of any epoch so far",
        low=1.0,
        rows="test",
    ),
    Metric(name="gradient_norm", about="the length of the last gradient of the epoch"),
    Metric(
        name="margin",
        about="how far the output nearest to the class boundary is from it, over the training rows",
        task="classification",
    ),
    Metric(
        name="largest_error",
        about="the largest difference between a prediction and its target, over the training rows",
    ),
    Metric(
        name="gradient_ratio",
        about="the length of the first layer's weight gradient over that of the last layer",
    ),
    Metric(
        name="gradient_noise",
        about="how far a batch's gradient is from that of all training rows, root mean square, "
        "over the length of the latter",
    ),
    Metric(
        name="critical_learning_rate",
        about="2 over the largest curvature of the training loss: above it, steps grow",
    ),
    Metric(
        name="dead_share",
        about="the share of hidden neurons whose derivative is 0 for every training row",
        high=1.0,
    ),
    Metric(name="zero_share", about="the share of all weights that are exactly 0", high=1.0),
    Metric(
        name="column_difference",
        about="the largest difference between the weights of any two first-layer neurons",
    ),
)

METRICS: dict[str, Metric] = {metric.name: metric for metric in _METRICS}

RECORDED = frozenset(
    (
        *("train_loss", "validation_loss", "test_loss", "objective", "overfit", "gradient_norm"),
        *("train_accuracy", "test_accuracy", "train_r2", "test_r2"),
    )
)
"""What the history of a training tells; all others are measured on the weights of a moment."""
