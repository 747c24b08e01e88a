"""Without a terminal at each of its three ends the screen does not open, and says so at once."""

from __future__ import annotations

import os
import pty
import subprocess
from typing import Any

import pytest

from tests.terminal import OWN


@pytest.mark.parametrize("stream", ["stdin", "stdout", "stderr"])
def test_one_end_that_is_no_terminal(stream: str) -> None:
    outer, inner = pty.openpty()
    ends: dict[str, Any] = dict.fromkeys(("stdin", "stdout", "stderr"), inner)
    ends[stream] = subprocess.DEVNULL if stream == "stdin" else subprocess.PIPE
    environ = {**os.environ, "TERM": "xterm-256color"}
    try:
        done = subprocess.run(OWN, **ends, env=environ, timeout=30, check=False)
        said = done.stderr if stream == "stderr" else os.read(outer, 65_536)
    finally:
        os.close(inner)
        os.close(outer)
    assert done.returncode == 2
    assert not done.stdout
    name = {"stdin": "input", "stdout": "output", "stderr": "error output"}[stream]
    assert f"the standard {name} is not one" in said.decode()
    assert said.count(b"\n") == 1
    assert b"\x1b" not in said
