"""However a room or a line ends, no process is left, and what was trained is kept."""

from __future__ import annotations

import os
import re
import signal
import time
from pathlib import Path

import pytest

from tests.hosting.real import Hosted, hosting
from tests.hosting.test_real_room import enter, session


def below(room: Hosted) -> set[int]:
    """The processes of a room: whatever runs with its folder on its command line, or below that."""
    found = set()
    for path in Path("/proc").glob("[0-9]*"):
        try:
            words = (path / "cmdline").read_bytes()
        except OSError:
            continue
        if str(room.state).encode() in words and b"pytest" not in words.split(b"\0")[1:2]:
            found.add(int(path.name))
    return found


def all_gone(pids: set[int]) -> bool:
    """Whether processes end within twenty seconds."""
    end = time.monotonic() + 20
    while time.monotonic() < end:
        if not any(Path(f"/proc/{pid}/exe").exists() for pid in pids):
            return True
        time.sleep(0.1)
    return False


@pytest.mark.parametrize("number", [signal.SIGTERM, signal.SIGHUP, signal.SIGKILL])
def test_a_host_that_ends_leaves_nothing_behind(tmp_path: Path, number: int) -> None:
    with hosting(tmp_path) as room:
        with room.learner("ada") as program:
            enter(program, "ada")
            program.until(lambda: re.search(r"epoch [1-9]", program.screen()))
            server = int((room.state / "sshd.pid").read_text())
            pids = below(room) | {server, session(room, "ada")}
            assert len(pids) >= 4, "the host, its sshd, the stem, the session"
            room.process.send_signal(number)
            room.process.wait(30)
            assert all_gone(pids)
        kept = room.state / "learners" / "ada" / "state" / "nnmath-tui" / "sessions"
        assert list(kept.glob("session-*.npz"))


def test_a_learner_whose_line_is_cut_leaves_nothing_behind(tmp_path: Path) -> None:
    with hosting(tmp_path) as room, room.learner("bob") as program:
        enter(program, "bob")
        pid = session(room, "bob")
        os.kill(program.process.pid, signal.SIGKILL)
        assert all_gone({pid})
