"""What the network diagram shows of a snapshot."""

from __future__ import annotations

import numpy as np
import numpy.typing as npt
from nnmath_engine.arrays import Array
from nnmath_engine.snapshot import Snapshot

from nnmath_tui.drawing.diagram import DiagramData, map_size
from nnmath_tui.views.decisions import centered
from nnmath_tui.views.forwards import drawn_samples, line, on_samples, plane, run
from nnmath_tui.views.names import input_names, output_names

Maps = tuple[tuple[Array | None, ...], ...]

_CURVE_POINTS = 32


def diagram_data(snapshot: Snapshot, width: int, height: int) -> DiagramData:
    """The network with, for every neuron, what it computes over the inputs.

    Over two raw inputs a map of its activation, over one a curve, both by a single forward pass;
    for images the first hidden layer shows its weights; else a neuron shows its bias. The maps are
    for drawing at once: those of the next snapshot are written over them.
    """
    dataset, parameters = snapshot.dataset, snapshot.parameters
    inputs, outputs = input_names(dataset), output_names(dataset)
    input_maps, maps = _maps(snapshot, width, height, inputs, outputs)
    names = [activation.name for activation in snapshot.activations]
    return DiagramData(
        inputs=inputs,
        outputs=outputs,
        weights=parameters.weights,
        biases=parameters.biases,
        input_maps=input_maps,
        maps=maps,
        activations=tuple(names),
        dead=_dead(snapshot),
        image_shape=dataset.image_shape,
    )


def shows_maps(snapshot: Snapshot) -> bool:
    """Whether neurons are drawn as maps or curves over the inputs, and not by their biases."""
    return len(snapshot.dataset.raw_names) <= 2


def _maps(
    snapshot: Snapshot, width: int, height: int, inputs: tuple[str, ...], outputs: tuple[str, ...]
) -> tuple[tuple[Array | None, ...], Maps]:
    dataset, sizes = snapshot.dataset, snapshot.layer_sizes
    if dataset.image_shape is not None:
        W = snapshot.parameters.weights[0]
        shape = dataset.image_shape
        pictures = tuple(W[:, index].reshape(shape) for index in range(W.shape[1]))
        hidden = len(sizes) > 2
        return (), ((pictures, *((None,) * size for size in sizes[2:])) if hidden else ())
    if len(dataset.raw_names) > 2:
        return (), ()
    if len(dataset.raw_names) == 2:
        columns, rows = map_size(sizes, width, height, inputs, outputs)
        X = plane(dataset, columns, rows)
    else:
        columns, rows = _CURVE_POINTS, 1
        X = line(dataset, columns)[1]
    answers = run(snapshot, X)
    output = centered(snapshot, answers.yhat).T
    layers: tuple[Array, ...] = (answers.inputs, *answers.layers[:-1], output)
    input_maps, *maps = (_pictures(layer, rows, columns) for layer in layers)
    return input_maps, tuple(maps)


def _pictures(layer: Array, rows: int, columns: int) -> tuple[Array, ...]:
    """Each neuron's values over the grid, from those of the layer (neurons, rows * columns)."""
    return tuple(layer.reshape(-1, rows, columns))


def _dead(snapshot: Snapshot) -> tuple[npt.NDArray[np.bool_] | None, ...]:
    """Which ReLU neurons give 0 for every sample, so that no gradient reaches them."""
    names = [activation.name for activation in snapshot.activations[:-1]]
    if "relu" not in names:
        return ()
    # Among thinned out samples a neuron may only seem dead.
    if drawn_samples(snapshot.dataset).of > len(drawn_samples(snapshot.dataset).X):
        return ()
    hidden = on_samples(snapshot).layers[:-1]
    dead: list[npt.NDArray[np.bool_] | None] = []
    for name, a in zip(names, hidden, strict=True):
        dead.append(np.asarray((a <= 0).all(axis=1)) if name == "relu" else None)
    return (*dead, None)
