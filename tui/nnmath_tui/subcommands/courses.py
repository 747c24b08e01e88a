"""Which course and which learner a command is about: by its options, else by the environment."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TYPE_CHECKING

from nnmath_tui.arguments import COURSE_VARIABLE, LONGEST_NAME, NAME_VARIABLE, PROGRAM
from nnmath_tui.failure import CommandError, printable

if TYPE_CHECKING:
    from nnmath_presets.preset import Preset


def course_folder(arguments: argparse.Namespace, environ: Mapping[str, str]) -> Path | None:
    """The folder that was named, None if none was.

    Raises:
        CommandError: there is no such folder, or no preset in it.
    """
    named = arguments.course or environ.get(COURSE_VARIABLE, "").strip()
    if not named:
        return None
    whence = "--course" if arguments.course else COURSE_VARIABLE
    folder = Path(named).expanduser()
    if not folder.is_dir():
        raise CommandError(f"{whence}: {named} is no folder")
    if not any(path.name != "course.toml" for path in folder.glob("*.toml")):
        raise CommandError(f"{whence}: {named} has no preset (*.toml) in it")
    return folder


def tell_broken(folder: Path) -> None:
    """Print what is wrong with each file of a course, which does not hide the others.

    Raises:
        CommandError: none of its presets is good; the text says what is wrong with all of them.
    """
    from nnmath_presets import catalog
    from nnmath_presets.course import course
    from nnmath_presets.preset import PresetError

    rows: list[str] = []
    good = 0
    try:
        course(folder)
    except PresetError as error:
        rows += error.rows
    for file in catalog.files_in(folder):
        try:
            catalog.load(file)
            good += 1
        except PresetError as error:
            rows += error.rows
    if not good:
        raise CommandError("\n".join([*rows, f"{folder}: none of its presets can be opened"]))
    for row in rows:
        print(f"{PROGRAM}: {printable(row)}", file=sys.stderr)


def learner(arguments: argparse.Namespace, environ: Mapping[str, str]) -> str:
    """The name that was given, "" if none was.

    Raises:
        CommandError: the environment's is too long.
    """
    name = arguments.name or " ".join(environ.get(NAME_VARIABLE, "").split())
    if len(name.encode()) > LONGEST_NAME or not name.isprintable():
        raise CommandError(f"{NAME_VARIABLE}: must be a name of at most {LONGEST_NAME} bytes")
    return name


def lessons(arguments: argparse.Namespace, *, all: bool = False) -> Iterator[Preset]:
    """The presets of the course that can be read; with `all` also those that ship with us."""
    from nnmath_presets import catalog
    from nnmath_presets.preset import PresetError

    from nnmath_tui.surroundings import read_course

    named = course_folder(arguments, os.environ)
    folders = (named,) if named is not None else ()
    for folder in (*folders, catalog.FOLDER) if all or not folders else folders:
        there, _ = read_course(folder)
        for name in (*there.presets, *there.others):
            try:
                yield catalog.load(folder / f"{name}.toml")
            except PresetError:
                continue
