"""How a command says that it cannot go on."""

from __future__ import annotations

FAILED = 1
WRONG_USE = 2


class CommandError(Exception):
    """Something to tell the user, one line for each thing that is wrong, and the exit code."""

    def __init__(self, message: str, code: int = WRONG_USE) -> None:
        super().__init__(message)
        self.code = code


def printable(text: str) -> str:
    """`text` without characters that would move a cursor or change a color, which are escaped."""
    return "".join(sign if sign.isprintable() else repr(sign)[1:-1] for sign in text)
