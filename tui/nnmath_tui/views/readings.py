"""What the network answers at a point or for a sample, in words and with its exact numbers.

These are computed in double precision, as in training; only pictures are not.
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from nnmath_engine.arrays import Array
from nnmath_engine.dataset import Dataset
from nnmath_engine.network import Tape
from nnmath_engine.snapshot import Snapshot

from nnmath_tui.drawing.numbers import count, percent, short
from nnmath_tui.views.forwards import at_mean
from nnmath_tui.views.judging import confusion_counts, examples, judged_split
from nnmath_tui.views.names import printed
from nnmath_tui.views.output_look import Cell, Sample
from nnmath_tui.views.veil import OPEN, Veil

_WIDTH = 9
_MOST_LISTED = 8


def point_notes(
    snapshot: Snapshot,
    axes: tuple[int, ...],
    point: Sequence[float],
    ascii: bool,
    veil: Veil = OPEN,
) -> list[str]:
    """The inputs and the answer at a point of some axes, the others at their mean."""
    dataset = snapshot.dataset
    raw = at_mean(dataset, np.array([point], dtype=np.float64), axes)
    with np.errstate(over="ignore", invalid="ignore"):
        tape = snapshot.forward(dataset.prepare(raw))
    numbers = [short(value, _WIDTH, digits=3, ascii=ascii) for value in point]
    names = [printed(dataset.raw_names[axis]) for axis in axes]
    named = ", ".join(f"{name} = {text}" for name, text in zip(names, numbers, strict=True))
    place = f"({', '.join(numbers)})" if len(numbers) > 1 else named
    answer, logit = _answer(snapshot, tape, ascii, veil)
    full = f"{answer}  {logit}" if logit else answer
    return [f"{named}  {full}", f"{place}  {full}", f"{place}  {answer}", answer]


def sample_notes(snapshot: Snapshot, sample: Sample, ascii: bool, veil: Veil = OPEN) -> list[str]:
    """What a sample is, what it was taken for if for something else, and its loss.

    Rows are counted from 0, as they are in the names of numbers: z2[0]@test3 is of test 3.
    """
    dataset = snapshot.dataset
    rows = dataset.train if sample.split == "train" else dataset.test
    if not 0 <= sample.index < len(rows):
        return []
    tape = snapshot.forward(rows.X[sample.index : sample.index + 1])
    number, lost = sample_loss(snapshot, sample, ascii, veil)[0].split(": ")
    answer, logit = _answer(snapshot, tape, ascii, veil)
    if dataset.task == "classification":
        truth = int(rows.y[sample.index])
        taken = decided_class(snapshot, tape)
        what = _class(dataset, truth)
        if taken != truth:
            what = f"{what} taken for {dataset.classes[taken]}"
    else:
        what = f"{dataset.target} {short(float(rows.y[sample.index]), _WIDTH, ascii=ascii)}"
    full = f"{number}: {what}, {answer}, {lost}"
    brief = answer if dataset.task == "regression" else lost
    return [
        f"{full}, {logit}" if logit else full,
        full,
        f"{number}: {what}, {brief}",
        f"{number}: {what}",
        number,
    ]


def sample_loss(snapshot: Snapshot, sample: Sample, ascii: bool, veil: Veil = OPEN) -> list[str]:
    """The loss of one sample."""
    rows = snapshot.dataset.train if sample.split == "train" else snapshot.dataset.test
    if not 0 <= sample.index < len(rows):
        return []
    part = slice(sample.index, sample.index + 1)
    tape = snapshot.forward(rows.X[part])
    with np.errstate(all="ignore"):
        loss = float(snapshot.loss.per_sample(tape.scored(snapshot.loss), rows.Y[part])[0])
    lost = f"loss {veil.text(loss, short(loss, _WIDTH, digits=3, ascii=ascii))}"
    return [f"{sample.split} {sample.index}: {lost}", lost]


def cell_notes(snapshot: Snapshot, cell: Cell) -> list[str]:
    """How many of one class were taken for another, and which rows they are."""
    dataset = snapshot.dataset
    counts = confusion_counts(snapshot)
    number, whole = int(counts[cell]), int(counts[cell[0]].sum())
    what = f"{cell_words(dataset, cell)}: {count(number)} of {count(whole)}"
    share = f" ({percent(number / whole)})" if whole else ""
    rows = [str(row) for row in examples(snapshot, cell)[0][:_MOST_LISTED].tolist()]
    if not rows:
        return [what + share, what]
    more = ", …" if number > len(rows) else ""
    listed = f"{judged_split(dataset)} rows {', '.join(rows)}{more}"
    return [f"{what}{share} · {listed}", what + share, what]


def cell_words(dataset: Dataset, cell: Cell) -> str:
    """What a cell of the confusion matrix counts."""
    truth = _class(dataset, cell[0])
    if cell[0] == cell[1]:
        return f"{truth} recognized"
    return f"{truth} taken for {dataset.classes[cell[1]]}"


def decided_class(snapshot: Snapshot, tape: Tape) -> int:
    """The class decided for in the only row of a tape."""
    scored = tape.scored(snapshot.loss)
    if scored.shape[1] == 1:
        return int(scored[0, 0] > snapshot.loss.threshold)
    return int(scored[0].argmax())


def _answer(snapshot: Snapshot, tape: Tape, ascii: bool, veil: Veil) -> tuple[str, str]:
    """ "p(1) = 0.973" or "ŷ = 1.2" for the only row of a tape, and "z = 3.58" if that differs."""
    dataset, activation = snapshot.dataset, snapshot.activations[-1].name
    column, name = 0, "ŷ"
    if len(dataset.outputs) > 1:
        column = decided_class(snapshot, tape)
        name = f"ŷ({dataset.classes[column]})"
    if dataset.task == "classification" and activation in ("sigmoid", "softmax"):
        name = f"p({dataset.outputs[column]})"
    value, logit = float(tape.yhat[0, column]), float(tape.logits[0, column])
    text = short(value, _WIDTH, digits=3, ascii=ascii)
    if text == "1" and value < 1:
        # Nobody is that sure.
        text = "0.999+"
    answer = f"{name} = {veil.text(value, text)}"
    if activation == "linear":
        return answer, ""
    return answer, f"z = {veil.text(logit, short(logit, _WIDTH, digits=3, ascii=ascii))}"


def _class(dataset: Dataset, number: int) -> str:
    name = dataset.classes[number]
    return f"class {name}" if name.isdigit() else name


def sample_point(dataset: Dataset, sample: Sample, axes: tuple[int, ...]) -> Array | None:
    """Where a sample lies on some axes; None if there is no such row."""
    rows = dataset.train if sample.split == "train" else dataset.test
    if not 0 <= sample.index < len(rows):
        return None
    point: Array = rows.raw[sample.index, axes].astype(np.float64)
    return point
