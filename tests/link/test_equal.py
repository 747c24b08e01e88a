"""What is shown is, cell for cell, what the stock driver would show, by another's emulator."""

from __future__ import annotations

import random
from itertools import pairwise

import pytest
from nnmath_tui.link.styles import PLAIN, Style, Styles
from nnmath_tui.link.tour import tour

from tests.link.emulator import Emulator, Stage, strip, text

SIZES = [(1, 1), (2, 3), (40, 12), (80, 24), (33, 7)]


def frame(chance: random.Random, width: int, height: int) -> str:
    """Some regions of the screen rewritten as the compositor does it, or all of it."""
    if chance.random() < 0.1:
        lines = [f"\x1b[{y + 1};1H{strip(chance, width)}" for y in range(height)]
        return "\n".join(lines)
    parts = []
    for _ in range(chance.randint(1, 6)):
        y, x = chance.randrange(height), chance.randrange(width)
        parts.append(f"\x1b[{y + 1};{x + 1}H{strip(chance, chance.randint(1, width - x))}")
        if y < height - 1 and chance.random() < 0.3:
            parts.append("\n")
    return "".join(parts)


def oddity(chance: random.Random, width: int, height: int) -> str:
    """What the library writes seldom or never, understood or not."""
    place = f"\x1b[{chance.randint(1, height)};{chance.randint(1, width)}H"
    return place + chance.choice(
        [
            "\x1b[2J",
            "\x1b[J",
            "\x1b[1J",
            "\x1b[K",
            "\x1b[1K",
            "\x1b[44m\x1b[2K\x1b[0m",
            "\x1b[3X",
            "\x1b[2Cab",
            "\x1b[3Db",
            "\x1b[2Bx\x1b[1A",
            "\x1b[5Gg",
            "\x1b[2dd",
            "\rx",
            "\x1b[1;31mred\x1b[4munder\x1b[24mnot\x1b[m",
            "\x1b[?25h",
            "\x1b[?25l",
            "\x1b]0;title\x07",
            # From here on it is for the terminal alone to understand.
            "\x1b[2M",
            "\x1b[1L",
            "\x1b[2P",
            "\x1b[2@",
            "\x1b[H\x1bM",
            "\x1b[1;31m\x1b[2Mafter\x1b[0m",
            "\x1b7\x1b[Hx\x1b8y",
            f"\x1b[{height};1H\n\n",
        ]
    )


@pytest.mark.parametrize("size", SIZES)
def test_random_frames(size: tuple[int, int]) -> None:
    chance = random.Random(str(size))
    stock, stage = Emulator(*size), Stage(*size)
    for number in range(300):
        data = frame(chance, *size)
        if chance.random() < 0.2:
            data += oddity(chance, *size)
        stock.write(data)
        cut = chance.randrange(len(data))
        stage.write(data[:cut])
        stage.write(data[cut:])
        stage.flush()
        assert stage.terminal.cells == stock.cells, (number, data)
        assert stage.terminal.cursor == stock.cursor


def test_pieces_of_frames_come_to_the_same() -> None:
    chance = random.Random(3)
    stock, stage = Emulator(80, 24), Stage(80, 24)
    for _ in range(40):
        data = frame(chance, 80, 24)
        stock.write(data)
        stage.write(data)
        stage.flush(most=100)
    while stage.encoder.is_behind:
        before = stage.written
        stage.flush(most=100)
        assert stage.written - before < 1500, "a piece is about as large as it may be"
    assert stage.terminal.cells == stock.cells


def test_a_resized_terminal_is_drawn_anew() -> None:
    chance = random.Random(4)
    stage = Stage(80, 24)
    for _ in range(60):
        width, height = chance.randint(1, 120), chance.randint(1, 40)
        stage.terminal.screen.resize(height, width)
        stage.terminal.write(f"\x1b[{height};1H{text(chance)[:width]}")  # a terminal's own doing
        stage.screen.resize(width, height)
        stage.encoder.forget()
        stock = Emulator(width, height)
        whole = "\n".join(f"\x1b[{y + 1};1H{strip(chance, width)}" for y in range(height))
        for data in (whole, frame(chance, width, height)):
            stock.write(data)
            stage.write(data)
            stage.flush()
            assert stage.terminal.cells == stock.cells


def test_nothing_new_costs_nothing() -> None:
    chance = random.Random(5)
    stage = Stage(80, 24)
    data = frame(chance, 80, 24) + "\x1b[5;5H"
    stage.write(data)
    stage.flush()
    before = stage.written
    for _ in range(10):
        stage.write(data)
        stage.flush()
    assert stage.written == before


def test_one_changed_digit_costs_one_digit() -> None:
    stage = Stage(80, 24)
    stage.write("\x1b[2;1H\x1b[38;5;9mloss 0.125\x1b[0m\x1b[1;1H")
    stage.flush()
    before = stage.written
    stage.write("\x1b[2;1H\x1b[38;5;9mloss 0.124\x1b[0m\x1b[1;1H")
    stage.flush()
    assert stage.written - before == len("\x1b[2;10H4\x1b[H")


def test_a_hyperlink_begins_and_ends_where_it_should(monkeypatch: pytest.MonkeyPatch) -> None:
    stage = Stage(20, 2)
    heard: list[str] = []
    monkeypatch.setattr(stage.terminal, "write", heard.append)
    link = "\x1b]8;id=1;https://x.example\x1b\\"
    stage.write(f"\x1b[1;1Ha{link}\x1b[1mb\x1b[0m\x1b]8;;\x1b\\c")
    stage.flush()
    stage.tell(stage.encoder.wear(PLAIN))
    ended = "\x1b]8;;\x1b\\\x1b[m"
    assert "".join(heard) == f"\x1b[H\x1b[ma\x1b[Cc\x1b[2D{link}\x1b[1mb\x1b[C{ended}"


def test_styles_are_changed_by_one_color_at_a_time_where_that_can_be() -> None:
    chance, styles = random.Random(6), Styles()
    colors = [Style(f"38;5;{f}", f"48;5;{b}") for f in range(20, 26) for b in range(20, 26)]
    numbers = [styles.number(style) for style in chance.sample(colors, 25)]
    order = tour(styles, None, numbers)
    assert sorted(order) == sorted(numbers)
    steps = list(pairwise(order))
    both = sum(
        styles[a].foreground != styles[b].foreground
        and styles[a].background != styles[b].background
        for a, b in steps
    )
    assert both <= 1, [styles[number][:2] for number in order]


def test_each_style_has_its_turn_once() -> None:
    stage = Stage(20, 3)
    for y in range(3):
        stage.write(f"\x1b[{y + 1};1H" + "\x1b[38;5;9ma\x1b[0m\x1b[38;5;10mb\x1b[0m" * 10)
    before = stage.written
    data = stage.encoder.update()
    stage.tell(data)
    assert stage.written > before
    assert data.count("38;5;9m") == data.count("38;5;10m") == 1


def test_what_seldom_changes_overtakes_what_always_does() -> None:
    stage = Stage(80, 3)
    for number in range(10):
        line = f"\x1b[1;1Hrunning  epoch {number}  " + f"\x1b[3{number % 7 + 1}mx\x1b[0m" * 50
        stage.write(line)
        stage.flush()
    stage.write("\x1b[1;1Hpaused   epoch 10  " + "\x1b[38;5;99my\x1b[0m" * 50)
    data = stage.encoder.update(most=20)
    assert "pause" in data
    assert "y" not in data
    assert stage.encoder.is_behind
