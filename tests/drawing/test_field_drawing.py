"""Fields: half blocks with two values, glyphs with one, and scales."""

from __future__ import annotations

from collections.abc import Callable, Sequence

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as st_numpy
from nnmath_engine.arrays import Array
from nnmath_tui.drawing.canvas import Canvas
from nnmath_tui.drawing.field import (
    calm_scale,
    paint_levels,
    resample,
    robust_scale,
    round_scale,
)
from nnmath_tui.drawing.palette import ZERO, ColorMode, Palette
from textual.strip import Strip

Exact = Callable[[Sequence[Strip], int, int], None]


def draw(values: Array, width: int, height: int, palette: Palette, scale: float) -> list[Strip]:
    canvas = Canvas(width, height, palette)
    paint_levels(canvas, 0, 0, width, height, palette.level(values, scale))
    return canvas.strips()


def test_a_half_block_shows_the_upper_value_in_front_and_the_lower_behind() -> None:
    palette = Palette()
    (strip,) = draw(np.array([[-1.0, 1.0], [1.0, 1.0]]), 2, 1, palette, 1.0)
    first, second = strip
    assert (first.text, second.text) == ("▀", " ")
    assert first.style is not None
    assert first.style.color is not None
    assert first.style.bgcolor is not None
    assert first.style.color.name == palette.diverging(0)
    assert first.style.bgcolor.name == palette.diverging(32)
    assert second.style is not None
    assert second.style.bgcolor is not None
    assert second.style.bgcolor.name == palette.diverging(32)


def test_glyphs_show_the_mean_of_two_rows() -> None:
    values = np.array([[1.0, -1.0, 1.0, 0.0], [1.0, -1.0, -1.0, 0.0]])
    (strip,) = draw(values, 4, 1, Palette("mono"), 1.0)
    assert strip.text == "█≡  "
    (plain,) = draw(values, 4, 1, Palette("truecolor", ascii=True), 1.0)
    assert plain.text == "#=  "


def test_resample_averages_and_repeats() -> None:
    levels = np.array([[0, 4, 8, 12]]) + ZERO
    assert (resample(levels, 1, 2) - ZERO).tolist() == [[2, 10]]
    assert (resample(levels, 2, 8) - ZERO).tolist() == [[0, 0, 4, 4, 8, 8, 12, 12]] * 2
    stack = np.stack([levels, 2 * ZERO - levels])
    assert (resample(stack, 1, 1) - ZERO).reshape(-1).tolist() == [6, -6]


def test_scales() -> None:
    values = np.array([0.0] * 10 + [-3.0] * 88 + [50.0, np.nan, np.inf])
    # 99 finite values: 98 % are the first 98 of them, so that 50 is left out.
    assert robust_scale(values) == 3.0
    assert robust_scale(values, 1.0) == 50.0
    # The next power of the square root of two: 2^1.5 = 2.83 < 3 <= 2^2.
    assert calm_scale(values) == 4.0
    assert calm_scale(np.array([2.0])) == 2.0
    assert robust_scale(np.array([np.nan])) == calm_scale(np.zeros(3)) == 0.0
    assert [round_scale(v) for v in (0.0, 0.012, 1.0, 2.4, 9.0, 210.0)] == [
        0.0, 0.015, 1.0, 3.0, 10.0, 300.0,
    ]  # fmt: skip


@given(st.floats(allow_nan=False, allow_infinity=False))
def test_scales_reach_the_value(value: float) -> None:
    values = np.array([value])
    largest = abs(value)
    assert robust_scale(values) == largest
    if 1e-300 < largest < 1e300:
        assert largest * (1 - 1e-6) <= calm_scale(values) <= largest * 1.415
        assert largest * (1 - 1e-6) <= round_scale(largest) <= largest * 1.6


@pytest.mark.parametrize("mode", ["truecolor", "256", "16", "mono"])
@given(
    values=st_numpy.arrays(
        np.float64, st_numpy.array_shapes(min_dims=2, max_dims=2), elements=st.floats()
    ),
    width=st.integers(1, 200),
    height=st.integers(1, 60),
    ascii_only=st.booleans(),
)
def test_fields_have_exactly_the_size_asked_for(
    exact: Exact, mode: ColorMode, values: Array, width: int, height: int, ascii_only: bool
) -> None:
    palette = Palette(mode, ascii=ascii_only)
    strips = draw(values, width, height, palette, robust_scale(values))
    exact(strips, width, height)
    assert not ascii_only or all(strip.text.isascii() for strip in strips)
