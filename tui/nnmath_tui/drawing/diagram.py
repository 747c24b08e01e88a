"""The network as a picture: what every neuron computes, and how strongly it listens to which.

Boxes hold maps (over the input plane), curves (over one input), histograms (over the samples), or
numbers; edges are drawn between them by `diagram_edges`, at the places that `diagram_layout` found.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from itertools import pairwise

from textual.strip import Strip

from nnmath_tui.drawing.canvas import Canvas
from nnmath_tui.drawing.diagram_boxes import LayerBoxes, draw_block
from nnmath_tui.drawing.diagram_data import DiagramData, Histograms
from nnmath_tui.drawing.diagram_edges import draw_edge, draw_edges, mark_edge
from nnmath_tui.drawing.diagram_labels import (
    Button,
    draw_caption,
    draw_elision,
    draw_labels,
    draw_offers,
    draw_rest,
    draw_title,
)
from nnmath_tui.drawing.diagram_layout import LayerPlan, Plan, map_size, plan_diagram
from nnmath_tui.drawing.palette import Palette
from nnmath_tui.drawing.plain_letters import plain

__all__ = ["DiagramData", "Histograms", "NeuronSpot", "Picture", "draw_diagram", "map_size"]


@dataclass(frozen=True, slots=True)
class NeuronSpot:
    """The cells of a neuron, for the mouse and the cursor keys; layer 0 is the inputs.

    Inputs that are switched off come after those that are on.
    """

    layer: int
    index: int
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, eq=False)
class Picture:
    """A drawn diagram: its strips, where its neurons and buttons are, and the plan behind it."""

    strips: list[Strip]
    spots: tuple[NeuronSpot, ...]
    plan: Plan
    buttons: tuple[Button, ...] = ()

    def spot_at(self, x: int, y: int) -> NeuronSpot | None:
        """The neuron whose cells contain (x, y)."""
        for spot in self.spots:
            if 0 <= x - spot.x < spot.width and 0 <= y - spot.y < spot.height:
                return spot
        return None

    def button_at(self, x: int, y: int) -> Button | None:
        """The button whose cells contain (x, y)."""
        return next((b for b in self.buttons if b.y == y and 0 <= x - b.x < b.width), None)


def draw_diagram(
    data: DiagramData,
    width: int,
    height: int,
    palette: Palette,
    selected: tuple[int, int] | None = None,
    source: int | None = None,
) -> Picture:
    """The network in `width` x `height` cells, with neuron `selected` = (layer, index) framed.

    With `source`, its weight from that neuron of the layer before stands out, with its value.
    """
    if palette.ascii:
        inputs, offered = (tuple(map(plain, names)) for names in (data.inputs, data.offered))
        data = replace(data, inputs=inputs, offered=offered)
    canvas = Canvas(width, height, palette)
    focus = _focus(data, selected, source)
    plan = plan_diagram(data.shape(), canvas.width, canvas.height, focus)
    on = selected if selected is None or selected[0] or selected[1] < data.sizes[0] else None
    for left, right in pairwise(plan.layers):
        if right.layer != left.layer + 1 or "elided" in (left.form, right.form):
            continue
        draw_edges(canvas, data.weights[left.layer], left, right, on)
        for number, row, column in data.frozen:
            if row is not None and number == right.layer:
                sizes = data.weights[left.layer].shape
                mark_edge(canvas, left, right, sizes, (row, column))
    for left, right in pairwise(plan.layers):
        beside = right.layer == left.layer + 1 and "elided" not in (left.form, right.form)
        if on is not None and source is not None and beside and right.layer == on[0]:
            draw_edge(canvas, data.weights[left.layer], left, right, (source, on[1]))
    spots: list[NeuronSpot] = []
    buttons: list[Button] = []
    for layer in plan.layers:
        if layer.form == "elided":
            draw_elision(canvas, layer)
            continue
        spots.extend(_draw_layer(canvas, data, plan, layer, selected))
        if plan.top:
            chosen = on is not None and on[0] == layer.layer
            buttons.extend(draw_title(canvas, data, plan, layer, chosen))
    return Picture(canvas.strips(), tuple(spots), plan, tuple(buttons))


def _focus(
    data: DiagramData, selected: tuple[int, int] | None, source: int | None
) -> tuple[tuple[int, int], ...]:
    """The neurons that must be in sight, as far as they exist."""
    if selected is None:
        return ()
    layer, index = selected
    wanted = [(layer, index)] if source is None else [(layer, index), (layer - 1, source)]
    sizes = data.sizes
    return tuple((at, i) for at, i in wanted if 0 <= at < len(sizes) and 0 <= i < sizes[at])


def _draw_layer(
    canvas: Canvas,
    data: DiagramData,
    plan: Plan,
    layer: LayerPlan,
    selected: tuple[int, int] | None,
) -> Iterator[NeuronSpot]:
    """Draw one layer over the edges, and yield where its neurons are."""
    number = layer.layer
    chosen = selected[1] if selected is not None and selected[0] == number else None
    if layer.form == "block":
        draw_block(canvas, data, layer, chosen)
        draw_caption(canvas, data, plan, layer)
        rows, columns = layer.grid
        for index in range(data.sizes[number]):
            x = layer.x + (index % columns) * layer.width // columns
            y = layer.y + (index // columns) * layer.height // rows
            yield NeuronSpot(number, index, x, y, max(1, layer.width // columns), 1)
        return
    boxes = LayerBoxes(canvas, data, layer, plan.top)
    for box in layer.boxes:
        boxes.draw(box, box.index == chosen)
        yield NeuronSpot(number, box.index, box.x, box.y, box.width, box.height)
    draw_labels(canvas, data, plan, layer, chosen)
    draw_rest(canvas, data, layer)
    if number == 0:
        size = data.sizes[0]
        off = chosen - size if chosen is not None else None
        for place, x, y, width in draw_offers(canvas, data, plan, layer, off):
            yield NeuronSpot(0, size + place, x, y, width, 1)
