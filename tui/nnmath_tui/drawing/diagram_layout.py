"""Where the parts of a network diagram go: pure geometry, in cells.

Every layer gets the form that `diagram_forms` finds for it, with the largest boxes that leave room
for the edges. Layers that find no room are *elided*, in the middle of the network.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product
from math import ceil

from nnmath_tui.drawing.diagram_forms import (
    BLOCK_CAPTION_ROWS,
    MAP_BOXES,
    Content,
    Form,
    FormSize,
    size_of,
)

_WIDEST_GAP = 30
_ELISION_WIDTH = 6
# Least cells between two layers, by the height of the largest boxes.
_GAPS = (7, 7, 7, 7, 8, 8, 9, 10, 12)
_LEAST_GAP = 4


@dataclass(frozen=True, slots=True)
class DiagramShape:
    """What the placement depends on, and nothing that changes from frame to frame.

    Layer 0 is the inputs. `contents[l]` is what the boxes of layer l hold; `image` is the (rows,
    columns) of the pictures that the inputs form and the first hidden layer's maps show.
    """

    sizes: tuple[int, ...]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    contents: tuple[Content, ...]
    image: tuple[int, int] | None = None


@dataclass(frozen=True, slots=True)
class Box:
    """The cells of one neuron."""

    index: int
    x: int
    y: int
    width: int
    height: int

    @property
    def middle(self) -> int:
        """The height at which edges meet the box, in quarter cells."""
        return 4 * self.y + 2 * self.height - (self.height % 2)


@dataclass(frozen=True, slots=True)
class LayerPlan:
    """One layer's place: its form, its rectangle, and the boxes of the neurons that are shown.

    A block has no boxes: it is a grid of `grid` = (rows, columns) pixels over the rectangle.
    `hidden` neurons found no room; of an elided plan, `hidden` layers from `layer` on.
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


@dataclass(frozen=True, slots=True)
class Plan:
    """The whole diagram: its layers from left to right, and the cells kept for names."""

    layers: tuple[LayerPlan, ...]
    left: int
    right: int
    top: int
    gap: int


