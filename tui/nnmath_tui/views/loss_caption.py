"""What stands in the border of the loss pane: values, the view, the scales; never a cut number."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from rich.style import Style
from rich.text import Text

from nnmath_tui.drawing.numbers import ELISION, short
from nnmath_tui.drawing.palette import Color, Palette

LIVE_DIGITS, MOST_DIGITS = 3, 12
_SHORT_DIGITS = (4, 3, 2)
_VALUE_WIDTH = 22


@dataclass(frozen=True, slots=True)
class Entry:
    """One value with its name and, if it is that of a curve, the sample of the curve.

    `short` is the name where room is scarce.
    """

    label: str
    value: float
    sample: str = ""
    color: Color = None
    short: str = ""

    def text(self, digits: int, palette: Palette, in_short: bool = False) -> Text:
        """As " ━ train 0.123", or with no digits " ━ train"."""
        text = Text()
        if self.sample:
            text.append(f" {self.sample}", Style(color=self.color, bold=True))
        text.append(f" {(in_short and self.short) or self.label}")
        if digits:
            text.append(" " + short(self.value, _VALUE_WIDTH, digits=digits, ascii=palette.ascii))
        return text


def fit_entries(
    head: Text,
    entries: Sequence[Entry],
    rooms: tuple[int, int],
    digits: int,
    palette: Palette,
    *,
    names_alone: bool = True,
) -> tuple[Text, Text]:
    """Two lines, the first behind `head`, with as many digits as let all entries be there.

    Where not even `LIVE_DIGITS` do, names are short, or with `names_alone` values are left out.
    Where that is too much as well, an elision mark says so.
    """
    attempts = [(count, False) for count in range(digits, LIVE_DIGITS - 1, -1)]
    attempts += [(count, True) for count in _SHORT_DIGITS if count <= digits]
    attempts += [(0, False), (0, True)] if names_alone else []
    for count, in_short in attempts:
        texts = [entry.text(count, palette, in_short) for entry in entries]
        lines, left = _pack(head, texts, rooms)
        if not left:
            return lines
    mark = f" {ELISION}"
    lines, _ = _pack(head, texts, (rooms[0], rooms[1] - len(mark)))
    for line, room in zip(reversed(lines), reversed(rooms), strict=True):
        if len(line) + len(mark) <= room:
            line.append(mark)
            break
    return lines


def _pack(head: Text, texts: Sequence[Text], rooms: Sequence[int]) -> tuple[tuple[Text, Text], int]:
    """Two lines of the texts in their order, and how many of these are left over."""
    lines = (head.copy(), Text())
    number = 0
    for index, text in enumerate(texts):
        while number < 2 and len(lines[number]) + len(text) > rooms[number]:
            number += 1
        if number == 2:
            return lines, len(texts) - index
        lines[number].append_text(text)
    return lines, 0


def tabs(names: Sequence[tuple[str, str]], chosen: str, palette: Palette) -> Text:
    """The views (id, name) to click on, the chosen one standing out."""
    text = Text()
    for view, name in names:
        if text:
            text.append(" ")
        on = Style(bold=True, underline=True, color=palette.accent)
        style = on if view == chosen else Style()
        text.append(name, style + Style(meta={"@click": f"view({view!r})"}))
    return text


def axis_words(log_y: bool | None, log_x: bool, *, whole: bool) -> Text:
    """How the axes are scaled, to click on; no `log_y` where that axis is always linear.

    Not `whole`, they leave out that epochs are linear, as is a matter of course.
    """
    y, x = ("log" if on else "linear" for on in (log_y, log_x))
    whole = whole or log_x
    y_style = Style() if log_y is None else Style(meta={"@click": "scale()"})
    x_style = Style(meta={"@click": "epoch_scale()"})
    text = Text()
    text.append(f"y {y}" if whole else y, y_style)
    if whole:
        text.append(f" x {x}", x_style)
    return text


def first_that_fits(candidates: Iterator[Text], room: int) -> Text:
    """The first of the texts that is short enough, or nothing."""
    return next((text for text in candidates if len(text) <= room), Text())
