"""Where the parts of a network diagram go: pure geometry, in cells.

Every layer takes one of four forms. A *column* has one box per neuron, one below the other.
*Tiles* are boxes in several columns, for layers whose maps would be too small in one. A *block*
is a picture of the whole layer with one pixel per neuron. *Elided* stands for the layers that
found no room. The largest boxes that leave room for the edges win.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from functools import lru_cache
from itertools import product
from math import ceil, isqrt
from typing import Literal

Form = Literal["column", "tiles", "block", "elided"]
Content = Literal["map", "number", "dot"]

# Widths and heights of boxes, best first. A map is nearly square: a cell is twice as high as wide.
_Boxes = tuple[tuple[int, int], ...]
_MAP_BOXES: _Boxes = ((16, 8), (14, 7), (12, 6), (10, 5), (8, 4), (8, 3), (6, 3), (6, 2), (4, 2))
_THIN_MAP_BOXES = ((8, 1), (6, 1), (4, 1))
_NUMBER_BOXES = ((9, 3), (7, 1), (3, 1))
_DOT_BOXES = ((1, 1),)
_MOST_TILE_COLUMNS = 4
# Larger layers become blocks when they do not fit as a whole.
_MOST_SINGLY = 48
_WIDEST_GAP = 30
_BLOCK_CAPTION_ROWS = 2
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


@dataclass(frozen=True, slots=True)
class _Size:
    """A form for one layer before it has a place."""

    form: Form
    width: int
    box: tuple[int, int]
    columns: int = 1
    shown: int = 0
    grid: tuple[int, int] = (0, 0)


def _rows_needed(count: int, height: int) -> int:
    """Rows that `count` boxes take; boxes of two rows and more keep one row between them."""
    return count * height + (count - 1 if height > 1 else 0)


def _block(count: int, image: tuple[int, int] | None, rows: int, widest: int) -> _Size | None:
    """A grid of pixels that fits: whole cells, then two to a cell, then averaged."""
    room = max(1, rows - _BLOCK_CAPTION_ROWS)
    if image is not None and image[0] * image[1] == count:
        lines, columns = image
    else:
        columns = max(6, isqrt(count // 2))
        lines = ceil(count / columns)
    for wide, high in ((2, 1.0), (1, 0.5), (0.5, 0.25), (0.25, 0.125)):
        width, height = ceil(columns * wide), ceil(lines * high)
        if width <= widest and height <= room:
            return _Size("block", width, (width, height), shown=count, grid=(lines, columns))
    return None


def _column(count: int, boxes: _Boxes, rows: int) -> _Size | None:
    """One box per row of the layer, of the first size that fits."""
    for box in boxes:
        if _rows_needed(count, box[1]) <= rows:
            return _Size("column", box[0], box, shown=count)
    return None


def _tiles(count: int, boxes: _Boxes, rows: int, widest: int) -> _Size | None:
    """All boxes in as few columns as possible."""
    for columns in range(2, _MOST_TILE_COLUMNS + 1):
        for box in boxes:
            width = columns * (box[0] + 1) - 1
            if width <= widest and _rows_needed(ceil(count / columns), box[1]) <= rows:
                return _Size("tiles", width, box, columns, count)
    return None


def _some_tiles(count: int, boxes: _Boxes, rows: int, widest: int, pictures: bool) -> _Size | None:
    """As many of the smallest boxes as fit, above a line that counts the others."""
    if not boxes:
        return None
    box = boxes[-1]
    columns = min(_MOST_TILE_COLUMNS, (widest + 1) // (box[0] + 1))
    lines = (rows - 1) // (box[1] + 1)
    if columns * lines < (1 if pictures else rows - 1):
        # One thin box to a row shows more neurons, though no picture.
        return None
    form: Form = "tiles" if columns > 1 else "column"
    return _Size(form, columns * (box[0] + 1) - 1, box, columns, min(count, columns * lines))


def _size_of(shape: DiagramShape, layer: int, rows: int, cap: int, widest: int) -> _Size | None:
    """The best form of a layer with boxes at most `cap` rows high, or None if it has no room."""
    count = shape.sizes[layer]
    content = shape.contents[layer]
    picture = shape.image if layer == 0 else None
    if content != "map":
        kinds = _NUMBER_BOXES if content == "number" else _DOT_BOXES
        low = tuple(box for box in kinds if box[1] <= max(1, cap - 2) and box[0] <= widest)
        return _column(count, low, rows) or _block(count, picture, rows, widest)
    image = shape.image if layer == 1 else None
    boxes = _MAP_BOXES if image is None else _image_boxes(*image)
    boxes = tuple(box for box in boxes if box[1] <= cap and box[0] <= widest)
    size = _column(count, boxes, rows)
    if size is None and image is not None:
        # A receptive field is known by its details: rather more columns than smaller pictures.
        each = (_tiles(count, (box,), rows, widest) for box in boxes)
        size = next((tiles for tiles in each if tiles), None)
    size = size or _tiles(count, boxes, rows, widest)
    thin = tuple(box for box in _THIN_MAP_BOXES if box[0] <= widest)
    if size is None and image is None:
        size = _column(count, thin, rows)
    if size is None and count <= _MOST_SINGLY:
        size = _some_tiles(count, boxes, rows, widest, image is not None)
    if size is None and count <= _MOST_SINGLY:
        some = min(count, rows if count <= rows else rows - 1)
        return _Size("column", thin[-1][0], thin[-1], shown=some) if thin and some > 0 else None
    return size or _block(count, picture, rows, widest)


def _image_boxes(lines: int, columns: int) -> _Boxes:
    """Boxes for small pictures, one pixel to half a cell where there is room."""
    scales = (2.0, 1.0, 0.75, 0.5, 0.25)
    return tuple(
        (max(4, round(columns * scale)), max(2, round(lines * scale / 2))) for scale in scales
    )


def _place(size: _Size, layer: int, count: int, x: int, top: int, rows: int) -> LayerPlan:
    """Spread the boxes of a layer over the height, centered."""
    width, height = size.box
    if size.form == "block":
        y = top + max(0, (rows - height - _BLOCK_CAPTION_ROWS) // 2)
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
) -> list[_Size] | None:
    """Forms for `layers` in `free` cells, with maps of bounded `heights`, or None.

    With `whole`, every layer must show all its neurons.
    """
    least, cap = heights
    sizes = [_size_of(shape, layer, rows, cap, widest) for layer in layers]
    found = [size for size in sizes if size is not None]
    if len(found) < len(sizes) or sum(size.width for size in found) > free:
        return None
    counts = [shape.sizes[layer] for layer in layers]
    if whole and any(size.shown < count for size, count in zip(found, counts, strict=True)):
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
            # Tiles and blocks may be wide, if that leaves enough for the other layers.
            share = {"tiles": free * 2 // 3, "narrow tiles": 20}.get(way, free // visible)
            widest = min(share, free - 4 * (visible - 1))
            sizes = _sizes(shape, head + tail, rows, free, widest, (least, cap), whole)
            if sizes is not None:
                return _lay_out(shape, sizes, head, tail, (left, right, room, top, rows))
    head, tail = _halves(count, 2)
    sizes = [_Size("column", 1, (1, 1), shown=min(rows, shape.sizes[i])) for i in head + tail]
    return _lay_out(shape, sizes, head, tail, (left, right, room, top, rows))


def _lay_out(
    shape: DiagramShape,
    sizes: list[_Size],
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
        return _MAP_BOXES[-1][0], 2 * _MAP_BOXES[-1][1]
    largest = max(boxes, key=lambda box: box.width * box.height)
    return largest.width, 2 * largest.height
