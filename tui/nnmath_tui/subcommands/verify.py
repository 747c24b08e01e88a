"""`nnmath-tui verify CODE...`: run again what completion codes say."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import partial

from nnmath_engine.dataset import DataError
from nnmath_engine.experiment import ExperimentError
from nnmath_presets.codes import Claim, CodeError, decode
from nnmath_presets.preset import Preset
from nnmath_presets.verifying import Outcome, verify

from nnmath_tui.failure import FAILED, CommandError, printable
from nnmath_tui.subcommands.courses import lessons
from nnmath_tui.subcommands.progress import Progress

WRONG_USE = 2
MOST_LETTERS = 4000


def run(arguments: argparse.Namespace) -> int:
    """Print of every goal whether it is met; 1 if one is not, 2 if a code is none, else 0."""
    codes = arguments.codes or [line.strip() for line in sys.stdin if line.strip()]
    if not codes:
        raise CommandError("name at least one code")
    presets = [preset for preset in lessons(arguments, all=True) if preset.lesson is not None]
    code_of_all = 0
    with closing(Progress("code", 0, len(codes), sys.stderr, plain=arguments.plain)) as progress:
        for done, text in enumerate(codes):
            show = partial(progress.show, done, "")
            try:
                preset, claim = decode(text[:MOST_LETTERS], presets)
                outcomes = _outcomes(preset, claim, show)
            except (CodeError, DataError, ExperimentError, ValueError) as error:
                progress.close()
                reason = printable(str(error).splitlines()[0])
                print(f"nnmath-tui: {printable(text[:80])} {reason}", file=sys.stderr)
                code_of_all = WRONG_USE
                continue
            progress.close()
            for line in _lines(preset, claim, outcomes):
                print(line, flush=True)
            if not all(outcome.met for outcome in outcomes):
                code_of_all = max(code_of_all, FAILED)
    return code_of_all


def _outcomes(preset: Preset, claim: Claim, show: partial[None]) -> Sequence[Outcome]:
    goals = preset.lesson.goals if preset.lesson is not None else ()
    claimed = [goal for number, goal in enumerate(goals) if number in claim.goals]
    return verify(claim.solved(preset), claimed, show, start=False).solved


def _lines(preset: Preset, claim: Claim, outcomes: Sequence[Outcome]) -> Iterator[str]:
    goals = preset.lesson.goals if preset.lesson is not None else ()
    met = sum(outcome.met for outcome in outcomes)
    who = f" by {printable(claim.learner)}" if claim.learner else ""
    whole = "" if met < len(goals) else ", done"
    yield f"{printable(preset.name)}{who}: {met} of {len(goals)} goals met{whole}"
    for outcome in outcomes:
        mark = "met" if outcome.met else "NOT MET"
        yield f"  {mark}: {printable(outcome.goal.say)} ({printable(outcome.how)})"
    missing = len(goals) - len(outcomes)
    if missing:
        yield f"  {missing} not in the code"
