"""Forward passes for pictures: over the input plane, and over the samples that are drawn.

Pictures have 33 shades, so everything is computed in float32.
"""

from __future__ import annotations

from functools import lru_cache

import numpy as np
import numpy.typing as npt
from nnmath_engine.arrays import Array
from nnmath_engine.dataset import Dataset
from nnmath_engine.plan import Responses
from nnmath_engine.snapshot import Snapshot

from nnmath_tui.drawing.plane import Ranges
from nnmath_tui.views.responses import run

__all__ = [
    "MOST_SAMPLES",
    "DrawnSamples",
    "at_mean",
    "drawn_samples",
    "interval",
    "line",
    "mean_inputs",
    "on_samples",
    "plane",
    "plane_ranges",
    "run",
]

MOST_SAMPLES = 2_000
"""More samples than this are thinned out evenly: they would hide the map and cost a frame."""
_MARGIN = 0.05


@lru_cache(maxsize=8)
def plane_ranges(dataset: Dataset, axes: tuple[int, int] = (0, 1)) -> Ranges:
    """Left, right, bottom, top of the plane of two raw inputs, with a margin."""
    (left, right), (bottom, top) = (interval(dataset, column) for column in axes)
    return left, right, bottom, top


def interval(dataset: Dataset, column: int) -> tuple[float, float]:
    """The range of one raw input with a margin, never empty."""
    low, high = (float(end[column]) for end in dataset.ranges)
    margin = _MARGIN * (high - low) or 0.5 * abs(low) or 0.5
    return low - margin, high + margin


@lru_cache(maxsize=6)
def plane(dataset: Dataset, columns: int, rows: int, axes: tuple[int, int] = (0, 1)) -> Array:
    """Prepared inputs (rows * columns, d) at the middles of pixels, top left first, row by row.

    Raw inputs other than those of the two axes are at their mean.
    """
    left, right, bottom, top = plane_ranges(dataset, axes)
    x = left + (np.arange(columns) + 0.5) / columns * (right - left)
    y = top - (np.arange(rows) + 0.5) / rows * (top - bottom)
    points = np.stack([np.tile(x, rows), np.repeat(y, columns)], axis=1)
    return _prepared(dataset, at_mean(dataset, points, axes))


def at_mean(dataset: Dataset, points: Array, axes: tuple[int, ...]) -> Array:
    """Raw inputs (n, d0) with `points` (n, axes) in some columns, and the mean in the others."""
    raw = np.tile(mean_inputs(dataset), (len(points), 1))
    raw[:, axes] = points
    return raw


@lru_cache(maxsize=8)
def mean_inputs(dataset: Dataset) -> Array:
    """The mean of each raw input over the training rows (d0,)."""
    return np.asarray(dataset.train.raw.mean(axis=0, dtype=np.float64))


@lru_cache(maxsize=16)
def line(dataset: Dataset, points: int) -> tuple[Array, Array]:
    """The one raw input x (points,) over its range, and prepared (points, d)."""
    x = np.linspace(*interval(dataset, 0), points)
    return x, _prepared(dataset, x[:, None])


def _prepared(dataset: Dataset, raw: Array) -> Array:
    with np.errstate(over="ignore"):
        return dataset.prepare(raw).astype(np.float32)


class DrawnSamples:
    """The training and test samples that pictures show, at most `MOST_SAMPLES` of them.

    raw (n, d0), X (n, d) float32, y (n,) class ids or values, test (n,) mask, index (n,) the row
    within the split; `of` is how many there are in the data.
    """

    def __init__(self, dataset: Dataset) -> None:
        train, test = dataset.train, dataset.test
        self.of = len(train) + len(test)
        kept = np.arange(self.of)
        if self.of > MOST_SAMPLES:
            kept = np.linspace(0, self.of - 1, MOST_SAMPLES).astype(np.intp)
        self.raw: Array = np.concatenate([train.raw, test.raw])[kept]
        with np.errstate(over="ignore"):
            X = np.concatenate([train.X, test.X])[kept].astype(np.float32)
        self.X: Array = X
        self.y: npt.NDArray[np.generic] = np.concatenate([train.y, test.y])[kept]
        self.test: npt.NDArray[np.bool_] = kept >= len(train)
        self.index: npt.NDArray[np.intp] = np.where(self.test, kept - len(train), kept)


@lru_cache(maxsize=4)
def drawn_samples(dataset: Dataset) -> DrawnSamples:
    """The samples of a data set that pictures show."""
    return DrawnSamples(dataset)


def on_samples(snapshot: Snapshot) -> Responses:
    """The network on `drawn_samples`, until the next snapshot is asked about; see `run`."""
    return run(snapshot, drawn_samples(snapshot.dataset).X)
