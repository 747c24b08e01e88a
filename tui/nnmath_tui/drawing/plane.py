"""A map over the plane of two inputs, with samples on it: what decision and value maps share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from nnmath_engine.arrays import Array

from nnmath_tui.drawing.axes import Area, Tick, draw_axes, linear_ticks
from nnmath_tui.drawing.canvas import Canvas, Integers, style_id
from nnmath_tui.drawing.palette import Color

Ranges = tuple[float, float, float, float]
"""Left, right, bottom, top of the plane, in units of the inputs."""

_STRETCH = 1.2
"""How far a map may be from square before room is left empty."""
_GLYPH_SHARE = 1 / 6
"""More samples than this share of the cells are half-cell dots, so that the map stays visible."""


@dataclass(frozen=True, slots=True, eq=False)
class Samples:
    """Samples on the plane: places x, y (n,) in 0..1, and how each one looks.

    `looks` (n,) chooses among `colors` and `glyphs`; where glyphs stand, `bold` ones stand out.
    Looks with one of the `crosses` as their glyph show it even where the others are dots of half a
    cell. Later samples lie on top of earlier ones.
    """

    x: Array
    y: Array
    looks: npt.NDArray[np.intp]
    colors: Sequence[Color]
    glyphs: str
    bold: Sequence[bool]
    crosses: str = ""


def map_area(width: int, height: int, ranges: Ranges, legend_rows: int = 1) -> Area:
    """The cells of the map in a picture of width x height: nearly square, with room for labels.

    Compute the map's values at (2 * area.height, area.width) for one value a pixel.
    """
    rows = height - (legend_rows if height >= 8 + legend_rows else 0)
    rows -= rows >= 5
    labels = linear_ticks(ranges[2], ranges[3], 2 + rows // 6)
    left = max((len(tick.label) for tick in labels), default=0) + 1
    left = left if width >= left + 12 else 0
    columns = max(1, min(width - left, round(2 * rows * _STRETCH)))
    rows = max(1, min(rows, round(columns * _STRETCH / 2)))
    return Area(left + (width - left - columns) // 2, 0, columns, rows)


def draw_plane_axes(canvas: Canvas, area: Area, ranges: Ranges, names: tuple[str, str]) -> None:
    """Values of the two inputs left of and below the map, with the inputs' names at the ends."""
    if canvas.height == area.height:
        return
    x_name, y_name = names
    y_ticks = linear_ticks(ranges[2], ranges[3], 2 + area.height // 6)
    if len(y_name) < area.left:
        y_ticks = tuple(tick for tick in y_ticks if area.row(tick.place) > area.top + 1)
        canvas.put(area.left - 1 - len(y_name), area.top, y_name, canvas.palette.text)
    room = 1.0
    if 3 * len(x_name) <= area.width:
        room -= (len(x_name) + 4) / area.width
        start = area.left + area.width - len(x_name)
        canvas.put(start, area.top + area.height, x_name, canvas.palette.text)

    def x_ticks(most: int) -> Sequence[Tick]:
        return [tick for tick in linear_ticks(ranges[0], ranges[1], most) if tick.place <= room]

    draw_axes(canvas, area, x_ticks, y_ticks, lines=False)


def nearest(values: Array, rows: int, columns: int) -> Array:
    """`values` (r, c, ...) at rows x columns, by the nearest one."""
    if values.shape[:2] == (rows, columns):
        return values
    down = np.arange(rows) * values.shape[0] // rows
    across = np.arange(columns) * values.shape[1] // columns
    picked: Array = values[down][:, across]
    return picked


def places(points: Array, ranges: Ranges) -> tuple[Array, Array]:
    """Places x, y (n,) in 0..1 of points (n, 2); NaN outside the ranges and where not finite."""
    left, right, bottom, top = ranges
    with np.errstate(over="ignore", invalid="ignore"):
        x = (points[:, 0] - left) / ((right - left) or 1.0)
        y = (points[:, 1] - bottom) / ((top - bottom) or 1.0)
    inside = (x >= 0) & (x <= 1) & (y >= 0) & (y <= 1)
    return np.where(inside, x, np.nan), np.where(inside, y, np.nan)


def as_glyphs(area: Area, count: int) -> bool:
    """Whether `count` samples have room for a glyph each."""
    return count <= area.width * area.height * _GLYPH_SHARE


def paint_pixels(
    canvas: Canvas, area: Area, pixels: Integers, colors: Sequence[Color], samples: Samples
) -> None:
    """Draw `pixels` (2 * height, width), numbers of `colors`, and the samples, in half blocks."""
    inside = np.isfinite(samples.x) & np.isfinite(samples.y)
    columns = np.minimum((samples.x[inside] * area.width).astype(np.intp), area.width - 1)
    last = 2 * area.height - 1
    rows = np.minimum(((1 - samples.y[inside]) * (last + 1)).astype(np.intp), last)
    looks = samples.looks[inside]
    table = [*colors, *samples.colors]
    ground = pixels
    stamped = np.ones(looks.shape, dtype=bool)
    if not as_glyphs(area, len(samples.x)):
        crossed = np.array([glyph in samples.crosses for glyph in samples.glyphs], dtype=bool)
        stamped = crossed[looks]
        dots = ~stamped
        pixels = pixels.copy()
        pixels[rows[dots], columns[dots]] = looks[dots] + len(colors)
    pairs = pixels[0::2] * len(table) + pixels[1::2]
    ids = np.zeros(len(table) ** 2, dtype=np.int32)
    codes = np.full(len(table) ** 2, ord("▀"), dtype=np.uint32)
    for kind in set(pairs.reshape(-1).tolist()):
        upper, lower = table[kind // len(table)], table[kind % len(table)]
        if upper == lower:
            # A blank in the right color joins its neighbors into one run: fewer bytes.
            codes[kind] = ord(" ")
        ids[kind] = style_id(None if upper == lower else upper, lower)
    cell_ids, cell_codes = ids[pairs], codes[pairs]
    spots = (columns[stamped], rows[stamped], looks[stamped])
    _stamp(cell_codes, cell_ids, *spots, samples, ground, colors)
    canvas.paint(area.left, area.top, cell_codes, cell_ids)


def _stamp(
    codes: npt.NDArray[np.uint32],
    ids: npt.NDArray[np.int32],
    columns: Integers,
    rows: Integers,
    looks: Integers,
    samples: Samples,
    pixels: Integers,
    colors: Sequence[Color],
) -> None:
    grounds = pixels[rows, columns].tolist()
    spots = zip(columns.tolist(), rows.tolist(), looks.tolist(), grounds, strict=True)
    for column, row, look, ground in spots:
        codes[row // 2, column] = ord(samples.glyphs[look])
        ids[row // 2, column] = style_id(samples.colors[look], colors[ground], samples.bold[look])


def paint_glyphs(
    canvas: Canvas,
    area: Area,
    cells: Integers,
    glyphs: Sequence[str],
    colors: Sequence[Color],
    samples: Samples,
) -> None:
    """Draw `cells` (height, width), numbers of glyphs and colors, and the samples upon them."""
    mono = canvas.palette.mode == "mono"
    ids = np.array([style_id(color, dim=mono) for color in colors], dtype=np.int32)
    codes = np.array([ord(glyph) for glyph in glyphs], dtype=np.uint32)
    canvas.paint(area.left, area.top, codes[cells], ids[cells])
    inside = np.isfinite(samples.x) & np.isfinite(samples.y)
    columns = np.minimum((samples.x[inside] * area.width).astype(np.intp), area.width - 1)
    rows = np.minimum(((1 - samples.y[inside]) * area.height).astype(np.intp), area.height - 1)
    spots = zip(columns.tolist(), rows.tolist(), samples.looks[inside].tolist(), strict=True)
    for column, row, look in spots:
        canvas.put(
            area.left + column,
            area.top + row,
            samples.glyphs[look],
            samples.colors[look],
            bold=samples.bold[look],
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """One entry of a legend: a glyph in each of some colors, if any, and words."""

    glyph: str
    colors: Sequence[Color]
    words: str


def draw_legend(canvas: Canvas, row: int, entries: Sequence[Entry], column: int = 0) -> None:
    """Entries side by side from `column` on, each whole or not at all."""
    for entry in entries:
        size = len(entry.glyph) * len(entry.colors) + bool(entry.colors) + len(entry.words)
        if column + size > canvas.width:
            return
        for color in entry.colors:
            canvas.put(column, row, entry.glyph, color, bold=True)
            column += len(entry.glyph)
        column += bool(entry.colors)
        canvas.put(column, row, entry.words, canvas.palette.muted)
        column += 2 + len(entry.words)
