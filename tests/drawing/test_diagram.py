"""The network diagram: what is shown where, in every size, and how weights become edges."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nnmath_engine.arrays import Array
from nnmath_tui.drawing.diagram import DiagramData, Picture, draw_diagram, map_size
from nnmath_tui.drawing.diagram_layout import plan_diagram
from nnmath_tui.drawing.palette import ColorMode, Palette
from textual.strip import Strip

Golden = Callable[[str, Mapping[str, Sequence[Strip]]], None]
Exact = Callable[[Sequence[Strip], int, int], None]
MODES: tuple[ColorMode, ...] = ("truecolor", "256", "16", "mono")


def network(
    sizes: tuple[int, ...], rows: int = 0, columns: int = 0, seed: int = 0, **more: object
) -> DiagramData:
    """A random network, with random maps of rows x columns if they are asked for."""
    rng = np.random.default_rng(seed)

    def maps(count: int) -> tuple[Array, ...]:
        return tuple(rng.uniform(-1, 1, (rows, columns)) for _ in range(count)) if rows else ()

    pairs = pairwise(sizes)
    fields: dict[str, object] = {
        "inputs": tuple(f"x{index + 1}" for index in range(sizes[0])),
        "outputs": ("ŷ",) if sizes[-1] == 1 else tuple(map(str, range(sizes[-1]))),
        "weights": tuple(rng.normal(0, 1, pair) for pair in pairs),
        "biases": tuple(rng.normal(0, 1, size) for size in sizes[1:]),
        "input_maps": maps(sizes[0]),
        "maps": tuple(maps(size) for size in sizes[1:]) if rows else (),
        "activations": ("tanh",) * (len(sizes) - 1),
    }
    return DiagramData(**{**fields, **more})  # type: ignore[arg-type]


def words(picture: Picture) -> str:
    return "\n".join(strip.text for strip in picture.strips)


def dots(picture: Picture) -> int:
    """Braille dots on the whole picture."""
    return sum((ord(c) - 0x2800).bit_count() for c in words(picture) if "\u2800" <= c <= "\u28ff")


def one_edge(weight: float) -> DiagramData:
    """Two inputs and one output, the weight of the second input being 1."""
    weights = (np.array([[weight], [1.0]]),)
    return network((2, 1), weights=weights, biases=(np.zeros(1),))


@pytest.mark.parametrize(("width", "height"), [(76, 24), (120, 40), (50, 16), (38, 10)])
def test_small_networks_are_shown_whole_at_every_size(width: int, height: int) -> None:
    picture = draw_diagram(network((2, 6, 6, 1), 8, 8), width, height, Palette())
    shown = {(spot.layer, spot.index) for spot in picture.spots}
    assert shown == {(layer, i) for layer, n in enumerate((2, 6, 6, 1)) for i in range(n)}


def test_boxes_grow_with_the_room() -> None:
    def widest(width: int, height: int) -> int:
        return map_size((2, 6, 6, 1), width, height)[0]

    assert widest(38, 10) < widest(76, 24) < widest(130, 60)


@given(
    st.lists(st.integers(1, 40), min_size=2, max_size=12),
    st.integers(20, 200),
    st.integers(6, 60),
)
@settings(deadline=None, max_examples=60)
def test_boxes_never_overlap(sizes: list[int], width: int, height: int) -> None:
    plan = plan_diagram(network(tuple(sizes), 2, 2).shape(), width, height)
    cells = [
        (x, y)
        for layer in plan.layers
        for box in layer.boxes
        for x in range(box.x, box.x + box.width)
        for y in range(box.y, box.y + box.height)
    ]
    assert len(cells) == len(set(cells))
    assert all(0 <= x < width and 0 <= y < height for x, y in cells)


def test_map_size_fills_the_largest_box() -> None:
    columns, rows = map_size((2, 4, 1), 76, 24)
    picture = draw_diagram(network((2, 4, 1), rows, columns), 76, 24, Palette())
    assert (columns, rows) == max((spot.width, 2 * spot.height) for spot in picture.spots)


def test_titles_names_and_numbers() -> None:
    data = network(
        (4, 3, 2),
        inputs=("petal length", "b", "c", "d"),
        outputs=("setosa", "other"),
        biases=(np.array([0.25, 0.0, 0.5]), np.array([-1.5, 0.0])),
    )
    shown = words(draw_diagram(data, 80, 20, Palette("mono")))
    for text in ("4 inputs", "3 tanh · biases", "2 tanh", "petal length ●", "setosa", "h₁", "h₃"):
        assert text in shown
    assert "+0.25" in shown
    assert "−1.5" in shown


def test_values_stand_in_the_boxes_when_they_are_given() -> None:
    values = (np.array([1.5, -0.5]), np.array([0.25]))
    shown = words(draw_diagram(network((2, 1), values=values), 60, 12, Palette("mono")))
    assert "+1.5" in shown
    assert "−0.5" in shown
    assert "+0.25" in shown
    assert "biases" not in shown


def test_what_does_not_fit_is_counted() -> None:
    picture = draw_diagram(network((2, 40, 1), 4, 4), 40, 12, Palette("mono"))
    shown = sum(spot.layer == 1 for spot in picture.spots)
    assert 0 < shown < 40
    assert f"… {40 - shown} more" in words(picture)


def test_wide_layers_become_blocks_with_a_spot_per_neuron() -> None:
    picture = draw_diagram(network((64, 128, 10), image_shape=(8, 8)), 100, 30, Palette())
    assert "64 inputs" in words(picture)
    assert "128 neurons" in words(picture)
    assert "shaded by bias" in words(picture)
    assert sum(spot.layer == 0 for spot in picture.spots) == 64
    # The pixels of an image keep their places: number 9 is one to the right and one below.
    first, tenth = picture.spots[0], picture.spots[9]
    assert (tenth.x - first.x, tenth.y - first.y) == (2, 1)


def test_many_layers_are_elided_in_the_middle() -> None:
    sizes = (2, *(8,) * 32, 1)
    picture = draw_diagram(network(sizes, 4, 4), 110, 30, Palette())
    layers = {spot.layer for spot in picture.spots}
    assert {0, 33} <= layers
    assert str(34 - len(layers)) in words(picture)
    assert "layers" in words(picture)


def test_the_selected_neuron_is_framed_and_its_edges_are_not_faded() -> None:
    palette = Palette()
    data = network((2, 4, 1), 8, 8)
    plain = draw_diagram(data, 70, 24, palette)
    framed = draw_diagram(data, 70, 24, palette, (1, 2))
    assert "╭" not in words(plain)
    spot = next(spot for spot in framed.spots if (spot.layer, spot.index) == (1, 2))
    assert framed.strips[spot.y - 1].text[spot.x - 1] == "╭"
    assert framed.strips[spot.y + spot.height].text[spot.x + spot.width] == "╯"
    assert framed.spot_at(spot.x, spot.y) == spot
    assert framed.spot_at(0, 0) is None
    assert dots(framed) < dots(plain)


def test_a_zero_weight_has_no_edge_and_a_larger_one_has_more_dots() -> None:
    counts = [dots(draw_diagram(one_edge(w), 50, 12, Palette())) for w in (0.0, 0.1, 0.5, 1.0)]
    assert counts == sorted(counts)
    assert len(set(counts)) == 4


@pytest.mark.parametrize("mode", ["16", "mono"])
def test_negative_edges_are_dashed_where_hue_cannot_be_trusted(mode: ColorMode) -> None:
    up, down = (draw_diagram(one_edge(w), 50, 12, Palette(mode)) for w in (0.9, -0.9))
    assert dots(down) < 0.85 * dots(up)


def test_the_sign_of_an_edge_is_its_color() -> None:
    def edge_colors(weight: float) -> set[str]:
        picture = draw_diagram(one_edge(weight), 50, 12, Palette())
        return {
            segment.style.color.name
            for strip in picture.strips
            for segment in strip
            if segment.style is not None
            and segment.style.color is not None
            and any("\u2801" <= c <= "\u28ff" for c in segment.text)
        }

    ramp = Palette().ramp
    assert edge_colors(1.0) == {ramp[32]}
    assert edge_colors(-1.0) == {ramp[0], ramp[32]}


def test_in_ascii_edges_are_signs() -> None:
    shown = words(draw_diagram(one_edge(-1.0), 50, 12, Palette("mono", ascii=True)))
    assert shown.isascii()
    assert "--" in shown
    assert "++" in shown


def test_a_dead_neuron_says_so() -> None:
    dead = (np.array([False, True, False]), None)
    shown = words(draw_diagram(network((2, 3, 1), 8, 8, dead=dead), 70, 24, Palette()))
    assert shown.count("dead") == 1


@pytest.mark.parametrize("ascii_only", [False, True])
def test_a_dead_neuron_leaves_nothing_of_its_number(ascii_only: bool) -> None:
    dead = (np.array([False, True, False]), None)
    data = network((4, 3, 1), dead=dead, biases=(np.full(3, -0.123), np.zeros(1)))
    for width in range(40, 90):
        picture = draw_diagram(data, width, 16, Palette(ascii=ascii_only))
        spot = next(spot for spot in picture.spots if (spot.layer, spot.index) == (1, 1))
        cells = picture.strips[spot.y + (spot.height - 1) // 2].crop(spot.x, spot.x + spot.width)
        assert cells.text.strip() in ("dead", "x")


@pytest.mark.parametrize("neurons", range(10, 20))
def test_edges_begin_at_a_box_where_the_last_column_is_not_full(neurons: int) -> None:
    data = network((1, neurons, 1), 1, 16)
    picture = draw_diagram(data, 77, 22, Palette())
    spots = [spot for spot in picture.spots if spot.layer == 1]
    lines: dict[int, int] = {}
    for spot in spots:
        lines[spot.y] = max(lines.get(spot.y, 0), spot.x + spot.width)
    assert len({spot.x for spot in spots}) > 1
    # Each edge is drawn level at its ends: beside the last box of a line there is one of its dots.
    for y, end in lines.items():
        height = next(spot.height for spot in spots if spot.y == y)
        beside = {picture.strips[y + row].text[end] for row in range(height)}
        assert any("\u2801" <= character <= "\u28ff" for character in beside)


def test_over_one_input_neurons_are_curves() -> None:
    rising = np.linspace(-1, 1, 32)[None, :]
    data = network((1, 1), input_maps=(rising,), maps=((-rising,),))
    picture = draw_diagram(data, 60, 16, Palette())
    left, right = picture.spots
    top = picture.strips[left.y].text
    # The input rises: its last column is high and its first low; the output falls.
    assert top[left.x + left.width - 1] > "\u2800"
    assert top[left.x] == " "
    assert top[right.x] > "\u2800"
    assert top[right.x + right.width - 1] == " "


def test_receptive_fields_keep_their_pixels() -> None:
    # Neuron 0 listens to the upper left pixel only.
    picture = np.zeros((8, 8))
    picture[0, 0] = 1.0
    data = network((64, 4, 2), image_shape=(8, 8), maps=((picture,) * 4,))
    drawn = draw_diagram(data, 80, 24, Palette())
    spot = next(spot for spot in drawn.spots if (spot.layer, spot.index) == (1, 0))
    assert (spot.width, spot.height) == (8, 4)
    cells = drawn.strips[spot.y].crop(spot.x, spot.x + 8)
    assert cells.text == "▀       "


def test_diagrams_look_as_they_did(golden: Golden) -> None:
    grid_x, grid_y = np.meshgrid(np.linspace(-1, 1, 8), np.linspace(1, -1, 8))
    plane = (grid_x, grid_y, grid_x * grid_y)
    weights = (np.array([[1.0, -0.6, 0.3], [0.2, 0.9, -1.0]]), np.array([[0.8], [-0.9], [0.4]]))
    data = network(
        (2, 3, 1),
        weights=weights,
        input_maps=plane[:2],
        maps=(plane, (grid_x - grid_y,)),
    )
    golden(
        "diagram",
        {
            f"{width}x{height} {mode}": draw_diagram(
                data, width, height, Palette(mode), (1, 1)
            ).strips
            for width, height in ((30, 8), (44, 14), (76, 22))
            for mode in MODES
        },
    )


@pytest.mark.parametrize("mode", MODES)
@settings(deadline=None, max_examples=40)
@given(
    sizes=st.lists(st.integers(1, 70), min_size=2, max_size=10).map(tuple),
    width=st.integers(1, 200),
    height=st.integers(1, 60),
    maps=st.sampled_from([(0, 0), (1, 9), (6, 5)]),
    number=st.sampled_from([1.0, 0.0, np.nan, np.inf, -1e300]),
    selected=st.none() | st.tuples(st.integers(0, 9), st.integers(0, 70)),
    ascii_only=st.booleans(),
)
def test_diagrams_have_exactly_the_size_asked_for(
    exact: Exact,
    mode: ColorMode,
    sizes: tuple[int, ...],
    width: int,
    height: int,
    maps: tuple[int, int],
    number: float,
    selected: tuple[int, int] | None,
    ascii_only: bool,
) -> None:
    data = network(sizes, *maps)
    data.weights[0][0, 0] = number
    data.biases[0][0] = number
    if maps[0] and data.maps[0][0] is not None:
        data.maps[0][0][0, 0] = number
    picture = draw_diagram(data, width, height, Palette(mode, ascii=ascii_only), selected)
    exact(picture.strips, width, height)
    assert not ascii_only or words(picture).isascii()
