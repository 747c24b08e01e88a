"""Predicted against true: the diagonal, R² by hand, exact sizes."""

from __future__ import annotations

import math
from collections.abc import Callable, Mapping, Sequence

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nnmath_tui.drawing.frame import Marks
from nnmath_tui.drawing.palette import ColorMode, Palette
from nnmath_tui.drawing.scatter import draw_scatter, r_squared, scatter_frame
from textual.strip import Strip

Exact = Callable[[Sequence[Strip], int, int], None]
Golden = Callable[[str, Mapping[str, Sequence[Strip]]], None]
MODES: tuple[ColorMode, ...] = ("truecolor", "256", "16", "mono")
TRUTH = np.array([2700.0, 3200, 3700, 4200, 4700, 5200, 5700, 6200])
ANSWER = np.array([2900.0, 3100, 3900, 4100, 4600, 5400, 5500, 6000])
TEST = np.arange(8) % 2 == 1


def test_golden(golden: Golden) -> None:
    pictures = {
        f"{width}x{height} {mode}": draw_scatter(
            TRUTH, ANSWER, TEST, width, height, Palette(mode), name="body mass"
        )
        for width, height in ((20, 6), (44, 14), (72, 20))
        for mode in MODES
    }
    golden("scatter", pictures)


def test_golden_with_marks(golden: Golden) -> None:
    marks = Marks(sample=(TRUTH[2], ANSWER[2]))
    golden(
        "scatter_marks",
        {
            f"{width}x{height} {mode}": draw_scatter(
                TRUTH, ANSWER, TEST, width, height, Palette(mode), name="body mass",
                marks=marks, notes=("train 3: 3 700, ŷ = 3 900",),
            )
            for width, height in ((20, 6), (44, 14), (72, 20))
            for mode in MODES
        },
    )  # fmt: skip


def test_the_selected_sample_is_ringed_where_the_frame_says() -> None:
    marks = Marks(sample=(TRUTH[2], ANSWER[2]))
    strips = draw_scatter(TRUTH, ANSWER, TEST, 44, 14, Palette("mono"), marks=marks)
    cell = scatter_frame(TRUTH, 44, 14).cell((TRUTH[2], ANSWER[2]))
    assert cell is not None
    assert strips[cell[1]].text[cell[0] - 1 : cell[0] + 2] == "(◉)"


def test_r_squared_by_hand() -> None:
    # Mean 2, total (1 + 0 + 1) = 2, residuals 0.25 + 0 + 0.25 = 0.5.
    assert r_squared(np.array([1.0, 2, 3]), np.array([1.5, 2, 2.5])) == pytest.approx(0.75)
    assert r_squared(np.array([1.0, 2, 3]), np.full(3, 2.0)) == 0
    assert math.isnan(r_squared(np.full(3, 2.0), np.arange(3.0)))
    assert r_squared(np.array([1.0, 2, 3]), np.full(3, 1e300)) == -math.inf


def test_perfect_answers_lie_on_the_diagonal() -> None:
    strips = draw_scatter(TRUTH, TRUTH, TEST, 40, 16, Palette("mono"))
    places = [
        (column, row)
        for row, strip in enumerate(strips[1:])
        for column, character in enumerate(strip.text)
        if character in "●○"
    ]
    assert len(places) == 8
    columns, rows = np.array(sorted(places)).T
    assert np.all(np.diff(columns) > 0)
    assert np.all(np.diff(rows) < 0)
    assert np.ptp(np.diff(columns)) <= 1


def test_the_legend_gives_both_scores() -> None:
    strips = draw_scatter(TRUTH, TRUTH, TEST, 60, 16, Palette("mono"))
    assert strips[0].text.split() == ["predicted", "●", "train", "R²", "1.00", "○", "test", "R²", "1.00"]  # fmt: skip  # noqa: E501


@given(
    st.integers(1, 200),
    st.integers(1, 60),
    st.integers(0, 2**32 - 1),
    st.sampled_from(MODES),
    st.booleans(),
)
@settings(deadline=None, max_examples=60)
def test_any_scatter_fills_exactly_its_size(
    exact: Exact, width: int, height: int, seed: int, mode: ColorMode, ascii: bool
) -> None:
    rng = np.random.default_rng(seed)
    wild = np.array([np.nan, np.inf, -np.inf, 1e300, -1e-300])
    n = int(rng.integers(0, 400))
    truth, answer = rng.normal(size=(2, n)) * 10.0 ** rng.integers(-8, 9)
    for values in (truth, answer):
        values[rng.random(n) < 0.05] = rng.choice(wild)
    palette = Palette(mode, ascii=ascii)
    test = rng.random(n) < 0.5
    strips = draw_scatter(truth, answer, test, width, height, palette, name="mass")
    exact(strips, width, height)
    assert not ascii or all(strip.text.isascii() for strip in strips)
