"""A derivation and those of the numbers in it, as lines of text or as a tree of plain values."""

from __future__ import annotations

import math
from collections.abc import Iterator
from typing import Any

from nnmath_engine.derivation.cells import Cell
from nnmath_engine.derivation.derivation import Derivation
from nnmath_engine.derivation.digits import printed
from nnmath_engine.derivation.equation import Equation
from nnmath_engine.derivation.worksheet import Worksheet

ALL_TERMS = 1_000_000_000
"""More than any sum has."""
_MOST_TOLD = 12
"""Numbers of one equation that are told one by one."""


def lines(sheet: Worksheet, cell: Cell, *, depth: int, most_terms: int) -> Iterator[str]:
    """The derivation of a cell, then in turn those of its numbers, `depth` levels down.

    What was derived once is not derived again.
    """
    from nnmath_engine.derivation import derive

    waiting, told = [(derive(sheet, cell), 0)], set[Cell]()
    while waiting:
        derivation, level = waiting.pop(0)
        if derivation.cell in told:
            continue
        if told:
            yield ""
        told.add(derivation.cell)
        yield f"{derivation.cell}: {derivation.words}"
        for equation in derivation.equations:
            yield from _equation(equation, most_terms)
        if not derivation.equations:
            yield f"  = {printed(derivation.value, 6)}"
        yield from (f"  {note}" for note in derivation.notes)
        operands = [derive(sheet, operand) for operand, _ in shown_operands(derivation, most_terms)]
        if level < depth:
            waiting += [(operand, level + 1) for operand in operands if operand.equations]
        yield from _operands(operands, ALL_TERMS if most_terms == ALL_TERMS else _MOST_TOLD)


def _equation(equation: Equation, most_terms: int) -> Iterator[str]:
    shown = equation.printed(most_terms)
    note = f"   ({equation.note})" if equation.note else ""
    yield f"  {equation.symbol} = {equation.formula}"
    if shown.numbers not in (shown.value, equation.formula):
        yield f"    = {shown.numbers}"
    yield f"    = {shown.value}{note}"


def _operands(operands: list[Derivation], most: int) -> Iterator[str]:
    told = operands[:most]
    if told:
        yield "  with"
        names = max(len(str(one.cell)) for one in told)
        values = [printed(one.value, 6) for one in told]
        width = max(map(len, values))
        for one, value in zip(told, values, strict=True):
            yield f"    {one.cell!s:<{names}} = {value:<{width}}  {one.words}"
    if len(operands) > len(told):
        yield f"    and {len(operands) - len(told)} more"


def shown_operands(derivation: Derivation, most_terms: int) -> list[tuple[Cell, float]]:
    """The cells in the first equation as it is printed with at most so many terms of a sum."""
    if not derivation.equations:
        return []
    right = derivation.equations[0].right.abridged(most_terms)
    cells = {number.cell: number.value for number in right.numbers() if number.cell is not None}
    return list(cells.items())


def tree(sheet: Worksheet, cell: Cell, *, depth: int, most_terms: int) -> dict[str, Any]:
    """The same as nested values for JSON: label, words, value, equations, notes, children.

    Children are given `depth` levels down; what has no finite value has None.
    """
    from nnmath_engine.derivation import derive

    derivation = derive(sheet, cell)
    operands = shown_operands(derivation, most_terms) if depth > 0 else []
    return {
        "label": str(derivation.cell),
        "words": derivation.words,
        "value": _number(derivation.value),
        "equations": [_values(equation, most_terms) for equation in derivation.equations],
        "notes": list(derivation.notes),
        "children": [
            tree(sheet, operand, depth=depth - 1, most_terms=most_terms) for operand, _ in operands
        ],
    }


def _values(equation: Equation, most_terms: int) -> dict[str, Any]:
    shown = equation.printed(most_terms)
    return {
        "symbol": equation.symbol,
        "formula": equation.formula,
        "numbers": shown.numbers,
        "shown": shown.value,
        "value": _number(equation.value),
        "note": equation.note,
    }


def _number(value: float) -> float | None:
    return value if math.isfinite(value) else None
