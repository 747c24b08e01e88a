"""What a login to a room ends in: the program, with a learner's own state and nothing else.

`sshd` runs this as its forced command, whatever the client asked for. The environment that the
client or the account brought along is dropped.
"""

from __future__ import annotations

import hmac
import os
import re
import resource
import sys
import termios
import time
from collections.abc import Mapping
from contextlib import suppress
from pathlib import Path

from nnmath_tui.hosting.room import NAME, Room, key_name

TRIES = 3
PAUSE = 2.0
"""Seconds after a wrong password."""

LONGEST_LINE = 200
LARGEST_FILE = 64 * 2**20
_TERM = re.compile(r"[A-Za-z0-9][A-Za-z0-9+._-]{0,39}")


class Refused(Exception):
    """Nobody comes in like this; the text says why."""


def main(folder: str) -> int:
    """Let one learner in; returns the exit code."""
    room, outside = Room.load(Path(folder)), dict(os.environ)
    try:
        check_request(outside)
        name = who(room, offered_key(outside))
        slot = room.take_slot()
        if slot is None:
            raise Refused(f"the room is full: {room.sessions} are here; try again later")
    except Refused as refusal:
        print(f"nnmath-tui: {refusal}", file=sys.stderr)
        return 1
    except (EOFError, KeyboardInterrupt):
        return 130
    settle(room, name, outside)
    from nnmath_tui.cli import main as run

    return run([])


def check_request(outside: Mapping[str, str]) -> None:
    """See to it that a person at a terminal asks for nothing but to come in."""
    if outside.get("SSH_ORIGINAL_COMMAND"):
        raise Refused("there are no commands here, and no files to fetch: just log in")
    if not all(os.isatty(stream) for stream in (0, 1, 2)):
        raise Refused("a terminal is needed: log in without -T and without redirections")


def offered_key(outside: Mapping[str, str]) -> str:
    """The name of the key that the client has proved to have."""
    try:
        lines = Path(outside["SSH_USER_AUTH"]).read_text().splitlines()
    except (KeyError, OSError):
        lines = []
    for line in lines:
        method, _, key = line.partition(" ")
        if method == "publickey":
            return key_name(key)
    raise Refused("sshd does not say which key it was")


def who(room: Room, key: str) -> str:
    """The learner whose key it is, asked for if it is a new one."""
    known = room.known().get(key)
    if known is not None:
        return known
    if room.password is None:
        raise Refused("this key is nobody's here")
    check_password(room.password)
    for _ in range(TRIES):
        name = ask("your name (a-z, 0-9 and -): ").strip().lower()
        if not NAME.fullmatch(name):
            print("That is no such name.")
        elif room.claim(key, name):
            return name
        else:
            print(f"{name} is somebody else here: choose another, or ask whoever hosts the room.")
    raise Refused("without a name nobody comes in")


def check_password(file: str) -> None:
    """Ask for the room's password."""
    try:
        wanted = Path(file).read_text(encoding="utf-8").strip()
    except (OSError, UnicodeDecodeError):
        wanted = ""
    if not wanted:
        raise Refused("the room's password cannot be read: tell whoever hosts the room")
    for _ in range(TRIES):
        if hmac.compare_digest(ask("room password: ", hidden=True).encode(), wanted.encode()):
            return
        time.sleep(PAUSE)
        print("No, that is not it.")
    raise Refused("wrong password")


def ask(words: str, hidden: bool = False) -> str:
    """A line that is typed."""
    before = termios.tcgetattr(0)
    try:
        if hidden:  # before it is asked for, or a quick hand would be seen
            quiet = termios.tcgetattr(0)
            quiet[3] &= ~termios.ECHO
            termios.tcsetattr(0, termios.TCSADRAIN, quiet)
        sys.stdout.write(words)
        sys.stdout.flush()
        line = sys.stdin.readline(LONGEST_LINE)
    finally:
        termios.tcsetattr(0, termios.TCSADRAIN, before)
    if hidden:
        print()
    if not line:
        raise EOFError
    return line.rstrip("\r\n")


def settle(room: Room, name: str, outside: Mapping[str, str]) -> None:
    """Let the rest of this process be a learner's session, within its limits."""
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
    import nnmath_engine
    import nnmath_presets
    from nnmath_engine import confinement

    course = [Path(room.course)] if room.course else []
    packages = [Path(path) for one in (nnmath_engine, nnmath_presets) for path in one.__path__]
    confinement.allow_only(*course, *packages, home)


def session_environment(
    room: Room, name: str, home: Path, outside: Mapping[str, str]
) -> dict[str, str]:
    """All that a session knows of the world."""
    term = outside.get("TERM", "")
    threads = dict.fromkeys(("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), "1")
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
        **threads,
    }
    if room.course:
        environment["NNMATH_TUI_COURSE"] = room.course
    return environment


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
