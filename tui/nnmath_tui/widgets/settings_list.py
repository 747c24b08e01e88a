"""The settings of the newest snapshot as a list with a cursor: what the controls show.

How keys and clicks act on it is for `controls` to say.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any

from nnmath_engine.experiment import Problem
from nnmath_engine.fields import FIELDS
from nnmath_engine.snapshot import Snapshot
from nnmath_presets.judging import SEED
from textual.strip import Strip

from nnmath_tui.drawing.form import (
    FormRow,
    FormState,
    draw_form,
    note_lines,
    rows_shown,
    value_columns,
)
from nnmath_tui.views.choices import RESETS, about, explanation
from nnmath_tui.views.rows import Line, choice_rows, form_rows, listed
from nnmath_tui.views.settings import Setting, settings
from nnmath_tui.widgets.line_edit import LineEdit
from nnmath_tui.widgets.pane import Pane
from nnmath_tui.widgets.pending import Pending
from nnmath_tui.widgets.pick_list import PickList

LOCKED = "Locked in this lesson."


class SettingsList(Pane):
    """Rows under headings, the open list of choices, the value being typed, what was refused."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._cursor = 0
        self._top = 0
        self._shown = 1
        self._edit: LineEdit | None = None
        self._pick: PickList | None = None
        self._wanted: LineEdit | None = None  # what the rows are searched for
        self._finding = False  # whether letters go into it
        self._refusal = ""
        self._pending = Pending()
        self._locks: Callable[[str], bool] | None = None
        self.rows: tuple[Setting, ...] = ()
        """The settings of the newest snapshot, with the values that have been asked for."""

    @property
    def current(self) -> Setting | None:
        """The setting that the cursor is on."""
        if not self.rows:
            return None
        row = self.rows[min(self._cursor, len(self.rows) - 1)]
        return row if self._wanted is None or self._lines() else None

    @property
    def editing(self) -> bool:
        """Whether something is being typed, so that letters and digits go into it."""
        return self._edit is not None or self._finding

    def keep_locked(self, locks: Callable[[str], bool] | None) -> None:
        """Show which settings a lesson does not let be changed; `locks` tells by their path."""
        self._locks = locks
        self._leave()

    def is_locked(self, path: str) -> bool:
        """Whether the lesson keeps a setting as it is; another seed is always allowed."""
        return self._locks is not None and path != SEED and self._locks(path)

    def choose(self, path: str) -> None:
        """Put the cursor on the row of a setting, if it is there."""
        for place, row in enumerate(self.rows):
            if row.path == path:
                self._cursor = place
                if place not in self._lines():
                    self._wanted = None
        self._leave()

    def reject(self, changes: Mapping[str, Any], problems: Iterable[Problem | str]) -> None:
        """Say beside the field why a change was not taken, and go back to the value in force."""
        self._pending.drop(changes)
        self._list_rows()
        paths = [row.path for row in self.rows if row.path in changes]
        if paths and not self.editing and self.current and self.current.path not in paths:
            self.choose(paths[0])
        self._refusal = "; ".join(map(_in_words, problems))
        self.refresh_bindings()
        self.redraw()

    def explain(self) -> str:
        """All there is to say about the setting that the cursor is on."""
        return explanation(self.current) if self.current is not None else ""

    def copyable(self) -> str:
        """The setting that the cursor is on, as a preset file has it."""
        current = self.current
        return f"{current.path} = {_as_toml(current.value)}" if current is not None else ""

    # Drawing

    def draw(self, width: int, height: int) -> list[Strip]:
        rows, cursor = self._form_rows(), self._place()
        edit, room = self._edit, value_columns(rows, width)[1]
        state = FormState(
            cursor=cursor,
            typed=None if edit is None else (*edit.window(room), edit.fresh),
            warning=self._warning(),
            note=self._note(),
            refusal=self._refusal,
            focused=self.has_focus,
        )
        self._shown = shown = rows_shown(height, len(note_lines(state, width)))
        self._top = max(0, min(self._top, cursor, len(rows) - shown))
        self._top = max(self._top, cursor - shown + 1)
        if 0 < self._top == cursor and rows[cursor - 1].way == "heading":
            self._top -= shown > 1
        return draw_form(rows, width, height, self.palette, replace(state, top=self._top))

    def describe(self) -> None:
        title = "Controls"
        if self._pick is not None and self.current is not None:
            title += f" · {self.current.label}"
            title += f": {self._pick.text}" if self._pick.text else ""
        elif self._wanted is not None:
            title += f" /{self._wanted.text}{'_' if self._finding else ''}"
        self.caption(title, self._part())

    def _part(self) -> str | None:
        """Which rows are in sight, where not all are."""
        headings = [row.way == "heading" for row in self._form_rows()]
        if len(headings) <= self._shown:
            return None
        before = headings[: self._top].count(False)
        last = headings[: self._top + self._shown].count(False)
        return f"{before + 1}–{last} of {headings.count(False)}"

    def _lines(self) -> list[Line]:
        return listed(self.rows, self._wanted.text if self._wanted is not None else "")

    def _stay_on_line(self) -> None:
        """Go to the first row that is listed, if the cursor is on one that is not."""
        lines = self._lines()
        if self._cursor not in lines:
            self._cursor = next((line for line in lines if isinstance(line, int)), self._cursor)

    def _place(self) -> int:
        """The line of the cursor."""
        if self._pick is not None:
            return self._pick.index
        lines = self._lines()
        return lines.index(self._cursor) if self._cursor in lines else 0

    def _form_rows(self) -> list[FormRow]:
        if self._pick is not None:
            return choice_rows(self._pick.choices)
        rows = form_rows(self.rows, self._lines(), self._pending)
        return [
            replace(row, way="locked", resets=False)
            if isinstance(line, int) and self.is_locked(self.rows[line].path)
            else row
            for line, row in zip(self._lines(), rows, strict=True)
        ]

    def _warning(self) -> str:
        if self.current is not None and self.is_locked(self.current.path):
            return LOCKED
        return f"↺ {RESETS}" if self.current is not None and self.current.resets else ""

    def _note(self) -> str:
        current, pick = self.current, self._pick
        if current is None:
            return "No setting is called so." if self._wanted is not None else ""
        if pick is None:
            return about(current)
        if not pick.found:
            return f"None of these begins so; enter tries “{pick.text}” as it is typed."
        return pick.choice.about

    def _leave(self) -> None:
        """Go back to the list, whatever was being typed or picked."""
        self._edit = self._pick = None
        self._finding = False
        self._refusal = ""
        self.refresh_bindings()
        self.redraw()

    # Echo

    def watch_snapshot(self, before: Snapshot | None, now: Snapshot | None) -> None:
        same = before is not None and now is not None and before.experiment is now.experiment
        # Training changes no setting, and there may be many snapshots a second.
        if not (same and before and now and before.blueprint is now.blueprint) or self._pending:
            self._settle()

    def _settle(self) -> None:
        if self.snapshot is not None and self._pending:
            self._pending.settle(self.snapshot.experiment)
        self._list_rows()

    def _list_rows(self) -> None:
        """Make the rows anew, and stay on the setting that the cursor is on."""
        path = self.rows[self._cursor].path if self._cursor < len(self.rows) else ""
        self.rows = ()
        if self.snapshot is not None:
            self.rows = settings(self.snapshot, self._pending.values)
        for place, row in enumerate(self.rows):
            if row.path == path:
                self._cursor = place
        self._cursor = max(0, min(self._cursor, len(self.rows) - 1))
        self._stay_on_line()
        # Other data may offer other choices than the list that is open.
        if self._pick is not None and self.current is not None:
            values = [choice.value for choice in self._pick.choices]
            if values != list(self.current.steps):
                self._pick = None
        self.redraw()


def _in_words(problem: Problem | str) -> str:
    """What is wrong, the setting being called as its row is."""
    if isinstance(problem, Problem) and problem.path in FIELDS:
        return f"{FIELDS[problem.path].label} {problem.message}"
    return str(problem)


def _as_toml(value: Any) -> str:
    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
        case tuple():
            return "[" + ", ".join(map(_as_toml, value)) + "]"
        case _:
            return repr(value)
