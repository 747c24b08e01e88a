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
from nnmath_tui.drawing.diagram_data import FROZEN
from nnmath_tui.drawing.diagram_layout import LayerPlan
from nnmath_tui.drawing.field import calm_scale
from nnmath_tui.drawing.numbers import signed
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


def _anchors(layer: LayerPlan, size: int, right: bool) -> tuple[Integers, Integers, Integers]:
    """Neurons of a layer that edges can reach: indices, heights and columns, in braille dots.

    Of several boxes side by side, all edges meet the outermost one of their line.
    """
    if layer.form == "block":
        rows, columns = layer.grid
        indices = np.arange(size)
        heights = 4 * layer.y + (4 * layer.height * (2 * (indices // columns) + 1)) // (2 * rows)
        end = 2 * (layer.x + layer.width) if right else 2 * layer.x - 1
        ends = np.full(indices.shape, end)
    else:
        indices = np.array([box.index for box in layer.boxes], dtype=np.intp)
        heights = np.array([box.middle for box in layer.boxes], dtype=np.intp)
        # Of a layer in columns the last one may have fewer lines than the others.
        outermost = {box.y: box.x + box.width for box in layer.boxes}
        sides = [2 * outermost[box.y] if right else 2 * layer.x - 1 for box in layer.boxes]
        ends = np.array(sides, dtype=np.intp)
    return indices, heights, ends


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
    if not sources.size or not targets.size or x1.max() <= x0.max():
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
        strongest = np.flatnonzero(touches.reshape(-1) | _largest(sizes, most))
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
        starts, ends = (x0[from_[order]], y0[from_[order]]), (x1[to[order]], y1[to[order]])
        _draw_curves(canvas, starts, ends, level[order], faded)


def _largest(sizes: Array, most: int) -> npt.NDArray[np.bool_]:
    """Which of `sizes` are the `most` largest; of equal ones the first, on every processor."""
    least = np.partition(sizes, -most)[-most]
    largest: npt.NDArray[np.bool_] = sizes > least
    equal = np.flatnonzero(sizes == least)
    largest[equal[: most - np.count_nonzero(largest)]] = True
    return largest


def draw_edge(
    canvas: Canvas, weights: Array, left: LayerPlan, right: LayerPlan, pair: tuple[int, int]
) -> None:
    """Draw the weight from neuron pair[0] to pair[1] so that it stands out, with its value."""
    sources, y0, x0 = _anchors(left, weights.shape[0], right=True)
    targets, y1, x1 = _anchors(right, weights.shape[1], right=False)
    from_, to = np.flatnonzero(sources == pair[0]), np.flatnonzero(targets == pair[1])
    if not from_.size or not to.size or x1.max() <= x0.max():
        return
    palette = canvas.palette
    starts, ends = (x0[from_], y0[from_]), (x1[to], y1[to])
    x, y, _, _ = _points(starts, ends, np.zeros(2, dtype=np.intp))
    canvas.dots(x, y, style_id(palette.text, bold=True), np.full(x.shape, ord("o")))
    value = float(weights[pair])
    first, end = int(starts[0][0]) // 2, (int(ends[0][0]) + 1) // 2
    text = signed(value, min(9, end - first), digits=3, ascii=palette.ascii)
    level = int(palette.level(np.array([value]), calm_scale(weights, 1.0))[0])
    middle = int(starts[1][0] + ends[1][0]) // 8
    canvas.put((first + end - len(text)) // 2, middle, text, palette.number(level), bold=True)


def mark_edge(
    canvas: Canvas, left: LayerPlan, right: LayerPlan, sizes: tuple[int, int], pair: tuple[int, int]
) -> None:
    """Write the mark of a frozen weight on the middle of its edge, if both ends are shown."""
    sources, y0, x0 = _anchors(left, sizes[0], right=True)
    targets, y1, x1 = _anchors(right, sizes[1], right=False)
    for i in np.flatnonzero(sources == pair[0]).tolist():
        for j in np.flatnonzero(targets == pair[1]).tolist():
            middle = int(x0[i] + x1[j]) // 4, int(y0[i] + y1[j]) // 8
            canvas.put(*middle, FROZEN, canvas.palette.accent, bold=True)


def _points(
    starts: tuple[Integers, Integers], ends: tuple[Integers, Integers], edge: Integers
) -> tuple[Integers, Integers, Integers, Integers]:
    """The dots x, y of the lines that belong to `edge`, their steps, and which line each is of.

    Of two lines in a row of one edge, the second is one dot lower.
    """
    (x0, y0), (x1, y1) = starts, ends
    second = np.zeros(len(edge), dtype=np.int32)
    second[1:] = edge[1:] == edge[:-1]
    start = y0[edge].astype(np.int32) + second
    rise = (y1 - y0)[edge].astype(np.float32)
    across = (x1 - x0)[edge].astype(np.float32)
    # The curve is at most 1.5 times as steep as the straight line: no dot is skipped.
    counts = np.maximum(across, 1.5 * np.abs(rise)).astype(np.int32) + 1
    line = np.repeat(np.arange(len(edge), dtype=np.int32), counts)
    step = np.arange(len(line), dtype=np.int32) - (np.cumsum(counts) - counts)[line]
    t = step.astype(np.float32) / np.maximum(counts - 1, 1).astype(np.float32)[line]
    x = np.rint(x0[edge][line] + across[line] * t).astype(np.int32)
    y = np.rint(start[line] + rise[line] * (t * t * (3 - 2 * t))).astype(np.int32)
    return x, y, step, line


def _draw_curves(
    canvas: Canvas,
    starts: tuple[Integers, Integers],
    ends: tuple[Integers, Integers],
    level: Integers,
    faded: npt.NDArray[np.bool_],
) -> None:
    """Curves from x, y to x, y in dots, level at both ends, later ones over earlier ones."""
    palette = canvas.palette
    strength = np.abs(level - ZERO)
    thick = (strength >= _THICK_FROM) & ~faded
    weak = (strength < 4) | faded
    # A thick edge is two lines, one dot apart; all points of all lines go into flat arrays.
    edge = np.repeat(np.arange(len(level)), 1 + thick)
    x, y, step, line = _points(starts, ends, edge)
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
