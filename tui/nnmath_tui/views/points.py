"""Drawing the data: which data can be drawn on, and what a point more or less changes."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import numpy as np
from nnmath_engine import limits, points
from nnmath_engine.dataset import Dataset
from nnmath_engine.experiment import Experiment
from nnmath_engine.snapshot import Snapshot

from nnmath_tui.views.output_look import PLANES, OutputLook

Point = tuple[float, float, float]
"""x1, x2, and the class or the number."""

_DECIMALS = 6


def can_draw(dataset: Dataset, look: OutputLook) -> bool:
    """Whether the picture is a plane of the only two inputs, with room for one more point."""
    return (
        len(dataset.raw_names) == 2
        and look.kind_for(dataset) in PLANES
        and not any(dataset.categories)
        and len(dataset.classes) <= limits.POINT_CLASSES
        and len(dataset.train) < limits.POINTS
    )


def drawn(snapshot: Snapshot) -> tuple[Point, ...]:
    """The rows to train on, as points."""
    if snapshot.experiment.data.source == points.SOURCE:
        return snapshot.experiment.data.points
    split = snapshot.dataset.train
    table = np.column_stack([split.raw, split.y.astype(np.float64)]).round(_DECIMALS) + 0.0
    return tuple((x1, x2, y) for x1, x2, y in table.tolist())


def point_at(dataset: Dataset, place: tuple[float, float], digit: int) -> Point:
    """The point that a digit puts at a place: of that class or, of numbers, 0 lowest, 9 highest."""
    x1, x2 = (round(x, _DECIMALS) + 0.0 for x in place)
    if dataset.task == "classification":
        return x1, x2, float(digit)
    return x1, x2, number_of(dataset, digit)


def number_of(dataset: Dataset, digit: int) -> float:
    """The number that a digit stands for: tenths of the way from the lowest to the highest y."""
    low, high = float(dataset.train.y.min()), float(dataset.train.y.max())
    if low == high:
        low, high = low - 1, high + 1
    return round(low + digit / 9 * (high - low), _DECIMALS) + 0.0


def changes_to(experiment: Experiment, dataset: Dataset, some: Sequence[Point]) -> dict[str, Any]:
    """The settings that make these points the rows to train on, all of them."""
    changes: dict[str, Any] = {
        "data.source": points.SOURCE,
        "data.points": tuple(some),
        "data.task": dataset.task,
        "data.test_fraction": 0.0,
        "data.validation_fraction": 0.0,
    }
    if dataset.raw_names != ("x1", "x2"):
        changes["data.features"] = ()
    return changes
