"""The parts of a network diagram: biases, buttons, offers, histograms, the chosen weight, walks."""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nnmath_tui.drawing.canvas import Canvas
from nnmath_tui.drawing.diagram import DiagramData, Histograms, Picture, draw_diagram
from nnmath_tui.drawing.diagram_histograms import draw_histogram
from nnmath_tui.drawing.diagram_labels import bias_text
from nnmath_tui.drawing.diagram_walk import walk
from nnmath_tui.drawing.palette import Palette

MONO = Palette("mono")


def network(*sizes: int, **more: object) -> DiagramData:
    """Weights of one half and biases of -0.25 everywhere, maps of 2 x 2 pixels."""
    fields: dict[str, object] = {
        "inputs": tuple(f"x{i + 1}" for i in range(sizes[0])),
        "outputs": ("ŷ",) if sizes[-1] == 1 else tuple(map(str, range(sizes[-1]))),
        "weights": tuple(np.full(pair, 0.5) for pair in pairwise(sizes)),
        "biases": tuple(np.full(size, -0.25) for size in sizes[1:]),
        "input_maps": (np.ones((2, 2)),) * sizes[0],
        "maps": tuple((np.ones((2, 2)),) * size for size in sizes[1:]),
        "activations": ("tanh",) * (len(sizes) - 1),
    }
    return DiagramData(**{**fields, **more})  # type: ignore[arg-type]


def words(picture: Picture) -> str:
    return "\n".join(strip.text for strip in picture.strips)


@pytest.mark.parametrize(
    ("value", "width", "text"),
    [
        (0.25, 4, "+.25"),
        (-0.02, 4, "−.02"),
        (1.25, 4, "+1.2"),
        (0.001, 4, "≈0"),
        (0.0, 4, "0"),
        (-0.123, 5, "−.123"),
        (-0.123, 7, "−0.12"),
        (0.997, 4, "+1.0"),
        (float("nan"), 4, "nan"),
        (-123456.0, 4, "−1e5"),
    ],
)
def test_biases_are_whole_numbers_in_four_cells(value: float, width: int, text: str) -> None:
    assert bias_text(value, width, False) == text


@given(st.floats(), st.integers(4, 7), st.booleans())
def test_biases_never_grow_out_of_their_room(value: float, width: int, ascii_only: bool) -> None:
    text = bias_text(value, width, ascii_only)
    assert 1 <= len(text) <= width
    assert not ascii_only or text.isascii()


def test_every_neuron_after_the_inputs_has_its_bias_below() -> None:
    picture = draw_diagram(network(2, 4, 3, 1), 78, 22, MONO)
    for spot in picture.spots:
        below = picture.strips[spot.y + spot.height].text[spot.x : spot.x + spot.width]
        assert ("−0.25" in below or "−.25" in below) == (spot.layer > 0)


def test_a_frozen_bias_wears_a_star() -> None:
    frozen = frozenset({(1, None, 1)})
    shown = words(draw_diagram(network(2, 2, 1, frozen=frozen), 78, 22, MONO))
    assert shown.count("−0.25*") == 1
    assert shown.count("*") == 1


def test_a_frozen_weight_wears_a_star_on_its_edge() -> None:
    data = network(1, 1, maps=((np.ones((2, 2)),),), frozen=frozenset({(1, 0, 0)}))
    picture = draw_diagram(data, 60, 12, MONO)
    (column,) = {strip.text.find("*") for strip in picture.strips} - {-1}
    left, right = picture.spots
    assert left.x + left.width < column < right.x
    assert abs(2 * column - (left.x + left.width + right.x)) <= 2


def test_saturated_neurons_are_marked_without_color() -> None:
    saturated = (np.array([True, False, True]), None)
    data = network(2, 3, 1, saturated=saturated)
    assert words(draw_diagram(data, 78, 22, MONO)).count("‡") == 2
    assert words(draw_diagram(data, 78, 22, Palette("mono", ascii=True))).count("!") == 2


def test_hidden_layers_have_buttons_where_their_signs_are() -> None:
    picture = draw_diagram(network(2, 4, 3, 1), 78, 22, MONO)
    assert [(b.layer, b.change) for b in picture.buttons] == [(1, -1), (1, 1), (2, -1), (2, 1)]
    for button in picture.buttons:
        sign = "+" if button.change > 0 else "−"
        assert picture.strips[button.y].text[button.x + 1] == sign
        assert picture.button_at(button.x + 1, button.y) == button
    assert picture.button_at(0, 5) is None


def test_inputs_that_are_off_stand_below_those_that_are_on() -> None:
    data = network(2, 3, 1, offered=("x₁²", "sin(πx₁)"))
    picture = draw_diagram(data, 78, 22, MONO, (0, 3))
    offers = [spot for spot in picture.spots if spot.layer == 0 and spot.index >= 2]
    texts = [picture.strips[s.y].text[s.x : s.x + s.width] for s in offers]
    assert texts == ["+ x₁²", "+ sin(πx₁)"]
    assert min(spot.y for spot in offers) > max(s.y for s in picture.spots if s.layer == 0) - 3
    # Where they would take the place of the maps they are left out.
    assert len(draw_diagram(data, 40, 7, MONO).spots) == 6


