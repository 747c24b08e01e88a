"""Numbers that a lesson asks for: whoever prints one asks the veil first whether it may be seen.

A number is hidden until it is answered, wherever it stands: under the name by which it is asked
for, as long as the network is as the question has it, and at any time under any other name that
has the same value. What follows from it by calculation is not.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
from nnmath_engine.arrays import Array
from nnmath_engine.derivation import Cell
from nnmath_engine.derivation.equation import Printed
from nnmath_engine.history import COLUMNS, HistoryView
from nnmath_engine.snapshot import Snapshot

from nnmath_tui.views.runs import RunRow

_GIVEN = frozenset({"raw", "x", "y", "w", "b", "lr", "mask"})
"""What is there from the beginning: a number that happens to be the same hides nothing."""

CLOSE = 1e-9
"""How near two numbers are that are one and the same: relative to their size."""


@dataclass(frozen=True, slots=True)
class Veil:
    """Cells to hide, values to hide, and whether the losses before the first step are hidden."""

    cells: frozenset[Cell] = frozenset()
    values: tuple[float, ...] = ()
    losses: bool = False

    def __bool__(self) -> bool:
        return bool(self.cells or self.values or self.losses)

    def covers(self, value: float) -> bool:
        """Whether a number has a value that is asked for, but for its sign."""
        return any(math.isclose(abs(value), abs(v), rel_tol=CLOSE) for v in self.values if v)

    def text(self, value: float, shown: str) -> str:
        """A number in print, or a question mark."""
        return "?" if self.covers(value) else shown

    def mask(self, array: Array) -> npt.NDArray[np.bool_]:
        """Which entries of an array `covers` is true of."""
        hidden = np.zeros(array.shape, dtype=bool)
        for value in filter(None, self.values):
            hidden |= np.isclose(np.abs(array), abs(value), rtol=CLOSE, atol=0.0)
        return hidden

    def hides(self, cell: Cell, value: float) -> bool:
        """Whether a number is one that is asked for."""
        if not self or cell.kind in _GIVEN:
            return False
        if cell in self.cells or replace(cell, sample=None) in self.cells:
            return True
        return self.covers(value)

    def over(self, shown: Printed, whole: bool, numbers: Iterable[tuple[Cell, float]]) -> Printed:
        """A formula in print with question marks for what is hidden.

        whole: whether its value is; numbers: the values of the cells in it.
        """
        if not self:
            return shown
        values, text = dict(numbers), shown.numbers
        for place, cell in shown.places:
            if self.hides(cell, values.get(cell, math.nan)):
                length = len(text[place])
                text = text[: place.start] + "?" * length + text[place.stop :]
        if whole and shown.numbers == shown.value:
            text = "?"
        return replace(shown, numbers=text, value="?" if whole else shown.value)

    def over_history(self, history: HistoryView) -> HistoryView:
        """A history without the losses before the first step, if they are hidden."""
        if not self.losses:
            return history
        table = history.table.copy()
        first = history.epoch == 0
        for name in ("train_loss", "validation_loss", "test_loss"):
            table[COLUMNS.index(name), first] = math.nan
        table.setflags(write=False)
        return HistoryView(table)

    def over_snapshot(self, snapshot: Snapshot) -> Snapshot:
        """A snapshot with such a history."""
        if not self.losses:
            return snapshot
        return replace(snapshot, history=self.over_history(snapshot.history))

    def over_run(self, row: RunRow) -> RunRow:
        """A run of the ledger with such a history."""
        if not self.losses:
            return row
        history = self.over_history(row.outcome.history)
        return replace(row, outcome=replace(row.outcome, history=history))


OPEN = Veil()
"""Hides nothing."""
