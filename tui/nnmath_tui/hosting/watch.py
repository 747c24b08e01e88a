"""Who is in a room, what they are at, and who has been idle for too long."""

from __future__ import annotations

import json
import os
import signal
import time
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from nnmath_engine import checkpoint
from nnmath_engine.checkpoint import CheckpointError

from nnmath_tui.autosave.notes import described
from nnmath_tui.failure import printable
from nnmath_tui.hosting.room import Room


@dataclass(frozen=True, slots=True)
class Seat:
    """One learner: what is open, and which goals are met."""

    name: str
    is_on: bool
    idle: float
    """Seconds since the last key; 0 for whoever is not there."""
    title: str
    epoch: int
    met: int
    goals: int
    lessons: int
    """Lessons of which all goals are met."""


def seats(room: Room, now: float | None = None) -> list[Seat]:
    """All learners of a room, those who are on first."""
    now = time.time() if now is None else now
    on: dict[str, float] = {}
    for one in room.sessions_on():
        name = str(one["name"])
        on[name] = min(idle(one, now), on.get(name, 1e9))
    names = {path.name for path in room.path("learners").iterdir() if path.is_dir()} | set(on)
    found = [_seat(room, name, on.get(name)) for name in sorted(names)]
    return sorted(found, key=lambda seat: not seat.is_on)


def idle(session: Mapping[str, Any], now: float) -> float:
    """Seconds since somebody last typed into a session.

    Its terminal does not tell: it also answers, by itself, whether a picture has been shown.
    """
    return max(0.0, now - float(session["typed"]))


def send_home(room: Room, minutes: float, now: float | None = None) -> list[str]:
    """End, as a lost connection does, the sessions into which nobody has typed for so long.

    They are saved, and resume at the next login. Returns the names.
    """
    now = time.time() if now is None else now
    gone = []
    for one in room.sessions_on():
        if idle(one, now) > 60 * minutes:
            with suppress(OSError):
                os.kill(int(str(one["pid"])), signal.SIGHUP)
                os.kill(int(str(one["pid"])), signal.SIGCONT)  # should it be stopped
                gone.append(str(one["name"]))
    return gone


def table(all_seats: list[Seat]) -> list[str]:
    """The table of a room as lines of text."""
    if not all_seats:
        return ["nobody has been here yet"]
    wide = max(len("learner"), *(len(seat.name) for seat in all_seats))
    lines = [f"{'learner':<{wide}}  {'here':<11}  {'goals':>9}  {'lessons':>7}  open"]
    for seat in all_seats:
        here = "-"
        if seat.is_on:
            here = "yes" if seat.idle < 120 else f"idle {seat.idle / 60:.0f} min"
        goals = f"{seat.met} of {seat.goals}" if seat.goals else "-"
        done = str(seat.lessons) if seat.goals else "-"
        what = f"{seat.title}, epoch {seat.epoch:,}" if seat.title else "-"
        lines.append(f"{seat.name:<{wide}}  {here:<11}  {goals:>9}  {done:>7}  {what}")
    return lines


def _seat(room: Room, name: str, idle_for: float | None) -> Seat:
    state = room.path("learners", name, "state", "nnmath-tui")
    title, epoch = _open(state / "sessions")
    met, goals, lessons = _goals(state)
    is_on, title = idle_for is not None, printable(title)[:40]
    return Seat(name, is_on, idle_for or 0.0, title, epoch, met, goals, lessons)


def _open(folder: Path) -> tuple[str, int]:
    """What the newest saved session is."""
    for path in sorted(folder.glob("session-*.npz"), reverse=True):
        try:
            about = described(checkpoint.peek(path))
        except (CheckpointError, OSError):
            continue
        return about.title, about.epoch
    return "", 0


def _goals(state: Path) -> tuple[int, int, int]:
    """Goals met, goals there were in the lessons begun, and lessons done."""
    met = goals = lessons = 0
    for path in sorted(state.glob("progress*.json")):
        try:
            entries = json.loads(path.read_text())["lessons"].values()
            for entry in entries:
                met += len(entry["met"])
                goals += int(entry["goals"])
                lessons += bool(entry["done"])
        except (OSError, ValueError, KeyError, TypeError, AttributeError):
            continue
    return met, goals, lessons
