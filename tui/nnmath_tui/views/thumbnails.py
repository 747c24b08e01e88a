"""What a small picture of a data set shows: two of its directions, and its classes."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from nnmath_engine.arrays import Array
from nnmath_engine.dataset import Dataset, build_dataset
from nnmath_presets.preset import Preset

MOST_POINTS = 600


@dataclass(frozen=True, slots=True, eq=False)
class Thumbnail:
    """Points (n, 2), the class of each (n,), and in words what the axes are."""

    points: Array
    kinds: npt.NDArray[np.intp]
    words: str


def thumbnail(preset: Preset) -> Thumbnail:
    """The training rows of a preset, every so many of them where there are many.

    Raises:
        DataError: its data cannot be made or read.
    """
    experiment = preset.experiment
    dataset = build_dataset(experiment.data, experiment.training.loss, preset.base)
    raw, y = dataset.train.raw.astype(np.float64), dataset.train.y
    raw = raw[:: max(1, len(raw) // MOST_POINTS)]
    y = y[:: max(1, len(y) // MOST_POINTS)]
    rows = f"{len(dataset.train):,} rows to train on"
    if dataset.classes:
        kinds = np.asarray(y, dtype=np.intp)
        rows += f", {len(dataset.classes)} classes"
    else:
        # Of a regression in the plane, below and above the middle are apart.
        kinds = np.asarray(y > np.median(y), dtype=np.intp)
    if raw.shape[1] == 1 and not dataset.classes:
        points = np.column_stack([raw[:, 0], np.asarray(y, dtype=np.float64)])
        return Thumbnail(points, np.ones(len(y), dtype=np.intp), f"{rows}; y over {_x(dataset)}")
    if raw.shape[1] == 1:
        return Thumbnail(np.column_stack([raw[:, 0], kinds]), kinds, f"{rows}; {_x(dataset)}")
    if raw.shape[1] == 2:
        return Thumbnail(raw, kinds, rows)
    words = f"{rows}; {raw.shape[1]} inputs along their two main directions"
    return Thumbnail(main_directions(raw), kinds, words)


def main_directions(X: Array) -> Array:
    """Samples (n, d) by their two principal components (n, 2), columns on a common scale."""
    spread = X.std(axis=0)
    scaled = (X - X.mean(axis=0)) / np.where(spread > 0, spread, 1.0)
    scaled = np.nan_to_num(scaled)
    _, vectors = np.linalg.eigh(scaled.T @ scaled)
    axes = vectors[:, :-3:-1]
    # Which way round an axis is has no meaning; so that it is always the same, its largest entry
    # is positive.
    largest = np.abs(axes).argmax(axis=0)
    return np.asarray(scaled @ (axes * np.sign(axes[largest, [0, 1]])))


def _x(dataset: Dataset) -> str:
    return dataset.raw_names[0]
