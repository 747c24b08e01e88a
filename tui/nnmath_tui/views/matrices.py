"""The matrices of a layer that the weights pane can show, with the names of rows and columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from nnmath_engine.arrays import Array
from nnmath_engine.network import Parameters
from nnmath_engine.snapshot import Snapshot

from nnmath_tui.views.names import neuron_names

QUANTITIES = ("weights", "gradients", "updates")
"""What every optimizer has; its own memory (momentum, Adam's moments) comes after these."""


@dataclass(frozen=True, slots=True, eq=False)
class LayerMatrix:
    """W (fan_in, fan_out) of a layer and its bias row b (fan_out,), or the same of a gradient."""

    W: Array
    b: Array
    rows: Sequence[str]
    columns: Sequence[str]
    title: str


def quantities(snapshot: Snapshot) -> tuple[str, ...]:
    """The names of what can be shown, the optimizer's memory included."""
    return (*QUANTITIES, *snapshot.slots)


def layer_matrix(snapshot: Snapshot, layer: int, quantity: str) -> LayerMatrix:
    """The matrix of layer `layer` (1 is the first) for one of `quantities`."""
    arrays = _parameters(snapshot, quantity)
    layers = len(arrays.weights)
    symbols = {"weights": f"W{layer}", "gradients": f"∂L/∂W{layer}", "updates": f"ΔW{layer}"}
    memory = f"{quantity} of {snapshot.experiment.training.optimizer}"
    name = quantity.capitalize() if quantity in QUANTITIES else memory
    symbol = symbols.get(quantity, f"{quantity}{layer}")
    return LayerMatrix(
        W=arrays.weights[layer - 1],
        b=arrays.biases[layer - 1],
        rows=neuron_names(snapshot, layer - 1),
        columns=neuron_names(snapshot, layer),
        title=f"{name} {symbol} · layer {layer} of {layers}",
    )


def _parameters(snapshot: Snapshot, quantity: str) -> Parameters:
    match quantity:
        case "gradients":
            return snapshot.gradients
        case "updates":
            return snapshot.updates
        case "weights":
            return snapshot.parameters
        case _:
            return snapshot.slots[quantity]
