"""Broken files and codes given to the commands: a few of those that tests.fuzz_commands makes."""

from __future__ import annotations

import subprocess
import sys

import pytest

from tests.fuzz_commands import KINDS


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_broken_gets_a_message_and_no_traceback(kind: str) -> None:
    command = [sys.executable, "-m", "tests.fuzz_commands", kind, "--count", "25", "--seed", "7"]
    done = subprocess.run(command, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout == f"25 {kind}, 0 faults\n"
