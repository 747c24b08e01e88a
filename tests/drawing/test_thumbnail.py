"""Small pictures of data: where the samples are, and of which class, with and without color."""

from __future__ import annotations

import numpy as np
from nnmath_tui.drawing.palette import Palette
from nnmath_tui.drawing.thumbnail import draw_thumbnail
from nnmath_tui.views.thumbnails import main_directions

POINTS = np.array([[0.0, 0.0], [1.0, 0.0], [1.0, 1.0], [np.nan, 0.5]])
KINDS = np.array([0, 1, 0, 1])


def test_letters_stand_for_classes_where_there_is_no_color() -> None:
    strips = draw_thumbnail(POINTS, KINDS, 3, 2, Palette(mode="mono"))
    assert [strip.text for strip in strips] == ["  o", "o +"]


def test_dots_wear_the_colors_of_their_classes() -> None:
    palette = Palette()
    strips = draw_thumbnail(POINTS[:2], KINDS[:2], 4, 1, palette)
    colors = [s.style.color.name for s in strips[0] if s.style and s.style.color and s.text.strip()]
    assert colors == [palette.category(0), palette.category(1)]


def test_nothing_and_one_point_have_a_picture() -> None:
    for points in (np.empty((0, 2)), np.array([[3.0, 3.0]]), np.full((2, 2), np.nan)):
        kinds = np.zeros(len(points), dtype=np.intp)
        assert len(draw_thumbnail(points, kinds, 5, 3, Palette())) == 3


def test_the_main_direction_is_the_one_with_the_most_spread() -> None:
    t = np.linspace(-1, 1, 50)
    noise = np.random.default_rng(0).normal(size=(50, 3)) * 0.01
    X = np.column_stack([t, -t, t]) + noise
    first = main_directions(X)[:, 0]
    assert abs(np.corrcoef(first, t)[0, 1]) > 0.999
    assert np.isfinite(main_directions(np.ones((4, 3)))).all()
