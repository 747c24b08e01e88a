"""What is said of a layer's matrix: of the entry under the cursor, of a block, or of all."""

from __future__ import annotations

import numpy as np
from nnmath_engine.arrays import Array

from nnmath_tui.drawing.heatmap_layout import Grid
from nnmath_tui.drawing.numbers import count, short
from nnmath_tui.views.matrices import LayerMatrix

Cursor = tuple[int, int]

_EXACT, _BRIEF = 13, 8


def entry_notes(matrix: LayerMatrix, cursor: Cursor, grid: Grid | None, ascii: bool) -> list[str]:
    """The entry under the cursor and, where it is averaged, the range of its block."""
    row, column = cursor
    value = float(matrix.entries[cursor])
    name = matrix.name(row, column)
    frozen = " frozen" if matrix.frozen is not None and matrix.frozen[cursor] else ""
    exact = matrix.measure.exact(value, _EXACT, ascii=ascii)
    brief = matrix.measure.text(value, _BRIEF, ascii=ascii)
    wordings = [f"{name} = {exact}{frozen}", f"{name} = {brief}{frozen}", f"= {exact}{frozen}"]
    if grid is not None and grid.averaged:
        block = matrix.entries[grid.block_of(row, column)]
        words = f"block of {block.size}: {_range(matrix, block, ascii)}"
        wordings = [f"{wordings[0]}   {words}", f"{wordings[1]}  {words}", *wordings]
    return wordings


def layer_notes(matrix: LayerMatrix, ascii: bool) -> list[str]:
    """What holds of all entries together, the fullest wording first."""
    parts = [_zeros(matrix)] if _zeros(matrix) else []
    if matrix.frozen is not None and matrix.frozen.any():
        parts.append(f"{count(int(matrix.frozen.sum()))} frozen")
    entries = matrix.entries[np.isfinite(matrix.entries)]
    wild = matrix.entries.size - len(entries) - matrix.hidden
    if wild and matrix.typical is None:
        parts.append(f"{count(wild)} not finite")
    if matrix.hidden:
        parts.append(f"{count(matrix.hidden)} to be answered first")
    if matrix.typical is not None:
        whole = short(matrix.typical, _BRIEF, digits=2, ascii=ascii)
        parts = [f"layer ΔW/W {whole}", "typical 1e-3", *parts]
    elif len(entries):
        largest = float(np.abs(entries).max())
        typical = float(np.sqrt(np.mean(np.square(entries / (largest or 1.0))))) * largest
        parts += [f"root mean square {short(typical, _BRIEF, digits=3, ascii=ascii)}"]
    return [" · ".join(parts[:size]) for size in range(len(parts), 0, -1)]


def histogram_notes(matrix: LayerMatrix) -> tuple[str, ...]:
    """How many numbers there are, and how many of them training has set to nothing."""
    size = f"{count(matrix.entries.size)} numbers"
    zeros = _zeros(matrix)
    return (size, zeros) if zeros else (size,)


def _zeros(matrix: LayerMatrix) -> str:
    zeros = int(np.count_nonzero(matrix.entries == 0))
    if not zeros:
        return ""
    what = "exact zero" if matrix.typical is None else "unmoved"
    plural = "s" if zeros > 1 and matrix.typical is None else ""
    return f"{count(zeros)} {what}{plural}"


def _range(matrix: LayerMatrix, block: Array, ascii: bool) -> str:
    low, high = (
        matrix.measure.text(float(end), _BRIEF, ascii=ascii) for end in (block.min(), block.max())
    )
    return f"{low} to {high}"
