"""A little of what `tests.fuzz_terminal` and `tests.end_sessions` do at length."""

from __future__ import annotations

import random
from pathlib import Path

from tests import fuzz_terminal
from tests.autosave.program import greeted
from tests.end_sessions import Trial


def test_the_worst_that_a_terminal_can_send(tmp_path: Path) -> None:
    outcome = fuzz_terminal.run(400, 5, tmp_path)
    assert (outcome.pieces, outcome.faults) == (400, [])


def test_a_fault_while_the_terminal_stands_still(tmp_path: Path) -> None:
    assert Trial("fault", "stalled", "iris", greeted(tmp_path)).run(random.Random(3)) == ""
