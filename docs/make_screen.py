"""Make docs/screen.png, the picture in README.md.

    uv run --with pillow python docs/make_screen.py

The program runs in a pseudo-terminal, an emulator reads what it writes, and every cell is painted
with DejaVu Sans Mono, which has all the letters that the screen uses.
"""

from __future__ import annotations

import sys
from pathlib import Path

sys.path.append(str(Path(__file__).parent.parent))

import pyte
from PIL import Image, ImageDraw, ImageFont

from benchmarks.picture import last
from benchmarks.terminal import opened

COMMAND = ["env", "COLORTERM=truecolor", sys.executable, "-P", "-m", "nnmath_tui", "moons"]
SIZE = (124, 42)
PLAYED = [(3.0, " "), (6.0, ""), (0.3, "1"), (0.3, "\x1b[C"), (0.3, "\x1b[C"), (0.3, "\x1b[B")]
"""Seconds to wait, then what to press: train to the end, and select a neuron."""

FONT = "/usr/share/fonts/truetype/dejavu/DejaVuSansMono.ttf"
WIDTH, HEIGHT = 9, 18
INK, PAPER = "#d8dbe2", "#14161d"
DOTS = ((0, 0, 1), (0, 1, 2), (0, 2, 4), (1, 0, 8), (1, 1, 16), (1, 2, 32), (0, 3, 64), (1, 3, 128))
"""Column, row and bit of each dot of a braille letter."""


def main() -> None:
    """Play, read and paint."""
    with opened(COMMAND, SIZE) as terminal:
        for seconds, key in PLAYED:
            terminal.wait(seconds)
            terminal.press(key.encode())
        terminal.wait(1.5)
    paint(last(terminal.written, SIZE)).save(Path(__file__).with_name("screen.png"), optimize=True)


def paint(screen: pyte.Screen) -> Image.Image:
    """The screen as a picture."""
    picture = Image.new("RGB", (SIZE[0] * WIDTH, SIZE[1] * HEIGHT), PAPER)
    draw, font = ImageDraw.Draw(picture), ImageFont.truetype(FONT, 15)
    for row in range(SIZE[1]):
        for column in range(SIZE[0]):
            cell = screen.buffer[row][column]
            ink, paper = color(cell.fg, INK), color(cell.bg, PAPER)
            if cell.reverse:
                ink, paper = paper, ink
            x, y = column * WIDTH, row * HEIGHT
            draw.rectangle((x, y, x + WIDTH - 1, y + HEIGHT - 1), paper)
            letter = ord(cell.data or " ")
            if letter == ord("▀"):
                draw.rectangle((x, y, x + WIDTH - 1, y + HEIGHT // 2 - 1), ink)
            elif 0x2800 <= letter < 0x2900:
                for right, down, bit in DOTS:
                    if letter & bit:
                        left, top = x + 1 + right * 5, y + 1 + down * 4.5
                        draw.rectangle((left, top, left + 2, top + 2), ink)
            elif letter != ord(" "):
                draw.text((x, y), cell.data, ink, font)
    return picture


def color(name: str, default: str) -> str:
    """A color of the emulator, which are names or six hexadecimal digits, for painting."""
    return default if name == "default" else f"#{name}" if len(name) == 6 else name


if __name__ == "__main__":
    main()
