"""The ledger as two CSV files: a line for every run, and a line for every epoch of every run."""

from __future__ import annotations

import contextlib
import csv
import io
import os
import secrets
import time
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from nnmath_engine.history import COLUMNS

from nnmath_tui.views.runs import RunRow
from nnmath_tui.views.settings import in_words

_RUN_COLUMNS = (
    "run",
    "name",
    "what_differs",
    "branched_at",
    "epochs",
    "status",
    "train_loss",
    "test_loss",
    "best_loss",
    "best_loss_epoch",
    "train_score",
    "test_score",
    "best_score",
)


def export(rows: Sequence[RunRow], folder: Path) -> tuple[Path, Path]:
    """Write both files into `folder` under names that were free; returns their paths.

    Raises:
        OSError: they cannot be written; then neither is there.
    """
    stem = time.strftime("nnmath-runs-%Y%m%d-%H%M%S")
    for attempt in range(1, 1000):
        base = stem if attempt == 1 else f"{stem}-{attempt}"
        runs, epochs = folder / f"{base}.csv", folder / f"{base}-epochs.csv"
        try:
            _write_new(runs, run_lines(rows))
        except FileExistsError:
            continue
        try:
            _write_new(epochs, epoch_lines(rows))
        except FileExistsError:
            runs.unlink()
            continue
        except OSError:
            runs.unlink()
            raise
        return runs, epochs
    raise FileExistsError(f"{stem}.csv is there already")


def run_lines(rows: Sequence[RunRow]) -> Iterable[Sequence[Any]]:
    """A heading and a line for every run: how it did, and all its settings."""
    paths = list(rows[0].outcome.experiment.values()) if rows else []
    yield [*_RUN_COLUMNS, *paths]
    for row in rows:
        outcome, last = row.outcome, row.outcome.history.last
        best = outcome.loss
        at = outcome.history.epoch[int(np.nanargmin(best))] if not np.isnan(best).all() else None
        values = outcome.experiment.values()
        yield [
            row.number,
            row.name,
            row.differs,
            row.begins if row.begins else "",
            outcome.epoch,
            outcome.status,
            *map(_number, (last.train_loss, last.test_loss, row.best_loss)),
            "" if at is None else int(at),
            *map(_number, (last.train_score, last.test_score, row.best_score)),
            *(_setting(values[path]) for path in paths),
        ]


def epoch_lines(rows: Sequence[RunRow]) -> Iterable[Sequence[Any]]:
    """A heading and a line for every epoch that is recorded of every run."""
    yield ["run", *COLUMNS]
    for row in rows:
        for record in row.outcome.history.table[: len(COLUMNS)].T.tolist():
            yield [row.number, int(record[0]), *map(_number, record[1:])]


def _number(value: float) -> str:
    """In full, so that the same number is read back; empty where there is none."""
    return "" if value != value else repr(value)


def _setting(value: Any) -> str:
    if isinstance(value, float):
        return repr(value)
    if isinstance(value, dict):
        return " ".join(f"{name}={_setting(one)}" for name, one in value.items())
    return in_words(value)


def _write_new(path: Path, lines: Iterable[Sequence[Any]]) -> None:
    """Write a file as a whole, and only where there is none of that name.

    Raises:
        FileExistsError: there is one.
    """
    text = io.StringIO(newline="")
    csv.writer(text).writerows(lines)
    temporary = path.with_name(f".{path.name}.{secrets.token_hex(8)}.tmp")
    try:
        with temporary.open("x", encoding="utf-8", newline="") as file:
            file.write(text.getvalue())
            file.flush()
            os.fsync(file.fileno())
        try:
            os.link(temporary, path)  # unlike a renaming, this never replaces a file
        except FileExistsError:
            raise
        except OSError:  # a file system without links
            with path.open("x"):
                temporary.replace(path)
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
