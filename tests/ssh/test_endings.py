"""The real program in a real terminal: however it ends, the terminal is as it was found."""

from __future__ import annotations

import shlex
import shutil
import signal
import sys
import time
from contextlib import ExitStack
from pathlib import Path

import pytest
from nnmath_tui.autosave.lock import Lock

from tests.terminal import OWN, running

WORDY = """
import sys
from nnmath_tui.last_words import say

say("word " * 100_000)
sys.exit(3)
"""

AT_ONCE = 2.0
"""Seconds; the program takes one at most, in which it has a processor."""

CRASH = """
import sys
from nnmath_engine.session import Session
from nnmath_tui.cli import main

def run(*arguments):
    raise ZeroDivisionError("a fault of the engine")

Session.run = run
sys.exit(main(["circle"]))
"""

STUCK = """
import sys, time
from nnmath_tui.cli import main
from nnmath_tui.application import Application

Application.action_redraw = lambda self: time.sleep(60)
sys.exit(main(["circle"]))
"""

HOLDING = """
import os, sys
from contextlib import suppress
from pathlib import Path
from nnmath_tui.autosave.lock import Lock
from nnmath_tui.link.ending import restore

lock = Lock(Path(sys.argv[1]))
os.set_blocking(2, False)
for size in (512, 1):
    with suppress(BlockingIOError):
        while True:
            os.write(2, b"x" * size)
os.set_blocking(2, True)
restore(0, None)
os._exit(0)
"""
"""Ends with a lock while its terminal stands still."""


ENDINGS = [
    (None, 0),
    (signal.SIGTERM, 143),
    (signal.SIGHUP, 129),
    (signal.SIGINT, 130),
    (signal.SIGQUIT, 131),
]


def test_ends_clean_and_at_once_while_training() -> None:
    with ExitStack() as stack:
        terminals = [stack.enter_context(running(*OWN, controlling=True)) for _ in ENDINGS]
        for terminal in terminals:
            terminal.wait_for(b"epoch 0")
        for terminal, (number, code) in zip(terminals, ENDINGS, strict=True):
            terminal.type(b" ")
            terminal.wait_for(b"running")
            assert "1049" in terminal.modes_changed(), "it has taken the terminal over"
            if number is None:
                terminal.type(b"\x1a")  # does not stop it, as nobody could let it go on
                terminal.wait_for(b"no shell")
                terminal.type(b"q")
            else:
                terminal.process.send_signal(number)
            assert terminal.end(AT_ONCE) == code
            terminal.assert_clean()


def test_a_signal_amid_the_start_ends_it_clean() -> None:
    with running(*OWN) as terminal:
        terminal.wait_for(b"\x1b[?1049h")
        terminal.process.send_signal(signal.SIGTERM)
        assert terminal.end(AT_ONCE + 1) == 143
        terminal.assert_clean()


def test_a_signal_ends_it_under_the_driver_of_the_library_too() -> None:
    stock = {"TEXTUAL_DRIVER": "textual.drivers.linux_driver:LinuxDriver"}
    with running(*OWN, environ=stock) as terminal:
        terminal.wait_for(b"epoch 0")
        terminal.process.send_signal(signal.SIGQUIT)
        assert terminal.end() == 131
        terminal.assert_clean()


def test_a_loop_that_hangs_does_not_keep_it() -> None:
    with running(sys.executable, "-c", STUCK) as terminal:
        terminal.wait_for(b"epoch 0")
        terminal.type(b"\x0c")
        terminal.read(0.3)
        terminal.process.send_signal(signal.SIGTERM)
        assert terminal.end(AT_ONCE) == 143
        terminal.assert_clean()


def test_without_its_terminal_it_ends_although_nobody_says_so() -> None:
    with running(*OWN) as terminal:
        terminal.wait_for(b"epoch 0")
        terminal.type(b" ")
        terminal.wait_for(b"running")
        terminal.vanish()  # no signal: this terminal controls nobody
        assert terminal.end(AT_ONCE) == 129


def test_a_terminal_that_stands_still_does_not_keep_it_and_is_given_back_later() -> None:
    with running(*OWN, size=(200, 60)) as terminal:
        terminal.wait_for(b"\x1b[?1049h")
        time.sleep(0.5)  # and nobody reads the first picture
        terminal.process.send_signal(signal.SIGTERM)
        assert terminal.end(AT_ONCE, reading=False) == 143
        terminal.read(0.5)
        terminal.assert_clean()


def test_what_gives_the_terminal_back_later_holds_no_lock(tmp_path: Path) -> None:
    """Or else the next start would take it for a program that goes on."""
    with running(sys.executable, "-c", HOLDING, str(tmp_path / "lock")) as terminal:
        while terminal.process.poll() is None:
            time.sleep(0.01)  # and nobody reads
        Lock(tmp_path / "lock").release()
        terminal.read(0.5)
        assert b"\x1b[?1049l" in terminal.written


def test_a_fault_leaves_a_traceback_and_a_clean_terminal() -> None:
    with running(sys.executable, "-c", CRASH) as terminal:
        terminal.wait_for(b"epoch 0")
        terminal.type(b" ")
        assert terminal.end() == 1
        assert b"ZeroDivisionError" in terminal.written
        assert b"a fault of the engine" in terminal.written
        terminal.assert_clean()


def test_last_words_wait_for_nobody() -> None:
    with running(sys.executable, "-c", WORDY) as terminal:
        assert terminal.end(AT_ONCE, reading=False) == 3


def test_a_preset_that_is_not_there_is_said_in_a_sentence() -> None:
    with running(*OWN[:-1], "no-such-preset") as terminal:
        assert terminal.end() == 2
        assert b"no-such-preset" in terminal.written
        assert b"Traceback" not in terminal.written
        terminal.assert_clean()


@pytest.mark.skipif(shutil.which("bash") is None, reason="job control needs a shell, bash")
def test_stops_and_goes_on_as_any_other_job() -> None:
    # As `uv run` does it, which stays our parent, in the same job; upstream stops itself alone.
    command = f"bash -c '{shlex.join(OWN)}; true'"
    shell = ["bash", "--norc", "--noprofile", "-i"]
    with running(*shell, environ={"PS1": "ready> "}, controlling=True) as terminal:
        terminal.wait_for(b"ready> ")
        terminal.type(command.encode() + b"\r")
        terminal.wait_for(b"epoch 0")
        terminal.read(0.5)
        before = terminal.lines()
        terminal.type(b"\x1a")
        terminal.wait_for(b"Stopped", b"ready> ")
        changed = terminal.modes_changed() - {"2004"}  # which is the shell's own
        assert changed == set()
        terminal.type(b"echo rubbish; fg\r")
        terminal.wait_for(b"\x1b[?1049h", b"epoch 0")
        terminal.read(0.3)
        assert terminal.lines() == before, "it is painted anew"
        # Under a dialog while it trains, too.
        terminal.type(b" ")
        terminal.wait_for(b"running")
        terminal.type(b"?")
        terminal.wait_to_settle("goal asks for")
        terminal.type(b"\x1a")
        terminal.wait_for(b"Stopped", b"ready> ")
        assert terminal.modes_changed() - {"2004"} == set()
        terminal.type(b"fg\r")
        terminal.wait_for(b"\x1b[?1049h", b"goal asks for")
        terminal.type(b"\x1b[27u")
        terminal.read(0.3)
        terminal.type(b"q")
        terminal.wait_for(b"ready> ")
        assert terminal.modes_changed() - {"2004"} == set()
