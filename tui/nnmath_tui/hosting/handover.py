"""How a login hands its terminal over to the stem, from which its session is forked.

The login gives its controlling terminal up, which the session then takes, so that the kernel tells
the session itself of a window that changes and a line that is cut. What is left of the login waits
for the session's exit code.
"""

from __future__ import annotations

import fcntl
import json
import os
import signal
import socket
import termios
from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path

BACKLOG = 128
LONGEST_REQUEST = 4096
PATIENCE = 5.0
"""Seconds that a login has for its request."""

_TOLD = ("TERM", "SSH_CONNECTION")
_WAIT = 'read -r code <&3; exit "${code:-1}"'
"""A shell that reads nothing else takes a fifth of a megabyte, where Python takes ten."""


@dataclass(frozen=True, slots=True)
class Handed:
    """A learner's name, terminal and circumstances, and whom to tell the exit code."""

    connection: socket.socket
    terminal: int
    name: str
    outside: Mapping[str, str]

    def close(self) -> None:
        """Let go of both."""
        os.close(self.terminal)
        self.connection.close()


def listen(folder: Path) -> socket.socket:
    """A socket in a room's folder, which only its user can enter."""
    listener = socket.socket(socket.AF_UNIX)
    (folder / "stem").unlink(missing_ok=True)
    _at(folder, listener.bind)
    listener.listen(BACKLOG)
    return listener


def hand_over(folder: Path, name: str, outside: Mapping[str, str]) -> None:
    """Hand this login's terminal over; does not return, unless there is nobody to take it."""
    if os.getsid(0) != os.getpid():
        return  # the terminal is somebody else's to give up
    connection = socket.socket(socket.AF_UNIX)
    try:
        _at(folder, connection.connect)
    except OSError:
        connection.close()
        return
    request = {"name": name, **{key: outside.get(key, "")[:200] for key in _TOLD}}
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)  # which giving it up brings
    try:
        fcntl.ioctl(0, termios.TIOCNOTTY)
        socket.send_fds(connection, [json.dumps(request).encode() + b"\n"], [0])
    except OSError:
        connection.close()
        with suppress(OSError):  # it is still ours
            fcntl.ioctl(0, termios.TIOCSCTTY, 0)
        signal.signal(signal.SIGHUP, before)
        return
    os.dup2(connection.fileno(), 3)
    os.set_inheritable(3, True)  # if it was 3 already
    nothing = os.open(os.devnull, os.O_RDWR)
    for stream in range(3):
        os.dup2(nothing, stream)
    os.execve("/bin/sh", ["sh", "-c", _WAIT], {})


def take_over(listener: socket.socket) -> Handed | None:
    """The next login; None if it went away or says nothing that can be understood."""
    connection, _ = listener.accept()
    connection.settimeout(PATIENCE)
    descriptors: list[int] = []
    try:
        data, descriptors, _, _ = socket.recv_fds(connection, LONGEST_REQUEST, 1)
        while not data.endswith(b"\n") and len(data) < LONGEST_REQUEST:
            more = connection.recv(LONGEST_REQUEST)
            if not more:
                break
            data += more
        request = json.loads(data)
        (terminal,) = descriptors
        outside = {key: str(request[key]) for key in _TOLD}
        return Handed(connection, terminal, str(request["name"]), outside)
    except (OSError, ValueError, KeyError, TypeError):
        for descriptor in descriptors:
            os.close(descriptor)
        connection.close()
        return None


def take_terminal(terminal: int) -> None:
    """Make a terminal this process's own, in a session of its own."""
    os.setsid()
    for stream in range(3):
        os.dup2(terminal, stream)
    fcntl.ioctl(0, termios.TIOCSCTTY, 0)


def _at(folder: Path, do: Callable[[str], object]) -> None:
    """Bind or connect to the socket of a folder, whose path may be longer than sockets know."""
    directory = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        do(f"/proc/self/fd/{directory}/stem")
    finally:
        os.close(directory)
