"""Formulas over several lines: broken before a + or −, with places that follow."""

from __future__ import annotations

import re
from dataclasses import dataclass

_BREAK = re.compile(r" (?=[+−-] )|(?<=[,(]) |(?<=[·*])|(?<=/)| ")


@dataclass(frozen=True, slots=True)
class Piece:
    """A line of a broken text: where it starts in the whole, and its letters."""

    start: int
    text: str


def wrapped(text: str, width: int) -> list[Piece]:
    """`text` in pieces of at most `width` cells, broken before its terms where that is possible."""
    pieces, start = [], 0
    width = max(1, width)
    while len(text) - start > width:
        room = text[start : start + width + 1]
        terms = [m.start() for m in re.finditer(r" (?=[+−-] )", room) if m.start() > 0]
        others = [m.end() for m in _BREAK.finditer(room) if 0 < m.end() <= width]
        end = terms[-1] if terms else others[-1] if others else width
        pieces.append(Piece(start, text[start : start + end].rstrip()))
        start += end
        start += len(text[start:]) - len(text[start:].lstrip())
    pieces.append(Piece(start, text[start:]))
    return pieces
