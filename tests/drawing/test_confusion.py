"""The confusion matrix: every count is there or none, names whole."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from nnmath_tui.drawing.confusion import confusion_cell_at, draw_confusion
from nnmath_tui.drawing.palette import ColorMode, Palette
from textual.strip import Strip

Exact = Callable[[Sequence[Strip], int, int], None]
Golden = Callable[[str, Mapping[str, Sequence[Strip]]], None]
MODES: tuple[ColorMode, ...] = ("truecolor", "256", "16", "mono")
COUNTS = np.array([[44, 0, 1], [2, 18, 0], [0, 0, 36]])
SPECIES = ("Adelie", "Chinstrap", "Gentoo")


def test_golden(golden: Golden) -> None:
    pictures = {
        f"{width}x{height} {mode}": draw_confusion(COUNTS, SPECIES, width, height, Palette(mode))
        for width, height in ((12, 5), (36, 8), (60, 14))
        for mode in MODES
    }
    golden("confusion", pictures)


def test_rows_are_true_classes() -> None:
    strips = draw_confusion(COUNTS, SPECIES, 60, 8, Palette("mono"))
    assert strips[1].text.split() == ["Adelie", "Chinstrap", "Gentoo", "recall"]
    assert strips[2].text.split() == ["Adelie", "[44]", "·", "1", "97.8", "%"]
    assert strips[3].text.split() == ["Chinstrap", "2", "[18]", "·", "90", "%"]
    assert strips[4].text.split() == ["Gentoo", "·", "·", "[36]", "100", "%"]
    # 44 + 18 + 36 of 101.
    assert strips[6].text.strip() == "accuracy 97 %   3 of 101 wrong"


def test_a_cell_is_marked_and_found(golden: Golden) -> None:
    pictures = {}
    for mode in MODES:
        for width, height in ((36, 8), (46, 19), (60, 14)):
            palette = Palette(mode)
            strips = draw_confusion(
                COUNTS, SPECIES, width, height, palette, cell=(1, 0), notes=("2 of 20",)
            )
            pictures[f"{width}x{height} {mode}"] = strips
            spots = [
                (x, y)
                for y in range(height)
                for x in range(width)
                if confusion_cell_at(COUNTS, SPECIES, width, height, palette, x, y) == (1, 0)
            ]
            left, top = spots[0]
            right, bottom = spots[-1]
            assert strips[top].text[left] == "["
            assert strips[bottom].text[right] == "]"
            assert len(spots) == (right - left + 1) * (bottom - top + 1)
            assert "2" in strips[(top + bottom + 1) // 2].text[left:right]
    golden("confusion_cell", pictures)


def test_outside_of_the_counts_is_no_cell() -> None:
    for x, y in ((0, 3), (59, 3), (20, 0), (20, 13)):
        assert confusion_cell_at(COUNTS, SPECIES, 60, 14, Palette(), x, y) is None
    assert confusion_cell_at(COUNTS, SPECIES, 5, 2, Palette(), 1, 1) is None


def test_long_names_become_numbers() -> None:
    strips = draw_confusion(COUNTS, SPECIES, 32, 8, Palette("mono"))
    assert strips[1].text.split()[:3] == ["1", "2", "3"]
    assert strips[3].text.split()[:3] == ["2", "Chinstrap", "2"]


def test_what_does_not_fit_is_summed_up() -> None:
    counts = np.diag(np.full(26, 100))
    counts[0, 1] = 4
    letters = [chr(ord("a") + k) for k in range(26)]
    strips = draw_confusion(counts, letters, 40, 10, Palette("mono"))
    assert [strip.text.strip() for strip in strips[:3]] == [
        "accuracy 99.8 %",
        "4 of 2 604 wrong",
        "",
    ]


def test_mistakes_and_hits_differ_in_color() -> None:
    strips = draw_confusion(COUNTS, SPECIES, 60, 8, Palette())
    colors = {}
    for strip in strips[2:5]:
        for segment in strip:
            if segment.text.strip().isdigit() and segment.style and segment.style.bgcolor:
                red, _, blue = segment.style.bgcolor.get_truecolor()
                colors[int(segment.text)] = blue - red
    assert set(colors) == {44, 1, 2, 18, 36}
    assert min(colors[44], colors[18], colors[36]) > 30
    assert max(colors[1], colors[2]) < -30


@given(
    st.integers(1, 160),
    st.integers(1, 60),
    st.integers(0, 30),
    st.integers(0, 12),
    st.integers(0, 2**32 - 1),
    st.sampled_from(MODES),
    st.booleans(),
)
@settings(deadline=None, max_examples=80)
def test_counts_are_whole_or_absent(
    exact: Exact,
    width: int,
    height: int,
    size: int,
    letters: int,
    seed: int,
    mode: ColorMode,
    ascii: bool,
) -> None:
    rng = np.random.default_rng(seed)
    counts = rng.integers(0, 10 ** int(rng.integers(1, 7)), (size, size))
    names = ["x" * int(rng.integers(0, letters + 1)) for _ in range(size)]
    palette = Palette(mode, ascii=ascii)
    strips = draw_confusion(counts, names, width, height, palette)
    exact(strips, width, height)
    text = "\n".join(strip.text for strip in strips)
    if size and "true" not in strips[0].text and "accuracy" in strips[0].text:
        return
    words = set(text.replace("[", " ").replace("]", " ").split())
    if size > 1 and any(str(value) in words for value in counts.ravel() if value > 99):
        assert {str(value) for value in counts.ravel() if value} <= words


def test_many_classes_tell_their_mistakes_one_by_one() -> None:
    names = [f"class_{letter}_long_name" for letter in "abcdefghijklmnopqrstuvwxyz"]
    counts = np.diag(np.full(26, 3))
    counts[0, 2], counts[4, 1], counts[9, 8] = 2, 12, 1
    strips = draw_confusion(counts, names, 46, 8, Palette("mono"), cell=(0, 2))
    lines = [strip.text.rstrip() for strip in strips]
    assert lines[:2] == ["accuracy 83.9 %", "15 of 93 wrong"]
    assert lines[3:6] == [
        "12 class_e_long_name → class_b_long_name",
        " 2 class_a_long_name → class_c_long_name",
        " 1 class_j_long_name → class_i_long_name",
    ]
    strips = draw_confusion(counts, names, 24, 5, Palette("mono"), notes=("15",))
    lines = [strip.text.rstrip() for strip in strips]
    assert lines[3:] == ["", "15"]
    strips = draw_confusion(counts, names, 24, 6, Palette("mono"))
    lines = [strip.text.rstrip() for strip in strips]
    assert lines[3:] == [
        "12 class_e_… → class_b_…",
        " 2 class_a_… → class_c_…",
        " 1 class_j_… → class_i_…",
    ]


def test_the_mark_of_a_cell_covers_no_digit() -> None:
    counts = np.array([[53, 1], [12, 54]])
    for mode in MODES:
        for width in range(16, 40):
            strips = draw_confusion(counts, "01", width, 8, Palette(mode), cell=(0, 0))
            text = "\n".join(strip.text for strip in strips)
            assert "53" in text or "accuracy" in strips[0].text
