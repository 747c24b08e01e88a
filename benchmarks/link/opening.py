"""From the start to the first whole frame, beside an empty app of the same library."""

from __future__ import annotations

import re
from statistics import median

from benchmarks.link.program import Place
from benchmarks.picture import pictures
from benchmarks.report import Section, Table
from benchmarks.terminal import opened

SIZE = (120, 40)
WANTED = 1.35
EMPTY = """
from textual.app import App
from textual.widgets import Static
class Empty(App):
    def compose(self):
        yield Static("nothing here")
Empty().run()
"""
PATIENCE = 30.0


def section(place: Place, name: str, rounds: int) -> Section:
    """All take turns; ratios within each round, and their medians.

    A preset that somebody wrote may be wrong: it is read before the screen opens, with NumPy.
    """
    section = Section("First frame")
    section.say(f"{rounds} rounds in which all take turns; medians, of ratios within a round.")
    empties, frames, networks, files = [], [], [], []
    for _ in range(rounds):
        empties.append(_shown(place.command("-c", EMPTY), "nothing here"))
        built_in = place.command("-P", "-m", "nnmath_tui", name)
        frame, network = _shown(built_in, "Network", "epoch 0")
        frames.append(frame)
        networks.append(network)
        files += _shown(place.lesson(name), "Network")
    table = Table(("until", "seconds", "against an empty app", "wanted"))
    empty = [times[0] for times in empties]
    table.add("an empty app's first frame", f"{median(empty):.2f}", "1", "")
    for words, times, wanted in (
        ("the first frame", frames, f"{WANTED}"),
        ("the network's first picture", networks, ""),
        ("the first frame, for a file", files, ""),
    ):
        ratio = median(ours / other for ours, other in zip(times, empty, strict=True))
        table.add(words, f"{median(times):.2f}", f"{ratio:.2f}", wanted)
    section.show(table)
    return section


def _shown(command: list[str], *patterns: str) -> list[float]:
    """When each of these was first on the screen."""
    with opened(command, SIZE) as terminal:
        terminal.wait_for(patterns[-1].encode(), PATIENCE)
        terminal.wait(0.2)
    found: dict[str, float] = {}
    for when, lines in pictures(terminal.written, SIZE):
        for pattern in patterns:
            if pattern not in found and re.search(pattern, "\n".join(lines)):
                found[pattern] = when - terminal.start
    return [found[pattern] for pattern in patterns]
