"""Input that upstream dies of, or goes deaf after, in the real program."""

from __future__ import annotations

import select
import time

from tests.terminal import OWN, running


def test_it_hears_after_whatever_a_line_sends() -> None:
    with running(*OWN, size=(120, 40)) as terminal:
        terminal.wait_for(b"epoch 0")
        terminal.type(b"\xff\xfe\x80 \xc3(")  # and a space, which runs and pauses
        terminal.wait_for(b"running")
        terminal.wait_to_settle("Learning rate")
        for button in (b" ", b"#"):  # a click of an old mouse beyond column 95, on a control
            terminal.type(b"\x1b[M" + button + bytes([32 + 103, 32 + 29]))
        terminal.wait_to_settle("▸ (Loss|Optimizer|Learning rate|Batch)")
        terminal.type(b"\x10\r\x1b[B\x1b[6~\x10q\x1b[27u\x1b[27u\x10\x1b[27u\x1b[27u")
        terminal.read(0.5)
        terminal.type(b"\x1b[200~a paste whose end is lost")
        time.sleep(2.3)
        terminal.type(b"?")
        terminal.wait_to_settle("escape closes|esc.* closes|for more")
        terminal.type(b"\x1b[27u")
        terminal.read(0.3)
        terminal.type(b"q")
        assert terminal.end() == 0
        terminal.assert_clean()


def test_answers_that_come_late_are_not_typed_into_the_shell() -> None:
    with running(*OWN) as terminal:
        terminal.wait_for(b"epoch 0")
        terminal.read(0.5)
        terminal.answers = False
        terminal.type(b"\x0c")
        time.sleep(1.1)
        terminal.type(b"\x0c")  # the second question, since a terminal nearby is asked seldom
        terminal.wait_for(b"\x1b[6n")
        terminal.type(b"q")
        time.sleep(0.05)
        terminal.type(b"\x1b[1;1R")
        assert terminal.end() == 0
        terminal.assert_clean()
        assert not select.select([terminal.inner], [], [], 0)[0]
