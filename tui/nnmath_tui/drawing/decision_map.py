"""The decision map: which class a classifier sees where, and the samples it learns from.

The map stays in the middle tones and the samples are bright, so that a sample on the wrong side
stands out, on the boundary as well as far from it.
"""

from __future__ import annotations

from collections.abc import Sequence
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from nnmath_engine.arrays import Array
from textual.strip import Strip

from nnmath_tui.drawing.canvas import Canvas
from nnmath_tui.drawing.field import paint_levels
from nnmath_tui.drawing.frame import Frame, Marks, draw_marks, draw_note
from nnmath_tui.drawing.numbers import count
from nnmath_tui.drawing.palette import ZERO, Color, Palette, mix
from nnmath_tui.drawing.plane import (
    Entry,
    Ranges,
    Samples,
    as_glyphs,
    draw_legend,
    draw_plane_axes,
    map_area,
    nearest,
    paint_glyphs,
    paint_pixels,
    places,
)

_MAP_SCALE = 2.0
"""A value of ±1 takes the middle of the color ramp, which leaves its ends to the samples."""
_STEPS = 4
"""Shades of confidence for each of several classes."""
_CLASS_GLYPHS, _CLASS_ASCII = "·░-▒=▓≡█:+", ".+-*=#~%:@"
_TRAIN, _TEST, _WRONG_TRAIN, _WRONG_TEST = range(4)
_LOOKS = 4
_LEGEND_COLORS = 3
_SHORTEST_BAR, _LONGEST_BAR = 5, 17


def draw_decision_map(
    values: Array,
    points: Array,
    ids: npt.NDArray[np.intp],
    test: npt.NDArray[np.bool_],
    wrong: npt.NDArray[np.bool_],
    ranges: Ranges,
    width: int,
    height: int,
    palette: Palette,
    *,
    discrete: bool = False,
    classes: Sequence[str] = (),
    names: tuple[str, str] = ("x₁", "x₂"),
    marks: Marks | None = None,
    notes: Sequence[str] = (),
) -> list[Strip]:
    """The map, the samples on it and a legend, on `height` lines of `width` cells.

    Args:
        values: (rows, columns), signed in [-1, 1] with 0 on the boundary and class 1 above it, or
            (rows, columns, k) probabilities of k classes; row 0 is the top. `map_area` gives the
            size that is drawn without resampling.
        points: (n, 2) inputs; ids (n,) their classes; test (n,) and wrong (n,) masks.
        ranges: left, right, bottom and top of the map, in units of the inputs.
        discrete: show the decision alone, without confidence.
        marks: a cursor and a selected sample; notes: what to say of them in place of the legend of
            samples, the fullest wording first.
    """
    canvas = Canvas(width, height, palette)
    several = values.ndim == 3 and values.shape[2] > 1
    area = map_area(canvas.width, canvas.height, ranges, _legend_rows(classes))
    samples = _samples(points, ids, test, wrong, ranges, palette)
    rows = 2 * area.height if palette.shades else area.height
    shown = nearest(values, rows, area.width)
    if several:
        best = np.nan_to_num(shown).argmax(axis=2)
        size = shown.shape[2]
        sure = np.take_along_axis(shown, best[..., None], axis=2)[..., 0]
        sure = np.clip(np.nan_to_num(sure), 0, 1)
        share = np.clip((sure * size - 1) / (size - 1), 0, 1)
        step = np.full(best.shape, _STEPS - 1) if discrete else np.rint(share * (_STEPS - 1))
        numbers = best * _STEPS + step.astype(np.intp)
        colors = _class_colors(palette, size)
        alphabet = _CLASS_ASCII if palette.ascii else _CLASS_GLYPHS
        glyphs = [alphabet[k % len(alphabet)] for k in range(size) for _ in range(_STEPS)]
    else:
        signed = shown[..., 0] if shown.ndim == 3 else shown
        if discrete:
            signed = np.sign(np.nan_to_num(signed)) * 0.8
        numbers = palette.level(signed, _MAP_SCALE)
        colors, glyphs = palette.ramp, list(palette.glyphs)
    if palette.shades:
        paint_pixels(canvas, area, numbers, colors, samples)
    else:
        paint_glyphs(canvas, area, numbers, glyphs, colors, samples)
    draw_plane_axes(canvas, area, ranges, names)
    if marks is not None:
        grounds = numbers[1::2] if palette.shades else None
        draw_marks(canvas, Frame(area, ranges), marks, grounds, colors)
    below = area.top + area.height + 1
    dots = not as_glyphs(area, len(points))
    if not draw_note(canvas, below, notes):
        draw_legend(canvas, below, _legend(samples, dots, test, wrong, palette))
    if several or discrete or len(classes) != 2 or not palette.shades:
        draw_legend(canvas, below + 1, _class_legend(classes, palette))
    else:
        _draw_scale(canvas, below + 1, classes[0], classes[1])
    return canvas.strips()


