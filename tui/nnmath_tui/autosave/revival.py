"""Takes up a saved session, or the one before it if that cannot be read."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nnmath_engine import checkpoint, confinement
from nnmath_engine.checkpoint import CheckpointError
from nnmath_engine.derivation.cells import CellError, parse_cell
from nnmath_engine.samples import DataError
from nnmath_engine.session import Session
from nnmath_presets.preset import Preset

from nnmath_tui.autosave.notes import (
    Description,
    base_of,
    described,
    in_folder,
    is_trusted,
    lost_file,
    preset_of,
    view_of,
)


@dataclass(frozen=True, slots=True, eq=False)
class Revived:
    """A session as it was saved."""

    session: Session
    preset: Preset
    about: Description
    view: Mapping[str, Any]
    fault: str
    """Why it is not the newest, in a sentence; empty if it is."""
    lost: str = ""
    """The preset file that is gone or wrong, so that there is no lesson; empty if it is there."""


class NothingRevived(Exception):
    """None of the saved sessions can be taken up; the text says why not the newest."""


def newest_described(paths: Sequence[Path]) -> Description | None:
    """A few words about the newest of the files that seems to be readable."""
    for path in paths:
        try:
            return described(checkpoint.peek(path))
        except (CheckpointError, OSError):
            continue
    return None


def of_course(paths: Sequence[Path], folder: Path) -> list[Path]:
    """Those of the files that are of a preset of a course."""
    found = []
    for path in paths:
        with suppress(CheckpointError, OSError):
            if in_folder(checkpoint.peek(path), folder):
                found.append(path)
    return found


def revive(paths: Sequence[Path]) -> Revived:
    """Take up the first of the files that is whole and fits its data.

    Raises:
        NothingRevived: there is none.
    """
    fault = ""
    for path in paths:
        try:
            notes = checkpoint.peek(path)
            base = base_of(notes)
            if base is not None and is_trusted(notes):
                confinement.trust(base)
            session = checkpoint.resume(path, base)
        except (CheckpointError, DataError) as error:
            fault = fault or _without_folder(str(error), path)
            continue
        except OSError as error:
            fault = fault or f"{path.name} cannot be read: {error.strerror or error}"
            continue
        preset = preset_of(notes, session.experiment)
        view = _fitting(view_of(notes), session)
        return Revived(session, preset, described(notes), view, fault, lost_file(notes, preset))
    raise NothingRevived(fault or "there is no saved session")


def _fitting(view: Mapping[str, Any], session: Session) -> Mapping[str, Any]:
    """Without a selected number that this network does not have."""
    cell = view.get("cell")
    try:
        if isinstance(cell, str):
            session.worksheet().settle(parse_cell(cell[:100]))
    except CellError:
        return {name: value for name, value in view.items() if name != "cell"}
    return view


def _without_folder(text: str, path: Path) -> str:
    return text.replace(str(path), path.name)
