"""One weight or bias of a snapshot: its value, whether it is frozen, and what a person types."""

from __future__ import annotations

import math

from nnmath_engine.snapshot import Snapshot

from nnmath_tui.views.formula import WeightPlace


def parameter(snapshot: Snapshot, place: WeightPlace) -> float:
    """Its value."""
    W = snapshot.parameters.weights[place.layer - 1]
    b = snapshot.parameters.biases[place.layer - 1]
    return float(b[place.column] if place.row is None else W[place.row, place.column])


def is_frozen(snapshot: Snapshot, place: WeightPlace) -> bool:
    """Whether training leaves it as it is."""
    return (place.layer, place.row, place.column) in snapshot.frozen


def typed_parameter(text: str) -> float:
    """The number that `text` is.

    Raises:
        ValueError: it is none, or not a finite one.
    """
    try:
        value = float(text.strip().replace(",", ".").replace("−", "-"))
    except ValueError:
        raise ValueError(f"{text.strip()!r} is no number") from None
    if not math.isfinite(value):
        raise ValueError("a weight is a finite number")
    return value
