"""What the cells of a column say it is: numbers, truth values or categories, inputs or classes."""

from __future__ import annotations

import re
from typing import Literal

import numpy as np
import numpy.typing as npt

from nnmath_engine.columns import LONGEST, Column, Limits, Table, brief, labels
from nnmath_engine.distinct import distinct, grouped

Kind = Literal["number", "boolean", "text", "empty"]

_FEW = 20  # most distinct whole numbers that are still taken as classes
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+$")


def kind_of(column: Column) -> Kind:
    """What a column holds; a few odd texts among numbers are faults and not categories."""
    numbers = int(np.isfinite(column.values).sum())
    texts = int(column.is_text.sum())
    if not texts:
        return "number" if numbers else "empty"
    if not numbers:
        return "boolean" if _all_boolean(column) else "text"
    # A category comes again and again; a slip of the pen is rare, or different each time.
    rare = numbers >= 9 * texts or len(column.different) == texts
    return "number" if numbers > texts and rare else "text"


def _all_boolean(column: Column) -> bool:
    return all(text.lower() in ("true", "false") for text in column.different)


def is_classification(column: Column, task: str) -> bool:
    """Whether a target is a class: as `task` says, or for "auto" as its values look."""
    if task != "auto":
        return task == "classification"
    if kind_of(column) != "number":
        return True
    values = column.values[np.isfinite(column.values)]
    if np.any(values != np.floor(values)):
        return False
    different = len(distinct(values))
    return different <= 2 or (different <= _FEW and len(values) >= 5 * different)


def categories_of(column: Column) -> tuple[npt.NDArray[np.intp], tuple[str, ...]]:
    """For each row the number of its category, -1 where it is missing; and the categories' names.

    Numbers are in their order, texts in that of the alphabet, booleans false before true.
    """
    is_number = np.isfinite(column.values)
    numbers, which, _ = grouped(column.values[is_number])
    names = [_number_name(value) for value in numbers.tolist()]
    is_boolean = not names and _all_boolean(column)
    text_names = {text: text.lower() for text in column.different}
    if not is_boolean:
        text_names = labels(column.different)
    ordered = sorted({*names, *text_names.values()}) if text_names else names
    place = {name: index for index, name in enumerate(ordered)}
    ids = np.full(len(column.values), -1, dtype=np.intp)
    ids[is_number] = np.array([place[name] for name in names], dtype=np.intp)[which]
    if column.texts is not None:
        rows = column.is_text
        place_of_text = {text: place[name] for text, name in text_names.items()}
        ids[rows] = [place_of_text[text] for text in column.texts[rows]]
    return ids, tuple(ordered)


def _number_name(value: float) -> str:
    return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)


def check_input(table: Table, column: Column, kind: Kind, limits: Limits) -> None:
    """Report what keeps a column from being an input."""
    if kind == "empty":
        table.problems.about(column, "no cell has a value; leave the column out by data.features")
    elif kind == "number":
        _check_numbers(table, column)
    elif kind == "text":
        _check_lengths(table, column)
        if all(_DECIMAL_COMMA.match(text) for text in column.different):
            what = f"decimal commas such as {brief(min(column.different))}"
            table.problems.about(column, f"{what}; write decimals with a point")
            return
        count = len(column.different) + len(distinct(column.values[np.isfinite(column.values)]))
        if count > limits.categories:
            what = f"{count:,} different texts, more than {limits.categories} categories"
            table.problems.about(column, f"{what}; name the columns to use in data.features")


def check_target(table: Table, column: Column, is_class: bool, asked: bool = False) -> None:
    """Report what keeps a column from being the target; `asked`: for classes, not guessed so."""
    kind = kind_of(column)
    if kind == "empty":
        table.problems.about(column, "no cell has a value; the target needs one in each row")
    elif kind == "number":
        _check_numbers(table, column)
    elif not asked and all(_DECIMAL_COMMA.match(text) for text in column.different):
        what = f"decimal commas such as {brief(min(column.different))}"
        table.problems.about(column, f"{what}; write decimals with a point")
    elif not is_class:
        what = f"texts such as {brief(min(column.different))}; a regression predicts a number"
        table.problems.about(column, what)
    else:
        _check_lengths(table, column)


def _check_lengths(table: Table, column: Column) -> None:
    longest = max(map(len, column.different), default=0)
    if longest > LONGEST:
        what = f"a text of {longest:,} characters; a category has at most {LONGEST}"
        table.problems.about(column, what)


def _check_numbers(table: Table, column: Column) -> None:
    if column.texts is None:
        return
    for row in np.flatnonzero(column.is_text):
        what = _not_a_number(column.texts[row])
        table.problems.about(column, what, int(table.lines[row]))


def _not_a_number(text: str) -> str:
    allowed = "allowed: a number, or an empty cell if it is missing"
    if _DECIMAL_COMMA.match(text):
        return f"{brief(text)} is not a number; write decimals with a point"
    try:
        float(text.replace("_", "x"))
    except ValueError:
        return f"{brief(text)} is not a number; {allowed}"
    return f"{brief(text)} is beyond the limit; allowed: a number from -1e50 to 1e50"
