"""The gallery of mistakes: pictures recognizable, captions whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from nnmath_tui.drawing.gallery import Mistake, draw_gallery, gallery_layout
from nnmath_tui.drawing.palette import ColorMode, Palette
from textual.strip import Strip

Exact = Callable[[Sequence[Strip], int, int], None]
Golden = Callable[[str, Mapping[str, Sequence[Strip]]], None]
MODES: tuple[ColorMode, ...] = ("truecolor", "256", "16", "mono")
SEVEN = np.zeros((8, 8))
SEVEN[0, 1:7] = 1
SEVEN[[1, 2, 3, 4, 5, 6, 7], [6, 5, 5, 4, 4, 3, 3]] = 1
MISTAKES = [Mistake(SEVEN, "7", "1", 0.5 + 0.05 * n) for n in range(9)]


def test_golden(golden: Golden) -> None:
    pictures = {
        f"{width}x{height} {mode}": draw_gallery(MISTAKES, width, height, Palette(mode))
        for width, height in ((8, 5), (36, 12), (60, 17))
        for mode in MODES
    }
    pictures["36x12 mono ascii"] = draw_gallery(MISTAKES, 36, 12, Palette("mono", ascii=True))
    golden("gallery", pictures)


def test_without_shades_the_strokes_are_drawn_as_half_blocks() -> None:
    strips = draw_gallery(MISTAKES[:1], 8, 5, Palette("mono"))
    assert [strip.text for strip in strips] == [
        " ▀▀▀▀▀█ ",
        "     █  ",
        "    █   ",
        "   █    ",
        "7→1 50 %",
    ]


def test_shades_show_ink() -> None:
    palette = Palette()
    (first, *_) = draw_gallery(MISTAKES[:1], 8, 5, palette)
    colors = [
        segment.style.color.name
        for segment in first
        for _ in segment.text
        if segment.style and segment.style.color
    ]
    assert colors[0] == colors[7] == palette.background
    assert colors[1:7] == [palette.text] * 6


def test_as_many_as_fit_in_the_order_given() -> None:
    strips = draw_gallery(MISTAKES, 28, 11, Palette("mono"))
    captions = "  ".join(strip.text for strip in (strips[4], strips[10]))
    assert captions.split("  ")[:3] == ["7→1 50 %", "7→1 55 %", "7→1 60 %"]
    assert captions.count("→") == 6


def test_long_class_names_give_way() -> None:
    boot = [Mistake(SEVEN, "ankle boot", "sneaker", 0.9)]
    assert draw_gallery(boot, 25, 5, Palette("mono"))[4].text.strip() == "ankle boot→sneaker 90 %"
    assert draw_gallery(boot, 20, 5, Palette("mono"))[4].text.strip() == "ankle boot→sneaker"
    assert draw_gallery(boot, 10, 5, Palette("mono"))[4].text.strip() == "90 %"


def test_pictures_grow_as_long_as_six_of_them_are_in_sight() -> None:
    # Two lines of three pictures of 16 x 8 cells with their captions, but not one line of two.
    grown = gallery_layout(MISTAKES, 62, 18)
    assert grown is not None
    assert (grown.scale, grown.per_row, grown.lines, grown.gap) == (2, 3, 2, 0)
    small = gallery_layout(MISTAKES, 62, 17)
    assert small is not None
    assert (small.scale, small.per_row, small.lines, small.gap) == (1, 6, 3, 1)
    alone = gallery_layout(MISTAKES[:1], 62, 18)
    assert alone is not None
    assert (alone.scale, alone.tall) == (4, 17)


def test_every_pixel_of_a_larger_picture_is_as_large() -> None:
    (first, *_) = draw_gallery(MISTAKES[:1], 16, 9, Palette("mono"))
    assert first.text == "  ████████████  "


def test_the_selected_picture_is_in_sight_and_stands_out() -> None:
    palette = Palette()
    strips = draw_gallery(MISTAKES, 28, 5, palette, selected=7)
    # Three to a line, so that the third line is shown.
    assert strips[4].text.split("  ")[1].strip() == "7→1 85 %"
    marked = [
        segment.text.strip()
        for segment in strips[4]
        if segment.style and segment.style.bgcolor and segment.text.strip()
    ]
    assert marked == ["7→1 85 %"]
    layout = gallery_layout(MISTAKES, 28, 5, 7)
    assert layout is not None
    assert [layout.at(x, 2) for x in (0, 7, 8, 10, 20)] == [6, 6, None, 7, 8]
    assert layout.at(0, 5) is None


def test_golden_with_a_selection(golden: Golden) -> None:
    golden(
        "gallery_selected",
        {
            f"{width}x{height} {mode}": draw_gallery(
                MISTAKES, width, height, Palette(mode), selected=4
            )
            for width, height in ((18, 5), (36, 12), (62, 18))
            for mode in MODES
        },
    )


def test_no_mistakes_is_said() -> None:
    assert draw_gallery([], 20, 3, Palette("mono"))[1].text.strip() == "no mistakes"


@given(
    st.integers(1, 160),
    st.integers(1, 60),
    st.integers(1, 30),
    st.integers(1, 30),
    st.integers(0, 20),
    st.sampled_from(MODES),
    st.booleans(),
)
@settings(deadline=None, max_examples=60)
def test_any_gallery_fills_exactly_its_size(
    exact: Exact,
    width: int,
    height: int,
    rows: int,
    columns: int,
    count: int,
    mode: ColorMode,
    ascii: bool,
) -> None:
    rng = np.random.default_rng(count)
    mistakes = []
    for number in range(count):
        image = rng.normal(size=(rows, columns))
        image[rng.random(image.shape) < 0.1] = rng.choice([np.nan, np.inf, -np.inf])
        mistakes.append(Mistake(image, "a" * number, "b", float(rng.random())))
    strips = draw_gallery(mistakes, width, height, Palette(mode, ascii=ascii))
    exact(strips, width, height)
    assert not ascii or all(strip.text.isascii() for strip in strips)
