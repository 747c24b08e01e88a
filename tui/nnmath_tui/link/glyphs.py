"""Text as numbers, one for each column that it takes.

A character that is alone in its column is its code point. What takes several code points (a letter
with combining marks) has a number beyond all code points, and the second column of what takes two
has the number `REST`.
"""

from __future__ import annotations

import re
import sys

from rich.cells import split_graphemes

REST = 0
BLANK = ord(" ")

_MOST_TEXTS = 1 << 14
_FIRST_CLUSTER = sys.maxunicode + 1
# Characters in use here that take one column in every table of widths and combine with nothing.
_SIMPLE = re.compile(
    "[ -~\u00a0-\u00ac\u00ae-\u02ff\u0370-\u0482\u2010-\u2027\u2030-\u205e\u2070-\u209c"
    "\u2190-\u2192\u2200-\u22ff\u2500-\u25fc\u2800-\u28ff]*"
)


class Glyphs:
    """Numbers for what stands in a cell; remembered, since the same text comes again and again."""

    def __init__(self) -> None:
        self._numbers: dict[str, int] = {}
        self._clusters: list[str] = []
        self._texts: dict[str, tuple[int, ...] | None] = {}

    def numbers(self, text: str) -> tuple[int, ...] | None:
        """The numbers of `text`, which has no control characters, one for each column.

        None if it begins with a mark that belongs to the character before it.
        """
        numbers = self._texts.get(text)
        if numbers is None:
            if len(self._texts) > _MOST_TEXTS:
                self._texts.clear()
            simple = _SIMPLE.fullmatch(text)
            numbers = tuple(map(ord, text)) if simple else self._measured(text)
            self._texts[text] = numbers
        return numbers

    def text(self, number: int) -> str:
        """What has that number."""
        return chr(number) if number < _FIRST_CLUSTER else self._clusters[number - _FIRST_CLUSTER]

    def is_simple(self, number: int) -> bool:
        """Whether every terminal advances by one column after it."""
        return number < 127 or (
            number < _FIRST_CLUSTER and _SIMPLE.fullmatch(chr(number)) is not None
        )

    def _measured(self, text: str) -> tuple[int, ...] | None:
        numbers: list[int] = []
        for begin, end, width in split_graphemes(text)[0]:
            if width == 0:
                return None
            numbers += [self._number(text[begin:end]), *[REST] * (width - 1)]
        return tuple(numbers)

    def _number(self, grapheme: str) -> int:
        if len(grapheme) == 1:
            return ord(grapheme)
        number = self._numbers.get(grapheme)
        if number is None:
            number = self._numbers[grapheme] = _FIRST_CLUSTER + len(self._clusters)
            self._clusters.append(grapheme)
        return number
