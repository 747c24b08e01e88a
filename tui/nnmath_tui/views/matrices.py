"""The matrices of a layer that the weights pane can show, with the names of rows and columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from nnmath_engine.arrays import Array
from nnmath_engine.network import Parameters
from nnmath_engine.regularizers import global_norm
from nnmath_engine.snapshot import Snapshot

from nnmath_tui.drawing.field import robust_scale, round_scale
from nnmath_tui.drawing.measures import Measure, Ratios, Signed, Veiled
from nnmath_tui.views.names import neuron_names
from nnmath_tui.views.veil import Veil

QUANTITIES = ("weights", "gradients", "updates", "ratio")
"""What every optimizer has; its own memory (momentum, Adam's moments) comes after these."""


@dataclass(frozen=True, slots=True, eq=False)
class LayerMatrix:
    """W (fan_in, fan_out) of a layer and its bias row b (fan_out,), or the same of a gradient.

    `entries` (fan_in + 1, fan_out) has the biases in its last row, `frozen` says which of them
    training leaves alone. `typical` is ‖ΔW‖/‖W‖ of the layer, of a ratio. `hidden` counts the
    entries that are not to be seen yet; they are NaN.
    """

    entries: Array
    rows: Sequence[str]
    columns: Sequence[str]
    title: str
    symbol: str
    measure: Measure
    shared: bool
    frozen: npt.NDArray[np.bool_] | None = None
    typical: float | None = None
    hidden: int = 0

    @property
    def W(self) -> Array:
        W: Array = self.entries[:-1]
        return W

    @property
    def b(self) -> Array:
        b: Array = self.entries[-1]
        return b

    def name(self, row: int, column: int) -> str:
        """What an entry belongs to; the row after the weights is the bias."""
        to = self.columns[column]
        return f"{self.rows[row]} → {to}" if row < len(self.rows) else f"bias of {to}"


def quantities(snapshot: Snapshot) -> tuple[str, ...]:
    """The names of what can be shown, the optimizer's memory included."""
    return (*QUANTITIES, *snapshot.slots)


@lru_cache(maxsize=2)
def layer_matrix(
    snapshot: Snapshot, layer: int, quantity: str, shared: bool = False
) -> LayerMatrix:
    """The matrix of layer `layer` (1 is the first) for one of `quantities`.

    shared: let the strongest color stand for the same number in all layers.
    """
    arrays = _parameters(snapshot, quantity)
    layers = len(arrays.weights)
    symbols = {
        "weights": f"W{layer}",
        "gradients": f"∂L/∂W{layer}",
        "updates": f"ΔW{layer}",
        "ratio": f"|ΔW{layer}/W{layer}|",
    }
    memory = f"{quantity} of {snapshot.experiment.training.optimizer}"
    name = quantity.capitalize() if quantity in QUANTITIES else memory
    symbol = symbols.get(quantity, f"{quantity}{layer}")
    entries = _entries(arrays, layer)
    return LayerMatrix(
        entries=entries,
        rows=neuron_names(snapshot, layer - 1),
        columns=neuron_names(snapshot, layer),
        title=f"{name} {symbol} · layer {layer} of {layers}",
        symbol=symbol,
        measure=_measure(arrays, layer, quantity, shared),
        shared=shared and quantity != "ratio",
        frozen=_frozen(snapshot, layer, entries.shape),
        typical=_norm_ratio(snapshot, layer) if quantity == "ratio" else None,
    )


def under_veil(matrix: LayerMatrix, quantity: str, veil: Veil) -> LayerMatrix:
    """The matrix without the entries that a lesson asks for; weights are always given."""
    if quantity == "weights" or not veil.values:
        return matrix
    hidden = veil.mask(matrix.entries)
    if not hidden.any():
        return matrix
    entries = np.where(hidden, np.nan, matrix.entries)
    measure = Veiled(matrix.measure)
    return replace(matrix, entries=entries, measure=measure, hidden=int(hidden.sum()))


def _entries(arrays: Parameters, layer: int) -> Array:
    W, b = arrays.weights[layer - 1], arrays.biases[layer - 1]
    return np.concatenate((W, b[None, :]))


def _frozen(snapshot: Snapshot, layer: int, shape: tuple[int, ...]) -> npt.NDArray[np.bool_] | None:
    """Which entries training leaves alone; None if there are none."""
    places = [place for place in snapshot.frozen if place.layer == layer]
    if not places:
        return None
    mask = np.zeros(shape, dtype=bool)
    for place in places:
        mask[shape[0] - 1 if place.row is None else place.row, place.column] = True
    return mask


def _measure(arrays: Parameters, layer: int, quantity: str, shared: bool) -> Measure:
    if quantity == "ratio":
        return Ratios()
    layers = range(1, len(arrays.weights) + 1) if shared else (layer,)
    return Signed(round_scale(max(robust_scale(_entries(arrays, one)) for one in layers)))


def _parameters(snapshot: Snapshot, quantity: str) -> Parameters:
    match quantity:
        case "gradients":
            return snapshot.gradients
        case "updates":
            return snapshot.updates
        case "ratio":
            return _ratios(snapshot)
        case "weights":
            return snapshot.parameters
        case _:
            return snapshot.slots[quantity]


def _ratios(snapshot: Snapshot) -> Parameters:
    """|Δw| / |w| of the last step, w being what it started from; 0 / 0 is NaN."""
    pairs = zip(snapshot.updates.arrays(), snapshot.before.arrays(), strict=True)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        return Parameters.of([np.abs(update / before) for update, before in pairs])


def _norm_ratio(snapshot: Snapshot, layer: int) -> float:
    """‖ΔW‖ / ‖W‖ of the last step; NaN if all weights were zero."""
    before = global_norm([snapshot.before.weights[layer - 1]])
    update = global_norm([snapshot.updates.weights[layer - 1]])
    return update / before if before > 0 else float("nan")
