"""The lines of a training's log, written and recognized: a head, then a row for each epoch."""

from __future__ import annotations

import json
import math
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from nnmath_engine.history import HistoryView, table_names

from nnmath_tui.subcommands.figures import score_name

SUFFIXES = (".jsonl", ".csv")

LONGEST_LINE = 2_000
"""Characters; the nine numbers of a row have a few hundred, whatever they are."""
_LONGEST_LAYER = 60
"""Characters that each layer adds at most."""


class NoLog(ValueError):
    """A file that holds something else than a log of this task; the message says why."""


class LogLines:
    """How a log of a task is written into a file of one of the `SUFFIXES`."""

    def __init__(self, suffix: str, task: str, layers: int = 0) -> None:
        """Args: layers: of how many the gradient's length is written, in columns of their own."""
        self.names = [name.replace("score", score_name(task)) for name in table_names(layers)]
        self._longest = LONGEST_LINE + layers * _LONGEST_LAYER
        self._is_csv = suffix == ".csv"
        self.head = ",".join(self.names) + "\r\n" if self._is_csv else ""

    def of(self, history: HistoryView, after: int = -1) -> Iterator[tuple[int, str]]:
        """Each epoch later than `after`, and its line; numbers that are not finite stay empty."""
        start = int(history.epoch.searchsorted(after, side="right"))
        for numbers in history.table[: len(self.names), start:].T:
            epoch = int(numbers[0])
            if epoch > after:  # early stopping measures its last epoch a second time
                after = epoch
                rest = (float(number) for number in numbers[1:])
                yield epoch, self._line([epoch, *(x if math.isfinite(x) else None for x in rest)])

    def read(self, path: Path, until: int, known: Mapping[int, str]) -> Iterator[tuple[int, str]]:
        """The epochs up to `until` in the log at `path`, and their lines as they stand there.

        A last line that was cut short, as by a kill, is left out.

        Args:
            known: the lines of the epochs that the history still has. Training gives the same
                numbers every time, so that others are those of another run.

        Raises:
            NoLog: the file is something else.
            OSError: it cannot be read.
        """
        with path.open(encoding="utf-8", newline="") as file:
            try:
                head = file.readline(self._longest) if self._is_csv else ""
                if head and head.rstrip("\r\n") != self.head.rstrip():
                    raise NoLog(f"its first line is not {self.head.rstrip()}")
                for number, line in enumerate(iter(lambda: file.readline(self._longest), ""), 1):
                    is_ours = self._is_csv or line.startswith('{"epoch": ')
                    if is_ours and not line.endswith("\n") and len(line) < self._longest:
                        return
                    row = self._row(line)
                    if row is None:
                        raise NoLog(f"row {number} is not one of {', '.join(self.names)}")
                    epoch = row[0]
                    if epoch in known and row != self._row(known[epoch]):
                        raise NoLog(f"row {number}, epoch {epoch}, has the numbers of another run")
                    if epoch <= until:
                        yield epoch, line
            except UnicodeDecodeError:
                raise NoLog("it is not UTF-8 text") from None

    def _line(self, row: list[Any]) -> str:
        if self._is_csv:
            return ",".join("" if cell is None else str(cell) for cell in row) + "\r\n"
        return json.dumps(dict(zip(self.names, row, strict=True))) + "\n"

    def _row(self, line: str) -> list[Any] | None:
        """The numbers of a row, the epoch first; None if the line is none."""
        row: list[Any] = []
        if self._is_csv:
            cells = line.rstrip("\r\n").split(",")
            if len(cells) == len(self.names) and cells[0].isascii() and cells[0].isdigit():
                row = [int(cells[0]), *cells[1:]]
        else:
            try:
                named = json.loads(line)
            except (ValueError, RecursionError):
                return None
            if isinstance(named, dict) and list(named) == self.names:
                row = list(named.values())
        return row if row and type(row[0]) is int and row[0] >= 0 else None
