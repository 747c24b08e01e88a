"""One process saves at a time, however the one before has ended."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest
from nnmath_tui.autosave.lock import Lock, Taken, started

HOLDER = """
import sys
from pathlib import Path
from nnmath_tui.autosave.lock import Lock
lock = Lock(Path(sys.argv[1]))
print("held", flush=True)
sys.stdin.read()
"""


def hold(path: Path) -> subprocess.Popen[str]:
    """Another process that has the lock until it is killed."""
    other = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert other.stdout is not None
    assert other.stdout.readline() == "held\n"
    return other


def end(other: subprocess.Popen[str]) -> None:
    other.kill()
    other.communicate()


def test_a_second_process_is_told_which_is_the_first(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    other = hold(path)
    try:
        with pytest.raises(Taken) as taken:
            Lock(path)
        assert taken.value.pid == other.pid
    finally:
        end(other)


def test_a_killed_process_leaves_nothing_that_keeps_the_next(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    other = hold(path)
    end(other)
    assert json.loads(path.read_text())["pid"] == other.pid, "its name is still there"
    held = Lock(path)
    assert json.loads(path.read_text())["pid"] == os.getpid()
    held.release()
    Lock(path).release()


@pytest.fixture
def no_locks(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file system that knows no locks."""

    def refuse(*_: object) -> None:
        raise OSError(errno.ENOLCK, "No locks available")

    monkeypatch.setattr(fcntl, "flock", refuse)


def owner(pid: int, when: str, host: str | None = None) -> str:
    return json.dumps({"pid": pid, "started": when, "host": host or socket.gethostname()})


@pytest.mark.usefixtures("no_locks")
def test_without_locks_a_living_process_counts(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    parent = os.getppid()
    path.write_text(owner(parent, started(parent)))
    with pytest.raises(Taken) as taken:
        Lock(path)
    assert taken.value.pid == parent
    # Its number, but started at another time: it is another process.
    path.write_text(owner(parent, "boot 1"))
    Lock(path).release()


@pytest.mark.usefixtures("no_locks")
def test_without_locks_a_dead_process_does_not_count(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    gone = subprocess.Popen([sys.executable, "-c", ""])
    gone.wait()
    path.write_text(owner(gone.pid, "boot 1"))
    Lock(path).release()


@pytest.mark.usefixtures("no_locks")
def test_without_locks_another_host_counts_as_alive(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    path.write_text(owner(1, "boot 1", host="another"))
    with pytest.raises(Taken):
        Lock(path)


@pytest.mark.parametrize("text", ["", "no JSON", "[]", '{"pid": true}', '{"pid": -5}', "{" * 9999])
@pytest.mark.usefixtures("no_locks")
def test_rubbish_in_the_file_names_nobody(tmp_path: Path, text: str) -> None:
    path = tmp_path / "lock"
    path.write_text(text)
    Lock(path).release()


def test_a_start_tells_processes_apart() -> None:
    if not Path("/proc/self/stat").exists():
        pytest.skip("no /proc here to ask when a process was started")
    assert started(os.getpid()) != started(1) != ""
    assert started(2**22 + 1) == ""
