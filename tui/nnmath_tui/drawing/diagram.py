"""The network as a picture: what every neuron computes, and how strongly it listens to which.

Boxes hold maps (over the input plane), curves (over one input), or numbers; edges are drawn
between them by `diagram_edges`, at the places that `diagram_layout` found.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from itertools import pairwise

from textual.strip import Strip

from nnmath_tui.drawing.canvas import Canvas
from nnmath_tui.drawing.diagram_boxes import LayerBoxes, draw_block
from nnmath_tui.drawing.diagram_data import DiagramData
from nnmath_tui.drawing.diagram_edges import draw_edges
from nnmath_tui.drawing.diagram_layout import Box, LayerPlan, Plan, map_size, plan_diagram
from nnmath_tui.drawing.numbers import count
from nnmath_tui.drawing.palette import Palette

__all__ = ["DiagramData", "NeuronSpot", "Picture", "draw_diagram", "map_size"]

_SUBSCRIPTS = str.maketrans("0123456789", "₀₁₂₃₄₅₆₇₈₉")


@dataclass(frozen=True, slots=True)
class NeuronSpot:
    """The cells of a neuron, for the mouse and the cursor keys; layer 0 is the inputs."""

    layer: int
    index: int
    x: int
    y: int
    width: int
    height: int


@dataclass(frozen=True, eq=False)
class Picture:
    """A drawn diagram: its strips and where its neurons are."""

    strips: list[Strip]
    spots: tuple[NeuronSpot, ...]

    def spot_at(self, x: int, y: int) -> NeuronSpot | None:
        """The neuron whose cells contain (x, y)."""
        for spot in self.spots:
            if 0 <= x - spot.x < spot.width and 0 <= y - spot.y < spot.height:
                return spot
        return None


def draw_diagram(
    data: DiagramData,
    width: int,
    height: int,
    palette: Palette,
    selected: tuple[int, int] | None = None,
) -> Picture:
    """The network in `width` x `height` cells, with neuron `selected` = (layer, index) framed."""
    canvas = Canvas(width, height, palette)
    plan = plan_diagram(data.shape(), canvas.width, canvas.height)
    for left, right in pairwise(plan.layers):
        if right.layer == left.layer + 1 and "elided" not in (left.form, right.form):
            draw_edges(canvas, data.weights[left.layer], left, right, selected)
    spots: list[NeuronSpot] = []
    for layer in plan.layers:
        spots.extend(_draw_layer(canvas, data, plan, layer, selected))
    return Picture(canvas.strips(), tuple(spots))


def _draw_layer(
    canvas: Canvas,
    data: DiagramData,
    plan: Plan,
    layer: LayerPlan,
    selected: tuple[int, int] | None,
) -> Iterator[NeuronSpot]:
    """Draw one layer over the edges, and yield where its neurons are."""
    if layer.form == "elided":
        _draw_elision(canvas, layer)
        return
    if plan.top:
        _draw_title(canvas, data, plan, layer)
    if layer.form == "block":
        draw_block(canvas, data, layer)
        _draw_caption(canvas, data, plan, layer)
        rows, columns = layer.grid
        for index in range(data.sizes[layer.layer]):
            x = layer.x + (index % columns) * layer.width // columns
            y = layer.y + (index // columns) * layer.height // rows
            yield NeuronSpot(layer.layer, index, x, y, max(1, layer.width // columns), 1)
        return
    boxes = LayerBoxes(canvas, data, layer)
    for box in layer.boxes:
        chosen = selected == (layer.layer, box.index)
        boxes.draw(box, chosen)
        _draw_name(canvas, data, plan, layer, box, chosen)
        yield NeuronSpot(layer.layer, box.index, box.x, box.y, box.width, box.height)
    if layer.hidden:
        text = f"… {count(layer.hidden)} more"
        x = layer.x + (layer.width - len(text)) // 2
        canvas.put(x, layer.y + layer.height, text, canvas.palette.muted)


def _draw_name(
    canvas: Canvas, data: DiagramData, plan: Plan, layer: LayerPlan, box: Box, chosen: bool
) -> None:
    """Write the name of a neuron beside its box."""
    palette = canvas.palette
    color = palette.accent if chosen else palette.muted
    middle = box.y + (box.height - 1) // 2
    if layer.layer == 0:
        name = elide(data.inputs[box.index], plan.left - 1)
        canvas.put(box.x - 1 - len(name), middle, name, color, bold=chosen)
    elif layer.layer == len(data.weights):
        name = elide(data.outputs[box.index], plan.right - 1)
        canvas.put(box.x + box.width + 1, middle, name, color, bold=chosen)
    elif layer.form == "column":
        name = "h" + str(box.index + 1).translate(_SUBSCRIPTS)
        # A name beside a flat box stands where the edges arrive, and needs more room.
        if len(name) + (2 if box.height > 1 else 6) <= plan.gap:
            canvas.put(box.x - 1 - len(name), box.y, name, color, bold=chosen)


def _draw_title(canvas: Canvas, data: DiagramData, plan: Plan, layer: LayerPlan) -> None:
    """Say what a layer is, in as many words as fit above it."""
    room = _words_room(canvas, plan, layer)
    size = data.sizes[layer.layer]
    last = len(data.weights)
    noun = "input" if layer.layer == 0 else "output" if layer.layer == last else "neuron"
    nouns = noun if size == 1 else noun + "s"
    activation = data.activations[layer.layer - 1] if layer.layer and data.activations else ""
    title = data.titles[layer.layer] if data.titles else ""
    wordings: tuple[str, ...] = (
        title,
        f"{count(size)} {activation or nouns}",
        activation,
        count(size),
    )
    if layer.form == "block":
        wordings = (title, activation)
    elif data.shows_biases(layer.layer):
        wordings = (title, f"{count(size)} {activation or nouns} · biases", *wordings[1:])
    text = next((words for words in wordings if words and len(words) <= room), "")
    x = layer.x + (layer.width - len(text)) // 2
    canvas.put(max(0, min(x, canvas.width - len(text))), 0, text, canvas.palette.muted)


def _words_room(canvas: Canvas, plan: Plan, layer: LayerPlan) -> int:
    """Cells for words centered on a layer that keep clear of its neighbors' words."""
    beyond = canvas.width - layer.x - layer.width
    return layer.width + 2 * max(0, min((plan.gap - 1) // 2, layer.x, beyond))


def _draw_caption(canvas: Canvas, data: DiagramData, plan: Plan, layer: LayerPlan) -> None:
    """Say below a block what its pixels stand for."""
    noun, shading = ("inputs", "by weights") if layer.layer == 0 else ("neurons", "by bias")
    lines = (f"{count(data.sizes[layer.layer])} {noun}", f"shaded {shading}")
    for row, text in enumerate(lines):
        if len(text) > _words_room(canvas, plan, layer):
            continue
        x = layer.x + (layer.width - len(text)) // 2
        color = canvas.palette.faint if row else canvas.palette.muted
        x = max(0, min(x, canvas.width - len(text)))
        canvas.put(x, layer.y + layer.height + row, text, color)


def _draw_elision(canvas: Canvas, layer: LayerPlan) -> None:
    """Say how many layers are left out."""
    lines = ("…", count(layer.hidden), "layers" if layer.hidden > 1 else "layer", "…")
    top = layer.y + max(0, (layer.height - len(lines)) // 2)
    for row, text in enumerate(lines):
        x = layer.x + (layer.width - len(text)) // 2
        canvas.put(x, top + row, text, canvas.palette.muted)


def elide(text: str, width: int) -> str:
    """`text` in at most `width` cells, with … in place of what was left out."""
    if len(text) <= width:
        return text
    return text[: max(0, width - 1)] + "…" if width > 0 else ""
