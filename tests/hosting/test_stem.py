"""Sessions are forked from one process, here without an sshd in between."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import AbstractContextManager
from pathlib import Path

import pytest
from nnmath_tui.hosting import handover, stem, watch
from nnmath_tui.hosting.room import Room, make

from tests.terminal import Terminal, running

LOGIN = """
import fcntl, os, sys, termios
from pathlib import Path
from nnmath_tui.hosting.handover import hand_over
fcntl.ioctl(0, termios.TIOCSCTTY, 0)
hand_over(Path(sys.argv[1]), sys.argv[2], os.environ)
print("nobody has taken it over")
"""

pytestmark = pytest.mark.skipif(not stem.CAN_FORK, reason="terminals are handed over on Linux only")


@pytest.fixture(scope="module")
def room(tmp_path_factory: pytest.TempPathFactory) -> Room:
    folder = tmp_path_factory.mktemp("room")
    one = Room(str(folder), None, None, sessions=2, idle_minutes=30, memory_mb=512)
    make(one)
    return one


@pytest.fixture(scope="module")
def started(room: Room) -> Iterator[subprocess.Popen[bytes]]:
    """The process, and a server that it guards."""
    with room.path("log").open("wb") as log:
        process = stem.start(room, log)
    assert process is not None
    yield process
    process.kill()
    process.wait()
    for pipe in (process.stdin, process.stdout):
        assert pipe is not None
        pipe.close()


def login(room: Room, name: str) -> AbstractContextManager[Terminal]:
    """A terminal that is handed over, as a login does, and never says where the cursor is."""
    return running(sys.executable, "-c", LOGIN, room.folder, name, answers=False)


def pid_of(room: Room, name: str) -> int:
    """The process of a learner's session that goes on."""
    found = (json.loads(path.read_text()) for path in room.path("on").glob("*.json"))
    numbers = (int(one["pid"]) for one in found if one["name"] == name)
    return next(number for number in numbers if Path(f"/proc/{number}").exists())


def gone(pid: int, program: Terminal | None = None) -> bool:
    """Whether a process ends within ten seconds."""
    end = time.monotonic() + 10
    while time.monotonic() < end:
        if not Path(f"/proc/{pid}").exists():
            return True
        if program is not None:
            program.read(0.05)
        else:
            time.sleep(0.05)
    return False


def test_a_session_has_the_terminal_and_what_waits_has_its_exit_code(
    room: Room, started: subprocess.Popen[bytes]
) -> None:
    with login(room, "ada") as program:
        program.wait_to_see("Network")
        pid = pid_of(room, "ada")
        assert os.getsid(pid) == pid, "the kernel tells it of the window and of the line"
        assert Path(f"/proc/{pid}/cwd").resolve() == room.path("learners", "ada")
        assert "Max core file size        0 " in Path(f"/proc/{pid}/limits").read_text()
        program.type(b"q")
        assert program.end() == 0
    assert gone(pid)


def test_a_signal_ends_one_session_and_no_other(
    room: Room, started: subprocess.Popen[bytes]
) -> None:
    with login(room, "ada") as ada, login(room, "bob") as bob:
        for program in (ada, bob):
            program.wait_to_see("etwork")
        os.kill(pid_of(room, "ada"), signal.SIGKILL)
        assert ada.end() == 1
        bob.type(b"q")
        assert bob.end() == 0


def test_only_a_person_keeps_a_session_from_being_idle(
    room: Room, started: subprocess.Popen[bytes]
) -> None:
    with login(room, "dora") as program:
        program.wait_to_see("Network")
        program.wait_to_see("epoch")
        on = room.path("on", f"{pid_of(room, 'dora')}.json")
        program.read(0.2)
        long_ago = time.time() - 3_600
        os.utime(on, (long_ago, long_ago))
        program.type(b"\x1b[1;1R" * 3)  # what its terminal answers by itself
        program.read(0.5)
        (dora,) = (one for one in room.sessions_on() if one["name"] == "dora")
        assert watch.idle(dora, time.time()) > 3_000
        program.type(b"s")
        program.until(lambda: on.stat().st_mtime > long_ago + 3_000)
        program.type(b"q")
        assert program.end() == 0


def test_a_line_that_is_cut_ends_its_session(room: Room, started: subprocess.Popen[bytes]) -> None:
    with login(room, "carol") as program:
        program.wait_to_see("Network")
        program.wait_to_see("epoch")
        program.read(2.0)
        pid = pid_of(room, "carol")
        program.kill()
    assert gone(pid)
    kept = room.path("learners", "carol", "state", "nnmath-tui", "sessions")
    assert list(kept.glob("session-*.npz"))


@pytest.mark.parametrize(
    "rubbish", [b"", b"\n", b"{}\n", b"[1]\n", b'{"name": "ada"}\n', b"\xff\n"]
)
def test_what_is_no_login_is_dropped(tmp_path: Path, rubbish: bytes) -> None:
    with handover.listen(tmp_path) as listener, socket.socket(socket.AF_UNIX) as client:
        client.connect(str(tmp_path / "stem"))
        client.sendall(rubbish)
        client.shutdown(socket.SHUT_WR)
        assert handover.take_over(listener) is None


@pytest.mark.parametrize("name", ["../../etc", "a/b", "", "x" * 200, "\x1b[2J"])
def test_not_even_the_stem_takes_another_name(
    room: Room, started: subprocess.Popen[bytes], name: str
) -> None:
    with login(room, name) as program:
        assert program.end() == 1
        assert "is no learner's name" in program.screen().replace("\n", "")


def test_without_it_a_login_goes_on_by_itself(tmp_path: Path) -> None:
    one = Room(str(tmp_path), None, None, sessions=1, idle_minutes=1, memory_mb=512)
    make(one)
    handover.listen(tmp_path).close()
    with login(one, "ada") as program:
        program.wait_to_see("nobody has taken it over")
