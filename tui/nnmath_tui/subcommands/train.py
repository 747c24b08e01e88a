"""`nnmath-tui train PRESET`: train without a screen."""

from __future__ import annotations

import argparse
import sys
import time
from contextlib import ExitStack, closing
from pathlib import Path

from nnmath_engine import checkpoint
from nnmath_engine.history import HistoryView
from nnmath_engine.session import Session
from nnmath_presets.preset import Preset

from nnmath_tui.arguments import PROGRAM
from nnmath_tui.failure import FAILED, CommandError
from nnmath_tui.subcommands import figures, opening
from nnmath_tui.subcommands.changes import changes_from
from nnmath_tui.subcommands.interruption import Interruption
from nnmath_tui.subcommands.progress import BETWEEN_FRAMES, Progress
from nnmath_tui.subcommands.training_log import SUFFIXES, TrainingLog


def run(arguments: argparse.Namespace) -> int:
    """Train, and return 0, 1 after a divergence, or 128 + n after signal n."""
    # Before anything long begins.
    save = _destination("--save", arguments.save, (".npz",))
    log_file = _destination("--log", arguments.log, SUFFIXES)
    preset, changes = opening.load_preset(arguments.preset), changes_from(arguments)
    if arguments.resume is None:
        session = opening.start(preset, changes)
    else:
        session = opening.resume(Path(arguments.resume), preset, changes)
    if not arguments.quiet:
        for note in session.dataset.notes:
            print(note, file=sys.stderr)
    first, began = session.epoch, time.perf_counter()
    with Interruption() as interruption:
        with ExitStack() as stack:
            log = None
            if log_file is not None:
                after = first if arguments.resume is not None else None
                log = stack.enter_context(
                    closing(TrainingLog(log_file, session.dataset.task, after=after))
                )
            stream = None if arguments.quiet else sys.stderr
            total = session.experiment.training.epochs
            progress = Progress("epoch", first, total, stream, plain=arguments.plain)
            stack.enter_context(closing(progress))
            _train(session, interruption, progress, log)
        seconds = time.perf_counter() - began
        if save is not None:
            checkpoint.save(save, session.state(), session.experiment)
    if not arguments.quiet:
        print("\n".join(_summary(preset, session, session.epoch - first, seconds, save)))
    kept = "" if save is None else f"; the last finite weights are in {save}"
    if session.status == "diverged":
        raise CommandError(
            f"diverged in epoch {session.epoch + 1}: {session.diagnosis}{kept}", FAILED
        )
    if interruption.signal:
        print(f"{PROGRAM}: ended by {interruption.signal.name}", file=sys.stderr)
    return interruption.exit_code


def _train(
    session: Session, interruption: Interruption, progress: Progress, log: TrainingLog | None
) -> None:
    total, rows = session.experiment.training.epochs, len(session.dataset.train)
    while True:
        # The state shares its arrays with the session; a snapshot would copy them each time.
        state = session.state()
        history = HistoryView(state.history)
        if log is not None:
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
    lines = [f"{preset.name}: epoch {session.epoch} of {total}, {figures.duration(seconds)}{speed}"]
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


def _destination(option: str, name: str | None, suffixes: tuple[str, ...]) -> Path | None:
    """The path that an option names, if it can be written to as far as one can tell now."""
    if name is None:
        return None
    path = Path(name)
    if path.suffix not in suffixes:
        raise CommandError(f"{option} wants a file that ends in {' or '.join(suffixes)}: {name}")
    if not path.parent.is_dir():
        raise CommandError(f"{option}: there is no folder {path.parent}")
    if path.is_dir():
        raise CommandError(f"{option}: {name} is a folder")
    return path
