"""The folder of a room: who may come in, what for, how many, and who is there.

| file | holds |
|---|---|
| `room.json` | what `Room` says |
| `invited.json` | which key is whose, as whoever hosts has said: its SHA-256 and a learner's name |
| `keys.json` | the same of those who came in by the password and have claimed a name |
| `learners/NAME/` | the state of one learner, and the files that the screen saves |
| `slots/N` | one lock for each session that there may be at once |
| `on/PID.json` | a session that is going on; its time of change is that of the last key |
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from nnmath_tui.autosave.lock import Lock, Taken, started

NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,28}[a-z0-9])?")
"""A learner's name, which is a folder's too."""


@dataclass(frozen=True, slots=True)
class Room:
    """What holds for every session; `password` is a file, or None where only `keys` count."""

    folder: str
    course: str | None
    password: str | None
    sessions: int
    idle_minutes: float
    memory_mb: int

    def save(self) -> None:
        """Write it down for the sessions to come."""
        write(Path(self.folder) / "room.json", json.dumps(asdict(self)))

    @classmethod
    def load(cls, folder: Path) -> Room:
        """The room in a folder."""
        return cls(**json.loads((folder / "room.json").read_text()))

    def path(self, *parts: str) -> Path:
        """A file of the room."""
        return Path(self.folder, *parts)

    def learner(self, name: str) -> Path:
        """The folder of a learner, which is made if need be."""
        if not NAME.fullmatch(name):
            raise ValueError(f"{name[:40]!r} is no learner's name")
        folder = self.path("learners", name)
        folder.mkdir(parents=True, exist_ok=True, mode=0o700)
        return folder

    def invite(self, keys: Mapping[str, str]) -> None:
        """Say whose these keys are; who was invited before, and is not among them, is no longer."""
        write(self.path("invited.json"), json.dumps(keys, indent=1))

    def known(self) -> dict[str, str]:
        """Whose each key is."""
        return self._names("keys.json") | self._names("invited.json")

    def _names(self, file: str) -> dict[str, str]:
        try:
            known = json.loads(self.path(file).read_text())
        except (OSError, ValueError):
            return {}
        return {str(k): str(v) for k, v in known.items()} if isinstance(known, dict) else {}

    def claim(self, key: str, name: str) -> bool:
        """Note whose a key is; False if the name is somebody else's, or was."""
        with self._alone():
            known = self.known()
            if name in known.values() or self.path("learners", name).exists():
                return known.get(key) == name
            write(
                self.path("keys.json"),
                json.dumps({**self._names("keys.json"), key: name}, indent=1),
            )
            return True

    @contextmanager
    def _alone(self) -> Iterator[None]:
        import time

        for _ in range(100):
            try:
                lock = Lock(self.path("keys.lock"))
                break
            except Taken:
                time.sleep(0.02)
        else:
            raise OSError("somebody keeps the list of keys locked")
        try:
            yield
        finally:
            lock.release()

    def take_slot(self) -> Lock | None:
        """One of the sessions that there may be at once; None if all are taken."""
        for number in range(self.sessions):
            with suppress(Taken):
                return Lock(self.path("slots", str(number)))
        return None

    def sign_in(self, name: str) -> None:
        """Note that this process is a learner's session."""
        me = {"pid": os.getpid(), "started": started(os.getpid()), "name": name}
        write(self._on(), json.dumps(me))

    def note_key(self) -> None:
        """Note that somebody has just typed into this process's session."""
        with suppress(OSError):
            os.utime(self._on())

    def _on(self) -> Path:
        return self.path("on", f"{os.getpid()}.json")

    def sessions_on(self) -> list[Mapping[str, object]]:
        """The sessions that are going on, `typed` being when somebody last did.

        What ended ones have left is swept away.
        """
        found: list[Mapping[str, object]] = []
        for path in sorted(self.path("on").glob("*.json")):
            try:
                one = {**json.loads(path.read_text()), "typed": path.stat().st_mtime}
                alive = started(one["pid"]) == one["started"]
            except (OSError, ValueError, KeyError, TypeError):
                alive = False
            if alive:
                found.append(one)
            else:
                with suppress(OSError):
                    path.unlink()
        return found


def make(room: Room) -> None:
    """Make the folders of a room, for nobody but this user."""
    for name in ("", "learners", "slots", "on"):
        room.path(name).mkdir(parents=True, exist_ok=True, mode=0o700)
    room.path().chmod(0o700)
    room.save()


def key_name(key: str) -> str:
    """What a public key ("ssh-ed25519 AAAA...") is called in `keys.json`."""
    return hashlib.sha256(" ".join(key.split()[:2]).encode()).hexdigest()


def write(path: Path, text: str) -> None:
    """Write a file that only this user reads, all of it or nothing."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    descriptor = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
    with os.fdopen(descriptor, "w") as file:
        file.write(text)
    temporary.replace(path)
