"""A learner's session: the rest of a process, within its limits and a folder of its own."""

from __future__ import annotations

import os
import re
import resource
import sys
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from nnmath_tui.hosting.room import Room
from nnmath_tui.settings import SHARED

LARGEST_FILE = 64 * 2**20
KEPT_BYTES = 2_000_000
"""Of the past of a session, of which there are many on this machine."""
OWN_BYTES = 200 * 2**20
"""Of memory that the program itself has a right to, most of which it never touches."""
_TERM = re.compile(r"[A-Za-z0-9][A-Za-z0-9+._-]{0,39}")
ONE_THREAD = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")


def run(room: Room, name: str, outside: Mapping[str, str]) -> int:
    """Let this process, whose terminal is a learner's, be the session; returns the exit code."""
    try:
        room.learner(name)
    except ValueError as error:
        print(f"nnmath-tui: {error}", file=sys.stderr)
        return 1
    if room.take_slot() is None:  # kept by the process, until it ends
        words = f"the room is full: {room.sessions} are here; try again later"
        print(f"nnmath-tui: {words}", file=sys.stderr)
        return 1
    settle(room, name, outside)
    from nnmath_tui.cli import main

    return main([])


def settle(room: Room, name: str, outside: Mapping[str, str]) -> None:
    """Set the limits, the folder and the environment, and note who is here."""
    home = room.learner(name)
    os.chdir(home)
    os.umask(0o077)
    environment = session_environment(room, name, home, outside)
    os.environ.clear()
    os.environ.update(environment)
    for what, most in (
        (resource.RLIMIT_DATA, room.memory_mb * 2**20),
        (resource.RLIMIT_FSIZE, LARGEST_FILE),
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_NOFILE, 256),
    ):
        with suppress(ValueError, OSError):  # a lower one is in force
            resource.setrlimit(what, (most, most))
    os.nice(5)
    room.sign_in(name)
    from nnmath_tui import keyboard

    keyboard.tell(room.note_key)
    confine(room, home)


def confine(room: Room, home: Path) -> None:
    """From now on read only the course and what lies in `home`, and train on what fits."""
    import nnmath_engine
    import nnmath_presets
    from nnmath_engine import confinement, limits

    limits.keep_at_most(KEPT_BYTES)
    limits.fit_into(room.memory_mb * 2**20 - OWN_BYTES)
    course = [Path(room.course)] if room.course else []
    packages = [Path(path) for one in (nnmath_engine, nnmath_presets) for path in one.__path__]
    confinement.allow_only(*course, *packages, home)


def session_environment(
    room: Room, name: str, home: Path, outside: Mapping[str, str]
) -> dict[str, str]:
    """All that a session knows of the world."""
    term = outside.get("TERM", "")
    environment = {
        "HOME": str(home),
        "XDG_STATE_HOME": str(home / "state"),
        "XDG_CONFIG_HOME": str(home / "state"),
        "PATH": "/nonexistent",  # it starts nothing
        "BROWSER": "/bin/true",  # not even for a link
        "LANG": "C.UTF-8",
        "TERM": term if _TERM.fullmatch(term) else "xterm",
        "SSH_CONNECTION": outside.get("SSH_CONNECTION", "room"),
        "NNMATH_TUI_NAME": name,
        SHARED: "1",
        **ONE_THREAD,
    }
    if room.course:
        environment["NNMATH_TUI_COURSE"] = room.course
    return environment
