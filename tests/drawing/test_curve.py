"""The fitted curve: where it should be, over samples told apart."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st
from nnmath_tui.drawing.curve import curve_frame, draw_curve
from nnmath_tui.drawing.frame import Marks
from nnmath_tui.drawing.palette import ColorMode, Palette
from textual.strip import Strip

Exact = Callable[[Sequence[Strip], int, int], None]
Golden = Callable[[str, Mapping[str, Sequence[Strip]]], None]
MODES: tuple[ColorMode, ...] = ("truecolor", "256", "16", "mono")
X = np.linspace(-1, 1, 101)
POINTS = np.c_[np.linspace(-1, 1, 9), np.sin(np.pi * np.linspace(-1, 1, 9))]
TEST = np.arange(9) % 3 == 0
NONE = np.empty((0, 2))


def test_golden(golden: Golden) -> None:
    pictures = {
        f"{width}x{height} {mode}": draw_curve(
            X, np.sin(np.pi * X), POINTS, TEST, width, height, Palette(mode)
        )
        for width, height in ((20, 6), (40, 14), (72, 20))
        for mode in MODES
    }
    golden("curve", pictures)


def test_golden_with_marks(golden: Golden) -> None:
    marks = Marks(cursor=(0.5, 1.0), sample=(-0.5, -1.0))
    golden(
        "curve_marks",
        {
            f"{width}x{height} {mode}": draw_curve(
                X, np.sin(np.pi * X), POINTS, TEST, width, height, Palette(mode),
                marks=marks, notes=("x = 0.5  ŷ = 1", "ŷ = 1"),
            )
            for width, height in ((20, 6), (40, 14), (72, 20))
            for mode in MODES
        },
    )  # fmt: skip


def test_marks_lie_where_the_frame_says() -> None:
    y = np.sin(np.pi * X)
    marks = Marks(cursor=(0.5, 1.0), sample=(-0.5, -1.0))
    strips = draw_curve(X, y, POINTS, TEST, 60, 20, Palette("mono"), marks=marks)
    frame = curve_frame(X, y, POINTS, 60, 20)
    ring, line = frame.cell((-0.5, -1.0)), frame.cell((0.5, 0.0))
    assert ring is not None
    assert line is not None
    assert strips[ring[1]].text[ring[0] - 1 : ring[0] + 2] == "(◉)"
    assert sum(strip.text[line[0]] == "┆" for strip in strips) > 8


def test_a_rising_line_rises() -> None:
    strips = draw_curve(X, X, NONE, np.empty(0, dtype=bool), 30, 12, Palette("mono"))
    places = [
        (column, row)
        for row, strip in enumerate(strips)
        for column, character in enumerate(strip.text)
        if 0x2800 < ord(character) < 0x2900
    ]
    columns, rows = np.array(places).T
    assert np.corrcoef(columns, rows)[0, 1] < -0.97
    assert len(set(columns.tolist())) > 20


def test_samples_on_the_curve_cover_it_and_are_told_apart() -> None:
    strips = draw_curve(X, np.sin(np.pi * X), POINTS, TEST, 60, 20, Palette("mono"))
    body = "".join(strip.text for strip in strips[1:])
    assert body.count("●") == 6
    assert body.count("○") == 3
    assert strips[0].text.split() == ["y", "●", "train", "6", "○", "test", "3"]


def test_a_wild_curve_does_not_flatten_the_samples() -> None:
    calm = draw_curve(X, np.zeros(101), POINTS, TEST, 60, 20, Palette("mono"))
    wild = draw_curve(X, 1e6 * X**3, POINTS, TEST, 60, 20, Palette("mono"))
    for one, other in zip(calm, wild, strict=True):
        assert [i for i, c in enumerate(one.text) if c in "●○"] == [
            i for i, c in enumerate(other.text) if c in "●○"
        ]


def test_many_samples_keep_the_two_parts_apart_without_color() -> None:
    rng = np.random.default_rng(0)
    points = rng.uniform(-1, 1, (400, 2))
    test = points[:, 0] > 0
    strips = draw_curve(X, np.full(101, 9.0), points, test, 40, 14, Palette("mono"))
    body = [strip.text for strip in strips[1:12]]
    assert all("○" not in row[6:20] for row in body)
    assert any("○" in row[24:] for row in body)


@given(
    st.integers(1, 200),
    st.integers(1, 60),
    st.integers(0, 2**32 - 1),
    st.sampled_from(MODES),
    st.booleans(),
)
@settings(deadline=None, max_examples=60)
def test_any_curve_fills_exactly_its_size(
    exact: Exact, width: int, height: int, seed: int, mode: ColorMode, ascii: bool
) -> None:
    rng = np.random.default_rng(seed)
    wild = np.array([np.nan, np.inf, -np.inf, 1e300, -1e-300])
    m, n = int(rng.integers(0, 200)), int(rng.integers(0, 400))
    y = 10.0 ** rng.integers(-5, 6) * rng.normal(size=m)
    y[rng.random(m) < 0.05] = rng.choice(wild)
    points = rng.normal(size=(n, 2)) * 10.0 ** rng.integers(-8, 9)
    points[rng.random((n, 2)) < 0.05] = rng.choice(wild)
    palette = Palette(mode, ascii=ascii)
    x = np.linspace(-3, 3, m)
    strips = draw_curve(x, y, points, rng.random(n) < 0.5, width, height, palette)
    exact(strips, width, height)
    assert not ascii or all(strip.text.isascii() for strip in strips)
