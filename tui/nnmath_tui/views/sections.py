"""Which settings the controls show, in which order, and under which headings."""

from __future__ import annotations

from collections.abc import Mapping

SECTIONS: Mapping[str, tuple[str, ...]] = {
    "": (
        "network.activation",
        "training.loss",
        "training.optimizer",
        "training.learning_rate",
        "training.batch_size",
        "training.l1",
        "training.l2",
        "network.hidden",
        "data.source",
        "data.formula",
        "data.classes",
        "data.noise",
    ),
    "Network": (
        "network.activation.",
        "network.output_activation",
        "network.initializer",
        "network.initializer_options",
    ),
    "Steps": (
        "training.optimizer_options",
        "training.schedule",
        "training.schedule_options",
        "training.shuffle",
    ),
    "Regularization": (
        "network.dropout",
        "training.l1_method",
        "training.clip_norm",
        "training.clip_value",
        "training.early_stopping",
        "training.restore_best",
    ),
    "Data": (
        "data.samples",
        "data.features",
        "data.standardize",
        "data.test_fraction",
        "data.validation_fraction",
        "data.target",
        "data.task",
        "data.missing",
    ),
    "Run": (
        "training.epochs",
        "training.seed",
        "data.seed",
        "training.dtype",
    ),
}
"""What is tried most comes first, without a heading. A path that ends in a dot stands for one
row for each hidden layer."""

LEFT_OUT: Mapping[str, str] = {
    "network.weights": "matrices, which a preset file gives; single weights are edited in a pane",
    "network.biases": "as the weights",
    "data.points": "drawn on the plane of the output, or given by a preset file",
}
"""Settings without a row, and why."""
