"""The terminal library's parser of keys and reports, mended: no sequence ends the program.

Upstream computes with whatever numbers a terminal sends, and an exception in the thread that reads
them ends the app. So do key reports of the kitty protocol with a part that was not asked for, such
as the kind of event in `97;5:1u`, and every mouse report after a terminal has said that it does not
know its size in pixels.
"""

from __future__ import annotations

import re

from textual import events
from textual._xterm_parser import XTermParser
from textual.keys import Keys
from textual.message import Message

MOST_COLUMNS, MOST_ROWS = 1_000, 500
"""No screen is larger: what says so has it wrong, and nobody would want to wait for the picture."""

_KEY = re.compile(r"\x1b\[([\d:]*);?([\d:]*);?([\d:]*)([u~A-FHP-S])")
_RELEASED = "3"
_MOST_MODIFIERS = 256


class SturdyParser(XTermParser):
    """Takes what makes no sense for nothing."""

    def _parse_extended_key(  # type: ignore[override]
        self, sequence: str
    ) -> list[events.Key] | None:
        match = _KEY.fullmatch(sequence)
        if match is None:
            return super()._parse_extended_key(sequence)
        code, modifiers, text, end = match.groups()
        code = code.partition(":")[0]
        modifiers, _, kind = modifiers.partition(":")
        characters = [part for part in text.split(":") if part]
        sane = _is_character(code or "1") and all(map(_is_character, characters))
        if not sane or kind == _RELEASED or int(modifiers or "0") > _MOST_MODIFIERS:
            return [events.Key(Keys.Ignore, sequence)]
        fields = [code, modifiers, ":".join(characters)][: sequence.count(";") + 1]
        return super()._parse_extended_key(f"\x1b[{';'.join(fields)}{end}")

    def parse_mouse_code(self, code: str) -> Message | None:
        try:
            return super().parse_mouse_code(code)
        except ArithmeticError:  # upstream divides by a size of nothing
            return None


def is_size(width: int, height: int) -> bool:
    """Whether a screen may be that large."""
    return 1 <= width <= MOST_COLUMNS and 1 <= height <= MOST_ROWS


def _is_character(number: str) -> bool:
    """Whether the number, in decimal digits, is that of a character; surrogates are none."""
    value = int(number)
    return value < 0xD800 or 0xE000 <= value <= 0x10FFFF
