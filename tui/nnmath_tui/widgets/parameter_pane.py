"""Walking the weights into the selected neuron; typing and freezing one, or the bias."""

from __future__ import annotations

from nnmath_engine.snapshot import Snapshot
from rich.text import Text
from textual import events

from nnmath_tui.messages import FreezeRequested, WeightEdited, WeightSelected
from nnmath_tui.views.formula import WeightPlace
from nnmath_tui.views.network_words import edit_words
from nnmath_tui.views.weights_of import is_frozen, parameter, typed_parameter
from nnmath_tui.widgets.diagram_pane import DiagramPane
from nnmath_tui.widgets.line_edit import LineEdit

_EDITING_KEYS = frozenset({"backspace", "delete", "left", "right", "home", "end", "ctrl+u"})


class ParameterPane(DiagramPane):
    """A value is typed in the lower border; `WeightEdited` and `FreezeRequested` ask for it."""

    def __init__(self, *, id: str | None = None, classes: str | None = None) -> None:
        super().__init__(id=id, classes=classes)
        self._edit: LineEdit | None = None

    @property
    def editing(self) -> bool:
        """Whether a value is being typed, so that letters and digits go into it."""
        return self._edit is not None

    @property
    def place(self) -> WeightPlace | None:
        """The weight that stands out, or the bias of the selected neuron."""
        if self.weight is not None:
            return self.weight
        if self.selected is None or self.selected[0] == 0:
            return None
        return WeightPlace(self.selected[0], None, self.selected[1])

    def words_below(self, snapshot: Snapshot, room: int) -> Text | None:
        edit = self._edit
        if edit is None:
            return super().words_below(snapshot, room)
        return edit_words(snapshot, self.place, edit.window, edit.fresh, self._refusal, room)

    def action_weight(self, direction: int) -> None:
        """Choose the next weight that leads into the selected neuron; the bias is the last."""
        if self.snapshot is None or self.selected is None or self.selected[0] == 0:
            self.refuse("select a neuron, and w walks the weights that lead into it")
            return
        layer, index = self.selected
        fan_in = self.snapshot.layer_sizes[layer - 1]
        if self.weight is None:
            row = 0 if direction > 0 else fan_in
        else:
            row = fan_in if self.weight.row is None else self.weight.row
            row = (row + direction) % (fan_in + 1)
        self.weight = WeightPlace(layer, row if row < fan_in else None, index)
        self.post_message(WeightSelected(self.weight))

    def action_edit(self) -> None:
        """Type a new value for the bias of the selected neuron, or for the chosen weight."""
        if self.snapshot is None or self.place is None:
            self.refuse("select a neuron, and e edits its bias")
            return
        self._edit = LineEdit.of(f"{parameter(self.snapshot, self.place):.6g}")
        self.refresh_bindings()
        self.refuse("")

    def action_take(self) -> None:
        """Ask for the value that was typed."""
        place = self.place
        if self._edit is None or place is None:
            return
        try:
            value = typed_parameter(self._edit.text)
        except ValueError as error:
            self.refuse(str(error))
            return
        self.leave_edit()
        self.post_message(WeightEdited(place, value))

    def action_cancel(self) -> None:
        """Keep the old value."""
        self.leave_edit()

    def action_freeze(self) -> None:
        """Keep the bias or weight as it is while training, or no longer."""
        if self.snapshot is None or self.place is None:
            self.refuse("select a neuron, and f freezes its bias")
            return
        self.post_message(FreezeRequested(self.place, not is_frozen(self.snapshot, self.place)))

    def leave_edit(self) -> None:
        """Stop typing, if somebody was."""
        if self._edit is not None:
            self._edit = None
            self.refresh_bindings()
            self.refuse("")

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        if action in ("take", "cancel"):
            return self._edit is not None
        return True

    def check_consume_key(self, key: str, character: str | None) -> bool:
        return self.editing and character is not None and character.isprintable()

    def on_key(self, event: events.Key) -> None:
        if self._edit is None:
            if self._refusal:
                self.refuse("")
            return
        if event.key in _EDITING_KEYS:
            self._edit = self._edit.press(event.key)
        elif event.is_printable and event.character:
            self._edit = self._edit.insert(event.character)
        else:
            return
        self.refuse("")
        event.stop()
        event.prevent_default()

    def on_paste(self, event: events.Paste) -> None:
        if self._edit is not None:
            self._edit = self._edit.insert(" ".join(event.text.split()))
            self.refuse("")
            event.stop()

    def on_blur(self) -> None:
        self.leave_edit()

    def watch_selected(self) -> None:
        self.leave_edit()
        super().watch_selected()

    def watch_weight(self) -> None:
        self.leave_edit()
        super().watch_weight()
