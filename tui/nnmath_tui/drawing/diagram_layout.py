"""Where the parts of a network diagram go: pure geometry, in cells.

Every layer gets the form that `diagram_fit` finds for it, with the largest boxes that leave room
for the edges. Layers that find no room are *elided*: the inputs, the outputs and the layers about
the selected one stay.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from math import ceil

from nnmath_tui.drawing.diagram_fit import ELISION_WIDTH, DiagramShape, Fit, fit
from nnmath_tui.drawing.diagram_forms import BLOCK_CAPTION_ROWS, MAP_BOXES, Content, Form, FormSize

__all__ = ["Box", "DiagramShape", "LayerPlan", "Plan", "map_size", "plan_diagram"]

_WIDEST_GAP = 30


@dataclass(frozen=True, slots=True)
class Box:
    """The cells of one neuron; edges meet it at the height `middle`, in quarter cells."""

    index: int
    x: int
    y: int
    width: int
    height: int
    middle: int


@dataclass(frozen=True, slots=True)
class LayerPlan:
    """One layer's place: its form, its rectangle, and the boxes of the neurons that are shown.

    A block has no boxes: it is a grid of `grid` = (rows, columns) pixels over the rectangle.
    `hidden` neurons found no room; of an elided plan, `hidden` layers from `layer` on. The boxes
    of tiles stand in columns of `lines` boxes. `offers` are the rows of inputs that are off.
    """

    form: Form
    layer: int
    x: int
    y: int
    width: int
    height: int
    boxes: tuple[Box, ...] = ()
    hidden: int = 0
    grid: tuple[int, int] = (0, 0)
    lines: int = 1
    pitch: int = 1
    offers: tuple[int, ...] = ()


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole diagram: its layers from left to right, and the cells kept for names."""

    layers: tuple[LayerPlan, ...]
    left: int
    right: int
    top: int
    gap: int


Focus = tuple[tuple[int, int], ...]


@lru_cache(maxsize=64)
def plan_diagram(shape: DiagramShape, width: int, height: int, focus: Focus = ()) -> Plan:
    """Place a network of at least two layers (inputs and outputs) in `width` x `height` cells.

    Neurons in `focus`, as (layer, index), are in sight wherever neurons are shown one by one, and
    the layer of the first one is.
    """
    found = fit(shape, width, height, focus[0][0] if focus else None)
    return _lay_out(shape, found, dict(reversed(focus)))


def _lay_out(shape: DiagramShape, found: Fit, focus: dict[int, int]) -> Plan:
    """Give every layer its columns of cells, with equal gaps between them."""
    frame, layers, sizes = found.frame, found.layers, found.sizes
    slots = len(sizes) + found.elisions
    taken = sum(size.width for size in sizes) + ELISION_WIDTH * found.elisions
    gap = max(1, min(_WIDEST_GAP, (frame.room - taken) // (slots - 1)))
    x = frame.left + max(0, (frame.room - taken - gap * (slots - 1)) // 2)
    plans: list[LayerPlan] = []
    before = -1
    for layer, size in zip(layers, sizes, strict=True):
        if layer > before + 1:
            middle = LayerPlan("elided", before + 1, x, frame.top, ELISION_WIDTH, frame.rows)
            plans.append(replace(middle, hidden=layer - before - 1))
            x += ELISION_WIDTH + gap
        offers = found.offers if layer == 0 else 0
        rows = frame.rows - offers
        plan = _place(size, layer, shape.sizes[layer], x, (frame.top, rows), focus.get(layer, 0))
        if offers:
            end = plan.boxes[-1].y + plan.boxes[-1].height + 1 if plan.boxes else frame.top
            plan = replace(plan, offers=tuple(range(end, end + offers)))
        plans.append(plan)
        x += size.width + gap
        before = layer
    return Plan(tuple(plans), frame.left, frame.right, frame.top, gap)


def _place(
    size: FormSize, layer: int, count: int, x: int, frame: tuple[int, int], focus: int
) -> LayerPlan:
    """Spread the boxes of a layer over the height (top, rows), centered, `focus` among them."""
    width, height = size.box
    top, rows = frame
    if size.form == "block":
        y = top + max(0, (rows - height - BLOCK_CAPTION_ROWS) // 2)
        return LayerPlan("block", layer, x, y, width, height, grid=size.grid)
    lines = ceil(size.shown / size.columns)
    label = 1 if height > 1 else 0
    pitch = height + label
    if lines > 1:
        roomy = height + height // 2 + 2 if size.form == "column" else height + 2
        pitch = max(pitch, min((rows - height - label) // (lines - 1), roomy))
    words = 1 if size.shown < count else 0
    total = (lines - 1) * pitch + height
    y = top + max(0, (rows - total - label - words) // 2)
    first = max(0, min(focus - size.shown // 2, count - size.shown))
    boxes = tuple(
        Box(
            first + place,
            x + (place // lines) * (width + 1),
            y + (place % lines) * pitch,
            width,
            height,
            _meets(y + (place % lines) * pitch, height, place // lines, size.columns),
        )
        for place in range(size.shown)
    )
    return LayerPlan(
        size.form, layer, x, y, size.width, total, boxes, count - size.shown, (0, 0), lines, pitch
    )


def _meets(y: int, height: int, column: int, columns: int) -> int:
    """Where edges meet a box: of boxes side by side, those of each one at a height of its own."""
    if columns == 1:
        return 4 * y + 2 * height - (height % 2)
    return 4 * y + (4 * height * (2 * column + 1)) // (2 * columns)


def map_size(
    sizes: tuple[int, ...],
    width: int,
    height: int,
    inputs: tuple[str, ...] = (),
    outputs: tuple[str, ...] = ("ŷ",),
    offers: tuple[str, ...] = (),
) -> tuple[int, int]:
    """Columns and rows of the maps over the input plane that fill the largest box exactly.

    Two rows to a cell. Compute all maps at this size: smaller boxes average them.
    """
    names = inputs or tuple(f"x{i + 1}" for i in range(sizes[0]))
    contents: tuple[Content, ...] = tuple("map" for _ in sizes)
    shape = DiagramShape(sizes, names, outputs, contents, None, offers)
    boxes = [box for layer in plan_diagram(shape, width, height).layers for box in layer.boxes]
    if not boxes:
        return MAP_BOXES[-1][0], 2 * MAP_BOXES[-1][1]
    largest = max(boxes, key=lambda box: box.width * box.height)
    return largest.width, 2 * largest.height
