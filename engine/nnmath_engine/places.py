"""One weight or one bias among a network's parameters: its place, its name, its value."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from itertools import pairwise
from typing import NamedTuple

from nnmath_engine.network import Parameters


class Place(NamedTuple):
    """A weight of layer `layer` (1 is the first), from input `row` to neuron `column` (0, 1, ...).

    The bias of that neuron has row None.
    """

    layer: int
    row: int | None
    column: int

    def __str__(self) -> str:
        if self.row is None:
            return f"b{self.layer}[{self.column}]"
        return f"w{self.layer}[{self.row},{self.column}]"

    def check(self, sizes: Sequence[int]) -> None:
        """See whether a network of these layers (d, h1, ..., k) has such a place.

        Raises:
            ValueError: it has none.
        """
        fits = 1 <= self.layer < len(sizes) and 0 <= self.column < sizes[self.layer]
        if fits and (self.row is None or 0 <= self.row < sizes[self.layer - 1]):
            return
        raise ValueError(f"a network of {' - '.join(map(str, sizes))} neurons has no {self}")

    def offset(self, sizes: Sequence[int]) -> int:
        """Where it stands in a flat vector; see `plan.layout`."""
        layers = list(pairwise(sizes))
        before = sum((fan_in + 1) * fan_out for fan_in, fan_out in layers[: self.layer - 1])
        fan_in, fan_out = layers[self.layer - 1]
        return before + (fan_in if self.row is None else self.row) * fan_out + self.column

    def value(self, parameters: Parameters) -> float:
        """The number at this place."""
        if self.row is None:
            return float(parameters.biases[self.layer - 1][self.column])
        return float(parameters.weights[self.layer - 1][self.row, self.column])


def put(parameters: Parameters, values: Mapping[Place, float]) -> Parameters:
    """The same parameters with other numbers at some places."""
    if not values:
        return parameters
    changed = parameters.map(lambda array: array.copy())
    for place, value in values.items():
        if place.row is None:
            changed.biases[place.layer - 1][place.column] = value
        else:
            changed.weights[place.layer - 1][place.row, place.column] = value
    return changed
