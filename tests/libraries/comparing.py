"""Experiments whose equivalent lines are run in other libraries, where those are installed."""

from __future__ import annotations

from typing import Any

import numpy as np
from nnmath_engine.experiment import Experiment
from nnmath_engine.session import Session
from nnmath_engine.snapshot import Snapshot

CLASSES: dict[str, Any] = {
    "data.source": "circle",
    "data.samples": 48,
    "network.hidden": (4, 3),
    "network.activation": "tanh",
    "training.learning_rate": 0.05,
    "training.batch_size": 10,  # of 24 rows: the last batch is smaller
    "training.epochs": 4,
    "training.shuffle": False,
}
NUMBERS = CLASSES | {"data.source": "bumps", "training.loss": "mse"}
THREE = CLASSES | {"data.source": "blobs", "data.classes": 3}


def session(values: dict[str, Any]) -> Session:
    return Session(Experiment.from_values(values))


def trained(values: dict[str, Any]) -> Snapshot:
    """A snapshot after all planned epochs."""
    ours = session(values)
    ours.run(60, until=ours.experiment.training.epochs)
    return ours.snapshot()


def assert_same(
    ours: Snapshot, weights: list[Any], biases: list[Any], tolerance: float = 1e-9
) -> None:
    """Weights (fan_in, fan_out) and biases of another library against a snapshot's."""
    for mine, theirs in zip(
        (*ours.parameters.weights, *ours.parameters.biases), (*weights, *biases), strict=True
    ):
        np.testing.assert_allclose(np.asarray(theirs), mine, rtol=tolerance, atol=tolerance)
