"""The loss plot: the same picture with and without plotext, and every history drawable."""

from __future__ import annotations

import builtins
from collections.abc import Callable, Iterator, Mapping, Sequence
from typing import Any

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nnmath_engine.arrays import Array
from nnmath_tui.drawing import lines, scales
from nnmath_tui.drawing.loss_plot import Series, draw_loss_plot
from nnmath_tui.drawing.palette import ColorMode, Palette
from textual.strip import Strip

Exact = Callable[[Sequence[Strip], int, int], None]
BRAILLE = range(0x2801, 0x2900)
MODES: tuple[ColorMode, ...] = ("truecolor", "256", "16", "mono")


def two_curves(palette: Palette) -> list[Series]:
    epochs = np.arange(2001.0)
    return [
        Series("train", epochs, np.exp(-epochs / 400), palette.category(1)),
        Series("test", epochs, 0.05 + np.exp(-epochs / 500), palette.category(0)),
    ]


@pytest.fixture
def without_plotext(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """As on a platform that plotext has no wheel for."""
    real = builtins.__import__

    def refuse(name: str, *args: Any, **kwargs: Any) -> Any:
        if name.split(".")[0] == "plotext":
            raise ImportError(name)
        return real(name, *args, **kwargs)

    monkeypatch.setattr(builtins, "__import__", refuse)
    lines._plotext.cache_clear()
    yield
    lines._plotext.cache_clear()


def curve_cells(strips: Sequence[Strip]) -> set[tuple[int, int]]:
    return {
        (row, column)
        for row, strip in enumerate(strips)
        for column, character in enumerate(strip.text)
        if ord(character) in BRAILLE
    }


def test_golden(golden: Callable[[str, Mapping[str, Sequence[Strip]]], None]) -> None:
    pictures = {}
    for width, height in ((24, 6), (44, 12), (80, 20)):
        for mode in MODES:
            palette = Palette(mode)
            marks = [(500.0, "lr 0.1")]
            pictures[f"{width}x{height} {mode}"] = draw_loss_plot(
                two_curves(palette), width, height, palette, marks=marks
            )
    pictures["44x12 ascii"] = draw_loss_plot(
        two_curves(Palette("mono")), 44, 12, Palette("mono", ascii=True)
    )
    golden("loss_plot", pictures)


def test_curves_have_the_colors_of_the_palette() -> None:
    for mode in ("truecolor", "256", "16"):
        palette = Palette(mode)
        strips = draw_loss_plot(two_curves(palette), 44, 12, palette, legend=False)
        colors = {
            segment.style.color.name
            for strip in strips
            for segment in strip
            if segment.style and segment.style.color and ord(segment.text[0]) in BRAILLE
        }
        assert colors == {palette.category(0), palette.category(1)}


def test_decades_are_labeled() -> None:
    y = 10.0 ** np.linspace(-2, 1, 50)
    strips = draw_loss_plot([Series("a", np.arange(50.0), y, None)], 40, 13, Palette("mono"))
    labels = [strip.text[:4].strip() for strip in strips]
    assert [label for label in labels if label] == ["10", "1", "0.1", "0.01"]
    # A straight line on the log axis: the first point at the lowest tick, the last at the highest.
    cells = curve_cells(strips)
    assert min(cells)[0] == labels.index("10")
    assert max(cells)[0] == labels.index("0.01")


@pytest.mark.parametrize(("first", "last"), [(-2, -14), (3, 18), (-290, 290)])
def test_a_loss_is_drawn_where_it_is_however_small_or_large(first: int, last: int) -> None:
    y = 10.0 ** np.linspace(first, last, 50)
    strips = draw_loss_plot([Series("a", np.arange(50.0), y, None)], 60, 20, Palette("mono"))
    cells = curve_cells(strips)
    left, right = (choose(column for _, column in cells) for choose in (min, max))
    top, bottom = (choose(row for row, _ in cells) for choose in (min, max))
    assert (top, bottom) == (1, 17)  # the legend takes the first line
    # A straight line on the log axis, from one corner to the other.
    for row, column in cells:
        share = (column - left) / (right - left)
        share = share if last < first else 1 - share
        assert abs(row - (top + share * (bottom - top))) <= 1.5
    texts = [strip.text.split("┤")[0].replace(" ", "") for strip in strips if "┤" in strip.text]
    labels = [float(text) for text in texts]
    assert min(y) <= min(labels) <= max(labels) <= max(y) * (1 + 1e-9)


def test_a_perfect_fit_has_a_place_on_a_log_axis() -> None:
    y = np.array([1.0, 1e-3, 1e-10, 0.0, 0.0])
    strips = draw_loss_plot([Series("a", np.arange(5.0), y, None)], 40, 13, Palette("mono"))
    cells = curve_cells(strips)
    bottom = max(row for row, _ in cells)
    assert (bottom, max(column for _, column in cells)) in cells
    assert "1e-9" in "".join(strip.text for strip in strips) or "1e-10" in strips[bottom].text


def test_large_losses_have_labels_on_a_linear_axis_too() -> None:
    y = np.linspace(1e20, 9e20, 9)
    strips = draw_loss_plot(
        [Series("a", np.arange(9.0), y, None)], 40, 13, Palette("mono"), log_y=False
    )
    assert "e20" in "".join(strip.text for strip in strips)


def test_a_linear_axis_starts_at_zero() -> None:
    x = np.arange(100.0)
    series = [Series("a", x, 0.01 + np.exp(-x / 20), None)]
    strips = draw_loss_plot(series, 40, 13, Palette("mono"), log_y=False)
    assert any(strip.text.strip().startswith("0 ┤") for strip in strips)


def test_epoch_zero_has_a_place_on_a_log_axis() -> None:
    x = np.arange(101.0)
    strips = draw_loss_plot(
        [Series("a", x, 1 / (1 + x), None)], 50, 12, Palette("mono"), log_x=True
    )
    assert strips[-1].text.split() == ["0", "1", "10", "100"]


def test_fallback_draws_the_same_curve(without_plotext: None, exact: Exact) -> None:
    palette = Palette()
    ours = draw_loss_plot(two_curves(palette), 60, 15, palette)
    exact(ours, 60, 15)
    lines._plotext.cache_clear()
    assert lines._plotext() is None
    own = curve_cells(ours)
    assert len(own) > 80


def test_fallback_agrees_with_plotext(request: pytest.FixtureRequest) -> None:
    palette = Palette()
    theirs = curve_cells(draw_loss_plot(two_curves(palette), 60, 15, palette))
    request.getfixturevalue("without_plotext")
    ours = curve_cells(draw_loss_plot(two_curves(palette), 60, 15, palette))
    # Rasterizers round differently: each cell of one has one of the other within a cell.
    for some, others in ((ours, theirs), (theirs, ours)):
        for row, column in some:
            near = {(row + i, column + j) for i in (-1, 0, 1) for j in (-1, 0, 1)}
            assert near & others


def test_a_single_peak_in_many_points_is_seen() -> None:
    y = np.ones(5000)
    y[2345] = 100.0
    strips = draw_loss_plot([Series("a", np.arange(5000.0), y, None)], 50, 14, Palette("mono"))
    rows = {row for row, _ in curve_cells(strips)}
    assert {1, 11} <= rows


def test_marks_stand_at_their_epochs() -> None:
    palette = Palette("mono")
    strips = draw_loss_plot(
        two_curves(palette), 60, 16, palette, marks=[(1000.0, "adam"), (np.nan, "never")]
    )
    text = next(strip.text for strip in strips if "┆adam" in strip.text)
    labels = strips[-1].text
    assert labels.index("1 000") <= text.index("┆adam") <= labels.index("1 000") + 4
    assert strips[-2].text[text.index("┆adam")] == "┴"
    assert not any("never" in strip.text for strip in strips[1:])


def test_mark_text_never_covers_the_curve() -> None:
    palette = Palette("mono")
    plain = curve_cells(draw_loss_plot(two_curves(palette), 40, 8, palette))
    texts = [(float(epoch), "a long explanation") for epoch in range(0, 2001, 250)]
    marked = curve_cells(draw_loss_plot(two_curves(palette), 40, 8, palette, marks=texts))
    assert marked == plain


def test_legend_gives_last_values_or_names_or_nothing() -> None:
    palette = Palette("mono")
    series = [
        Series("train", np.arange(3.0), np.array([1, 0.5, 0.25]), None),
        Series("test", np.arange(3.0), np.array([1, 0.5, np.nan]), None),
        Series("validation", np.arange(3.0), np.full(3, np.nan), None),
    ]
    heads = [draw_loss_plot(series, width, 8, palette)[0].text for width in (40, 20, 10)]
    assert heads[0].strip() == "━ train 0.25  ┅ test nan"
    assert heads[1].strip() == "━ train  ┅ test"
    assert heads[2].strip() == ""


def test_nothing_to_draw_is_said() -> None:
    empty = Series("a", np.array([]), np.array([]), None)
    strips = draw_loss_plot([empty], 30, 5, Palette("mono"))
    assert strips[2].text.strip() == "no epochs yet"


VALUES = st.one_of(
    st.floats(0, 10),
    st.floats(allow_nan=True, allow_infinity=True),
    st.sampled_from([0.0, -1.0, 1e300, -1e300, 1e-300, float("nan"), float("inf")]),
)


@given(
    st.lists(st.tuples(st.lists(VALUES, max_size=60), st.booleans()), max_size=4),
    st.integers(1, 200),
    st.integers(1, 60),
    st.booleans(),
    st.booleans(),
    st.sampled_from(MODES),
    st.booleans(),
)
@settings(deadline=None, max_examples=60)
def test_any_history_fills_exactly_its_size(
    exact: Exact,
    data: list[tuple[list[float], bool]],
    width: int,
    height: int,
    log_y: bool,
    log_x: bool,
    mode: ColorMode,
    ascii: bool,
) -> None:
    palette = Palette(mode, ascii=ascii)
    series = [
        Series(f"run {n}", np.arange(float(len(y))), np.array(y), palette.category(n), dim)
        for n, (y, dim) in enumerate(data)
    ]
    marks = [(float(i), f"change {i}") for i in range(0, 60, 7)]
    strips = draw_loss_plot(series, width, height, palette, log_y, log_x, marks)
    exact(strips, width, height)
    assert not ascii or all(strip.text.isascii() for strip in strips)


CURVES = st.lists(st.floats(-1e6, 1e6), min_size=1, max_size=300).map(np.array)


@given(CURVES, st.integers(1, 40))
def test_thinning_keeps_extremes_and_ends(y: Array, bins: int) -> None:
    x = np.arange(float(len(y)))
    thin_x, thin_y = scales.thin(x, y, bins)
    assert len(thin_x) <= max(len(y) if len(y) <= 2 * bins else 0, 2 * bins + 2)
    assert (thin_y.min(), thin_y.max()) == (y.min(), y.max())
    assert (thin_x[0], thin_x[-1]) == (x[0], x[-1])
    assert set(zip(thin_x.tolist(), thin_y.tolist(), strict=True)) <= set(
        zip(x.tolist(), y.tolist(), strict=True)
    )


@given(CURVES, st.floats(0.01, 1e5))
def test_no_point_lies_off_the_corners(y: Array, tolerance: float) -> None:
    x = np.arange(float(len(y)))
    kept = scales.corners(x, y, tolerance)
    assert kept[0] == 0
    assert kept[-1] == len(y) - 1
    assert np.abs(np.interp(x, x[kept], y[kept]) - y).max() <= tolerance * (1 + 1e-6) + 1e-6


def test_a_straight_line_has_two_corners() -> None:
    x = np.arange(100.0)
    assert scales.corners(x, 3 * x + 1, 0.5) == [0, 99]
