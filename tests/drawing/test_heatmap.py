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
from nnmath_tui.drawing.measures import Ratios, Signed
from nnmath_tui.drawing.palette import ZERO, ColorMode, Palette
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
        "       h₁      h₂      h₃               ",
        "  x₁  +0.420  −3.100  +0.004            ",
        "  x₂  +1.250  +0.000  −0.610            ",
        "                                        ",
        "bias  +0.100  −0.200  +2.000            ",
    ]
    # All but the largest of so few entries means all of them: 3.1, rounded up to 4.
    assert picture.measure == Signed(4.0)
    assert text(picture)[6].startswith("−4 ")
    assert " +4 " in text(picture)[6]
    assert text(picture)[6].endswith("2×3")


def test_the_color_behind_a_number_is_that_of_its_level() -> None:
    palette = Palette()
    picture = draw(np.array([[-1.0, 0.0, 1.0]]), 40, 4, palette, measure=Signed(1.0))
    backgrounds = [
        segment.style.bgcolor.name
        for segment in picture.strips[1]
        if segment.style is not None and segment.style.bgcolor is not None
    ]
    assert backgrounds == [palette.diverging(level) for level in (0, 16, 32)]


def test_spots_lead_to_entries() -> None:
    picture = draw(MATRIX, 40, 7, bias=BIAS)
    spot = picture.spot_at(22, 2)
    assert spot is not None
    assert (spot.row, spot.column) == (1, 2)
    below = picture.spot_at(6, 4)
    assert below is not None
    assert (below.row, below.column) == (2, 0)
    assert picture.spot_at(0, 0) is None
    assert len(picture.spots) == 9


def test_the_cursor_is_marked_and_its_names_stand_out() -> None:
    picture = draw(MATRIX, 44, 4, cursor=(0, 1))
    assert "▐ −3.100▌" in text(picture)[1]
    bold = [
        segment.text.strip()
        for strip in picture.strips[:2]
        for segment in strip
        if segment.style and segment.style.bold and segment.text.strip("▐▌ ")
    ]
    assert bold == ["h2", "x1"]
    beside_the_bias = draw(MATRIX, 44, 7, cursor=(2, 0), bias=BIAS)
    assert "▐ +0.100▌" in text(beside_the_bias)[4]


def test_a_note_takes_the_line_above_the_legend_and_in_little_room_the_legend_s_words() -> None:
    notes = ("x1 → h2 = −3.10000000000000000000000000", "x1 → h2 = −3.1")
    tall = text(draw(MATRIX, 40, 8, notes=notes))
    assert tall[-2].rstrip() == notes[0]
    assert tall[-1].endswith("2×3")
    assert text(draw(MATRIX, 40, 5, notes=notes))[-1].endswith("  x1 → h2 = −3.1")


def test_entries_grow_until_they_fill_the_room() -> None:
    # 33 columns for 24 entries, 9 lines for two rows and the bias.
    wide = draw(np.ones((2, 24)), 36, 11, bias=np.ones(24))
    assert {(spot.width, spot.height) for spot in wide.spots} == {(1, 2)}
    assert {spot.y for spot in wide.spots} == {1, 3, 6}
    # 35 columns and 10 lines: numbers are at most 8 wide with their gap, and 3 high.
    small = draw(MATRIX, 40, 12, bias=BIAS)
    assert {(spot.width, spot.height) for spot in small.spots} == {(7, 3)}
    assert small.spot_at(8, 3) == small.spot_at(8, 1)
    # Without shades, a number is one line.
    assert {spot.height for spot in draw(MATRIX, 40, 12, Palette("mono"), bias=BIAS).spots} == {1}


def test_zoomed_in_there_are_numbers_around_the_cursor_whatever_the_room() -> None:
    matrix = np.arange(64.0 * 32).reshape(64, 32)
    picture = draw(matrix, 36, 9, cursor=(20, 9), zoom=True, bias=np.arange(32.0))
    # 31 columns for three numbers; seven lines for five rows, a gap, and the bias.
    assert picture.window == (18, 8)
    rows = sorted({spot.row for spot in picture.spots})
    assert rows == [18, 19, 20, 21, 22, 64]
    assert sorted({spot.column for spot in picture.spots}) == [8, 9, 10]
    assert "▐ +649.0▌" in text(picture)[3]
    assert text(picture)[7].split() == ["bias", "+8.0", "+9.0", "+10.0"]
    assert (
        "rows 18–24 of 64 · columns 5–14 of 32"
        in text(draw(matrix, 90, 9, cursor=(20, 9), zoom=True))[-1]
    )
    assert text(picture)[-1].endswith(" 5×3 of 64×32")
    last = draw(matrix, 36, 9, cursor=(64, 31), zoom=True, bias=np.arange(32.0))
    assert "+31.0▌" in text(last)[7]


def test_every_entry_can_be_reached_when_zoomed_in() -> None:
    matrix, bias = np.ones((9, 7)), np.ones(7)
    for row in range(10):
        for column in range(7):
            picture = draw(matrix, 20, 6, cursor=(row, column), zoom=True, bias=bias)
            assert any((s.row, s.column) == (row, column) for s in picture.spots)
            assert any("▐" in line for line in text(picture))


