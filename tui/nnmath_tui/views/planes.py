"""The network's answer over the plane of two inputs, with the samples on it."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from nnmath_engine.arrays import Array
from nnmath_engine.dataset import Dataset
from nnmath_engine.snapshot import Snapshot
from textual.strip import Strip

from nnmath_tui.drawing.decision_map import draw_decision_map
from nnmath_tui.drawing.frame import Frame, Marks
from nnmath_tui.drawing.palette import Palette
from nnmath_tui.drawing.plane import map_area
from nnmath_tui.drawing.value_map import draw_value_map
from nnmath_tui.views.decisions import decided, margins, shares
from nnmath_tui.views.forwards import drawn_samples, on_samples, plane, plane_ranges, run
from nnmath_tui.views.names import printed
from nnmath_tui.views.output_look import Axes, OutputLook
from nnmath_tui.views.readings import sample_point

_TALL = 16
"""From so many lines on there is room for one more of legend."""


def plane_frame(dataset: Dataset, axes: Axes, width: int, height: int) -> Frame:
    """Where the plane is drawn, and which values are there."""
    ranges = plane_ranges(dataset, axes)
    return Frame(map_area(width, height, ranges, 2 if _named(dataset, height) else 1), ranges)


def plane_points(dataset: Dataset, axes: Axes) -> Array:
    """The drawn samples on the plane (n, 2)."""
    points: Array = drawn_samples(dataset).raw[:, axes]
    return points


def draw_plane(
    snapshot: Snapshot,
    look: OutputLook,
    notes: Sequence[str],
    width: int,
    height: int,
    palette: Palette,
) -> list[Strip]:
    """A decision map of a classifier, a value map of a regression."""
    dataset = snapshot.dataset
    axes = look.axes_for(dataset)
    frame = plane_frame(dataset, axes, width, height)
    rows, columns = 2 * frame.area.height, frame.area.width
    answers = run(snapshot, plane(dataset, columns, rows, axes))
    samples, points = drawn_samples(dataset), plane_points(dataset, axes)
    marks, names = _marks(dataset, look, axes), axis_names(dataset, axes)
    if dataset.task == "regression":
        return draw_value_map(
            answers.yhat[:, 0].reshape(rows, columns), points, samples.y.astype(np.float64),
            samples.test, frame.ranges, width, height, palette, names=names, marks=marks,
            notes=notes,
        )  # fmt: skip
    values: Array
    if len(dataset.classes) == 2:
        values = margins(snapshot, answers).reshape(rows, columns)
    else:
        values = shares(snapshot, answers).reshape(rows, columns, -1)
    ids = samples.y.astype(np.intp)
    wrong = decided(snapshot, on_samples(snapshot)) != ids
    return draw_decision_map(
        values, points, ids, samples.test, wrong, frame.ranges, width, height, palette,
        discrete=look.discrete, classes=_named(dataset, height),
        names=names, marks=marks, notes=notes,
    )  # fmt: skip


def axis_names(dataset: Dataset, axes: Axes) -> tuple[str, str]:
    """The printed names of the inputs across and up."""
    first, second = (printed(dataset.raw_names[axis]) for axis in axes)
    return first, second


def _named(dataset: Dataset, height: int) -> tuple[str, ...]:
    """The classes that the legend names.

    Where there is little room, colors alone tell two classes apart that are only numbered.
    """
    classes = dataset.classes
    if not all(name.isdigit() for name in classes):
        return classes
    if len(classes) == 2:
        return tuple(f"class {name}" for name in classes) if height >= _TALL else ()
    return classes


def _marks(dataset: Dataset, look: OutputLook, axes: Axes) -> Marks:
    sample = None
    if look.sample is not None:
        point = sample_point(dataset, look.sample, axes)
        sample = None if point is None else (float(point[0]), float(point[1]))
    return Marks(look.point, sample)
