"""Which files may be read.

A preset may come from anybody: the table that it names must lie in its own folder, links and `..`
followed, unless its user trusts it. And a learner on somebody else's machine must not read that
machine's files by naming them as data.
"""

from __future__ import annotations

from pathlib import Path
from typing import BinaryIO

from nnmath_engine.linkless import open_linkless

_allowed: tuple[Path, ...] | None = None
_trusts_all = False
_trusted: set[Path] = set()

CONFINED = "is not among the files that may be read here"
LEAVING = "leads out of the preset's folder"
REMEDY = "if you trust the preset, --trust allows it"


class Outside(PermissionError):
    """A file that may not be read from where it is named; `strerror` says why, and the remedy."""

    def __init__(self, words: str) -> None:
        super().__init__(1, words)


def allow_only(*folders: Path) -> None:
    """From now on, for as long as the process lives, only files in these folders are readable."""
    global _allowed
    _allowed = tuple(folder.resolve() for folder in folders)


def allows(path: Path) -> bool:
    """Whether a file may be read: it lies in an allowed folder, links and `..` followed."""
    return _allowed is None or any(lies_in(path, folder) for folder in _allowed)


def trust_all(yes: bool = True) -> None:
    """Let presets name tables wherever they are, or no longer."""
    global _trusts_all
    _trusts_all = yes
    _trusted.clear()


def trust(folder: Path) -> None:
    """Let the presets of one folder do so."""
    _trusted.add(folder.resolve())


def trusts(folder: Path) -> bool:
    """Whether the presets of a folder may name tables elsewhere; nobody's may on a host's."""
    return _allowed is None and (_trusts_all or (bool(_trusted) and folder.resolve() in _trusted))


def lies_in(path: Path, folder: Path) -> bool:
    """Whether a path ends in a folder or below, links and `..` followed."""
    try:
        return path.resolve().is_relative_to(folder.resolve())
    except (OSError, RuntimeError, ValueError):  # links in a circle, or no path at all
        return False


def objection(path: Path, within: Path | None = None) -> str:
    """Why a file may not be read, in words that follow its name; empty if it may.

    within: the folder of the preset that names it, None if a person does.
    """
    if not allows(path):
        return CONFINED
    if within is None or trusts(within) or lies_in(path, within):
        return ""
    return LEAVING if _allowed is not None else f"{LEAVING}; {REMEDY}"


def open_file(path: Path, within: Path | None = None) -> BinaryIO:
    """Open a file to read it, if `objection` has none; the file is the one that was looked at.

    Raises:
        Outside: it may not be read.
        OSError: it cannot be.
    """
    if _allowed is None and (within is None or trusts(within)):
        return path.open("rb")
    if words := objection(path, within):
        raise Outside(words)
    real = path.resolve()
    # What the path led to a moment ago may be another file now: this one counts.
    if words := objection(real, within):
        raise Outside(words)
    return open_linkless(real)
