"""The list of a setting's choices while it is open: pure, as the line editor is."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import Any

from nnmath_tui.views.choices import Choice


@dataclass(frozen=True, slots=True)
class PickList:
    """Choices, the place of the one that is marked, and the letters typed to find it."""

    choices: tuple[Choice, ...]
    index: int = 0
    text: str = ""

    @classmethod
    def of(cls, choices: tuple[Choice, ...], value: Any) -> PickList:
        """Start on the choice that is in force, if it is one of them."""
        values = [choice.value for choice in choices]
        return cls(choices, values.index(value) if value in values else 0)

    @property
    def choice(self) -> Choice:
        """The one that is marked."""
        return self.choices[self.index]

    @property
    def found(self) -> bool:
        """Whether a choice is what has been typed, as far as it goes."""
        return not self.text or self._sought(self.text) is not None

    def move(self, rows: int) -> PickList:
        """Mark another choice; what was typed to find one is forgotten."""
        return PickList(self.choices, max(0, min(self.index + rows, len(self.choices) - 1)))

    def type(self, letters: str) -> PickList:
        """Go to the first choice that begins with what has been typed, or else contains it."""
        return self._seek(self.text + letters)

    def backspace(self) -> PickList:
        return self._seek(self.text[:-1])

    def _seek(self, text: str) -> PickList:
        place = self._sought(text)
        return replace(self, text=text, index=self.index if place is None else place)

    def _sought(self, text: str) -> int | None:
        wanted = text.strip().lower()
        names = [choice.name.lower() for choice in self.choices]
        for fits in (str.startswith, str.__contains__):
            for place, name in enumerate(names):
                if fits(name, wanted):
                    return place
        return None
