"""An independent terminal (pyte), and the driver's writing side without a terminal behind it."""

from __future__ import annotations

import random
from typing import Any

import pyte
from nnmath_tui.link.encoder import EVERYTHING, Encoder
from nnmath_tui.link.glyphs import Glyphs
from nnmath_tui.link.screen import Screen
from nnmath_tui.link.styles import Styles
from wcwidth import wcwidth

Cells = list[list[tuple[Any, ...]]]


class WholeCharacters(pyte.Screen):
    """pyte, but writing over half of a wide character blanks the other half, as terminals do."""

    def draw(self, data: str) -> None:
        for char in data:
            width = max(wcwidth(char), 0)
            if width:
                x = min(self.cursor.x, self.columns - width)
                self._part(x)
                self._part(x + width)
            super().draw(char)

    def erase_in_line(self, how: int = 0, private: bool = False) -> None:
        if how == 0:
            self._part(self.cursor.x)
        elif how == 1:
            self._part(self.cursor.x + 1)
        super().erase_in_line(how, private)

    def erase_characters(self, count: int | None = None) -> None:
        self._part(self.cursor.x)
        self._part(self.cursor.x + (count or 1))
        super().erase_characters(count)

    def _part(self, x: int) -> None:
        line = self.buffer[self.cursor.y]
        if 0 < x < self.columns and line[x].data == "":
            for place in (x - 1, x):
                line[place] = line[place]._replace(data=" ")


class Emulator:
    """What a terminal shows after what was written to it; wide characters are never left halved."""

    def __init__(self, width: int, height: int) -> None:
        self.screen = WholeCharacters(width, height)
        self._stream = pyte.Stream(self.screen)
        self.write("\x1b[?7l")

    def write(self, data: str) -> None:
        """Show it. pyte knows no hyperlinks and would print a part of one; it has no new lines."""
        self._stream.feed(data.replace("\n", "\r\n"))

    @property
    def cells(self) -> Cells:
        """Each cell as pyte tells it: text, colors, attributes."""
        screen = self.screen
        return [
            [tuple(screen.buffer[y][x]) for x in range(screen.columns)] for y in range(screen.lines)
        ]

    @property
    def cursor(self) -> tuple[int, int]:
        """Where the next character goes; with wrapping off the margin is the last column."""
        cursor = self.screen.cursor
        return min(cursor.x, self.screen.columns - 1), cursor.y


class Stage:
    """Screen and encoder in front of an emulator, as the driver puts them together."""

    def __init__(self, width: int, height: int) -> None:
        self.terminal = Emulator(width, height)
        self.screen = Screen(width, height, Styles(), Glyphs())
        self.encoder = Encoder(self.screen)
        self.written = 0

    def write(self, data: str) -> None:
        """What the library writes."""
        self.screen.feed(data, self.tell, self.give_up)

    def tell(self, data: str) -> None:
        """To the terminal."""
        self.written += len(data.encode())
        self.terminal.write(data)

    def give_up(self, data: str) -> None:
        """As the driver does when it does not understand."""
        self.tell(self.encoder.update() + self.encoder.settle() + data)
        self.screen.forget()
        self.encoder.forget()

    def flush(self, most: int = EVERYTHING) -> None:
        """The end of a frame, or of the bytes that may be sent of it."""
        self.tell(self.encoder.update(most) + self.encoder.park())


COLORS = [
    "",
    "31",
    "97",
    "44",
    "103",
    "38;5;17",
    "48;5;200",
    "38;2;1;2;3",
    "48;2;9;8;7",
    "39",
    "49",
]
ATTRIBUTES = ["", "1", "2", "3", "4", "5", "7", "9", "1;4", "3;7;9", "22", "24", "1;2"]
TEXTS = [
    "a",
    " ",
    "    ",
    "loss 0.25",
    "⠿⣿⡇",
    "▀▄█",
    "日本",
    "e\u0301",
    "語x",
    "─│┌",
    "é",
    "Δw",
    "→",
]


def text(chance: random.Random) -> str:
    """A few characters: plain, wide, combining, pictures."""
    return "".join(chance.choice(TEXTS) for _ in range(chance.randint(1, 5)))


def strip(chance: random.Random, width: int) -> str:
    """A line of a widget as the library renders one: styled runs of `width` columns in all."""
    runs = []
    while width > 0:
        part = text(chance)
        columns = sum(2 if char in "日本語" else 0 if char == "\u0301" else 1 for char in part)
        if columns > width:
            part, columns = " " * width, width
        style = ";".join(filter(None, (chance.choice(ATTRIBUTES), chance.choice(COLORS))))
        runs.append(f"\x1b[{style}m{part}\x1b[0m" if style else part)
        width -= columns
    return "".join(runs)
