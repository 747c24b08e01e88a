"""Frames: from cells to values and back."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from nnmath_tui.drawing.axes import Area
from nnmath_tui.drawing.frame import Frame

AREA = Area(5, 1, 10, 4)
SQUARE = (-1.0, 1.0, 0.0, 8.0)


def test_the_edges_of_a_map_and_the_ends_of_a_chart() -> None:
    # Ten columns of 0.2 each: the middle of the first is at -0.9, and the top line's at 7.
    assert Frame(AREA, SQUARE).point(5, 1) == pytest.approx((-0.9, 7.0))
    assert Frame(AREA, SQUARE, edges=False).point(5, 1) == (-1.0, 8.0)
    assert Frame(AREA, SQUARE, edges=False).point(14, 4) == (1.0, 0.0)
    assert Frame(AREA, SQUARE).point(4, 1) is None
    assert Frame(AREA, SQUARE).point(5, 5) is None
    assert Frame(AREA, SQUARE).cell((1.01, 4.0)) is None
    assert Frame(AREA, SQUARE).step(1, -1) == pytest.approx((0.2, -2.0))


@given(st.integers(0, 9), st.integers(0, 3), st.booleans(), st.integers(1, 40), st.integers(1, 40))
def test_the_middle_of_a_cell_lies_in_that_cell(
    column: int, row: int, edges: bool, width: int, height: int
) -> None:
    frame = Frame(Area(3, 2, width, height), SQUARE, edges)
    column, row = 3 + column % width, 2 + row % height
    point = frame.point(column, row)
    assert point is not None
    if edges or min(width, height) > 1:
        assert frame.cell(point) == (column, row)


def test_the_nearest_is_the_one_that_looks_nearest() -> None:
    # A step across is a tenth of 2 and one cell; a line is a quarter of 8 and as high as two cells.
    points = np.array([[0.45, 4.0], [0.0, 6.1], [0.0, np.nan], [5.0, 4.0]])
    assert Frame(AREA, SQUARE).nearest((0.0, 4.0), points) == 1
    assert Frame(AREA, SQUARE).nearest((0.05, 4.0), points) == 0
    assert Frame(AREA, SQUARE).nearest((0.0, 4.0), points[2:]) is None
    assert Frame(AREA, SQUARE).nearest((0.0, 4.0), np.empty((0, 2))) is None
