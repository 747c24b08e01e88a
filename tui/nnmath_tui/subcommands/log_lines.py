"""The lines of a training's log, written and recognized: a head, then a row for each epoch."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from nnmath_engine.history import COLUMNS, HistoryView

from nnmath_tui.subcommands.figures import score_name

SUFFIXES = (".jsonl", ".csv")

LONGEST_LINE = 2_000
"""Characters; the nine numbers of a row have a few hundred, whatever they are."""


class NoLog(ValueError):
    """A file that holds something else than a log of this task; the message says why."""


class LogLines:
    """How a log of a task is written into a file of one of the `SUFFIXES`."""

    def __init__(self, suffix: str, task: str) -> None:
        self.names = [name.replace("score", score_name(task)) for name in COLUMNS]
        self._is_csv = suffix == ".csv"
        self.head = ",".join(self.names) + "\r\n" if self._is_csv else ""

    def of(self, history: HistoryView, after: int = -1) -> Iterator[tuple[int, str]]:
        """Each epoch later than `after`, and its line; numbers that are not finite stay empty."""
        start = int(history.epoch.searchsorted(after, side="right"))
        for numbers in history.table[: len(COLUMNS), start:].T:
            epoch = int(numbers[0])
            if epoch > after:  # early stopping measures its last epoch a second time
                after = epoch
                rest = (float(number) for number in numbers[1:])
                yield epoch, self._line([epoch, *(x if math.isfinite(x) else None for x in rest)])

    def read(self, path: Path, until: int) -> Iterator[tuple[int, str]]:
        """The epochs up to `until` in the log at `path`, and their lines as they stand there.

        A last line that was cut short, as by a kill, is left out.

        Raises:
            NoLog: the file is something else.
            OSError: it cannot be read.
        """
        with path.open(encoding="utf-8", newline="") as file:
            try:
                head = file.readline(LONGEST_LINE) if self._is_csv else ""
                if head and head.rstrip("\r\n") != self.head.rstrip():
                    raise NoLog(f"its first line is not {self.head.rstrip()}")
                for number, line in enumerate(iter(lambda: file.readline(LONGEST_LINE), ""), 1):
                    is_ours = self._is_csv or line.startswith('{"epoch": ')
                    if is_ours and not line.endswith("\n") and len(line) < LONGEST_LINE:
                        return
                    epoch = self._epoch(line)
                    if epoch is None:
                        raise NoLog(f"row {number} is not one of {', '.join(self.names)}")
                    if epoch <= until:
                        yield epoch, line
            except UnicodeDecodeError:
                raise NoLog("it is not UTF-8 text") from None

    def _line(self, row: list[Any]) -> str:
        if self._is_csv:
            return ",".join("" if cell is None else str(cell) for cell in row) + "\r\n"
        return json.dumps(dict(zip(self.names, row, strict=True))) + "\n"

    def _epoch(self, line: str) -> int | None:
        """The epoch of a row; None if the line is none."""
        epoch: Any = None
        if self._is_csv:
            cells = line.rstrip("\r\n").split(",")
            if len(cells) == len(self.names) and cells[0].isascii() and cells[0].isdigit():
                epoch = int(cells[0])
        else:
            try:
                row = json.loads(line)
            except (ValueError, RecursionError):
                return None
            if isinstance(row, dict) and list(row) == self.names:
                epoch = row["epoch"]
        return epoch if type(epoch) is int and epoch >= 0 else None
