"""`nnmath-tui gradcheck PRESET`: is backpropagation right, for this network and this data?"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import closing
from itertools import pairwise

from nnmath_engine.fields import FIELDS
from nnmath_engine.gradcheck import TOLERANCE, GradientReport, check_gradients
from nnmath_engine.session import Session

from nnmath_tui.failure import FAILED, CommandError
from nnmath_tui.subcommands import opening
from nnmath_tui.subcommands.changes import changes_from, parse_value
from nnmath_tui.subcommands.progress import Progress

MOST_ROWS = 100
"""Training rows in the objective; a parameter costs two passes over them, a suspect one more."""

MOST_PARAMETERS = 10_000
"""Parameters that are checked; of a larger network a sample is."""

MOST_WORK = 20_000_000_000
"""Additions, or what takes as long, in all passes but for a factor of 2: some ten seconds."""

# What one activation of one row, and the calls of one layer, take as long as.
_NEURON, _LAYER = 100, 200_000

_FOREVER = float("inf")


def run(arguments: argparse.Namespace) -> int:
    """Check, print what came out, and return 0 if every derivative is right, else 1."""
    epochs = _epochs(arguments.epochs)
    arguments.epochs = None  # it says how far to train first, not for how long the schedule plans
    preset = opening.load_preset(arguments.preset)
    session = opening.start(preset, changes_from(arguments))
    session.run(_FOREVER, until=epochs)
    if session.status == "diverged":
        raise CommandError(f"diverged at epoch {session.epoch}: {session.diagnosis}", FAILED)
    rows = min(MOST_ROWS, len(session.dataset.train))
    stream = None if arguments.quiet else sys.stderr
    most = most_parameters(session.parameters.sizes, rows)
    progress = Progress("parameter", 0, most, stream, plain=arguments.plain)
    with closing(progress):
        report = _check(session, rows, most, progress)
    if not arguments.quiet:
        print(f"{preset.name} at epoch {session.epoch}, on {rows:,} training rows")
        print("\n".join(_findings(report, session.parameters.count)))
    return 0 if report.passed else FAILED


def _epochs(text: str | None) -> int:
    if text is None:
        return 0
    try:
        return int(FIELDS["training.epochs"].check(parse_value(text)))
    except ValueError as error:
        raise CommandError(f"--epochs {error}") from None


def most_parameters(sizes: Sequence[int], rows: int) -> int:
    """How many parameters to check of layers of `sizes`, inputs first, on so many rows.

    All, if the work is bearable. It is counted rather than timed, so that the same network gets
    the same sample everywhere.
    """
    count = sum((before + 1) * after for before, after in pairwise(sizes))
    work = rows * (count + _NEURON * sum(sizes[1:])) + _LAYER * (len(sizes) - 1)
    return max(1, min(count, MOST_PARAMETERS, MOST_WORK // work))


def _check(session: Session, rows: int, most: int, progress: Progress) -> GradientReport:
    snapshot, training = session.snapshot(), session.experiment.training
    train = session.dataset.train
    return check_gradients(
        snapshot.parameters,
        snapshot.activations,
        snapshot.loss,
        train.X[:rows],
        train.Y[:rows],
        l1=training.l1,
        l2=training.l2,
        most=most,
        progress=lambda done, of: progress.show(done),
    )


def _findings(report: GradientReport, count: int) -> list[str]:
    lines = []
    if report.checked:
        lines.append(
            f"worst relative error {report.worst:.2g}, at {report.where}: "
            f"backpropagation {report.analytic:.10g}, central difference {report.numeric:.10g}"
        )
    of_all = f" of {count:,}" if report.sampled else ""
    noun = "parameter" if report.checked == 1 and not report.sampled else "parameters"
    how = " (a seeded sample)" if report.sampled else ""
    lines.append(f"checked {report.checked:,}{of_all} {noun}{how}")
    if report.kinks:
        noun = "parameter" if report.kinks == 1 else "parameters"
        lines.append(f"{report.kinks:,} {noun} skipped: too near a kink for a central difference")
    if not report.checked:
        lines.append("FAILED: there was nothing to check")
    elif report.passed:
        lines.append(f"passed: every error is below {TOLERANCE:g}")
    else:
        lines.append(f"FAILED: an error below {TOLERANCE:g} is wanted")
    return lines
