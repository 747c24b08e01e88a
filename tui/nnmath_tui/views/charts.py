"""The network's answer as a chart: over its one input, or against the true value."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from nnmath_engine.arrays import Array
from nnmath_engine.snapshot import Snapshot
from textual.strip import Strip

from nnmath_tui.drawing.curve import curve_frame, draw_curve
from nnmath_tui.drawing.frame import Frame, Marks
from nnmath_tui.drawing.palette import Palette
from nnmath_tui.drawing.scatter import draw_scatter, scatter_frame
from nnmath_tui.views.forwards import drawn_samples, line, on_samples, run
from nnmath_tui.views.names import printed
from nnmath_tui.views.output_look import OutputLook, Sample


def draw_fit(
    snapshot: Snapshot,
    look: OutputLook,
    notes: Sequence[str],
    width: int,
    height: int,
    palette: Palette,
) -> list[Strip]:
    """The fitted curve over the samples of the one input."""
    dataset = snapshot.dataset
    x, y = _curve(snapshot, width)
    name = "ŷ" if dataset.task == "regression" else f"{dataset.outputs[0]}: ŷ"
    return draw_curve(
        x, y, curve_points(snapshot), drawn_samples(dataset).test, width, height, palette,
        names=(printed(dataset.raw_names[0]), name),
        marks=Marks(look.point, _place(snapshot, curve_points(snapshot), look.sample)),
        notes=notes,
    )  # fmt: skip


def fit_frame(snapshot: Snapshot, width: int, height: int) -> Frame:
    """Where the curve is drawn, and which values are there."""
    return curve_frame(*_curve(snapshot, width), curve_points(snapshot), width, height)


def fitted(snapshot: Snapshot, width: int, x: float) -> float:
    """The height of the drawn curve; 0 where it is not finite."""
    return float(np.nan_to_num(np.interp(x, *_curve(snapshot, width))))


def curve_points(snapshot: Snapshot) -> Array:
    """The drawn samples as (input, target) (n, 2)."""
    samples = drawn_samples(snapshot.dataset)
    return np.stack([samples.raw[:, 0], samples.y.astype(np.float64)], axis=1)


def _curve(snapshot: Snapshot, width: int) -> tuple[Array, Array]:
    x, X = line(snapshot.dataset, 2 * max(2, width))
    return x, run(snapshot, X).yhat[:, 0]


def draw_truth(
    snapshot: Snapshot,
    look: OutputLook,
    notes: Sequence[str],
    width: int,
    height: int,
    palette: Palette,
) -> list[Strip]:
    """Predicted against true values."""
    truth, yhat = truth_points(snapshot).T
    return draw_scatter(
        truth, yhat, drawn_samples(snapshot.dataset).test, width, height, palette,
        name=snapshot.dataset.target,
        marks=Marks(sample=_place(snapshot, truth_points(snapshot), look.sample)), notes=notes,
    )  # fmt: skip


def truth_frame(snapshot: Snapshot, width: int, height: int) -> Frame:
    """Where predicted against true values are drawn."""
    return scatter_frame(truth_points(snapshot)[:, 0], width, height)


def truth_points(snapshot: Snapshot) -> Array:
    """The drawn samples as (true, predicted) (n, 2)."""
    samples = drawn_samples(snapshot.dataset)
    yhat = on_samples(snapshot).yhat[:, 0].astype(np.float64)
    return np.stack([samples.y.astype(np.float64), yhat], axis=1)


def _place(snapshot: Snapshot, points: Array, sample: Sample | None) -> tuple[float, float] | None:
    """Where the selected sample is, if it is among those that are drawn."""
    number = drawn_number(snapshot, sample)
    return None if number is None else (float(points[number, 0]), float(points[number, 1]))


def drawn_number(snapshot: Snapshot, sample: Sample | None) -> int | None:
    """The number of a row among the drawn samples."""
    samples = drawn_samples(snapshot.dataset)
    if sample is None:
        return None
    found = np.flatnonzero(
        (samples.index == sample.index) & (samples.test == (sample.split == "test"))
    )
    return int(found[0]) if len(found) else None


def drawn_sample(snapshot: Snapshot, number: int) -> Sample:
    """The row that a number among the drawn samples stands for."""
    samples = drawn_samples(snapshot.dataset)
    return Sample("test" if samples.test[number] else "train", int(samples.index[number]))
