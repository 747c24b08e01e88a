"""Formulas in the letters of every terminal: e⁻ᶻ is e^-z, Σⱼ ŷᵢⱼ² is sum_j yhat_ij^2.

A canvas replaces letter by letter, as pictures need it; a formula would lose its powers by that.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

_WORDS = {
    "·": "*",
    "−": "-",
    "Σ": "sum",
    "√": "sqrt",
    "ŷ": "yhat",
    "‖": "||",
    "≤": "<=",
    "≥": ">=",
    "±": "+/-",
    "∞": "inf",
    "∂": "d",
    "′": "'",
    "α": "alpha",
    "β": "beta",
    "δ": "delta",
    "ε": "eps",
    "η": "eta",
    "λ": "lambda",
    "μ": "mu",
    "π": "pi",
    "σ": "sigma",
    "φ": "phi",
    "Φ": "Phi",
}
_RAISED = dict(zip("⁰¹²³⁴⁵⁶⁷⁸⁹⁻ᶻˣ", "0123456789-zx", strict=True))
_LOWERED = dict(zip("₀₁₂₃₄₅₆₇₈₉ᵢⱼₖ", "0123456789ijk", strict=True))
_PIECE = re.compile(
    f"[{''.join(_RAISED)}]+|[{''.join(_LOWERED)}]+|[{''.join(_WORDS)}]",
)

Place = tuple[slice, int]
"""Where in a text something stands, and what."""


def plain(text: str) -> str:
    """The formula in ASCII, as far as this knows its letters."""
    return text if text.isascii() else _PIECE.sub(_written, text)


def plain_with_places(text: str, places: Sequence[Place]) -> tuple[str, list[Place]]:
    """The formula in ASCII, and where the places are in it."""
    return plain(text), [
        (slice(len(plain(text[: at.start])), len(plain(text[: at.stop]))), what)
        for at, what in places
    ]


def _written(found: re.Match[str]) -> str:
    piece = found[0]
    if piece[0] in _RAISED:
        return "^" + "".join(_RAISED[letter] for letter in piece)
    if piece[0] in _LOWERED:
        letters = "".join(_LOWERED[letter] for letter in piece)
        return letters if letters.isdigit() else f"_{letters}"
    following = found.string[found.end() : found.end() + 1]
    gap = {"√": " " * (following != "("), "π": "*" * following.isalpha()}.get(piece, "")
    return _WORDS[piece] + gap
