"""What the derivation of a number shows: its equations, the numbers in it, and its activation."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import islice

import numpy as np
from nnmath_engine.derivation import Cell, CellError, Derivation, Equation, Worksheet, derive
from nnmath_engine.derivation.digits import printed

from nnmath_tui.drawing.activation_plot import ActivationCurves, interval
from nnmath_tui.drawing.derivation import EquationText, OperandText, PageText
from nnmath_tui.drawing.plain_letters import plain, plain_with_places
from nnmath_tui.views.cell_words import cell_words, words_of

OPENED_DIGITS = 6
_MOST_TRIED = 6
_MOST_LISTED = 4_000
"""Numbers of one equation that are listed; a network of more weights is opened layer by layer."""
_MOST_TERMS = (40, 24, 16, 12, 8, 6, 4, 2)


@dataclass(frozen=True, slots=True)
class Operand:
    """A number in an equation that can be opened."""

    cell: Cell
    value: str


@dataclass(frozen=True, slots=True, eq=False)
class Page:
    """A derivation as it is laid out: the path to it, and its operands."""

    path: tuple[Cell, ...]
    derivation: Derivation
    operands: tuple[Operand, ...]
    curves: ActivationCurves | None

    def first_that_opens(self, sheet: Worksheet) -> int:
        """The row of the first operand that leads on, rather than to a number that was given."""
        for row, operand in enumerate(self.operands[:_MOST_TRIED]):
            if leads_on(sheet, operand.cell):
                return row
        return 0


def leads_on(sheet: Worksheet, cell: Cell) -> bool:
    """Whether a number is made of others, which are worth to be looked at."""
    try:
        derivation = derive(sheet, cell)
    except CellError:
        return False
    return any(True for _ in derivation.operands()) and cell.kind != "x"


def page(sheet: Worksheet, path: Sequence[Cell]) -> Page | None:
    """The derivation at the end of a path; None if the network has no such number any more."""
    try:
        derivation = derive(sheet, path[-1])
    except (CellError, IndexError):
        return None
    operands = tuple(
        Operand(cell, printed(value, OPENED_DIGITS)) for cell, value in _operands(derivation)
    )
    return Page(tuple(path), derivation, operands, _curves(sheet, derivation.cell))


def _operands(derivation: Derivation) -> list[tuple[Cell, float]]:
    """Those of all equations, those of the first one first."""
    found: dict[Cell, float] = {}
    for equation in derivation.equations:
        for number in islice(equation.right.numbers(), _MOST_LISTED):
            if number.cell is not None:
                found.setdefault(number.cell, number.value)
    found.pop(derivation.cell, None)
    return list(found.items())


def terms_for(equation: Equation, room: int) -> int:
    """How many terms of a long sum fit into so many letters."""
    for most in _MOST_TERMS:
        if len(equation.printed(most).numbers) <= room:
            return most
    return _MOST_TERMS[-1]


def _curves(sheet: Worksheet, cell: Cell) -> ActivationCurves | None:
    """f and f′ of a neuron with the z of the batch, if the number is about its activation."""
    layers = len(sheet.blueprint.activations)
    layer = layers if cell.kind == "yhat" else cell.layer
    if cell.kind not in ("z", "a", "yhat", "slope") or cell.sample is None or not cell.index:
        return None
    entry = sheet.blueprint.activations[layer - 1]
    if entry.name == "softmax":
        return None
    samples = sheet.tape.z[layer - 1][:, cell.index[0]].astype(float)
    here = float(sheet.run(cell.sample).z[layer - 1][cell.index[0]])
    z = interval(samples, here)
    with np.errstate(all="ignore"):
        return ActivationCurves(z, entry.f(z), entry.df(z), samples, here)


def in_print(sheet: Worksheet, page: Page, *, ascii: bool = False) -> PageText:
    """The page as text, in letters that every terminal has if `ascii`."""
    rows = {operand.cell: row for row, operand in enumerate(page.operands)}
    write = plain if ascii else str

    def operand(cell: Cell, value: str) -> OperandText:
        return OperandText(str(cell), write(value), lambda: write(words_of(sheet, cell)))

    return PageText(
        path=[str(cell) for cell in page.path],
        words=write(cell_words(sheet, page.derivation)),
        equations=[_equation(one, rows, ascii=ascii) for one in page.derivation.equations],
        value=write(printed(page.derivation.value, OPENED_DIGITS)),
        notes=[write(note) for note in page.derivation.notes],
        operands=[operand(one.cell, one.value) for one in page.operands],
        curves=page.curves,
    )


def _equation(equation: Equation, rows: Mapping[Cell, int], *, ascii: bool) -> EquationText:
    write = plain if ascii else str

    def size(room: int) -> tuple[str, str, Sequence[tuple[slice, int]]]:
        shown = equation.printed(terms_for(equation, room))
        places = [(place, rows[cell]) for place, cell in shown.places if cell in rows]
        numbers = shown.numbers
        if ascii:
            numbers, places = plain_with_places(numbers, places)
        return numbers, write(shown.value), places

    return EquationText(write(equation.symbol), write(equation.formula), write(equation.note), size)
