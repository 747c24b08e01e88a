"""What a network answers, in the picture that suits its data."""

from __future__ import annotations

from functools import lru_cache
from typing import Literal

import numpy as np
import numpy.typing as npt
from nnmath_engine.arrays import Array
from nnmath_engine.dataset import Dataset, Split
from nnmath_engine.plan import Responses
from nnmath_engine.snapshot import Snapshot
from textual.strip import Strip

from nnmath_tui.drawing.confusion import draw_confusion
from nnmath_tui.drawing.curve import draw_curve
from nnmath_tui.drawing.decision_map import draw_decision_map
from nnmath_tui.drawing.numbers import count, percent, short
from nnmath_tui.drawing.palette import Palette
from nnmath_tui.drawing.plane import map_area
from nnmath_tui.drawing.scatter import draw_scatter
from nnmath_tui.drawing.value_map import draw_value_map
from nnmath_tui.views.decisions import decided, margins, shares
from nnmath_tui.views.forwards import (
    MOST_SAMPLES,
    drawn_samples,
    line,
    on_samples,
    plane,
    plane_ranges,
    run,
)
from nnmath_tui.views.names import printed

Kind = Literal["decision map", "curve", "value map", "confusion", "scatter", "images"]


def output_kind(dataset: Dataset) -> Kind:
    """Which picture suits the data."""
    inputs, classifies = len(dataset.raw_names), dataset.task == "classification"
    if classifies and dataset.image_shape is not None:
        return "images"
    if classifies and inputs == 2:
        return "decision map"
    if classifies:
        single = inputs == 1 and len(dataset.outputs) == 1
        return "curve" if single else "confusion"
    return ("curve", "value map")[inputs - 1] if inputs <= 2 else "scatter"


def draw_output(snapshot: Snapshot, width: int, height: int, palette: Palette) -> list[Strip]:
    """What the network answers, as `height` strips of `width` cells."""
    match output_kind(snapshot.dataset):
        case "decision map":
            return _decision_map(snapshot, width, height, palette)
        case "value map":
            return _value_map(snapshot, width, height, palette)
        case "curve":
            return _curve(snapshot, width, height, palette)
        case "scatter":
            return _scatter(snapshot, width, height, palette)
        case "images":
            # The gallery is only for images, and most sessions have none.
            from nnmath_tui.views.images import draw_images

            return draw_images(snapshot, width, height, palette)
        case "confusion":
            return draw_confusion(
                confusion_counts(snapshot), snapshot.dataset.classes, width, height, palette
            )


def output_title(dataset: Dataset) -> str:
    """What the picture is, in words."""
    match output_kind(dataset):
        case "decision map" | "value map":
            return "Output ŷ({}, {})".format(*_axis_names(dataset))
        case "curve":
            return f"Output ŷ({printed(dataset.raw_names[0])})"
        case "scatter":
            return "Output predicted against true"
        case "images":
            return "Output mistakes and confusion"
        case "confusion":
            return "Output confusion matrix"


def output_caption(snapshot: Snapshot) -> str:
    """The score of the network as it is drawn, on which rows, and whether all of them are drawn."""
    dataset = snapshot.dataset
    samples, last = drawn_samples(dataset), snapshot.history.last
    tested, whole = len(dataset.test) > 0, samples.of == len(samples.y)
    if output_kind(dataset) in ("confusion", "images"):
        counts = confusion_counts(snapshot)
        score, whole = float(np.trace(counts) / counts.sum()), True
    elif whole and dataset.task == "classification":
        score = _accuracy(snapshot, samples.test == tested)
    else:
        score = last.test_score if tested else last.train_score
    if np.isnan(score):
        shown = "undefined"
    else:
        shown = percent(score) if dataset.task == "classification" else short(score, 6, digits=3)
    words = "accuracy" if dataset.task == "classification" else "R²"
    part = "" if whole else f" · {count(MOST_SAMPLES)} of {count(samples.of)} samples shown"
    return f"{'test' if tested else 'train'} {words} {shown}{part}"


def _accuracy(snapshot: Snapshot, rows: npt.NDArray[np.bool_]) -> float:
    """The share of samples on the right side of the map, also amid an epoch.

    R² is left to the history: single precision tells sides apart, but it overflows on squares.
    """
    decisions = decided(snapshot, on_samples(snapshot))
    return float(np.mean((decisions == drawn_samples(snapshot.dataset).y)[rows]))


