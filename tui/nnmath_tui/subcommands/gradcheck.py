"""`nnmath-tui gradcheck PRESET`: is backpropagation right, for this network and this data?"""

from __future__ import annotations

import argparse
import sys
from contextlib import closing

from nnmath_engine.fields import FIELDS
from nnmath_engine.gradcheck import TOLERANCE, GradientReport

from nnmath_tui import checking
from nnmath_tui.failure import FAILED, CommandError
from nnmath_tui.subcommands import opening
from nnmath_tui.subcommands.changes import changes_from, parse_value
from nnmath_tui.subcommands.progress import Progress
from nnmath_tui.subcommands.secrets import veil_for
from nnmath_tui.views.veil import Veil

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
    snapshot = session.snapshot()
    rows, most = checking.rows_checked(snapshot), checking.parameters_checked(snapshot)
    stream = None if arguments.quiet else sys.stderr
    progress = Progress("parameter", 0, most, stream, plain=arguments.plain)
    with closing(progress):
        report = checking.check(snapshot, lambda done, of: progress.show(done))
    if not arguments.quiet:
        print(f"{preset.name} at epoch {session.epoch}, on {rows:,} training rows")
        veil = veil_for(preset, session, arguments)
        print("\n".join(_findings(report, session.parameters.count, veil)))
    return 0 if report.passed else FAILED


def _epochs(text: str | None) -> int:
    if text is None:
        return 0
    try:
        return int(FIELDS["training.epochs"].check(parse_value(text)))
    except ValueError as error:
        raise CommandError(f"--epochs {error}") from None


def _findings(report: GradientReport, count: int, veil: Veil) -> list[str]:
    lines = []
    if report.checked:
        lines.append(
            f"worst relative error {report.worst:.2g}, at {report.where}: "
            f"backpropagation {veil.text(report.analytic, f'{report.analytic:.10g}')}, "
            f"central difference {veil.text(report.analytic, f'{report.numeric:.10g}')}"
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
