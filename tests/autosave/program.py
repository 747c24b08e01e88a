"""The real program in a terminal of its own, which saves to a folder of its own."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from contextlib import AbstractContextManager
from pathlib import Path

from tests import terminal
from tests.terminal import Terminal

OFTEN = """
import sys
from nnmath_tui.autosave import saver
saver.EVERY, saver.SHARE = 0.02, 1.0
from nnmath_tui.cli import main
sys.exit(main(sys.argv[1:]))
"""
"""The program, saving as often as it can."""


def running(
    state: Path,
    *arguments: str,
    code: str = "",
    environ: Mapping[str, str | None] | None = None,
    prefix: Sequence[str] = (),
) -> AbstractContextManager[Terminal]:
    """`nnmath-tui ARGUMENTS` (or the Python `code`) with its state in `state`.

    Its terminal never says where the cursor is.
    """
    program = ["-c", code] if code else ["-m", "nnmath_tui"]
    command = [*prefix, sys.executable, *program, *arguments]
    values = {"XDG_STATE_HOME": str(state), **(environ or {})}
    return terminal.running(*command, environ=values, answers=False)


def greeted(folder: Path) -> Path:
    """A state's folder of somebody who has been here before."""
    (folder / "nnmath-tui").mkdir(parents=True, exist_ok=True)
    (folder / "nnmath-tui" / "greeted").touch()
    return folder


def sessions(state: Path) -> list[Path]:
    """The saved sessions in a state's folder, the newest first."""
    return sorted((state / "nnmath-tui" / "sessions").glob("session-*.npz"), reverse=True)
