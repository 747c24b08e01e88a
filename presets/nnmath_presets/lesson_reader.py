"""From the table [lesson] of a TOML document to a `Lesson`."""

from __future__ import annotations

from typing import Any

from nnmath_engine.experiment import Experiment
from nnmath_engine.fields import FIELDS

from nnmath_presets.findings import Findings, suggestion
from nnmath_presets.goal_reader import read_goals
from nnmath_presets.lesson_fields import LESSON, LESSON_TABLES
from nnmath_presets.lines import Place
from nnmath_presets.preset import Lesson
from nnmath_presets.settings import SECTIONS
from nnmath_presets.solution_reader import read_solution

ROOT: Place = ("lesson",)


def read_lesson(table: Any, experiment: Experiment | None, findings: Findings) -> Lesson | None:
    """Check [lesson]; everything wrong is noted in `findings`.

    experiment: what the file's settings make, None if they are wrong themselves.
    """
    if not isinstance(table, dict):
        findings.add(ROOT, "must be a table, [lesson]")
        return None
    values: dict[str, Any] = {}
    for key, value in table.items():
        if key in LESSON:
            checked = findings.checked((*ROOT, key), LESSON[key], value)
            values |= {} if checked is None else {key: checked}
        elif key not in LESSON_TABLES:
            hint = suggestion(key, [*LESSON, *LESSON_TABLES])
            findings.add((*ROOT, key), f"is not a key of [lesson]; {hint}")
    for lock in values.get("locked", ()):
        if lock not in FIELDS and lock not in SECTIONS:
            hint = suggestion(lock, [*SECTIONS, *FIELDS])
            findings.add((*ROOT, "locked"), f"{lock[:60]!r} is not a setting; {hint}")
    noted = len(findings.problems)
    goals = read_goals(table.get("goal", []), experiment, findings)
    # Of goals that are wrong nobody knows which answer belongs to which.
    typed = None if len(findings.problems) > noted else [goal for goal in goals if goal.is_typed]
    solution = read_solution(
        table.get("solution", {}), experiment, Lesson(**values), typed, findings
    )
    return Lesson(**values, goals=goals, solution=solution)
