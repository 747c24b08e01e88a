"""The numbers that a network starts with, as tables for whoever computes with paper and pencil.

They stand on the hand-out of a lesson that asks for a number of its start, or whose weights are
to be set by hand, as long as network and rows are small enough for paper.
"""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence
from contextlib import suppress

import numpy as np
from nnmath_engine.arrays import Array
from nnmath_engine.derivation import KINDS, Cell, CellError, Sample, Worksheet, parse_cell
from nnmath_engine.network import Parameters
from nnmath_engine.session import Session

from nnmath_presets.preset import Goal, Preset

MOST_PARAMETERS = 40
MOST_ROWS = 50
GUARD_DIGITS = 3
"""So many digits are printed beyond those that the answers are asked for."""


def starting_numbers(preset: Preset) -> Iterator[str]:
    """Blocks of Markdown: weights and biases of each layer, and the rows that goals ask about.

    A weight or bias that a goal asks for is a question mark. Nothing, if no goal needs numbers
    or there are too many of them.

    Raises:
        DataError, ExperimentError: the preset does not fit its data.
    """
    asking = [(n, goal) for n, goal in enumerate(_goals(preset), start=1) if _asks(goal)]
    by_hand = bool(preset.experiment.network.weights)
    if not asking and not by_hand:
        return
    sheet = Session(preset.experiment, base=preset.base).worksheet()
    cells = list(_cells(sheet, [goal for _, goal in asking]))
    samples = _samples(sheet, cells)
    is_small = _size(sheet.before) <= MOST_PARAMETERS
    if not is_small or (len(samples) > MOST_ROWS and not by_hand):
        return
    digits = _digits(sheet, [goal for _, goal in asking])
    hidden = {cell for cell in cells if cell.kind in ("w", "b")}
    yield (
        "A row for each number that comes in, a column for each neuron that it goes to; a number "
        "in brackets counts from 0."
    )
    yield from _layers(sheet, digits, hidden)
    for number, goal in asking:
        other = _changed(preset, goal)
        if other is None or _same(other.before, sheet.before):
            continue
        if _size(other.before) <= MOST_PARAMETERS:
            asked = {cell for cell in _cells(other, [goal]) if cell.kind in ("w", "b")}
            yield f"For goal {number} they are:"
            yield from _layers(other, digits, hidden | asked)
    if len(samples) <= MOST_ROWS:
        yield from _rows(sheet, samples, digits)


def _goals(preset: Preset) -> tuple[Goal, ...]:
    return preset.lesson.goals if preset.lesson else ()


def _asks(goal: Goal) -> bool:
    return goal.kind == "answer" and bool(goal.cell or goal.metric)


def _changed(preset: Preset, goal: Goal) -> Worksheet | None:
    """The start as a goal changes it, if it does and the changes fit the preset."""
    if goal.changes:
        with suppress(ValueError):
            changed = preset.experiment.with_values(goal.changes)
            return Session(changed, base=preset.base).worksheet()
    return None


def _cells(sheet: Worksheet, goals: Sequence[Goal]) -> Iterator[Cell]:
    for name in [name for goal in goals for name in (goal.cell, goal.over) if name]:
        with suppress(CellError):  # a metric, or a number of the network as the goal changes it
            yield sheet.settle(parse_cell(name))


def _samples(sheet: Worksheet, cells: Sequence[Cell]) -> list[Sample]:
    """All training rows if they fit, else those that the goals ask about."""
    asked = {cell.sample for cell in cells if cell.sample is not None}
    tested = {sample for sample in asked if sample.split == "test"}
    rows = [*range(len(sheet.dataset.train))]
    if len(rows) > MOST_ROWS and cells and not any(map(_of_all_rows, cells)):
        rows = [sample.row for sample in asked - tested]
        if not all(KINDS[cell.kind].of_sample for cell in cells):
            rows += sheet.rows.tolist()
    trained = [Sample("train", row) for row in sorted(set(rows))]
    return [*trained, *sorted(tested)]


def _of_all_rows(cell: Cell) -> bool:
    return cell.kind.startswith("train_")


def _size(parameters: Parameters) -> int:
    return sum(array.size for array in (*parameters.weights, *parameters.biases))


def _same(one: Parameters, other: Parameters) -> bool:
    mine, others = ([*p.weights, *p.biases] for p in (one, other))
    return len(mine) == len(others) and all(map(np.array_equal, mine, others))


def _digits(sheet: Worksheet, goals: Sequence[Goal]) -> int:
    """Significant digits: an answer worked out from what is printed is within its tolerance."""
    split, before = sheet.dataset.train, sheet.before
    arrays = (split.X, split.Y, *before.weights, *before.biases)
    largest = max(1.0, *(float(np.abs(array).max(initial=0.0)) for array in arrays))
    fine = [goal.relative_tolerance or (goal.tolerance or 1e-12) / largest for goal in goals]
    needed = math.ceil(-math.log10(min(fine, default=1e-3)))
    return min(max(needed, 1) + GUARD_DIGITS, 17)


def _layers(sheet: Worksheet, digits: int, hidden: set[Cell]) -> Iterator[str]:
    names = list(sheet.dataset.inputs)
    pairs = list(zip(sheet.before.weights, sheet.before.biases, strict=True))
    for layer, (W, b) in enumerate(pairs, start=1):
        kind = "yhat" if layer == len(pairs) else f"a{layer}"
        neurons = [f"{kind}[{j}]" for j in range(len(b))]

        def shown(cell: Cell, value: float) -> str:
            return "?" if cell in hidden else _number(value, digits)

        rows = [
            [name, *(shown(Cell("w", layer, (i, j)), w) for j, w in enumerate(W[i]))]
            for i, name in enumerate(names)
        ]
        biases = [shown(Cell("b", layer, (j,)), value) for j, value in enumerate(b)]
        yield _table([f"w{layer}", *neurons], [*rows, [f"bias b{layer}", *biases]])
        names = neurons


def _rows(sheet: Worksheet, samples: Sequence[Sample], digits: int) -> Iterator[str]:
    dataset = sheet.dataset
    outputs = dataset.outputs
    targets = ["y"] if len(outputs) == 1 else [f"y[{j}] {name}" for j, name in enumerate(outputs)]
    if dataset.standardizer is not None:
        yield "The inputs are standardized, as the network gets them."
    yield _table(
        ["row", *dataset.inputs, *targets],
        [[str(sample), *_numbers(sheet, sample, digits)] for sample in samples],
    )
    batch, count = sheet.rows, len(dataset.train)
    if len(batch) < count:
        yield f"The first batch holds the rows {', '.join(map(str, sorted(batch)))}."


def _numbers(sheet: Worksheet, sample: Sample, digits: int) -> list[str]:
    split = sheet.split(sample)
    values: tuple[Array, Array] = split.X[sample.row], split.Y[sample.row]
    return [_number(value, digits) for array in values for value in array]


def _number(value: float, digits: int) -> str:
    return f"{float(value) + 0.0:.{digits}g}"


def _table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> str:
    lines = [head, ["---", *("---:" for _ in head[1:])], *rows]
    escaped = [[cell.replace("|", "\\|") for cell in line] for line in lines]
    return "\n".join(f"| {' | '.join(line)} |" for line in escaped)
