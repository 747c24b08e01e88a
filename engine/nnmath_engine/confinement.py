"""Which files may be read, where the program is used by somebody whom its account does not belong
to: a learner on the host's machine must not read the host's files by naming them as data."""

from __future__ import annotations

from pathlib import Path

_allowed: tuple[Path, ...] | None = None


def allow_only(*folders: Path) -> None:
    """From now on, for as long as the process lives, only files in these folders are readable."""
    global _allowed
    _allowed = tuple(folder.resolve() for folder in folders)


def allows(path: Path) -> bool:
    """Whether a file may be read: it lies in an allowed folder, links and `..` followed."""
    if _allowed is None:
        return True
    try:
        real = path.resolve()
    except (OSError, RuntimeError, ValueError):  # links in a circle, or no path at all
        return False
    return any(real.is_relative_to(folder) for folder in _allowed)
