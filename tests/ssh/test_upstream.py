"""The faults that `nnmath_tui/hardening.py` lists are still there in stock Textual.

A test that fails here is good news: upstream has mended something, and our mend of it can go.
"""

from __future__ import annotations

import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from nnmath_tui.link.choice import UPSTREAM
from textual._xterm_parser import XTermParser

from tests.terminal import running

MENDED = "upstream has mended this: take our mend out, as hardening.py says"

STOCK = """
import sys
from textual.app import App
from textual.widgets import Input

class Stock(App):
    BINDINGS = [("f2", "quit", "Quit")]

    def compose(self):
        yield Input(placeholder="here it is")

app = Stock()
app.run()
sys.exit(app.return_code)
"""

IN_ONE_PACKET = """
import asyncio, sys
from textual._xterm_parser import XTermParser
from textual.app import App
from textual.widgets import OptionList, Static

class Stock(App):
    def compose(self):
        yield Static("x")

async def play(keys):
    app = Stock()
    async with app.run_test() as pilot:
        for event in XTermParser().feed(keys):
            app._driver.process_message(event)
        await pilot.pause(0.3)

asyncio.run(play(sys.argv[1].encode().decode("unicode_escape")))
"""

CHAIN = """
import time
from textual.app import App
from textual.widgets import Static

class Chain(App):
    def compose(self):
        yield Static("begin", id="text")

    def on_mount(self):
        self.set_timer(1.2, self.first)

    def first(self):
        self.query_one("#text").update("first")
        self.call_after_refresh(self.second)

    def second(self):
        self.start = time.monotonic()
        self.query_one("#text").update("second")
        self.call_after_refresh(lambda: self.exit(message=f"took {time.monotonic() - self.start}"))

Chain().run()
"""


def test_the_version_that_the_mends_are_for() -> None:
    from importlib.metadata import version

    assert version("textual") == UPSTREAM, (
        "our driver is not used with this version: see whether it still fits, and raise UPSTREAM"
    )


def test_5140_a_signal_leaves_modes_on() -> None:
    with running(sys.executable, "-c", STOCK) as terminal:
        terminal.wait_for(b"here it is")
        terminal.process.send_signal(signal.SIGTERM)
        assert terminal.end() == -signal.SIGTERM, MENDED
        left = {"7", "25", "1000", "1003", "1004", "1006", "1015", "1049", "2004", "kitty keys"}
        assert terminal.modes_changed() == left, MENDED


def test_it_outlives_its_terminal() -> None:
    with running(sys.executable, "-c", STOCK) as terminal:
        terminal.wait_for(b"here it is")
        terminal.vanish()
        time.sleep(1)
        assert terminal.process.poll() is None, MENDED


def test_6668_a_byte_that_is_not_utf8_ends_it() -> None:
    with running(sys.executable, "-c", STOCK) as terminal:
        terminal.wait_for(b"here it is")
        terminal.type(b"\xff")
        terminal.end()
        assert b"UnicodeDecodeError" in terminal.written, MENDED


@pytest.mark.skipif(not Path("/proc/self/task").exists(), reason="threads are counted in /proc")
def test_going_on_unasked_starts_a_second_thread_that_reads() -> None:
    with running(sys.executable, "-c", STOCK) as terminal:
        terminal.wait_for(b"here it is")
        tasks = Path(f"/proc/{terminal.process.pid}/task")
        before = len(list(tasks.iterdir()))
        terminal.process.send_signal(signal.SIGCONT)
        terminal.read(0.4)
        assert len(list(tasks.iterdir())) > before, MENDED


def test_it_is_deaf_after_a_paste_whose_end_was_lost() -> None:
    parser = XTermParser()
    heard = list(parser.feed("\x1b[200~abc"))
    time.sleep(0.15)
    heard += [*parser.tick(), *parser.feed("q"), *parser.feed("\x1b"), *parser.tick()]
    assert heard == [], MENDED


@pytest.mark.parametrize(
    ("sequence", "fault"),
    [
        ("\x1b[97;5:1u", ValueError),
        ("\x1b[100000000;5u", ValueError),
        ("\x1b[48;24;80;0;0t\x1b[<0;3;4M", ZeroDivisionError),
    ],
    ids=["part-of-a-key", "number-too-large", "no-pixels"],
)
def test_it_computes_with_whatever_numbers_come(sequence: str, fault: type[Exception]) -> None:
    try:
        list(XTermParser().feed(sequence))
    except fault:
        return
    pytest.fail(MENDED)


def test_what_changes_after_a_painting_waits_for_the_clock() -> None:
    with running(sys.executable, "-c", CHAIN, environ={"TEXTUAL_FPS": "2"}) as terminal:
        terminal.end()
    took = re.search(rb"took ([\d.]+)", terminal.written)
    assert took is not None
    assert float(took[1]) > 0.3, MENDED


@pytest.mark.parametrize(
    ("keys", "fault"),
    [("\\x10\\r\\r", "ScreenStackError"), ("\\x10a\\x1b[B\\x1b[B\\x1b[6~\\r", "KeyError")],
    ids=["6308-closed-twice", "4884-page-of-an-empty-list"],
)
def test_keys_in_one_packet_crash_the_palette(keys: str, fault: str) -> None:
    done = subprocess.run(
        [sys.executable, "-c", IN_ONE_PACKET, keys],
        capture_output=True,
        text=True,
        timeout=30,
        check=False,
    )
    assert fault in done.stderr, MENDED
