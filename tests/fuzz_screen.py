"""Random keys, clicks and resizes while a network trains: `python -m tests.fuzz_screen`.

A person who leans on the keyboard must not be able to break the app: no exception, no task that is
left over, no memory that grows. `--count 10000 --seed 0` is one seeded run; the preset changes
whenever the keys happen to choose another.
"""

from __future__ import annotations

import argparse
import asyncio
import os
import random
import sys
import tempfile
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from nnmath_presets import catalog
from nnmath_tui.application import Application
from nnmath_tui.settings import Settings
from textual import events

NAMED = [
    *("up", "down", "left", "right") * 2,
    *("enter", "escape", "tab", "shift+tab", "space", "backspace", "delete"),
    *("home", "end", "pageup", "pagedown", "f1", "ctrl+p", "ctrl+u"),
]
LETTERS = "sbrRpt1234567cCkK[]lxyvwgumohdaADefzZTYPniN!,.<>-+?/;#0.5"
FORBIDDEN = frozenset({"q", "Q"})
"""Keys that would end it."""


@dataclass
class Outcome:
    """What came of a run: how many events, what went wrong, and resident memory in MB."""

    events: int = 0
    faults: list[str] = field(default_factory=list)
    memory: list[float] = field(default_factory=list)


def memory() -> float:
    """Resident memory of this process in MB; NaN where the system does not say."""
    try:
        pages = int(Path("/proc/self/statm").read_text().split()[1])
    except OSError:
        return float("nan")
    return pages * os.sysconf("SC_PAGE_SIZE") / 1e6


async def run(count: int, seed: int, preset: str = "circle") -> Outcome:
    """Play so many random events into the app on a preset, which trains from the start.

    Where the events happen to choose "quit" in the palette, another app goes on.
    """
    rng, outcome = random.Random(seed), Outcome()
    while outcome.events < count and not outcome.faults:
        await _run_app(rng, count, preset, outcome)
    await asyncio.sleep(1)  # a timer of some milliseconds may be on its way when the app ends
    left = [task for task in asyncio.all_tasks() if task is not asyncio.current_task()]
    outcome.faults += [f"a task is left over: {task!r}" for task in left]
    return outcome


async def _run_app(rng: random.Random, count: int, preset: str, outcome: Outcome) -> None:
    app = Application(
        lambda: catalog.load(preset), Settings(color="truecolor", animation=False, start=True)
    )
    async with app.run_test(size=(120, 40)) as pilot:
        while outcome.events < count:
            await _play(rng, app, pilot)
            await asyncio.sleep(rng.choice((0, 0, 0.001, 0.01)))
            outcome.events += 1
            if app._exception is not None or app.return_code:
                outcome.faults.append(f"event {outcome.events}: {app._exception!r}")
                return
            if app._exit:
                return
            if outcome.events % max(1, count // 10) == 0:
                outcome.memory.append(memory())


async def _play(rng: random.Random, app: Application, pilot: Any) -> None:
    chance = rng.random()
    if chance < 0.004:
        await pilot.resize_terminal(rng.randint(40, 240), rng.randint(10, 70))
    elif chance < 0.2:
        x, y = rng.randrange(app.size.width), rng.randrange(app.size.height)
        kinds: tuple[type[events.MouseEvent], ...] = (events.MouseDown, events.MouseUp)
        if chance < 0.06:
            kinds = (rng.choice((events.MouseMove, events.MouseScrollUp, events.MouseScrollDown)),)
        for kind in kinds:
            app.screen.post_message(_mouse(kind, x, y))
    else:
        key = rng.choice(NAMED) if chance < 0.65 else rng.choice(LETTERS)
        if key not in FORBIDDEN:
            _press(app, key)


def _mouse(kind: type[events.MouseEvent], x: int, y: int) -> events.MouseEvent:
    moved = 1 if kind is events.MouseMove else 0
    return kind(None, x, y, moved, moved, 1, False, False, False, screen_x=x, screen_y=y)


def _press(app: Application, key: str) -> None:
    names = {
        ",": "comma", ".": "full_stop", "<": "less_than_sign", ">": "greater_than_sign",
        "-": "minus", "+": "plus", "?": "question_mark", "/": "slash", ";": "semicolon",
        "#": "number_sign", "[": "left_square_bracket", "]": "right_square_bracket",
        "!": "exclamation_mark",
    }  # fmt: skip
    character = " " if key == "space" else key if len(key) == 1 else None
    name = f"upper_{key.lower()}" if len(key) == 1 and key.isupper() else names.get(key, key)
    name = key if len(key) == 1 and key.isalnum() else name
    app.post_message(events.Key(name, character))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--count", type=int, default=10_000)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--preset", default="circle")
    arguments = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        os.environ["XDG_STATE_HOME"] = folder
        os.chdir(folder)  # pictures are saved where one stands
        outcome = asyncio.run(run(arguments.count, arguments.seed, arguments.preset))
    for fault in outcome.faults:
        print(fault)
    grown = " ".join(f"{one:.0f}" for one in outcome.memory)
    print(f"{outcome.events:,} events, {len(outcome.faults)} faults; MB at each tenth: {grown}")
    return 1 if outcome.faults else 0


if __name__ == "__main__":
    sys.exit(main())
