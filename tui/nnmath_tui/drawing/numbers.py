"""Numbers as short text that always fits: as many true digits as the room allows, or "…" alone.

A number is never cut: "12.5" in three cells becomes "12" or "13", "12500" becomes "1e4", and what
cannot be said in the room at all is elided as a whole. All results are at most `width` cells wide.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterator

ELISION = "…"
# Outside these bounds a fixed-point number is mostly zeros, and powers of ten read better.
PLAIN_FROM, PLAIN_BELOW = 1e-3, 1e7
_POWER = re.compile(r"(?<=\de)\+?(-?)0*(?=\d)")


def short(value: float, width: int, *, digits: int = 4, ascii: bool = False) -> str:
    """`value` with up to `digits` significant digits in at most `width` cells.

    Integer digits are never rounded away in fixed-point form, trailing zeros are left out,
    thousands are set apart by a space where there is room: "0.0212", "3 000", "1e-5", "−∞", "nan".
    With `ascii`, the minus sign is "-", infinity "inf" and the elision mark ".".
    """
    return _fit(value, width, digits, plus="", keep_zeros=False, ascii=ascii)


def signed(value: float, width: int, *, digits: int = 3, ascii: bool = False) -> str:
    """As `short`, with a sign in front of every number but zero, and zeros kept for columns.

    "+0.40" and "−1.25": numbers of like size get like many digits, so a column of them aligns.
    """
    return _fit(value, width, digits, plus="+", keep_zeros=True, ascii=ascii)


def count(number: int) -> str:
    """A whole number in full, thousands set apart: 1797 -> "1 797"."""
    return f"{number:,}".replace(",", " ")


def percent(fraction: float, width: int = 7) -> str:
    """A share of one as per cent: "99.2 %". Only a true 1 is "100 %", only a true 0 is "0 %"."""
    if math.isnan(fraction):
        return "nan" if width >= 3 else _elision(width, False)
    for decimals in (1, 0):
        text = f"{100 * fraction:.{decimals}f}"
        if text.startswith("100") and fraction < 1:
            text = "99.9" if decimals else "99"
        elif float(text) == 0 and fraction > 0:
            text = "<0.1" if decimals else "<1"
        text = (text.removesuffix(".0") + " %").replace("-", "−")
        if len(text) <= width:
            return text
    return _elision(width, False)


def plain_powers(text: str) -> str:
    """`text` with its powers of ten as `short` writes them: 1e9 and 1e-8, not 1e+09 and 1e-08."""
    return _POWER.sub(r"\1", text)


def _fit(value: float, width: int, digits: int, *, plus: str, keep_zeros: bool, ascii: bool) -> str:
    for text in _candidates(float(value), digits, plus, keep_zeros):
        if len(text) <= width:
            return text.replace("−", "-").replace("∞", "inf") if ascii else text
    return _elision(width, ascii)


def _elision(width: int, ascii: bool) -> str:
    return ("." if ascii else ELISION) if width >= 1 else ""


def _candidates(value: float, digits: int, plus: str, keep_zeros: bool) -> Iterator[str]:
    """Ways to write `value`, best first."""
    if math.isnan(value):
        yield "nan"
        return
    sign = "−" if value < 0 else plus if value > 0 else ""
    size = abs(value)
    if math.isinf(size):
        yield sign + "∞"
        return
    if size == 0:
        yield "0"
        return
    plain = PLAIN_FROM <= size < PLAIN_BELOW
    for significant in range(digits, 0, -1):
        if plain:
            yield from _plain(size, significant, sign, keep_zeros)
        elif significant < digits or digits == 1:
            yield _scientific(size, significant, sign)
    if plain:
        for significant in (2, 1):
            yield _scientific(size, significant, sign)
    if 0.1 <= size < 0.95:
        yield f"{sign}{size:.1f}".replace("0.", ".")


def _plain(size: float, significant: int, sign: str, keep_zeros: bool) -> Iterator[str]:
    exponent = int(f"{size:.{significant - 1}e}".split("e")[1])
    decimals = max(0, significant - 1 - exponent)
    text = f"{size:.{decimals}f}"
    if not keep_zeros and "." in text:
        text = text.rstrip("0").rstrip(".")
    whole, dot, fraction = text.partition(".")
    yield f"{sign}{int(whole):,}".replace(",", " ") + dot + fraction
    if len(whole) > 3:
        yield sign + text


def _scientific(size: float, significant: int, sign: str) -> str:
    mantissa, exponent = f"{size:.{significant - 1}e}".split("e")
    mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    return f"{sign}{mantissa}e{int(exponent)}"
