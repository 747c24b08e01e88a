"""A line of text being typed: pure, so that a pane can hold it without mounting an input."""

from __future__ import annotations

from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class LineEdit:
    """Text with a cursor before character `cursor`; while `fresh`, typing replaces all of it."""

    text: str
    cursor: int
    fresh: bool = False

    @classmethod
    def of(cls, text: str) -> LineEdit:
        """Start with `text` there to be replaced, or gone into with the arrow keys."""
        return cls(text, len(text), fresh=True)

    def insert(self, typed: str) -> LineEdit:
        if self.fresh:
            return LineEdit(typed, len(typed))
        text = self.text[: self.cursor] + typed + self.text[self.cursor :]
        return LineEdit(text, self.cursor + len(typed))

    def press(self, key: str) -> LineEdit:
        """The line after an editing key; unchanged by any other key."""
        text, cursor = self.text, self.cursor
        match key:
            case "backspace" if self.fresh:
                return LineEdit("", 0)
            case "backspace" if cursor > 0:
                return LineEdit(text[: cursor - 1] + text[cursor:], cursor - 1)
            case "delete" if self.fresh:
                return LineEdit("", 0)
            case "delete":
                return LineEdit(text[:cursor] + text[cursor + 1 :], cursor)
            case "left":
                return LineEdit(text, max(0, cursor - 1))
            case "right":
                return LineEdit(text, min(len(text), cursor + 1))
            case "home":
                return LineEdit(text, 0)
            case "end":
                return LineEdit(text, len(text))
            case "ctrl+u":
                return LineEdit(text[cursor:], 0)
        return replace(self)

    def window(self, width: int) -> tuple[str, int]:
        """The part of the text to show in `width` cells, and the cursor's place in it."""
        start = max(0, self.cursor - width + 1)
        return self.text[start : start + width], self.cursor - start
