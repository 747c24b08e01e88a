"""A derivation as a page: the path to it, its equations, and below them the numbers to open."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from textual.strip import Strip

from nnmath_tui.drawing.activation_plot import (
    LEAST_HEIGHT,
    LEAST_WIDTH,
    ActivationCurves,
    draw_activation,
)
from nnmath_tui.drawing.canvas import Canvas
from nnmath_tui.drawing.palette import Palette
from nnmath_tui.drawing.wrapping import wrapped

_LEAST_LISTED = 3
"""Lines that the list of numbers is left at least."""
_WIDE = 90


@dataclass(frozen=True, slots=True)
class EquationText:
    """One equation in print; `places` are the numbers in it that can be opened, by row of the list.

    size: makes the numbers, their value and the places for a room of so many letters.
    """

    symbol: str
    formula: str
    note: str
    size: Callable[[int], tuple[str, str, Sequence[tuple[slice, int]]]]


@dataclass(frozen=True, slots=True)
class OperandText:
    """One row of the list: the name of a number, its value, and what it is in words."""

    name: str
    value: str
    words: Callable[[], str]


@dataclass(frozen=True, slots=True, eq=False)
class PageText:
    """All that a page shows."""

    path: Sequence[str]
    words: str
    equations: Sequence[EquationText]
    value: str
    notes: Sequence[str]
    operands: Sequence[OperandText]
    curves: ActivationCurves | None = None


@dataclass(frozen=True, slots=True)
class Spot:
    """Cells that stand for row `row` of the list of numbers."""

    x: int
    y: int
    width: int
    row: int


@dataclass(frozen=True, slots=True, eq=False)
class DerivationPicture:
    """The page as it is drawn; `top` is the first row of the list that is shown."""

    strips: list[Strip]
    spots: tuple[Spot, ...]
    top: int

    def row_at(self, x: int, y: int) -> int | None:
        """Which row of the list stands there."""
        for spot in self.spots:
            if spot.y == y and spot.x <= x < spot.x + spot.width:
                return spot.row
        return None


def draw_derivation(
    page: PageText, width: int, height: int, palette: Palette, cursor: int, top: int
) -> DerivationPicture:
    """Draw a page with row `cursor` of its list chosen, scrolled as near to `top` as it can be."""
    drawing = _Drawing(page, width, height, palette, cursor)
    y = drawing.head()
    for number, equation in enumerate(page.equations):
        y = drawing.equation(equation, y, is_first=number == 0)
    if not page.equations:
        y = drawing.put_value(page.value, y)
    for note in page.notes:
        y = drawing.text(note, y, palette.muted)
    top = drawing.list(y + (1 if height - y > _LEAST_LISTED + 1 else 0), top)
    return DerivationPicture(drawing.canvas.strips(), tuple(drawing.spots), top)


class _Drawing:
    """One page while it is drawn, from top to bottom."""

    def __init__(
        self, page: PageText, width: int, height: int, palette: Palette, cursor: int
    ) -> None:
        self.canvas = Canvas(width, height, palette)
        self.spots: list[Spot] = []
        self._page, self._palette, self._cursor = page, palette, cursor
        self._width, self._height = width, height
        self._text_width = width - 2
        self._plot_below = False
        if page.curves is not None:
            self._place_plot()

    def _place_plot(self) -> None:
        curves, width, height = self._page.curves, self._width, self._height
        assert curves is not None
        if width >= _WIDE and height >= LEAST_HEIGHT + 2:
            across = min(width // 3, 48)
            self._text_width = width - across - 3
            strips = draw_activation(curves, across, min(height, 16), self._palette)
            self._paste(strips, width - across, 0)
        elif height >= 20 and width >= LEAST_WIDTH:
            self._plot_below = True
            down = max(LEAST_HEIGHT, min(10, height // 3))
            self._height = height - down
            strips = draw_activation(curves, width - 1, down, self._palette)
            self._paste(strips, 0, height - down)

    def _paste(self, strips: Sequence[Strip], x: int, y: int) -> None:
        for row, strip in enumerate(strips):
            column = x
            for text, style, _ in strip:
                color = style.color.name if style is not None and style.color else None
                bold = bool(style and style.bold)
                self.canvas.put(column, y + row, text, color, bold=bold)
                column += len(text)

    def head(self) -> int:
        """The path and what the number is; returns the line after them."""
        palette, parts = self._palette, list(self._page.path)
        while len(parts) > 2 and len(" › ".join(parts)) > self._text_width:
            parts = ["…", *parts[2:]] if parts[0] == "…" else ["…", *parts[1:]]
        before, here = " › ".join(parts[:-1]), parts[-1]
        column = 1
        if before:
            self.canvas.put(column, 0, f"{before} › ", palette.muted)
            column += len(before) + 3
        self.canvas.put(column, 0, here, palette.accent, bold=True)
        y = self.text(self._page.words, 1, palette.text)
        return y + (1 if self._height > 16 else 0)

    def text(self, text: str, y: int, color: str | None, indent: int = 1) -> int:
        for piece in wrapped(text, self._text_width - indent):
            self.canvas.put(indent, y, piece.text, color)
            y += 1
        return y

    def equation(self, equation: EquationText, y: int, *, is_first: bool) -> int:
        """symbol = formula, = numbers, = value; returns the line after them."""
        if not is_first and self._in_one_line(equation, y):
            return y + 1
        palette, left = self._palette, len(equation.symbol)
        self.canvas.put(1, y, equation.symbol, palette.accent if is_first else palette.text)
        if left > self._text_width // 3:
            # A long name has a line to itself.
            y, left = y + 1, 1
        y = self._after_sign(equation.formula, y, left, palette.text)
        lines = 6 if self._height > 24 and is_first else 3 if is_first else 1
        room = (self._text_width - left - 3) * lines
        numbers, value, places = equation.size(room)
        if numbers not in (value, equation.formula):
            y = self._numbers(numbers, places, y, left)
        self.canvas.put(left + 2, y, "=", palette.muted)
        self.canvas.put(left + 4, y, value, palette.good, bold=True)
        if equation.note:
            self.canvas.put(left + 6 + len(value), y, equation.note, palette.muted)
        return y + 1

    def _in_one_line(self, equation: EquationText, y: int) -> bool:
        numbers, value, _ = equation.size(self._text_width)
        start = f"{equation.symbol} = {equation.formula} = {numbers} = "
        if 1 + len(start) + len(value) > self._text_width:
            return False
        self.canvas.put(1, y, start, self._palette.text)
        self.canvas.put(1 + len(start), y, value, self._palette.good, bold=True)
        return True

    def put_value(self, value: str, y: int) -> int:
        self.canvas.put(1, y, "=", self._palette.muted)
        self.canvas.put(3, y, value, self._palette.good, bold=True)
        return y + 1

    def _after_sign(self, text: str, y: int, left: int, color: str | None) -> int:
        self.canvas.put(left + 2, y, "=", self._palette.muted)
        for piece in wrapped(text, self._text_width - left - 3):
            self.canvas.put(left + 4, y, piece.text, color)
            y += 1
        return y

    def _numbers(self, numbers: str, places: Sequence[tuple[slice, int]], y: int, left: int) -> int:
        palette = self._palette
        self.canvas.put(left + 2, y, "=", palette.muted)
        for piece in wrapped(numbers, self._text_width - left - 3):
            self.canvas.put(left + 4, y, piece.text, palette.text)
            end = piece.start + len(piece.text)
            for place, row in places:
                if piece.start <= place.start and place.stop <= end:
                    x = left + 4 + place.start - piece.start
                    text = numbers[place]
                    chosen = row == self._cursor
                    color = palette.accent if chosen else palette.text
                    self.canvas.put(x, y, text, color, reverse=chosen, underline=not chosen)
                    self.spots.append(Spot(x, y, len(text), row))
            y += 1
        return y

    def list(self, y: int, top: int) -> int:
        """The numbers to open, as many as fit; returns the first one that is shown."""
        operands, palette = self._page.operands, self._palette
        room = self._height - y
        if not operands or room < 1:
            return 0
        room = room if len(operands) <= room else max(1, room - 1)
        cursor = max(0, min(self._cursor, len(operands) - 1))
        top = max(0, min(top, cursor, len(operands) - room))
        top = max(top, cursor - room + 1)
        shown = operands[top : top + room]
        names = max(len(one.name) for one in shown)
        values = max(len(one.value) for one in shown)
        for row, one in enumerate(shown, start=top):
            line, chosen = y + row - top, row == cursor
            mark = "▸" if chosen else " "
            self.canvas.put(1, line, mark, palette.accent, bold=True)
            self.canvas.put(3, line, one.name, palette.accent if chosen else palette.text,
                            bold=chosen)  # fmt: skip
            column = 3 + names + 2
            self.canvas.put(column + values - len(one.value), line, one.value, palette.good)
            column += values + 2
            words = one.words()
            room_left = self._text_width - column + 1
            if len(words) > room_left:
                words = words[: max(0, room_left - 1)] + "…" if room_left > 8 else ""
            self.canvas.put(column, line, words, palette.muted)
            self.spots.append(Spot(0, line, self._text_width, row))
        if len(operands) > room:
            text = f"{top + 1}–{top + len(shown)} of {len(operands)} numbers"
            self.canvas.put(3, y + len(shown), text, palette.muted)
        return top
