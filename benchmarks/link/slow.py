"""Keys over slow lines, for minutes: how soon they show, and whether that grows."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from benchmarks.link.keys import HEADS, SIZE, Echo, add_rows, echoes, summary
from benchmarks.link.program import Place
from benchmarks.link.relay import Line, relaying
from benchmarks.report import Section, Table
from benchmarks.terminal import opened

LINES = {
    "200 ms, 256 kbit/s, 64 kB of queue": Line(),
    "the same, 256 kB of queue": Line(queue=262_144),
    "500 ms, 64 kbit/s": Line(delay=0.25, rate=8_000.0),
    "200 ms, 256 kbit/s, 5 % stalls of 1 s": Line(stall=1.0, between=20.0),
}
"""The first one is that of the goal, and is measured for as long as is asked for."""

PAUSES = (3.0, 7.0)
"""Between keys, in round trips."""

OTHERS = 1.0
"""Minutes of each other line."""

PARTS = 5
"""Into how many parts of equal time the keys are split, to see whether delays grow."""

ECHO = """
import os, tty
tty.setraw(0)
os.write(1, b"ready")
while data := os.read(0, 4096):
    os.write(1, b"." * 64_000 if data == b"f" else data)
"""
"""Says what it hears, and 64 kB when it hears an f."""


def section(place: Place, name: str, minutes: float) -> Section:
    """All lines, the first for so many minutes."""
    section = Section("Keys over slow lines")
    section.say(
        "A relay between ssh and sshd delays, narrows and queues; what the terminal at this end "
        "is asked is answered over the same line. 120x40, the defaults over SSH; milliseconds. "
        "What the relay itself does is measured by a plain echo and by 64 kB at once."
    )
    lines = Table(("line", "echo, median", "95 %", "64 kB, bytes/s"))
    table = Table(HEADS)
    growth = Table(("line", "minutes", *(f"95 % in part {part + 1}" for part in range(PARTS))))
    for number, (words, line) in enumerate(LINES.items()):
        duration = minutes if number == 0 else min(minutes, OTHERS)
        with relaying(line, _port(place)) as port:
            far = Place(place.folder, place.server, port)
            lines.add(words, *_check(far))
            least, most = (2 * line.delay * trips for trips in PAUSES)
            presses = max(10, round(60 * duration / ((least + most) / 2)))
            found = echoes(far.lesson(name), SIZE, presses, (least, most))
        wanted = f"{2000 * line.delay + 100:.0f}"
        add_rows(table, words, found, wanted)
        growth.add(words, f"{duration:g}", *_parts(found))
    for part in (lines, table, growth):
        section.show(part)
    return section


def _parts(found: Sequence[Echo]) -> list[str]:
    length = found[-1].when / PARTS + 1e-9
    return [
        summary([echo.delay for echo in found if int(echo.when / length) == part])[2]
        for part in range(PARTS)
    ]


def _check(place: Place) -> tuple[str, str, str]:
    """What the relay does to a byte, and to many."""
    delays = []
    with opened(place.command("-c", ECHO), SIZE) as terminal:
        terminal.wait_for(b"ready")
        for _ in range(20):
            before, pressed = len(terminal.written), terminal.press(b"x")
            terminal.wait(0.3)
            while len(terminal.written) == before:
                terminal.wait(0.05)
            delays.append(terminal.written[before][0] - pressed)
        before, pressed = terminal.count, terminal.press(b"f")
        while terminal.count < before + 64_000:
            terminal.wait(0.05)
        # The first of them come after the round trip.
        seconds = terminal.written[-1][0] - pressed - median(delays)
    _, middle, far, _ = summary(delays)
    return middle, far, f"{64_000 / seconds:.0f}"


def _port(place: Place) -> int:
    assert place.server is not None
    return place.server.port
