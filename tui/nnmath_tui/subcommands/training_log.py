"""The history of a training as a file, a row per epoch, written while it goes."""

from __future__ import annotations

import contextlib
import os
import secrets
import shutil
from pathlib import Path
from typing import Literal, TextIO

from nnmath_engine.history import HistoryView

from nnmath_tui.subcommands.log_lines import LogLines


class TrainingLog:
    """Appends the epochs that it has not written yet.

    option, path: what named the file, and which it is.
    error: why nothing is written any more, if so; no training is lost to a disk that is full.
    """

    def __init__(
        self, path: Path, task: str, *, done: HistoryView | None = None, layers: int = 0
    ) -> None:
        """Start the file anew; or, with what is `done` of a resumed training, go on with it.

        A log that goes on keeps its rows of the epochs that are done, loses later ones, and gets
        those that it lacks from the history.

        Raises:
            NoLog: the training goes on, and the file holds something else than its log, such as
                that of another run.
            OSError: the file cannot be written. In both cases it is what it was.
        """
        self.option, self.path = "--log", path
        self.error: OSError | None = None
        self._lines = LogLines(path.suffix, task, layers)
        self._last = -1
        if done is None or not path.is_file():  # not there, or such as a pipe
            self._file = _opened(path, "w")
            self._file.write(self._lines.head)
            return
        self._last = int(done.last.epoch)
        # A long history has lost some of its epochs, which the file may still have.
        rows = dict(self._lines.of(done))
        for epoch, line in self._lines.read(path, self._last, dict(rows)):
            rows.setdefault(epoch, line)
        _replace(path, self._lines.head + "".join(rows[epoch] for epoch in sorted(rows)))
        self._file = _opened(path, "a")

    def write(self, history: HistoryView) -> None:
        """Write the rows of the epochs that are new."""
        if self.error is None:
            try:
                for epoch, line in self._lines.of(history, after=self._last):
                    self._last = epoch
                    self._file.write(line)
                self._file.flush()
            except OSError as error:
                self.error = error

    def close(self) -> None:
        """Close the file."""
        try:
            self._file.close()
        except OSError as error:
            self.error = self.error or error


def _opened(path: Path, mode: Literal["w", "a", "x"]) -> TextIO:
    return path.open(mode, encoding="utf-8", newline="")


def _replace(path: Path, text: str) -> None:
    """Put `text` in the place of what the file at `path` holds; on a full disk it keeps that."""
    target = Path(os.path.realpath(path))
    temporary = target.with_name(f".{target.name}.{secrets.token_hex(8)}.tmp")
    try:
        with _opened(temporary, "x") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
        shutil.copymode(target, temporary)
        temporary.replace(target)
    finally:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
