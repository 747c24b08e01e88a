"""The files that a training is to write: told before it begins if they cannot be."""

from __future__ import annotations

import os
from pathlib import Path

from nnmath_engine import archive
from nnmath_engine.datasets import is_file
from nnmath_engine.session import Session
from nnmath_presets.preset import Preset

from nnmath_tui.failure import FAILED, CommandError


def destination(option: str, name: str | None, suffixes: tuple[str, ...]) -> Path | None:
    """The path that an option names, if its form and its folder are right.

    Raises:
        CommandError: they are not.
    """
    if name is None:
        return None
    path = Path(name)
    if path.suffix not in suffixes:
        raise CommandError(f"{option} wants a file that ends in {' or '.join(suffixes)}: {name}")
    if not path.parent.is_dir():
        raise CommandError(f"{option}: there is no folder {path.parent}")
    if path.is_dir():
        raise CommandError(f"{option}: {name} is a folder")
    return path


def check_writable(save: Path | None) -> None:
    """Try to write beside `save`, so that no long training ends without a place for its weights.

    Raises:
        CommandError: it cannot be written.
    """
    if save is not None:
        try:
            archive.check_writable(save)
        except OSError as error:
            raise CommandError(unwritable("--save", save, error), FAILED) from None


def unwritable(option: str, path: Path, error: OSError) -> str:
    """The words for a file that an option names and that cannot be written."""
    return f"{option}: {path} cannot be written: {error.strerror or error}"


def refuse_overwriting(
    save: Path | None, log: Path | None, resumed: Path | None, session: Session, preset: Preset
) -> None:
    """See to it that no file is written that was read, or that is written already.

    Two of them may be the same: a checkpoint may be saved where it was resumed from, since it is
    replaced only once it is whole, and a log may be one that is being continued.

    Raises:
        CommandError: a file is one of those others, by whatever name or link.
    """
    source = session.experiment.data.source
    data = (preset.base or Path()) / source if is_file(source) else None
    pairs = (
        ("--save", save, "the data", data),
        ("--save", save, "the preset", preset.path),
        ("--save", save, "--log", log),
        ("--log", log, "the data", data),
        ("--log", log, "the preset", preset.path),
        ("--log", log, "--resume", resumed),
    )
    for option, path, name, other in pairs:
        if path is not None and other is not None and _is_same(path, other):
            raise CommandError(f"{option}: {path} is the file of {name}, which would be lost")


def _is_same(one: Path, other: Path) -> bool:
    try:
        return os.path.samefile(one, other)
    except OSError:  # one of them is not there
        return False
