"""What the selected number is, in words, notation and with its value."""

from __future__ import annotations

from dataclasses import dataclass

from nnmath_engine.snapshot import Snapshot

from nnmath_tui.drawing.numbers import count, signed
from nnmath_tui.views.names import input_names, layer_words, neuron_names, printed, subscript
from nnmath_tui.views.veil import OPEN, Veil

Part = tuple[str, str]
"""A piece of text and its role: "name", "formula", "value" or "hint"."""


@dataclass(frozen=True, slots=True)
class WeightPlace:
    """One weight: of layer `layer` (1 is the first), from neuron `row` to `column`.

    The bias has row None.
    """

    layer: int
    row: int | None
    column: int


def neuron_formula(snapshot: Snapshot, layer: int, index: int) -> list[Part]:
    """What a neuron computes; an input has no formula but a name."""
    sizes = snapshot.layer_sizes
    if not (0 <= layer < len(sizes) and 0 <= index < sizes[layer]):
        return hint()
    name = neuron_names(snapshot, layer)[index]
    where = f"input {index + 1}" if layer == 0 else layer_words(snapshot, layer)
    parts: list[Part] = [("name", name), ("hint", f"({where})")]
    if layer == 0:
        raw = snapshot.dataset.raw_names
        plain = snapshot.dataset.inputs[index] in raw
        if not plain:
            parts.append(("formula", f"made of {', '.join(printed(one) for one in raw)}"))
        if snapshot.dataset.standardizer is not None:
            parts.append(("formula", "standardized: mean 0, deviation 1 over the training rows"))
        return parts
    activation = snapshot.activations[layer - 1]
    bias = float(snapshot.parameters.biases[layer - 1][index])
    inputs = "xᵢ" if layer == 1 else "hᵢ"
    parts.append(("formula", f"= {activation.name}(z)"))
    parts.append(("formula", f"z = Σ wᵢ·{inputs} + b"))
    noun = ("input" if layer == 1 else "neuron") + "s" * (sizes[layer - 1] != 1)
    parts.append(("hint", f"over {count(sizes[layer - 1])} {noun}"))
    parts.append(("value", f"b = {signed(bias, 9, digits=4)}"))
    parts.append(("formula", activation.formula))
    return parts


def weight_formula(snapshot: Snapshot, place: WeightPlace, veil: Veil = OPEN) -> list[Part]:
    """A weight or bias with its gradient and its last update."""
    sizes = snapshot.layer_sizes
    layer, row, column = place.layer, place.row, place.column
    fits = 1 <= layer < len(sizes) and column < sizes[layer]
    if not fits or (row is not None and row >= sizes[layer - 1]):
        return hint()
    symbol, words = (
        f"b{subscript(column + 1)}" if row is None else "w",
        weight_name(snapshot, place),
    )
    parts: list[Part] = [("name", symbol), ("hint", f"({words}, {layer_words(snapshot, layer)})")]
    for label, source in (
        ("=", snapshot.parameters),
        (f"∂L/∂{symbol[0]} =", snapshot.gradients),
        (f"last step Δ{symbol[0]} =", snapshot.updates),
    ):
        W, b = source.weights[layer - 1], source.biases[layer - 1]
        value = float(b[column] if row is None else W[row, column])
        shown = signed(value, 11, digits=5)
        if source is not snapshot.parameters:
            shown = veil.text(value, shown)
        parts.append(("value", f"{label} {shown}"))
    return parts


def weight_name(snapshot: Snapshot, place: WeightPlace) -> str:
    """What a weight or bias of the network is called: "weight x₁ → h₂", "bias of h₂"."""
    to = neuron_names(snapshot, place.layer)[place.column]
    if place.row is None:
        return f"bias of {to}"
    if place.layer == 1:
        return f"weight {input_names(snapshot.dataset)[place.row]} → {to}"
    return f"weight h{subscript(place.row + 1)} → {to}"


def hint() -> list[Part]:
    """What to do when nothing is selected."""
    return [("hint", "select a neuron or a weight: arrow keys or mouse")]
