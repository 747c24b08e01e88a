"""The real program, killed while it trains: the next one goes on to the very same numbers."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
from nnmath_engine import checkpoint
from nnmath_engine.session import Session

from tests.autosave.program import OFTEN, greeted, running, sessions
from tests.kill_sessions import same, trial, uninterrupted


def test_killed_while_training_and_resumed_it_is_as_if_nothing_had_been(state: Path) -> None:
    with running(state, "spiral", code=OFTEN) as program:
        program.wait_for(b"epoch 0")
        program.type(b" ")
        program.until(lambda: len(sessions(state)) == 3)
        program.kill()
    killed_at = checkpoint.resume(sessions(state)[0]).epoch
    with running(state, "--resume") as program:
        program.wait_to_see("resumed:")
        program.type(b"ss")
        program.read(0.5)
        program.type(b"q")
        assert program.end() == 0
    session = checkpoint.resume(sessions(state)[0])
    assert session.epoch > killed_at
    assert "session-000002-" in sessions(state)[0].name
    assert same(session.state(), uninterrupted(session).state())


@pytest.mark.parametrize(
    "number", [None, signal.SIGTERM, signal.SIGHUP, signal.SIGINT], ids=["q", "term", "hup", "int"]
)
def test_however_it_ends_the_last_moment_is_saved(state: Path, number: int | None) -> None:
    with running(state, "circle") as program:
        program.wait_for(b"epoch 0")
        program.type(b"s")
        program.until(lambda: sessions(state))
        # Within the seconds in which nothing is saved.
        program.type(b"bbb")
        program.read(0.7)
        if number is None:
            program.type(b"q")
        else:
            program.process.send_signal(number)
        program.end()
    state_then = checkpoint.load(sessions(state)[0])[1]
    batches = Session(checkpoint.load(sessions(state)[0])[0]).snapshot().batches
    assert (state_then.epoch, state_then.steps) == (1, batches + 3)


def test_the_next_start_asks_and_a_second_one_is_told(state: Path) -> None:
    with running(state, "circle") as program:
        program.wait_for(b"epoch 0")
        program.type(b"s")
        program.until(lambda: sessions(state))
        program.type(b"q")
        assert program.end() == 0
    with running(state) as first:
        first.wait_to_see("Where you were")
        with running(state) as second:
            second.wait_to_see("open")
            assert "Where you were" not in second.screen()
            second.type(b"q")
            assert second.end() == 0
        first.type(b"\r")
        first.wait_to_see("resumed:")
        first.type(b"q")
        assert first.end() == 0


@pytest.mark.parametrize("preset", ["circle", "iris"])
def test_killed_at_any_moment_nothing_is_lost(state: Path, preset: str) -> None:
    assert trial(preset, 0.3, state) == ""


# Where the state cannot be kept


@pytest.fixture
def tiny_disk(tmp_path: Path) -> Iterator[Path]:
    """A disk of 64 kB."""
    folder = tmp_path / "tiny"
    folder.mkdir()
    mount = shutil.which("mount")
    if mount is None or os.getuid() != 0:
        pytest.skip("only root can mount a small disk")
    made = subprocess.run(
        [mount, "-t", "tmpfs", "-o", "size=64k", "tmpfs", str(folder)], capture_output=True
    )
    if made.returncode:
        pytest.skip(f"no small disk here: {made.stderr.decode().strip()}")
    yield folder
    subprocess.run(["umount", str(folder)], check=True)


def trains_on_and_says(state: Path, words: str, **options: object) -> None:
    """Training goes on, trouble is told, and the program ends as ever."""
    with running(state, "circle", **options) as program:  # type: ignore[arg-type]
        program.wait_for(b"epoch 0")
        program.type(b"sss")
        program.wait_to_see(f"Not saved: {words}")
        program.type(b"q")
        assert program.end() == 0
        assert b"Traceback" not in program.written


def test_a_full_disk(tiny_disk: Path) -> None:
    state = greeted(tiny_disk)
    (tiny_disk / "rest").write_bytes(b"0" * 52_000)
    trains_on_and_says(state, "no space")
    assert sessions(state) == []
    left = [path.name for path in (state / "nnmath-tui" / "sessions").iterdir()]
    assert left == ["sessions.lock"]


def test_a_disk_that_takes_nothing(tiny_disk: Path) -> None:
    state = greeted(tiny_disk)
    subprocess.run(["mount", "-o", "remount,ro", str(tiny_disk)], check=True)
    trains_on_and_says(state, "read-only")


def test_a_file_where_the_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "state").write_text("no folder")
    trains_on_and_says(tmp_path / "state", "not a")


def test_no_home(tmp_path: Path) -> None:
    # A user that the system does not know has none.
    if os.getuid() != 0 or shutil.which("setpriv") is None:
        pytest.skip("only root can be somebody whom nobody knows")
    prefix = ("setpriv", "--reuid=54321", "--clear-groups")
    readable = subprocess.run([*prefix, sys.executable, "-c", "import nnmath_tui"])
    if readable.returncode:
        pytest.skip("others cannot read this installation")
    environ = {"XDG_STATE_HOME": None, "HOME": None}
    trains_on_and_says(tmp_path, "there is no", environ=environ, prefix=prefix)
