"""A list of settings: labels, values, and how each can be changed."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap
from typing import Literal

from textual.strip import Strip

from nnmath_tui.drawing.canvas import Canvas
from nnmath_tui.drawing.palette import Palette

Way = Literal["step", "type", "pick"]
_MARKS: dict[Way, str] = {"step": "◂ ▸", "type": "  ✎", "pick": ""}
_RESETS = "↺"
_MARKS_WIDTH = 6
_LEAST_ROWS = 3


@dataclass(frozen=True, slots=True)
class FormRow:
    """One setting; `way` tells how it is changed, `resets` that this starts the network afresh.

    `waiting` values have been asked for and not been answered.
    """

    label: str
    value: str
    way: Way = "step"
    resets: bool = False
    waiting: bool = False


@dataclass(frozen=True, slots=True)
class FormState:
    """Where a person is: the cursor's row, the first row shown, and what is being typed.

    `typed` is (text, cursor, replaced by the next key) for the row of the cursor; `note` is shown
    below the rows, as a refusal if `refused`.
    """

    cursor: int = 0
    top: int = 0
    typed: tuple[str, int, bool] | None = None
    note: str = ""
    refused: bool = False
    focused: bool = False


def note_height(height: int) -> int:
    """Lines kept for the note below the rows, in a form of `height` lines."""
    return 0 if height < _LEAST_ROWS + 2 else 2 if height < 12 else 3


def rows_shown(height: int) -> int:
    """Rows that a form of `height` lines has room for."""
    return max(1, height - note_height(height))


def value_columns(rows: Sequence[FormRow], width: int) -> tuple[int, int]:
    """Where values start and how many cells they have."""
    longest = max((len(row.label) for row in rows), default=0)
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
    shown = rows_shown(canvas.height)
    for line, row in enumerate(rows[state.top : state.top + shown]):
        _draw_row(canvas, line, row, state.top + line == state.cursor, state, (start, room))
    _draw_note(canvas, shown, state)
    return canvas.strips()


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


def _draw_note(canvas: Canvas, top: int, state: FormState) -> None:
    palette = canvas.palette
    room = canvas.height - top
    # A refusal must be read whole: it may cover rows when the note has too little room.
    lines = wrap(state.note, max(1, canvas.width - 4)) if state.note else []
    if state.refused and len(lines) > room:
        room = min(len(lines), canvas.height - 1)
        top = canvas.height - room
        canvas.fill(0, top, canvas.width, room)
    if len(lines) > room:
        lines = (
            [*lines[: room - 1], _elided(lines[room - 1] + " …", canvas.width - 2)] if room else []
        )
    for line, text in enumerate(lines):
        color = palette.bad if state.refused else palette.muted
        canvas.put(2, top + line, text, color, bold=state.refused)


def _elided(text: str, width: int) -> str:
    if len(text) <= width:
        return text
    return text[: max(0, width - 1)] + "…" if width > 0 else ""
