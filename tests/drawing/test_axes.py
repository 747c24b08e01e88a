"""Axes: round ticks, in order, inside; labels whole."""

from __future__ import annotations

import math
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st
from nnmath_tui.drawing.axes import count_ticks, draw_axes, linear_ticks, log_ticks, plot_area
from nnmath_tui.drawing.canvas import Canvas
from nnmath_tui.drawing.palette import Palette

ENDS = st.floats(-1e12, 1e12)


def test_linear_ticks_are_round() -> None:
    ticks = linear_ticks(-1, 1, 5)
    assert [tick.label for tick in ticks] == ["−1.0", "−0.5", "0", "0.5", "1.0"]
    assert [tick.place for tick in ticks] == [0, 0.25, 0.5, 0.75, 1]
    assert [tick.label for tick in linear_ticks(0, 3100, 4)] == ["0", "1 000", "2 000", "3 000"]


def test_far_from_zero_labels_keep_the_digits_that_differ() -> None:
    labels = [tick.label for tick in linear_ticks(2e7, 2e7 + 10, 3)]
    assert labels == ["2.0000000e7", "2.0000005e7", "2.0000010e7"]
    assert [tick.label for tick in linear_ticks(-2e-5, 0, 3)] == ["−2e-5", "−1e-5", "0"]


def test_ticks_say_where_they_are() -> None:
    (three,) = count_ticks(math.log10(3.2), math.log10(4.5), 5)
    assert three.label == "3"
    assert three.place == pytest.approx(math.log10(4 / 3.2) / math.log10(4.5 / 3.2))
    for tick in log_ticks(-3.2, 2.2, 9):
        assert -3.2 + tick.place * 5.4 == pytest.approx(math.log10(float(tick.label)))


def test_decades() -> None:
    ticks = log_ticks(-2, 1, 6)
    assert [tick.label for tick in ticks] == ["0.01", "0.1", "1", "10"]
    assert [tick.place for tick in ticks] == pytest.approx([0, 1 / 3, 2 / 3, 1])


def test_many_decades_are_thinned_evenly() -> None:
    assert [tick.label for tick in log_ticks(-8, 12, 5)] == ["1e-5", "1", "1e5", "1e10"]


def test_within_a_decade_two_and_five_join_in() -> None:
    ticks = log_ticks(math.log10(1.5), math.log10(9), 4)
    assert [tick.label for tick in ticks] == ["2", "5"]
    assert ticks[0].place == pytest.approx(math.log10(2 / 1.5) / math.log10(6))


def test_a_narrow_log_range_has_round_values() -> None:
    labels = [tick.label for tick in log_ticks(math.log10(0.65), math.log10(0.75), 5)]
    assert labels == ["0.66", "0.68", "0.70", "0.72", "0.74"]


def test_count_ticks_have_zero() -> None:
    labels = [tick.label for tick in count_ticks(0, math.log10(2001), 8)]
    assert labels == ["0", "1", "10", "100", "1 000"]


@given(ENDS, ENDS, st.integers(0, 12))
def test_ticks_are_few_inside_and_ascending(a: float, b: float, most: int) -> None:
    low, high = min(a, b), max(a, b)
    exponents = (low / 1e11, high / 1e11)
    for ticks in (linear_ticks(low, high, most), log_ticks(*exponents, most)):
        assert len(ticks) <= max(0, most)
        assert all(0 <= tick.place <= 1 for tick in ticks)
        assert all(x.place < y.place for x, y in pairwise(ticks))
        assert len({tick.label for tick in ticks}) == len(ticks)


@given(st.integers(1, 120), st.integers(1, 40), ENDS, st.floats(1e-6, 1e12), st.booleans())
def test_labels_are_whole_or_absent(
    width: int, height: int, low: float, span: float, lines: bool
) -> None:
    high = low + span
    y_ticks = linear_ticks(low, high, 2 + height // 4)
    canvas = Canvas(width, height, Palette("mono"))
    area = plot_area(width, height, y_ticks)
    assert area.width >= 1
    assert area.height >= 1
    draw_axes(canvas, area, lambda most: linear_ticks(low, high, most), y_ticks, lines=lines)
    rows = canvas.lines()
    left = [row[: max(0, area.left - 1)].strip() for row in rows[: area.top + area.height]]
    assert set(left) <= {"", *(tick.label for tick in y_ticks)}
    known = {tick.label for most in range(30) for tick in linear_ticks(low, high, most)}
    below = rows[area.top + area.height :]
    for row in below[-1:]:
        words = [word.strip() for word in row.strip("└┴─ ").split("  ") if word.strip()]
        assert set(words) <= known
