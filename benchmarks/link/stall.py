"""A terminal that takes nothing for a while: training goes on, and then the screen is right."""

from __future__ import annotations

import time

from benchmarks.link.program import Place
from benchmarks.link.training import training
from benchmarks.picture import epochs, final, texts
from benchmarks.report import Section, Table
from benchmarks.terminal import Terminal

SIZE = (120, 40)
BEFORE = 10.0
"""Seconds over which the speed is taken before."""

PAUSE, REDRAW = b" ", b"\x0c"


def section(places: dict[str, Place], name: str, seconds: float) -> Section:
    """Stop reading for so long, here and behind a server."""
    section = Section(f"A terminal that takes nothing for {seconds:g} s")
    section.say(
        "Epochs a second while it stands still (its pictures are not drawn then) against before. "
        "The screen is right when it shows an epoch of after the stall; it is then compared, "
        "paused, with all of it drawn anew."
    )
    heads = ("where", "epochs/s before", "in the stall", "lost", "right after (s)", "wanted")
    table = Table((*heads, "cells that differ"))
    for where, place in places.items():
        with training(place.lesson(name), SIZE) as terminal:
            table.add(where, *_measure(terminal, seconds))
    section.show(table)
    return section


def _measure(terminal: Terminal, seconds: float) -> tuple[str, ...]:
    begin = time.perf_counter()
    stall = terminal.wait(BEFORE)
    time.sleep(seconds)
    end = time.perf_counter()
    terminal.wait(3)
    terminal.press(PAUSE)
    terminal.wait(2)
    differ = _differences(terminal)
    counted = epochs(texts(terminal.written, terminal.size))
    first = next(entry for entry in counted if entry[0] >= begin)
    last = [entry for entry in counted if entry[0] <= stall][-1]
    speed = (last[1] - first[1]) / (last[0] - first[0])
    least = last[1] + 0.9 * speed * (end - last[0])
    right = next(((when, n) for when, n in counted if when >= end and n >= least), None)
    if right is None:
        return f"{speed:.0f}", "-", "-", "never", "1", str(differ)
    during = (right[1] - last[1]) / (right[0] - last[0])
    lost = max(0.0, 1 - during / speed)
    return (
        f"{speed:.0f}",
        f"{during:.0f}",
        f"{100 * lost:.0f} %",
        f"{right[0] - end:.2f}",
        "1",
        str(differ),
    )


def _differences(terminal: Terminal) -> int:
    """Cells that another drawing of everything changes."""
    before = final(terminal.written, terminal.size)
    terminal.press(REDRAW)
    terminal.wait(2)
    after = final(terminal.written, terminal.size)
    return sum(
        a != b
        for old, new in zip(before, after, strict=True)
        for a, b in zip(old, new, strict=True)
    )
