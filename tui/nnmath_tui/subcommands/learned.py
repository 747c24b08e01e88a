"""`nnmath-tui progress`: which lessons are done, as a table or as JSON."""

from __future__ import annotations

import argparse
import json
import os

from nnmath_presets.preset import Preset

from nnmath_tui import learning
from nnmath_tui.failure import printable
from nnmath_tui.learning import Entry
from nnmath_tui.subcommands.courses import learner, lessons


def run(arguments: argparse.Namespace) -> int:
    """Print what the learner has done, in the order of the course."""
    name = learner(arguments, os.environ)
    entries = learning.load(name)
    if arguments.json:
        print(json.dumps(learning.document(name, entries), indent=1, ensure_ascii=False))
        return 0
    known = {learning.key(preset): preset for preset in lessons(arguments) if _has_goals(preset)}
    if name:
        print(f"Progress of {printable(name)}")
    width = max(len("lesson"), *(len(printable(preset.name)) for preset in known.values()))
    print(f"{'lesson':<{width}}  goals  tries  hints  code")
    for key, preset in known.items():
        print(_row(printable(preset.name), width, entries.get(key), preset))
    done = sum(key in entries and entries[key].done for key in known)
    print(f"{done} of {len(known)} lessons are done")
    other = [entry for key, entry in entries.items() if key not in known]
    if other:
        names = ", ".join(sorted({printable(entry.lesson) for entry in other}))
        print(f"of other courses, or other versions: {names}")
    return 0


def _has_goals(preset: Preset) -> bool:
    return preset.lesson is not None and bool(preset.lesson.goals)


def _row(name: str, width: int, entry: Entry | None, preset: Preset) -> str:
    goals = len(preset.lesson.goals) if preset.lesson is not None else 0
    if entry is None:
        return f"{name:<{width}}  {f'-/{goals}':>5}"
    met = f"{len(entry.met)}/{goals}"
    hints = f"{entry.hints}+S" if entry.solution else str(entry.hints)
    tries = sum(entry.tries.values())
    return f"{name:<{width}}  {met:>5}  {tries:>5}  {hints:>5}  {entry.code}".rstrip()
