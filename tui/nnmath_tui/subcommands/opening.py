"""Opening what a command is to work on: a preset, and a session on it or on a checkpoint."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from nnmath_engine import checkpoint
from nnmath_engine.checkpoint import CheckpointError
from nnmath_engine.dataset import DataError
from nnmath_engine.experiment import ExperimentError
from nnmath_engine.session import Session
from nnmath_presets import catalog
from nnmath_presets.preset import Preset, PresetError

from nnmath_tui.arguments import COMMANDS
from nnmath_tui.failure import CommandError


def load_preset(name_or_path: str) -> Preset:
    """A preset by name or path, or a CSV file.

    Raises:
        CommandError: with every problem of the file.
    """
    try:
        return catalog.load(name_or_path)
    except PresetError as error:
        close = difflib.get_close_matches(name_or_path[:80], COMMANDS, n=1)
        hint = f" (or the command {close[0]!r}?)" if close else ""
        raise CommandError(f"{error}{hint}") from None


def start(preset: Preset, changes: Mapping[str, Any]) -> Session:
    """A session on a preset with some settings changed.

    Raises:
        CommandError: with every problem of the changes, or of the data.
    """
    try:
        return Session(preset.experiment.with_values(changes), base=preset.base)
    except ExperimentError as error:
        raise CommandError("\n".join(map(str, error.problems))) from None
    except DataError as error:
        raise CommandError(str(error)) from None


def resume(path: Path, preset: Preset, changes: Mapping[str, Any]) -> Session:
    """A session that goes on from a checkpoint, under its settings and some changed ones.

    Raises:
        CommandError: the checkpoint is unusable or of other data, or a change would start afresh.
    """
    try:
        wanted = changes.get("data.source", preset.experiment.data.source)
        session = checkpoint.resume(path, preset.base, source=wanted)
        for setting in session.resetting(changes):
            raise CommandError(
                f"{setting} cannot change with --resume: the network would start afresh"
            )
        session.apply(changes)
        return session
    except ExperimentError as error:
        raise CommandError("\n".join(map(str, error.problems))) from None
    except (DataError, CheckpointError) as error:
        raise CommandError(str(error)) from None
    except OSError as error:
        raise CommandError(f"{path} cannot be read: {error.strerror or error}") from None
