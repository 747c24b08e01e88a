"""A number being typed into a cell: its text, what is wrong with it, and how it looks."""

from __future__ import annotations

import math
from dataclasses import dataclass

from nnmath_tui.widgets.line_edit import LineEdit

STARTERS = frozenset("=")
"""Typing it on a selected cell begins a new number; digits, signs and points have other uses."""
KEYS = frozenset(("backspace", "delete", "left", "right", "home", "end", "ctrl+u"))
_OF_NUMBERS = frozenset("0123456789.,-−+eE")
_WINDOW = 18


@dataclass(frozen=True, slots=True)
class NumberEdit:
    """The text as it stands, and why it was refused if it was."""

    line: LineEdit
    refusal: str = ""

    @classmethod
    def of(cls, value: float) -> NumberEdit:
        """Start with a number there to be replaced or gone into."""
        return cls(LineEdit.of(repr(float(value))))

    @classmethod
    def begun(cls, character: str) -> NumberEdit:
        """Start with the first character of another number, of which = is none."""
        return cls(LineEdit("", 0).insert(character.removeprefix("=")))

    def insert(self, text: str) -> NumberEdit:
        """More of it; what belongs to no number is left out."""
        kept = "".join(character for character in text if character in _OF_NUMBERS)
        return NumberEdit(self.line.insert(kept)) if kept else self

    def press(self, key: str) -> NumberEdit:
        return NumberEdit(self.line.press(key))

    def value(self) -> float:
        """The number; raises ValueError in words if it is none, or no finite one."""
        text = self.line.text.strip().replace("−", "-")
        try:
            number = float(text) if "_" not in text else math.nan
        except ValueError:
            number = math.nan
        if not math.isfinite(number):
            raise ValueError(f"{text!r} is no finite number" if text else "type a number")
        return number

    def refused(self, why: str) -> NumberEdit:
        return NumberEdit(self.line, why)

    def wordings(self, name: str, *, ascii: bool) -> list[str]:
        """The line being typed with its cursor, from the fullest to the shortest."""
        text, place = self.line.window(_WINDOW)
        field = f"{text[:place]}{'|' if ascii else '▏'}{text[place:]}"
        if self.refusal:
            return [f"{name} = {field}  {self.refusal}", f"{field} {self.refusal}", field]
        rest = ("enter sets it, escape leaves it", "enter sets it")
        return [*(f"{name} = {field}  {words}" for words in rest), f"{name} = {field}", field]
