"""Opening a file by a path that is known to have no symbolic link in it.

Between looking where a path leads and opening it, somebody could put a link into its way. Where the
system can, each folder is therefore opened inside the one before, and no link is followed.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import BinaryIO

_STEPWISE = os.open in os.supports_dir_fd and hasattr(os, "O_PATH")
# Opening a pipe without waiting for a writer; what it is shows afterwards.
_FILE = os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)


def open_linkless(path: Path) -> BinaryIO:
    """Open the file at an absolute path, whose links have been resolved.

    Raises:
        OSError: it is not there, or there is a link in the path after all.
    """
    if not _STEPWISE:
        return os.fdopen(os.open(path, _FILE), "rb")
    folder = os.open(path.anchor, os.O_PATH | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        for part in path.parts[1:-1]:
            way = os.O_PATH | os.O_DIRECTORY | os.O_NOFOLLOW | os.O_CLOEXEC
            inner = os.open(part, way, dir_fd=folder)
            os.close(folder)
            folder = inner
        return os.fdopen(os.open(path.name, _FILE | os.O_CLOEXEC, dir_fd=folder), "rb")
    finally:
        os.close(folder)
