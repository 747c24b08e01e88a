"""What form a layer of a network diagram takes in the room that there is.

A *column* has one box per neuron, one below the other. *Tiles* are boxes in several columns, for
layers whose maps would be too small in one. A *block* is a picture of the whole layer with one
pixel per neuron.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from math import ceil, isqrt
from typing import Literal

Form = Literal["column", "tiles", "block", "elided"]
Content = Literal["map", "number", "dot"]

# Widths and heights of boxes, best first. A map is nearly square: a cell is twice as high as wide.
_Boxes = tuple[tuple[int, int], ...]
MAP_BOXES: _Boxes = (
    *((24, 12), (22, 11), (20, 10), (18, 9), (16, 8), (14, 7), (12, 6), (10, 5), (9, 4), (8, 4)),
    *((8, 3), (6, 3), (5, 3), (6, 2), (5, 2), (4, 2)),
)
THIN_MAP_BOXES: _Boxes = ((8, 1), (6, 1), (4, 1))
_NUMBER_BOXES = ((9, 3), (7, 1), (3, 1))
_DOT_BOXES = ((1, 1),)
_MOST_TILE_COLUMNS = 6
# Larger layers become blocks when they do not fit as a whole.
_MOST_SINGLY = 48
BLOCK_CAPTION_ROWS = 2


@dataclass(frozen=True, slots=True)
class FormSize:
    """A form for one layer before it has a place."""

    form: Form
    width: int
    box: tuple[int, int]
    columns: int = 1
    shown: int = 0
    grid: tuple[int, int] = (0, 0)


def _rows_needed(count: int, height: int) -> int:
    """Rows that `count` boxes take; those of two rows and more have a line of words below."""
    return count * (height + (1 if height > 1 else 0))


def of_boxes(count: int, box: tuple[int, int], rows: int) -> FormSize | None:
    """All neurons in boxes of one size, in as few columns as that takes; None if too many."""
    width, height = box
    lines = rows // _rows_needed(1, height)
    columns = ceil(count / lines) if lines else count
    if not lines or columns > _MOST_TILE_COLUMNS:
        return None
    form: Form = "column" if columns == 1 else "tiles"
    return FormSize(form, columns * (width + 1) - 1, box, columns, count)


def grown(size: FormSize, rows: int, widest: int, most: int) -> FormSize:
    """A column with the largest boxes, at most `most` high, that `widest` cells and `rows` hold."""
    boxes = tuple(box for box in MAP_BOXES if box[0] <= widest and box[1] <= most)
    larger = _column(size.shown, boxes, rows)
    return larger if larger is not None and larger.width > size.width else size


def _block(count: int, image: tuple[int, int] | None, rows: int, widest: int) -> FormSize | None:
    """A grid of pixels that fits: whole cells, then two to a cell, then averaged."""
    room = max(1, rows - BLOCK_CAPTION_ROWS)
    if image is not None and image[0] * image[1] == count:
        lines, columns = image
    else:
        columns = max(6, isqrt(count // 2))
        lines = ceil(count / columns)
    for wide, high in ((2, 1.0), (1, 0.5), (0.5, 0.25), (0.25, 0.125)):
        width, height = ceil(columns * wide), ceil(lines * high)
        if width <= widest and height <= room:
            return FormSize("block", width, (width, height), shown=count, grid=(lines, columns))
    return None


def _column(count: int, boxes: _Boxes, rows: int) -> FormSize | None:
    """One box per row of the layer, of the first size that fits."""
    for box in boxes:
        if _rows_needed(count, box[1]) <= rows:
            return FormSize("column", box[0], box, shown=count)
    return None


def _tiles(count: int, boxes: _Boxes, rows: int, widest: int) -> FormSize | None:
    """All boxes in as few columns as possible."""
    for columns in range(2, _MOST_TILE_COLUMNS + 1):
        for box in boxes:
            width = columns * (box[0] + 1) - 1
            if width <= widest and _rows_needed(ceil(count / columns), box[1]) <= rows:
                return FormSize("tiles", width, box, columns, count)
    return None


def _some_tiles(
    count: int, boxes: _Boxes, rows: int, widest: int, pictures: bool
) -> FormSize | None:
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
    return FormSize(form, columns * (box[0] + 1) - 1, box, columns, min(count, columns * lines))


@lru_cache(maxsize=512)
def size_of(
    count: int,
    content: Content,
    image: tuple[int, int] | None,
    inputs: bool,
    rows: int,
    cap: int,
    widest: int,
) -> FormSize | None:
    """The best form of a layer with boxes at most `cap` rows high, or None if it has no room.

    `image` is the shape of the inputs, and of the maps in the boxes of the other layers.
    """
    picture = image if inputs else None
    if content != "map":
        kinds = _NUMBER_BOXES if content == "number" else _DOT_BOXES
        low = tuple(box for box in kinds if box[1] <= max(1, cap - 2) and box[0] <= widest)
        return _column(count, low, rows) or _block(count, picture, rows, widest)
    if inputs:
        image = None
    boxes = MAP_BOXES if image is None else picture_boxes(*image)
    boxes = tuple(box for box in boxes if box[1] <= cap and box[0] <= widest)
    size = _column(count, boxes, rows)
    if size is None and image is not None:
        # A receptive field is known by its details: rather more columns than smaller pictures.
        each = (_tiles(count, (box,), rows, widest) for box in boxes)
        size = next((tiles for tiles in each if tiles), None)
    size = size or _tiles(count, boxes, rows, widest)
    thin = tuple(box for box in THIN_MAP_BOXES if box[0] <= widest)
    if size is None and image is None:
        size = _column(count, thin, rows)
    if size is None and count <= _MOST_SINGLY:
        size = _some_tiles(count, boxes, rows, widest, image is not None)
    if size is None and count <= _MOST_SINGLY:
        some = min(count, rows if count <= rows else rows - 1)
        return FormSize("column", thin[-1][0], thin[-1], shown=some) if thin and some > 0 else None
    return size or _block(count, picture, rows, widest)


def picture_boxes(lines: int, columns: int) -> _Boxes:
    """Boxes for small pictures, one pixel to half a cell where there is room."""
    scales = (2.0, 1.5, 1.0, 0.75, 0.5, 0.25)
    boxes = ((max(4, round(columns * s)), max(2, round(lines * s / 2))) for s in scales)
    return tuple(dict.fromkeys(boxes))
