"""In which order to write in several styles: a change of one color takes half the bytes of two."""

from __future__ import annotations

from collections.abc import Iterable

from nnmath_tui.link.styles import PLAIN, Style, Styles


def tour(styles: Styles, start: int | None, numbers: Iterable[int]) -> list[int]:
    """The styles of these numbers, each once, so that neighbors mostly share a color.

    All styles on one background follow each other, and the last of them leads on to another
    background by its foreground where it can.

    Args:
        start: the style before the first; None if it is not known.
    """
    left: dict[str, list[int]] = {}
    grounds: dict[str, dict[str, None]] = {}  # the backgrounds that a foreground comes on
    for number in numbers:
        style = styles[number]
        left.setdefault(style.background, []).append(number)
        grounds.setdefault(style.foreground, {})[style.background] = None

    def leads_on(style: Style) -> str | None:
        return next((ground for ground in grounds[style.foreground] if ground in left), None)

    at = styles[PLAIN if start is None else start]
    ground = at.background
    order: list[int] = []
    while left:
        if ground not in left:
            ground = (order and leads_on(at)) or next(iter(left))
        group = left.pop(ground)
        if len(group) > 1:
            entry = at.foreground

            def place(number: int, entry: str = entry) -> tuple[int, str, int]:
                style = styles[number]
                rank = 0 if style.foreground == entry else 2 if leads_on(style) is not None else 1
                return rank, style.foreground, len(style.attributes)

            group.sort(key=place)
        order += group
        at = styles[group[-1]]
    return order
