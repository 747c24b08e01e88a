"""The palette: a symmetric ramp, signs that survive without hue, readable text."""

from __future__ import annotations

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra import numpy as st_numpy
from nnmath_engine.arrays import Array
from nnmath_tui.drawing.palette import LEVELS, ZERO, ColorMode, Palette
from rich.color import Color, ColorSystem

MODES: tuple[ColorMode, ...] = ("truecolor", "256", "16", "mono")
ALL = [
    Palette(mode, dark, plain)
    for mode, dark, plain in itertools.product(MODES, (True, False), (True, False))
] + [Palette(mode, vivid=True) for mode in MODES]
ROLES = ["background", "surface", "text", "muted", "faint", "accent", "good", "warning", "bad"]


def channels(color: str) -> tuple[int, int, int]:
    return int(color[1:3], 16), int(color[3:5], 16), int(color[5:7], 16)


def luminance(color: str) -> float:
    """Relative luminance of WCAG 2."""
    linear = [c / 12.92 if c <= 0.03928 else ((c + 0.055) / 1.055) ** 2.4 for c in
              (value / 255 for value in channels(color))]  # fmt: skip
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast_ratio(color: str, other: str) -> float:
    low, high = sorted((luminance(color), luminance(other)))
    return (high + 0.05) / (low + 0.05)


def test_levels_are_odd_and_zero_is_in_the_middle() -> None:
    assert LEVELS == 33
    assert ZERO == 16


def test_level_of_hand_worked_values() -> None:
    values = np.array([-2.0, -1.0, -0.5, -1 / 64, 0.0, 1 / 16, 0.5, 1.0, 7.0, np.nan, np.inf])
    # 16 steps of 1/16 each on either side of zero; half a step rounds to even.
    expected = [0, 0, 8, 16, 16, 17, 24, 32, 32, 16, 32]
    assert Palette().level(values, 1.0).tolist() == expected


@pytest.mark.parametrize("scale", [0.0, -1.0, float("nan"), float("inf")])
def test_a_scale_that_is_none_makes_everything_zero(scale: float) -> None:
    levels = Palette().level(np.array([[1.0, -1.0]]), scale)
    assert levels.tolist() == [[ZERO, ZERO]]


@given(
    st_numpy.arrays(np.float64, st_numpy.array_shapes(max_dims=3), elements=st.floats()),
    st.floats(allow_nan=False, min_value=0),
)
def test_levels_are_in_range_and_symmetric(values: Array, scale: float) -> None:
    levels = Palette().level(values, scale)
    assert levels.shape == values.shape
    assert levels.min(initial=ZERO) >= 0
    assert levels.max(initial=ZERO) < LEVELS
    assert np.array_equal(Palette().level(-values, scale) - ZERO, ZERO - levels)


@pytest.mark.parametrize("palette", ALL, ids=str)
def test_glyphs_tell_the_sign_without_color(palette: Palette) -> None:
    negative = {palette.glyph(level) for level in range(ZERO)}
    positive = {palette.glyph(level) for level in range(ZERO + 1, LEVELS)}
    assert not negative & positive
    assert palette.glyph(ZERO) not in negative | positive
    assert len(negative) == len(positive) >= 3
    assert not palette.ascii or "".join(negative | positive).isascii()


@pytest.mark.parametrize("dark", [True, False])
def test_true_colors_have_a_color_for_every_level(dark: bool) -> None:
    assert len(set(Palette(dark=dark).ramp)) == LEVELS


@pytest.mark.parametrize("dark", [True, False])
def test_256_colors_stay_apart_when_the_terminal_rounds_them(dark: bool) -> None:
    ramp = Palette("256", dark).ramp
    numbers = [
        Color.parse(color or "default").downgrade(ColorSystem.EIGHT_BIT).number for color in ramp
    ]
    assert len(set(numbers)) >= 17
    assert not set(numbers[:ZERO]) & set(numbers[ZERO + 1 :])


@pytest.mark.parametrize("mode", ["truecolor", "256"])
@pytest.mark.parametrize("dark", [True, False])
def test_negative_is_orange_and_positive_is_blue(mode: ColorMode, dark: bool) -> None:
    palette = Palette(mode, dark)
    for level, color in enumerate(palette.ramp):
        assert color is not None
        red, _, blue = channels(color)
        # The very first steps in true color are nearly the gray of zero.
        if abs(level - ZERO) > 2:
            assert (red > blue) == (level < ZERO)


