"""What to write so that the terminal shows the wanted screen: the cells that differ, cheaply."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from nnmath_tui.link.glyphs import REST
from nnmath_tui.link.screen import GLYPH, GLYPH_BITS, UNKNOWN, Screen
from nnmath_tui.link.tour import tour

EVERYTHING = 1 << 30
MOVE, STYLE = 7, 15
"""About how many bytes it takes to go elsewhere, and to change to another style."""


class Segment(NamedTuple):
    """Cells of one style, side by side in a row."""

    y: int
    begin: int
    end: int
    style: int


class Encoder:
    """Knows what the terminal shows, and brings it closer to what is wanted."""

    def __init__(self, wanted: Screen) -> None:
        self._wanted = wanted
        self.forget()

    def forget(self) -> None:
        """The terminal may show anything, in any style, with its cursor anywhere."""
        wanted = self._wanted
        self._shown = [[UNKNOWN] * wanted.width for _ in range(wanted.height)]
        self._written = [[0] * wanted.width for _ in range(wanted.height)]  # in which update
        self._updates = 0
        self._style: int | None = None
        self._place: tuple[int, int] | None = None
        wanted.touched = set(range(wanted.height))

    @property
    def is_behind(self) -> bool:
        """Whether something wanted may not be shown yet."""
        return bool(self._wanted.touched)

    def update(self, most: int = EVERYTHING) -> str:
        """The next bytes for the terminal, about `most` of them; then what is left waits.

        Cells that seldom change come first when not all fit: an echo of a key overtakes pictures.
        """
        segments = [part for y in sorted(self._wanted.touched) for part in self._segments(y)]
        if most < EVERYTHING:
            segments.sort(key=self._last_written)
        by_style: dict[int, list[Segment]] = {}
        count, room = 0, most
        while count < len(segments) and room > 0:
            segment = segments[count]
            count += 1
            room -= MOVE if segment.style in by_style else MOVE + STYLE
            cells = self._wanted.rows[segment.y][segment.begin : segment.end]
            room -= sum(map(_size, cells))
            by_style.setdefault(segment.style, []).append(segment)
        self._wanted.touched = {segment.y for segment in segments[count:]}
        self._updates += 1
        out: list[str] = []
        # Going elsewhere takes fewer bytes than another style: each style has its turn once.
        for style in tour(self._wanted.styles, self._style, by_style):
            for segment in by_style[style]:
                self._write(segment, out)
        return "".join(out)

    def settle(self) -> str:
        """Bring cursor and style to where the library believes them to be."""
        wanted = self._wanted
        out: list[str] = []
        if wanted.is_placed and self._place != (wanted.x, wanted.y):
            out.append(f"\x1b[{wanted.y + 1};{wanted.x + 1}H")
            self._place = (wanted.x, wanted.y)
        out.append(self.wear(wanted.style))
        return "".join(out)

    def park(self) -> str:
        """Put the cursor where an input method opens its window."""
        x, y = self._wanted.x, self._wanted.y
        if not self._wanted.is_placed or self._place == (x, y):
            return ""
        move = self._move(x, y)
        self._place = (x, y)
        return move

    def wear(self, style: int) -> str:
        """Change to a style."""
        way = "" if style == self._style else self._wanted.styles.way(self._style, style)
        self._style = style
        return way

    def _segments(self, y: int) -> Iterator[Segment]:
        """What differs in a row."""
        wanted, shown = self._wanted.rows[y], self._shown[y]
        if wanted == shown:
            return
        changed = [
            x
            for x, (new, old) in enumerate(zip(wanted, shown, strict=True))
            if new != old and new != UNKNOWN
        ]
        for begin, end in self._runs(wanted, changed):
            first = begin
            for x in range(begin + 1, end):
                cell, style = wanted[x], wanted[first] >> GLYPH_BITS
                if cell >> GLYPH_BITS != style and cell & GLYPH != REST:
                    yield Segment(y, first, x, style)
                    first = x
            yield Segment(y, first, end, wanted[first] >> GLYPH_BITS)

    def _last_written(self, segment: Segment) -> float:
        """In which update its cells were, on average."""
        updates = self._written[segment.y][segment.begin : segment.end]
        return sum(updates) / len(updates)

    def _runs(self, wanted: list[int], changed: list[int]) -> list[tuple[int, int]]:
        """Columns to write, where cells that need not be are written if moving on costs more."""
        runs: list[tuple[int, int]] = []
        for x in changed:
            begin = x
            while begin > 0 and wanted[begin] & GLYPH == REST:
                begin -= 1  # both columns of a wide character
            end = x + 1
            while end < len(wanted) and wanted[end] != UNKNOWN and wanted[end] & GLYPH == REST:
                end += 1
            if runs and (begin <= runs[-1][1] or self._bridges(wanted, runs[-1][1], begin)):
                runs[-1] = (runs[-1][0], max(end, runs[-1][1]))
            else:
                runs.append((begin, end))
        return runs

    @staticmethod
    def _bridges(wanted: list[int], begin: int, end: int) -> bool:
        """Whether writing the cells in between takes no more bytes than a move."""
        gap = end - begin
        if gap > 4:
            return False
        move = 3 if gap == 1 else 4
        style = wanted[begin - 1] >> GLYPH_BITS
        cost = 0
        for cell in wanted[begin:end]:
            if cell == UNKNOWN or cell & GLYPH == REST or cell >> GLYPH_BITS != style:
                return False
            cost += _size(cell)
        return cost <= move

    def _write(self, segment: Segment, out: list[str]) -> None:
        y, begin, end, style = segment
        wanted, glyphs = self._wanted.rows[y], self._wanted.glyphs
        if self._place != (begin, y):
            out.append(self._move(begin, y))
        out.append(self.wear(style))
        sure = True  # that the cursor is where it is thought to be
        for x in range(begin, end):
            glyph = wanted[x] & GLYPH
            if glyph == REST:
                continue
            if not sure:
                out.append(f"\x1b[{y + 1};{x + 1}H")
            out.append(glyphs.text(glyph))
            sure = glyphs.is_simple(glyph)
        self._shown[y][begin:end] = wanted[begin:end]
        self._written[y][begin:end] = [self._updates] * (end - begin)
        # At the margin, and after what some terminals give another width, it may be elsewhere.
        self._place = (end, y) if sure and end < self._wanted.width else None

    def _move(self, x: int, y: int) -> str:
        """The shortest way for the cursor to (x, y)."""
        row, column = (str(y + 1) if y else ""), (f";{x + 1}" if x else "")
        ways = [f"\x1b[{row}{column}H"]
        if self._place is not None:
            from_x, from_y = self._place
            if from_y == y:
                ways.append(_steps(x - from_x, "C", "D"))
            elif from_x == x:
                ways.append(_steps(y - from_y, "B", "A"))
        return min(ways, key=len)


def _steps(count: int, forward: str, back: str) -> str:
    steps = abs(count)
    return f"\x1b[{steps if steps > 1 else ''}{forward if count > 0 else back}"


def _size(cell: int) -> int:
    """About how many bytes a cell's glyph takes."""
    glyph = cell & GLYPH
    return 1 if glyph < 128 else 2 if glyph < 2048 else 3