def _legend_rows(classes: Sequence[str]) -> int:
    return 2 if classes else 1


def _samples(
    points: Array,
    ids: npt.NDArray[np.intp],
    test: npt.NDArray[np.bool_],
    wrong: npt.NDArray[np.bool_],
    ranges: Ranges,
    palette: Palette,
) -> Samples:
    """Looks are numbered class by class: training, test, and the misclassified of each kind.

    A misclassified sample is a cross in the color that it would have as a dot.
    """
    size = int(ids.max()) + 1 if len(ids) else 1
    colors: list[Color] = []
    glyphs = ""
    for number in range(size):
        colors += _sample_colors(palette, number)
        glyphs += f"{number % 10}" * 2 + "××" if _plain(palette) else "●○××"
    if palette.ascii:
        glyphs = glyphs.replace("×", "x")
    looks = ids * _LOOKS + np.where(wrong, _WRONG_TRAIN, _TRAIN) + test
    order = np.argsort(looks % _LOOKS, kind="stable")
    x, y = places(points, ranges)
    bold = [True, False, True, True] * size
    return Samples(x[order], y[order], looks[order], colors, glyphs, bold, crosses="×x")


def _sample_colors(palette: Palette, number: int) -> list[Color]:
    color = palette.category(number)
    if color is None or not color.startswith("#"):
        return [color] * _LOOKS
    toward = "#ffffff" if palette.dark else "#000000"
    return [mix(color, toward, share) for share in (0.2, 0.6, 0.2, 0.6)]


@lru_cache(maxsize=16)
def _class_colors(palette: Palette, size: int) -> tuple[Color, ...]:
    """_STEPS colors for each of `size` classes, from unsure to sure."""
    ground = palette.ramp[ZERO]
    colors: list[Color] = []
    for number in range(size):
        color = palette.category(number)
        for step in range(_STEPS):
            if color and ground and color.startswith("#") and ground.startswith("#"):
                colors.append(mix(ground, color, 0.12 + 0.42 * step / (_STEPS - 1)))
            else:
                colors.append(color)
    return tuple(colors)


def _legend(
    samples: Samples,
    dots: bool,
    test: npt.NDArray[np.bool_],
    wrong: npt.NDArray[np.bool_],
    palette: Palette,
) -> list[Entry]:
    """What the looks of training, test and misclassified samples are, and how many there are."""
    sizes = (len(test) - int(test.sum()), int(test.sum()), int(wrong.sum()))
    words = [f"train {count(sizes[_TRAIN])}", f"test {count(sizes[_TEST])}"]
    if palette.shades and dots:
        looks = [[*samples.colors[look::_LOOKS]][:_LEGEND_COLORS] for look in (_TRAIN, _TEST)]
        entries = [Entry("■", look, word) for look, word in zip(looks, words, strict=True)]
    elif _plain(palette):
        entries = [Entry("", [], "bold: " + words[_TRAIN]), Entry("", [], words[_TEST])]
    else:
        entries = [Entry("●", [palette.text], words[_TRAIN])]
        entries += [Entry("○", [palette.text], words[_TEST])]
    cross = Entry(samples.glyphs[_WRONG_TRAIN], [palette.text], f"wrong {count(sizes[2])}")
    entries.append(cross)
    return [entry for entry, size in zip(entries, sizes, strict=True) if size]


def _class_legend(classes: Sequence[str], palette: Palette) -> list[Entry]:
    alphabet = _CLASS_ASCII if palette.ascii else _CLASS_GLYPHS
    return [
        Entry(
            f"{k % 10}{alphabet[k % len(alphabet)]}" if _plain(palette) else "■",
            [palette.category(k)],
            name,
        )
        for k, name in enumerate(classes)
    ]


def _plain(palette: Palette) -> bool:
    """Whether color cannot be relied on to name a class, so that its number does."""
    return palette.ascii or palette.mode == "mono"


def _draw_scale(canvas: Canvas, row: int, low: str, high: str) -> None:
    """The colors of a map from being sure of one class to being sure of the other."""
    bar = min(_LONGEST_BAR, canvas.width - len(low) - len(high) - 2)
    if bar < _SHORTEST_BAR:
        return
    palette = canvas.palette
    levels = palette.level(np.linspace(-1, 1, bar)[None, :], _MAP_SCALE)
    canvas.put(0, row, low, palette.muted)
    paint_levels(canvas, len(low) + 1, row, bar, 1, levels)
    canvas.put(len(low) + 2 + bar, row, high, palette.muted)
