"""`nnmath-tui host`: a room of learners on this machine, over SSH."""

from __future__ import annotations

import argparse
import os
import signal
import socket
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path
from types import FrameType

from nnmath_tui import files
from nnmath_tui.failure import FAILED, CommandError
from nnmath_tui.hosting import session, sshd, stem, watch
from nnmath_tui.hosting.room import Room, make, write
from nnmath_tui.subcommands.courses import course_folder, tell_broken

LOOK_EVERY = 2.0
"""Seconds between two looks at who is there."""


def run(arguments: argparse.Namespace) -> int:
    """Host until ctrl+C; 1 if the server does not start or ends by itself."""
    program, user = sshd.find_sshd(arguments.sshd), sshd.check_user()
    room = _room(arguments)
    keys = sshd.read_keys(Path(arguments.keys)) if arguments.keys else {}
    _look_at_course(room)
    make(room)
    sshd.admit(room, keys)
    fingerprint = sshd.host_key(room)
    write(room.path("banner"), _banner(room))
    config = room.path("sshd_config")
    write(config, sshd.config(room, user, arguments.port, arguments.listen))
    log = room.path("sshd.log")
    with log.open("ab") as output:
        forks = stem.start(room, output)
        server = subprocess.Popen(
            [program, "-D", "-e", "-f", str(config)], stdin=subprocess.DEVNULL, stderr=output
        )
        if forks is not None:
            stem.guard(forks, server.pid)
    try:
        time.sleep(0.3)
        if server.poll() is not None:
            last = log.read_text(errors="replace").strip().splitlines()[-3:]
            raise CommandError("sshd did not start:\n" + "\n".join(last), FAILED)
        print("Learners type:")
        print(f"    {sshd.line_to_type(user, _host(arguments.listen), arguments.port)}")
        print(f"The host's key is {fingerprint}; what learners do is kept in {room.folder}")
        print("ctrl+C ends it.\n", flush=True)
        return _watch(room, server)
    finally:
        _close(room, server, forks)


def _look_at_course(room: Room) -> None:
    """Tell of each file what a learner would be told who opens it, or else they would be first."""
    if room.course is not None:
        session.confine(room, room.path())
        tell_broken(Path(room.course))


def _room(arguments: argparse.Namespace) -> Room:
    for what in ("keys", "password_file"):
        named = getattr(arguments, what)
        if named and not Path(named).is_file():
            raise CommandError(f"--{what.replace('_', '-')}: there is no file {named}")
    if not (arguments.keys or arguments.password_file):
        raise CommandError(
            "say who may come in: --password-file FILE (one line, told to the room) "
            "or --keys FILE (public keys, a name after each)"
        )
    if arguments.password_file and len(_password(arguments.password_file)) < 6:
        raise CommandError("--password-file: the password must have at least 6 characters")
    course = course_folder(arguments, os.environ)
    folder = Path(arguments.state) if arguments.state else files.state_folder() / "room"
    if any(sign in str(folder) for sign in '"%\n'):
        raise CommandError(f"--state: sshd does not take the name {folder}")
    return Room(
        folder=str(folder.resolve()),
        course=None if course is None else str(course.resolve()),
        password=str(Path(arguments.password_file).resolve()) if arguments.password_file else None,
        sessions=arguments.sessions,
        idle_minutes=arguments.idle,
        memory_mb=arguments.memory,
    )


def _password(file: str) -> str:
    try:
        return Path(file).read_text(encoding="utf-8").strip()
    except UnicodeDecodeError:
        raise CommandError(f"--password-file: {file} is no UTF-8 text") from None


def _banner(room: Room) -> str:
    if room.password is None:
        return "nnmath-tui: a room for those whose key is known.\n"
    return (
        "nnmath-tui: a room with a password.\n"
        "Refused? Then you have no key yet: type `ssh-keygen` once, and enter until it is done.\n"
    )


def _watch(room: Room, server: subprocess.Popen[bytes]) -> int:
    """Show the table whenever it changes, in place where there is a terminal."""
    ended = False

    def end(number: int, frame: FrameType | None) -> None:
        nonlocal ended
        ended = True

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, end)
    shown: list[str] = []
    drawn = 0
    while not ended:
        for name in watch.send_home(room, room.idle_minutes):
            print(f"{name} was idle for {room.idle_minutes:g} minutes, is saved and sent home")
            drawn = 0
        lines = watch.table(watch.seats(room))
        if lines != shown:
            if drawn and sys.stdout.isatty():
                sys.stdout.write(f"\x1b[{drawn}A\x1b[J")
            print("\n".join(lines), flush=True)
            shown, drawn = lines, len(lines)
        if server.poll() is not None:
            raise CommandError(f"sshd has ended; see {room.path('sshd.log')}", FAILED)
        until = time.monotonic() + LOOK_EVERY
        while not ended and time.monotonic() < until:
            time.sleep(0.05)
    return 0


def _close(
    room: Room, server: subprocess.Popen[bytes], forks: subprocess.Popen[bytes] | None
) -> None:
    """Take no more logins, and let each session save and end."""
    server.terminate()
    with suppress(subprocess.TimeoutExpired):
        server.wait(5)
    watch.send_home(room, -1)
    end = time.monotonic() + 5
    while room.sessions_on() and time.monotonic() < end:
        time.sleep(0.05)
    if forks is not None:
        forks.kill()
        forks.wait()
    left = len(room.sessions_on())
    print("\nThe room is closed." + (f" {left} sessions did not end." if left else ""))


def _host(listen: str) -> str:
    return listen if listen not in ("0.0.0.0", "::", "*") else socket.gethostname()
