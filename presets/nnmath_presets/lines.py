"""On which line of a TOML text each key stands.

tomllib gives values without their lines, so this second, much smaller reader walks over the same
text and notes where keys, lists and tables begin. It also guards the real parser, which is
recursive and takes quadratic time for long dotted keys: what is nested too deeply, or has too
many keys or list items, is refused here first. At the first thing that it does not understand it
stops; tomllib finds a mistake at that place too and says what it is.
"""

from __future__ import annotations

import re
import tomllib
from bisect import bisect_right
from contextlib import suppress
from typing import TypeAlias

Place: TypeAlias = tuple[str | int, ...]
"""The way to a value: keys, and positions in lists from 0, such as ("lesson", "goal", 1, "say")."""

DEPTH = 10
KEYS = 1_000
ITEMS = 20_000
DIGITS = 300

_STRING = re.compile(
    r'"""(?:[^\\]|\\.)*?"{3,5}|\'\'\'.*?\'{3,5}|"(?:[^"\\\n]|\\.)*"|\'[^\'\n]*\'', re.DOTALL
)
_BARE_KEY = re.compile(r"[A-Za-z0-9_-]+")
_SCALAR = re.compile(r"[^\s,\]}#][^,\]}#\n]*")
_BLANK = re.compile(r"[ \t]*")
_GAP = re.compile(r"(?:[ \t\r\n]+|#[^\n]*)*")


class TooMuch(Exception):
    """The text asks for more than the limits allow; `line` is where."""

    def __init__(self, line: int, message: str) -> None:
        super().__init__(message)
        self.line = line


class _Lost(Exception):
    """The text is not TOML from here on."""


class Lines:
    """The index: line numbers by place."""

    def __init__(self, text: str) -> None:
        """Read `text`.

        Raises:
            TooMuch: nested more than DEPTH deep, more than KEYS keys, more than ITEMS list items,
                or a number of more than DIGITS characters.
        """
        self._text = text
        self._at = 0
        self._starts = [match.end() for match in re.finditer("\n", text)]
        self._lines: dict[Place, int] = {}
        self._tables: dict[Place, int] = {}
        self._keys = 0
        self._items = 0
        with suppress(_Lost):
            self._document()

    def line(self, place: Place) -> int:
        """The line of `place`, or of the nearest known thing around it; 0 if there is none."""
        while place and place not in self._lines:
            place = place[:-1]
        return self._lines.get(place, 0)

    def places(self) -> frozenset[Place]:
        """All places that have been found."""
        return frozenset(self._lines)

    def _document(self) -> None:
        prefix: Place = ()
        while self._skip(_GAP) < len(self._text):
            if self._takes("[["):
                prefix = self._header("]]")
            elif self._takes("["):
                prefix = self._header("]")
            else:
                self._assignment(prefix)

    def _header(self, closing: str) -> Place:
        start = self._at
        keys = self._dotted_key()
        if not self._takes(closing):
            raise _Lost
        place: Place = ()
        for depth, key in enumerate(keys, start=1):
            place = (*place, key)
            self._note(place, start)
            if closing == "]]" and depth == len(keys):
                self._tables[place] = self._tables.get(place, -1) + 1
            if place in self._tables:
                place = (*place, self._tables[place])
                self._note(place, start)
        return place

    def _assignment(self, prefix: Place) -> None:
        start = self._at
        place = prefix
        for key in self._dotted_key():
            place = (*place, key)
            self._note(place, start)
        if not self._takes("="):
            raise _Lost
        self._value(place)

    def _dotted_key(self) -> list[str]:
        keys = [self._key()]
        while self._takes("."):
            keys.append(self._key())
        return keys

    def _key(self) -> str:
        self._keys += 1
        if self._keys > KEYS:
            raise TooMuch(self._line(self._at), f"has more than {KEYS:,} keys")
        self._skip(_BLANK)
        if bare := _BARE_KEY.match(self._text, self._at):
            self._at = bare.end()
            return bare[0]
        raw = self._string()
        try:
            return str(tomllib.loads("key = " + raw)["key"])
        except tomllib.TOMLDecodeError:
            raise _Lost from None

    def _value(self, place: Place) -> None:
        self._skip(_BLANK)
        start = self._at
        if self._takes("["):
            self._note(place, start)
            position = 0
            self._skip(_GAP)
            while not self._takes("]"):
                self._items += 1
                if self._items > ITEMS:
                    raise TooMuch(self._line(self._at), f"has more than {ITEMS:,} list items")
                self._value((*place, position))
                position += 1
                self._skip(_GAP)
                if not self._takes(",") and not self._text.startswith("]", self._at):
                    raise _Lost
                self._skip(_GAP)
        elif self._takes("{"):
            self._note(place, start)
            self._skip(_GAP)
            while not self._takes("}"):
                self._assignment(place)
                self._skip(_GAP)
                if not self._takes(",") and not self._text.startswith("}", self._at):
                    raise _Lost
                self._skip(_GAP)
        elif self._text.startswith(('"', "'"), self._at):
            self._string()
        elif scalar := _SCALAR.match(self._text, self._at):
            if len(scalar[0].rstrip()) > DIGITS:
                line = self._line(self._at)
                raise TooMuch(
                    line, f"holds a value of more than {DIGITS} characters without quotes"
                )
            self._at = scalar.end()
        else:
            raise _Lost

    def _string(self) -> str:
        match = _STRING.match(self._text, self._at)
        if not match:
            raise _Lost
        self._at = match.end()
        return match[0]

    def _skip(self, pattern: re.Pattern[str]) -> int:
        match = pattern.match(self._text, self._at)
        self._at = match.end() if match else self._at
        return self._at

    def _takes(self, token: str) -> bool:
        self._skip(_BLANK)
        found = self._text.startswith(token, self._at)
        self._at += len(token) * found
        return found

    def _note(self, place: Place, position: int) -> None:
        line = self._line(position)
        if len(place) > DEPTH:
            raise TooMuch(line, f"is nested more than {DEPTH} deep")
        self._lines.setdefault(place, line)

    def _line(self, position: int) -> int:
        return bisect_right(self._starts, position) + 1
