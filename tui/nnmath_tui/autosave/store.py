"""The saved sessions of one user: several generations of this sitting, and the end of some before.

A file's name tells its order: `session-<sitting>-<generation>.npz`. Each is written under another
name and renamed (see `nnmath_engine.archive`), so whatever has such a name is whole.
"""

from __future__ import annotations

import errno
import os
import re
from collections.abc import Mapping, Sequence
from contextlib import suppress
from pathlib import Path
from typing import Any

from nnmath_engine import checkpoint
from nnmath_engine.checkpoint import CheckpointError, Moment

from nnmath_tui import files
from nnmath_tui.autosave.lock import Lock
from nnmath_tui.autosave.notes import subject

GENERATIONS = 3
"""Files that are kept whatever is in them: the newest may be damaged, by a fault of the disk."""

SITTINGS = 3
"""Of so many sittings, the present one among them, the end is kept."""

PRESETS = 3
"""Of so many presets the newest end is kept, however many sittings there were since."""

LOCK = "sessions.lock"
_NAME = re.compile(r"session-(\d{6,12})-(\d{6,12})\.npz")
_LEFT_OVER = re.compile(r"\.session-\d+-\d+\.npz\.[0-9a-f]+\.tmp")


def folder() -> Path:
    """Where sessions are kept.

    Raises:
        OSError: this user has no folder to keep anything in.
    """
    try:
        path = files.state_folder()
    except RuntimeError:
        path = Path()
    if not path.is_absolute():  # a "~" that stands for nothing
        raise OSError(errno.ENOENT, "there is no home folder")
    return path / "sessions"


def saved() -> list[Path]:
    """All saved sessions, the newest first; none where there is nothing to read."""
    try:
        names = os.listdir(folder())
        return [folder() / name for _, name in sorted(_numbered(names), reverse=True)]
    except OSError:
        return []


def sitting_of(path: Path) -> int:
    """The number of the sitting that a saved session is of."""
    return _numbers(path.name)[0]


def heads(paths: Sequence[Path]) -> list[Path]:
    """The newest of each sitting."""
    newest: dict[int, Path] = {}
    for path in paths:
        newest.setdefault(_numbers(path.name)[0], path)
    return list(newest.values())


class Store:
    """The right to save: one process has it at a time."""

    def __init__(self) -> None:
        """Begin a sitting, and sweep away what processes that died while writing have left.

        Raises:
            Taken: another process saves.
            OSError: the folder cannot be made, or not written to.
        """
        self._folder = folder()
        self._folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        self._lock = Lock(self._folder / LOCK)
        names = os.listdir(self._folder)
        for name in names:
            if _LEFT_OVER.fullmatch(name):
                with suppress(OSError):
                    (self._folder / name).unlink()
        self.sitting = 1 + max((sitting for (sitting, _), _ in _numbered(names)), default=0)
        self._generation = 0
        self._subjects: dict[Path, str] = {}

    def part(self) -> None:
        """Let what is saved from now on be a sitting of its own."""
        if self._generation:
            self.sitting, self._generation = self.sitting + 1, 0

    def save(self, moment: Moment, notes: Mapping[str, Any], data: Mapping[str, str]) -> Path:
        """Write one more generation, and only then remove the oldest.

        Raises:
            OSError: it cannot be written; those before are still there.
        """
        number = self._generation + 1
        path = self._folder / f"session-{self.sitting:06d}-{number:06d}.npz"
        checkpoint.write(path, moment, notes, data)
        self._generation = number
        self._prune()
        return path

    def close(self) -> None:
        """Let another process save."""
        self._lock.release()

    def _prune(self) -> None:
        paths = saved()
        ends = heads(paths)
        kept = {*paths[:GENERATIONS], *ends[:SITTINGS], *self._newest_of_presets(ends)}
        for path in paths:
            if path not in kept:
                with suppress(OSError):
                    path.unlink()

    def _newest_of_presets(self, ends: Sequence[Path]) -> list[Path]:
        newest: dict[str, Path] = {}
        for path in ends:
            if path not in self._subjects:  # each is read once
                self._subjects[path] = subject_in(path)
            newest.setdefault(self._subjects[path], path)
        newest.pop("", None)
        return list(newest.values())[:PRESETS]


def subject_in(path: Path) -> str:
    """Which preset a saved session is of; empty if the file does not tell."""
    try:
        return subject(checkpoint.peek(path))
    except (CheckpointError, OSError):
        return ""


def _numbered(names: Sequence[str]) -> list[tuple[tuple[int, int], str]]:
    return [(_numbers(name), name) for name in names if _NAME.fullmatch(name)]


def _numbers(name: str) -> tuple[int, int]:
    match = _NAME.fullmatch(name)
    assert match is not None
    return int(match[1]), int(match[2])
