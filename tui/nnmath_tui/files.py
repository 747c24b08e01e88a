"""Files that the screen writes: pictures beside the user's own, and a little state of its own."""

from __future__ import annotations

import os
import re
import tempfile
from contextlib import suppress
from pathlib import Path

_MOST = 9_999
"""So many files of one name are tried before it is given up."""


def state_folder() -> Path:
    """Where this user's state is kept, such as whether the first hint has been seen."""
    from platformdirs import user_state_path

    return user_state_path("nnmath-tui", appauthor=False)


def write_state(name: str, text: str) -> Path:
    """Put `text` into a file of the state's folder, all of it or nothing, readable by its owner.

    Raises:
        OSError: it cannot be written.
    """
    folder = state_folder()
    folder.mkdir(parents=True, exist_ok=True)
    handle, temporary = tempfile.mkstemp(prefix=f".{name}.", dir=folder)
    try:
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            file.write(text)
        path = folder / name
        os.replace(temporary, path)
    except BaseException:
        with suppress(OSError):
            os.unlink(temporary)
        raise
    return path


def write_new(folder: Path, name: str, suffix: str, text: str) -> Path:
    """Write a file that was not there before: `name` + `suffix`, or with -2, -3, ... between.

    Raises:
        OSError: it cannot be written; then nothing is left of it.
    """
    for number in range(1, _MOST + 1):
        path = folder / (f"{name}{suffix}" if number == 1 else f"{name}-{number}{suffix}")
        try:
            file = path.open("x", encoding="utf-8")
        except FileExistsError:
            continue
        try:
            with file:
                file.write(text)
        except BaseException:
            with suppress(OSError):
                path.unlink()
            raise
        return path
    raise FileExistsError(f"{_MOST} files are called {name}{suffix}")


def as_file_name(words: str) -> str:
    """Words as a part of a file's name that every system takes: "Two spirals!" as two-spirals."""
    plain = re.sub(r"[^a-z0-9]+", "-", words.lower()).strip("-")
    return plain[:60].rstrip("-") or "picture"


def short(path: Path) -> str:
    """A path as a person would write it, with ~ for their own folder."""
    with suppress(ValueError, RuntimeError):
        return str(Path("~") / path.relative_to(Path.home()))
    return str(path)
