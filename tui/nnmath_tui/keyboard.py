"""Whether a key waits to be read, for a thread that keeps everybody else from reading it; and who
wants to know that somebody has typed.

A thread that waits for the interpreter's lock asks for it only after 5 ms in which nobody let go
of it. Training on small matrices lets go of it every few microseconds and is back before a
waiting thread has woken up, so the thread that reads the keyboard would hear nothing until the
slice of training is over. Instead, training itself looks whether something is to be read.
"""

from __future__ import annotations

import os
import select
import sys
from collections.abc import Callable

_told: Callable[[], object] | None = None


def tell(told: Callable[[], object]) -> None:
    """From now on call `told`, in the thread that reads, whenever a person types or points."""
    global _told
    _told = told


def heard() -> None:
    """A person has typed or pointed."""
    if _told is not None:
        _told()


def waiting() -> bool:
    """Whether the terminal has input that nobody has read yet; False where that is not known."""
    # On Windows only sockets can be asked.
    if os.name == "nt" or sys.__stdin__ is None:
        return False
    try:
        return bool(select.select([sys.__stdin__], [], [], 0)[0])
    except (OSError, ValueError):  # closed, or no file at all
        return False
