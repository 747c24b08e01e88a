"""Decision and value maps: the right side in the right color, samples told apart, exact sizes."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from nnmath_engine.arrays import Array
from nnmath_tui.drawing.decision_map import draw_decision_map
from nnmath_tui.drawing.frame import Marks
from nnmath_tui.drawing.palette import ColorMode, Palette
from nnmath_tui.drawing.plane import map_area, nearest
from nnmath_tui.drawing.value_map import draw_value_map
from rich.color import Color
from textual.strip import Strip

Exact = Callable[[Sequence[Strip], int, int], None]
Golden = Callable[[str, Mapping[str, Sequence[Strip]]], None]
MODES: tuple[ColorMode, ...] = ("truecolor", "256", "16", "mono")
SQUARE = (-1.0, 1.0, -1.0, 1.0)

NO_POINTS = np.empty((0, 2))
NO_IDS = np.empty(0, dtype=np.intp)
NO_MASK = np.empty(0, dtype=bool)

POINTS = np.array([[-0.5, 0.5], [0.5, 0.5], [-0.5, -0.5], [0.5, -0.5]])
IDS = np.array([0, 1, 0, 1])
TEST = np.array([False, False, True, True])
WRONG = np.array([False, False, False, True])


def sides(width: int, height: int) -> Array:
    """Class 0 on the left, class 1 on the right."""
    area = map_area(width, height, SQUARE)
    return np.tile(np.linspace(-1, 1, area.width), (2 * area.height, 1))


def cell_colors(strips: Sequence[Strip], x: int, y: int) -> tuple[Color | None, Color | None]:
    (segment,) = strips[y].crop(x, x + 1)
    assert segment.style is not None
    return segment.style.color, segment.style.bgcolor


def blue_over_red(color: Color | None) -> int:
    assert color is not None
    red, _, blue = color.get_truecolor()
    return blue - red


def test_golden(golden: Golden) -> None:
    pictures = {
        f"{width}x{height} {mode}": draw_decision_map(
            sides(width, height), POINTS, IDS, TEST, WRONG, SQUARE, width, height, Palette(mode)
        )
        for width, height in ((14, 6), (36, 12), (60, 24))
        for mode in MODES
    }
    pictures["36x12 mono ascii"] = draw_decision_map(
        sides(36, 12), POINTS, IDS, TEST, WRONG, SQUARE, 36, 12, Palette("mono", ascii=True)
    )
    golden("decision_map", pictures)


def test_golden_with_marks(golden: Golden) -> None:
    marks = Marks(cursor=(0.2, -0.1), sample=(-0.5, 0.5))
    notes = ("x₁ = 0.2, x₂ = −0.1  p(1) = 0.973", "p(1) = 0.973")
    golden(
        "decision_map_marks",
        {
            f"{width}x{height} {mode}": draw_decision_map(
                sides(width, height), POINTS, IDS, TEST, WRONG, SQUARE, width, height,
                Palette(mode), classes=("out", "in"), marks=marks, notes=notes,
            )
            for width, height in ((14, 6), (36, 12), (60, 24))
            for mode in MODES
        },
    )  # fmt: skip


def test_golden_of_a_value_map_with_marks(golden: Golden) -> None:
    marks = Marks(cursor=(0.2, -0.1), sample=(-0.5, 0.5))
    golden(
        "value_map_marks",
        {
            f"{width}x{height} {mode}": draw_value_map(
                sides(width, height), POINTS, np.array([-0.8, 0.5, -0.4, 0.9]), TEST, SQUARE,
                width, height, Palette(mode), marks=marks, notes=("ŷ = 0.36",),
            )
            for width, height in ((14, 6), (36, 12), (60, 24))
            for mode in MODES
        },
    )  # fmt: skip


def test_marks_keep_the_ground_and_show_what_they_surround() -> None:
    palette = Palette()
    marks = Marks(cursor=(0.5, -0.5), sample=(-0.5, 0.5))
    size = (40, 20)
    plain, marked = (
        draw_decision_map(
            sides(*size), POINTS, IDS, TEST, WRONG, SQUARE, *size, palette, marks=shown
        )
        for shown in (None, marks)
    )
    area = map_area(*size, SQUARE)
    x, y = area.left + area.width // 4, area.height // 4
    assert marked[y].text[x - 1 : x + 2] == "(◉)"
    assert cell_colors(marked, x, y)[1] == cell_colors(plain, x, y)[1]
    x, y = area.left + 3 * area.width // 4, 3 * area.height // 4
    assert marked[y].text[x - 1 : x + 2] == "─×─"
    assert (marked[y - 1].text[x], marked[y + 1].text[x]) == ("│", "│")


def test_the_scale_of_two_classes_goes_from_one_to_the_other() -> None:
    palette = Palette()
    size = (40, 20)
    strips = draw_decision_map(
        sides(*size), POINTS, IDS, TEST, WRONG, SQUARE, *size, palette, classes=("out", "in")
    )
    row = map_area(*size, SQUARE, 2).height + 2
    assert strips[row].text.split() == ["out", "in"]
    assert blue_over_red(cell_colors(strips, 4, row)[1]) < -30
    assert blue_over_red(cell_colors(strips, 20, row)[1]) > 30
    decided = draw_decision_map(
        sides(*size), POINTS, IDS, TEST, WRONG, SQUARE, *size, palette, classes=("out", "in"),
        discrete=True,
    )  # fmt: skip
    assert decided[row].text.strip() == "■ out  ■ in"


def test_decisions_alone_have_one_color_a_side() -> None:
    size = (40, 20)
    strips = draw_decision_map(
        sides(*size), NO_POINTS, NO_IDS, NO_MASK, NO_MASK, SQUARE, *size, Palette(), discrete=True
    )
    area = map_area(*size, SQUARE)
    colors = [cell_colors(strips, area.left + x, 5)[1] for x in range(area.width)]
    assert len(set(colors[: area.width // 2 - 1])) == 1
    assert len(set(colors)) in (2, 3)


@pytest.mark.parametrize("mode", ["truecolor", "256"])
@pytest.mark.parametrize("dark", [True, False])
def test_class_0_is_orange_and_class_1_blue(mode: ColorMode, dark: bool) -> None:
    palette = Palette(mode, dark)
    strips = draw_decision_map(
        sides(40, 20), NO_POINTS, NO_IDS, NO_MASK, NO_MASK, SQUARE, 40, 20, palette
    )
    area = map_area(40, 20, SQUARE)
    left = cell_colors(strips, area.left, 5)[1]
    right = cell_colors(strips, area.left + area.width - 1, 5)[1]
    assert blue_over_red(left) < -30
    assert blue_over_red(right) > 30


def test_row_0_is_the_top() -> None:
    area = map_area(40, 20, SQUARE)
    values = np.tile(np.linspace(1, -1, 2 * area.height)[:, None], (1, area.width))
    strips = draw_decision_map(
        values, NO_POINTS, NO_IDS, NO_MASK, NO_MASK, SQUARE, 40, 20, Palette("mono")
    )
    assert "▒" in strips[0].text
    assert "-" in strips[area.height - 1].text


def test_samples_lie_at_their_inputs() -> None:
    palette = Palette()
    strips = draw_decision_map(sides(40, 20), POINTS, IDS, TEST, WRONG, SQUARE, 40, 20, palette)
    area = map_area(40, 20, SQUARE)
    found = {
        (column, row): character
        for row, strip in enumerate(strips[: area.height])
        for column, character in enumerate(strip.text)
        if character in "●○×"
    }
    quarters = [area.left + area.width // 4, area.left + 3 * area.width // 4]
    rows = [area.height // 4, 3 * area.height // 4]
    assert found == {
        (quarters[0], rows[0]): "●",
        (quarters[1], rows[0]): "●",
        (quarters[0], rows[1]): "○",
        (quarters[1], rows[1]): "×",
    }


def test_without_color_the_class_number_tells_the_class() -> None:
    strips = draw_decision_map(
        sides(40, 20), POINTS, IDS, TEST, WRONG, SQUARE, 40, 20, Palette("mono")
    )
    text = "\n".join(strip.text[6:] for strip in strips[:14])
    assert [character for character in text if character in "01×"] == ["0", "1", "0", "×"]


def test_many_samples_are_half_cell_dots() -> None:
    rng = np.random.default_rng(0)
    points = rng.uniform(-1, 1, (500, 2))
    ids = (points[:, 0] > 0).astype(np.intp)
    test, wrong = rng.random(500) < 0.5, np.zeros(500, dtype=bool)
    strips = draw_decision_map(sides(40, 20), points, ids, test, wrong, SQUARE, 40, 20, Palette())
    area = map_area(40, 20, SQUARE)
    assert not any(set(strip.text) & set("●○×") for strip in strips[: area.height])
    assert strips[area.height + 1].text.strip().startswith("■■ train ")


@pytest.mark.parametrize("mode", ["truecolor", "256"])
def test_among_half_cell_dots_what_is_wrong_is_a_cross_in_its_own_color(mode: ColorMode) -> None:
    palette = Palette(mode)
    rng = np.random.default_rng(0)
    # All samples of class 1 on the left, where the map says class 0; one of four in each cell.
    points = np.stack([rng.uniform(-1, -0.1, 400), rng.uniform(-1, 1, 400)], axis=1)
    points[0], points[1] = (0.5, 0.5), (0.5, -0.5)
    ids, test, wrong = np.zeros(400, dtype=np.intp), np.zeros(400, dtype=bool), np.zeros(400, bool)
    ids[:2], wrong[:2] = 0, True
    test[1] = True
    strips = draw_decision_map(sides(40, 20), points, ids, test, wrong, SQUARE, 40, 20, palette)
    area = map_area(40, 20, SQUARE)
    crosses = [
        (column, row)
        for row in range(area.height)
        for column, character in enumerate(strips[row].text)
        if character == "×"
    ]
    column = area.left + 3 * area.width // 4
    assert crosses == [(column, area.height // 4), (column, 3 * area.height // 4)]
    seen = [cell_colors(strips, *cross) for cross in crosses]
    # Orange on blue ground; training and test samples are told apart as the dots are.
    assert all(blue_over_red(color) < -30 < 30 < blue_over_red(ground) for color, ground in seen)
    assert seen[0][0] != seen[1][0]
    assert "× wrong 2" in strips[area.height + 1].text


def test_the_legend_is_whole_or_left_out() -> None:
    for width in range(8, 60):
        height = 16
        strips = draw_decision_map(
            sides(width, height), POINTS, IDS, TEST, WRONG, SQUARE, width, height, Palette()
        )
        area = map_area(width, height, SQUARE)
        line = strips[area.height + 1].text.strip() if area.height + 1 < height else ""
        full = "● train 2  ○ test 2  × wrong 1"
        assert line in ("", "● train 2", "● train 2  ○ test 2", full)


def test_each_of_several_classes_has_its_color() -> None:
    palette = Palette()
    area = map_area(60, 24, SQUARE, 2)
    values = np.zeros((2 * area.height, area.width, 3))
    third = area.width // 3
    for k in range(3):
        values[:, k * third : (k + 1) * third, k] = 1
    strips = draw_decision_map(
        values, NO_POINTS, NO_IDS, NO_MASK, NO_MASK, SQUARE, 60, 24, palette,
        classes=("setosa", "versicolor", "virginica"),
    )  # fmt: skip
    seen = {cell_colors(strips, area.left + k * third + 2, 3)[1] for k in range(3)}
    assert len(seen) == 3
    assert strips[area.height + 2].text.strip() == "■ setosa  ■ versicolor  ■ virginica"


def test_unsure_places_are_paler_unless_discrete() -> None:
    area = map_area(30, 12, SQUARE)
    values = np.full((2 * area.height, area.width), 0.1)
    colors = []
    for discrete in (False, True):
        strips = draw_decision_map(
            values, NO_POINTS, NO_IDS, NO_MASK, NO_MASK, SQUARE, 30, 12, Palette(),
            discrete=discrete,
        )  # fmt: skip
        colors.append(blue_over_red(cell_colors(strips, area.left + 3, 3)[1]))
    assert colors[1] > colors[0] + 30


def test_nearest_repeats_and_skips() -> None:
    values = np.array([[1.0, 2.0], [3.0, 4.0]])
    assert nearest(values, 2, 4).tolist() == [[1, 1, 2, 2], [3, 3, 4, 4]]
    assert nearest(values, 1, 1).tolist() == [[1]]


def test_value_map_puts_targets_on_their_own_color() -> None:
    area = map_area(40, 20, SQUARE)
    strips = draw_value_map(
        np.zeros((2 * area.height, area.width)),
        POINTS,
        np.array([-2.0, 2.0, -2.0, 2.0]),
        TEST,
        SQUARE,
        40,
        20,
        Palette(),
    )
    row, left = area.height // 4, area.left
    assert blue_over_red(cell_colors(strips, left + area.width // 4, row)[0]) < -30
    assert blue_over_red(cell_colors(strips, left + 3 * area.width // 4, row)[0]) > 30
    assert strips[area.height + 1].text.split() == ["−2.00", "+2.00"]


def test_value_map_of_positive_targets_is_centered() -> None:
    area = map_area(40, 20, SQUARE)
    targets = np.array([2700.0, 6300.0, 3000.0, 4000.0])
    strips = draw_value_map(
        np.full((2 * area.height, area.width), 6300.0),
        POINTS,
        targets,
        TEST,
        SQUARE,
        40,
        20,
        Palette(),
    )
    assert blue_over_red(cell_colors(strips, area.left, 0)[1]) > 30
    assert strips[area.height + 1].text.split("+")[1].strip() == "2 700"


@given(
    st.integers(1, 120),
    st.integers(1, 60),
    st.integers(0, 2**32 - 1),
    st.sampled_from(MODES),
    st.booleans(),
    st.booleans(),
    st.integers(1, 12),
)
@settings(deadline=None, max_examples=60)
def test_any_map_fills_exactly_its_size(
    exact: Exact,
    width: int,
    height: int,
    seed: int,
    mode: ColorMode,
    ascii: bool,
    several: bool,
    classes: int,
) -> None:
    rng = np.random.default_rng(seed)
    palette = Palette(mode, ascii=ascii)
    wild = np.array([np.nan, np.inf, -np.inf, 1e300, 0.0])
    shape = (int(rng.integers(1, 50)), int(rng.integers(1, 50)), classes)
    values = rng.uniform(-1, 1, shape if several else shape[:2])
    values[rng.random(values.shape) < 0.05] = rng.choice(wild)
    n = int(rng.integers(0, 300))
    points = rng.normal(0, 1, (n, 2))
    points[rng.random((n, 2)) < 0.05] = rng.choice(wild)
    ids: npt.NDArray[np.intp] = rng.integers(0, classes if several else 2, n)
    test, wrong = rng.random(n) < 0.5, rng.random(n) < 0.2
    names = tuple(f"class {k}" for k in range(classes)) if several else ()
    ranges = (-1.0, 1.0, 0.0, 0.0) if seed % 5 == 0 else (-2.0, 2.0, -1000.0, 1e6)
    pictures = [
        draw_decision_map(
            values, points, ids, test, wrong, ranges, width, height, palette, classes=names
        ),
        draw_value_map(
            values.reshape(*shape[:2], -1)[..., 0],
            points,
            points[:, 0] * 3,
            test,
            ranges,
            width,
            height,
            palette,
        ),
    ]
    for strips in pictures:
        exact(strips, width, height)
        assert not ascii or all(strip.text.isascii() for strip in strips)