def test_frozen_entries_are_marked_in_numbers_and_in_shades() -> None:
    frozen = np.zeros((3, 3), dtype=bool)
    frozen[1, 2] = frozen[2, 0] = True
    picture = draw(MATRIX, 40, 7, Palette("mono"), bias=BIAS, frozen=frozen)
    assert text(picture)[2].rstrip().endswith("−0.610*")
    assert "+0.100*" in text(picture)[4]
    assert text(picture)[1].count("*") == 0
    wide = np.ones((2, 24))
    mask = np.zeros((2, 24), dtype=bool)
    mask[0, 3] = True
    assert text(draw(wide, 40, 6, frozen=mask))[1].count("*") == 1


def test_a_block_is_what_is_averaged_together() -> None:
    picture = draw(np.ones((20, 60)), 40, 6, bias=np.ones(60))
    assert picture.grid is not None
    # Six lines of which three are for twenty rows in half lines; 37 columns for sixty.
    assert (picture.grid.row_step, picture.grid.column_step) == (4, 2)
    assert picture.grid.block_of(7, 5) == (slice(4, 8), slice(4, 6))
    assert picture.grid.block_of(20, 5) == (slice(20, 21), slice(4, 6))


def test_ratios_are_pale_at_the_typical_one_and_strong_two_decades_away() -> None:
    palette = Palette()
    ratios = np.array([[1e-5, 1e-3, 0.1, 0.0, np.inf, np.nan]])
    levels = Ratios().levels(ratios, palette) - ZERO
    assert levels.tolist() == [[-16, 0, 16, -16, 16, 0]]
    picture = draw(ratios, 60, 4, palette, measure=Ratios())
    assert text(picture)[1].split() == ["x1", "1e-5", "0.001", "0.1", "0", "∞", "nan"]
    assert text(picture)[-1].startswith("1e-5 ")
    assert "1e-3" in text(picture)[-1]


def test_without_room_for_numbers_there_are_shades_with_signs() -> None:
    matrix = np.array([[1.0, -1.0, 0.0] * 4])
    (_, line, *_) = text(draw(matrix, 30, 4, Palette("mono"), measure=Signed(1.0)))
    assert line.split() == ["x1", "+█-≡", "+█-≡", "+█-≡", "+█-≡"]


def test_zoomed_heatmaps_look_as_they_did(golden: Golden) -> None:
    rng = np.random.default_rng(8)
    matrix, bias = rng.normal(0, 1, (64, 32)), rng.normal(0, 1, 32)
    frozen = rng.random((65, 32)) < 0.1
    modes: tuple[ColorMode, ...] = ("truecolor", "256", "16", "mono")
    golden(
        "heatmap_zoomed",
        {
            f"{width}x{height} {mode}": draw(
                matrix, width, height, Palette(mode), cursor=(20, 9), bias=bias, frozen=frozen,
                zoom=True, notes=("x21 → h10 = +0.123",),
            ).strips
            for width, height in ((24, 6), (38, 11), (64, 19))
            for mode in modes
        },
    )  # fmt: skip


def test_averages_say_so_and_are_right() -> None:
    # 16 x 60 entries in 4 lines of two pixels and 30 columns: blocks of 2 x 2, in two colors that
    # average to 0.5 and -0.5.
    rows = np.repeat(np.array([[1.0, 0.0], [-1.0, 0.0]]), 8, axis=0)
    matrix = np.tile(rows, (1, 30))
    palette = Palette()
    picture = draw(matrix, 40, 6, palette, measure=Signed(1.0))
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
    # Three columns of eight leave 15 of 40.
    assert text(picture)[1].startswith("a very long na…  +0.420")
    assert text(picture)[2].startswith("          short  +1.250")
    narrow = draw_heatmap(MATRIX, labels, COLUMNS, 28, 5, Palette("mono"))
    assert text(narrow)[1].startswith("a very… ")


def test_heatmaps_look_as_they_did(golden: Golden) -> None:
    rng = np.random.default_rng(7)
    cases = {
        "6x6 in 44x10": (rng.normal(0, 1, (6, 6)), rng.normal(0, 1, 6), 44, 10),
        "12x10 in 30x16": (rng.normal(0, 1, (12, 10)), rng.normal(0, 1, 10), 30, 16),
        "64x32 in 24x8": (rng.normal(0, 1, (64, 32)), rng.normal(0, 1, 32), 24, 8),
        "2x24 in 36x11": (rng.normal(0, 1, (2, 24)), rng.normal(0, 1, 24), 36, 11),
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
    zoom=st.booleans(),
    ratio=st.booleans(),
)
def test_heatmaps_have_exactly_the_size_asked_for(
    exact: Exact,
    mode: ColorMode,
    matrix: Array,
    width: int,
    height: int,
    bias: bool,
    cursor: tuple[int, int] | None,
    zoom: bool,
    ratio: bool,
) -> None:
    biases = matrix[0] if bias else None
    picture = draw(
        matrix, width, height, Palette(mode), cursor=cursor, bias=biases, zoom=zoom,
        frozen=np.ones((len(matrix) + bias, matrix.shape[1]), dtype=bool), notes=("a note",),
        measure=Ratios() if ratio else None,
    )  # fmt: skip
    exact(picture.strips, width, height)
