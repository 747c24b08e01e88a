"""A session that trains in a terminal."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from benchmarks.terminal import Terminal, opened

OPEN = rb"epoch 0"
"""Written once the network is there."""

WARM = 2.0
"""Seconds until it trains at an even speed."""


@contextmanager
def training(
    command: Sequence[str], size: tuple[int, int], keys: bytes = b""
) -> Iterator[Terminal]:
    """A terminal in which the command trains already, after some other keys, one by one."""
    with opened(command, size) as terminal:
        terminal.wait_for(OPEN)
        terminal.wait(0.5)
        for key in (*(bytes([key]) for key in keys), b" "):
            terminal.press(key)
            terminal.wait(0.5)
        terminal.wait(WARM)
        yield terminal
