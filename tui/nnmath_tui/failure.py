"""How a command says that it cannot go on."""

from __future__ import annotations

FAILED = 1
WRONG_USE = 2


class CommandError(Exception):
    """Something to tell the user, one line for each thing that is wrong, and the exit code."""

    def __init__(self, message: str, code: int = WRONG_USE) -> None:
        super().__init__(message)
        self.code = code
