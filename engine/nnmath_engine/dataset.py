"""One data set as the network sees it: split, expanded, standardized, with targets."""

from __future__ import annotations

import difflib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol, cast

import numpy as np
import numpy.typing as npt

from nnmath_engine import confinement, points
from nnmath_engine.arrays import Array
from nnmath_engine.datasets import DATASETS, GIVEN
from nnmath_engine.features import Expansion, Standardizer, expansion
from nnmath_engine.fields import FIELDS
from nnmath_engine.formulas import formula_samples
from nnmath_engine.losses import LOSSES
from nnmath_engine.real_data import RealSource
from nnmath_engine.samples import DataError, Samples, Task
from nnmath_engine.splits import Rows, split_rows
from nnmath_engine.streams import Stream
from nnmath_engine.tables import read_csv

__all__ = ["DataError", "DataLike", "Dataset", "Split", "build_dataset"]


class DataLike(Protocol):
    """The attributes of `experiment.DataSpec` that this module reads."""

    @property
    def source(self) -> str: ...
    @property
    def samples(self) -> int: ...
    @property
    def noise(self) -> float: ...
    @property
    def classes(self) -> int: ...
    @property
    def formula(self) -> str: ...
    @property
    def points(self) -> tuple[Any, ...]: ...
    @property
    def target(self) -> str: ...
    @property
    def task(self) -> str: ...
    @property
    def missing(self) -> str: ...
    @property
    def features(self) -> tuple[str, ...]: ...
    @property
    def standardize(self) -> bool: ...
    @property
    def test_fraction(self) -> float: ...
    @property
    def validation_fraction(self) -> float: ...
    @property
    def seed(self) -> int: ...


@dataclass(frozen=True, slots=True, eq=False)
class Split:
    """Rows for one purpose, possibly none. All arrays are read-only.

    X: inputs of the network, (n, d). Y: its targets, (n, k).
    raw: the inputs before features and standardization, (n, d0). y: class ids or values, (n,).
    """

    X: Array
    Y: Array
    raw: Array
    y: npt.NDArray[Any]

    def __len__(self) -> int:
        return len(self.y)


@dataclass(frozen=True, slots=True, eq=False)
class Dataset:
    """All rows of an experiment, and how a raw input becomes an input of the network.

    inputs: the names of the d inputs of the network. raw_names: those of the d0 raw columns.
    outputs: the names of the k targets. classes: the class names, () for a regression.
    ranges: lowest and highest raw value of each column over all rows, each (d0,).
    categories: for each raw column that is 1 for one category of a column of the table, that
    column's name and the category; else None.
    """

    train: Split
    validation: Split
    test: Split
    task: Task
    inputs: tuple[str, ...]
    raw_names: tuple[str, ...]
    outputs: tuple[str, ...]
    classes: tuple[str, ...]
    target: str
    image_shape: tuple[int, int] | None
    notes: tuple[str, ...]
    ranges: tuple[Array, Array]
    expansion: Expansion
    standardizer: Standardizer | None
    categories: tuple[tuple[str, str] | None, ...]

    def prepare(self, raw: Array) -> Array:
        """Raw inputs (n, d0) as inputs of the network (n, d)."""
        X = self.expansion(np.asarray(raw, dtype=np.float64))
        return X if self.standardizer is None else self.standardizer(X)


def build_dataset(data: DataLike, loss_name: str, base: Path | None = None) -> Dataset:
    """Load or make the rows that `data` describes; the same `data` gives the same rows.

    loss_name decides the shape of classification targets: cross-entropy has one column for each
    class, other losses one column of 0 and 1 if there are two classes. base: the folder that a
    relative CSV path starts from. Raises DataError with every problem that was found.
    """
    samples = _samples(data, base)
    rng = Stream.SPLIT.generator(data.seed)
    source = DATASETS.get(data.source)
    if source is not None and source.table:
        rows = (np.arange(len(samples.y)), _NO_ROWS, _NO_ROWS)
        samples = _noted(samples, f"All {len(samples.y)} rows are trained on: the table is whole.")
    else:
        of_class = samples.y if samples.classes else np.zeros(len(samples.y), dtype=np.int64)
        rows = split_rows(rng, of_class, data.test_fraction, data.validation_fraction)
    samples = _filled(samples, rows[0])

    chosen = expansion(data.features, samples.features, samples.groups)
    raw, raw_names, categories = samples.X, samples.features, _categories(samples)
    # With two raw inputs both stay, so that the plane can be drawn whatever the features are.
    if raw.shape[1] > 2 and len(chosen.columns) < raw.shape[1]:
        raw, raw_names = raw[:, chosen.columns], tuple(raw_names[c] for c in chosen.columns)
        categories = tuple(categories[c] for c in chosen.columns)
        chosen, samples = chosen.restricted(), replace(samples, image_shape=None)
    X = chosen(raw)
    standardizer = Standardizer.fit(X[rows[0]]) if data.standardize else None
    X = X if standardizer is None else standardizer(X)
    loss = LOSSES.get(loss_name)
    Y, outputs = _targets(samples, one_hot=loss is not None and loss.one_hot)

    def split(index: Rows) -> Split:
        return Split(*(_frozen(array[index]) for array in (X, Y, raw, samples.y)))

    train, validation, test = (split(index) for index in rows)
    return Dataset(
        train=train,
        validation=validation,
        test=test,
        task=samples.task,
        inputs=chosen.names,
        raw_names=raw_names,
        outputs=outputs,
        classes=samples.classes,
        target=samples.target,
        image_shape=samples.image_shape,
        notes=samples.notes,
        ranges=_ranges(data, raw),
        expansion=chosen,
        standardizer=standardizer,
        categories=categories,
    )


