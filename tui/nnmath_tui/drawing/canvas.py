"""A grid of cells that pictures write on, and that turns into strips of exactly its width.

A cell is one character of width one and one style. Both live in integer arrays, so that a whole
map or a bundle of edges is written by one NumPy assignment; styles are made once and shared.
Coordinates count from the top left; whatever falls outside the canvas is not drawn.
"""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from itertools import pairwise

import numpy as np
import numpy.typing as npt
from rich.cells import get_character_cell_size
from rich.segment import Segment
from rich.style import Style
from textual.strip import Strip

from nnmath_tui.drawing.palette import Color, Palette

Integers = npt.NDArray[np.integer]
Codes = npt.NDArray[np.uint32]

BRAILLE = 0x2800
_BLANK = ord(" ")
# Unicode numbers the dots of a braille cell down the left column, then down the right one, and
# adds the bottom row as an afterthought.
_DOT_BITS = np.array([[0, 3], [1, 4], [2, 5], [6, 7]])

_ASCII = {
    **dict.fromkeys("─━╌┄═", "-"),
    **dict.fromkeys("│┃┆╎║", "|"),
    **dict.fromkeys("┌┐└┘├┤┬┴┼╭╮╰╯╔╗╚╝┏┓┗┛", "+"),
    **dict.fromkeys("−–—", "-"),
    **dict.fromkeys("←◂◀", "<"),
    **dict.fromkeys("→▸▶›", ">"),
    **dict.fromkeys("█▓▒▀▄■", "#"),
    **dict.fromkeys("●◉", "o"),
    "░": "+",
    "…": "~",
    "·": ".",
    "′": "'",
    "×": "x",
    "⋮": ":",
    "○": ".",
    "≡": "=",
    "↺": "@",
    "✎": "_",
    "▐": "[",
    "▌": "]",
    "▏": "|",
    **dict.fromkeys("Δ∂", "d"),
    "π": "p",
    "‡": "!",
    "≈": "~",
}

_styles: list[Style] = []
# Whether a blank in the style shows nothing but what lies behind the canvas.
_on_ground: list[bool] = []


_numbers: dict[tuple[Color, Color, bool, bool, bool, bool], int] = {}


def style_id(
    fg: Color = None,
    bg: Color = None,
    bold: bool = False,
    dim: bool = False,
    reverse: bool = False,
    underline: bool = False,
) -> int:
    """The number by which cells refer to a style.

    Styles are never forgotten: palettes are quantized, so their number is small (some thousands).
    """
    key = (fg, bg, bold, dim, reverse, underline)
    number = _numbers.get(key)
    if number is None:
        number = _numbers[key] = len(_styles)
        # Off is None, not False: a False would cost an escape code wherever the style is used.
        _styles.append(
            Style(
                color=fg,
                bgcolor=bg,
                bold=bold or None,
                dim=dim or None,
                reverse=reverse or None,
                underline=underline or None,
            )
        )
        _on_ground.append(bg is None and not reverse and not underline)
    return number


@lru_cache(maxsize=4096)
def _one_cell(character: str, ascii_only: bool) -> str:
    """`character`, or the nearest one that every terminal draws exactly one cell wide."""
    if ascii_only and not character.isascii():
        if "\u2800" <= character <= "\u28ff":
            return "."
        plain = _ASCII.get(character) or "".join(
            part for part in unicodedata.normalize("NFKD", character) if part.isascii()
        )
        return plain if len(plain) == 1 else "?"
    if not character.isprintable() or get_character_cell_size(character) != 1:
        return "?"
    return character


@lru_cache(maxsize=4096)
def cell_codes(text: str, ascii_only: bool = False) -> Codes:
    """The code points of `text`, one per cell; wide, invisible and control characters become ?."""
    codes = np.array([ord(_one_cell(character, ascii_only)) for character in text], dtype=np.uint32)
    codes.setflags(write=False)
    return codes


# Most lines of a moving picture are what they were a frame ago, and making a strip takes longer
# than finding it by its cells.
_lines: dict[bytes, Strip] = {}
_MOST_LINES = 512


def _strips(codes: Codes, ids: npt.NDArray[np.int32]) -> list[Strip]:
    """A strip for each row of cells, given by code points and style numbers (rows, columns)."""
    text = codes.astype("<u4").tobytes().decode("utf-32-le")
    height, width = ids.shape
    starts = np.ones(ids.shape, dtype=bool)
    np.not_equal(ids[:, 1:], ids[:, :-1], out=starts[:, 1:])
    bounds = np.flatnonzero(starts)
    rows = np.searchsorted(bounds, np.arange(height + 1) * width).tolist()
    begins = bounds.tolist()
    runs = [text[i:j] for i, j in zip(begins, [*begins[1:], len(text)], strict=True)]
    styles = [_styles[i] for i in ids[starts].tolist()]
    segments = list(map(Segment, runs, styles))
    return [Strip(segments[i:j], width) for i, j in pairwise(rows)]


