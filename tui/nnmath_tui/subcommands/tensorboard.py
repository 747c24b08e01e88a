"""The history of a training as event files, which TensorBoard draws while it goes.

tensorboardX writes them: an extra, imported only when it is asked for.
"""

from __future__ import annotations

import math
import secrets
from pathlib import Path
from typing import Any

from nnmath_engine.history import COLUMNS, HistoryView
from nnmath_engine.session import Session
from nnmath_presets.writer import preset_text

from nnmath_tui.failure import FAILED, CommandError
from nnmath_tui.subcommands.destinations import unwritable
from nnmath_tui.subcommands.figures import score_name

_OPTION = "--tensorboard"
_TAGS = {
    "train_loss": "loss/train",
    "validation_loss": "loss/validation",
    "test_loss": "loss/test",
    "penalty": "loss/penalty",
    "train_score": "{score}/train",
    "test_score": "{score}/test",
    "learning_rate": "learning_rate",
    "gradient_norm": "gradient_norm/all",
}


def board_folder(name: str | None, *, goes_on: bool) -> Path | None:
    """The folder that the option names, if events may be written there.

    Raises:
        CommandError: the extra is not installed, or the folder is a file or another run's.
    """
    if name is None:
        return None
    path = Path(name)
    if path.exists() and not path.is_dir():
        raise CommandError(f"{_OPTION}: {name} is a file; a folder is needed")
    if not path.exists() and not path.parent.is_dir():
        raise CommandError(f"{_OPTION}: there is no folder {path.parent}")
    if not goes_on and path.is_dir() and any(path.glob("events.out.tfevents.*")):
        raise CommandError(
            f"{_OPTION}: {name} holds the events of a run already; name a new folder for each"
        )
    try:
        import tensorboardX  # noqa: F401
    except ImportError:
        raise CommandError(
            f"{_OPTION} needs tensorboardX, which is not installed: "
            "pip install 'nnmath-tui[tensorboard]'"
        ) from None
    return path


class BoardLog:
    """Adds the epochs that it has not added yet; `error`: why it adds nothing any more, if so."""

    def __init__(self, path: Path, session: Session, after: int | None) -> None:
        """Args: after: of a training that goes on, the epoch that it goes on from.

        Raises:
            OSError: the folder cannot be written to.
        """
        from tensorboardX import SummaryWriter

        self.option, self.path = _OPTION, path
        self.error: OSError | None = None
        self._last = -1 if after is None else after
        score = score_name(session.dataset.task)
        self._tags = [_TAGS[name].format(score=score) for name in COLUMNS[1:]]
        layers = range(1, len(session.parameters.weights) + 1)
        self._tags += [f"gradient_norm/layer_{layer}" for layer in layers]
        # Of a run that had gone further before it was resumed, TensorBoard drops what came after.
        purged = None if after is None else after + 1
        # By the second alone, a run that is resumed at once would write over the file before.
        suffix = f".{secrets.token_hex(4)}"
        self._writer: Any = SummaryWriter(str(path), purge_step=purged, filename_suffix=suffix)
        if after is None:
            toml = preset_text(session.experiment).replace("\n", "\n    ")
            self._writer.add_text("experiment", f"    {toml}", 0)

    def write(self, history: HistoryView) -> None:
        """Add the epochs that are new."""
        if self.error is not None:
            return
        start = int(history.epoch.searchsorted(self._last, side="right"))
        try:
            for numbers in history.table[:, start:].T.tolist():
                epoch = int(numbers[0])
                if epoch <= self._last:  # early stopping measures its last epoch a second time
                    continue
                self._last = epoch
                for tag, value in zip(self._tags, numbers[1:], strict=False):
                    if math.isfinite(value):
                        self._writer.add_scalar(tag, value, epoch)
            self._writer.flush()
        except OSError as error:
            self.error = error

    def close(self) -> None:
        """Write what is left, and close the file."""
        try:
            self._writer.close()
        except OSError as error:
            self.error = self.error or error


def open_board(path: Path, session: Session, after: int | None) -> BoardLog:
    """The events of a session in the folder `path`, which is made if it is not there.

    Raises:
        CommandError: it cannot be written to.
    """
    try:
        return BoardLog(path, session, after)
    except OSError as error:
        raise CommandError(unwritable(_OPTION, path, error), FAILED) from None
