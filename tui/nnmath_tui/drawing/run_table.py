"""The runs as a table: a line for each, and below it all there is to say of the chosen one."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from textwrap import wrap

import numpy as np
from nnmath_engine.arrays import Array
from textual.strip import Strip

from nnmath_tui.drawing.canvas import Canvas
from nnmath_tui.drawing.numbers import count, percent, short
from nnmath_tui.drawing.palette import Color, Palette
from nnmath_tui.drawing.sparkline import sparkline

NOTE_LINES = 3
_LEFT = 9
"""Cells for the marks and the number."""
_LEAST_WORDS = 18
_CURRENT, _OVERLAID, _CHOSEN = "▶", "≡", "c"


@dataclass(frozen=True, slots=True, eq=False, kw_only=True)
class TableRow:
    """One run. `curve` (epochs,) are its losses; `share` says that the score is an accuracy."""

    number: int
    name: str
    differs: str
    seed: int
    epoch: int
    curve: Array
    loss: float
    best_loss: float
    score: float
    share: bool
    current: bool = False
    overlaid: bool = False
    kept: bool = True
    chosen: bool = False


@dataclass(frozen=True, slots=True)
class TableState:
    """Where a person is: the cursor's row, the first one shown, and a name being typed.

    `typed` is (text, cursor, replaced by the next key); `note` is shown below, as a refusal if
    `refused`.
    """

    cursor: int = 0
    top: int = 0
    typed: tuple[str, int, bool] | None = None
    note: str = ""
    refused: bool = False


@dataclass(frozen=True, slots=True)
class Column:
    """A heading, and how many cells there are below it."""

    name: str
    width: int
    rank: int


_COLUMNS = (
    Column("seed", 6, 4),
    Column("epochs", 8, 1),
    Column("loss", 7, 0),
    Column("best", 7, 3),
    Column("score", 7, 2),
    Column("", 8, 5),
)
"""What stands at the right; a lower `rank` is given up later. The last is the sparkline."""


def columns(width: int) -> list[Column]:
    """Those that there is room for; a wide table has a wide sparkline."""
    kept = list(_COLUMNS)
    while kept and width - _LEFT - _taken(kept) < _LEAST_WORDS:
        kept.remove(max(kept, key=lambda column: column.rank))
    if kept and not kept[-1].name:
        spare = width - _LEFT - _taken(kept) - 3 * _LEAST_WORDS
        kept[-1] = Column("", kept[-1].width + max(0, min(spare, 24)), kept[-1].rank)
    return kept


def _taken(kept: Sequence[Column]) -> int:
    return sum(column.width + 1 for column in kept)


def rows_shown(height: int) -> int:
    """Rows that a table of `height` lines has room for."""
    return max(1, height - 1 - (NOTE_LINES + 1 if height > 2 * NOTE_LINES else 0))


def draw_run_table(
    rows: Sequence[TableRow], width: int, height: int, palette: Palette, state: TableState
) -> list[Strip]:
    """A heading, the rows from `state.top` on, and the note, as `height` strips of `width`."""
    canvas = Canvas(width, height, palette)
    if not rows:
        for line, text in enumerate(wrap(state.note, max(1, width - 4))[:height]):
            canvas.put(2, line, text, palette.muted)
        return canvas.strips()
    kept = columns(width)
    x = width - _taken(kept)
    canvas.put(_LEFT, 0, "what differs"[: max(0, x - _LEFT)], palette.muted)
    canvas.put(5, 0, "run", palette.muted)
    for column in kept:
        canvas.put(x + 1, 0, (column.name or "log loss").rjust(column.width), palette.muted)
        x += column.width + 1
    shown = rows_shown(height)
    for line, row in enumerate(rows[state.top : state.top + shown], 1):
        _draw_row(canvas, line, row, state.top + line - 1 == state.cursor, state, kept)
    if height > shown + 1:
        canvas.put(0, shown + 1, "─" * width, palette.faint)
    _draw_note(canvas, shown + 2, state)
    return canvas.strips()


def _draw_row(
    canvas: Canvas,
    line: int,
    row: TableRow,
    current: bool,
    state: TableState,
    kept: Sequence[Column],
) -> None:
    palette = canvas.palette
    ground = palette.ramp[len(palette.ramp) // 2] if current and palette.shades else None
    reverse = current and palette.mode == "mono"
    canvas.put(0, line, " " * canvas.width, None, ground, reverse=reverse)

    def put(x: int, text: str, color: Color, bold: bool = False) -> None:
        canvas.put(x, line, text, color, ground, bold=bold or current, reverse=reverse)

    if current:
        put(0, "▸", palette.accent)
    if row.current:
        put(2, _CURRENT, palette.good)
    if row.overlaid:
        put(3, _OVERLAID, palette.text)
    if row.chosen:
        put(4, _CHOSEN, palette.warning, bold=True)
    put(5, f"{row.number:>3}", palette.text if row.kept else palette.faint)
    start = canvas.width - _taken(kept)
    if current and state.typed is not None:
        _draw_typed(canvas, line, max(1, start - _LEFT), state.typed)
    else:
        _draw_words(put, row, max(0, start - _LEFT), palette)
    for column in kept:
        text, color = _cell(row, column, palette)
        if column.name:
            put(start + 1, text.rjust(column.width), color)
        else:  # reversed, a low bar would be a high one
            canvas.put(start, line, " " + text, color, ground)
        start += column.width + 1


def _draw_words(put: object, row: TableRow, room: int, palette: Palette) -> None:
    assert callable(put)
    name = _elided(row.name, room)
    put(_LEFT, name, palette.text, True)
    left = room - len(name) - (2 if name else 0)
    put(_LEFT + room - left, _elided(row.differs, left), palette.muted)


def _cell(row: TableRow, column: Column, palette: Palette) -> tuple[str, Color]:
    width = column.width
    match column.name:
        case "seed":
            return _whole(str(row.seed), width), palette.muted
        case "epochs":
            return _whole(count(row.epoch), width, str(row.epoch)), palette.text
        case "loss":
            return _number(row.loss, width, palette), palette.text
        case "best":
            return _number(row.best_loss, width, palette), palette.text
        case "score":
            return score_in_words(row.score, row.share, palette, width), palette.accent
    with np.errstate(all="ignore"):  # a loss of 0 is a blank in the curve, as one of NaN is
        return sparkline(np.log10(row.curve), width, palette), palette.accent


def score_in_words(score: float, share: bool, palette: Palette, width: int = 7) -> str:
    """An accuracy in per cent or an R² as a number; a dash where there is none."""
    if score != score:
        return "–"
    return percent(score, width) if share else _number(score, width, palette)


def _number(value: float, width: int, palette: Palette) -> str:
    return short(value, width, digits=4, ascii=palette.ascii)


def _whole(text: str, width: int, shorter: str = "") -> str:
    for form in (text, shorter):
        if form and len(form) <= width:
            return form
    return "…"


def _draw_typed(canvas: Canvas, line: int, room: int, typed: tuple[str, int, bool]) -> None:
    palette = canvas.palette
    text, cursor, fresh = typed
    canvas.put(_LEFT, line, text.ljust(room)[:room], palette.text, palette.surface, underline=True)
    if fresh and text:
        canvas.put(_LEFT, line, text[:room], palette.text, palette.surface, reverse=True)
    elif cursor < room:
        under = text[cursor] if cursor < len(text) else " "
        canvas.put(_LEFT + cursor, line, under, palette.text, palette.surface, reverse=True)


def _draw_note(canvas: Canvas, top: int, state: TableState) -> None:
    palette = canvas.palette
    lines = [
        line
        for part in state.note.split("\n")
        for line in wrap(part, max(1, canvas.width - 4), break_on_hyphens=False)
    ]
    room = max(0, canvas.height - top)
    if len(lines) > room:
        lines = [*lines[: room - 1], _elided(lines[room - 1] + " …", canvas.width - 2)][:room]
    for line, text in enumerate(lines):
        color = palette.bad if state.refused else palette.muted
        canvas.put(2, top + line, text, color, bold=state.refused)


def _elided(text: str, width: int) -> str:
    if len(text) <= width:
        return text
    return text[: max(0, width - 1)] + "…" if width > 0 else ""
