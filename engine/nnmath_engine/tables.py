"""A CSV file, or any table of columns, as samples: kinds of columns, one-hot, target, gaps."""

from __future__ import annotations

import difflib
import os
import stat
from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any, TypeAlias

import numpy as np
import numpy.typing as npt

from nnmath_engine import confinement
from nnmath_engine.arrays import Array
from nnmath_engine.column_kinds import (
    Kind,
    categories_of,
    check_input,
    check_target,
    is_classification,
    kind_of,
)
from nnmath_engine.columns import LIMITS, Column, Limits, Table, brief, clean
from nnmath_engine.csv_reader import read_table
from nnmath_engine.distinct import distinct
from nnmath_engine.features import needed_columns
from nnmath_engine.gaps import gap_places, gaps_note, rows_with_gaps
from nnmath_engine.samples import DataError, Samples, Task

__all__ = ["LIMITS", "DataError", "Limits", "Samples", "read_csv", "table_samples"]

_Coded: TypeAlias = tuple[npt.NDArray[np.intp], tuple[str, ...]]


def read_csv(
    path: Path,
    target: str = "",
    task: str = "auto",
    missing: str = "drop",
    features: Sequence[str] = (),
    limits: Limits = LIMITS,
    within: Path | None = None,
) -> Samples:
    """The samples in a CSV file with a header row.

    target: the column to predict, "" = the last one. task: "classification", "regression" or
    "auto" (told from the target's values). missing: "drop" leaves rows with missing cells out,
    "mean" keeps them with NaN in X. features: which inputs are wanted, () = all; columns that no
    feature needs are not looked at. within: the folder that the path must not leave, if it is
    none that a person has named. Raises DataError with every problem.
    """
    file = clean(str(path))
    table = read_table(_bytes(path, file, limits, within), file, limits)
    return table_samples(table, target, task, missing, features, limits=limits)


def _bytes(path: Path, file: str, limits: Limits, within: Path | None) -> bytes:
    try:
        info = path.stat()
        if stat.S_ISDIR(info.st_mode):
            raise DataError([f"{file}: a folder; a CSV file is needed"])
        if not stat.S_ISREG(info.st_mode):
            # Reading a pipe or a device could wait for ever.
            raise DataError([f"{file}: not a regular file; a CSV file is needed"])
        with confinement.open_file(path, within) as stream:
            if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):  # put there since
                raise DataError([f"{file}: not a regular file; a CSV file is needed"])
            return stream.read(limits.bytes + 1)
    except confinement.Outside as error:
        raise DataError([f"{file}: {error.strerror}"]) from error
    except OSError as error:
        raise DataError([f"{file}: cannot be read: {error.strerror or error}"]) from error
    except DataError:
        raise
    except ValueError as error:  # a NUL in the path
        raise DataError([f"{file}: cannot be read: {error}"]) from error


def table_samples(
    table: Table,
    target: str,
    task: str,
    missing: str,
    features: Sequence[str] = (),
    ignored: Collection[str] = (),
    limits: Limits = LIMITS,
) -> Samples:
    """The samples in a table; see `read_csv`. ignored: columns that are no inputs."""
    target_column = _target_column(table, target)
    inputs = _inputs(table, features, ignored, target_column)
    kinds = [kind_of(column) for column in inputs]
    is_class = target_column is not None and is_classification(target_column, task)
    if len(table.lines):
        for column, kind in zip(inputs, kinds, strict=True):
            check_input(table, column, kind, limits)
        if target_column is not None:
            check_target(table, target_column, is_class, asked=task == "classification")
    table.problems.check()
    assert target_column is not None  # or it would be among the problems

    keep, notes = _kept_rows(table, inputs, target_column, missing)
    _check_coverage(table, inputs, keep)
    coded = {
        column.name: _present(column, keep)
        for column, kind in zip(inputs, kinds, strict=True)
        if kind != "number"
    }
    names, groups = _input_names(inputs, kinds, coded)
    if (cells := len(names) * len(keep)) > limits.cells:
        what = f"{cells:,} cells after one-hot coding; the limit is {limits.cells:,}"
        table.problems.add(f"{what}; name fewer columns in data.features")
        table.problems.check()
    X = _input_values(inputs, kinds, coded, keep, len(names))
    y, classes = _targets(table, target_column, keep, is_class, limits)
    table.problems.check()
    notes = [
        *table.notes,
        *notes,
        *_scattered_notes(coded, len(keep)),
        *_target_notes(target_column, task, y, classes),
    ]
    kind_of_task: Task = "classification" if is_class else "regression"
    return Samples(
        X, y, kind_of_task, names, classes, target_column.name, None, tuple(notes), groups
    )


