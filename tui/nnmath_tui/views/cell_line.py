"""The formula bar's line on one number: name, formula, numbers and value, as there is room."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from itertools import islice

from nnmath_engine.derivation import Cell, CellError, Derivation, Worksheet, derive
from nnmath_engine.derivation.digits import printed

from nnmath_tui.drawing.plain_letters import plain
from nnmath_tui.views.cell_words import cell_words
from nnmath_tui.views.formula import Part, WeightPlace

_TERMS = (8, 6, 5, 4, 3, 2)
_DIGITS = 6


_KINDS = {"weights": "next", "gradients": "grad", "updates": "step", "ratio": "step"}


def cell_of_weight(place: WeightPlace, quantity: str = "weights") -> Cell:
    """The cell that stands for a weight or a bias, in a pane that shows this of it.

    For its value that is what the next step makes of it.
    """
    index = (place.column,) if place.row is None else (place.row, place.column)
    return Cell(_KINDS.get(quantity, quantity), place.layer, index)


def cell_of_neuron(layer: int, index: int, cell: Cell | None = None) -> Cell:
    """The cell that stands for a neuron: what it gives for the sample of `cell`."""
    sample = None if cell is None else cell.sample
    return Cell("a", layer, (index,), sample) if layer else Cell("x", 0, (index,), sample)


def cell_line(sheet: Worksheet, cell: Cell, room: int, *, ascii: bool = False) -> list[Part]:
    """What fits into so many cells of the best way to say it; never a part of a number.

    The ways, from the longest: name, words, formula, numbers and value; without the words; without
    the formula; the formula in place of the numbers; the value alone.
    """
    try:
        derivation = derive(sheet, cell)
    except CellError as error:
        return [("hint", str(error))]
    for parts in _ways(derivation, cell_words(sheet, derivation)):
        if ascii:
            parts = [(role, plain(text)) for role, text in parts]
        if length(parts) <= room:
            return parts
    return parts


_PLAIN = frozenset({"x", "y", "lr", "raw", "mask"})
"""Numbers that are not worth a second line."""


def cell_lines(
    sheet: Worksheet, cell: Cell, height: int, room: int, walk: str = "", *, ascii: bool = False
) -> Iterator[list[Part]]:
    """The line on a number and, if there are two lines, one on a number that it is made of.

    walk: where a walk through the step is; it goes first.
    """
    lead: list[Part] = [("walk", walk)] if walk else []
    yield [*lead, *cell_line(sheet, cell, room - (len(walk) + 1 if walk else 0), ascii=ascii)]
    if height < 2:
        return
    try:
        operands = [derive(sheet, one) for one, _ in islice(derive(sheet, cell).operands(), 4)]
    except CellError:
        return
    for operand in operands:
        if operand.equations and operand.cell.kind not in _PLAIN:
            yield cell_line(sheet, operand.cell, room, ascii=ascii)
            return


def length(parts: list[Part]) -> int:
    """How many cells the parts take, with a blank between two of them."""
    return sum(len(text) + 1 for _, text in parts) - 1


def _ways(derivation: Derivation, in_words: str) -> Iterator[list[Part]]:
    # On screen the sample stands in the words, not in every name.
    name = ("name", str(replace(derivation.cell, sample=None)))
    words = ("hint", f"({in_words})")
    if not derivation.equations:
        value = [("value", f"= {printed(derivation.value, _DIGITS)}")]
        notes = [("hint", note) for note in derivation.notes]
        yield [name, words, *value, *notes]
        yield [name, words, *value]
        yield [name, *value]
        return
    equation = derivation.equations[0]
    formula = ("formula", f"= {equation.formula}")
    shown = []
    for most in _TERMS:
        result = equation.printed(most)
        numbers = [] if result.numbers == result.value else [("numbers", f"= {result.numbers}")]
        value = [*numbers, ("value", f"= {result.value}")]
        if value not in shown:
            shown.append(value)
    for lead in ([name, words, formula], [name, formula], [name]):
        for value in shown:
            yield [*lead, *value]
    alone = shown[-1][-1]
    yield [name, words, formula, alone]
    yield [name, formula, alone]
    yield [name, alone]
