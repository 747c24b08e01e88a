"""What comes while nothing changes: not a byte."""

from __future__ import annotations

from benchmarks.link.program import Place
from benchmarks.link.training import training
from benchmarks.report import Section, Table

SIZE = (120, 40)
STATES = {
    "paused": b" ",
    "a derivation open": b"\x1b[B\r",
    "help open": b"?",
}
"""Keys that lead from each to the next, beginning with training."""

SETTLED = 2.0


def section(place: Place, name: str, seconds: float) -> Section:
    """Bytes in so many seconds of each state."""
    section = Section("Bytes while nothing changes")
    table = Table(("state", "seconds", "bytes", "wanted"))
    with training(place.lesson(name), SIZE, b"1") as terminal:
        for state, keys in STATES.items():
            terminal.press(keys)
            terminal.wait(SETTLED)
            before = terminal.count
            terminal.wait(seconds)
            table.add(state, f"{seconds:g}", str(terminal.count - before), "0")
    section.show(table)
    return section
