"""A derivation: how one number came about, in one equation or in the few that lead to it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from nnmath_engine.derivation.cells import Cell
from nnmath_engine.derivation.equation import Equation


@dataclass(frozen=True, slots=True, eq=False)
class Derivation:
    """How the number in `cell` came about.

    The first equation gives the value; the others derive its formula, or belong to it. A number
    that was given has none.
    """

    cell: Cell
    words: str
    value: float
    equations: tuple[Equation, ...] = ()
    notes: tuple[str, ...] = ()

    def operands(self) -> Iterator[tuple[Cell, float]]:
        """The cells that the first equation is made of, each once, in its order."""
        seen = set()
        for equation in self.equations[:1]:
            for number in equation.right.numbers():
                if number.cell is not None and number.cell not in seen:
                    seen.add(number.cell)
                    yield number.cell, number.value
