"""What the cells of a column say it is: numbers, truth values or categories, inputs or classes."""

from __future__ import annotations

import re
from typing import Any, Literal

import numpy as np
import numpy.typing as npt

from nnmath_engine.columns import LONGEST, Column, Limits, Table, brief

Kind = Literal["number", "boolean", "text", "empty"]

_FEW = 20  # most distinct whole numbers that are still taken as classes
_DECIMAL_COMMA = re.compile(r"[+-]?\d+,\d+$")


def kind_of(column: Column) -> Kind:
    """What a column holds; a few odd texts among numbers are faults and not categories."""
    numbers = int(np.isfinite(column.values).sum())
    texts = [] if column.texts is None else [text for text in column.texts if text]
    if not texts:
        return "number" if numbers else "empty"
    if not numbers:
        return "boolean" if {text.lower() for text in texts} <= {"true", "false"} else "text"
    # A category comes again and again; a slip of the pen is rare, or different each time.
    rare = numbers >= 9 * len(texts) or len(set(texts)) == len(texts)
    return "number" if numbers > len(texts) and rare else "text"


def is_classification(column: Column, task: str) -> bool:
    if task != "auto":
        return task == "classification"
    if kind_of(column) != "number":
        return True
    values = column.values[np.isfinite(column.values)]
    if np.any(values != np.floor(values)):
        return False
    distinct = len(np.unique(values))
    return distinct <= 2 or (distinct <= _FEW and len(values) >= 5 * distinct)


def labels_of(column: Column) -> npt.NDArray[Any]:
    """Each cell as the text of a category, "" where it is missing; booleans in small letters."""
    labels: npt.NDArray[Any] = np.full(len(column.values), "", dtype=object)
    if column.texts is not None:
        labels[:] = column.texts
    numbers = np.flatnonzero(np.isfinite(column.values))
    labels[numbers] = [number_label(value) for value in column.values[numbers].tolist()]
    if kind_of(column) == "boolean":
        labels[:] = [text.lower() for text in labels]
    return labels


def number_label(value: float) -> str:
    return str(int(value)) if value.is_integer() and abs(value) < 2**53 else repr(value)


def check_input(table: Table, column: Column, kind: Kind, limits: Limits) -> None:
    if kind == "empty":
        table.problems.about(column, "no cell has a value; leave the column out by data.features")
    elif kind == "number":
        _check_numbers(table, column)
    elif kind == "text":
        _check_lengths(table, column)
        labels = labels_of(column)
        different = set(labels[labels != ""])
        if all(_DECIMAL_COMMA.match(label) for label in different):
            what = f"decimal commas such as {brief(min(different))}; write decimals with a point"
            table.problems.about(column, what)
        elif len(different) > limits.categories:
            what = f"{len(different):,} different texts, more than {limits.categories} categories"
            table.problems.about(column, f"{what}; name the columns to use in data.features")


def check_target(table: Table, column: Column, is_class: bool) -> None:
    kind = kind_of(column)
    if kind == "empty":
        table.problems.about(column, "no cell has a value; the target needs one in each row")
    elif kind == "number":
        _check_numbers(table, column)
    elif not is_class:
        text = labels_of(column)[column.is_text][0]
        what = f"texts such as {brief(text)}; a regression predicts a number"
        table.problems.about(column, what)
    else:
        _check_lengths(table, column)


def _check_lengths(table: Table, column: Column) -> None:
    longest = max(map(len, column.texts)) if column.texts is not None else 0
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
