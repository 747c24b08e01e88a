"""Random keys, clicks, pastes and sizes, several at a time, on an app without a terminal."""

from __future__ import annotations

import random

from textual._xterm_parser import XTermParser
from textual.app import App
from textual.pilot import Pilot

KEYS = [
    *("\t", "\x1b[Z", "\r", "\x1b[27u", " ", "\x7f", "\x10", "\x10", "\x0c", "\x1b[1~", "\x1b[4~"),
    *("\x1b[A", "\x1b[B", "\x1b[C", "\x1b[D", "\x1b[5~", "\x1b[6~", "\x1b[H", "\x1b[F", "\x1b[3~"),
    *"abcdefghijklmnoprstuvwxyz0123456789?/[]+-,.<>ERTZPY",
    *("\x01", "\x05", "\x0b", "\x17", "\x15", "\x1b[200~3e-1\x1b[201~", "\x1b[200~日\x1b[201~"),
]


def packet(chance: random.Random, width: int, height: int) -> str:
    """What a terminal sends at once."""
    parts = []
    for _ in range(chance.choice([1, 1, 1, 2, 3, 8])):
        if chance.random() < 0.8:
            parts.append(chance.choice(KEYS))
        else:
            x, y = chance.randint(1, max(1, width)), chance.randint(1, max(1, height))
            button = chance.choice([0, 0, 0, 2, 35, 64, 65])
            parts.append(f"\x1b[<{button};{x};{y}M")
            if button in (0, 2):
                parts.append(f"\x1b[<{button};{x};{y}m")
    return "".join(parts)


async def play(app: App[None], pilot: Pilot[None], seed: int, packets: int) -> int:
    """Send packets until the app ends; returns how many events it got."""
    chance, parser, count = random.Random(seed), XTermParser(False), 0
    for number in range(packets):
        if app._exit or app._exception is not None:
            break
        if chance.random() < 0.03:
            await pilot.resize_terminal(chance.randint(1, 220), chance.randint(1, 70))
        assert app._driver is not None
        for event in parser.feed(packet(chance, *app.size)):
            app._driver.process_message(event)
            count += 1
        if number % 8 == 7:
            await pilot.pause(0.01)
    return count