_NO_ROWS: Rows = np.empty(0, dtype=np.intp)


def _samples(data: DataLike, base: Path | None) -> Samples:
    rng = Stream.SAMPLES.generator(data.seed)
    source = DATASETS.get(data.source)
    if data.source == "formula":
        return formula_samples(data.formula, rng, data.samples, data.noise)
    if data.source == points.SOURCE:
        return points.points_samples(data.points, data.task)
    if source is None:
        path, within = _csv_path(data.source, base)
        return read_csv(
            path,
            within=within,
            target=data.target,
            task=data.task,
            missing=data.missing,
            features=data.features,
        )
    if isinstance(source.generate, RealSource):
        loaded = source.generate.load(features=data.features, missing=data.missing)
        return _with_idle_settings(loaded, data)
    values: Mapping[str, int] = {"classes": data.classes}
    more = {option.name: values[option.name] for option in source.options}
    # The generator of a source with options takes them by name, beside what all generators take.
    made: Samples = cast(Any, source.generate)(rng, data.samples, data.noise, **more)
    return made


def _with_idle_settings(samples: Samples, data: DataLike) -> Samples:
    """Say which settings somebody changed that a measured data set does not look at."""
    given: Mapping[str, object] = {
        "data.samples": data.samples,
        "data.noise": data.noise,
        "data.target": data.target,
        "data.task": data.task,
    }
    idle = [path for path, value in given.items() if value != FIELDS[path].default]
    if not idle:
        return samples
    verb = "changes" if len(idle) == 1 else "change"
    what = f"{', '.join(idle)} {verb} nothing: {data.source} has its own rows and its own target."
    return _noted(samples, what)


def _csv_path(source: str, base: Path | None) -> tuple[Path, Path | None]:
    """Where a table is, and the folder that it must not leave: a person names it as a whole."""
    path = (base or Path()) / source
    names = [*DATASETS, *GIVEN]
    # A bare word is more likely a misspelled data set than a file that is not there.
    if "." not in source and "/" not in source and not path.exists():
        near = difflib.get_close_matches(source, names, n=1)
        hint = f"; did you mean {near[0]!r}?" if near else ""
        raise DataError(
            [
                f"data.source: no data set {source!r}{hint}; "
                f"allowed: {', '.join(names)}, or the path of a CSV file"
            ]
        )
    within = None if base is None or Path(source).is_absolute() else base
    if words := confinement.objection(path, within):
        raise DataError([f"data.source: {source!r} {words}"])
    return path, within


def _ranges(data: DataLike, raw: Array) -> tuple[Array, Array]:
    if data.source == points.SOURCE and raw.shape[1] == 2:
        low, high = points.points_ranges(raw)
        return _frozen(low), _frozen(high)
    return _frozen(raw.min(axis=0)), _frozen(raw.max(axis=0))


def _categories(samples: Samples) -> tuple[tuple[str, str] | None, ...]:
    found: dict[int, tuple[str, str]] = {}
    for name, columns in samples.groups.items():
        for column in columns:
            found[column] = name, samples.features[column].removeprefix(f"{name}=")
    return tuple(map(found.get, range(len(samples.features))))


def _filled(samples: Samples, train: Rows) -> Samples:
    """Put the training mean, or the most frequent training category, where a cell is missing."""
    gaps = np.isnan(samples.X)
    if not gaps.any():
        return samples
    X = samples.X.copy()
    in_group = {column for columns in samples.groups.values() for column in columns}
    groups = [*samples.groups.values(), *((c,) for c in range(X.shape[1]) if c not in in_group)]
    for group in map(np.array, groups):
        empty = gaps[:, group[0]]
        known = X[np.ix_(train[~empty[train]], group)]
        if not len(known):
            value = np.zeros(len(group))
        elif group[0] in in_group:
            value = np.eye(len(group))[int(known.sum(axis=0).argmax())]
        else:
            value = known.mean(axis=0)
        X[np.ix_(empty, group)] = value
    note = "The missing cells hold the mean, or the most frequent category, of the training rows."
    return _noted(replace(samples, X=X), note)


def _targets(samples: Samples, one_hot: bool) -> tuple[Array, tuple[str, ...]]:
    """Y (n, k) and the names of its columns."""
    if samples.task == "regression":
        return samples.y.astype(np.float64)[:, None], (samples.target,)
    if len(samples.classes) == 2 and not one_hot:
        return samples.y.astype(np.float64)[:, None], (samples.classes[1],)
    return np.eye(len(samples.classes))[samples.y], samples.classes


def _noted(samples: Samples, note: str) -> Samples:
    return replace(samples, notes=(*samples.notes, note))


def _frozen(array: npt.NDArray[Any]) -> npt.NDArray[Any]:
    array.setflags(write=False)
    return array
