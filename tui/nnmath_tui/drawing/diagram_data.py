"""What a diagram of a network shows at one moment."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from nnmath_engine.arrays import Array

from nnmath_tui.drawing.diagram_forms import Content
from nnmath_tui.drawing.diagram_layout import DiagramShape


@dataclass(frozen=True, eq=False)
class DiagramData:
    """A network at one moment; layer 0 is the inputs, `weights[l]` leads from layer l to l + 1.

    A map is an array (rows, columns) of what a neuron gives over the input plane, row 0 on top; of
    one row, over a single input, it is drawn as a curve; with `image_shape`, the maps of the first
    hidden layer are its weights in the shape of the image. Where there is no map, a box shows the
    neuron's entry of `values` (one array per layer, inputs included), or else its bias.
    """

    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    weights: tuple[Array, ...]
    biases: tuple[Array, ...]
    input_maps: tuple[Array | None, ...] = ()
    maps: tuple[tuple[Array | None, ...], ...] = ()
    activations: tuple[str, ...] = ()
    titles: tuple[str, ...] = ()
    dead: tuple[npt.NDArray[np.bool_] | None, ...] = ()
    values: tuple[Array, ...] = ()
    image_shape: tuple[int, int] | None = None

    @property
    def sizes(self) -> tuple[int, ...]:
        """Neurons per layer, inputs first."""
        return (self.weights[0].shape[0], *(W.shape[1] for W in self.weights))

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

    def shows_biases(self, layer: int) -> bool:
        """Whether the boxes of a layer hold its biases."""
        has_map = any(map_ is not None for map_ in self.maps_of(layer))
        return layer > 0 and not has_map and not self.values

    def shape(self) -> DiagramShape:
        """What the placement needs to know."""
        contents: list[Content] = []
        for layer in range(len(self.weights) + 1):
            has_map = any(map_ is not None for map_ in self.maps_of(layer))
            has_number = self.numbers_of(layer) is not None
            contents.append("map" if has_map else "number" if has_number else "dot")
        return DiagramShape(
            self.sizes, self.inputs, self.outputs, tuple(contents), self.image_shape
        )
