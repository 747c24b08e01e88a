"""Whether there is a file at a path that can be read without waiting for anybody."""

from __future__ import annotations

import stat
from pathlib import Path

from nnmath_engine import confinement

NO_FILE = "there is no such file"


def file_fault(path: Path) -> str:
    """Why there is no file to read at `path`, in a few words; empty if there is one."""
    if words := confinement.objection(path):
        return words
    try:
        mode = path.stat().st_mode
    except (OSError, ValueError):  # a name too long, or with a NUL in it, is no file's either
        return NO_FILE
    if stat.S_ISDIR(mode):
        return "is a folder, not a file"
    # Opening a pipe would wait for a writer, for ever if there is none.
    return "" if stat.S_ISREG(mode) else "is not a regular file"
