"""What a person sees of the bytes that a program writes."""

from __future__ import annotations

import codecs
import re

from tests.link.emulator import Emulator

UNKNOWN = re.compile(r"\x1b\[[<>=][\d;]*u|\x1b\[\?[\d;]*\$p|\x1b\]8;[^\x1b]*\x1b\\")
"""Modes and hyperlinks, whose ends pyte takes for text."""

BEGUN = re.compile(r"\x1b(\[[<>=?]?[\d;]*\$?|\][^\x1b]*\x1b?)?\Z")
"""A sequence whose end has not been read yet."""


class Picture:
    """An emulated terminal that is kept up as the bytes come, which they may in any pieces."""

    def __init__(self, size: tuple[int, int]) -> None:
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._begun = ""
        self.resize(size)

    def resize(self, size: tuple[int, int]) -> None:
        """An empty picture of another size, which the program has to fill."""
        self._emulator = Emulator(*size)

    def write(self, data: bytes) -> None:
        """Draw what was written."""
        text = self._begun + self._decoder.decode(data).replace("\r\n", "\n")
        begun = BEGUN.search(text)
        self._begun = begun[0] if begun else ""
        self._emulator.write(UNKNOWN.sub("", text[: len(text) - len(self._begun)]))

    def lines(self) -> list[str]:
        """The rows as text."""
        return list(self._emulator.screen.display)
