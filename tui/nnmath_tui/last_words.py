"""What is said when the program ends, by then without anybody who could wait."""

from __future__ import annotations

import os
import sys
import threading
from contextlib import suppress

PIECE, STILL = 1024, 0.2
"""Bytes at once, and the seconds after which a terminal that has taken none stands still."""


def say(words: str) -> None:
    """Write to the standard error for as long as something is taken there every `STILL` seconds."""
    if not words or sys.__stderr__ is None:
        return
    file, left = sys.__stderr__.fileno(), words.encode(sys.__stderr__.encoding, "replace")

    def write() -> None:
        nonlocal left
        with suppress(OSError):  # it is gone
            while left:
                left = left[os.write(file, left[:PIECE]) :]

    # A thread, because a write to a terminal that stands still does not return.
    writer = threading.Thread(target=write, name="last words", daemon=True)
    writer.start()
    before = -1
    while writer.is_alive() and len(left) != before:
        before = len(left)
        writer.join(STILL)
