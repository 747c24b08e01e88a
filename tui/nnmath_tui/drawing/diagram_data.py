"""What a diagram of a network shows at one moment."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
from nnmath_engine.arrays import Array

from nnmath_tui.drawing.diagram_forms import Content
from nnmath_tui.drawing.diagram_layout import DiagramShape

FROZEN = "*"
"""What marks a weight or a bias that training keeps as it is."""

Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, eq=False)
class Histograms:
    """How often the neurons of one layer give which value: counts (neurons, bins).

    The bins of neuron i are equally wide, from `low[i]` to `high[i]`, both (neurons,).
    """

    counts: Array
    low: Array
    high: Array


@dataclass(frozen=True, eq=False)
class DiagramData:
    """A network at one moment; layer 0 is the inputs, `weights[l]` leads from layer l to l + 1.

    A map is an array (rows, columns) of what a neuron gives over the input plane, row 0 on top; of
    one row, over a single input, it is drawn as a curve; with `image_shape`, the maps of neurons
    are pictures in the shape of the image. Where there is no map, a box shows the neuron's
    histogram (`histograms` by layer), or its entry of `values` (one array per layer, inputs
    included), or else its bias.

    `dead` and `saturated` mark neurons of the layers after the inputs, `frozen` weights and
    biases, by (layer, row, column), that of a bias with row None.
    `offered` are the names of inputs that are switched off and can be switched on.
    """

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    weights: tuple[Array, ...]
    biases: tuple[Array, ...]
    input_maps: tuple[Array | None, ...] = ()
    maps: tuple[tuple[Array | None, ...], ...] = ()
    activations: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    dead: tuple[Flags | None, ...] = ()
    saturated: tuple[Flags | None, ...] = ()
    frozen: frozenset[tuple[int, int | None, int]] = frozenset()
    values: tuple[Array, ...] = ()
    histograms: Mapping[int, Histograms] = field(default_factory=dict)
    image_shape: tuple[int, int] | None = None
    offered: tuple[str, ...] = ()

    @property
    def sizes(self) -> tuple[int, ...]:
        """Neurons per layer, inputs first."""
        return (self.weights[0].shape[0], *(W.shape[1] for W in self.weights))

    @property
    def last(self) -> int:
        """The number of the output layer."""
        return len(self.weights)

    def maps_of(self, layer: int) -> tuple[Array | None, ...]:
        """The maps of a layer, inputs being layer 0; empty if it has none."""
        if layer == 0:
            return self.input_maps
        return self.maps[layer - 1] if layer <= len(self.maps) else ()

    def numbers_of(self, layer: int) -> Array | None:
        """What stands in the boxes of a layer without maps."""
        if self.values:
            return self.values[layer]
        return self.biases[layer - 1] if layer else None

    def has_pictures(self, layer: int) -> bool:
        """Whether the boxes of a layer hold maps or histograms."""
        maps = any(map_ is not None for map_ in self.maps_of(layer))
        return maps or layer in self.histograms

    def shows_biases(self, layer: int) -> bool:
        """Whether the boxes of a layer hold its biases."""
        return layer > 0 and not self.has_pictures(layer) and not self.values

    def marked(self, flags: tuple[Flags | None, ...], layer: int, index: int) -> bool:
        """Whether `dead` or `saturated` marks a neuron."""
        of_layer = flags[layer - 1] if 0 < layer <= len(flags) else None
        return of_layer is not None and bool(of_layer[index])

    def shape(self) -> DiagramShape:
        """What the placement needs to know."""
        contents: list[Content] = []
        for layer in range(len(self.weights) + 1):
            has_number = self.numbers_of(layer) is not None
            picture = self.has_pictures(layer)
            contents.append("map" if picture else "number" if has_number else "dot")
        return DiagramShape(
            self.sizes,
            self.inputs,
            self.outputs,
            tuple(contents),
            self.image_shape,
            self.offered,
        )