def _decision_map(snapshot: Snapshot, width: int, height: int, palette: Palette) -> list[Strip]:
    dataset = snapshot.dataset
    ranges = plane_ranges(dataset)
    classes = () if _plain(dataset.classes) else dataset.classes
    area = map_area(width, height, ranges, 2 if classes else 1)
    rows, columns = 2 * area.height, area.width
    answers = run(snapshot, plane(dataset, columns, rows))
    values: Array
    if len(dataset.classes) == 2:
        values = margins(snapshot, answers).reshape(rows, columns)
    else:
        values = shares(snapshot, answers).reshape(rows, columns, -1)
    samples = drawn_samples(dataset)
    ids = samples.y.astype(np.intp)
    wrong = decided(snapshot, on_samples(snapshot)) != ids
    return draw_decision_map(
        values, samples.raw, ids, samples.test, wrong, ranges, width, height, palette,
        classes=classes, names=_axis_names(dataset),
    )  # fmt: skip


def _value_map(snapshot: Snapshot, width: int, height: int, palette: Palette) -> list[Strip]:
    dataset = snapshot.dataset
    ranges = plane_ranges(dataset)
    area = map_area(width, height, ranges)
    rows, columns = 2 * area.height, area.width
    values = run(snapshot, plane(dataset, columns, rows)).yhat[:, 0].reshape(rows, columns)
    samples = drawn_samples(dataset)
    return draw_value_map(
        values, samples.raw, samples.y.astype(np.float64), samples.test, ranges,
        width, height, palette, names=_axis_names(dataset),
    )  # fmt: skip


def _curve(snapshot: Snapshot, width: int, height: int, palette: Palette) -> list[Strip]:
    dataset = snapshot.dataset
    x, X = line(dataset, 2 * max(2, width))
    answers = run(snapshot, X)
    name = "ŷ" if dataset.task == "regression" else f"{dataset.outputs[0]}: ŷ"
    samples = drawn_samples(dataset)
    points = np.stack([samples.raw[:, 0], samples.y.astype(np.float64)], axis=1)
    return draw_curve(
        x, answers.yhat[:, 0], points, samples.test, width, height, palette,
        names=(printed(dataset.raw_names[0]), name),
    )  # fmt: skip


def _scatter(snapshot: Snapshot, width: int, height: int, palette: Palette) -> list[Strip]:
    samples = drawn_samples(snapshot.dataset)
    yhat = on_samples(snapshot).yhat[:, 0].astype(np.float64)
    truth = samples.y.astype(np.float64)
    name = snapshot.dataset.target
    return draw_scatter(truth, yhat, samples.test, width, height, palette, name=name)


def judged(dataset: Dataset) -> Split:
    """The rows that a confusion matrix counts: the test rows, or all others if there are none."""
    return dataset.test if len(dataset.test) else dataset.train


def on_judged(snapshot: Snapshot) -> Responses:
    """The network on the rows that are judged, until the next snapshot is asked about."""
    return run(snapshot, _judged_inputs(snapshot.dataset))


@lru_cache(maxsize=4)
def _judged_inputs(dataset: Dataset) -> npt.NDArray[np.float32]:
    with np.errstate(over="ignore"):
        return judged(dataset).X.astype(np.float32)


@lru_cache(maxsize=2)
def confusion_counts(snapshot: Snapshot) -> npt.NDArray[np.intp]:
    """How many rows of each true class (rows) were taken for which (columns), (k, k)."""
    rows, size = judged(snapshot.dataset), len(snapshot.dataset.classes)
    answer = decided(snapshot, on_judged(snapshot))
    counts = np.bincount(rows.y.astype(np.intp) * size + answer, minlength=size * size)
    return counts.reshape(size, size)


def _plain(classes: tuple[str, ...]) -> bool:
    """Whether classes are only numbered: colors alone tell them apart."""
    return all(name.isdigit() for name in classes)


def _axis_names(dataset: Dataset) -> tuple[str, str]:
    first, second = (printed(name) for name in dataset.raw_names)
    return first, second
