"""`nnmath-tui check FILE...`: is everything right with these presets, their data, their lessons?"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from pathlib import Path

from nnmath_presets import catalog
from nnmath_presets.course import course
from nnmath_presets.fit import check_fit
from nnmath_presets.preset import Preset, PresetError, Problem

from nnmath_tui.failure import FAILED, CommandError, printable


def run(arguments: argparse.Namespace) -> int:
    """Print every problem of every file, and return 1 if there is one, else 0."""
    if arguments.json and not arguments.run:
        raise CommandError("--json tells of what --run finds; name both")
    names = list(_expanded(arguments.files))
    if not names and not arguments.run:
        raise CommandError("name a preset, a file or a folder; with --run alone, all that ship")
    code, sound = 0, []
    for name in names or _shipped():
        try:
            if isinstance(name, PresetError):
                raise name
            preset = catalog.load(name)
            check_fit(preset)
        except PresetError as error:
            for line in error.rows:
                print(printable(line), file=sys.stderr if arguments.json else sys.stdout)
            code = FAILED
        else:
            sound.append(preset)
            if not arguments.run:
                print(f"{printable(str(name))}: fine")
    return max(code, _verify(sound, arguments)) if arguments.run else code


def _verify(presets: list[Preset], arguments: argparse.Namespace) -> int:
    from nnmath_tui.subcommands import check_lessons

    return check_lessons.run(
        presets, each_goal=arguments.goals, as_json=arguments.json, plain=arguments.plain
    )


def _shipped() -> list[str]:
    there = course()
    return [*there.presets, *there.others]


def _expanded(files: list[str]) -> Iterator[str | Path | PresetError]:
    """What was named, and of each folder its presets in the order of its course."""
    for name in files:
        folder = Path(name)
        if not folder.is_dir() or name in catalog.names():
            yield name
            continue
        try:
            there = course(folder)
        except PresetError as error:
            yield error
            yield from catalog.files_in(folder)
            continue
        order = [*there.presets, *there.others]
        if not order:
            yield PresetError(name, [Problem(0, "", "is a folder without a preset")])
        yield from (folder / f"{preset}.toml" for preset in order)
