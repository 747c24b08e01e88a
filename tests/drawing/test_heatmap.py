"""Heat maps: forms by room, numbers that are whole, averages that say so, spots."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as st_numpy
from nnmath_engine.arrays import Array
from nnmath_tui.drawing.heatmap import Heatmap, draw_heatmap
from nnmath_tui.drawing.palette import ColorMode, Palette
from textual.strip import Strip

Golden = Callable[[str, Mapping[str, Sequence[Strip]]], None]
Exact = Callable[[Sequence[Strip], int, int], None]

MATRIX = np.array([[0.42, -3.1, 0.004], [1.25, 0.0, -0.61]])
BIAS = np.array([0.1, -0.2, 2.0])
ROWS, COLUMNS = ("x₁", "x₂"), ("h₁", "h₂", "h₃")


def names(prefix: str, count: int) -> tuple[str, ...]:
    return tuple(f"{prefix}{index + 1}" for index in range(count))


def draw(
    matrix: Array, width: int, height: int, palette: Palette | None = None, **more: object
) -> Heatmap:
    rows, columns = matrix.shape
    return draw_heatmap(
        matrix,
        names("x", rows),
        names("h", columns),
        width,
        height,
        palette or Palette(),
        **more,  # type: ignore[arg-type]
    )


def text(picture: Heatmap) -> list[str]:
    return [strip.text for strip in picture.strips]


def test_numbers_labels_bias_and_legend() -> None:
    picture = draw_heatmap(MATRIX, ROWS, COLUMNS, 40, 7, Palette("mono"), None, None, BIAS)
    assert text(picture)[:5] == [
        "       h₁     h₂     h₃                 ",
        "  x₁ +0.420 −3.100 +0.004               ",
        "  x₂ +1.250 +0.000 −0.610               ",
        "                                        ",
        "bias +0.100 −0.200 +2.000               ",
    ]
    # All but the largest of so few entries means all of them: 3.1, rounded up to 4.
    assert picture.scale == 4.0
    assert text(picture)[6].startswith("−4 ")
    assert " +4 " in text(picture)[6]
    assert text(picture)[6].endswith("2×3")


def test_the_color_behind_a_number_is_that_of_its_level() -> None:
    palette = Palette()
    picture = draw(np.array([[-1.0, 0.0, 1.0]]), 40, 4, palette, scale=1.0)
    backgrounds = [
        segment.style.bgcolor.name
        for segment in picture.strips[1]
        if segment.style is not None and segment.style.bgcolor is not None
    ]
    assert backgrounds == [palette.diverging(level) for level in (0, 16, 32)]


def test_spots_lead_to_entries() -> None:
    picture = draw(MATRIX, 40, 7, bias=BIAS)
    spot = picture.spot_at(20, 2)
    assert spot is not None
    assert (spot.row, spot.column) == (1, 2)
    below = picture.spot_at(6, 4)
    assert below is not None
    assert (below.row, below.column) == (2, 0)
    assert picture.spot_at(0, 0) is None
    assert len(picture.spots) == 9


def test_the_cursor_is_marked_and_named() -> None:
    picture = draw(MATRIX, 44, 6, cursor=(0, 1))
    assert "▐−3.100▌" in text(picture)[1]
    assert text(picture)[-1].rstrip().endswith("x1 → h2  −3.100")
    beside_the_bias = draw(MATRIX, 44, 7, cursor=(2, 0), bias=BIAS)
    assert "▐+0.100▌" in text(beside_the_bias)[4]
    assert "bias → h1" in text(beside_the_bias)[-1]


def test_without_room_for_numbers_there_are_shades_with_signs() -> None:
    matrix = np.array([[1.0, -1.0, 0.0] * 4])
    (_, line, *_) = text(draw(matrix, 30, 4, Palette("mono"), scale=1.0))
    assert line.split() == ["x1", "+█-≡", "+█-≡", "+█-≡", "+█-≡"]


def test_averages_say_so_and_are_right() -> None:
    # 16 x 60 entries in 4 lines of two pixels and 30 columns: blocks of 2 x 2, in two colors that
    # average to 0.5 and -0.5.
    rows = np.repeat(np.array([[1.0, 0.0], [-1.0, 0.0]]), 8, axis=0)
    matrix = np.tile(rows, (1, 30))
    palette = Palette()
    picture = draw(matrix, 40, 6, palette, scale=1.0)
    assert text(picture)[-1].rstrip().endswith("16×60 averaged 2×2")
    colors = [
        [
            segment.style.bgcolor.name
            for segment in strip
            if segment.style is not None and segment.style.bgcolor is not None
        ]
        for strip in picture.strips[1:5]
    ]
    half, minus_half = palette.diverging(16 + 8), palette.diverging(16 - 8)
    assert colors == [[half], [half], [minus_half], [minus_half]]


def test_a_long_row_name_is_elided() -> None:
    labels = ("a very long name of a feature", "short")
    picture = draw_heatmap(MATRIX, labels, COLUMNS, 40, 5, Palette("mono"))
    assert text(picture)[1].startswith("a very lo… ")
    assert text(picture)[2].startswith("     short ")


def test_heatmaps_look_as_they_did(golden: Golden) -> None:
    rng = np.random.default_rng(7)
    cases = {
        "6x6 in 44x10": (rng.normal(0, 1, (6, 6)), rng.normal(0, 1, 6), 44, 10),
        "12x10 in 30x16": (rng.normal(0, 1, (12, 10)), rng.normal(0, 1, 10), 30, 16),
        "64x32 in 24x8": (rng.normal(0, 1, (64, 32)), rng.normal(0, 1, 32), 24, 8),
    }
    modes: tuple[ColorMode, ...] = ("truecolor", "256", "16", "mono")
    golden(
        "heatmap",
        {
            f"{name} {mode}": draw(
                matrix, width, height, Palette(mode), cursor=(1, 2), bias=bias
            ).strips
            for name, (matrix, bias, width, height) in cases.items()
            for mode in modes
        },
    )


@pytest.mark.parametrize("mode", ["truecolor", "16", "mono"])
@settings(deadline=None)
@given(
    matrix=st_numpy.arrays(
        np.float64,
        st_numpy.array_shapes(min_dims=2, max_dims=2, max_side=40),
        elements=st.floats(width=32),
    ),
    width=st.integers(1, 200),
    height=st.integers(1, 60),
    bias=st.booleans(),
    cursor=st.none() | st.tuples(st.integers(0, 41), st.integers(0, 41)),
)
def test_heatmaps_have_exactly_the_size_asked_for(
    exact: Exact,
    mode: ColorMode,
    matrix: Array,
    width: int,
    height: int,
    bias: bool,
    cursor: tuple[int, int] | None,
) -> None:
    biases = matrix[0] if bias else None
    picture = draw(matrix, width, height, Palette(mode), cursor=cursor, bias=biases)
    exact(picture.strips, width, height)
