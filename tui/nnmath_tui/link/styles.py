"""How a cell looks, numbered, and the shortest escape sequence from one look to another."""

from __future__ import annotations

from typing import NamedTuple

_OFF = {1: 22, 2: 22, 3: 23, 4: 24, 5: 25, 6: 25, 7: 27, 8: 28, 9: 29, 21: 24, 51: 54, 52: 54}
_OFF |= {53: 55}
_TURNED_OFF = {
    code: frozenset(on for on, off in _OFF.items() if off == code) for code in set(_OFF.values())
}
_MOST_WAYS = 1 << 16
_EXTENDED = {"5": 3, "2": 5}  # how many parameters an indexed and a direct color take


class Style(NamedTuple):
    """Colors as the parameters that select them ("31", "38;5;12", "38;2;1;2;3"), "" for default."""

    foreground: str = ""
    background: str = ""
    attributes: frozenset[int] = frozenset()
    link: str = ""
    """Parameters and address of a hyperlink, as in `OSC 8 ; id=1 ; address`."""


PLAIN = 0
"""The number of the style that a terminal starts with."""


class Styles:
    """Numbers for styles, and the ways between them; both are remembered, as few are in use."""

    def __init__(self) -> None:
        self._styles = [Style()]
        self._numbers = {Style(): PLAIN}
        self._selected: dict[tuple[int, str], int | None] = {}
        self._ways: dict[tuple[int | None, int], str] = {}

    def __getitem__(self, number: int) -> Style:
        return self._styles[number]

    def number(self, style: Style) -> int:
        """The number of a style, a new one if it was never asked for."""
        number = self._numbers.get(style)
        if number is None:
            number = self._numbers[style] = len(self._styles)
            self._styles.append(style)
        return number

    def selected(self, number: int, parameters: str) -> int | None:
        """The style after `CSI parameters m` in style `number`; None if it is not understood."""
        key = (number, parameters)
        if key not in self._selected:
            style = _select(self._styles[number], parameters)
            self._selected[key] = None if style is None else self.number(style)
        return self._selected[key]

    def linked(self, number: int, link: str) -> int:
        """The style after a hyperlink begins, or ends if `link` names no address."""
        address = link.partition(";")[2]
        return self.number(self._styles[number]._replace(link=link if address else ""))

    def way(self, before: int | None, after: int) -> str:
        """The shortest sequence from one style, None if it is not known, to another."""
        key = (before, after)
        way = self._ways.get(key)
        if way is None:
            if len(self._ways) > _MOST_WAYS:
                self._ways.clear()
            way = self._ways[key] = self._shortest(before, after)
        return way

    def _shortest(self, before: int | None, after: int) -> str:
        new = self._styles[after]
        old = None if before is None else self._styles[before]
        link = ""
        if old is None or old.link != new.link:
            link = f"\x1b]8;{new.link or ';'}\x1b\\"
            if old is None and not new.link:
                link = ""  # nobody has begun one that we do not know of
        anew = ["0", *map(str, sorted(new.attributes)), new.foreground, new.background]
        ways = [_sequence(anew)]
        if old is not None:
            ways.append(_sequence(_changes(old, new)))
        return link + min(ways, key=len)


def _sequence(parameters: list[str]) -> str:
    given = [parameter for parameter in parameters if parameter]
    if given == ["0"]:
        return "\x1b[m"
    return f"\x1b[{';'.join(given)}m" if given else ""


def _changes(old: Style, new: Style) -> list[str]:
    """Parameters that turn off what is only in `old` and on what is only in `new`."""
    gone = {_OFF[code] for code in old.attributes - new.attributes}
    left = old.attributes.difference(*(_TURNED_OFF[off] for off in gone))
    changes = [str(code) for code in (*sorted(gone), *sorted(new.attributes - left))]
    if old.foreground != new.foreground:
        changes.append(new.foreground or "39")
    if old.background != new.background:
        changes.append(new.background or "49")
    return changes


def _select(style: Style, parameters: str) -> Style | None:
    """`style` as `CSI parameters m` changes it, or None."""
    values = [value or "0" for value in parameters.split(";")]
    while values:
        value = values.pop(0)
        if value in ("38", "48"):
            count = _EXTENDED.get(values[0] if values else "", 0)
            if count == 0 or len(values) < count - 1:
                return None
            color = ";".join([value, *values[: count - 1]])
            del values[: count - 1]
            if value == "38":
                style = style._replace(foreground=color)
            else:
                style = style._replace(background=color)
            continue
        if not value.isdigit():
            return None
        code = int(value)
        if code == 0:
            style = Style(link=style.link)
        elif code in _OFF:
            style = style._replace(attributes=style.attributes | {code})
        elif code in _TURNED_OFF:
            style = style._replace(attributes=style.attributes - _TURNED_OFF[code])
        elif code in range(30, 38) or code in range(90, 98):
            style = style._replace(foreground=value)
        elif code in range(40, 48) or code in range(100, 108):
            style = style._replace(background=value)
        elif code == 39:
            style = style._replace(foreground="")
        elif code == 49:
            style = style._replace(background="")
        else:
            return None
    return style
