"""Pictures of samples with what a network took them for, as large as the room allows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache

import numpy as np
import numpy.typing as npt
from nnmath_engine.arrays import Array
from textual.strip import Strip

from nnmath_tui.drawing.canvas import Canvas, style_id
from nnmath_tui.drawing.numbers import percent
from nnmath_tui.drawing.palette import Color, Palette, mix

SHADES = 9
_GAP = 2
_WORTH_GROWING = 6
"""Pictures grow as long as so many of them are in sight."""


@dataclass(frozen=True, slots=True, eq=False)
class Mistake:
    """An image (rows, columns) with ink in 0..1, its class, the class answered, and how surely."""

    image: Array
    truth: str
    answer: str
    confidence: float


@dataclass(frozen=True, slots=True)
class GalleryLayout:
    """`per_row` x `lines` pictures of `scale` pixels to a value, with captions of one kind.

    Each has a frame of `across` x `tall` cells and `gap` lines below it; `first` is the number of
    the picture at the top left.
    """

    caption: int
    across: int
    tall: int
    gap: int
    per_row: int
    lines: int
    scale: int
    first: int

    @property
    def shown(self) -> int:
        """How many pictures there is room for."""
        return self.per_row * self.lines

    def at(self, x: int, y: int) -> int | None:
        """The number of the picture whose frame contains a cell."""
        column, line = x // (self.across + _GAP), y // (self.tall + self.gap)
        inside = x % (self.across + _GAP) < self.across and y % (self.tall + self.gap) < self.tall
        if not inside or column >= self.per_row or not 0 <= line < self.lines:
            return None
        return self.first + line * self.per_row + column


def gallery_layout(
    mistakes: Sequence[Mistake], width: int, height: int, selected: int | None = None
) -> GalleryLayout | None:
    """How the pictures share the room, with the selected one in sight; None if none fits."""
    if not mistakes:
        return None
    shape = mistakes[0].image.shape
    captions = [_captions(mistake) for mistake in mistakes]
    widths = [max(map(len, kind)) for kind in zip(*captions, strict=True)]
    best = _layout(shape, widths, width, height, 1, selected)
    scale = 2
    while best is not None:
        larger = _layout(shape, widths, width, height, scale, selected)
        # A larger picture must not cost its caption, nor most of the others.
        if (
            larger is None
            or larger.caption > best.caption
            or larger.shown < min(len(mistakes), _WORTH_GROWING)
        ):
            break
        best, scale = larger, scale + 1
    return best


def _layout(
    shape: tuple[int, ...],
    widths: Sequence[int],
    width: int,
    height: int,
    scale: int,
    selected: int | None,
) -> GalleryLayout | None:
    """`widths` are those that each kind of caption takes, the fullest first."""
    rows, columns = shape
    caption = next(
        (kind for kind, size in enumerate(widths) if max(scale * columns, size) <= width), None
    )
    if caption is None:
        return None
    across = max(scale * columns, widths[caption])
    tall = (scale * rows + 1) // 2 + 1
    per_row, lines = (width + _GAP) // (across + _GAP), height // tall
    # A free line between the pictures, unless it costs a line of them.
    spare = int(height > tall and (height + 1) // (tall + 1) == lines)
    if lines < 1:
        # A picture that is cut is better than none.
        lines = int(scale == 1)
    first, shown = 0, per_row * lines
    if selected is not None and shown and selected >= shown:
        first = (selected // per_row - lines + 1) * per_row
    return GalleryLayout(caption, across, tall, spare, per_row, lines, scale, first)


def draw_gallery(
    mistakes: Sequence[Mistake],
    width: int,
    height: int,
    palette: Palette,
    *,
    selected: int | None = None,
    empty: str = "no mistakes",
    layout: GalleryLayout | None = None,
) -> list[Strip]:
    """As many pictures as fit, in the order given, each with a caption such as "4→9 98 %".

    The `selected` one is in sight and stands out; where there are none, `empty` is said. `layout`
    is that of `gallery_layout`, if it is known.
    """
    canvas = Canvas(width, height, palette)
    if not mistakes:
        if len(empty) <= canvas.width:
            canvas.put((canvas.width - len(empty)) // 2, canvas.height // 2, empty, palette.muted)
        return canvas.strips()
    layout = layout or gallery_layout(mistakes, canvas.width, canvas.height, selected)
    if layout is None:
        return canvas.strips()
    columns = mistakes[0].image.shape[1] * layout.scale
    last = min(len(mistakes), layout.first + layout.shown)
    for number in range(layout.first, last):
        place = number - layout.first
        x = place % layout.per_row * (layout.across + _GAP)
        y = place // layout.per_row * (layout.tall + layout.gap)
        _draw_image(
            canvas, x + (layout.across - columns) // 2, y, mistakes[number].image, layout.scale
        )
        caption = _captions(mistakes[number])[layout.caption]
        start = x + (layout.across - len(caption)) // 2
        if number == selected:
            _draw_selected(canvas, x, y + layout.tall - 1, layout.across, start, caption)
        else:
            canvas.put(start, y + layout.tall - 1, caption, palette.muted)
    return canvas.strips()


def _draw_selected(canvas: Canvas, x: int, y: int, across: int, start: int, caption: str) -> None:
    palette = canvas.palette
    plain = palette.accent is None or palette.background is None
    if plain:
        canvas.put(start, y, caption, None, bold=True, reverse=True)
        return
    canvas.fill(x, y, across, 1, " ", None, palette.accent)
    canvas.put(start, y, caption, palette.background, palette.accent, bold=True)


def _captions(mistake: Mistake) -> tuple[str, str, str]:
    """From the fullest to the shortest."""
    pair = f"{mistake.truth}→{mistake.answer}"
    share = percent(mistake.confidence, 5)
    return f"{pair} {share}", pair, share


def _draw_image(canvas: Canvas, x: int, y: int, image: Array, scale: int) -> None:
    ink = np.clip(np.nan_to_num(image), 0, 1)
    ink = ink.repeat(scale, axis=0).repeat(scale, axis=1)
    if len(ink) % 2:
        ink = np.vstack([ink, np.zeros((1, ink.shape[1]))])
    levels = np.rint(ink * (SHADES - 1)).astype(np.intp)
    codes, ids = _looks(canvas.palette)
    pairs = levels[0::2] * SHADES + levels[1::2]
    canvas.paint(x, y, codes[pairs], ids[pairs])


@lru_cache(maxsize=16)
def _looks(palette: Palette) -> tuple[npt.NDArray[np.uint32], npt.NDArray[np.int32]]:
    """Character and style of every pair of shades (upper, lower)."""
    shades = _shades(palette)
    codes = np.full(SHADES * SHADES, ord("▀"), dtype=np.uint32)
    ids = np.full(SHADES * SHADES, style_id(palette.text), dtype=np.int32)
    for pair in range(SHADES * SHADES):
        top, bottom = divmod(pair, SHADES)
        if shades:
            ids[pair] = style_id(shades[top], shades[bottom])
        else:
            # Too few colors for shades: ink is there or not, and shapes stay sharp.
            dark = 2 * (2 * top >= SHADES - 1) + (2 * bottom >= SHADES - 1)
            codes[pair] = ord((" .'#" if palette.ascii else " ▄▀█")[dark])
    return codes, ids


@lru_cache(maxsize=16)
def _shades(palette: Palette) -> tuple[Color, ...]:
    """From paper to ink; none where the terminal has too few colors."""
    paper, ink = palette.background, palette.text
    if not palette.shades or paper is None or ink is None:
        return ()
    return tuple(mix(paper, ink, step / (SHADES - 1)) for step in range(SHADES))
