"""`nnmath-tui check --run`: can each lesson be done, and is there something to do in it?"""

from __future__ import annotations

import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from functools import partial

from nnmath_engine.dataset import DataError
from nnmath_engine.experiment import ExperimentError
from nnmath_presets.preset import Preset
from nnmath_presets.verifying import verify

from nnmath_tui.failure import FAILED, printable
from nnmath_tui.subcommands import lesson_table
from nnmath_tui.subcommands.lesson_table import Row
from nnmath_tui.subcommands.progress import Progress


def run(presets: Sequence[Preset], *, each_goal: bool, as_json: bool, plain: bool) -> int:
    """Print a table with a row for each lesson, and return 1 if one fails, else 0."""
    lessons = [preset for preset in presets if preset.lesson and preset.lesson.goals]
    without = [preset.name for preset in presets if preset not in lessons]
    width = max([len("lesson"), *(len(printable(preset.name)) for preset in lessons)])
    if as_json:
        rows = _tried(lessons, plain, lambda row: None)
        print(lesson_table.as_json(rows, without))
    else:
        print(lesson_table.head(width))
        rows = _tried(lessons, plain, partial(_print, width, each_goal))
        if without:
            print(f"no goals: {', '.join(map(printable, without))}")
        print(lesson_table.total(rows))
    return 0 if all(row.passed for row in rows) else FAILED


def _tried(lessons: Sequence[Preset], plain: bool, tell: Callable[[Row], None]) -> list[Row]:
    rows = []
    with closing(Progress("lesson", 0, len(lessons), sys.stderr, plain=plain)) as progress:
        for number, preset in enumerate(lessons, 1):
            show = partial(progress.show, number - 1, printable(preset.name))
            start = time.perf_counter()
            report, fault = None, ""
            try:
                report = verify(preset, pause=show)
            except (DataError, ExperimentError) as error:
                fault = str(error)
            rows.append(Row(number, preset, report, time.perf_counter() - start, fault))
            progress.close()
            tell(rows[-1])
    return rows


def _print(width: int, each_goal: bool, row: Row) -> None:
    print("\n".join(lesson_table.lines(row, width, each_goal)), flush=True)
