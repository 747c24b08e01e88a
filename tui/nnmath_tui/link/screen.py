"""The screen that the terminal library wants, read from the escape sequences that it writes.

A cell is one number: its style's in the upper bits, its glyph's in the lower ones. `UNKNOWN` cells
are those that nothing was written to since nobody knows what they show.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import partial

from nnmath_tui.link.glyphs import BLANK, REST, Glyphs
from nnmath_tui.link.styles import PLAIN, Style, Styles

GLYPH_BITS = 21
GLYPH = (1 << GLYPH_BITS) - 1
UNKNOWN = -1
NOWHERE = -1

_MOST_RUNS = 1 << 14
_TOKEN = re.compile(
    r"\x1b\[([\d;]*)m([^\x00-\x1f\x7f-\x9f]+)\x1b\[0?m"  # 1, 2: text in a style, as a strip has it
    r"|\x1b\[(\d*)(?:;(\d*))?[Hf]"  # 3, 4: where to go on
    r"|([^\x00-\x1f\x7f-\x9f]+)"  # 5: text
    r"|\x1b\[([\d;]*)m"  # 6
    r"|([\n\r])"  # 7
    r"|\x1b\[(\d*)([A-DGJKXd])"  # 8, 9: moves and erasures
    r"|\x1b\]8;([^\x07\x1b]*)(?:\x07|\x1b\\)"  # 10: a hyperlink
    r"|(\x1b\[\?[\d;]*(?:[hl]|\$p)|\x1b\[[<>=][\d;]*u|\x07|\x1b\[[56]?n"  # 11: what shows nothing:
    r"|\x1b\](?:22|52|0|1|2|9);[^\x07\x1b]*(?:\x07|\x1b\\))"  # modes, questions, bell, clipboard
    r"|(\x1b(?:\[[\x20-\x3f]*[\x40-\x7e]|\][^\x07\x1b]*(?:\x07|\x1b\\)"  # 12: anything else
    r"|[PX^_][^\x07\x1b]*\x1b\\|[\x20-\x2f]*[0-OQ-WYZ\\`-~])|[\x00-\x1a\x1c-\x1f\x7f-\x9f])"
)
# Modes that put other cells on the screen, or cells elsewhere, than were written.
_DISTURBING = re.compile(r"\x1b\[\?(?:\d+;)*(?:3|5|6|7|47|69|1047|1048|1049)(?:;\d+)*[hl]")
_BEGUN = re.compile(r"\x1b(?:\[[\x20-\x3f]*|[\]PX^_][^\x07\x1b]*\x1b?|[\x20-\x2f]*)")


class Screen:
    """Cells in rows, a place to go on writing, and a style to write in."""

    def __init__(self, width: int, height: int, styles: Styles, glyphs: Glyphs) -> None:
        self.styles, self.glyphs = styles, glyphs
        self.width, self.height = width, height
        self.rows = [[UNKNOWN] * width for _ in range(height)]
        self.touched: set[int] = set()
        """Rows that were written to since somebody last took note."""
        self.style = PLAIN
        self.x: int = NOWHERE
        self.y: int = NOWHERE
        self._unread = ""
        self._runs: dict[tuple[str, str], list[int]] = {}

    @property
    def is_placed(self) -> bool:
        """Whether it is known where text goes."""
        return self.x != NOWHERE

    def resize(self, width: int, height: int) -> None:
        """Keep what there is room for; what is new is unknown."""
        rows = [row[:width] + [UNKNOWN] * (width - len(row)) for row in self.rows[:height]]
        self.rows = rows + [[UNKNOWN] * width for _ in range(height - len(rows))]
        self.width, self.height = width, height
        self.touched = set(range(height))

    def forget(self) -> None:
        """Something was written that nobody understands: it may have changed every cell."""
        self.rows = [[UNKNOWN] * self.width for _ in range(self.height)]
        self.x = self.y = NOWHERE

    def feed(
        self, data: str, pass_on: Callable[[str], None], give_up: Callable[[str], None]
    ) -> None:
        """Take in what the library writes, a sequence cut in two included.

        Args:
            pass_on: told what the terminal must hear but shows no cell of.
            give_up: told what is not understood, before any of it is taken in. It may call
                `forget`; until the next place to go on is known it is told all that is written.
        """
        data, self._unread = self._unread + data, ""
        position, end = 0, len(data)
        while position < end:
            token = _TOKEN.match(data, position)
            if token is None:
                if _BEGUN.fullmatch(data, position):
                    self._unread = data[position:]
                    return
                give_up(data[position])
                position += 1
                continue
            position = token.end()
            kind = token.lastindex or 0
            if (
                kind == 2
                and self.x >= 0
                and self.style == PLAIN
                and (cells := self._run(token[1], token[2]))
            ):
                self._put(cells)
            elif kind in (3, 4):
                self._go(token[3], token[4])
            elif kind == 5 and self.x >= 0 and (cells := self._cells(token[5], self.style)):
                self._put(cells)
            elif kind == 11 and not _DISTURBING.match(token[0]):
                pass_on(token[0])
            elif not (self.x >= 0 and self._obey(token, kind)):
                give_up(token[0])
                self._follow_style(token[0])

    def _run(self, parameters: str, text: str) -> list[int] | None:
        """The cells of a text in a style, as many times as they come; None if unknown."""
        key = (parameters, text)
        cells = self._runs.get(key)
        if cells is None:
            style = self.styles.selected(PLAIN, parameters)
            cells = None if style is None else self._cells(text, style)
            if cells is not None:
                if len(self._runs) > _MOST_RUNS:
                    self._runs.clear()
                self._runs[key] = cells
        return cells

    def _cells(self, text: str, style: int) -> list[int] | None:
        numbers = self.glyphs.numbers(text)
        return None if numbers is None else [style << GLYPH_BITS | number for number in numbers]

    def _put(self, cells: list[int]) -> None:
        """Write cells; with wrapping off, the last of too many stays in the last column."""
        row, x, y = self.rows[self.y], self.x, self.y
        end = x + len(cells)
        self.touched.add(y)
        _part(row, x)
        if end <= self.width:
            _part(row, end)
            row[x:end] = cells
            self.x = min(end, self.width - 1)
        else:
            for cell in cells:
                place = min(self.x, self.width - 1)
                if cell & GLYPH == REST and self.x >= self.width:
                    row[place] = UNKNOWN  # terminals differ in what becomes of it
                else:
                    row[place] = cell
                self.x += 1
            self.x = self.width - 1

    def _go(self, row: str | None, column: str | None) -> None:
        self.y = min(max(int(row or 1), 1), self.height) - 1
        self.x = min(max(int(column or 1), 1), self.width) - 1

    def _obey(self, token: re.Match[str], kind: int) -> bool:
        """Whether a token that is neither text nor a place is understood, and taken in."""
        if kind == 2:
            style = self.styles.selected(self.style, token[1])
            cells = None if style is None else self._cells(token[2], style)
            if style is None or cells is None:
                return False
            self._put(cells)
            self.style = self.styles.selected(style, "0") or PLAIN
        elif kind == 6:
            selected = self.styles.selected(self.style, token[6])
            if selected is None:
                return False
            self.style = selected
        elif kind == 7:
            if token[7] == "\n" and self.y == self.height - 1:
                return False  # the screen scrolls
            # The terminal's line discipline puts a carriage return before a new line.
            self.x, self.y = 0, self.y + (token[7] == "\n")
        elif kind == 9:
            self._move_or_erase(int(token[8] or 0), token[9])
        elif kind == 10:
            self.style = self.styles.linked(self.style, token[10])
        else:
            return False
        return True

    def _move_or_erase(self, count: int, letter: str) -> None:
        steps = max(count, 1)
        moves: dict[str, Callable[[], None]] = {
            "A": partial(self._place, self.x, self.y - steps),
            "B": partial(self._place, self.x, self.y + steps),
            "C": partial(self._place, self.x + steps, self.y),
            "D": partial(self._place, self.x - steps, self.y),
            "G": partial(self._place, steps - 1, self.y),
            "d": partial(self._place, self.x, steps - 1),
            "X": partial(self._erase, self.y, self.x, min(self.x + steps, self.width)),
            "K": partial(self._erase_line, count),
            "J": partial(self._erase_screen, count),
        }
        moves[letter]()

    def _place(self, x: int, y: int) -> None:
        self.x = min(max(x, 0), self.width - 1)
        self.y = min(max(y, 0), self.height - 1)

    def _erase(self, y: int, begin: int, end: int) -> None:
        self.touched.add(y)
        row = self.rows[y]
        _part(row, begin)
        _part(row, end)
        background = self.styles.number(Style(background=self.styles[self.style].background))
        row[begin:end] = [background << GLYPH_BITS | BLANK] * (end - begin)

    def _erase_line(self, part: int) -> None:
        begin = 0 if part else self.x
        self._erase(self.y, begin, self.x + 1 if part == 1 else self.width)

    def _erase_screen(self, part: int) -> None:
        if part < 2:
            self._erase_line(part)
        for y in range(self.height):
            if part >= 2 or (y < self.y if part == 1 else y > self.y):
                self._erase(y, 0, self.width)

    def _follow_style(self, token: str) -> None:
        """Whoever gave up on a token still has to know in which style the next text comes."""
        for parameters in re.findall(r"\x1b\[([\d;]*)m", token):
            selected = self.styles.selected(self.style, parameters)
            self.style = PLAIN if selected is None else selected


def _part(row: list[int], x: int) -> None:
    """Make blanks of a wide character whose second column is `x`: half of it will be no more."""
    if 0 < x < len(row) and row[x] != UNKNOWN and row[x] & GLYPH == REST:
        row[x] = row[x] & ~GLYPH | BLANK
        if row[x - 1] != UNKNOWN:
            row[x - 1] = row[x - 1] & ~GLYPH | BLANK
