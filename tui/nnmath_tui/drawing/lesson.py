"""A lesson as a page that scrolls: its text, its goals with their marks, hints, solution, code."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from textual.strip import Strip

from nnmath_tui.drawing.canvas import Canvas
from nnmath_tui.drawing.markdown import Line, Role, Span, rendered, spans, wrapped
from nnmath_tui.drawing.palette import Color, Palette

Mark = Literal["open", "met", "near", "missed"]
_MARKS: dict[Mark, tuple[str, str]] = {
    "open": ("○", "[ ]"),
    "near": ("◐", "[~]"),
    "met": ("✓", "[x]"),
    "missed": ("✗", "[!]"),
}
"""How a goal stands, with and without the letters for it: no mark is told by its color alone."""
_BAR = 20


@dataclass(frozen=True, slots=True)
class GoalText:
    """One goal in words.

    `field` is what is typed into its line with the place of the cursor, None where nothing is;
    `choices` can be picked from, `picked` being the one that is marked; `share` is how much of the
    trial that is under way is done.
    """

    say: str
    mark: Mark = "open"
    question: str = ""
    choices: tuple[str, ...] = ()
    picked: int | None = None
    field: tuple[str, int] | None = None
    notes: tuple[str, ...] = ()
    share: float | None = None


@dataclass(frozen=True, slots=True)
class LessonText:
    """All that the page says; `problems` are those of the file, which stand above everything."""

    title: str = ""
    about: str = ""
    text: str = ""
    goals: tuple[GoalText, ...] = ()
    hints: tuple[str, ...] = ()
    hints_left: int = 0
    solution: tuple[str, ...] = ()
    code: str = ""
    praise: str = ""
    foot: tuple[str, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Row:
    """A line of the page, and the goal and the choice that it stands for."""

    spans: tuple[tuple[str, str, bool], ...] = ()
    goal: int | None = None
    choice: int | None = None
    reverse: bool = False


@dataclass(frozen=True, slots=True, eq=False)
class LessonPicture:
    """The part of the page that is seen, from row `top` on."""

    strips: list[Strip]
    rows: tuple[Row, ...]
    top: int
    height: int

    def row_at(self, y: int) -> Row | None:
        """The row at a line of the picture."""
        return self.rows[self.top + y] if 0 <= self.top + y < len(self.rows) else None

    def span_of(self, goal: int) -> tuple[int, int]:
        """The first row of a goal, and the one after its last."""
        places = [place for place, row in enumerate(self.rows) if row.goal == goal]
        return (places[0], places[-1] + 1) if places else (0, 0)

    def shows(self, goal: int) -> bool:
        """Whether the beginning of a goal is in sight."""
        return self.top <= self.span_of(goal)[0] < self.top + self.height

    @property
    def lowest(self) -> int:
        """The first row when the end of the page is seen."""
        return max(0, len(self.rows) - self.height)


def draw_lesson(
    page: LessonText, width: int, height: int, palette: Palette, cursor: int, top: int
) -> LessonPicture:
    """The page from row `top` on, as far as there is one, goal `cursor` being chosen."""
    canvas = Canvas(width, height, palette)
    rows = tuple(_Page(page, max(1, width - 2), palette, cursor).rows())
    top = max(0, min(top, len(rows) - height))
    for y, row in enumerate(rows[top : top + height]):
        x = 1
        for text, role, bold in row.spans:
            canvas.put(x, y, text, _color(palette, role), bold=bold, reverse=row.reverse,
                       underline=role == "stressed")  # fmt: skip
            x += len(text)
    return LessonPicture(canvas.strips(), rows, top, height)


_COLORS = {
    "heading": "accent",
    "strong": "text",
    "stressed": "text",
    "code": "accent",
    "muted": "muted",
    "text": "text",
}


def _color(palette: Palette, role: str) -> Color:
    color: Color = getattr(palette, _COLORS.get(role, role))
    return color


class _Page:
    """Turns the words into rows of one width."""

    def __init__(self, page: LessonText, width: int, palette: Palette, cursor: int) -> None:
        self._page, self._width, self._palette, self._cursor = page, width, palette, cursor

    def rows(self) -> Iterable[Row]:
        page = self._page
        for problem in page.problems:
            yield from self._plain(f"✗ {problem}" if not self._palette.ascii else problem, "bad")
        if page.problems:
            yield Row()
        yield from self._plain(page.title, "accent", bold=True)
        yield from self._plain(page.about, "muted")
        yield Row()
        yield from map(self._row, rendered(page.text, self._width))
        if page.goals:
            yield from self._heading("Goals" if len(page.goals) > 1 else "Goal")
        for number, goal in enumerate(page.goals):
            yield from self._goal(number, goal)
        if page.praise:
            yield Row()
            yield from self._plain(page.praise, "good", bold=True)
        if page.code:
            if not page.praise:
                yield Row()
            yield from self._code(page.code)
        for number, hint in enumerate(page.hints, start=1):
            of = len(page.hints) + page.hints_left
            yield from self._heading(f"Hint {number} of {of}")
            yield from map(self._row, rendered(hint, self._width))
        if page.solution:
            yield from self._heading("Solution")
            for line in page.solution:
                yield from map(self._row, wrapped(spans(line), self._width))
        if page.foot:
            yield Row()
        for line in page.foot:
            yield from self._plain(line, "muted")

    def _goal(self, number: int, goal: GoalText) -> Iterable[Row]:
        chosen = number == self._cursor
        mark = _MARKS[goal.mark][self._palette.ascii]
        color = {"met": "good", "missed": "bad", "near": "warning", "open": "muted"}[goal.mark]
        lead = ("▸ " if chosen else "  ", "accent", True), (f"{mark} ", color, True)
        indent = 2 + len(mark) + 1
        room = max(1, self._width - indent)
        for place, line in enumerate(wrapped(spans(goal.say), room)):
            start = lead if place == 0 else ((" " * indent, "text", False),)
            yield Row((*start, *_parts(line, bold=chosen)), number)
        if goal.question:
            for line in wrapped(spans(goal.question), room):
                yield Row(((" " * indent, "text", False), *_parts(line)), number)
        for place, choice in enumerate(goal.choices):
            picked = place == goal.picked
            sign = "▸ " if picked else "  "
            for row, line in enumerate(wrapped([Span(choice)], max(1, room - 2))):
                before = (" " * indent + (sign if row == 0 else "  "), "accent", picked)
                yield Row((before, *_parts(line, bold=picked)), number, place, reverse=picked)
        if goal.field is not None:
            yield Row(((" " * indent, "text", False), *self._field(*goal.field, room)), number)
        if goal.share is not None:
            full = round(min(1.0, goal.share) * min(_BAR, room - 6))
            bar = "█" * full + "░" * (min(_BAR, room - 6) - full)
            shown = (f"{bar} {100 * goal.share:.0f} %", "accent", False)
            yield Row(((" " * indent, "text", False), shown), number)
        for note in goal.notes:
            for line in wrapped(spans(note), room):
                yield Row(((" " * indent, "text", False), *_parts(line, "muted")), number)

    def _field(self, text: str, cursor: int, room: int) -> Iterable[tuple[str, str, bool]]:
        width = max(4, min(16, room - 4))
        start = max(0, cursor - width + 1)
        shown, place = text[start : start + width], cursor - start
        bar = "|" if self._palette.ascii else "▏"
        yield "[ ", "muted", False
        yield f"{shown[:place]}{bar}{shown[place:]}".ljust(width + 1), "accent", True
        yield "]", "muted", False

    def _code(self, code: str) -> Iterable[Row]:
        """The code, broken between its groups alone."""
        yield from self._plain("Completion code (Y copies it):", "muted")
        line = ""
        for group in code.split("-"):
            if line and len(line) + 1 + len(group) > self._width:
                yield Row(((line + "-", "text", True),))
                line = group
            else:
                line = f"{line}-{group}" if line else group
        yield Row(((line, "text", True),))

    def _heading(self, text: str) -> Iterable[Row]:
        yield Row()
        yield from self._plain(text, "accent", bold=True)

    def _plain(self, text: str, role: str, bold: bool = False) -> Iterable[Row]:
        if text:
            for line in wrapped([Span(text)], self._width):
                yield Row(tuple((span.text, role, bold) for span in line))

    def _row(self, line: Line) -> Row:
        return Row(tuple(_parts(line)))


def _parts(
    line: Sequence[Span], role: Role | None = None, bold: bool = False
) -> Iterable[tuple[str, str, bool]]:
    for span in line:
        loud = bold or span.role in ("strong", "heading")
        yield span.text, role if role and span.role == "text" else span.role, loud
