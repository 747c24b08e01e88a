"""What can be undone and done again."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from nnmath_engine.session import Memento, Session

from nnmath_tui.ledger import Run

MOST_STEPS = 50
MOST_MEMENTOS = 12
"""Networks kept for undoing; of older changes only the values are."""


Act = Callable[[Session], object]


@dataclass(eq=False)
class Step:
    """One change, from `run` to the run `to`; the same run if it only changed settings.

    Where the run stayed the same, `other` is the network on the other side of the change, good as
    long as the present one has taken `steps` steps and no more; `forwards` and `backwards` make
    the change, and take it back, on a network that has gone on since. `past` is the epoch that was
    looked at before.
    """

    words: str
    run: Run
    to: Run
    past: int | None = None
    other: Memento | None = None
    steps: int = 0
    forwards: Act | None = None
    backwards: Act | None = None


class UndoStack:
    """Steps to undo and steps to redo, the newest last, not too many of either."""

    def __init__(self) -> None:
        self._done: list[Step] = []
        self._undone: list[Step] = []

    def push(self, step: Step) -> None:
        """Something new was done: what had been undone can no longer be redone."""
        self._undone.clear()
        self._done.append(step)
        del self._done[:-MOST_STEPS]
        for old in [step for step in self._done if step.other][:-MOST_MEMENTOS]:
            old.other = None

    def undo(self) -> Step | None:
        """The newest step, which from now on can be redone."""
        return self._move(self._done, self._undone)

    def redo(self) -> Step | None:
        """The step undone last, which from now on can be undone."""
        return self._move(self._undone, self._done)

    def forget(self) -> None:
        """A way back is broken: nothing on it can be reached any more."""
        self._done.clear()
        self._undone.clear()

    @staticmethod
    def _move(source: list[Step], target: list[Step]) -> Step | None:
        if not source:
            return None
        target.append(source.pop())
        return target[-1]
