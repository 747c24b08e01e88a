"""What stands in the boxes of a network diagram: maps, curves, numbers, and blocks of pixels."""

from __future__ import annotations

import numpy as np
from nnmath_engine.arrays import Array

from nnmath_tui.drawing.canvas import Canvas, style_id
from nnmath_tui.drawing.diagram_data import DiagramData
from nnmath_tui.drawing.diagram_histograms import draw_histogram
from nnmath_tui.drawing.diagram_layout import Box, LayerPlan
from nnmath_tui.drawing.field import calm_scale, paint_levels, pixel_rows, resample
from nnmath_tui.drawing.numbers import signed
from nnmath_tui.drawing.palette import ZERO, Levels

SATURATED, SATURATED_ASCII = "‡", "!"
"""What marks a saturated neuron."""


class LayerBoxes:
    """The boxes of one layer, on one scale, so that its neurons can be compared."""

    def __init__(self, canvas: Canvas, data: DiagramData, plan: LayerPlan, top: int) -> None:
        layer = plan.layer
        self._canvas = canvas
        self._maps = data.maps_of(layer)
        self._numbers = data.numbers_of(layer)
        self._data, self._layer, self._top = data, layer, top
        self._histograms = data.histograms.get(layer)
        shown = [box.index for box in plan.boxes]
        maps = [self._maps[i] for i in shown if i < len(self._maps)]
        present = [map_ for map_ in maps if map_ is not None]
        if present:
            self._scale = calm_scale(np.concatenate([map_.reshape(-1) for map_ in present]), 0.95)
        else:
            self._scale = 0.0 if self._numbers is None else calm_scale(self._numbers, 1.0)
        # Inputs have units of their own, and so scales of their own.
        self._own_scales = layer == 0
        self._levels: dict[int, Levels] = {}
        alike = len(present) == len(shown) and len({map_.shape for map_ in present}) == 1
        if alike and not self._own_scales and present[0].shape[0] > 1:
            levels = canvas.palette.level(np.stack(present), self._scale)
            box = plan.boxes[0]
            fitted = resample(levels, pixel_rows(canvas.palette, box.height), box.width)
            self._levels = dict(zip(shown, fitted, strict=True))

    def draw(self, box: Box, selected: bool) -> None:
        """Draw the box of one neuron, framed when selected."""
        canvas, index = self._canvas, box.index
        content = self._maps[index] if index < len(self._maps) else None
        dead = self._data.marked(self._data.dead, self._layer, index)
        if content is not None:
            self._draw_map(box, content)
        elif self._histograms is not None:
            draw_histogram(canvas, (box.x, box.y, box.width, box.height), self._histograms, index)
        elif self._numbers is not None and dead:
            # A word over a number would leave digits of it.
            ground = canvas.palette.ramp[ZERO] if canvas.palette.shades else None
            canvas.fill(box.x, box.y, box.width, box.height, " ", None, ground)
        elif self._numbers is not None:
            _draw_number(canvas, box, float(self._numbers[index]), self._scale)
        else:
            canvas.put(box.x, box.y, "●", canvas.palette.muted)
        if dead:
            _draw_dead(canvas, box)
        elif self._data.marked(self._data.saturated, self._layer, index):
            _draw_saturated(canvas, box)
        if selected:
            _draw_selection(canvas, box, self._top)

    def _draw_map(self, box: Box, content: Array) -> None:
        canvas = self._canvas
        scale = calm_scale(content, 1.0) if self._own_scales else self._scale
        if content.shape[0] == 1:
            _draw_curve(canvas, box, content[0], scale)
            return
        levels = self._levels.get(box.index)
        if levels is None:
            levels = canvas.palette.level(content, scale)
        paint_levels(canvas, box.x, box.y, box.width, box.height, levels)


def _draw_number(canvas: Canvas, box: Box, value: float, scale: float) -> None:
    """A number on the color of its level."""
    palette = canvas.palette
    level = int(palette.level(np.array([value]), scale)[0])
    text = signed(value, 5, digits=2, ascii=palette.ascii) if box.width >= 5 else ""
    middle = box.y + (box.height - 1) // 2
    if palette.shades:
        color = palette.diverging(level)
        canvas.fill(box.x, box.y, box.width, box.height, " ", None, color)
        x = box.x + (box.width - len(text)) // 2
        canvas.put(x, middle, text, palette.contrast(color), color)
        return
    text = f"[{text:^{box.width - 2}}]" if text else palette.glyph(level) * box.width
    canvas.fill(box.x, box.y, box.width, box.height)
    canvas.put(box.x, middle, text, palette.number(level))


