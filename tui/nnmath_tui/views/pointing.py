"""What of the output is at a cell of the pane, and what the arrow keys lead to."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from nnmath_engine.arrays import Array
from nnmath_engine.snapshot import Snapshot

from nnmath_tui.drawing.confusion import confusion_cell_at
from nnmath_tui.drawing.frame import Frame
from nnmath_tui.drawing.palette import Palette
from nnmath_tui.views.charts import (
    curve_points,
    drawn_number,
    drawn_sample,
    fit_frame,
    fitted,
    truth_frame,
    truth_points,
)
from nnmath_tui.views.images import gallery_at, image_parts, pictured
from nnmath_tui.views.judging import confusion_counts, examples, judged_split
from nnmath_tui.views.output_look import PLANES, Cell, OutputLook, Sample
from nnmath_tui.views.planes import plane_frame, plane_points
from nnmath_tui.views.readings import cell_notes, point_notes, sample_loss, sample_notes
from nnmath_tui.views.veil import OPEN, Veil


def pointed_at(
    snapshot: Snapshot,
    look: OutputLook,
    width: int,
    height: int,
    palette: Palette,
    x: int,
    y: int,
) -> OutputLook | None:
    """The look with the cursor at cell (x, y) and what is there selected; None if nothing is."""
    if look.kind_for(snapshot.dataset) in ("images", "confusion"):
        return _at_cell(snapshot, look, width, height, palette, x, y)
    frame, points = _plot(snapshot, look, width, height)
    point = frame.point(x, y)
    return None if point is None else _at_point(snapshot, look, frame, points, point)


def moved(
    snapshot: Snapshot, look: OutputLook, width: int, height: int, across: int, down: int
) -> OutputLook:
    """The look after an arrow key: a cell further on a plane, to the next picture or sample."""
    kind = look.kind_for(snapshot.dataset)
    if kind == "confusion":
        size = len(snapshot.dataset.classes)
        row, column = look.cell or (0, 0)
        if look.cell is not None:
            row, column = row + down, column + across
        return with_cell(snapshot, look, (_within(row, size), _within(column, size)))
    if kind == "images":
        return _next_picture(snapshot, look, width, height, across, down)
    frame, points = _plot(snapshot, look, width, height)
    if kind == "scatter":
        return _next_sample(snapshot, look, points, across - down)
    left, right, bottom, top = frame.ranges
    x, y = look.point or ((left + right) / 2, (bottom + top) / 2)
    if look.point is not None:
        step = frame.step(across, -down)
        x, y = x + step[0], y + step[1]
    x = min(max(x, left), right)
    if kind == "curve":
        y = fitted(snapshot, width, x)
    y = min(max(y, bottom), top)
    return _at_point(snapshot, look, frame, points, (x, y))


def with_cell(snapshot: Snapshot, look: OutputLook, cell: Cell) -> OutputLook:
    """A cell of the confusion matrix selected, and the surest of its rows."""
    rows = examples(snapshot, cell)[0]
    split = judged_split(snapshot.dataset)
    return replace(look, cell=cell, sample=Sample(split, int(rows[0])) if len(rows) else None)


def notes_on(
    snapshot: Snapshot, look: OutputLook, ascii: bool, veil: Veil = OPEN
) -> tuple[list[str], list[str]]:
    """What to say of what is pointed at in the picture, and of the selected sample."""
    kind = look.kind_for(snapshot.dataset)
    first: list[str] = []
    second = sample_notes(snapshot, look.sample, ascii, veil) if look.sample is not None else []
    if kind in PLANES and look.point is not None:
        first = point_notes(snapshot, look.axes_for(snapshot.dataset), look.point, ascii, veil)
    elif kind == "curve" and look.point is not None:
        first = point_notes(snapshot, (0,), look.point[:1], ascii, veil)
    elif kind in ("confusion", "images") and look.cell is not None:
        first = cell_notes(snapshot, look.cell)
    elif kind == "scatter" and look.sample is not None:
        first, second = second, sample_loss(snapshot, look.sample, ascii, veil)
    if first and second and kind in (*PLANES, "curve"):
        second = [words for text in second for words in (f"nearest {text}", text)]
    return first, second


def _plot(snapshot: Snapshot, look: OutputLook, width: int, height: int) -> tuple[Frame, Array]:
    """Where values are on a plane or a chart, and the samples on it."""
    dataset = snapshot.dataset
    match look.kind_for(dataset):
        case "curve":
            return fit_frame(snapshot, width, height), curve_points(snapshot)
        case "scatter":
            return truth_frame(snapshot, width, height), truth_points(snapshot)
        case _:
            axes = look.axes_for(dataset)
            return plane_frame(dataset, axes, width, height), plane_points(dataset, axes)


def _at_point(
    snapshot: Snapshot,
    look: OutputLook,
    frame: Frame,
    points: Array,
    point: tuple[float, float],
) -> OutputLook:
    near = frame.nearest(point, points)
    sample = None if near is None else drawn_sample(snapshot, near)
    return replace(look, point=point, sample=sample)


def _at_cell(
    snapshot: Snapshot,
    look: OutputLook,
    width: int,
    height: int,
    palette: Palette,
    x: int,
    y: int,
) -> OutputLook | None:
    counts, dataset = confusion_counts(snapshot), snapshot.dataset
    left, top = 0, 0
    if dataset.image_shape is not None:
        parts = image_parts(snapshot, look, width, height)
        room = parts.pictures
        if room is not None and x < room.left + room.width and y < room.top + room.height:
            layout = gallery_at(snapshot, look, room)
            number = layout.at(x - room.left, y - room.top - 1) if layout is not None else None
            samples = pictured(snapshot, look)
            if number is None or number >= len(samples):
                return None
            return replace(look, kind="images", sample=samples[number])
        if parts.matrix is None:
            return None
        left, top = parts.matrix.left, parts.matrix.top
        width, height = parts.matrix.width, parts.matrix.height
    cell = confusion_cell_at(counts, dataset.classes, width, height, palette, x - left, y - top)
    if cell is None:
        return None
    return with_cell(snapshot, replace(look, kind="confusion"), cell)


def _next_picture(
    snapshot: Snapshot, look: OutputLook, width: int, height: int, across: int, down: int
) -> OutputLook:
    samples = pictured(snapshot, look)
    room = image_parts(snapshot, look, width, height).pictures
    layout = gallery_at(snapshot, look, room) if room is not None else None
    if not samples or layout is None:
        return look
    number = 0
    if look.sample in samples:
        number = samples.index(look.sample)
        beyond = number + across + down * layout.per_row
        number = beyond if 0 <= beyond < len(samples) else number
    return replace(look, sample=samples[number])


def _next_sample(snapshot: Snapshot, look: OutputLook, points: Array, direction: int) -> OutputLook:
    """The sample with the next higher or lower true value."""
    order = np.argsort(points[:, 0], kind="stable").tolist()
    if not order:
        return look
    number = drawn_number(snapshot, look.sample)
    place = len(order) // 2 if number is None else order.index(number) + direction
    return replace(look, sample=drawn_sample(snapshot, order[_within(place, len(order))]))


def _within(place: int, size: int) -> int:
    return max(0, min(place, size - 1))
