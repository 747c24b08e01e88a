"""What the network diagram shows of a snapshot."""

from __future__ import annotations

from collections.abc import Sequence

from nnmath_engine.arrays import Array
from nnmath_engine.snapshot import Snapshot

from nnmath_tui.drawing.diagram import DiagramData, map_size
from nnmath_tui.drawing.diagram_data import Histograms
from nnmath_tui.views.activity import activations, affordable, excitation, histograms, resting
from nnmath_tui.views.decisions import centered
from nnmath_tui.views.forwards import line, plane, run
from nnmath_tui.views.names import input_names, output_names, printed

Maps = tuple[tuple[Array | None, ...], ...]

_CURVE_POINTS = 32


def diagram_data(
    snapshot: Snapshot, width: int, height: int, offered: Sequence[str] = ()
) -> DiagramData:
    """The network with, for every neuron, what it computes over the inputs.

    Over two raw inputs a map of its activation, over one a curve, both by a single forward pass;
    for images the first layer shows its weights, later ones what their activation rises with; else
    a neuron shows the histogram of its activation over the samples, or, where that would take too
    long, its bias. `offered` are features that are switched off. The maps are for drawing at once:
    those of the next snapshot are written over them.
    """
    dataset, parameters = snapshot.dataset, snapshot.parameters
    inputs, outputs = input_names(dataset), output_names(dataset)
    input_maps, maps = _maps(snapshot, width, height, inputs, outputs, tuple(map(printed, offered)))
    dead, saturated = resting(snapshot)
    return DiagramData(
        inputs=inputs,
        outputs=outputs,
        weights=parameters.weights,
        biases=parameters.biases,
        input_maps=input_maps,
        maps=maps,
        activations=tuple(activation.name for activation in snapshot.activations),
        dead=dead,
        saturated=saturated,
        frozen=frozenset((p.layer, p.row, p.column) for p in snapshot.frozen),
        histograms=_histograms(snapshot),
        image_shape=dataset.image_shape,
        offered=tuple(printed(name) for name in offered),
    )


def contents(snapshot: Snapshot) -> tuple[str, ...]:
    """What the boxes show and where biases are, in several wordings, the longest first."""
    dataset = snapshot.dataset
    if len(dataset.raw_names) <= 2:
        return ("below each box its bias",)
    if dataset.image_shape is not None:
        if len(snapshot.layer_sizes) <= 2:
            return ("pictures: weights, below: bias", "pictures: weights")
        if not affordable(snapshot):
            return ("first pictures: weights",)
        short = "first pictures: weights, then pixels that raise the answer"
        return (f"{short}; below: bias", short, "first pictures: weights")
    if affordable(snapshot):
        short = "bars: activations over the samples"
        return (f"{short}, below: bias", short)
    return ("boxes and pixels show biases",)


def _histograms(snapshot: Snapshot) -> dict[int, Histograms]:
    dataset = snapshot.dataset
    plain = len(dataset.raw_names) > 2 and dataset.image_shape is None
    return histograms(snapshot) if plain and affordable(snapshot) else {}


def _maps(
    snapshot: Snapshot,
    width: int,
    height: int,
    inputs: tuple[str, ...],
    outputs: tuple[str, ...],
    offers: tuple[str, ...],
) -> tuple[tuple[Array | None, ...], Maps]:
    dataset, sizes = snapshot.dataset, snapshot.layer_sizes
    if dataset.image_shape is not None:
        return (), _image_maps(snapshot, dataset.image_shape)
    if len(dataset.raw_names) > 2:
        return (), ()
    if len(dataset.raw_names) == 2:
        columns, rows = map_size(sizes, width, height, inputs, outputs, offers)
        X = plane(dataset, columns, rows)
    else:
        columns, rows = _CURVE_POINTS, 1
        X = line(dataset, columns)[1]
    answers = run(snapshot, X)
    output = centered(snapshot, answers.yhat).T
    layers: tuple[Array, ...] = (answers.inputs, *answers.layers[:-1], output)
    input_maps, *maps = (_pictures(layer, rows, columns) for layer in layers)
    return input_maps, tuple(maps)


def _image_maps(snapshot: Snapshot, shape: tuple[int, int]) -> Maps:
    """The first layer's weights as images, and the pixels that later layers answer to."""
    W = snapshot.parameters.weights[0]
    maps: list[tuple[Array | None, ...]] = [_images(W.T, shape)]
    later = snapshot.layer_sizes[2:]
    if later and affordable(snapshot):
        answers = activations(snapshot)[2:]
        maps += [_images(excitation(a, snapshot.dataset), shape) for a in answers]
    else:
        maps += [(None,) * size for size in later]
    return tuple(maps)


def _images(rows: Array, shape: tuple[int, int]) -> tuple[Array, ...]:
    return tuple(rows.reshape(len(rows), *shape))


def _pictures(layer: Array, rows: int, columns: int) -> tuple[Array, ...]:
    """Each neuron's values over the grid, from those of the layer (neurons, rows * columns)."""
    return tuple(layer.reshape(-1, rows, columns))