class Canvas:
    """`width` x `height` cells (both at least 1), blank at first, in the terminal's own colors."""

    def __init__(self, width: int, height: int, palette: Palette) -> None:
        self.width = max(1, width)
        self.height = max(1, height)
        self.palette = palette
        self._codes: Codes = np.full((self.height, self.width), _BLANK, dtype=np.uint32)
        self._ids = np.full((self.height, self.width), style_id(), dtype=np.int32)

    def put(
        self,
        x: int,
        y: int,
        text: str,
        fg: Color = None,
        bg: Color = None,
        *,
        bold: bool = False,
        dim: bool = False,
        reverse: bool = False,
        underline: bool = False,
    ) -> None:
        """Write one line of text from cell (x, y) to the right."""
        if not 0 <= y < self.height:
            return
        codes = cell_codes(text, self.palette.ascii)
        start, stop = max(0, x), min(self.width, x + len(codes))
        if start < stop:
            self._codes[y, start:stop] = codes[start - x : stop - x]
            self._ids[y, start:stop] = style_id(fg, bg, bold, dim, reverse, underline)

    def fill(
        self,
        x: int,
        y: int,
        width: int,
        height: int,
        character: str = " ",
        fg: Color = None,
        bg: Color = None,
    ) -> None:
        """Write the same character into every cell of a rectangle."""
        area = np.s_[max(0, y) : max(0, y + height), max(0, x) : max(0, x + width)]
        self._codes[area] = cell_codes(character, self.palette.ascii)[0]
        self._ids[area] = style_id(fg, bg)

    def paint(self, x: int, y: int, codes: Integers, ids: Integers) -> None:
        """Write a block of cells: code points and style numbers, both (rows, columns)."""
        rows, columns = codes.shape
        top, left = max(0, y), max(0, x)
        bottom, right = min(self.height, y + rows), min(self.width, x + columns)
        if top < bottom and left < right:
            part = np.s_[top - y : bottom - y, left - x : right - x]
            self._codes[top:bottom, left:right] = codes[part]
            self._ids[top:bottom, left:right] = ids[part]

    def frame(self, x: int, y: int, width: int, height: int, fg: Color, bold: bool = False) -> None:
        """Draw the outline of a rectangle, corners included."""
        if width < 2 or height < 2:
            return
        across = "─" * (width - 2)
        self.put(x, y, f"╭{across}╮", fg, bold=bold)
        self.put(x, y + height - 1, f"╰{across}╯", fg, bold=bold)
        for row in range(y + 1, y + height - 1):
            self.put(x, row, "│", fg, bold=bold)
            self.put(x + width - 1, row, "│", fg, bold=bold)

    def dots(
        self, x: Integers, y: Integers, ids: int | Integers, plain: Integers | None = None
    ) -> None:
        """Set braille dots; `x` counts half cells and `y` quarter cells, from the top left.

        `ids` is one style number, or one per dot: the last dot of a cell decides on its style.
        Dots join those that a cell already has and replace any other character. In ASCII a cell
        with dots shows a period, or the code point that `plain` gives for its last dot.
        """
        inside = (x >= 0) & (x < 2 * self.width) & (y >= 0) & (y < 4 * self.height)
        x, y = x[inside], y[inside]
        cells = (y >> 2) * self.width + (x >> 1)
        present = np.zeros(self.width * self.height * 8, dtype=bool)
        present[cells * 8 + _DOT_BITS[y & 3, x & 1]] = True
        bits = np.packbits(present, bitorder="little").astype(np.uint32)
        touched = np.flatnonzero(bits)
        flat = self._codes.reshape(-1)
        if self.palette.ascii:
            flat[cells] = ord(".") if plain is None else plain[inside]
        else:
            old = flat[touched]
            joined = np.where((old & ~np.uint32(0xFF)) == BRAILLE, old, np.uint32(BRAILLE))
            flat[touched] = joined | bits[touched]
        self._ids.reshape(-1)[cells] = ids if isinstance(ids, int) else ids[inside]

    def _visible_ids(self) -> npt.NDArray[np.int32]:
        """The styles, with blanks taking that of their left neighbor where nobody can tell.

        A blank without background looks the same in every foreground; joining it to its neighbor
        halves the number of runs, and with them the time and the bytes of a frame.
        """
        free = (self._codes == _BLANK) & (self._ids == style_id())
        columns = np.where(free, 0, np.arange(self.width))
        source = np.take_along_axis(self._ids, np.maximum.accumulate(columns, axis=1), axis=1)
        return np.where(free & np.array(_on_ground)[source], source, self._ids)

    def strips(self) -> list[Strip]:
        """The picture: `height` strips of exactly `width` cells, equal neighbors in one run."""
        if len(_lines) > _MOST_LINES:
            _lines.clear()
        ids = self._visible_ids()
        cells = np.concatenate((self._codes.view(np.int32), ids), axis=1)
        keys = [row.tobytes() for row in cells]
        new = [y for y, key in enumerate(keys) if key not in _lines]
        if new:
            made = _strips(self._codes[new], ids[new])
            _lines.update(zip([keys[y] for y in new], made, strict=True))
        return [_lines[key] for key in keys]

    def lines(self) -> list[str]:
        """The characters alone, one string per row."""
        text = self._codes.astype("<u4").tobytes().decode("utf-32-le")
        return [text[i : i + self.width] for i in range(0, len(text), self.width)]
