"""Whether there is a terminal to draw on, asked before a screen is opened."""

from __future__ import annotations

from collections.abc import Mapping
from typing import IO

_CANNOT_DRAW = ("dumb", "unknown")


def problem(
    environ: Mapping[str, str],
    stdin: IO[str] | None,
    stdout: IO[str] | None,
    stderr: IO[str] | None,
) -> str | None:
    """Why the app cannot open here, in one sentence; None if it can.

    Without this check Textual would wait for ever on an input that is no terminal, or write
    escape codes into a file.
    """
    for name, stream in (("input", stdin), ("output", stdout), ("error output", stderr)):
        if stream is None or stream.closed or not stream.isatty():
            return (
                f"the screen needs a terminal, but the standard {name} is not one; "
                "`nnmath-tui train PRESET` works without a screen"
            )
    term = environ.get("TERM", "")
    if not term or term in _CANNOT_DRAW:
        named = f"TERM={term}" if term else "no TERM"
        return (
            f"the screen needs a terminal that can place the cursor, but the environment says "
            f"{named}; `nnmath-tui train PRESET` works without a screen"
        )
    return None
