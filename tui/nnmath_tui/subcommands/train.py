"""`nnmath-tui train PRESET`: train without a screen."""

from __future__ import annotations

import argparse
import sys
import time
from collections.abc import Sequence
from contextlib import ExitStack, closing
from pathlib import Path
from typing import Protocol

from nnmath_engine import checkpoint
from nnmath_engine.history import HistoryView
from nnmath_engine.session import Session
from nnmath_presets.preset import Preset
from nnmath_presets.writer import kept_preset

from nnmath_tui.arguments import PROGRAM
from nnmath_tui.failure import FAILED, CommandError, printable
from nnmath_tui.subcommands import figures, opening, seeds
from nnmath_tui.subcommands.changes import changes_from
from nnmath_tui.subcommands.destinations import (
    check_writable,
    destination,
    refuse_overwriting,
    unwritable,
)
from nnmath_tui.subcommands.interruption import Interruption
from nnmath_tui.subcommands.log_lines import SUFFIXES, NoLog
from nnmath_tui.subcommands.progress import BETWEEN_FRAMES, Progress
from nnmath_tui.subcommands.tensorboard import board_folder, open_board
from nnmath_tui.subcommands.training_log import TrainingLog
from nnmath_tui.whole_file import write_whole


def run(arguments: argparse.Namespace) -> int:
    """Train, and return 0, 1 after a divergence, or 128 + n after signal n."""
    if arguments.seeds is not None:
        return seeds.run(arguments)
    # Before anything long begins.
    save = destination("--save", arguments.save, (".npz",))
    log_file = destination("--log", arguments.log, SUFFIXES)
    resumed = None if arguments.resume is None else Path(arguments.resume)
    board = board_folder(arguments.tensorboard, goes_on=resumed is not None)
    if arguments.log_layers and log_file is None:
        raise CommandError("--log-layers goes with --log FILE")
    preset, changes = opening.load_preset(arguments.preset), changes_from(arguments)
    if resumed is None:
        session = opening.start(preset, changes)
    else:
        session = opening.resume(resumed, preset, changes)
    _save_preset(arguments.save_preset, preset, session)
    refuse_overwriting(save, log_file, resumed, session, preset)
    check_writable(save)
    if not arguments.quiet:
        for note in session.dataset.notes:
            print(note, file=sys.stderr)
    first, began, troubles = session.epoch, time.perf_counter(), []
    with Interruption() as interruption:
        with ExitStack() as stack:
            done = None if resumed is None else HistoryView(session.state().history)
            logs: list[Log] = []
            if log_file is not None:
                layers = len(session.parameters.weights) if arguments.log_layers else 0
                logs.append(_open_log(log_file, session.dataset.task, done, layers))
                stack.enter_context(closing(logs[-1]))
            if board is not None:
                logs.append(open_board(board, session, first if resumed else None))
                stack.enter_context(closing(logs[-1]))
            stream = None if arguments.quiet else sys.stderr
            total = session.experiment.training.epochs
            progress = Progress("epoch", first, max(first, total), stream, plain=arguments.plain)
            stack.enter_context(closing(progress))
            _train(session, interruption, progress, logs)
        seconds = time.perf_counter() - began
        for log in logs:
            if log.error is not None:
                troubles.append(unwritable(log.option, log.path, log.error))
        if save is not None:
            try:
                checkpoint.save(save, session)
            except OSError as error:
                troubles.append(unwritable("--save", save, error))
                save = None
    if not arguments.quiet:
        print("\n".join(_summary(preset, session, session.epoch - first, seconds, save)))
    if session.status == "diverged":
        kept = "" if save is None else f"; the last finite weights are in {save}"
        troubles.append(f"diverged in epoch {session.epoch + 1}: {session.diagnosis}{kept}")
    if interruption.signal:
        print(f"{PROGRAM}: ended by {interruption.signal.name}", file=sys.stderr)
    if troubles:
        raise CommandError("\n".join(troubles), FAILED)
    return interruption.exit_code


def _save_preset(name: str | None, preset: Preset, session: Session) -> None:
    path = destination("--save-preset", name, (".toml",))
    if path is None:
        return
    text = kept_preset(preset, session.experiment, path.parent)
    try:
        write_whole(path, text.encode())
    except FileExistsError:
        raise CommandError(f"--save-preset: {path} is there already; name a new file") from None
    except OSError as error:
        raise CommandError(unwritable("--save-preset", path, error), FAILED) from None


class Log(Protocol):
    """What takes down a training while it goes; `error` is why it no longer does, if so."""

    option: str
    path: Path
    error: OSError | None

    def write(self, history: HistoryView) -> None: ...
    def close(self) -> None: ...


def _open_log(path: Path, task: str, done: HistoryView | None, layers: int) -> TrainingLog:
    try:
        return TrainingLog(path, task, done=done, layers=layers)
    except NoLog as error:
        raise CommandError(
            f"--log: {path} is not the log of this training, and stays as it is: {error}"
        ) from None
    except OSError as error:
        raise CommandError(unwritable("--log", path, error), FAILED) from None


def _train(
    session: Session, interruption: Interruption, progress: Progress, logs: Sequence[Log]
) -> None:
    total, rows = session.experiment.training.epochs, len(session.dataset.train)
    while True:
        # The state shares its arrays with the session; a snapshot would copy them each time.
        state = session.state()
        history = HistoryView(state.history)
        for log in logs:
            log.write(history)
        done = state.epoch + state.position / rows
        progress.show(done, figures.short(history.last, session.dataset.task))
        if interruption.signal or session.status != "ready" or session.epoch >= total:
            return
        session.run(BETWEEN_FRAMES, until=total, clock=interruption.clock)


def _summary(
    preset: Preset, session: Session, epochs: int, seconds: float, save: Path | None
) -> list[str]:
    """What became of it, a few lines for standard output."""
    history, dataset = HistoryView(session.state().history), session.dataset
    last, total = history.last, session.experiment.training.epochs
    speed = f", {epochs / seconds:.3g} epochs/s" if epochs and seconds > 0 else ""
    of_total = f", beyond the {total} asked for" if session.epoch > total else f" of {total}"
    how_far = f"epoch {session.epoch}{of_total}, {figures.duration(seconds)}{speed}"
    lines = [f"{printable(preset.name)}: {how_far}"]
    sets = (
        ("train", last.train_loss, last.train_score, dataset.train),
        ("validation", last.validation_loss, float("nan"), dataset.validation),
        ("test", last.test_loss, last.test_score, dataset.test),
    )
    for name, loss, score, split in sets:
        if len(split):
            shown = figures.evaluation(name, loss, score, dataset.task)
            lines.append(f"{shown}  ({len(split):,} rows)")
    if last.penalty:
        lines.append(f"penalty {last.penalty:.4g}  objective {last.train_loss + last.penalty:.4g}")
    if session.status == "stopped":
        lines.append(session.state().marks[-1].text)
    if save is not None:
        lines.append(f"saved in {save}")
    return lines
