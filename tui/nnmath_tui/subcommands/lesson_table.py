"""What `nnmath-tui check --run` prints of each lesson: a row of a table, or JSON."""

from __future__ import annotations

import json
import shutil
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from nnmath_presets.preset import Preset
from nnmath_presets.verifying import Outcome, Report

from nnmath_tui.failure import printable
from nnmath_tui.subcommands.figures import duration

_SHORTEST_GOAL = 20


@dataclass(frozen=True, slots=True)
class Row:
    """What came of a lesson, its number among those that were tried, and how long it took.

    report: None if it could not be tried, for the reason in `fault`.
    """

    number: int
    preset: Preset
    report: Report | None
    seconds: float
    fault: str = ""

    @property
    def passed(self) -> bool:
        """Whether the solution meets all goals, and the start leaves something to do."""
        return self.report is not None and self.report.passed


def head(width: int) -> str:
    """The names of the columns; width: of the longest name of a lesson."""
    return f" #  {'lesson':<{width}}  goals  solution   start  seconds  goal"


def lines(row: Row, width: int, each_goal: bool) -> list[str]:
    """The row of a lesson, and below it the goals that were asked for or that tell why it fails.

    Goals are counted as the solution meets them. Seeds are those of the goal that fewest met with
    the solution, and of the goal that most met from the start; "-" where nothing is trained.
    """
    name = f"{row.number:>2}  {printable(row.preset.name):<{width}}"
    report = row.report
    if report is None:
        return [f"{name}  {printable(row.fault)}"]
    met = f"{sum(outcome.met for outcome in report.solved)}/{len(report.solved)}"
    solved, start = _seeds(report.solved, fewest=True), _seeds(report.start, fewest=False)
    text = f"{name}  {met:>5}  {solved:>8}  {start:>6}  {row.seconds:7.1f}  "
    text += _fitting(printable(report.solved[0].goal.say), len(text)) if report.passed else "FAILED"
    below = []
    for with_solution, at_start in zip(report.solved, report.start, strict=True):
        if each_goal or not with_solution.met or not report.passed:
            mark = "met" if with_solution.met else "NOT MET"
            below += [
                f"  {mark}: {printable(with_solution.goal.say)}",
                f"    solution: {printable(with_solution.how)}; start: {_said(at_start)}",
            ]
    return [text, *below]


def total(rows: Sequence[Row]) -> str:
    """The last line: how many pass, and how long it took."""
    passed = sum(row.passed for row in rows)
    return f"{passed} of {len(rows)} lessons pass, {duration(sum(row.seconds for row in rows))}"


def as_json(rows: Sequence[Row], without: Sequence[str]) -> str:
    """Everything, for a script; without: the names of presets that have no goals."""
    document = {
        "passed": sum(row.passed for row in rows),
        "of": len(rows),
        "seconds": round(sum(row.seconds for row in rows), 3),
        "lessons": [_as_table(row) for row in rows],
        "without_goals": list(without),
    }
    return json.dumps(document, indent=2, ensure_ascii=False)


def _as_table(row: Row) -> dict[str, Any]:
    report = row.report
    pairs = zip(report.solved, report.start, strict=True) if report else ()
    return {
        "number": row.number,
        "preset": row.preset.name,
        "title": row.preset.title,
        "passed": row.passed,
        "seconds": round(row.seconds, 3),
        **({"fault": row.fault} if row.fault else {}),
        "goals": [
            {
                "say": with_solution.goal.say,
                "kind": with_solution.goal.kind,
                "pass_seeds": with_solution.goal.pass_seeds if with_solution.seeds else None,
                "solution": _outcome(with_solution),
                "start": _outcome(at_start),
            }
            for with_solution, at_start in pairs
        ],
    }


def _outcome(outcome: Outcome) -> dict[str, Any]:
    passed, seeds = outcome.seeds or (None, None)
    return {"met": outcome.met, "seeds_passed": passed, "seeds": seeds, "how": outcome.how}


def _seeds(outcomes: Sequence[Outcome], *, fewest: bool) -> str:
    counts = [outcome.seeds for outcome in outcomes if outcome.seeds]
    if not counts:
        return "-"
    passed, seeds = sorted(counts, key=lambda count: count[0] / count[1])[0 if fewest else -1]
    return f"{passed}/{seeds}"


def _fitting(text: str, before: int) -> str:
    """`text` cut to what is left of a terminal's row; whole where it goes elsewhere."""
    if not sys.stdout.isatty():
        return text
    room = max(_SHORTEST_GOAL, shutil.get_terminal_size().columns - before)
    return text if len(text) <= room else text[: room - 1] + "…"


def _said(outcome: Outcome) -> str:
    return f"{'met, ' if outcome.met else ''}{printable(outcome.how)}"
