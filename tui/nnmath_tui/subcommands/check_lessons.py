"""`nnmath-tui check --run`: can each lesson be done, and is there something to do in it?"""

from __future__ import annotations

import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import closing
from functools import partial

from nnmath_engine.dataset import DataError
from nnmath_engine.experiment import ExperimentError
from nnmath_presets.preset import Preset
from nnmath_presets.verifying import Outcome, Report, verify

from nnmath_tui.failure import FAILED, printable
from nnmath_tui.subcommands.figures import duration
from nnmath_tui.subcommands.progress import Progress


def run(presets: Sequence[Preset], *, each_goal: bool, plain: bool) -> int:
    """Print a table with a row for each lesson, and return 1 if one fails, else 0."""
    lessons = [preset for preset in presets if preset.lesson and preset.lesson.goals]
    width = max([len("lesson"), *(len(printable(preset.name)) for preset in lessons)])
    began, failed = time.perf_counter(), 0
    print(f"{'lesson':<{width}}  solution   start  seconds")
    with closing(Progress("lesson", 0, len(lessons), sys.stderr, plain=plain)) as progress:
        for done, preset in enumerate(lessons):
            start = time.perf_counter()
            show = partial(progress.show, done, printable(preset.name))
            try:
                report = verify(preset, pause=show)
            except (DataError, ExperimentError) as error:
                failed += 1
                progress.close()
                print(f"{printable(preset.name):<{width}}  {printable(str(error))}")
                continue
            failed += not report.passed
            progress.close()
            for line in _rows(report, time.perf_counter() - start, width, each_goal):
                print(line, flush=True)
    without = [printable(preset.name) for preset in presets if preset not in lessons]
    if without:
        print(f"no goals: {', '.join(without)}")
    took = duration(time.perf_counter() - began)
    passed = len(lessons) - failed
    print(f"{passed} of {len(lessons)} lessons pass, {took}")
    return FAILED if failed else 0


def _rows(report: Report, seconds: float, width: int, each_goal: bool) -> Iterator[str]:
    solved, start = _count(report.solved), _count(report.start)
    fault = "" if report.passed else "  FAILED"
    name = printable(report.preset.name)
    yield f"{name:<{width}}  {solved:>8}  {start:>6}  {seconds:7.1f}{fault}"
    for with_solution, at_start in zip(report.solved, report.start, strict=True):
        if each_goal or not with_solution.met or not report.passed:
            mark = "met" if with_solution.met else "NOT MET"
            yield f"  {mark}: {printable(with_solution.goal.say)}"
            yield f"    solution: {printable(with_solution.how)}; start: {_said(at_start)}"


def _said(outcome: Outcome) -> str:
    return f"{'met, ' if outcome.met else ''}{printable(outcome.how)}"


def _count(outcomes: Sequence[Outcome]) -> str:
    return f"{sum(outcome.met for outcome in outcomes)}/{len(outcomes)}"
