"""A pane in which a number can be typed, as into the cell of a spreadsheet."""

from __future__ import annotations

from abc import abstractmethod

from textual import events
from textual.reactive import reactive

from nnmath_tui.widgets import number_edit
from nnmath_tui.widgets.number_edit import NumberEdit
from nnmath_tui.widgets.pane import Pane


class NumberTyping(Pane):
    """An = begins a number, Enter takes it, Escape leaves it.

    While a number is being typed, `typing` is for the picture to show.
    """

    typing: reactive[NumberEdit | None] = reactive[NumberEdit | None](None, repaint=False)
    """The number being typed for what is selected."""

    @abstractmethod
    def can_type(self) -> bool:
        """Whether there is something selected that a number can be typed for."""

    @abstractmethod
    def number_to_change(self) -> float | None:
        """The selected number, which is in sight from now on; None if there is none."""

    @abstractmethod
    def number_typed(self, value: float) -> None:
        """A finite number has been typed for what is selected."""

    def start_typing(self, character: str | None = None) -> None:
        """Begin with the number that is there, or with the first character of another."""
        value = self.number_to_change() if self.can_type() else None
        if value is not None:
            self.typing = NumberEdit.begun(character) if character else NumberEdit.of(value)

    def _finish(self, typing: NumberEdit) -> None:
        try:
            value = typing.value()
        except ValueError as error:
            self.typing = typing.refused(str(error))
            return
        self.typing = None
        self.number_typed(value)

    def _starts(self, character: str | None) -> bool:
        return character in number_edit.STARTERS and self.can_type()

    def check_consume_key(self, key: str, character: str | None) -> bool:
        if self.typing is not None:
            return character is not None and character.isprintable()
        return self._starts(character)

    def on_key(self, event: events.Key) -> None:
        typing = self.typing
        if typing is None:
            if not self._starts(event.character):
                return
            self.start_typing(event.character)
        elif event.key == "enter":
            self._finish(typing)
        elif event.key == "escape":
            self.typing = None
        elif event.key in number_edit.KEYS:
            self.typing = typing.press(event.key)
        elif event.is_printable and event.character:
            self.typing = typing.insert(event.character)
        else:
            return
        event.stop()
        event.prevent_default()

    def on_paste(self, event: events.Paste) -> None:
        if self.typing is not None:
            self.typing = self.typing.insert("".join(event.text.split()))
            event.stop()

    def on_blur(self) -> None:
        self.typing = None

    def watch_typing(self) -> None:
        self.redraw()
