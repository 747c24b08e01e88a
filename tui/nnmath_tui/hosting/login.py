"""What a login to a room ends in: the program, with a learner's own state and nothing else.

`sshd` runs this as its forced command, whatever the client asked for. The environment that the
client or the account brought along is dropped.
"""

from __future__ import annotations

import hmac
import os
import sys
import termios
import time
from collections.abc import Mapping
from pathlib import Path

from nnmath_tui.hosting import handover
from nnmath_tui.hosting.room import NAME, Room, key_name

TRIES = 3
PAUSE = 2.0
"""Seconds after a wrong password."""

LONGEST_LINE = 200


class Refused(Exception):
    """Nobody comes in like this; the text says why."""


def main(folder: str) -> int:
    """Let one learner in; returns the exit code."""
    room, outside = Room.load(Path(folder)), dict(os.environ)
    try:
        check_request(outside)
        name = who(room, offered_key(outside))
    except Refused as refusal:
        print(f"nnmath-tui: {refusal}", file=sys.stderr)
        return 1
    except (EOFError, KeyboardInterrupt):
        return 130
    handover.hand_over(room.path(), name, outside)
    from nnmath_tui.hosting import session  # nobody has taken it over

    return session.run(room, name, outside)


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


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
