"""The controls: every setting of the experiment as a row to step through, pick for or type into."""

from __future__ import annotations

from typing import Any, ClassVar

from textual import events
from textual.binding import Binding, BindingType

from nnmath_tui.drawing.form import steps_column
from nnmath_tui.messages import ChangeRequested, SettingChosen
from nnmath_tui.views.changes import request, stepped, typed
from nnmath_tui.views.choices import choices
from nnmath_tui.views.settings import Setting
from nnmath_tui.widgets.line_edit import LineEdit
from nnmath_tui.widgets.pending import ANSWER_WITHIN
from nnmath_tui.widgets.pick_list import PickList
from nnmath_tui.widgets.settings_list import SettingsList

_EDITING_KEYS = frozenset({"backspace", "delete", "left", "right", "home", "end", "ctrl+u"})
_HELP = "?"
"""The one character that is never looked for in a list: it explains what the list is about."""


class Controls(SettingsList):
    """A list of settings. Changes are asked for by `ChangeRequested`; snapshots echo them back."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("up", "move(-1)", "choose", id="control-up", tooltip="The setting above"),
        Binding("down", "move(1)", id="control-down", tooltip="The setting below", show=False),
        Binding("left", "step(-1)", "change", id="control-less", tooltip="The value before"),
        Binding("right", "step(1)", id="control-more", tooltip="The next value", show=False),
        Binding("enter", "open", "type or pick", id="control-open", tooltip="Type or pick a value"),
        Binding("enter", "take", "take", id="control-take", tooltip="Take the value as it is"),
        Binding("escape", "cancel", "cancel", id="control-cancel", tooltip="Keep the old value"),
        Binding("slash", "find", "find", id="control-find", tooltip="Find a setting by its name"),
        Binding("home", "move(-1000)", id="control-first", tooltip="First setting", show=False),
        Binding("end", "move(1000)", id="control-last", tooltip="Last setting", show=False),
        Binding("pageup", "move(-8)", id="control-page-up", tooltip="Settings above", show=False),
        Binding("pagedown", "move(8)", id="control-page-down", tooltip="Further down", show=False),
    ]

    def action_move(self, rows: int) -> None:
        """To another row, past headings."""
        self._refusal = ""
        if self._pick is not None:
            self._pick = self._pick.move(rows)
        else:
            places = [line for line in self._lines() if isinstance(line, int)]
            if places:
                now = places.index(self._cursor) if self._cursor in places else 0
                self._cursor = places[max(0, min(now + rows, len(places) - 1))]
                self._tell_chosen()
        self.redraw()

    def _tell_chosen(self) -> None:
        if self.current is not None:
            self.post_message(SettingChosen(self.current.path))

    def action_step(self, direction: int) -> None:
        current = self.current
        if self._pick is not None:
            self.action_move(direction)
        elif current is not None and self.is_locked(current.path):
            self._refuse(f"{current.label} is locked in this lesson.")
        elif current is not None:
            value = stepped(current, direction)
            if value is not None:
                self._ask(current, value)
            elif current.steps:
                self._refuse(f"{current.label} steps no further; enter takes any other value.")
            else:
                self._start_typing(current)

    def action_open(self) -> None:
        """Open the list of choices or, for what has none, a line to type in."""
        current = self.current
        if current is None:
            return
        if self.is_locked(current.path):
            self._refuse(f"{current.label} is locked in this lesson.")
            return
        options = choices(current)
        if not options:
            self._start_typing(current)
            return
        self._pick = PickList.of(options, current.value)
        self._refusal = ""
        self.refresh_bindings()
        self.redraw()

    def action_take(self) -> None:
        """Take what is typed or marked; what cannot be taken stays, to be mended."""
        current, edit, pick = self.current, self._edit, self._pick
        if self._finding:
            self._finding = False
            self.refresh_bindings()
            self.redraw()
        elif current is not None and pick is not None and pick.found:
            self._leave()
            self._ask(current, pick.choice.value)
        elif current is not None and (edit is not None or pick is not None):
            text = edit.text if edit is not None else pick.text if pick is not None else ""
            try:
                value = typed(current, text)
            except ValueError as error:
                self._refuse(f"{current.label} {error}")
            else:
                self._leave()
                self._ask(current, value)

    def action_cancel(self) -> None:
        if self._edit is None and self._pick is None:
            self._wanted = None
        self._leave()

    def action_find(self) -> None:
        """Let letters narrow the list down to the settings that are called so."""
        self._leave()
        self._finding, self._wanted = True, LineEdit("", 0)
        self.refresh_bindings()
        self.redraw()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        typing = self._edit is not None
        if action == "move":
            return not typing
        if action == "step":
            return not self.editing
        if action == "open":
            return not self.editing and self._pick is None
        if action == "find":
            return not self.editing and self._pick is None
        if action == "take":
            return self.editing or self._pick is not None
        if action == "cancel":
            other = self._pick is not None or self._wanted is not None
            return typing or other or bool(self._refusal)
        return True

    def check_consume_key(self, key: str, character: str | None) -> bool:
        if character is None or not character.isprintable():
            return False
        return self.editing or (self._pick is not None and character != _HELP)

    def on_key(self, event: events.Key) -> None:
        """What is typed; all other keys are bindings."""
        letter = event.character if event.is_printable else None
        if self._pick is not None:
            if letter and letter != _HELP:
                self._type_to_find(self._pick.type(letter))
            elif event.key == "backspace":
                self._type_to_find(self._pick.backspace())
            else:
                return
        elif self.editing and letter:
            self._type(letter)
        elif self.editing and event.key in _EDITING_KEYS:
            self._type("", event.key)
        elif self._edit is not None and event.key in ("up", "down"):
            self._leave()
            return
        else:
            # Only Enter begins to type: digits go to panes here as they do everywhere else.
            return
        event.stop()
        event.prevent_default()

    def on_paste(self, event: events.Paste) -> None:
        text = " ".join(event.text.split())
        if self._pick is not None:
            self._type_to_find(self._pick.type(text))
        elif self.editing:
            self._type(text)
        else:
            return
        event.stop()

    def _type(self, letters: str, key: str = "") -> None:
        """Put letters, or press an editing key, in the line that takes them."""
        line = self._edit if self._edit is not None else self._wanted
        assert line is not None
        line = line.press(key) if key else line.insert(letters)
        self._refusal = ""
        if self._edit is not None:
            self._edit = line
        else:
            self._wanted = line
            self._stay_on_line()
        self.redraw()

    def _type_to_find(self, pick: PickList) -> None:
        self._pick, self._refusal = pick, ""
        self.redraw()

    def _start_typing(self, current: Setting) -> None:
        self._edit = LineEdit.of(current.typing)
        self._refusal = ""
        self.refresh_bindings()
        self.redraw()

    def _refuse(self, words: str) -> None:
        self._refusal = words
        self.refresh_bindings()
        self.redraw()

    def _ask(self, setting: Setting, value: Any) -> None:
        self._refusal = ""
        if value == setting.value or self.snapshot is None:
            self.redraw()
            return
        changes = request(self.snapshot, setting.path, value, self._pending.values)
        # What was asked for of single layers is not asked for any more once all are changed.
        of_layers = f"{setting.path}."
        self._pending.drop([path for path in self._pending.values if path.startswith(of_layers)])
        self._pending.ask(setting.path, value)
        self._list_rows()
        self.post_message(ChangeRequested(changes))
        self.set_timer(ANSWER_WITHIN, self._settle)

    # Mouse

    def on_click(self, event: events.Click) -> None:
        place = event.get_content_offset(self)
        if place is None or place.y >= self._shown:
            return
        line = self._top + place.y
        if self._pick is not None:
            if line < len(self._pick.choices):
                self._pick = self._pick.move(line - self._pick.index)
                self.action_take()
            return
        lines = self._lines()
        row = lines[line] if line < len(lines) else None
        if not isinstance(row, int):
            return
        again = row == self._cursor and self._edit is None
        self._leave()
        self._cursor = row
        self._tell_chosen()
        self.redraw()
        marks = steps_column(self.size.width)
        if marks <= place.x < marks + 3 and self.rows[row].steps:
            self.action_step(-1 if place.x == marks else 1)
        elif again or marks <= place.x < marks + 3:
            self.action_open()

    def on_mouse_scroll_up(self, event: events.MouseScrollUp) -> None:
        self._scroll(event, -1)

    def on_mouse_scroll_down(self, event: events.MouseScrollDown) -> None:
        self._scroll(event, 1)

    def _scroll(self, event: events.MouseEvent, direction: int) -> None:
        """Over the chosen row the wheel steps its value, elsewhere it moves through the rows."""
        place = event.get_content_offset(self)
        on_current = place is not None and self._top + place.y == self._place()
        if on_current and self.has_focus and self._pick is None and self._edit is None:
            self.action_step(-direction)
        elif self._edit is None:
            self.action_move(direction)
        event.stop()

    def on_focus(self) -> None:
        self.redraw()

    def on_blur(self) -> None:
        self._leave()
