"""The rows of a data set as a table that can be opened again."""

from __future__ import annotations

import csv
import io

from nnmath_engine.dataset import Dataset


def table_text(dataset: Dataset) -> str:
    """A CSV of all rows, those to train on first: raw inputs, then the target by its name."""
    text = io.StringIO()
    table = csv.writer(text)
    target = dataset.target
    while target in dataset.raw_names:
        target += "_"
    table.writerow([*dataset.raw_names, target])
    for split in (dataset.train, dataset.validation, dataset.test):
        for raw, y in zip(split.raw.tolist(), split.y.tolist(), strict=True):
            table.writerow([*raw, dataset.classes[y] if dataset.classes else y])
    return text.getvalue()
