"""Edges of a network diagram: braille curves whose color tells sign and size of the weight.

Strong edges are drawn over weak ones and cut them, so that a dense layer reads as its few strong
weights over a quiet ground. Where color may be missing, positive edges are solid and negative
ones dashed.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt
from nnmath_engine.arrays import Array

from nnmath_tui.drawing.canvas import Canvas, style_id
from nnmath_tui.drawing.diagram_layout import LayerPlan
from nnmath_tui.drawing.field import calm_scale
from nnmath_tui.drawing.palette import LEVELS, ZERO, Color, Palette, mix

_MOST_EDGES = 220
# Between whole layers, an edge ends at a pixel: a few are a hint, many are fog.
_MOST_EDGES_OF_BLOCKS = 40
_THICK_FROM = 11
_FADE = 0.6

Integers = npt.NDArray[np.integer]


def _toward(color: Color, ground: Color, share: float) -> Color:
    if color is None or ground is None or not (color.startswith("#") and ground.startswith("#")):
        return color
    return mix(color, ground, share)


def _boosted(palette: Palette) -> list[Color]:
    """The ramp for thin lines, which need more contrast than areas to show a color."""
    least = 2 if palette.dark else 5
    return [
        palette.ramp[ZERO + sign * (least + (ZERO - least) * abs(level) // ZERO)]
        for level in range(-ZERO, ZERO + 1)
        for sign in [(level > 0) - (level < 0)]
    ]


@lru_cache(maxsize=16)
def _styles(palette: Palette, faded: bool) -> npt.NDArray[np.int32]:
    """The style number of an edge of every level."""
    if not faded:
        return np.array([style_id(color) for color in _boosted(palette)], dtype=np.int32)
    if palette.mode in ("16", "mono"):
        style = style_id(palette.faint, dim=palette.mode == "mono")
        return np.full(LEVELS, style, dtype=np.int32)
    colors = (_toward(color, palette.surface, _FADE) for color in _boosted(palette))
    return np.array([style_id(color) for color in colors], dtype=np.int32)


def _anchors(layer: LayerPlan, size: int, right: bool) -> tuple[Integers, Integers, int]:
    """Neurons of a layer that edges can reach: indices, heights and column, in braille dots."""
    if layer.form == "block":
        rows, columns = layer.grid
        indices = np.arange(size)
        heights = 4 * layer.y + (4 * layer.height * (2 * (indices // columns) + 1)) // (2 * rows)
    else:
        indices = np.array([box.index for box in layer.boxes], dtype=np.intp)
        heights = np.array([box.middle for box in layer.boxes], dtype=np.intp)
    return indices, heights, 2 * (layer.x + layer.width) if right else 2 * layer.x - 1


def draw_edges(
    canvas: Canvas,
    weights: Array,
    left: LayerPlan,
    right: LayerPlan,
    selected: tuple[int, int] | None,
) -> None:
    """Draw the strongest of `weights` (fan_in, fan_out), and all that touch the selected neuron."""
    palette = canvas.palette
    sources, y0, x0 = _anchors(left, weights.shape[0], right=True)
    targets, y1, x1 = _anchors(right, weights.shape[1], right=False)
    if x1 <= x0 or not sources.size or not targets.size:
        return
    shown = weights[np.ix_(sources, targets)]
    touches = np.zeros(shown.shape, dtype=bool)
    if selected is not None and selected[0] == left.layer:
        touches[sources == selected[1], :] = True
    if selected is not None and selected[0] == right.layer:
        touches[:, targets == selected[1]] = True
    most = _MOST_EDGES_OF_BLOCKS if "block" in (left.form, right.form) else _MOST_EDGES
    sizes = np.abs(shown).reshape(-1)
    strongest = np.arange(sizes.size)
    if sizes.size > most:
        kept = touches.reshape(-1).copy()
        kept[np.argpartition(sizes, -most)[-most:]] = True
        strongest = np.flatnonzero(kept)
    from_, to = np.unravel_index(strongest, shown.shape)
    # Of thousands of weights, the strongest few per cent would all look alike.
    share = 0.98 if weights.size < 2000 else 1.0
    level = palette.level(shown[from_, to], calm_scale(weights, share))
    touched = touches[from_, to]
    # The last one drawn owns the cells that it crosses.
    order = np.lexsort((np.abs(level - ZERO), touched))
    order = order[level[order] != ZERO]
    if order.size:
        faded = (selected is not None) & ~touched[order]
        _draw_curves(canvas, (x0, x1), y0[from_[order]], y1[to[order]], level[order], faded)


def _draw_curves(
    canvas: Canvas,
    ends: tuple[int, int],
    y0: Integers,
    y1: Integers,
    level: Integers,
    faded: npt.NDArray[np.bool_],
) -> None:
    """Curves between two columns of dots, level at both ends, later ones over earlier ones."""
    palette = canvas.palette
    strength = np.abs(level - ZERO)
    thick = (strength >= _THICK_FROM) & ~faded
    weak = (strength < 4) | faded
    # A thick edge is two lines, one dot apart; all points of all lines go into flat arrays.
    edge = np.repeat(np.arange(len(level)), 1 + thick)
    second = np.zeros(len(edge), dtype=np.int32)
    second[1:] = edge[1:] == edge[:-1]
    start = y0[edge].astype(np.int32) + second
    rise = (y1 - y0)[edge].astype(np.float32)
    x0, x1 = ends
    # The curve is at most 1.5 times as steep as the straight line: no dot is skipped.
    counts = np.maximum(x1 - x0, 1.5 * np.abs(rise)).astype(np.int32) + 1
    line = np.repeat(np.arange(len(edge), dtype=np.int32), counts)
    step = np.arange(len(line), dtype=np.int32) - (np.cumsum(counts) - counts)[line]
    t = step.astype(np.float32) / np.maximum(counts - 1, 1).astype(np.float32)[line]
    x = np.rint(x0 + (x1 - x0) * t).astype(np.int32)
    y = np.rint(start[line] + rise[line] * (t * t * (3 - 2 * t))).astype(np.int32)
    edge = edge[line]
    # Few dots for little weight; dashes for a minus sign where hue cannot be trusted.
    drawn = ~weak[edge] | (step % 3 == 0)
    if palette.ascii:
        drawn &= (strength >= 6)[edge]
    elif not palette.shades:
        drawn &= (level > ZERO)[edge] | (step % 7 < 4)
    drawn &= (y >= 0) & (y < 4 * canvas.height) & (x >= 0) & (x < 2 * canvas.width)
    x, y, edge = x[drawn], y[drawn], edge[drawn]
    cells = (y >> 2) * canvas.width + (x >> 1)
    owner = np.empty(canvas.width * canvas.height, dtype=np.intp)
    owner[cells] = edge
    kept = owner[cells] == edge
    edge = edge[kept]
    ids = np.where(faded, _styles(palette, True)[level], _styles(palette, False)[level])
    plain = np.where(level > ZERO, ord("+"), ord("-"))
    canvas.dots(x[kept], y[kept], ids[edge], plain[edge])