@pytest.mark.parametrize("mode", ["truecolor", "256"])
@pytest.mark.parametrize("dark", [True, False])
def test_size_reads_as_distance_from_the_surface(mode: ColorMode, dark: bool) -> None:
    palette = Palette(mode, dark)
    for side in (range(ZERO, -1, -1), range(ZERO, LEVELS)):
        lights = [luminance(palette.diverging(level) or "") for level in side]
        far, near = lights[-1], lights[0]
        assert far > 4 * near if dark else near > 2.5 * far


@pytest.mark.parametrize("mode", ["truecolor", "256"])
@pytest.mark.parametrize(("dark", "vivid"), [(True, False), (False, False), (True, True)])
def test_every_step_from_zero_stands_out_more_than_the_one_before(
    mode: ColorMode, dark: bool, vivid: bool
) -> None:
    palette = Palette(mode, dark, vivid=vivid)
    for side in (range(ZERO, -1, -1), range(ZERO, LEVELS)):
        lights = [luminance(palette.diverging(level) or "") for level in side]
        assert lights == sorted(lights, reverse=not dark)


@pytest.mark.parametrize("dark", [True, False])
def test_of_256_colors_the_first_steps_from_zero_glare_least(dark: bool) -> None:
    ramp = Palette("256", dark).ramp
    for side in (ramp[ZERO - 1 :: -1], ramp[ZERO + 1 :]):
        glare = [max(c) - min(c) for c in (channels(color or "") for color in side)]
        assert glare[0] <= 0x87
        assert glare[0] <= sorted(glare)[2]


@pytest.mark.parametrize("mode", ["truecolor", "256"])
def test_high_contrast_is_high(mode: ColorMode) -> None:
    palette = Palette(mode, vivid=True)
    for role in ROLES[2:]:
        assert contrast_ratio(getattr(palette, role), palette.surface or "") >= 7
    plain = Palette(mode)
    for role in ("text", "muted", "faint"):
        ours = contrast_ratio(getattr(palette, role), palette.surface or "")
        assert ours > contrast_ratio(getattr(plain, role), plain.surface or "")


@pytest.mark.parametrize("palette", ALL, ids=str)
def test_roles_and_categories_fit_the_mode(palette: Palette) -> None:
    colors = [getattr(palette, role) for role in ROLES]
    colors += [palette.category(index) for index in range(8)]
    if palette.mode == "mono":
        assert set(colors) == {None}
    elif palette.mode == "16":
        assert not any(color and color.startswith("#") for color in colors)
    else:
        assert all(color.startswith("#") for color in colors)
    if palette.mode != "mono":
        assert len(set(colors[len(ROLES) :])) == 8
    assert palette.category(9) == palette.category(1)


@pytest.mark.parametrize("mode", ["truecolor", "256"])
@pytest.mark.parametrize("dark", [True, False])
def test_words_are_readable(mode: ColorMode, dark: bool) -> None:
    palette = Palette(mode, dark)
    surface = palette.surface or ""
    for role in ("text", "muted", "accent", "good", "warning", "bad"):
        assert contrast_ratio(getattr(palette, role), surface) >= 4.5
    for color in palette.ramp:
        assert contrast_ratio(palette.contrast(color) or "", color or "") >= 4.2


def test_contrast_without_colors_is_the_text_color() -> None:
    assert Palette("mono").contrast(None) is None
    assert Palette("16").contrast("bright_yellow") == "black"
    assert Palette("16").contrast("blue") == "bright_white"


@pytest.mark.parametrize("mode", ["truecolor", "256"])
@pytest.mark.parametrize("dark", [True, False])
def test_numbers_of_every_level_can_be_read(mode: ColorMode, dark: bool) -> None:
    palette = Palette(mode, dark)
    least = min(_contrast(palette.number(level), palette.surface) for level in range(LEVELS))
    assert least >= 4
    assert palette.number(ZERO - 1) == palette.number(ZERO - 2) != palette.number(ZERO + 1)


def _contrast(color: str | None, ground: str | None) -> float:
    """The contrast ratio of two colors (WCAG 2)."""
    low, high = sorted((_luminance(color), _luminance(ground)))
    return (high + 0.05) / (low + 0.05)


def _luminance(color: str | None) -> float:
    assert color is not None
    channels = [int(color[i : i + 2], 16) / 255 for i in (1, 3, 5)]
    red, green, blue = (c / 12.92 if c <= 0.04 else ((c + 0.055) / 1.055) ** 2.4 for c in channels)
    return float(0.2126 * red + 0.7152 * green + 0.0722 * blue)
