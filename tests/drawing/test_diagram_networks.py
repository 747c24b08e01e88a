"""How whole networks look: kinds of data, wide and deep ones, in three sizes and four modes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from nnmath_engine.arrays import Array
from nnmath_tui.drawing.diagram import DiagramData, Histograms, draw_diagram
from nnmath_tui.drawing.palette import ColorMode, Palette
from textual.strip import Strip

Golden = Callable[[str, Mapping[str, Sequence[Strip]]], None]
MODES: tuple[ColorMode, ...] = ("truecolor", "256", "16", "mono")
SIZES = ((46, 20), (78, 22), (130, 34))
"""What the pane has at 80x24, 120x40 and 200x60."""

PLAYGROUND = ("x₁²", "x₂²", "x₁x₂", "sin(πx₁)", "sin(πx₂)")


def wave(shape: tuple[int, ...], turn: float) -> Array:
    """Numbers from -1 to 1 without a pattern that can be seen, the same on every machine."""
    places = np.arange(np.prod(shape), dtype=np.float64)
    numbers = np.sin(turn + 1.7 * places + 0.013 * places**2)
    result: Array = np.round(numbers, 3).reshape(shape)
    return result


def network(sizes: tuple[int, ...], **more: Any) -> DiagramData:
    fields: dict[str, Any] = {
        "inputs": tuple(f"x{i + 1}" for i in range(sizes[0])),
        "outputs": ("ŷ",) if sizes[-1] == 1 else tuple(map(str, range(sizes[-1]))),
        "weights": tuple(wave(pair, i) for i, pair in enumerate(pairwise(sizes))),
        "biases": tuple(wave((size,), 0.5 + i) for i, size in enumerate(sizes[1:])),
        "activations": ("tanh",) * (len(sizes) - 2) + ("sigmoid",),
    }
    return DiagramData(**{**fields, **more})


def maps(sizes: tuple[int, ...]) -> dict[str, Any]:
    """Slanted waves over the plane, one for each neuron."""
    x, y = np.meshgrid(np.linspace(-1, 1, 12), np.linspace(1, -1, 12))

    def picture(layer: int, index: int) -> Array:
        turn = 2.4 * index + layer
        slant = x * np.sin(turn) + y * np.cos(turn)
        values: Array = np.round(np.sin(2 * layer * slant + 0.3 * index), 3)
        return values

    layers = [tuple(picture(i, k) for k in range(size)) for i, size in enumerate(sizes)]
    return {"input_maps": (x, y), "maps": tuple(layers[1:]), "offered": PLAYGROUND}


def iris() -> DiagramData:
    sizes = (4, 8, 3)
    histograms = {
        layer: Histograms(
            np.round(10 * np.abs(wave((size, 48), layer))),
            np.full(size, 0.0 if layer == 2 else -1.0),
            np.ones(size),
        )
        for layer, size in enumerate(sizes)
    }
    names = ("sepal_length_cm", "sepal_width_cm", "petal_length_cm", "petal_width_cm")
    flowers = ("setosa", "versicolor", "virginica")
    flags = np.arange(8) == 2
    return network(
        sizes, inputs=names, outputs=flowers, histograms=histograms, saturated=(flags, None)
    )


def digits() -> DiagramData:
    sizes = (64, 32, 10)
    pictures = tuple(tuple(wave((n, 8, 8), n)) for n in sizes[1:])
    dead = np.arange(32) == 5
    return network(sizes, image_shape=(8, 8), maps=pictures, dead=(dead, None))


NETWORKS: dict[str, tuple[DiagramData, tuple[int, int], int]] = {
    "circle": (network((2, 4, 1), **maps((2, 4, 1))), (1, 2), 0),
    "spiral": (network((2, 24, 24, 1), **maps((2, 24, 24, 1))), (2, 7), 13),
    "digits": (digits(), (2, 3), 8),
    "iris": (iris(), (1, 2), 3),
    "deep": (network((2, *(8,) * 32, 1), **maps((2, *(8,) * 32, 1))), (17, 2), 4),
    "wide": (network((784, 128, 64, 10)), (3, 4), 9),
}
"""A network, its selected neuron, and the one that the chosen weight comes from."""


@pytest.mark.parametrize("name", NETWORKS)
def test_networks_look_as_they_did(golden: Golden, name: str) -> None:
    data, selected, source = NETWORKS[name]
    golden(
        f"diagram_{name}",
        {
            f"{width}x{height} {mode}": draw_diagram(
                data, width, height, Palette(mode), selected, source
            ).strips
            for width, height in SIZES
            for mode in MODES
        },
    )


@pytest.mark.parametrize("name", NETWORKS)
@pytest.mark.parametrize(("width", "height"), SIZES)
def test_what_is_selected_is_in_sight_and_the_ends_are(name: str, width: int, height: int) -> None:
    data, selected, _ = NETWORKS[name]
    layers = range(len(data.sizes))
    for place in (selected, (1, data.sizes[1] - 1), (data.last - 1, 0)):
        picture = draw_diagram(data, width, height, Palette(), place)
        shown = {(spot.layer, spot.index) for spot in picture.spots}
        assert place in shown
        assert {0, data.last} <= {layer for layer, _ in shown}
        # Every layer is drawn or counted among those that are left out.
        counted = [
            number
            for plan in picture.plan.layers
            for number in range(
                plan.layer, plan.layer + (plan.hidden if plan.form == "elided" else 1)
            )
        ]
        assert counted == list(layers)


@pytest.mark.parametrize(("width", "height"), SIZES[1:])
def test_all_neurons_of_the_spiral_are_maps(width: int, height: int) -> None:
    data, _, _ = NETWORKS["spiral"]
    spots = draw_diagram(data, width, height, Palette()).spots
    hidden = [spot for spot in spots if 0 < spot.layer < 3]
    assert len(hidden) == 48
    least = (5, 2) if width < 100 else (9, 4)
    assert all((spot.width, spot.height) >= least for spot in hidden)
