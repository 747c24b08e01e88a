"""From the table [lesson] of a TOML document to a `Lesson`."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from nnmath_engine.experiment import Experiment, ExperimentError
from nnmath_engine.fields import FIELDS

from nnmath_presets.crosscheck import goal_complaints
from nnmath_presets.findings import Findings, suggestion
from nnmath_presets.goals import GOAL_KINDS, KIND, MOST_GOALS, SAY, GoalKind
from nnmath_presets.lesson_fields import LESSON, LESSON_TABLES
from nnmath_presets.lines import Place
from nnmath_presets.preset import Goal, Lesson
from nnmath_presets.settings import SECTIONS, read_settings

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
    lesson = Lesson(
        **values,
        goals=_read_goals(table.get("goal", []), experiment, findings),
        solution=_read_solution(table.get("solution", {}), experiment, findings),
    )
    _check_locks(lesson, findings)
    return lesson


def _check_locks(lesson: Lesson, findings: Findings) -> None:
    for lock in lesson.locked:
        if lock not in FIELDS and lock not in SECTIONS:
            hint = suggestion(lock, [*SECTIONS, *FIELDS])
            findings.add((*ROOT, "locked"), f"{lock[:60]!r} is not a setting; {hint}")
    for path in lesson.solution:
        if lesson.locks(path):
            place = (*ROOT, "solution", *path.split("."))
            findings.add(place, "is locked, so the solution cannot change it")


def _read_solution(
    table: Any, experiment: Experiment | None, findings: Findings
) -> Mapping[str, Any]:
    place = (*ROOT, "solution")
    if not isinstance(table, dict):
        findings.add(place, "must be a table, [lesson.solution]")
        return {}
    for key in table:
        if key not in SECTIONS:
            findings.add((*place, key), f"is not a key of a solution; {suggestion(key, SECTIONS)}")
    settings = read_settings(table, place, findings)
    try:
        (experiment or Experiment.from_values()).with_values(settings.values)
    except ExperimentError as error:
        for problem in error.problems:
            findings.add(settings.place(problem.path), problem.message)
    return settings.values


def _read_goals(tables: Any, experiment: Experiment | None, findings: Findings) -> tuple[Goal, ...]:
    place = (*ROOT, "goal")
    if not isinstance(tables, list) or not all(isinstance(table, dict) for table in tables):
        findings.add(place, "must be written [[lesson.goal]], once for each goal")
        return ()
    if len(tables) > MOST_GOALS:
        findings.add(place, f"is there {len(tables)} times; at most {MOST_GOALS} are allowed")
        return ()
    goals = (
        _read_goal(table, (*place, index), experiment, findings)
        for index, table in enumerate(tables)
    )
    return tuple(goal for goal in goals if goal is not None)


def _read_goal(
    table: dict[str, Any], place: Place, experiment: Experiment | None, findings: Findings
) -> Goal | None:
    noted = len(findings.problems)
    name = findings.checked((*place, "kind"), KIND, table.get("kind", KIND.default))
    if name is None:
        return None
    kind = GOAL_KINDS[name]
    fields = {field.name: field for field in (SAY, KIND, *kind.fields)}
    values = {field.name: field.default for field in kind.fields if field.default is not None}
    for key, value in table.items():
        if key in fields:
            values[key] = findings.checked((*place, key), fields[key], value)
        else:
            hint = suggestion(key, fields)
            findings.add((*place, key), f"is not a key of a goal of the kind {name}; {hint}")
    _check_presence(kind, table, place, findings)
    if len(findings.problems) > noted:
        return None
    if values.get("pass_seeds") is None and "seeds" in fields:
        values["pass_seeds"] = values["seeds"]
    goal = Goal(**values)
    for key, message in goal_complaints(goal, experiment):
        findings.add((*place, key), message)
    return goal


def _check_presence(
    kind: GoalKind, table: dict[str, Any], place: Place, findings: Findings
) -> None:
    fields = {field.name: field for field in (SAY, *kind.fields)}
    for key in ("say", *kind.required):
        if key not in table:
            field = fields[key]
            about = field.about[0].lower() + field.about[1:].rstrip(".")
            findings.add((*place, key), f"is missing: {about}; it must be {field.allowed}")
    if kind.one_of and not any(key in table for key in kind.one_of):
        findings.add(place, f"needs {' or '.join(kind.one_of)}")
