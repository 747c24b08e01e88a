"""Which layers of a network diagram are shown in the room that there is, and in which forms.

First all neurons of all layers, in boxes of one size that is as large as can be; then thin boxes
and blocks; then some neurons of wide layers; and only then are layers left out.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise, product
from math import ceil

from nnmath_tui.drawing.diagram_forms import (
    MAP_BOXES,
    THIN_MAP_BOXES,
    Content,
    FormSize,
    grown,
    of_boxes,
    picture_boxes,
    size_of,
)

ELISION_WIDTH = 6
# Least cells between two layers, by the height of the largest boxes.
_GAPS = (7, 7, 7, 7, 8, 8, 9, 10, 12)
_LEAST_GAP = 4
_TILES_GAP = 5


@dataclass(frozen=True, slots=True)
class DiagramShape:
    """What the placement depends on, and nothing that changes from frame to frame.

    Layer 0 is the inputs. `contents[l]` is what the boxes of layer l hold; `image` is the (rows,
    columns) of the pictures that the inputs form and the maps of neurons show. `offers` are the
    names of inputs that are switched off.
    """

    sizes: tuple[int, ...]
    inputs: tuple[str, ...]
    outputs: tuple[str, ...]
    contents: tuple[Content, ...]
    image: tuple[int, int] | None = None
    offers: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Frame:
    """Cells for names at the left and right, and titles on top; `room` x `rows` are between."""

    left: int
    right: int
    room: int
    top: int
    rows: int


@dataclass(frozen=True, slots=True)
class Fit:
    """The layers that are shown, ascending, with the form of each; `offers` rows are kept."""

    frame: Frame
    layers: tuple[int, ...]
    sizes: tuple[FormSize, ...]
    offers: int = 0

    @property
    def elisions(self) -> int:
        """How many runs of layers are left out."""
        return sum(after > before + 1 for before, after in pairwise(self.layers))


@lru_cache(maxsize=64)
def fit(shape: DiagramShape, width: int, height: int, anchor: int | None) -> Fit:
    """Forms for the layers that find room in `width` x `height` cells, `anchor` among them."""
    top = 2 if height >= 30 else 1 if height >= 6 else 0
    rows = max(1, height - top)
    left, right = _margins(shape, width, rows)
    frame = Frame(left, right, max(1, width - left - right), top, rows)
    offers = len(shape.offers)
    if rows - offers < 3 * min(shape.sizes[0], 7):
        offers = 0
    return _whole(shape, frame, offers) or _partial(shape, frame, anchor)


def _margins(shape: DiagramShape, width: int, rows: int) -> tuple[int, int]:
    """Cells for the names of the inputs on the left and of the outputs on the right."""
    most = width // 5 if width >= 30 else 3
    sides = ((shape.inputs, shape.sizes[0]), (shape.outputs, shape.sizes[-1]))
    left, right = (
        0 if size > rows else min(most, max((len(name) for name in names), default=0)) + 1
        for names, size in sides
    )
    return max(1, left), right


def _whole(shape: DiagramShape, frame: Frame, offers: int) -> Fit | None:
    """All neurons of all layers, maps in boxes of one size; None if they do not fit.

    One column per layer reads best, so it may cost three quarters of the size of the boxes.
    """
    layers = tuple(range(len(shape.sizes)))
    best: Fit | None = None
    area = 0
    boxes = (*MAP_BOXES, *THIN_MAP_BOXES) if shape.image is None else picture_boxes(*shape.image)
    for box in boxes:
        sizes = [_one_kind(shape, layer, box, frame, offers) for layer in layers]
        found = [size for size in sizes if size is not None]
        if len(found) < len(sizes):
            continue
        tiled = any(size.form == "tiles" for size in found)
        gaps = (_TILES_GAP if tiled else _GAPS[min(box[1], 8)]) * (len(layers) - 1)
        spare = frame.room - sum(size.width for size in found) - gaps
        if spare < 0:
            continue
        if best is None or (not tiled and box[1] > 1 and 4 * box[0] * box[1] >= area):
            area = area or box[0] * box[1]
            best = Fit(frame, layers, _grow(shape, found, frame, spare, offers), offers)
        if not tiled:
            break
    return best


def _one_kind(
    shape: DiagramShape, layer: int, box: tuple[int, int], frame: Frame, offers: int
) -> FormSize | None:
    count, content = shape.sizes[layer], shape.contents[layer]
    rows = frame.rows - (offers if layer == 0 else 0)
    if content == "map":
        return of_boxes(count, box, rows)
    image = shape.image if layer == 0 else None
    return size_of(count, content, image, layer == 0, rows, box[1] + 2, frame.room // 3)


def _grow(
    shape: DiagramShape, sizes: list[FormSize], frame: Frame, spare: int, offers: int
) -> tuple[FormSize, ...]:
    """The same with larger boxes for inputs and outputs, as far as there is room."""
    for layer in (len(sizes) - 1, 0):
        rows = frame.rows - (offers if layer == 0 else 0)
        size = sizes[layer]
        if shape.contents[layer] == "map" and size.form == "column" and shape.image is None:
            most = max(3, ceil(1.5 * size.box[1]))
            sizes[layer] = grown(size, rows, size.width + spare // 3, most)
            spare -= sizes[layer].width - size.width
    return tuple(sizes)


def _visible(count: int, visible: int, anchor: int | None) -> tuple[int, ...]:
    """Which layers to show when only `visible` of `count` can be: both ends, and some between."""
    if visible >= count:
        return tuple(range(count))
    if anchor is None or anchor == 0 or visible <= 2:
        first = ceil(visible / 2)
        return (*range(first), *range(count - visible + first, count))
    inner = visible - 2
    start = max(1, min(anchor - inner // 2, count - 1 - inner))
    return (0, *range(start, start + inner), count - 1)


def _partial(shape: DiagramShape, frame: Frame, anchor: int | None) -> Fit:
    """Thin boxes and blocks, then some neurons of wide layers, then some layers."""
    count, rows = len(shape.sizes), frame.rows
    attempts = [(count, 1, True), (count, 1, False)]
    attempts += [(visible, 2, False) for visible in range(count - 1, 2, -1)]
    for visible, least, whole in (*attempts, (3, 1, False), (2, 1, False)):
        layers = _visible(count, visible, anchor)
        elisions = sum(after > before + 1 for before, after in pairwise(layers))
        elided = (ELISION_WIDTH + _LEAST_GAP) * elisions
        for way, cap in product(("tiles", "narrow tiles", "even", "tight"), range(8, 0, -1)):
            gap = _LEAST_GAP if way == "tight" else _GAPS[cap]
            free = frame.room - elided - gap * (visible - 1)
            if free < visible:
                continue
            # Tiles and blocks may be wide, if that leaves enough for the other layers.
            share = {"tiles": free * 2 // 3, "narrow tiles": 20}.get(way, free // visible)
            widest = min(share, free - 4 * (visible - 1))
            sizes = _sizes(shape, layers, rows, free, widest, (least, cap), whole)
            if sizes is not None:
                return Fit(frame, layers, sizes)
    layers = _visible(count, 2, None)
    return Fit(
        frame,
        layers,
        tuple(FormSize("column", 1, (1, 1), shown=min(rows, shape.sizes[i])) for i in layers),
    )


def _sizes(
    shape: DiagramShape,
    layers: tuple[int, ...],
    rows: int,
    free: int,
    widest: int,
    heights: tuple[int, int],
    whole: bool,
) -> tuple[FormSize, ...] | None:
    """Forms for `layers` in `free` cells, with maps of bounded `heights`, or None.

    With `whole`, every layer must show all its neurons.
    """
    least, cap = heights
    found: list[FormSize] = []
    for layer in layers:
        count, content = shape.sizes[layer], shape.contents[layer]
        size = size_of(count, content, shape.image, layer == 0, rows, cap, widest)
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
    return tuple(found)
