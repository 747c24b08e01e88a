"""Small pictures of the samples that a network gets most wrong, with what it took them for."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
from nnmath_engine.arrays import Array
from textual.strip import Strip

from nnmath_tui.drawing.canvas import Canvas
from nnmath_tui.drawing.numbers import percent
from nnmath_tui.drawing.palette import Color, Palette, mix

SHADES = 9
_GAP = 2


@dataclass(frozen=True, slots=True, eq=False)
class Mistake:
    """An image (rows, columns) with ink in 0..1, its class, the class answered, and how surely."""

    image: Array
    truth: str
    answer: str
    confidence: float


def draw_gallery(
    mistakes: Sequence[Mistake], width: int, height: int, palette: Palette
) -> list[Strip]:
    """As many mistakes as fit, in the order given, each with a caption such as "4→9 98 %"."""
    canvas = Canvas(width, height, palette)
    if not mistakes:
        text = "no mistakes"
        if len(text) <= canvas.width:
            canvas.put((canvas.width - len(text)) // 2, canvas.height // 2, text, palette.muted)
        return canvas.strips()
    rows, columns = mistakes[0].image.shape
    captions = [_captions(mistake) for mistake in mistakes]
    for variant in range(len(captions[0])):
        across = max(columns, *(len(caption[variant]) for caption in captions))
        if across <= canvas.width:
            break
    else:
        return canvas.strips()
    tall = (rows + 1) // 2 + 1
    per_row = (canvas.width + _GAP) // (across + _GAP)
    spare = 1 if canvas.height >= tall + 1 else 0
    lines = (canvas.height + spare) // (tall + spare)
    for index, mistake in enumerate(mistakes[: per_row * lines]):
        x = index % per_row * (across + _GAP)
        y = index // per_row * (tall + spare)
        _draw_image(canvas, x + (across - columns) // 2, y, mistake.image)
        caption = captions[index][variant]
        start = x + (across - len(caption)) // 2
        canvas.put(start, y + tall - 1, caption, palette.muted)
    return canvas.strips()


def _captions(mistake: Mistake) -> tuple[str, str, str]:
    """From the fullest to the shortest."""
    pair = f"{mistake.truth}→{mistake.answer}"
    share = percent(mistake.confidence, 5)
    return f"{pair} {share}", pair, share


def _draw_image(canvas: Canvas, x: int, y: int, image: Array) -> None:
    palette = canvas.palette
    ink = np.clip(np.nan_to_num(image), 0, 1)
    if len(ink) % 2:
        ink = np.vstack([ink, np.zeros((1, ink.shape[1]))])
    levels = np.rint(ink * (SHADES - 1)).astype(np.intp)
    shades = _shades(palette)
    for row, (upper, lower) in enumerate(zip(levels[0::2], levels[1::2], strict=True)):
        for column, (top, bottom) in enumerate(zip(upper.tolist(), lower.tolist(), strict=True)):
            if shades:
                canvas.put(x + column, y + row, "▀", shades[top], shades[bottom])
            else:
                # Too few colors for shades: ink is there or not, and shapes stay sharp.
                dark = 2 * (2 * top >= SHADES - 1) + (2 * bottom >= SHADES - 1)
                glyph = (" .'#" if palette.ascii else " ▄▀█")[dark]
                canvas.put(x + column, y + row, glyph, palette.text)


@lru_cache(maxsize=16)
def _shades(palette: Palette) -> tuple[Color, ...]:
    """From paper to ink; none where the terminal has too few colors."""
    paper, ink = palette.background, palette.text
    if not palette.shades or paper is None or ink is None:
        return ()
    return tuple(mix(paper, ink, step / (SHADES - 1)) for step in range(SHADES))