def _place(size: FormSize, layer: int, count: int, x: int, top: int, rows: int) -> LayerPlan:
    """Spread the boxes of a layer over the height, centered."""
    width, height = size.box
    if size.form == "block":
        y = top + max(0, (rows - height - BLOCK_CAPTION_ROWS) // 2)
        return LayerPlan("block", layer, x, y, width, height, grid=size.grid)
    lines = ceil(size.shown / size.columns)
    pitch = height + (1 if height > 1 else 0)
    if size.form == "column" and lines > 1:
        pitch = max(pitch, min((rows - height) // (lines - 1), height + height // 2 + 2))
    words = 1 if size.shown < count else 0
    total = (lines - 1) * pitch + height
    y = top + max(0, (rows - total - words) // 2)
    boxes = tuple(
        Box(
            index=index,
            x=x + (index // lines) * (width + 1),
            y=y + (index % lines) * pitch,
            width=width,
            height=height,
        )
        for index in range(size.shown)
    )
    return LayerPlan(size.form, layer, x, y, size.width, total, boxes, count - size.shown)


def _halves(count: int, visible: int) -> tuple[tuple[int, ...], tuple[int, ...]]:
    """The first and the last layers when `visible` of `count` are shown."""
    if visible >= count:
        return tuple(range(count)), ()
    first = ceil(visible / 2)
    return tuple(range(first)), tuple(range(count - visible + first, count))


def _sizes(
    shape: DiagramShape,
    layers: tuple[int, ...],
    rows: int,
    free: int,
    widest: int,
    heights: tuple[int, int],
    whole: bool,
) -> list[FormSize] | None:
    """Forms for `layers` in `free` cells, with maps of bounded `heights`, or None.

    With `whole`, every layer must show all its neurons.
    """
    least, cap = heights
    found: list[FormSize] = []
    for layer in layers:
        image = shape.image if layer <= 1 else None
        count, content = shape.sizes[layer], shape.contents[layer]
        size = size_of(count, content, image, layer == 0, rows, cap, widest)
        if size is None or (whole and size.shown < count):
            return None
        found.append(size)
    if sum(size.width for size in found) > free:
        return None
    drawn = [
        size.box[1]
        for size, layer in zip(found, layers, strict=True)
        if size.form != "block" and shape.contents[layer] == "map"
    ]
    # Boxes of one picture should be of one kind; what is not drawn large is not important.
    if drawn and (min(drawn) < least or max(drawn) > max(3, ceil(1.5 * min(drawn)))):
        return None
    return found


def _margins(shape: DiagramShape, width: int, rows: int) -> tuple[int, int]:
    """Cells for the names of the inputs on the left and of the outputs on the right."""
    most = width // 5 if width >= 30 else 3
    sides = ((shape.inputs, shape.sizes[0]), (shape.outputs, shape.sizes[-1]))
    left, right = (
        0 if size > rows else min(most, max((len(name) for name in names), default=0)) + 1
        for names, size in sides
    )
    return max(1, left), right


@lru_cache(maxsize=64)
def plan_diagram(shape: DiagramShape, width: int, height: int) -> Plan:
    """Place a network of at least two layers (inputs and outputs) in `width` x `height` cells."""
    count = len(shape.sizes)
    top = 2 if height >= 30 else 1 if height >= 6 else 0
    rows = max(1, height - top)
    left, right = _margins(shape, width, rows)
    room = max(1, width - left - right)
    # Neurons are left out only when not even thin maps fit, and layers only after them; what then
    # stays is drawn well.
    attempts = [(count, 1, True), (count, 1, False)]
    attempts += [(visible, 2, False) for visible in range(count - 1, 2, -1)]
    for visible, least, whole in (*attempts, (2, 1, False)):
        head, tail = _halves(count, visible)
        elision = _ELISION_WIDTH + _LEAST_GAP if tail else 0
        for way, cap in product(("tiles", "narrow tiles", "even", "tight"), range(8, 0, -1)):
            gap = _LEAST_GAP if way == "tight" else _GAPS[cap]
            free = room - elision - gap * (visible - 1)
            if free < visible:
                continue
            # Tiles and blocks may be wide, if that leaves enough for the other layers.
            share = {"tiles": free * 2 // 3, "narrow tiles": 20}.get(way, free // visible)
            widest = min(share, free - 4 * (visible - 1))
            sizes = _sizes(shape, head + tail, rows, free, widest, (least, cap), whole)
            if sizes is not None:
                return _lay_out(shape, sizes, head, tail, (left, right, room, top, rows))
    head, tail = _halves(count, 2)
    sizes = [FormSize("column", 1, (1, 1), shown=min(rows, shape.sizes[i])) for i in head + tail]
    return _lay_out(shape, sizes, head, tail, (left, right, room, top, rows))


def _lay_out(
    shape: DiagramShape,
    sizes: list[FormSize],
    head: tuple[int, ...],
    tail: tuple[int, ...],
    frame: tuple[int, int, int, int, int],
) -> Plan:
    """Give every layer its columns of cells, with equal gaps between them."""
    left, right, room, top, rows = frame
    slots = len(sizes) + (1 if tail else 0)
    taken = sum(size.width for size in sizes) + (_ELISION_WIDTH if tail else 0)
    gap = max(1, min(_WIDEST_GAP, (room - taken) // (slots - 1)))
    x = left + max(0, (room - taken - gap * (slots - 1)) // 2)
    layers: list[LayerPlan] = []
    for layer, size in zip(head + tail, sizes, strict=True):
        if tail and layer == tail[0]:
            middle = LayerPlan("elided", head[-1] + 1, x, top, _ELISION_WIDTH, rows)
            layers.append(replace(middle, hidden=tail[0] - head[-1] - 1))
            x += _ELISION_WIDTH + gap
        layers.append(_place(size, layer, shape.sizes[layer], x, top, rows))
        x += size.width + gap
    return Plan(tuple(layers), left, right, top, gap)


def map_size(
    sizes: tuple[int, ...],
    width: int,
    height: int,
    inputs: tuple[str, ...] = (),
    outputs: tuple[str, ...] = ("ŷ",),
) -> tuple[int, int]:
    """Columns and rows of the maps over the input plane that fill the largest box exactly.

    Two rows to a cell. Compute all maps at this size: smaller boxes average them.
    """
    names = inputs or tuple(f"x{i + 1}" for i in range(sizes[0]))
    contents: tuple[Content, ...] = tuple("map" for _ in sizes)
    shape = DiagramShape(sizes, names, outputs, contents)
    boxes = [box for layer in plan_diagram(shape, width, height).layers for box in layer.boxes]
    if not boxes:
        return MAP_BOXES[-1][0], 2 * MAP_BOXES[-1][1]
    largest = max(boxes, key=lambda box: box.width * box.height)
    return largest.width, 2 * largest.height
