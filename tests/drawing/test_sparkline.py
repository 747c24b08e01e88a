"""Sparklines: exact width, the latest at the right, safe for every float."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nnmath_tui.drawing.palette import Palette
from nnmath_tui.drawing.sparkline import sparkline


@pytest.mark.parametrize(
    ("values", "width", "text"),
    [
        ([0, 1, 2, 3, 4, 5, 6, 7], 8, "▁▂▃▄▅▆▇█"),
        ([7, 0], 4, "  █▁"),
        ([0, 0, 7, 7], 2, "▁█"),
        ([1, 1, 1], 3, "▁▁▁"),
        ([0, float("nan"), 1], 3, "▁ █"),
        ([float("inf"), 2], 2, " ▁"),
        ([float("nan"), 0, 1, 1], 2, "▁█"),
        ([], 3, "   "),
        ([1, 2], 0, ""),
    ],
)
def test_bars(values: list[float], width: int, text: str) -> None:
    assert sparkline(np.array(values, dtype=np.float64), width, Palette()) == text


def test_ascii() -> None:
    assert sparkline(np.arange(8.0), 8, Palette(ascii=True)) == ".:-=+*%#"


@given(st.lists(st.floats(), max_size=300), st.integers(0, 200), st.booleans())
def test_any_values_give_exactly_the_width(values: list[float], width: int, ascii: bool) -> None:
    text = sparkline(np.array(values, dtype=np.float64), width, Palette(ascii=ascii))
    assert len(text) == width
    assert text.isascii() or not ascii
