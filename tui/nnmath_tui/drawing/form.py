"""A list of settings: labels, values, and how each can be changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Literal

from textual.strip import Strip

from nnmath_tui.drawing.canvas import Canvas
from nnmath_tui.drawing.palette import Palette

Way = Literal["step", "type", "pick", "heading", "locked"]
_MARKS: dict[Way, str] = {
    "step": "◂ ▸",
    "type": "  ✎",
    "pick": "",
    "heading": "",
    "locked": " lock",
}
_RESETS = "↺"
_MARKS_WIDTH = 6
_LEAST_ROWS = 3


@dataclass(frozen=True, slots=True)
class FormRow:
    """One setting; `way` tells how it is changed, `resets` that this starts the network afresh.

    `waiting` values have been asked for and not been answered. A heading has a label alone.
    """

    label: str
    value: str
    way: Way = "step"
    resets: bool = False
    waiting: bool = False


@dataclass(frozen=True, slots=True)
class FormState:
    """Where a person is: the cursor's row, the first row shown, and what is being typed.

    `typed` is (text, cursor, replaced by the next key) for the row of the cursor; `warning` and
    `note` are shown below the rows, `refusal` beside the row of the cursor.
    """

    cursor: int = 0
    top: int = 0
    typed: tuple[str, int, bool] | None = None
    warning: str = ""
    note: str = ""
    refusal: str = ""
    focused: bool = False


def note_lines(state: FormState, width: int) -> list[tuple[str, bool]]:
    """The lines of warning and note in a form of `width` cells, and whether each warns."""
    room = max(1, width - 4)
    return [
        *((line, True) for line in wrap(state.warning, room)),
        *((line, False) for line in wrap(state.note, room)),
    ]


def note_height(height: int, wanted: int) -> int:
    """Lines for a note of `wanted` lines, in a form of `height` lines: never more than half.

    A short note has as much room as most, so that the rows stay where they are.
    """
    if height < _LEAST_ROWS + 2:
        return 0
    usual = 2 if height < 12 else 3
    return max(usual, min(wanted, height // 2))


def rows_shown(height: int, wanted: int = 0) -> int:
    """Rows that a form of `height` lines has room for, above a note of `wanted` lines."""
    return max(1, height - note_height(height, wanted))


def value_columns(rows: Sequence[FormRow], width: int) -> tuple[int, int]:
    """Where values start and how many cells they have."""
    longest = max((len(row.label) for row in rows if row.way != "heading"), default=0)
    start = min(longest + 3, max(1, width * 11 // 20))
    marks = 1 if all(row.way == "pick" for row in rows) else _MARKS_WIDTH
    return start, max(1, width - start - marks)


def steps_column(width: int) -> int:
    """Where the marks ◂ and ▸ start; they are two cells apart."""
    return width - _MARKS_WIDTH + 1


def draw_form(
    rows: Sequence[FormRow], width: int, height: int, palette: Palette, state: FormState
) -> list[Strip]:
    """The rows from `state.top` on, and the note, as `height` strips of `width` cells."""
    canvas = Canvas(width, height, palette)
    start, room = value_columns(rows, canvas.width)
    lines = note_lines(state, canvas.width)
    shown = rows_shown(canvas.height, len(lines))
    for line, row in enumerate(rows[state.top : state.top + shown]):
        if row.way == "heading":
            _draw_heading(canvas, line, row.label)
            continue
        _draw_row(canvas, line, row, state.top + line == state.cursor, state, (start, room))
    _draw_note(canvas, shown, lines)
    if state.refusal:
        _draw_refusal(canvas, state.cursor - state.top, state.refusal)
    return canvas.strips()


def _draw_heading(canvas: Canvas, line: int, label: str) -> None:
    palette = canvas.palette
    label = _elided(label, canvas.width - 2)
    canvas.put(2, line, label, palette.muted, bold=True)
    rule = canvas.width - len(label) - 5
    if rule > 0:
        canvas.put(len(label) + 3, line, "─" * rule, palette.faint)


def _draw_row(
    canvas: Canvas,
    line: int,
    row: FormRow,
    current: bool,
    state: FormState,
    columns: tuple[int, int],
) -> None:
    palette = canvas.palette
    start, room = columns
    marked = current and state.focused
    ground = palette.ramp[len(palette.ramp) // 2] if current and palette.shades else None
    canvas.fill(0, line, canvas.width, 1, " ", None, ground)
    if current:
        canvas.put(0, line, "▸", palette.accent if state.focused else palette.faint, ground)
    label = _elided(row.label, start - 3)
    color = palette.text if current else palette.muted
    canvas.put(2, line, label, color, ground, bold=marked)
    if current and state.typed is not None:
        _draw_typed(canvas, line, start, room, state.typed)
    else:
        color = palette.muted if row.waiting else palette.accent if marked else palette.text
        reverse = marked and palette.mode == "mono"
        value = _elided(row.value, room)
        canvas.put(start, line, value, color, ground, bold=marked, reverse=reverse)
    color = palette.text if marked else palette.faint
    canvas.put(steps_column(canvas.width), line, _MARKS[row.way], color, ground)
    if row.resets:
        at = steps_column(canvas.width) + 4
        canvas.put(at, line, _RESETS, palette.warning if marked else palette.faint, ground)


def _draw_typed(
    canvas: Canvas, line: int, start: int, room: int, typed: tuple[str, int, bool]
) -> None:
    palette = canvas.palette
    text, cursor, fresh = typed
    canvas.put(start, line, text.ljust(room)[:room], palette.text, palette.surface, underline=True)
    if fresh and text:
        canvas.put(start, line, text[:room], palette.text, palette.surface, reverse=True)
    elif cursor < room:
        under = text[cursor] if cursor < len(text) else " "
        canvas.put(start + cursor, line, under, palette.text, palette.surface, reverse=True)


def _draw_note(canvas: Canvas, top: int, lines: list[tuple[str, bool]]) -> None:
    palette = canvas.palette
    room = canvas.height - top
    for line, (text, warns) in enumerate(lines[:room]):
        if line == room - 1 and len(lines) > room:
            text = _elided(text + " …", canvas.width - 2)
        color = palette.warning if warns else palette.muted
        canvas.put(2, top + line, text, color, bold=warns)


def _draw_refusal(canvas: Canvas, row: int, refusal: str) -> None:
    """Say what is wrong below the row that it is about, or above it, whole if there is room."""
    palette = canvas.palette
    lines = wrap(refusal, max(1, canvas.width - 4))
    below, above = canvas.height - 1 - row, row
    if len(lines) <= below or below >= above:
        top = row + 1
        room = below
    else:
        room = above
        top = row - min(room, len(lines))
    if len(lines) > room and room > 0:
        lines = [*lines[: room - 1], _elided(lines[room - 1] + " …", canvas.width - 2)]
    for line, text in enumerate(lines[:room]):
        canvas.fill(0, top + line, canvas.width, 1)
        canvas.put(0, top + line, "!" if line == 0 else " ", palette.bad, bold=True)
        canvas.put(2, top + line, text, palette.bad, bold=True)


def _elided(text: str, width: int) -> str:
    if len(text) <= width:
        return text
    return text[: max(0, width - 1)] + "…" if width > 0 else ""
