"""What was made of a table, in words: its target, its inputs, its rows, and the notes on them."""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from nnmath_engine.dataset import Dataset, Split
from nnmath_engine.datasets import is_file
from nnmath_engine.experiment import Experiment

from nnmath_tui.drawing.numbers import count, short
from nnmath_tui.failure import printable

_MOST_CLASSES = 8
_LONGEST = 40


def assumed(experiment: Experiment, dataset: Dataset) -> list[tuple[str, str]]:
    """All of it as pairs of a heading and words, with the setting that would change it."""
    return [
        ("target", f"{_target(experiment, dataset)}  (data.target, data.task)"),
        ("inputs", f"{_inputs(experiment, dataset)}  (data.features, data.standardize)"),
        *(("", line) for line in columns(dataset)),
        ("rows", f"{_rows(dataset)}  (data.test_fraction, data.missing)"),
        *(("note", note) for note in dataset.notes),
    ]


def in_short(experiment: Experiment, dataset: Dataset) -> str:
    """The same in a few lines, for a notice."""
    lines = [f"target {_target(experiment, dataset)}", _inputs(experiment, dataset), _rows(dataset)]
    return "\n".join([*lines, *dataset.notes])


def columns(dataset: Dataset) -> Iterator[str]:
    """A line for each input column of the table."""
    raw = np.concatenate([split.raw for split in _splits(dataset)])
    low, high = raw.min(axis=0), raw.max(axis=0)
    seen: dict[str, list[str]] = {}
    for pair in dataset.categories:
        if pair:
            seen.setdefault(pair[0], []).append(pair[1])
    told = set()
    for place, (name, pair) in enumerate(zip(dataset.raw_names, dataset.categories, strict=True)):
        if pair is None:
            range_ = f"{short(float(low[place]), 9)} to {short(float(high[place]), 9)}"
            if low[place] == high[place]:
                range_ = f"always {short(float(low[place]), 9)}"
            yield f"{_name(name)}: number, {range_}"
        elif pair[0] not in told:
            told.add(pair[0])
            found = seen[pair[0]]
            yield f"{_name(pair[0])}: {len(found)} categories, an input for each: {_listed(found)}"


def _target(experiment: Experiment, dataset: Dataset) -> str:
    is_table = is_file(experiment.data.source)
    how = " (the last column)" if is_table and not experiment.data.target else ""
    if not dataset.classes:
        return f"{_name(dataset.target)}{how}: regression"
    y = np.concatenate([split.y for split in _splits(dataset)])
    counts = np.bincount(y, minlength=len(dataset.classes))
    pairs = zip(dataset.classes, counts.tolist(), strict=True)
    found = [f"{_name(name)} ({count(number)})" for name, number in pairs]
    classes = f"{len(found)} classes: {_listed(found)}"
    return f"{_name(dataset.target)}{how}: classification, {classes}"


def _inputs(experiment: Experiment, dataset: Dataset) -> str:
    number = len(dataset.inputs)
    scaled = "standardized" if experiment.data.standardize else "as they are"
    return f"{number} input{'s' * (number != 1)}, {scaled}"


def _rows(dataset: Dataset) -> str:
    parts = [
        f"{count(len(split))} to {words}"
        for split, words in zip(_splits(dataset), ("train on", "validate", "test"), strict=True)
        if len(split)
    ]
    return f"{count(sum(map(len, _splits(dataset))))} rows: {', '.join(parts)}"


def _splits(dataset: Dataset) -> tuple[Split, Split, Split]:
    return dataset.train, dataset.validation, dataset.test


def _listed(names: list[str]) -> str:
    more = len(names) - _MOST_CLASSES
    shown = ", ".join(map(_name, names[:_MOST_CLASSES]))
    return f"{shown} and {more} more" if more > 0 else shown


def _name(name: str) -> str:
    shown = printable(name)
    return shown if len(shown) <= _LONGEST else shown[: _LONGEST - 1] + "…"
