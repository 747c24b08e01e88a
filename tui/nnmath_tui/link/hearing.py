"""From the bytes of a terminal's input to text that the terminal library's parser stands."""

from __future__ import annotations

import codecs
import re
from collections.abc import Callable

PASTE_BEGINS, PASTE_ENDS = "\x1b[200~", "\x1b[201~"

SILENCE = 2.0
"""Seconds without input after which a paste is taken to be over."""

_OLD_MOUSE = re.compile(rb"\x1b\[M(.)(.)(.)", re.DOTALL)
_BEGUN = re.compile(rb"\x1b\[M.{0,2}\Z", re.DOTALL)
_PASTE_MARK = re.compile("\x1b\\[20[01]~")
_MARK_LENGTH = len(PASTE_ENDS)


class Hearing:
    """Decodes whatever comes: nothing that a terminal or a line sends ends the program."""

    def __init__(self, clock: Callable[[], float]) -> None:
        self._clock = clock
        self._decoder = codecs.getincrementaldecoder("utf-8")("replace")
        self._begun = b""  # an old mouse report, but for its end
        self._told = b""  # an escape that may be the beginning of one
        self._button = 0
        self._pasting = False
        self._tail = ""
        self._last = clock()

    def text(self, data: bytes) -> str:
        """The text of the next bytes.

        Upstream dies on bytes that are not UTF-8 (Textual #6668), which the positions in mouse
        reports of the old style are beyond column 95; those become reports of the new style.
        """
        self._last = self._clock()
        told, self._told = self._told, b""
        data = told + self._begun + data
        begun = _BEGUN.search(data)
        self._begun = begun[0] if begun else b""
        data = data[: len(data) - len(self._begun)]
        if self._begun and not data:
            self._begun, self._told = self._begun[len(told) :], told
            return ""
        data = _OLD_MOUSE.sub(self._report, data)
        # An escape may be the key of that name: it is told at once, whatever comes of it.
        self._told = next((sign for sign in (b"\x1b[", b"\x1b") if data.endswith(sign)), b"")
        text = self._decoder.decode(data[len(told) :])
        self._watch_for_paste(text)
        return text

    def due(self) -> str:
        """What to take as heard although it never came: the lost end of a paste.

        Upstream waits for it for ever, and is deaf for so long.
        """
        if self._begun and self._clock() - self._last > SILENCE:
            self._begun = b""
        if self._pasting and self._clock() - self._last > SILENCE:
            self._pasting = False
            return PASTE_ENDS
        return ""

    def _watch_for_paste(self, text: str) -> None:
        seen = self._tail + text
        for mark in _PASTE_MARK.findall(seen):
            self._pasting = mark == PASTE_BEGINS
        # Where a mark may have begun, and not a whole one, which would be seen twice.
        self._tail = seen[-_MARK_LENGTH + 1 :]

    def _report(self, match: re.Match[bytes]) -> bytes:
        button, x, y = (match[group][0] - 32 for group in (1, 2, 3))
        if x < 1 or y < 1 or button < 0:
            return b"\x1b[<0;0;0M"  # nowhere, which nobody minds
        released = button & 0b11 == 3 and button < 32
        if released:
            button = button & ~0b11 | self._button  # it does not say which one
        elif button < 32:
            self._button = button & 0b11
        return b"\x1b[<%d;%d;%d%s" % (button, x, y, b"m" if released else b"M")