def _draw_curve(canvas: Canvas, box: Box, values: Array, scale: float) -> None:
    """A neuron over a single input, as a line above and below its zero."""
    palette = canvas.palette
    ground = palette.ramp[ZERO] if palette.shades else None
    canvas.fill(box.x, box.y, box.width, box.height, " ", None, ground)
    dots, rows = 2 * box.width, 4 * box.height
    columns = np.arange(dots)
    sampled = values[columns * len(values) // dots]
    levels = palette.level(sampled, scale)
    heights = np.rint((ZERO - levels) / (2 * ZERO) * (rows - 1) + (rows - 1) / 2).astype(np.intp)
    zero = 4 * box.y + rows // 2
    axis = columns[::2] if box.height > 1 else columns[:0]
    line = style_id(palette.faint, ground)
    canvas.dots(2 * box.x + axis, np.full(axis.shape, zero), line)
    # Fill the jumps between neighbors, or a steep line falls apart into dots.
    x, y = [columns], [heights]
    for share in np.linspace(0.0, 1.0, rows)[1:-1]:
        between = np.rint(heights[:-1] * (1 - share) + heights[1:] * share).astype(np.intp)
        x.append(columns[:-1])
        y.append(between)
    # The line must be seen wherever it runs: its color tells the sign, its height the size.
    tones = (palette.ramp[ZERO - 11], palette.muted, palette.ramp[ZERO + 11])
    ids = np.array([style_id(tone or palette.text, ground) for tone in tones])
    xs, ys = np.concatenate(x), np.concatenate(y)
    canvas.dots(2 * box.x + xs, 4 * box.y + ys, ids[np.sign(levels - ZERO) + 1][xs])


def _draw_dead(canvas: Canvas, box: Box) -> None:
    """Say that a neuron gives nothing for any sample."""
    text = "dead" if box.width >= 4 else "x"
    palette = canvas.palette
    ground = palette.ramp[ZERO] if palette.shades else None
    x = box.x + (box.width - len(text)) // 2
    canvas.put(x, box.y + (box.height - 1) // 2, text, palette.warning, ground)


def _draw_saturated(canvas: Canvas, box: Box) -> None:
    """Mark in its corner a neuron that hardly passes any gradient on."""
    mark = SATURATED_ASCII if canvas.palette.ascii else SATURATED
    canvas.put(box.x + box.width - 1, box.y, mark, canvas.palette.warning, bold=True)


def _draw_selection(canvas: Canvas, box: Box, top: int) -> None:
    """Frame a box, or bracket it where neighbors leave no room above and below."""
    accent = canvas.palette.accent
    left, right, below = box.x - 1, box.x + box.width, box.y + box.height
    if box.height == 1:
        canvas.put(left, box.y, "▐", accent, bold=True)
        canvas.put(right, box.y, "▌", accent, bold=True)
        return
    # Above and below stand the biases of this neuron and of the one above: only corners are free.
    for row in range(box.y, below):
        canvas.put(left, row, "│", accent, bold=True)
        canvas.put(right, row, "│", accent, bold=True)
    for column, row, corner in (
        (left, box.y - 1, "╭"),
        (right, box.y - 1, "╮"),
        (left, below, "╰"),
        (right, below, "╯"),
    ):
        if row >= top:  # above are titles
            canvas.put(column, row, corner, accent, bold=True)


def draw_block(canvas: Canvas, data: DiagramData, layer: LayerPlan, chosen: int | None) -> None:
    """A whole layer with one pixel per neuron: the bias, or how strongly an input is used."""
    rows, columns = layer.grid
    pixels = np.zeros(rows * columns)
    if layer.layer == 0:
        W = np.clip(data.weights[0], -1e100, 1e100)
        pixels[: W.shape[0]] = np.sqrt(np.mean(W * W, axis=1))
    else:
        biases = data.biases[layer.layer - 1]
        pixels[: biases.shape[0]] = biases
    levels = canvas.palette.level(pixels, calm_scale(pixels)).reshape(rows, columns)
    paint_levels(canvas, layer.x, layer.y, layer.width, layer.height, levels)
    if chosen is not None and 0 <= chosen < data.sizes[layer.layer]:
        x = layer.x + (chosen % columns) * layer.width // columns
        y = layer.y + (chosen // columns) * layer.height // rows
        canvas.put(x, y, "◆" if not canvas.palette.ascii else "@", canvas.palette.accent, bold=True)
