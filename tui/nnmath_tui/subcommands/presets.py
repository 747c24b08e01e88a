"""`nnmath-tui presets`: list the presets, show one, copy one, print their schema."""

from __future__ import annotations

import argparse
import json
import sys
from pathlib import Path

from nnmath_engine import confinement
from nnmath_engine.columns import LIMITS
from nnmath_engine.dataset import DataError
from nnmath_engine.datasets import is_file
from nnmath_engine.experiment import ExperimentError
from nnmath_presets import catalog
from nnmath_presets.course import course
from nnmath_presets.handout import handout
from nnmath_presets.json_schema import json_schema
from nnmath_presets.preset import Preset

from nnmath_tui.failure import CommandError
from nnmath_tui.subcommands.opening import load_preset


def run(arguments: argparse.Namespace) -> int:
    """Do what the command line asks for, and return 0."""
    match arguments.action:
        case "show":
            preset = load_preset(arguments.preset)
            sys.stdout.write(_handout(preset) if arguments.markdown else preset.source)
        case "copy":
            _copy(load_preset(arguments.preset), arguments.destination, arguments.force)
        case "schema":
            print(json.dumps(json_schema(), indent=2))
        case _:
            _list()
    return 0


def _list() -> None:
    there = course()
    width = max(map(len, catalog.names()), default=0)
    chapters = [(f"{n} {c.title}", c.presets) for n, c in enumerate(there.chapters, start=1)]
    for title, names in (*chapters, ("More to play with", there.others)):
        print(title)
        for name in names:
            preset = load_preset(name)
            topics = ", ".join(preset.topics)
            print(
                f"  {name:<{width}}  {preset.title:<32}  {preset.difficulty:<6}  {topics}".rstrip()
            )


def _handout(preset: Preset) -> str:
    try:
        return handout(preset)
    except ExperimentError as error:
        raise CommandError("\n".join(map(str, error.problems))) from None
    except DataError as error:
        raise CommandError(str(error)) from None


def _copy(preset: Preset, destination: str | None, force: bool) -> None:
    path = Path(destination or ".")
    if path.is_dir():
        path = path / f"{preset.name}.toml"
    if path.suffix != ".toml":
        raise CommandError(f"a preset's name must end in .toml: {path}")
    if not path.parent.is_dir():
        raise CommandError(f"there is no folder {path.parent}")
    files = {path: preset.source.encode()}
    source = preset.experiment.data.source
    if is_file(source) and not Path(source).is_absolute():
        # The copy looks for its table beside itself.
        if not (path.parent / source).resolve().is_relative_to(path.parent.resolve()):
            raise CommandError(
                f"the preset's table is not below its folder, so it is not copied: {source}"
            )
        with confinement.open_file((preset.base or Path()) / source, preset.base) as table:
            content = table.read(LIMITS.bytes + 1)
        if len(content) > LIMITS.bytes:
            raise CommandError(f"{source} has more bytes than the limit of {LIMITS.bytes:,}")
        files[path.parent / source] = content
    for file, content in files.items():
        if file.exists() and not force and file.read_bytes() != content:
            raise CommandError(f"{file} is there already; --force overwrites it")
    for file, content in files.items():
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(content)
        print(file)
