"""Histograms: every number is counted, where it belongs, in the color of its sign."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from hypothesis.extra import numpy as st_numpy
from nnmath_engine.arrays import Array
from nnmath_tui.drawing.histogram import draw_histogram
from nnmath_tui.drawing.measures import Measure, Ratios, Signed
from nnmath_tui.drawing.palette import ColorMode, Palette
from textual.strip import Strip

Exact = Callable[[Sequence[Strip], int, int], None]
Golden = Callable[[str, Mapping[str, Sequence[Strip]]], None]
MODES: tuple[ColorMode, ...] = ("truecolor", "256", "16", "mono")


def test_golden(golden: Golden) -> None:
    values = np.random.default_rng(3).normal(0, 1, 200)
    pictures = {
        f"{width}x{height} {mode}": draw_histogram(
            values, Signed(2.0), width, height, Palette(mode), notes=("200 numbers",)
        )
        for width, height in ((18, 6), (38, 10), (60, 16))
        for mode in MODES
    }
    pictures["38x10 mono ascii"] = draw_histogram(
        values, Signed(2.0), 38, 10, Palette("mono", ascii=True)
    )
    ratios = 10 ** np.random.default_rng(4).normal(-3, 1, 200)
    pictures["38x10 ratios"] = draw_histogram(ratios, Ratios(), 38, 10, Palette("mono"))
    golden("histogram", pictures)


def test_bars_are_as_high_as_there_are_numbers() -> None:
    # Four columns for -2 to 2: one number in the first, none, four at zero, two in the last.
    values = np.array([-2.0, 0.0, 0.1, 0.5, 0.9, 1.5, 2.0])
    strips = draw_histogram(values, Signed(2.0), 4, 6, Palette("mono"))
    assert strips[0].text.strip() == ""  # "highest bar 4" does not fit
    assert [strip.text for strip in strips[1:5]] == ["  █ ", "  █ ", "  ██", "█ ██"]
    assert strips[5].text == "−2 2"


def test_the_highest_bar_and_zero_are_named() -> None:
    strips = draw_histogram(np.array([-1.0, 1.0, 1.0]), Signed(1.0), 21, 8, Palette("mono"))
    assert strips[0].text.strip() == "highest bar 2"
    assert strips[-1].text.split() == ["−1", "0", "1"]
    assert strips[-1].text[10] == "0"
    assert strips[3].text[10] == "┆"


def test_bars_wear_the_color_of_their_sign() -> None:
    palette = Palette()
    strips = draw_histogram(np.array([-1.0, 1.0]), Signed(1.0), 20, 4, palette)
    colors = [
        segment.style.color.name
        for segment in strips[2]
        if segment.style and segment.style.color and "█" in segment.text
    ]
    assert colors == [palette.number(1), palette.number(31)]


def test_ratios_lie_on_a_line_of_decades() -> None:
    values = np.array([[1e-5, 1e-3, 0.1, 0.0, np.inf, np.nan]])
    strips = draw_histogram(values, Ratios(), 30, 5, Palette("mono"))
    assert strips[-1].text.split() == ["1e-5", "1e-3", "0.1"]
    # What is no number, nothing, or without bound has no place on it.
    assert sum(character == "█" for character in strips[-2].text) == 3


@pytest.mark.parametrize("values", [np.zeros(5), np.empty(0), np.full(3, np.nan)])
def test_what_has_no_range_is_drawn_all_the_same(exact: Exact, values: Array) -> None:
    for measure in (Signed(0.0), Ratios()):
        exact(draw_histogram(values, measure, 20, 6, Palette()), 20, 6)


@given(
    st_numpy.arrays(np.float64, st.integers(0, 60), elements=st.floats()),
    st.integers(1, 120),
    st.integers(1, 40),
    st.sampled_from(MODES),
    st.booleans(),
    st.booleans(),
)
@settings(deadline=None)
def test_any_histogram_fills_exactly_its_size(
    exact: Exact,
    values: Array,
    width: int,
    height: int,
    mode: ColorMode,
    ascii: bool,
    ratio: bool,
) -> None:
    measure: Measure = Ratios() if ratio else Signed(1.0)
    values = np.abs(values) if ratio else values
    palette = Palette(mode, ascii=ascii)
    strips = draw_histogram(values, measure, width, height, palette, notes=("a", "b"))
    exact(strips, width, height)
    assert not ascii or all(strip.text.isascii() for strip in strips)
