"""The canvas: clipping, widths, runs of one style, braille dots and ASCII."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nnmath_tui.drawing.canvas import Canvas, _lines, cell_codes, style_id
from nnmath_tui.drawing.palette import Palette
from rich.cells import cell_len

PLAIN = Palette("mono")


def test_text_is_clipped_at_every_side() -> None:
    canvas = Canvas(5, 2, PLAIN)
    canvas.put(-2, 0, "abcd")
    canvas.put(3, 1, "wxyz")
    canvas.put(0, 2, "below")
    canvas.put(0, -1, "above")
    canvas.put(9, 0, "beside")
    assert canvas.lines() == ["cd   ", "   wx"]


def test_neighbors_of_one_style_are_one_segment() -> None:
    canvas = Canvas(6, 1, Palette())
    canvas.put(0, 0, "ab", fg="#ff0000")
    canvas.put(2, 0, "cd", fg="#ff0000")
    canvas.put(4, 0, "ef", fg="#0000ff")
    segments = list(canvas.strips()[0])
    assert [segment.text for segment in segments] == ["abcd", "ef"]
    colors = [str(segment.style.color.name) for segment in segments if segment.style.color]  # type: ignore[union-attr]
    assert colors == ["#ff0000", "#0000ff"]


def test_same_style_has_the_same_number() -> None:
    assert style_id("#123456", bold=True) == style_id("#123456", None, True)
    assert style_id("#123456") != style_id(None, "#123456")


@pytest.mark.parametrize("text", ["漢字", "a\tb", "e\u0301", "\x1b[31m", "👍", "\u200b", "\ud800"])
def test_text_takes_one_cell_per_character_whatever_it_is(text: str) -> None:
    canvas = Canvas(8, 1, PLAIN)
    canvas.put(0, 0, text)
    (line,) = canvas.lines()
    assert len(line) == cell_len(line) == 8
    assert line.isprintable()


def test_ascii_keeps_what_can_be_read() -> None:
    shown = bytes(cell_codes("h₁₂ ŷ −1 ⋮ ╭─╮ 漢", True).tolist()).decode("ascii")
    assert shown == "h12 y -1 : +-+ ?"


def test_dots_follow_the_unicode_numbering() -> None:
    # Dots 1 (0, 0), 8 (1, 3) of the first cell: U+2800 + 0x01 + 0x80; dot 4 (1, 0) of the second.
    canvas = Canvas(2, 1, PLAIN)
    canvas.dots(np.array([0, 1, 3]), np.array([0, 3, 0]), style_id())
    assert canvas.lines() == ["\u2881\u2808"]
    canvas.dots(np.array([0, -1, 0]), np.array([3, 0, 4]), style_id())
    assert canvas.lines() == ["\u28c1\u2808"]


def test_dots_in_ascii_are_periods() -> None:
    canvas = Canvas(3, 1, Palette("mono", ascii=True))
    canvas.dots(np.array([2]), np.array([1]), style_id())
    assert canvas.lines() == [" . "]


def test_frame_and_fill() -> None:
    canvas = Canvas(6, 4, PLAIN)
    canvas.fill(1, 1, 9, 2, "x")
    canvas.frame(0, 0, 4, 4, None)
    assert canvas.lines() == ["╭──╮  ", "│xx│xx", "│xx│xx", "╰──╯  "]


def test_a_painted_block_is_clipped() -> None:
    canvas = Canvas(3, 2, PLAIN)
    block = np.array([[ord(c) for c in "abc"], [ord(c) for c in "def"]])
    canvas.paint(-1, 1, block, np.zeros_like(block))
    canvas.paint(5, 5, block, np.zeros_like(block))
    assert canvas.lines() == ["   ", "bc "]


@given(
    st.integers(-3, 60),
    st.integers(-3, 30),
    st.lists(st.tuples(st.integers(-9, 70), st.integers(-9, 40), st.text(max_size=20))),
)
def test_strips_have_exactly_the_size_asked_for(
    width: int, height: int, texts: list[tuple[int, int, str]]
) -> None:
    canvas = Canvas(width, height, Palette())
    for x, y, text in texts:
        canvas.put(x, y, text, fg="#ffffff")
        canvas.fill(x, y, 3, 2, ".", bg="#000000")
        canvas.frame(x, y, 5, 3, None)
    strips = canvas.strips()
    assert len(strips) == max(1, height)
    for strip in strips:
        assert strip.cell_length == cell_len(strip.text) == max(1, width)


def test_a_line_that_is_as_it_was_is_the_same_strip(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nnmath_tui.drawing.canvas._lines", {})  # not full of others' lines
    pictures = []
    for color in ("#ff0000", "#00ff00"):
        canvas = Canvas(6, 2, Palette())
        canvas.put(0, 0, "same", "#0000ff")
        canvas.put(0, 1, "other", color)
        pictures.append(canvas.strips())
    assert pictures[0][0] is pictures[1][0]
    assert [strip.text for strip in pictures[1]] == ["same  ", "other "]
    assert pictures[0][1] != pictures[1][1], "a color tells lines apart"


def test_lines_that_are_remembered_are_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("nnmath_tui.drawing.canvas._MOST_LINES", 10)
    for number in range(40):
        canvas = Canvas(4, 2, Palette())
        canvas.put(0, 0, str(number))
        assert canvas.strips()[0].text == f"{number:<4}"
    assert len(_lines) <= 12
