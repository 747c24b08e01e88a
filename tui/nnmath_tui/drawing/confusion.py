"""The confusion matrix: how often each true class was taken for which."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt
from textual.strip import Strip

from nnmath_tui.drawing.canvas import Canvas
from nnmath_tui.drawing.numbers import count, percent
from nnmath_tui.drawing.palette import LEVELS, ZERO, Color, Palette

_RECALL_WIDTH = 7
_LEAST_LEVEL = 4
"""A single mistake among thousands still gets a color that can be seen."""


def draw_confusion(
    counts: npt.NDArray[np.intp],
    classes: Sequence[str],
    width: int,
    height: int,
    palette: Palette,
) -> list[Strip]:
    """Counts (k, k), rows true and columns predicted classes, on `height` lines of `width` cells.

    The diagonal is blue and the mistakes are orange, by their share of the row; at the right
    stands the accuracy within each class. Where column names do not fit, classes are numbered.
    Where the matrix does not fit, accuracy and number of mistakes stand alone.
    """
    canvas = Canvas(width, height, palette)
    size = len(classes)
    total, right = int(counts.sum()), int(np.trace(counts))
    summary = f"accuracy {percent(right / total) if total else '…'}"
    mistakes = f"{count(total - right)} of {count(total)} wrong"
    digits = max((len(str(value)) for value in counts.ravel().tolist()), default=1)
    longest = max((len(name) for name in classes), default=0)
    number = len(str(size))

    numbered = False
    cell = max(digits, longest) + 2
    label = longest + 1
    if label + size * cell > canvas.width:
        numbered = True
        cell = max(digits, number) + 1
        label = number + longest + 2
        if label + size * cell > canvas.width:
            label = number + 1
    if label + size * cell > canvas.width or size + 1 > canvas.height or not size:
        for row, text in enumerate((summary, mistakes)):
            if len(text) <= canvas.width:
                canvas.put(0, row, text, palette.text)
        return canvas.strips()
    cell = (
        min(cell + (canvas.width - label - _RECALL_WIDTH) // size - cell, cell + 2)
        if (canvas.width - label - _RECALL_WIDTH >= size * (cell + 1))
        else cell
    )

    recalls = label + size * cell + _RECALL_WIDTH <= canvas.width
    above = 2 if canvas.height >= size + 4 else 1
    tall = 2 if canvas.height >= above + 2 * size + 2 and palette.shades else 1
    if above == 2:
        words = "↓ true  → predicted" if not palette.ascii else "rows true, columns predicted"
        if len(words) <= canvas.width:
            canvas.put(0, 0, words, palette.faint)
    for index, name in enumerate(classes):
        text = str(index + 1) if numbered else name
        end = label + (index + 1) * cell - 1
        canvas.put(end - len(text), above - 1, text, palette.muted)
        row = above + index * tall
        text = f"{index + 1:>{number}} {name}" if numbered else name
        text = text if len(text) < label else str(index + 1)
        canvas.put(label - 1 - len(text) if not numbered else 0, row, text, palette.muted)
        _draw_row(canvas, counts[index], index, label, row, cell, tall)
        hits = int(counts[index].sum())
        if recalls and hits:
            share = percent(float(counts[index, index]) / hits, _RECALL_WIDTH - 1)
            canvas.put(label + size * cell + _RECALL_WIDTH - len(share), row, share, palette.text)
    below = above + size * tall + 1
    if below < canvas.height:
        text = f"{summary}   {mistakes}"
        canvas.put(0, below, text if len(text) <= canvas.width else summary, palette.text)
    return canvas.strips()


def _draw_row(
    canvas: Canvas,
    counts: npt.NDArray[np.intp],
    diagonal: int,
    left: int,
    row: int,
    cell: int,
    tall: int,
) -> None:
    palette = canvas.palette
    total = max(1, int(counts.sum()))
    for column, value in enumerate(counts.tolist()):
        strength = round(ZERO * value / total)
        strength = max(strength, _LEAST_LEVEL) if value else 0
        level = ZERO + (strength if column == diagonal else -strength)
        ground: Color = palette.diverging(min(max(level, 0), LEVELS - 1))
        ground = ground if palette.shades else None
        color = palette.contrast(ground) if value else palette.faint
        start = left + column * cell
        if palette.shades:
            canvas.fill(start, row, cell, tall, " ", None, ground)
        text = str(value) if value else "·"
        if not palette.shades and column == diagonal:
            text = f"[{value}]" if cell >= len(str(value)) + 2 else str(value)
        start += cell - 1 - len(text) + (text.endswith("]"))
        canvas.put(start, row, text, color, ground, bold=column == diagonal)
