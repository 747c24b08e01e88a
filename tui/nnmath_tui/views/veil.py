"""Numbers that a lesson asks for, which derivations do not show until they are answered."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace

from nnmath_engine.derivation import Cell, CellError, Worksheet, derive
from nnmath_engine.derivation.equation import Printed
from nnmath_engine.history import COLUMNS, HistoryView
from nnmath_engine.snapshot import Snapshot

_GIVEN = frozenset({"raw", "x", "y", "w", "b", "lr", "mask"})
"""What is there from the beginning: a number that happens to be the same hides nothing."""


@dataclass(frozen=True, slots=True)
class Veil:
    """Cells to hide, and their values: what is another name for the same number is hidden too."""

    cells: frozenset[Cell] = frozenset()
    values: tuple[float, ...] = ()

    def hides(self, cell: Cell, value: float) -> bool:
        """Whether a number is one that is asked for."""
        if not self.cells or cell.kind in _GIVEN:
            return False
        if cell in self.cells or replace(cell, sample=None) in self.cells:
            return True
        return any(math.isclose(abs(value), abs(v), rel_tol=1e-9) for v in self.values if v)

    def over(self, shown: Printed, whole: bool, numbers: Iterable[tuple[Cell, float]]) -> Printed:
        """A formula in print with question marks for what is hidden.

        whole: whether its value is; numbers: the values of the cells in it.
        """
        if not self.cells:
            return shown
        values, text = dict(numbers), shown.numbers
        for place, cell in shown.places:
            if self.hides(cell, values.get(cell, math.nan)):
                length = len(text[place])
                text = text[: place.start] + "?" * length + text[place.stop :]
        if whole and shown.numbers == shown.value:
            text = "?"
        return replace(shown, numbers=text, value="?" if whole else shown.value)


def without_loss(snapshot: Snapshot) -> Snapshot:
    """The snapshot as panes may show it while its losses are asked for."""
    table = snapshot.history.table.copy()
    for name in ("train_loss", "validation_loss", "test_loss"):
        table[COLUMNS.index(name)] = math.nan
    table.setflags(write=False)
    return replace(snapshot, history=HistoryView(table))


OPEN = Veil()
"""Hides nothing."""


def veil(sheet: Worksheet | None, cells: Iterable[Cell]) -> Veil:
    """The veil over cells of the step that comes next; the network may not have all of them."""
    hidden = frozenset(cells)
    if sheet is None or not hidden:
        return OPEN
    values = []
    for cell in hidden:
        try:
            values.append(derive(sheet, cell).value)
        except (CellError, IndexError):
            continue
    return Veil(hidden, tuple(values))
