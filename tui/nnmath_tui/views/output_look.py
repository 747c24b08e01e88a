"""How the output is looked at: in which picture, along which axes, and what is pointed at."""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

import numpy as np
from nnmath_engine.arrays import Array
from nnmath_engine.dataset import Dataset

Kind = Literal["decision map", "curve", "value map", "confusion", "scatter", "images"]
PLANES: tuple[Kind, ...] = ("decision map", "value map")
"""The pictures that have two inputs as their axes."""

Axes = tuple[int, int]
Cell = tuple[int, int]
"""A true and a predicted class."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A row of the training or of the test data, counted from 0."""

    split: Literal["train", "test"]
    index: int


@dataclass(frozen=True, slots=True)
class OutputLook:
    """What the pane shows, apart from the network.

    `kind` and `axes` None mean those that suit the data. `point` is a place on a plane or a chart,
    in the units of its axes; `cell` of the confusion matrix; `sample` is the selected row.
    """

    kind: Kind | None = None
    axes: Axes | None = None
    discrete: bool = False
    point: tuple[float, float] | None = None
    cell: Cell | None = None
    sample: Sample | None = None

    def kind_for(self, dataset: Dataset) -> Kind:
        """The picture to draw."""
        kinds = output_kinds(dataset)
        return self.kind if self.kind in kinds else kinds[0]

    def axes_for(self, dataset: Dataset) -> Axes:
        """The raw inputs across and up."""
        return self.axes if self.axes is not None else telling_axes(dataset)


def output_kinds(dataset: Dataset) -> tuple[Kind, ...]:
    """The pictures that suit the data, the most telling one first."""
    inputs = len(dataset.raw_names)
    if dataset.task == "classification":
        if dataset.image_shape is not None:
            return ("images", "confusion", "decision map")
        if inputs == 2:
            return ("decision map", "confusion")
        if inputs > 2:
            return ("confusion", "decision map")
        return ("curve", "confusion") if len(dataset.outputs) == 1 else ("confusion",)
    if inputs == 1:
        return ("curve", "scatter")
    return ("value map", "scatter") if inputs == 2 else ("scatter", "value map")


@lru_cache(maxsize=8)
def telling_axes(dataset: Dataset) -> Axes:
    """The two raw inputs that by themselves tell most of the target, in their order."""
    if len(dataset.raw_names) <= 2:
        return 0, 1
    with np.errstate(over="ignore", invalid="ignore"):
        told = np.nan_to_num(_told(dataset))
    first, second = sorted(np.argsort(-told, kind="stable")[:2].tolist())
    return first, second


def _told(dataset: Dataset) -> Array:
    """For each raw input the share of a variance that the other explains (d0,): of the input by
    the classes, or of the target by a line through the input."""
    raw, y = dataset.train.raw.astype(np.float64), dataset.train.y
    spread = raw - raw.mean(axis=0)
    total = (spread**2).sum(axis=0)
    if dataset.task == "classification":
        groups = [raw[y == k] for k in range(len(dataset.classes)) if (y == k).any()]
        between = sum(len(group) * (group.mean(axis=0) - raw.mean(axis=0)) ** 2 for group in groups)
    else:
        away = y - y.mean()
        between = (spread * away[:, None]).sum(axis=0) ** 2 / (float((away**2).sum()) or 1.0)
        between = between / np.where(total > 0, total, 1.0)
        return np.asarray(between)
    return np.asarray(between / np.where(total > 0, total, 1.0))


def next_axis(dataset: Dataset, axes: Axes, which: Literal[0, 1]) -> Axes:
    """The axes with the next input that varies in the place of one; it never is the other one."""
    low, high = dataset.ranges
    inputs = len(dataset.raw_names)
    column, other = axes[which], axes[1 - which]
    for away in range(1, inputs + 1):
        candidate = (column + away) % inputs
        if candidate != other and high[candidate] > low[candidate]:
            column = candidate
            break
    return (column, other) if which == 0 else (other, column)
