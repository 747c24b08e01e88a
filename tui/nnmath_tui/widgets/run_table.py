"""The table of runs: a cursor, names typed in place, and what is asked for of the chosen run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from textual import events
from textual.binding import Binding, BindingType
from textual.message import Message
from textual.reactive import reactive
from textual.strip import Strip

from nnmath_tui.drawing.numbers import short
from nnmath_tui.drawing.run_table import (
    TableRow,
    TableState,
    draw_run_table,
    rows_shown,
    score_in_words,
)
from nnmath_tui.views.runs import RunRow
from nnmath_tui.widgets.line_edit import LineEdit
from nnmath_tui.widgets.pane import Pane

_EDITING_KEYS = frozenset({"backspace", "delete", "left", "right", "home", "end", "ctrl+u"})
_LONGEST_NAME = 40
NO_RUNS = (
    "No run has an epoch yet. Press space on the main screen to train; every reset, new seed and "
    "branch then begins a run of its own, and all of them are listed here."
)


class RunTable(Pane):
    """Shows `rows`; keys are told as `RunTable.Chosen`, named after what is to be done."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", id="run-up", tooltip="The run above", show=False),
        Binding("down", "move(1)", id="run-down", tooltip="The run below", show=False),
        Binding("home", "move(-1000)", id="run-first", tooltip="The first run", show=False),
        Binding("end", "move(1000)", id="run-last", tooltip="The last run", show=False),
        Binding("pageup", "move(-8)", id="run-page-up", tooltip="Runs above", show=False),
        Binding("pagedown", "move(8)", id="run-page-down", tooltip="Runs below", show=False),
        Binding("enter", "take", "take the name", id="run-take", tooltip="Take the name as typed"),
        Binding("escape", "cancel", "cancel", id="run-cancel", tooltip="Keep the old name"),
        Binding("enter", "choose('go')", "go to", id="run-go", tooltip="Take the run up"),
        Binding("g", "choose('overlay')", "overlay", id="run-overlay", tooltip="Draw its curve"),
        Binding("space", "choose('overlay')", id="run-draw", tooltip="Draw its curve", show=False),
        Binding("c", "compare", "compare", id="run-compare", tooltip="Compare two runs"),
        Binding("n", "name", "name", id="run-name", tooltip="Give the run a name"),
        Binding("x", "export", "export", id="run-export", tooltip="Write all runs to CSV files"),
        Binding("d", "delete", "delete", id="run-delete", tooltip="Forget the run"),
        Binding("delete", "delete", id="run-forget", tooltip="Forget the run", show=False),
    ]

    rows: reactive[tuple[RunRow, ...]] = reactive[tuple[RunRow, ...]]((), repaint=False)

    @dataclass
    class Chosen(Message):
        """Something is to be done with a run: "go", "overlay", "name" it `text`, or "delete"."""

        what: str
        number: int
        text: str = ""

    @dataclass
    class Compared(Message):
        """Two runs are to be compared."""

        first: int
        second: int

    class ExportRequested(Message):
        """All runs are to be written to a file."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._cursor = self._top = 0
        self._edit: LineEdit | None = None
        self._note, self._refused = "", False
        self._compared: int | None = None
        self._deleted: int | None = None

    @property
    def current(self) -> RunRow | None:
        """The run that the cursor is on."""
        return self.rows[min(self._cursor, len(self.rows) - 1)] if self.rows else None

    @property
    def editing(self) -> bool:
        """Whether a name is being typed."""
        return self._edit is not None

    def say(self, note: str, refused: bool = False) -> None:
        """Show a note below the table until the cursor moves."""
        self._note, self._refused = note, refused
        self.redraw()

    def draw(self, width: int, height: int) -> list[Strip]:
        shown = rows_shown(height)
        self._cursor = max(0, min(self._cursor, len(self.rows) - 1))
        self._top = max(0, min(self._top, self._cursor, len(self.rows) - shown))
        self._top = max(self._top, self._cursor - shown + 1)
        state = TableState(
            self._cursor,
            self._top,
            None if self._edit is None else (self._edit.text, self._edit.cursor, self._edit.fresh),
            self._note or self._about(),
            self._refused,
        )
        return draw_run_table(self._table_rows(), width, height, self.palette, state)

    def _table_rows(self) -> Sequence[TableRow]:
        return [
            TableRow(
                number=row.number,
                name=row.name,
                differs=row.differs,
                seed=row.seed,
                epoch=row.outcome.epoch,
                loss=row.last_loss,
                curve=row.outcome.loss,
                best_loss=row.best_loss,
                score=row.last_score,
                share=row.outcome.task == "classification",
                current=row.current,
                overlaid=row.overlaid,
                kept=row.kept,
                chosen=row.number == self._compared,
            )
            for row in self.rows
        ]

    def _about(self) -> str:
        row = self.current
        if row is None:
            return NO_RUNS
        name = f"{row.name}: " if row.name else ""
        return f"{name}{row.differs}\n{_figures(row, self.palette.ascii, self)}"

    def describe(self) -> None:
        count = len(self.rows)
        title = f"Runs · {count}" if count else "Runs"
        shown = rows_shown(self.size.height)
        part = f"{self._top + 1}–{min(count, self._top + shown)} of {count}"
        self.caption(title, part if count > shown else None)

    def watch_rows(self, before: tuple[RunRow, ...], now: tuple[RunRow, ...]) -> None:
        numbers = [row.number for row in now]
        if self._compared not in numbers:
            self._compared = None
        if not before and now:
            self._cursor = next((i for i, row in enumerate(now) if row.current), len(now) - 1)
        self.redraw()

    # Keys

    def action_move(self, rows: int) -> None:
        self._go(self._cursor + rows)

    def _go(self, row: int) -> None:
        self._cursor = max(0, min(row, len(self.rows) - 1))
        self._note, self._refused, self._deleted = "", False, None
        self.redraw()

    def action_choose(self, what: str) -> None:
        row = self.current
        if row is None:
            return
        if what == "go" and not row.kept:
            self.say(f"Of run {row.number} only the curve is kept: it was left long ago.", True)
        elif what == "overlay" and row.current:
            self.say("This is the present run, which is drawn anyway.")
        else:
            self.post_message(self.Chosen(what, row.number))

    def action_compare(self) -> None:
        row = self.current
        if row is None:
            return
        others = [other.number for other in self.rows if other.number != row.number]
        if not others:
            self.say("There is no other run to compare this one with.")
        elif len(others) == 1:
            self.post_message(self.Compared(*sorted((row.number, others[0]))))
        elif self._compared is None:
            self._compared = row.number
            self.say(f"Run {row.number}: go to another run, and press c there to compare both.")
        elif self._compared == row.number:
            self._compared = None
            self.say("")
        else:
            first, self._compared = self._compared, None
            self.say("")
            self.post_message(self.Compared(first, row.number))

    def action_name(self) -> None:
        row = self.current
        if row is not None:
            self._edit = LineEdit.of(row.name)
            self.say("Type a name for this run.")
            self.refresh_bindings()

    def action_take(self) -> None:
        row, edit = self.current, self._edit
        self.action_cancel()
        if row is not None and edit is not None:
            self.post_message(self.Chosen("name", row.number, edit.text))

    def action_cancel(self) -> None:
        self._edit = None
        self.say("")
        self.refresh_bindings()

    def action_export(self) -> None:
        if self.rows:
            self.post_message(self.ExportRequested())

    def action_delete(self) -> None:
        row = self.current
        if row is None:
            return
        if row.current:
            self.say("This is the present run; go to another one before deleting it.", True)
        elif self._deleted != row.number:
            self._deleted = row.number
            self.say(f"Press d again to forget run {row.number} for good.", True)
        else:
            self._deleted = None
            self.say("")
            self.post_message(self.Chosen("delete", row.number))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        return self.editing == (action in ("take", "cancel"))

    def check_consume_key(self, key: str, character: str | None) -> bool:
        return self._edit is not None and character is not None and character.isprintable()

    def on_key(self, event: events.Key) -> None:
        if self._edit is None:
            return
        if event.key == "enter":
            self.action_take()
        elif event.key in ("escape", "up", "down"):
            self.action_cancel()
        elif event.key in _EDITING_KEYS:
            self._change(self._edit.press(event.key))
        elif event.is_printable and event.character:
            self._change(self._edit.insert(event.character))
        event.stop()
        event.prevent_default()

    def on_paste(self, event: events.Paste) -> None:
        if self._edit is not None:
            self._change(self._edit.insert(" ".join(event.text.split())))
            event.stop()

    def _change(self, edit: LineEdit) -> None:
        if len(edit.text) <= _LONGEST_NAME:
            self._edit = edit
            self.redraw()

    # Mouse

    def on_click(self, event: events.Click) -> None:
        place = event.get_content_offset(self)
        if place is None or not 1 <= place.y <= rows_shown(self.size.height):
            return
        row = self._top + place.y - 1
        if self._edit is None and row < len(self.rows):
            again = row == self._cursor
            self._go(row)
            if again:
                self.action_choose("go")

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self._scroll(event, -1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self._scroll(event, 1)

    def _scroll(self, event: events.MouseEvent, rows: int) -> None:
        if self._edit is None:
            self.action_move(rows)
        event.stop()


def _figures(row: RunRow, ascii: bool, table: RunTable) -> str:
    outcome = row.outcome
    of = "test" if outcome.tested else "train"
    loss = [short(v, 9, digits=4, ascii=ascii) for v in (row.last_loss, row.best_loss)]
    words = f"{of} loss {loss[0]} now, {loss[1]} at best"
    if row.last_score == row.last_score:
        share = outcome.task == "classification"
        scores = (row.last_score, row.best_score)
        score = [score_in_words(value, share, table.palette, 9) for value in scores]
        words += f"; {of} {'accuracy' if share else 'R²'} {score[0]} now, {score[1]} at best"
    if outcome.status != "ready":
        words += f"; {'diverged' if outcome.status == 'diverged' else 'stopped early'}"
    return words + ("" if row.kept else "; only its curve is kept")