def _target_column(table: Table, target: str) -> Column | None:
    """The column to predict; None, and a problem, if there is none of that name."""
    names = [column.name for column in table.columns]
    if len(names) < 2:
        table.problems.add("one column only; at least one input and a target are needed")
        table.problems.check()
    if not target:
        return table.columns[-1]
    if target not in names:
        near = difflib.get_close_matches(target, names, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        shown = ", ".join(names[:20]) + (", ..." if len(names) > 20 else "")
        table.problems.add(f"data.target: no column {brief(target)}{hint}; allowed: {shown}")
        return None
    return table.columns[names.index(target)]


def _inputs(
    table: Table, features: Sequence[str], ignored: Collection[str], target: Column | None
) -> list[Column]:
    """The columns that the features need; a problem for every feature that cannot be made.

    Where the target is unknown, so are the inputs, but for those that features name.
    """
    if target is None and not features:
        return []
    rest = [c for c in table.columns if c is not target and c.name not in ignored]
    try:
        needed = set(needed_columns(features, [column.name for column in rest]))
    except DataError as error:
        for problem in error.problems:
            table.problems.add(problem)
        return []
    return [column for column in rest if column.name in needed]


def _kept_rows(
    table: Table, inputs: Sequence[Column], target: Column, missing: str
) -> tuple[npt.NDArray[np.intp], list[str]]:
    """The rows that are used, and notes on those that are left out or have gaps to be filled."""
    gaps = rows_with_gaps(table, inputs) & ~target.missing
    dropped = gaps if missing == "drop" else np.zeros_like(gaps)
    how = "with missing cells left out" if missing == "drop" else "with missing cells kept"
    notes = gaps_note(table, target.missing, "with no target left out", [target])
    notes += gaps_note(table, gaps, how, inputs)
    keep = np.flatnonzero(~(target.missing | dropped))
    if not len(keep):
        where = gap_places(table, target.missing | gaps, [*inputs, target])
        what = f"all {len(table.lines):,} rows have missing cells: {where}"
        table.problems.add(f'{what}; data.missing = "mean" fills those of inputs')
        table.problems.check()
    return keep, notes


def _check_coverage(table: Table, inputs: Sequence[Column], keep: npt.NDArray[np.intp]) -> None:
    for column in inputs:
        if column.missing[keep].all():
            what = "no cell has a value where there is a target"
            table.problems.about(column, f"{what}; leave the column out by data.features")
    table.problems.check()


def _present(column: Column, keep: npt.NDArray[np.intp]) -> _Coded:
    """The categories of the kept rows: for each row its number or -1, and the names that occur."""
    ids, names = categories_of(column)
    ids = ids[keep]
    occurring = distinct(ids[ids >= 0])
    renumbered = np.where(ids >= 0, np.searchsorted(occurring, ids), -1)
    return renumbered, tuple(names[index] for index in occurring)


def _input_names(
    inputs: Sequence[Column], kinds: Sequence[Kind], coded: Mapping[str, _Coded]
) -> tuple[tuple[str, ...], dict[str, tuple[int, ...]]]:
    """The names of X's columns, and which of them belong to which categorical column."""
    names: list[str] = []
    groups: dict[str, tuple[int, ...]] = {}
    for column, kind in zip(inputs, kinds, strict=True):
        if kind == "text":
            categories = coded[column.name][1]
            groups[column.name] = tuple(range(len(names), len(names) + len(categories)))
            names.extend(f"{column.name}={category}" for category in categories)
        else:
            names.append(column.name)
    return tuple(names), groups


def _input_values(
    inputs: Sequence[Column],
    kinds: Sequence[Kind],
    coded: Mapping[str, _Coded],
    keep: npt.NDArray[np.intp],
    width: int,
) -> Array:
    """X (n, width) of the kept rows, NaN where a cell is missing."""
    X = np.empty((len(keep), width))
    at = 0
    for column, kind in zip(inputs, kinds, strict=True):
        if kind == "number":
            X[:, at] = column.values[keep]
            at += 1
            continue
        ids, names = coded[column.name]
        # One 0/1 column for a boolean, one for each category of a text.
        for category in ("true",) if kind == "boolean" else names:
            X[:, at] = ids == (names.index(category) if category in names else len(names))
            X[ids < 0, at] = np.nan
            at += 1
    return X


def _targets(
    table: Table, column: Column, keep: npt.NDArray[np.intp], is_class: bool, limits: Limits
) -> tuple[npt.NDArray[Any], tuple[str, ...]]:
    """y (n,) of the kept rows, and the class names."""
    if not is_class:
        return column.values[keep], ()
    y, classes = _present(column, keep)
    if len(classes) > limits.classes:
        what = f"{len(classes):,} different values; the limit is {limits.classes} classes"
        remedy = 'data.task = "regression" predicts a number'
        if column.texts is not None:
            remedy = "name another column in data.target"
        table.problems.about(column, f"{what}; {remedy}")
    elif len(classes) < 2:
        what = f"one class only ({brief(classes[0])}); a classification needs two or more"
        table.problems.about(column, what)
    return y.astype(np.int64), classes


def _scattered_notes(coded: Mapping[str, _Coded], rows: int) -> list[str]:
    """Of texts that hardly ever come again, such as dates and names, nothing can be learned."""
    return [
        f"{brief(name)} has {len(categories)} different texts in {rows:,} rows: an input for each, "
        "of which nothing can be learned; data.features leaves a column out."
        for name, (_, categories) in coded.items()
        if len(categories) > 2 and 2 * len(categories) > rows
    ]


def _target_notes(
    column: Column, task: str, y: npt.NDArray[Any], classes: Sequence[str]
) -> list[str]:
    if classes and task == "auto" and column.texts is None:
        what = f"{brief(column.name)} has {len(classes)} different whole numbers: taken as classes"
        return [f'{what} (data.task = "regression" predicts the number).']
    if not classes and np.all(y == y[0]):
        return [f"Every {brief(column.name)} is the same number: there is nothing to learn."]
    return []
