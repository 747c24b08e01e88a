"""The picture of a layer's matrix: heat map, histogram, or both where there is room."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from textual.strip import Strip

from nnmath_tui.drawing.heatmap import Heatmap, draw_heatmap
from nnmath_tui.drawing.histogram import draw_histogram
from nnmath_tui.drawing.palette import Palette
from nnmath_tui.drawing.plain_letters import plain
from nnmath_tui.views.matrices import LayerMatrix
from nnmath_tui.views.matrix_notes import entry_notes, histogram_notes, layer_notes

_LEAST_WIDTH, _LEAST_HEIGHT, _WIDEST_BESIDE, _GAP = 18, 5, 40, 3
"""The free columns and lines that a histogram takes, the most, and its distance."""
_FEWEST = 10
"""Of fewer numbers, the matrix says all that a histogram would."""
_BELOW = 3
"""Lines at the end for the note and the legend, and a free one above them."""


@dataclass(frozen=True, slots=True)
class MatrixLook:
    """How a matrix is looked at: the selected entry, numbers around it, histogram alone.

    `typed` are the wordings of a number that is being typed for the selected entry.
    """

    cursor: tuple[int, int] | None = None
    zoomed: bool = False
    as_histogram: bool = False
    typed: Sequence[str] = ()


@dataclass(frozen=True, eq=False, slots=True)
class MatrixPicture:
    """The strips, and the heat map among them if there is one."""

    strips: list[Strip]
    heatmap: Heatmap | None


def draw_matrix(
    shown: LayerMatrix, look: MatrixLook, width: int, height: int, palette: Palette
) -> MatrixPicture:
    """The matrix as `height` strips of `width` cells."""
    if look.as_histogram:
        return MatrixPicture(_histogram(shown, width, height, palette), None)
    heat = _heatmap(shown, look, width, height, palette, _notes(shown, look, None, palette))
    if look.cursor is not None and heat.grid is not None and heat.grid.averaged:
        # Which entries share a block is known only now.
        notes = _notes(shown, look, heat, palette)
        heat = _heatmap(shown, look, width, height, palette, notes)
    return MatrixPicture(_with_histogram(shown, heat, width, height, palette), heat)


def _heatmap(
    shown: LayerMatrix,
    look: MatrixLook,
    width: int,
    height: int,
    palette: Palette,
    notes: Sequence[str],
) -> Heatmap:
    rows = [plain(name) for name in shown.rows] if palette.ascii else shown.rows
    return draw_heatmap(
        shown.W, rows, shown.columns, width, height, palette, shown.measure,
        look.cursor, shown.b, frozen=shown.frozen, zoom=look.zoomed, notes=notes,
        about="one scale · " if shown.shared else "",
    )  # fmt: skip


def _notes(
    shown: LayerMatrix, look: MatrixLook, heat: Heatmap | None, palette: Palette
) -> Sequence[str]:
    if look.cursor is None:
        return layer_notes(shown, palette.ascii)
    grid = heat.grid if heat is not None else None
    return look.typed or entry_notes(shown, look.cursor, grid, palette.ascii)


def _histogram(shown: LayerMatrix, width: int, height: int, palette: Palette) -> list[Strip]:
    notes = histogram_notes(shown)
    return draw_histogram(shown.entries, shown.measure, width, height, palette, notes=notes)


def _with_histogram(
    shown: LayerMatrix, heat: Heatmap, width: int, height: int, palette: Palette
) -> list[Strip]:
    """The heat map, and where it leaves room beside or below, the histogram."""
    strips, last = heat.strips, height - _BELOW
    if shown.entries.size < _FEWEST:
        return strips
    free = min(width - heat.right - _GAP, _WIDEST_BESIDE)
    if heat.spots and free >= _LEAST_WIDTH and last >= _LEAST_HEIGHT:
        beside = _histogram(shown, free, last, palette)
        joined = [
            Strip.join((strip.crop(0, width - free), picture))
            for strip, picture in zip(strips[:last], beside, strict=True)
        ]
        return [*joined, *strips[last:]]
    first = heat.bottom + 1
    if heat.spots and last - first >= _LEAST_HEIGHT:
        below = _histogram(shown, width, last - first, palette)
        return [*strips[:first], *below, *strips[last:]]
    return strips
