"""The controls: every setting of the experiment as a row to step through, pick for or type into."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any, ClassVar

from nnmath_engine.experiment import Problem
from nnmath_engine.snapshot import Snapshot
from textual import events
from textual.binding import Binding, BindingType
from textual.strip import Strip

from nnmath_tui.drawing.form import (
    FormRow,
    FormState,
    Way,
    draw_form,
    rows_shown,
    steps_column,
    value_columns,
)
from nnmath_tui.messages import ChangeRequested
from nnmath_tui.views.changes import request, stepped, typed
from nnmath_tui.views.choices import Choice, about, choices
from nnmath_tui.views.settings import Setting, settings
from nnmath_tui.widgets.line_edit import LineEdit
from nnmath_tui.widgets.pane import Pane
from nnmath_tui.widgets.pending import ANSWER_WITHIN, Pending

_EDITING_KEYS = frozenset({"backspace", "delete", "left", "right", "home", "end", "ctrl+u"})


class Controls(Pane):
    """A list of settings. Changes are asked for by `ChangeRequested`; snapshots echo them back."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "choose", id="control-up", tooltip="The setting above"),
        Binding("down", "move(1)", id="control-down", tooltip="The setting below", show=False),
        Binding("left", "step(-1)", "change", id="control-less", tooltip="The value before"),
        Binding("right", "step(1)", id="control-more", tooltip="The next value", show=False),
        Binding("enter", "open", "type or pick", id="control-open", tooltip="Type or pick a value"),
        Binding("enter", "take", "take", id="control-take", tooltip="Take the value as typed"),
        Binding("escape", "cancel", "cancel", id="control-cancel", tooltip="Keep the old value"),
        Binding("home", "move(-1000)", id="control-first", tooltip="First setting", show=False),
        Binding("end", "move(1000)", id="control-last", tooltip="Last setting", show=False),
        Binding("pageup", "move(-8)", id="control-page-up", tooltip="Settings above", show=False),
        Binding("pagedown", "move(8)", id="control-page-down", tooltip="Further down", show=False),
    ]

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._cursor = 0
        self._top = 0
        self._edit: LineEdit | None = None
        self._picked: int | None = None
        self._refusal = ""
        self._pending = Pending()
        self.rows: tuple[Setting, ...] = ()
        """The settings of the newest snapshot, with the values that have been asked for."""

    @property
    def current(self) -> Setting | None:
        """The setting that the cursor is on."""
        rows = self.rows
        return rows[min(self._cursor, len(rows) - 1)] if rows else None

    @property
    def _choices(self) -> tuple[Choice, ...]:
        """What the current setting can be, if its values have names."""
        return choices(self.current) if self.current is not None else ()

    @property
    def editing(self) -> bool:
        """Whether a value is being typed, so that letters and digits go into it."""
        return self._edit is not None

    def choose(self, path: str) -> None:
        """Put the cursor on the row of a setting, if it is there."""
        for index, row in enumerate(self.rows):
            if row.path == path:
                self._cursor = index
        self._leave()

    def reject(self, changes: Mapping[str, Any], problems: Iterable[Problem | str]) -> None:
        """Say why a change was not taken, and go back to the value in force."""
        self._pending.drop(changes)
        self._refusal = "; ".join(str(problem) for problem in problems)
        self._list_rows()

    # Drawing

    def draw(self, width: int, height: int) -> list[Strip]:
        rows = self._form_rows()
        cursor = self._cursor if self._picked is None else self._picked
        cursor = max(0, min(cursor, len(rows) - 1))
        shown = rows_shown(height)
        self._top = max(0, min(self._top, cursor, len(rows) - shown))
        self._top = max(self._top, cursor - shown + 1)
        edit, room = self._edit, value_columns(rows, width)[1]
        state = FormState(
            cursor=cursor,
            top=self._top,
            typed=None if edit is None else (*edit.window(room), edit.fresh),
            note=self._note(),
            refused=bool(self._refusal),
            focused=self.has_focus,
        )
        return draw_form(rows, width, height, self.palette, state)

    def describe(self) -> None:
        current = self.current if self._picked is not None else None
        self.caption(f"Controls · {current.label}" if current else "Controls", self._part())

    def _part(self) -> str | None:
        """Which rows are in sight, where not all are."""
        rows, shown = len(self._form_rows()), rows_shown(self.size.height)
        last = min(rows, self._top + shown)
        return f"{self._top + 1}–{last} of {rows}" if shown < rows else None

    def _form_rows(self) -> Sequence[FormRow]:
        if self._picked is not None:
            return [FormRow(choice.name, choice.formula, "pick") for choice in self._choices]
        ways: dict[bool, Way] = {True: "step", False: "type"}
        return [
            FormRow(r.label, r.text, ways[bool(r.steps)], r.resets, r.path in self._pending)
            for r in self.rows
        ]

    def _note(self) -> str:
        current = self.current
        if self._refusal or current is None:
            return self._refusal
        if self._picked is not None:
            return self._choices[self._picked].about
        return about(current)

    # Keys

    def action_move(self, rows: int) -> None:
        self._refusal = ""
        if self._picked is not None:
            self._picked = max(0, min(self._picked + rows, len(self._choices) - 1))
        else:
            self._cursor = max(0, min(self._cursor + rows, len(self.rows) - 1))
        self.redraw()

    def action_step(self, direction: int) -> None:
        current = self.current
        if self._picked is not None:
            self.action_move(direction)
        elif current is not None:
            value = stepped(current, direction)
            if value is not None:
                self._ask(current, value)

    def action_open(self) -> None:
        current = self.current
        if current is None:
            return
        options = self._choices
        if self._picked is not None:
            value = options[self._picked].value
            self._leave()
            self._ask(current, value)
        elif options:
            values = [choice.value for choice in options]
            self._picked = values.index(current.value) if current.value in values else 0
            self._refusal = ""
            self.refresh_bindings()
            self.redraw()
        else:
            self._start_typing(current)

    def action_take(self) -> None:
        if self.current is not None and self._edit is not None:
            self._finish_typing(self.current)

    def action_cancel(self) -> None:
        self._leave()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in ("open", "step"):
            return self._edit is None
        if action == "take":
            return self._edit is not None
        if action == "cancel":
            return self._edit is not None or self._picked is not None or bool(self._refusal)
        return True

    def check_consume_key(self, key: str, character: str | None) -> bool:
        return self.editing and character is not None and character.isprintable()

    def on_key(self, event: events.Key) -> None:
        current = self.current
        if current is None:
            return
        if self._edit is None:
            # Only Enter begins to type: digits go to panes here as they do everywhere else.
            return
        if event.key == "enter":
            self._finish_typing(current)
        elif event.key == "escape":
            self._leave()
        elif event.key in _EDITING_KEYS:
            self._change_edit(self._edit.press(event.key))
        elif event.is_printable and event.character:
            self._change_edit(self._edit.insert(event.character))
        elif event.key in ("up", "down"):
            self._leave()
            return
        else:
            return
        event.stop()
        event.prevent_default()

    def on_paste(self, event: events.Paste) -> None:
        if self._edit is not None:
            self._change_edit(self._edit.insert(" ".join(event.text.split())))
            event.stop()

    def _start_typing(self, current: Setting) -> None:
        self._edit = LineEdit.of("auto" if current.value == "auto" else current.text)
        self._refusal = ""
        self.refresh_bindings()
        self.redraw()

    def _change_edit(self, edit: LineEdit | None) -> None:
        self._edit = edit
        self._refusal = ""
        self.redraw()

    def _finish_typing(self, current: Setting) -> None:
        assert self._edit is not None
        try:
            value = typed(current, self._edit.text)
        except ValueError as error:
            self._refusal = f"{current.label} {error}"
            self.redraw()
            return
        self._leave()
        self._ask(current, value)

    def _leave(self) -> None:
        self._edit = self._picked = None
        self._refusal = ""
        self.refresh_bindings()
        self.redraw()

    def _ask(self, setting: Setting, value: Any) -> None:
        self._refusal = ""
        if value == setting.value or self.snapshot is None:
            self.redraw()
            return
        changes = request(self.snapshot, setting.path, value)
        self._pending.ask(setting.path, value)
        self._list_rows()
        self.post_message(ChangeRequested(changes))
        self.set_timer(ANSWER_WITHIN, self._settle)

    # Mouse

    def on_click(self, event: events.Click) -> None:
        place = event.get_content_offset(self)
        if place is None or place.y >= rows_shown(self.size.height):
            return
        row = self._top + place.y
        if self._picked is not None:
            if row < len(self._choices):
                self._picked = row
                self.action_open()
            return
        if row >= len(self.rows):
            return
        again = row == self._cursor and self._edit is None
        self._leave()
        self._cursor = row
        self.redraw()
        marks = steps_column(self.size.width)
        if marks <= place.x < marks + 3 and self.rows[row].steps:
            self.action_step(-1 if place.x == marks else 1)
        elif again:
            self.action_open()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self._scroll(event, -1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self._scroll(event, 1)

    def _scroll(self, event: events.MouseEvent, direction: int) -> None:
        """Over the chosen row the wheel steps its value, elsewhere it moves through the rows."""
        place = event.get_content_offset(self)
        on_current = place is not None and self._top + place.y == self._cursor
        if on_current and self.has_focus and self._picked is None and self._edit is None:
            self.action_step(-direction)
        elif self._edit is None:
            self.action_move(direction)
        event.stop()

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
        self.rows = ()
        if self.snapshot is not None:
            self.rows = settings(self.snapshot, self._pending.values)
        # Other data may offer other choices than the list that is open.
        if self._picked is not None and self._picked >= len(self._choices):
            self._picked = None
        self.redraw()

    def on_focus(self) -> None:
        self.redraw()

    def on_blur(self) -> None:
        self._leave()
