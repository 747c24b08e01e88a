"""The history of a training as a file, a row per epoch, written while it goes."""

from __future__ import annotations

import csv
import json
import math
from collections.abc import Callable
from pathlib import Path
from typing import Any, TextIO

import numpy as np
from nnmath_engine.history import COLUMNS, HistoryView

from nnmath_tui.subcommands.figures import score_name

SUFFIXES = (".jsonl", ".csv")


class TrainingLog:
    """Appends the epochs that it has not written yet; numbers that are not finite stay empty.

    error: why nothing is written any more, if so; no training is lost to a disk that is full.
    """

    def __init__(self, path: Path, task: str, *, after: int | None = None) -> None:
        """Start the file anew, or, if the epochs up to `after` are done, add the later ones to it.

        Raises:
            OSError: the file cannot be written.
        """
        self.error: OSError | None = None
        self._last = -1 if after is None else after
        self._names = [name.replace("score", score_name(task)) for name in COLUMNS]
        self._file: TextIO = path.open("w" if after is None else "a", encoding="utf-8", newline="")
        self._write: Callable[[list[Any]], object]
        if path.suffix == ".csv":
            writer = csv.writer(self._file)
            if self._file.tell() == 0:
                writer.writerow(self._names)
            self._write = writer.writerow
        else:
            self._write = self._write_json

    def write(self, history: HistoryView) -> None:
        """Write the rows of the epochs that are new."""
        if self.error is None:
            try:
                self._append(history)
            except OSError as error:
                self.error = error

    def close(self) -> None:
        """Close the file."""
        try:
            self._file.close()
        except OSError as error:
            self.error = self.error or error

    def _append(self, history: HistoryView) -> None:
        for row in history.table[:, np.searchsorted(history.epoch, self._last, side="right") :].T:
            epoch = int(row[0])
            if epoch == self._last:  # early stopping measures its last epoch a second time
                continue
            self._last = epoch
            self._write([epoch, *(float(x) if math.isfinite(x) else None for x in row[1:])])
        self._file.flush()

    def _write_json(self, row: list[Any]) -> None:
        self._file.write(json.dumps(dict(zip(self._names, row, strict=True))) + "\n")
