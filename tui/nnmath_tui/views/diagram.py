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
    for images the first hidden layer shows its weights; else a neuron shows its bias.
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
    tape = run(snapshot, X)
    layers = (*tape.a[:-1], centered(snapshot, tape.yhat))
    return _pictures(X, rows, columns), tuple(_pictures(a, rows, columns) for a in layers)


def _pictures(a: Array, rows: int, columns: int) -> tuple[Array, ...]:
    """Each neuron's values over the grid, from those of the layer (rows * columns, neurons)."""
    return tuple(np.ascontiguousarray(a.T).reshape(-1, rows, columns))


def _dead(snapshot: Snapshot) -> tuple[npt.NDArray[np.bool_] | None, ...]:
    """Which ReLU neurons give 0 for every sample, so that no gradient reaches them."""
    names = [activation.name for activation in snapshot.activations[:-1]]
    if "relu" not in names:
        return ()
    # Among thinned out samples a neuron may only seem dead.
    if drawn_samples(snapshot.dataset).of > len(drawn_samples(snapshot.dataset).X):
        return ()
    tape = on_samples(snapshot)
    dead: list[npt.NDArray[np.bool_] | None] = []
    for name, z in zip(names, tape.z[:-1], strict=True):
        dead.append(np.asarray((z <= 0).all(axis=0)) if name == "relu" else None)
    return (*dead, None)