def test_the_chosen_weight_stands_out_with_its_value() -> None:
    data = network(2, 3, 1)
    W = data.weights[0].copy()
    W[1, 2] = -1.75
    data = replace(data, weights=(W, data.weights[1]))
    chosen = words(draw_diagram(data, 78, 22, MONO, (1, 2), 1))
    assert "−1.75" in chosen
    assert "−1.75" not in words(draw_diagram(data, 78, 22, MONO, (1, 2)))


def test_a_chosen_weight_of_zero_is_drawn_too() -> None:
    data = network(1, 1, weights=(np.zeros((1, 1)),), maps=((np.ones((2, 2)),),))
    shown = words(draw_diagram(data, 60, 12, MONO, (1, 0), 0))
    assert any("\u2801" <= c <= "\u28ff" for c in shown)


def test_of_a_layer_that_does_not_fit_the_selected_part_is_shown() -> None:
    data = network(2, 45, 1)
    for selected in (0, 20, 44):
        picture = draw_diagram(data, 34, 9, MONO, (1, selected))
        shown = sorted(spot.index for spot in picture.spots if spot.layer == 1)
        assert selected in shown
        assert len(shown) < 45
        told = f"{shown[0] + 1}–{shown[-1] + 1} of 45" if shown[0] else f"… {45 - len(shown)} more"
        assert told in words(picture)


def histogram(counts: list[float], low: float, high: float, palette: Palette) -> list[str]:
    canvas = Canvas(len(counts), 2, palette)
    data = Histograms(np.array([counts]), np.array([low]), np.array([high]))
    draw_histogram(canvas, (0, 0, len(counts), 2), data, 0)
    return canvas.lines()


def test_bars_are_as_high_as_the_counts() -> None:
    # Of two cells, or 16 eighths, the tallest takes all; 1 of 16 is one eighth; half is one cell.
    assert histogram([16, 8, 1, 0], 0, 1, MONO) == ["█   ", "██▁ "]


def test_whatever_occurs_is_seen() -> None:
    assert histogram([1000, 1], 0, 1, MONO)[1] == "█▁"


def test_zero_is_marked_amid_a_histogram() -> None:
    assert histogram([4, 0, 0, 4], -1, 1, MONO) == ["█ ▏█", "█ ▏█"]
    assert histogram([4, 0, 0, 4], -1, 1, Palette("mono", ascii=True)) == ["# :#", "# :#"]


def test_bars_below_zero_are_orange_and_above_blue() -> None:
    palette = Palette()
    canvas = Canvas(4, 1, palette)
    data = Histograms(np.ones((1, 4)), np.array([-1.0]), np.array([1.0]))
    draw_histogram(canvas, (0, 0, 4, 1), data, 0)
    colors = [
        (segment.style.color.name, len(segment.text))
        for segment in canvas.strips()[0]
        if segment.style is not None and segment.style.color is not None
    ]
    assert colors == [(palette.ramp[5], 2), (palette.ramp[27], 2)]


def test_walks_reach_every_neuron_of_a_network_that_is_not_all_shown() -> None:
    data = network(2, *(5,) * 20, 1)
    here, seen = (1, 0), [1]
    for _ in range(20):
        picture = draw_diagram(data, 46, 20, MONO, here)
        step = walk(picture, data.sizes, here, 1, 0)
        assert step is not None
        here = step
        seen.append(here[0])
    # In tiles a step may stay within the layer, but none goes back, and none is left out.
    assert seen == sorted(seen)
    assert set(np.diff(seen)) <= {0, 1}


def test_up_and_down_walk_through_neurons_out_of_sight() -> None:
    data = network(2, 45, 1)
    here = (1, 0)
    for index in range(1, 45):
        picture = draw_diagram(data, 34, 9, MONO, here)
        step = walk(picture, data.sizes, here, 0, 1)
        assert step == (1, index)
        here = step
    picture = draw_diagram(data, 34, 9, MONO, here)
    assert walk(picture, data.sizes, here, 0, 1) is None


def test_in_a_block_a_step_goes_to_the_pixel_beside() -> None:
    data = replace(network(64, 3, 2, image_shape=(8, 8)), input_maps=())
    picture = draw_diagram(data, 78, 22, MONO)
    assert walk(picture, data.sizes, (0, 9), 0, 1) == (0, 17)
    assert walk(picture, data.sizes, (0, 9), 1, 0) == (0, 10)
    assert walk(picture, data.sizes, (0, 9), 0, -1) == (0, 1)
    assert walk(picture, data.sizes, (0, 9), -1, 0) == (0, 8)
    # At the right edge of the picture the next step leads into the layer after it.
    beyond = walk(picture, data.sizes, (0, 15), 1, 0)
    assert beyond is not None
    assert beyond[0] == 1
    assert walk(picture, data.sizes, (0, 8), -1, 0) is None


def test_the_frame_of_a_selected_neuron_leaves_titles_and_biases_alone() -> None:
    data = network(2, 4, 1)
    plain = draw_diagram(data, 78, 22, MONO)
    framed = draw_diagram(data, 78, 22, MONO, (1, 1))
    top = draw_diagram(data, 78, 22, MONO, (1, 0))
    assert top.strips[0].text == plain.strips[0].text
    for spot in plain.spots:
        row = spot.y + spot.height
        cells = [p.strips[row].text[spot.x : spot.x + spot.width] for p in (plain, framed)]
        assert spot.layer == 0 or cells[0] == cells[1]
